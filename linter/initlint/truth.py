"""Three-valued logic: yes, no, or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """An answer about a value that may not be wholly known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @staticmethod
    def of(answer: bool) -> Truth:
        """YES or NO for a plain boolean."""
        return Truth.YES if answer else Truth.NO

    def __and__(self, other: Truth) -> Truth:
        if self is Truth.NO or other is Truth.NO:
            return Truth.NO
        return Truth.YES if self is other is Truth.YES else Truth.UNKNOWN

    def __or__(self, other: Truth) -> Truth:
        if self is Truth.YES or other is Truth.YES:
            return Truth.YES
        return Truth.NO if self is other is Truth.NO else Truth.UNKNOWN

    def __invert__(self) -> Truth:
        if self is Truth.UNKNOWN:
            return self
        return Truth.NO if self is Truth.YES else Truth.YES

    def __bool__(self) -> bool:
        raise TypeError("a Truth is not a bool: compare it with Truth.YES, Truth.NO or Truth.UNKNOWN")


def all_of(truths: Iterable[Truth]) -> Truth:
    """YES when every one is YES, NO when one is NO."""
    result = Truth.YES
    for truth in truths:
        result = result & truth
        if result is Truth.NO:
            break
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """YES when one is YES, NO when every one is NO."""
    result = Truth.NO
    for truth in truths:
        result = result | truth
        if result is Truth.YES:
            break
    return result


def same(truths: Iterable[Truth]) -> Truth:
    """The answer that all of them give, else UNKNOWN: the verdict over the alternatives that a value may take."""
    seen = set(truths)
    return seen.pop() if len(seen) == 1 else Truth.UNKNOWN
