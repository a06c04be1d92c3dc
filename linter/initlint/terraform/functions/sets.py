"""Functions of sets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from initlint.number import LimitError, OperationError
from initlint.terraform.convert import as_set, convert
from initlint.terraform.functions import MAX_ELEMENTS, Context, Function, Parameter, on_values
from initlint.terraform.functions.collections import items_of
from initlint.terraform.types import ANY, List, Set, Tuple, Type
from initlint.terraform.unify import unify
from initlint.terraform.value import Elements, Rest, Value, derived, fingerprint, tuple_of


def _of_one_type(args: Sequence[Value]) -> tuple[list[Value], Type]:
    """The sets, converted to one type of element."""
    elements = [
        arg.type.element
        for arg in args
        if isinstance(arg.type, Set) and not (arg.data == () and arg.type.element == ANY)
    ]
    element = unify(elements, unsafe=True)
    if element is None:
        raise OperationError("all sets must have the same type")
    return [convert(arg, Set(element)) for arg in args], element


def _made(items: Sequence[Value | Rest], element: Type) -> Value:
    if len(items) > MAX_ELEMENTS:
        raise LimitError(f"limit: the set has more than {MAX_ELEMENTS} elements")
    members = as_set(items)
    known = tuple(item for item in members if isinstance(item, Value))
    return Value(Set(element), known if len(known) == len(members) else Elements(members))


def _setunion(args: Sequence[Value], _: Context) -> Value:
    sets, element = _of_one_type(args)
    return _made([item for set_ in sets for item in items_of(set_)], element)


def _setintersection(args: Sequence[Value], _: Context) -> Value:
    sets, element = _of_one_type(args)
    if not all(set_.is_known for set_ in sets):
        if any(set_.data == () for set_ in sets):
            return Value(Set(element), ())
        return derived(args, "setintersection", Set(element), not_null=True)
    first, *others = map(_members, sets)
    return _made([item for name, item in first.items() if all(name in other for other in others)], element)


def _setsubtract(args: Sequence[Value], _: Context) -> Value:
    sets, element = _of_one_type(args)
    if not all(set_.is_known for set_ in sets):
        return derived(args, "setsubtract", Set(element), not_null=True)
    first, second = map(_members, sets)
    return _made([item for name, item in first.items() if name not in second], element)


def _members(set_: Value) -> dict[str, Value]:
    """The members of a known set by what tells them apart."""
    return {fingerprint(item): item for item in items_of(set_) if isinstance(item, Value)}


def _setproduct(args: Sequence[Value], _: Context) -> Value:
    if len(args) < 2:
        raise OperationError("at least two sets are required")
    sequences = [items_of(arg) for arg in args]
    lists = any(not isinstance(arg.type, Set) for arg in args)
    if any(isinstance(item, Rest) for items in sequences for item in items) or (
        not lists and not all(arg.is_known for arg in args)
    ):
        return derived(args, "setproduct", ANY, not_null=True)
    if math.prod(map(len, sequences)) > MAX_ELEMENTS:
        raise LimitError(f"limit: the product has more than {MAX_ELEMENTS} elements")
    columns = [[item for item in items if isinstance(item, Value)] for items in sequences]
    elements: list[Type] = []
    for at, (arg, column) in enumerate(zip(args, columns)):
        kind = (
            arg.type.element if isinstance(arg.type, List | Set) else unify([item.type for item in column], unsafe=True)
        )
        if kind is None:
            raise OperationError(f"the elements of argument {at + 1} have no single type")
        elements.append(kind)
        columns[at] = [convert(item, kind) for item in column]
    rows = [tuple_of(row) for row in itertools.product(*columns)]
    element = Tuple(tuple(elements))
    return Value(List(element), tuple(rows)) if lists else _made(rows, element)


_FIRST = Parameter("first_set", Set(ANY))
_OTHERS = Parameter("other_sets", Set(ANY))

FUNCTIONS: dict[str, Function] = {
    "setintersection": on_values(_setintersection, _FIRST, variadic=_OTHERS, result=Set(ANY)),
    "setproduct": on_values(_setproduct, variadic=Parameter("sets")),
    "setsubtract": on_values(_setsubtract, Parameter("a", Set(ANY)), Parameter("b", Set(ANY)), result=Set(ANY)),
    "setunion": on_values(_setunion, _FIRST, variadic=_OTHERS, result=Set(ANY)),
}
