"""Patterns as `.gitignore` writes them (https://git-scm.com/docs/gitignore#_pattern_format), and the files that hold
them.

pathspec turns a pattern into a regular expression. What follows from several of them is decided here as git decides it:
from the top down, the last line that speaks of a path winning. (pathspec's own verdict on a path lets a pattern for
files win over a later one for folders, so that `*`, `!*/`, `!*.tf` would leave out every folder.) A pattern is
therefore matched against one path only, never against what lies below it: who walks a tree leaves out a folder that
matches, and `Patterns.matches` looks at every folder on the way to a path.

pathspec is imported when a name holds the literal parts of a pattern's last segment, without which the pattern cannot
match: most names are no `*.py[cod]`, and a plain run should not pay for that. It does not know a backslash inside
brackets; such a pattern matches less than in git.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby
from pathlib import Path

from initlint.record import record

MOST_DEPTHS = 3
"""How many `**` a pattern may have. Beyond, a regular expression could take for ever, and the line is passed over."""

_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": " \t\n\r\f\v",
    "blank": " \t", "punct": "!-/:-@\\[-`{-~", "xdigit": "0-9a-fA-F", "print": " -~", "graph": "!-~",
    "cntrl": "\x01-\x1f\x7f",
}  # fmt: skip
"""The classes of POSIX (`[[:digit:]]`), which pathspec does not know."""


@record(eq=True)
class Patterns:
    """The patterns of one file or setting, in order: the last one that matches decides."""

    lines: tuple[str, ...]

    @staticmethod
    def of(lines: Iterable[str]) -> Patterns:
        """The patterns written on these lines."""
        return Patterns(tuple(line for line in lines if line.strip() and not line.startswith("#")))

    @cached_property
    def _rules(self) -> tuple[tuple[bool, re.Pattern[str]], ...]:
        """The lines as regular expressions, last one first, each with whether it leaves out. Neighbours of the same
        kind are one.
        """
        found = [rule for line in reversed(self.lines) for rule in _rule(line)]
        return tuple(
            (leaves_out, _compiled("|".join(regex for _, regex in rules)))
            for leaves_out, rules in groupby(found, key=lambda rule: rule[0])
        )

    @cached_property
    def _literals(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(_literal_parts, self.lines))

    def decide(self, path: str, folder: bool) -> bool | None:
        """True: left out; False: a `!` line keeps it; None: no line speaks of it."""
        name = path.rpartition("/")[2]
        if not any(all(part in name for part in parts) for parts in self._literals):
            return None
        text = f"{path}/" if folder else path
        return next((leaves_out for leaves_out, regex in self._rules if regex.search(text)), None)

    def matches(self, path: str) -> bool:
        """Whether the file at `path`, or a folder on the way to it, is matched."""
        if not self.lines:
            return False
        return any(self.decide(folder, True) for folder in folders(path)) or self.decide(path, False) is True


def folders(path: str) -> Iterator[str]:
    """The folders on the way to a path, outermost first: "a", "a/b" for "a/b/c"."""
    at = path.find("/")
    while at != -1:
        yield path[:at]
        at = path.find("/", at + 1)


def _literal_parts(line: str) -> tuple[str, ...]:
    """Texts that every name has which a pattern can match; none where that is not easily said."""
    if "\\" in line:
        return ()
    segment = line.removeprefix("!").rstrip().rstrip("/").rpartition("/")[2]
    outside = re.split(r"\[.*\]|[*?\[\]]", segment)
    return tuple(part for part in outside if part and not part.isspace())


def _rule(line: str) -> Iterator[tuple[bool, str]]:
    """Whether a line leaves out, and the regular expression that finds exactly the paths it speaks of (a folder's ends
    in "/"). Nothing for a line that can match nothing.
    """
    from pathspec.patterns.gitignore import GitIgnorePatternError
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        text = re.sub(r"\[:(\w+):\]", _class, line)
        text = re.sub(r"/\*\*/ *$", "/**/*/", text)  # the folders below; pathspec would take it for the one above
        regex, leaves_out = GitIgnoreSpecPattern.pattern_to_regex(text)
        if regex is None or leaves_out is None or regex.count(".+") > MOST_DEPTHS:
            return
        regex = re.sub(r"\(\?P<\w+>", "(?:", _without_retries(regex))
        _compiled(regex)
    except (GitIgnorePatternError, KeyError, re.error):
        return
    # pathspec's expressions find all that lies below as well. One for `a/**` ends behind the slash.
    yield leaves_out, f"(?:{regex}{'.+' if regex.endswith('/') else ''})\\Z"


def _compiled(regex: str) -> re.Pattern[str]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `[[]` is an odd way to write a bracket, and a right one
        return re.compile(regex, re.DOTALL)


def _class(match: re.Match[str]) -> str:
    return _CLASSES[match[1]]


def _without_retries(regex: str) -> str:
    """The same with each stretch behind a `*` taken where it first fits: trying others finds nothing more, and takes
    time that is exponential in the number of stars.
    """
    first, *stretches = regex.split("[^/]*")
    for at, stretch in enumerate(stretches):
        last = at == len(stretches) - 1
        first += f"[^/]*{stretch}" if last or "(" in stretch else f"(?>[^/]*?{stretch})"
    return first


# --- the files --------------------------------------------------------------------------------------------------------


@record(eq=True)
class Ignores:
    """The `.gitignore` of one folder; `above` is what holds there from the folders above."""

    base: str
    patterns: Patterns
    above: Ignores | None

    def leaves_out(self, path: Path, folder: bool) -> bool:
        """Whether git would ignore a path below this folder: the nearest `.gitignore` that speaks of it decides."""
        text = path.as_posix()
        ignores: Ignores | None = self
        while ignores:
            decision = ignores.patterns.decide(text[len(ignores.base) :].lstrip("/"), folder)
            if decision is not None:
                return decision
            ignores = ignores.above
        return False


def ignores_in(folder: Path, above: Ignores | None) -> Ignores | None:
    """What is ignored in a folder: its own `.gitignore`, if there is one, over what holds from above."""
    file = folder / ".gitignore"
    return Ignores(folder.as_posix(), _read(file), above) if file.is_file() else above


def ignores_above(start: Path, root: Path) -> Ignores | None:
    """What git ignores in `start` because of folders above it, up to the repository's top (else the workspace root).
    Nothing where git would ignore `start` itself: who names such a folder wants it scanned.
    """
    outer = [folder for folder in start.parents if folder.is_relative_to(root)]
    top = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)
    if top:
        outer = [folder for folder in start.parents if folder.is_relative_to(top)]
    ignores: Ignores | None = None
    if top and (top / ".git" / "info" / "exclude").is_file():
        ignores = Ignores(top.as_posix(), _read(top / ".git" / "info" / "exclude"), None)
    for folder in reversed(outer):
        if ignores and folder != top and ignores.leaves_out(folder, True):
            return None
        ignores = ignores_in(folder, ignores)
    return None if ignores and start != top and ignores.leaves_out(start, True) else ignores


def _read(file: Path) -> Patterns:
    """The patterns of a file; none where it cannot be read."""
    try:
        data = file.read_bytes()
    except OSError:
        return Patterns(())
    return Patterns.of(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n"))
