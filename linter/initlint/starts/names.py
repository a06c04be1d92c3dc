"""Can two names, each perhaps known only in parts, be the same?

Every unknown part can be any text, so a name is a pattern of literals and wildcards; two of them can be the same when
some text fits both. Azure refuses a job name of more than 32 characters, so a text that would have to be longer is no
name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import TypeAlias

from initlint.terraform.value import Chunk, Value
from initlint.truth import Truth

Pattern: TypeAlias = tuple[str | None, ...]
"""Literal texts, and None for an unknown part."""

LONGEST_NAME = 32
MAX_ALTERNATIVES = 64


def patterns(name: Value) -> list[Pattern]:
    """The patterns that a name can have: one for each combination of the values that its parts are known to take."""

    def parts(value: Value) -> list[Pattern]:
        found: list[Pattern] = []
        for alternative in value.alternatives:
            if alternative.data is None:
                found.append(("",))
            elif alternative.is_unknown:
                found.append((None,))
            else:
                choices = [[(p.text,)] if isinstance(p, Chunk) else parts(p.value) for p in alternative.pieces]
                for combination in islice(product(*choices), MAX_ALTERNATIVES + 1):
                    found.append(tuple(item for part in combination for item in part))
        return found if len(found) <= MAX_ALTERNATIVES else [(None,)]

    return [_joined(pattern) for pattern in parts(name)]


def _joined(pattern: Pattern) -> Pattern:
    result: list[str | None] = []
    for part in pattern:
        if part is None:
            if not result or result[-1] is not None:
                result.append(None)
        elif part:
            if result and isinstance(result[-1], str):
                result[-1] += part
            else:
                result.append(part)
    return tuple(result)


def could_match(a: Value, b: Value) -> Truth:
    """Whether two names are the same: YES for certain, NO for certain, UNKNOWN where they may be."""
    ours, theirs = patterns(a), patterns(b)
    if a.data is None or b.data is None:
        return Truth.NO
    if not any(_unify(x, y) for x in ours for y in theirs):
        return Truth.NO
    certain = len(ours) == len(theirs) == 1 and None not in ours[0] and None not in theirs[0]
    return Truth.YES if certain else Truth.UNKNOWN


def likely_match(a: Value, b: Value) -> bool:
    """Whether two names can be the same when the word `init` of both is the same word.

    `{project}-init-seed-{environment}` and `shop-init-migrate-{environment}` can be the same only if an environment
    held `-init-seed-`; nobody means that. Names without the word can be the same when they can at all.
    """
    return any(
        _unify(x, y) and (not (left := _at_init(x)) or not (right := _at_init(y)) or _aligned(left, right))
        for x in patterns(a)
        for y in patterns(b)
    )


def shown(name: Value) -> str:
    """A name on one line, `*` for what is not known; alternatives after one another."""
    return " or ".join(dict.fromkeys("".join("*" if p is None else p for p in pattern) for pattern in patterns(name)))


def is_wholly_unknown(name: Value) -> bool:
    """Whether nothing at all is known of a name, or of one of the names that it can be."""
    return any(pattern == (None,) for pattern in patterns(name))


# --- patterns -------------------------------------------------------------------------------------------------------


def _letters(pattern: Pattern) -> list[str | None]:
    return [letter for part in pattern for letter in ([None] if part is None else part)]


def _unify(x: Pattern, y: Pattern) -> bool:
    length = shortest_common(x, y)
    if length is None:
        return False
    return length <= max(LONGEST_NAME, _least(x), _least(y))


def _least(pattern: Pattern) -> int:
    return sum(len(part) for part in pattern if part)


def shortest_common(x: Pattern, y: Pattern) -> int | None:
    """The length of the shortest text that fits both patterns; None where none does."""
    a, b = _letters(x), _letters(y)
    infinite = len(a) + len(b) + 1
    below = [infinite] * (len(b) + 1)
    below[len(b)] = 0
    for j in range(len(b) - 1, -1, -1):
        below[j] = below[j + 1] if b[j] is None else infinite
    for i in range(len(a) - 1, -1, -1):
        row = [infinite] * (len(b) + 1)
        row[len(b)] = below[len(b)] if a[i] is None else infinite
        for j in range(len(b) - 1, -1, -1):
            if a[i] is None:
                row[j] = min(below[j], row[j + 1] + (b[j] is not None))
            elif b[j] is None:
                row[j] = min(row[j + 1], below[j] + 1)
            elif a[i] == b[j]:
                row[j] = below[j + 1] + 1
        below = row
    return below[0] if below[0] < infinite else None


def _at_init(pattern: Pattern) -> list[tuple[Pattern, Pattern]]:
    """The pattern cut at each whole hyphen-separated word `init` of its literals."""
    found: list[tuple[Pattern, Pattern]] = []
    last = len(pattern) - 1
    for at, part in enumerate(pattern):
        for match in re.finditer(r"(?:^|(?<=-))init(?=-|$)", part) if part else ():
            starts = match.start() > 0 or at == 0
            ends = match.end() < len(part or "") or at == last
            if starts and ends and part:
                found.append(
                    (
                        _joined((*pattern[:at], part[: match.start()])),
                        _joined((part[match.end() :], *pattern[at + 1 :])),
                    )
                )
    return found


def _aligned(left: list[tuple[Pattern, Pattern]], right: list[tuple[Pattern, Pattern]]) -> bool:
    return any(_fits(a, c) and _fits(b, d) for a, b in left for c, d in right)


def _fits(x: Pattern, y: Pattern) -> bool:
    return shortest_common(x, y) is not None


def known_words(name: Value) -> Iterator[frozenset[str]]:
    """For each pattern of a name, its whole words in lower case: split at what is no letter; a word that an unknown
    part touches is not whole.
    """
    for pattern in patterns(name):
        text = "".join("\0" if part is None else part for part in pattern)
        yield frozenset(word.lower() for word in re.split(r"[^A-Za-z\0]+", text) if word and "\0" not in word)
