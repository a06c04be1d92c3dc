"""What initlint says of the jobs in a folder or in a plan, by rule; a job is known by its place and its address."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from initlint.checkov.keys import evaluated_key
from initlint.engine import InternalError, Judged, apply_to_job, apply_to_project, evidence_of, findings_of
from initlint.jobs.job import Job
from initlint.project import Project, Variables, build
from initlint.rule import Rule
from initlint.settings import Settings
from initlint.terraform.plan import REFERENCE, read, without_keys
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.finding import Finding
    from initlint.terraform.module import ModuleInstance

log = logging.getLogger(__name__)


class Outcome(Enum):
    """What a rule says of a job, the gravest first. IGNORED: it fails, and a comment in the code accepts that."""

    FAIL = "fail"
    IGNORED = "ignored"
    UNDECIDED = "undecided"
    PASS = "pass"


@dataclass(frozen=True)
class Answer:
    """An outcome; for a failure also the messages and the places in checkov's notation, each once."""

    outcome: Outcome
    messages: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


_UNDECIDED = Answer(Outcome.UNDECIDED)


@dataclass(frozen=True)
class Place:
    """Where a job is: the file that declares it, the 1-based line of its header, its address with instance keys, and
    the folder of the root module ("" where that is not known). File and folder are absolute, without links.
    """

    file: str
    line: int
    address: str
    root: str = ""


@dataclass(eq=False)
class Answers:
    """The answers on all jobs, by place and by rule code."""

    by_place: dict[Place, dict[str, list[Answer]]] = field(default_factory=dict)

    def add(self, place: Place, code: str, answer: Answer) -> None:
        """Notes an answer on a job, one of several where it is judged in several environments."""
        self.by_place.setdefault(place, {}).setdefault(code, []).append(answer)

    def of(self, place: Place, code: str) -> Answer | None:
        """The gravest answer on the jobs that are meant by a place; None where no rule of that code judged one."""
        places = next((self._index[name] for name in _names(place) if name in self._index), ())
        return _gravest(answer for one in places for answer in self.by_place[one].get(code, ()))

    @cached_property
    def _index(self) -> Mapping[tuple[object, ...], Sequence[Place]]:
        """The places by each of their names. To be asked for when all answers are there."""
        found: dict[tuple[object, ...], list[Place]] = {}
        for place in self.by_place:
            for name in dict.fromkeys(_names(place)):
                found.setdefault(name, []).append(place)
        return found


def _names(place: Place) -> Iterator[tuple[object, ...]]:
    """What the job at a place goes by, the most exact first.

    checkov does not expand all that initlint expands, nor the other way round, and may not know the root module. An
    address without keys then stands for all instances, and at last the block for all jobs that it makes.
    """
    base = without_keys(place.address)
    for address in (place.address, base):
        yield place.file, place.root, address
    for address in (place.address, base):
        yield place.file, address
    yield place.file, place.line


def _gravest(answers: Iterable[Answer]) -> Answer | None:
    found = list(dict.fromkeys(answers))
    gravity = list(Outcome)
    worst = min((answer.outcome for answer in found), key=gravity.index, default=None)
    if worst is None:
        return None
    kept = [answer for answer in found if answer.outcome is worst]
    return Answer(
        worst,
        tuple(dict.fromkeys(message for answer in kept for message in answer.messages)),
        tuple(dict.fromkeys(key for answer in kept for key in answer.keys)),
    )


# --- settings and rules ---------------------------------------------------------------------------------------------


@cache
def settings_for(folder: str) -> Settings:
    """The settings that `initlint FOLDER` would have. Raises what reading a configuration raises."""
    from initlint.settings import defaults
    from initlint.settings_file import find_in, load
    from initlint.workspace import find_root

    paths = [Path(folder)]
    return defaults() if find_in(find_root(paths)) is None else load(Path(folder))


# --- a folder -------------------------------------------------------------------------------------------------------


@cache
def of_folder(folder: str) -> Answers:
    """The answers on the jobs below a folder: what `initlint FOLDER` finds. Judged once in a process."""
    from initlint.workspace import discover

    settings = settings_for(folder)
    project = build(discover([Path(folder)], settings), settings, Variables(process=_environment(settings)))
    answers = Answers()
    judged = list(_judged(project, answers))
    failed: set[int] = set()
    for finding, members, ignored in findings_of(judged, project):
        for one in members:
            if one.job is not None:
                failed.add(id(one))
                outcome = Outcome.IGNORED if ignored else Outcome.FAIL
                answers.add(_place(one.job, project), one.rule.code, _failure(outcome, finding, one))
    for one in judged:
        if one.job is not None and id(one) not in failed:
            # A failure that is no finding is not reported: its folder is excluded, or its rule off where it stands.
            outcome = Outcome.PASS if one.verdict.truth is Truth.YES else Outcome.UNDECIDED
            answers.add(_place(one.job, project), one.rule.code, Answer(outcome))
    return answers


def _environment(settings: Settings) -> Mapping[str, str]:
    prefix = "TF_VAR_"
    if not settings.use_tf_var_env:
        return {}
    return {name.removeprefix(prefix): text for name, text in os.environ.items() if name.startswith(prefix)}


def _judged(project: Project, answers: Answers) -> Iterator[Judged]:
    """The verdicts on every init job. A rule without any on a job is a pass; one that broke is undecided."""
    settings = project.settings
    evidences = {id(job): evidence_of(job, project) for job in project.jobs}
    for job in project.jobs:
        evidence = evidences[id(job)]
        answers.by_place.setdefault(_place(job, project), {})
        if not evidence.init or job.instances:
            continue
        for rule in settings.rules:
            if rule.check is None or settings.severity_of(rule, job.span.path) is None:
                continue
            verdicts = _tried(rule, apply_to_job(rule, job, evidence, settings))
            if verdicts is None:
                answers.add(_place(job, project), rule.code, _UNDECIDED)
            elif not verdicts:
                answers.add(_place(job, project), rule.code, Answer(Outcome.PASS))
            yield from verdicts or ()
    for rule in settings.rules:
        for one in _tried(rule, apply_to_project(rule, project)) or ():
            if one.job is not None and evidences[id(one.job)].init and not one.job.instances:
                yield one


def _tried(rule: Rule, verdicts: Iterator[Judged]) -> list[Judged] | None:
    """The verdicts; None where the rule broke, which is logged: a mistake of initlint's is nobody's finding."""
    try:
        return list(verdicts)
    except InternalError as problem:
        log.error("initlint: internal error, %s is undecided: %s", rule.code, problem)
        return None


def _failure(outcome: Outcome, finding: Finding, one: Judged) -> Answer:
    assert one.job is not None
    span = finding.span.first_line()
    key = _key(one.job, one)
    return Answer(outcome, (f"{span.path}:{span.line}: {one.verdict.message}",), (key,) if key else ())


def _key(job: Job, one: Judged) -> str:
    for resource in job.module.source.resources.values():
        if resource.block.span == job.block_span:
            return evaluated_key(resource.block, one.verdict.span.first_line(), one.verdict.subject)
    return ""


def _place(job: Job, project: Project) -> Place:
    root = project.modules.workspace.root
    return Place(
        absolute(root / job.span.path), job.span.line, job.address, absolute(root / job.module.root.directory, True)
    )


@cache
def absolute(path: Path, folder: bool = False) -> str:
    """A path without links, but for a file that is a link itself: it belongs to the folder that it stands in."""
    return str(path.resolve() if folder else path.parent.resolve() / path.name)


# --- a plan -----------------------------------------------------------------------------------------------------------


@cache
def of_plan(file: str) -> Answers:
    """The answers on the jobs that a plan makes; a rule that needs the whole project has none. Raises plan.NoPlan.

    A plan does not say whether the code holds a text or was given it: what hangs on that is undecided.
    """
    from initlint.jobs.planned import planned_jobs

    settings = settings_for(str(Path(file).parent))
    plan = read(Path(file).read_bytes())
    answers = Answers()
    given, written = (planned_jobs(plan, Path(file).name, written=written) for written in (False, True))
    for job, as_written in zip(given, written, strict=True):
        place = Place(absolute(Path(file)), 0, job.address)
        answers.by_place.setdefault(place, {})
        others = dict(_on_planned(as_written, settings))
        for code, answer in _on_planned(job, settings):
            answers.add(place, code, answer if answer.outcome is others[code].outcome else _UNDECIDED)
    return answers


def _on_planned(planned: Job, settings: Settings) -> Iterator[tuple[str, Answer]]:
    """The answer of each rule, by its code, if the job is an init job."""
    from initlint.jobs.classify import classify

    surroundings = _Surroundings(planned.module)
    job = replace(planned, module=cast("ModuleInstance", surroundings))
    evidence = classify(job, (), settings.init_jobs)
    for rule in settings.rules if evidence.init else ():
        if rule.check is not None and settings.severity_of(rule) is not None:
            surroundings.looked = False
            verdicts = _tried(rule, apply_to_job(rule, job, evidence, settings))
            unseen = verdicts is None or surroundings.looked
            found = [*map(_planned, verdicts or ()), _UNDECIDED if unseen else Answer(Outcome.PASS)]
            yield rule.code, _gravest(found) or _UNDECIDED


class _Surroundings:
    """The module of a planned job. It holds nothing else, for a plan does not say which resources belong together: a
    rule that looks for others here has not seen them, and cannot pass.
    """

    def __init__(self, module: ModuleInstance) -> None:
        self._module = module
        self.looked = False

    def __getattr__(self, name: str) -> Any:
        self.looked = True
        return getattr(self._module, name)


def _planned(one: Judged) -> Answer:
    assert one.job is not None
    if one.verdict.truth is not Truth.NO:
        return Answer(Outcome.PASS) if one.verdict.truth is Truth.YES else _UNDECIDED
    key = _key(one.job, one)
    return Answer(Outcome.FAIL, (REFERENCE.sub("", one.verdict.message),), (key,) if key else ())
