"""Workflow commands of GitHub Actions: annotations on the changed files, and the whole report in a group of the log.

GitHub keeps ten annotations of each level for one step; the findings beyond are plain lines of the log. See
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands .
"""

from __future__ import annotations

from collections import Counter

from initlint.finding import Finding, Result
from initlint.report import ReportOptions, concise, text
from initlint.report.ansi import Paint
from initlint.report.escape import guarded, visible, visible_lines
from initlint.report.words import number
from initlint.rule import Severity

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
LIMIT = 10
"""Annotations of one level that GitHub keeps for a step."""


def render(result: Result, options: ReportOptions) -> str:
    """Annotations, the findings beyond GitHub's limit, the text report as a group, and the closing lines."""
    shown = annotated(result)
    beyond = [concise.line(finding, Paint(options.color)) for finding in _split(result)[1]]
    if beyond:
        beyond.insert(
            0, f"{number(len(beyond), 'finding')} beyond the {LIMIT} annotations that GitHub shows of each level:"
        )
    report: list[str] = []
    if result.findings or (result.undecided and options.show_undecided):
        report = ["::group::initlint report", *text.render(result, options).split("\n"), "::endgroup::"]
        report[1:-1] = map(guarded, report[1:-1])
    return "\n".join([*shown, *beyond, *report, *map(guarded, concise.closing(result))])


def annotated(result: Result) -> list[str]:
    """The annotations alone, as many as GitHub shows."""
    return [_annotation(finding) for finding in _split(result)[0]]


def _split(result: Result) -> tuple[list[Finding], list[Finding]]:
    """The findings that GitHub shows as annotations, and those beyond its limit."""
    shown: list[Finding] = []
    beyond: list[Finding] = []
    seen: Counter[Severity] = Counter()
    for finding in result.findings:
        seen[finding.severity] += 1
        (shown if seen[finding.severity] <= LIMIT else beyond).append(finding)
    return shown, beyond


def _annotation(finding: Finding) -> str:
    """The command for one finding. Columns are left out where a span has several lines: GitHub refuses them there."""
    span = finding.span
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    columns = {"col": str(column), "endColumn": str(end_column)} if line == end_line else {}
    properties = {
        "file": visible(span.path),
        "line": str(line),
        "endLine": str(end_line),
        **columns,
        "title": f"{visible(finding.code)} {visible(finding.name)}",
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "\n".join(
        [
            f"{concise.place(span)}: {concise.described(finding)}",
            *(f"help: {line}" for line in visible_lines(finding.help)),
        ]
    )
    return f"::{LEVELS[finding.severity]} {listed}::{_data(message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
