"""The command lines of Makefiles and justfiles, and those in the strings of package.json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from initlint.source import Source
from initlint.starts.files import Kind
from initlint.starts.fragment import Fragment, as_pieces
from initlint.starts.words import SPEAKS, unknown
from initlint.terraform.value import Chunk, Origin, Piece, Value, text_of

_VARIABLE = re.compile(rb"^(?:override\s+|export\s+)*([\w.-]+)\s*(\?=|::?:?=|\+=|!=|=)[ \t]*(.*?)[ \t]*(?:[ \t]#.*)?$")
_ONE_LINE = re.compile(rb"[^:=;#]+::?[^=;#]*;")
_REFERENCE = re.compile(rb"\$[({]([^(){}]*)[)}]")
_JUST = re.compile(rb"\{\{(.*?)\}\}")
MAX_DEPTH = 12


def recipes(source: Source, kind: Kind) -> Iterator[Fragment]:
    """Each command line of a Makefile's or justfile's recipes, continuation lines included, as the shell sees it."""
    references = _References(source) if kind is Kind.MAKE else None
    for start, end in _logical_lines(source):
        text = source.data[start:end]
        if not SPEAKS.search(text) or text.lstrip().startswith(b"#"):
            continue
        skip = 0
        if text[:1] not in (b"\t", b" "):
            # `target: ; command`, or a line of a `define`.
            if _VARIABLE.match(text):
                continue
            rule = _ONE_LINE.match(text)
            skip = rule.end() if rule else 0
        skip += len(text) - skip - len(text[skip:].lstrip(b" \t@+-"))
        if references is None:
            yield Fragment.of(source, [(start + skip, end)]).with_expressions(
                _JUST, lambda name: unknown(f"{{{{{name}}}}} is not known")
            )
            continue
        slices: list[tuple[int, int]] = []
        at = start + skip
        fragment = Fragment.of(source, [(at, end)]).with_expressions(_make_reference(), references.value)
        slices, at = [], 0
        for match in re.finditer(rb"\$\$", fragment.data):
            slices.append((at, match.start()))
            at = match.start() + 1
        yield fragment.part([*slices, (at, len(fragment.data))])


def strings(source: Source) -> Iterator[Fragment]:
    """The command lines of a package.json."""
    for match in _JSON_STRING.finditer(source.data):
        yield unescaped(Fragment.of(source, [match.span(1)]))


def unescaped(fragment: Fragment) -> Fragment:
    """A string's text without the backslashes that escape; an escaped line feed becomes one."""
    data = re.sub(rb"\\n", b" \n", fragment.data)
    slices, at = [], 0
    for escape in re.finditer(rb'\\["\\/]', data):
        slices.append((at, escape.start()))
        at = escape.start() + 1
    return fragment.replaced(data).part([*slices, (at, len(data))])


_JSON_STRING = re.compile(rb'"((?:[^"\\]|\\.)*containerapp(?:[^"\\]|\\.)*)"')


def _make_reference() -> re.Pattern[bytes]:
    return re.compile(rb"(?<!\$)\$[({]([^(){}]*)[)}]")


def _logical_lines(source: Source) -> Iterator[tuple[int, int]]:
    starts = [*source.line_starts, len(source.data)]
    begin: int | None = None
    for start, following in pairwise(starts):
        begin = start if begin is None else begin
        line = source.data[start:following].rstrip(b"\r\n")
        if line.endswith(b"\\"):
            continue
        yield begin, start + len(line)
        begin = None


class _References:
    """The variables of a Makefile. One that the environment may set (`?=`) or that is set twice is not known."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: dict[str, tuple[int, int] | None] = {}
        for start, end in _logical_lines(source):
            match = _VARIABLE.match(source.data[start:end]) if source.data[start : start + 1] != b"\t" else None
            if match:
                name = match.group(1).decode("utf-8", "replace")
                simple = match.group(2) in (b"=", b":=", b"::=", b":::=") and name not in self.found
                self.found[name] = (start + match.start(3), start + match.end(3)) if simple else None

    def value(self, name: str, depth: int = 0) -> Value:
        place = self.found.get(name)
        if place is None or depth > MAX_DEPTH:
            return unknown(f"$({name}) is not known")
        pieces: list[Piece] = []
        at = place[0]
        data = self.source.data
        for match in _REFERENCE.finditer(data, *place):
            pieces += self._literal(at, match.start())
            pieces += as_pieces(self.value(match.group(1).decode("utf-8", "replace").strip(), depth + 1))
            at = match.end()
        pieces += self._literal(at, place[1])
        if len(pieces) == 1 and not isinstance(pieces[0], Chunk):
            return pieces[0].value
        return text_of(pieces, Origin(self.source.span(*place), name))

    def _literal(self, start: int, end: int) -> list[Piece]:
        text = self.source.data[start:end].decode("utf-8", "replace")
        return [Chunk(text, self.source.span(start, end))] if text else []
