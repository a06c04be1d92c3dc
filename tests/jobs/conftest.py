from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from initlint.jobs.find import find_jobs, not_called
from initlint.jobs.job import Field, Job, Setting
from initlint.syntax.nodes import File
from initlint.syntax.read import read_bytes
from initlint.terraform.module import ModuleInstance, Root
from initlint.terraform.reach import Reach
from initlint.terraform.source import ModuleSource, module_source
from initlint.terraform.value import Value


class Workspace:
    """Jobs of a root module that is written in the test: `files` by path, the root module in the workspace's root."""

    def __init__(self, files: dict[str, str], given: dict[str, Value] | None = None) -> None:
        self.files: dict[str, File] = {path: read_bytes(dedent(text).encode(), path) for path, text in files.items()}
        assert [problem.message for file in self.files.values() for problem in file.problems] == []
        self.root = Root("", given or {}, self._load, {}, Reach(Path(__file__).parent / "nothing"))
        self.jobs = list(_jobs_below(self.root.module))

    def _load(self, directory: str) -> ModuleSource | None:
        found = [file for path, file in self.files.items() if posixpath.dirname(path) == directory]
        return module_source(directory, found, ()) if found else None

    @property
    def job(self) -> Job:
        assert len(self.jobs) == 1
        return self.jobs[0]


def _jobs_below(instance: ModuleInstance, none: str = "") -> Iterator[Job]:
    yield from find_jobs(instance, Setting(), none)
    for name, call in instance.source.calls.items():
        expanded, children = instance.children(name)
        for child in children:
            yield from _jobs_below(child, none)
        source = instance.child_source(call)
        if expanded.none and source is not None:
            yield from _jobs_below(
                not_called(instance, call, source, expanded), none or f"0 instances: {expanded.none}"
            )


@pytest.fixture
def workspace() -> Callable[..., Workspace]:
    def make(text: str = "", name: str = "main.tf", more: dict[str, str] | None = None) -> Workspace:
        return Workspace({name: text, **(more or {})})

    return make


@pytest.fixture
def at() -> Callable[[Field], tuple[int, int, str]]:
    """Line, column and first line's text of a field's place."""

    def place(field: Field) -> tuple[int, int, str]:
        span = field.span.first_line()
        return span.line, span.column, span.text

    return place
