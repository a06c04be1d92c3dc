"""Whole files by HCL's own grammar: says what is wrong where, and reads all the rest.

This reader is asked where tree-sitter saw something amiss, so it has the last word: a file that it reads to the end is
valid. It reports the first problem of an item as Terraform would (hclsyntax/parser.go), then goes on:

- one problem is told of each top-level item, for what follows a problem is often no problem of its own;
- behind an item with a problem, at the line behind its last bracket, where its brackets and strings are in order; else
  at its next line;
- a block that is not closed, or whose braces are not in order, ends where a line starts another top-level block in its
  first column. Nobody writes such a line inside a block, except in a heredoc, which is skipped where it is in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from initlint.regex import regex
from initlint.source import Source, Span
from initlint.syntax.bodies import NativeAttribute, NativeBlock, NativeBody
from initlint.syntax.expression import Parser, describe
from initlint.syntax.nodes import Attribute, Block, Body, Broken, SyntaxProblem
from initlint.syntax.scan import Token, scan
from initlint.syntax.template import DEPTH, Text, Unreadable, literal, whole

_TOP_LEVEL = regex(rb"^[A-Za-z_][\w-]*(?:[ \t]+(?:\"[^\"\n]*\"|[A-Za-z_][\w-]*))*[ \t]*\{", re.MULTILINE)
_ITEM = regex(rb"[ \t]*(?:[A-Za-z_][\w-]*[ \t]*(?:=(?![=>])|[\"{]|[A-Za-z_])|\})")
_OPENING = {"{": "}", "[": "]", "(": ")", "open": "close", "control": "close"}
_PATIENCE = 50
"""How many problems of a file are worth telling. Behind them the rest is left unread."""
_ATTEMPTS = 200
"""How many items with problems are looked at, so that the time for a file that is no HCL at all is bounded."""
_REACH = 2_000
"""How many tokens behind a problem the end of its item is looked for."""

Item = Attribute | Block


class _TooMany(Exception):
    pass


def read_body(source: Source, comments: list[tuple[int, int]] | None = None) -> tuple[Body, tuple[SyntaxProblem, ...]]:
    """The body of a whole native file, and its problems in source order. `comments` collects their places."""
    reader = _Reader(source, comments)
    items: list[Item] = []
    with suppress(_TooMany):
        reader.top_level(items)
    body = NativeBody(Span(source, 0, len(source.data)), lambda: items)
    return body, tuple(reader.problems)


def item_around(source: Source, at: int) -> tuple[int, int]:
    """Where the top-level item that holds a problem starts and ends, as `read_body` cuts the file."""
    starts = [0]
    inside = _heredocs(whole(source), 0, len(source.data))
    for match in _TOP_LEVEL.finditer(source.data):
        if not any(first <= match.start() < last for first, last in inside):
            if match.start() > at:
                return starts[-1], match.start()
            starts.append(match.start())
    return starts[-1], len(source.data)


class _Reader:
    def __init__(self, source: Source, comments: list[tuple[int, int]] | None) -> None:
        self.source = source
        self.text: Text = whole(source)
        self.comments = comments
        self.problems: list[SyntaxProblem] = []
        self._told = False
        """Whether the top-level item at hand has had its problem told."""
        self._attempts = 0
        self._depth = 0
        self._closed = True
        """Whether the body that was read last ended at its brace."""

    def report(self, problem: Unreadable) -> None:
        """Notes the first problem of a top-level item."""
        if self._told:
            return
        self._told = True
        span = self.source.span(problem.start, problem.end)
        if span not in (known.span for known in self.problems):  # what two blocks run into is one problem
            self.problems.append(SyntaxProblem(span, problem.message))
        if len(self.problems) >= _PATIENCE:
            raise _TooMany

    def top_level(self, items: list[Item]) -> None:
        """The items of the file. An item with problems ends before the next line that starts a top-level block."""
        at, end = 0, len(self.source.data)
        names: dict[str, int] = {}
        while True:
            parser = Parser(self.text, at, end, comments=self.comments)
            at = self._clean_items(parser, items, names)
            if at >= end:
                return
            # The item at `at` has a problem. What its first problem is, the uncut text says.
            self._told = False
            try:
                self._item(Parser(self.text, at, end), dict(names))
            except Unreadable as problem:
                self.report(problem)
            limit = self._next_top_level(at, end)
            self._broken_items(at, limit, items, names)
            at = limit

    def _clean_items(self, parser: Parser, items: list[Item], names: dict[str, int]) -> int:
        """Reads items as long as they are in order; gives where the first one starts that is not, else the end."""
        while True:
            token = parser.peek()
            if token.kind == "eof":
                return token.end
            if token.kind == "newline":
                parser.take()
                continue
            try:
                items.append(self._item(parser, names))
            except Unreadable:
                return token.start

    def _next_top_level(self, start: int, end: int) -> int:
        """Where, behind `start`, a line starts a top-level block in the first column, outside heredocs in order."""
        inside = _heredocs(self.text, start, end)
        for match in _TOP_LEVEL.finditer(self.source.data, start + 1, end):
            if not any(first <= match.start() < last for first, last in inside):
                return match.start()
        return end

    # --- what is in order ---

    def _item(self, parser: Parser, names: dict[str, int]) -> Item:
        """An attribute or a block with the line ending behind it. Raises at the first problem."""
        first = parser.peek()
        if first.kind != "name":
            if first.kind == "quote":
                raise Unreadable(
                    first.start, first.end, "expected an argument or a block: names are written without quotes"
                )
            raise parser.fail("an argument or a block")
        parser.take()
        following = parser.peek()
        if following.kind == "=":
            item: Item = self._attribute(parser, first, names)
            ending = "argument"
        elif following.kind in ("quote", "{", "name"):
            item = self._block(parser, first)
            ending = "block"
        else:
            word = describe(self.text, first)
            raise Unreadable(
                first.start, first.end, f"expected `=` or `{{` behind {word}, found {describe(self.text, following)}"
            )
        if parser.peek().kind not in ("newline", "eof"):
            raise parser.fail(f"a line ending behind the {ending}")
        parser.take()
        if isinstance(item, Attribute):
            names[item.name] = self.source.position(first.start)[0]
        return item

    def _attribute(self, parser: Parser, first: Token, names: dict[str, int]) -> Attribute:
        name = parser.word(first).decode()
        if (line := names.get(name)) is not None:
            raise Unreadable(first.start, first.end, f"`{name}` is already set on line {line}")
        parser.take()
        start = parser.peek().start
        expression = parser.expression()
        return NativeAttribute(
            name, self.source.span(first.start, first.end), self.source.span(start, parser.at), expression
        )

    def _header(self, parser: Parser, first: Token) -> tuple[tuple[str, ...], Span, Token]:
        """The labels, the header's span and the opening brace, which it takes."""
        labels: list[str] = []
        while parser.peek().kind in ("name", "quote"):
            token = parser.take()
            labels.append(parser.word(token).decode() if token.kind == "name" else self._label(parser))
        header = self.source.span(first.start, parser.at)
        return tuple(labels), header, parser.expect("{", "`{` or a label in quotes")

    def _label(self, parser: Parser) -> str:
        label = ""
        while parser.peek().kind == "text":
            token = parser.take()
            label += literal(self.text, token.start, token.end, quoted=True).text
        if parser.peek().kind in ("open", "control"):
            token = parser.peek()
            raise Unreadable(token.start, token.end, "expected plain text: a label cannot hold a template sequence")
        parser.expect("endquote", '`"` to end the label')
        return label

    def _block(self, parser: Parser, first: Token) -> Block:
        self._depth += 1
        try:
            if self._depth > DEPTH:
                raise Unreadable(first.start, first.end, f"blocks nest deeper than {DEPTH} levels here")
            return self._block_inside(parser, first)
        finally:
            self._depth -= 1

    def _block_inside(self, parser: Parser, first: Token) -> Block:
        labels, header, brace = self._header(parser, first)
        items: list[Item] = []
        names: dict[str, int] = {}
        if parser.peek().kind in ("newline", "}"):
            while parser.peek().kind != "}":
                if parser.peek().kind == "newline":
                    parser.take()
                elif parser.peek().kind == "eof":
                    raise Unreadable(
                        brace.start, brace.end, f"expected `}}` for the block {self._named(header)}: it is never closed"
                    )
                else:
                    items.append(self._item(parser, names))
        elif parser.peek().kind == "eof":
            raise Unreadable(
                brace.start, brace.end, f"expected `}}` for the block {self._named(header)}: it is never closed"
            )
        else:
            items.append(self._only_item(parser))
        end = parser.take().end
        return self._made(parser.word(first).decode(), labels, header, brace.end, end, items)

    def _named(self, header: Span) -> str:
        return f"`{header.text}`"

    def _only_item(self, parser: Parser) -> Attribute:
        """The one argument of a block that is written on one line, up to the brace."""
        first = parser.expect("name", "an argument or `}`")
        if parser.peek().kind in ("quote", "{", "name"):
            raise Unreadable(
                first.start, first.end, "expected an argument: a block within a block starts on a line of its own"
            )
        if parser.peek().kind != "=":
            raise Unreadable(first.start, first.end, f"expected `=` behind {describe(self.text, first)}")
        attribute = self._attribute(parser, first, {})
        if parser.peek().kind != "}":
            raise parser.fail("`}`: a block on one line holds one argument")
        return attribute

    def _made(
        self, type_: str, labels: tuple[str, ...], header: Span, start: int, end: int, items: list[Item]
    ) -> Block:
        body = NativeBody(self.source.span(start, max(end - 1, start)), lambda: items)
        return NativeBlock(type_, labels, header, self.source.span(header.start, end), body)

    # --- what is not ---

    def _broken_items(self, at: int, end: int, items: list[Item], names: dict[str, int], closing: bool = False) -> int:
        """Reads what can be read of a text with problems, to `end` or, with `closing`, to the brace that ends a body.

        Gives the place behind what was read.
        """
        while at < end:
            parser = Parser(self.text, at, end, comments=self.comments)
            token = parser.peek()
            if token.kind == "eof":
                break
            if token.kind == "newline":
                at = token.end
                continue
            if token.kind == "}" and closing:
                self._closed = True
                return token.end
            known = dict(names)
            try:
                items.append(self._item(parser, known))
                names.update(known)
                at = parser.at
                # Behind an item of the file that is in order, a problem is one of its own.
                self._told = self._told and closing
            except Unreadable as problem:
                at = self._broken_item(token, problem, end, items, names)
        self._closed = False
        return end

    def _broken_item(
        self, first: Token, problem: Unreadable, end: int, items: list[Item], names: dict[str, int]
    ) -> int:
        """What can be read of one item; gives where to go on."""
        self._attempts += 1
        if self._attempts > _ATTEMPTS:
            self.report(problem)
            raise _TooMany
        parser = Parser(self.text, first.start, end)
        if first.kind == "name" and self._depth < DEPTH:
            parser.take()
            if parser.peek().kind == "=":
                self.report(problem)
                at = self._behind(first.start, end)
                name = parser.word(first).decode()
                parser.take()
                start = parser.peek().start
                broken = Broken(self.source.span(problem.start, problem.end), problem.message)
                place = self.source.span(start, max(start, at)).first_line()
                if name not in names:
                    names[name] = self.source.position(first.start)[0]
                    items.append(NativeAttribute(name, self.source.span(first.start, first.end), place, broken))
                return at
            try:
                labels, header, brace = self._header(parser, first)
            except Unreadable:
                pass
            else:
                inner: list[Item] = []
                self._depth += 1
                at = self._broken_items(brace.end, end, inner, {}, closing=True)
                self._depth -= 1
                closed = self._closed
                if at >= end:
                    self.report(problem)
                type_ = parser.word(first).decode()
                made = self._made(type_, labels, header, brace.end, at, inner)
                if not closed:
                    _leave_open(made)
                items.append(made)
                return self._line_behind(at, end)
        self.report(problem)
        return first.end if first.kind == "}" else self._behind(first.start, end)

    def _line_behind(self, at: int, end: int) -> int:
        """Behind a block: the next line, telling where something else stands before it."""
        parser = Parser(self.text, at, end)
        token = parser.peek()
        if token.kind in ("newline", "eof"):
            return token.end
        if token.kind == "}":
            return token.start
        self.report(parser.fail("a line ending behind the block"))
        return self._next_line(at, end)

    def _behind(self, start: int, end: int) -> int:
        """Where to go on behind an item with a problem that starts at `start`."""
        parser = Parser(self.text, start, end)
        brackets: list[str] = []
        for _ in range(_REACH):
            token = parser.take()
            kind = token.kind
            if kind in ("eof", "split"):
                break
            if kind in _OPENING:
                brackets.append(_OPENING[kind])
            elif kind in ("}", "]", ")", "close"):
                if not brackets and kind == "}":
                    return token.start
                if not brackets or brackets.pop() != kind:
                    break
            elif kind == "newline" and not brackets:
                return token.end
        return self._next_item(start, end)

    def _next_item(self, start: int, end: int) -> int:
        """The next line that looks as if it started an item or ended a body."""
        at = self._next_line(start, end)
        while at < end and not _ITEM.match(self.source.data, at, end):
            at = self._next_line(at, end)
        return at

    def _next_line(self, at: int, end: int) -> int:
        found = self.source.data.find(b"\n", at, end)
        return end if found == -1 else found + 1


def _leave_open(block: Block) -> None:
    """Where one block is not closed, no block in it is known to end at its own brace."""
    waiting = [block]
    while waiting:
        body = waiting.pop().body
        body.closed = False
        waiting.extend(inner for type_ in body.block_types() for inner in body.blocks(type_))


def _heredocs(text: Text, start: int, end: int) -> list[tuple[int, int]]:
    """Where heredocs stand that are in order."""
    found: list[tuple[int, int]] = []
    if text.data.find(b"<<", start, end) == -1:
        return found
    open_: list[int] = []
    for token in _tokens(text, start, end):
        if token.kind == "heredoc":
            open_.append(token.start)
        elif token.kind == "endheredoc" and open_:
            found.append((open_.pop(), token.end))
    return found


def _tokens(text: Text, start: int, end: int) -> Iterator[Token]:
    for token in scan(text.data, start, end):
        if token.kind == "eof":
            return
        yield token
