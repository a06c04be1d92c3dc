"""Words that the messages share, and verdicts on what may not exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from initlint.jobs.job import Blocks, Job
from initlint.rule import Field, Truth, Verdict, show

ENGLISH = {0: "no", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def said(field: Field) -> str:
    """A value as people write it, with what handed it on: `"worker" (var.job_type)`."""
    text = show(field.value)
    origin = field.value.origin
    if origin is None or not origin.handed_on or origin.label in text:
        return text
    return f"{text} ({origin.label})"


def ignored(job: Job, argument: str) -> str:
    """What a message adds where an apply does not mend what is deployed."""
    if job.ignore_changes & {argument, "all"}:
        return f"; lifecycle.ignore_changes covers {argument}, so an apply leaves what is deployed as it is"
    return ""


def listed(items: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    words = list(items)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def nearest(word: str, among: Iterable[str]) -> str | None:
    """The word that is most like it, if one is like it."""
    from difflib import get_close_matches

    known = {each.lower(): each for each in among}
    found = get_close_matches(word.lower(), known, 1, 0.6)
    return known[found[0]] if found else None


def verdict_on(truth: Truth, field: Field, message: str, **more: Any) -> Verdict:
    """The verdict of a truth about a field: complies, a finding with the message, or undecided with the value's
    reason.
    """
    if field.maybe and truth is Truth.NO:
        truth = Truth.UNKNOWN
    subject = more.pop("subject", "") or field.label
    reason = ""
    if truth is Truth.UNKNOWN:
        reason = more.pop("reason", "") or f"{field.label}: {field.value.reason or 'may not exist'}"
    more.pop("reason", None)
    return Verdict(truth, field.span, message, subject, reason=reason, origin=field.value.origin, **more)


def if_exists(exists: Truth, blocks: Blocks[Any], verdict: Verdict) -> Verdict:
    """A verdict about a block that may not exist: then nothing is wrong for certain."""
    if exists is Truth.YES or verdict.truth is not Truth.NO:
        return verdict
    return replace(verdict, truth=Truth.UNKNOWN, reason=blocks.reason or "its block may not exist")
