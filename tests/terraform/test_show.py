"""Values in messages and as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from initlint.number import parse_number
from initlint.terraform.show import hole_name, show, to_json
from initlint.terraform.types import ANY, NUMBER, STRING, List, Map
from initlint.terraform.value import (
    Chunk,
    Elements,
    Entries,
    Hole,
    Rest,
    Unknown,
    Value,
    boolean,
    error,
    list_of,
    null,
    number,
    object_of,
    string,
    text_of,
    tuple_of,
    unknown,
)

PROJECT = unknown("var.project has no default", STRING, key="var.project")
DERIVED = unknown("var.project has no default", STRING, key="lower(<var.project>)")
NAME = text_of([Hole(PROJECT), Chunk("-init-"), Hole(DERIVED)])
REST = Unknown("var.tags has no default", "var.tags")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (string("a"), '"a"'),
        (string('say "x"\n\t\x1b[31m\\'), r'"say \"x\"\n\t\u001b[31m\\"'),
        (string("a\u202eb\u2066"), r'"a\u202eb\u2066"'),
        (number(1), "1"),
        (number(parse_number("0.10")), "0.1"),
        (boolean(True), "true"),
        (null(), "null"),
        (tuple_of([string("a"), number(2)]), '["a", 2]'),
        (object_of({"b c": number(1), "a": null()}), '{a = null, "b c" = 1}'),
        (NAME, '"${var.project}-init-${…}"'),
        (PROJECT, "unknown (var.project has no default)"),
        (error('there is no function named "x"'), r"unknown (there is no function named \"x\")"),
        (string("secret").marked(True), "(sensitive)"),
        (list_of(STRING, [string("secret").marked(True), string("b")]), '[(sensitive), "b"]'),
        (Value(List(STRING), Elements((string("a"), Rest(REST)))), '["a", …]'),
        (Value(Map(STRING), Entries({"a": string("b")}, REST)), '{a = "b", …}'),
        (Value(Map(STRING), Entries({}, REST)), "{…}"),
        (string("x" * 100), '"' + "x" * 77 + '…"'),
    ],
)
def test_show(value: Value, shown: str) -> None:
    assert show(value) == shown


def test_a_sensitive_hole_is_not_named() -> None:
    assert show(text_of([Chunk("a-"), Hole(PROJECT.marked(True))])) == '"a-${…}"'


def test_a_limit_can_be_given() -> None:
    assert show(string("abcdefghij"), 8) == '"abcde…"'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (string("a"), {"value": "a"}),
        (number(parse_number("0.25")), {"value": 0.25}),
        (number(3), {"value": 3}),
        (null(), {"value": None}),
        (object_of({"a": tuple_of([boolean(False)])}), {"value": {"a": [False]}}),
        (string("secret").marked(True), {"value": "(sensitive)"}),
        (PROJECT, {"unknown": "var.project has no default"}),
        (error("no"), {"error": "no"}),
        (tuple_of([string("a"), error("no")]), {"error": "no"}),
        (NAME, {"partial": "${var.project}-init-${…}"}),
        (tuple_of([string("a"), PROJECT]), {"partial": ["a", {"unknown": "var.project has no default"}]}),
        (
            Value(ANY, Elements((number(1), Rest(REST)))),
            {"partial": [1, {"unknown": "var.tags has no default"}]},
        ),
        (Value(ANY, Entries({"a": number(1)}, REST)), {"partial": {"a": 1}}),
        (Value(NUMBER, Unknown("x")), {"unknown": "x"}),
    ],
)
def test_to_json(value: Value, expected: dict[str, Any]) -> None:
    assert to_json(value) == expected


def test_a_value_that_is_one_of_few() -> None:
    def one_of(*candidates: Value) -> Value:
        return Value(ANY, Unknown("var.b has no default", candidates=candidates))

    assert show(one_of(string("a"), string("b"))) == '"a" or "b"'
    assert show(one_of(number(2), number(4), number(2))) == "2 or 4"
    assert show(one_of(string("a"), string("b").marked(True))) == '"a" or (sensitive)'
    assert show(one_of(*(number(at) for at in range(5)))) == "unknown (var.b has no default)"
    assert show(one_of(string("a"), unknown("x"))) == "unknown (var.b has no default)"


def test_what_an_unknown_instance_is_known_by() -> None:
    for key, name in (
        ("var.jobs[each.key]", "each.key"),
        ("var.jobs[each]", "each.value"),
        ("var.jobs[each].name", "each.value.name"),
        ("length(var.jobs)[count.index]", "count.index"),
        ("merge(var.a,var.b)", "…"),
    ):
        assert hole_name(unknown("x", key=key)) == name
