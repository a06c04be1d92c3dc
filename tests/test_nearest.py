from __future__ import annotations

import pytest

from initlint.nearest import nearest

CATEGORIES = ("database", "infrastructure", "data", "network", "security", "configuration", "monitoring", "validation")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("databse", "database"),
        ("Data_Base", "database"),
        ("networking", "network"),
        ("config", "configuration"),
        ("data-seeding", "data"),
        ("infra", "infrastructure"),
        ("db", "database"),
        ("zzz", None),
        ("x", None),
        ("", None),
    ],
)
def test_categories(name: str, meant: str | None) -> None:
    assert nearest(name, CATEGORIES) == meant


def test_of_equals_what_begins_the_same_is_meant() -> None:
    assert nearest("INIT1O1", ["INIT101", "INIT102", "INIT811"]) == "INIT101"


def test_a_word_does_not_outdo_what_is_spelt_almost_the_same() -> None:
    assert nearest("db-pasword", ["db", "db-password"]) == "db-password"


def test_a_shortening_of_several_names_means_none() -> None:
    assert nearest("se", ["security-scan", "session-import"]) is None


def test_nothing_to_choose_from() -> None:
    assert nearest("database", []) is None
