"""`record`: a frozen dataclass that is frozen for the type checker alone.

Freezing a dataclass at run time makes creating the class four times as dear, and its instances twice. initlint has some
two hundred of them, which would be half of the time that a small run takes; that nothing assigns to their fields is what
mypy proves. Everything else about them is `dataclasses`': `replace`, `fields`, `field`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(cls: type[T]) -> type[T]: ...


@overload
def record(*, eq: bool) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(cls: type[T] | None = None, *, eq: bool = False) -> type[T] | Callable[[type[T]], type[T]]:
    """A class with typed fields that are set when an instance is made, and never again.

    eq: compared (and hashed) by its fields, and shown with them; else by identity.
    """
    make = dataclass(eq=eq, repr=eq, unsafe_hash=eq, match_args=False)
    return make if cls is None else make(cls)
