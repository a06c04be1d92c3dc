"""Numeric functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from initlint.number import LimitError, Number, OperationError, add, format_number, rounded
from initlint.terraform.convert import convert
from initlint.terraform.functions import Context, Function, Parameter, native, on_values
from initlint.terraform.types import NUMBER, List, Set, Tuple
from initlint.terraform.value import Elements, Unknown, Value, derived, number


def _log(value: Number, base: Number) -> Number:
    try:
        return _from_float(math.log(value) / math.log(base))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise OperationError(f"there is no logarithm of {format_number(value)} to base {format_number(base)}") from None


def _float_pow(base: float, exponent: float) -> float:
    """The power as Go's math.Pow computes it, whose last digits differ from the C library's.

    Raises ValueError and OverflowError as math.pow does.
    """
    plain = math.pow(base, exponent)
    if base == 0 or not math.isfinite(plain) or abs(exponent) in (0.0, 0.5, 1.0) or abs(exponent) >= 1 << 53:
        return plain
    fraction, whole = math.modf(abs(exponent))
    result = 1.0
    if fraction:
        if fraction > 0.5:
            fraction, whole = fraction - 1, whole + 1
        result = math.exp(fraction * math.log(base))
    scale = 0
    mantissa, power_of_two = math.frexp(base)
    times = int(whole)
    while times:
        if abs(power_of_two) > 1 << 12:
            scale += power_of_two
            break
        if times & 1:
            result *= mantissa
            scale += power_of_two
        mantissa *= mantissa
        power_of_two <<= 1
        if mantissa < 0.5:
            mantissa += mantissa
            power_of_two -= 1
        times >>= 1
    if exponent < 0:
        result, scale = 1 / result, -scale
    return math.ldexp(result, scale)


def _pow(value: Number, power: Number) -> Number:
    if isinstance(value, int) and isinstance(power, int) and 0 <= power <= 64 and abs(value) ** power < 1 << 53:
        return int(value**power)
    try:
        return _from_float(_float_pow(float(value), float(power)))
    except (ValueError, OverflowError):
        raise OperationError("the result is not a number") from None


def _from_float(value: float) -> Number:
    """The number that Terraform prints for a 64 bit float: the shortest decimal that means it."""
    if math.isinf(value) or math.isnan(value):
        raise OperationError("the result is not a number")
    return rounded(Fraction(repr(value)))


def _signum(value: Number) -> int:
    if not isinstance(value, int):
        raise OperationError("a whole number is required")
    return (value > 0) - (value < 0)


def _extreme(name: str, sign: int) -> Function:
    """Min or max: an unknown argument leaves the result unknown."""

    def run(args: Sequence[Value], _: Context) -> Value:
        if not args:
            raise OperationError("at least one number is required")
        numbers = [arg for arg in args if isinstance(arg.data, int | Fraction)]
        if len(numbers) < len(args):
            return derived(args, name, NUMBER, not_null=True)
        return max(numbers, key=lambda arg: sign * Fraction(arg.data))  # type: ignore[arg-type]

    return on_values(run, variadic=Parameter("numbers", NUMBER), result=NUMBER)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _parseint(args: Sequence[Value], _: Context) -> Value:
    text, base = args[0].data, args[1].data
    if not isinstance(base, int) or not isinstance(text, str):
        if all(arg.is_known for arg in args) or (args[0].is_known and not isinstance(text, str)):
            raise OperationError("a string and a whole base are required")
        return derived(args, "parseint", NUMBER, not_null=True)
    if not 2 <= base <= 62:
        raise OperationError("base must be between 2 and 62")
    if len(text) > 4000:
        raise LimitError("limit: the number has too many digits")
    digits = text[1:] if text[:1] in ("+", "-") else text
    digits = digits.lower() if base <= 36 else digits
    values = [_DIGITS.find(digit) for digit in digits]
    if not values or any(not 0 <= value < base for value in values):
        raise OperationError(f'"{text}" is not a whole number in base {base}')
    result = 0
    for value in values:
        result = result * base + value
    return number(-result if text[0] == "-" else result)


def _sum(args: Sequence[Value], _: Context) -> Value:
    data = args[0].data
    if isinstance(data, Unknown | Elements):
        return derived(args, "sum", NUMBER, not_null=True)
    if not isinstance(args[0].type, List | Set | Tuple) or not isinstance(data, tuple):
        raise OperationError("a list, set or tuple of numbers is required")
    if not data:
        raise OperationError("cannot sum an empty list")
    total: Number = 0
    for item in data:
        if item.data is None:
            raise OperationError("cannot sum null")
        converted = convert(item, NUMBER)
        if isinstance(converted.data, Unknown):
            if converted.data.error:
                raise OperationError("every element must be a number")
            return derived(args, "sum", NUMBER, not_null=True)
        assert isinstance(converted.data, int | Fraction)
        total = add(total, converted.data)
    return number(total)


_NUM = Parameter("num", NUMBER)

FUNCTIONS: dict[str, Function] = {
    "abs": native(abs, _NUM, result=NUMBER),
    "ceil": native(math.ceil, _NUM, result=NUMBER),
    "floor": native(math.floor, _NUM, result=NUMBER),
    "log": native(_log, _NUM, Parameter("base", NUMBER), result=NUMBER),
    "max": _extreme("max", 1),
    "min": _extreme("min", -1),
    "parseint": on_values(_parseint, Parameter("number"), Parameter("base", NUMBER), result=NUMBER),
    "pow": native(_pow, _NUM, Parameter("power", NUMBER), result=NUMBER),
    "signum": native(_signum, _NUM, result=NUMBER),
    "sum": on_values(_sum, Parameter("list"), result=NUMBER),
}
