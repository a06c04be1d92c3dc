from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initlint.starts.names import could_match, likely_match, patterns, shortest_common, shown
from initlint.starts.words import one_of, unknown, without
from initlint.terraform.value import Chunk, Hole, Value, null, string, text_of
from initlint.truth import Truth


def name(text: str) -> Value:
    """A name in which `*` is an unknown part."""
    if text == "*":
        return unknown("?")
    parts = text.split("*")
    pieces: list[Chunk | Hole] = [Chunk(parts[0])]
    for part in parts[1:]:
        pieces += [Hole(unknown("?")), Chunk(part)]
    return text_of(pieces)


@pytest.mark.parametrize(
    "a, b, truth",
    [
        ("a-init", "a-init", Truth.YES),
        ("a-init", "a-inits", Truth.NO),
        ("a-*", "a-init", Truth.UNKNOWN),
        ("a-*", "b-init", Truth.NO),
        ("*-init-seed-*", "shop-init-seed-dev", Truth.UNKNOWN),
        ("*-init-seed-*", "shop-init-seed-*", Truth.UNKNOWN),
        ("*-init-seed-dev", "shop-init-seed-prod", Truth.NO),
        ("*", "anything", Truth.UNKNOWN),
        ("*", "*", Truth.UNKNOWN),
        ("*a", "b*", Truth.UNKNOWN),
        ("*a*", "b", Truth.NO),
        # "ab" and "ba" overlap in no shorter text than "aba": still a name.
        ("ab*", "*ba", Truth.UNKNOWN),
        # Both would need more than 32 characters.
        ("lexiqai-init-grant-db-roles-*", "*-init-seed-data-*", Truth.NO),
        # A name that is too long for Azure is still what its own script starts.
        ("lexiqai-init-grant-db-roles-staging-1", "lexiqai-init-grant-db-roles-*", Truth.UNKNOWN),
        ("a-very-long-project-name-init-grant-db-roles-*", "*-init-grant-db-roles-*", Truth.UNKNOWN),
    ],
)
def test_could_match(a: str, b: str, truth: Truth) -> None:
    assert could_match(name(a), name(b)) is truth
    assert could_match(name(b), name(a)) is truth


def test_names_that_are_one_of_several() -> None:
    either = one_of([string("a-dev"), string("a-prod")])
    assert could_match(either, string("a-dev")) is Truth.UNKNOWN
    assert could_match(either, string("a-qa")) is Truth.NO
    inside = text_of([Chunk("x-"), Hole(either)])
    assert patterns(inside) == [("x-a-dev",), ("x-a-prod",)]
    assert shown(inside) == "x-a-dev or x-a-prod"
    assert could_match(inside, name("x-*-qa")) is Truth.NO


def test_a_job_without_a_name_is_never_meant() -> None:
    assert could_match(null(), string("a")) is Truth.NO


@pytest.mark.parametrize(
    "a, b, likely",
    [
        ("*-init-seed-*", "x-init-migrate-*", False),
        ("*-init-seed-*", "x-init-*-*", True),
        ("*-init-seed-*", "x-init-seed-dev", True),
        ("*-init-seed-*", "*-migrate", True),
        ("*-init-seed-*", "*", True),
        ("x-init", "x-init", True),
        ("init-*", "init-seed", True),
        ("*init-seed", "x-init-seed", True),
        ("*-init-a-*", "y-init-a-init-b", True),
    ],
)
def test_likely_match_keeps_the_word_init_in_place(a: str, b: str, likely: bool) -> None:
    assert likely_match(name(a), name(b)) is likely
    assert likely_match(name(b), name(a)) is likely


def test_without_cuts_a_prefix_across_chunks() -> None:
    rest = without(text_of([Chunk("--na"), Chunk("me=a"), Hole(unknown("?"))]), "--name=")
    assert rest is not None
    assert shown(rest) == "a*"
    assert without(string("--nam=a"), "--name=") is None
    assert without(unknown("?"), "--name=") is None


letters = st.text("ab", max_size=4)
parts = st.lists(st.one_of(st.none(), letters), max_size=5)


@given(parts, st.lists(letters, min_size=5, max_size=5))
def test_a_pattern_fits_every_text_that_it_stands_for(pattern: list[str | None], fillings: list[str]) -> None:
    text = "".join(fillings[at] if part is None else part for at, part in enumerate(pattern))
    assert shortest_common(tuple(pattern), (text,)) == len(text)


@given(parts, parts)
def test_the_shortest_common_text_exists(x: list[str | None], y: list[str | None]) -> None:
    import re
    from itertools import product

    def compiled(pattern: list[str | None]) -> re.Pattern[str]:
        return re.compile("".join("[ab]*" if part is None else part for part in pattern))

    length = shortest_common(tuple(x), tuple(y))
    fits = [
        size
        for size in range(7)
        if any(compiled(x).fullmatch(t) and compiled(y).fullmatch(t) for t in map("".join, product("ab", repeat=size)))
    ]
    if fits:
        assert length == fits[0]
    else:
        assert length is None or length > 6
