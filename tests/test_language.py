from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initlint.language import automaton, equal_texts, length_range, matches
from initlint.terraform.types import BOOL, NUMBER, STRING, Type
from initlint.terraform.value import Chunk, Hole, Text, Unknown, Value, boolean, null, number, string, tuple_of
from initlint.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

NAME = r"[a-z0-9]+(-[a-z0-9]+)*-init-[a-z0-9]+(-[a-z0-9]+)*-(dev|staging|prod)"


def open_(
    key: str = "",
    *,
    one_of: tuple[str | None, ...] = (),
    matching: tuple[str, ...] = (),
    type_: Type = STRING,
    not_null: bool = True,
) -> Value:
    candidates = tuple(null() if text is None else string(text) for text in one_of)
    data = Unknown(f"{key or 'it'} is unknown", key, candidates=candidates, matches=matching, not_null=not_null)
    return Value(type_, data)


def text(*parts: str | Value) -> Value:
    return Value(STRING, Text(tuple(Chunk(part) if isinstance(part, str) else Hole(part) for part in parts)))


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (string("shop-init-seed-data-dev"), YES),
        (string("shop-init-seed-data-dev\n"), NO),
        (string("shop-init-dev"), NO),
        (text(open_("a"), "-migrate"), NO),
        (text(open_("a"), "-init-seed-", open_("b")), UNKNOWN),
        (text("shop-init-seed-", open_("b", one_of=("dev", "prod"))), YES),
        (text("shop-init-seed-", open_("b", one_of=("dev", "live"))), UNKNOWN),
        (text("shop-init-seed-", open_("b", one_of=("live", "demo"))), NO),
        (text(open_("a", matching=("^[a-z]+$",)), "-init-seed-dev"), YES),
        (text(open_("a", matching=("[a-z]",)), "-init-seed-dev"), UNKNOWN),
        (text(open_("a", matching=("[A-Z]",)), "-init-seed-dev"), NO),
        (text("shop", open_("n", type_=NUMBER), "-init-seed-dev"), UNKNOWN),
        (text("shop-", open_("f", type_=BOOL), "-init-seed-dev"), YES),
        (open_("a"), UNKNOWN),
        (open_("a", one_of=("shop-init-a-dev", "shop-init-b-prod")), YES),
        (open_("a", one_of=("shop-init-a-dev", None)), UNKNOWN),
        (null(), NO),
        (number(12), NO),
        (boolean(True), NO),
        (tuple_of([string("shop-init-a-dev")]), NO),
    ],
)
def test_a_name(value: Value, answer: Truth) -> None:
    assert matches(NAME, value) is answer


def test_the_same_unknown_takes_the_same_alternative_everywhere() -> None:
    side = open_("side", one_of=("a", "b"))
    assert matches("(a-a|b-b)", text(side, "-", side)) is YES
    assert matches("(a-b|b-a)", text(side, "-", side)) is NO
    other = open_("other", one_of=("a", "b"))
    assert matches("(a-a|b-b)", text(side, "-", other)) is UNKNOWN


def test_more_combinations_than_are_tried_still_give_a_sound_answer() -> None:
    many = [open_(f"x{n}", one_of=("a", "b")) for n in range(6)]
    assert matches("[ab]{6}", text(*many)) is YES
    assert matches("[ab]{5}", text(*many)) is NO
    assert matches("a*", text(*many)) is UNKNOWN


def test_a_demand_of_too_many_states_is_left_out() -> None:
    ending = NAME.replace("dev|", "development|test|testing|stage|preprod|production|sandbox|demo|")
    short = open_("short", matching=(r"(?s)^.{4,}$", r"(?s)^.{0,63}$"))
    assert matches(ending, text(short, "-init-", short, "-migrate")) is NO


def test_a_refinement_that_nothing_meets_claims_nothing() -> None:
    assert matches("[a-z]+", text("x", open_("a", matching=("^a$", "^b$")))) is UNKNOWN


def test_an_unknown_that_may_be_null_is_not_text_for_certain() -> None:
    assert matches("[\\s\\S]*", open_("a", not_null=False)) is UNKNOWN
    assert matches("[\\s\\S]*", open_("a")) is YES


@pytest.mark.parametrize(
    ("pattern", "known", "answer"),
    [
        ("^a$", "a", YES),
        ("^a$", "a\n", NO),
        (r"a\z", "a", YES),
        ("(?i)Init", "iNIT", YES),
        ("(?i:A)b", "aB", NO),
        ("(?s).", "\n", YES),
        (".", "\n", NO),
        ("[[:alpha:]]+[[:digit:]]", "abc1", YES),
        ("[^[:digit:]]", "1", NO),
        (r"\d", "٣", NO),
        ("(?P<x>a)b", "ab", YES),
        ("(?<x>a)b", "ab", YES),
        ("a{2,3}", "aaaa", NO),
        ("a{2,}", "aaaa", YES),
        ("(a|b)*?c", "abac", YES),
        ("(?i)[^a]", "A", NO),
        ("", "", YES),
        ("^$", "", YES),
    ],
)
def test_expressions_are_read_as_terraform_reads_them(pattern: str, known: str, answer: Truth) -> None:
    assert automaton(pattern) is not None
    assert matches(pattern, string(known)) is answer


@pytest.mark.parametrize("pattern", ["(?=a)b", r"\bword\b", r"(a)\1", "(?m)^a$", "(", "a{1000}{1000}"])
def test_what_no_automaton_can_do_is_unknown(pattern: str) -> None:
    assert automaton(pattern) is None
    assert matches(pattern, text("a", open_("b"))) is UNKNOWN


def test_what_no_automaton_can_do_is_still_decided_for_known_text() -> None:
    assert matches("(?!.*latest).+", string("tools:1.0")) is YES
    assert matches("(?!.*latest).+", string("tools:latest")) is NO


@pytest.mark.parametrize(
    ("value", "lengths"),
    [
        (string("shop"), (4, 4)),
        (string("größe"), (5, 5)),
        (text("shop-", open_("a")), (5, None)),
        (text("shop-", open_("a", one_of=("dev", "staging"))), (8, 12)),
        (text("shop-", open_("a", matching=("^[a-z]{3,}$",))), (8, None)),
        (text("shop-", open_("a", type_=BOOL)), (9, None)),
        (open_("a"), (0, None)),
    ],
)
def test_how_long_a_text_can_be(value: Value, lengths: tuple[int, int | None]) -> None:
    assert length_range(value) == lengths


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (string("a"), string("a"), YES),
        (string("a"), string("A"), NO),
        (open_("x"), open_("x"), YES),
        (open_("x"), open_("y"), UNKNOWN),
        (open_("x"), string("a"), UNKNOWN),
        (open_("x", one_of=("a", "b")), string("c"), NO),
        (text(open_("x"), "-a-", open_("y")), text(open_("x"), "-a-", open_("y")), YES),
        (text(open_("x"), "-a-", open_("y")), text(open_("x"), "-b-", open_("y")), NO),
        (text(open_("x"), "-a"), text(open_("y"), "-b"), NO),
        (text(open_("x"), "-a"), text(open_("y"), "-a"), UNKNOWN),
        (text(open_("x"), "-a"), open_("x"), NO),
        (text(open_("x"), "-a"), string("b"), NO),
        (text("a-", open_("x")), text("a-b-", open_("x")), NO),
        (text("a-", open_("x")), text("a-b-", open_("y")), UNKNOWN),
        (null(), null(), YES),
        (null(), string("a"), NO),
        (null(), open_("x", not_null=False), UNKNOWN),
    ],
)
def test_equality(left: Value, right: Value, answer: Truth) -> None:
    assert equal_texts(left, right) is answer
    assert equal_texts(right, left) is answer


def test_equality_without_regard_to_case() -> None:
    assert equal_texts(string("/Subscriptions/a"), string("/subscriptions/A"), str.lower) is YES
    assert equal_texts(text("/A/", open_("x")), string("/a/b"), str.lower) is UNKNOWN
    assert equal_texts(text("/A/", open_("x")), string("/b/b"), str.lower) is NO


# --- against brute force ----------------------------------------------------------------------------------------------

LETTERS = "ab-"
SHORT = ["".join(word) for size in range(4) for word in product(LETTERS, repeat=size)]

patterns = st.recursive(
    st.sampled_from(["a", "b", "-", "[ab]", "[^a]", ".", "ab", "b-"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(patterns, st.lists(st.sampled_from(SHORT), min_size=1, max_size=5))
def test_known_text_is_decided_as_python_does(pattern: str, words: list[str]) -> None:
    for word in words:
        assert matches(pattern, string(word)) is Truth.of(re.fullmatch(pattern, word) is not None)


@settings(max_examples=150)
@given(
    patterns,
    st.lists(st.one_of(st.sampled_from(["", "a", "b-", "ab"]), st.sampled_from([0, 1])), min_size=1, max_size=4),
    st.sampled_from([(), ("^[ab]+$",), ("a", "^..?$"), ("^(a|-b)?$",)]),
)
def test_no_completion_contradicts_an_answer(pattern: str, shape: list[str | int], demands: tuple[str, ...]) -> None:
    holes = [open_("x", matching=demands), open_("y")]
    value = text(*(part if isinstance(part, str) else holes[part] for part in shape))
    answer = matches(pattern, value)
    admitted = [word for word in SHORT if all(re.search(demand, word) for demand in demands)]
    used = {part for part in shape if isinstance(part, int)}
    first, second = (admitted if 0 in used else [""]), (SHORT if 1 in used else [""])
    completions = [
        "".join(part if isinstance(part, str) else (x, y)[part] for part in shape) for x in first for y in second
    ]
    found = {re.fullmatch(pattern, completion) is not None for completion in completions}
    if answer is YES:
        assert found == {True}
    elif answer is NO:
        assert found == {False}
