"""INIT703 and INIT704 on the small repositories of the fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

from initlint.project import Project, Variables, build
from initlint.rule import Verdict
from initlint.settings import defaults
from initlint.starts import find_starts, walk
from initlint.truth import Truth
from initlint.workspace import discover
from initlint_rules.starting import RULES, no_trigger_path, unknown_trigger_target

FIXTURES = Path(__file__).parent.parent / "fixtures"
NOTHING = "nothing in the repository starts this job: no script and no workflow runs `az containerapp job start` for it"


def project(folder: Path) -> Project:
    settings = defaults(RULES)
    found = build(discover([folder], settings), settings, Variables())
    # What the workspace leaves out plays no part here.
    found.__dict__["starts"] = find_starts(folder, walk(folder))
    return found


def verdicts(case: str) -> list[Verdict]:
    rule = no_trigger_path if case.startswith("INIT703") else unknown_trigger_target
    assert rule.check_project is not None
    return list(rule.check_project(project(FIXTURES / case)))


def test_each_job_has_a_start() -> None:
    assert [(v.truth, v.job.address if v.job else "") for v in verdicts("INIT703/pass")] == [
        (Truth.YES, "azurerm_container_app_job.seed"),
        (Truth.YES, "azurerm_container_app_job.migrate"),
    ]


def test_a_job_that_nothing_starts() -> None:
    (found,) = [v for v in verdicts("INIT703/fail") if v.truth is not Truth.YES]
    assert (found.truth, found.message) == (Truth.NO, NOTHING)
    assert (found.span.path, found.span.line, found.span.column) == ("main.tf", 36, 1)
    assert found.help == 'add a script or a workflow step that starts "shop-init-migrate-dev"'


def test_a_program_that_is_not_read() -> None:
    (found,) = verdicts("INIT703/undecided")
    reason = "scripts/trigger_seed.py may start it: it starts jobs from a language that is not read"
    assert (found.truth, found.reason) == (Truth.UNKNOWN, reason)


def test_every_start_has_a_job() -> None:
    assert verdicts("INIT704/pass") == []


def test_starts_without_a_job() -> None:
    found = verdicts("INIT704/fail")
    assert [(v.truth, v.span.path, v.span.line, v.span.column, v.message) for v in found] == [
        (
            Truth.NO,
            ".github/workflows/migrate.yml",
            19,
            22,
            (
                'starts "shop-init-db-migration-dev or shop-init-db-migration-prod", but no job can have this name; '
                'the nearest is "shop-init-migrate-dev"'
            ),
        ),
        (
            Truth.NO,
            "scripts/trigger-seed-job.sh",
            9,
            10,
            'starts "shop-init-sead-*", but no job can have this name; the nearest is "shop-init-seed-dev"',
        ),
    ]
    assert [(place.span.path, place.span.line, place.message) for place in found[1].related] == [
        ("scripts/trigger-seed-job.sh", 6, "JOB_NAME"),
        ("main.tf", 14, "azurerm_container_app_job.seed, the job with the nearest name"),
    ]


def test_a_job_whose_name_is_not_known() -> None:
    (found,) = verdicts("INIT704/undecided")
    assert found.truth is Truth.UNKNOWN
    assert found.reason == (
        "the name of azurerm_container_app_job.other is not known: var.job_name has no default; pass --var-file"
    )


def repository(root: Path, files: dict[str, str]) -> Project:
    for path, text in {"initlint.toml": "", **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return project(root)


JOB = 'resource "azurerm_container_app_job" "x" {\n  name = "shop-init-seed-dev"\n  manual_trigger_config {}\n}\n'


@pytest.mark.parametrize(
    "source, truth",
    [
        ("Azure/avm-res-app-job/azurerm", Truth.UNKNOWN),
        ("Azure/avm-res-keyvault-vault/azurerm", Truth.NO),
        ("terraform-aws-modules/apps/aws", Truth.NO),
        ("git::https://example.com/modules.git//jobs", Truth.UNKNOWN),
        ("./not-there", Truth.UNKNOWN),
    ],
)
def test_a_module_that_was_not_found_may_define_the_job(tmp_path: Path, source: str, truth: Truth) -> None:
    files = {
        "main.tf": f'{JOB}module "m" {{\n  source = "{source}"\n}}\n',
        "scripts/run.sh": "az containerapp job start --name shop-init-sead-dev -g rg\n",
    }
    assert unknown_trigger_target.check_project is not None
    (found,) = unknown_trigger_target.check_project(repository(tmp_path, files))
    assert found.truth is truth


def test_a_part_of_a_repository_decides_nothing(tmp_path: Path) -> None:
    files = {
        "infra/main.tf": JOB,
        "scripts/run.sh": "az containerapp job start --name shop-init-sead-dev -g rg\n",
    }
    repository(tmp_path, files)
    settings = defaults(RULES)
    part = build(discover([tmp_path / "infra"], settings), settings, Variables())
    part.__dict__["starts"] = find_starts(tmp_path, walk(tmp_path))
    assert unknown_trigger_target.check_project is not None
    (found,) = unknown_trigger_target.check_project(part)
    assert (found.truth, found.reason) == (Truth.UNKNOWN, "only a part of the repository is scanned")


def test_a_job_that_is_no_init_job_is_not_judged(tmp_path: Path) -> None:
    files = {"main.tf": JOB.replace("shop-init-seed-dev", "shop-worker"), "scripts/run.sh": "echo\n"}
    assert no_trigger_path.check_project is not None
    assert list(no_trigger_path.check_project(repository(tmp_path, files))) == []
