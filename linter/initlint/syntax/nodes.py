"""The syntax tree, the same for native HCL and for JSON: bodies, blocks, attributes, expressions.

Bodies are read lazily: a body's blocks and attributes, and an attribute's expression, are built when asked for. What a
template writes is already undone here (escapes, heredoc indentation, strip markers): a `TextPart` holds the text that
Terraform sees, and its span the place where it is written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from initlint.number import Number
from initlint.record import record
from initlint.source import Source, Span

# --- expressions ------------------------------------------------------------------------------------------------------


@record
class Literal:
    """A number, a bool or null. (Strings are templates.)"""

    span: Span
    value: Number | bool | None


@record
class TextPart:
    r"""Literal text of a template.

    `exact` says that the bytes at `span` are the text itself, so that positions map one to one; it is false for an
    escape (`\n`, `$${`), which is a part of its own. In a heredoc every line is a part of its own (its removed
    indentation lies between the spans).
    """

    span: Span
    text: str
    exact: bool = True


@record
class Interpolation:
    """`${...}` in a template."""

    span: Span
    expression: Expression


@record
class IfDirective:
    """`%{ if }...%{ else }...%{ endif }`."""

    span: Span
    condition: Expression
    then: tuple[TemplatePart, ...]
    otherwise: tuple[TemplatePart, ...]


@record
class ForDirective:
    """`%{ for k, v in collection }...%{ endfor }`; `key` is None where only a value is named."""

    span: Span
    key: str | None
    value: str
    collection: Expression
    body: tuple[TemplatePart, ...]


TemplatePart: TypeAlias = "TextPart | Interpolation | IfDirective | ForDirective"


@record
class Template:
    """A quoted string or a heredoc (`heredoc`). The span covers the quotes, or `<<EOT` to the closing marker.

    `"${x}"` alone (one Interpolation, nothing else, not a heredoc) keeps the type of x: `wraps` is that expression.
    """

    span: Span
    parts: tuple[TemplatePart, ...]
    heredoc: bool = False

    @property
    def wraps(self) -> Expression | None:
        """The expression of a template that is one lone interpolation."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Interpolation) and not self.heredoc:
            return self.parts[0].expression
        return None


@record
class Name:
    """The root of a reference: `var`, `local`, `each`, `azurerm_x`, a `for` variable."""

    span: Span
    name: str


@record
class GetAttr:
    """`of.name`; the span runs from the start of `of` to the end of the name."""

    span: Span
    of: Expression
    name: str


@record
class Index:
    """`of[key]`, and the legacy `of.0` (key is then a Literal)."""

    span: Span
    of: Expression
    key: Expression


@record
class SplatItem:
    """Stands, inside `Splat.each`, for the element at hand."""

    span: Span


@record
class Splat:
    """`of[*].rest` (full) or `of.*.rest` (attribute-only): `each` is the rest of the chain applied to a SplatItem."""

    span: Span
    of: Expression
    each: Expression
    full: bool


@record
class Unary:
    """`!x` or `-x`."""

    span: Span
    operator: str
    operand: Expression


@record
class Binary:
    """`left operator right`: == != < > <= >= + - * / % && ||."""

    span: Span
    operator: str
    left: Expression
    right: Expression


@record
class Conditional:
    """`condition ? then : otherwise`."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


@record
class Call:
    """`name(arguments)`; `expands` for a final `...`. Provider functions keep their full name (`provider::x::f`)."""

    span: Span
    name: str
    name_span: Span
    arguments: tuple[Expression, ...]
    expands: bool = False


@record
class TupleExpr:
    """`[a, b]`."""

    span: Span
    elements: tuple[Expression, ...]


@record
class ObjectItem:
    """`key = value` in an object. `key` is a Template for a bare or quoted name, any expression in parentheses or not
    (a bare `a.b` is an error that Terraform reports; here it is evaluated).
    """

    span: Span
    key: Expression
    value: Expression


@record
class ObjectExpr:
    """`{ a = 1, (b) = 2 }`."""

    span: Span
    items: tuple[ObjectItem, ...]


@record
class ForExpr:
    """`[for k, v in c : result if condition]`; with `result_key` the object form `{for ... : key => result}`, with
    `grouping` for `result...`.
    """

    span: Span
    key: str | None
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    grouping: bool = False


@record
class Parentheses:
    """`(x)`."""

    span: Span
    inner: Expression


@record
class Broken:
    """Text where an expression should be, which no parser could read; `message` says what was expected."""

    span: Span
    message: str


Expression: TypeAlias = (
    "Literal | Template | Name | GetAttr | Index | Splat | SplatItem | Unary | Binary | Conditional | Call"
    " | TupleExpr | ObjectExpr | ForExpr | Parentheses | Broken"
)


# --- bodies -----------------------------------------------------------------------------------------------------------


class Attribute(ABC):
    """`name = expression`. The expression is built when it is first asked for."""

    name: str
    name_span: Span
    span: Span

    @property
    @abstractmethod
    def expression(self) -> Expression:
        """The expression; `Broken` where it cannot be read."""

    @property
    def literal_expression(self) -> Expression:
        """The expression where Terraform reads a value without evaluating it (a variable's default, a .tfvars file).

        In JSON its strings are then plain text, `${` included; in native syntax it is the expression.
        """
        return self.expression

    @property
    @abstractmethod
    def expression_span(self) -> Span:
        """Where the expression stands, without building it."""


class Block(ABC):
    """`type "label" { body }`."""

    type: str
    labels: tuple[str, ...]
    header: Span
    """From the type to the last label (in JSON: the innermost label's or the type's property name); one line."""
    span: Span
    """From the type to the closing brace."""

    @property
    @abstractmethod
    def body(self) -> Body:
        """The body between the braces."""


class Body(ABC):
    """What stands between braces, or in a whole file.

    JSON does not say which property is an attribute and which a block, so the reader says what it wants: `attribute`
    and `blocks` interpret a property as asked. In native syntax they find only what is written in that form.
    """

    span: Span
    closed: bool = True
    """False where a brace is missing, in it or around it: what it does not hold may be written all the same."""

    @abstractmethod
    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name, if it is written."""

    @abstractmethod
    def attributes(self) -> Sequence[Attribute]:
        """All attributes in source order. In JSON: every property (but "//"), also those that are meant as blocks."""

    @abstractmethod
    def blocks(self, type_: str, labels: int = 0) -> Sequence[Block]:
        """The blocks of a type in source order; in JSON `labels` levels of nested objects are taken as labels."""

    @abstractmethod
    def block_types(self) -> Sequence[str]:
        """The block types written in it, each once, in source order. In JSON: every property name (but "//")."""


# --- files ------------------------------------------------------------------------------------------------------------


@record
class Comment:
    """A comment with its marks (`#`, `//`, `/* */`). `alone` says that nothing but white space stands before it on its
    line.
    """

    span: Span
    text: str
    alone: bool


@record
class SyntaxProblem:
    """A place that cannot be read, and what was expected there. `unreadable` for a file that is no text at all
    (INIT002), else a syntax error (INIT001).
    """

    span: Span
    message: str
    unreadable: bool = False


@record
class File:
    """One configuration file. `problems` are what the reader could not read; the body holds all the rest.

    find_problems: looks inside the expressions too, for `every_problem`.
    """

    source: Source
    body: Body
    problems: tuple[SyntaxProblem, ...] = ()
    find_comments: Callable[[], tuple[Comment, ...]] = field(default=tuple, repr=False)
    find_problems: Callable[[], tuple[SyntaxProblem, ...]] = field(default=tuple, repr=False)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments in source order. Looked for when they are first asked for."""
        return self.find_comments()

    @cached_property
    def every_problem(self) -> tuple[SyntaxProblem, ...]:
        """`problems` and those inside expressions, in source order. The file is read to its end for it."""
        known = {problem.span for problem in self.problems}
        more = [problem for problem in self.find_problems() if problem.span not in known]
        return tuple(sorted([*self.problems, *more], key=lambda problem: problem.span.start))
