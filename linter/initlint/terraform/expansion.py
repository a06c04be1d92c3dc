"""How many instances a resource or a module call has: `count`, `for_each`, OpenTofu's `lifecycle.enabled`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from initlint.record import record
from initlint.source import Span
from initlint.syntax.nodes import Body
from initlint.terraform.convert import convert
from initlint.terraform.evaluate import Names, Scope, evaluate
from initlint.terraform.operations import get_item
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Set, Tuple, Type
from initlint.terraform.value import (
    Elements,
    Entries,
    Rest,
    Text,
    Unknown,
    Value,
    derived,
    fingerprint,
    null,
    number,
    object_of,
    string,
    unknown,
    unknowns,
)
from initlint.truth import Truth

MOST_INSTANCES = 256
"""How many instances of one block are looked at."""


@record
class Instance:
    """One instance: `suffix` is "", "[0]" or '["key"]'; `names` what `each` and `count` stand for in it."""

    suffix: str
    names: Names
    exists: Truth = Truth.YES
    key: Value = field(default_factory=null, repr=False)
    """`each.key` or `count.index`; null for an only instance."""


@record
class Expansion:
    """The instances of a block.

    kind: "single", "count" or "for_each". complete: whether the instances are exactly those. reason: why not.
    none: for no instance at all, why ("count is 0"). span: the expression
    that says how many there are, and value: what it is, where that is not simply all of them.
    """

    kind: str
    instances: tuple[Instance, ...]
    complete: bool = True
    reason: str = ""
    none: str = ""
    span: Span | None = None
    value: Value | None = field(default=None, repr=False)


def expansion(body: Body, scope: Scope, names: Names | None = None) -> Expansion:
    """The instances of the block whose body it is."""
    outer: Names = names or {}
    count = body.attribute("count")
    if count is not None:
        return _counted(evaluate(count.expression, scope, outer).unless_error, count.expression_span, outer, scope)
    each = body.attribute("for_each")
    if each is not None:
        return _each(evaluate(each.expression, scope, outer).unless_error, each.expression_span, outer, scope)
    for lifecycle in body.blocks("lifecycle"):
        enabled = lifecycle.body.attribute("enabled")
        if enabled is not None:
            value = convert(evaluate(enabled.expression, scope, outer), BOOL)
            if value.data is False:
                return Expansion("single", (), none="lifecycle.enabled is false", span=enabled.expression_span,
                                 value=value)  # fmt: skip
            if value.data is not True:
                return Expansion("single", (Instance("", outer, Truth.UNKNOWN),), False, value.reason)
    return Expansion("single", (Instance("", outer),))


def _counted(value: Value, span: Span, outer: Names, scope: Scope) -> Expansion:
    value = convert(value, NUMBER)

    def instance(at: Value, suffix: str, exists: Truth) -> Instance:
        return Instance(suffix, {**outer, "count": object_of({"index": at})}, exists, at)

    data = value.data
    if isinstance(data, int) and not isinstance(data, bool):
        if data <= 0:
            return Expansion("count", (), none="count is 0", span=span, value=value)
        if data > MOST_INSTANCES:
            scope.limit(span, f"more than {MOST_INSTANCES} instances")
        indices = range(min(data, MOST_INSTANCES))
        return Expansion(
            "count", tuple(instance(number(at), f"[{at}]", Truth.YES) for at in indices), data <= MOST_INSTANCES
        )
    most = [v.data for v in value.alternatives]
    numbers = [item for item in most if isinstance(item, int) and not isinstance(item, bool)]
    if len(numbers) == len(most) and len(most) > 1:
        fewest, largest = min(numbers), min(max(numbers), MOST_INSTANCES)
        return Expansion(
            "count",
            tuple(instance(number(at), f"[{at}]", Truth.of(True) if at < fewest else Truth.UNKNOWN)
                  for at in range(largest)),
            False,
            value.reason,
        )  # fmt: skip
    reason = value.reason or "count is not known"
    identity = f"{data.key}[count.index]" if isinstance(data, Unknown) and data.key else ""
    index = Value(NUMBER, Unknown(reason, identity, value.sources, not_null=True))
    return Expansion("count", (instance(index, "[*]", Truth.UNKNOWN),), False, reason)


def _quoted(key: str) -> str:
    import json

    return json.dumps(key, ensure_ascii=False)


def _each(value: Value, span: Span, outer: Names, scope: Scope) -> Expansion:
    def instance(key: Value, item: Value, exists: Truth) -> Instance:
        suffix = f"[{_quoted(key.data)}]" if isinstance(key.data, str) else "[*]"
        return Instance(suffix, {**outer, "each": object_of({"key": key, "value": item})}, exists, key)

    alternatives = value.alternatives
    if len(alternatives) > 1:
        return _any_of(alternatives, value, span, instance)
    found = members(value)
    if found is None:
        reason = value.reason or "for_each is not known"
        stand_in = instance(*_unknown_entry(value, value.data, reason), Truth.UNKNOWN)
        return Expansion("for_each", (stand_in,), False, reason, span=span, value=value)
    entries, rest = found
    if len(entries) > MOST_INSTANCES:
        scope.limit(span, f"more than {MOST_INSTANCES} instances")
        entries = entries[:MOST_INSTANCES]
    instances = [instance(key, item, Truth.YES) for key, item in entries]
    if rest is not None:
        instances.append(instance(*_unknown_entry(value, rest, rest.reason), Truth.UNKNOWN))
    if not instances:
        return Expansion("for_each", (), none="for_each is empty", span=span, value=value)
    return Expansion("for_each", tuple(instances), rest is None, rest.reason if rest else "", span=span, value=value)


def instance_at(expanded: Expansion, key: Value) -> Instance:
    """The instance that a reference names by its key: one of those that are known, else one that may exist."""
    step = fingerprint(key)
    for instance in expanded.instances:
        if step and fingerprint(instance.key) == step:
            return instance
    names: Names = expanded.instances[-1].names
    if expanded.kind == "count":
        return Instance(f"[{step or '*'}]", {**names, "count": object_of({"index": key})}, Truth.UNKNOWN, key)
    suffix = _quoted(key.data) if isinstance(key.data, str) else step or "*"
    value = expanded.value
    if value is None or isinstance(value.type, Set):
        item = key
    else:
        item = get_item(value, key, expanded.span) if expanded.span else unknown(expanded.reason)
    return Instance(f"[{suffix}]", {**names, "each": object_of({"key": key, "value": item})}, Truth.UNKNOWN, key)


def _unknown_entry(value: Value, data: object, reason: str) -> tuple[Value, Value]:
    """Key and value of an entry that is not known: each the same wherever the instance uses it."""
    if not isinstance(data, Unknown) or not data.key:
        key = unknown(reason, STRING)
    else:
        key = Value(STRING, Unknown(reason, f"{data.key}[each.key]", data.sources, not_null=True))
    if isinstance(value.type, Set):
        return key, key
    return key, _unknown_item(value, reason) if data is value.data else unknown(reason)


def _unknown_item(value: Value, reason: str) -> Value:
    if isinstance(value.data, Unknown) and value.data.key:
        return Value(_item_type(value), Unknown(reason, f"{value.data.key}[each]", value.data.sources))
    return unknown(reason, _item_type(value))


def _item_type(value: Value) -> Type:
    return value.type.element if isinstance(value.type, List | Set | Map) else ANY


def _any_of(
    alternatives: tuple[Value, ...], value: Value, span: Span, instance: Callable[[Value, Value, Truth], Instance]
) -> Expansion:
    """One of several collections: the instances of all of them; one exists for certain if all have its key."""
    reason = value.reason or "for_each is not known"
    found: dict[str, tuple[Value, list[Value]]] = {}
    complete = True
    for alternative in alternatives:
        entries = members(alternative)
        if entries is None:
            complete = False
            continue
        if entries[1] is not None:
            complete = False
        for key, item in entries[0]:
            found.setdefault(str(key.data), (key, []))[1].append(item)
    instances = []
    for key, items in found.values():
        everywhere = complete and len(items) == len(alternatives)
        item = items[0] if len(items) == 1 else _one_of(items, value)
        instances.append(instance(key, item, Truth.YES if everywhere else Truth.UNKNOWN))
    if complete and not instances:
        return Expansion("for_each", (), none="for_each is empty", span=span, value=value)
    if not complete:
        instances.append(instance(unknown(reason, STRING), _unknown_item(value, reason), Truth.UNKNOWN))
    certain = complete and all(one.exists is Truth.YES for one in instances)
    return Expansion("for_each", tuple(instances), certain, "" if certain else reason, span=span, value=value)


def _one_of(items: list[Value], by: Value) -> Value:
    prints = {fingerprint(item) for item in items}
    if len(prints) == 1 and "" not in prints:
        return items[0]
    return derived([by, *items], "each", candidates=tuple(items), error=False, static=False)


def members(value: Value) -> tuple[list[tuple[Value, Value]], Unknown | None] | None:
    """Key and value of each element as `each` (or a dynamic block's iterator) gives them.

    With them what stands for others that may exist; None where the collection is not known.
    """
    data = value.data
    if isinstance(data, Mapping):
        return [(string(name), item.marked(value.sensitive)) for name, item in data.items()], None
    if isinstance(data, Entries):
        return [(string(name), item.marked(value.sensitive)) for name, item in data.items.items()], data.rest
    if isinstance(data, tuple | Elements):
        items = data if isinstance(data, tuple) else data.items
        rest = next((item.unknown for item in items if isinstance(item, Rest)), None)
        entries: list[tuple[Value, Value]] = []
        for at, item in enumerate(items):
            if isinstance(item, Rest):
                continue
            if isinstance(value.type, List | Tuple):
                entries.append((number(at), item.marked(value.sensitive)))
            elif isinstance(item.data, Unknown | Text):
                rest = next(unknowns(item))
            else:
                entries.append((item, item.marked(value.sensitive)))
        return entries, rest
    return None
