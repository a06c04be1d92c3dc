"""What a container runs: its `command` and `args` taken apart into a shell's script, or a command with its arguments.

`command` replaces the image's ENTRYPOINT and `args` its CMD; a shell finds its script after `-c` and its other options,
as POSIX has it (`sh -c -e script` is `sh -e -c script`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from itertools import product
from typing import TypeAlias

from initlint.jobs.job import Container
from initlint.record import record
from initlint.source import Span
from initlint.terraform.value import Chunk, Elements, Hole, Piece, Rest, Text, Value, text_of
from initlint.truth import Truth

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
"""Shells whose language is read here."""
FOREIGN = {"cmd": "cmd", "pwsh": "PowerShell", "powershell": "PowerShell"}
"""Shells that are recognised and whose language is not read."""
LIMIT = 16
"""How many forms of one program are judged, where conditions leave several."""


@record(eq=True)
class Modes:
    """What `set -o` switches on in a shell."""

    errexit: Truth = Truth.NO
    pipefail: Truth = Truth.NO
    nounset: Truth = Truth.NO
    xtrace: Truth = Truth.NO


LETTERS = {"e": "errexit", "u": "nounset", "x": "xtrace"}
NAMES = frozenset({"errexit", "pipefail", "nounset", "xtrace"})


@record
class Argument:
    """One word of `command` or `args` and where it is written."""

    value: Value
    place: Span


@record
class Script:
    """The script that a shell runs, the modes that the shell's own arguments switch on, and the words after it."""

    shell: str
    script: Argument
    modes: Modes = field(default_factory=Modes)


@record
class Command:
    """A program that is run without a shell."""

    words: tuple[Argument, ...]


@record
class Opaque:
    """A program that cannot be read, and why. `foreign`: it is known to be no shell whose language is read here."""

    reason: str
    place: Span
    foreign: bool = False


Program: TypeAlias = Script | Command | Opaque


def programs(container: Container) -> tuple[Program | None, ...]:
    """What a container may run: one entry for each form that its command may take; None where the image decides."""
    forms = [
        (*command, *args)
        for command in _lists(container.command.value, container.command.span)
        for args in _lists(container.args.value, container.args.span)
    ]
    expanded = [form for words in forms for form in _expand(words)]
    return tuple(_program(words) for words in expanded[:LIMIT])


def plain(value: Value) -> str | None:
    """The text of a known string, else None."""
    return value.data if isinstance(value.data, str) else None


_Item: TypeAlias = Argument | Opaque


def _lists(value: Value, place: Span) -> Iterator[tuple[_Item, ...]]:
    for form in value.alternatives:
        data = form.data
        if data is None:
            yield ()
        elif isinstance(data, tuple):
            yield tuple(_item(item, place) for item in data if item.data is not None)
        elif isinstance(data, Elements):
            yield tuple(_item(item, place) for item in data.items)
        else:
            yield (Opaque(form.reason or "it is not a list", place),)


def _item(item: Value | Rest, place: Span) -> _Item:
    if isinstance(item, Rest):
        return Opaque(item.unknown.reason, place)
    return Argument(item, item.origin.span if item.origin else place)


def _expand(words: tuple[_Item, ...]) -> Iterator[tuple[_Item, ...]]:
    """The word lists that the conditions inside the words leave."""
    choices: list[list[_Item]] = [
        [Argument(form, word.place) for form in _forms(word.value)] if isinstance(word, Argument) else [word]
        for word in words
    ]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > LIMIT:
        yield words
        return
    yield from product(*choices)


def _forms(value: Value) -> list[Value]:
    """The strings that a value may be, its holes with known candidates filled; the same hole is filled the same way."""
    result: list[Value] = []
    for form in value.alternatives:
        if not isinstance(form.data, Text):
            result.append(form)
            continue
        holes: dict[object, tuple[Value, ...]] = {}
        for piece in form.data.pieces:
            if isinstance(piece, Hole) and len(piece.value.alternatives) > 1:
                holes[_identity(piece.value)] = piece.value.alternatives
        count = 1
        for candidates in holes.values():
            count *= len(candidates)
        if count > LIMIT:
            result.append(form)
            continue
        for values in product(*holes.values()):
            chosen = dict(zip(holes, values))
            pieces: list[Piece] = []
            for piece in form.data.pieces:
                fill = chosen.get(_identity(piece.value)) if isinstance(piece, Hole) else None
                pieces.extend(_pieces(fill) if fill is not None else (piece,))
            result.append(text_of(pieces, form.origin, form.sensitive))
    return result


def _identity(value: Value) -> object:
    from initlint.terraform.value import Unknown

    return (value.data.key if isinstance(value.data, Unknown) else "") or id(value)


def _pieces(value: Value) -> tuple[Piece, ...]:
    if isinstance(value.data, (int, bool)):
        return (Chunk(str(value.data).lower(), value.origin.span if value.origin else None),)
    return value.pieces


def _program(items: tuple[_Item, ...]) -> Program | None:
    """The program of a word list. Every word that has to be understood to find it must be known."""
    words: list[Argument] = []
    opaque: Opaque | None = None
    for item in items:
        if isinstance(item, Opaque):
            opaque = item
            break
        words.append(item)
    at = 0
    while at < len(words):
        name = base_name(words[at].value)
        if name is None:
            return Opaque(words[at].value.reason, words[at].place)
        after = _past_wrapper(name, [plain(word.value) for word in words], at)
        if after is None:
            break
        at = after
    if at >= len(words):
        return opaque
    name = base_name(words[at].value)
    assert name is not None
    if name in FOREIGN:
        return Opaque(f"a script of {FOREIGN[name]} is not read", words[at].place, foreign=True)
    if name not in SHELLS:
        if opaque is not None:
            return opaque
        return Command(tuple(words[at:]))
    return _shell(name, words[at + 1 :], opaque)


def base_name(value: Value) -> str | None:
    """The name of a program without its folder; None where it is not known."""
    data = value.data
    if isinstance(data, str):
        text = data
    elif isinstance(data, Text) and isinstance(data.pieces[-1], Chunk) and "/" in data.pieces[-1].text:
        text = data.pieces[-1].text
    else:
        return None
    return text.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")


_WRAPPERS = {
    "env": "uSC",
    "sudo": "ughpCrtT",
    "nice": "n",
    "nohup": "",
    "setsid": "",
    "time": "fo",
    "stdbuf": "ioe",
    "tini": "pe",
    "dumb-init": "r",
    "catatonit": "",
    "busybox": "",
    "exec": "a",
    "command": "",
    "builtin": "",
    "docker-entrypoint.sh": "",
    "ionice": "cn",
    "doas": "uC",
    "setpriv": "",
}
"""Programs that run the program named after their options; the letters of the options that take a value."""
_WITH_OPERAND = {"timeout": "ks", "gosu": "", "su-exec": "", "chroot": "", "flock": "wE"}
"""The same with one operand before the program (a duration, a user)."""
_WITH_DASHES = frozenset({"runuser", "wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "waitforit"})
"""The same with any words and `--` before the program."""


def _past_wrapper(name: str, words: list[str | None], at: int) -> int | None:
    """Where the program stands that the wrapper at `at` runs; None where it is no wrapper, or it cannot be said."""
    if name in _WITH_DASHES and "--" in words[at:]:
        return words.index("--", at) + 1
    if name not in _WRAPPERS and name not in _WITH_OPERAND:
        return None
    takes = _WRAPPERS.get(name, _WITH_OPERAND.get(name, ""))
    at += 1
    while at < len(words):
        word = words[at]
        if word is None:
            return at
        if word == "--":
            at += 1
            break
        if name == "env" and "=" in word and not word.startswith("-"):
            at += 1
        elif word.startswith("-") and len(word) > 1:
            at += 2 if len(word) == 2 and word[1] in takes else 1
        else:
            break
    return at + 1 if name in _WITH_OPERAND else at


def past_wrappers(words: list[str | None]) -> int:
    """The index of the word that names the program really run: after env, exec, sudo, timeout and the like."""
    at = 0
    while at < len(words):
        word = words[at]
        if word is None:
            return at
        name = word.rpartition("/")[2]
        if name == "command" and at + 1 < len(words) and (words[at + 1] or "").startswith(("-v", "-V")):
            return at
        after = _past_wrapper(name, words, at)
        if after is None or after >= len(words):
            return at
        at = after
    return at


def _shell(name: str, words: list[Argument], opaque: Opaque | None) -> Program | None:
    modes: dict[str, Truth] = {}
    command = False
    at = 0
    while at < len(words):
        word = plain(words[at].value)
        if word is None:
            if command:
                break
            return Opaque(words[at].value.reason, words[at].place)
        if word in ("--", "-"):
            at += 1
            break
        if not word.startswith(("-", "+")) or len(word) < 2:
            break
        on = Truth.of(word[0] == "-")
        at += 1
        if word.startswith("--"):
            if word in ("--rcfile", "--init-file"):
                at += 1
            continue
        for letter in word[1:]:
            if letter == "c":
                command = True
            elif letter in LETTERS:
                modes[LETTERS[letter]] = on
            elif letter in "oO":
                option = plain(words[at].value) if at < len(words) else None
                at += 1
                if letter == "o" and option in NAMES:
                    modes[option] = on
    if not command:
        if at >= len(words) and opaque is not None:
            return opaque
        # A script file of the image, or a shell that reads nothing: there is no text to judge.
        return None
    if at >= len(words):
        return opaque
    return Script(name, words[at], Modes(**modes))
