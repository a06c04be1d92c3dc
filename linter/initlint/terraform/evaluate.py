"""Expressions -> values, by Terraform's rules.

`evaluate` never raises for what a user wrote: an expression that Terraform would refuse is an error value, and what is
known around it stays known. Where an operand is one of few known alternatives the operation is made on each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from initlint.source import Span
from initlint.syntax import nodes
from initlint.terraform.convert import convert, may_be, to_text
from initlint.terraform.operations import (
    choose,
    either,
    element_type,
    get_attribute,
    get_item,
    may_fail,
    operate,
    operate_on_one,
    over,
)
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Set, Tuple, Type
from initlint.terraform.value import (
    MOST_CHUNKS,
    Chunk,
    Elements,
    Entries,
    Hole,
    Origin,
    Piece,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    derived,
    error,
    null,
    number,
    object_of,
    part_of,
    string,
    text_of,
    tuple_of,
    unknown,
    unknowns,
)
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.terraform.functions import Context

MOST_ELEMENTS = 50_000
"""How many values one value may be made of."""
MOST_BYTES = 1_048_576
"""How long a text may become, in characters."""
MOST_STEPS = 20_000
"""How many iterations the `for` expressions of one root module may take together."""
MOST_DEPTH = 300
"""How deep expressions may nest, references followed."""
TOO_DEEP = f"expressions nest deeper than {MOST_DEPTH} levels"
TOO_MANY_STEPS = f"more than {MOST_STEPS} iterations"

# One level of an expression takes up to ten calls of Python (a template file's, a module's output).
sys.setrecursionlimit(max(sys.getrecursionlimit(), MOST_DEPTH * 15))


class Scope(Protocol):
    """What an expression may refer to, and the limits it runs under."""

    def lookup(self, name: str, span: Span) -> Value:
        """The value of a name that is no local variable: `var`, `local`, a resource type..."""

    def functions(self) -> Context:
        """What functions may reach."""

    def limit(self, span: Span, message: str) -> Value:
        """Notes that a limit was reached at a place; gives the unknown value that stands for the rest."""

    def step(self) -> bool:
        """Counts one iteration; False when there were too many."""

    depth: int


Names = Mapping[str, Value]
ITEM = "[*]"
"""The name under which a splat's element is known to the rest of its chain; no identifier can be written so."""


def evaluate(expression: nodes.Expression, scope: Scope, names: Names) -> Value:
    """The value of an expression; its origin is the expression's span, or what handed it on."""
    value = _lazily(expression, scope, names)
    return _whole(value) if isinstance(expression, _REFERENCES) else value


_REFERENCES = (nodes.GetAttr, nodes.Index, nodes.Name, nodes.SplatItem)


def _whole(value: Value) -> Value:
    """A module, or all instances of one, as the objects that they are: with every output."""
    data = value.data
    if isinstance(data, Unknown) and data.whole is not None:
        return replace(data.whole(), origin=value.origin)
    if isinstance(data, tuple | dict) and data:
        first = next(iter(data.values() if isinstance(data, dict) else data)).data
        if isinstance(first, Unknown) and first.whole is not None:
            if isinstance(data, tuple):
                return tuple_of(map(_whole, data), value.origin)
            return object_of({name: _whole(item) for name, item in data.items()}, value.origin)
    return value


def _lazily(expression: nodes.Expression, scope: Scope, names: Names) -> Value:
    """The same where only a part of it is asked for: a module's other outputs are not looked at."""
    if scope.depth >= MOST_DEPTH:
        return scope.limit(expression.span, TOO_DEEP)
    scope.depth += 1
    try:
        value = _EVALUATORS[type(expression)](expression, scope, names)
    finally:
        scope.depth -= 1
    if isinstance(value.data, Text) and value.size > MOST_CHUNKS:
        return _cut(value, scope, expression.span, f"a text of more than {MOST_CHUNKS} parts")
    if value.size > MOST_ELEMENTS:
        return _cut(value, scope, expression.span, f"a value of more than {MOST_ELEMENTS} elements")
    if isinstance(value.data, str) and len(value.data) > MOST_BYTES:
        return scope.limit(expression.span, f"a text longer than {MOST_BYTES} characters")
    return value


def _cut(value: Value, scope: Scope, span: Span, message: str) -> Value:
    """What stands for a value that is too large; one that holds what was cut before is not reported again."""
    before = next(filter(None, map(_limit, unknowns(value))), "")
    return unknown(before, origin=Origin(span, "")) if before else scope.limit(span, message)


def _limit(unknown: Unknown) -> str:
    """The reason of an unknown that stands for something cut."""
    return unknown.reason if unknown.reason.startswith(("limit: ", "limit reached: ")) else ""


# --- literals and templates -------------------------------------------------------------------------------------------


def _literal(node: nodes.Literal, scope: Scope, names: Names) -> Value:
    origin = Origin(node.span, "")
    if node.value is None:
        return null(ANY, origin)
    if isinstance(node.value, bool):
        return boolean(node.value, origin)
    return number(node.value, origin)


def _template(node: nodes.Template, scope: Scope, names: Names) -> Value:
    wrapped = node.wraps
    if wrapped is not None:
        return evaluate(wrapped, scope, names)
    pieces: list[Piece] = []
    inner: list[Origin] = []
    sensitive = render(node.parts, scope, names, pieces, inner)
    if sum(len(piece.text) for piece in pieces if isinstance(piece, Chunk)) > MOST_BYTES:
        return scope.limit(node.span, f"a text longer than {MOST_BYTES} characters")
    return text_of(pieces, Origin(node.span, "", False, tuple(inner)), sensitive)


def render(
    parts: Iterable[nodes.TemplatePart], scope: Scope, names: Names, pieces: list[Piece], inner: list[Origin]
) -> bool:
    """Adds the pieces of template parts to `pieces`, the origins of what they interpolate to `inner`.

    Says whether anything sensitive went in.
    """
    sensitive = False
    for part in parts:
        if isinstance(part, nodes.TextPart):
            pieces.append(Chunk(part.text, part.span))
        elif isinstance(part, nodes.Interpolation):
            value = evaluate(part.expression, scope, names)
            if value.origin is not None and (value.origin.handed_on or value.origin.inner):
                inner.append(value.origin)
            sensitive |= value.sensitive
            pieces.extend(_interpolated(value, part.span))
        elif isinstance(part, nodes.IfDirective):
            condition = convert(evaluate(part.condition, scope, names), BOOL)
            sensitive |= condition.sensitive
            if isinstance(condition.data, bool):
                sensitive |= render(part.then if condition.data else part.otherwise, scope, names, pieces, inner)
            elif condition.error is not None:
                pieces.append(Hole(derived([condition], "if", STRING)))
            elif condition.data is None:
                pieces.append(Hole(error("the condition of a template directive is null", Origin(part.span, ""))))
            else:
                branches: list[Value] = []
                for branch in (part.then, part.otherwise):
                    own: list[Piece] = []
                    sensitive |= render(branch, scope, names, own, inner)
                    branches.append(text_of(own, Origin(part.span, "")))
                pieces.append(Hole(either(condition, branches[0], branches[1], STRING, part.span)))
        else:
            sensitive |= _for_directive(part, scope, names, pieces, inner)
    return sensitive


def _interpolated(value: Value, span: Span) -> Iterable[Piece]:
    text = to_text(value)
    if isinstance(text.data, str):
        if text.chunks and isinstance(value.data, str):
            return text.chunks
        return (Chunk(text.data, span),)
    if isinstance(text.data, Text):
        return text.data.pieces
    if text.data is None:
        return (Hole(error("null cannot be part of a text", Origin(span, ""))),)
    return (Hole(text),)


def _for_directive(
    part: nodes.ForDirective, scope: Scope, names: Names, pieces: list[Piece], inner: list[Origin]
) -> bool:
    collection = evaluate(part.collection, scope, names)
    members = _members(collection)
    if members is None:
        pieces.append(Hole(derived([_not_iterable(collection, part.span)], "for", STRING)))
        return collection.sensitive
    sensitive = collection.sensitive
    if _is_open_set(collection):
        pieces.append(Hole(derived([collection], "for", STRING, not_null=True, key=_own_key())))
        return collection.sensitive
    for key, member in members:
        if not scope.step():
            pieces.append(Hole(scope.limit(part.span, TOO_MANY_STEPS)))
            break
        if isinstance(member, Rest):
            pieces.append(Hole(Value(STRING, _other(member.unknown))))
            continue
        sensitive |= render(part.body, scope, _bound(part, names, key, member), pieces, inner)
        if len(pieces) > MOST_ELEMENTS:
            pieces.append(Hole(scope.limit(part.span, f"a text of more than {MOST_ELEMENTS} parts")))
            break
    return sensitive


def _bound(loop: nodes.ForExpr | nodes.ForDirective, names: Names, key: Value, element: Value) -> Names:
    """The names inside a loop, for one of its elements."""
    return {**names, loop.value: element, **({loop.key: key} if loop.key is not None else {})}


# --- references -------------------------------------------------------------------------------------------------------


def _name(node: nodes.Name, scope: Scope, names: Names) -> Value:
    found = names.get(node.name)
    if found is not None:
        return found
    return scope.lookup(node.name, node.span)


def _splat_item(node: nodes.SplatItem, scope: Scope, names: Names) -> Value:
    return names[ITEM]


def _get_attr(node: nodes.GetAttr, scope: Scope, names: Names) -> Value:
    return get_attribute(_lazily(node.of, scope, names), node.name, node.span)


def _index(node: nodes.Index, scope: Scope, names: Names) -> Value:
    of = _lazily(node.of, scope, names)
    key = evaluate(node.key, scope, names)
    return get_item(of, key, node.span)


def _splat(node: nodes.Splat, scope: Scope, names: Names) -> Value:
    of = _lazily(node.of, scope, names)
    origin = Origin(node.span, "", False, (of.origin,) if of.origin else ())

    def each(item: Value) -> Value:
        return evaluate(node.each, scope, {**names, ITEM: item})

    def apply(parts: tuple[Value, ...]) -> Value:
        value = parts[0]
        data = value.data
        if data is None:
            return tuple_of((), origin)
        if _is_open_set(value):
            return derived([value], "[*]", ANY, not_null=True, min_length=_least(value), key=_own_key())
        if isinstance(data, tuple):
            made = tuple_of([each(item.marked(value.sensitive)) for item in data], origin)
            return _as_list(made, value.type, each) if isinstance(value.type, List | Set) else made
        if isinstance(data, Elements):
            kept = tuple(
                _stretch(item.unknown, each(Value(ANY, _other(item.unknown)))) if isinstance(item, Rest) else each(item)
                for item in data.items
            )
            return Value(ANY, Elements(kept), origin, value.sensitive)
        if isinstance(data, Unknown) and data.member is None and (value.type is ANY or _is_sequence(value.type)):
            return derived([value], f"[*]{_shape(node.each)}", ANY, not_null=True, **_keyed(node.each))
        if not isinstance(data, Unknown) or value.is_null is Truth.NO:
            return tuple_of([each(value)], origin)
        one = tuple_of([each(replace(value, data=replace(data, not_null=True)))], origin)
        return derived([value], f"[*]{_shape(node.each)}", candidates=(tuple_of((), origin), one), not_null=True)

    return over([of], apply, node.span)


def _as_list(made: Value, of: List | Set, each: Callable[[Value], Value]) -> Value:
    """What a splat over a list or a set makes: a list, and of no elements one of the type that they would have."""
    assert isinstance(made.type, Tuple)
    types = made.type.elements or (each(unknown("there are no elements", of.element)).type,)
    return replace(made, type=List(types[0])) if all(type_ == types[0] for type_ in types) else made


def _is_sequence(type_: Type) -> bool:
    return isinstance(type_, List | Set | Tuple)


def _shape(node: nodes.Expression) -> str:
    if isinstance(node, nodes.GetAttr):
        return f"{_shape(node.of)}.{node.name}"
    if isinstance(node, nodes.Index):
        return f"{_shape(node.of)}[{node.key.span.text}]"
    return ""


_unnamed = count(1)


def _own_key() -> str:
    """A key for an unknown whose expression depends on more than its inputs: it is equal to itself only."""
    return f"#{next(_unnamed)}"


def _other(unknown: Unknown) -> Unknown:
    """What stands for the elements that an operation makes of unknown ones: the reason stays, the identity does not."""
    return part_of(unknown, _own_key())


def _stretch(of: Unknown, made: Value) -> Rest:
    """The elements that are made of unknown ones, of which `made` is one."""
    return Rest(replace(_other(of), may_fail=may_fail([made])))


def _is_open_set(value: Value) -> bool:
    """Whether it is a set of which neither the order nor the number of the elements is known."""
    data = value.data
    if not isinstance(value.type, Set) or not isinstance(data, tuple | Elements) or value.is_known:
        return False
    return isinstance(data, Elements) or len(data) > 1


def _least(collection: Value) -> int:
    """How many elements a set of that kind has at least."""
    data = collection.data
    return int(
        isinstance(data, tuple) or (isinstance(data, Elements) and any(isinstance(i, Value) for i in data.items))
    )


def _keyed(each: nodes.Expression) -> dict[str, object]:
    """No key of its own for a splat over attributes and literal indexes: its inputs say all."""
    while isinstance(each, nodes.GetAttr | nodes.Index):
        if isinstance(each, nodes.Index) and not isinstance(each.key, nodes.Literal):
            break
        each = each.of
    return {} if isinstance(each, nodes.SplatItem) else {"key": _own_key()}


# --- operators --------------------------------------------------------------------------------------------------------


def _parentheses(node: nodes.Parentheses, scope: Scope, names: Names) -> Value:
    return evaluate(node.inner, scope, names)


def _unary(node: nodes.Unary, scope: Scope, names: Names) -> Value:
    return operate_on_one(node.operator, evaluate(node.operand, scope, names), node.span)


def _binary(node: nodes.Binary, scope: Scope, names: Names) -> Value:
    left = evaluate(node.left, scope, names)
    right = evaluate(node.right, scope, names)
    return operate(node.operator, left, right, node.span)


def _conditional(node: nodes.Conditional, scope: Scope, names: Names) -> Value:
    condition, then, otherwise = (evaluate(part, scope, names) for part in (node.condition, node.then, node.otherwise))
    return choose(condition, then, otherwise, node.condition.span, node.span)


# --- collections ------------------------------------------------------------------------------------------------------


def _tuple(node: nodes.TupleExpr, scope: Scope, names: Names) -> Value:
    return tuple_of([_member(element, scope, names) for element in node.elements], Origin(node.span, ""))


def _member(node: nodes.Expression, scope: Scope, names: Names) -> Value:
    """A member of a tuple or an object: its trail starts where it is written there, as `each.value.cpu` may be."""
    value = evaluate(node, scope, names)
    origin = value.origin
    if origin is not None and origin.span == node.span:
        return value
    return value.handed_on(node.span, origin.label if origin is not None and origin.handed_on else "")


def _object(node: nodes.ObjectExpr, scope: Scope, names: Names) -> Value:
    origin = Origin(node.span, "")
    items: dict[str, Value] = {}
    keys: list[Value] = []
    for item in node.items:
        key = _key(item.key, scope, names)
        value = _member(item.value, scope, names)
        if isinstance(key.data, str):
            items[key.data] = value
        elif key.data is None:
            return error("a key is null", Origin(item.span, ""))
        elif value.error is not None:
            return derived([value], "key")
        else:  # of two items with one key the later one stands
            certain = {name: item for name, item in items.items() if may_be(key.pieces, name) is Truth.NO}
            keys += [string(name) for name in items if name not in certain] + [key]
            items = certain
    return _with_rest(items, keys[-1], origin, tuple(keys)) if keys else object_of(items, origin)


def _key(node: nodes.Expression, scope: Scope, names: Names) -> Value:
    """A key of an object; the bare words null, true and false are names there."""
    if isinstance(node, nodes.Literal) and (node.value is None or isinstance(node.value, bool)):
        return string(node.span.text)
    return to_text(evaluate(node, scope, names))


def _with_rest(
    items: Mapping[str, Value], rest: Value, origin: Origin, keys: tuple[Value, ...] = (), *, may_fail: bool = False
) -> Value:
    """An object of items and others. may_fail: two of them may have one key, where that is refused."""
    unknown = derived([rest], "key", key=_own_key()).data
    assert isinstance(unknown, Unknown)
    unknown = replace(unknown, may_fail=may_fail or unknown.may_fail)
    return Value(ANY, Entries(dict(sorted(items.items())), unknown, keys), origin)


def _for(node: nodes.ForExpr, scope: Scope, names: Names) -> Value:
    collection = _lazily(node.collection, scope, names)
    if isinstance(collection.data, Unknown):
        collection = _whole(collection)
    return over([collection], lambda parts: _for_over(node, parts[0], scope, names), node.span)


def _for_over(node: nodes.ForExpr, collection: Value, scope: Scope, names: Names) -> Value:
    members = _members(collection)
    origin = Origin(node.span, "", False, (collection.origin,) if collection.origin else ())
    if members is None:
        return _for_any(node, collection, scope, names).at(origin)
    open_set = _is_open_set(collection)
    if open_set and node.result_key is None:
        least = _least(collection) if node.condition is None else 0
        return derived([collection], "for", ANY, not_null=True, min_length=least, key=_own_key()).at(origin)
    items: list[Value | Rest] = []
    entries: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    rest: Value | None = None
    size = 0
    for key, member in members:
        if not scope.step():
            return scope.limit(node.span, TOO_MANY_STEPS)
        if isinstance(member, Rest) or (open_set and not member.is_known and node.result_key is not None):
            rest = Value(ANY, member.unknown) if isinstance(member, Rest) else member
            if node.result_key is None:
                bound = _bound(node, names, key, Value(ANY, _other(_unknown_of(rest))))
                items.append(_stretch(_unknown_of(rest), evaluate(node.result, scope, bound)))
            continue
        bound = _bound(node, names, key, member.marked(collection.sensitive))
        kept = TRUE if node.condition is None else convert(evaluate(node.condition, scope, bound), BOOL)
        if kept.data is False:
            continue
        if kept.data is None:
            return error("the condition of the for expression is null", origin)
        if kept.error is not None:
            return derived([kept], "for")
        value = evaluate(node.result, scope, bound)
        size += value.size
        if size > MOST_ELEMENTS:
            return scope.limit(node.span, f"a value of more than {MOST_ELEMENTS} elements")
        certain = kept.data is True
        if node.result_key is None:
            items.append(value if certain else _stretch(_unknown_of(kept), value))
            continue
        name = to_text(evaluate(node.result_key, scope, bound))
        if name.error is not None:
            return derived([name], "for")
        if name.data is None:
            return error("a key of the for expression is null", origin)
        if not certain or not isinstance(name.data, str):
            rest = name if certain else kept
        elif node.grouping:
            groups.setdefault(name.data, []).append(value)
        elif name.data in entries:
            return error(f'the for expression makes the key "{name.data}" twice', origin)
        else:
            entries[name.data] = value
    sensitive = collection.sensitive
    if node.result_key is None:
        if any(isinstance(item, Rest) for item in items):
            return Value(ANY, Elements(tuple(items)), origin, sensitive)
        return tuple_of((item for item in items if isinstance(item, Value)), origin).marked(sensitive)
    if node.grouping:
        entries = {name: tuple_of(group, origin) for name, group in groups.items()}
        if rest is not None:  # an unknown key may belong to any group
            return derived([rest], "for", ANY, not_null=True, key=_own_key()).at(origin)
    if rest is not None:
        return _with_rest(entries, rest, origin, may_fail=_may_repeat_a_key(node)).marked(sensitive)
    return object_of(entries, origin).marked(sensitive)


def _for_any(node: nodes.ForExpr, collection: Value, scope: Scope, names: Names) -> Value:
    """A `for` expression over a collection of which no element is known: what is tried on any of them may fail."""
    problem = _not_iterable(collection, node.span)
    key = unknown("it stands for any key", STRING)
    bound = _bound(node, names, key, unknown("it stands for any element", element_type(collection.type, key)))
    tried = [evaluate(part, scope, bound) for part in (node.result, node.condition) if part is not None]
    fails = _may_repeat_a_key(node) or may_fail([problem, *tried])
    return derived([problem], "for", ANY, not_null=True, key=_own_key(), may_fail=fails)


def _may_repeat_a_key(node: nodes.ForExpr) -> bool:
    """Whether it makes an object whose keys are not those of the collection, and so may be refused."""
    own = isinstance(node.result_key, nodes.Name) and node.result_key.name == node.key
    return node.result_key is not None and not node.grouping and not own


TRUE = boolean(True)


def _unknown_of(value: Value) -> Unknown:
    found = derived([value], "").data
    assert isinstance(found, Unknown)
    return found


def _members(collection: Value) -> Iterable[tuple[Value, Value | Rest]] | None:
    """Keys and elements in the order in which Terraform iterates; None where they are not known at all."""
    data = collection.data
    if isinstance(data, tuple | Elements):
        items: tuple[Value | Rest, ...] = data if isinstance(data, tuple) else data.items
        if isinstance(collection.type, Set):
            return [(item if isinstance(item, Value) else TRUE, item) for item in items]
        after_rest = False
        members: list[tuple[Value, Value | Rest]] = []
        for at, item in enumerate(items):
            after_rest = after_rest or isinstance(item, Rest)
            members.append((unknown("the index is not known", NUMBER) if after_rest else number(at), item))
        return members
    if isinstance(data, dict):
        return [(string(name), item) for name, item in data.items()]
    if isinstance(data, Entries):  # others may stand before, between and behind those that are known
        other: tuple[Value, Value | Rest] = (Value(STRING, data.rest), Rest(data.rest))
        known = [pair for name, item in data.items.items() for pair in ((string(name), item), other)]
        return [other, *known]
    return None


def _not_iterable(collection: Value, span: Span) -> Value:
    if isinstance(collection.data, Unknown | Text):
        return collection
    what = "null" if collection.data is None else f"a {collection.type}"
    return error(f"{what} cannot be iterated", Origin(span, ""))


# --- calls ------------------------------------------------------------------------------------------------------------


def _call(node: nodes.Call, scope: Scope, names: Names) -> Value:
    from initlint.terraform.functions import call

    if node.name == "convert" and len(node.arguments) == 2:
        from initlint.terraform.constraint import constraint

        return convert(evaluate(node.arguments[0], scope, names), constraint(node.arguments[1]).type)
    arguments = [evaluate(argument, scope, names) for argument in node.arguments]
    if node.expands and arguments:
        last = arguments.pop()
        if isinstance(last.data, tuple):
            arguments.extend(item.marked(last.sensitive) for item in last.data)
        elif last.data is None:
            return error("null cannot be expanded into arguments", Origin(node.span, ""))
        elif isinstance(last.data, Unknown | Elements):
            return derived([*arguments, last], f"{node.name}...")
        else:
            return error(f"a {last.type} cannot be expanded into arguments", Origin(node.span, ""))
    value = call(node.name, arguments, scope.functions(), node.span)
    if (
        isinstance(value.data, Unknown)
        and value.data.reason.startswith("limit: ")
        and not any(_limit(unknown) for argument in arguments for unknown in unknowns(argument))
    ):
        scope.limit(node.span, value.data.reason.removeprefix("limit: "))
    return value


def _broken(node: nodes.Broken, scope: Scope, names: Names) -> Value:
    return error(f"syntax error: {node.message}", Origin(node.span, ""), static=True)


_EVALUATORS: dict[type, Callable[[Any, Scope, Names], Value]] = {
    nodes.Literal: _literal,
    nodes.Template: _template,
    nodes.Name: _name,
    nodes.GetAttr: _get_attr,
    nodes.Index: _index,
    nodes.Splat: _splat,
    nodes.SplatItem: _splat_item,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Conditional: _conditional,
    nodes.Call: _call,
    nodes.TupleExpr: _tuple,
    nodes.ObjectExpr: _object,
    nodes.ForExpr: _for,
    nodes.Parentheses: _parentheses,
    nodes.Broken: _broken,
}
