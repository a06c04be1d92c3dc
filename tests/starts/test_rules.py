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
NOTHING = "no script and no workflow in the repository runs `az containerapp job start` for this job"


def project(folder: Path, only: str = "") -> Project:
    settings = defaults(RULES)
    found = build(discover([folder], settings), settings, Variables(), only)
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
                'starts "shop-init-db-migration-dev" or "shop-init-db-migration-prod", but no job can have this name; '
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


VARIABLE = """variable "environment" {
  type    = string
  default = "dev"
}

resource "azurerm_container_app_job" "x" {
  name = "shop-init-seed-${var.environment}"
  manual_trigger_config {}
}
"""
SEED = VARIABLE.replace("shop-init-seed-${var.environment}", "NAME")
VALIDATED = VARIABLE.replace(
    '  default = "dev"\n',
    '  validation {\n    condition     = contains(["dev", "qa"], var.environment)\n    error_message = "no"\n  }\n',
)


@pytest.mark.parametrize(
    "code, started, unknown, not_started",
    [
        # A default is what one run has: another may deploy prod.
        (VARIABLE, "shop-init-seed-prod", [], [Truth.YES]),
        (VARIABLE, "shop-init-sead-prod", [Truth.NO], [Truth.NO]),
        (VARIABLE, "shop-init-migrate-$E", [Truth.NO], [Truth.NO]),
        # A list of what a variable can be is all that there is.
        (VALIDATED, "shop-init-seed-prod", [Truth.NO], [Truth.NO, Truth.NO]),
        (VALIDATED, "shop-init-seed-qa", [], [Truth.YES, Truth.YES]),
        (SEED.replace("NAME", "${lower(var.environment)}-init"), "prod-init", [], [Truth.YES]),
        (SEED.replace("NAME", "${md5(var.environment)}"), "a-init", [Truth.UNKNOWN], []),
    ],
)
def test_variables_may_have_other_values(
    tmp_path: Path, code: str, started: str, unknown: list[Truth], not_started: list[Truth]
) -> None:
    files = {"main.tf": code, "scripts/run.sh": f'az containerapp job start --name "{started}" -g rg\n'}
    found = repository(tmp_path, files)
    assert unknown_trigger_target.check_project is not None
    assert no_trigger_path.check_project is not None
    assert [verdict.truth for verdict in unknown_trigger_target.check_project(found)] == unknown
    assert [verdict.truth for verdict in no_trigger_path.check_project(found)] == not_started


def test_a_default_of_a_child_module_is_fixed(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "m" {\n  source = "./m"\n}\n',
        "m/main.tf": VARIABLE,
        "scripts/run.sh": 'az containerapp job start --name "shop-init-seed-prod" -g rg\n',
    }
    found = repository(tmp_path, files)
    assert unknown_trigger_target.check_project is not None
    assert [verdict.truth for verdict in unknown_trigger_target.check_project(found)] == [Truth.NO]


def test_tfvars_are_one_run(tmp_path: Path) -> None:
    files = {
        "main.tf": VARIABLE,
        "terraform.tfvars": 'environment = "qa"\n',
        "scripts/run.sh": 'az containerapp job start --name "shop-init-seed-prod" -g rg\n',
    }
    found = repository(tmp_path, files)
    assert unknown_trigger_target.check_project is not None
    assert list(unknown_trigger_target.check_project(found)) == []


def test_one_environment_says_nothing_of_the_others(tmp_path: Path) -> None:
    files = {
        "main.tf": VALIDATED,
        "scripts/run.sh": 'az containerapp job start --name "shop-init-seed-dev" -g rg\n',
    }
    repository(tmp_path, files)
    found = project(tmp_path, "qa")
    assert no_trigger_path.check_project is not None
    assert unknown_trigger_target.check_project is not None
    assert [(verdict.truth, verdict.reason) for verdict in no_trigger_path.check_project(found)] == [
        (Truth.UNKNOWN, "only one environment is evaluated: a start may mean the job in another")
    ]
    assert [(verdict.truth, verdict.reason) for verdict in unknown_trigger_target.check_project(found)] == [
        (Truth.UNKNOWN, "only one environment is evaluated")
    ]
