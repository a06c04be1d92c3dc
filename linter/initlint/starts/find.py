"""All the places of a repository that start jobs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from initlint.record import record
from initlint.regex import regex
from initlint.source import Source, Span
from initlint.starts.command import JobCommand, job_command
from initlint.starts.files import STARTERS, WORKFLOWS, Kind, has_shell_shebang, kind_of
from initlint.starts.fragment import Fragment
from initlint.starts.names import patterns
from initlint.starts.words import TOO_LONG, Word, unknown
from initlint.terraform.value import Value

MAX_BYTES = 1024 * 1024

# For text in small letters. Every case begins with the same letters, which are looked for faster than anything else.
_SPEAKS_OF_JOBS = regex(
    rb"job(?:(?<=\bjob)[\s\"',\\`\]\[]+(?:start|create)\b|(?<=start-azcontainerappjob)|(?<=/job)s/[^\s\"']*/start\b)"
)
_STARTS = regex(rb"containerapp\s+job\s+start\b")
_BICEP_JOB = regex(rb"Microsoft\.App/jobs@", re.IGNORECASE)
_PROGRAM_STARTS = regex(rb"containerapp[\"',\s\]\[]+job[\"',\s\]\[]+start\b")


@record
class Start:
    """One `az containerapp job start`, or what does the same.

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


@record
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

    Every file is opened once; one whose bytes never speak of container app jobs is not read further, one of more than
    1 MiB not at all. A file that cannot be opened counts as unread.
    """
    starts: list[Start] = []
    looked_at: list[str] = []
    unread: list[tuple[str, str]] = []
    created: list[Value] = []
    paths = sorted(set(files))
    library = _Library(root, paths)
    for path in paths:
        kind = kind_of(path)
        if kind is None:
            continue
        data = library.read(path)
        if isinstance(data, str):
            if kind in STARTERS:
                looked_at.append(path)
                unread.append((path, data))
            continue
        if kind is Kind.SHELL and "." not in path.rpartition("/")[2] and not has_shell_shebang(data):
            continue
        if kind in STARTERS:
            looked_at.append(path)
        if kind is Kind.BICEP:
            if _BICEP_JOB.search(data):
                created.append(unknown(f"{path} defines a job"))
        elif not _SPEAKS_OF_JOBS.search(data.lower()):
            continue
        elif kind is Kind.PROGRAM:
            if _PROGRAM_STARTS.search(data):
                unread.append((path, "it starts jobs from a language that is not read"))
        else:
            source = Source(path, data)
            found, problem = read_starts(source, kind, library.script)
            starts += [
                Start(c.command.source, c.span, c.name, kind.value, c.command) for c in found if c.verb == "start"
            ]
            created += [c.name for c in found if c.verb == "create"]
            if problem:
                unread.append((path, problem))
    return Starts(tuple(once(starts)), tuple(looked_at), tuple(unread), tuple(created))


class _Library:
    """The files of a repository, and the scripts that other scripts take in."""

    def __init__(self, root: Path, paths: Sequence[str]) -> None:
        self.root = root
        self.paths = paths

    def read(self, path: str) -> bytes | str:
        """A file's bytes, or why they cannot be had."""
        try:
            with (self.root / path).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            return error.strerror or "it cannot be read"
        return data.removeprefix(b"\xef\xbb\xbf") if len(data) <= MAX_BYTES else "it is larger than 1 MiB"

    def script(self, name: str) -> Fragment | None:
        """The only script whose path ends as a `source` command says; None where none or several do."""
        tail = name.lstrip("./")
        found = [path for path in self.paths if tail and (path == tail or path.endswith("/" + tail))]
        data = self.read(found[0]) if len(found) == 1 and kind_of(found[0]) is Kind.SHELL else None
        return Fragment.of(Source(found[0], data)) if isinstance(data, bytes) else None


def once(starts: Iterable[Start]) -> Iterator[Start]:
    """Starts in the order of their places, without those that several scripts take in from one file."""
    seen: set[object] = set()
    for start in sorted(starts, key=lambda s: (s.source.path, s.command.start, s.span.start)):
        key = (start.source.path, start.command.start, start.span.path, start.span.start, *patterns(start.name))
        if key not in seen:
            seen.add(key)
            yield start


def read_starts(
    source: Source, kind: Kind, library: Callable[[str], Fragment | None] = lambda name: None
) -> tuple[list[JobCommand], str]:
    """The job commands of one file, each once, and why there may be more ("" where there are not).

    `library` gives the script that a `source` command takes in.
    """
    found: dict[object, JobCommand] = {}

    def on_command(words: Sequence[Word], span: Span) -> None:
        command = job_command(words, span)
        if command is not None:
            key = (command.command.path, command.command.start, command.span.start, *patterns(command.name))
            found.setdefault(key, command)

    problem = ""
    covered = False
    for fragment, variables, powershell in _scripts(source, kind):
        before = len(found)
        if powershell:
            from initlint.starts.powershell import run

            reading = run(fragment, variables, on_command)
        else:
            from initlint.starts.shell import run as run_shell

            reading = run_shell(fragment, variables, on_command, library)
        if reading and (len(found) == before or reading == TOO_LONG) and _STARTS.search(fragment.data):
            problem = reading
        covered = True
    if kind in WORKFLOWS | {Kind.MAKE, Kind.JUST} and not found and not covered and _mentions(source.data):
        problem = "its scripts were not found"
    return sorted(found.values(), key=lambda c: (c.command.path, c.command.start, c.span.start)), problem


def _mentions(data: bytes) -> bool:
    """Whether a workflow holds the command elsewhere than in a comment or a description."""
    return any(
        _STARTS.search(line) and not re.match(rb"\s*(?:-\s*)?(?:#|(?:name|displayName|description)\s*:)", line)
        for line in data.split(b"\n")
    )


def _scripts(source: Source, kind: Kind) -> Iterator[tuple[Fragment, Mapping[str, Value], bool]]:
    if kind is Kind.SHELL or kind is Kind.POWERSHELL:
        yield Fragment.of(source), {}, kind is Kind.POWERSHELL
    elif kind in WORKFLOWS:
        from initlint.starts.pipelines import scripts

        for script in scripts(source, kind):
            yield script.fragment, script.variables, script.powershell
    elif kind is Kind.TERRAFORM:
        from initlint.starts.provisioners import commands

        yield from commands(source)
    else:
        from initlint.starts.make import recipes, strings

        for fragment in strings(source) if kind is Kind.PACKAGE else recipes(source, kind):
            yield fragment, {}, False
