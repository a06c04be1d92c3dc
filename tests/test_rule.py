"""`expect`, with which a rule pack says most of its verdicts."""

from __future__ import annotations

import pytest

from initlint.jobs.job import Field
from initlint.rule import expect
from initlint.source import Source
from initlint.terraform.value import Value, string, unknown
from initlint.truth import Truth

PLACE = Source("main.tf", b'name = "a"').span(7, 10)


def is_b(value: Value) -> Truth:
    return Truth.of(value.data == "b") if isinstance(value.data, str) else Truth.UNKNOWN


@pytest.mark.parametrize(
    ("value", "maybe", "truth", "reason"),
    [
        (string("b"), False, Truth.YES, ""),
        (string("a"), False, Truth.NO, ""),
        (string("a"), True, Truth.UNKNOWN, "name: may not exist"),
        (unknown("var.n has no default"), False, Truth.UNKNOWN, "name: var.n has no default"),
    ],
)
def test_expect(value: Value, maybe: bool, truth: Truth, reason: str) -> None:
    verdict = expect(Field("name", value, PLACE, maybe=maybe), is_b, "{field} is {value}, not b")
    assert (verdict.truth, verdict.span, verdict.subject, verdict.reason) == (truth, PLACE, "name", reason)
    if truth is Truth.NO:
        assert verdict.message == 'name is "a", not b'
