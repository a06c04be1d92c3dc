"""Values: known, unknown with a reason, or partly known, each with the origin that decided it.

The shapes of `Value.data`, by type:

| type               | known                      | partly known | unknown   |
|--------------------|----------------------------|--------------|-----------|
| any type           | None (null)                |              | `Unknown` |
| string             | str                        | `Text`       | `Unknown` |
| number             | int or Fraction            |              | `Unknown` |
| bool               | bool                       |              | `Unknown` |
| list, tuple, set   | tuple of Value             | `Elements`   | `Unknown` |
| map, object        | dict of str to Value       | `Entries`    | `Unknown` |

A tuple or a dict is known in its length and keys; its members may still be unknown, as in Terraform. Sets are sorted
and without duplicates; a set with an unknown member has no known length.

An error is a value too: an expression that Terraform would refuse is an `Unknown` whose `error` says why, so that
known text around it stays known. Nothing in the evaluator raises for what a user wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from fractions import Fraction
from typing import TypeAlias

from initlint.number import Number
from initlint.record import record
from initlint.source import Span
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Object, Set, Tuple, Type
from initlint.truth import Truth

MOST_CHUNKS = 4096
"""Of how many chunks a known text remembers where they were written."""


@record
class Origin:
    """Where a value comes from: the place that made it or handed it on, and what that place took it from.

    `label` names the place as a reader would: "var.cpu", "default of var.cpu", "argument cpu of module.app",
    "local.name", "prod.tfvars". `handed_on` is true where the value passed unchanged (a reference, an argument, a
    default): then `inner` is the one origin behind it. Otherwise the expression at `span` made the value out of
    `inner`.
    """

    span: Span
    label: str
    handed_on: bool = False
    inner: tuple[Origin, ...] = ()

    def maker(self) -> Origin:
        """The place that made the value: the end of the chain of places that only handed it on."""
        origin = self
        while origin.handed_on and origin.inner:
            origin = origin.inner[0]
        return origin

    def chain(self) -> Iterator[Origin]:
        """This place and all behind it, nearest first, each span once."""
        seen: set[Span] = set()
        waiting = [self]
        while waiting:
            origin = waiting.pop(0)
            if origin.span not in seen:
                seen.add(origin.span)
                yield origin
            waiting[:0] = origin.inner


@record
class Unknown:
    """What stands for a value that the code does not say.

    `reason` is for people: "var.project_name has no default". `key` is the identity: two unknowns with the same
    non-empty key are the same value ("var.project_name", "module.a.azurerm_key_vault.main.id").
    `sources` are the root module's input variables ("var.environment") that it depends on.
    `error` is set where Terraform would refuse the expression; a `static` error is one that `try` does not catch.
    The rest is what is known all the same: that it is not null; that it is one of `candidates`; for a string the
    regular expressions (RE2, unanchored unless written so) that it matches; for a collection bounds of its length;
    for a resource or a module, `member` gives the value of an attribute and `item` that of an instance;
    `whole` gives a module as the object of its outputs, where something needs all of it.
    `may_fail` is set where the expression may turn out an error once all is known (an index, a conversion), which
    matters to `try` and `can`; the rest is said of the value that there is if it does not.
    """

    reason: str
    key: str = ""
    sources: frozenset[str] = frozenset()
    error: bool = False
    static: bool = False
    not_null: bool = False
    candidates: tuple[Value, ...] = ()
    matches: tuple[str, ...] = ()
    min_length: int = 0
    max_length: int | None = None
    may_fail: bool = False
    member: Callable[[str], Value] | None = None
    item: Callable[[Value], Value] | None = None
    whole: Callable[[], Value] | None = None


@record
class Chunk:
    """Known text. With a span whose bytes are exactly the text, positions map one to one; any other span (an escape, a
    literal that was computed) stands for the chunk as a whole.
    """

    text: str
    span: Span | None = None

    def place(self, start: int, end: int) -> Span | None:
        """Where some of its characters stand; None where positions do not map."""
        if self.span is None or self.span.text != self.text:
            return None
        first = self.span.start + len(self.text[:start].encode())
        return Span(self.span.source, first, first + len(self.text[start:end].encode()))


@record
class Hole:
    """An unknown part of a string; `value` is unknown, of any primitive type."""

    value: Value


Piece: TypeAlias = Chunk | Hole


@record
class Text:
    """A string with at least one unknown part."""

    pieces: tuple[Piece, ...]


@record
class Rest:
    """Some number of elements of a list, none included, of which only the reason is known."""

    unknown: Unknown

    def __post_init__(self) -> None:
        object.__setattr__(self, "unknown", part_of(self.unknown, self.unknown.key))


@record
class Elements:
    """A list (or set) of which some elements are known: `items` in order, a `Rest` for each unknown stretch."""

    items: tuple[Value | Rest, ...]


@record
class Entries:
    """A map of which some entries are known for certain; others may exist, for the reason that `rest` gives. `keys` are
    those of other entries that are there for certain, though it is not known what they are called.
    """

    items: Mapping[str, Value]
    rest: Unknown
    keys: tuple[Value, ...] = ()


Data: TypeAlias = (
    bool
    | int
    | Fraction
    | str
    | Text
    | tuple["Value", ...]
    | Elements
    | Mapping[str, "Value"]
    | Entries
    | Unknown
    | None
)


@record
class Value:
    """A Terraform value. See the module's text for the shapes of `data`.

    `chunks` maps a known string back to the text it was written as (empty where that is lost).
    `sensitive` values are evaluated but never printed.
    """

    type: Type
    data: Data
    origin: Origin | None = None
    sensitive: bool = False
    chunks: tuple[Chunk, ...] = ()
    size: int = field(default=1, init=False, repr=False)
    """How many values it is made of, counted without regard to sharing: what a walk over it costs."""

    def __post_init__(self) -> None:
        data = self.data
        if isinstance(data, tuple):
            size = 1 + sum([item.size for item in data])
        elif isinstance(data, dict):
            size = 1 + sum([item.size for item in data.values()])
        elif isinstance(data, Elements):
            size = 1 + sum([1 if isinstance(item, Rest) else item.size for item in data.items])
        elif isinstance(data, Entries):
            size = 1 + sum([item.size for item in data.items.values()])
        elif isinstance(data, Text):
            size = len(data.pieces)
        elif isinstance(data, Unknown) and data.candidates:
            size = 1 + sum([item.size for item in data.candidates])
        else:
            return
        object.__setattr__(self, "size", size)

    # --- what it is ---------------------------------------------------------------------------------------------

    @property
    def is_unknown(self) -> bool:
        """Whether nothing but refinements is known of it."""
        return isinstance(self.data, Unknown)

    @property
    def is_known(self) -> bool:
        """Whether it is known through and through."""
        return next(unknowns(self), None) is None

    @property
    def is_null(self) -> Truth:
        """Whether it is null."""
        if self.data is None:
            return Truth.YES
        if isinstance(self.data, Unknown):
            if self.data.not_null:
                return Truth.NO
            if self.data.candidates:
                answers = {candidate.is_null for candidate in self.data.candidates}
                return answers.pop() if len(answers) == 1 else Truth.UNKNOWN
            return Truth.UNKNOWN
        return Truth.NO

    @property
    def error(self) -> Unknown | None:
        """The first error inside it, if Terraform would refuse the expression that gave it."""
        if self.size == 1 and not isinstance(self.data, Unknown | Text | Entries | Elements):
            return None  # the usual case, without a walk
        return next((unknown for unknown in unknowns(self) if unknown.error), None)

    @property
    def reason(self) -> str:
        """Why it is not wholly known ("" when it is)."""
        found = next(unknowns(self), None)
        return found.reason if found else ""

    @property
    def sources(self) -> frozenset[str]:
        """The root input variables that its unknown parts depend on."""
        return frozenset().union(*(unknown.sources for unknown in unknowns(self)))

    @property
    def alternatives(self) -> tuple[Value, ...]:
        """The values it can take, when they are few and known to be all; itself otherwise."""
        if isinstance(self.data, Unknown) and self.data.candidates:
            return tuple(alternative for candidate in self.data.candidates for alternative in candidate.alternatives)
        return (self,)

    @property
    def unless_error(self) -> Value:
        """What it is if it is no error: the only candidate of one that has a single one; itself otherwise."""
        found = self.alternatives
        return found[0] if len(found) == 1 else self

    # --- the same value, otherwise annotated -------------------------------------------------------------------------

    def at(self, origin: Origin) -> Value:
        """The same value with another origin."""
        return replace(self, origin=origin)

    def handed_on(self, span: Span, label: str) -> Value:
        """The same value, seen through a place that hands it on."""
        return replace(self, origin=Origin(span, label, True, (self.origin,) if self.origin else ()))

    def marked(self, sensitive: bool) -> Value:
        """The same value, sensitive if `sensitive` or if it already was."""
        return replace(self, sensitive=True) if sensitive and not self.sensitive else self

    # --- parts --------------------------------------------------------------------------------------------------------

    def part(self, element: Value) -> Value:
        """An element of it, as it is seen through the references that handed the whole on: its trail starts there."""
        trail: list[Origin] = []
        origin = self.origin
        while origin is not None and origin.handed_on and origin.inner:
            trail.append(origin)
            origin = origin.inner[0]
        inner = element.origin
        for step in reversed(trail):
            inner = Origin(step.span, step.label, True, (inner,) if inner else ())
        return replace(element, origin=inner).marked(self.sensitive)

    @property
    def known_elements(self) -> tuple[Value, ...]:
        """The elements of a list that are there for certain, unknown stretches left out."""
        if isinstance(self.data, Elements):
            return tuple(item for item in self.data.items if isinstance(item, Value))
        return self.data if isinstance(self.data, tuple) else ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """A string (or a number or bool as text) as known chunks and holes; a single hole when all is unknown."""
        if isinstance(self.data, Text):
            return self.data.pieces
        if isinstance(self.data, str):
            return self.chunks or (Chunk(self.data, self.origin.maker().span if self.origin else None),)
        return (Hole(self),)


def unknowns(value: Value) -> Iterator[Unknown]:
    """Every unknown inside a value, in order, depth first; an unknown with candidates once, as itself."""
    data = value.data
    if isinstance(data, Unknown):
        yield data
    elif data is None or isinstance(data, str | int | Fraction):
        return
    elif isinstance(data, Text):
        for piece in data.pieces:
            if isinstance(piece, Hole):
                yield from unknowns(piece.value)
    elif isinstance(data, tuple):
        for element in data:
            yield from unknowns(element)
    elif isinstance(data, Elements):
        for item in data.items:
            if isinstance(item, Rest):
                yield item.unknown
            else:
                yield from unknowns(item)
    elif isinstance(data, Entries):
        for element in data.items.values():
            yield from unknowns(element)
        yield data.rest
    elif isinstance(data, Mapping):
        for element in data.values():
            yield from unknowns(element)


def may_fail_as_one(values: Iterable[Value]) -> bool:
    """Whether one of the values that are one of few may be an error all the same: what is made of each does not say."""
    return any(item.may_fail and item.candidates for value in values for item in unknowns(value))


# --- making values ----------------------------------------------------------------------------------------------------


def null(type_: Type = ANY, origin: Origin | None = None) -> Value:
    """null, of a type where one is known."""
    return Value(type_, None, origin)


def string(text: str, origin: Origin | None = None, chunks: tuple[Chunk, ...] = ()) -> Value:
    """A known string."""
    return Value(STRING, text, origin, chunks=chunks)


def number(value: Number, origin: Origin | None = None) -> Value:
    """A known number; a Fraction that is whole becomes an int."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    return Value(NUMBER, value, origin)


def boolean(value: bool, origin: Origin | None = None) -> Value:
    """A known bool."""
    return Value(BOOL, value, origin)


def tuple_of(elements: Iterable[Value], origin: Origin | None = None) -> Value:
    """A tuple, typed by its elements."""
    items = tuple(elements)
    return Value(Tuple(tuple(item.type for item in items)), items, origin)


def list_of(element: Type, elements: Iterable[Value], origin: Origin | None = None) -> Value:
    """A list of one element type."""
    return Value(List(element), tuple(elements), origin)


def object_of(attributes: Mapping[str, Value], origin: Origin | None = None) -> Value:
    """An object, typed by its attributes; attributes are kept in the order of their names, as Terraform iterates."""
    items = dict(sorted(attributes.items()))
    return Value(Object({name: item.type for name, item in items.items()}), items, origin)


def map_of(element: Type, entries: Mapping[str, Value], origin: Origin | None = None) -> Value:
    """A map of one element type, in the order of its keys."""
    return Value(Map(element), dict(sorted(entries.items())), origin)


def unknown(reason: str, type_: Type = ANY, origin: Origin | None = None, *, key: str = "") -> Value:
    """An unknown value with its reason."""
    return Value(type_, Unknown(reason, key), origin)


def part_of(whole: Unknown, key: str = "") -> Unknown:
    """What stands for a part of what an unknown stands for: the reason is the same, what is known of the whole is not
    known of the part.
    """
    return Unknown(whole.reason, key, whole.sources, whole.error, whole.static, may_fail=whole.may_fail)


def error(reason: str, origin: Origin | None = None, *, static: bool = False, type_: Type = ANY) -> Value:
    """What an expression gives that Terraform would refuse."""
    return Value(type_, Unknown(reason, error=True, static=static), origin)


NEVER_FAIL = frozenset(
    "?: == != && || ! - + * < > <= >= for key each if upper lower title trim trimprefix trimsuffix trimspace strrev "
    "chomp join replace concat merge keys values length distinct compact toset startswith endswith strcontains "
    "contains can jsonencode setunion setintersection setsubtract reverse sort flatten".split()
)
"""Operations that give no error as long as their inputs do not."""


def derived(inputs: Iterable[Value], operation: str, type_: Type = ANY, **known: object) -> Value:
    """The unknown result of an operation over inputs of which at least one is not wholly known.

    Takes reason, sources, error and sensitivity from the inputs; the key says which operation over which inputs, so
    that the same expression over the same unknowns is the same value. `known` are further fields of `Unknown`.
    """
    values = tuple(inputs)
    found = [item for value in values for item in unknowns(value)]
    first = next((item for item in found if item.error), found[0] if found else Unknown("unknown"))
    prints = [fingerprint(value) for value in values]
    key = f"{operation}({','.join(prints)})" if all(prints) and len(operation) + sum(map(len, prints)) < 2000 else ""
    result = Unknown(
        first.reason,
        key,
        frozenset().union(*(item.sources for item in found)),
        first.error,
        first.static,
        may_fail=operation not in NEVER_FAIL or any(item.may_fail for item in found),
    )
    if result.error and known.get("error", True):
        known.pop("candidates", None)  # what is refused is none of them
    return Value(
        type_,
        replace(result, **known) if known else result,  # type: ignore[arg-type]
        Origin(values[0].origin.span, operation, False, tuple(v.origin for v in values if v.origin))
        if values and values[0].origin
        else None,
        any(value.sensitive for value in values),
    )


def fingerprint(value: Value) -> str:
    """A text that is equal for two values only if they are the same value; "" where identity is not known."""
    data = value.data
    if isinstance(data, Unknown):
        return f"<{data.key}>" if data.key else ""
    if isinstance(data, Text):
        parts = [repr(p.text) if isinstance(p, Chunk) else fingerprint(p.value) for p in joined(data.pieces)]
        return "~".join(parts) if all(parts) else ""
    if isinstance(data, tuple):
        parts = [fingerprint(item) for item in data]
        kind = "set" if isinstance(value.type, Set) and not value.is_known else ""  # such a set has no known order
        return f"{kind}[{','.join(parts)}]" if all(parts) else ""
    if isinstance(data, Elements):
        parts = [
            (f"...<{item.unknown.key}>" if item.unknown.key else "") if isinstance(item, Rest) else fingerprint(item)
            for item in data.items
        ]
        return f"[{','.join(parts)}]" if all(parts) else ""
    if isinstance(data, Entries):
        parts = [fingerprint(item) for item in data.items.values()]
        if not data.rest.key or not all(parts):
            return ""
        pairs = ",".join(f"{name!r}={part}" for name, part in zip(data.items, parts))
        return f"{{{pairs},...<{data.rest.key}>}}"
    if isinstance(data, Mapping):
        parts = [fingerprint(item) for item in data.values()]
        return "{" + ",".join(f"{n!r}={p}" for n, p in zip(data, parts)) + "}" if all(parts) else ""
    return repr(data)


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces with neighbouring chunks made one (their spans are lost): the text as a matcher wants it."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Chunk) and result and isinstance(result[-1], Chunk):
            result[-1] = Chunk(result[-1].text + piece.text)
        elif not (isinstance(piece, Chunk) and not piece.text):
            result.append(piece)
    return tuple(result)


def text_of(pieces: Iterable[Piece], origin: Origin | None = None, sensitive: bool = False) -> Value:
    """The string made of pieces: known if all of them are."""
    kept = tuple(piece for piece in pieces if not (isinstance(piece, Chunk) and not piece.text))
    if len(kept) > MOST_CHUNKS:
        kept = joined(kept)
    chunks = tuple(piece for piece in kept if isinstance(piece, Chunk))
    if len(chunks) == len(kept):
        text = "".join(chunk.text for chunk in chunks)
        if not text.isascii():
            from unicodedata import is_normalized, normalize

            if not is_normalized("NFC", text):  # as Terraform keeps every string: "e\u0301" is one letter
                return Value(STRING, normalize("NFC", text), origin, sensitive)
        return Value(STRING, text, origin, sensitive, chunks)
    return Value(STRING, Text(kept), origin, sensitive)


__all__ = [
    "ANY", "BOOL", "MOST_CHUNKS", "NEVER_FAIL", "NUMBER", "STRING",
    "Chunk", "Data", "Elements", "Entries", "Hole", "List", "Map",
    "Object", "Origin", "Piece", "Rest", "Set", "Text", "Tuple", "Type", "Unknown", "Value", "boolean", "derived",
    "error", "fingerprint", "joined", "list_of", "map_of", "null", "number", "object_of", "string", "text_of",
    "tuple_of", "unknown", "unknowns",
]  # fmt: skip
