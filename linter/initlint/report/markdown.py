"""Markdown for the summary of a pull request or of a step: the init jobs, the findings, and what is undecided.

Text of the scanned tree stands in code spans or is escaped: it makes no markup, no link and no mention.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from urllib.parse import quote

from initlint.finding import Finding, ListedJob, Result
from initlint.links import rule_page
from initlint.report import ReportOptions
from initlint.report.escape import visible, visible_lines
from initlint.report.trail import at, calls, origin
from initlint.report.words import causes, counted, holds, no_init_job, number, summary
from initlint.rule import Severity
from initlint.source import Span

LIMIT = 1_000_000
"""Bytes of a report. GitHub refuses the summary of a step that is over 1 MiB (and a comment over 65,536 characters)."""

# An underscore inside a word and a colon that begins no address are text already.
_SPECIAL = re.compile(r"[\\`*\[\]~$|]|(?<!\w)_|_(?!\w)|:(?=//)")
_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}
_VERDICTS = (("fail", "failed"), ("undecided", "undecided"), ("pass", "passed"))


def render(result: Result, options: ReportOptions) -> str:
    """The report, cut with a note where it would be too long."""
    return _fitted(list(_lines(result, options)))


def _lines(result: Result, options: ReportOptions) -> Iterator[str]:
    yield f"## initlint: {counted(result)}"
    yield ""
    yield prose(summary(result)) + "."
    for note in (*result.notes, *filter(None, [no_init_job(result)])):
        yield ""
        yield f"> {prose(note)}"
    yield from _jobs([job for job in result.jobs if job.init], options)
    for severity in Severity:
        found = [finding for finding in result.findings if finding.severity is severity]
        if found:
            yield from ["", f"### {_HEADINGS[severity]} ({len(found)})", ""]
            for finding in found:
                yield from _finding(finding, options)
    if result.undecided:
        yield from ["", f"### Undecided ({len(result.undecided)})", ""]
        for cause in causes(result.undecided):
            codes = ", ".join(cause.codes)
            yield f"- {prose(cause.reason)} ({prose(codes)}; {number(len(cause.jobs), 'job')})"


def _jobs(jobs: list[ListedJob], options: ReportOptions) -> Iterator[str]:
    """The table of the init jobs, a row for each environment that a job has a name in."""
    if not jobs:
        return
    rows = [(job, environment, name) for job in jobs for environment, name in job.names or (("", job.name),)]
    named = any(environment for _, environment, _ in rows)
    heads = ["Job", *(["Environment"] if named else []), "Name", "Trigger", "CPU and memory", "Identity", "Verdicts"]
    yield from ["", f"### Init jobs ({len(jobs)})", "", _row(heads), _row(["---"] * len(heads))]
    for job, environment, name in rows:
        where = _link(f"{job.address}", job.span, options)
        settings = [code(environment)] if named else []
        shown = [code(name), prose(job.trigger), prose(job.resources), prose(job.identity)]
        yield _row([where, *settings, *shown, prose(_verdicts(job))])


def _verdicts(job: ListedJob) -> str:
    if job.no_instances:
        return job.no_instances
    counts = Counter(verdict for _, verdict in job.verdicts)
    return ", ".join(f"{counts[verdict]} {word}" for verdict, word in _VERDICTS if counts[verdict])


def _row(columns: list[str]) -> str:
    return f"| {' | '.join(columns)} |"


def _finding(finding: Finding, options: ReportOptions) -> Iterator[str]:
    rule = f"[{prose(finding.code)}]({rule_page(quote(finding.code))}) {prose(finding.name)}"
    yield f"- **{rule}**: {prose(finding.message)}  "
    where = [_link(at(finding.span), finding.span, options)]
    if finding.job:
        where.append(f"in {code(finding.job)}")
    if when := holds(finding):
        where.append(prose(when))
    yield f"  {' '.join(where)}"
    for place in (*origin(finding), *calls(finding)):
        yield f"  - {_link(at(place.span), place.span, options)}: {prose(place.message)}"
    for line in visible_lines(finding.help):
        yield f"  - help: {prose(line)}"


def _link(text: str, span: Span, options: ReportOptions) -> str:
    """A text in code, linked to the line that a span begins on, where the files can be seen on the web."""
    if not options.source_url:
        return code(text)
    path = quote(span.path.encode("utf-8", "surrogateescape"), safe="/-._~")
    return f"[{code(text)}]({options.source_url}/{path}#L{span.line})"


def code(text: str) -> str:
    """A text in code: as a span of Markdown, or as HTML where it has what would end the span or a cell of a table."""
    shown = visible(text)
    if not shown.strip():
        return ""
    if not set("`|") & set(shown) and shown == shown.strip():
        return f"`{shown}`"
    return f"<code>{''.join(char if char.isalnum() or char in ' -.' else f'&#{ord(char)};' for char in shown)}</code>"


def prose(text: str) -> str:
    """A text in which nothing is markup, a link, or a mention of a person or an issue."""
    shown = _SPECIAL.sub(r"\\\g<0>", escape(visible(text), quote=False))
    shown = shown.replace("www.", r"www\.")
    return shown.replace("@", "@<!-- -->").replace("#", r"\#<!-- -->")


def _fitted(lines: list[str]) -> str:
    """The lines, or as many of them as the limit lets stand."""
    sizes = [len(line.encode("utf-8", "replace")) + 1 for line in lines]
    if sum(sizes) <= LIMIT:
        return "\n".join(lines)
    room, kept = LIMIT - 200, 0
    while kept < len(lines) and sizes[kept] <= room:
        room -= sizes[kept]
        kept += 1
    note = f"> The report is cut here: {number(len(lines) - kept, 'line')} more would not fit in a summary."
    return "\n".join([*lines[:kept], "", note])
