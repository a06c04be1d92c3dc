"""Where keys and values stand in a TOML document. `tomllib` gives values without places; this gives the places.

The document must be valid (tomllib has read it); then little is left to know: how keys are written, where values end.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from initlint.record import record

Path: TypeAlias = tuple[str | int, ...]


@record(eq=True)
class Place:
    """Byte offsets: of the key (or of the element of an array), and of its value. A table's value is its header."""

    key: tuple[int, int]
    value: tuple[int, int]


def places(data: bytes) -> dict[Path, Place]:
    """The place of every table, key and array element, by its path: ("overrides", 0, "ignore", 1)."""
    return _Scanner(data).document()


_BLANK = re.compile(rb"(?:[ \t\r\n]|#[^\n]*)*")
_INLINE_BLANK = re.compile(rb"[ \t]*")
_BARE = re.compile(rb"[A-Za-z0-9_-]+")
_STRINGS = re.compile(
    rb'"""(?:\\[\s\S]|[^\\])*?"""{0,2}(?!")|\'\'\'[\s\S]*?\'\'\'(?!\')|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
)
_SCALAR = re.compile(rb"[^,\]}#\r\n]+")


class _Scanner:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.found: dict[Path, Place] = {}

    def document(self) -> dict[Path, Place]:
        table: Path = ()
        while True:
            self.skip(_BLANK)
            if self.at >= len(self.data):
                return self.found
            if self.data.startswith(b"[[", self.at):
                table = self.header(2)
            elif self.data.startswith(b"[", self.at):
                table = self.header(1)
            else:
                self.pair(table)

    def header(self, brackets: int) -> Path:
        start = self.at
        self.at += brackets
        names = self.key()
        self.skip(_INLINE_BLANK)
        self.at += brackets
        path: Path = ()
        for index, (name, key) in enumerate(names):
            path = (*path, name)
            last = index == len(names) - 1
            if last and brackets == 2:
                self.found.setdefault(path, Place(key, (start, self.at)))
                path = (*path, self.length(path))
                self.found[path] = Place(key, (start, self.at))
                return path
            self.found.setdefault(path, Place(key, (start, self.at)))
            if not last and self.length(path):
                path = (*path, self.length(path) - 1)
        return path

    def length(self, path: Path) -> int:
        count = 0
        while (*path, count) in self.found:
            count += 1
        return count

    def pair(self, table: Path) -> None:
        path = table
        names = self.key()
        self.skip(_INLINE_BLANK)
        self.at += 1  # the equals sign
        self.skip(_INLINE_BLANK)
        for name, _ in names:
            path = (*path, name)
        start = self.at
        self.value(path)
        for index in range(1, len(names) + 1):
            within = (*table, *(name for name, _ in names[:index]))
            place = Place(names[index - 1][1], (start, self.at))
            if index == len(names):
                self.found[within] = place
            else:
                self.found.setdefault(within, place)

    def key(self) -> list[tuple[str, tuple[int, int]]]:
        names = []
        while True:
            self.skip(_INLINE_BLANK)
            start = self.at
            if self.data[start : start + 1] in (b'"', b"'"):
                self.skip(_STRINGS)
                import tomllib

                name = str(tomllib.loads("x = " + self.data[start : self.at].decode())["x"])
            else:
                self.skip(_BARE)
                name = self.data[start : self.at].decode()
            names.append((name, (start, self.at)))
            self.skip(_INLINE_BLANK)
            if self.data[self.at : self.at + 1] != b".":
                return names
            self.at += 1

    def value(self, path: Path) -> None:
        opening = self.data[self.at : self.at + 1]
        if opening == b"[":
            self.at += 1
            index = 0
            while self.until(b"]"):
                start = self.at
                self.value((*path, index))
                self.found[(*path, index)] = Place((start, self.at), (start, self.at))
                index += 1
        elif opening == b"{":
            self.at += 1
            while self.until(b"}"):
                self.pair(path)
        elif opening in (b'"', b"'"):
            self.skip(_STRINGS)
        else:
            start = self.at
            self.skip(_SCALAR)
            self.at = start + len(self.data[start : self.at].rstrip())

    def until(self, closing: bytes) -> bool:
        """Moves to the next element; False, and past the closing bracket, where there is none."""
        self.skip(_BLANK)
        if self.data[self.at : self.at + 1] == b",":
            self.at += 1
            self.skip(_BLANK)
        if self.data[self.at : self.at + 1] == closing or self.at >= len(self.data):
            self.at += 1
            return False
        return True

    def skip(self, what: re.Pattern[bytes]) -> None:
        match = what.match(self.data, self.at)
        if match:
            self.at = match.end()
