from __future__ import annotations

import importlib
import pkgutil
import re
from re import _constants, _parser

import pytest

import initlint
from initlint.regex import _Regex, regex

_ONE_CHARACTER = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY)


def test_is_compiled_when_it_is_used() -> None:
    broken = regex("(")
    with pytest.raises(re.error, match="missing \\), unterminated subpattern"):
        broken.search("text")


def test_does_what_a_pattern_does() -> None:
    words = regex(r"(?P<first>[a-z])\w*", re.IGNORECASE)
    assert words.findall("An init job") == ["A", "i", "j"]
    found = words.fullmatch("Init")
    assert found is not None
    assert (found["first"], words.flags & re.IGNORECASE, dict(words.groupindex)) == ("I", re.IGNORECASE, {"first": 1})
    assert regex(rb"\d+").sub(b"0", b"a12b3") == b"a0b0"


@pytest.mark.parametrize("module", [module.name for module in pkgutil.walk_packages(initlint.__path__, "initlint.")])
def test_repeats_no_group_possessively(module: str) -> None:
    """Python before 3.11.5, Debian 12's among them, goes on behind what such a group did not match (gh-100061)."""
    if module.startswith("initlint.checkov"):
        pytest.skip("needs checkov")
    for name, value in vars(importlib.import_module(module)).items():
        if isinstance(value, re.Pattern | _Regex):
            assert not _groups_repeated(_parser.parse(value.pattern, value.flags & ~re.DEBUG)), f"{module}.{name}"


def test_finds_a_group_that_is_repeated_possessively() -> None:
    assert _groups_repeated(_parser.parse("a(?P<b>x|(?!y)(?:z?w)++)?"))
    assert not _groups_repeated(_parser.parse(r"[a-z]*+b++(?>(?:c|d)+)"))


def _groups_repeated(parsed: object) -> bool:
    """Whether a parsed pattern has a possessive repetition of more than one character at a time."""
    if isinstance(parsed, _parser.SubPattern):
        parsed = parsed.data
    if not isinstance(parsed, list | tuple):
        return False
    match parsed:
        case (_constants.POSSESSIVE_REPEAT, (_, _, item)) if len(item) > 1 or item[0][0] not in _ONE_CHARACTER:
            return True
    return any(_groups_repeated(part) for part in parsed)
