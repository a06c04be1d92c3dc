from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace

import pytest

from initlint.record import mutable, record


@record
class Plain:
    number: int
    texts: tuple[str, ...] = ()


@record(eq=True)
class Compared:
    """A point."""

    x: int
    y: int = field(default=0, hash=False)
    note: str = field(default="", compare=False, repr=False)


@record(eq=True)
class Other:
    x: int
    y: int = 0


@record(eq=True)
class Nothing:
    """Has no fields."""


def test_by_identity() -> None:
    one = Plain(1, texts=("a",))
    assert one == one
    assert one != Plain(1, texts=("a",))
    assert replace(one, number=2).texts == ("a",)
    assert [f.name for f in fields(one)] == ["number", "texts"]


def test_by_fields() -> None:
    one = Compared(1, 2, "here")
    assert one == Compared(1, 2, "there")
    assert one != Compared(1, 3)
    others: list[object] = [Other(1, 2), (1, 2)]
    assert one not in others
    assert hash(one) == hash(Compared(1, 3))
    assert {one: 1}[Compared(1, 2)] == 1
    assert repr(one) == "Compared(x=1, y=2)"
    assert (Nothing() == Nothing(), repr(Nothing()), {Nothing()}) == (True, "Nothing()", {Nothing()})


def test_fields_before_the_first_instance() -> None:
    @record
    class Base:
        x: int
        more: list[int] = field(default_factory=list)

    @record(eq=True)
    class Derived(Base):
        y: int = 1

    @dataclass
    class Foreign(Base):  # type: ignore[misc]  # for mypy a record is frozen
        z: int = 2

    assert [one.name for one in fields(Foreign)] == ["x", "more", "z"]
    assert Derived(3) == Derived(3, [], 1)
    assert Derived(3) != Derived(4)
    assert (Base(1).more, Base(1).more is Base(1).more) == ([], False)
    assert is_dataclass(Base)


def test_below_a_record() -> None:
    @record
    class Base:
        x: int

    class Own(Base):
        def __init__(self) -> None:
            super().__init__(5)

    assert (Own().x, Own().x, Base(6).x) == (5, 5, 6)


def test_calls_as_of_a_dataclass() -> None:
    @record
    class One:
        number: int
        twice: int = field(default=0, init=False)
        texts: list[str] = field(default_factory=list)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", 2 * self.number)

    with pytest.raises(TypeError, match=r"One\.__init__\(\) missing 1 required positional argument: 'number'"):
        One()  # type: ignore[call-arg]
    assert (One(2).twice, One(2, ["a"]).texts, replace(One(2), number=3).twice) == (4, ["a"], 6)


def test_mutable() -> None:
    @mutable
    class Counted:
        count: int = 0

    one = Counted()
    one.count += 1
    assert (one.count, Counted().count, one == Counted(1)) == (1, 0, False)
