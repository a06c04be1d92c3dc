"""Which files can start a job: scripts, CI workflows, and what runs commands by name (Makefile, Taskfile, justfile)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from pathlib import Path


class Kind(Enum):
    """How a file is read."""

    SHELL = "shell"
    POWERSHELL = "powershell"
    GITHUB = "github"
    AZURE_PIPELINES = "azure-pipelines"
    GITLAB = "gitlab"
    MAKE = "make"
    TASK = "task"
    JUST = "just"
    YAML = "yaml"
    """Another YAML file: perhaps a template of a pipeline, or what a deployment tool runs."""
    PACKAGE = "package"
    """A package.json: its strings are command lines."""
    TERRAFORM = "terraform"
    """A Terraform file: the commands of its `local-exec` provisioners."""
    PROGRAM = "program"
    """A program in another language: only looked at for whether it mentions the command."""
    BICEP = "bicep"
    """Not a starter: a place where jobs may be defined outside Terraform."""


STARTERS = frozenset({Kind.SHELL, Kind.POWERSHELL, Kind.GITHUB, Kind.AZURE_PIPELINES, Kind.GITLAB})
"""The kinds that count as scripts and workflows when it is asked whether the repository has any."""

WORKFLOWS = frozenset({Kind.GITHUB, Kind.AZURE_PIPELINES, Kind.GITLAB, Kind.TASK, Kind.YAML})
"""The kinds that are YAML."""

SKIPPED = frozenset(
    {
        ".git",
        ".terraform",
        "node_modules",
        ".venv",
        "venv",
        "__pycache__",
        ".tox",
        ".mypy_cache",
        "fixtures",
        "testdata",
    }
)
"""Folders that start nothing: what is installed, and what tests read."""
CI_FOLDERS = frozenset(
    {".github", ".gitlab", ".azuredevops", ".azure-pipelines", ".azure", ".pipelines", ".ci", ".circleci", ".scripts"}
)
"""Hidden folders that are walked all the same."""

_SCRIPT_FOLDER = re.compile(
    r"(?:^|/)(?:\.?scripts?|bin|hack|tools|\.?ci|deploy(?:ment)?s?|hooks)/(?:.*/)?[^/]+$", re.IGNORECASE
)
_PIPELINE_FOLDER = re.compile(
    r"(?:^|/)(?:\.azuredevops|\.azure-pipelines|azure-pipelines|azure_pipelines|\.?pipelines?|\.azdo|devops)/",
    re.IGNORECASE,
)
_ENDINGS = {
    "sh": Kind.SHELL, "bash": Kind.SHELL, "zsh": Kind.SHELL, "ksh": Kind.SHELL, "ps1": Kind.POWERSHELL,
    "psm1": Kind.POWERSHELL, "mk": Kind.MAKE, "just": Kind.JUST, "bicep": Kind.BICEP, "cmd": Kind.PROGRAM,
    "bat": Kind.PROGRAM, "groovy": Kind.PROGRAM, "tf": Kind.TERRAFORM, "tofu": Kind.TERRAFORM,
}  # fmt: skip
"""The kinds that the ending alone says."""


@cache
def _pipelines() -> tuple[tuple[re.Pattern[str], Kind], ...]:
    """The kinds that the name and the folder of a YAML file say."""
    return tuple(
        (re.compile(pattern, re.IGNORECASE), kind)
        for pattern, kind in (
            (r"(?:^|/)\.github/workflows/[^/]+$", Kind.GITHUB),
            (r"(?:^|/)\.github/actions/", Kind.GITHUB),
            (r"(?:^|/)action\.ya?ml$", Kind.GITHUB),
            (r"(?:^|/)azure[-_]pipelines?[^/]*$", Kind.AZURE_PIPELINES),
            (r"(?:^|/)[^/]*gitlab-ci[^/]*$", Kind.GITLAB),
            (r"(?:^|/)\.gitlab/", Kind.GITLAB),
        )
    )


def _of_name(name: str) -> Kind | None:
    """The kind that a name alone says, in small letters."""
    if name.partition(".")[0] in ("makefile", "gnumakefile"):
        return Kind.MAKE
    if name in ("justfile", ".justfile"):
        return Kind.JUST
    if name.startswith("jenkinsfile"):
        return Kind.PROGRAM
    return Kind.PACKAGE if name == "package.json" else None


def kind_of(path: str) -> Kind | None:
    """How a file is read, by its path alone; None for one that can start nothing. A file without an ending in a
    folder of scripts counts as a shell script until its first line says otherwise.
    """
    name = path.rpartition("/")[2]
    small = name.lower()
    _, dot, ending = small.rpartition(".")
    if dot and ending in _ENDINGS:
        return _ENDINGS[ending]
    if ending in ("yml", "yaml"):
        if (found := next((kind for pattern, kind in _pipelines() if pattern.search(path)), None)) is not None:
            return found
        if (of_name := _of_name(small)) is not None:
            return of_name
        if small.startswith("taskfile"):
            return Kind.TASK
        return Kind.AZURE_PIPELINES if _PIPELINE_FOLDER.search(path) else Kind.YAML
    if (of_name := _of_name(small)) is not None:
        return of_name
    is_test = name.startswith("test_") or "_test." in name or ".test." in name
    if "." not in name.lstrip("."):
        kind = Kind.SHELL
    elif ending in ("py", "js", "ts", "mjs", "cjs", "rb", "go") and not is_test:
        kind = Kind.PROGRAM
    else:
        return None
    return kind if _SCRIPT_FOLDER.search(path) else None


def has_shell_shebang(data: bytes) -> bool:
    """Whether a file's first line names a shell."""
    first = data.split(b"\n", 1)[0]
    return first.startswith(b"#!") and re.search(rb"\b(?:ba|da|z|k)?sh\b", first) is not None


def walk(root: Path, ignored: Callable[[str], bool] = lambda path: False) -> Iterator[str]:
    """The files under a folder that can matter, as sorted relative paths with forward slashes.

    `ignored` says of a relative path (a folder's ends in "/") whether `.gitignore` or the configuration leaves it out.
    Symbolic links are not followed.
    """

    def entries(folder: Path, prefix: str) -> Iterator[str]:
        try:
            found = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return
        for entry in found:
            path = prefix + entry.name
            if entry.is_symlink():
                continue
            if entry.is_dir():
                hidden = entry.name.startswith(".") and entry.name.lower() not in CI_FOLDERS
                if not hidden and entry.name not in SKIPPED and not ignored(path + "/"):
                    yield from entries(Path(entry.path), path + "/")
            # A program can at most leave a question open: not worth asking git's patterns about each of them.
            elif (
                entry.is_file() and (kind := kind_of(path)) is not None and (kind is Kind.PROGRAM or not ignored(path))
            ):
                yield path

    yield from entries(root, "")
