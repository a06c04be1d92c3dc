"""Native HCL files: tree-sitter finds blocks and attributes, expressions are read when they are asked for.

Where tree-sitter's tree has an error, or its shape is one that HCL might refuse (tree-sitter-hcl does not know that a
line ending ends an item, nor that an argument is set once), the file goes to `recovery`, which has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from initlint.source import Source, Span
from initlint.syntax.bodies import NativeAttribute, NativeBlock, NativeBody
from initlint.syntax.nodes import Attribute, Block, Comment, File, SyntaxProblem
from initlint.syntax.recovery import read_body
from initlint.syntax.template import DEPTH, literal, whole

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Query

_COMMENT_MARK = re.compile(rb"#|//|/\*")


def parse(source: Source) -> File:
    """A native file (.tf, .tfvars, .hcl) whose bytes are valid UTF-8.

    The body of a valid file is read as far as it is asked for, so a problem inside an expression that tree-sitter does
    not see comes out as `Broken` when the expression is read, and in `File.every_problem`.
    """
    root = _parser().parse(source.data).root_node
    if root.has_error or _is_suspicious(root, source.data):
        places: list[tuple[int, int]] = []
        body, problems = read_body(source, places)
        return File(source, body, problems=problems, find_comments=partial(_comments, source, places))
    span = Span(source, 0, len(source.data))
    return File(
        source,
        NativeBody(span, partial(_file_items, source, root)),
        find_comments=partial(_find_comments, source, root),
        find_problems=partial(check, source),
    )


def check(source: Source) -> tuple[SyntaxProblem, ...]:
    """All problems of a native file, those inside its expressions too; reads it from end to end (about 2 MB/s)."""
    return read_body(source)[1]


@cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


@cache
def _comment_query() -> Query:
    import tree_sitter

    language = _parser().language
    assert language is not None
    return tree_sitter.Query(language, "(comment) @comment")


# --- what tree-sitter lets pass ---------------------------------------------------------------------------------------


def _is_suspicious(root: Node, data: bytes) -> bool:
    """Whether HCL might refuse a tree that tree-sitter takes."""
    for child in root.named_children:
        if child.type == "body":
            return _is_suspicious_body(child, data, -1, -1)
        if child.type != "comment":
            return True
    return False


def _is_suspicious_body(body: Node, data: bytes, opening_row: int, closing_row: int, depth: int = 0) -> bool:
    """`opening_row` and `closing_row` are the lines of the braces, -1 for a file."""
    if depth > DEPTH:
        return True
    names: set[bytes] = set()
    row = -1
    for item in body.named_children:
        kind = item.type
        if kind == "comment":
            continue
        start = item.start_point[0]
        if start in (row, opening_row):
            # Two items on a line, or a block on one line, which may hold one argument and nothing else.
            if row != -1 or kind != "attribute" or item.end_point[0] != closing_row:
                return True
        elif opening_row != -1 and opening_row == closing_row:
            return True
        row = item.end_point[0]
        if kind == "attribute":
            name = item.child(0)
            assert name is not None
            text = data[name.start_byte : name.end_byte]
            if text in names or b"::" in text:
                return True
            names.add(text)
        elif _is_suspicious_block(item, data, depth):
            return True
    return row == closing_row != opening_row


def _is_suspicious_block(block: Node, data: bytes, depth: int) -> bool:
    row = block.start_point[0]
    opening_row = row
    inner: Node | None = None
    for child in block.named_children:
        kind = child.type
        if kind == "block_start":
            opening_row = child.start_point[0]
            if opening_row != row:
                return True
        elif kind == "body":
            inner = child
    return inner is not None and _is_suspicious_body(inner, data, opening_row, block.end_point[0], depth + 1)


# --- tree to bodies ---------------------------------------------------------------------------------------------------


def _file_items(source: Source, root: Node) -> Iterator[Attribute | Block]:
    for child in root.named_children:
        if child.type == "body":
            yield from _items(source, child)


def _items(source: Source, body: Node | None) -> Iterator[Attribute | Block]:
    for item in body.named_children if body is not None else ():
        kind = item.type
        if kind == "attribute":
            yield _attribute(source, item)
        elif kind == "block":
            yield _block(source, item)


def _attribute(source: Source, node: Node) -> Attribute:
    parts = node.named_children
    name, expression = parts[0], parts[-1]
    start, end = name.start_byte, name.end_byte
    return NativeAttribute(
        source.data[start:end].decode(),
        Span(source, start, end),
        Span(source, expression.start_byte, expression.end_byte),
    )


def _block(source: Source, node: Node) -> Block:
    type_ = ""
    labels: list[str] = []
    body: Node | None = None
    start, header_end, open_end = node.start_byte, 0, 0
    for child in node.named_children:
        kind = child.type
        if kind == "identifier" or kind == "string_lit":
            header_end = child.end_byte
            text = source.data[child.start_byte : header_end]
            if kind == "string_lit":
                labels.append(literal(whole(source), child.start_byte + 1, header_end - 1, quoted=True).text)
            elif type_:
                labels.append(text.decode())
            else:
                type_ = text.decode()
        elif kind == "block_start":
            open_end = child.end_byte
        elif kind == "body":
            body = child
    end = node.end_byte
    return NativeBlock(
        type_,
        tuple(labels),
        Span(source, start, header_end),
        Span(source, start, end),
        NativeBody(Span(source, open_end, end - 1), partial(_items, source, body)),
    )


# --- comments ---------------------------------------------------------------------------------------------------------


def _find_comments(source: Source, root: Node) -> tuple[Comment, ...]:
    if not _COMMENT_MARK.search(source.data):
        return ()
    import tree_sitter

    nodes = tree_sitter.QueryCursor(_comment_query()).captures(root).get("comment", [])
    return _comments(source, [(node.start_byte, node.end_byte) for node in nodes])


def _comments(source: Source, places: list[tuple[int, int]]) -> tuple[Comment, ...]:
    return tuple(_comment(source, start, end) for start, end in sorted(set(places)))


def _comment(source: Source, start: int, end: int) -> Comment:
    data = source.data
    text = data[start:end].rstrip(b"\r\n")
    before = data[data.rfind(b"\n", 0, start) + 1 : start]
    return Comment(Span(source, start, start + len(text)), text.decode("utf-8", "replace"), not before.strip())
