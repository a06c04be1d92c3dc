"""Expressions as one line of text, so that a test can say exactly which tree it wants."""

from __future__ import annotations

from collections.abc import Sequence

from initlint.source import Source
from initlint.syntax import native, nodes
from initlint.syntax.nodes import Expression, TemplatePart


def file_of(text: str) -> nodes.File:
    """The native file `text`."""
    return native.parse(Source("main.tf", text.encode()))


def value_of(text: str) -> Expression:
    """The expression of `x = text`, read from a file."""
    attribute = file_of(f"x = {text}\n").body.attribute("x")
    assert attribute is not None
    return attribute.expression


def outline(node: Expression) -> str:
    """The tree in brackets: `(+ a (* b c))`."""
    if isinstance(node, nodes.Literal):
        return str(node.value)
    if isinstance(node, nodes.Template):
        return ("heredoc" if node.heredoc else "") + parts(node.parts)
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.GetAttr):
        return f"(. {outline(node.of)} {node.name})"
    if isinstance(node, nodes.Index):
        return f"([] {outline(node.of)} {outline(node.key)})"
    if isinstance(node, nodes.SplatItem):
        return "@"
    if isinstance(node, nodes.Splat):
        return f"({'[*]' if node.full else '.*'} {outline(node.of)} {outline(node.each)})"
    if isinstance(node, nodes.Unary):
        return f"({node.operator} {outline(node.operand)})"
    if isinstance(node, nodes.Binary):
        return f"({node.operator} {outline(node.left)} {outline(node.right)})"
    if isinstance(node, nodes.Conditional):
        return f"(? {outline(node.condition)} {outline(node.then)} {outline(node.otherwise)})"
    if isinstance(node, nodes.Call):
        return f"({' '.join([node.name + '()', *map(outline, node.arguments), *(['...'] if node.expands else [])])})"
    if isinstance(node, nodes.TupleExpr):
        return f"[{', '.join(map(outline, node.elements))}]"
    if isinstance(node, nodes.ObjectExpr):
        return "{" + ", ".join(f"{outline(item.key)}: {outline(item.value)}" for item in node.items) + "}"
    if isinstance(node, nodes.ForExpr):
        names = node.value if node.key is None else f"{node.key},{node.value}"
        key = "" if node.result_key is None else f"{outline(node.result_key)} => "
        result = key + outline(node.result) + ("..." if node.grouping else "")
        condition = "" if node.condition is None else f" if {outline(node.condition)}"
        return f"(for {names} in {outline(node.collection)}: {result}{condition})"
    if isinstance(node, nodes.Parentheses):
        return f"(() {outline(node.inner)})"
    return f"<broken: {node.message}>"


def parts(of: Sequence[TemplatePart]) -> str:
    """Template parts: text quoted, with `!` where it is not exact."""
    return "<" + " ".join(map(_part, of)) + ">"


def _part(part: TemplatePart) -> str:
    if isinstance(part, nodes.TextPart):
        return repr(part.text) + ("" if part.exact else "!")
    if isinstance(part, nodes.Interpolation):
        return f"${outline(part.expression)}"
    if isinstance(part, nodes.IfDirective):
        return f"%if {outline(part.condition)} {parts(part.then)} else {parts(part.otherwise)}"
    names = part.value if part.key is None else f"{part.key},{part.value}"
    return f"%for {names} in {outline(part.collection)} {parts(part.body)}"
