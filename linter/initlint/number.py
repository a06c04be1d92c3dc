"""Terraform's arithmetic: binary floating point with a mantissa of 512 bits, rounded to the nearest, ties to even.

A number is an int, or a Fraction that such a float can hold (https://github.com/zclconf/go-cty, `cty.Number`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = int | Fraction

PRECISION = 512
_MAX_EXPONENT = 1_400
_MAX_BITS = 4_700
"""Numbers of more digits are refused. Terraform would take them, but nothing that it configures has such numbers."""

_NUMBER = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)


class OperationError(Exception):
    """An operation that Terraform refuses; the text says why."""


class LimitError(OperationError):
    """An operation whose result would be too large to be looked at."""


def parse_number(text: str) -> Number:
    """The number that a literal, or a string converted to a number, stands for.

    Raises OperationError if it is none.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise OperationError("a number is required")
    sign, digits, exponent = match.groups()
    whole, _, part = digits.partition(".")
    if len(digits) > _MAX_EXPONENT or len(exponent or "") > 9 or abs(int(exponent or 0)) > _MAX_EXPONENT:
        raise LimitError("limit: the number has too many digits")
    value = Fraction(int(whole + part or "0")) * Fraction(10) ** (int(exponent or 0) - len(part))
    return rounded(-value if sign == "-" else value)


def rounded(value: Number) -> Number:
    """The nearest number that Terraform can hold; whole numbers become ints.

    Raises LimitError for one of more than about 1,400 digits before or behind the point.
    """
    if isinstance(value, int) and value.bit_length() <= PRECISION:
        return value
    fraction = Fraction(value)
    numerator, denominator = abs(fraction.numerator), fraction.denominator
    if not numerator:
        return 0
    if abs(numerator.bit_length() - denominator.bit_length()) > _MAX_BITS:
        raise LimitError("limit: the number has too many digits")
    shift = PRECISION - (numerator.bit_length() - denominator.bit_length())
    while True:
        scaled = Fraction(numerator << shift, denominator) if shift >= 0 else Fraction(numerator, denominator << -shift)
        mantissa = round(scaled)
        if mantissa.bit_length() <= PRECISION or mantissa == 1 << PRECISION:
            break
        shift -= 1
    result = Fraction(mantissa, 1 << shift) if shift >= 0 else Fraction(mantissa << -shift)
    if fraction < 0:
        result = -result
    return result.numerator if result.denominator == 1 else result


def add(a: Number, b: Number) -> Number:
    """A + b."""
    return rounded(a + b)


def subtract(a: Number, b: Number) -> Number:
    """A - b."""
    return rounded(a - b)


def multiply(a: Number, b: Number) -> Number:
    """A * b."""
    return rounded(a * b)


def divide(a: Number, b: Number) -> Number:
    """A / b. Raises OperationError for a division by zero."""
    if b == 0:
        raise OperationError("division by zero")
    return rounded(Fraction(a) / Fraction(b))


def modulo(a: Number, b: Number) -> Number:
    """A % b, with the sign of a. As in Terraform a % 0 is a."""
    if b == 0:
        return a
    quotient = Fraction(divide(a, b))
    return rounded(a - rounded(b * int(quotient)))


def format_number(value: Number) -> str:
    """The number as Terraform writes it into a string: the fewest decimal digits that mean this number, no exponent."""
    if isinstance(value, int) and value.bit_length() <= PRECISION:
        return str(value)
    digits, point = shortest(abs(Fraction(value)))
    sign = "-" if value < 0 else ""
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"


def decimal(value: Number) -> Fraction:
    """The exact decimal that the number is written as: 1/10 for 0.1, which no binary float holds exactly."""
    return Fraction(format_number(value))


def shortest(value: Fraction) -> tuple[str, int]:
    """The fewest significant digits that round to `value` (positive), and where the decimal point stands in them.

    The digit search of Go's `big.Float.Text('f', -1)`.
    """
    numerator, denominator = value.numerator, value.denominator
    exponent = numerator.bit_length() - (denominator.bit_length() - 1) - PRECISION - 1
    mantissa = (numerator << -exponent) // denominator if exponent < 0 else (numerator >> exponent) // denominator
    if mantissa.bit_length() == PRECISION:
        exponent -= 1
        mantissa = (numerator << -exponent) // denominator if exponent < 0 else (numerator >> exponent) // denominator
    digits, point = _decimal(mantissa, exponent)
    lower, lower_point = _decimal(mantissa - 1, exponent)
    upper, upper_point = _decimal(mantissa + 1, exponent)
    inclusive = mantissa & 2 == 0
    for at, digit in enumerate(digits):
        below = _digit(lower, at + lower_point - point)
        above = _digit(upper, at + upper_point - point)
        down = below != digit or (inclusive and at + 1 == len(lower))
        up = digit != above and (inclusive or chr(ord(digit) + 1) < above or at + 1 < len(upper))
        if down and up:
            following = digits[at + 1 :]
            half = following[:1] > "5" or (following[:1] == "5" and (len(following) > 1 or int(digit) % 2 == 1))
            return _round(digits, at + 1, half, point)
        if down or up:
            return _round(digits, at + 1, up, point)
    return digits, point


def _decimal(mantissa: int, exponent: int) -> tuple[str, int]:
    """The exact digits of mantissa * 2**exponent without trailing zeros, and the place of the decimal point."""
    if exponent >= 0:
        text = str(mantissa << exponent)
        return text.rstrip("0"), len(text)
    text = str(mantissa * 5**-exponent)
    return text.rstrip("0"), len(text) + exponent


def _digit(digits: str, at: int) -> str:
    return digits[at] if 0 <= at < len(digits) else "0"


def _round(digits: str, length: int, up: bool, point: int) -> tuple[str, int]:
    kept = digits[:length]
    if not up:
        return kept.rstrip("0"), point
    text = str(int(kept) + 1)
    return text.rstrip("0"), point + len(text) - len(kept)
