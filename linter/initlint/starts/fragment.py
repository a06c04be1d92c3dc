"""A stretch of shell text as it stands in a file: its bytes, and where each of them comes from.

A block of a workflow is indented, a Makefile doubles its dollars, a YAML scalar escapes its quotes: the shell sees
other bytes than the file holds. A fragment is what the shell sees, with the way back to the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cached_property

from initlint.record import record
from initlint.source import Source, Span
from initlint.terraform.value import Chunk, Hole, Piece, Value

_INSIDE_A_WORD = re.compile(rb"""'[^'\n]*'|"[^"\n]*"|(?<=[-./:@+,=])\$([0-9]|[A-Za-z_][A-Za-z0-9_]*)""")
"""A variable behind a separator, outside quotes."""


@record
class Fragment:
    """Text made of slices of a source.

    data: what the shell sees. segments: offsets in `data` and in the source at which slices start, ascending in the
    first. expressions: for an offset in `data`, the end and the value of an expression that something else than the
    shell puts in before it runs (`${{ env.X }}` of a workflow, `$(X)` of make); its bytes are a placeholder of the
    same length that a shell reads as one expansion.
    """

    source: Source
    data: bytes
    segments: tuple[tuple[int, int], ...]
    expressions: Mapping[int, tuple[int, Value]] = field(default_factory=dict)

    @staticmethod
    def of(source: Source, slices: Iterable[tuple[int, int]] | None = None) -> Fragment:
        """The fragment of slices (start, end) of a source's bytes; of the whole file without them."""
        parts: list[bytes] = []
        segments: list[tuple[int, int]] = []
        at = 0
        for start, end in [(0, len(source.data))] if slices is None else slices:
            if end > start:
                segments.append((at, start))
                parts.append(source.data[start:end])
                at += end - start
        return Fragment(source, b"".join(parts), tuple(segments))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.segments]

    def offset(self, at: int) -> int:
        """The offset in the source of an offset in `data`."""
        if not self.segments:
            return 0
        start, origin = self.segments[max(bisect_right(self._starts, at) - 1, 0)]
        return origin + at - start

    def span(self, start: int, end: int) -> Span:
        """The span in the source from the first to the last byte of a stretch of `data`."""
        first = self.offset(start)
        return self.source.span(first, max(first, self.offset(end - 1) + 1 if end > start else first))

    def replaced(self, data: bytes) -> Fragment:
        """The same places with other bytes, as many as before."""
        return Fragment(self.source, data, self.segments, self.expressions)

    def part(self, slices: Iterable[tuple[int, int]]) -> Fragment:
        """The fragment of stretches of this one's `data`."""
        parts: list[bytes] = []
        segments: list[tuple[int, int]] = []
        expressions: dict[int, tuple[int, Value]] = {}
        at = 0
        for start, end in slices:
            if end <= start:
                continue
            segments.append((at, self.offset(start)))
            segments.extend((at + s - start, origin) for s, origin in self.segments if start < s < end)
            expressions.update(
                {
                    at + s - start: (at + stop - start, value)
                    for s, (stop, value) in self.expressions.items()
                    if start <= s < end
                }
            )
            parts.append(self.data[start:end])
            at += end - start
        return Fragment(self.source, b"".join(parts), tuple(segments), expressions)

    def braced(self) -> Fragment:
        """The fragment with `-${X}` for `-$X`; the braces stand at the first and the last byte of the name."""
        braces = [at for match in _INSIDE_A_WORD.finditer(self.data) if match[1] for at in match.span(1)]
        if not braces:
            return self
        segments = [(start + bisect_right(braces, start), origin) for start, origin in self.segments]
        for before, at in enumerate(braces):
            named = at - before % 2
            segments += [(at + before, self.offset(named)), (at + before + 1, self.offset(at))]
        expressions = {
            start + bisect_right(braces, start): (stop + bisect_left(braces, stop), value)
            for start, (stop, value) in self.expressions.items()
        }
        data = _INSIDE_A_WORD.sub(lambda match: b"${%b}" % match[1] if match[1] else match[0], self.data)
        return Fragment(self.source, data, tuple(sorted(segments)), expressions)

    def with_expressions(self, pattern: re.Pattern[bytes], value: Callable[[str], Value | None]) -> Fragment:
        """The fragment with each match of `pattern` read as an expression.

        `value` gives the value for the text of the match's first group, or None to leave the match alone. A match is at
        least four bytes long: a placeholder needs them.
        """
        data = bytearray(self.data)
        expressions = dict(self.expressions)
        for match in pattern.finditer(self.data):
            start, end = match.span()
            if end - start < 4:
                continue
            known = value((match.group(1) or b"").decode("utf-8", "replace").strip())
            if known is None:
                continue
            data[start:end] = b"${" + b"_" * (end - start - 3) + b"}"
            expressions[start] = (end, known)
        return Fragment(self.source, bytes(data), self.segments, expressions)

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Literal text from `start` to `end` of `data`, with the expressions that stand in it."""
        result: list[Piece] = []
        at = start
        for begin in sorted(offset for offset in self.expressions if start <= offset < end):
            stop, value = self.expressions[begin]
            result += [*self._literal(at, begin), *as_pieces(value)]
            at = stop
        return result + self._literal(at, end)

    def _literal(self, start: int, end: int) -> list[Piece]:
        if end <= start:
            return []
        return [Chunk(self.data[start:end].decode("utf-8", "replace"), self.span(start, end))]


def joined(fragments: Iterable[Fragment]) -> Fragment:
    """Fragments of one source after one another, each on lines of its own."""
    parts = list(fragments)
    if len(parts) == 1:
        return parts[0]
    data = b""
    segments: list[tuple[int, int]] = []
    expressions: dict[int, tuple[int, Value]] = {}
    for part in parts:
        at = len(data)
        segments += [(at + start, origin) for start, origin in part.segments]
        expressions |= {at + start: (at + stop, value) for start, (stop, value) in part.expressions.items()}
        data += part.data + b"\n"
    return Fragment(parts[0].source, data, tuple(segments), expressions)


def as_pieces(value: Value) -> tuple[Piece, ...]:
    """A value as a part of a string: one hole where it is one of several, else its own pieces."""
    return (Hole(value),) if value.is_unknown else value.pieces
