"""Error handling: a job that fails says so (practices, "Error Handling")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from initlint.record import record
from initlint.rule import Job, Rule, Severity, Truth, Verdict, Verdicts, fail, rule, undecided
from initlint.scripts.program import plain
from initlint.scripts.reading import Form, from_outside, judge

if TYPE_CHECKING:
    from initlint.jobs.job import Container, Env
    from initlint.scripts.clients import Invocation
    from initlint.scripts.run import Piped, Run, Step
    from initlint.scripts.words import Expansion, Word

_PRACTICE = "Error Handling: include proper error handling"
_CANNOT_FAIL = frozenset(
    {
        "echo",
        "printf",
        ":",
        "true",
        "set",
        "exit",
        "return",
        "trap",
        "sleep",
        "shift",
        "unset",
        "break",
        "continue",
        "wait",
    }
    | {
        "local",
        "export",
        "readonly",
        "declare",
        "typeset",
        "shopt",
        "umask",
        "ulimit",
        "alias",
        "read",
        "logger",
        "date",
    }
)


@rule("INIT401", "shell-without-errexit", Severity.WARNING, practice=f"{_PRACTICE}; use `set -e` in shell scripts")
def shell_without_errexit(job: Job) -> Verdicts:
    """A shell script of more than one command stops at the first command that fails.

    ## What it does

    Looks at the script of `sh -c`, `bash -c` and the like. It asks for `set -e` (`set -o errexit`, or `-e` among the
    shell's own arguments) before the first command that can fail. A single command, a single `&&` or `||` list, and a
    script whose every failure is handled (`|| exit 1`, `if`) need none. An `ERR` trap counts as well.

    ## Why

    Without it a script goes on after a failure, and its status is that of its last command, often an `echo`. The job is
    shown as succeeded although it did nothing.

    ## Bad

    ```hcl
    command = ["sh", "-c", <<-EOT
      alembic upgrade head
      echo "done"
    EOT
    ]
    ```

    ## Good

    ```hcl
    command = ["sh", "-c", <<-EOT
      set -e
      alembic upgrade head
      echo "done"
    EOT
    ]
    ```

    ## What it cannot decide

    A script that is not in the code, one that the parser cannot read, and one in which an unknown part stands before
    the first command that can fail: it could be the `set -e`. A `#!/bin/sh -e` line has no effect in a `-c` script.
    """
    return judge(job, _errexit)


def _errexit(form: Form) -> Iterator[Verdict]:
    if form.problem:
        if not form.foreign:
            yield undecided(form.problem[1], form.problem[0], subject="script")
        return
    if not form.is_script or form.run is None:
        return
    # An unknown part that stands as a command may be several.
    if not form.run.several and not any(step.opaque for step in form.run.steps):
        return
    inner: Step | None = None
    for step in form.run.steps:
        if step.nested or step.substitution or not _can_fail(step):
            continue
        errexit = step.modes.errexit
        if errexit is Truth.YES and step.subshell:
            # `(set -e; a); b`: `a` ends the subshell, and the script goes on.
            inner = inner or step
            continue
        if errexit is Truth.YES or _stopping_trap(form.run) or _is_suspended(step, form.run):
            return
        if step.opaque:
            yield undecided(
                form.step_span(step), form.reason(step.words[0].text) or "an unknown part", subject="script"
            )
        elif errexit is Truth.UNKNOWN:
            yield undecided(
                form.step_span(step), "whether `set -e` is on depends on what is not known", subject="script"
            )
        else:
            step = inner or step
            name = f"`{step.name}`" if step.name and re.fullmatch(r"[\w./+-]{1,40}", step.name) else "this command"
            last = step is form.run.steps[-1]
            problem = "is not told to stop when a command fails" if last else f"goes on when {name} fails"
            yield fail(
                form.step_span(step),
                f"the script {problem}: put `set -e` before its first command",
                subject="script",
                help="A `#!` line has no effect in a -c script." if form.strip and form.strip.text[:2] == "#!" else "",
            )
        return


def _can_fail(step: Step) -> bool:
    """Whether the command may fail without anyone looking."""
    if step.handled or (step.name == "tee" and step.outlet == "nothing"):
        return False
    if step.is_test:
        return not step.condition
    if step.name == "" or step.name in _CANNOT_FAIL:
        return any(
            expansion.commands
            for assignment in step.command.assignments
            if assignment.value is not None
            for expansion in assignment.value.expansions
        )
    return True


def _is_suspended(step: Step, run: Run) -> bool:
    """Whether `set -e` was on before a command and is on again after it: `set +e; work; status=$?; set -e`."""
    at = run.steps.index(step)
    before, after = run.steps[:at], run.steps[at + 1 :]
    return all(any(s.modes.errexit is Truth.YES and not s.nested for s in side) for side in (before, after))


def _stopping_trap(run: Run) -> bool:
    """Whether a trap on ERR leaves the script."""
    return any(step.name == "exit" for step in run.traps.get("ERR", []))


@rule("INIT402", "pipeline-hides-failure", Severity.NOTE, practice=_PRACTICE)
def pipeline_hides_failure(job: Job) -> Verdicts:
    """A pipeline that feeds a command does not hide that what feeds it failed.

    ## What it does

    Where `set -e` is on, looks for pipelines without `set -o pipefail`. A pipeline whose every part but the last is
    `echo`, `printf` or `cat` of a here-document hides nothing, nor does one whose status is looked at (`if`, `||`).

    ## Why

    A pipeline's status is that of its last command: `pg_dump ... | psql ...` succeeds though the dump failed.

    ## Bad

    ```sh
    set -e
    curl -sf "$URL" | psql -v ON_ERROR_STOP=1
    ```

    ## Good

    ```sh
    set -eo pipefail
    curl -sf "$URL" | psql -v ON_ERROR_STOP=1
    ```
    bash, zsh, ksh and Alpine's ash know `pipefail`, as does dash from 0.5.13 on; elsewhere, write to a file first.

    ## What it cannot decide

    Scripts that are not in the code, or whose `set` depends on what is not known.
    """
    return judge(job, _pipelines)


def _pipelines(form: Form) -> Iterator[Verdict]:
    if form.problem:
        if not form.foreign:
            yield undecided(form.problem[1], form.problem[0], subject="script")
        return
    if not form.is_script or form.run is None:
        return
    said = False
    for piped in form.run.pipes:
        hidden = _hidden(piped)
        if hidden is None or piped.handled:
            continue
        on = piped.modes.errexit & ~piped.modes.pipefail
        said = said or on is not Truth.NO
        if on is not Truth.NO and hidden.is_unnamed:
            yield undecided(form.step_span(hidden), form.reason(hidden.words[0].text), subject="script")
        elif on is Truth.YES:
            last = piped.parts[-1][0].name or "a command"
            name = hidden.name if hidden.name and re.fullmatch(r"[\w./+-]{1,40}", hidden.name) else "what"
            yield fail(
                form.step_span(hidden),
                f"a failure of `{name}` is lost in the pipeline to `{last}`: use `set -o pipefail`"
                if name != "what"
                else f"a failure of what feeds `{last}` is lost in the pipeline: use `set -o pipefail`",
                subject=f"pipeline {hidden.start}",
            )
        elif on is Truth.UNKNOWN:
            yield undecided(
                form.step_span(hidden),
                "whether `set -e` or pipefail is on depends on what is not known",
                subject="script",
            )
    if not said and any(step.opaque and step.modes.pipefail is not Truth.YES for step in form.run.steps):
        yield from form.unnamed()


_ENDLESS = frozenset({"yes", "true", ":"})


def _hidden(piped: Piped) -> Step | None:
    """The first command whose failure the pipeline hides."""
    from initlint.scripts.run import NEUTRAL

    if not piped.parts[-1]:
        return None
    unnamed: Step | None = None
    for part in piped.parts[:-1]:
        for step in part:
            printing = step.name in ("echo", "printf") or (
                step.name == "cat" and step.feed is not None and step.feed.kind == "document"
            )
            if not (printing or step.is_test or step.handled or step.name in NEUTRAL | _ENDLESS or step.name == ""):
                if not step.is_unnamed:
                    return step
                unnamed = unnamed or step
    return unnamed


@rule("INIT403", "no-prerequisite-check", Severity.NOTE, practice=f"{_PRACTICE}; check prerequisites before execution")
def no_prerequisite_check(job: Job) -> Verdicts:
    """A script checks that the settings it needs are there before it works.

    ## What it does

    Looks at scripts of several commands that use environment variables which the job sets from secrets or from the
    configuration, and asks that at least one check stands in the script: `${VAR:?}`, `set -u`, a test of such a
    variable (`case` is one), or `command -v`. A variable with a default (`${VAR:-x}`) needs none. Waiting for a server
    checks no variable.

    ## Why

    A job that starts with an empty password or host fails late, half done, with a message that leads astray.

    ## Bad

    ```sh
    set -e
    echo "Migrating $DB_HOST"
    migrate -database "$DATABASE_URL" up
    ```

    ## Good

    ```sh
    set -eu
    : "${DATABASE_URL:?DATABASE_URL is not set}"
    echo "Migrating $DB_HOST"
    migrate -database "$DATABASE_URL" up
    ```

    ## What it cannot decide

    What a program checks by itself, variables that a program reads without their being named in the script, and scripts
    whose text or environment is not wholly in the code.
    """
    return judge(job, _prerequisites)


_LOOKUPS = frozenset({"which", "hash", "type", "printenv"})
"""What does the work of `command -v` and of a test of a variable."""
_DEFAULTS = frozenset({":-", "-", ":=", "=", ":+", "+"})


def _prerequisites(form: Form) -> Iterator[Verdict]:
    if form.problem:
        env = form.container.env
        if env.certain and not _from_outside(form.container):
            # Whatever the script is: the job sets no variable that it could check.
            return
        yield undecided(form.problem[1], form.problem[0], subject="script")
        return
    if not form.is_script or form.run is None:
        return
    run = form.run
    steps = [step for step in run.steps if not step.nested]
    opaque = next((step for step in run.steps if step.opaque), None)
    if opaque is None and sum(not s.substitution and s.name not in ("", "set", "trap") for s in steps) < 2:
        return
    given, perhaps, doubt = _given(form)
    others = [e for word in run.compounds for e in word.expansions]
    if any(_checks(step, given | perhaps, run) for step in run.steps) or _demand(others, given | perhaps):
        return
    if any(name in given | perhaps for word in run.subjects for e in word.expansions for name in e.names):
        return
    if any(step.name == "eval" for step in steps) and any(step.is_test for step in steps):
        return
    if any(step.modes.nounset is Truth.YES for step in run.steps):
        return
    every = [e for e in (*chain.from_iterable(map(_expansions, run.steps)), *others) if e.operator not in _DEFAULTS]
    uses = [e for e in every if e.name in given]
    if not uses:
        open_ = next((e for e in every if e.name in perhaps), None)
        if open_ is not None:
            yield undecided(form.span(open_.start, open_.end), doubt, subject="script")
        elif opaque is not None and (given or doubt):
            yield undecided(form.step_span(opaque), form.reason(opaque.words[0].text), subject="script")
        return
    first = min(uses, key=lambda use: use.start)
    span = form.span(first.start, first.end)
    if opaque is not None:
        yield undecided(span, form.reason(opaque.words[0].text) or "an unknown part of the script", subject="script")
        return
    if any(step.modes.nounset is Truth.UNKNOWN for step in run.steps):
        yield undecided(span, "whether `set -u` is on depends on what is not known", subject="script")
        return
    names = sorted({use.name for use in uses}, key=lambda name: min(u.start for u in uses if u.name == name))
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    are, they = ("is", "it is") if len(names) == 1 else ("are", "they are")
    yield fail(
        span,
        f"{shown} {are} used and nothing checks that {they} set: use `set -u` or `${{{names[0]}:?}}`",
        subject="script",
    )


_SHELLS_OWN = frozenset(
    {"HOME", "PATH", "PWD", "OLDPWD", "HOSTNAME", "USER", "SHELL", "RANDOM", "IFS", "LINENO", "SECONDS", "UID", "EUID"}
    | {"PPID", "BASH_SOURCE", "FUNCNAME", "BASH_COMMAND", "BASH_LINENO", "PIPESTATUS", "OPTARG", "OPTIND", "REPLY"}
)


def _from_outside(container: Container) -> list[Env]:
    """The entries that are set from secrets or from the configuration."""
    return [
        entry
        for entry in container.env
        if entry.secret_name.is_set is not Truth.NO
        or (entry.value.written and from_outside(entry.value.value, entry.value.span, container.span))
    ]


def _given(form: Form) -> tuple[frozenset[str], frozenset[str], str]:
    """The variables that the job sets from secrets or from the configuration, those of the script that it may set so,
    and why it is not known which.
    """
    assert form.run is not None
    env = form.container.env
    doubt = "" if env.certain else env.reason or "what the environment holds is not known"
    names, others = set(), {name for entry in env if (name := plain(entry.name.value)) is not None}
    for entry in _from_outside(form.container):
        name = plain(entry.name.value)
        if name is None:
            doubt = doubt or entry.name.value.reason
        elif entry.exists is Truth.YES:
            names.add(name)
    if not doubt:
        return frozenset(names), frozenset(), ""
    own = {a.name for step in form.run.steps for a in step.command.assignments} | set(form.run.loops) | _SHELLS_OWN
    used = {e.name for step in form.run.steps for e in _expansions(step) if e.name.isidentifier()}
    read = {name for step in form.run.steps for name in step.dynamic}
    return frozenset(names), frozenset(used - own - read - others - names), doubt


def _words(step: Step) -> Iterator[Word]:
    yield from step.command.words
    for assignment in step.command.assignments:
        if assignment.value is not None:
            yield assignment.value
    for redirect in step.command.redirects:
        yield redirect.target


def _expansions(step: Step) -> Iterator[Expansion]:
    for word in _words(step):
        yield from word.expansions


def _demand(expansions: Iterable[Expansion], given: frozenset[str]) -> bool:
    """Whether one of them demands that a variable is set (or takes the name of one from another)."""
    return any(e.operator == "!" or (e.operator in (":?", "?") and e.name in given) for e in expansions)


def _checks(step: Step, given: frozenset[str], run: Run) -> bool:
    """Whether a command checks a variable that the job sets, or that a program is there."""
    if step.name in _LOOKUPS or (step.name == "command" and step.is_test):
        return True
    if _demand(_expansions(step), given):
        return True
    if not step.is_test:
        return False
    # As written, and with the parameters and variables put in: `check "$DB_HOST"`, where check tests `$1`.
    seen = {name for word in (*step.command.words, *step.words) for e in word.expansions for name in e.names}
    for name in [name for name in seen if name in run.loops]:
        seen.update(inner for word in run.loops[name] for e in word.expansions for inner in e.names)
    return bool(given & seen) or any(word.known in given for word in step.arguments)


@rule("INIT404", "sql-client-ignores-errors", Severity.WARNING, practice=_PRACTICE)
def sql_client_ignores_errors(job: Job) -> Verdicts:
    r"""A SQL client that runs a script stops at the first error and reports it.

    ## What it does

    Looks at psql where it runs a script (a here-document, a pipe, `<`, `-f`, or several `-c`) without `ON_ERROR_STOP`,
    and at sqlcmd without `-b` (or `:on error exit`). A single `psql -c` reports its own failure and needs nothing. Not
    judged are queries whose answer the script looks at.

    ## Why

    psql goes on after a failed statement and ends with status 0; sqlcmd ends with 0 as well. The job would succeed
    after failed SQL, whatever the shell is told.

    ## Bad

    ```sh
    psql <<SQL
    GRANT app TO "$IDENTITY";
    SQL
    ```

    ## Good

    ```sh
    psql -v ON_ERROR_STOP=1 <<SQL
    GRANT app TO "$IDENTITY";
    SQL
    ```

    ## What it cannot decide

    A client whose options come from a variable or an unknown part, and a `\set ON_ERROR_STOP on` inside a SQL file of
    the image: put the option on the command, where it can be seen.
    """
    return judge(job, _sql_errors)


def _sql_errors(form: Form) -> Iterator[Verdict]:
    from initlint.scripts.clients import invocations

    if form.problem:
        yield undecided(form.problem[1], form.problem[0], subject="script")
        return
    if form.run is None:
        return
    seen: set[int] = set()
    said = False
    for call in invocations(form.run, form.hole_name):
        if call.step.start in seen:
            continue
        if not call.script or call.stops is Truth.YES or _is_asked(call):
            continue
        wanted = "`-v ON_ERROR_STOP=1`" if call.client == "psql" else "`-b`"
        subject = f"{call.client} {call.step.start}"
        said = True
        seen.add(call.step.start)
        if call.stops is Truth.UNKNOWN:
            reason = form.reason(call.uncertain.text) if call.uncertain else ""
            yield undecided(
                form.step_span(call.step), reason or f"whether {call.client} has {wanted} is not known", subject=subject
            )
        else:
            yield fail(
                form.step_span(call.step),
                f"{call.client} goes on after an error and the job succeeds: add {wanted}",
                subject=subject,
            )
    if not said:
        yield from form.unnamed()


def _is_asked(call: Invocation) -> bool:
    """Whether it only asks, and the script looks at the answer."""
    looked_at = call.step.condition or call.step.substitution or call.step.outlet == "pipe"
    texts = [text.text.strip().lower() for text in call.texts]
    return looked_at and bool(texts) and all(re.match(r"(select|with|show|\\)|set nocount on", text) for text in texts)


@record(eq=True)
class ScriptOptions:
    """Options of the rules about scripts.

    shellcheck: run the program shellcheck, if it is installed, over every shell script (INIT490).
    """

    shellcheck: bool = False


@rule(
    "INIT490",
    "shellcheck",
    Severity.WARNING,
    practice=f"{_PRACTICE}; provide clear error messages",
    options=ScriptOptions,
    section="scripts",
)
def shellcheck(job: Job, options: ScriptOptions) -> Verdicts:
    """ShellCheck has nothing to say against a shell script.

    ## What it does

    Hands every script of `sh -c`, `bash -c` and the like to the program [ShellCheck](https://www.shellcheck.net) and
    reports what it says, at its place in the Terraform file, with ShellCheck's code and a link to its page. Off unless
    the configuration says so.

    The program must be on `PATH`, or installed with `pip install initlint[shellcheck]`. ShellCheck's errors are
    reported as errors, its warnings as warnings, all else as notes.

    ## Why

    Scripts inside Terraform are out of sight of the tools that read shell scripts in files.

    ## Bad

    ```sh
    rm -rf $DIR/*
    ```

    ## Good

    ```sh
    rm -rf "${DIR:?}"/*
    ```

    ## Options

    In the table `[scripts]`: `shellcheck` (default false).

    ```toml
    [scripts]
    shellcheck = true
    ```

    ## What it cannot decide

    Unknown parts of a script are masked; nothing is said of a place that touches one. Scripts for zsh are not checked.
    """
    if not options.shellcheck:
        return iter(())
    return judge(job, _shellcheck)


def _shellcheck(form: Form) -> Iterator[Verdict]:
    from initlint.scripts.shellcheck import SHELLS, Unavailable, check

    if form.strip is None:
        if form.problem and not form.foreign:
            yield undecided(form.problem[1], form.problem[0], subject="script")
        return
    if form.shell not in SHELLS:
        return
    severities = {"error": Severity.ERROR, "warning": Severity.WARNING}
    start = form.strip.start
    try:
        for comment in check(form.strip.text, form.shell):
            yield fail(
                form.span(start + comment.start, start + comment.end),
                f"SC{comment.code}: {comment.message}",
                subject=f"SC{comment.code} {comment.start}",
                severity=severities.get(comment.level, Severity.NOTE),
                help=comment.link,
            )
    except Unavailable as problem:
        yield undecided(form.container.command.span.first_line(), str(problem), subject="shellcheck")


RULES: tuple[Rule, ...] = (
    shell_without_errexit,
    pipeline_hides_failure,
    no_prerequisite_check,
    sql_client_ignores_errors,
    shellcheck,
)
