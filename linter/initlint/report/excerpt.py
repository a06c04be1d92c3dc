"""The lines of source that a finding is about, with carets under its span and dashes under what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from initlint.record import record
from initlint.report.ansi import Paint
from initlint.report.escape import TAB, cells, shown_path, visible, width
from initlint.report.hidden import masked
from initlint.rule import Place
from initlint.source import Source, Span

LINE_WIDTH = 120
"""Columns of a source line that are shown; a longer one is cut around the span."""


@record(eq=True)
class Mark:
    """A labelled stretch of one line; columns are 1-based code points, the end exclusive."""

    source: Source
    line: int
    column: int
    end_column: int
    primary: bool
    labels: tuple[str, ...]


def excerpt(
    primary: Span, related: Sequence[Place], style: str, paint: Paint, hidden: Sequence[Span] = ()
) -> tuple[int, list[str]]:
    """The width of the line numbers, and the lines: a section for the file of the primary span, whose carets are in a
    style, then one for each other file, in the order of `related`. What is `hidden` is shown as asterisks.
    """
    files: dict[str, list[Mark]] = {}
    for mark in _marks(primary, related):
        files.setdefault(mark.source.path, []).append(mark)
    gutter = len(str(max(mark.line for marks in files.values() for mark in marks)))
    bar = " " * gutter + " " + paint("|", "gutter")
    lines: list[str] = []
    for marks in files.values():
        place = f"{shown_path(marks[0].source.path)}:{marks[0].line}:{marks[0].column}"
        arrow = " " + paint(":::", "gutter") if lines else paint("-->", "gutter")
        lines.append(f"{' ' * gutter}{arrow} {place}")
        if marks[0].source.data:
            lines += [bar, *_section(marks, gutter, bar, style, paint, hidden)]
        lines.append(bar)
    return gutter, lines


def _marks(primary: Span, related: Iterable[Place]) -> Iterator[Mark]:
    """The primary mark first; places with the same span are one mark with their labels joined."""
    labels: dict[tuple[str, int, int], tuple[Span, list[str]]] = {}
    for span, label in [(primary, ""), *((place.span, place.message) for place in related)]:
        line = span.first_line()
        _, found = labels.setdefault((line.path, line.start, line.end), (line, []))
        if label and label not in found:
            found.append(label)
    for index, (span, found) in enumerate(labels.values()):
        line_number, column = span.source.position(span.start)
        end_column = span.source.position(span.end)[1]
        yield Mark(span.source, line_number, column, end_column, index == 0, tuple(found))


def _section(
    marks: list[Mark], gutter: int, bar: str, style: str, paint: Paint, hidden: Sequence[Span]
) -> Iterator[str]:
    source = marks[0].source
    wanted = {line: [mark for mark in marks if mark.line == line] for line in sorted({mark.line for mark in marks})}
    previous = 0
    for line, on_line in wanted.items():
        if previous and line == previous + 2:
            yield _numbered(line - 1, gutter, _Line(source, line - 1, (), hidden).text, paint)
        elif previous and line > previous + 2:
            yield paint("...", "gutter")
        drawn = _Line(source, line, on_line, hidden)
        yield _numbered(line, gutter, drawn.text, paint)
        for mark in sorted(on_line, key=lambda mark: (not mark.primary, mark.column)):
            start, length = drawn.stretch(mark)
            pointer = ("^" if mark.primary else "-") * length
            label = "; ".join(map(visible, mark.labels))
            drawing = paint(" ".join(filter(None, [pointer, label])), style if mark.primary else "gutter")
            yield f"{bar} {' ' * start}{drawing}"
        previous = line


def _numbered(line: int, gutter: int, text: str, paint: Paint) -> str:
    return f"{paint(f'{line:>{gutter}} |', 'gutter')} {text}".rstrip()


class _Line:
    """A source line as it is drawn: tabs as blanks, dangerous characters as escapes, cut around its marks if long."""

    def __init__(self, source: Source, line: int, marks: Sequence[Mark], hidden: Sequence[Span]) -> None:
        text = masked(source, line, hidden)
        shown = cells(text)
        columns = [0]
        for index, char in enumerate(text):
            if char == "\t":
                shown[index] = " " * (TAB - columns[-1] % TAB)
            columns.append(columns[-1] + width(shown[index]))
        self.columns = columns
        self.first, self.last = _window(columns, marks)
        self.lead = "..." if self.first else ""
        tail = "..." if self.last < len(shown) else ""
        self.text = self.lead + "".join(shown[self.first : self.last]) + tail

    def stretch(self, mark: Mark) -> tuple[int, int]:
        """Where a mark starts and how long it is, in columns of the drawn text."""
        low, high = self.columns[self.first], self.columns[self.last]
        start = min(max(self._at(mark.column), low), high)
        end = min(max(self._at(mark.end_column), low), high)
        return start - low + len(self.lead), max(end - start, 1)

    def _at(self, column: int) -> int:
        return self.columns[min(column - 1, len(self.columns) - 1)]


def _window(columns: list[int], marks: Sequence[Mark]) -> tuple[int, int]:
    """The cells (first, one past the last) of a line that are shown: all of them, or those around its marks."""
    count = len(columns) - 1
    if columns[-1] <= LINE_WIDTH:
        return 0, count
    low, high = _extent(columns, marks)
    if high - low > LINE_WIDTH:
        low, high = _extent(columns, marks[:1])
    start = max(0, min(low - max(0, (LINE_WIDTH - (high - low)) // 2), columns[-1] - LINE_WIDTH))
    first = next(index for index in range(count + 1) if columns[index] >= start)
    last = max(index for index in range(first, count + 1) if columns[index] <= columns[first] + LINE_WIDTH)
    return first, last


def _extent(columns: list[int], marks: Sequence[Mark]) -> tuple[int, int]:
    """The columns between which some marks lie; the start of the line where there is none."""
    ends = [columns[min(c - 1, len(columns) - 1)] for mark in marks for c in (mark.column, mark.end_column)]
    return min(ends, default=0), max(ends, default=0)
