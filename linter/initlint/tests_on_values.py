"""Tests on values, for rules: each takes a value and answers yes, no or unknown.

A value that can be one of few is judged for each of them; the answer is the one they share. null is nothing: it equals
nothing and matches nothing, so a rule that does not mind absence says so with `when_set`. Numbers may be written as
text ("0.5"), as Terraform converts them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction

from initlint.jobs.job import Field
from initlint.language import matches, text_of_known
from initlint.terraform.types import BOOL
from initlint.terraform.value import Elements, Entries, Rest, Unknown, Value
from initlint.truth import Truth, any_of, same

ValueTest = Callable[[Value], Truth]

NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"


# --- presence ---------------------------------------------------------------------------------------------------------


def presence(field: Field) -> Truth:
    """Whether a setting is there, if its block is. One written with an expression not known to be null is there,
    though its value may be unknown; one that is null in some of the cases that the code spells out may be.
    """
    value = field.value
    if value.data is None:
        return Truth.NO
    if isinstance(value.data, Unknown) and value.data.candidates:
        return same(Truth.of(alternative.data is not None) for alternative in value.alternatives)
    return Truth.YES if field.written else ~value.is_null


def has_text(field: Field) -> Truth:
    """Whether a setting is there and not the empty text. As with `presence`, an unknown counts as text, unless the
    code itself says that it may be empty.
    """
    there = presence(field)
    if there is Truth.NO or text_of_known(field.value) is not None:
        return there & Truth.of(field.value.data != "")
    return there & same(Truth.of(alternative.data not in (None, "")) for alternative in field.value.alternatives)


# --- tests ------------------------------------------------------------------------------------------------------------


def each_alternative(test: ValueTest) -> ValueTest:
    """The test on every value that the value can be."""
    return lambda value: same(test(alternative) for alternative in value.alternatives)


def when_set(test: ValueTest) -> ValueTest:
    """The test, with null passing."""
    return each_alternative(lambda value: Truth.YES if value.data is None else test(value) | _null(value))


def _null(value: Value) -> Truth:
    return value.is_null


def matching(pattern: str) -> ValueTest:
    """Text that the regular expression matches as a whole."""
    return lambda value: matches(pattern, value)


def equal_to(wanted: str | int | Fraction) -> ValueTest:
    """The value itself: a text to the letter, a number as a number."""
    return one_of((wanted,))


def one_of(wanted: Collection[str | int | Fraction]) -> ValueTest:
    """One of the values: texts to the letter, numbers as numbers."""
    texts = [item for item in wanted if isinstance(item, str)]
    numbers = [Fraction(item) for item in wanted if not isinstance(item, str)]

    def test(value: Value) -> Truth:
        answers = []
        if texts:
            answers.append(matches("|".join(map(re.escape, texts)), value))
        if numbers:
            answers.append(_is_number(value, numbers))
        return any_of(answers)

    return each_alternative(test)


def _is_number(value: Value, wanted: Collection[Fraction]) -> Truth:
    number = as_number(value)
    if number is not None:
        return Truth.of(number in wanted)
    return Truth.NO if is_number(value) is Truth.NO else Truth.UNKNOWN


def is_number(value: Value) -> Truth:
    """A number, or text that Terraform converts to one."""
    return same(_number_or_text(alternative) for alternative in value.alternatives)


def _number_or_text(value: Value) -> Truth:
    if value.type is BOOL or isinstance(value.data, bool):
        return Truth.NO
    return matches(NUMBER, value)


def as_number(value: Value) -> Fraction | None:
    """A known number, or the number that a known text is; None for all else."""
    data = value.data
    if isinstance(data, bool):
        return None
    if isinstance(data, int | Fraction):
        from initlint.number import decimal

        return decimal(data)
    if isinstance(data, str) and re.fullmatch(NUMBER, data, re.ASCII) and len(data) < 100:
        return Fraction(data)
    return None


def is_empty(value: Value) -> Truth:
    """A list, set or map without elements, an empty text, or null. A list with an unknown element is not empty; one
    that is unknown as a whole may be.
    """
    return same(_empty(alternative) for alternative in value.alternatives)


def _empty(value: Value) -> Truth:
    data = value.data
    if data is None:
        return Truth.YES
    if isinstance(data, Unknown):
        if data.min_length > 0:
            return Truth.NO
        return Truth.YES if data.max_length == 0 else Truth.UNKNOWN
    if isinstance(data, Elements):
        return Truth.NO if any(not isinstance(item, Rest) for item in data.items) else Truth.UNKNOWN
    if isinstance(data, Entries):
        return Truth.NO if data.items or data.keys else Truth.UNKNOWN
    if isinstance(data, tuple | Mapping):
        return Truth.of(not data)
    return matches("", value)


def negated(test: ValueTest) -> ValueTest:
    """The opposite answer."""
    return lambda value: ~test(value)


def all_tests(*tests: ValueTest) -> ValueTest:
    """Yes when every test says yes of the same value."""

    def test(value: Value) -> Truth:
        result = Truth.YES
        for each in tests:
            result = result & each(value)
        return result

    return each_alternative(test)


def any_test(*tests: ValueTest) -> ValueTest:
    """Yes when one of the tests says yes of the same value."""
    return each_alternative(lambda value: any_of(each(value) for each in tests))


__all__ = [
    "ValueTest", "all_tests", "any_test", "as_number", "each_alternative", "equal_to", "has_text", "is_empty",
    "is_number", "matching", "negated", "one_of", "presence", "when_set",
]  # fmt: skip
