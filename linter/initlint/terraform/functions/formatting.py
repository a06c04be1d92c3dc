"""format and formatlist: Go's verbs as go-cty implements them (`cty/function/stdlib/format.go`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from initlint.number import LimitError, Number, OperationError, shortest
from initlint.record import record
from initlint.terraform.convert import convert
from initlint.terraform.functions import MAX_TEXT, Context, Function, Parameter, on_values
from initlint.terraform.functions.pieces import clusters, made
from initlint.terraform.types import BOOL, NUMBER, STRING, List, Set, Tuple
from initlint.terraform.value import (
    Chunk,
    Elements,
    Hole,
    Piece,
    Rest,
    Text,
    Unknown,
    Value,
    derived,
    error,
    list_of,
)

_VERB = re.compile(
    r"%(?P<flags>[0#\-+ ]*)(?P<width>[1-9][0-9]*)?(?:\.(?P<prec>[0-9]*))?(?:\[(?P<at>[0-9]+)\])?(?P<mode>.)", re.DOTALL
)


@record(eq=True)
class Verb:
    """One verb of a format: `%[flags][width][.precision][[argument]]mode`."""

    text: str
    mode: str
    flags: str
    width: int
    precision: int | None
    argument: int


def _format(args: Sequence[Value], _: Context) -> Value:
    template = args[0]
    if not isinstance(template.data, str):
        return derived(args, "format", STRING, not_null=True)
    return made(formatted(template, args[1:]))


def formatted(template: Value, args: Sequence[Value]) -> list[Piece]:
    """The pieces that a known format and its arguments make. Raises OperationError where Terraform refuses it."""
    text = template.data
    assert isinstance(text, str)
    pieces: list[Piece] = []
    highest = 0
    for item in _parse(text):
        if isinstance(item, str):
            pieces.append(Chunk(item))
            continue
        if item.argument > len(args) or item.argument < 1:
            raise OperationError(f'no argument {item.argument} for "{item.text}": there are {len(args)}')
        highest = max(highest, item.argument)
        pieces += _piece(item, args[item.argument - 1])
    if highest < len(args):
        used = f"only {highest} used by the format" if highest else "no verbs in the format"
        raise OperationError(f"too many arguments; {used}")
    if sum(len(piece.text) for piece in pieces if isinstance(piece, Chunk)) > MAX_TEXT:
        raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
    return pieces


def _parse(text: str) -> Iterator[str | Verb]:
    at = argument = 0
    while at < len(text):
        start = text.find("%", at)
        if start == -1:
            yield text[at:]
            return
        if start > at:
            yield text[at:start]
        if text.startswith("%%", start):
            yield "%"
            at = start + 2
            continue
        match = _VERB.match(text, start)
        if match is None:
            raise OperationError(f'the format ends within the verb "{text[start:]}"')
        mode = match["mode"]
        if not (mode.isascii() and mode.isalpha()):
            raise OperationError(f'"{mode}" cannot stand in a verb: "{match[0]}"')
        if mode not in "vtbdoxXeEfgGsq":
            raise OperationError(f'unsupported format verb "{match[0]}"')
        argument = int(match["at"]) if match["at"] else argument + 1
        width = int(match["width"] or 0)
        precision = None if match["prec"] is None else int(match["prec"] or 0)
        if width > MAX_TEXT or (precision or 0) > MAX_TEXT:
            raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
        yield Verb(match[0], mode, match["flags"], width, precision, argument)
        at = match.end()


def _piece(verb: Verb, arg: Value) -> Sequence[Piece]:
    data = arg.data
    if isinstance(data, Unknown) and data.error:
        return [Hole(arg)]
    if data is None and verb.mode != "v":
        raise OperationError(f'"{verb.text}" cannot format null')
    if data is None:
        return [Chunk(_pad(verb, "null"))]
    plain = not verb.width and verb.precision is None and not verb.flags
    if verb.mode in "sq" or (verb.mode == "v" and arg.type == STRING and "#" not in verb.flags):
        text = convert(arg, STRING)
        if isinstance(text.data, Unknown) and text.data.error:
            raise OperationError(f'"{verb.text}" requires a string')
        if plain and verb.mode != "q":
            return text.pieces
        if not isinstance(text.data, str):
            return [Hole(derived((text,), verb.text, STRING, not_null=True))]
        shown = text.data
        if verb.mode == "q":
            from initlint.terraform.functions.encoding import json_string

            shown = json_string(shown)
        elif verb.precision is not None and verb.mode == "s":
            shown = "".join(clusters(shown)[: verb.precision])
        return [Chunk(_pad(verb, shown))]
    wanted = {"t": BOOL, "v": arg.type}.get(verb.mode, NUMBER)
    value = convert(arg, wanted)
    if isinstance(value.data, Unknown) and value.data.error:
        raise OperationError(f'"{verb.text}" requires a {wanted}')
    if not value.is_known:
        return [Hole(derived((value,), verb.text, STRING, not_null=True))]
    return [Chunk(_shown(verb, value))]


def _shown(verb: Verb, value: Value) -> str:
    data = value.data
    if verb.mode == "t":
        return "true" if data else "false"
    if verb.mode == "v":
        if isinstance(data, int | Fraction) and not isinstance(data, bool) and "#" not in verb.flags:
            return _pad(verb, _general(data, None, "g"))
        from initlint.terraform.functions.encoding import to_json_text

        return _pad(verb, to_json_text(value))
    assert isinstance(data, int | Fraction)
    if verb.mode in "bdoxX":
        if not isinstance(data, int):
            raise OperationError(f'"{verb.text}" requires a whole number')
        return _integer(verb, data)
    if verb.mode in "eE":
        digits = _scientific(data, 6 if verb.precision is None else verb.precision, verb.mode)
    elif verb.mode == "f":
        digits = _fixed(data, 6 if verb.precision is None else verb.precision)
    else:
        digits = _general(data, verb.precision, verb.mode)
    return _pad_number(verb, digits)


def _pad(verb: Verb, text: str) -> str:
    """Text filled up to the width, counted in grapheme clusters."""
    missing = verb.width - len(clusters(text)) if verb.width else 0
    if missing <= 0:
        return text
    if "-" in verb.flags:
        return text + " " * missing
    return ("0" if "0" in verb.flags else " ") * missing + text


def _integer(verb: Verb, number: int) -> str:
    digits = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}[verb.mode]
    text = format(abs(number), digits)
    if verb.precision is not None:
        text = "" if number == 0 and verb.precision == 0 else text.rjust(verb.precision, "0")
    prefix = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(verb.mode, "") if "#" in verb.flags else ""
    return _pad_number(verb, ("-" if number < 0 else "") + prefix + text, verb.precision is None)


def _pad_number(verb: Verb, text: str, zeros: bool = True) -> str:
    if not text.startswith("-"):
        text = ("+" if "+" in verb.flags else " " if " " in verb.flags else "") + text
    missing = verb.width - len(text)
    if missing <= 0:
        return text
    if "-" in verb.flags:
        return text + " " * missing
    if "0" in verb.flags and zeros:
        sign = text[:1] if text[:1] in "+- " else ""
        return sign + "0" * missing + text[len(sign) :]
    return " " * missing + text


def _fixed(number: Number, precision: int) -> str:
    scaled = round(abs(Fraction(number)) * 10**precision)
    text = str(scaled).rjust(precision + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + (f"{text[:-precision]}.{text[-precision:]}" if precision else text)


def _scientific(number: Number, precision: int, mode: str) -> str:
    """One digit, `precision` more, and an exponent of at least two digits."""
    sign = "-" if number < 0 else ""
    value = abs(Fraction(number))
    if value == 0:
        digits, exponent = "0" * (precision + 1), 0
    else:
        digits, exponent = _significant(value, precision + 1)
    dotted = digits[0] + ("." + digits[1:] if precision else "")
    return f"{sign}{dotted}{mode}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _significant(value: Fraction, count: int) -> tuple[str, int]:
    """`count` digits of a positive number, rounded, and the exponent of the first of them."""
    exponent = len(str(int(value))) - 1 if value >= 1 else -1
    while value < 1 and value * Fraction(10) ** -exponent < 1:
        exponent -= 1
    scaled = round(value * Fraction(10) ** (count - 1 - exponent))
    digits = str(scaled)
    if len(digits) > count:
        digits, exponent = digits[:count], exponent + 1
    return digits, exponent


def _general(number: Number, precision: int | None, mode: str) -> str:
    """Go's %g: with an exponent where it is less than -4, or not less than the precision (6 for the shortest form)."""
    value = abs(Fraction(number))
    if value == 0:
        return "0"
    if precision is None:
        digits, point = _whole(int(value)) if value.denominator == 1 else shortest(value)
        exponent, limit = point - 1, 6
    else:
        digits, exponent = _significant(value, max(precision, 1))
        digits, limit = digits.rstrip("0") or "0", max(precision, 1)
        if limit > len(digits) and len(digits) >= exponent + 1:
            limit = len(digits)
    sign = "-" if number < 0 else ""
    if exponent < -4 or exponent >= limit:
        letter = "e" if mode == "g" else "E"
        dotted = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{dotted}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, part = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def _whole(number: int) -> tuple[str, int]:
    text = str(number)
    return text.rstrip("0"), len(text)


# --- formatlist -------------------------------------------------------------------------------------------------------


def _formatlist(args: Sequence[Value], _: Context) -> Value:
    template, rest = args[0], args[1:]
    lists = [arg for arg in rest if _is_list(arg)]
    if any(not isinstance(arg.data, tuple) or (isinstance(arg.type, Set) and not arg.is_known) for arg in lists) or (
        not isinstance(template.data, str)
    ):
        if len(lists) == len(rest) == 1 and isinstance(lists[0].data, Elements) and isinstance(template.data, str):
            return _format_elements(template, lists[0].data)
        return derived(args, "formatlist", List(STRING), not_null=True)
    sizes = {len(arg.data) for arg in lists if isinstance(arg.data, tuple)}
    if len(sizes) > 1:
        raise OperationError(f"the lists have different lengths ({', '.join(map(str, sorted(sizes)))})")
    if any(arg.is_unknown and arg not in lists and not _is_scalar(arg) for arg in rest):
        return derived(args, "formatlist", List(STRING), not_null=True)
    count = sizes.pop() if sizes else 1
    rows = []
    for at in range(count):
        row = [arg.data[at] if arg in lists and isinstance(arg.data, tuple) else arg for arg in rest]
        rows.append(_row(template, row))
    return list_of(STRING, rows)


def _format_elements(template: Value, data: Elements) -> Value:
    items = [
        Rest(_unknown_of(derived((template, Value(List(STRING), item.unknown)), "formatlist")))
        if isinstance(item, Rest)
        else _row(template, [item])
        for item in data.items
    ]
    return Value(List(STRING), Elements(tuple(items)))


def _unknown_of(value: Value) -> Unknown:
    assert isinstance(value.data, Unknown)
    return value.data


def _row(template: Value, row: Sequence[Value]) -> Value:
    try:
        return made(formatted(template, row))
    except LimitError:
        raise
    except OperationError as problem:
        return error(f"formatlist(): {problem}", type_=STRING)


def _is_list(value: Value) -> bool:
    data = value.data
    return isinstance(data, tuple | Elements) or (
        isinstance(data, Unknown) and isinstance(value.type, List | Set | Tuple)
    )


def _is_scalar(value: Value) -> bool:
    return value.type in (STRING, NUMBER, BOOL)


_FORMAT = Parameter("format", STRING)
_ARGS = Parameter("args", nullable=True)

FUNCTIONS: dict[str, Function] = {
    "format": on_values(_format, _FORMAT, variadic=_ARGS, result=STRING, structural=True),
    "formatlist": on_values(_formatlist, _FORMAT, variadic=_ARGS, result=List(STRING)),
}

__all__ = ["FUNCTIONS", "Text", "Verb", "formatted"]
