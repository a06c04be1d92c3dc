"""What operators, indexes and conditionals make of values, known, unknown or known in part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import product
from math import prod
from operator import ge, gt, le, lt
from typing import Any

from initlint.number import LimitError, OperationError, add, divide, modulo, multiply, subtract
from initlint.source import Span
from initlint.terraform.convert import MAX_ALTERNATIVES, convert, equal
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Object, Set, Tuple, Type
from initlint.terraform.unify import unify
from initlint.terraform.value import (
    Elements,
    Entries,
    Origin,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    derived,
    error,
    fingerprint,
    may_fail_as_one,
    number,
    part_of,
    string,
    unknown,
    unknowns,
)
from initlint.truth import Truth

# --- alternatives -----------------------------------------------------------------------------------------------------


def over(values: list[Value], apply: Callable[[tuple[Value, ...]], Value], span: Span) -> Value:
    """The operation on each combination of the values' alternatives.

    One value if all give the same, else an unknown that is one of the results.
    """
    if not any(isinstance(value.data, Unknown) and value.data.candidates for value in values):
        return apply(tuple(values))
    choices = [value.alternatives for value in values]
    combinations = prod(map(len, choices))
    if combinations > MAX_ALTERNATIVES:
        plain = [replace(v, data=replace(v.data, candidates=())) if isinstance(v.data, Unknown) else v for v in values]
        return apply(tuple(plain))
    made = [apply(combination) for combination in product(*choices)]
    fails = may_fail_as_one(values)
    results = _distinct(alternative for result in made for alternative in result.alternatives)
    if len(results) == 1 and not (fails and results[0].error is None):
        return made[0] if len(made) == 1 else results[0]
    types = {result.type for result in results}
    nulls = {result.is_null for result in results}
    merged = derived(
        [*values, *results],
        f"over {span.text}",
        types.pop() if len(types) == 1 else ANY,
        candidates=results,
        not_null=nulls == {Truth.NO},
        error=False,
        static=False,
        may_fail=fails or may_fail(made),
    )
    return replace(merged, origin=Origin(span, "", False, tuple(v.origin for v in values if v.origin)))


def may_fail(values: Iterable[Value]) -> bool:
    """Whether one of the values may turn out an error once all is known."""
    return any(unknown.may_fail for value in values for unknown in unknowns(value))


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """The values without those that are known to be the same as one before."""
    kept: dict[str, Value] = {}
    for at, value in enumerate(values):
        kept.setdefault(fingerprint(value) or f"#{at}", value)
    return tuple(kept.values())


# --- elements ---------------------------------------------------------------------------------------------------------


def get_attribute(of: Value, name: str, span: Span) -> Value:
    """`of.name`."""
    data = of.data
    if isinstance(data, Unknown) and data.member is not None:
        return data.member(name).handed_on(span, f"{data.key}.{name}")
    return _part(of, string(name), span, f".{name}")


def get_item(of: Value, key: Value, span: Span) -> Value:
    """`of[key]`."""
    if key.error is not None:
        return derived([key], "index")
    if key.data is None:
        return error("null cannot be an index", Origin(span, ""))
    if isinstance(of.data, Unknown) and of.data.item is not None:
        return of.data.item(key)
    if isinstance(of.data, Unknown) and of.data.member is not None and isinstance(key.data, str):
        return get_attribute(of, key.data, span)
    if isinstance(of.data, dict) and not isinstance(of.type, Map | Object):
        return error("this value has no elements", Origin(span, ""))
    if isinstance(key.data, Unknown | Text):
        return _any_item(of, key, span)
    return _part(of, key, span, f"[{fingerprint(key)}]")


def _part(of: Value, key: Value, span: Span, step: str) -> Value:
    """One element of a value that may be partly known, by a known key."""
    data = of.data
    here = Origin(span, "")
    if data is None:
        return error("null has no elements", here)
    if isinstance(data, Unknown):
        if data.candidates:
            return over([of], lambda parts: _part(parts[0], key, span, step), span)
        if isinstance(of.type, type(STRING)) and of.type is not ANY:
            return error(f"a {of.type} has no elements", here) if not data.error else of
        key_ = f"{data.key}{step}" if data.key else ""
        sure = isinstance(of.type, Object) and data.not_null and key.data in of.type.attributes
        unknown = replace(part_of(data, key_), may_fail=data.may_fail or not sure)
        return Value(element_type(of.type, key), unknown, replace(of.origin, span=span) if of.origin else here,
                     of.sensitive)  # fmt: skip
    if isinstance(data, dict | Entries):
        return _entry(of, data, key, here, step)
    if isinstance(data, tuple | Elements):
        return _element(of, data, key, here, step)
    return error(f"a {of.type} has no elements", here)


def _entry(of: Value, data: dict[str, Value] | Entries, key: Value, here: Origin, step: str) -> Value:
    """One entry of a map or an object."""
    name = convert(key, STRING)
    if not isinstance(name.data, str):
        return error("this value is indexed by text", here)
    items = data.items if isinstance(data, Entries) else data
    if name.data in items:
        return of.part(items[name.data])
    if not isinstance(data, Entries):
        return error(f'there is no element "{name.data}"', here)
    rest = replace(part_of(data.rest, f"{data.rest.key}{step}" if data.rest.key else ""), may_fail=True)
    return Value(element_type(of.type, key), rest, of.origin, of.sensitive)


def _element(of: Value, data: tuple[Value, ...] | Elements, key: Value, here: Origin, step: str) -> Value:
    """One element of a list or a tuple."""
    if isinstance(of.type, Set):
        return error("a set has no order, its elements cannot be indexed", here)
    index = convert(key, NUMBER)
    if isinstance(index.data, bool) or not isinstance(index.data, int):
        return error("a list is indexed by whole numbers", here)
    if index.data < 0:
        return error("an index cannot be negative", here)
    items: tuple[Value | Rest, ...] = data if isinstance(data, tuple) else data.items
    for at, item in enumerate(items):
        if isinstance(item, Rest):
            whole = fingerprint(of)
            rest = replace(item.unknown, key=f"{whole}{step}" if whole else "", may_fail=True)
            return Value(element_type(of.type, key), rest, of.origin, of.sensitive)
        if at == index.data:
            return of.part(item)
    return error(f"there is no element {index.data}: the list has {len(items)}", here)


def _any_item(of: Value, key: Value, span: Span) -> Value:
    if isinstance(key.data, Unknown) and key.data.candidates:
        return over([of, key], lambda parts: get_item(parts[0], parts[1], span), span)
    data = of.data
    items = data if isinstance(data, tuple) else tuple(data.values()) if isinstance(data, dict) else ()
    type_ = element_type(of.type, key)
    if items and len(items) <= MAX_ALTERNATIVES:
        return derived([key, of], "index", type_, candidates=items)
    return derived([key, of], "index", type_)


def element_type(type_: Type, key: Value) -> Type:
    """The type of the element under a key."""
    if isinstance(type_, List | Map | Set):
        return type_.element
    if isinstance(type_, Object) and isinstance(key.data, str):
        return type_.attributes.get(key.data, ANY)
    if isinstance(type_, Tuple) and isinstance(key.data, int) and key.data < len(type_.elements):
        return type_.elements[key.data]
    return ANY


# --- operators --------------------------------------------------------------------------------------------------------


def operate_on_one(operator: str, operand: Value, span: Span) -> Value:
    """`operator operand`."""
    wanted = BOOL if operator == "!" else NUMBER
    origin = Origin(span, "", False, (operand.origin,) if operand.origin else ())

    def apply(parts: tuple[Value, ...]) -> Value:
        value = convert(parts[0], wanted)
        if isinstance(value.data, Unknown):
            return derived([value], operator, wanted, not_null=True).at(origin)
        if value.data is None:
            return error(f"null has no {operator}", origin)
        if isinstance(value.data, bool):
            return boolean(not value.data, origin)
        assert isinstance(value.data, int) or hasattr(value.data, "numerator")
        return number(-value.data, origin)  # type: ignore[operator]

    return over([operand], apply, span)


def operate(operator: str, left: Value, right: Value, span: Span) -> Value:
    """`left operator right`."""
    origin = Origin(span, "", False, tuple(v.origin for v in (left, right) if v.origin is not None))
    operation = _combined if operator in ("&&", "||") else _calculated
    if operator in ("==", "!="):
        result = _compared(operator, left, right, origin)
    elif type(left.data) is type(right.data) is int:  # no alternatives, nothing to convert: by far the most common
        result = operation(operator, left, right, origin)
    else:
        result = over([left, right], lambda parts: operation(operator, parts[0], parts[1], origin), span)
    return result.marked(left.sensitive or right.sensitive)


def _compared(operator: str, left: Value, right: Value, origin: Origin) -> Value:
    """`==` and `!=`, which take values of any type."""
    if left.error or right.error:
        return derived([left, right], operator, BOOL)
    truth = equal(left, right)
    if truth is Truth.UNKNOWN:
        return derived([left, right], operator, BOOL, not_null=True).at(origin)
    return boolean((truth is Truth.YES) == (operator == "=="), origin)


def _combined(operator: str, left: Value, right: Value, origin: Origin) -> Value:
    """`&&` and `||`, which one operand may decide."""
    a, b = convert(left, BOOL), convert(right, BOOL)
    if a.error or b.error:
        return derived([a, b], operator, BOOL)
    if a.data is None or b.data is None:
        return error(f"null cannot be an operand of {operator}", origin)
    decisive = operator == "||"
    if a.data is decisive or b.data is decisive:
        return boolean(decisive, origin)
    if isinstance(a.data, bool) and isinstance(b.data, bool):
        return boolean(not decisive, origin)
    return derived([a, b], operator, BOOL, not_null=True).at(origin)


_ARITHMETIC = {"+": add, "-": subtract, "*": multiply, "/": divide, "%": modulo}
_ORDER = {"<": lt, ">": gt, "<=": le, ">=": ge}


def _calculated(operator: str, left: Value, right: Value, origin: Origin) -> Value:
    """Arithmetic, and the comparisons of numbers."""
    a, b = (value if type(value.data) is int else convert(value, NUMBER) for value in (left, right))
    type_ = BOOL if operator in _ORDER else NUMBER
    if a.error or b.error or isinstance(a.data, Unknown) or isinstance(b.data, Unknown):
        return derived([a, b], operator, type_, not_null=True).at(origin)
    if a.data is None or b.data is None:
        return error(f"null cannot be an operand of {operator}", origin)
    x: Any = a.data
    y: Any = b.data
    if operator in _ORDER:
        return boolean(_ORDER[operator](x, y), origin)
    try:
        return number(_ARITHMETIC[operator](x, y), origin)
    except LimitError as problem:
        return unknown(str(problem), NUMBER, origin)
    except OperationError as problem:
        return error(str(problem), origin)


# --- conditionals -----------------------------------------------------------------------------------------------------


def choose(condition: Value, then: Value, otherwise: Value, at: Span, span: Span) -> Value:
    """`condition ? then : otherwise`, the condition standing `at` a place of it."""
    condition = convert(condition, BOOL)
    if condition.error is not None:
        return derived([condition], "?:")
    if condition.data is None:
        return error("the condition is null", Origin(at, ""))
    failed = next((arm for arm in (then, otherwise) if arm.error is not None and _is_fatal(arm.error)), None)
    if failed is not None:
        return derived([failed], "?:")
    type_ = _common_type(then, otherwise)
    if type_ is None:
        return error("the two results of the conditional have types that do not go together", Origin(span, ""))
    if isinstance(condition.data, bool):
        chosen = then if condition.data else otherwise
        if type_ is ANY or chosen.error is not None:
            return chosen.marked(condition.sensitive)
        return convert(chosen, type_).marked(condition.sensitive)
    return either(condition, convert(then, type_), convert(otherwise, type_), type_, span)


def _is_fatal(problem: Unknown) -> bool:
    """Whether an error in the arm that is not chosen is one all the same."""
    from initlint.terraform.functions import NO_FUNCTION

    return problem.static and not problem.reason.startswith(NO_FUNCTION)


def _common_type(then: Value, otherwise: Value) -> Type | None:
    """The type of a conditional; ANY where one arm's is not known, None where they do not unify."""
    if then.error is not None or otherwise.error is not None:
        return ANY
    if then.type == otherwise.type:
        return then.type
    if then.type is ANY or otherwise.type is ANY:
        other = otherwise if then.type is ANY else then
        known_null = then.data is None or otherwise.data is None
        return other.type if known_null else ANY
    if _has_any(then.type) or _has_any(otherwise.type):
        if then.is_known and otherwise.is_known:  # `any` is then the element of an empty collection, or null
            return unify([then.type, otherwise.type], unsafe=True)
        return ANY
    return unify([then.type, otherwise.type]) or unify([then.type, otherwise.type], unsafe=True)


@cache
def _has_any(type_: Type) -> bool:
    """Whether a part of the type is not known."""
    if isinstance(type_, List | Set | Map):
        return _has_any(type_.element)
    if isinstance(type_, Tuple):
        return any(map(_has_any, type_.elements))
    if isinstance(type_, Object):
        return any(map(_has_any, type_.attributes.values()))
    return type_ is ANY


def either(condition: Value, then: Value, otherwise: Value, type_: Type, span: Span) -> Value:
    """The value of a conditional whose condition is unknown: one of two."""
    print_ = fingerprint(then)
    if print_ and print_ == fingerprint(otherwise):
        return then
    candidates = _distinct([*then.alternatives, *otherwise.alternatives])
    nulls = {candidate.is_null for candidate in candidates}
    result = derived(
        [condition, then, otherwise],
        "?:",
        type_,
        candidates=candidates if len(candidates) <= MAX_ALTERNATIVES else (),
        not_null=nulls == {Truth.NO},
        error=False,
        static=False,
    )
    origins = tuple(v.origin for v in (condition, then, otherwise) if v.origin is not None)
    return replace(result, origin=Origin(span, "", False, origins))
