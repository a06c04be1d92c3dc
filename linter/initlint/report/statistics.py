"""How many findings each rule has, instead of the findings."""

from __future__ import annotations

from collections import Counter

from initlint.finding import Result
from initlint.report import ReportOptions
from initlint.report.ansi import Paint
from initlint.report.concise import closing
from initlint.report.escape import json_text, visible
from initlint.report.json import VERSION, summary
from initlint.rule import Severity


def counts(result: Result) -> list[tuple[int, str, str, Severity]]:
    """Number, code, name and severity; the most frequent first, then by severity and code."""
    found = Counter((finding.severity, finding.code, finding.name) for finding in result.findings)
    rows = [(count, code, name, severity) for (severity, code, name), count in found.items()]
    return sorted(rows, key=lambda row: (-row[0], row[3].rank, row[1]))


def render_text(result: Result, options: ReportOptions) -> str:
    """A line for each rule, then the closing lines of every report."""
    paint = Paint(options.color)
    rows = counts(result)
    width = max((len(str(count)) for count, *_ in rows), default=0)
    lines = [
        f"{count:>{width}}  {paint(f'{severity.value:<7}', severity)}  {visible(code)}  {visible(name)}"
        for count, code, name, severity in rows
    ]
    return "\n".join([*lines, *closing(result)]) + "\n"


def render_json(result: Result) -> str:
    """`statistics` and the `summary` of the JSON report."""
    listed = [
        {"code": code, "name": name, "severity": severity.value, "count": count}
        for count, code, name, severity in counts(result)
    ]
    return json_text({"version": VERSION, "statistics": listed, "summary": summary(result)}) + "\n"
