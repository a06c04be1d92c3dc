"""Conversion between types, and equality: go-cty's `convert` and `Value.Equals`.

Facts come from https://github.com/zclconf/go-cty (`cty/convert`) and from running Terraform.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cmp_to_key

from initlint.number import OperationError, format_number, parse_number
from initlint.regex import regex
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Object, Primitive, Set, Tuple, Type
from initlint.terraform.unify import compatible, convertible, plain, unify
from initlint.terraform.value import (
    Chunk,
    Data,
    Elements,
    Entries,
    Hole,
    Piece,
    Rest,
    Text,
    Unknown,
    Value,
    derived,
    error,
    fingerprint,
    joined,
    part_of,
    text_of,
)
from initlint.truth import Truth, all_of, same

MAX_ALTERNATIVES = 16
"""How many alternatives of a value, or combinations of them, are followed; beyond that it is unknown."""

# --- conversion -------------------------------------------------------------------------------------------------------


def convert(value: Value, type_: Type) -> Value:
    """The value as the type asks for it; an error value where Terraform could not convert it.

    Unknown and partly known values stay so, with what is known of them. Origin, sensitivity and chunks are kept.
    `any` leaves a value alone; list(any), set(any) and map(any) find the one type of all elements.
    Attributes that the type does not name are dropped, optional ones that are missing become null.
    """
    if type_ is ANY or (type_ is value.type and isinstance(type_, Primitive)):
        return value
    if type_ == ANY or (value.type == type_ and not _open(type_)):
        return value
    data = value.data
    if data is None:
        return replace(value, type=plain(type_, value.type))
    if isinstance(data, Unknown):
        return _convert_unknown(value, data, type_)
    if isinstance(type_, Primitive):
        return _to_primitive(value, type_)
    if isinstance(type_, List | Set):
        return _to_sequence(value, type_)
    if isinstance(type_, Tuple):
        return _to_tuple(value, type_)
    if isinstance(type_, Map):
        return _to_map(value, type_)
    if isinstance(type_, Object):
        return _to_object(value, type_)
    return value


def to_text(value: Value) -> Value:
    """The value as a part of a string: a known string, a Text, or an error for null and for collections."""
    if value.data is None:
        return _failed(value, "null cannot be part of a string", STRING)
    result = convert(value, STRING)
    if isinstance(result.data, Unknown):
        return replace(result, data=Text((Hole(result),)))
    return result


def _failed(value: Value, reason: str, type_: Type) -> Value:
    made = error(reason, value.origin, type_=plain(type_))
    return made.marked(value.sensitive)


def _open(type_: Type) -> bool:
    """Whether the type leaves something to be found out from the value, or to be filled in."""
    if isinstance(type_, List | Set | Map):
        return type_.element == ANY or _open(type_.element)
    if isinstance(type_, Tuple):
        return any(_open(element) for element in type_.elements)
    if isinstance(type_, Object):
        return bool(type_.optional) or any(_open(attribute) for attribute in type_.attributes.values())
    return type_ == ANY


TEXT_OF: Mapping[Type, str] = {NUMBER: r"^-?[0-9]+(?:\.[0-9]+)?$", BOOL: "^(?:true|false)$"}
"""What the text of an unknown number or bool matches."""


def _convert_unknown(value: Value, data: Unknown, type_: Type) -> Value:
    if data.error:
        return replace(value, type=plain(type_, value.type))
    if data.candidates:
        candidates = tuple(convert(candidate, type_) for candidate in data.candidates)
        if all(isinstance(c.data, Unknown) and c.data.error for c in candidates):
            return replace(candidates[0], origin=value.origin)
        data = replace(data, candidates=candidates)
    elif value.type != ANY and not convertible(value.type, type_, unsafe=True):
        return _failed(value, _requirement(type_, value.type), type_)
    if isinstance(type_, Primitive) and value.type != type_ and type_ in (NUMBER, BOOL) and value.type != ANY:
        data = replace(data, key=f"to{type_}(<{data.key}>)" if data.key else "", matches=())
    if type_ != value.type and not (type_ == STRING and value.type in (NUMBER, BOOL)):
        data = replace(data, may_fail=True)
    if type_ == STRING and value.type in TEXT_OF:
        data = replace(data, matches=(*data.matches, TEXT_OF[value.type]))
    if isinstance(type_, Set):
        data = replace(data, min_length=min(data.min_length, 1))
    if isinstance(type_, Map | Object) and data.member is not None:
        data = replace(data, member=_converting_member(data, type_))
    return replace(value, type=plain(type_, value.type), data=data)


def _converting_member(data: Unknown, type_: Map | Object) -> Callable[[str], Value]:
    member = data.member
    assert member is not None

    def converted(name: str) -> Value:
        wanted = type_.element if isinstance(type_, Map) else type_.attributes.get(name, ANY)
        return convert(member(name), wanted)

    return converted


def _requirement(type_: Type, given: Type) -> str:
    return f"{_article(_kind(type_))} is required, not {_article(_kind(given))}"


def _kind(type_: Type) -> str:
    return type_.name if isinstance(type_, Primitive) else type(type_).__name__.lower()


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _to_primitive(value: Value, type_: Primitive) -> Value:
    data = value.data
    if isinstance(data, Text):
        if type_ == STRING:
            return value
        return _text_to_primitive(value, data, type_)
    if type_ == STRING:
        if isinstance(data, bool):
            return replace(value, type=STRING, data="true" if data else "false", chunks=())
        if isinstance(data, int | Fraction):
            return replace(value, type=STRING, data=format_number(data), chunks=())
        if isinstance(data, str):
            return replace(value, type=STRING)
    elif type_ == NUMBER:
        if isinstance(data, str):
            try:
                return replace(value, type=NUMBER, data=parse_number(data), chunks=())
            except OperationError as problem:
                return _failed(value, f"{problem}, not {_shown(value)}", NUMBER)
        if isinstance(data, int | Fraction) and not isinstance(data, bool):
            return replace(value, type=NUMBER)
    elif type_ == BOOL:
        if isinstance(data, str):
            if data in _BOOLS:
                return replace(value, type=BOOL, data=_BOOLS[data], chunks=())
            return _failed(value, f'a bool is required ("true" or "false"), not {_shown(value)}', BOOL)
        if isinstance(data, bool):
            return replace(value, type=BOOL)
    return _failed(value, _requirement(type_, value.type), type_)


_BOOLS = {"true": True, "1": True, "false": False, "0": False}
_NUMBER_TEXT = regex(r"[-+0-9.eE]*", re.ASCII)


def _text_to_primitive(value: Value, data: Text, type_: Primitive) -> Value:
    """A number or bool out of a partly known string: an error where the known text already forbids it."""
    known = [piece.text for piece in data.pieces if isinstance(piece, Chunk)]
    if type_ == NUMBER and not all(_NUMBER_TEXT.fullmatch(text) for text in known):
        return _failed(value, f"a number is required, not {_shown(value)}", NUMBER)
    if type_ == BOOL and not any(may_be(data.pieces, word) is not Truth.NO for word in _BOOLS):
        return _failed(value, f'a bool is required ("true" or "false"), not {_shown(value)}', BOOL)
    return replace(derived((value,), f"to{type_}", type_, not_null=True), origin=value.origin)


def _shown(value: Value) -> str:
    from initlint.terraform.show import show

    return show(value)


def _to_sequence(value: Value, type_: List | Set) -> Value:
    data = value.data
    if not isinstance(data, tuple | Elements) or (isinstance(data, Elements) and isinstance(value.type, Map | Object)):
        return _failed(value, _requirement(type_, value.type), type_)
    items: tuple[Value | Rest, ...] = data if isinstance(data, tuple) else data.items
    wanted = type_.element
    if isinstance(type_, List) and isinstance(value.type, Set) and len(items) > 1 and not value.is_known:
        # Neither the order nor the number of a set's elements is known before all of them are.
        least = int(any(isinstance(item, Value) for item in items))
        return replace(derived((value,), "tolist", plain(type_), not_null=True, min_length=least), origin=value.origin)
    if wanted == ANY:
        given = value.type.element if isinstance(value.type, List | Set) else None
        element = given if given is not None and given != ANY else _common([i for i in items if isinstance(i, Value)])
        if element is None:
            return _failed(value, f"the elements have no single type that a {_kind(type_)} could have", type_)
        wanted = element
    converted = tuple(item if isinstance(item, Rest) else convert(item, wanted) for item in items)
    inner = _inner([item for item in converted if isinstance(item, Value)], wanted)
    if inner is None or (isinstance(type_, Set) and inner is not wanted and _differ(converted)):
        return _failed(value, f"the elements have no single type that a {_kind(type_)} could have", type_)
    if inner is not wanted:
        converted = tuple(item if isinstance(item, Rest) else convert(item, inner) for item in converted)
    result: Type = type(type_)(_element_type(wanted, converted))
    if isinstance(type_, Set):
        converted = as_set(converted)
    known = tuple(item for item in converted if isinstance(item, Value))
    return replace(value, type=result, data=known if isinstance(data, tuple) else Elements(converted))


def _element_type(wanted: Type, items: Iterable[Value | Rest]) -> Type:
    """The element type after conversion: what the constraint leaves open is taken from the elements."""
    if not _open(wanted):
        return wanted
    for item in items:
        if isinstance(item, Value) and item.data is not None and not item.is_unknown:
            return item.type
    return plain(wanted)


def _common(items: Sequence[Value]) -> Type | None:
    return unify([item.type for item in items], unsafe=True) if items else ANY


def _inner(items: Sequence[Value], wanted: Type) -> Type | None:
    """The one type of elements that were converted to `wanted`, where it leaves something open inside (list(map(any)));
    `wanted` itself where there is nothing to find out, or not yet; None where there is no such type.
    """
    if not _open(wanted) or not all(item.is_known or not _open(item.type) for item in items):
        return wanted
    return _common(items) if items else wanted


def _differ(items: Iterable[Value | Rest]) -> bool:
    """Whether elements differ in type: those of a set are not made alike a second time."""
    types = [item.type for item in items if isinstance(item, Value)]
    return any(type_ != types[0] and not _open(type_) for type_ in types)


def _to_tuple(value: Value, type_: Tuple) -> Value:
    data = value.data
    if not isinstance(value.type, Tuple) or not isinstance(data, tuple):
        if isinstance(data, Elements):
            return replace(derived((value,), "tuple", plain(type_)), origin=value.origin)
        return _failed(value, _requirement(type_, value.type), type_)
    if len(data) != len(type_.elements):
        return _failed(value, f"a tuple of {len(type_.elements)} elements is required, not of {len(data)}", type_)
    items = tuple(convert(item, wanted) for item, wanted in zip(data, type_.elements))
    return replace(value, type=Tuple(tuple(item.type for item in items)), data=items)


def _to_map(value: Value, type_: Map) -> Value:
    data = value.data
    entries = data.items if isinstance(data, Entries) else data
    if not isinstance(entries, Mapping):
        return _failed(value, _requirement(type_, value.type), type_)
    wanted = type_.element
    if wanted == ANY:
        given = value.type.element if isinstance(value.type, Map) else None
        element = given if given is not None and given != ANY else _common(list(entries.values()))
        if element is None:
            return _failed(value, "the attributes have no single type that a map could have", type_)
        wanted = element
    items = {name: convert(item, wanted) for name, item in sorted(entries.items())}
    inner = _inner(list(items.values()), wanted)
    if inner is None:
        return _failed(value, "the attributes have no single type that a map could have", type_)
    if inner is not wanted:
        items = {name: convert(item, inner) for name, item in items.items()}
    result = Map(_element_type(wanted, items.values()))
    if isinstance(data, Entries):
        return replace(value, type=result, data=Entries(items, data.rest))
    return replace(value, type=result, data=items)


def _to_object(value: Value, type_: Object) -> Value:
    data = value.data
    entries = data.items if isinstance(data, Entries) else data
    if not isinstance(entries, Mapping):
        return _failed(value, _requirement(type_, value.type), type_)
    items: dict[str, Value] = {}
    for name, wanted in sorted(type_.attributes.items()):
        if name in entries:
            items[name] = convert(entries[name], wanted)
        elif isinstance(data, Entries):
            items[name] = Value(plain(wanted), member_of_rest(data.rest, name), value.origin)
        elif name in type_.optional:
            items[name] = Value(plain(wanted), None, value.origin)
        else:
            return _failed(value, f'attribute "{name}" is required', type_)
    return replace(value, type=Object({name: item.type for name, item in items.items()}), data=items)


def member_of_rest(rest: Unknown, name: str) -> Unknown:
    """What is known of one entry of the unknown rest of a map or object."""
    return part_of(rest, f"{rest.key}[{name!r}]" if rest.key else "")


# --- sets -------------------------------------------------------------------------------------------------------------


def as_set(items: Iterable[Value | Rest]) -> tuple[Value | Rest, ...]:
    """The members of a set in Terraform's order without duplicates; unknown ones follow, then null, then the rest."""
    known: dict[str, Value] = {}
    others: list[Value | Rest] = []
    for item in items:
        if isinstance(item, Rest):
            others.append(item)
        elif item.is_known:
            known.setdefault(fingerprint(item), item)
        elif not any(isinstance(o, Value) and equal(o, item) is Truth.YES for o in others):
            others.append(item)
    ordered = sorted(known.values(), key=cmp_to_key(compare))
    return (*ordered, *others)


def compare(a: Value, b: Value) -> int:
    """Negative, zero or positive: how two known members of one set are ordered."""
    x, y = a.data, b.data
    if x is None or y is None:
        return (x is None) - (y is None)
    if isinstance(x, str) and isinstance(y, str):
        return (x > y) - (x < y)
    if isinstance(x, int | Fraction) and isinstance(y, int | Fraction):
        return (x > y) - (x < y)
    one, other = _set_text(x), _set_text(y)
    return (one > other) - (one < other)


def _set_text(data: Data) -> str:
    """The text by which go-cty orders members of a set that are no primitives."""
    if data is None:
        return "~"
    if isinstance(data, bool):
        return "T" if data else "F"
    if isinstance(data, int | Fraction):
        return format_number(data)
    if isinstance(data, str):
        return '"' + data.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    if isinstance(data, tuple):
        return "[" + "".join(_set_text(item.data) + ";" for item in data) + "]"
    if isinstance(data, Mapping):
        return "<" + "".join(_set_text(item.data) + ";" for _, item in sorted(data.items())) + ">"
    return "?"


# --- alternatives -----------------------------------------------------------------------------------------------------


def choices(values: Sequence[Value], limit: int = MAX_ALTERNATIVES) -> list[tuple[Value, ...]] | None:
    """Every combination of the candidates that the values, or the holes in their text, may take.

    One unknown that stands in several places takes the same candidate in all of them. None where nothing has
    candidates or the combinations are more than `limit`.
    """
    found: dict[str, tuple[Value, ...]] = {}
    for at, value in enumerate(values):
        for where, unknown in _with_candidates(value):
            found.setdefault(unknown.key or f"{at}.{where}", unknown.candidates)
    count = 1
    for candidates in found.values():
        count *= len(candidates)
    if not found or count > limit:
        return None
    result = []
    for picked in itertools.product(*found.values()):
        choice = dict(zip(found, picked))
        result.append(tuple(_chosen(value, at, choice) for at, value in enumerate(values)))
    return result


def _with_candidates(value: Value) -> Iterator[tuple[str, Unknown]]:
    data = value.data
    if isinstance(data, Unknown) and data.candidates:
        yield "", data
    elif isinstance(data, Text):
        for at, piece in enumerate(data.pieces):
            if isinstance(piece, Hole) and isinstance(piece.value.data, Unknown) and piece.value.data.candidates:
                yield str(at), piece.value.data


def _chosen(value: Value, at: int, choice: Mapping[str, Value]) -> Value:
    data = value.data
    if isinstance(data, Unknown) and data.candidates:
        return choice[data.key or f"{at}."].marked(value.sensitive)
    if not isinstance(data, Text):
        return value
    pieces: list[Piece] = []
    for where, piece in enumerate(data.pieces):
        if isinstance(piece, Hole) and isinstance(piece.value.data, Unknown) and piece.value.data.candidates:
            pieces.extend(convert(choice[piece.value.data.key or f"{at}.{where}"], STRING).pieces)
        else:
            pieces.append(piece)
    return text_of(pieces, value.origin, value.sensitive)


# --- equality ---------------------------------------------------------------------------------------------------------


def equal(a: Value, b: Value) -> Truth:
    """Whether Terraform's `==` holds: types are never converted, null equals null of any type."""
    if a.error is not None or b.error is not None:
        return Truth.UNKNOWN
    if a.data is None or b.data is None:
        return a.is_null if b.data is None else b.is_null
    if not compatible(a.type, b.type):
        return Truth.NO if Truth.NO in (a.is_null, b.is_null) else Truth.UNKNOWN
    if a.type != b.type and a.is_known and b.is_known:
        return Truth.NO  # `any` in the type of a known value is a type too: tolist([]) is no list of strings
    one, other = fingerprint(a), fingerprint(b)
    if one and one == other and ANY not in (a.type, b.type):
        return Truth.YES
    if one and one == other and a.type == b.type:
        return Truth.YES
    combinations = choices((a, b))
    if combinations is not None:
        return same(equal(x, y) for x, y in combinations)
    return _equal_data(a, b)


def _equal_data(a: Value, b: Value) -> Truth:
    x, y = a.data, b.data
    if isinstance(x, Unknown) or isinstance(y, Unknown):
        return _equal_unknown(a, b)
    if isinstance(x, str | Text) and isinstance(y, str | Text):
        if isinstance(x, str) and isinstance(y, str):
            return Truth.of(x == y)
        return Truth.UNKNOWN if _may_equal(a.pieces, b.pieces) else Truth.NO
    if isinstance(x, tuple | Elements) and isinstance(y, tuple | Elements):
        return _equal_sequences(a, b)
    if isinstance(x, Mapping | Entries) and isinstance(y, Mapping | Entries):
        return _equal_maps(x, y)
    if isinstance(x, bool) or isinstance(y, bool):
        return Truth.of(x is y)
    if isinstance(x, int | Fraction) and isinstance(y, int | Fraction):
        return Truth.of(x == y)
    return Truth.NO


def _equal_unknown(a: Value, b: Value) -> Truth:
    """NO where what is known of an unknown forbids the other value."""
    value, other = (a, b) if isinstance(a.data, Unknown) else (b, a)
    data = value.data
    assert isinstance(data, Unknown)
    if isinstance(other.data, str) and data.matches and not _all_match(data.matches, other.data):
        return Truth.NO
    if isinstance(other.data, Text | str) and value.type in (STRING, ANY) and data.min_length > _longest(other.pieces):
        return Truth.NO
    if isinstance(other.data, tuple) and not isinstance(other.type, Set):
        size = len(other.data)
        if size < data.min_length or (data.max_length is not None and size > data.max_length):
            return Truth.NO
    return Truth.UNKNOWN


def _longest(pieces: Iterable[Piece]) -> float:
    return sum(len(piece.text) if isinstance(piece, Chunk) else float("inf") for piece in pieces)


def _all_match(patterns: Iterable[str], text: str) -> bool:
    """Whether the text matches all patterns; true as well where no engine can say."""
    from initlint.terraform.functions.expressions import search

    return all(search(pattern, text) is not False for pattern in patterns)


def may_be(pieces: Iterable[Piece], text: str) -> Truth:
    """Whether a string of these pieces is the known text: NO, or UNKNOWN (YES when all of it is known)."""
    parts = joined(pieces)
    if all(isinstance(part, Chunk) for part in parts):
        return Truth.of("".join(part.text for part in parts if isinstance(part, Chunk)) == text)
    for part in parts:
        if isinstance(part, Hole) and part.value.is_null is Truth.YES:
            return Truth.NO
    pattern = "".join(re.escape(part.text) if isinstance(part, Chunk) else _hole_pattern(part) for part in parts)
    return Truth.UNKNOWN if re.fullmatch(pattern, text, re.DOTALL) else Truth.NO


def _hole_pattern(hole: Hole) -> str:
    """What the text of a hole can look like."""
    value = hole.value
    data = value.data
    for type_, pattern in TEXT_OF.items():
        if value.type == type_ or (isinstance(data, Unknown) and pattern in data.matches):
            return pattern[1:-1]
    if isinstance(data, Unknown) and data.candidates:
        texts = [convert(candidate, STRING).data for candidate in data.candidates]
        if all(isinstance(text, str) for text in texts):
            return "(?:" + "|".join(re.escape(text) for text in texts if isinstance(text, str)) + ")"
    if isinstance(data, Unknown) and data.min_length:
        return f".{{{data.min_length},}}"
    return ".*"


def _may_equal(x: Sequence[Piece], y: Sequence[Piece]) -> bool:
    """False where two strings, at least one of them partly known, can never be the same."""
    a, b = joined(x), joined(y)
    for one, other in ((a, b), (b, a)):
        if all(isinstance(piece, Chunk) for piece in other):
            return may_be(one, "".join(piece.text for piece in other if isinstance(piece, Chunk))) is not Truth.NO
    a, b = _without_common_holes(a, b)
    if not a or not b:
        return not any(isinstance(piece, Chunk) for piece in (*a, *b))
    first, second = a[0], b[0]
    if isinstance(first, Chunk) and isinstance(second, Chunk):
        size = min(len(first.text), len(second.text))
        if first.text[:size] != second.text[:size]:
            return False
    first, second = a[-1], b[-1]
    if isinstance(first, Chunk) and isinstance(second, Chunk):
        size = min(len(first.text), len(second.text))
        if size and first.text[-size:] != second.text[-size:]:
            return False
    return True


def _without_common_holes(a: tuple[Piece, ...], b: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both without the identical pieces that they start and end with: "${x}-a" and "${x}-b" differ for every x."""
    left, right = list(a), list(b)
    for end in (0, -1):
        while left and right and _same_piece(left[end], right[end]):
            left.pop(end)
            right.pop(end)
        if left and right and isinstance(left[end], Chunk) and isinstance(right[end], Chunk):
            continue
    return tuple(left), tuple(right)


def _same_piece(a: Piece, b: Piece) -> bool:
    if isinstance(a, Chunk) and isinstance(b, Chunk):
        return a.text == b.text
    if isinstance(a, Hole) and isinstance(b, Hole):
        print_ = fingerprint(a.value)
        return bool(print_) and print_ == fingerprint(b.value)
    return False


def _equal_sequences(a: Value, b: Value) -> Truth:
    x, y = a.data, b.data
    if isinstance(a.type, Set) or isinstance(b.type, Set):
        if a.is_known and b.is_known and isinstance(x, tuple) and isinstance(y, tuple):
            return Truth.NO if len(x) != len(y) else all_of(map(equal, x, y))
        for one, other in ((x, y), (y, x)):
            if isinstance(one, tuple) and isinstance(other, tuple | Elements) and all(item.is_known for item in one):
                items = other if isinstance(other, tuple) else other.items
                known = (item for item in items if isinstance(item, Value) and item.is_known)
                if any(all(equal(item, member) is Truth.NO for member in one) for item in known):
                    return Truth.NO
        return Truth.UNKNOWN
    if isinstance(x, tuple) and isinstance(y, tuple):
        return Truth.NO if len(x) != len(y) else all_of(map(equal, x, y))
    for one, other in ((x, y), (y, x)):
        if isinstance(one, tuple) and isinstance(other, Elements):
            fixed = sum(1 for item in other.items if isinstance(item, Value))
            if fixed > len(one):
                return Truth.NO
    head = itertools.takewhile(lambda pair: all(isinstance(item, Value) for item in pair), zip(_items(x), _items(y)))
    answers = [equal(p, q) for p, q in head if isinstance(p, Value) and isinstance(q, Value)]
    return Truth.NO if Truth.NO in answers else Truth.UNKNOWN


def _items(data: Data) -> tuple[Value | Rest, ...]:
    if isinstance(data, Elements):
        return data.items
    return data if isinstance(data, tuple) else ()


def _equal_maps(x: Mapping[str, Value] | Entries, y: Mapping[str, Value] | Entries) -> Truth:
    one = x.items if isinstance(x, Entries) else x
    other = y.items if isinstance(y, Entries) else y
    if not isinstance(y, Entries) and one.keys() - other.keys():
        return Truth.NO
    if not isinstance(x, Entries) and other.keys() - one.keys():
        return Truth.NO
    answer = all_of(equal(item, other[name]) for name, item in one.items() if name in other)
    if answer is Truth.YES and (isinstance(x, Entries) or isinstance(y, Entries)):
        return Truth.UNKNOWN
    return answer


__all__ = [
    "MAX_ALTERNATIVES", "TEXT_OF", "as_set", "choices", "convert", "equal", "may_be", "member_of_rest", "to_text",
]  # fmt: skip
