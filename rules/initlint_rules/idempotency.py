"""Idempotency: a job may run again (practices, "Idempotency")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from initlint.rule import Job, Rule, Severity, Truth, Verdict, Verdicts, fail, rule, undecided
from initlint.scripts.reading import Form, judge
from initlint.scripts.tape import has_gap

if TYPE_CHECKING:
    from initlint.scripts.run import Step
    from initlint.scripts.words import Word

_PRACTICE = "Idempotency: always make jobs idempotent"


@rule("INIT301", "non-idempotent-sql", Severity.WARNING, practice=f"{_PRACTICE}; use `IF NOT EXISTS` in SQL")
def non_idempotent_sql(job: Job) -> Verdicts:
    r"""SQL that the job runs does no harm when it runs again.

    ## What it does

    Reads the SQL that is fed to psql, sqlcmd, mysql and sqlite3: by `-c`, `-Q`, `-e` and the like, by here-documents
    and here-strings, by pipes from echo, printf, cat and envsubst, and in files that the script has written. It reports
    CREATE without IF NOT EXISTS or OR REPLACE, DROP without IF EXISTS, ALTER TABLE that adds or drops without asking,
    and INSERT without ON CONFLICT, WHERE NOT EXISTS or MERGE.

    What checks first is a guard: `IF` and EXCEPTION around a statement in a DO block, `IF` and TRY in T-SQL, `\gexec`
    on a guarded SELECT, `if`, `||` and `case` of the shell that ask for the state, an early `exit 0` or RETURN.
    Temporary tables, tables that are emptied first and objects that are dropped with IF EXISTS first may be made again.

    ## Why

    An init job is started again after a failure, after a rotation, in a restored environment. SQL that works only once
    leaves the job failing for ever, or the data doubled.

    ## Bad

    ```sql
    CREATE TABLE settings (name text PRIMARY KEY, value text);
    INSERT INTO settings VALUES ('theme', 'dark');
    ```

    ## Good

    ```sql
    CREATE TABLE IF NOT EXISTS settings (name text PRIMARY KEY, value text);
    INSERT INTO settings VALUES ('theme', 'dark') ON CONFLICT (name) DO NOTHING;
    ```

    ## What it cannot decide

    SQL in files of the image, statements that are put together while they run, those that run under a condition on
    variables only or for every row of a query, and those whose failure is caught and raised again.
    """
    return judge(job, _sql)


def _sql(form: Form) -> Iterator[Verdict]:
    from initlint.scripts.clients import invocations

    if form.problem:
        yield undecided(form.problem[1], form.problem[0], subject="script")
        return
    if form.run is None:
        return
    calls = list(invocations(form.run, form.hole_name))
    if not calls:
        yield from form.unnamed()
        return
    from initlint.scripts.sql import Seen, statements

    seen = Seen()
    reported: set[int] = set()
    said = False
    for call in calls:
        step = call.step
        if call.uncertain is not None and not step.accepted and step.guard is not Truth.YES:
            said = True
            reason = form.reason(call.uncertain.text) or f"whether {call.client} is given SQL here is not known"
            yield undecided(form.word_span(call.uncertain), reason, subject=f"sql {call.uncertain.start}")
        for text in call.texts:
            guard = step.guard | Truth.of(step.accepted)
            if not re.search(r"[A-Za-z]", text.text):
                if guard is not Truth.YES:
                    said = True
                    reason = form.reason(text.text) or f"the SQL that {call.client} is given is not known"
                    yield undecided(form.word_span(text), reason, subject=f"sql {text.start}")
                continue
            for statement in statements(text.text, call.dialect, seen):
                start = text.at[statement.start]
                # What is put in from elsewhere may stand before it.
                end = max(start, *text.ends[statement.start : statement.end])
                # Rows are there twice also where a failure is accepted.
                guard = step.guard | Truth.of(step.accepted and not statement.what.startswith("INSERT"))
                if statement.again is Truth.YES or guard is Truth.YES or start in reported:
                    continue
                said = True
                reported.add(start)
                span = form.span(start, end)
                subject = f"sql {start}"
                if statement.again is Truth.UNKNOWN:
                    gap = form.reason(text.text[statement.start : statement.end])
                    yield undecided(span, f"{statement.reason}{f' ({gap})' if gap else ''}", subject=subject)
                elif guard is Truth.UNKNOWN:
                    yield undecided(
                        span, f"{statement.what} runs under a condition that only looks at variables", subject=subject
                    )
                else:
                    message = f"{statement.what} {statement.effect} when the job runs again: {statement.advice}"
                    yield fail(span, message, subject=subject)
    if not said:
        yield from form.unnamed()


@rule("INIT302", "non-idempotent-shell", Severity.NOTE, practice=f"{_PRACTICE}; check state before making changes")
def non_idempotent_shell(job: Job) -> Verdicts:
    """Shell commands of the job do no harm when they run again.

    ## What it does

    Reports `mkdir` without `-p`, `createdb`, `createuser`, `useradd`, `groupadd`, `ln -s` without `-f`, and `cat`,
    `echo` and `printf` that append to files (`>>`), where nothing checks first (`||`, `if`, `test`, an early `exit 0`).
    `|| exit 1` checks nothing. A folder or file that the same script removes or makes anew before is left alone.

    ## Why

    On a mounted volume or a database server the first run's work is still there: `createdb` fails, and `>>` writes the
    line twice.

    ## Bad

    ```sh
    mkdir /mnt/data/import
    createdb app
    ```

    ## Good

    ```sh
    mkdir -p /mnt/data/import
    psql -tAc "SELECT 1 FROM pg_database WHERE datname = 'app'" | grep -q 1 || createdb app
    ```

    ## What it cannot decide

    Whether the file system outlives the container, whether a condition asks the right question, what other programs
    do, and scripts in which an unknown part stands for whole commands.
    """
    return judge(job, _shell)


def _shell(form: Form) -> Iterator[Verdict]:
    if form.problem:
        if not form.foreign:
            yield undecided(form.problem[1], form.problem[0], subject="script")
        return
    if form.run is None:
        return
    fresh: set[str] = set()
    seen: set[int] = set()
    for step in form.run.steps:
        problem = _problem(step, fresh)
        _freshen(step, fresh)
        guard = step.guard | Truth.of(step.accepted)
        # `{ echo a; echo b; } >> file` appends once, where the file is named.
        shared = step.target if step.target is not None and step.target.start > step.end else None
        start = shared.start if shared is not None else step.start
        if problem is None or guard is not Truth.NO or start in seen:
            continue
        seen.add(start)
        span = form.step_span(step) if shared is None else form.word_span(shared)
        yield fail(span, problem, subject=f"shell {start}")
    if not seen:
        yield from form.unnamed()


_MAKERS = {
    "createdb": ("the database", "dropdb"),
    "createuser": ("the role", "dropuser"),
    "useradd": ("the user", "userdel"),
    "groupadd": ("the group", "groupdel"),
}
"""What makes what, and what takes it away again."""


def _problem(step: Step, fresh: set[str]) -> str | None:
    """What is wrong with running a command again."""
    name, arguments = step.name, step.arguments
    prints = name in ("echo", "printf", "cat")
    if prints and step.outlet == "append" and step.target is not None and _is_kept(step.target, fresh):
        return "`>>` appends again when the job runs again: check first, or write the file anew with `>`"
    if name == "mkdir" and not _has_option(arguments, "p", "parents"):
        targets = [word for word in arguments if not word.text.startswith("-")]
        if any(_is_kept(word, fresh) for word in targets):
            return "`mkdir` fails when the folder is there already: use `mkdir -p`"
    if name == "ln" and _has_option(arguments, "s", "symbolic") and not _has_option(arguments, "f", "force"):
        targets = [word for word in arguments if not word.text.startswith("-")]
        if targets and _is_kept(targets[-1], fresh):
            return "`ln -s` fails when the link is there already: use `ln -sf`"
    if name == "groupadd" and _has_option(arguments, "f", "force"):
        return None
    if name in _MAKERS and not any(word.known in ("--help", "--version") for word in arguments):
        what, remover = _MAKERS[name]
        if _object(remover, arguments) not in fresh:
            return f"`{name}` fails when {what} is there already: check first"
    return None


def _object(remover: str, arguments: tuple[Word, ...]) -> str:
    """What a command takes away, as `_freshen` remembers it: the last argument names it."""
    from initlint.scripts.run import path_of

    return f"{remover} {path_of(arguments[-1]) if arguments else ''}"


def _has_option(arguments: tuple[Word, ...], letter: str, long: str) -> bool:
    """Whether an option is given, alone or in a cluster. An option that may be there counts as given."""
    for word in arguments:
        text = word.text
        if text == "--":
            return False
        if text == f"--{long}" or (not text.startswith("--") and text.startswith("-") and letter in text[1:]):
            return True
        if word.loose and word.text and has_gap(word.text[0]):
            return letter == "p" and len(arguments) > 1 and word is arguments[0]
    return False


def _is_kept(word: Word, fresh: set[str]) -> bool:
    """Whether a path may be there from an earlier run."""
    from initlint.scripts.run import SILENT, TERMINAL, path_of

    text = path_of(word)
    if text in TERMINAL or text == SILENT or text in fresh:
        return False
    if any(expansion.name in ("$", "RANDOM") or _is_temporary(expansion) for expansion in word.expansions):
        return False
    return not any(text.startswith(f"{folder}/") for folder in fresh)


def _is_temporary(expansion: object) -> bool:
    from initlint.scripts.shell import Simple

    commands = getattr(expansion, "commands", ())
    return any(isinstance(node, Simple) and node.name in ("mktemp", "date", "uuidgen") for node in commands)


def _freshen(step: Step, fresh: set[str]) -> None:
    """Remembers what a command removes or makes anew."""
    from initlint.scripts.run import path_of

    if step.outlet == "file" and step.target is not None:
        fresh.add(path_of(step.target))
    if step.name in {remover for _, remover in _MAKERS.values()}:
        fresh.add(_object(step.name or "", step.arguments))
    made = step.name == "mkdir" and not _has_option(step.arguments, "p", "parents")
    if made or step.name in ("rm", "mktemp", "truncate", "unlink", "rmdir"):
        fresh.update(path_of(word) for word in step.arguments if not word.text.startswith("-"))
    if step.name == "tee" and not _has_option(step.arguments, "a", "append"):
        fresh.update(path_of(word) for word in step.arguments if not word.text.startswith("-"))
    if step.name in ("cp", "mv") and len(step.arguments) > 1:
        fresh.add(path_of(step.arguments[-1]))


RULES: tuple[Rule, ...] = (non_idempotent_sql, non_idempotent_shell)
