"""A result as seen from a folder further up: every path with a prefix."""

from __future__ import annotations

from dataclasses import replace

from initlint.finding import Finding, Result
from initlint.rule import Place
from initlint.source import Source, Span


def rebased(result: Result, prefix: str) -> Result:
    """The result with `prefix` ("infra/") before every path. Messages and addresses stay what they are."""
    if not prefix:
        return result
    sources: dict[int, Source] = {}

    def source(one: Source) -> Source:
        found = sources.get(id(one))
        if found is None:
            found = sources[id(one)] = Source(prefix + one.path, one.data)
        return found

    def span(one: Span) -> Span:
        return Span(source(one.source), one.start, one.end)

    def finding(one: Finding) -> Finding:
        related = tuple(Place(span(place.span), place.message) for place in one.related)
        return replace(one, span=span(one.span), related=related, origins=(), extent=(), lacking=())

    return replace(
        result,
        findings=tuple(map(finding, result.findings)),
        undecided=tuple(replace(question, span=span(question.span)) for question in result.undecided),
        jobs=tuple(replace(job, span=span(job.span)) for job in result.jobs),
        sources=tuple(map(source, result.sources)),
        hidden=tuple(map(span, result.hidden)),
    )
