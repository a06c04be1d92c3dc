"""The syntax problems of a project, those inside expressions too, each with what a second reader says of it.

Reading a file finds what is wrong with its blocks and arguments; a problem inside an expression shows only when the
expression is read. So that no broken file makes a run green, every expression is read of every file that could have a
say in a job: all files of the modules that a root module with jobs is made of, all files with values, and every file of
a small project.
"""

from __future__ import annotations

from collections.abc import Iterator

from initlint.project import Project
from initlint.source import Span
from initlint.syntax.nodes import File, SyntaxProblem

SMALL = 1_000_000
"""The size in bytes up to which the files of a project are all read to the end; that takes half a second at most."""


def syntax_problems(project: Project) -> Iterator[tuple[SyntaxProblem, str]]:
    """Every problem, by file and place, and a help for it (mostly empty)."""
    problems = [problem for file, closely in _files(project) for problem in _of(file, closely)]
    told = _told(project, problems) if problems else {}
    for problem in problems:
        yield problem, told.get(problem.span, "")


def _files(project: Project) -> Iterator[tuple[File, bool]]:
    files = project.modules.files
    small = sum(len(file.source.data) for file in files.values()) < SMALL
    judged = {directory for one in project.evaluations if one.jobs for directory in one.directories}
    for path, file in sorted(files.items()):
        yield file, small or file.source.directory in judged or path.endswith((".tfvars", ".tfvars.json"))


def _of(file: File, closely: bool) -> tuple[SyntaxProblem, ...]:
    return file.every_problem if closely else file.problems


def _told(project: Project, problems: list[SyntaxProblem]) -> dict[Span, str]:
    from initlint.syntax.witness import helps

    return helps(one for one in problems if project.modules.workspace.reports_on(one.span.path))
