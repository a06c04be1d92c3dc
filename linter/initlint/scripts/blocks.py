"""SQL's blocks: which of their statements run, and whether something asks for the state before they do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.scripts.sql import Token

VARIABLES = "runs under a condition that only looks at variables"
"""Why it is not known whether something checks first; `Guarded.why`."""
RERAISED = "runs where its failure is caught and raised again"
ROWS = "runs for every row of a query"


@dataclass(eq=False)
class Guarded:
    """A statement's tokens, and whether something checks first, that decides whether it runs; `why` where UNKNOWN.
    plpgsql: it is one of PL/pgSQL.
    """

    tokens: list[Token]
    guard: Truth = Truth.NO
    why: str = VARIABLES
    plpgsql: bool = False


_ANSWERS = frozenset({"FOUND", "ROWCOUNT", "ROW_COUNT"})
"""What a database says about the statement before."""
_WORDS_OF_CONDITIONS = frozenset(
    "NOT AND OR IS NULL TRUE FALSE IN ANY ALL SOME LIKE ILIKE BETWEEN SIMILAR TO DISTINCT FROM".split()
)


def asks(condition: Sequence[Token], asked: bool) -> Truth:
    """Whether a condition asks for the state that the work would change.

    YES: it queries, calls a function, or looks at what an earlier query (`asked`) may have said. UNKNOWN: it looks at
    variables only, or at nothing. NO: there is no condition.
    """
    for index, token in enumerate(condition):
        called = index + 1 < len(condition) and condition[index + 1].upper == "("
        name = not token.literal and (token.upper == "" or re.fullmatch(r"[A-Z_]\w*", token.upper) is not None)
        if token.upper in ("SELECT", "EXISTS") or token.upper in _ANSWERS:
            return Truth.YES
        if name and token.upper not in _WORDS_OF_CONDITIONS and (called or asked):
            return Truth.YES
    return Truth.UNKNOWN if condition else Truth.NO


def plpgsql(tokens: Sequence[Token]) -> list[Guarded]:
    """The statements of a PL/pgSQL block, compound ones taken apart. Raises `Broken` where it is none."""
    reader = _Reader(tokens)
    reader.block(Guarded([]))
    return reader.found


class Broken(Exception):
    """A block that does not end as it should."""


_LEAVING = frozenset({"RETURN", "EXIT", "CONTINUE"})
_HARMLESS_RAISES = frozenset({"NOTICE", "WARNING", "INFO", "LOG", "DEBUG"})


@dataclass(eq=False)
class _Reader:
    """Reads a block. `asked`: something has queried before. `left`, `passed`: what decided that the block, or one pass
    of the loop, was left before.
    """

    tokens: Sequence[Token]
    at: int = 0
    asked: bool = False
    left: Truth = Truth.NO
    passed: Truth = Truth.NO
    found: list[Guarded] = field(default_factory=list)

    @property
    def here(self) -> str:
        if self.at >= len(self.tokens):
            raise Broken
        return self.tokens[self.at].upper

    def until(self, words: Collection[str]) -> list[Token]:
        """The tokens up to one of some words, which is passed over."""
        start, depth = self.at, 0
        while depth > 0 or self.here not in words:
            depth += (self.here == "(") - (self.here == ")")
            self.at += 1
        self.at += 1
        return list(self.tokens[start : self.at - 1])

    def block(self, outer: Guarded) -> None:
        self.label()
        if self.here == "DECLARE":
            self.notice(self.until(("BEGIN",)))
        elif self.here == "BEGIN":
            self.at += 1
        else:
            raise Broken
        first = len(self.found)
        self.sequence(outer, ("EXCEPTION", "END"))
        if self.here == "EXCEPTION":
            tried = self.found[first:]
            self.at += 1
            caught = Truth.NO
            while self.here == "WHEN":
                self.until(("THEN",))
                start = self.at
                self.sequence(Guarded([], Truth.YES), ("WHEN", "END"))
                caught = caught | _caught(self.tokens[start : self.at])
            for statement in tried:
                if caught is Truth.UNKNOWN and statement.guard is Truth.NO:
                    statement.why = RERAISED
                statement.guard = statement.guard | caught
        # END, a label perhaps, and a semicolon that may be left out at the very end.
        ends = (at for at in range(self.at, len(self.tokens)) if self.tokens[at].upper == ";")
        self.at = next(ends, len(self.tokens)) + 1

    def label(self) -> None:
        """Past `<<label>>`, whose signs are single ones to the tokenizer."""
        while self.here == "<":
            self.until((">",))
            self.until((">",))

    def sequence(self, outer: Guarded, ends: Collection[str]) -> None:
        while self.here not in ends:
            self.statement(outer)

    def statement(self, outer: Guarded) -> None:
        word = self.here
        if word == ";":
            self.at += 1
        elif word == "<":
            self.label()
        elif word in ("DECLARE", "BEGIN"):
            self.block(outer)
        elif word == "IF":
            self.if_(outer)
        elif word == "CASE":
            self.case(outer)
        elif word in ("FOR", "FOREACH", "WHILE", "LOOP"):
            self.loop(outer)
        else:
            tokens = self.until((";",))
            guard = outer.guard | self.left | self.passed
            self.found.append(Guarded(tokens, guard, outer.why, plpgsql=True))
            self.notice(tokens)
            whens = [index for index, token in enumerate(tokens) if token.upper == "WHEN"]
            if word in _LEAVING and whens:
                self.leave(word, asks(tokens[whens[0] + 1 :], self.asked))

    def if_(self, outer: Guarded) -> None:
        strength = Truth.NO
        while self.here in ("IF", "ELSIF", "ELSEIF", "ELSE"):
            self.at += 1
            if self.tokens[self.at - 1].upper != "ELSE":
                strength = strength | asks(self.until(("THEN",)), self.asked)
            self.branch(outer, strength, ("ELSIF", "ELSEIF", "ELSE", "END"))
        self.until((";",))

    def case(self, outer: Guarded) -> None:
        self.at += 1
        strength = asks(self.until(("WHEN",)), self.asked)
        self.at -= 1
        while self.here in ("WHEN", "ELSE"):
            self.at += 1
            if self.tokens[self.at - 1].upper == "WHEN":
                strength = strength | asks(self.until(("THEN",)), self.asked)
            self.branch(outer, strength, ("WHEN", "ELSE", "END"))
        self.until((";",))

    def branch(self, outer: Guarded, strength: Truth, ends: Collection[str]) -> None:
        first = len(self.found)
        self.sequence(Guarded([], outer.guard | strength, outer.why), ends)
        last = self.found[-1].tokens[0].upper if len(self.found) > first and self.found[-1].tokens else ""
        if last in _LEAVING:
            self.leave(last, strength)

    def leave(self, word: str, strength: Truth) -> None:
        """What follows runs only where a condition says so."""
        if word == "RETURN":
            self.left = self.left | strength
        else:
            self.passed = self.passed | strength

    def loop(self, outer: Guarded) -> None:
        head = self.until(("LOOP",))
        inner = Guarded([], outer.guard, outer.why)
        words = [token.upper for token in head]
        if words[:1] == ["WHILE"]:
            inner.guard = inner.guard | asks(head[1:], self.asked)
        elif "SELECT" in words or "EXECUTE" in words:
            inner.guard = inner.guard | (Truth.YES if looks_for_missing(words) else Truth.UNKNOWN)
            inner.why = ROWS if outer.guard is Truth.NO else outer.why
            self.asked = True
        passed = self.passed
        self.sequence(inner, ("END",))
        self.passed = passed
        self.until((";",))

    def notice(self, tokens: Iterable[Token]) -> None:
        """Remembers that something is asked of the database."""
        self.asked = self.asked or any(t.upper in ("SELECT", "EXISTS", "PERFORM", "DIAGNOSTICS") for t in tokens)


def looks_for_missing(words: Sequence[str]) -> bool:
    """Whether a query gives only rows that are not there yet."""
    return (
        "EXCEPT" in words
        or "NOT EXISTS" in words
        or any(pair in (("NOT", "EXISTS"), ("NOT", "IN")) for pair in pairwise(words))
        or ("LEFT" in words and "IS" in words and "NULL" in words[words.index("IS") :])
    )


def _caught(handler: Sequence[Token]) -> Truth:
    """Whether an exception's handler lets the block go on."""
    for index, token in enumerate(handler):
        following = handler[index + 1].upper if index + 1 < len(handler) else ""
        if token.upper == "RAISE" and following not in _HARMLESS_RAISES:
            conditional = any(t.upper in ("IF", "CASE") for t in handler[:index])
            return Truth.UNKNOWN if conditional else Truth.NO
    return Truth.YES
