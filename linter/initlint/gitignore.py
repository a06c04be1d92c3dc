"""Patterns as `.gitignore` writes them: https://git-scm.com/docs/gitignore#_pattern_format.

A pattern is matched against one path only, never against what lies below it: who walks a tree leaves out a folder
that matches, and `Patterns.matches` looks at every folder on the way to a path. Plain names and `*.suffix`, which are
most of all patterns, cost no regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Pattern:
    """One line: `test` says whether a path (relative to the patterns' folder) matches."""

    test: Callable[[str], bool]
    negated: bool
    only_folders: bool


@dataclass(frozen=True)
class Patterns:
    """The patterns of one file or setting, in order: the last one that matches decides."""

    lines: tuple[str, ...]

    @staticmethod
    def of(lines: Iterable[str]) -> Patterns:
        """The patterns written on these lines."""
        return Patterns(tuple(lines))

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """The lines that say something, last one first."""
        return tuple(filter(None, map(parse, reversed(self.lines))))

    def decide(self, path: str, folder: bool) -> bool | None:
        """True: left out; False: a `!` line keeps it; None: no line speaks of it."""
        for pattern in self.patterns:
            if (folder or not pattern.only_folders) and pattern.test(path):
                return not pattern.negated
        return None

    def matches(self, path: str) -> bool:
        """Whether the file at `path`, or a folder on the way to it, is matched."""
        return any(self.decide(folder, True) for folder in folders(path)) or self.decide(path, False) is True


def folders(path: str) -> Iterator[str]:
    """The folders on the way to a path, outermost first: "a", "a/b" for "a/b/c"."""
    at = path.find("/")
    while at != -1:
        yield path[:at]
        at = path.find("/", at + 1)


def parse(line: str) -> Pattern | None:
    """The pattern of a line; None for a blank line, a comment and a pattern that can match nothing."""
    text = _without_trailing_spaces(line.rstrip("\r\n"))
    if not text or text.startswith("#"):
        return None
    negated = text.startswith("!")
    text = text.removeprefix("!")
    only_folders = text.endswith("/")
    text = text.removesuffix("/")
    anchored = "/" in text
    text = text.removeprefix("/")
    test = _test(text, anchored) if text else None
    return Pattern(test, negated, only_folders) if test else None


def _without_trailing_spaces(text: str) -> str:
    stripped = text.rstrip(" ")
    escaped = (len(stripped) - len(stripped.rstrip("\\"))) % 2
    return stripped + " " if escaped and len(stripped) < len(text) else stripped


def _test(text: str, anchored: bool) -> Callable[[str], bool] | None:
    if not re.search(r"[*?\[\\]", text):
        if anchored:
            return text.__eq__
        tail = "/" + text
        return lambda path: path == text or path.endswith(tail)
    if not anchored and text[0] == "*" and not re.search(r"[*?\[\\]", text[1:]):
        suffix = text[1:]
        return lambda path: path.endswith(suffix)
    regex = _regex(text)
    if regex is None:
        return None
    try:
        match = re.compile(regex if anchored else f"(?:.*/)?{regex}", re.DOTALL).fullmatch
    except re.error:
        return None
    return lambda path: match(path) is not None


def _regex(text: str) -> str | None:
    """The regular expression of a pattern. Every stretch between two wildcards is matched where it first fits and never
    tried again (atomic groups), so that no pattern of a scanned repository takes long.
    """
    depths = re.split(r"(?:(?<=/)|^)(?:\*\*/)+", text)
    parts = []
    for index, depth in enumerate(depths):
        part = _part(depth)
        if part is None:
            return None
        last = index == len(depths) - 1
        if index == 0:
            parts.append(part)
        else:
            parts.append(f"(?:.*/)?{part}" if last else f"(?>(?:.*?/)??{part})")
    return "".join(parts)


def _part(text: str) -> str | None:
    everything_below = text == "**" or text.endswith("/**")
    if everything_below:
        text = text[:-2]
    chunks: list[str] = [""]
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "*":
            at += len(text[at:]) - len(text[at:].lstrip("*"))
            chunks.append("")
        elif character == "?":
            chunks[-1] += "[^/]"
        elif character == "[":
            found = _bracket(text, at)
            if found is None:
                return None
            piece, at = found
            chunks[-1] += piece
        elif character == "\\":
            if at == len(text):
                return None
            chunks[-1] += re.escape(text[at])
            at += 1
        else:
            chunks[-1] += re.escape(character)
    first, *rest = chunks
    middle = "".join(f"(?>[^/]*?{chunk})" for chunk in rest[:-1])
    last = f"[^/]*{rest[-1]}" if rest else ""
    return first + middle + last + (".+" if everything_below else "")


_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9a-fA-F", "print": " -~", "graph": "!-~",
    "cntrl": r"\x00-\x1f\x7f",
}  # fmt: skip


def _bracket(text: str, at: int) -> tuple[str, int] | None:
    """The character class that starts after the `[` at `at - 1`, and where it ends; None where it never does."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    members = ""
    first = True
    while at < len(text):
        if text[at] == "]" and not first:
            return (f"(?!/)[^{members}]" if negated else f"(?!/)[{members}]"), at + 1
        first = False
        named = re.match(r"\[:(\w+):\]", text[at:])
        if named:
            if named[1] not in _CLASSES:
                return None
            members += _CLASSES[named[1]]
            at += named.end()
            continue
        low, at = _member(text, at)
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("", "]"):
            high, at = _member(text, at + 1)
            members += f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
        else:
            members += re.escape(low)
    return None


def _member(text: str, at: int) -> tuple[str, int]:
    if text[at] == "\\" and at + 1 < len(text):
        return text[at + 1], at + 2
    return text[at], at + 1
