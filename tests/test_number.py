"""Numbers as Terraform holds and prints them (checked against `terraform` by test_terraform_agrees)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from initlint.number import (
    LimitError,
    OperationError,
    add,
    decimal,
    divide,
    format_number,
    modulo,
    multiply,
    parse_number,
    rounded,
    subtract,
)
from tests.terraform.judge import needs_terraform, theirs

THIRD = "0." + "3" * 154 + "5"

WRITTEN = [
    ("0", "0"),
    ("0.1", "0.1"),
    ("0.50", "0.5"),
    ("2.0", "2"),
    ("1e3", "1000"),
    ("1e-30", "0.000000000000000000000000000001"),
    (".5", "0.5"),
    ("5.", "5"),
    ("+5", "5"),
    ("-1.25", "-1.25"),
    ("1" + "0" * 49 + "1", "1" + "0" * 49 + "1"),
    ("1E+2", "100"),
]


@pytest.mark.parametrize(("text", "printed"), WRITTEN)
def test_a_number_is_printed_in_its_shortest_form(text: str, printed: str) -> None:
    assert format_number(parse_number(text)) == printed


@pytest.mark.parametrize("text", ["", " 5", "5 ", "0x10", "1_000", "one", "1e", "--1", "1.2.3", "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(OperationError, match="a number is required"):
        parse_number(text)


def test_a_number_that_no_memory_would_hold_is_a_limit() -> None:
    with pytest.raises(LimitError, match="limit: the number has too many digits"):
        parse_number("1e999999999")


def test_whole_numbers_are_ints_and_others_fractions() -> None:
    assert parse_number("2.0") == 2
    assert isinstance(parse_number("2.0"), int)
    assert parse_number("0.25") == Fraction(1, 4)
    assert parse_number("0.1") != Fraction(1, 10)
    assert decimal(parse_number("0.1")) == Fraction(1, 10)


def test_arithmetic_is_rounded_to_512_bits() -> None:
    assert format_number(divide(1, 3)) == THIRD
    assert add(parse_number("0.1"), parse_number("0.2")) == parse_number("0.3")
    assert multiply(parse_number("0.1"), 10) == 1
    assert rounded(2**600 + 1) == 2**600
    assert rounded(2**512 - 1) == 2**512 - 1
    assert rounded(2**513 + 1) == 2**513
    assert rounded(2**513 + 3) == 2**513 + 4


@pytest.mark.parametrize(("a", "b", "result"), [(5, 3, 2), (-5, 3, -2), (5, -3, 2), (-5, -3, -2), (5, 0, 5), (0, 3, 0)])
def test_the_remainder_has_the_sign_of_the_dividend(a: int, b: int, result: int) -> None:
    assert modulo(a, b) == result


def test_the_remainder_of_fractions() -> None:
    assert modulo(Fraction(11, 2), 2) == Fraction(3, 2)


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(OperationError, match="division by zero"):
        divide(1, 0)


@needs_terraform
def test_terraform_agrees() -> None:
    printed = {text: short for text, short in WRITTEN if text[0] not in ".+" and text[-1] != "."}
    printed |= {"1/3": THIRD, "22/7": format_number(divide(22, 7)), "1e40/7": format_number(divide(10**40, 7))}
    printed |= {"-5 % 3": "-2", "5.5 % 2": "1.5", "0.1 + 0.2": "0.3", "5 % 0": "5"}
    printed |= {"1 - 0.9": format_number(subtract(1, parse_number("0.9")))}
    printed |= {"0.7 + 0.1": format_number(add(parse_number("0.7"), parse_number("0.1")))}
    printed |= {
        "1e160 / 3": format_number(divide(10**160, 3)),
        "1e-40 * 3": format_number(multiply(parse_number("1e-40"), 3)),
    }
    assert dict(zip(printed, theirs([f"tostring({text})" for text in printed]))) == printed
