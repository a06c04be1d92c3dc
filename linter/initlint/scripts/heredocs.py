"""Here-documents, taken out of a script before it is parsed.

Each `<<WORD` becomes an input redirection of the same length and its body becomes blanks, so that every offset stays
what it was and whatever follows on the operator's line (`psql <<SQL || exit 1`) is read as the command that it is.
"""

from __future__ import annotations

import re

from initlint.record import record


@record(eq=True)
class Body:
    """A here-document: characters `start` to `end` of the text. `quoted`: nothing in it is expanded. `tabs`: `<<-`,
    leading tabs do not count. `closed`: whether its last line was found.
    """

    delimiter: str
    start: int
    end: int
    quoted: bool
    tabs: bool
    closed: bool


_OPERATOR = re.compile(r"<<(-?)[ \t]*((?:'[^'\n]*'|\"[^\"\n]*\"|\\.|[^\s'\"\\;&|<>()`])+)")
_WORD_END = " \t\n;&|<>()"


def blanked(text: str) -> tuple[str, dict[int, Body]]:
    """The text with its here-documents blanked, and the bodies by the offset of their operators."""
    characters = list(text)
    bodies: dict[int, Body] = {}
    waiting: list[tuple[int, re.Match[str]]] = []
    # What encloses the current character: '"', "(" for any parentheses, "{" for ${...}, "((" for arithmetic, "`".
    inside: list[str] = []
    at, length = 0, len(text)
    while at < length:
        character = text[at]
        where = inside[-1] if inside else ""
        if character == "\\":
            at += 2
            continue
        if character == "\n" and waiting and where not in ('"', "{"):
            at = _take(text, at + 1, waiting, bodies, characters)
            continue
        if character == '"':
            inside.pop() if where == '"' else inside.append('"')
        elif character == "'" and where not in ('"', "{", "(("):
            closing = text.find("'", at + 1)
            at = length if closing < 0 else closing
        elif text.startswith("$((", at):
            inside.append("((")
            at += 3
            continue
        elif text.startswith("$(", at) or text.startswith("${", at):
            inside.append(text[at + 1])
            at += 2
            continue
        elif character == "`":
            inside.pop() if where == "`" else inside.append("`")
        elif character == "}" and where == "{":
            inside.pop()
        elif character == ")" and where == "((" and text.startswith("))", at):
            inside.pop()
            at += 2
            continue
        elif character == ")" and where == "(":
            inside.pop()
        elif where not in ('"', "{"):
            if text.startswith("((", at) and where != "((":
                inside.append("((")
                at += 2
                continue
            if character == "(" and where != "((":
                inside.append("(")
            elif character == "#" and where != "((" and (at == 0 or text[at - 1] in _WORD_END):
                newline = text.find("\n", at)
                at = length if newline < 0 else newline
                continue
            elif text.startswith("<<", at) and where != "((":
                if text.startswith("<<<", at):
                    at += 3
                    continue
                match = _OPERATOR.match(text, at)
                if match:
                    waiting.append((at, match))
                    characters[at + 1 : match.end()] = "h" * (match.end() - at - 1)
                    at = match.end()
                    continue
        at += 1
    if waiting:
        _take(text, length, waiting, bodies, characters)
    return "".join(characters), bodies


def _take(
    text: str, at: int, waiting: list[tuple[int, re.Match[str]]], bodies: dict[int, Body], characters: list[str]
) -> int:
    """Takes the bodies that start at `at`; returns where the script goes on."""
    for operator, match in waiting:
        written = match[2]
        delimiter = re.sub(r"\\(.)|['\"]", lambda found: found[1] or "", written)
        start = at
        closed = False
        while at < len(text):
            newline = text.find("\n", at)
            stop = len(text) if newline < 0 else newline
            line = text[at:stop]
            if (line.lstrip("\t") if match[1] else line).rstrip("\r") == delimiter:
                closed = True
                break
            at = min(stop + 1, len(text))
        bodies[operator] = Body(delimiter, start, at, written != delimiter, bool(match[1]), closed)
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        characters[start:stop] = ["\n" if character == "\n" else " " for character in characters[start:stop]]
        # The line end after the delimiter stays to end the command; the next body starts behind it.
        at = min(stop + 1, len(text))
    waiting.clear()
    return max(at - 1, 0) if at <= len(text) and text[at - 1 : at] == "\n" else at
