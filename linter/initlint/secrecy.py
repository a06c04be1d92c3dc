"""Which places of the scanned text hold what must never be shown: the values of secrets and of credential variables,
and the credentials inside other texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from initlint.credentials import HOLE, Kind, credentials, is_secret_reference, passwords_in, says_credential
from initlint.jobs.job import Container, Field, Job
from initlint.jobs.program import text_with_holes
from initlint.source import Span
from initlint.terraform.value import Chunk, Value


def secret_spans(jobs: Iterable[Job]) -> Iterator[Span]:
    """Where a job's secrets and credential variables have their values written, whichever rules are on."""
    for job in jobs:
        for secret in job.secrets:
            yield from _written(secret.value)
        for registry in job.registries:
            yield from _misplaced(registry.password_secret_name)
        for container in job.all_containers:
            for env in container.env:
                yield from _misplaced(env.secret_name)
                name = env.name.value.data
                if isinstance(name, str) and says_credential(name):
                    yield from _written(env.value)
                else:
                    yield from _inside(env.value.value)
            yield from _in_arguments(container)


def _written(field: Field) -> Iterator[Span]:
    """The places that a known value was made in: those hold its text. Of a value that is known in part, or that is one
    of several, the places of what is known.
    """
    if not isinstance(field.value.data, str):
        for alternative in field.value.alternatives:
            yield from (piece.span for piece in alternative.pieces if isinstance(piece, Chunk) and piece.span)
        return
    if not field.value.data:
        return
    yield field.span
    if field.value.origin is not None:
        for origin in field.value.origin.chain():
            if not origin.handed_on:
                yield origin.span


def _misplaced(field: Field) -> Iterator[Span]:
    """A password that is written where the name of a secret belongs."""
    if isinstance(field.value.data, str) and not is_secret_reference(field.value.data):
        yield from _written(field)


def _in_arguments(container: Container) -> Iterator[Span]:
    elements = [element for field in (container.command, container.args) for element in field.value.known_elements]
    for element in elements:
        yield from _inside(element)
    for at, _ in passwords_in([element.data if isinstance(element.data, str) else None for element in elements]):
        origin = elements[at].origin
        if origin is not None:
            yield from (one.span for one in origin.chain() if not one.handed_on)


def _inside(value: Value) -> Iterator[Span]:
    """The credentials in a text: one may read like a reference (`eyJhbGci.eyJzdWIi.x`), and one may be put together
    from several literals and escapes.
    """
    for alternative in value.alternatives:
        text = text_with_holes(alternative)
        for one in dict.fromkeys(one for kind in Kind for one in credentials(text, kind)):
            yield from _part(alternative, one.start, one.end)


def _part(value: Value, start: int, end: int) -> Iterator[Span]:
    """Where a part of a text is written: exactly, or the whole expression that made the text."""
    at = 0
    for piece in value.pieces:
        size = len(piece.text) if isinstance(piece, Chunk) else len(HOLE)
        low, high = max(start - at, 0), min(end - at, size)
        at += size
        if low >= high or not isinstance(piece, Chunk) or piece.span is None:
            continue
        place = piece.place(low, high)
        if place is not None:
            yield place
        elif '"' in piece.span.text or "\\" in piece.span.text:
            yield piece.span
