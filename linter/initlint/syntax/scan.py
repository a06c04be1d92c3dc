"""Bytes to tokens: the scanner of native HCL, for expressions, templates and whole files.

Tokens come one at a time, so that reading one expression costs nothing for the text behind it. What a token is follows
HashiCorp's scanner (hclsyntax/scan_tokens.rl), which is the only definition of it: newlines are tokens, a heredoc's
lines are tokens of their own, `0.1` after a dot is one number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from initlint.regex import regex


class Token(NamedTuple):
    """A token: its kind and the bytes it covers.

    Kinds: name, number, newline, quote, endquote, heredoc, endheredoc, text, open (`${`), control (`%{`), close (the
    brace that ends either), split (a line ending in a quoted string), bad (a character that HCL does not know), eof;
    operators and brackets are their own kind.
    """

    kind: str
    start: int
    end: int


_MAIN = regex(
    rb"""[ \t]*+(?:
      (?P<name>[A-Za-z_][\w-]*+(?![\x80-\xff]))
    | (?P<op>==|!=|>=|<=|&&|\|\||::|\.\.\.|=>|[=.,(){}\[\]?:*+<>!%-]|/(?![/*])|~\})
    | (?P<newline>\r?\n)
    | (?P<quote>")
    | (?P<number>[0-9](?:(?:[0-9.]|[eE][+-]?[0-9])*(?:[0-9]|[eE][+-]?[0-9]))?)
    | (?P<line>\#[^\n]*\n?|//[^\n]*\n?)
    | (?P<comment>/\*[\s\S]*?\*/)
    | (?P<wide>[A-Za-z_\x80-\xff][\w\x80-\xff-]*+)
    | (?P<eof>\Z)
    )""",
    re.VERBOSE,
)
_HEREDOC_START = regex(rb"<<-?([A-Za-z_\x80-\xff][\w\x80-\xff-]*+)\r?\n")
_QUOTED = regex(
    rb"""(?P<text>(?:[^"$%\\\r\n]++|\\[^\r\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))+)
    | (?P<endquote>") | (?P<open>\$\{~?) | (?P<control>%\{~?) | (?P<split>[\r\n]+)""",
    re.VERBOSE,
)
_LINE = regex(
    rb"""(?P<open>\$\{~?) | (?P<control>%\{~?)
    | (?P<text>(?:[^$%\n]++|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*\n?)""",
    re.VERBOSE,
)
_CHARACTER = regex(rb"[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]*|[\x80-\xbf]")


class _Main:
    """Code: the file itself, or the inside of `${}` and `%{}` (`nested`); `braces` counts the open ones."""

    __slots__ = ("braces", "nested")

    def __init__(self, nested: bool) -> None:
        self.nested = nested
        self.braces = 0


class _Quoted:
    """The inside of a quoted string."""

    __slots__ = ()


class _Lines:
    """The inside of a heredoc that `marker` ends, or of a bare template (no marker)."""

    __slots__ = ("fresh", "marker")

    def __init__(self, marker: bytes | None) -> None:
        self.marker = marker
        self.fresh = True


def scan(
    data: bytes, start: int, end: int, template: bool = False, comments: list[tuple[int, int]] | None = None
) -> Iterator[Token]:
    """The tokens of `data[start:end]`, endlessly `eof` at the end.

    `template` reads the bytes as a bare template (a template file, a JSON string). A comment is no token; one that ends
    its line is that line's newline. `comments` collects where they stand.
    """
    stack: list[_Main | _Quoted | _Lines] = [_Lines(None) if template else _Main(nested=False)]
    at = start
    while at < end:
        mode = stack[-1]
        if isinstance(mode, _Main):
            match = _MAIN.match(data, at, end)
            kind = match.lastgroup if match else None
            if match is None or kind is None:
                yield _odd(data, at, end)
                at = _odd(data, at, end).end
                continue
            begin, at = match.span(kind)
            if kind == "op":
                if data[begin] == 0x3C and (heredoc := _HEREDOC_START.match(data, begin, end)):
                    at = heredoc.end()
                    stack.append(_Lines(heredoc[1]))
                    yield Token("heredoc", begin, at)
                    continue
                operator = data[begin:at].decode()
                if operator == "{":
                    mode.braces += 1
                elif operator in ("}", "~}"):
                    if mode.nested and mode.braces == 0:
                        stack.pop()
                        yield Token("close", begin, at)
                        continue
                    mode.braces -= 1
                yield Token(operator, begin, at)
            elif kind == "line" or kind == "comment":
                if comments is not None:
                    comments.append((begin, at))
                if data[at - 1] == 0x0A and kind == "line":
                    yield Token("newline", begin, at)
            elif kind == "wide":
                length = _name_length(data[begin:at])
                if length:
                    at = begin + length
                    yield Token("name", begin, at)
                else:
                    bad = _odd(data, begin, end)
                    at = bad.end
                    yield bad
            elif kind == "quote":
                stack.append(_Quoted())
                yield Token(kind, begin, at)
            elif kind != "eof":
                yield Token(kind, begin, at)
        elif isinstance(mode, _Quoted):
            match = _QUOTED.match(data, at, end)
            if match is None:
                yield Token("bad", at, at + 1)
                at += 1
                continue
            kind, begin, at = str(match.lastgroup), at, match.end()
            if kind == "endquote":
                stack.pop()
            elif kind in ("open", "control"):
                stack.append(_Main(nested=True))
            yield Token(kind, begin, at)
        else:
            if mode.fresh and mode.marker is not None:
                line_end = data.find(b"\n", at, end)
                # The marker needs a line ending behind it: Terraform does not see one at the very end of a file.
                if line_end != -1 and data[at:line_end].strip() == mode.marker:
                    begin = at
                    at = begin + len(data[begin:line_end].rstrip())
                    stack.pop()
                    yield Token("endheredoc", begin, at)
                    at = line_end - 1 if data[line_end - 1] == 0x0D else line_end
                    continue
            match = _LINE.match(data, at, end)
            assert match is not None
            kind, begin, at = str(match.lastgroup), at, match.end()
            if kind != "text":
                mode.fresh = False
                stack.append(_Main(nested=True))
            else:
                mode.fresh = data[at - 1] == 0x0A
            yield Token(kind, begin, at)
    eof = Token("eof", end, end)
    while True:
        yield eof


def _odd(data: bytes, at: int, end: int) -> Token:
    """The one character behind white space that starts no token."""
    while at < end and data[at] in b" \t":
        at += 1
    match = _CHARACTER.match(data, at, end)
    return Token("bad", at, match.end() if match else end)


def _name_length(text: bytes) -> int:
    """How many bytes of `text`, which has letters beyond ASCII, are a name."""
    length = 0
    name = ""
    for character in text.decode("utf-8", "replace"):
        name += "_" if character == "-" and name else character
        if not name.isidentifier():
            break
        length += len(character.encode("utf-8", "replace"))
    return length
