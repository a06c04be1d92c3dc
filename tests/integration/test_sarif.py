"""SARIF of real scans: the same bytes everywhere, whole, and taken by the validator."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from initlint.report import sarif

from .trees import BAD, TREE, git, initlint, initlint_process, repository, run, write

FILES = {**TREE, "other/main.tf": BAD, "sp ace/\u00e4 100%.tf": BAD.replace("other-", "third-")}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return repository(tmp_path / "repository", FILES)


def log(folder: Path, *arguments: str | Path) -> Any:
    (only,) = json.loads(initlint(folder, "--format", "sarif", *arguments).stdout)["runs"]
    return only


def test_the_same_bytes_wherever_and_however_it_is_started(tree: Path, tmp_path: Path) -> None:
    copy = repository(tmp_path / "elsewhere" / "deeper", dict(reversed(FILES.items())))
    first = initlint(tree, "--format", "sarif").stdout
    assert str(tmp_path) not in first
    assert initlint(copy, "--format", "sarif").stdout == first
    assert initlint(tmp_path, "--format", "sarif", tree).stdout == first
    folders = sorted({name.partition("/")[0] for name in FILES})
    one = initlint(tree, "--format", "sarif", *folders).stdout
    assert initlint(tree, "--format", "sarif", *reversed(folders)).stdout == one
    assert initlint(tree / "other", "--format", "sarif", *(f"../{name}" for name in folders)).stdout == one
    process = initlint_process(tree, "--format", "sarif", PYTHONHASHSEED="7", LC_ALL="C", TZ="Asia/Tokyo")
    assert process.stdout == first
    initlint(tree, "--output", "sarif=out/log.sarif")
    assert (tree / "out" / "log.sarif").read_bytes() == first.encode()


def test_uris_are_relative_and_escaped(tree: Path) -> None:
    found = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in log(tree)["results"]]
    assert found == ["other/main.tf", "sp%20ace/%C3%A4%20100%25.tf"]


def test_a_syntax_error_is_a_result_and_a_notification(tree: Path) -> None:
    write(tree, {"other/broken.tf": 'resource "a" "b" {\n  x = \n}\n'})
    only = log(tree)
    results = [one for one in only["results"] if one["ruleId"] == "INIT001"]
    (invocation,) = only["invocations"]
    assert invocation["executionSuccessful"] is False
    told = invocation["toolExecutionNotifications"]
    assert len(results) == len(told) >= 1
    assert told[0]["descriptor"] == {"id": "INIT001"}
    assert told[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "other/broken.tf"
    assert initlint(tree, "--format", "sarif").returncode == 1


def test_categories(tree: Path) -> None:
    assert log(tree, "--sarif-category", "prod")["automationDetails"] == {"id": "prod/"}
    assert "automationDetails" not in log(tree)


PARTIAL = (
    ": uploaded as SARIF, this would close the alerts of all the rest; scan whole folders, or say --allow-partial-sarif"
)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["other/main.tf"], "only some files are reported on"),
        (["--changed", "other/main.tf"], "only what a change causes is reported"),
        (["--changed-since", "HEAD"], "only what a change causes is reported"),
        (
            ["--environment", "prod"],
            "only the environment prod is judged, and there is no --sarif-category for it",
        ),
    ],
)
@pytest.mark.parametrize("way", [["--format", "sarif"], ["--output", "sarif=log.sarif"]])
def test_a_part_is_not_written_unless_told(tree: Path, arguments: list[str], why: str, way: list[str]) -> None:
    done = initlint(tree, *way, *arguments)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (2, f"Error: {why}{PARTIAL}")
    assert not (tree / "log.sarif").exists()
    assert initlint(tree, *way, *arguments, "--allow-partial-sarif").returncode in (0, 1)


def test_one_environment_with_a_category_is_whole(tree: Path) -> None:
    done = initlint(tree, "--format", "sarif", "--environment", "prod", "--sarif-category", "prod")
    assert done.returncode == 1


def test_more_than_github_takes_is_said_and_the_gravest_stay(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 1)
    write(tree, {"infra/terraform.tfvars": "cpu = 0.25\n"})
    done = initlint(tree, "--output", "sarif=log.sarif", "--format", "concise")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == (
        "initlint: 1 findings are left out of the SARIF log, the least severe: GitHub takes 1 in one run; give each "
        "folder a run and a --sarif-category of its own"
    )
    (only,) = json.loads((tree / "log.sarif").read_text(encoding="utf-8"))["runs"]
    assert len(only["results"]) == 1
    (told,) = only["invocations"][0]["toolExecutionNotifications"]
    assert told["descriptor"] == {"id": "results-left-out"}


@pytest.mark.slow
def test_the_validator_finds_nothing(tree: Path) -> None:
    validator = os.environ.get("INITLINT_SARIF_MULTITOOL") or shutil.which("sarif-multitool")
    if not validator:
        pytest.skip("needs sarif-multitool on PATH (npm install -g @microsoft/sarif-multitool)")
    write(tree, {"other/broken.tf": "resource {\n"})
    for name, arguments in {
        "whole": [],
        "part": ["--changed-since", "HEAD", "--allow-partial-sarif"],
        "category": ["--sarif-category", "a/b"],
    }.items():
        initlint(tree, "--output", f"sarif={name}.sarif", *arguments)
    kinds = "--rule-kind=Sarif;Ghas" if validator.endswith("Multitool") else "--rule-kind=Sarif\\;Ghas"
    files = ["whole.sarif", "part.sarif", "category.sarif"]
    done = run([validator, "validate", *files, kinds, "--output", "said.sarif", "--log", "ForceOverwrite"], tree)
    assert "3 files scanned" in done.stdout
    assert [line for line in done.stdout.splitlines() if ": error " in line or ": warning " in line] == []


def test_git_is_not_asked_for_anything(tree: Path) -> None:
    git(tree, "config", "core.fsmonitor", "false")
    assert initlint(tree, "--format", "sarif", PATH="").returncode == 1
