"""Which findings a change causes: those that stand in it, and those whose values come through it.

A change is a set of files (`initlint check --changed FILES`, for pre-commit) or the lines that git calls changed
(`--changed-since REF`). Modules are judged whole and in every root that calls them; only the report is narrowed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from initlint.finding import Finding, Result
from initlint.record import record
from initlint.report.trail import origin as places_of
from initlint.source import Span
from initlint.workspace import discover, find_root, is_automatic, is_configuration, within

if TYPE_CHECKING:
    from initlint.project import Variables
    from initlint.settings import Settings


class ChangeError(Exception):
    """What changed cannot be told: no git, no repository, no such commit."""


class Change(Protocol):
    """What changed."""

    def touches(self, span: Span) -> bool:
        """Whether it changed something in a span."""
        ...

    def took_from(self, block: Span) -> bool:
        """Whether it may have taken something out of a block."""
        ...


@record(eq=True)
class Files:
    """Changed files, and folders that changed as a whole, by their paths relative to the workspace root."""

    files: frozenset[str]
    folders: frozenset[str] = frozenset()

    def holds(self, path: str) -> bool:
        """Whether a file is one of them."""
        return path in self.files or any(within(path, folder) for folder in self.folders)

    def touches(self, span: Span) -> bool:
        """Whether a span is in one of them."""
        return self.holds(span.path)

    def took_from(self, block: Span) -> bool:
        """Whether a block is in one of them; what is missing in it stands at a header that is in it too."""
        return self.holds(block.path)


@record(eq=True)
class Hunk:
    """Changed lines of a file as it is now: `count` of them from the 1-based `first` on. With none, lines were taken
    out behind `first`. removed: how many lines were there before.
    """

    first: int
    count: int
    removed: int

    def touches(self, first: int, last: int) -> bool:
        """Whether it changed one of the lines, or took some out between them."""
        if not self.count:
            return first <= self.first < last
        return first < self.first + self.count and self.first <= last


@record(eq=True)
class Lines:
    """The changed lines, by the path of the file relative to the workspace root."""

    hunks: Mapping[str, Sequence[Hunk]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    """Files that are new as a whole."""

    def touches(self, span: Span) -> bool:
        """Whether it changed a line of a span."""
        if span.path in self.files:
            return True
        hunks = self.hunks.get(span.path, ())
        return bool(hunks) and any(hunk.touches(span.line, span.end_line) for hunk in hunks)

    def took_from(self, block: Span) -> bool:
        """Whether lines of a block were replaced or taken out."""
        hunks = self.hunks.get(block.path, ())
        return any(hunk.removed and hunk.touches(block.line, block.end_line) for hunk in hunks)


def narrowed(result: Result, change: Change) -> Result:
    """The result with only what a change causes."""
    return replace(
        result,
        findings=tuple(finding for finding in result.findings if causes(change, finding)),
        undecided=tuple(question for question in result.undecided if change.touches(question.span)),
        partial=True,
    )


def causes(change: Change, finding: Finding) -> bool:
    """Whether a change causes a finding: it touches the finding's own place, or one that its value comes through, or it
    took from a block that now lacks something.
    """
    own = finding.span
    if change.touches(own) or any(change.touches(place.span) for place in places_of(finding)):
        return True
    for span in (*finding.extent, *_deciding(finding)):
        around = span.covers(own) and span.line < own.line  # a long text with the finding at one of its lines
        if not around and change.touches(span):
            return True
    # An argument's value has its own place; a finding at a block's header is about what the block lacks.
    return "=" not in own.source.line_text(own.line) and any(map(change.took_from, finding.lacking))


def _deciding(finding: Finding) -> Iterator[Span]:
    """Every place that the finding's values come through, each once."""
    seen: set[int] = set()
    waiting = list(finding.origins)
    while waiting:
        origin = waiting.pop()
        if id(origin) not in seen:
            seen.add(id(origin))
            yield origin.span
            waiting.extend(origin.inner)


# --- changed files --------------------------------------------------------------------------------------------------


def start(files: Sequence[Path]) -> Path:
    """The folder whose workspace changed files belong to: the current one where they are below it."""
    here = Path.cwd()
    absolute = [Path(os.path.abspath(file)) for file in files]  # noqa: PTH100 (a link in the path stays one)
    if all(file.is_relative_to(here) for file in absolute):
        return here
    common = Path(os.path.commonpath([here, *absolute]))
    return next(folder for folder in (common, *common.parents) if folder.is_dir())


def scan_files(
    files: Sequence[Path],
    settings: Settings,
    *,
    variables: Variables,
    environment: str = "",
    strict: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Judges the modules that files belong to in every root that calls them, and the roots that take values from them;
    reports what these files cause. A file that is no longer there still concerns its module.

    Raises as `engine.scan` does.
    """
    from initlint.engine import judge
    from initlint.project import build

    workspace = replace(discover([find_root([start(files)])], settings), narrowed=True)
    change, notes = _files(files, workspace.root)
    configured = {settings.source.path} if settings.source else set()
    if any(change.holds(path) for path in (*configured, "initlint.toml")):
        workspace = replace(workspace, narrowed=False)
        project = build(workspace, settings, variables, environment, progress)
        result = judge(project, strict=strict)
        return replace(result, notes=(*result.notes, *notes))
    used: set[str] = set()

    def choose(root: str, reached: set[str], var_files: Mapping[tuple[str, str], str]) -> bool:
        values = {path for (directory, _), path in var_files.items() if directory == root}
        values |= {text for kind, text in variables.options if kind == "file"}
        used.update(values)
        for path in change.files:
            folder, _, name = path.rpartition("/")
            if is_configuration(name) and folder in reached:
                return True
            if is_automatic(name) and folder == root:
                return True
            if path in values or not (_gives_values(name) or is_configuration(name)):
                return True  # what is neither may be read with file() by any of them
        return any(within(folder, changed) for folder in reached for changed in change.folders)

    project = build(workspace, settings, variables, environment, progress, choose)
    for path in sorted(change.files - used):
        name = path.rpartition("/")[2]
        if _gives_values(name) and not is_automatic(name) and (workspace.root / path).is_file():
            notes.append(
                f"{path} gives values to no root module: name it in an [environments] table, or with --var-file"
            )
    result = narrowed(judge(project, strict=strict), change)
    return replace(result, notes=(*result.notes, *notes))


def _gives_values(name: str) -> bool:
    return name.endswith((".tfvars", ".tfvars.json"))


def _files(files: Sequence[Path], root: Path) -> tuple[Files, list[str]]:
    """The files relative to the workspace root, and what to say of those outside."""
    named: set[str] = set()
    folders: set[str] = set()
    notes: list[str] = []
    for file in files:
        absolute = file.resolve() if file.is_dir() else Path(os.path.abspath(file)).parent.resolve() / file.name  # noqa: PTH100 (the same)
        if not absolute.is_relative_to(root):
            notes.append(f"{file.as_posix()} is outside of the workspace")
            continue
        relative = os.fsencode(absolute.relative_to(root).as_posix()).decode("utf-8", "replace")
        if file.is_dir():
            folders.add("" if relative == "." else relative)
        else:
            named.add(relative)
    return Files(frozenset(named), frozenset(folders)), notes


# --- changed lines --------------------------------------------------------------------------------------------------


def since(root: Path, ref: str) -> Lines:
    """The lines below a folder that differ from a commit, and the files that git does not know yet.

    Where the commit is on another branch, what counts is where the branches parted: what others changed there since is
    not this one's change. Raises ChangeError.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        inside = _git(root, "rev-parse", "--show-toplevel")
        raise ChangeError(
            f"--changed-since: '{ref}' is no commit here" if inside else "--changed-since: no git repository"
        )
    base = commit.decode().strip()
    parted = _git(root, "merge-base", base, "HEAD")
    return _differing(root, parted.decode().strip() if parted else base)


def _differing(root: Path, base: str, compared: str = "the working tree") -> Lines:
    """The lines of the working tree below a folder that differ from a commit, those of submodules too."""
    arguments = (
        "--unified=0", "--inter-hunk-context=0", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
        "--text", "--relative", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none", "--submodule=short",
    )  # fmt: skip
    diff = _git(root, "diff", *arguments, base, "--")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    if diff is None or new is None:
        raise ChangeError(f"--changed-since: git cannot compare {compared}")
    hunks: dict[str, Sequence[Hunk]] = {**parse(diff)}
    files = set(_names(new))
    for path in [path for path in hunks if (root / path).is_dir()]:
        del hunks[path]  # of a submodule git shows one line, the commit that it stands at
        submodule = root / path
        if not (submodule / ".git").exists():
            continue  # not checked out: there are no files of it
        before = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}:./{path}")
        if before is None:
            inner = Lines(files=frozenset(_names(_git(submodule, "ls-files", "--cached", "--others", "-z") or b"")))
        else:
            commit = before.decode().strip()
            inner = _differing(submodule, commit, f"the submodule {path} with commit {commit}; is it fetched?")
        hunks |= {f"{path}/{name}": of_file for name, of_file in inner.hunks.items()}
        files |= {f"{path}/{name}" for name in inner.files}
    return Lines(hunks, frozenset(files))


def _names(listed: bytes) -> list[str]:
    return [name.decode("utf-8", "replace") for name in listed.split(b"\0") if name]


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git prints; None where it fails. Variables that would lead it to another repository (a hook sets them) or to
    other programs are kept from it.
    """
    import subprocess

    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    except OSError as problem:
        raise ChangeError(f"--changed-since: git cannot be started: {problem.strerror}") from None
    return done.stdout if done.returncode == 0 else None


_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_NAMED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def parse(diff: bytes) -> dict[str, list[Hunk]]:
    """The hunks of a diff without context, by path. The changed lines themselves are passed over by their number, so
    that no line can pose as a header.
    """
    found: dict[str, list[Hunk]] = {}
    hunks: list[Hunk] = []
    lines = iter(diff.split(b"\n"))
    for line in lines:
        if line.startswith(b"+++ "):
            hunks = found.setdefault(_path(line[4:]), [])
        elif match := _HUNK.match(line):
            removed, first, count = (1 if text is None else int(text) for text in match.groups())
            hunks.append(Hunk(first, count, removed))
            left = removed + count
            while left:
                left -= not next(lines).startswith(b"\\")
    found.pop("", None)
    return found


def _path(name: bytes) -> str:
    """The path in a header; "" for a file that is gone."""
    name = name.removesuffix(b"\t")
    if name.startswith(b'"'):
        name = _ESCAPE.sub(_unescaped, name[1:-1])
    return name[2:].decode("utf-8", "replace") if name.startswith(b"b/") else ""


def _unescaped(match: re.Match[bytes]) -> bytes:
    text = match[1]
    return bytes([int(text, 8)]) if text.isdigit() else _NAMED.get(text, text)
