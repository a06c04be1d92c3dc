"""Nested blocks: those that are written, and those that `dynamic` blocks make (HCL, ext/dynblock)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from initlint.syntax import nodes
from initlint.syntax.nodes import Block
from initlint.terraform.evaluate import evaluate
from initlint.terraform.expansion import members
from initlint.terraform.value import Unknown, Value, object_of, unknown
from initlint.terraform.view import View, Views
from initlint.truth import Truth

MOST_BLOCKS = 256
"""How many blocks one `dynamic` block makes at the most."""


def expand(view: View, type_: str) -> Views:
    """The nested blocks of a type, in source order."""
    static = view.body.blocks(type_)
    dynamic = [block for block in view.body.blocks("dynamic", 1) if block.labels == (type_,)]
    items: list[View] = []
    reason = ""
    for block in sorted([*static, *dynamic], key=lambda one: one.span.start) if dynamic else static:
        if block.type == type_ and block.type != "dynamic":
            items.append(
                View(
                    block.body, view.scope, block.header.first_line(), block.span, view.names, view.exists, view.reason
                )
            )
            continue
        made, why = _made(view, block, type_)
        items.extend(made)
        reason = reason or why
    if view.exists is Truth.UNKNOWN and not reason:
        reason = view.reason
    return Views(tuple(items), reason or view.damage)


def _made(view: View, block: Block, type_: str) -> tuple[Iterable[View], str]:
    for_each = block.body.attribute("for_each")
    contents = block.body.blocks("content")
    if for_each is None or not contents:
        return (), "a dynamic block without for_each or content"
    content = contents[0]
    iterator = _iterator(block) or type_
    value = evaluate(for_each.expression, view.scope, view.names).unless_error

    def one(key: Value, item: Value, exists: Truth, reason: str) -> View:
        names = {**view.names, iterator: object_of({"key": key, "value": item})}
        header = block.header.first_line()
        return View(content.body, view.scope, header, block.span, names, exists & view.exists, reason or view.reason)

    if len(value.alternatives) > 1:
        return _made_of_any(value, one)
    found = members(value)
    if found is None:
        reason = (
            value.reason or f"the for_each of dynamic {type_} is {'null' if value.data is None else 'no collection'}"
        )
        key = f"{value.data.key}[{iterator}.value]" if isinstance(value.data, Unknown) and value.data.key else ""
        item = unknown(reason, key=key)
        if isinstance(value.data, Unknown):
            item = replace(item, data=Unknown(reason, key, value.data.sources))
        return (one(unknown(reason), item, Truth.UNKNOWN, reason),), reason
    entries, rest = found
    views = [one(key, item, Truth.YES, "") for key, item in entries[:MOST_BLOCKS]]
    if len(entries) > MOST_BLOCKS:
        view.scope.limit(for_each.expression_span, f"more than {MOST_BLOCKS} blocks")
    if rest is not None:
        views.append(one(unknown(rest.reason), unknown(rest.reason), Truth.UNKNOWN, rest.reason))
    return views, rest.reason if rest is not None else ""


def _made_of_any(value: Value, one: Callable[[Value, Value, Truth, str], View]) -> tuple[Iterable[View], str]:
    """The collection is one of several: the blocks of each may exist; those of all of them do."""
    views: list[View] = []
    seen: dict[str, tuple[Value, Value, int]] = {}
    certain = True
    for alternative in value.alternatives:
        found = members(alternative)
        if found is None or found[1] is not None:
            certain = False
        for key, item in found[0] if found else ():
            name = str(key.data)
            seen[name] = (key, item, seen[name][2] + 1 if name in seen else 1)
    from initlint.terraform.value import fingerprint

    prints: dict[str, set[str]] = {}
    for alternative in value.alternatives:
        for key, item in (members(alternative) or ((), None))[0]:
            prints.setdefault(str(key.data), set()).add(fingerprint(item))
    for name, (key, item, times) in seen.items():
        same = len(prints[name]) == 1 and "" not in prints[name]
        kept = item if same or times == 1 else unknown(value.reason)
        everywhere = times == len(value.alternatives)
        views.append(one(key, kept, Truth.YES if everywhere else Truth.UNKNOWN, "" if everywhere else value.reason))
    if not certain:
        views.append(one(unknown(value.reason), unknown(value.reason), Truth.UNKNOWN, value.reason))
    return views, "" if all(made.exists is Truth.YES for made in views) else value.reason


def _iterator(block: Block) -> str:
    attribute = block.body.attribute("iterator")
    if attribute is None:
        return ""
    expression = attribute.expression
    if isinstance(expression, nodes.Name):
        return expression.name
    if isinstance(expression, nodes.Template):  # JSON writes the name as text
        return "".join(part.text for part in expression.parts if isinstance(part, nodes.TextPart))
    return ""
