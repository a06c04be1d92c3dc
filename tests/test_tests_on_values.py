from __future__ import annotations

from fractions import Fraction

import pytest

from initlint.jobs.job import Field
from initlint.source import Source
from initlint.terraform.types import BOOL, NUMBER, STRING, List, Type
from initlint.terraform.value import (
    Chunk,
    Elements,
    Entries,
    Hole,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    list_of,
    map_of,
    null,
    number,
    string,
)
from initlint.tests_on_values import (
    all_tests,
    any_test,
    as_number,
    equal_to,
    has_text,
    is_empty,
    is_number,
    matching,
    negated,
    one_of,
    presence,
    when_set,
)
from initlint.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
SPAN = Source("main.tf", b"").span(0, 0)


def open_(type_: Type = STRING, *candidates: Value, not_null: bool = False, **known: int) -> Value:
    data = Unknown("it is unknown", "var.x", candidates=candidates, not_null=not_null, **known)  # type: ignore[arg-type]
    return Value(type_, data)


def text(*parts: str | Value) -> Value:
    return Value(STRING, Text(tuple(Chunk(part) if isinstance(part, str) else Hole(part) for part in parts)))


def field(value: Value, *, written: bool = True) -> Field:
    return Field("it", value, SPAN, written=written)


@pytest.mark.parametrize(
    ("value", "written", "answer"),
    [
        (string("a"), True, YES),
        (string(""), True, YES),
        (null(), True, NO),
        (null(), False, NO),
        (open_(), True, YES),
        (open_(), False, UNKNOWN),
        (open_(STRING, string("a"), null()), True, UNKNOWN),
        (open_(STRING, string("a"), string("b")), True, YES),
        (open_(STRING, null(), null()), True, NO),
        (open_(STRING, string("a"), open_()), True, YES),
        (text("a", open_()), True, YES),
    ],
)
def test_presence(value: Value, written: bool, answer: Truth) -> None:
    assert presence(field(value, written=written)) is answer


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (string("a"), YES),
        (string(""), NO),
        (number(0), YES),
        (null(), NO),
        (open_(), YES),
        (text(open_()), YES),
        (open_(STRING, string("a"), string("")), UNKNOWN),
        (open_(STRING, string(""), null()), NO),
    ],
)
def test_has_text(value: Value, answer: Truth) -> None:
    assert has_text(field(value)) is answer


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (number(1), YES),
        (string("1"), YES),
        (string("1.0"), YES),
        (string("one"), NO),
        (number(2), NO),
        (null(), NO),
        (boolean(True), NO),
        (open_(NUMBER), UNKNOWN),
        (open_(NUMBER, number(1), number(2)), UNKNOWN),
        (open_(NUMBER, number(2), number(3)), NO),
        (text("x", open_()), NO),
        (text("1", open_()), UNKNOWN),
    ],
)
def test_equal_to_a_number(value: Value, answer: Truth) -> None:
    assert equal_to(1)(value) is answer


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (string("init"), YES),
        (string("Init"), NO),
        (null(), NO),
        (text("in", open_()), UNKNOWN),
        (text("x", open_()), NO),
        (open_(STRING, string("init"), string("init")), YES),
        (open_(STRING, string("init"), null()), UNKNOWN),
    ],
)
def test_equal_to_a_text(value: Value, answer: Truth) -> None:
    assert equal_to("init")(value) is answer


def test_one_of() -> None:
    assert one_of(("a", "b"))(string("b")) is YES
    assert one_of(("a", "b"))(string("c")) is NO
    assert one_of(("a", "b"))(open_(STRING, string("a"), string("b"))) is YES
    assert one_of(("a", 2))(string("2")) is YES
    assert one_of(("a.c",))(string("abc")) is NO


def test_combinations() -> None:
    starts, ends = matching("a.*"), matching(".*z")
    assert all_tests(starts, ends)(string("az")) is YES
    assert all_tests(starts, ends)(string("a")) is NO
    assert any_test(starts, ends)(string("a")) is YES
    assert negated(starts)(string("b")) is YES
    either = open_(STRING, string("a"), string("z"))
    assert any_test(starts, ends)(either) is YES
    assert all_tests(starts, ends)(either) is NO
    assert starts(either) is UNKNOWN


def test_when_set() -> None:
    assert when_set(equal_to(1))(null()) is YES
    assert when_set(equal_to(1))(number(2)) is NO
    assert when_set(equal_to(1))(open_(NUMBER, null(), number(1))) is YES
    assert when_set(equal_to(1))(open_(NUMBER, null(), number(2))) is UNKNOWN


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (number(Fraction(1, 2)), YES),
        (string("0.5"), YES),
        (string(".5"), YES),
        (string("1e3"), YES),
        (string("half"), NO),
        (string(""), NO),
        (boolean(True), NO),
        (null(), NO),
        (open_(BOOL), NO),
        (open_(NUMBER, not_null=True), YES),
        (open_(), UNKNOWN),
        (text(open_(), "Gi"), NO),
    ],
)
def test_is_number(value: Value, answer: Truth) -> None:
    assert is_number(value) is answer


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (number(Fraction(1, 4)), Fraction(1, 4)),
        (string("0.25"), Fraction(1, 4)),
        (string(" 2 "), None),  # as Terraform: "cannot convert"
        (string("0x10"), None),
        (string("1/2"), None),
        (boolean(True), None),
        (open_(), None),
    ],
)
def test_as_number(value: Value, expected: Fraction | None) -> None:
    assert as_number(value) == expected


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (list_of(STRING, []), YES),
        (list_of(STRING, [open_()]), NO),
        (map_of(STRING, {}), YES),
        (map_of(STRING, {"a": string("b")}), NO),
        (null(), YES),
        (string(""), YES),
        (string("a"), NO),
        (open_(List(STRING)), UNKNOWN),
        (open_(List(STRING), min_length=1), NO),
        (open_(List(STRING), max_length=0), YES),
        (Value(List(STRING), Elements((string("a"), Rest(Unknown("more"))))), NO),
        (Value(List(STRING), Elements((Rest(Unknown("more")),))), UNKNOWN),
        (Value(List(STRING), Entries({"a": string("b")}, Unknown("more"))), NO),
    ],
)
def test_is_empty(value: Value, answer: Truth) -> None:
    assert is_empty(value) is answer
