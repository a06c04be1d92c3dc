"""What a run says to the CI system that it is in."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from initlint import ci
from initlint.report import FORMATS

from .trees import BAD, TREE, initlint, repository, write

ANNOTATION = (
    "::error file=other/main.tf,line=47,endLine=47,col=19,endColumn=25,title=INIT601 job-type-tag::"
    'other/main.tf:47:19: JobType is "Init"; init jobs carry JobType = "init" [azurerm_container_app_job.schema]'
)
ISSUE = (
    "##vso[task.logissue type=error;sourcepath=other/main.tf;linenumber=47;columnnumber=19;code=INIT601;]job-type-tag: "
    'JobType is "Init"; init jobs carry JobType = "init" [azurerm_container_app_job.schema]'
)
GITHUB = {"GITHUB_ACTIONS": "true"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return repository(tmp_path / "repository", {**TREE, "other/main.tf": BAD})


# --- annotations beside the text -------------------------------------------------------------------------------------


def test_on_github_annotations_follow_the_text(tree: Path) -> None:
    plain = initlint(tree)
    done = initlint(tree, **GITHUB)
    first, *help_ = done.stdout.removeprefix(plain.stdout).splitlines()[0].split("%0A")
    assert done.stdout.startswith(plain.stdout)
    assert first == ANNOTATION
    assert all(line.startswith("help: ") for line in help_)
    assert done.returncode == plain.returncode == 1


@pytest.mark.parametrize("variables", [GITHUB, {"TF_BUILD": "True"}, {"GITLAB_CI": "true"}])
def test_a_format_that_is_asked_for_is_all_there_is(tree: Path, variables: dict[str, str]) -> None:
    for format_ in ("text", "json", "concise"):
        assert initlint(tree, "--format", format_, **variables).stdout == initlint(tree, "--format", format_).stdout


def test_on_azure_pipelines_issues_follow_and_a_summary_is_shown(tree: Path, tmp_path: Path) -> None:
    plain = initlint(tree).stdout
    done = initlint(tree, TF_BUILD="True", AGENT_TEMPDIRECTORY=str(tmp_path))
    issue, upload = done.stdout.removeprefix(plain).splitlines()
    assert issue.startswith(ISSUE)
    file = Path(upload.removeprefix("##vso[task.uploadsummary]"))
    assert file.parent == tmp_path
    assert file.read_text(encoding="utf-8").startswith("## initlint: 1 error\n")


def test_a_summary_that_cannot_be_written_fails_nothing(tree: Path, tmp_path: Path) -> None:
    done = initlint(tree, "infra", TF_BUILD="True", AGENT_TEMPDIRECTORY=str(tmp_path / "nowhere"))
    assert done.returncode == 0
    assert "initlint: the summary cannot be written: " in done.stdout


def test_on_gitlab_the_log_is_coloured(tree: Path) -> None:
    assert "\x1b[1;31merror[INIT601]\x1b[0m" in initlint(tree, GITLAB_CI="true", NO_COLOR="").stdout
    assert "\x1b" not in initlint(tree, GITLAB_CI="true").stdout


@pytest.mark.parametrize(
    ("variables", "system"),
    [
        ({}, ""),
        ({"CI": "true"}, ""),
        ({"GITHUB_ACTIONS": "true"}, "github"),
        ({"GITHUB_ACTIONS": "false"}, ""),
        ({"TF_BUILD": "True"}, "azure"),
        ({"GITLAB_CI": "true"}, "gitlab"),
    ],
)
def test_systems(variables: dict[str, str], system: str) -> None:
    assert ci.system(variables) == system


@pytest.mark.parametrize(
    ("server", "repository", "commit", "url"),
    [
        ("https://github.com", "o/r", "a" * 40, f"https://github.com/o/r/blob/{'a' * 40}"),
        ("https://ghe.example.org:8443", "o/r.x", "0" * 64, f"https://ghe.example.org:8443/o/r.x/blob/{'0' * 64}"),
        ("https://github.com", "o/r)", "a" * 40, ""),
        ("javascript:alert(1)", "o/r", "a" * 40, ""),
        ("https://github.com", "o/r", "main", ""),
    ],
)
def test_where_files_can_be_seen(server: str, repository: str, commit: str, url: str) -> None:
    variables = {"GITHUB_SERVER_URL": server, "GITHUB_REPOSITORY": repository, "GITHUB_SHA": commit}
    assert ci.source_url(variables) == url
    assert ci.source_url({}) == ""


# --- paths -----------------------------------------------------------------------------------------------------------


def test_paths_start_at_the_top_of_the_repository(tree: Path) -> None:
    """Where a configuration further down is the workspace root, CI systems still look from the repository's top."""
    write(tree, {"other/initlint.toml": ""})
    log = json.loads(initlint(tree / "other", "--format", "sarif").stdout)
    (result,) = log["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "other/main.tf"
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "other/main.tf"
    assert "::error file=other/main.tf,line=47," in initlint(tree / "other", "--format", "github").stdout
    assert "sourcepath=other/main.tf;" in initlint(tree / "other", "--format", "azure").stdout
    (entry,) = json.loads(initlint(tree / "other", "--format", "gitlab").stdout)
    assert entry["location"]["path"] == "other/main.tf"
    assert "--> main.tf:47:19" in initlint(tree / "other").stdout
    shown = initlint(
        tree / "other", "--format", "markdown",
        GITHUB_SERVER_URL="https://github.com", GITHUB_REPOSITORY="o/r", GITHUB_SHA="a" * 40,
    ).stdout  # fmt: skip
    assert f"(https://github.com/o/r/blob/{'a' * 40}/other/main.tf#L47)" in shown


# --- names of files are text -----------------------------------------------------------------------------------------

HOSTILE = (
    "::error::pwned",
    "x\n::error::pwned\r\n::set-env name=A::b",
    "##vso[task.setvariable variable=A]pwned",
    "a\n##vso[task.complete result=Succeeded;]",
    "##[error]pwned",
    "]]><failure>pwned</failure>",
    "<script>pwned()<",
    "a|b`c`[d](javascript:pwned)@someone #1",
    "\x1b[31mred\x1b]0;pwned\x07",
    "%0A::error::pwned",
    "\u202etxt.exe\u200b",
    "a,b;c:d=e",
)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("variables", [{}, GITHUB, {"TF_BUILD": "True"}], ids=["", "github", "azure"])
def test_a_name_of_a_file_does_no_harm(tmp_path: Path, format_: str, variables: dict[str, str]) -> None:
    files = {f"{name}/main.tf": BAD.replace("other-", f"j{index}-") for index, name in enumerate(HOSTILE)}
    tree = repository(tmp_path / "repository", files)
    words = ["--format", format_] if format_ != "text" else []  # text is the default: with what the CI system wants
    done = initlint(tree, "--show-undecided", *words, **variables, AGENT_TEMPDIRECTORY=str(tmp_path))
    assert done.returncode == 1
    assert done.stdout.count("INIT601") >= len(HOSTILE)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b]", done.stdout)
    for line in done.stdout.split("\n"):
        started = line.lstrip()
        if started.startswith("::") and not started.startswith(":::"):
            assert re.match(r"::(error|warning|notice) file=|::(group|endgroup)::", started), line
        for command in re.findall(r"##(?:vso)?\[[^\]\s]*", line, re.IGNORECASE):
            assert command in ("##vso[task.logissue", "##vso[task.uploadsummary"), line
            assert line.startswith("##vso[")
    if format_ in ("json", "sarif", "gitlab"):
        document = json.loads(done.stdout)
        if format_ == "json":
            assert {finding["path"] for finding in document["findings"]} == set(files)
    elif format_ == "junit":
        found = ET.fromstring(done.stdout)
        assert not [one for one in found.iter() if (one.text or "").strip() == "pwned"]
    elif format_ == "markdown":
        prose = re.sub(r"`[^`\n]*`", "", done.stdout)
        assert not re.search(r"<script|<failure|\]\(javascript:|@someone|(?<![\w&])#1", prose)
