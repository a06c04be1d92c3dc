"""Jobs x rules -> findings: one per cause, placed where it is mended, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from initlint.finding import Applied, Finding, ListedJob, Result, Undecided
from initlint.jobs.job import Evidence, Job, Setting
from initlint.project import Project, Variables, build
from initlint.record import mutable, record
from initlint.rule import Place, Rule, Severity, Verdict
from initlint.source import Source, Span
from initlint.terraform.value import Origin
from initlint.truth import Truth

if TYPE_CHECKING:
    from datetime import date

    from initlint.settings import Settings

MOST_RELATED = 12
"""How many related places a finding shows."""


class InternalError(Exception):
    """A rule failed: a mistake of initlint's (or of a rule pack's), not of the scanned code."""


@record
class Judged:
    """A verdict with the job that it is about and the setting that it holds in."""

    rule: Rule
    verdict: Verdict
    job: Job | None
    evidence: str = ""


def scan(
    paths: Sequence[Path],
    settings: Settings,
    *,
    variables: Variables | None = None,
    environment: str = "",
    strict: bool = False,
    list_starts: bool = False,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Judges everything below the paths.

    environment: limits it to one. strict: what cannot be decided is a finding. list_starts: look for what starts each
    job. today: the day that expiring ignores are judged by.
    Raises workspace.PathError for a path that does not exist, those of project.build, and InternalError.
    """
    from initlint.workspace import discover

    workspace = discover(paths, settings)
    project = build(workspace, settings, variables or Variables(), environment, progress)
    return judge(project, strict=strict, list_starts=list_starts, today=today)


def judge(project: Project, *, strict: bool = False, list_starts: bool = False, today: date | None = None) -> Result:
    """Applies the rules to a project."""
    from initlint.secrecy import secret_spans

    settings = project.settings
    evidences = {id(job): evidence_of(job, project) for job in project.jobs}
    judged: list[Judged] = []
    for job in project.jobs:
        evidence = evidences[id(job)]
        if evidence.init and not job.instances:
            judged.extend(_judge_job(job, evidence, settings))
    judged.extend(_judge_project(project))
    variants = _variants(project)
    findings = [*_diagnostics(project), *_findings(judged, variants, project)]
    undecided = _undecided(judged, variants, project)
    kept = _not_ignored(findings, undecided, project, evidences, today)
    findings, undecided = [*kept.findings, *kept.diagnostics], list(kept.undecided)
    if strict:
        findings.extend(_as_finding(one) for one in undecided)
        undecided = []
    workspace = project.modules.workspace
    shown = [finding for finding in findings if workspace.reports_on(finding.span.path)]
    open_ = [one for one in undecided if workspace.reports_on(one.span.path)]
    return Result(
        findings=tuple(sorted(shown, key=_order)),
        undecided=tuple(sorted(open_, key=lambda u: (u.span.path, u.span.start, u.code, u.reason))),
        jobs=tuple(_listed(project, evidences, judged, list_starts)),
        sources=tuple(file.source for _, file in sorted(project.modules.files.items())),
        files=sum(len(files.primary) + len(files.overrides) for files in workspace.directories),
        roots=project.roots,
        suppressed=kept.suppressed,
        environments=tuple(dict.fromkeys(e.setting.name for e in project.evaluations if e.setting.name)),
        partial=workspace.partial,
        notes=project.notes,
        hidden=tuple(dict.fromkeys(secret_spans(project.jobs))),
    )


def _not_ignored(
    findings: Iterable[Finding],
    undecided: Iterable[Undecided],
    project: Project,
    evidences: Mapping[int, Evidence],
    today: date | None,
) -> Applied:
    files = project.modules.files
    if not any(b"initlint" in file.source.data or b":skip=" in file.source.data for file in files.values()):
        return Applied(tuple(findings), tuple(undecided))
    from initlint import suppress

    return suppress.apply(
        findings,
        undecided,
        files,
        {(job.span, job.block_span) for job in project.jobs},
        _ran(project, evidences),
        project.settings,
        today,
        partial=project.modules.workspace.partial or bool(project.only),
        scanned=project.modules.workspace.scans,
    )


def findings_of(judged: Iterable[Judged], project: Project) -> Iterator[tuple[Finding, Sequence[Judged], bool]]:
    """The findings that verdicts make, each with the verdicts behind it and whether a comment in the code ignores it.

    Those that are not reported on (in an excluded folder) are left out.
    """
    variants = _variants(project)
    made = [(_finding(cause, variants), cause.members) for cause in _causes(judged, project)]
    evidences = {id(job): evidence_of(job, project) for job in project.jobs}
    kept = _not_ignored([finding for finding, _ in made], (), project, evidences, None).findings
    left = {id(finding) for finding in kept}
    for finding, members in made:
        if project.modules.workspace.reports_on(finding.span.path):
            yield finding, members, id(finding) not in left


def evidence_of(job: Job, project: Project) -> Evidence:
    """Whether a job is an init job, and why."""
    from initlint.jobs.classify import classify

    file = project.modules.files.get(job.span.path)
    return classify(job, file.comments if file else (), project.settings.init_jobs)


# --- judging ----------------------------------------------------------------------------------------------------------


def _judge_job(job: Job, evidence: Evidence, settings: Settings) -> Iterator[Judged]:
    for rule in settings.rules:
        yield from apply_to_job(rule, job, evidence, settings)


def apply_to_job(rule: Rule, job: Job, evidence: Evidence, settings: Settings) -> Iterator[Judged]:
    """The verdicts of one rule on one job; none where it is off or no rule about jobs. Raises InternalError."""
    if rule.check is None or settings.severity_of(rule, job.span.path) is None:
        return
    arguments = (job,) if rule.options is None else (job, settings.option(rule))
    try:
        for verdict in rule.check(*arguments):
            yield Judged(rule, verdict, job, evidence.reason)
    except Exception as problem:
        raise InternalError(f"{rule.code} {rule.name} failed on {job.address} ({job.span.path}:{job.span.line}): "
                            f"{type(problem).__name__}: {problem}") from problem  # fmt: skip


def _judge_project(project: Project) -> Iterator[Judged]:
    for rule in project.settings.rules:
        yield from apply_to_project(rule, project)


def apply_to_project(rule: Rule, project: Project) -> Iterator[Judged]:
    """The verdicts of one rule on the project; none where it is off or a rule about jobs. Raises InternalError."""
    settings = project.settings
    if rule.check_project is None or settings.severity_of(rule) is None:
        return
    arguments = (project,) if rule.options is None else (project, settings.option(rule))
    try:
        for verdict in rule.check_project(*arguments):
            yield Judged(rule, verdict, verdict.job)
    except Exception as problem:
        raise InternalError(f"{rule.code} {rule.name} failed: {type(problem).__name__}: {problem}") from problem


def _ran(project: Project, evidences: Mapping[int, Evidence]) -> frozenset[tuple[str, str]]:
    """Which rule judged which job: its code, and path and start of the job's header."""
    settings = project.settings
    judged = {job.span for job in project.jobs if evidences[id(job)].init and not job.instances}
    return frozenset(
        (rule.code, f"{span.path}:{span.start}")
        for span in judged
        for rule in settings.rules
        if settings.severity_of(rule, span.path) is not None
    )


def _diagnostics(project: Project) -> Iterator[Finding]:
    """The linter's own findings: what could not be read, found or expanded."""
    from initlint import diagnostics
    from initlint.syntax_problems import syntax_problems

    settings = project.settings
    rules = {rule.code: rule for rule in diagnostics.DIAGNOSTICS}
    found: list[Finding | None] = []
    for problem, told in syntax_problems(project):
        code = "INIT002" if problem.unreadable else "INIT001"
        found.append(diagnostics.report(rules[code], problem.span, problem.message, settings, told))
    workspace = project.modules.workspace
    for unread in (*workspace.problems, *(problem for files in workspace.directories for problem in files.problems)):
        span = Source(unread.path, b"").span(0, 0)
        found.append(diagnostics.report(rules["INIT002"], span, unread.message, settings))
    for one in project.problems:
        found.append(diagnostics.report(rules[one.code], one.span, one.message, settings))
    for name, span in settings.unknown_rules:
        found.append(diagnostics.unknown_rule(name, span, settings))
    return filter(None, found)


# --- placing ----------------------------------------------------------------------------------------------------------


def placed(one: Judged) -> tuple[Span, tuple[Place, ...]]:
    """The primary span of a finding and its related places.

    Where the text that decides stands outside the job's own module (in a caller, or in a variable file), the primary
    span is the expression that holds it, for that is where it is mended; the job's own attribute is then the first
    related place.
    """
    verdict, job = one.verdict, one.job
    own = verdict.span.first_line()
    primary, related = own, []
    if verdict.origin is not None and job is not None and verdict.truth is Truth.NO:
        maker = verdict.origin.maker().span
        if not verdict.stays and _elsewhere(maker, job):
            primary = maker.first_line()
            related.append(Place(own, f"{verdict.subject} of the job" if verdict.subject else "the job's argument"))
        for origin in _telling(verdict.origin):
            span = origin.span.first_line()
            seen_there = primary.covers(span) or own.covers(span)
            if not seen_there and len(related) < MOST_RELATED:
                related.append(Place(span, origin.label or "this value"))
    related.extend(verdict.related)
    if job is not None:
        if job.span != primary:
            related.append(Place(job.span.first_line(), "in this job"))
        related.extend(Place(span, f"called from {address}") for address, span in job.called_from)
    seen: set[Span] = {primary}
    unique = [place for place in related if not (place.span in seen or seen.add(place.span))]  # type: ignore[func-returns-value]
    return primary, tuple(unique)


def _telling(origin: Origin, told: bool = True) -> Iterator[Origin]:
    """The places behind a value that tell a reader something, nearest first: those with a name, and what they lead to.
    What an expression without a name is made of is passed over, as it can be seen where it stands.
    """
    if origin.label or told:
        yield origin
    for inner in origin.inner:
        yield from _telling(inner, origin.handed_on)


def _elsewhere(span: Span, job: Job) -> bool:
    if span.path.endswith((".tfvars", ".tfvars.json")):
        return True
    return span.source.directory != job.module.source.directory


# --- one finding per cause --------------------------------------------------------------------------------------------


@mutable
class _Cause:
    first: Judged
    severity: Severity
    span: Span
    related: tuple[Place, ...]
    settings: dict[str, set[Setting]] = field(default_factory=dict)
    """By root module: the settings it holds in."""
    messages: dict[str, list[str]] = field(default_factory=dict)
    """The different messages, with the settings of each."""
    addresses: dict[str, str] = field(default_factory=dict)
    """The full addresses of the job's instances, with their base address."""
    members: list[Judged] = field(default_factory=list)
    """The verdicts that it is made of."""


def _findings(judged: Iterable[Judged], variants: Mapping[str, set[Setting]], project: Project) -> Iterator[Finding]:
    for cause in _causes(judged, project):
        yield _finding(cause, variants)


def _causes(judged: Iterable[Judged], project: Project) -> Iterable[_Cause]:
    settings = project.settings
    causes: dict[object, _Cause] = {}
    for one in judged:
        if one.verdict.truth is not Truth.NO:
            continue
        span, related = placed(one)
        severity = settings.severity_of(one.rule, span.path)
        if severity is None:
            continue
        severity = _of_verdict(one, severity)
        key = (one.rule.code, span, one.verdict.subject)
        cause = causes.get(key)
        if cause is None:
            cause = causes[key] = _Cause(one, severity, span, related)
        cause.members.append(one)
        names = cause.messages.setdefault(one.verdict.message, [])
        if one.job is not None:
            root = one.job.module.root.directory
            cause.settings.setdefault(root, set()).add(one.job.setting)
            cause.addresses[one.job.address] = one.job.base_address
            if one.job.setting.name and one.job.setting.name not in names:
                names.append(one.job.setting.name)
    return causes.values()


def _of_verdict(one: Judged, configured: Severity) -> Severity:
    """A verdict's own severity holds as long as the configuration says nothing else about the rule."""
    if one.verdict.severity is not None and configured is one.rule.severity:
        return one.verdict.severity
    return configured


def _finding(cause: _Cause, variants: Mapping[str, set[Setting]]) -> Finding:
    rule, verdict, job = cause.first.rule, cause.first.verdict, cause.first.job
    environments: list[str] = []
    everywhere = True
    for root, held in cause.settings.items():
        environments.extend(names_of(held, variants[root]))
        everywhere = everywhere and held == variants[root]
    bases = sorted(set(cause.addresses.values()))
    instances = sorted(cause.addresses) if len(cause.addresses) > 1 or list(cause.addresses) != bases else []
    return Finding(
        rule.code,
        rule.name,
        cause.severity,
        _message(cause),
        cause.span,
        job.base_address if job is not None else None,
        tuple(instances),
        tuple(dict.fromkeys(environments)),
        cause.related,
        verdict.help or f"{rule.summary} (initlint explain {rule.code})",
        cause.first.evidence,
        key=f"{rule.code}|{job.base_address if job else ''}|{verdict.subject}|{verdict.message}",
        everywhere=everywhere,
        origins=tuple({id(o): o for one in cause.members if (o := one.verdict.origin) is not None}.values()),
        extent=tuple({one.verdict.span for one in cause.members}),
        lacking=tuple({one.job.block_span for one in cause.members if one.job and one.verdict.origin is None}),
    )


def _message(cause: _Cause) -> str:
    """The message; where it differs between settings, each with where it holds; between instances, the first."""
    messages = list(cause.messages.items())
    if len(messages) == 1:
        return messages[0][0]
    settings = [name for _, names in messages for name in names]
    if len(set(settings)) < len(settings) or not all(names for _, names in messages):  # the instances differ
        return f"{messages[0][0]}; and so for {len(messages) - 1} more"
    shown = "; ".join(f"{message} (in {', '.join(names)})" for message, names in messages[:3])
    return shown if len(messages) <= 3 else f"{shown}; and {len(messages) - 3} more"


def _variants(project: Project) -> dict[str, set[Setting]]:
    found: dict[str, set[Setting]] = {}
    for evaluation in project.evaluations:
        found.setdefault(evaluation.root.directory, set()).add(evaluation.setting)
    return found


def names_of(held: set[Setting], every: set[Setting]) -> list[str]:
    """The names of the settings that something holds in. A domain that makes no difference is left out of the names."""
    variables = {name for setting in every for name, _ in setting.domains}
    telling = set(variables)
    named = all(setting.environment for setting in every)
    for variable in sorted(variables):
        if (named or len(telling) > 1) and _closed(held, every, variable):
            telling -= {variable}
    names = {replace(one, domains=tuple(pair for pair in one.domains if pair[0] in telling)).name for one in held}
    return sorted(name for name in names if name)


def _without(setting: Setting, variables: set[str]) -> Setting:
    return replace(setting, domains=tuple(pair for pair in setting.domains if pair[0] not in variables))


def _closed(held: set[Setting], every: set[Setting], variable: str) -> bool:
    """Whether what holds does so whatever value the variable takes."""
    kept = {_without(setting, {variable}) for setting in held}
    return held == {setting for setting in every if _without(setting, {variable}) in kept}


def _undecided(judged: Iterable[Judged], variants: Mapping[str, set[Setting]], project: Project) -> list[Undecided]:
    settings = project.settings
    groups: dict[tuple[str, str | None, Span | None, str], tuple[Judged, Severity, dict[str, set[Setting]]]] = {}
    for one in judged:
        if one.verdict.truth is not Truth.UNKNOWN:
            continue
        severity = settings.severity_of(one.rule, one.verdict.span.path)
        if severity is None:
            continue
        base = one.job.base_address if one.job else None
        # Two root modules may each have a job of that address.
        key = (one.rule.code, base, one.job.span if one.job else None, one.verdict.reason)
        group = groups.setdefault(key, (one, _of_verdict(one, severity), {}))
        if one.job is not None:
            group[2].setdefault(one.job.module.root.directory, set()).add(one.job.setting)
    found = []
    for (code, base, _, reason), (one, severity, held) in groups.items():
        names = [name for root, s in held.items() for name in names_of(s, variants[root])]
        found.append(
            Undecided(
                code, one.rule.name, severity, base, reason, one.verdict.span.first_line(), tuple(dict.fromkeys(names))
            )
        )
    return found


def _as_finding(one: Undecided) -> Finding:
    return Finding(
        one.code,
        one.name,
        one.severity,
        f"this cannot be decided: {one.reason}",
        one.span,
        one.job,
        environments=one.environments,
        key=f"{one.code}|{one.job or ''}|undecided|{one.reason}",
    )


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.span.path, finding.span.start, finding.code, finding.span.end, finding.message)


# --- jobs -------------------------------------------------------------------------------------------------------------


def _listed(
    project: Project, evidences: Mapping[int, Evidence], judged: Iterable[Judged], list_starts: bool
) -> Iterator[ListedJob]:
    """Every job once, over its settings and instances; an init job in one of them is one."""
    from initlint.listing import listed

    worst: dict[tuple[str, str], dict[str, Truth]] = {}
    gravity = [Truth.NO, Truth.UNKNOWN, Truth.YES]
    for one in judged:
        if one.job is not None:
            verdicts = worst.setdefault((one.job.module.root.directory, one.job.base_address), {})
            known = verdicts.get(one.rule.code, Truth.YES)
            verdicts[one.rule.code] = min(known, one.verdict.truth, key=gravity.index)
    groups: dict[tuple[str, str], list[Job]] = {}
    for job in project.jobs:
        groups.setdefault((job.module.root.directory, job.base_address), []).append(job)
    rules = [rule for rule in project.settings.rules if rule.check is not None]
    for key, jobs in sorted(groups.items(), key=lambda item: (item[1][0].span.path, item[1][0].span.start, item[0])):
        starts, perhaps = _starts(jobs, project) if list_starts else ((), ())
        yield listed(jobs, [evidences[id(job)] for job in jobs], worst.get(key, {}), rules, starts, perhaps)


def _starts(jobs: Sequence[Job], project: Project) -> tuple[list[str], list[str]]:
    """What starts a job, and what may, for nothing is known of the name that one of them has."""
    from initlint.starts import is_wholly_unknown, starts_of

    names = [job.name.value for job in jobs]
    found = starts_of(names, project.starts)
    nameless = all(map(is_wholly_unknown, names))
    starts = dict.fromkeys(start.place for start in found if not (nameless or is_wholly_unknown(start.name)))
    perhaps = dict.fromkeys(start.place for start in found)
    return list(starts), [place for place in perhaps if place not in starts]


__all__ = ["InternalError", "judge", "scan"]
