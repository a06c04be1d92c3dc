"""The parts of a value that is a map or a list, three-valued: what tags and an azapi body are read with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from initlint.record import record
from initlint.source import Span
from initlint.terraform.types import ANY, List, Map, Object, Set, Type
from initlint.terraform.value import Elements, Entries, Rest, Unknown, Value, error, null, part_of
from initlint.truth import Truth


@record
class Element:
    """What a map holds under a key. `present` says whether it holds the key at all; where that is unknown the value is
    unknown too and may be null.
    """

    value: Value
    present: Truth


ABSENT = Element(null(), Truth.NO)


def element(of: Value, key: str) -> Element:
    """What a map or object holds under a key; null holds nothing. Anything else is an error, as in Terraform."""
    data = of.data
    if data is None:
        return ABSENT
    if isinstance(data, Unknown):
        return _unknown_element(of, data, key)
    if isinstance(data, Entries):
        if key in data.items:
            return Element(of.part(data.items[key]), Truth.YES)
        return Element(_part(of, data.rest, key), Truth.UNKNOWN)
    if isinstance(data, Mapping):
        return Element(of.part(data[key]), Truth.YES) if key in data else ABSENT
    return Element(error(f"a {of.type} has no attribute {key}", of.origin), Truth.UNKNOWN)


def _unknown_element(of: Value, data: Unknown, key: str) -> Element:
    found = [element(candidate, key) for candidate in data.candidates]
    answers = {item.present for item in found}
    if not found:
        return Element(_part(of, data, key), Truth.UNKNOWN)
    if answers == {Truth.NO}:
        return ABSENT
    present = answers.pop() if len(answers) == 1 else Truth.UNKNOWN
    return Element(_part(of, data, key, tuple(item.value for item in found)), present)


def _part(of: Value, whole: Unknown, key: str, candidates: tuple[Value, ...] = ()) -> Value:
    """The unknown under a key of an unknown: of the whole's refinements only the reason and the identity pass on."""
    identity = f"{whole.key}[{key!r}]" if whole.key else ""
    part = replace(part_of(whole, identity), candidates=candidates)
    return Value(_element_type(of.type, key), part, of.origin, of.sensitive)


def _element_type(of: Type, key: str) -> Type:
    if isinstance(of, Map):
        return of.element
    return of.attributes.get(key, ANY) if isinstance(of, Object) else ANY


@record
class Item:
    """An element of a list. Where `exists` is UNKNOWN it may stand for none, one or many; `reason` says why."""

    value: Value
    exists: Truth = Truth.YES
    reason: str = ""


def items(of: Value) -> tuple[Item, ...]:
    """The elements of a list in order, null ones left out; a stand-in for every stretch that is not known."""
    return tuple(_items(of))


def _items(of: Value) -> Iterator[Item]:
    data = of.data
    if isinstance(data, tuple):
        for value in data:
            if value.data is not None:
                yield Item(of.part(value))
    elif isinstance(data, Elements):
        for entry in data.items:
            if isinstance(entry, Rest):
                yield from _stretch(of, entry.unknown)
            else:
                yield Item(of.part(entry))
    elif isinstance(data, Unknown):
        yield from _stretch(of, data)


def _stretch(of: Value, whole: Unknown) -> Iterator[Item]:
    if whole.max_length == 0:
        return
    if not whole.candidates:
        yield Item(Value(_item_type(of.type), part_of(whole), of.origin, of.sensitive), Truth.UNKNOWN, whole.reason)
    for candidate in whole.candidates:
        for item in _items(candidate):
            yield replace(item, exists=Truth.UNKNOWN, reason=whole.reason)


def _item_type(of: Type) -> Type:
    return of.element if isinstance(of, List | Set) else ANY


def place(value: Value, *expressions: Span) -> Span | None:
    """Where a part of an argument is written: the nearest place of its origin that lies in one of the argument's
    expressions; None where it was made elsewhere (a local, a variable) or nothing is known of it.
    """
    for origin in value.origin.chain() if value.origin else ():
        if any(expression.covers(origin.span) for expression in expressions):
            return origin.span
    return None


__all__ = ["ABSENT", "Element", "Item", "element", "items", "place"]
