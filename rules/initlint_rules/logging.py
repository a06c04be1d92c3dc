"""Logging: a job says what it does (practices, "Logging")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from initlint.record import record
from initlint.rule import Job, Rule, Severity, Truth, Verdict, Verdicts, fail, rule, undecided
from initlint.scripts.reading import Form, judge

if TYPE_CHECKING:
    from initlint.scripts.run import Step

_PRACTICE = "Logging: log important steps"


@rule("INIT501", "no-start-log", Severity.NOTE, practice=_PRACTICE)
def no_start_log(job: Job) -> Verdicts:
    """A script says what it is going to do before it does it.

    ## What it does

    Looks at shell scripts of two or more work commands and asks for a message (`echo`, `printf`, `cat` of a
    here-document, or `set -x`) before the first of them. Work is everything but messages, `cd`, `set`, `export`,
    assignments and tests; `echo` into a pipe or a file is work; a pipeline is one piece of it.

    ## Why

    The log is all that is left of an init job. A first line tells that the job started, and which one.

    ## Bad

    ```sh
    set -e
    alembic upgrade head
    python -m scripts.seed
    ```

    ## Good

    ```sh
    set -e
    echo "=== Starting Job: migrate and seed ==="
    alembic upgrade head
    python -m scripts.seed
    ```

    ## What it cannot decide

    What programs log by themselves, and scripts in which an unknown part stands before the first work command.
    """
    return judge(job, _start)


@rule("INIT502", "no-completion-log", Severity.NOTE, practice=_PRACTICE)
def no_completion_log(job: Job) -> Verdicts:
    """A script says that it has done its work after it has done it.

    ## What it does

    Looks at shell scripts of two or more work commands and asks for a message after the last of them, where things went
    well: a message that only a failure prints (`|| echo ...`) does not count, one of a trap on `EXIT` does.

    ## Why

    Without a last line, a job that ended early and one that did its work look the same in the log.

    ## Bad

    ```sh
    set -e
    echo "Migrating"
    alembic upgrade head
    python -m scripts.seed
    ```

    ## Good

    ```sh
    set -e
    echo "Migrating"
    alembic upgrade head
    python -m scripts.seed
    echo "✓ Job completed successfully!"
    ```

    ## What it cannot decide

    What programs log by themselves, and scripts in which an unknown part stands behind the last work command.
    """
    return judge(job, _completion)


@record
class _Script:
    """A script's steps, its work, and the steps that print."""

    steps: list[Step]
    work: list[Step]
    certain: bool
    """Whether the known commands alone are several; else it depends on what unknown parts stand for."""


def _script(form: Form) -> _Script | Verdict | None:
    if form.problem:
        return undecided(form.problem[1], form.problem[0], subject="script")
    if not form.is_script or form.run is None:
        return None
    steps = [step for step in form.run.steps if not step.nested]
    work = [step for step in steps if step.is_work]
    pipelines = {id(step): piped.node.start for piped in form.run.pipes for part in piped.parts for step in part}
    different = {pipelines.get(id(step), step.start) for step in work if not step.opaque}
    several = len(different) > 1
    return _Script(steps, work, several) if several or any(step.opaque for step in work) else None


def _start(form: Form) -> Iterator[Verdict]:
    script = _script(form)
    if isinstance(script, Verdict):
        yield script
    if not isinstance(script, _Script):
        return
    first = script.work[0]
    before = script.steps[: script.steps.index(first)]
    traced = first.modes.xtrace
    # What only a failure prints is no start.
    if any(step.is_log and not step.failing for step in before) or traced is Truth.YES or _prints(first):
        return
    if first.opaque or traced is Truth.UNKNOWN or not script.certain:
        yield undecided(form.step_span(first), _why(form, script, first), subject="script")
        return
    yield fail(
        form.step_span(first),
        f"nothing is logged before {_called(first)}, the script's first piece of work: say with `echo` what starts",
        subject="script",
    )


def _completion(form: Form) -> Iterator[Verdict]:
    script = _script(form)
    if isinstance(script, Verdict):
        yield script
    if not isinstance(script, _Script) or form.run is None:
        return
    usual = [step for step in script.work if not step.failing]
    if not usual:
        return
    last = usual[-1]
    after = script.steps[script.steps.index(last) + 1 :]
    told = any(step.is_log for step in form.run.traps.get("EXIT", form.run.traps.get("0", [])))
    traced = last.modes.xtrace
    if any(step.is_log and not step.failing for step in after) or told or traced is Truth.YES or _prints(last):
        return
    if last.opaque or traced is Truth.UNKNOWN or not script.certain:
        yield undecided(form.step_span(last), _why(form, script, last), subject="script")
        return
    yield fail(
        form.step_span(last),
        f"nothing is logged after {_called(last)}, the script's last piece of work: say with `echo` that it is done",
        subject="script",
    )


def _prints(step: Step) -> bool:
    """Whether a work command prints a message on the way: `echo ... | tee log`."""
    return step.name == "tee" and step.outlet == "nothing" and step.feed is not None and step.feed.text is not None


def _why(form: Form, script: _Script, step: Step) -> str:
    asked = [step] if step.opaque else [other for other in script.work if other.opaque]
    reasons = (form.reason(other.words[0].text) for other in asked if other.words)
    return next(filter(None, reasons), "") or "whether `set -x` is on depends on what is not known"


def _called(step: Step) -> str:
    return f"`{step.name}`" if step.name and re.fullmatch(r"[\w./+-]{1,40}", step.name) else "this command"


RULES: tuple[Rule, ...] = (no_start_log, no_completion_log)
