"""What no excerpt shows: the literal credentials of the scanned tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from initlint.finding import Finding, Result
from initlint.regex import regex
from initlint.report.trail import origin
from initlint.rule import Rule
from initlint.source import Source, Span
from initlint.syntax.scan import scan

CREDENTIAL = "credential"
"""The tag of a rule whose findings stand on a credential, or on what it comes from. A rule with a security severity and
no tag at all is taken for one: better a literal too few in an excerpt than a password too many.
"""

_VALUE = regex(rb'(?i)\b(?:value|\w*(?:password|secret|token|key))"?\s*[=:]\s*("(?:[^"\\]|\\.)*"?)')
"""An argument that may hold a credential, with its quoted text; in JSON too."""
_NAMED = regex(r'\bname"?\s*[=:]\s*"(?P<name>[^"]*)"[\s,;]*"?value"?\s*[=:]\s*"(?P<value>(?:[^"\\]|\\.)*)')
"""A variable with its value on one line."""
_SHORT_NAME = regex(r"(?i)\b\w*_pass(?:phrase)?=[\"']?(?P<value>[^\s\"';$&|]+)")
"""A variable of a script that no rule takes for a credential for certain; shown it need not be."""
SYNTAX_ERROR = "INIT001"

_REST = regex(r"[^\s\"';,&@]*")
"""What may still belong to a password that was found: better some characters too many than one too few."""
_HEADER = regex(r'[a-z_]+(?:(?:\s+"[^"]*")*\s*\{|(?:\s+"[^"]*")+)')
_QUOTED = regex(r'"((?:[^"\\]|\\.)*)"')
_REFERENCE = regex(r"[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^\]]*\])+,?")


def hidden_spans(result: Result, rules: Iterable[Rule]) -> tuple[Span, ...]:
    """The spans that the run knows to be credentials, and the literals that findings of such rules stand on or that
    their values come from.
    """
    codes = {rule.code for rule in rules if CREDENTIAL in rule.tags or (rule.security_severity and not rule.tags)}
    found = [finding for finding in result.findings if finding.code in codes]
    spans = (span for one in found for span in (one.span, *_sources(one)))
    broken = (finding.span for finding in result.findings if finding.code == SYNTAX_ERROR)
    return (
        *result.hidden,
        *(literal for span in spans for literal in _literals(span)),
        *(literal for span in broken for literal in _values(span)),
    )


def _values(error: Span) -> Iterator[Span]:
    """The literals on the line of a syntax error that may be a secret's value: nothing says any more whose they are."""
    source, line = error.source, error.line
    start = source.offset_of_line(line)
    for match in _VALUE.finditer(source.data, start, start + len(source.line_text(line).encode())):
        yield Span(source, match.start(1), match.end(1))


def _sources(finding: Finding) -> Iterator[Span]:
    """Where a finding's value comes from, but for what the finding's own span is a part of."""
    return (place.span for place in origin(finding) if not place.span.covers(finding.span))


def _literals(span: Span) -> Iterator[Span]:
    """The quoted texts and the here-document bodies in a span, or the span where it is itself a part of one.

    A reference and the header of a block are no literals and may be shown.
    """
    if _HEADER.fullmatch(span.text) or _REFERENCE.fullmatch(span.text):
        return
    inside = list(_templates(span))
    yield from inside or (span,)


def _templates(span: Span) -> Iterator[Span]:
    """The quoted texts and the here-document bodies in a span, each with what is interpolated in it. One that does not
    end there says that the span began inside of it.
    """
    depth, start, body = 0, 0, False
    for token in scan(span.source.data, span.start, span.end):
        if token.kind == "eof":
            break
        if token.kind in ("quote", "heredoc"):
            if not depth:
                body = token.kind == "heredoc"
                start = token.end if body else token.start
            depth += 1
        elif token.kind in ("endquote", "endheredoc"):
            depth -= 1
            if not depth:
                yield Span(span.source, start, token.start if body else token.end)
    if depth:
        yield Span(span.source, start if body else span.start, span.end)


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


@cache
def _seen(text: str) -> tuple[tuple[int, int], ...]:
    """The places of `_looks_like_credentials`; the same lines are drawn again and again."""
    return tuple(_looks_like_credentials(text))


def _looks_like_credentials(text: str) -> Iterator[tuple[int, int]]:
    """Where a line, or a quoted text in it, holds what reads as a credential; a Terraform reference is none."""
    from initlint.credentials import Kind, credentials, says_credential

    for match in _NAMED.finditer(text):
        if says_credential(match["name"]):
            yield match.span("value")
    for match in _SHORT_NAME.finditer(text):
        yield match.span("value")
    quoted = [(match.start(1), match[1]) for match in _QUOTED.finditer(text)]
    for at, part in [(0, text), *quoted]:
        for kind in Kind:
            for one in credentials(part, kind):
                if not _REFERENCE.fullmatch(part, one.start, one.end):
                    rest = _REST.match(part, one.end)
                    yield at + one.start, at + (rest.end() if rest else one.end)
