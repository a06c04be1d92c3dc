"""SQL clients in a script: what psql, sqlcmd, mysql and sqlite3 are asked to run, and whether they stop at an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from initlint.record import record
from initlint.scripts.run import Run, Step
from initlint.scripts.tape import is_gap
from initlint.scripts.words import Expansion, Gap, Literal, Word
from initlint.truth import Truth

DIALECTS = {
    "psql": "postgres",
    "sqlcmd": "tsql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite3": "sqlite",
}
"""The clients that are known, and the dialect that each of them speaks (sqlglot's names)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PSQL_SHORT = "cdfFhLopPRTUv"
_PSQL_LONG = _words(
    "command dbname file field-separator host log-file output port pset record-separator table-attr username set "
    "variable"
)
_SQLCMD_SHORT = "SUPdQqivotlhswyYVacDfHKm"
_MYSQL_SHORT = "ehuPDS"
_MYSQL_LONG = _words("execute host user port database socket default-character-set protocol")
_SQLITE_VALUED = frozenset({"-cmd", "-init", "-separator", "-mmap", "-newline", "-nullvalue", "-vfs", "-maxsize"})


@record
class Option:
    """One option of a command: its name ("c", "command") and its value."""

    name: str
    value: Word | None


@record
class Invocation:
    """A call of a SQL client.

    texts: the SQL that it is given, in order. stops: whether it stops at the first error and says so by its status.
    script: whether it runs a script, or several commands, of which it may pass over one that fails. uncertain: the word
    that may hide options.
    """

    client: str
    step: Step
    texts: tuple[Word, ...]
    stops: Truth
    script: bool
    uncertain: Word | None = None

    @property
    def dialect(self) -> str:
        """Sqlglot's name of the client's SQL."""
        return DIALECTS[self.client]


NameOf = Callable[[str], str]
"""From a hole's character to what the unknown value is called."""


def invocations(run: Run, name_of: NameOf) -> Iterator[Invocation]:
    """The calls of SQL clients in a run, in order."""
    for step in run.steps:
        client = (step.name or "").lower()
        if client == "psql":
            yield _psql(step, run, name_of)
        elif client == "sqlcmd":
            yield _sqlcmd(step, run, name_of)
        elif client in ("mysql", "mariadb"):
            yield _mysql(step, name_of)
        elif client == "sqlite3":
            yield _sqlite(step, name_of)


def _psql(step: Step, run: Run, name_of: NameOf) -> Invocation:
    options, _, uncertain = _options(step.arguments, _PSQL_SHORT, _PSQL_LONG, name_of)
    commands = [o.value for o in options if o.name in ("c", "command") and o.value is not None]
    files = [o for o in options if o.name in ("f", "file")]
    asks_only = any(o.name in ("l", "list", "V", "version", "help", "?") for o in options)
    stops = Truth.NO
    for option in options:
        if option.name in ("v", "set", "variable") and option.value is not None:
            setting = _psql_setting(option.value)
            stops = stops if setting is None else setting
    texts = [*commands, *_written(files, run)]
    from_input = not commands and (not files or any(f.value is not None and f.value.text == "-" for f in files))
    feed = step.feed if from_input else None
    if feed is not None and feed.text is not None:
        texts.append(feed.text)
        if stops is Truth.NO:
            stops = _first_setting(feed.text.text)
    actions = len(commands) + len(files) + (1 if feed is not None and not files else 0)
    script = not asks_only and (feed is not None or bool(files) or actions > 1)
    if stops is Truth.NO and files and not commands and texts:
        stops = _first_setting(texts[0].text)
    if stops is Truth.NO and uncertain is not None:
        stops = Truth.UNKNOWN
    if stops is Truth.NO and not any(o.name in ("X", "no-psqlrc") for o in options) and _own_psqlrc(run):
        stops = Truth.UNKNOWN
    return Invocation("psql", step, tuple(texts), stops, script, uncertain)


def _written(files: list[Option], run: Run) -> list[Word]:
    """The text of the files that the script itself has written."""
    found = (run.written(file.value) for file in files if file.value is not None)
    return [text for text in found if text is not None]


_TRUE = re.compile(r"|1|on|o|tr?u?e?|y(es?)?", re.IGNORECASE)


def _psql_setting(word: Word) -> Truth | None:
    """What `-v NAME=value` says of ON_ERROR_STOP; None where it sets something else. `-v NAME` alone unsets it."""
    name, equals, value = word.text.partition("=")
    if name != "ON_ERROR_STOP":
        return Truth.UNKNOWN if isinstance(word.parts[0] if word.parts else None, (Gap, Expansion)) else None
    if not equals:
        return Truth.NO
    if not word.literal:
        return Truth.UNKNOWN
    return Truth.of(_TRUE.fullmatch(value) is not None or value.lower() == "on")


def _first_setting(text: str) -> Truth:
    """Whether a psql script sets ON_ERROR_STOP before its first statement."""
    for line in text.split("\n"):
        stripped = line.strip()
        if not stripped or stripped.startswith("--"):
            continue
        if is_gap(stripped[0]):
            return Truth.UNKNOWN
        match = re.match(r"\\set\s+ON_ERROR_STOP\b\s*(\S*)", stripped)
        if match:
            return Truth.of(_TRUE.fullmatch(match[1].strip("'")) is not None)
        if not stripped.startswith("\\"):
            return Truth.NO
    return Truth.NO


def _own_psqlrc(run: Run) -> bool:
    """Whether the script brings a start file for psql of its own."""
    names = {assignment.name for other in run.steps for assignment in other.command.assignments}
    return "PSQLRC" in names or any(other.target is not None and "psqlrc" in other.target.text for other in run.steps)


def _sqlcmd(step: Step, run: Run, name_of: NameOf) -> Invocation:
    options, _, uncertain = _options(
        step.arguments, _SQLCMD_SHORT, frozenset({"query", "initial-query", "input-file"}), name_of
    )
    texts = [o.value for o in options if o.name in ("Q", "q", "query", "initial-query") and o.value is not None]
    files = [o for o in options if o.name in ("i", "input-file")]
    texts.extend(_written(files, run))
    asks_only = any(o.name in ("?", "help", "version", "L") for o in options)
    stops = Truth.of(any(o.name in ("b", "exit-on-error") for o in options))
    feed = step.feed if not texts and not files else None
    if feed is not None and feed.text is not None:
        texts.append(feed.text)
        if re.search(r"(?im)^\s*:on\s+error\s+exit\b", feed.text.text):
            stops = Truth.YES
    if stops is Truth.NO and (uncertain is not None or any(o.name == "V" for o in options)):
        stops = Truth.UNKNOWN
    script = not asks_only and (bool(texts) or bool(files) or feed is not None)
    return Invocation("sqlcmd", step, tuple(texts), stops, script, uncertain)


def _mysql(step: Step, name_of: NameOf) -> Invocation:
    options, _, uncertain = _options(step.arguments, _MYSQL_SHORT, _MYSQL_LONG, name_of)
    texts = [o.value for o in options if o.name in ("e", "execute") and o.value is not None]
    if not texts and step.feed is not None and step.feed.text is not None:
        texts.append(step.feed.text)
    return Invocation("mysql", step, tuple(texts), Truth.YES, bool(texts), uncertain)


def _sqlite(step: Step, name_of: NameOf) -> Invocation:
    positional: list[Word] = []
    texts: list[Word] = []
    arguments = list(step.arguments)
    while arguments:
        word = arguments.pop(0)
        known = re.sub(r"^--", "-", word.known or "")
        if known in _SQLITE_VALUED and arguments:
            value = arguments.pop(0)
            if known == "-cmd":
                texts.append(value)
        elif not known.startswith("-"):
            positional.append(word)
    texts.extend(positional[1:])
    if len(positional) < 2 and step.feed is not None and step.feed.text is not None:
        texts.append(step.feed.text)
    return Invocation("sqlite3", step, tuple(texts), Truth.YES, bool(texts))


def _options(
    arguments: tuple[Word, ...], short: str, long: frozenset[str], name_of: NameOf
) -> tuple[list[Option], list[Word], Word | None]:
    """Options as getopt reads them, the other words, and the first word that may hide options."""
    options: list[Option] = []
    positional: list[Word] = []
    uncertain: Word | None = None
    words = list(arguments)
    while words:
        word = words.pop(0)
        text = word.text
        if text == "--":
            positional.extend(words)
            break
        if text.startswith("--") and len(text) > 2:
            name, equals, _ = text[2:].partition("=")
            if equals:
                options.append(Option(name, _rest(word, len(name) + 3)))
            else:
                options.append(Option(name, words.pop(0) if name in long and words else None))
        elif text.startswith("-") and len(text) > 1:
            for index in range(1, len(text)):
                letter = text[index]
                if letter in short:
                    value = _rest(word, index + 1) if index + 1 < len(text) else words.pop(0) if words else None
                    options.append(Option(letter, value))
                    break
                options.append(Option(letter, None))
        else:
            if uncertain is None and _may_hide_options(word, name_of):
                uncertain = word
            positional.append(word)
    return options, positional, uncertain


def _rest(word: Word, index: int) -> Word:
    """A word without its first characters."""
    left = index
    parts = []
    for part in word.parts:
        size = len(part.text) if isinstance(part, Literal) else 1
        if left >= size:
            left -= size
            continue
        if isinstance(part, Literal):
            part = part.cut(left)
            left = 0
        parts.append(part)
    at = word.at[min(index, len(word.at) - 1)]
    return Word(tuple(parts), at, word.end)


_OPTIONS = re.compile(r"opt|arg|flag|param|extra|switch", re.IGNORECASE)
_DATA = re.compile(
    r"ur[il]|dsn|conn|host|server|fqdn|db|database|name|user|login|port|file|path|dir|sql|script|query|schema|role|pass"
    r"|secret|id$|endpoint|address",
    re.IGNORECASE,
)


def _may_hide_options(word: Word, name_of: NameOf) -> bool:
    """Whether options may come out of a word that is not an option itself: `$PSQL_OPTS`, `"$@"`, an unknown part.

    A name that says what the word is (`$DATABASE_URL`, `var.host`) says that it is one word of data.
    """
    first = word.parts[0] if word.parts else None
    if isinstance(first, Expansion):
        if first.name in ("@", "*") or first.operator in ("@", "[@]"):
            return True
        if first.quoted:
            return False
        name = first.name
    elif isinstance(first, Gap):
        if first.quoted:
            return False
        name = name_of(first.character)
    else:
        return False
    return bool(_OPTIONS.search(name)) or not _DATA.search(name)
