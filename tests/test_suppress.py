from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from initlint.diagnostics import DIAGNOSTICS
from initlint.finding import Applied, Finding, Undecided
from initlint.rule import Place, Rule, Severity
from initlint.settings import Settings
from initlint.source import Span
from initlint.suppress import Ignore, JobBlock, Scope, apply, directives
from initlint.syntax.nodes import File
from initlint.syntax.read import read_bytes

RULES = (
    *DIAGNOSTICS,
    Rule("INIT101", "job-name-pattern", Severity.ERROR, "", ""),
    Rule("INIT201", "oversized-resources", Severity.ERROR, "", ""),
    Rule("INIT202", "unsupported-cpu-memory", Severity.ERROR, "", ""),
)
SETTINGS = Settings(rules=RULES)
TODAY = date(2026, 11, 23)

JOB = """\
resource "azurerm_container_app_job" "migrate" {
  name = "x"
  template {
    container {
      cpu = 2
    }
  }
}
"""


def parsed(text: str, path: str = "main.tf") -> File:
    return read_bytes(text.encode(), path)


def jobs_of(*files: File) -> list[tuple[Span, Span]]:
    return [
        (block.header, block.span)
        for file in files
        for block in file.body.blocks("resource", 2)
        if block.labels[0] == "azurerm_container_app_job"
    ]


def blocks_of(file: File) -> list[JobBlock]:
    return [JobBlock(header, block) for header, block in jobs_of(file)]


def run(
    findings: Sequence[Finding],
    *files: File,
    settings: Settings = SETTINGS,
    today: date = TODAY,
    undecided: Sequence[Undecided] = (),
    judged: bool = True,
    partial: bool = False,
) -> Applied:
    jobs = jobs_of(*files)
    ran = {("INIT201", f"{header.path}:{header.start}") for header, _ in jobs if judged}
    named = {file.source.path: file for file in files}
    return apply(findings, undecided, named, jobs, ran, settings, today, partial=partial)


def at(file: File, text: str) -> Span:
    start = file.source.data.index(text.encode())
    return file.source.span(start, start + len(text.encode()))


def finding(
    file: File, text: str, code: str = "INIT201", job: str | None = None, related: Sequence[Span] = ()
) -> Finding:
    rule = next(rule for rule in RULES if rule.code == code)
    places = tuple(Place(span, "") for span in related)
    return Finding(code, rule.name, rule.severity, "m", at(file, text), job, related=places)


def shown(findings: Sequence[Finding]) -> list[str]:
    return [f"{f.span.path}:{f.span.line}:{f.span.column} {f.code} {f.severity.value} {f.message}" for f in findings]


def applied(text: str, *codes: str, settings: Settings = SETTINGS) -> Applied:
    """The result for one file with a finding of each code at `cpu = 2`, which belongs to the file's job."""
    file = parsed(text)
    found = [finding(file, "cpu = 2", code, "azurerm_container_app_job.migrate") for code in codes]
    return run(found, file, settings=settings)


def only_ignore(text: str) -> Ignore:
    file = parsed(text)
    ignores, mistakes = directives(file, blocks_of(file))
    assert mistakes == []
    (ignore,) = ignores
    return ignore


# --- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "names", "reason", "until"),
    [
        ("# initlint: ignore[INIT201] it needs more", ["INIT201"], "it needs more", None),
        ("# initlint: ignore[INIT201,job-name-pattern] why", ["INIT201", "job-name-pattern"], "why", None),
        ("#initlint:ignore[ INIT201 , INIT1 ]: why", ["INIT201", "INIT1"], "why", None),
        ("// initlint: ignore[INIT201]", ["INIT201"], "", None),
        ("/* initlint: ignore[INIT201] why */", ["INIT201"], "why", None),
        ("/*\n * initlint: ignore[INIT201] why\n */", ["INIT201"], "why", None),
        ("# initlint: ignore[INIT201] see ADR 12, until=2027-01-31", ["INIT201"], "see ADR 12", "2027-01-31"),
        ("# initlint: ignore[INIT201] until=2027-01-31 see ADR 12", ["INIT201"], "see ADR 12", "2027-01-31"),
        ("# initlint: ignore[INIT201] until=2027-01-31.", ["INIT201"], "", "2027-01-31"),
        ("# tflint-ignore: all # initlint: ignore[INIT201] why", ["INIT201"], "why", None),
    ],
)
def test_an_ignore_is_read(comment: str, names: list[str], reason: str, until: str | None) -> None:
    ignore = only_ignore(comment + "\nlocals {}\n")
    assert [name for name, _ in ignore.names] == names
    assert [span.text for _, span in ignore.names] == names
    assert (ignore.reason, ignore.until and ignore.until[0]) == (reason, until)


@pytest.mark.parametrize(
    "comment",
    [
        "# initlint: init-job",
        "# initlint: not-init-job because it only reports",
        "# initlint: this is what we lint with",
        "# see initlint: ignore[INIT201] for how",
        "# github.com/x/initlint: ignore[INIT201]",
        "# checkov:skip=CKV_AZURE_1:no",
        "# nothing",
    ],
)
def test_other_comments_are_no_ignores(comment: str) -> None:
    assert directives(parsed(comment + "\n"), []) == ([], [])


def test_text_that_is_no_comment_is_no_ignore() -> None:
    text = 'locals {\n  a = "# initlint: ignore[INIT201]"\n  b = <<EOT\n# initlint: ignore[INIT201]\nEOT\n}\n'
    assert directives(parsed(text), []) == ([], [])


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# initlint: ignore", "this ignores nothing: write ignore[RULE] with the rules to ignore"),
        ("# initlint: ignore INIT201", "this ignores nothing: write ignore[RULE] with the rules to ignore"),
        ("# initlint: ignore[]", "this ignores nothing: write ignore[RULE] with the rules to ignore"),
        ("# initlint: ignore[INIT201", "this ignores nothing: write ignore[RULE] with the rules to ignore"),
        ("# initlint: ignore-file", "this ignores nothing: write ignore-file[RULE] with the rules to ignore"),
        ("# initlint: ingore[INIT201]", "unknown directive 'ingore'; did you mean 'ignore'?"),
        ("# initlint: notinit-job", "unknown directive 'notinit-job'; did you mean 'not-init-job'?"),
        ("# initlint: disable=INIT201", "unknown directive 'disable'; write ignore[RULE] with the rules to ignore"),
        (
            "# initlint:",
            "this says nothing: after 'initlint:' stands one of ignore, ignore-file, init-job, not-init-job",
        ),
    ],
)
def test_a_mistake_is_said(comment: str, message: str) -> None:
    result = applied(comment + "\n" + JOB, "INIT201")
    assert len(result.findings) == 1
    assert shown(result.diagnostics) == [f"main.tf:1:3 INIT003 warning {message}"]


# --- what it covers -------------------------------------------------------------------------------------------------

WHOLE_JOB = [
    "# initlint: ignore[INIT201] why\n" + JOB,
    "# initlint: ignore[INIT201] why\n# another comment\n" + JOB,
    "/* initlint: ignore[INIT201] why\n   and more */\n" + JOB,
    JOB.replace('"migrate" {', '"migrate" { # initlint: ignore[INIT201] why'),
    JOB.replace("  name =", "  # initlint: ignore[INIT201] why\n  name ="),
    JOB.replace("      cpu =", "\n      # initlint: ignore[INIT201] why\n\n      cpu ="),
    JOB.replace("  template", "  // initlint: ignore[oversized-resources] why\n  template"),
    JOB.replace("  template", "  #checkov:skip=CKV_AZURE_9,CKV_INIT_201:why\n  template"),
    JOB.replace('name = "x"', 'name = "x" # checkov:skip=CKV_INIT_201: why'),
]


@pytest.mark.parametrize("text", WHOLE_JOB)
def test_the_whole_job_is_covered(text: str) -> None:
    ignore = only_ignore(text)
    assert (ignore.scope, ignore.reason.partition("\n")[0]) == (Scope.JOB, "why")
    file = parsed(text)
    jobs = jobs_of(file)
    values = parsed("cpu = 2\n", "prod.tfvars")
    job = "azurerm_container_app_job.migrate"
    header = jobs[0][0]
    found = [
        finding(file, 'name = "x"', "INIT201", job),
        finding(values, "cpu = 2", "INIT201", job, [header]),
        finding(file, 'name = "x"', "INIT101", job),
    ]
    question = Undecided("INIT201", "oversized-resources", Severity.ERROR, job, "why", at(file, "container"))
    result = run(found, file, values, undecided=[question])
    assert (list(result.findings), result.undecided, result.suppressed) == ([found[2]], (), 2)
    assert result.diagnostics == ()


LINE_ONLY = [
    JOB.replace("cpu = 2", "cpu = 2 # initlint: ignore[INIT201] why"),
    JOB.replace("cpu = 2", "cpu = 2 /* initlint: ignore[INIT201] why */"),
    JOB.replace("cpu = 2", "/* initlint: ignore[INIT201] why */ cpu = 2"),
]


@pytest.mark.parametrize("text", LINE_ONLY)
def test_behind_code_only_the_line_is_covered(text: str) -> None:
    assert only_ignore(text).scope is Scope.LINE
    file = parsed(text)
    job = "azurerm_container_app_job.migrate"
    found = [finding(file, "cpu = 2", "INIT201", job), finding(file, 'name = "x"', "INIT201", job)]
    result = run(found, file)
    assert (list(result.findings), result.suppressed, result.diagnostics) == ([found[1]], 1, ())


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("locals {\n  # initlint: ignore[INIT201] why\n  cpu = 2\n}\n", True),
        ("locals {\n  # initlint: ignore[INIT201] why\n  # more\n  cpu = 2\n}\n", True),
        ("locals {\n  # initlint: ignore[INIT201] why\n\n  cpu = 2\n}\n", False),
        ("locals {\n  cpu = 2\n  # initlint: ignore[INIT201] why\n}\n", False),
        ("locals {\n  a = 1 # initlint: ignore[INIT201] why\n  cpu = 2\n}\n", False),
        ("# initlint: ignore[INIT201] why\nlocals {\n  cpu = 2\n}\n", False),
        ("locals {\n  cpu = 2 # initlint: ignore[INIT201] why\n}\r\n", True),
        ("locals {\r\n  # initlint: ignore[INIT201] why\r\n  cpu = 2\r\n}\r\n", True),
    ],
)
def test_elsewhere_the_line_and_the_next_one_are_covered(text: str, covered: bool) -> None:
    result = applied(text, "INIT201")
    assert (len(result.findings), result.suppressed) == ((0, 1) if covered else (1, 0))
    assert [f.code for f in result.diagnostics] == ([] if covered else ["INIT003"])


def test_a_comment_above_the_job_with_a_blank_line_between_does_not_cover_it() -> None:
    result = applied("# initlint: ignore[INIT201] why\n\n" + JOB, "INIT201")
    assert len(result.findings) == 1
    assert shown(result.diagnostics) == ["main.tf:1:20 INIT003 warning unused ignore: INIT201 finds nothing here"]


def test_values_files_take_ignores() -> None:
    values = parsed("cpu = 2 # initlint: ignore[INIT201] why\n", "prod.tfvars")
    job = parsed(JOB)
    found = finding(values, "2", "INIT201", "azurerm_container_app_job.migrate")
    result = run([found], values, job)
    assert (result.findings, result.suppressed) == ((), 1)


def test_the_file_is_covered_wherever_the_comment_stands() -> None:
    text = JOB + "\n# initlint: ignore-file[INIT2] sized by the platform team\n"
    file = parsed(text)
    other = parsed("cpu = 2\n", "prod.tfvars")
    job = "azurerm_container_app_job.migrate"
    found = [
        finding(file, "cpu = 2", "INIT201", job),
        finding(file, "cpu = 2", "INIT202", job),
        finding(other, "cpu = 2", "INIT201", job, [jobs_of(file)[0][0]]),
        finding(other, "cpu = 2", "INIT201"),
    ]
    result = run(found, file, other)
    assert (list(result.findings), result.suppressed, result.diagnostics) == ([found[3]], 3, ())


def test_jobs_of_one_address_in_two_roots_are_told_apart() -> None:
    prod = parsed("# initlint: ignore[INIT201] why\n" + JOB, "prod/main.tf")
    dev = parsed(JOB, "dev/main.tf")
    values = parsed("cpu = 2\n", "shared.tfvars")
    jobs = jobs_of(prod, dev)
    address = "azurerm_container_app_job.migrate"
    of_prod = finding(values, "cpu = 2", "INIT201", address, [jobs[0][0]])
    of_dev = finding(values, "cpu = 2", "INIT201", address, [jobs[1][0]])
    inside_dev = finding(dev, "cpu = 2", "INIT201", address)
    result = run([of_prod, of_dev, inside_dev], prod, dev, values)
    assert list(result.findings) == [of_dev, inside_dev]


def test_what_makes_a_run_untrustworthy_cannot_be_ignored() -> None:
    file = parsed("# initlint: ignore-file[ALL,INIT001] why\ncpu = 2\n")
    found = [finding(file, "cpu = 2", "INIT001"), finding(file, "cpu = 2", "INIT201")]
    result = run(found, file)
    assert list(result.findings) == [found[0]]
    assert shown(result.diagnostics) == [
        "main.tf:1:29 INIT003 warning INIT001 cannot be ignored: leave the file out with 'exclude'"
    ]


# --- what is said of ignores ----------------------------------------------------------------------------------------


def test_each_unused_name_is_said_at_its_place() -> None:
    result = applied(JOB.replace("cpu = 2", "cpu = 2 # initlint: ignore[INIT101, INIT201, INIT202] é"), "INIT201")
    assert shown(result.diagnostics) == [
        "main.tf:5:34 INIT003 warning unused ignore: INIT101 finds nothing here",
        "main.tf:5:52 INIT003 warning unused ignore: INIT202 finds nothing here",
    ]


def test_unknown_rules_are_said_with_the_nearest() -> None:
    result = applied("# initlint: ignore[INIT2O1, job-name-patern, init201] why\n" + JOB, "INIT201")
    assert shown(result.diagnostics) == [
        "main.tf:1:20 INIT005 warning unknown rule 'INIT2O1'; did you mean 'INIT201'?",
        "main.tf:1:29 INIT005 warning unknown rule 'job-name-patern'; did you mean 'job-name-pattern'?",
        "main.tf:1:46 INIT005 warning unknown rule 'init201'; did you mean 'INIT201'?",
    ]


@pytest.mark.parametrize(
    ("settings", "partial"),
    [
        (Settings(rules=RULES, ignore=("INIT201",)), False),
        (Settings(rules=RULES, select=("INIT1",)), False),
        (Settings(rules=RULES, ignore=("unused-ignore",)), False),
        (SETTINGS, True),
    ],
)
def test_what_was_not_judged_is_not_called_unused(settings: Settings, partial: bool) -> None:
    file = parsed("# initlint: ignore[INIT201] why\n" + JOB)
    assert run([], file, settings=settings, partial=partial).diagnostics == ()


def test_an_ignore_in_a_job_that_was_not_judged_is_not_called_unused() -> None:
    for text in (JOB.replace("cpu = 2", "cpu = 2 # initlint: ignore[INIT201] why"), WHOLE_JOB[0]):
        file = parsed(text)
        assert run([], file, judged=False).diagnostics == ()


def test_nothing_is_said_of_ignores_in_files_that_are_not_scanned() -> None:
    text = "# initlint: ignore[INIT201] why\n# initlint: ignore-file[INIT999,INIT003]\n# initlint: ingore[X]\n"
    file = parsed(text, ".terraform/modules/x/main.tf")
    named = {file.source.path: file}
    result = apply([], [], named, [], set(), SETTINGS, TODAY, scanned=lambda path: not path.startswith("."))
    assert result.diagnostics == ()


def test_a_checkov_skip_outside_a_job_is_unused() -> None:
    result = applied("#checkov:skip=CKV_INIT_201:why\n" + JOB, "INIT201")
    assert len(result.findings) == 1
    assert shown(result.diagnostics) == ["main.tf:1:15 INIT003 warning unused ignore: INIT201 finds nothing here"]


@pytest.mark.parametrize(
    ("today", "covered"),
    [(date(2027, 1, 30), True), (date(2027, 1, 31), True), (date(2027, 2, 1), False)],
)
def test_an_ignore_is_good_through_its_last_day(today: date, covered: bool) -> None:
    file = parsed(JOB.replace("cpu = 2", "cpu = 2 # initlint: ignore[INIT201] why, until=2027-01-31"))
    found = finding(file, "cpu = 2", "INIT201")
    result = run([found], file, today=today)
    expired = "main.tf:5:48 INIT003 warning this ignore expired on 2027-01-31 and ignores nothing"
    assert list(result.findings) == ([] if covered else [found])
    assert shown(result.diagnostics) == ([] if covered else [expired])


@pytest.mark.parametrize("text", ["2027-02-30", "soon", "20270131", "2027-1-31", ""])
def test_a_date_that_is_none_ignores_nothing(text: str) -> None:
    result = applied(JOB.replace("cpu = 2", f"cpu = 2 # initlint: ignore[INIT201] why until={text}"), "INIT201")
    assert len(result.findings) == 1
    assert shown(result.diagnostics) == [
        f"main.tf:5:47 INIT003 warning '{text}' is no date, so this ignores nothing; write until=YYYY-MM-DD"
    ]


def test_an_ignore_without_reason_is_said_where_that_is_wanted() -> None:
    text = JOB.replace("cpu = 2", "cpu = 2 # initlint: ignore[INIT201] until=2027-01-31")
    assert applied(text, "INIT201").diagnostics == ()
    wanted = Settings(rules=RULES, severity={"INIT004": "note"})
    assert shown(applied(text, "INIT201", settings=wanted).diagnostics) == [
        "main.tf:5:17 INIT004 note this ignore does not say why"
    ]


def test_what_is_said_of_ignores_can_be_ignored_too() -> None:
    text = "# initlint: ignore-file[INIT003] generated\nlocals {\n  a = 1 # initlint: ignore[INIT201] why\n}\n"
    file = parsed(text)
    result = run([], file)
    assert (result.diagnostics, result.suppressed) == ((), 1)
    alone = parsed("# initlint: ignore-file[INIT003] generated\n")
    assert shown(run([], alone).diagnostics) == [
        "main.tf:1:25 INIT003 warning unused ignore: INIT003 finds nothing here"
    ]
