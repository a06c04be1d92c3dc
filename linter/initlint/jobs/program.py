"""What program a container runs: the words of its `command` and `args`, for the classification of jobs.

In a shell script (`sh -c "..."`) these are the command words and their arguments: not comments, not assignments, not
where output goes, not here-documents, and not what `echo` and `printf` say. The reader of shell here is small on
purpose: it knows quotes, substitutions, separators and redirections, and never fails; what it cannot read are words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field

from initlint.jobs.job import Container
from initlint.record import mutable
from initlint.regex import regex
from initlint.terraform.value import Chunk, Elements, Text, Value

HOLE = "\ufffc"
"""Stands for an unknown part in a text that is otherwise known."""

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "busybox", "pwsh", "powershell"})
SAYING = frozenset({"echo", "printf", ":", "write-host", "write-output", "write-information", "write-verbose"})
"""Commands whose arguments are only said."""

Program = tuple[tuple[str, ...], ...]
"""The commands that are run, each as its words in order; `HOLE` stands for what is not known."""


def programs(container: Container) -> tuple[Program, ...]:
    """What a container runs for certain: one program for each value that `command` and `args` can take together."""
    return tuple(
        program((*_arguments(command), *_arguments(args)))
        for command in container.command.value.alternatives
        for args in container.args.value.alternatives
    )


def program(arguments: tuple[str, ...]) -> Program:
    """The commands of an argument list: itself, with a shell's `-c` script taken apart."""
    for at, word in enumerate(arguments):
        if _base(word) in SHELLS:
            script = _script_at(arguments, at + 1)
            if script is not None:
                rest = (*arguments[:script], *arguments[script + 1 :])
                return (rest, *commands(arguments[script]))
    return (arguments,)


def _script_at(arguments: tuple[str, ...], start: int) -> int | None:
    """Where the script of `sh -c script` stands, options before it passed over."""
    for at in range(start, len(arguments) - 1):
        option = arguments[at]
        if re.fullmatch(r"-[a-zA-Z]*c[a-zA-Z]*|-[Cc]ommand", option):
            script = at + 1
            # Options may follow -c too: `sh -c -e script`.
            while script < len(arguments) - 1 and re.fullmatch(r"[-+]\w+", arguments[script]):
                script += 2 if arguments[script] in ("-o", "+o") else 1
            return script
        if not option.startswith(("-", "+")) and option not in ("pipefail", "errexit", "nounset", *SHELLS):
            return None
    return None


def _arguments(value: Value) -> Iterator[str]:
    """The known elements of a list of strings, each as text with holes."""
    data = value.data
    elements: Iterable[object] = data if isinstance(data, tuple) else data.items if isinstance(data, Elements) else ()
    for element in elements:
        yield text_with_holes(element) if isinstance(element, Value) else HOLE


def text_with_holes(value: Value) -> str:
    """A string with `HOLE` for each part that is not known."""
    if isinstance(value.data, str):
        return value.data
    if isinstance(value.data, Text):
        return "".join(piece.text if isinstance(piece, Chunk) else HOLE for piece in value.data.pieces)
    return HOLE


def _base(word: str) -> str:
    """A program's name without its folder and ending."""
    return re.split(r"[/\\]", word)[-1].removesuffix(".exe").lower()


# --- shell ------------------------------------------------------------------------------------------------------------

_RESERVED = frozenset(
    {"if", "then", "elif", "else", "fi", "do", "done", "while", "until", "{", "}", "!", "time", "esac"}
)
_ASSIGNMENT = regex(r"[A-Za-z_]\w*(\[[^]]*\])?\+?=")
_DECLARATIONS = frozenset({"export", "declare", "local", "readonly", "typeset", "unset", "set", "test", "[", "[["})


@mutable
class _Reader:
    """Reads a script once from left to right. `commands` are collected as they end; `here` holds the delimiters of the
    here-documents whose bodies start at the next line; `cases` counts the open `case` commands; `closing` is the mark
    that ends the substitution at hand.
    """

    text: str
    at: int = 0
    commands: list[tuple[str, ...]] = field(default_factory=list)
    here: list[tuple[str, bool]] = field(default_factory=list)
    cases: int = 0
    closing: str = ""

    def read(self, closing: str = "") -> None:
        """Reads commands up to the end, or up to and with the closing mark of a substitution."""
        around, self.closing = self.closing, closing
        self._read(closing)
        self.closing = around

    def _read(self, closing: str) -> None:
        words: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            if closing and character == closing:
                self.at += 1
                break
            if character == "\n":
                self._end(words)
                self.at += 1
                self._skip_here_documents()
            elif character in " \t\r":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.at += 2
            elif character == "#":
                self._skip_line()
            elif character == "(":
                self._end(words)
                self.at += 1
                self.read(")")
            elif character == ")":  # none is open: what stands before it is no command
                words.clear()
                self.at += 1
            elif character in ";&|" and not self.text.startswith("&>", self.at):
                self._end(words)
                self.at += 1
                if self.cases and self.text.startswith(";", self.at):
                    self.at += 1
                    self._skip_pattern()
            elif (redirection := _REDIRECTION.match(self.text, self.at)) is not None:
                self._redirect(redirection)
            else:
                words.append(self._word())
                if words[-1] == "in" and words[0] == "case":
                    words.clear()
                    self.cases += 1
                    self._skip_pattern()
                elif words == ["esac"]:
                    self.cases = max(self.cases - 1, 0)
        self._end(words)

    def _end(self, words: list[str]) -> None:
        command = _command(words)
        words.clear()
        if command:
            self.commands.extend(program(command))

    def _word(self) -> str:
        """One word, without its quotes. What substitutions in it run is collected as commands of their own."""
        parts: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in " \t\r\n;&|()<>" or character == self.closing:
                break
            if character == "'":
                end = self.text.find("'", self.at + 1)
                end = len(self.text) if end == -1 else end
                parts.append(self.text[self.at + 1 : end])
                self.at = end + 1
            elif character == '"':
                self.at += 1
                self._quoted(parts)
            else:
                self._piece(parts)
        return "".join(parts)

    def _quoted(self, parts: list[str]) -> None:
        while self.at < len(self.text) and self.text[self.at] not in (
            '"',
            self.closing if self.closing == "`" else '"',
        ):
            self._piece(parts)
        if self.text.startswith('"', self.at):
            self.at += 1

    def _piece(self, parts: list[str]) -> None:
        """One character, escape, expansion or substitution."""
        if self.text.startswith("$((", self.at):
            end = self.text.find("))", self.at)
            parts.append(HOLE)
            self.at = len(self.text) if end == -1 else end + 2
        elif self.text.startswith("$(", self.at):
            self._substitution(2, ")", parts)
        elif self.text[self.at] == "`":
            self._substitution(1, "`", parts)
        elif self.text[self.at] == "\\":
            parts.append(self.text[self.at + 1 : self.at + 2].strip("\n"))
            self.at += 2
        else:
            parts.append(self.text[self.at])
            self.at += 1

    def _substitution(self, opening: int, closing: str, parts: list[str]) -> None:
        self.at += opening
        self.read(closing)
        parts.append(HOLE)

    def _redirect(self, redirection: re.Match[str]) -> None:
        self.at = redirection.end()
        operator = redirection["operator"]
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
        if self.at < len(self.text) and self.text[self.at] == "(":
            return
        target = self._word()
        if operator in ("<<", "<<-"):
            self.here.append((target, operator == "<<-"))

    def _skip_pattern(self) -> None:
        """Passes over the pattern of a `case`, if one follows: `init|seed)`."""
        pattern = _PATTERN.match(self.text, self.at)
        if pattern:
            self.at = pattern.end()

    def _skip_line(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end == -1 else end

    def _skip_here_documents(self) -> None:
        for delimiter, indented in self.here:
            while self.at < len(self.text):
                start = self.at
                self._skip_line()
                line = self.text[start : self.at].rstrip("\r")
                self.at += 1
                if (line.lstrip("\t") if indented else line) == delimiter:
                    break
        self.here.clear()


_PATTERN = regex(r"(?>(?:\s|#[^\n]*\n)*)(?!esac\b)\(?[^)\n;]*\)")
_REDIRECTION = regex(r"(?:\d+(?=[<>]))?(?P<operator><<<|<<-?|<>|<&|<|&>>?|>>|>\||>&|>)")


def commands(script: str) -> Program:
    """The commands of a shell script, each as its words: the command word and its arguments."""
    reader = _Reader(script)
    try:
        while reader.at < len(script):
            reader.read()
    except RecursionError:  # a thousand open parentheses
        return (tuple(script.split()),)
    return tuple(reader.commands)


def _command(words: list[str]) -> tuple[str, ...]:
    """A command's own words: without reserved words and assignments; nothing of one that only says or declares."""
    at = 0
    while at < len(words) and (words[at] in _RESERVED or _ASSIGNMENT.match(words[at])):
        at += 1
    if at == len(words) or words[at] in ("for", "case", "select", "function"):
        return ()
    name = words[at].lower()
    return () if name in SAYING or name in _DECLARATIONS else tuple(words[at:])


# --- words ------------------------------------------------------------------------------------------------------------


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case: split at everything that is no letter, and at the humps of camelCase. A word
    that touches a `HOLE` may go on in it: it is left out, and `HOLE` stands there so that its neighbours are none.
    """
    words: list[str] = []
    for run in _RUN.findall(text):
        words.extend([HOLE] if HOLE in run else [word.lower() for word in _HUMP.split(run)])
    return tuple(words)


_RUN = regex(rf"(?:[^\W\d_]|{HOLE})+")
_HUMP = regex(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
