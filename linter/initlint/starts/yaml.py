"""The YAML of CI workflows, read for the place of every scalar.

A workflow's scripts must be found to the column, which YAML libraries do not say of the lines of a block scalar. Read
are block mappings and sequences, block, plain and quoted scalars, and flow collections; anchors and tags are passed
over. What is not understood is left out: nothing raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from initlint.record import record
from initlint.source import Source
from initlint.starts.fragment import Fragment


@record
class Scalar:
    """A scalar: what it stands for, as a fragment of the file."""

    fragment: Fragment

    @property
    def text(self) -> str:
        """The scalar's text."""
        return self.fragment.data.decode("utf-8", "replace")


@record
class Mapping:
    """A mapping; a key given twice keeps its last value."""

    entries: dict[str, Node] = field(default_factory=dict)

    def get(self, *path: str) -> Node | None:
        """The node under a path of keys."""
        node: Node | None = self
        for key in path:
            if not isinstance(node, Mapping):
                return None
            node = node.entries.get(key)
        return node


@record
class Sequence:
    """A sequence."""

    items: tuple[Node, ...] = ()


Node: TypeAlias = Scalar | Mapping | Sequence

_KEY = re.compile(
    rb"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"\[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?|\$\{\{.*?\}\})\s*:(?=\s|$)"""
)
_BLOCK = re.compile(rb"([|>])([+-]?)([1-9]?)([+-]?)\s*(?:#.*)?$")
_PROPERTY = re.compile(rb"(?:[&!][^\s]*\s+)+|[&!][^\s]*$")
MAX_DEPTH = 60


@dataclass(slots=True)
class _Line:
    indent: int
    start: int
    """The offset of the first byte that is no blank."""
    end: int
    """The offset behind the last byte, without the line ending."""


def read(source: Source) -> Node | None:
    """The first document of a file; None where nothing can be read."""
    return _Reader(source).document()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = source.data
        self.lines: list[_Line] = []
        starts = [*source.line_starts, len(self.data)]
        for start, following in pairwise(starts):
            raw = self.data[start:following].rstrip(b"\r\n")
            indent = len(raw) - len(raw.lstrip(b" "))
            self.lines.append(_Line(indent, start + indent, start + len(raw)))

    def document(self) -> Node | None:
        at = 0
        while at < len(self.lines) and (self.blank(at) or self.content(at).startswith((b"---", b"%"))):
            at += 1
        return self.block(at, 0, 0)[0] if at < len(self.lines) else None

    def content(self, at: int) -> bytes:
        line = self.lines[at]
        return self.data[line.start : line.end]

    def blank(self, at: int) -> bool:
        content = self.content(at).strip()
        return not content or content.startswith(b"#")

    def following(self, at: int) -> int:
        while at < len(self.lines) and self.blank(at):
            at += 1
        return at

    # --- blocks -----------------------------------------------------------------------------------------------------

    def block(self, at: int, least: int, depth: int) -> tuple[Node | None, int]:
        """The block that starts at the first line from `at` that is not blank, if it is indented by `least` or more."""
        at = self.following(at)
        if at >= len(self.lines) or self.lines[at].indent < least or depth > MAX_DEPTH:
            return None, at
        content = self.content(at)
        if content.startswith((b"---", b"...")):
            return None, len(self.lines)
        if content == b"-" or content.startswith(b"- "):
            return self.sequence(at, depth)
        if _KEY.match(content):
            return self.mapping(at, depth)
        line = self.lines[at]
        return self.scalar(at, line.start, least - 1, depth)

    def sequence(self, at: int, depth: int) -> tuple[Node, int]:
        indent = self.lines[at].indent
        items: list[Node] = []
        while True:
            at = self.following(at)
            if at >= len(self.lines) or self.lines[at].indent != indent:
                break
            content = self.content(at)
            if not (content == b"-" or content.startswith(b"- ")):
                break
            line = self.lines[at]
            skip = len(content) - len(content[1:].lstrip(b" "))
            if skip >= len(content) or content[skip:].startswith(b"#"):
                node, at = self.block(at + 1, indent + 1, depth + 1)
            else:
                # What follows the dash is a line of its own, indented to where it stands.
                self.lines[at] = _Line(line.indent + skip, line.start + skip, line.end)
                node, at = self.block(at, indent + 1, depth + 1)
            if node is not None:
                items.append(node)
        return Sequence(tuple(items)), at

    def mapping(self, at: int, depth: int) -> tuple[Node, int]:
        indent = self.lines[at].indent
        entries: dict[str, Node] = {}
        while True:
            at = self.following(at)
            if at >= len(self.lines) or self.lines[at].indent != indent:
                break
            line = self.lines[at]
            match = _KEY.match(self.content(at))
            if not match:
                break
            key = match.group(1).decode("utf-8", "replace").strip().strip("\"'")
            begin = line.start + match.end()
            rest = self.data[begin : line.end]
            begin += len(rest) - len(rest.lstrip())
            rest = self.data[begin : line.end]
            marked = _PROPERTY.match(rest)
            if marked:
                begin += marked.end()
                rest = rest[marked.end() :]
            node: Node | None
            if not rest or rest.startswith(b"#"):
                below = self.following(at + 1)
                is_sequence = below < len(self.lines) and self.lines[below].indent == indent
                is_sequence = is_sequence and (self.content(below) + b" ").startswith(b"- ")
                node, at = self.block(at + 1, indent if is_sequence else indent + 1, depth + 1)
            else:
                node, at = self.scalar(at, begin, indent, depth)
            entries[key] = node if node is not None else Scalar(Fragment.of(self.source, ()))
        if at < len(self.lines) and self.lines[at].indent > indent:
            # A line that fits nothing: pass over it, keep what was read.
            while at < len(self.lines) and (self.blank(at) or self.lines[at].indent > indent):
                at += 1
            rest_node, at = (
                self.mapping(at, depth) if at < len(self.lines) and self.lines[at].indent == indent else (None, at)
            )
            if isinstance(rest_node, Mapping):
                entries |= rest_node.entries
        return Mapping(entries), at

    # --- scalars and flow collections -------------------------------------------------------------------------------

    def scalar(self, at: int, begin: int, parent: int, depth: int) -> tuple[Node, int]:
        """The value that starts at a byte of a line; `parent` is the indentation of what holds it."""
        line = self.lines[at]
        rest = self.data[begin : line.end]
        block = _BLOCK.match(rest)
        if block:
            return self.block_scalar(at, parent, block)
        if rest[:1] in (b'"', b"'"):
            return self.quoted(begin)
        if rest[:1] in (b"[", b"{"):
            node, end = self.flow(begin, depth)
            return node, self.line_after(end)
        return self.plain(at, begin, parent)

    def line_after(self, offset: int) -> int:
        return self.source.position(offset)[0]

    def block_scalar(self, at: int, parent: int, header: re.Match[bytes]) -> tuple[Node, int]:
        folded = header.group(1) == b">"
        at += 1
        indent = parent + int(header.group(3)) if header.group(3) else 0
        slices: list[tuple[int, int]] = []
        first = at
        while at < len(self.lines):
            line = self.lines[at]
            empty = line.start >= line.end
            if not empty:
                if not indent:
                    indent = line.indent
                if line.indent < indent or line.indent <= parent:
                    break
            at += 1
        for number in range(first, at):
            line = self.lines[number]
            start = self.source.line_starts[number]
            stop = self.source.line_starts[number + 1] if number + 1 < len(self.source.line_starts) else len(self.data)
            slices.append((min(start + indent, line.end), stop))
        fragment = Fragment.of(self.source, slices)
        if folded:
            # Lines of the same indentation are one line; a line that is indented further keeps its end.
            fragment = fragment.replaced(re.sub(rb"(?<![\n\\])\n(?=[^\s])", b" ", fragment.data))
        return Scalar(fragment), at

    def quoted(self, begin: int) -> tuple[Node, int]:
        quote = self.data[begin : begin + 1]
        pattern = rb'\\(["\\/$`])|"' if quote == b'"' else rb"''|'"
        slices: list[tuple[int, int]] = []
        start = begin + 1
        end = len(self.data)
        for match in re.compile(pattern).finditer(self.data, begin + 1):
            if match.group() == quote:
                end = match.start()
                break
            slices.append((start, match.start()))
            start = match.start() + 1
        slices.append((start, end))
        fragment = Fragment.of(self.source, slices)
        return Scalar(fragment.replaced(fragment.data.replace(b"\n", b" "))), self.line_after(end)

    def plain(self, at: int, begin: int, parent: int) -> tuple[Node, int]:
        slices = [(begin, self.plain_end(begin, self.lines[at].end))]
        at += 1
        while at < len(self.lines) and self.lines[at].indent > parent and not self.blank(at):
            line = self.lines[at]
            # The blank in front of the text stands for the line ending.
            slices.append((line.start - 1, self.plain_end(line.start, line.end)))
            at += 1
        return Scalar(Fragment.of(self.source, slices)), at

    def plain_end(self, start: int, end: int) -> int:
        comment = re.search(rb"\s#", self.data[start:end])
        text = self.data[start : start + comment.start()] if comment else self.data[start:end]
        return start + len(text.rstrip())

    def flow(self, at: int, depth: int) -> tuple[Node, int]:
        """A flow collection from its bracket, and the offset of the bracket that closes it."""
        closing = b"]" if self.data[at : at + 1] == b"[" else b"}"
        items: list[Node] = []
        entries: dict[str, Node] = {}
        key: str | None = None
        at += 1
        while at < len(self.data):
            byte = self.data[at : at + 1]
            if byte == closing:
                break
            if byte in (b"[", b"{") and depth < MAX_DEPTH:
                node, at = self.flow(at, depth + 1)
                at += 1
            elif byte in (b'"', b"'"):
                found = re.compile(rb'"((?:[^"\\]|\\.)*)"' if byte == b'"' else rb"'([^']*)'").match(self.data, at)
                if not found:
                    return Sequence(tuple(items)), len(self.data) - 1
                node = Scalar(Fragment.of(self.source, [found.span(1)]))
                at = found.end()
            elif byte.isspace() or byte == b",":
                at += 1
                continue
            elif byte == b"#":
                at = self.data.find(b"\n", at) % (len(self.data) + 1)
                continue
            else:
                match = re.compile(rb"(?:\$\{\{.*?\}\}|:(?![\s,\]}])|[^,\[\]{}:\n])+").match(self.data, at)
                if not match:
                    at += 1
                    continue
                text = match.group().rstrip()
                node = Scalar(Fragment.of(self.source, [(at, at + len(text))]))
                at = match.end()
            if self.data[at : at + 1] == b":" and isinstance(node, Scalar):
                key = node.text
                at += 1
            elif key is not None:
                entries[key], key = node, None
            else:
                items.append(node)
        return (Mapping(entries) if closing == b"}" else Sequence(tuple(items))), at
