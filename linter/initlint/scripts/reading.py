"""The scripts of a job, read once for all rules that ask for them, and the verdicts over what they may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, replace
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakKeyDictionary

from initlint.jobs.job import Container, Job
from initlint.record import record
from initlint.rule import Place, Verdict, undecided
from initlint.scripts.program import Command, Modes, Opaque, Program, Script, plain, programs
from initlint.scripts.tape import Strip, Tape
from initlint.source import Span
from initlint.terraform.value import Unknown, Value
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.scripts.run import Run, Step
    from initlint.scripts.words import Word


@record
class Form:
    """One form that a container's program may take.

    shell: "sh", "bash", ... or "" where the program runs without one. strip: the script's text. run: as it would run.
    problem: why the program cannot be judged, with its place; `foreign`, when it is known to be no shell script.
    """

    container: Container
    tape: Tape
    shell: str = ""
    strip: Strip | None = None
    modes: Modes = field(default_factory=Modes)
    run: Run | None = None
    problem: tuple[str, Span] | None = None
    foreign: bool = False

    @property
    def is_script(self) -> bool:
        """Whether a shell reads a script."""
        return self.strip is not None

    def span(self, start: int, end: int) -> Span:
        """Where text on the tape stands."""
        return self.tape.span(start, end)

    def step_span(self, step: Step) -> Span:
        """Where a command stands."""
        return self.tape.span(step.start, step.end)

    def unnamed(self) -> Iterator[Verdict]:
        """Undecided, where it is not known what a command of the script is."""
        found = next((step for step in self.run.steps if step.name is None), None) if self.run else None
        if found is not None:
            reason = self.reason(found.words[0].text) or "which command runs here is decided while the script runs"
            yield undecided(self.step_span(found), reason, subject="script")

    def word_span(self, word: Word) -> Span:
        """Where a word stands."""
        return self.tape.span(word.start, word.end)

    def hole_name(self, character: str) -> str:
        """What the unknown value behind a hole is called ("var.host")."""
        data = self.tape.hole(character).data
        return (data.key or data.reason) if isinstance(data, Unknown) else ""

    def reason(self, text: str) -> str:
        """Why the holes in a text are not known."""
        from initlint.scripts.tape import is_hole

        return next((f"command: {self.tape.hole(c).reason}" for c in text if is_hole(c)), "")


@record
class Reading:
    """A container's program in all forms that it may take. `reason`: why the container may not exist."""

    container: Container
    forms: tuple[Form, ...]
    reason: str = ""
    choice: str = ""
    """What it depends on which form it takes."""


Look: TypeAlias = Callable[[Form], Iterator[Verdict]]

_read: WeakKeyDictionary[Job, tuple[Reading, ...]] = WeakKeyDictionary()


def readings(job: Job) -> tuple[Reading, ...]:
    """What the job's containers and init containers run; containers whose image decides are left out."""
    found = _read.get(job)
    if found is None:
        found = _read[job] = tuple(
            reading
            for blocks in (job.init_containers, job.containers)
            for container in blocks
            if (reading := _reading(container, blocks.reason)).forms
        )
    return found


def judge(job: Job, look: Look) -> Iterator[Verdict]:
    """The verdicts of a look at every program of the job.

    What is wrong in every form that a program may take is wrong; what is wrong in some is undecided, as is what is
    wrong in a container that may not exist.
    """
    for reading in readings(job):
        looks = [list(look(form)) for form in reading.forms]
        for verdict in _over_forms(looks, reading.choice):
            if verdict.truth is Truth.NO and reading.container.exists is not Truth.YES:
                verdict = replace(
                    verdict, truth=Truth.UNKNOWN, reason=reading.reason or "the container may not exist", message=""
                )
            elif verdict.truth is Truth.NO and verdict.span.path != job.span.path:
                command = reading.container.command
                place = command.span if command.written else reading.container.span
                verdict = replace(verdict, related=(*verdict.related, Place(place.first_line(), "run here")))
            yield verdict


def _over_forms(looks: list[list[Verdict]], choice: str) -> Iterator[Verdict]:
    if len(looks) == 1:
        yield from looks[0]
        return
    wrong = [[verdict for verdict in found if verdict.truth is Truth.NO] for found in looks]
    if all(wrong):
        seen: set[tuple[object, str]] = set()
        shared = [v for v in wrong[0] if all(any(_same(v, other) for other in others) for others in wrong[1:])]
        for verdict in shared or wrong[0]:
            seen.add((verdict.span, verdict.message))
            yield verdict
        return
    open_ = next((v for found in looks for v in found if v.truth is Truth.UNKNOWN), None)
    first = next((verdict for found in wrong for verdict in found), None)
    if first is not None:
        yield replace(first, truth=Truth.UNKNOWN, reason=choice or "it depends on a condition", message="")
    elif open_ is not None:
        yield open_


def _same(left: Verdict, right: Verdict) -> bool:
    return left.span == right.span and left.message == right.message


def _reading(container: Container, reason: str) -> Reading:
    found = programs(container)
    if all(isinstance(program, Command) and _says_nothing(program) for program in found):
        return Reading(container, ())
    forms = tuple(_form(container, program) for program in found if program is not None)
    if len(forms) < len(found):
        # In some form the image decides what runs: nothing can be said of that one.
        forms = (*forms, Form(container, Tape(container.command.span))) if forms else ()
    choice = container.command.value.reason or container.args.value.reason
    return Reading(container, forms, reason, choice)


def _form(container: Container, program: Program) -> Form:
    tape = Tape(container.command.span if container.command.written else container.span)
    if isinstance(program, Opaque):
        reason = program.reason if program.foreign else f"command: {program.reason}"
        return Form(container, tape, problem=(reason, program.place.first_line()), foreign=program.foreign)
    if isinstance(program, Script):
        return _script(container, program, tape)
    return _command(container, program, tape)


def _script(container: Container, program: Script, tape: Tape) -> Form:
    from initlint.scripts.run import run

    value, place = program.script.value, program.script.place
    if value.data is None or (value.is_unknown and not value.alternatives[1:]):
        reason = f"command: {value.reason}" if value.reason else "the script is null"
        return Form(container, tape, program.shell, problem=(reason, place.first_line()))
    strip = tape.lay(value, place)
    made = run(strip.text, strip.at, program.modes, _variables(container, tape))
    problem = None
    if made.errors:
        message, at = made.errors[0]
        problem = (message, tape.span(at, at + 1))
    return Form(container, tape, program.shell, strip, program.modes, made, problem)


_OF_INTEREST = ("sql", "maria", "sh", "env", "mkdir", "create", "add", "ln", "tee", "xargs", "busybox", "cmd")
"""A text of one of these stands in every command that a rule speaks of, and in the wrappers that hide one."""


def _says_nothing(program: Command) -> bool:
    """Whether a command is known and none that any rule speaks of (`alembic upgrade head`): most are, and need not be
    read as a shell would read them.
    """
    texts = [plain(argument.value) for argument in program.words]
    return all(text is not None and not any(name in text for name in _OF_INTEREST) for text in texts)


def _command(container: Container, program: Command, tape: Tape) -> Form:
    from initlint.scripts.run import run_command
    from initlint.scripts.words import Lexer

    words = []
    for argument in program.words:
        strip = tape.lay(argument.value, argument.place)
        words.append(Lexer(strip.text, strip.at).document(quoted=True))
    return Form(container, tape, run=run_command(tuple(words)))


def _variables(container: Container, tape: Tape) -> dict[str, Word]:
    """The environment variables whose text is known and no secret."""
    from initlint.scripts.words import Lexer

    known: dict[str, Word] = {}
    for entry in container.env:
        name, text = plain(entry.name.value), plain(entry.value.value)
        usable = entry.exists is Truth.YES and not entry.value.value.sensitive
        if (
            name is None
            or text is None
            or not usable
            or entry.secret_name.is_set is not Truth.NO
            or not container.env.certain
        ):
            continue
        strip = tape.lay(entry.value.value, entry.value.span)
        known[name] = Lexer(strip.text, strip.at).document(quoted=True)
    return known


def from_outside(value: Value, written: Span, container: Span) -> bool:
    """Whether the value `written` in a container is more than a literal there: it is unknown, was made of something
    else, or is an element of a collection that stands elsewhere (`env.value` of a dynamic block over `var.settings`).
    """
    if not value.is_known or value.origin is None:
        return not value.is_known
    if value.origin.inner or value.origin.handed_on:
        return True
    made = value.origin.span
    return made.path != written.path or not container.start <= made.start < written.end
