"""What is said beforehand of the shapes of Key Vault references is what the automata say."""

from __future__ import annotations

import pytest

from initlint.language import matches
from initlint.terraform.types import STRING
from initlint.terraform.value import Unknown, Value
from initlint.truth import Truth
from initlint_rules.key_vault import COMPARED, REFERENCE, SHAPES, VERSIONLESS, refined, resembles


@pytest.mark.parametrize(("expression", "pattern"), sorted(COMPARED))
def test_compared_beforehand(expression: str, pattern: str) -> None:
    value = Value(STRING, Unknown("", not_null=True, matches=(f"(?i)^({expression})$",)))
    assert matches(pattern, value) is COMPARED[expression, pattern]


@pytest.mark.parametrize(("kind", "attribute"), sorted(SHAPES))
def test_attributes(kind: str, attribute: str) -> None:
    value = refined(Value(STRING, Unknown("", f"data.{kind}.shop.{attribute}")))
    for pattern in (REFERENCE, VERSIONLESS):
        assert resembles(pattern, value) is matches(pattern, value)


def test_nothing_known() -> None:
    assert resembles(REFERENCE, Value(STRING, Unknown("", "var.url"))) is Truth.UNKNOWN
