"""Terraform's types: primitives, collections of one type, structures, and `any`.

Types are immutable and compare by structure. Names follow Terraform's type constraints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from initlint.record import record


class Type:
    """A Terraform type."""

    __slots__ = ()


@record(eq=True)
class Primitive(Type):
    """string, number, bool, or any (the type of a value of which nothing is known)."""

    name: str

    def __str__(self) -> str:
        return self.name


STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
ANY = Primitive("any")


@record(eq=True)
class List(Type):
    """list(element)."""

    element: Type

    def __str__(self) -> str:
        return f"list({self.element})"


@record(eq=True)
class Set(Type):
    """set(element)."""

    element: Type

    def __str__(self) -> str:
        return f"set({self.element})"


@record(eq=True)
class Map(Type):
    """map(element); keys are strings."""

    element: Type

    def __str__(self) -> str:
        return f"map({self.element})"


@record(eq=True)
class Tuple(Type):
    """tuple([...])."""

    elements: tuple[Type, ...]

    def __str__(self) -> str:
        return f"tuple([{', '.join(map(str, self.elements))}])"


@record(eq=True)
class Object(Type):
    """object({...}): attributes by name; `optional` names those that a type constraint may go without.

    A default of `optional(type, default)` is not part of the type; the variable's declaration holds it.
    """

    attributes: Mapping[str, Type] = field(hash=False)
    optional: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return "object({" + ", ".join(f"{name} = {type_}" for name, type_ in self.attributes.items()) + "})"
