"""Which places of the scanned text hold what must never be shown: the values of secrets and of credential variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from initlint.credentials import says_credential
from initlint.jobs.job import Field, Job
from initlint.source import Span


def secret_spans(jobs: Iterable[Job]) -> Iterator[Span]:
    """Where a job's secrets and credential variables have their values written, whichever rules are on."""
    for job in jobs:
        for secret in job.secrets:
            yield from _written(secret.value)
        for container in job.all_containers:
            for env in container.env:
                name = env.name.value.data
                if isinstance(name, str) and says_credential(name):
                    yield from _written(env.value)


def _written(field: Field) -> Iterator[Span]:
    """The places that a known value was made in: those hold its text."""
    if not isinstance(field.value.data, str) or not field.value.data:
        return
    yield field.span
    if field.value.origin is not None:
        for origin in field.value.origin.chain():
            if not origin.handed_on:
                yield origin.span
