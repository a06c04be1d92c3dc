"""Whole runs as a user sees them: the text of the command line on fixtures, as snapshots.

INITLINT_UPDATE_SNAPSHOTS=1 rewrites them; read the difference before committing it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from initlint.cli import cli
from tests.report.snapshot import check

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
EXAMPLES = HERE.parent / "examples"

CASES: dict[str, tuple[Path, tuple[str, ...]]] = {
    "broken-example": (EXAMPLES / "broken", ()),
    "compliant-example": (EXAMPLES / "compliant", ()),
    "practices-pattern": (FIXTURES / "practices" / "pattern", ()),
    "credentials": (FIXTURES / "INIT804", ()),
    "sql": (FIXTURES / "INIT301", ()),
    "undecided-names": (FIXTURES / "INIT101" / "undecided.tf", ("--show-undecided",)),
    "called-twice": (FIXTURES / "runs" / "called_twice", ()),
    "environments": (FIXTURES / "runs" / "environments", ()),
    "syntax-error": (FIXTURES / "runs" / "syntax_error", ()),
    "too-long-in-staging": (FIXTURES / "runs" / "too_long_in_staging", ()),
    "no-init-job": (FIXTURES / "runs" / "no_init_job", ()),
}


@pytest.mark.parametrize("case", CASES)
def test_text(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, options = CASES[case]
    if source.is_file():
        shutil.copy(source, tmp_path)
    else:
        shutil.copytree(source, tmp_path, dirs_exist_ok=True)
        if source.parent.name == "practices":
            shutil.copy(source.parent / "variables.tf", tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "GITLAB_CI", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    ran = CliRunner().invoke(cli, ["check", *options])
    assert ran.stderr == ""
    check(case, f"{ran.stdout}exit status {ran.exit_code}\n", HERE / "snapshots")


@pytest.mark.parametrize("page", ["README.md", "docs/output.md"])
def test_the_documentation_shows_what_is_printed(page: str) -> None:
    shown = (HERE / "snapshots" / "too-long-in-staging.txt").read_text(encoding="utf-8").partition("exit status")[0]
    assert f"{shown}```\n" in (HERE.parent / page).read_text(encoding="utf-8")
