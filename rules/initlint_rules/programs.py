"""What a job runs and what it is called, as far as its known text says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from initlint.jobs.program import Program, text_with_holes, words_of
from initlint.jobs.program import programs as programs_of_container
from initlint.rule import Job


def programs(job: Job) -> tuple[str, ...]:
    """The names of the programs that the job's containers run for certain: command words, and what launchers such as
    `python -m` or `npx` are told to run.
    """
    return tuple(
        dict.fromkeys(
            name
            for container in job.containers
            for program in programs_of_container(container)
            for name in _names(program)
        )
    )


def _names(program: Program) -> Iterator[str]:
    for words in program:
        if words:
            yield _basename(words[0])
        for first, second in pairwise(words):
            launcher = _basename(first)
            if first == "-m" or launcher in ("npx", "bunx", "uvx", "exec", "run", "bundle", "env"):
                yield _basename(second)
            elif launcher == "dotnet" and second == "ef":
                yield "dotnet-ef"
            elif second == "manage.py":
                yield second


def _basename(word: str) -> str:
    return word.rsplit("/", 1)[-1]


def words(job: Job) -> tuple[str, ...]:
    """The words of the job's name, its label and its containers' names, in lower case."""
    texts = [job.label]
    for field in (job.name, *(container.name for container in job.containers)):
        texts.append(text_with_holes(field.value))
    return tuple(dict.fromkeys(word for text in texts for word in words_of(text)))
