"""A body in its scope: attributes evaluate, `dynamic` blocks expand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from initlint.record import record
from initlint.source import Span
from initlint.syntax.nodes import Attribute, Body
from initlint.terraform.value import Value
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.terraform.module import ModuleInstance


@record
class Views:
    """The nested blocks of one type in source order; `reason` is set where a dynamic block leaves their number open."""

    items: tuple[View, ...] = ()
    reason: str = ""

    def __iter__(self) -> Iterator[View]:
        return iter(self.items)


@record
class View:
    """A body in the scope of a module instance.

    names: what `each`, `count` and the iterators of dynamic blocks stand for here. header: the block's header line.
    exists: UNKNOWN for the one block that stands for a dynamic block over an unknown collection (`reason` says why).
    """

    body: Body
    scope: ModuleInstance
    header: Span
    span: Span
    names: Mapping[str, Value] = field(default_factory=dict)
    exists: Truth = Truth.YES
    reason: str = ""

    @property
    def damage(self) -> str:
        """Why what the body does not hold may be written all the same; "" where it is whole."""
        return "" if self.body.closed else "a block is not closed"

    def attribute(self, name: str) -> Attribute | None:
        """The attribute as it is written, if it is."""
        return self.body.attribute(name)

    def value(self, name: str) -> Value | None:
        """The value of an attribute; None where it is not written. Its origin starts at the attribute's expression."""
        attribute = self.body.attribute(name)
        return None if attribute is None else self.scope.evaluate(attribute.expression, self.names)

    def blocks(self, type_: str) -> Views:
        """The nested blocks of a type, static ones and those that `dynamic` blocks make, in source order."""
        from initlint.terraform.dynamic import expand

        return expand(self, type_)
