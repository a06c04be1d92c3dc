"""All the text of one container's program, laid out one after the other, so that an offset is a place in a file.

A script, the words of a command and the known values of environment variables each get a stretch of the tape. What
reads them keeps offsets on the tape only; `Tape.span` says where in the repository such an offset stands. An unknown
part of a string is one character of a private range: it can be told from everything that people write, and takes one
column.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from initlint.record import record
from initlint.source import Span
from initlint.terraform.value import Chunk, Value

HOLE = 0x100000
"""The code point of the first hole; the n-th hole of a tape is `HOLE + n` (a private plane of Unicode)."""
HOLES = 0xFFFC
EXPANSION = "\U0010fffd"
"""Stands in a word for what the shell puts there when it runs: a variable, the output of a command."""


def is_hole(character: str) -> bool:
    """Whether a character stands for an unknown part of a Terraform string."""
    return HOLE <= ord(character) < HOLE + HOLES


def is_gap(character: str) -> bool:
    """Whether a character stands for text that is not known: a hole, or an expansion of the shell."""
    return ord(character) >= HOLE


def has_gap(text: str) -> bool:
    """Whether a text has a hole or an expansion in it."""
    return any(is_gap(character) for character in text)


@record
class Strip:
    """A value's text on the tape: `start` is the offset of its first character."""

    text: str
    start: int

    @property
    def at(self) -> range:
        """The offset of every character, and of the end."""
        return range(self.start, self.start + len(self.text) + 1)


@record
class _Laid:
    """A piece on the tape. With `exact`, the bytes of the span are the text; else the span stands for all of it."""

    start: int
    text: str
    span: Span
    exact: bool


class Tape:
    """Where every character of a program stands. `place` is where text without a place of its own is reported."""

    def __init__(self, place: Span) -> None:
        self.place = place
        self.holes: list[Value] = []
        self._laid: list[_Laid] = []
        self._starts: list[int] = []
        self._end = 0

    def lay(self, value: Value, place: Span | None = None) -> Strip:
        """Puts a string on the tape; `place` is where it is reported when it has no place of its own."""
        fallback = place or self.place
        start = self._end
        texts = []
        for piece in value.pieces:
            if isinstance(piece, Chunk):
                text, span = piece.text, piece.span
            else:
                text = chr(HOLE + min(len(self.holes), HOLES - 1))
                self.holes.append(piece.value)
                span = piece.value.origin.span if piece.value.origin else None
            if not text:
                continue
            exact = span is not None and isinstance(piece, Chunk) and _is_exact(span, text)
            self._laid.append(_Laid(self._end, text, span or fallback, exact))
            self._starts.append(self._end)
            self._end += len(text)
            texts.append(text)
        self._end += 1  # the end of one strip is not the start of the next
        return Strip("".join(texts), start)

    def hole(self, character: str) -> Value:
        """The unknown value that a hole stands for."""
        return self.holes[ord(character) - HOLE]

    def span(self, start: int, end: int) -> Span:
        """The place of the text from `start` to `end`, as far as it stands on one line."""
        first = self._piece(start)
        if first is None:
            return self.place
        if not first.exact:
            return first.span.first_line()
        left = first.span.start + len(first.text[: start - first.start].encode())
        right = left
        at = bisect_right(self._starts, start) - 1
        for piece in self._laid[at : bisect_right(self._starts, max(start, end - 1))]:
            whole = piece.start + len(piece.text) <= end
            if piece is first or _follows(first.span.source.data, right, piece.span):
                # What ends inside an escape or an interpolation takes it as a whole.
                reached = piece.span.start + len(piece.text[: end - piece.start].encode())
                right = piece.span.end if whole or not piece.exact else reached
            elif (inserted := _INTERPOLATION.match(first.span.source.data, right)) is not None:
                # A text that stands elsewhere is put in here.
                right = inserted.end()
        return Span(first.span.source, left, max(left, right)).first_line()

    def _piece(self, offset: int) -> _Laid | None:
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return None
        piece = self._laid[at]
        return piece if offset <= piece.start + len(piece.text) else None


_INTERPOLATION = re.compile(rb"[ \t\n]*\$\{[^{}\n]*\}")


def _follows(data: bytes, right: int, span: Span) -> bool:
    """Whether a span stands behind the offset `right` of a file: on the same line, or as a list's next element."""
    if span.source.data is not data or span.start < right:
        return False
    return re.fullmatch(rb'[^\n]*|[ \t\n",]*', data[right : span.start]) is not None


def _is_exact(span: Span, text: str) -> bool:
    return span.source.data[span.start : span.end] == text.encode()
