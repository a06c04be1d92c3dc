"""For people: each finding with the source it is about, then what is undecided, then the counts."""

from __future__ import annotations

from collections.abc import Iterator

from initlint.finding import Finding, Result, Undecided
from initlint.report import ReportOptions
from initlint.report.ansi import Paint
from initlint.report.escape import visible, visible_lines
from initlint.report.excerpt import excerpt
from initlint.report.hidden import hidden_spans
from initlint.report.trail import CALLED_FROM, at, beside, calls
from initlint.report.words import circumstances, holds, remarks, summary
from initlint.source import Span


def render(result: Result, options: ReportOptions) -> str:
    """The report for people."""
    paint = Paint(options.color)
    hidden = hidden_spans(result, options.rules)
    blocks = [_finding(finding, paint, hidden) for finding in result.findings]
    if options.show_undecided:
        blocks += [_undecided(question, paint, hidden) for question in result.undecided]
    said = [visible(remark) for remark in remarks(result)]
    blocks.append("\n".join([*said, paint(visible(summary(result)), _tone(result))]))
    return "\n\n".join(blocks)


def _tone(result: Result) -> str:
    return "bold" if result.findings or not any(job.init for job in result.jobs) else "good"


def _finding(finding: Finding, paint: Paint, hidden: tuple[Span, ...]) -> str:
    head = _head(finding.severity.value, finding.code, finding.name, finding.message, paint)
    gutter, drawn = excerpt(finding.span, beside(finding), finding.severity.value, paint, hidden)
    return "\n".join([head, *drawn, *_facts(_facts_of(finding), gutter, paint)])


def _undecided(question: Undecided, paint: Paint, hidden: tuple[Span, ...]) -> str:
    head = _head("undecided", question.code, question.name, question.reason, paint)
    gutter, drawn = excerpt(question.span, (), "undecided", paint, hidden)
    facts = [("job", question.job or ""), _circumstances(circumstances(question.environments))]
    return "\n".join([head, *drawn, *_facts(facts, gutter, paint)])


def _head(style: str, code: str, name: str, message: str, paint: Paint) -> str:
    return f"{paint(f'{style}[{visible(code)}]', style)} {paint(visible(name), 'bold')}: {visible(message)}"


def _facts_of(finding: Finding) -> list[tuple[str, str]]:
    """What is said below the excerpt, each with its name; empty ones are left out later."""
    return [
        ("job", finding.job or ""),
        ("because", finding.evidence),
        _circumstances(holds(finding)),
        ("instances", ", ".join(finding.instances)),
        *(
            ("called from", f"{place.message.removeprefix(CALLED_FROM)} at {at(place.span)}")
            for place in calls(finding)
        ),
        ("help", finding.help),
    ]


def _circumstances(text: str) -> tuple[str, str]:
    """The word that circumstances begin with, "in" or "when", and what follows it."""
    word, _, rest = text.partition(" ")
    return word, rest


def _facts(facts: list[tuple[str, str]], gutter: int, paint: Paint) -> Iterator[str]:
    margin = f"{' ' * gutter} {paint('=', 'gutter')} "
    for name, text in facts:
        label = f"{name}: "
        for index, line in enumerate(visible_lines(text) if name == "help" else [visible(text)] if text else []):
            yield f"{margin}{paint(label, 'bold')}{line}" if not index else f"{' ' * (gutter + 3 + len(label))}{line}"
