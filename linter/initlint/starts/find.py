"""All the places of a repository that start jobs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from initlint.source import Source, Span
from initlint.starts.command import JobCommand, job_command
from initlint.starts.files import STARTERS, Kind, has_shell_shebang, kind_of
from initlint.starts.fragment import Fragment
from initlint.starts.names import patterns
from initlint.starts.words import Word, unknown
from initlint.terraform.value import Value

MAX_BYTES = 1024 * 1024

_PROGRAM_STARTS = re.compile(rb"containerapp[\"',\s\]\[]+job[\"',\s\]\[]+start\b")


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """One `az containerapp job start`.

    span: where the job is named, else the command. name: the job's name, as far as the text says. tool: how the file is
    read ("shell", "github", ...). command: the whole command.
    """

    source: Source
    span: Span
    name: Value
    tool: str
    command: Span

    @property
    def place(self) -> str:
        """path:line of the command."""
        return f"{self.source.path}:{self.command.line}"


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """What starts jobs.

    starts: in the order of their places. looked_at: the scripts and workflows that exist, whether they start
    something or not. unread: files that may start something but could not be read ("too large", a program in another
    language), each with the reason. created: the names of jobs that something else than Terraform makes.
    """

    starts: tuple[Start, ...] = ()
    looked_at: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    created: tuple[Value, ...] = ()

    def __iter__(self) -> Iterator[Start]:
        return iter(self.starts)


def find_starts(root: Path, files: Iterable[str]) -> Starts:
    """Reads those of `files` (paths relative to `root`, with forward slashes) that can start a job.

    Every file is opened at most once; one whose bytes never say "containerapp" is not read further, one of more than
    1 MiB not at all. A file that cannot be opened counts as unread.
    """
    starts: list[Start] = []
    looked_at: list[str] = []
    unread: list[tuple[str, str]] = []
    created: list[Value] = []
    for path in sorted(set(files)):
        kind = kind_of(path)
        if kind is None:
            continue
        try:
            with (root / path).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            unread.append((path, error.strerror or "it cannot be read"))
            continue
        if kind is Kind.SHELL and "." not in path.rpartition("/")[2] and not has_shell_shebang(data):
            continue
        if kind in STARTERS:
            looked_at.append(path)
        if len(data) > MAX_BYTES:
            unread.append((path, "it is larger than 1 MiB"))
            continue
        if kind is Kind.BICEP:
            if re.search(rb"Microsoft\.App/jobs@", data, re.IGNORECASE):
                created.append(unknown(f"{path} defines a job"))
            continue
        if b"containerapp" not in data:
            continue
        if kind is Kind.PROGRAM:
            if _PROGRAM_STARTS.search(data):
                unread.append((path, "it starts jobs from a language that is not read"))
            continue
        source = Source(path, data.removeprefix(b"\xef\xbb\xbf"))
        found, whole = read_starts(source, kind)
        starts += [Start(source, c.span, c.name, kind.value, c.command) for c in found if c.verb == "start"]
        created += [c.name for c in found if c.verb == "create"]
        if not whole:
            unread.append((path, "it is too long to be followed"))
    return Starts(tuple(starts), tuple(looked_at), tuple(unread), tuple(created))


def read_starts(source: Source, kind: Kind) -> tuple[list[JobCommand], bool]:
    """The job commands of one file, each once, and whether the file was read as a whole."""
    found: dict[tuple[int, int, tuple[object, ...]], JobCommand] = {}

    def on_command(words: Sequence[Word], span: Span) -> None:
        command = job_command(words, span)
        if command is not None:
            key = (command.command.start, command.span.start, tuple(patterns(command.name)))
            found.setdefault(key, command)

    whole = True
    for fragment, variables, powershell in _scripts(source, kind):
        if powershell:
            from initlint.starts.powershell import run
        else:
            from initlint.starts.shell import run
        whole = run(fragment, variables, on_command) and whole
    return sorted(found.values(), key=lambda command: (command.command.start, command.span.start)), whole


def _scripts(source: Source, kind: Kind) -> Iterator[tuple[Fragment, Mapping[str, Value], bool]]:
    if kind is Kind.SHELL or kind is Kind.POWERSHELL:
        yield Fragment.of(source), {}, kind is Kind.POWERSHELL
    elif kind in (Kind.MAKE, Kind.JUST):
        from initlint.starts.make import recipes

        for fragment in recipes(source, kind):
            yield fragment, {}, False
    else:
        from initlint.starts.pipelines import scripts

        for script in scripts(source, kind):
            yield script.fragment, script.variables, script.powershell
