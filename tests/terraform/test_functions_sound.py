"""What is said of a partly known result holds for every value that the unknown part can have."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from initlint.terraform.convert import equal
from initlint.terraform.functions import FUNCTIONS, Context, call
from initlint.terraform.functions.expressions import search
from initlint.terraform.show import show, to_json
from initlint.terraform.types import ANY, STRING, List, Map, Set
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

WORD = st.text("ab-_ \nA", max_size=4)
CONTEXT = Context()
QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])

Recipe = Sequence[str | None]
"""Known text, and None for each place of the one unknown."""


def known(recipe: Recipe, text: str) -> Value:
    return string("".join(text if part is None else part for part in recipe))


def partly(recipe: Recipe) -> Value:
    hole = Hole(unknown("u", STRING, key="u"))
    return text_of([hole if part is None else Chunk(part) for part in recipe])


def agree(made: Value, real: Value) -> bool:
    """Whether what is known of a value allows the value that it really is."""
    data = made.data
    if isinstance(data, Unknown):
        if data.candidates and not any(agree(candidate, real) for candidate in data.candidates):
            return False
        if data.not_null and real.data is None:
            return False
        if isinstance(real.data, str):
            return all(search(pattern, real.data) is not False for pattern in data.matches)
        return not isinstance(real.data, tuple) or data.min_length <= len(real.data)
    if isinstance(data, Elements):
        return isinstance(real.data, tuple) and fits(list(data.items), list(real.data))
    if isinstance(data, tuple):
        return isinstance(real.data, tuple) and len(data) == len(real.data) and all(map(agree, data, real.data))
    if isinstance(data, Entries):
        return isinstance(real.data, dict) and all(
            name in real.data and agree(item, real.data[name]) for name, item in data.items.items()
        )
    return equal(made, real) is not Truth.NO


def fits(items: list[Value | Rest], real: list[Value]) -> bool:
    if not items:
        return not real
    first = items[0]
    if isinstance(first, Rest):
        return any(fits(items[1:], real[at:]) for at in range(len(real) + 1))
    return bool(real) and agree(first, real[0]) and fits(items[1:], real[1:])


RECIPE = st.lists(st.one_of(WORD, st.none()), min_size=1, max_size=4)
SHORT = st.text("ab-_A", min_size=1, max_size=2)


@pytest.mark.parametrize("name", ["lower", "upper", "trimspace", "chomp", "title", "length"])
@QUICK
@given(RECIPE, WORD)
def test_functions_of_one_text(name: str, recipe: Recipe, text: str) -> None:
    assert agree(call(name, [partly(recipe)], CONTEXT), call(name, [known(recipe, text)], CONTEXT))


@pytest.mark.parametrize("name", ["trim", "trimprefix", "trimsuffix", "startswith", "endswith", "strcontains"])
@QUICK
@given(RECIPE, WORD, SHORT)
def test_functions_of_a_text_and_a_known_one(name: str, recipe: Recipe, text: str, other: str) -> None:
    other_value = string(other)
    made, real = (
        call(name, [partly(recipe), other_value], CONTEXT),
        call(name, [known(recipe, text), other_value], CONTEXT),
    )
    assert agree(made, real)


@QUICK
@given(RECIPE, WORD, SHORT, WORD)
def test_replace(recipe: Recipe, text: str, wanted: str, by: str) -> None:
    others = [string(wanted), string(by)]
    assert agree(
        call("replace", [partly(recipe), *others], CONTEXT), call("replace", [known(recipe, text), *others], CONTEXT)
    )


@QUICK
@given(
    RECIPE,
    WORD,
    st.sampled_from(["/[^a-z]/", "/[ab]/", "/-+/", "/[^A]+/", "/a|b/", "/\\s/", "/a*/"]),
    st.sampled_from(["", "x", "-"]),
)
def test_replace_with_an_expression(recipe: Recipe, text: str, wanted: str, by: str) -> None:
    others = [string(wanted), string(by)]
    assert agree(
        call("replace", [partly(recipe), *others], CONTEXT), call("replace", [known(recipe, text), *others], CONTEXT)
    )


@QUICK
@given(RECIPE, WORD, st.integers(-4, 6), st.integers(-1, 6))
def test_substr(recipe: Recipe, text: str, offset: int, length: int) -> None:
    others = [number(offset), number(length)]
    assert agree(
        call("substr", [partly(recipe), *others], CONTEXT), call("substr", [known(recipe, text), *others], CONTEXT)
    )


@QUICK
@given(RECIPE, WORD, SHORT)
def test_split(recipe: Recipe, text: str, separator: str) -> None:
    by = string(separator)
    assert agree(call("split", [by, partly(recipe)], CONTEXT), call("split", [by, known(recipe, text)], CONTEXT))


@QUICK
@given(st.lists(RECIPE, min_size=1, max_size=4), WORD, WORD)
def test_lists_of_texts(recipes: list[Recipe], text: str, separator: str) -> None:
    made = tuple_of(partly(recipe) for recipe in recipes)
    real = tuple_of(known(recipe, text) for recipe in recipes)
    for name in ("compact", "distinct", "reverse", "flatten", "toset", "sort", "length", "one", "tolist"):
        result = call(name, [made], CONTEXT)
        expected = call(name, [real], CONTEXT)
        if expected.error is None and result.error is None and name not in ("toset",):
            assert agree(result, expected), name
    for name, others in (("join", [string(separator)]), ("formatlist", [string("%s-x")])):
        assert agree(call(name, [*others, made], CONTEXT), call(name, [*others, real], CONTEXT)), name
    assert agree(call("contains", [made, string(text)], CONTEXT), call("contains", [real, string(text)], CONTEXT))


ITEMS = st.lists(WORD, max_size=3)


def texts(items: Sequence[str]) -> Value:
    return list_of(STRING, [string(item) for item in items])


@QUICK
@given(ITEMS, ITEMS, ITEMS, WORD)
def test_lists_with_an_unknown_stretch(before: list[str], middle: list[str], after: list[str], separator: str) -> None:
    hidden = unknown("l", List(STRING), key="l")
    made = call("concat", [texts(before), hidden, texts(after)], CONTEXT)
    real = call("concat", [texts(before), texts(middle), texts(after)], CONTEXT)
    assert agree(made, real)
    for name in ("compact", "reverse", "flatten", "length", "sort"):
        assert agree(call(name, [made], CONTEXT), call(name, [real], CONTEXT)), name
    assert agree(call("join", [string(separator), made], CONTEXT), call("join", [string(separator), real], CONTEXT))
    assert agree(
        call("join", [string(separator), texts(before), hidden, texts(after)], CONTEXT),
        call("join", [string(separator), texts(before), texts(middle), texts(after)], CONTEXT),
    )
    assert agree(call("contains", [made, string("a")], CONTEXT), call("contains", [real, string("a")], CONTEXT))
    for at in (number(0), number(2)):
        expected = call("element", [real, at], CONTEXT)
        if expected.error is None:
            assert agree(call("element", [made, at], CONTEXT), expected)
    for choice in (call("coalescelist", [hidden, texts(after)], CONTEXT),):
        expected = call("coalescelist", [texts(middle), texts(after)], CONTEXT)
        assert expected.error is not None or agree(choice, expected)


ENTRIES = st.dictionaries(st.sampled_from("abc"), WORD, max_size=3)


def entries(items: dict[str, str]) -> Value:
    return map_of(STRING, {name: string(text) for name, text in items.items()})


@QUICK
@given(ENTRIES, ENTRIES, ENTRIES)
def test_maps_with_an_unknown_part(before: dict[str, str], middle: dict[str, str], after: dict[str, str]) -> None:
    hidden = unknown("m", Map(STRING), key="m")
    made = call("merge", [entries(before), hidden, entries(after)], CONTEXT)
    real = call("merge", [entries(before), entries(middle), entries(after)], CONTEXT)
    assert agree(made, real)
    for name in ("keys", "values", "length"):
        assert agree(call(name, [made], CONTEXT), call(name, [real], CONTEXT)), name
    for key in "abd":
        others = [string(key), string("none")]
        assert agree(call("lookup", [made, *others], CONTEXT), call("lookup", [real, *others], CONTEXT))
    decoded = call("jsondecode", [call("jsonencode", [object_of({"m": made})], CONTEXT)], CONTEXT)
    assert isinstance(decoded.data, dict)
    assert agree(decoded.data["m"], call("merge", [object_of({}), real], CONTEXT)) or isinstance(
        decoded.data["m"].data, Entries
    )


@QUICK
@given(st.lists(st.one_of(WORD, st.none()), min_size=1, max_size=3), WORD)
def test_coalesce(parts: list[str | None], text: str) -> None:
    hole = unknown("u", STRING, key="u")
    made = call("coalesce", [hole if part is None else string(part) for part in parts], CONTEXT)
    real = call("coalesce", [string(text if part is None else part) for part in parts], CONTEXT)
    assert real.error is not None or agree(made, real)


STRANGE = (
    null(),
    null(STRING),
    string(""),
    string("a-b"),
    string("2020-01-01T00:00:00Z"),
    string("10.0.0.0/8"),
    number(-1),
    number(2),
    number(Fraction(1, 3)),
    boolean(True),
    tuple_of([]),
    tuple_of([string("a"), number(1)]),
    tuple_of([unknown("u", STRING), null()]),
    object_of({"a": string("x")}),
    unknown("u", key="var.u"),
    unknown("u", STRING, key="var.u"),
    unknown("l", List(STRING), key="var.l"),
    unknown("m", Map(STRING), key="var.m"),
    text_of([Chunk("a-"), Hole(unknown("u", STRING, key="var.u"))]),
    Value(ANY, Elements((string("a"), Rest(Unknown("l"))))),
    Value(ANY, Entries({"a": string("x")}, Unknown("m"))),
    Value(STRING, Unknown("e", "var.e", candidates=(string("x"), string("y"), error("no")))),
    Value(Set(STRING), (string("a"), unknown("u", STRING))),
    error("no such thing"),
    error("not declared", static=True),
    string("secret").marked(True),
)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_no_function_fails_on_any_argument(name: str) -> None:
    function = FUNCTIONS[name]
    chance = random.Random(name)
    least = len(function.parameters)
    for _ in range(120):
        count = least + (chance.randrange(3) if function.variadic else 0)
        result = call(name, chance.choices(STRANGE, k=count), CONTEXT)
        assert isinstance(result, Value)
        show(result)
        to_json(result)
