from __future__ import annotations

import re

import pytest

from initlint.regex import regex


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
