"""Working on strings piece by piece, so that known text stays known and keeps its place in the source."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from initlint.terraform.types import STRING
from initlint.terraform.value import Chunk, Hole, Piece, Unknown, Value, derived, error, may_fail_as_one, text_of


def is_text(pieces: Iterable[Piece]) -> bool:
    """Whether all of a string is known."""
    return all(isinstance(piece, Chunk) for piece in pieces)


def known(pieces: Iterable[Piece]) -> str:
    """The known text of pieces without holes."""
    return "".join(piece.text for piece in pieces if isinstance(piece, Chunk))


def head(pieces: Sequence[Piece]) -> str:
    """The known text before the first hole."""
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, Hole):
            break
        texts.append(piece.text)
    return "".join(texts)


def tail(pieces: Sequence[Piece]) -> str:
    """The known text behind the last hole."""
    texts: list[str] = []
    for piece in reversed(pieces):
        if isinstance(piece, Hole):
            break
        texts.append(piece.text)
    return "".join(reversed(texts))


def part(chunk: Chunk, start: int, end: int) -> Chunk:
    """A part of a chunk; its span shrinks with it where the bytes are the text."""
    if start == 0 and end >= len(chunk.text):
        return chunk
    text = chunk.text[start:end]
    span = chunk.span
    if span is None:
        return Chunk(text)
    if chunk.text.isascii() and len(chunk.text) != span.end - span.start:
        return Chunk(text, span)
    raw = chunk.text.encode("utf-8", "surrogatepass")
    if span.source.data[span.start : span.end] != raw:
        return Chunk(text, span)
    first = span.start + len(chunk.text[:start].encode("utf-8", "surrogatepass"))
    return Chunk(text, span.source.span(first, first + len(text.encode("utf-8", "surrogatepass"))))


def drop_left(pieces: Sequence[Piece], count: int) -> tuple[Piece, ...]:
    """Without `count` known characters at the start."""
    rest = list(pieces)
    while count > 0 and rest and isinstance(rest[0], Chunk):
        chunk = rest[0]
        if len(chunk.text) <= count:
            count -= len(chunk.text)
            rest.pop(0)
        else:
            rest[0] = part(chunk, count, len(chunk.text))
            break
    return tuple(rest)


def drop_right(pieces: Sequence[Piece], count: int) -> tuple[Piece, ...]:
    """Without `count` known characters at the end."""
    rest = list(pieces)
    while count > 0 and rest and isinstance(rest[-1], Chunk):
        chunk = rest[-1]
        if len(chunk.text) <= count:
            count -= len(chunk.text)
            rest.pop()
        else:
            rest[-1] = part(chunk, 0, len(chunk.text) - count)
            break
    return tuple(rest)


def between(pieces: Sequence[Piece], start: int, end: int) -> tuple[Piece, ...]:
    """The stretch from `start` to `end` of pieces that are all known."""
    result: list[Piece] = []
    at = 0
    for piece in pieces:
        assert isinstance(piece, Chunk)
        size = len(piece.text)
        first, last = max(start - at, 0), min(end - at, size)
        if first < last:
            result.append(part(piece, first, last))
        at += size
        if at >= end:
            break
    return tuple(result)


def parted(pieces: Sequence[Piece], cuts: Sequence[tuple[int, int]]) -> list[tuple[Piece, ...]]:
    """The stretches between each (start, end) of pieces that are all known; `cuts` ascend and do not overlap."""
    result: list[tuple[Piece, ...]] = []
    piece = at = 0  # the piece at hand, and where it starts
    for start, end in cuts:
        stretch: list[Piece] = []
        while piece < len(pieces):
            chunk = pieces[piece]
            assert isinstance(chunk, Chunk)
            first, last = max(start - at, 0), min(end - at, len(chunk.text))
            if first < last:
                stretch.append(part(chunk, first, last))
            if at + len(chunk.text) > end:
                break
            at += len(chunk.text)
            piece += 1
        result.append(tuple(stretch))
    return result


def made(pieces: Iterable[Piece]) -> Value:
    """The string made of pieces; one unknown alone is that unknown, which is not null since it is text."""
    parts = tuple(piece for piece in pieces if isinstance(piece, Hole) or piece.text)
    if len(parts) == 1 and isinstance(parts[0], Hole):
        value = parts[0].value
        if value.type == STRING and isinstance(value.data, Unknown):
            return value if value.data.not_null else replace(value, data=replace(value.data, not_null=True))
    return text_of(parts)


def mapped(
    value: Value, operation: str, change: Callable[[str], str], others: Sequence[Value] = (), **facts: object
) -> Value:
    """The string with every known piece changed, and every hole replaced by what the operation makes of it.

    For operations that look at one character at a time. Chunks that do not change keep their place.
    """
    pieces: list[Piece] = []
    for piece in value.pieces:
        if isinstance(piece, Hole):
            pieces.append(Hole(through(piece.value, operation, change, others, **facts)))
        else:
            text = change(piece.text)
            pieces.append(piece if text == piece.text else Chunk(text, piece.span))
    return made(pieces)


def through(
    value: Value, operation: str, change: Callable[[str], str], others: Sequence[Value] = (), **facts: object
) -> Value:
    """What an operation makes of an unknown string; its candidates are changed one by one."""
    from initlint.terraform.convert import choices, convert
    from initlint.terraform.functions import alternatives, value_of

    combinations = choices((value,))
    if combinations is not None:
        results = []
        for (candidate,) in combinations:
            text = convert(candidate, STRING)
            if text.data is None:
                results.append(error(f"{operation}(): a string is required, not null", text.origin, type_=STRING))
            elif isinstance(text.data, str):
                results.append(value_of(change(text.data)))
            else:
                results.append(derived((text, *others), operation, STRING))
        return alternatives(results, (value, *others), operation, may_fail=may_fail_as_one((value,)))
    return derived((value, *others), operation, STRING, **facts)


def nfc(text: str) -> str:
    """The text as Terraform keeps every string: in Unicode's normal form C."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def clusters(text: str) -> list[str]:
    """The text's grapheme clusters, which is what Terraform counts as characters (Unicode annex 29)."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    result: list[str] = []
    flags = 0
    for character in text:
        if result and _joins(result[-1], character, flags):
            result[-1] += character
        else:
            result.append(character)
            flags = 0
        flags += _is_flag(character)
    return result


def _joins(cluster: str, character: str, flags: int) -> bool:
    """Whether a character belongs to the cluster before it."""
    last = cluster[-1]
    if last == "\r":
        return character == "\n"
    if last == "\n" or unicodedata.category(last) == "Cc" or unicodedata.category(character) == "Cc":
        return False
    if character == "\u200d" or unicodedata.category(character) in ("Mn", "Me", "Mc"):
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True
    if last == "\u200d":
        return len(cluster) > 1 and unicodedata.category(character) == "So"
    if _is_flag(last) and _is_flag(character):
        return flags % 2 == 1
    return _hangul(last, character)


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _hangul(last: str, character: str) -> bool:
    """Whether two parts of a Korean syllable hang together."""
    one, other = _hangul_part(last), _hangul_part(character)
    return (
        (one == "L" and other in ("L", "V", "LV", "LVT"))
        or (one in ("LV", "V") and other in ("V", "T"))
        or (one in ("LVT", "T") and other == "T")
    )


def _hangul_part(character: str) -> str:
    if "\u1100" <= character <= "\u115f":
        return "L"
    if "\u1160" <= character <= "\u11a7":
        return "V"
    if "\u11a8" <= character <= "\u11ff":
        return "T"
    if "\uac00" <= character <= "\ud7a3":
        return "LV" if (ord(character) - 0xAC00) % 28 == 0 else "LVT"
    return ""
