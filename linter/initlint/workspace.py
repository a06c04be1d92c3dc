"""Which files there are: the workspace root, the module folders below the scanned paths, and what each holds.

Files are chosen and ordered as Terraform and OpenTofu do it (https://developer.hashicorp.com/terraform/language/files,
https://opentofu.org/docs/language/files/): a folder with `.tofu` files is read as OpenTofu reads it. Nothing is opened
here but `.gitignore` files.

Folders and configuration files that `.gitignore` leaves out are not read. Values files (`terraform.tfvars`,
`*.auto.tfvars`) are, for Terraform reads them whatever git does, and many repositories ignore them wholesale.
`exclude` leaves out all of them, and silences what a module in an excluded folder shows through a call from elsewhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path

from initlint.gitignore import Ignores, Patterns, folders, ignores_above, ignores_in
from initlint.record import record
from initlint.settings import Settings
from initlint.settings_file import workspace_root

SKIPPED = frozenset({"node_modules"})
"""Folders that are never walked into, besides hidden ones (`.terraform`, `.git`, ...)."""

CONFIGURATION = (".tf", ".tf.json", ".tofu", ".tofu.json")
ALWAYS_READ = ("terraform.tfvars", "terraform.tfvars.json")
AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")


class PathError(Exception):
    """A path that was asked for and cannot be scanned."""


@record(eq=True)
class Problem:
    """A file or folder that is there and cannot be read: its path relative to the workspace root, and why."""

    path: str
    message: str


@record(eq=True)
class ModuleFiles:
    """The files of one module folder.

    directory: the absolute folder. path: the same relative to the workspace root ("" for the root itself). The rest are
    file names: `primary` in the order in which they are read; `overrides` likewise, applied after all primary files;
    `values` that are read without being named when this is a root module, the lowest precedence first.
    """

    directory: Path
    path: str
    primary: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def holds_configuration(self) -> bool:
        """Whether this is a module at all."""
        return bool(self.primary or self.overrides)

    def relative(self, name: str) -> str:
        """The path of one of the files relative to the workspace root."""
        return joined(self.path, name)


@record(eq=True)
class Workspace:
    """What is scanned.

    directories: the module folders, by path. folders: the folders that were asked for, relative to the root. only: the
    files that were asked for; findings elsewhere than in these and in `folders` are then not wanted. problems: folders
    that cannot be read, and files where that leaves no module (else they stand in the module). excluded: the patterns
    of what is not reported on.
    """

    root: Path
    directories: tuple[ModuleFiles, ...]
    folders: tuple[str, ...] = ("",)
    only: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    excluded: Patterns = field(default_factory=lambda: Patterns(()))
    narrowed: bool = False
    """Whether only some of the root modules are judged, or only some of the findings will be reported."""

    @property
    def partial(self) -> bool:
        """Whether something that is found, or would be, is not reported."""
        return bool(self.only) or self.narrowed

    def reports_on(self, path: str) -> bool:
        """Whether findings in the file at `path` (relative to the root) are wanted."""
        if self.excluded.matches(path):
            return False
        return not self.only or path in self.only or any(within(path, folder) for folder in self.folders)

    def scans(self, path: str) -> bool:
        """Whether the walk would come by the file at `path`; not so in a module that only a call leads to."""
        if self.excluded.matches(path):
            return False
        return path in self.only or any(within(path, folder) and _is_walked(path, folder) for folder in self.folders)


def _is_walked(path: str, folder: str) -> bool:
    """Whether there is no skipped folder between a folder and a file below it."""
    below = path[len(folder) :].strip("/").split("/")[:-1]
    return not any(name.startswith(".") or name in SKIPPED for name in below)


def within(path: str, folder: str) -> bool:
    """Whether a path lies in a folder; both relative to the workspace root."""
    return not folder or path == folder or path.startswith(folder + "/")


def joined(folder: str, name: str) -> str:
    """A path relative to the workspace root, of a folder and a name in it. Bytes that are no text are shown as such."""
    return os.fsencode(f"{folder}/{name}" if folder else name).decode("utf-8", "replace")


# --- the root -------------------------------------------------------------------------------------------------------


def starting_folder(paths: Sequence[Path]) -> Path:
    """The absolute folder that holds everything that is asked for: where the search for a configuration starts.

    Raises `PathError` for a path that does not exist.
    """
    return Path(os.path.commonpath([folder for folder, _ in map(_located, paths or [Path()])]))


def find_root(paths: Sequence[Path]) -> Path:
    """The workspace root: the nearest folder at or above all the paths that holds `.git` or a configuration, else the
    nearest one that holds them all.
    """
    return workspace_root(starting_folder(paths))


def _located(path: Path) -> tuple[Path, str]:
    """The absolute folder of a path and the name of a file in it ("" for a folder). Links on the way are followed, a
    link that is the file itself is not: it belongs to the module in whose folder it stands.
    """
    try:
        if path.is_dir():
            return path.resolve(), ""
        if path.exists():
            return path.parent.resolve(), path.name
    except (OSError, ValueError) as problem:
        raise PathError(f"{path}: {getattr(problem, 'strerror', None) or problem}") from None
    raise PathError(f"{path}: no such file or folder")


# --- one folder -----------------------------------------------------------------------------------------------------


def module_files(directory: Path, path: str, root: Path, names: Iterable[str] | None = None) -> ModuleFiles:
    """The files of one folder as Terraform would read them; `names` are those to choose from (by default all).

    directory: an absolute folder, also one that discovery does not walk into, such as an installed module's. path: the
    same relative to the workspace root. A link that leads out of the workspace `root` and a file that is no plain file
    are problems.
    """
    try:
        entries = [entry for entry in os.scandir(directory) if not _is_folder(entry)]
    except OSError as problem:
        return ModuleFiles(directory, path, problems=(Problem(path or ".", _why(problem)),))
    chosen = None if names is None else set(names)
    problems: list[Problem] = []
    ordered: list[str] = []
    for entry in sorted(entries, key=lambda entry: os.fsencode(entry.name)):
        if (is_configuration(entry.name) or is_automatic(entry.name)) and (chosen is None or entry.name in chosen):
            reason = _unreadable(entry, root)
            if reason:
                problems.append(Problem(joined(path, entry.name), reason))
            else:
                ordered.append(entry.name)
    present = set(ordered)
    configuration = [name for name in ordered if is_configuration(name) and not _is_hidden_by_tofu(name, present)]
    values = [
        *(name for name in ALWAYS_READ if name in present),
        *(name for name in ordered if name.endswith(AUTOMATIC)),
    ]
    return ModuleFiles(
        directory,
        path,
        tuple(name for name in configuration if not is_override(name)),
        tuple(name for name in configuration if is_override(name)),
        tuple(values),
        tuple(problems),
    )


def is_configuration(name: str) -> bool:
    """Whether Terraform or OpenTofu reads a file of this name as configuration."""
    is_temporary = name.startswith((".", "#")) and (name[0] == "." or name.endswith("#"))
    return name.endswith(CONFIGURATION) and not is_temporary and not name.endswith("~")


def is_automatic(name: str) -> bool:
    """Whether a file of this name gives values to the variables of a root module without being named."""
    return name in ALWAYS_READ or name.endswith(AUTOMATIC)


def is_override(name: str) -> bool:
    """Whether a configuration file is an override file: `override.tf`, `*_override.tf`, and so for every ending."""
    stem = name.removesuffix(".json").rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _is_hidden_by_tofu(name: str, present: set[str]) -> bool:
    """Whether OpenTofu reads another file in its place: foo.tofu hides foo.tf, foo.tofu.json hides foo.tf.json."""
    for ending, instead in ((".tf", ".tofu"), (".tf.json", ".tofu.json")):
        if name.endswith(ending):
            return name.removesuffix(ending) + instead in present
    return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _unreadable(entry: os.DirEntry[str], root: Path) -> str:
    """Why a file is not opened: what a link outside leads to is not the repository's, and a pipe would never end."""
    try:
        if not stat.S_ISREG(entry.stat().st_mode):
            return "not a regular file"
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
            return "a link that leads out of the workspace"
    except OSError as problem:
        return f"a link that leads nowhere: {_why(problem)}" if entry.is_symlink() else _why(problem)
    return ""


def _why(problem: OSError) -> str:
    return (problem.strerror or type(problem).__name__).lower()


# --- the walk -------------------------------------------------------------------------------------------------------


def discover(paths: Sequence[Path], settings: Settings) -> Workspace:
    """The modules at and below the paths (the current folder where there are none), and what is to be reported on.

    A file stands for its module. A path that is named is scanned though `.gitignore` leaves it out or its name is
    hidden; `exclude` always holds. Raises `PathError` for a path that does not exist.
    """
    located = [_located(path) for path in paths or [Path()]]
    root = find_root(paths)
    walk = _Walk(root, settings.excluded)
    starts = sorted({folder for folder, name in located if not name})
    for folder in starts:
        walk.down(folder)
    for folder in sorted({folder for folder, name in located if name}):
        walk.one(folder)
    return Workspace(
        root,
        tuple(walk.found[path] for path in sorted(walk.found)),
        tuple(_relative(folder, root) for folder in starts),
        frozenset(joined(_relative(folder, root), name) for folder, name in located if name),
        tuple(sorted(walk.problems, key=lambda problem: problem.path)),
        settings.excluded,
    )


class _Walk:
    def __init__(self, root: Path, excluded: Patterns) -> None:
        self.root = root
        self.excluded = excluded
        self.found: dict[str, ModuleFiles] = {}
        self.problems: set[Problem] = set()

    def down(self, start: Path) -> None:
        """The modules in a folder and all below it."""
        if self.excludes(_relative(start, self.root), folder=True, above=True):
            return
        waiting = [(start, ignores_above(start, self.root))]
        while waiting:
            folder, ignores = waiting.pop()
            below, ignores = self.visit(folder, ignores)
            waiting += [(inner, ignores) for inner in reversed(below)]

    def one(self, folder: Path) -> None:
        """The module in a folder alone."""
        if not self.excludes(_relative(folder, self.root), folder=True, above=True):
            self.visit(folder, ignores_above(folder, self.root))

    def visit(self, folder: Path, ignores: Ignores | None) -> tuple[list[Path], Ignores | None]:
        """Records the module in a folder; gives the folders to walk into and what is ignored in them."""
        path = _relative(folder, self.root)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as problem:
            self.problems.add(Problem(path or ".", _why(problem)))
            return [], None
        if any(entry.name == ".gitignore" for entry in entries):
            ignores = ignores_in(folder, ignores)
        below: list[Path] = []
        names: list[str] = []
        for entry in entries:
            inside = joined(path, entry.name)
            if _is_folder(entry):
                skipped = entry.name.startswith(".") or entry.name in SKIPPED or entry.is_symlink()
                if not (skipped or self.excludes(inside, True) or _left_out(ignores, folder / entry.name, True)):
                    below.append(folder / entry.name)
            elif self.wants(folder, entry.name, inside, ignores):
                names.append(entry.name)
        files = module_files(folder, path, self.root, names) if names else None
        if files and files.holds_configuration:
            self.found[path] = files
        elif files:
            self.problems.update(files.problems)
        return below, ignores

    def wants(self, folder: Path, name: str, path: str, ignores: Ignores | None) -> bool:
        """Whether a file is one to read."""
        if self.excludes(path, False):
            return False
        return is_automatic(name) or (is_configuration(name) and not _left_out(ignores, folder / name, False))

    def excludes(self, path: str, folder: bool, above: bool = False) -> bool:
        if above and any(self.excluded.decide(outer, True) for outer in folders(path)):
            return True
        return bool(path) and self.excluded.decide(path, folder) is True


def _left_out(ignores: Ignores | None, path: Path, folder: bool) -> bool:
    return ignores is not None and ignores.leaves_out(path, folder)


def _relative(path: Path, root: Path) -> str:
    text = path.relative_to(root).as_posix()
    return "" if text == "." else os.fsencode(text).decode("utf-8", "replace")
