"""Bodies, blocks and attributes of native HCL, whoever found them: tree-sitter, or the reader of broken files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from initlint.source import Span
from initlint.syntax.expression import Parser
from initlint.syntax.nodes import Attribute, Block, Body, Broken, Expression
from initlint.syntax.template import Unreadable, whole


class NativeAttribute(Attribute):
    """`name = expression`; the expression is read from its span when it is asked for, unless `expression` is given."""

    __slots__ = ("_expression", "_expression_span", "name", "name_span", "span")

    def __init__(self, name: str, name_span: Span, expression_span: Span, expression: Expression | None = None) -> None:
        self.name = name
        self.name_span = name_span
        self.span = Span(name_span.source, name_span.start, max(expression_span.end, name_span.end))
        self._expression_span = expression_span
        self._expression = expression

    @property
    def expression(self) -> Expression:
        """The expression; `Broken` where it cannot be read."""
        if self._expression is None:
            self._expression = _read(self._expression_span)
        return self._expression

    @property
    def expression_span(self) -> Span:
        """Where the expression stands."""
        return self._expression_span


def _read(span: Span) -> Expression:
    parser = Parser(whole(span.source), span.start)
    try:
        expression = parser.expression()
        if parser.at < span.end:
            raise parser.fail("the end of the argument")
    except Unreadable as problem:
        return Broken(span.source.span(problem.start, problem.end), problem.message)
    return expression


class NativeBody(Body):
    """A body whose items `load` finds when they are first asked for."""

    __slots__ = ("_attributes", "_blocks", "_load", "closed", "span")

    def __init__(self, span: Span, load: Callable[[], Iterable[Attribute | Block]]) -> None:
        self.span = span
        self.closed = True
        self._load = load
        self._attributes: dict[str, Attribute] | None = None
        self._blocks: dict[str, list[Block]] = {}

    def _items(self) -> dict[str, Attribute]:
        attributes = self._attributes
        if attributes is None:
            attributes = {}
            for item in self._load():
                if isinstance(item, Block):
                    self._blocks.setdefault(item.type, []).append(item)
                else:
                    attributes.setdefault(item.name, item)
            self._attributes = attributes
            self._load = tuple
        return attributes

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name; the first, where it is written twice."""
        return self._items().get(name)

    def attributes(self) -> Sequence[Attribute]:
        """All attributes in source order."""
        return list(self._items().values())

    def blocks(self, type_: str, labels: int = 0) -> Sequence[Block]:
        """The blocks of a type in source order; how many labels they have is what is written."""
        self._items()
        return self._blocks.get(type_, ())

    def block_types(self) -> Sequence[str]:
        """The block types in the order in which they first stand."""
        self._items()
        return list(self._blocks)


class NativeBlock(Block):
    """`type "label" { body }`."""

    __slots__ = ("_body", "header", "labels", "span", "type")

    def __init__(self, type_: str, labels: tuple[str, ...], header: Span, span: Span, body: Body) -> None:
        self.type = type_
        self.labels = labels
        self.header = header
        self.span = span
        self._body = body

    @property
    def body(self) -> Body:
        """The body between the braces."""
        return self._body
