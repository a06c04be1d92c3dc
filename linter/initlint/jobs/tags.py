"""One tag of a job as a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from initlint.jobs.elements import element, place
from initlint.jobs.job import Field
from initlint.terraform.convert import convert
from initlint.terraform.types import STRING
from initlint.terraform.value import Entries
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.jobs.job import Job

NEAR = 0.8
"""From which likeness on (`difflib`'s ratio) a key looks like a slip for another."""


def tag(job: Job, key: str) -> Field:
    """The tag `key` (case-sensitive, as Terraform's map keys are) as a field with the label `tags.KEY`.

    Present: its value, at the element's own expression where that stands in the `tags` argument, else at the argument.
    Missing: null, at the argument, or at the block's header where there is none. Where it is not known whether the tags
    hold the key, the value is unknown with the reason, `written` is false, so that `is_set` is unknown.
    """
    found = element(job.tags.value, key)
    value = convert(found.value, STRING)
    written = found.present is Truth.YES
    span = place(found.value, job.tags.span) if written else None
    return Field(
        f"tags.{key}",
        value if value.error is None else found.value,
        span or job.tags.span,
        written=written,
        maybe=job.tags.maybe,
    )


def known_keys(job: Job) -> tuple[str, ...]:
    """The keys that the tags are certain to have."""
    data = job.tags.value.data
    if isinstance(data, Entries):
        return tuple(data.items)
    return tuple(data) if isinstance(data, Mapping) else ()


def similar_keys(job: Job, key: str) -> tuple[str, ...]:
    """The keys among the tags that look like a slip for `key`: other letter case first, then near spellings."""
    others = [other for other in known_keys(job) if other != key]
    same = [other for other in others if _plain(other) == _plain(key)]
    rest = {_plain(other): other for other in others if other not in same}
    if not any(_may_be_near(_plain(key), plain) for plain in rest):
        return tuple(same)
    from difflib import get_close_matches

    return (*same, *(rest[plain] for plain in get_close_matches(_plain(key), rest, 3, NEAR)))


def _may_be_near(one: str, other: str) -> bool:
    """Whether two texts have enough letters in common to be near; most have not, and `difflib` need not be imported."""
    common = sum(min(one.count(letter), other.count(letter)) for letter in set(one))
    return 2 * common >= NEAR * (len(one) + len(other))


def _plain(key: str) -> str:
    return "".join(character for character in key.lower() if character.isalnum())
