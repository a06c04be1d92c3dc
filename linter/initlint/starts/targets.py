"""Jobs against starts: which jobs nothing starts, and which starts mean no job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from initlint.jobs.job import Job
from initlint.starts.find import Start, Starts
from initlint.starts.names import could_match, is_wholly_unknown, known_words, likely_match, shown
from initlint.terraform.value import Value
from initlint.truth import Truth, any_of

INIT_WORDS = frozenset(
    {
        "init", "initialize", "initialise", "migrate", "migration", "migrations", "migrator", "seed", "seeder",
        "seeding", "bootstrap", "provision", "setup", "grant", "grants", "dbinit", "alembic", "flyway", "liquibase",
    }
)  # fmt: skip
"""The words that make a name an init job's, as in the table of the policy."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Whether something starts a job: YES, NO nothing does, UNKNOWN for the `reason` given."""

    job: Job
    truth: Truth
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class UnknownTarget:
    """A start that looks like an init job's: NO where no job can have the name, UNKNOWN where that is not known.

    `nearest` is the job whose name is most like it.
    """

    truth: Truth
    start: Start
    nearest: Job | None
    reason: str = ""


def starts_of(names: Sequence[Value], starts: Iterable[Start]) -> tuple[Start, ...]:
    """The starts that can mean a job, given the names that it has in its settings."""
    known = [name for name in names if name.data is not None]
    return tuple(start for start in starts if any(likely_match(name, start.name) for name in known))


def started(name: Value, starts: Iterable[Start]) -> Truth:
    """Whether something starts a job of that name.

    YES: a start can mean it (one that takes the whole name from outside can mean any job). NO: none can. UNKNOWN: only
    where an unknown part held the words of another init job's name.
    """
    answer = Truth.NO
    for start in starts:
        if could_match(name, start.name) is not Truth.NO:
            if likely_match(name, start.name):
                return Truth.YES
            answer = Truth.UNKNOWN
    return answer


def unstarted(jobs: Iterable[Job], starts: Starts) -> list[Answer]:
    """For each job, whether something starts it; nothing where the repository has no script and no workflow.

    An instance is one job in all its settings: a start that can mean it in one of them is enough. Jobs without an
    instance, or without a name, are passed over.
    """
    if not starts.looked_at:
        return []
    instances: dict[str, list[Job]] = {}
    for job in jobs:
        if not job.instances and job.name.value.data is not None:
            instances.setdefault(f"{job.span.path}:{job.address}", []).append(job)
    result: list[Answer] = []
    for settings in instances.values():
        truth = any_of(started(job.name.value, starts) for job in settings)
        reason = "an unknown part of the name would have to hold another job's name" if truth is Truth.UNKNOWN else ""
        if truth is Truth.NO and starts.unread:
            path, why = starts.unread[0]
            truth, reason = Truth.UNKNOWN, f"{path} may start it: {why}"
        result += [Answer(job, truth, reason) for job in settings]
    return result


def looks_like_init(name: Value) -> bool:
    """Whether the known text of a name has a word of an init job, in each of the names that it can be."""
    found = list(known_words(name))
    return bool(found) and all(words & INIT_WORDS for words in found)


def unknown_targets(jobs: Sequence[Job], starts: Starts, unseen: str = "") -> list[UnknownTarget]:
    """The starts whose name looks like an init job's and that no job is known to have.

    jobs: all jobs, init or not, of all settings. unseen: why there may be jobs that were not seen ("module.x is not
    installed"); then nothing is certain. Without any job there is nothing to compare with.
    """
    if not jobs:
        return []
    result: list[UnknownTarget] = []
    for start in starts:
        if is_wholly_unknown(start.name) or not looks_like_init(start.name):
            continue
        possible = [job for job in jobs if could_match(job.name.value, start.name) is not Truth.NO]
        if any(likely_match(job.name.value, start.name) and not is_wholly_unknown(job.name.value) for job in possible):
            continue
        if any(could_match(name, start.name) is not Truth.NO for name in starts.created):
            continue
        reason = unseen
        if possible:
            reason = f"the name of {possible[0].address} is not known: {possible[0].name.value.reason}"
        truth = Truth.UNKNOWN if reason else Truth.NO
        result.append(UnknownTarget(truth, start, nearest(start.name, jobs), reason))
    return result


def nearest(name: Value, jobs: Iterable[Job]) -> Job | None:
    """The job whose name is most like a name; None where none is like it at all."""
    text = shown(name)
    best: tuple[float, Job] | None = None
    for job in jobs:
        ratio = SequenceMatcher(None, text, shown(job.name.value), autojunk=False).ratio()
        if not is_wholly_unknown(job.name.value) and ratio > (best[0] if best else 0.5):
            best = ratio, job
    return best[1] if best else None
