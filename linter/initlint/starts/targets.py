"""Jobs against starts: which jobs nothing starts, and which starts mean no job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from initlint.jobs.classify import WORDS
from initlint.jobs.job import Job
from initlint.record import record
from initlint.source import Span
from initlint.starts.find import Start, Starts
from initlint.starts.names import could_match, is_wholly_unknown, known_words, likely_match, shown
from initlint.starts.words import unknown
from initlint.terraform.value import Chunk, Hole, Piece, Value, text_of
from initlint.truth import Truth, any_of


@record
class Answer:
    """Whether something starts a job: YES, NO nothing does, UNKNOWN for the `reason` given."""

    job: Job
    truth: Truth
    reason: str = ""


@record
class UnknownTarget:
    """A start that looks like an init job's: NO where no job can have the name, UNKNOWN where that is not known.

    `nearest` is the job whose name is most like it.
    """

    truth: Truth
    start: Start
    nearest: Job | None
    reason: str = ""


def starts_of(names: Sequence[Value], starts: Iterable[Start]) -> tuple[Start, ...]:
    """The starts that can mean a job, given the names that it can have (`possible_names` in each of its settings)."""
    known = [name for name in names if name.data is not None]
    return tuple(start for start in starts if any(likely_match(name, start.name) for name in known))


def possible_names(job: Job) -> tuple[Value, ...]:
    """The name that a job has in its setting, and the one that it has when the root's variables have other values.

    A default of a root variable, or a value from a tfvars file, is only what one run has: another may give
    `environment = "prod"`. Where the configuration names the environments, or the code lists the values that a variable
    can have, the settings are all that there are.
    """
    value = job.name.value
    root = getattr(job.module, "root", None)
    given = [] if root is None or job.setting.environment else given_by_one_run(value, root.directory)
    if value.data is None or not given:
        return (value,)
    hole = Hole(unknown("a variable of the root module may have another value"))
    pieces: list[Piece] = []
    replaced: set[Span] = set()
    for piece in value.pieces:
        place = piece.span if isinstance(piece, Chunk) else None
        covering = [span for span in given if place is not None and span.covers(place)]
        replaced.update(covering)
        pieces.append(hole if covering else piece)
    return (value, text_of(pieces) if replaced.issuperset(given) else hole.value)


def given_by_one_run(value: Value, root: str) -> list[Span]:
    """Where a value takes something from a default of a variable of the root module, or from a tfvars file."""
    return [
        origin.span
        for origin in (value.origin.chain() if value.origin is not None else ())
        if origin.span.path.endswith((".tfvars", ".tfvars.json"))
        or (origin.label.startswith("default of var.") and origin.span.source.directory == root)
    ]


def started(job: Job, starts: Iterable[Start]) -> Truth:
    """Whether something starts a job.

    YES: a start can mean it (one that takes the whole name from outside can mean any job). NO: none can. UNKNOWN: only
    where an unknown part held the words of another init job's name.
    """
    names = possible_names(job)
    answer = Truth.NO
    for start in starts:
        if any(likely_match(name, start.name) for name in names):
            return Truth.YES
        if could_match(names[0], start.name) is not Truth.NO:
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
        truth = any_of(started(job, starts) for job in settings)
        reason = "an unknown part of the name would have to hold another job's name" if truth is Truth.UNKNOWN else ""
        if truth is Truth.NO and starts.unread:
            path, why = starts.unread[0]
            truth, reason = Truth.UNKNOWN, f"{path} may start it: {why}"
        result += [Answer(job, truth, reason) for job in settings]
    return result


def looks_like_init(name: Value) -> bool:
    """Whether the known text of a name has a word of an init job, in each of the names that it can be."""
    found = list(known_words(name))
    return bool(found) and all(not words.isdisjoint(WORDS) for words in found)


def unknown_targets(jobs: Sequence[Job], starts: Starts, unseen: str = "") -> list[UnknownTarget]:
    """The starts whose name looks like an init job's and that no job is known to have.

    jobs: all jobs, init or not, of all settings. unseen: why there may be jobs that were not seen ("module.x is not
    installed"); then nothing is certain. Without any job there is nothing to compare with.
    """
    if not jobs:
        return []
    named = [(job, name) for job in jobs for name in possible_names(job)]
    result: list[UnknownTarget] = []
    for start in starts:
        if is_wholly_unknown(start.name) or not looks_like_init(start.name):
            continue
        possible = [(job, name) for job, name in named if _can_be(name, job, start)]
        if any(likely_match(name, start.name) and not is_wholly_unknown(name) for _, name in possible):
            continue
        if any(could_match(name, start.name) is not Truth.NO for name in starts.created):
            continue
        reason = unseen
        if possible:
            job, name = possible[0]
            reason = f"the name of {job.address} is not known: {name.reason}"
        truth = Truth.UNKNOWN if reason else Truth.NO
        result.append(UnknownTarget(truth, start, nearest(start.name, jobs), reason))
    return result


def _can_be(name: Value, job: Job, start: Start) -> bool:
    """Whether a name of a job can be the one that is started; of a name under other values only what is likely."""
    if name is job.name.value:
        return could_match(name, start.name) is not Truth.NO
    return likely_match(name, start.name)


def nearest(name: Value, jobs: Iterable[Job]) -> Job | None:
    """The job whose name is most like a name; None where none is like it at all."""
    from difflib import SequenceMatcher

    text = shown(name)
    best: tuple[float, Job] | None = None
    for job in jobs:
        ratio = SequenceMatcher(None, text, shown(job.name.value), autojunk=False).ratio()
        if not is_wholly_unknown(job.name.value) and ratio > (best[0] if best else 0.5):
            best = ratio, job
    return best[1] if best else None
