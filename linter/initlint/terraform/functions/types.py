"""Functions about values as such: conversion, errors, sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from initlint.number import OperationError
from initlint.terraform.functions import NO_FUNCTION, Context, Function, Parameter, alternatives, on_values
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Set, Type
from initlint.terraform.value import Unknown, Value, boolean, derived, unknown, unknowns


def _conversion(type_: Type) -> Function:
    """Tostring and its like: a conversion that null passes."""
    return on_values(lambda args, _: args[0], Parameter("v", type_, nullable=True), result=type_, selects=True)


def _try(args: Sequence[Value], _: Context) -> Value:
    """The first argument that is no error. What depends on something unknown is unknown, and not passed over."""
    if not args:
        raise OperationError("at least one argument is required")
    for at, arg in enumerate(args):
        found = arg.error
        if found is not None and _passes(found):
            return Value(ANY, found, arg.origin, arg.sensitive)
        if found is None:
            return _without_failing(arg, args[at + 1 :])
    last = args[-1].error
    assert last is not None
    raise OperationError(f"no argument could be evaluated: {last.reason}")


def _passes(found: Unknown) -> bool:
    """Whether an error passes through `try` and `can`."""
    return found.static and not found.reason.startswith(NO_FUNCTION)


def _without_failing(value: Value, others: Sequence[Value]) -> Value:
    """The value; where it, or a candidate of it, may be an error, what the following arguments give is another one."""
    if not others:
        return value
    sound = [alternative for alternative in value.alternatives if alternative.error is None]
    if len(sound) == len(value.alternatives) and not any(item.may_fail for item in unknowns(value)):
        return value
    try:
        fallback = _try(others, Context()).alternatives
    except OperationError:  # where nothing else can be evaluated either, there is a value only if this is one
        fallback = ()
    return alternatives([*sound, *fallback], [value, *others], "try") if sound or fallback else value


def _can(args: Sequence[Value], _: Context) -> Value:
    value = args[0]
    found = value.error
    if found is not None:
        return Value(BOOL, found, value.origin) if _passes(found) else boolean(False)
    data = value.data
    if isinstance(data, Unknown) and data.candidates and not data.may_fail:
        return alternatives([_can((candidate,), Context()) for candidate in data.candidates], args, "can")
    return boolean(True) if value.is_known else derived(args, "can", BOOL, not_null=True)


def _sensitive(args: Sequence[Value], _: Context) -> Value:
    return replace(args[0], sensitive=True)


def _nonsensitive(args: Sequence[Value], _: Context) -> Value:
    return replace(args[0], sensitive=False)


def _issensitive(args: Sequence[Value], _: Context) -> Value:
    value = args[0]
    if value.sensitive:
        return boolean(True)
    return derived(args, "issensitive", BOOL, not_null=True) if value.is_unknown else boolean(False)


def _ephemeralasnull(args: Sequence[Value], _: Context) -> Value:
    return args[0]


def _convert(args: Sequence[Value], _: Context) -> Value:
    """convert(value, type) with a type that the caller did not read: its second argument is no value.

    The evaluator reads the type and calls `initlint.terraform.convert.convert` itself.
    """
    return unknown("convert() to a type that is not read")


_VALUE = Parameter("value", nullable=True)

FUNCTIONS: dict[str, Function] = {
    "can": on_values(_can, Parameter("expression", nullable=True), result=BOOL, errors=True),
    "convert": on_values(_convert, _VALUE, Parameter("type", nullable=True)),
    "ephemeralasnull": on_values(_ephemeralasnull, _VALUE, selects=True),
    "issensitive": on_values(_issensitive, _VALUE, result=BOOL),
    "nonsensitive": on_values(_nonsensitive, _VALUE, selects=True, structural=True),
    "sensitive": on_values(_sensitive, _VALUE, selects=True, structural=True),
    "tobool": _conversion(BOOL),
    "tolist": _conversion(List(ANY)),
    "tomap": _conversion(Map(ANY)),
    "tonumber": _conversion(NUMBER),
    "toset": _conversion(Set(ANY)),
    "tostring": _conversion(STRING),
    "try": on_values(_try, variadic=Parameter("expressions", nullable=True), errors=True, selects=True),
}
