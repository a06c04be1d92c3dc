"""The values that a root module's input variables are given: variable files, options, TF_VAR_ variables.

Later ones win, whole values at a time (`facts`: low to high TF_VAR_, automatic files, then options in their order).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from initlint.source import Source
from initlint.syntax import nodes
from initlint.syntax.nodes import File
from initlint.terraform.evaluate import evaluate
from initlint.terraform.source import ModuleSource
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING
from initlint.terraform.value import (
    Origin,
    Unknown,
    Value,
    boolean,
    error,
    null,
    number,
    object_of,
    string,
    tuple_of,
)


class _Literals:
    """The scope of a variable file: no references, no functions."""

    depth = 0

    def lookup(self, name: str, span: Any) -> Value:
        return error("a variable file holds no references", Origin(span, ""), static=True)

    def functions(self) -> Any:
        from initlint.terraform.functions import Context

        return Context()

    def limit(self, span: Any, message: str) -> Value:
        return error(f"limit reached: {message}", Origin(span, ""))

    def step(self) -> bool:
        return True


def from_file(file: File) -> dict[str, Value]:
    """The values that a .tfvars or .tfvars.json file sets."""
    values: dict[str, Value] = {}
    for attribute in file.body.attributes():
        literal = getattr(attribute, "literal_expression", None)
        expression = literal if literal is not None else attribute.expression
        value = evaluate(expression, _Literals(), {})
        values[attribute.name] = value.handed_on(attribute.expression_span, f"{file.source.path}")
    return values


def from_text(name: str, text: str, module: ModuleSource, label: str) -> Value:
    """The value of a `--var name=text` option or a TF_VAR_ variable.

    For a variable of a primitive type, or of none, the text is the value; else it is an expression (Terraform,
    internal/backend/backendrun/unparsed_value.go).
    """
    declared = module.variables.get(name)
    type_ = declared.constraint.type if declared else ANY
    if type_ in (STRING, NUMBER, BOOL) or declared is None or declared.block.body.attribute("type") is None:
        return string(text)
    from initlint.syntax.read import parse_expression

    expression = parse_expression(Source(label, text.encode()))
    if isinstance(expression, nodes.Broken):
        return error(f"{label} is no expression: {expression.message}")
    return _placeless(evaluate(expression, _Literals(), {}))


def _placeless(value: Value) -> Value:
    """The value without origin: an option stands in no file."""
    from dataclasses import replace

    data = value.data
    if isinstance(data, tuple):
        data = tuple(_placeless(item) for item in data)
    elif isinstance(data, dict):
        data = {name: _placeless(item) for name, item in data.items()}
    return replace(value, data=data, origin=None, chunks=())


def from_python(value: Any, origin: Origin | None = None) -> Value:
    """The value of something that a configuration file holds."""
    if value is None:
        return null()
    if isinstance(value, bool):
        return boolean(value, origin)
    if isinstance(value, int):
        return number(value, origin)
    if isinstance(value, float):
        from initlint.number import parse_number

        return number(parse_number(repr(value)), origin)
    if isinstance(value, str):
        return string(value, origin)
    if isinstance(value, Mapping):
        return object_of({str(key): from_python(item, origin) for key, item in value.items()}, origin)
    if isinstance(value, Iterable):
        return tuple_of([from_python(item, origin) for item in value], origin)
    return Value(ANY, Unknown(f"a {type(value).__name__} is no Terraform value"), origin)
