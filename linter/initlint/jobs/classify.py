"""Whether a job is an init job, and why: the first row of the policy's table that decides.

| row | evidence | verdict |
|---|---|---|
| 0 | the configuration's `include` / `exclude` (after row 1, before row 2), or its `detect` | as it says |
| 1 | a comment `# initlint: init-job` / `# initlint: not-init-job` in or directly above the block | as it says |
| 2 | the name's known text has `init` as a whole hyphen-separated word | init |
| 3 | tag `JobType` is known: `init` in any case | init |
| 4 | tag `Purpose` starts with `Init job` | init |
| 5 | the file is called `init-jobs` or `init_jobs` | init |
| 6 | tag `JobType` is known and is anything else | not init |
| 7 | the trigger is known to be manual, and a word of the list names the job or stands in what it runs | init |
| 8 | otherwise | not init |

Only what is certain counts: of a value that is one of several, all must say the same; a row that is not known is passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, Protocol

from initlint.jobs.job import Evidence, Field, Form, Job, TriggerKind
from initlint.jobs.program import HOLE, programs, text_with_holes, words_of
from initlint.regex import regex
from initlint.source import Span
from initlint.syntax.nodes import Comment
from initlint.terraform.value import Value
from initlint.truth import Truth

WORDS = (
    "init", "initialize", "initialise", "migrate", "migration", "migrations", "migrator", "seed", "seeder", "seeding",
    "bootstrap", "provision", "setup", "grant", "grants", "dbinit", "alembic", "flyway", "liquibase", "prisma migrate",
    "knex migrate", "rake db:migrate", "manage.py migrate", "dotnet ef database update",
)  # fmt: skip
"""What an init job is called or runs. An entry of several words stands for these words one after the other."""

FILES = regex(r"init[-_]jobs\.(tf|tofu)(\.json)?")


class InitJobs(Protocol):
    """Which jobs count as init jobs: the configuration's `[init-jobs]`.

    detect: "auto" goes by the evidence; "manual" takes every manually triggered job, "all" every job. include, exclude:
    globs of addresses ("module.apps.*", "*.azurerm_container_app_job.migrate"); exclude wins. A comment at the job wins
    over all three.
    """

    @property
    def detect(self) -> Literal["auto", "manual", "all"]:  # noqa: D102 (the class says it)
        ...

    @property
    def include(self) -> tuple[str, ...]:  # noqa: D102 (the class says it)
        ...

    @property
    def exclude(self) -> tuple[str, ...]:  # noqa: D102 (the class says it)
        ...


def classify(job: Job, comments: Sequence[Comment], options: InitJobs | None = None) -> Evidence:
    """Whether a job is an init job. `comments` are those of the file that holds it."""
    rows: tuple[Callable[[], Evidence | None], ...] = (
        lambda: _directive(job, comments),
        lambda: _configured(job, options) if options is not None else None,
        lambda: _name(job),
        lambda: _job_type(job),
        lambda: _purpose(job),
        lambda: _file(job),
        lambda: _other_job_type(job),
        lambda: _manual_with_word(job),
    )
    found = (row() for row in rows)
    return next(filter(None, found), None) or Evidence(False, 8, "nothing says that it is an init job")


# --- rows 1 and 0 -----------------------------------------------------------------------------------------------------

_DIRECTIVE = regex(r"(?:#|//|/\*)?[#\s]*initlint:\s*(not-init-job|init-job)(?![\w-])")


def _directive(job: Job, comments: Sequence[Comment]) -> Evidence | None:
    for comment in (*_inside(job.block_span, comments), *_above(job.block_span, comments)):
        match = _DIRECTIVE.match(comment.text.strip())
        if match:
            return Evidence(
                match[1] == "init-job", 1, f'a comment says "initlint: {match[1]}"', comment.span.first_line()
            )
    return None


def _inside(block: Span, comments: Sequence[Comment]) -> Iterator[Comment]:
    return (comment for comment in comments if block.covers(comment.span))


def _above(block: Span, comments: Sequence[Comment]) -> Iterator[Comment]:
    """The comments on the lines directly above a block, nearest first, up to a line that is none."""
    line = block.line - 1
    for comment in sorted(comments, key=lambda comment: comment.span.start, reverse=True):
        if comment.span.source is not block.source or comment.span.start > block.start:
            continue
        last = comment.span.line + comment.text.rstrip().count("\n")
        if last != line or not comment.alone:
            return
        yield comment
        line = comment.span.line - 1


def _configured(job: Job, options: InitJobs) -> Evidence | None:
    for globs, init, word in ((options.exclude, False, "exclude"), (options.include, True, "include")):
        glob = next((glob for glob in globs if matches(glob, job.address) or matches(glob, job.base_address)), None)
        if glob is not None:
            return Evidence(init, 0, f'the configuration\'s {word} "{glob}" matches its address')
    if options.detect == "all":
        return Evidence(True, 0, 'the configuration takes every job (detect = "all")')
    if options.detect == "manual" and triggered_manually(job) is Truth.YES:
        return Evidence(True, 0, 'its trigger is manual (detect = "manual")')
    return None


def matches(glob: str, address: str) -> bool:
    """Whether an address matches a glob: `*` is any text, `?` one character, all else (`[`, `"`) itself."""
    pattern = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in glob)
    return re.fullmatch(pattern, address, re.DOTALL) is not None


# --- rows 2 to 6 ------------------------------------------------------------------------------------------------------


def _name(job: Job) -> Evidence | None:
    if all("init" in text.split("-") for text in _texts(job.name.value)):
        return Evidence(True, 2, f"its name {_shown(job.name.value)} has the word init", _place(job.name))
    return None


def _job_type(job: Job) -> Evidence | None:
    tag = job.tag("JobType")
    if all(text.lower() == "init" for text in _texts(tag.value)):
        return Evidence(True, 3, f"its tag JobType is {_shown(tag.value)}", _place(tag))
    return None


def _purpose(job: Job) -> Evidence | None:
    tag = job.tag("Purpose")
    if all(text.startswith("Init job") for text in _texts(tag.value)):
        return Evidence(True, 4, f"its tag Purpose is {_shown(tag.value)}", _place(tag))
    return None


def _file(job: Job) -> Evidence | None:
    name = job.span.path.rpartition("/")[2]
    return Evidence(True, 5, f"its file is called {name}", job.span) if FILES.fullmatch(name) else None


def _other_job_type(job: Job) -> Evidence | None:
    tag = job.tag("JobType")
    if all(HOLE not in text and text.lower() != "init" for text in _texts(tag.value)):
        return Evidence(False, 6, f"its tag JobType is {_shown(tag.value)}", _place(tag))
    return None


def _texts(value: Value) -> tuple[str, ...]:
    """A string's text with holes, of each value that it can take; a lone hole for one that is null or unknown."""
    return tuple(text_with_holes(alternative) for alternative in value.alternatives)


def _shown(value: Value) -> str:
    from initlint.terraform.show import show

    return show(value)


def _place(field: Field) -> Span:
    return field.span.first_line()


# --- row 7 ------------------------------------------------------------------------------------------------------------


def triggered_manually(job: Job) -> Truth:
    """Whether the job's trigger is manual: its only trigger block, or `trigger_type` (in azapi `triggerType` decides
    alone, whatever configuration object stands beside it).
    """
    written = [alternative.data for alternative in job.trigger_type.value.alternatives]
    kinds = {trigger.kind for trigger in job.triggers}
    if job.trigger_type.is_set is not Truth.NO:
        if not all(isinstance(kind, str) for kind in written):
            return Truth.UNKNOWN
        said = {str(kind).lower() == "manual" for kind in written}
        if len(said) > 1:
            return Truth.UNKNOWN
        manual = said.pop()
        if job.form is not Form.AZAPI and kinds - {TriggerKind.MANUAL}:
            return Truth.UNKNOWN if manual else Truth.NO
        return Truth.of(manual)
    if not kinds:
        return Truth.UNKNOWN if job.triggers.reason else Truth.NO
    # A block that may not exist is the trigger all the same when there is no other: the provider wants exactly one.
    if kinds == {TriggerKind.MANUAL}:
        return Truth.YES
    return Truth.UNKNOWN if TriggerKind.MANUAL in kinds else Truth.NO


def _manual_with_word(job: Job) -> Evidence | None:
    if triggered_manually(job) is not Truth.YES:
        return None
    label = find_word([words_of(job.label)])
    if label:
        return Evidence(True, 7, f"its trigger is manual and its label has the word {label}", job.span)
    name = _certain_word([words_of(text)] for text in _texts(job.name.value))
    if name:
        return Evidence(True, 7, f"its trigger is manual and its name has the word {name}", _place(job.name))
    certain = [container for container in job.containers if container.exists is Truth.YES]
    for container in certain:
        name = _certain_word([words_of(text)] for text in _texts(container.name.value))
        if name:
            return Evidence(
                True, 7, f"its trigger is manual and its container's name has the word {name}", _place(container.name)
            )
    for container in certain:
        found = _certain_word([words_of(" ".join(command)) for command in program] for program in programs(container))
        if found:
            field = container.command if container.command.is_set is not Truth.NO else container.args
            return Evidence(True, 7, f"its trigger is manual and its command runs {found}", _place(field))
    return None


def _certain_word(alternatives: Iterable[Sequence[tuple[str, ...]]]) -> str:
    """The word of the list that the first alternative has, if every alternative has one; else ""."""
    found = [find_word(texts) for texts in alternatives]
    return found[0] if found and all(found) else ""


_SEQUENCES = tuple((entry, words_of(entry)) for entry in sorted(WORDS, key=lambda entry: -len(words_of(entry))))


def find_word(texts: Iterable[tuple[str, ...]]) -> str:
    """The entry of the list that stands in one of the texts (each given as its words), the longest first; else ""."""
    texts = tuple(texts)
    for entry, sequence in _SEQUENCES:
        for words in texts:
            if any(words[at : at + len(sequence)] == sequence for at in range(len(words) - len(sequence) + 1)):
                return entry
    return ""
