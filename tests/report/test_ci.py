"""The formats of CI systems: GitHub's and Azure's commands, GitLab's Code Quality, JUnit."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

from initlint.finding import Result
from initlint.report import ReportOptions, render
from initlint.report.azure import upload_summary
from initlint.rule import Place, Severity
from initlint.source import Source, Span

from .build import CLEAN, CPU, FULL, IMAGE, JOB, JOBS, NAME, RULES, finding, job, span, undecided

ODD = Source("a,b:c;d]%.tf", b"x = 1\n")


def test_github_escapes_data_and_properties() -> None:
    result = Result(findings=(finding(span(ODD, "1"), message="100%: a, b", help="mend\nit"),))
    assert render("github", result).splitlines()[0] == (
        "::error file=a%2Cb%3Ac;d]%25.tf,line=1,endLine=1,col=5,endColumn=6,title=INIT102 job-name-invalid"
        "::a,b:c;d]%25.tf:1:5: 100%25: a, b%0Ahelp: mend%0Ahelp: it"
    )


def test_github_levels() -> None:
    commands = [line for line in render("github", FULL).splitlines() if line.startswith("::")]
    assert [command.split(" ", 1)[0] for command in commands] == [
        "::error",
        "::warning",
        "::notice",
        "::group::initlint",
        "::endgroup::",
    ]


def test_github_gets_no_columns_for_several_lines() -> None:
    several = Span(JOBS, 0, len(JOBS.data) - 1)
    line = render("github", Result(findings=(finding(several),))).splitlines()[0]
    assert line.startswith("::error file=infra/apps/init-jobs.tf,line=1,endLine=9,title=INIT102 job-name-invalid::")


def test_github_gets_ten_annotations_of_each_level() -> None:
    findings = (*[NAME] * 12, *[CPU] * 10, *[IMAGE] * 11)
    lines = render("github", Result(findings=findings)).splitlines()
    assert [sum(line.startswith(f"::{level} ") for line in lines) for level in ("error", "warning", "notice")] == [
        10
    ] * 3
    at = lines.index("3 findings beyond the 10 annotations that GitHub shows of each level:")
    assert [line.split(": ", 1)[0] for line in lines[at + 1 : at + 4]] == [
        "infra/main.tf:2:10",
        "infra/main.tf:2:10",
        "infra/apps/init-jobs.tf:5:5",
    ]
    assert lines[at + 4] == "::group::initlint report"
    assert lines[-2:] == [
        "no init job found: no Container Apps job in 0 files, 0 root modules",
        "12 errors, 10 warnings, 11 notes; 0 init jobs of 0 jobs in 0 files",
    ]


def test_github_says_nothing_in_a_group_when_clean() -> None:
    assert render("github", CLEAN) == "no findings; 1 init job of 1 job in 2 files\n"


def test_azure_escapes_data_and_properties() -> None:
    result = Result(findings=(finding(span(ODD, "1"), message="100%; [a]"),))
    assert render("azure", result).splitlines()[0] == (
        "##vso[task.logissue type=error;sourcepath=a,b:c%3Bd%5D%AZP25.tf;linenumber=1;columnnumber=5;code=INIT102;]"
        "job-name-invalid: 100%AZP25; [a]"
    )


def test_azure_prints_notes_as_lines() -> None:
    lines = render("azure", FULL, ReportOptions(show_undecided=True)).splitlines()
    assert [line.split(";", 1)[0] for line in lines[:2]] == [
        "##vso[task.logissue type=error",
        "##vso[task.logissue type=warning",
    ]
    assert lines[2] == f"infra/apps/init-jobs.tf:5:5: note INIT813 the image has no tag [{JOB}]"
    assert lines[3].startswith("infra/apps/init-jobs.tf:2:10: undecided INIT101 name: var.project_name")


def test_azure_uploads_a_summary() -> None:
    assert upload_summary("/agent/100%.md") == "##vso[task.uploadsummary]/agent/100%AZP25.md"


def test_gitlab_entries() -> None:
    entries = json.loads(render("gitlab", FULL, ReportOptions(rules=RULES)))
    assert [(entry["check_name"], entry["severity"]) for entry in entries] == [
        ("INIT102", "major"),
        ("INIT201", "minor"),
        ("INIT813", "info"),
    ]
    assert entries[1] == {
        "description": f"INIT201 oversized-resources: cpu is 4, the maximum is 1 [{JOB}] (in prod)",
        "check_name": "INIT201",
        "fingerprint": entries[1]["fingerprint"],
        "severity": "minor",
        "location": {"path": "infra/env/prod.tfvars", "lines": {"begin": 2, "end": 2}},
    }


def test_gitlab_security_errors_are_critical() -> None:
    secret = finding(span(ODD, "1"), code="INIT804", name="hardcoded-credential")
    quiet = replace(secret, severity=Severity.WARNING)
    entries = json.loads(render("gitlab", Result(findings=(secret, quiet)), ReportOptions(rules=RULES)))
    assert [entry["severity"] for entry in entries] == ["critical", "minor"]


def test_gitlab_fingerprints_are_unique_and_do_not_move() -> None:
    entries = json.loads(render("gitlab", Result(findings=(NAME, NAME, CPU))))
    first, second, other = (entry["fingerprint"] for entry in entries)
    assert second == f"{first}-2"
    assert other != first
    moved = Source("infra/main.tf", b"# a comment\n" + NAME.span.source.data)
    again = replace(NAME, span=span(moved, NAME.span.text))
    assert json.loads(render("gitlab", Result(findings=(again,))))[0]["fingerprint"] == first


def suites(result: Result) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Every suite with its cases: name, outcome, and its message."""
    root = ElementTree.fromstring(render("junit", result, ReportOptions(rules=RULES)))
    found = []
    for suite in root:
        cases = []
        for case in suite:
            assert case.get("classname") == suite.get("name")
            outcome = case[0] if len(case) else None
            cases.append(
                (case.get("name", ""), "" if outcome is None else outcome.tag,
                 "" if outcome is None else outcome.get("message", ""))
            )  # fmt: skip
        kinds = [outcome for _, outcome, _ in cases]
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(kinds.count("failure"))
        assert suite.get("skipped") == str(kinds.count("skipped"))
        found.append((suite.get("name", ""), cases))
    return found


def test_junit_has_a_case_for_each_rule_that_judged() -> None:
    result = Result(findings=(NAME, CPU), undecided=(undecided(),), jobs=(job(),))
    assert suites(result) == [
        (
            JOB,
            [
                ("INIT101 job-name-pattern", "skipped",
                 "undecided; name: var.project_name has no default; pass --var-file"),
                ("INIT102 job-name-invalid", "failure",
                 f"the name is 35 characters long, Azure takes 32 [{JOB}] (when var.environment is prod or staging)"),
                ("INIT201 oversized-resources", "failure", f"cpu is 4, the maximum is 1 [{JOB}] (in prod)"),
                ("INIT804 hardcoded-credential", "", ""),
                ("INIT813 unpinned-image", "skipped", "suppressed"),
            ],
        )
    ]  # fmt: skip


def test_junit_has_findings_of_no_job() -> None:
    broken = finding(span(ODD, "1"), code="INIT001", name="syntax-error", message="a } is missing")
    assert suites(Result(findings=(broken,), undecided=(undecided("INIT703", job=None),))) == [
        (
            "initlint",
            [
                ("INIT001 syntax-error", "failure", "a } is missing"),
                ("INIT703 job-name-pattern", "skipped",
                 "undecided; name: var.project_name has no default; pass --var-file"),
            ],
        )
    ]  # fmt: skip


def test_junit_tells_every_finding_of_a_rule() -> None:
    second = replace(
        NAME, span=span(JOBS, "var.name"), message="it ends in a hyphen", severity=Severity.NOTE, help="a\nb"
    )
    text = render("junit", Result(findings=(second, NAME), jobs=(job(verdicts=(("INIT102", "fail"),)),)))
    case = ElementTree.fromstring(text)[0][0]
    assert (case.get("file"), case.get("line")) == ("infra/apps/init-jobs.tf", "2")
    assert case[0].get("type") == "error"
    when = " (when var.environment is prod or staging)"
    assert (case[0].text or "").splitlines() == [
        f"infra/apps/init-jobs.tf:2:10: note: it ends in a hyphen [{JOB}]{when}",
        "help: a",
        "help: b",
        f"infra/main.tf:2:10: error: the name is 35 characters long, Azure takes 32 [{JOB}]{when}",
        "help: shorten the purpose",
    ]


def test_junit_keeps_jobs_of_one_address_in_two_roots_apart() -> None:
    other = Source("other/main.tf", JOBS.data)
    header = 'resource "azurerm_container_app_job" "migrate"'
    jobs = (job(verdicts=(("INIT813", "fail"),)), job(span=span(other, header), verdicts=(("INIT813", "fail"),)))
    elsewhere = replace(IMAGE, span=span(other, "container {"), related=(Place(span(other, header), "in this job"),))
    result = Result(findings=(IMAGE, replace(elsewhere, message="no tag here")), jobs=jobs)
    assert [(name, cases[0][2]) for name, cases in suites(result)] == [
        (JOB, f"the image has no tag [{JOB}]"),
        (f"{JOB}-2", f"no tag here [{JOB}]"),
    ]
