"""Words that the messages share, and verdicts on what may not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from initlint.credentials import redacted
from initlint.jobs.job import Blocks, Job
from initlint.rule import Field, Truth, Verdict, show
from initlint.terraform.show import hole_name
from initlint.tests_on_values import presence

MAY_NOT_EXIST = "its block may not exist"

TELLING = re.compile(r"[=:@]|\w{20}")
"""What a text has that may hold a credential."""


def said(field: Field) -> str:
    """A value as people write it, with what handed it on: `"worker" (var.job_type)`. Without credentials."""
    name = hole_name(field.value)
    text = show(field.value) if name == "…" else name
    if TELLING.search(text):
        text = redacted(text)
    origin = field.value.origin
    if origin is None or not origin.handed_on or origin.label in text:
        return text
    return f"{text} ({origin.label})"


def why(*fields: Field) -> str:
    """Why a question about settings is open: the reason of the first one that may or may not be there, else of the
    first one that is unknown.
    """
    open_ = [field for field in fields if field.value.reason]
    first = next((field for field in open_ if presence(field) is Truth.UNKNOWN), next(iter(open_), None))
    return f"{first.label}: {first.value.reason}" if first else MAY_NOT_EXIST


def ignored(job: Job, argument: str) -> str:
    """What a message adds where an apply does not mend what is deployed."""
    if job.ignore_changes & {argument, "all"}:
        return f"; lifecycle.ignore_changes covers {argument}, so an apply leaves what is deployed as it is"
    return ""


def listed(items: Iterable[str], last: str = "or") -> str:
    """`a, b or c`."""
    words = list(items)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def verdict_on(truth: Truth, field: Field, message: str, **more: Any) -> Verdict:
    """The verdict of a truth about a field: complies, a finding with the message, or undecided with the value's
    reason.
    """
    uncertain = field.maybe and truth is Truth.NO
    if uncertain:
        truth = Truth.UNKNOWN
    subject = more.pop("subject", "") or field.label
    reason = ""
    if truth is Truth.UNKNOWN:
        reason = more.pop("reason", "") or (why(field) if not uncertain else MAY_NOT_EXIST)
    more.pop("reason", None)
    return Verdict(truth, field.span, message, subject, reason=reason, origin=field.value.origin, **more)


def if_exists(exists: Truth, blocks: Blocks[Any], verdict: Verdict) -> Verdict:
    """A verdict about a block that may not exist: then nothing is wrong for certain."""
    if exists is not Truth.YES and (verdict.truth is Truth.NO or verdict.reason == MAY_NOT_EXIST):
        return replace(verdict, truth=Truth.UNKNOWN, reason=blocks.reason or MAY_NOT_EXIST)
    return verdict
