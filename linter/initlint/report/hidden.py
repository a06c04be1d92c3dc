"""What no excerpt shows: the literal credentials of the scanned tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from initlint.finding import Finding, Result
from initlint.report.trail import origin
from initlint.rule import Rule
from initlint.source import Source, Span

CREDENTIAL = "credential"
"""The tag of a rule whose findings stand on a credential, or on what it comes from. A rule with a security severity is
taken for one without the tag: better a literal too few in an excerpt than a password too many.
"""

_LITERAL = re.compile(rb'"(?:[^"\\]|\\.)*"|<<-?\w+\r?\n(?P<body>.*)', re.DOTALL)

_HEADER = re.compile(r'[a-z_]+(?:(?:\s+"[^"]*")*\s*\{|(?:\s+"[^"]*")+)')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_REFERENCE = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^\]]*\])+,?")


def hidden_spans(result: Result, rules: Iterable[Rule]) -> tuple[Span, ...]:
    """The spans that the run knows to be credentials, and the literals that findings of such rules stand on or that
    their values come from.
    """
    codes = {rule.code for rule in rules if CREDENTIAL in rule.tags or rule.security_severity}
    found = [finding for finding in result.findings if finding.code in codes]
    spans = (span for one in found for span in (one.span, *_sources(one)))
    return (*result.hidden, *(literal for span in spans for literal in _literals(span)))


def _sources(finding: Finding) -> Iterator[Span]:
    """Where a finding's value comes from, but for what the finding's own span is a part of."""
    return (place.span for place in origin(finding) if not place.span.covers(finding.span))


def _literals(span: Span) -> Iterator[Span]:
    """The quoted texts and the here-document bodies in a span, or the span where it is itself a part of one.

    A reference and the header of a block are no literals and may be shown.
    """
    if _HEADER.fullmatch(span.text) or _REFERENCE.fullmatch(span.text):
        return
    inside = list(_LITERAL.finditer(span.source.data, span.start, span.end))
    for match in inside:
        group = "body" if match["body"] is not None else 0
        yield Span(span.source, match.start(group), match.end(group))
    if not inside:
        yield span


def masked(source: Source, line: int, hidden: Sequence[Span]) -> str:
    """The text of a line with an asterisk for each character that is hidden, or that is seen to be a credential."""
    text = source.line_text(line)
    for first, last in (*_known(source, line, text, hidden), *_seen(text)):
        text = text[:first] + "*" * (last - first) + text[last:]
    return text


def _known(source: Source, line: int, text: str, hidden: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Where hidden spans stand in a line, without the quotes around them."""
    start = source.offset_of_line(line)
    for span in hidden:
        if span.path == source.path and span.start < start + len(text.encode()) and span.end > start:
            quotes = len(span.text) > 1 and span.text[0] == span.text[-1] == '"'
            low, high = (source.position(at) for at in (span.start + quotes, span.end - quotes))
            first = low[1] - 1 if low[0] == line else 0
            yield first, max(first, min(high[1] - 1, len(text)) if high[0] == line else len(text))


def _seen(text: str) -> Iterator[tuple[int, int]]:
    """Where a line, or a quoted text in it, holds what reads as a credential; a Terraform reference is none."""
    from initlint.credentials import Kind, credentials

    quoted = [(match.start(1), match[1]) for match in _QUOTED.finditer(text)]
    for at, part in [(0, text), *quoted]:
        for kind in Kind:
            for one in credentials(part, kind):
                if not _REFERENCE.fullmatch(part, one.start, one.end):
                    yield at + one.start, at + one.end
