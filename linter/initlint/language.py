"""Sound decisions about strings that are only partly known: does every completion match a pattern, or none?

A pattern (a regular expression, matched whole) becomes an automaton, and so does what is known of an unknown part: its
type, the values it can take, the expressions that its validation demands. Running one against the other gives the exact
set of states that a completion can end in, and with it the answer. Where an expression has a construct that no
automaton has (look-around, back-references, word boundaries), nothing is claimed.

Patterns follow RE2, as Terraform's do: classes are ASCII, `$` is the end of the text, `.` is all but a line feed.
"""

from __future__ import annotations

import re
import sys
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from itertools import product, repeat
from typing import Any, TypeAlias

from initlint.record import mutable
from initlint.terraform.types import BOOL, NUMBER
from initlint.terraform.value import (
    Chunk,
    Elements,
    Entries,
    Hole,
    Piece,
    Text,
    Unknown,
    Value,
    fingerprint,
    joined,
)
from initlint.truth import Truth, same

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""A set of code points: sorted, disjoint, inclusive ranges."""

MAX_COMBINATIONS = 16
MAX_STATES = 4000
MAX_NODES = 20_000
LAST = sys.maxunicode

# --- sets of characters -----------------------------------------------------------------------------------------------


def _normalised(ranges: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def _complement(ranges: Ranges) -> Ranges:
    gaps, start = [], 0
    for low, high in ranges:
        if start < low:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


def _of(text: str) -> Ranges:
    return _normalised((ord(character), ord(character)) for character in text)


ANYTHING: Ranges = ((0, LAST),)
DIGIT: Ranges = ((48, 57),)
SPACE = _of("\t\n\f\r ")
WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
NOT_NEWLINE = _complement(_of("\n"))
CATEGORIES = {
    "CATEGORY_DIGIT": DIGIT,
    "CATEGORY_NOT_DIGIT": _complement(DIGIT),
    "CATEGORY_SPACE": SPACE,
    "CATEGORY_NOT_SPACE": _complement(SPACE),
    "CATEGORY_WORD": WORD,
    "CATEGORY_NOT_WORD": _complement(WORD),
}
POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "xdigit": "0-9A-Fa-f",
    "space": r"\t\n\v\f\r ", "word": "0-9A-Za-z_", "blank": r"\t ", "punct": r"!-/:-@\[-`{-~",
}  # fmt: skip


def _any_case(ranges: Ranges) -> Ranges:
    """The set with both cases of its ASCII letters."""
    other = []
    for low, high in ranges:
        for start, end, shift in ((65, 90, 32), (97, 122, -32)):
            first, last = max(low, start), min(high, end)
            if first <= last:
                other.append((first + shift, last + shift))
    return _normalised((*ranges, *other))


# --- expressions to automata ------------------------------------------------------------------------------------------


START_ANCHORS = ("AT_BEGINNING", "AT_BEGINNING_STRING")
END_ANCHORS = ("AT_END", "AT_END_STRING")


class Unsupported(Exception):
    """The expression has a construct that no automaton can stand for."""


@mutable
class Nodes:
    """A nondeterministic automaton under construction: for each node its edges."""

    by_set: list[list[tuple[Ranges, int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    at_start: list[list[int]] = field(default_factory=list)
    at_end: list[list[int]] = field(default_factory=list)

    def new(self) -> int:
        """A node without edges."""
        if len(self.free) >= MAX_NODES:
            raise Unsupported("too large")
        for edges in (self.by_set, self.free, self.at_start, self.at_end):
            edges.append([])
        return len(self.free) - 1

    def add(self, tree: Any, start: int, flags: int) -> int:
        """Adds what `re` parsed, from `start`; gives the node at its end."""
        for operation, argument in tree:
            start = self._add_one(str(operation), argument, start, flags)
        return start

    def _add_one(self, operation: str, argument: Any, start: int, flags: int) -> int:
        if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if operation == "POSSESSIVE_REPEAT":
                raise Unsupported(operation)
            low, high, tree = argument
            return self._repeat(low, high, tree, start, flags)
        if operation == "SUBPATTERN":
            _, add, remove, tree = argument
            if (add | remove) & ~(re.IGNORECASE | re.DOTALL):
                raise Unsupported("flags")
            return self.add(tree, start, (flags | add) & ~remove)
        if operation == "BRANCH":
            end = self.new()
            for tree in argument[1]:
                entry = self.new()
                self.free[start].append(entry)
                self.free[self.add(tree, entry, flags)].append(end)
            return end
        end = self.new()
        if operation == "AT":
            if str(argument) not in (*START_ANCHORS, *END_ANCHORS):
                raise Unsupported(str(argument))
            (self.at_start if str(argument) in START_ANCHORS else self.at_end)[start].append(end)
        else:
            ranges = _characters(operation, argument, flags)
            self.by_set[start].append((_any_case(ranges) if flags & re.IGNORECASE else ranges, end))
        return end

    def _repeat(self, low: int, high: Any, tree: Any, start: int, flags: int) -> int:
        for _ in range(low):
            start = self.add(tree, start, flags)
        end = self.new()
        self.free[start].append(end)
        if str(high) == "MAXREPEAT":
            entry = self.new()
            self.free[end].append(entry)
            self.free[self.add(tree, entry, flags)].append(end)
            return end
        for _ in range(int(high) - low):
            entry = self.new()
            self.free[start].append(entry)
            start = self.add(tree, entry, flags)
            self.free[start].append(end)
        return end


def _characters(operation: str, argument: Any, flags: int) -> Ranges:
    if operation == "LITERAL":
        return ((argument, argument),)
    if operation == "NOT_LITERAL":
        excluded: Ranges = ((argument, argument),)
        return _complement(_any_case(excluded) if flags & re.IGNORECASE else excluded)
    if operation == "ANY":
        return ANYTHING if flags & re.DOTALL else NOT_NEWLINE
    if operation == "IN":
        members: list[tuple[int, int]] = []
        negated = False
        for kind, what in argument:
            if str(kind) == "NEGATE":
                negated = True
            elif str(kind) == "LITERAL":
                members.append((what, what))
            elif str(kind) == "RANGE":
                members.append(what)
            elif str(kind) == "CATEGORY" and str(what) in CATEGORIES:
                members.extend(CATEGORIES[str(what)])
            else:
                raise Unsupported(str(kind))
        ranges = _normalised(members)
        if not negated:
            return ranges
        return _complement(_any_case(ranges) if flags & re.IGNORECASE else ranges)
    raise Unsupported(operation)


class TooLarge(Exception):
    """A search had too many states."""


class Automaton:
    """A deterministic automaton, built state by state as it is asked for. States are small integers; 0 is the start."""

    def __init__(self, nodes: Nodes, start: int, end: int) -> None:
        """The automaton of a nondeterministic one, from its start node to its end node."""
        self._nodes = nodes
        self._end = end
        cuts = {0}
        for edges in nodes.by_set:
            for ranges, _ in edges:
                for low, high in ranges:
                    cuts.update((low, high + 1))
        self.cuts: list[int] = sorted(cut for cut in cuts if cut <= LAST)
        """Where the classes of characters begin: no edge tells two characters of a class apart."""
        first = self._closure({start}, at_start=True)
        self._sets: list[frozenset[int]] = [first]
        self._numbers: dict[tuple[frozenset[int], bool], int] = {(first, True): 0}
        self._steps: dict[tuple[int, int], int] = {}
        self._tellings: dict[int, frozenset[int]] = {}

    def _closure(self, nodes: set[int], *, at_start: bool = False, at_end: bool = False) -> frozenset[int]:
        seen = set(nodes)
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            edges = list(self._nodes.free[node])
            if at_start:
                edges += self._nodes.at_start[node]
            if at_end:
                edges += self._nodes.at_end[node]
            for target in edges:
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return frozenset(seen)

    def step(self, state: int, code: int) -> int:
        """The state after a character."""
        key = (state, bisect_right(self.cuts, code) - 1)
        found = self._steps.get(key)
        if found is None:
            reached = {
                target
                for node in self._sets[state]
                for ranges, target in self._nodes.by_set[node]
                if any(low <= code <= high for low, high in ranges)
            }
            closed = self._closure(reached)
            found = self._numbers.setdefault((closed, False), len(self._sets))
            if found == len(self._sets):
                self._sets.append(closed)
            self._steps[key] = found
        return found

    def tellings(self, state: int) -> frozenset[int]:
        """Characters that stand for all: one for each class that an edge from the state tells apart."""
        found = self._tellings.get(state)
        if found is None:
            edges = (ranges for node in self._sets[state] for ranges, _ in self._nodes.by_set[node])
            codes = {0, *(code for ranges in edges for low, high in ranges for code in (low, high + 1))}
            found = self._tellings[state] = frozenset(code for code in codes if code <= LAST)
        return found

    def accepts(self, state: int) -> bool:
        """Whether a text may end in this state."""
        return self._end in self._closure(set(self._sets[state]), at_start=state == 0, at_end=True)

    def is_dead(self, state: int) -> bool:
        """Whether no text can go on from this state and be accepted."""
        return not self._sets[state]

    def run(self, state: int, text: str) -> int:
        """The state after a text."""
        for character in text:
            state = self.step(state, ord(character))
        return state


def _translated(pattern: str) -> str:
    """RE2's spelling in Python's: the end of the text, named groups, POSIX classes."""
    pattern = pattern.replace(r"\z", r"\Z").replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    return re.sub(r"\[:(\w+):\]", lambda match: POSIX.get(match[1], match[0]), pattern)


@lru_cache(maxsize=256)
def automaton(pattern: str, search: bool = False) -> Automaton | None:
    """The automaton of an expression, which must match the whole text, or (`search`) somewhere in it. None where the
    expression is not valid or has a construct that no automaton has.
    """
    import re._parser as parser  # type: ignore[import-not-found, unused-ignore]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(_translated(pattern))
        flags = tree.state.flags & ~re.UNICODE
        if flags & ~(re.IGNORECASE | re.DOTALL):
            return None
        nodes = Nodes()
        start = nodes.new()
        # What is anchored at an end needs no text before or after it (and an automaton without those loops is smaller).
        if search and not _anchored(tree, 0):
            nodes.by_set[start].append((ANYTHING, start))
        end = nodes.add(tree, nodes_after(nodes, start), flags)
        if search and not _anchored(tree, -1):
            end = nodes_after(nodes, end)
            nodes.by_set[end].append((ANYTHING, end))
    except (re.error, Unsupported, Warning, RecursionError, OverflowError):
        return None
    return Automaton(nodes, start, end)


def _anchored(tree: Any, at: int) -> bool:
    return len(tree) > 0 and str(tree[at][1]) in (START_ANCHORS if at == 0 else END_ANCHORS)


def nodes_after(nodes: Nodes, node: int) -> int:
    """A new node that is reached freely from another."""
    new = nodes.new()
    nodes.free[node].append(new)
    return new


# --- what is known of a value -----------------------------------------------------------------------------------------

NUMBER_TEXT = r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"
BOOL_TEXT = "true|false"


def _demands(value: Value) -> tuple[Automaton, ...]:
    """The automata that an unknown part's text is accepted by, all of them."""
    found: list[Automaton | None] = []
    if value.type is NUMBER:
        found.append(automaton(NUMBER_TEXT))
    if value.type is BOOL:
        found.append(automaton(BOOL_TEXT))
    if isinstance(value.data, Unknown):
        found.extend(automaton(pattern, search=True) for pattern in value.data.matches)
    return tuple(machine for machine in found if machine is not None)


@lru_cache(maxsize=256)
def _through_hole(target: Automaton, states: frozenset[int], demands: tuple[Automaton, ...]) -> frozenset[int]:
    """The states that `target` can be in after an unknown part, from any of `states`."""
    machines = (target, *demands)
    seen = {(state, *(0 for _ in demands)) for state in states}
    waiting = list(seen)
    while waiting:
        current = waiting.pop()
        for code in sorted(frozenset().union(*map(Automaton.tellings, machines, current))):
            following = tuple(map(Automaton.step, machines, current, repeat(code)))
            if following not in seen and not any(map(Automaton.is_dead, demands, following[1:])):
                if len(seen) > MAX_STATES:
                    raise TooLarge
                seen.add(following)
                waiting.append(following)
    return frozenset(state[0] for state in seen if all(map(Automaton.accepts, demands, state[1:])))


def _through_unknown(target: Automaton, states: frozenset[int], demands: tuple[Automaton, ...]) -> frozenset[int]:
    """As `_through_hole`; where all demands together are too many states, what each of them alone leaves, or none."""
    try:
        return _through_hole(target, states, demands)
    except TooLarge:
        if not demands:
            raise
    if len(demands) == 1:
        return _through_hole(target, states, ())
    return frozenset.intersection(*(_through_unknown(target, states, (demand,)) for demand in demands))


def _through(target: Automaton, states: set[int], piece: Piece) -> set[int]:
    if isinstance(piece, Chunk):
        return {target.run(state, piece.text) for state in states}
    alternatives = piece.value.alternatives
    if len(alternatives) > 1 or alternatives[0] is not piece.value:
        return set().union(*(_through_value(target, states, alternative) for alternative in alternatives))
    return set(_through_unknown(target, frozenset(states), _demands(piece.value)))


def _through_value(target: Automaton, states: set[int], value: Value) -> set[int]:
    """As `_through`, for a value that stands in a text; null cannot."""
    if value.data is None:
        return set()
    for piece in text_pieces(value):
        states = _through(target, states, piece)
    return states


def text_pieces(value: Value) -> tuple[Piece, ...]:
    """The pieces of a value as text: a known number or bool is its text."""
    text = text_of_known(value)
    if text is not None:
        return (Chunk(text),)
    return joined(value.pieces)


def text_of_known(value: Value) -> str | None:
    """The text of a known string, number or bool; None for all else."""
    data = value.data
    if isinstance(data, str):
        return data
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, int):
        return str(data)
    if value.type is NUMBER and not isinstance(data, Unknown) and data is not None:
        from decimal import Decimal
        from fractions import Fraction

        if isinstance(data, Fraction):
            return format(Decimal(data.numerator) / Decimal(data.denominator), "f")
    return None


def readings(value: Value) -> Iterator[Value]:
    """The value once for each combination of what its parts can be, where those are few and known; else itself.

    The same unknown takes the same alternative everywhere.
    """
    if isinstance(value.data, Unknown):
        yield from value.alternatives
        return
    if not isinstance(value.data, Text):
        yield value
        return
    choices: dict[str, tuple[Value, ...]] = {}
    count = 1
    for piece in value.data.pieces:
        if isinstance(piece, Hole):
            alternatives = tuple(item for item in piece.value.alternatives if item.data is not None)
            key = _identity(piece)
            if len(alternatives) > 1 and key not in choices and count * len(alternatives) <= MAX_COMBINATIONS:
                choices[key] = alternatives
                count *= len(alternatives)
    for chosen in product(*choices.values()):
        of_key = dict(zip(choices, chosen))
        pieces: list[Piece] = []
        for piece in value.data.pieces:
            choice = of_key.get(_identity(piece)) if isinstance(piece, Hole) else None
            pieces.extend((piece,) if choice is None else text_pieces(choice))
        yield Value(value.type, Text(tuple(pieces)), value.origin, value.sensitive)


def _identity(hole: Hole) -> str:
    return fingerprint(hole.value) or f"#{id(hole.value)}"


# --- answers ----------------------------------------------------------------------------------------------------------


def matches(pattern: str, value: Value) -> Truth:
    """Whether a value is text that the expression matches as a whole: YES when all completions are, NO when none is.

    null is no text; a number or a bool is its text. An expression that is not supported decides known text only.
    """
    return same(_matches_one(pattern, reading) for reading in readings(value))


def _matches_one(pattern: str, value: Value) -> Truth:
    if value.data is None or isinstance(value.data, tuple | Mapping | Elements | Entries):
        return Truth.NO
    machine = automaton(pattern)
    known = text_of_known(value)
    if machine is None:
        return Truth.UNKNOWN if known is None else _by_python(pattern, known)
    if known is not None:
        return Truth.of(machine.accepts(machine.run(0, known)))
    try:
        states = _through_value(machine, {0}, value)
    except TooLarge:
        return Truth.UNKNOWN
    answers = {machine.accepts(state) for state in states}
    if len(answers) != 1:
        return Truth.UNKNOWN
    answer = Truth.of(answers.pop())
    # An unknown that stands alone may be null, which is no text.
    if answer is Truth.YES and isinstance(value.data, Unknown) and value.is_null is not Truth.NO:
        return Truth.UNKNOWN
    return answer


def _by_python(pattern: str, text: str) -> Truth:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Truth.of(re.fullmatch(_translated(pattern), text, re.ASCII) is not None)
    except (re.error, RecursionError):
        return Truth.UNKNOWN


def length_range(value: Value) -> tuple[int, int | None]:
    """The fewest and the most characters (code points) that a value's text can have; None where there is no most."""
    ranges = [_length_of_reading(reading) for reading in readings(value)]
    tops = [high for _, high in ranges]
    highest = None if None in tops else max((high for high in tops if high is not None), default=0)
    return min((low for low, _ in ranges), default=0), highest


def _length_of_reading(value: Value) -> tuple[int, int | None]:
    least, most = 0, 0
    open_ended = False
    for piece in text_pieces(value):
        if isinstance(piece, Chunk):
            low, high = len(piece.text), len(piece.text)
        elif piece.value.alternatives != (piece.value,):
            low, top = length_range(piece.value)
            open_ended, high = open_ended or top is None, top or 0
        else:
            low, high, open_ended = _shortest(_demands(piece.value)), 0, True
        least, most = least + low, most + high
    return least, None if open_ended else most


def _shortest(demands: tuple[Automaton, ...]) -> int:
    """The fewest characters of a text that all the automata accept (0 where that takes too long to find)."""
    if not demands:
        return 0
    codes = sorted({cut for machine in demands for cut in machine.cuts})
    current = {tuple(0 for _ in demands)}
    seen = set(current)
    length = 0
    while current and len(seen) <= MAX_STATES:
        if any(all(machine.accepts(state) for machine, state in zip(demands, states)) for states in current):
            return length
        current = {
            following
            for states in current
            for code in codes
            if (following := tuple(machine.step(state, code) for machine, state in zip(demands, states))) not in seen
        }
        seen |= current
        length += 1
    return 0


def equal_texts(left: Value, right: Value, fold: Callable[[str], str] = str) -> Truth:
    """Whether two values are the same text. `fold` makes texts comparable (`str.lower` where case does not matter).

    The same unknown equals itself; known ends that differ make the texts differ.
    """
    print_ = fingerprint(left)
    if print_ and print_ == fingerprint(right):
        return Truth.YES
    answers = [_equal_readings(a, b, fold) for a in readings(left) for b in readings(right)]
    return same(answers)


def _equal_readings(left: Value, right: Value, fold: Callable[[str], str]) -> Truth:
    if left.data is None or right.data is None:
        if left.data is right.data is None:
            return Truth.YES
        return Truth.NO if Truth.NO in (left.is_null, right.is_null) else Truth.UNKNOWN
    known = text_of_known(left), text_of_known(right)
    if known[0] is not None and known[1] is not None:
        return Truth.of(fold(known[0]) == fold(known[1]))
    for text, other in zip(known, (right, left)):
        if text is not None:
            insensitive = "(?i)" if fold("A") == fold("a") else ""
            return matches(insensitive + re.escape(text), other)
    return _equal_pieces(list(text_pieces(left)), list(text_pieces(right)), fold)


def _equal_pieces(left: list[Piece], right: list[Piece], fold: Callable[[str], str]) -> Truth:
    """Takes equal ends off both; what remains may show that they differ."""
    for at in (0, -1):
        while left and right:
            a, b = left[at], right[at]
            if isinstance(a, Hole) or isinstance(b, Hole):
                if isinstance(a, Hole) and isinstance(b, Hole) and _identity(a) == _identity(b):
                    left.pop(at), right.pop(at)
                    continue
                break
            size = min(len(a.text), len(b.text))
            x, y = (a.text[:size], b.text[:size]) if at == 0 else (a.text[-size:], b.text[-size:])
            if fold(x) != fold(y):
                return Truth.NO
            for pieces, piece in ((left, a), (right, b)):
                kept = piece.text[size:] if at == 0 else piece.text[: len(piece.text) - size]
                pieces.pop(at)
                if kept:
                    pieces.insert(0 if at == 0 else len(pieces), Chunk(kept))
    if not left and not right:
        return Truth.YES
    if (not left or not right) and any(isinstance(piece, Chunk) and piece.text for piece in left or right):
        return Truth.NO
    return Truth.UNKNOWN
