"""Values for people, and as JSON for `initlint eval`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from initlint.number import format_number
from initlint.terraform.value import Chunk, Elements, Entries, Hole, Rest, Text, Unknown, Value, joined

_REFERENCE = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+|\[(?:\d+|\"[^\"\]]*\"|'[^'\]]*')\]|\[\*\])*")
_OF_INSTANCE = re.compile(r"\[(each\.key|each|count\.index)\]([^\[\]]*)$")
"""The end of the identity that `terraform.expansion` gives what an unknown instance is known by."""
HIDDEN = "(sensitive)"
MOST_CHOICES = 4
"""Of how many values that a value may be all are shown."""


def show(value: Value, limit: int = 80) -> str:
    """The value on one line of at most `limit` characters, as Terraform would write it.

    Unknown parts of a string are `${reference}` or `${…}`; sensitive values are not shown. A value that is one of few
    is `"a" or "b"`.
    """
    if isinstance(value.data, Unknown) and not value.sensitive:
        choices = list(dict.fromkeys(_show(one) for one in value.alternatives if not isinstance(one.data, Unknown)))
        if 0 < len(choices) <= MOST_CHOICES and not any(isinstance(one.data, Unknown) for one in value.alternatives):
            return _cut(" or ".join(choices), limit)
    return _cut(_show(value), limit)


def to_json(value: Value) -> dict[str, Any]:
    """What is known of a value as JSON: {"value"}, {"partial"}, {"unknown": reason} or {"error": reason}."""
    data = value.data
    if isinstance(data, Unknown):
        return {"error" if data.error else "unknown": data.reason}
    if value.error is not None:
        return {"error": value.error.reason}
    return {"value" if value.is_known else "partial": _json(value)}


def hole_name(value: Value) -> str:
    """What stands for an unknown part of a string: the reference that it is, else an ellipsis."""
    data = value.data
    if isinstance(data, Unknown) and data.key and not value.sensitive:
        part = _OF_INSTANCE.search(data.key)
        name = {"each": "each.value"}.get(part[1], part[1]) + part[2] if part else data.key
        if _REFERENCE.fullmatch(name):
            return name
    return "…"


def _show(value: Value) -> str:
    if value.sensitive:
        return HIDDEN
    data = value.data
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, int | Fraction):
        return format_number(data)
    if isinstance(data, str):
        return f'"{_escape(data)}"'
    if isinstance(data, Text):
        return f'"{_text(data)}"'
    if isinstance(data, tuple):
        return "[" + ", ".join(map(_show, data)) + "]"
    if isinstance(data, Elements):
        return "[" + ", ".join("…" if isinstance(item, Rest) else _show(item) for item in data.items) + "]"
    if isinstance(data, Entries):
        return "{" + ", ".join([*_pairs(data.items), "…"]) + "}"
    if isinstance(data, Mapping):
        return "{" + ", ".join(_pairs(data)) + "}"
    return f"unknown ({_escape(data.reason)})"


def _pairs(items: Mapping[str, Value]) -> list[str]:
    return [f"{_key(name)} = {_show(item)}" for name, item in items.items()]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][\w-]*", name) else f'"{_escape(name)}"'


def _text(data: Text) -> str:
    return "".join(
        _escape(piece.text) if isinstance(piece, Chunk) else "${" + _escape(hole_name(piece.value)) + "}"
        for piece in joined(data.pieces)
    )


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_FORMAT_CHARACTERS = frozenset("\u200b\u200e\u200f\u2028\u2029\ufeff") | {
    chr(code) for span in ((0x202A, 0x202F), (0x2066, 0x206A)) for code in range(*span)
}


def _escape(text: str) -> str:
    """Control characters, and those that change how a line is displayed, as escapes."""
    return "".join(
        _ESCAPES.get(character)
        or (
            f"\\u{ord(character):04x}"
            if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 or character in _FORMAT_CHARACTERS
            else character
        )
        for character in text
    )


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    closing = text[-1] if text[-1] in '"]}' else ""
    return text[: limit - 1 - len(closing)] + "…" + closing


def _json(value: Value) -> Any:
    if value.sensitive:
        return HIDDEN
    data = value.data
    if data is None or isinstance(data, bool | str):
        return data
    if isinstance(data, int):
        return int(format_number(data))  # of a large number the digits that Terraform prints
    if isinstance(data, Fraction):
        return float(data)
    if isinstance(data, Text):
        return "".join(
            piece.text if isinstance(piece, Chunk) else "${" + hole_name(piece.value) + "}" for piece in data.pieces
        )
    if isinstance(data, tuple):
        return [_json(item) for item in data]
    if isinstance(data, Elements):
        return [{"unknown": item.unknown.reason} if isinstance(item, Rest) else _json(item) for item in data.items]
    if isinstance(data, Entries):
        return {name: _json(item) for name, item in data.items.items()}
    if isinstance(data, Mapping):
        return {name: _json(item) for name, item in data.items()}
    return {"error" if data.error else "unknown": data.reason}


__all__ = ["HIDDEN", "Hole", "hole_name", "show", "to_json"]
