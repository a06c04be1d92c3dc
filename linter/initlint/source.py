"""Where text stands: a file's bytes and spans over them.

Offsets inside initlint are bytes; lines and columns, which users see, are 1-based and count Unicode code points.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from functools import cached_property

from initlint.record import record


@record
class Source:
    """One file as it was read: `path` is relative to the workspace root with forward slashes, `data` its bytes.

    `data` never starts with a byte order mark (the reader removes it; a mark is no column).
    """

    path: str
    data: bytes = field(repr=False)

    @cached_property
    def line_starts(self) -> list[int]:
        """Byte offsets at which lines start; only a line feed ends a line, as in Terraform."""
        starts = [0]
        find = self.data.find
        at = find(b"\n")
        while at != -1:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        return starts

    @property
    def directory(self) -> str:
        """The folder of the file relative to the workspace root ("" for the root itself)."""
        return self.path.rpartition("/")[0]

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column (in code points) of a byte offset."""
        line = bisect_right(self.line_starts, offset)
        start = self.line_starts[line - 1]
        return line, len(self.data[start:offset].decode("utf-8", "replace")) + 1

    def line_text(self, line: int) -> str:
        """The text of a 1-based line without its line ending."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.data)
        return self.data[start:end].decode("utf-8", "replace").rstrip("\r\n")

    def offset_of_line(self, line: int) -> int:
        """The byte offset at which a 1-based line starts."""
        return self.line_starts[line - 1]

    def span(self, start: int, end: int) -> Span:
        """The span of bytes from `start` (inclusive) to `end` (exclusive)."""
        return Span(self, start, end)


@record(eq=True)
class Span:
    """A stretch of a file: bytes `start` (inclusive) to `end` (exclusive)."""

    source: Source
    start: int
    end: int

    @property
    def path(self) -> str:
        """The file's path relative to the workspace root."""
        return self.source.path

    @property
    def line(self) -> int:
        """1-based line of the first byte."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """1-based column of the first byte, in code points."""
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """1-based line of the end."""
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        """1-based column one past the last character, in code points."""
        return self.source.position(self.end)[1]

    @property
    def text(self) -> str:
        """The text that the span covers."""
        return self.source.data[self.start : self.end].decode("utf-8", "replace")

    def first_line(self) -> Span:
        """The part of the span that stands on its first line (a finding never covers more than one line)."""
        newline = self.source.data.find(b"\n", self.start, self.end)
        if newline == -1:
            return self
        end = newline - 1 if newline > self.start and self.source.data[newline - 1] == 0x0D else newline
        return Span(self.source, self.start, max(end, self.start))

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.source is other.source and self.start <= other.start and other.end <= self.end
