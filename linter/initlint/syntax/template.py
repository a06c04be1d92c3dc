"""What a template writes: escapes, strip markers, heredoc indentation, and the nesting of its directives.

The reader of expressions hands over a flat list of pieces; `assemble` makes template parts of it. The order of the
steps (strip markers while reading, then indentation, then nesting) and their unit, the token, are Terraform's: a strip
marker reaches no further than its own line of a heredoc, and a line whose predecessor lost its line ending to a strip
marker keeps its indentation (hclsyntax/parser_template.go).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from initlint.record import mutable, record
from initlint.regex import regex
from initlint.source import Source, Span
from initlint.syntax.nodes import Expression, ForDirective, IfDirective, Interpolation, TemplatePart, TextPart

_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What Go's unicode.IsSpace takes for white space; str.strip would take more."""
_QUOTED_ESCAPE = regex(rb"\\(?:u[0-9A-Fa-f]{0,4}|U[0-9A-Fa-f]{0,8}|[\xc0-\xff][\x80-\xbf]*|[\s\S])|\$\$\{|%%\{")
_TEMPLATE_ESCAPE = regex(rb"\$\$\{|%%\{")
_SIMPLE = {b"\\n": "\n", b"\\r": "\r", b"\\t": "\t", b'\\"': '"', b"\\\\": "\\"}
_BOUNDLESS = 1 << 62
DEPTH = 60
"""How deep expressions and directives may nest. Far beyond what people write, and within what Python's stack holds."""


class Unreadable(Exception):
    """Text that HCL does not allow, at bytes `start` to `end` of the text being read."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message


@record
class Text:
    """The bytes that a parser reads, and where they stand in the file.

    For native syntax they are the file's own bytes. A JSON string is read decoded: `offsets` then says for every byte
    of `data`, and for its end, which byte of the file it comes from, and `escapes` which stretches of `data` JSON
    writes otherwise.
    """

    source: Source
    data: bytes
    offsets: Sequence[int] | None = None
    escapes: Sequence[tuple[int, int]] = ()

    def span(self, start: int, end: int) -> Span:
        """The place in the file of bytes `start` to `end` of the text."""
        if self.offsets is None:
            return Span(self.source, start, end)
        return Span(self.source, self.offsets[start], self.offsets[end])

    def stretches(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """`start` to `end` cut into stretches, each with whether the file holds exactly these bytes."""
        at = start
        first = bisect_right(self.escapes, (start, -1))
        for escape_start, escape_end in self.escapes[first:]:
            if escape_start >= end:
                break
            if at < escape_start:
                yield at, escape_start, True
            yield max(at, escape_start), min(escape_end, end), False
            at = escape_end
        if at < end:
            yield at, end, True


def whole(source: Source) -> Text:
    """The text of a native file."""
    return Text(source, source.data)


# --- literal text -----------------------------------------------------------------------------------------------------


class Literal:
    """The literal text of one token, in parts. Strip markers and indentation take characters away from its ends."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[TextPart]) -> None:
        self.parts = parts

    @property
    def text(self) -> str:
        """The text that is left."""
        return "".join([part.text for part in self.parts])

    def trim_end(self) -> None:
        """Takes the white space at the end away: what `${~` does to the text before it."""
        text = self.text
        self._cut(0, len(text.rstrip(_SPACE)))

    def trim_start(self) -> None:
        """Takes the white space at the start away: what `~}` does to the text behind it."""
        text = self.text
        self._cut(len(text) - len(text.lstrip(_SPACE)), len(text))

    def drop(self, count: int) -> None:
        """Takes the first `count` characters away."""
        self._cut(count, len(self.text))

    def _cut(self, start: int, end: int) -> None:
        """Keeps characters `start` to `end`. Empty text stays as one empty part: Terraform keeps it, too, so that
        `"${x} "` with its space stripped is still a string.
        """
        kept: list[TextPart] = []
        at = 0
        for part in self.parts:
            first, last = max(start - at, 0), min(end - at, len(part.text))
            if first < last:
                kept.append(part if last - first == len(part.text) else _sub_part(part, first, last))
            at += len(part.text)
        if not kept and self.parts:
            span = self.parts[0].span
            kept.append(TextPart(Span(span.source, span.start, span.start), ""))
        self.parts = kept


def _sub_part(part: TextPart, first: int, last: int) -> TextPart:
    if not part.exact:
        return TextPart(part.span, part.text[first:last], exact=False)
    before = len(part.text[:first].encode())
    inside = len(part.text[first:last].encode())
    start = part.span.start + before
    return TextPart(Span(part.span.source, start, start + inside), part.text[first:last])


def literal(text: Text, start: int, end: int, quoted: bool) -> Literal:
    """The literal text at bytes `start` to `end`; `quoted` text knows backslash escapes. Raises `Unreadable`."""
    parts: list[TextPart] = []
    data = text.data
    at = start
    for match in (_QUOTED_ESCAPE if quoted else _TEMPLATE_ESCAPE).finditer(data, start, end):
        parts.extend(plain(text, at, match.start()))
        at = match.end()
        parts.append(TextPart(text.span(match.start(), at), _unescape(match), exact=False))
    parts.extend(plain(text, at, end))
    return Literal(parts)


def _composed(written: str) -> str:
    """Text in the normal form NFC, as Terraform has all its strings."""
    import unicodedata

    return unicodedata.normalize("NFC", written)


def plain(text: Text, start: int, end: int) -> Iterator[TextPart]:
    """The bytes `start` to `end` as text without escapes of HCL."""
    for first, last, exact in text.stretches(start, end):
        written = text.data[first:last].decode("utf-8", "replace")
        if written.isascii() or written == (composed := _composed(written)):
            yield TextPart(text.span(first, last), written, exact)
        else:
            # Terraform normalises every string (cty.StringVal), so such text does not map byte to byte.
            yield TextPart(text.span(first, last), composed, exact=False)


def _unescape(match: re.Match[bytes]) -> str:
    written = match[0]
    if written[0] != 0x5C:
        return written[1:].decode()
    if simple := _SIMPLE.get(written):
        return simple
    kind = written[1:2]
    if kind in (b"u", b"U"):
        digits = 4 if kind == b"u" else 8
        if len(written) != digits + 2:
            raise Unreadable(*match.span(), f"expected {digits} hexadecimal digits after `\\{kind.decode()}`")
        code = int(written[2:], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise Unreadable(*match.span(), f"`{written.decode()}` is no Unicode character")
        return chr(code)
    raise Unreadable(
        *match.span(),
        f"`{written.decode('utf-8', 'replace')}` is no escape sequence; a backslash itself is written `\\\\`",
    )


# --- pieces to parts --------------------------------------------------------------------------------------------------


@mutable
class Control:
    """A `%{ }` sequence: `keyword` if, else, endif, for or endfor, with what an opening one says."""

    keyword: str
    start: int
    end: int
    subject: Expression | None = None
    key: str | None = None
    value: str = ""


Piece: TypeAlias = Literal | Interpolation | Control


def unindent(pieces: Sequence[Piece]) -> None:
    """What `<<-` does: takes the smallest indentation of the lines away from all of them, in place."""
    smallest = _BOUNDLESS
    line_start = True
    lines: list[Literal] = []
    for piece in pieces:
        text = piece.text if isinstance(piece, Literal) else ""
        if line_start:
            line_start = False
            if isinstance(piece, Literal):
                indentation = len(text) - len(text.lstrip(_SPACE))
                # A blank line does not count, nor is it shortened.
                if indentation < len(text) or not text.endswith("\n"):
                    smallest = min(smallest, indentation)
                    lines.append(piece)
            else:
                smallest = 0
        if text.endswith("\n"):
            line_start = True
    for line in lines:
        line.drop(smallest)


def assemble(text: Text, pieces: Sequence[Piece], end: int) -> tuple[TemplatePart, ...]:
    """Nests the directives; `end` is where the template ends. Raises `Unreadable` where they are not balanced."""
    depth = 0
    for piece in pieces:
        if isinstance(piece, Control):
            depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(piece.keyword, 0)
            if depth > DEPTH:
                raise Unreadable(piece.start, piece.end, f"directives nest deeper than {DEPTH} levels here")
    parts, at = _until(text, pieces, 0, None, end)
    assert at == len(pieces)
    return parts


def _until(
    text: Text, pieces: Sequence[Piece], at: int, opening: Control | None, end: int
) -> tuple[tuple[TemplatePart, ...], int]:
    """The parts from piece `at` up to the control that ends `opening` (or its `else`), and that control's index."""
    parts: list[TemplatePart] = []
    while at < len(pieces):
        piece = pieces[at]
        if isinstance(piece, Literal):
            parts.extend(piece.parts)
        elif isinstance(piece, Interpolation):
            parts.append(piece)
        elif piece.keyword == "if":
            directive, at = _if(text, pieces, at, piece, end)
            parts.append(directive)
        elif piece.keyword == "for":
            assert piece.subject is not None
            body, at = _until(text, pieces, at + 1, piece, end)
            closing = pieces[at]
            assert isinstance(closing, Control)
            parts.append(ForDirective(text.span(piece.start, closing.end), piece.key, piece.value, piece.subject, body))
        else:
            wanted = _ENDINGS[opening.keyword] if opening else ()
            if piece.keyword in wanted:
                return tuple(parts), at
            expected = f"expected `%{{ {wanted[0]} }}`, found" if wanted else "nothing is open for"
            raise Unreadable(piece.start, piece.end, f"{expected} `%{{ {piece.keyword} }}`")
        at += 1
    if opening is not None:
        line = text.span(opening.start, opening.end).line
        raise Unreadable(
            end,
            end,
            f"expected `%{{ end{opening.keyword} }}` for the `%{{ {opening.keyword} }}` on line {line}"
            " before the template ends",
        )
    return tuple(parts), at


_ENDINGS = {"if": ("endif", "else"), "for": ("endfor",), "else": ("endif",)}


def _if(text: Text, pieces: Sequence[Piece], at: int, opening: Control, end: int) -> tuple[IfDirective, int]:
    assert opening.subject is not None
    then, at = _until(text, pieces, at + 1, opening, end)
    closing = pieces[at]
    assert isinstance(closing, Control)
    otherwise: tuple[TemplatePart, ...] = ()
    if closing.keyword == "else":
        otherwise, at = _until(text, pieces, at + 1, Control("else", closing.start, closing.end), end)
        closing = pieces[at]
        assert isinstance(closing, Control)
    return IfDirective(text.span(opening.start, closing.end), opening.subject, then, otherwise), at
