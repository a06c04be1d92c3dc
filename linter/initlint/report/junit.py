"""JUnit XML, as CI systems read it: a suite for each init job, a case for each rule that judged it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

from initlint.finding import Finding, ListedJob, Result, Undecided
from initlint.record import record
from initlint.report import ReportOptions
from initlint.report.concise import described, place
from initlint.report.escape import shown_path, visible, visible_lines
from initlint.report.trail import unique
from initlint.source import Span

T = TypeVar("T")

NO_JOB = "initlint"
"""The suite of findings that belong to no job."""


@record(eq=True)
class Case:
    """One test case; `outcome` is an element inside it, or nothing where it passed."""

    name: str
    span: Span
    kind: str
    outcome: str


def render(result: Result, options: ReportOptions) -> str:
    """The report. A finding is a failure whatever its severity, which is the failure's type; undecided and suppressed
    verdicts are skipped cases.
    """
    names = {rule.code: rule.name for rule in options.rules}
    names |= {question.code: question.name for question in result.undecided}
    names |= {finding.code: finding.name for finding in result.findings}
    suites = _suites(result, names)
    every = [case for _, cases in suites for case in cases]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="initlint"{_totals(every)}>']
    for name, cases in suites:
        lines.append(f"  <testsuite{_attribute('name', name)}{_totals(cases)}>")
        lines += [_element(name, case) for case in cases]
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"])


def _suites(result: Result, names: dict[str, str]) -> list[tuple[str, list[Case]]]:
    """A suite for each judged job, then one for each job of what is left, then one for what belongs to no job."""
    judged = [job for job in result.jobs if job.verdicts]
    findings = _grouped((finding.job, finding.code, finding) for finding in result.findings)
    questions = _grouped((question.job, question.code, question) for question in result.undecided)
    told: set[tuple[str, str]] = set()
    suites = []
    for label, job in zip(unique(job.address for job in judged), judged):
        cases = []
        for code, verdict in job.verdicts:
            key = (job.address, code)
            found = [finding for finding in findings.get(key, []) if _is_about(finding, job)]
            cases.append(_case(code, names, job.span, verdict, found, questions.get(key, [])))
            told.add(key)
        suites.append((label, cases))
    rest: dict[str, list[Case]] = {}
    for key in dict.fromkeys([*findings, *questions]):
        if key not in told:
            found, asked = findings.get(key, []), questions.get(key, [])
            span = found[0].span if found else asked[0].span
            rest.setdefault(key[0], []).append(_case(key[1], names, span, "", found, asked))
    return [*suites, *rest.items()]


def _grouped(items: Iterable[tuple[str | None, str, T]]) -> dict[tuple[str, str], list[T]]:
    """Items by job and code."""
    groups: dict[tuple[str, str], list[T]] = {}
    for job, code, item in items:
        groups.setdefault((job or NO_JOB, code), []).append(item)
    return groups


def _is_about(finding: Finding, job: ListedJob) -> bool:
    """Whether a finding of a job's address is about this job: two root modules can each have one of that address."""
    return job.span.path in {finding.span.path, *(place.span.path for place in finding.related)}


def _case(
    code: str, names: dict[str, str], span: Span, verdict: str, found: list[Finding], asked: list[Undecided]
) -> Case:
    kind, outcome = _outcome(verdict, found, asked)
    spans = [*(finding.span for finding in found), *(question.span for question in asked), span]
    return Case(f"{code} {names.get(code, '')}".strip(), spans[0], kind, outcome)


def _outcome(verdict: str, found: Sequence[Finding], asked: Sequence[Undecided]) -> tuple[str, str]:
    if found:
        worst = min(found, key=lambda finding: finding.severity.rank)
        text = "\n".join(line for finding in found for line in _told(finding))
        head = f"<failure{_attribute('type', worst.severity.value)}{_attribute('message', described(worst))}>"
        return "failures", f"{head}{escape(text)}</failure>"
    if verdict == "fail":
        return "skipped", '<skipped message="suppressed"/>'
    if asked or verdict == "undecided":
        reasons = dict.fromkeys(visible(question.reason) for question in asked)
        return "skipped", f"<skipped{_attribute('message', '; '.join(['undecided', *reasons]))}/>"
    return "", ""


def _told(finding: Finding) -> list[str]:
    head = f"{place(finding.span)}: {finding.severity.value}: {described(finding)}"
    return [head, *(f"help: {line}" for line in visible_lines(finding.help))]


def _element(suite: str, case: Case) -> str:
    where = f'{_attribute("file", shown_path(case.span.path))} line="{case.span.line}"'
    head = f"    <testcase{_attribute('classname', suite)}{_attribute('name', case.name)}{where}"
    return f"{head}>{case.outcome}</testcase>" if case.outcome else f"{head}/>"


def _totals(cases: Sequence[Case]) -> str:
    kinds = [case.kind for case in cases]
    return f' tests="{len(cases)}" failures="{kinds.count("failures")}" errors="0" skipped="{kinds.count("skipped")}"'


def _attribute(name: str, value: str) -> str:
    return f" {name}={quoteattr(visible(value))}"
