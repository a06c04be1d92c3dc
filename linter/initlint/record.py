"""`record`: a frozen dataclass that is frozen for the type checker alone.

Freezing a dataclass at run time makes creating the class four times as dear, and its instances twice. initlint has some
two hundred of them, which would be half of the time that a small run takes; that nothing assigns to their fields is
what mypy proves. For the same reason a class is finished when it is first used: most runs need half of them. Everything
else about them is `dataclasses`': `replace`, `fields`, `field`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

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
    finish = _compared if eq else _made
    if cls is None:
        return lambda given: _later(given, finish)
    return _later(cls, finish)


def _later(cls: type[T], finish: Callable[[type[T]], type[T]]) -> type[T]:
    """The class, to be finished when its first instance is made or its fields are asked for."""
    if "__init__" in vars(cls):
        return finish(cls)
    cls.__doc__ = cls.__doc__ or cls.__name__  # else dataclass works out the signature to say it

    def completed() -> type[T]:
        delattr(cls, "__init__")  # dataclass leaves one that is there
        return finish(cls)

    def first(self: T, *args: object, **named: object) -> None:
        completed().__init__(self, *args, **named)

    setattr(cls, "__init__", first)
    setattr(cls, "__dataclass_fields__", _Fields(completed))
    return cls


class _Fields:
    """Stands for the fields of a class that is not finished: whoever reads them, a dataclass below it too, has it
    finished, which puts the fields in its place.
    """

    def __init__(self, completed: Callable[[], Any]) -> None:
        self.completed = completed

    def __get__(self, instance: object, owner: type) -> Any:
        return self.completed().__dataclass_fields__


def _made(cls: type[T]) -> type[T]:
    return dataclass(eq=False, repr=False, match_args=False)(cls)


def _compared(cls: type[T]) -> type[T]:
    """With methods as `dataclass(frozen=True)` would write and compile them, one by one."""
    made = _made(cls)
    of_equality = _getter([one.name for one in fields(made) if one.compare])  # type: ignore[arg-type]
    of_hash = _getter([one.name for one in fields(made) if (one.compare if one.hash is None else one.hash)])  # type: ignore[arg-type]

    def equal(self: T, other: object) -> bool:
        return of_equality(self) == of_equality(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: T) -> int:
        return hash(of_hash(self))

    for name, method in (("__eq__", equal), ("__hash__", hashed), ("__repr__", _shown)):
        setattr(made, name, method)
    return made


def _getter(names: list[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda one: ()


def _shown(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"
