"""A plan (`terraform show -json PLANFILE`) as Terraform code: each planned resource as a module of its own.

What a plan holds is described in Terraform's internal/command/jsonplan/plan.go: `change.after` has the planned values,
without those that are known only after apply; `after_unknown` has the same shape and says true for them; so does
`after_sensitive` for what must not be shown, though Terraform writes it in clear. A key that `after` lacks may thus be
unknown, not absent.

A planned resource becomes a resource in JSON syntax, so that all that reads Terraform code reads plans as well. What is
not known is a variable without a value there; what is sensitive, and what the code does not hold as a constant, is a
variable with a value. The plan does not say whether the code holds such a text all the same, as in `"http://${...}"`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, TypeAlias

from initlint.record import record
from initlint.source import Source
from initlint.syntax.json import parse
from initlint.terraform.module import ModuleInstance, Root
from initlint.terraform.source import module_source
from initlint.terraform.tfvars import from_python
from initlint.terraform.types import ANY
from initlint.terraform.value import Origin, Unknown, Value

Json: TypeAlias = Any
"""What `json.loads` gives."""

Blocks: TypeAlias = "Mapping[str, Blocks | None]"
"""The schema of a body: the names of its nested blocks with their bodies, and of its arguments with None."""

_KEY = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[(\d+|\*)\]')
_ABSENT = object()


REFERENCE = re.compile(r" \(var\.planned_\d+\)")
"""How a message mentions a variable that stands for a planned value; nobody knows it, so messages go without."""


class NoPlan(Exception):
    """A file that is no plan in JSON."""


@record
class Planned:
    """A managed resource that will exist once the plan is applied.

    address: Terraform's, with instance keys. after, unknown, sensitive: `change.after` and its two companions.
    literals: the strings that the configuration holds for it as constants, each with the name of the argument or key
    that has it: a value from elsewhere may be the same text as another argument's constant.
    """

    address: str
    type: str
    name: str
    after: Mapping[str, Json]
    unknown: Json = None
    sensitive: Json = None
    literals: frozenset[tuple[str, str]] = frozenset()

    @property
    def base_address(self) -> str:
        """The address without instance keys."""
        return without_keys(self.address)


def without_keys(address: str) -> str:
    """An address without instance keys, also `[*]` for one that is not known."""
    return _KEY.sub("", address)


def read(data: bytes) -> Mapping[str, Json]:
    """A plan file's content. Raises `NoPlan`."""
    try:
        plan = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise NoPlan(f"this is no JSON: {problem}") from None
    if not isinstance(plan, dict) or "terraform_version" not in plan or "planned_values" not in plan:
        raise NoPlan("this is no plan: write one with `terraform show -json PLANFILE`")
    return plan


def resources(plan: Mapping[str, Json], types: frozenset[str]) -> Iterator[Planned]:
    """The planned resources of some types, in the plan's order, without those that the plan destroys or forgets. Raises
    `NoPlan` where these are not told, or a change lacks what every change has.
    """
    changes = plan.get("resource_changes")
    if changes is None and not _within(plan, "planned_values", "root_module"):
        return
    if not isinstance(changes, list):
        raise NoPlan("it has no resource_changes, which alone say what is known of a resource")
    for at, change in enumerate(changes):
        if not isinstance(change, dict):
            raise NoPlan(f"resource_changes[{at}] is no object")
        if change.get("mode", "managed") != "managed" or change.get("type") not in types:
            continue
        planned = change.get("change")
        if not isinstance(planned, dict):
            raise NoPlan(f"resource_changes[{at}] has no change")
        for key in ("address", "name"):
            if not isinstance(change.get(key), str):
                raise NoPlan(f"resource_changes[{at}] has no {key}")
        actions = set(_list(planned.get("actions")))
        if not isinstance(planned.get("after"), dict) or (actions and actions <= {"delete", "forget"}):
            continue
        yield Planned(
            change["address"],
            change["type"],
            change["name"],
            planned["after"],
            planned.get("after_unknown"),
            planned.get("after_sensitive"),
            frozenset(_constants(_configured(plan, change["address"], change["type"], change["name"]))),
        )


def module_of(planned: Planned, path: str, blocks: Blocks, *, written: bool = False) -> ModuleInstance:
    """The module that holds one planned resource and nothing else.

    path: what the file is called in places. blocks: the schema of the resource type; only the names of nested blocks
    whose number may be unknown matter. written: take every known text as one that the code holds, not as one that was
    given from outside it.
    """
    writer = _Writer(None if written else planned.literals)
    body = writer.body(planned.after, planned.unknown, planned.sensitive, blocks, "")
    text = json.dumps(
        {
            "variable": {name: {} for name in writer.given},
            "resource": {planned.type: {planned.name: body}},
        },
        ensure_ascii=False,
        indent=2,
    )
    source = module_source("", [parse(Source(path, text.encode("utf-8", "replace")))], [])
    return Root("", writer.given, {"": source}.get).module


# --- writing ----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Writer:
    literals: frozenset[tuple[str, str]] | None
    """The texts that the code holds; None for all."""
    given: dict[str, Value] = field(default_factory=dict)

    def body(self, after: Json, unknown: Json, sensitive: Json, blocks: Blocks, path: str) -> dict[str, Json]:
        """The body of a block."""
        made: dict[str, Json] = {}
        after = after if isinstance(after, dict) else {}
        for name in dict.fromkeys([*after, *_keys(unknown)]):
            inner = blocks.get(name)
            where = f"{path}.{name}" if path else name
            parts = after.get(name, _ABSENT), _part(unknown, name), _part(sensitive, name)
            if inner is None:
                made[name] = self.value(*parts, where, name)
            elif parts[1] is True:
                made.setdefault("dynamic", {})[name] = self.dynamic(name, inner, where)
            else:
                made[name] = self.blocks(*parts, inner, where)
        return made

    def blocks(self, after: Json, unknown: Json, sensitive: Json, schema: Blocks, path: str) -> list[Json]:
        """The nested blocks of a type, of which the plan says how many there are."""
        blocks = [after] if isinstance(after, dict) else _list(after)
        marks = _list(unknown) if not isinstance(unknown, dict) else [unknown]
        return [
            self.body(block, mark, _part(sensitive, at), schema, f"{path}[{at}]")
            for at, (block, mark) in enumerate(zip_longest(blocks, marks))
        ]

    def dynamic(self, name: str, schema: Blocks, path: str) -> Json:
        """What stands for nested blocks of which nothing is known."""
        content: dict[str, Json] = {}
        for inner, below in schema.items():
            if below is None:
                content[inner] = f"${{{name}.value.{inner}}}"
            else:
                content.setdefault("dynamic", {})[inner] = self.dynamic(inner, below, f"{path}.{inner}")
        return {"for_each": self.unknown(path), "content": content}

    def value(self, after: Json, unknown: Json, sensitive: Json, path: str, name: str) -> Json:
        """An argument's value as an expression in JSON syntax. name: the argument's, or that of the key above it."""
        if unknown is True or (after is _ABSENT and not unknown):
            return self.unknown(path)
        if after is _ABSENT:
            after = {} if isinstance(unknown, dict) else []
        if isinstance(after, dict):
            made: dict[str, Json] = {}
            for key in dict.fromkeys([*after, *_keys(unknown)]):
                parts = after.get(key, _ABSENT), _part(unknown, key), _part(sensitive, key)
                made[_text(key)] = self.value(*parts, f"{path}.{key}", key)
            return made
        if isinstance(after, list):
            marks = _list(unknown)
            return [
                self.value(item, mark, _part(sensitive, at), f"{path}[{at}]", name)
                for at, (item, mark) in enumerate(zip_longest(after, marks[: len(after)]))
            ]
        if after is not None and sensitive is True:
            return self.variable(after, name, sensitive=True)
        if isinstance(after, str):
            return _text(after) if self.is_written(after, name) else self.variable(after, name)
        return after

    def unknown(self, path: str) -> str:
        """A value that is known only after apply."""
        return self._variable(Value(ANY, Unknown(f"{path} is known only after apply", key=path)))

    def variable(self, after: Json, name: str, sensitive: bool = False) -> str:
        """A known value as a variable. Where the code has it as a constant it was written there; any other may have
        been given from outside the code, and as a variable without origin it says so.
        """
        source = Source("", after.encode("utf-8", "replace")) if self.is_written(after, name) else None
        origin = Origin(source.span(0, len(source.data)), "a constant of the configuration") if source else None
        return self._variable(from_python(after, origin).marked(sensitive))

    def is_written(self, after: Json, name: str) -> bool:
        """Whether the code holds a value as a text of that name."""
        return isinstance(after, str) and (self.literals is None or (name, after) in self.literals)

    def _variable(self, value: Value) -> str:
        name = f"planned_{len(self.given)}"
        self.given[name] = value
        return f"${{var.{name}}}"


def _text(text: str) -> str:
    """Text as a template that says just that."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _part(mark: Json, key: str | int) -> Json:
    """What a companion of `after` says of a part; of the whole it may say true, which holds for every part."""
    if mark is True:
        return True
    if isinstance(mark, dict):
        return mark.get(str(key))
    return mark[key] if isinstance(mark, list) and isinstance(key, int) and key < len(mark) else None


def _keys(mark: Json) -> Sequence[str]:
    """The keys that a companion says something of."""
    return [key for key, value in mark.items() if value] if isinstance(mark, dict) else []


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


# --- the configuration in the plan ------------------------------------------------------------------------------------


def _configured(plan: Mapping[str, Json], address: str, type_: str, name: str) -> Json:
    """The expressions of a resource, which the configuration has once for all instances."""
    module = _within(plan, "configuration", "root_module")
    for call in re.findall(r"module\.([^.]+)", without_keys(address).removesuffix(f"{type_}.{name}")):
        module = _within(module, "module_calls", call, "module")
    for resource in map(_object, _list(module.get("resources"))):
        if (resource.get("type"), resource.get("name")) == (type_, name) and resource.get("mode") == "managed":
            return resource.get("expressions")
    return None


def _within(value: Json, *keys: str) -> Mapping[str, Json]:
    """The object under some keys; an empty one where it is not there."""
    for key in keys:
        value = _object(value).get(key)
    return _object(value)


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _constants(expressions: Json, name: str = "", constant: bool = False) -> Iterator[tuple[str, str]]:
    """The strings among the constants of expressions, each with the name of the argument or the key that has it."""
    if isinstance(expressions, str) and constant:
        yield name, expressions
    elif isinstance(expressions, list):
        for item in expressions:
            yield from _constants(item, name, constant)
    elif isinstance(expressions, dict):
        for key, item in expressions.items():
            marks = key == "constant_value" and not constant
            yield from _constants(item, name if marks else key, constant or marks)
