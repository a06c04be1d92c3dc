"""Tokens to expressions: HCL's expression grammar, by recursive descent.

tree-sitter finds where blocks and attributes are; what an expression means is read here, because HCL depends on things
that tree-sitter-hcl's tree gets wrong or does not hold: a newline ends an object's item but not a tuple's,
`c ? a : d ? e : f` nests to the right, `a.*.b[0]` indexes the whole splat, a heredoc's indentation depends on all its
lines. The grammar is that of hclsyntax/parser.go. The first thing that HCL does not allow raises `Unreadable`, at the
place that Terraform names.
"""

from __future__ import annotations

from initlint.number import Number, OperationError, parse_number
from initlint.source import Source, Span
from initlint.syntax.nodes import (
    Binary,
    Broken,
    Call,
    Conditional,
    Expression,
    ForExpr,
    GetAttr,
    Index,
    Interpolation,
    Literal,
    Name,
    ObjectExpr,
    ObjectItem,
    Parentheses,
    Splat,
    SplatItem,
    Template,
    TextPart,
    TupleExpr,
    Unary,
)
from initlint.syntax.scan import Token, scan
from initlint.syntax.template import DEPTH, Control, Piece, Text, Unreadable, assemble, literal, unindent, whole
from initlint.syntax.template import Literal as LiteralText

_STRENGTH = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    ">": 4,
    ">=": 4,
    "<": 4,
    "<=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_KEYWORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_NO_OPERATORS = {
    "&": "`&` is no operator; boolean and is `&&`",
    "|": "`|` is no operator; boolean or is `||`",
    "^": "`^` is no operator",
    "~": "`~` is no operator; boolean not is `!`",
    "'": "a string is written in double quotes",
    "`": "a string of several lines is written as a heredoc, `<<EOT`",
    ";": "`;` is not used; arguments are separated by line endings",
    "“": "a string is written in straight double quotes",
    "”": "a string is written in straight double quotes",
}


def describe(text: Text, token: Token) -> str:
    """A token as a message names it."""
    if token.kind == "newline":
        return "the end of the line"
    if token.kind == "eof":
        return "the end of the string" if text.source.path.endswith(".json") else "the end of the file"
    if token.kind == "quote":
        return "a string"
    if token.kind == "heredoc":
        return "a heredoc"
    return f"`{text.data[token.start : token.end].decode('utf-8', 'replace')}`"


class Parser:
    """Reads `text` from byte `start` on, one token ahead."""

    def __init__(
        self,
        text: Text,
        start: int = 0,
        end: int | None = None,
        template: bool = False,
        comments: list[tuple[int, int]] | None = None,
    ) -> None:
        self.text = text
        self.data = text.data
        self._tokens = scan(text.data, start, len(text.data) if end is None else end, template, comments)
        self._token = next(self._tokens)
        self._newlines = True
        self._depth = 0
        self.at = start
        """Where the last token that was taken ends."""

    # --- tokens ---

    def peek(self) -> Token:
        """The next token. Inside brackets a newline is none."""
        while self._token.kind == "newline" and not self._newlines:
            self._token = next(self._tokens)
        return self._token

    def take(self) -> Token:
        """The next token, and goes behind it."""
        token = self.peek()
        self.at = token.end
        self._token = next(self._tokens)
        return token

    def word(self, token: Token) -> bytes:
        """The bytes of a token."""
        return self.data[token.start : token.end]

    def is_word(self, word: bytes) -> bool:
        """Whether the next token is that name."""
        token = self.peek()
        return token.kind == "name" and self.word(token) == word

    def fail(self, expected: str, token: Token | None = None) -> Unreadable:
        """What to raise where something else was expected than the next token (or `token`)."""
        token = token or self.peek()
        if token.kind == "bad" and not self.data.startswith(b"/*", token.start):
            character = self.word(token).decode("utf-8", "replace")
            return Unreadable(
                token.start, token.end, _NO_OPERATORS.get(character, f"HCL has no character {character!r} here")
            )
        if self.data.startswith(b"/*", token.start):
            return Unreadable(token.start, token.start + 2, "expected `*/` to end the comment")
        if token.kind == "split":
            return Unreadable(token.start, token.start, 'expected `"`: a quoted string ends on the line it starts on')
        return Unreadable(token.start, token.end, f"expected {expected}, found {describe(self.text, token)}")

    def expect(self, kind: str, expected: str) -> Token:
        """Takes a token of that kind, or raises."""
        if self.peek().kind != kind:
            raise self.fail(expected)
        return self.take()

    def name(self, expected: str) -> str:
        """Takes a name."""
        return self.word(self.expect("name", expected)).decode()

    def ignore_newlines(self, ignore: bool) -> bool:
        """Sets whether newlines are skipped; gives what it was, to set it back."""
        before = not self._newlines
        self._newlines = not ignore
        return before

    def span(self, start: int, end: int | None = None) -> Span:
        """The span from byte `start` to `end`, else to the end of the last token."""
        return self.text.span(start, self.at if end is None else end)

    def _deeper(self, token: Token) -> None:
        """Goes one level down, if that is not too deep."""
        self._depth += 1
        if self._depth > DEPTH:
            raise Unreadable(token.start, token.end, f"expressions nest deeper than {DEPTH} levels here")

    # --- operators ---

    def expression(self) -> Expression:
        """An expression: a conditional or anything that binds closer."""
        self._deeper(self.peek())
        start = self.peek().start
        condition = self._binary(1)
        if self.peek().kind == "?":
            self.take()
            then = self.expression()
            self.expect(":", "`:` and the other result of the conditional")
            otherwise = self.expression()
            condition = Conditional(self.span(start), condition, then, otherwise)
        self._depth -= 1
        return condition

    def _binary(self, strength: int) -> Expression:
        start = self.peek().start
        left = self._traversal()
        while True:
            operator = self.peek().kind
            own = _STRENGTH.get(operator, 0)
            if own < strength:
                return left
            self.take()
            right = self._binary(own + 1)
            left = Binary(self.span(start), operator, left, right)

    def _traversal(self) -> Expression:
        start = self.peek().start
        return self._steps(self._term(), start)

    def _steps(self, of: Expression, start: int) -> Expression:
        """The `.name`, `[key]` and splats behind `of`, which starts at byte `start`."""
        while True:
            token = self.peek()
            if token.kind == ".":
                self.take()
                step = self.peek()
                if step.kind == "*":
                    self.take()
                    item: Expression = SplatItem(self.span(token.start))
                    while self.peek().kind == ".":
                        self.take()
                        item = self._attribute(item, token.start)
                    of = Splat(self.span(start), of, item, full=False)
                else:
                    of = self._attribute(of, start)
            elif token.kind == "[":
                self.take()
                if self.peek().kind == "*":
                    self.take()
                    self.expect("]", "`]` behind `*`")
                    self._deeper(token)
                    each = self._steps(SplatItem(self.span(token.start)), token.start)
                    self._depth -= 1
                    of = Splat(self.span(start), of, each, full=True)
                else:
                    before = self.ignore_newlines(True)
                    key = self.expression()
                    self.expect("]", "`]`")
                    self.ignore_newlines(before)
                    of = Index(self.span(start), of, key)
            else:
                return of

    def _attribute(self, of: Expression, start: int) -> Expression:
        """A name, or a number for the legacy index, behind a dot."""
        token = self.peek()
        if token.kind == "name":
            self.take()
            return GetAttr(self.span(start), of, self.word(token).decode())
        if token.kind == "number":
            self.take()
            if b"." in self.word(token):
                first, _, second = self.word(token).decode().partition(".")
                raise Unreadable(token.start, token.end, f"expected `[{first}][{second}]` for an index of an index")
            return Index(self.span(start), of, self._number(token))
        raise self.fail("a name behind the dot")

    # --- terms ---

    def _term(self) -> Expression:
        token = self.peek()
        kind = token.kind
        if kind == "name":
            self.take()
            if self.peek().kind in ("(", "::"):
                return self._call(token)
            word = self.word(token)
            if word in _KEYWORDS:
                return Literal(self.span(token.start), _KEYWORDS[word])
            return Name(self.span(token.start), word.decode())
        if kind == "quote":
            self.take()
            return self.template("endquote", token.start)
        if kind == "number":
            self.take()
            return self._number(token)
        if kind == "[":
            return self._tuple()
        if kind == "{":
            return self._object()
        if kind == "heredoc":
            self.take()
            return self.template("endheredoc", token.start, flush=self.data[token.start + 2] == 0x2D)
        if kind == "(":
            self.take()
            before = self.ignore_newlines(True)
            inner = self.expression()
            self.expect(")", "`)`")
            self.ignore_newlines(before)
            return Parentheses(self.span(token.start), inner)
        if kind == "-" or kind == "!":
            self.take()
            self._deeper(token)
            operand = self._traversal()
            self._depth -= 1
            return Unary(self.span(token.start), kind, operand)
        raise self.fail("an expression")

    def _number(self, token: Token) -> Literal:
        written = self.word(token).decode()
        if len(written) <= 18 and written.isdigit():
            value: Number = int(written)
        else:
            try:
                value = parse_number(written)
            except OperationError as error:
                raise Unreadable(token.start, token.end, f"`{written}` is no number: {error}") from None
        return Literal(self.text.span(token.start, token.end), value)

    def _call(self, first: Token) -> Expression:
        name = self.word(first).decode()
        while self.peek().kind == "::":
            self.take()
            name += "::" + self.name("a function's name behind `::`")
        name_span = self.span(first.start)
        self.expect("(", "`(` behind a function's name")
        before = self.ignore_newlines(True)
        arguments: list[Expression] = []
        expands = False
        while self.peek().kind != ")":
            arguments.append(self.expression())
            if self.peek().kind == "...":
                ellipsis = self.take()
                if self.peek().kind != ")":
                    raise Unreadable(ellipsis.start, ellipsis.end, "expected `)` behind `...`")
                expands = True
                break
            if self.peek().kind != ",":
                break
            self.take()
        self.expect(")", "`,` or `)`")
        self.ignore_newlines(before)
        return Call(self.span(first.start), name, name_span, tuple(arguments), expands)

    def _tuple(self) -> Expression:
        start = self.take().start
        before = self.ignore_newlines(True)
        if self.is_word(b"for"):
            expression = self._for(start, "]")
        else:
            elements: list[Expression] = []
            while self.peek().kind != "]":
                elements.append(self.expression())
                if self.peek().kind != ",":
                    break
                self.take()
            self.expect("]", "`,` or `]`")
            expression = TupleExpr(self.span(start), tuple(elements))
        self.ignore_newlines(before)
        return expression

    def _object(self) -> Expression:
        start = self.take().start
        before = self.ignore_newlines(True)
        if self.is_word(b"for"):
            expression = self._for(start, "}")
            self.ignore_newlines(before)
            return expression
        self.ignore_newlines(False)
        items: list[ObjectItem] = []
        while True:
            while self.peek().kind == "newline":
                self.take()
            if self.peek().kind == "}":
                break
            items.append(self._item())
            if self.peek().kind not in (",", "newline"):
                break
            self.take()
        self.expect("}", "a line ending, `,` or `}`")
        self.ignore_newlines(before)
        return ObjectExpr(self.span(start), tuple(items))

    def _item(self) -> ObjectItem:
        first = self.peek()
        key = self.expression()
        if isinstance(key, Name):
            key = Template(key.span, (TextPart(key.span, key.name),))
        if self.peek().kind not in ("=", ":"):
            raise self.fail("`=` and a value")
        self.take()
        value = self.expression()
        return ObjectItem(self.span(first.start), key, value)

    def _for(self, start: int, closing: str) -> Expression:
        """A for expression, from its `for` on; `start` is where its bracket stands, which `closing` ends."""
        self.take()
        key, value = self._for_names()
        collection = self.expression()
        self.expect(":", "`:` behind the collection")
        result_key: Expression | None = None
        at = self.peek()
        result = self.expression()
        if self.peek().kind == "=>":
            if closing == "]":
                raise Unreadable(at.start, self.at, "expected a value and no key: a tuple's elements have no keys")
            self.take()
            result_key = result
            result = self.expression()
        elif closing == "}":
            raise Unreadable(at.start, self.at, "expected a key, `=>` and a value: an object's elements need keys")
        grouping = False
        if self.peek().kind == "...":
            if closing == "]":
                raise self.fail("`]`: only an object's elements can be grouped")
            self.take()
            grouping = True
        condition: Expression | None = None
        if self.is_word(b"if"):
            self.take()
            condition = self.expression()
        self.expect(closing, f"`{closing}`")
        return ForExpr(self.span(start), key, value, collection, result_key, result, condition, grouping)

    def _for_names(self) -> tuple[str | None, str]:
        """`k, v in`, up to the collection."""
        key: str | None = None
        value = self.name("a name behind `for`")
        if self.peek().kind == ",":
            self.take()
            key = value
            value = self.name("a second name behind the comma")
        if not self.is_word(b"in"):
            raise self.fail("`in`")
        self.take()
        return key, value

    # --- templates ---

    def template(self, closing: str, start: int, flush: bool = False) -> Template:
        """A template up to a token of kind `closing`; `start` is where its opening token stands."""
        pieces: list[Piece] = []
        trim_next = False
        while True:
            token = self._token
            if token.kind == closing:
                break
            trim_this, trim_next = trim_next, False
            if token.kind == "text":
                self.take()
                text = literal(self.text, token.start, token.end, quoted=closing == "endquote")
                if trim_this:
                    text.trim_start()
                pieces.append(text)
            elif token.kind in ("open", "control"):
                if token.end - token.start == 3 and pieces and isinstance(pieces[-1], LiteralText):
                    pieces[-1].trim_end()
                self.take()
                before = self.ignore_newlines(True)
                if token.kind == "open":
                    inner = self.expression()
                    self._close("the interpolation")
                    pieces.append(Interpolation(self.span(token.start), inner))
                else:
                    pieces.append(self._control(token))
                trim_next = self.data[self.at - 2] == 0x7E
                self.ignore_newlines(before)
            else:
                raise self._unterminated(closing, start, token)
        end = self._token
        self.take()
        if flush:
            unindent(pieces)
        parts = assemble(self.text, pieces, end.start)
        return Template(self.span(start), parts, heredoc=closing == "endheredoc")

    def _close(self, what: str) -> None:
        """The brace that ends a sequence. The token behind it belongs to the template again."""
        if self.peek().kind != "close":
            raise self.fail(f"`}}` to end {what}")
        self.take()

    def _control(self, opening: Token) -> Control:
        keyword_token = self.peek()
        keyword = self.word(keyword_token).decode("utf-8", "replace")
        if keyword_token.kind != "name" or keyword not in ("if", "else", "endif", "for", "endfor"):
            raise self.fail("`if`, `else`, `endif`, `for` or `endfor` behind `%{`")
        self.take()
        control = Control(keyword, opening.start, 0)
        if keyword == "if":
            control.subject = self.expression()
        elif keyword == "for":
            control.key, control.value = self._for_names()
            control.subject = self.expression()
        self._close("the directive")
        control.end = self.at
        return control

    def _unterminated(self, closing: str, start: int, token: Token) -> Unreadable:
        if token.kind == "eof" and closing == "endheredoc":
            opening = self.data[start : self.data.find(b"\n", start)].decode("utf-8", "replace").strip()
            marker = opening.lstrip("<-")
            return Unreadable(token.start, token.end, f"expected `{marker}` on a line of its own to end `{opening}`")
        return self.fail('`"` to end the string', token)


# --- texts that stand alone -------------------------------------------------------------------------------------------


def parse_expression(source: Source, start: int = 0, end: int | None = None) -> Expression:
    """An expression that is a text of its own (or bytes `start` to `end` of one), over as many lines as it likes;
    `Broken` where it cannot be read.
    """
    parser = Parser(whole(source), start, end)
    parser.ignore_newlines(True)
    try:
        expression = parser.expression()
        if parser.peek().kind != "eof":
            raise parser.fail("the end of the expression")
    except Unreadable as problem:
        return Broken(source.span(problem.start, problem.end), problem.message)
    return expression


def parse_template(source: Source) -> Template | Broken:
    """A text that is a template as a whole, as `templatefile` reads a file."""
    return template_of(whole(source))


def template_of(text: Text, start: int = 0, end: int | None = None) -> Template | Broken:
    """A text that is a template as a whole: a template file, or bytes `start` to `end` of a JSON string."""
    try:
        return Parser(text, start, end, template=True).template("eof", start)
    except Unreadable as problem:
        return Broken(text.span(problem.start, problem.end), problem.message)
