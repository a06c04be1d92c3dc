"""A module as it is written: its files, and what they declare, overrides applied. Nothing is evaluated here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cached_property

from initlint.record import mutable, record
from initlint.syntax.nodes import Attribute, Block, File
from initlint.terraform.constraint import Constraint, constraint


@record
class Resource:
    """A `resource` or `data` block; `mode` is "managed" or "data"."""

    mode: str
    type: str
    name: str
    block: Block
    file: File

    @property
    def address(self) -> str:
        """The address inside its module, without instance keys."""
        return f"{'data.' if self.mode == 'data' else ''}{self.type}.{self.name}"


@record
class Declared:
    """A named block other than a resource: `module`, `variable`, `output`, `provider`."""

    name: str
    block: Block
    file: File

    @cached_property
    def constraint(self) -> Constraint:
        """For a variable: its type constraint."""
        attribute = self.block.body.attribute("type")
        return constraint(attribute.expression if attribute else None)


@mutable
class ModuleSource:
    """One module directory. `directory` is relative to the workspace root."""

    directory: str
    files: tuple[File, ...]
    variables: dict[str, Declared] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    outputs: dict[str, Declared] = field(default_factory=dict)
    calls: dict[str, Declared] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], Resource] = field(default_factory=dict)
    providers: list[Declared] = field(default_factory=list)
    resource_types: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def suspects(self) -> list[str]:
        """The locals that may refer to each other, in source order: by their text, which may say so in vain."""
        named = re.compile(r"\blocal\.([A-Za-z_][\w-]*)")
        texts = {name: attribute.expression_span.text for name, attribute in self.locals.items()}
        uses = {name: {*named.findall(text)} & self.locals.keys() for name, text in texts.items()}
        left = {name for name in uses if uses[name]}
        while spent := {name for name in left if not uses[name] & left}:  # what leads nowhere is in no ring
            left -= spent
        return [name for name in self.locals if name in left]


def module_source(directory: str, files: Sequence[File], overrides: Sequence[File]) -> ModuleSource:
    """The declarations of a module's files; override files replace what they name, in their order."""
    source = ModuleSource(directory, (*files, *overrides))
    for file in files:
        _declare(source, file, _first)
    for file in overrides:
        _declare(source, file, _overridden)
    source.resource_types = {(mode, type_) for mode, type_, _ in source.resources}
    return source


def _first(base: Block | None, block: Block) -> Block | None:
    """Without overriding the first declaration of a name stands (a second one is an error that Terraform reports)."""
    return block if base is None else None


def _overridden(base: Block | None, block: Block) -> Block | None:
    from initlint.syntax.merge import override

    return None if base is None else override(base, block)


def _declare(source: ModuleSource, file: File, merge: Callable[[Block | None, Block], Block | None]) -> None:
    body = file.body
    overriding = merge is _overridden
    for mode, type_ in (("managed", "resource"), ("data", "data"), ("ephemeral", "ephemeral")):
        for block in body.blocks(type_, 2):
            if len(block.labels) != 2:
                continue
            key = (mode, block.labels[0], block.labels[1])
            base = source.resources.get(key)
            merged = merge(base.block if base else None, block)
            if merged is not None:
                source.resources[key] = Resource(mode, key[1], key[2], merged, base.file if base else file)
    tables: Mapping[str, dict[str, Declared]] = {
        "module": source.calls,
        "variable": source.variables,
        "output": source.outputs,
    }
    for type_, table in tables.items():
        for block in body.blocks(type_, 1):
            if len(block.labels) != 1:
                continue
            known = table.get(block.labels[0])
            merged = merge(known.block if known else None, block)
            if merged is not None:
                table[block.labels[0]] = Declared(block.labels[0], merged, known.file if known else file)
    for block in body.blocks("provider", 1):
        if len(block.labels) == 1:
            source.providers.append(Declared(block.labels[0], block, file))
    for block in body.blocks("locals"):
        for attribute in block.body.attributes():
            if overriding or attribute.name not in source.locals:
                source.locals[attribute.name] = attribute
