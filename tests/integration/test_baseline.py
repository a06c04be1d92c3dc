from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .trees import BAD, TREE, codes, git, initlint, repository, write

FILE = ".initlint-baseline.json"
WORSE = BAD.replace("parallelism              = 1", "parallelism              = 3")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return repository(tmp_path.resolve() / "repository", {**TREE, "other/main.tf": WORSE})


def entries(tree: Path) -> list[dict[str, Any]]:
    document = json.loads((tree / FILE).read_text(encoding="utf-8"))
    assert document["version"] == 1
    found: list[dict[str, Any]] = document["findings"]
    return found


def check(tree: Path, *arguments: str) -> tuple[int, list[str], str]:
    done = initlint(tree, "--format", "concise", "--new-only", *arguments)
    return done.returncode, codes(done.stdout), done.stdout.splitlines()[-1] if done.stdout else ""


def test_what_is_known_is_not_reported_and_what_is_new_is(tree: Path) -> None:
    assert codes(initlint(tree, "--format", "concise").stdout) == [
        "other/main.tf:30 INIT702",
        "other/main.tf:47 INIT601",
    ]
    done = initlint(tree, "baseline")
    assert (done.returncode, done.stdout) == (0, f"wrote {FILE}: 2 findings\n")
    assert [(one["rule"], one["job"], one["path"], one["count"]) for one in entries(tree)] == [
        ("INIT601", "azurerm_container_app_job.schema", "other/main.tf", 1),
        ("INIT702", "azurerm_container_app_job.schema", "other/main.tf", 1),
    ]
    status, found, last = check(tree)
    assert (status, found) == (0, [])
    assert last.startswith("no findings; ")
    assert "; 2 known from the baseline; " in last
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    assert check(tree)[:2] == (
        1,
        ["infra/terraform.tfvars:1 INIT201", "infra/terraform.tfvars:1 INIT203",
         "modules/job/main.tf:39 INIT201", "modules/job/main.tf:39 INIT203"],
    )  # fmt: skip


def test_lines_and_names_of_files_do_not_matter_but_the_value_does(tree: Path) -> None:
    initlint(tree, "baseline")
    before = (tree / FILE).read_bytes()
    (tree / "other/main.tf").unlink()
    write(tree, {"moved/job.tf": "\n# moved down\n\n" + WORSE})
    assert check(tree)[:2] == (0, [])
    write(tree, {"moved/job.tf": WORSE.replace('"Init"', '"INIT"')})
    assert check(tree)[:2] == (1, ["moved/job.tf:47 INIT601"])
    write(tree, {"moved/job.tf": WORSE})
    initlint(tree, "baseline")
    assert (tree / FILE).read_bytes() == before.replace(b"other/main.tf", b"moved/job.tf")


def test_a_job_of_the_same_address_in_another_root_is_new(tree: Path) -> None:
    initlint(tree, "baseline")
    write(tree, {"copy/main.tf": WORSE.replace("other-init", "copies-init")})
    assert check(tree)[:2] == (1, ["copy/main.tf:30 INIT702", "copy/main.tf:47 INIT601"])
    write(tree, {"other/main.tf": WORSE.replace('"Init"', '"init"').replace("= 3", "= 1")})
    assert check(tree)[:2] == (1, ["copy/main.tf:30 INIT702", "copy/main.tf:47 INIT601"])


def test_what_was_fixed_is_said(tree: Path) -> None:
    initlint(tree, "baseline")
    write(tree, {"other/main.tf": WORSE.replace('"Init"', '"init"')})
    done = initlint(tree, "--new-only")
    assert done.returncode == 0
    assert (
        "note: 1 finding of the baseline is fixed: INIT601 in azurerm_container_app_job.schema; `initlint baseline` "
        "takes what is fixed out of it"
    ) in done.stdout.splitlines()
    done = initlint(tree, "baseline")
    assert done.stdout == f"wrote {FILE}: 1 finding (1 fixed since)\n"
    assert [one["rule"] for one in entries(tree)] == ["INIT702"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["infra"],
        ["other/main.tf", "infra"],
        ["--ignore", "INIT601"],
        ["--environment", "prod"],
        ["--changed-since", "HEAD"],
    ],
)
def test_what_was_not_looked_for_is_not_said_to_be_fixed(tree: Path, arguments: list[str]) -> None:
    initlint(tree, "baseline")
    write(tree, {"other/main.tf": WORSE.replace('"Init"', '"init"')})
    done = initlint(tree, "--new-only", *arguments)
    assert "baseline is fixed" not in done.stdout


def test_what_is_undecided_now_is_not_said_to_be_fixed(tree: Path) -> None:
    initlint(tree, "baseline")
    write(tree, {"other/main.tf": WORSE.replace('"Init"', "var.type") + 'variable "type" {\n  type = string\n}\n'})
    done = initlint(tree, "--new-only")
    assert "baseline is fixed" not in done.stdout


def test_a_baseline_of_a_part_keeps_the_rest(tree: Path) -> None:
    initlint(tree, "baseline")
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    done = initlint(tree, "baseline", "infra")
    assert done.stdout == f"wrote {FILE}: 6 findings (4 new, 2 kept unseen)\n"
    assert check(tree)[:2] == (0, [])


def test_a_file_of_another_name(tree: Path) -> None:
    done = initlint(tree, "baseline", "--output", "ci/known.json")
    assert done.stdout == "wrote ci/known.json: 2 findings\n"
    assert initlint(tree, "--baseline", "ci/known.json").returncode == 0
    assert initlint(tree / "infra", "..", "--baseline", "../ci/known.json").returncode == 0


def test_a_broken_file_is_never_known(tree: Path) -> None:
    write(tree, {"infra/broken.tf": "resource {\n"})
    done = initlint(tree, "baseline")
    assert done.returncode == 1
    assert "not taken in: infra/broken.tf:" in done.stdout
    assert [one["rule"] for one in entries(tree)] == ["INIT601", "INIT702"]
    assert check(tree)[0] == 1


def test_no_credential_and_nothing_made_of_one_is_in_it(tree: Path) -> None:
    def with_password(password: str) -> bytes:
        secret = f'command = ["sh", "-c", "PGPASSWORD={password} psql -v ON_ERROR_STOP=1 -c \'select 1\'"]'
        write(tree, {"other/main.tf": WORSE.replace('command = ["alembic", "upgrade", "head"]', secret)})
        initlint(tree, "baseline")
        return (tree / FILE).read_bytes()

    one, other = with_password("Tr0ub4dor-and-3"), with_password("c0rrect-h0rse-77")
    rules = {entry["rule"] for entry in entries(tree)}
    assert rules & {"INIT803", "INIT804", "INIT805"}, rules
    assert b"Tr0ub4dor" not in one
    assert b"c0rrect" not in other
    assert one == other  # not even a hash of it, which could be guessed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "the baseline is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "this is no baseline of version 1; `initlint baseline` writes one"),
        ('{"version": 2, "findings": []}', "this is no baseline of version 1; `initlint baseline` writes one"),
        ('{"version": 1}', "an entry of the baseline is not as `initlint baseline` writes it"),
        ('{"version": 1, "findings": [{}]}', "an entry of the baseline is not as `initlint baseline` writes it"),
        ('{"version": 1, "findings": [3]}', "an entry of the baseline is not as `initlint baseline` writes it"),
    ],
)
def test_a_file_that_is_no_baseline(tree: Path, text: str, said: str) -> None:
    write(tree, {FILE: text})
    done = initlint(tree, "--new-only")
    assert (done.returncode, done.stdout) == (2, f"initlint: error: {tree / FILE}: {said}\n")


def test_no_baseline_is_an_error(tree: Path) -> None:
    done = initlint(tree, "--new-only")
    said = "the baseline cannot be read: No such file or directory; `initlint baseline` writes one"
    assert (done.returncode, done.stdout) == (2, f"initlint: error: {tree / FILE}: {said}\n")


def test_a_change_that_takes_files_away(tree: Path) -> None:
    initlint(tree, "baseline")
    write(tree, {"initlint.toml": ""})
    (tree / "other/main.tf").unlink()
    done = initlint(tree, "--new-only", "--changed", "other/main.tf", "initlint.toml")
    assert done.returncode == 0
    assert "note: 2 findings of the baseline are fixed: " in done.stdout
    (tree / "initlint.toml").unlink()
    assert initlint(tree, "--new-only", "--changed", "other/main.tf").returncode == 0


def test_every_format_shows_the_same_part(tree: Path) -> None:
    initlint(tree, "baseline")
    document = json.loads(initlint(tree, "--new-only", "--format", "json").stdout)
    assert (document["findings"], document["summary"]["baselined"]) == ([], 2)
    git(tree, "add", "--all")
    assert json.loads(initlint(tree, "--new-only", "--format", "sarif").stdout)["runs"][0]["results"] == []
