"""`record`: a frozen dataclass that is frozen for the type checker alone; `mutable`: one that is not frozen.

Freezing a dataclass at run time makes creating the class four times as dear, and its instances twice. initlint has some
two hundred of them, which would be half of the time that a small run takes; that nothing assigns to their fields is
what mypy proves. For the same reason a class gets its methods when its first instance is made (most runs need half of
the classes), and `dataclass` has its turn when somebody asks for the fields (`replace`, `fields`). There is no
`ClassVar`, no `InitVar` and no `KW_ONLY` among the fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
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
    if cls is None:
        return _compared if eq else _made
    return _made(cls)


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """The same with fields that change, compared by identity."""
    return _made(cls)


def _made(cls: type[T], finish: Callable[[type[T], dict[str, Any]], None] = lambda cls, said: None) -> type[T]:
    """The class, to be finished when its first instance is made."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # else dataclass works out the signature to say it

    def first(self: T, *args: object, **named: object) -> None:
        said = _said(cls)
        cls.__init__ = _initialiser(cls, said)  # type: ignore[method-assign]
        finish(cls, said)
        cls.__init__(self, *args, **named)

    cls.__dataclass_fields__ = _Fields(cls)  # type: ignore[attr-defined]
    if "__init__" not in vars(cls):
        cls.__init__ = first  # type: ignore[assignment, method-assign]
    return cls


class _Fields:
    """Stands for the fields of a class until somebody reads them, such as `replace` or a dataclass below it."""

    def __init__(self, cls: type) -> None:
        self.cls = cls

    def __get__(self, instance: object, owner: type) -> Any:
        made: Any = dataclass(init=False, eq=False, repr=False, match_args=False)(self.cls)
        return made.__dataclass_fields__


def _said(cls: type) -> dict[str, Any]:
    """The names of the fields, those of the bases first, each with what stands behind it: a default, a `field`, or
    MISSING.
    """
    said: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        own = vars(base)
        known = own.get("__dataclass_fields__")
        if isinstance(known, dict):
            said.update(known)
        elif known is not None:
            said.update((name, own.get(name, MISSING)) for name in own.get("__annotations__", ()))
    return said


def _initialiser(cls: type, said: dict[str, Any]) -> Any:
    """The function that `dataclass` would write."""
    default: Any
    make: Any
    defaults: dict[str, Any] = {"MISSING": MISSING}
    parameters = ["self"]
    lines = []
    for name, one in said.items():
        default, make, is_parameter = one, MISSING, True
        if isinstance(one, Field):
            default, make, is_parameter = one.default, one.default_factory, one.init
        value = name if is_parameter else f"_{name}"
        if make is not MISSING:
            defaults[f"_{name}"] = make
            value = f"_{name}() if {name} is MISSING else {name}" if is_parameter else f"_{name}()"
            parameters += [f"{name}=MISSING"] * is_parameter
        elif default is not MISSING:
            defaults[f"_{name}"] = default
            parameters += [f"{name}=_{name}"] * is_parameter
        elif is_parameter:
            parameters.append(name)
        else:
            continue
        lines.append(f"  self.{name} = {value}\n")
    if hasattr(cls, "__post_init__"):
        lines.append("  self.__post_init__()\n")
    exec(f"def __init__({', '.join(parameters)}):\n{''.join(lines) or '  pass'}", defaults)
    written = defaults["__init__"]
    written.__qualname__ = f"{cls.__qualname__}.__init__"
    written.__module__ = cls.__module__
    return written


def _compared(cls: type[T]) -> type[T]:
    return _made(cls, _with_comparison)


def _with_comparison(cls: type, said: dict[str, Any]) -> None:
    """Adds methods as `dataclass(frozen=True)` would write and compile them, one by one."""
    specified = {name: default for name, default in said.items() if isinstance(default, Field)}
    unequal = {name for name, one in specified.items() if not one.compare}
    unhashed = {name for name, one in specified.items() if not (one.compare if one.hash is None else one.hash)}
    of_equality = _getter([name for name in said if name not in unequal])
    of_hash = _getter([name for name in said if name not in unhashed])

    def equal(self: object, other: object) -> bool:
        return bool(of_equality(self) == of_equality(other)) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(of_hash(self))

    for name, method in (("__eq__", equal), ("__hash__", hashed), ("__repr__", _shown)):
        setattr(cls, name, method)


def _getter(names: list[str]) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else lambda one: ()


def _shown(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"
