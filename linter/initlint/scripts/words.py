"""Words of the shell: quotes removed, and what the shell would put in marked as such.

A word is made of literal text, of expansions (variables, the output of commands) and of gaps (unknown parts of the
Terraform string). Its `text` has one placeholder character for each of the latter two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from initlint.record import record
from initlint.scripts.tape import EXPANSION, is_hole

if TYPE_CHECKING:
    from initlint.scripts.shell import Node


@record(eq=True)
class Literal:
    """Text as it stands after quote removal, with the offset of every character on the tape."""

    text: str
    at: Sequence[int]
    quoted: bool = False

    def cut(self, start: int, end: int | None = None) -> Literal:
        """Its characters from `start` to `end`."""
        return Literal(self.text[start:end], self.at[start:end], self.quoted)


@record(eq=True)
class Gap:
    """An unknown part of the Terraform string: its hole's character. Not quoted, it may be none or many words."""

    character: str
    at: int
    quoted: bool = False


@record(eq=True)
class Expansion:
    """`$name`, `${name<operator>operand}`, `$(commands)`, `<(commands)` or arithmetic.

    `name` is "" for what commands print and for arithmetic; `names` are all variables that it mentions, itself first.
    """

    name: str
    operator: str
    start: int
    end: int
    quoted: bool = False
    names: tuple[str, ...] = ()
    commands: tuple[Node, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether it stands for a file: `<(commands)`, `>(commands)`."""
        return self.operator in ("<(", ">(")


Part: TypeAlias = Literal | Gap | Expansion


@record
class Word:
    """One word: characters `start` to `end` of the tape."""

    parts: tuple[Part, ...]
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        """The text, with a placeholder for every gap and expansion."""
        return "".join(
            part.text if isinstance(part, Literal) else part.character if isinstance(part, Gap) else EXPANSION
            for part in self.parts
        )

    @cached_property
    def at(self) -> tuple[int, ...]:
        """The offset on the tape of every character of `text`, and of its end."""
        offsets: list[int] = []
        for part in self.parts:
            if isinstance(part, Literal):
                offsets.extend(part.at[: len(part.text)])
            else:
                offsets.append(part.at if isinstance(part, Gap) else part.start)
        return (*offsets, offsets[-1] + 1 if offsets else self.end)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The offset on the tape at which every character of `text` ends."""
        offsets: list[int] = []
        for part in self.parts:
            if isinstance(part, Literal):
                offsets.extend(at + 1 for at in part.at[: len(part.text)])
            else:
                offsets.append(part.at + 1 if isinstance(part, Gap) else part.end)
        return tuple(offsets)

    @property
    def literal(self) -> bool:
        """Whether all of it is known text."""
        return all(isinstance(part, Literal) for part in self.parts)

    @property
    def known(self) -> str | None:
        """Its text if all of that is known."""
        return self.text if self.literal else None

    @property
    def loose(self) -> bool:
        """Whether something unquoted in it may make it no word, or several."""
        return any(not isinstance(part, Literal) and not part.quoted for part in self.parts)

    @property
    def expansions(self) -> Iterator[Expansion]:
        """Its expansions in order."""
        return (part for part in self.parts if isinstance(part, Expansion))

    def replaced(self, pattern: re.Pattern[str], made: Callable[[Literal], Iterable[Part]]) -> Word:
        """The word with the parts that are `made` of every match of a pattern in its known text."""
        parts: list[Part] = []
        for part in self.parts:
            if not isinstance(part, Literal):
                parts.append(part)
                continue
            end = 0
            for match in pattern.finditer(part.text):
                parts += [part.cut(end, match.start()), *made(part.cut(*match.span()))]
                end = match.end()
            parts.append(part.cut(end))
        return Word(tuple(p for p in parts if not isinstance(p, Literal) or p.text), self.start, self.end)


Substitute: TypeAlias = Callable[[int, int], tuple["Node", ...]]
"""Parses the commands in characters `start` to `end` of a text."""


@record(eq=True)
class Lexer:
    """Reads words in a text whose characters stand at the offsets `at` of the tape."""

    text: str
    at: Sequence[int]
    substitute: Substitute = field(default=lambda start, end: ())

    def word(self, start: int, end: int) -> Word:
        """The word that stands from `start` to `end`."""
        return Word(_merged(self._parts(start, end, "")), self.at[start], self.at[end - 1] + 1)

    def document(self, quoted: bool) -> Word:
        """The whole text as the body of a here-document."""
        start, end = self.at[0], self.at[len(self.text)]
        if quoted:
            return Word(_merged(self._raw(0, len(self.text))), start, end)
        return Word(_merged(self._parts(0, len(self.text), "document")), start, end)

    def split(self, start: int, end: int) -> Iterator[Word]:
        """The words between `start` and `end`, split at blanks."""
        at = start
        while at < end:
            if self.text[at] in " \t\n":
                at += 1
                continue
            begin = at
            while at < end and self.text[at] not in " \t\n":
                at = self._skip(at, end)
            yield self.word(begin, min(at, end))

    def _skip(self, at: int, end: int) -> int:
        """Past one character, quoted string or substitution."""
        character = self.text[at]
        if character == "\\":
            return at + 2
        if character == "'":
            closing = self.text.find("'", at + 1, end)
            return end if closing < 0 else closing + 1
        if character == '"':
            return close(self.text, at + 1, end, '"') + 1
        if self.text.startswith("${", at):
            return close(self.text, at + 2, end, "}") + 1
        if self.text.startswith("$(", at):
            return close(self.text, at + 2, end, ")") + 1
        if character == "`":
            return close(self.text, at + 1, end, "`") + 1
        return at + 1

    def _raw(self, start: int, end: int) -> Iterator[Part]:
        """Text in which only holes are more than text."""
        begin = start
        for index in range(start, end):
            if is_hole(self.text[index]):
                if index > begin:
                    yield Literal(self.text[begin:index], self.at[begin:index], True)
                yield Gap(self.text[index], self.at[index], True)
                begin = index + 1
        if end > begin:
            yield Literal(self.text[begin:end], self.at[begin:end], True)

    def _parts(self, start: int, end: int, mode: str) -> Iterator[Part]:
        """The parts of a text that is unquoted (mode ""), in double quotes ('"') or a here-document ("document")."""
        at, quoted, text = start, bool(mode), self.text
        while at < end:
            character = text[at]
            if character == "\\" and at + 1 < end:
                following = text[at + 1]
                if following == "\n":
                    at += 2
                elif not mode or following in "$`\\" or (mode == '"' and following == '"'):
                    yield from self._raw(at + 1, at + 2)
                    at += 2
                else:
                    yield Literal("\\", self.at[at : at + 1], True)
                    at += 1
            elif character == "'" and not mode:
                closing = text.find("'", at + 1, end)
                closing = end if closing < 0 else closing
                yield Literal("", (), True)
                yield from self._raw(at + 1, closing)
                at = closing + 1
            elif character == "$" and text.startswith("$'", at) and not mode:
                closing = close(text, at + 2, end, "'")
                yield from self._escapes(at + 2, closing)
                at = closing + 1
            elif character == '"' and mode != "document":
                closing = close(text, at + 1, end, '"')
                yield Literal("", (), True)
                yield from self._parts(at + 1, closing, '"')
                at = closing + 1
            elif character == "$" and text.startswith('$"', at) and not mode:
                at += 1
            elif character in "<>" and text.startswith("(", at + 1) and not mode:
                closing = close(text, at + 2, end, ")")
                inside = self.substitute(at + 2, closing)
                yield self._made("", f"{character}(", at, closing + 1, quoted, commands=inside)
                at = closing + 1
            elif character in "$`":
                expansion, after = self._expansion(at, end, quoted)
                if expansion is None:
                    yield Literal(character, self.at[at : at + 1], quoted)
                else:
                    yield expansion
                at = after
            elif is_hole(character):
                yield Gap(character, self.at[at], quoted)
                at += 1
            else:
                yield Literal(character, self.at[at : at + 1], quoted)
                at += 1

    def _escapes(self, start: int, end: int) -> Iterator[Part]:
        """The text of `$'...'`."""
        simple = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "e": "\033"}
        at = start
        while at < end:
            if self.text[at] == "\\" and at + 1 < end and self.text[at + 1] in simple:
                yield Literal(simple[self.text[at + 1]], self.at[at : at + 1], True)
                at += 2
            else:
                yield from self._raw(at, at + 1)
                at += 1

    def _expansion(self, at: int, end: int, quoted: bool) -> tuple[Expansion | None, int]:
        text = self.text
        if text[at] == "`":
            closing = close(text, at + 1, end, "`")
            return self._made("", "`", at, closing + 1, quoted, commands=self.substitute(at + 1, closing)), closing + 1
        if text.startswith("$((", at):
            closing = close(text, at + 3, end, ")")
            after = min(closing + 2, end)
            names = tuple(re.findall(r"[A-Za-z_]\w*", text[at + 3 : closing]))
            return self._made("", "((", at, after, quoted, names=names), after
        if text.startswith("$(", at):
            closing = close(text, at + 2, end, ")")
            return self._made("", "(", at, closing + 1, quoted, commands=self.substitute(at + 2, closing)), closing + 1
        if text.startswith("${", at):
            closing = close(text, at + 2, end, "}")
            inner = text[at + 2 : closing]
            match = re.match(r"([#!]?)([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(\[[^]]*\])?([:]?[-=?+]|[#%/^,@:]+)?", inner)
            if match is None:
                return self._made("", "{", at, closing + 1, quoted), closing + 1
            operand = inner[match.end() :]
            names = (match[2], *re.findall(r"\$\{?([A-Za-z_]\w*)", operand))
            operator = match[1] or match[4] or ("[@]" if match[3] in ("[@]", "[*]") else "")
            return self._made(match[2], operator, at, closing + 1, quoted, names=names), closing + 1
        name = re.compile(r"\$([A-Za-z_]\w*|[0-9@*#?$!-])").match(text, at, end)
        if name is None:
            return None, at + 1
        return self._made(name[1], "", at, name.end(), quoted, names=(name[1],)), name.end()

    def _made(
        self,
        name: str,
        operator: str,
        start: int,
        end: int,
        quoted: bool,
        *,
        names: tuple[str, ...] = (),
        commands: tuple[Node, ...] = (),
    ) -> Expansion:
        end = min(end, len(self.text))
        return Expansion(name, operator, self.at[start], self.at[end - 1] + 1, quoted, names, commands)


def close(text: str, at: int, end: int, closer: str) -> int:
    """Where the construct that was opened before `at` closes: `end` where it does not."""
    quotes = closer in ('"', "`")
    while at < end:
        character = text[at]
        if character == "\\":
            at += 2
            continue
        if character == closer:
            return at
        if character == "'" and not quotes and closer != "}":
            closing = text.find("'", at + 1, end)
            at = end if closing < 0 else closing + 1
            continue
        if closer == "'":
            at += 1
            continue
        if character == '"' and closer != "`":
            at = close(text, at + 1, end, '"') + 1
        elif text.startswith("$(", at):
            at = close(text, at + 2, end, ")") + 1
        elif text.startswith("${", at):
            at = close(text, at + 2, end, "}") + 1
        elif character == "`":
            at = close(text, at + 1, end, "`") + 1
        elif character == "(" and closer == ")":
            at = close(text, at + 1, end, ")") + 1
        elif character == "#" and closer == ")" and text[at - 1] in " \t\n;":
            newline = text.find("\n", at, end)
            at = end if newline < 0 else newline
        else:
            at += 1
    return end


def _merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts with neighbouring literals of the same kind made one; an empty one is kept only where it is all."""
    found = tuple(_joined(parts))
    return found if len(found) == 1 else tuple(p for p in found if not isinstance(p, Literal) or p.text)


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    text: list[str] = []
    at: list[int] = []
    quoted = False
    for part in parts:
        if isinstance(part, Literal) and (part.quoted == quoted or not text):
            text.append(part.text)
            at.extend(part.at)
            quoted = part.quoted
            continue
        if text:
            yield Literal("".join(text), tuple(at), quoted)
            text, at = [], []
        if isinstance(part, Literal):
            text, at, quoted = [part.text], list(part.at), part.quoted
        else:
            yield part
    if text:
        yield Literal("".join(text), tuple(at), quoted)
