"""Every fixture, each file a root module of its own, against the findings that are expected of it to the letter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from initlint.engine import scan
from initlint.finding import Finding, Result
from initlint.settings import defaults
from initlint_rules import RULES

FIXTURES = Path(__file__).parent.parent / "fixtures"
KINDS = ("pass", "fail", "undecided")
WITHOUT_UNDECIDED = {"INIT901"}
"""Rules that only look at what is written."""

OF_JOBS = {rule.code for rule in RULES if rule.check is not None}
CODES = sorted(folder.name for folder in FIXTURES.glob("INIT*") if (folder / "expected.txt").is_file())


def judged(file: Path, folder: Path) -> Result:
    shutil.copy(file, folder / file.name)
    return scan([folder], defaults())


def line_of(finding: Finding) -> str:
    span = finding.span
    place = f"{span.path}:{span.line}:{span.column}-{span.end_line}:{span.end_column}"
    settings = "" if finding.everywhere else f" [{', '.join(finding.environments)}]"
    return f"{place} {finding.code} {finding.severity.value} {finding.message}{settings}"


def lines(code: str, result: Result) -> list[str]:
    found = [line_of(finding) for finding in result.findings if finding.code == code]
    open_ = [f"{u.span.path}:{u.span.line} {u.code} undecided {u.reason}" for u in result.undecided if u.code == code]
    return found + open_


@pytest.mark.parametrize("code", CODES)
def test_fixtures(code: str, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    for kind in KINDS:
        file = FIXTURES / code / f"{kind}.tf"
        if file.is_file():
            (tmp_path / kind).mkdir()
            found[kind] = lines(code, judged(file, tmp_path / kind))
    expected = (FIXTURES / code / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert [line for kind in KINDS for line in found.get(kind, [])] == expected
    assert found["pass"] == []
    assert not any(" undecided " in line for line in found["fail"])
    assert all(" undecided " in line for line in found.get("undecided", []))


@pytest.mark.parametrize("code", [code for code in CODES if code in OF_JOBS])
def test_every_job_of_a_fixture_is_judged_and_answered(code: str, tmp_path: Path) -> None:
    """In fail.tf and undecided.tf every job shows what the file is called for; in pass.tf none does."""
    answers = {"pass": "pass", "fail": "fail", "undecided": "undecided"}
    for kind, answer in answers.items():
        file = FIXTURES / code / f"{kind}.tf"
        if not file.is_file():
            assert (kind, code in WITHOUT_UNDECIDED) == ("undecided", True)
            continue
        (tmp_path / kind).mkdir()
        jobs = judged(file, tmp_path / kind).jobs
        assert jobs
        assert {job.address: (job.init, dict(job.verdicts)[code]) for job in jobs} == {
            job.address: (True, answer) for job in jobs
        }
