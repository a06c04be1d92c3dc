"""One line for each finding, for editors and for grep; the counts on the last line."""

from __future__ import annotations

from initlint.finding import Finding, Result, Undecided
from initlint.report import ReportOptions
from initlint.report.ansi import Paint
from initlint.report.escape import shown_path, visible
from initlint.report.words import circumstances, holds, remarks, summary
from initlint.source import Span


def render(result: Result, options: ReportOptions) -> str:
    """The report, a line each: `path:line:col: severity CODE message [job] (circumstances)`."""
    paint = Paint(options.color)
    lines = [line(finding, paint) for finding in result.findings]
    return "\n".join([*lines, *questions(result, options), *closing(result)])


def line(finding: Finding, paint: Paint) -> str:
    """The line of a finding."""
    head = f"{paint(finding.severity.value, finding.severity)} {visible(finding.code)}"
    return f"{place(finding.span)}: {head} {described(finding)}"


def described(finding: Finding) -> str:
    """A finding's message with the job and the circumstances that it holds in."""
    return visible(finding.message) + _tail(finding.job, holds(finding))


def place(span: Span) -> str:
    """A span's place as it may begin a line: "path:line:col"."""
    return f"{shown_path(span.path)}:{span.line}:{span.column}"


def questions(result: Result, options: ReportOptions) -> list[str]:
    """The lines of the undecided questions, where they are wanted."""
    paint = Paint(options.color)
    return [_undecided(question, paint) for question in result.undecided] if options.show_undecided else []


def closing(result: Result) -> list[str]:
    """The lines after the findings: remarks, then the summary."""
    return [visible(said) for said in (*remarks(result), summary(result))]


def _undecided(question: Undecided, paint: Paint) -> str:
    head = f"{paint('undecided', 'undecided')} {visible(question.code)} {visible(question.reason)}"
    return f"{place(question.span)}: {head}{_tail(question.job, circumstances(question.environments))}"


def _tail(job: str | None, when: str) -> str:
    return (f" [{visible(job)}]" if job else "") + (f" ({visible(when)})" if when else "")
