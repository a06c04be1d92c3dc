"""Type constraints of variables: `object({ cpu = optional(number, 0.25) })` -> a type and its defaults.

The defaults of `optional(type, default)` belong to the constraint, not to the type, and apply before conversion
(Terraform, internal/typeexpr).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from initlint.record import record
from initlint.syntax import nodes
from initlint.terraform.convert import convert
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Object, Set, Tuple, Type
from initlint.terraform.value import Elements, Entries, Rest, Unknown, Value, object_of

_PRIMITIVES = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_COLLECTIONS = {"list": List, "set": Set, "map": Map}


@record
class Constraint:
    """A type, with what to put where an optional attribute is absent or null.

    defaults: the default expressions of an object's own optional attributes. parts: the constraints of its attributes;
    of a collection, the one of its elements under "*"; of a tuple, those of its elements under "0", "1"...
    """

    type: Type
    defaults: Mapping[str, nodes.Expression] = field(default_factory=dict)
    parts: Mapping[str, Constraint] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether there is no default anywhere in it."""
        return not self.defaults and all(part.is_plain for part in self.parts.values())


def constraint(expression: nodes.Expression | None) -> Constraint:
    """The constraint that a type expression writes; what cannot be read constrains nothing (`any`)."""
    if expression is None:
        return Constraint(ANY)
    if isinstance(expression, nodes.Parentheses):
        return constraint(expression.inner)
    if isinstance(expression, nodes.Name):
        simple = {"list": List(ANY), "map": Map(ANY), "set": Set(ANY)}
        return Constraint(_PRIMITIVES.get(expression.name) or simple.get(expression.name) or ANY)
    if isinstance(expression, nodes.Template):  # the quoted form of Terraform 0.11, and JSON
        return _quoted(expression)
    if not isinstance(expression, nodes.Call) or not expression.arguments:
        return Constraint(ANY)
    argument = expression.arguments[0]
    if expression.name in _COLLECTIONS:
        element = constraint(argument)
        return Constraint(_COLLECTIONS[expression.name](element.type), parts={"*": element})
    if expression.name == "tuple" and isinstance(argument, nodes.TupleExpr):
        elements = [constraint(element) for element in argument.elements]
        return Constraint(
            Tuple(tuple(element.type for element in elements)),
            parts={str(at): element for at, element in enumerate(elements)},
        )
    if expression.name == "object" and isinstance(argument, nodes.ObjectExpr):
        return _object(argument)
    return Constraint(ANY)


def _quoted(template: nodes.Template) -> Constraint:
    from initlint.source import Source
    from initlint.syntax.read import parse_expression

    text = "".join(part.text for part in template.parts if isinstance(part, nodes.TextPart))
    if text in _PRIMITIVES:
        return Constraint(_PRIMITIVES[text])
    expression = parse_expression(Source(template.span.path, text.encode()))
    return Constraint(ANY) if isinstance(expression, nodes.Template) else constraint(expression)


def _object(expression: nodes.ObjectExpr) -> Constraint:
    parts: dict[str, Constraint] = {}
    optional: set[str] = set()
    defaults: dict[str, nodes.Expression] = {}
    for item in expression.items:
        if not isinstance(item.key, nodes.Template) or not all(isinstance(p, nodes.TextPart) for p in item.key.parts):
            continue
        name = "".join(part.text for part in item.key.parts if isinstance(part, nodes.TextPart))
        type_ = item.value
        if isinstance(type_, nodes.Call) and type_.name == "optional" and type_.arguments:
            optional.add(name)
            if len(type_.arguments) > 1:
                defaults[name] = type_.arguments[1]
            type_ = type_.arguments[0]
        parts[name] = constraint(type_)
    attributes = {name: part.type for name, part in sorted(parts.items())}
    return Constraint(Object(attributes, frozenset(optional)), defaults, parts)


def apply(value: Value, wanted: Constraint, default: Mapping[int, Value]) -> Value:
    """The value as a variable of that constraint takes it: defaults put in, then converted.

    `default` holds the evaluated default expressions by the identity of their node.
    """
    filled = value if wanted.is_plain else _filled(value, wanted, default)
    return convert(filled, wanted.type)


def _filled(value: Value, wanted: Constraint, default: Mapping[int, Value]) -> Value:
    data = value.data
    if isinstance(data, Unknown) and data.candidates:
        candidates = tuple(_filled(candidate, wanted, default) for candidate in data.candidates)
        return replace(value, data=replace(data, candidates=candidates))
    if isinstance(wanted.type, Object) and isinstance(data, dict):
        items = {
            name: _filled(item, wanted.parts[name], default) if name in wanted.parts else item
            for name, item in data.items()
        }
        for name, expression in wanted.defaults.items():
            present = items.get(name)
            if present is None or present.data is None:
                # a default is itself completed: `optional(object({a = optional(number, 1)}), {})`
                items[name] = _filled(default[id(expression)], wanted.parts[name], default)
        return replace(object_of(items, value.origin), sensitive=value.sensitive)
    element = wanted.parts.get("*")
    if element is not None:
        return _each(value, lambda item: _filled(item, element, default))
    if isinstance(wanted.type, Tuple) and isinstance(data, tuple) and len(data) == len(wanted.parts):
        items_ = tuple(_filled(item, wanted.parts[str(at)], default) for at, item in enumerate(data))
        return replace(value, type=Tuple(tuple(item.type for item in items_)), data=items_)
    return value


def _each(value: Value, fill: Callable[[Value], Value]) -> Value:
    data = value.data
    if isinstance(data, tuple):
        items = tuple(fill(item) for item in data)
        return replace(value, type=Tuple(tuple(item.type for item in items)), data=items)
    if isinstance(data, Elements):
        return replace(
            value, data=Elements(tuple(item if isinstance(item, Rest) else fill(item) for item in data.items))
        )
    if isinstance(data, Entries):
        return replace(value, data=Entries({name: fill(item) for name, item in data.items.items()}, data.rest))
    if isinstance(data, dict):
        return replace(object_of({name: fill(item) for name, item in data.items()}, value.origin),
                       sensitive=value.sensitive)  # fmt: skip
    return value


def default_expressions(wanted: Constraint) -> list[nodes.Expression]:
    """Every default expression in a constraint."""
    own = list(wanted.defaults.values())
    return own + [expression for part in wanted.parts.values() for expression in default_expressions(part)]
