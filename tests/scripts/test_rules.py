"""The rules about scripts over the scripts in `cases/`: one file of harmless ones for each rule, one of findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from .linting import every

CASES = Path(__file__).parent / "cases"


def _cases(kind: str) -> list[tuple[str, int, str]]:
    """The scripts of all files of a kind: code, number, text. Cases are parted by lines of equals signs."""
    return [
        (file.name.split("-")[0], number, text)
        for file in sorted(CASES.glob(f"INIT*-{kind}.txt"))
        for number, text in enumerate(file.read_text(encoding="utf-8").split("\n====\n"), 1)
    ]


@pytest.mark.parametrize(
    ("code", "text"), [pytest.param(code, text, id=f"{code}-{n}") for code, n, text in _cases("harmless")]
)
def test_nothing_is_said_of_harmless_scripts(code: str, text: str) -> None:
    assert every(text, code) == []


@pytest.mark.parametrize(
    ("code", "text"), [pytest.param(code, text, id=f"{code}-{n}") for code, n, text in _cases("found")]
)
def test_what_is_found_stands_on_its_line_and_column(code: str, text: str) -> None:
    script, _, expected = text.partition("\n----\n")
    assert every(script, code) == [f"{code} {line}" for line in expected.splitlines()]


@pytest.mark.parametrize(
    "code", ["INIT301", "INIT302", "INIT401", "INIT402", "INIT403", "INIT404", "INIT501", "INIT502"]
)
def test_every_rule_has_twenty_harmless_scripts(code: str) -> None:
    assert sum(found == code for found, _, _ in _cases("harmless")) >= 20
