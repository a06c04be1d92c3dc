"""Conversion, unification and equality."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.terraform.judge import needs_terraform, theirs

from initlint.source import Source
from initlint.terraform.convert import choices, convert, equal, to_text
from initlint.terraform.show import show
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Object, Set, Tuple, Type
from initlint.terraform.unify import unify
from initlint.terraform.value import (
    Chunk,
    Elements,
    Entries,
    Hole,
    Origin,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    error,
    list_of,
    map_of,
    null,
    number,
    object_of,
    string,
    text_of,
    tuple_of,
    unknown,
)
from initlint.truth import Truth

U = unknown("u", STRING, key="var.u")
N = unknown("n", NUMBER, key="var.n")
B = unknown("b", BOOL, key="var.b")
REST = Rest(Unknown("l", "var.l"))
ENVIRONMENT = Value(STRING, Unknown("e", "var.e", candidates=(string("dev"), string("prod"))))


def text(*parts: str | Value) -> Value:
    return text_of([Chunk(part) if isinstance(part, str) else Hole(part) for part in parts])


# --- conversion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "type_", "shown", "result"),
    [
        (number(1), STRING, '"1"', "string"),
        (number(Fraction(1, 4)), STRING, '"0.25"', "string"),
        (boolean(True), STRING, '"true"', "string"),
        (string("1.50"), NUMBER, "1.5", "number"),
        (string("1"), BOOL, "true", "bool"),
        (string("false"), BOOL, "false", "bool"),
        (null(), STRING, "null", "string"),
        (null(), List(STRING), "null", "list(string)"),
        (tuple_of([number(1), string("a")]), List(STRING), '["1", "a"]', "list(string)"),
        (tuple_of([number(1), string("a")]), List(ANY), '["1", "a"]', "list(string)"),
        (tuple_of([]), List(ANY), "[]", "list(any)"),
        (tuple_of([string("b"), string("a"), string("b")]), Set(STRING), '["a", "b"]', "set(string)"),
        (tuple_of([number(10), number(9)]), Set(ANY), "[9, 10]", "set(number)"),
        (tuple_of([null(), string("a")]), Set(STRING), '["a", null]', "set(string)"),
        (object_of({"b": number(1), "a": string("x")}), Map(STRING), '{a = "x", b = "1"}', "map(string)"),
        (object_of({"b": number(1), "a": null()}), Map(ANY), "{a = null, b = 1}", "map(number)"),
        (map_of(STRING, {"a": string("1")}), Object({"a": NUMBER}), "{a = 1}", "object({a = number})"),
        (
            object_of({"a": string("x"), "more": number(1)}),
            Object({"a": STRING, "b": NUMBER}, frozenset({"b"})),
            '{a = "x", b = null}',
            "object({a = string, b = number})",
        ),
        (tuple_of([string("1"), number(2)]), Tuple((NUMBER, STRING)), '[1, "2"]', "tuple([number, string])"),
        (object_of({"a": number(1)}), ANY, "{a = 1}", "object({a = number})"),
        (U, NUMBER, "unknown (u)", "number"),
        (text("a-", U), STRING, '"a-${var.u}"', "string"),
        (Value(ANY, Elements((number(1), REST))), List(STRING), '["1", …]', "list(string)"),
        (Value(ANY, Entries({"a": number(1)}, REST.unknown)), Map(STRING), '{a = "1", …}', "map(string)"),
        (
            Value(ANY, Entries({"a": number(1)}, REST.unknown)),
            Object({"a": STRING, "b": STRING}),
            '{a = "1", b = unknown (l)}',
            "object({a = string, b = string})",
        ),
    ],
)
def test_convert(value: Value, type_: Type, shown: str, result: str) -> None:
    converted = convert(value, type_)
    assert (show(converted), str(converted.type)) == (shown, result)


@pytest.mark.parametrize(
    ("value", "type_", "reason"),
    [
        (string("x"), NUMBER, 'a number is required, not "x"'),
        (string("True"), BOOL, 'a bool is required ("true" or "false"), not "True"'),
        (number(1), BOOL, "a bool is required, not a number"),
        (boolean(True), NUMBER, "a number is required, not a bool"),
        (tuple_of([]), STRING, "a string is required, not a tuple"),
        (object_of({}), List(ANY), "a list is required, not an object"),
        (tuple_of([]), Map(STRING), "a map is required, not a tuple"),
        (tuple_of([number(1), boolean(True)]), List(ANY), "the elements have no single type that a list could have"),
        (
            object_of({"a": tuple_of([]), "b": string("")}),
            Map(ANY),
            "the attributes have no single type that a map could have",
        ),
        (object_of({}), Object({"a": STRING}), 'attribute "a" is required'),
        (tuple_of([number(1)]), Tuple((NUMBER, NUMBER)), "a tuple of 2 elements is required, not of 1"),
        (unknown("l", List(STRING)), STRING, "a string is required, not a list"),
        (text("x", U), NUMBER, 'a number is required, not "x${var.u}"'),
        (text("x", U), BOOL, 'a bool is required ("true" or "false"), not "x${var.u}"'),
    ],
)
def test_what_terraform_refuses_is_an_error(value: Value, type_: Type, reason: str) -> None:
    converted = convert(value, type_)
    assert isinstance(converted.data, Unknown)
    assert (converted.data.error, converted.data.reason) == (True, reason)


def test_an_unknown_stays_the_same_unknown_as_text() -> None:
    data = convert(N, STRING).data
    assert isinstance(data, Unknown)
    assert (data.key, data.reason, data.matches) == ("var.n", "n", (r"^-?[0-9]+(?:\.[0-9]+)?$",))


def test_text_that_becomes_a_number_is_another_value() -> None:
    """The text "1.0" becomes 1, and 1 becomes the text "1"."""
    assert equal(convert(convert(U, NUMBER), STRING), U) is Truth.UNKNOWN


def test_candidates_are_converted() -> None:
    value = Value(ANY, Unknown("e", candidates=(number(1), string("x"))))
    data = convert(value, STRING).data
    assert isinstance(data, Unknown)
    assert [show(candidate) for candidate in data.candidates] == ['"1"', '"x"']


def test_conversion_keeps_origin_sensitivity_and_place() -> None:
    source = Source("a.tf", b'"x"')
    origin = Origin(source.span(0, 3), "var.x")
    value = Value(STRING, "x", origin, True, (Chunk("x", source.span(1, 2)),))
    converted = convert(tuple_of([value]), List(STRING)).data
    assert isinstance(converted, tuple)
    assert (converted[0].origin, converted[0].sensitive, converted[0].chunks) == (origin, True, value.chunks)
    assert convert(Value(NUMBER, 5, origin), STRING).origin is origin


def test_an_error_inside_stays_beside_what_is_known() -> None:
    converted = convert(tuple_of([string("a"), tuple_of([])]), List(STRING))
    assert show(converted) == '["a", unknown (a string is required, not a tuple)]'


def test_to_text() -> None:
    assert show(to_text(number(5))) == '"5"'
    assert isinstance(to_text(U).data, Text)
    assert to_text(null()).error is not None
    assert to_text(tuple_of([])).error is not None


# --- unification ------------------------------------------------------------------------------------------------------

A1, AX, B2 = Object({"a": NUMBER}), Object({"a": STRING}), Object({"b": NUMBER})


@pytest.mark.parametrize(
    ("types", "result"),
    [
        ([NUMBER, STRING], STRING),
        ([BOOL, STRING, NUMBER], STRING),
        ([NUMBER, BOOL], None),
        ([STRING, ANY], ANY),
        ([A1, AX], AX),
        ([A1, B2], Map(NUMBER)),
        ([Object({"a": NUMBER, "b": STRING}), Object({})], Map(STRING)),
        ([Object({"a": NUMBER, "b": NUMBER}), Object({"a": STRING, "b": BOOL})], None),
        ([Tuple((NUMBER,)), Tuple((STRING, STRING))], List(STRING)),
        ([Tuple(()), Tuple((STRING,))], List(STRING)),
        ([Tuple((NUMBER,)), Tuple((STRING,))], Tuple((STRING,))),
        ([Tuple((NUMBER, Tuple(()))), Tuple((BOOL,))], None),
        ([List(STRING), Tuple((NUMBER,))], List(STRING)),
        ([Set(STRING), List(STRING)], List(STRING)),
        ([Set(STRING), Tuple((STRING,))], Set(STRING)),
        ([Map(NUMBER), AX], Map(STRING)),
        ([Map(NUMBER), Object({"b": Tuple(())})], None),
        ([A1, Tuple(())], None),
        ([STRING, List(STRING)], None),
    ],
)
def test_unify(types: list[Type], result: Type | None) -> None:
    assert unify(types) == result
    assert unify(types[::-1]) == result


def test_unsafe_unification_takes_text_for_what_is_any() -> None:
    assert unify([ANY, STRING], unsafe=True) == STRING


@needs_terraform
def test_terraform_unifies_so() -> None:
    arms = {
        'true ? 1 : "x"': "1",
        'true ? { a = 1, b = "x" } : {}': {"a": "1", "b": "x"},
        "true ? { a = 1 } : { b = 2 }": {"a": 1},
        'true ? { a = 1, b = 2 } : { a = "x", b = true }': "!error",
        'true ? [1] : ["b", "c"]': ["1"],
        'true ? { a = { x = 1 } } : { b = { y = "1" } }': {"a": {"x": "1"}},
        'try((true ? toset(["a"]) : tolist(["b"]))[0], "a set")': "a",
        'try((true ? toset(["a"]) : ["b"])[0], "a set")': "a set",
        "true ? 1 : true": "!error",
        'true ? tomap({ a = 1 }) : { b = "x" }': {"a": "1"},
    }
    assert dict(zip(arms, theirs(list(arms)))) == arms


# --- equality ---------------------------------------------------------------------------------------------------------

YES, NO, MAYBE = Truth.YES, Truth.NO, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        (string("1"), number(1), NO),
        (number(1), number(1), YES),
        (number(1), boolean(True), NO),
        (null(STRING), null(NUMBER), YES),
        (null(), string("x"), NO),
        (null(), U, MAYBE),
        (null(), text("a", U), NO),
        (U, U, YES),
        (U, string("x"), MAYBE),
        (U, N, MAYBE),
        (text("a-", U), text("b-", U), NO),
        (text(U, "-a"), text(U, "-b"), NO),
        (text("a-", U), text("a-", U), YES),
        (text("a-", U, "-c"), string("a-b-c"), MAYBE),
        (text("a-", U, "-c"), string("a-c"), NO),
        (text("a-", U), string("b"), NO),
        (text("x", N), string("xa"), NO),
        (text("x", N), string("x12"), MAYBE),
        (text("x", B), string("xno"), NO),
        (text("x-", ENVIRONMENT), string("x-dev"), MAYBE),
        (text("x-", ENVIRONMENT), string("x-test"), NO),
        (ENVIRONMENT, string("test"), NO),
        (ENVIRONMENT, ENVIRONMENT, YES),
        (Value(STRING, Unknown("u", matches=("^[a-z]*$",))), string("A"), NO),
        (Value(STRING, Unknown("u", matches=("^[a-z]*$",))), string("a"), MAYBE),
        (tuple_of([number(1)]), tuple_of([string("1")]), NO),
        (tuple_of([number(1)]), list_of(NUMBER, [number(1)]), NO),
        (tuple_of([string("a"), U]), tuple_of([string("b"), U]), NO),
        (tuple_of([string("a"), U]), tuple_of([string("a"), string("b")]), MAYBE),
        (list_of(STRING, [string("a")]), list_of(STRING, [string("a"), string("a")]), NO),
        (Value(List(STRING), Elements((string("a"), REST))), list_of(STRING, [string("b")]), NO),
        (Value(List(STRING), Elements((string("a"), REST))), list_of(STRING, [string("a")]), MAYBE),
        (Value(List(STRING), Elements((string("a"), REST))), list_of(STRING, []), NO),
        (object_of({"a": number(1)}), object_of({"a": number(1)}), YES),
        (object_of({"a": number(1)}), map_of(NUMBER, {"a": number(1)}), NO),
        (map_of(STRING, {"a": U}), map_of(STRING, {"b": U}), NO),
        (Value(Map(STRING), Entries({"a": string("x")}, REST.unknown)), map_of(STRING, {"a": string("y")}), NO),
        (Value(Map(STRING), Entries({"a": string("x")}, REST.unknown)), map_of(STRING, {"a": string("x")}), MAYBE),
        (error("no"), string("x"), MAYBE),
    ],
)
def test_equal(a: Value, b: Value, answer: Truth) -> None:
    assert equal(a, b) is answer
    assert equal(b, a) is answer


def test_one_unknown_takes_the_same_candidate_everywhere() -> None:
    combinations = choices([text(ENVIRONMENT, "-", ENVIRONMENT), ENVIRONMENT])
    assert combinations is not None
    assert [tuple(item.data for item in one) for one in combinations] == [("dev-dev", "dev"), ("prod-prod", "prod")]


def test_too_many_combinations_are_not_tried() -> None:
    values = [Value(STRING, Unknown("e", candidates=(string("a"), string("b")))) for _ in range(5)]
    assert choices(values) is None
