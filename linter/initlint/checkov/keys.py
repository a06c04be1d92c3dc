"""Where a finding stands, in checkov's notation: `template/[0]/container/[1]/cpu`, `tags/[0]/JobType`.

A nested block is its type and its number among the blocks of that type; what a `dynamic` block makes counts as one. An
element of an object follows the argument behind `[0]`, for checkov wraps an argument's value in a list.
"""

from __future__ import annotations

from initlint.jobs.azurerm import SCHEMA, TRIGGER_BLOCKS
from initlint.source import Span
from initlint.syntax.nodes import (
    Block,
    Body,
    Call,
    Expression,
    Name,
    ObjectExpr,
    ObjectItem,
    Template,
    TextPart,
    TupleExpr,
)

_NAMES = {*SCHEMA, *TRIGGER_BLOCKS, "template", "container", "identity", "secret", "registry", "env"}
_OBJECTS = {"tags", "body", "sensitive_body"}
"""The arguments that take objects. In JSON syntax only the schema tells them from nested blocks."""


def evaluated_key(block: Block, span: Span, subject: str = "") -> str:
    """The path of what stands at `span` in a resource block; "" where that is nothing in particular.

    subject: what the finding is about. It completes the path where the span is the header of the block that should hold
    an argument: "cpu", "identity.type", "tags.JobType".
    """
    kind, _, name = subject.rpartition(".")
    path, body = _within(block.body, span)
    if kind == "tags":
        tags = path[: path.index("tags") + 1] if "tags" in path else ("tags",)
        return "/".join((*tags, name) if len(tags) > 1 else (*tags, "[0]", name))
    return "/".join((*path, name) if body is not None and name in _NAMES else path)


def _within(body: Body, span: Span) -> tuple[tuple[str, ...], Body | None]:
    """The path of the innermost argument or block around a span, and that block's body if it is a block."""
    counts: dict[str, int] = {}
    for type_, block, inner in _blocks(body):
        at = counts.get(type_, 0)
        counts[type_] = at + 1
        if span == block.header or block.span.covers(span):
            path, rest = _within(inner, span)
            return (type_, f"[{at}]", *path), rest
    for attribute in body.attributes():
        if attribute.span.covers(span):
            path = _elements(attribute.expression, span)
            wrapped = ("[0]",) if path and not path[0].startswith("[") else ()
            return (attribute.name, *wrapped, *path), None
    return (), body


def _blocks(body: Body) -> list[tuple[str, Block, Body]]:
    """The nested blocks in source order, `dynamic` ones as what they make."""
    found: list[tuple[str, Block, Body]] = []
    for type_ in body.block_types():
        if type_ == "dynamic":
            for block in body.blocks(type_, 1):
                found += [(block.labels[0], block, content.body) for content in block.body.blocks("content")[:1]]
        elif type_ not in _OBJECTS:
            found += [(type_, block, block.body) for block in body.blocks(type_) if block.span != block.header]
    return sorted(found, key=lambda one: one[1].span.start)


def _elements(expression: Expression, span: Span) -> tuple[str, ...]:
    """The keys and numbers that lead to a span inside objects, and lists of objects."""
    if isinstance(expression, Call) and expression.name == "jsonencode":
        return next((_elements(one, span) for one in expression.arguments if one.span.covers(span)), ())
    if isinstance(expression, ObjectExpr):
        for item in expression.items:
            key = _text(item)
            if key and (item.span.covers(span)):
                return (key, *_elements(item.value, span))
    if isinstance(expression, TupleExpr):
        for at, element in enumerate(expression.elements):
            if isinstance(element, ObjectExpr) and element.span.covers(span):
                return (f"[{at}]", *_elements(element, span))
    return ()


def _text(item: ObjectItem) -> str:
    if isinstance(item.key, Name):
        return item.key.name
    if isinstance(item.key, Template):
        return "".join(part.text if isinstance(part, TextPart) else "*" for part in item.key.parts)
    return ""
