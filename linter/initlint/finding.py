"""What a run found: findings, undecided questions, jobs and counts. Every report is made of a `Result` alone."""

from __future__ import annotations

from initlint.record import record
from initlint.rule import Place, Severity
from initlint.source import Source, Span
from initlint.terraform.value import Origin


@record
class Finding:
    """One finding: one cause, in one or more environments and instances.

    span: the primary span, never more than one line. related: the origin chain, the block, the module calls, nearest
    first. job: the address without instance keys, or None. instances: the full addresses where they differ from `job`.
    environments: the settings it holds in; empty where there is but one, without a name.
    key: what a baseline keys on: rule, job and value, never a line.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    job: str | None = None
    instances: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    related: tuple[Place, ...] = ()
    help: str = ""
    evidence: str = ""
    key: str = ""
    everywhere: bool = True
    """Whether it holds in every setting that there is; then text reports need not name them."""
    origins: tuple[Origin, ...] = ()
    """Where the values that decided come from, for telling which change caused it; no report shows them."""
    extent: tuple[Span, ...] = ()
    """The places of the verdicts in their full length, where they have several lines."""
    lacking: tuple[Span, ...] = ()
    """The whole blocks of the jobs that lack something, where there is no value to have an origin."""


@record
class Undecided:
    """A question that the code does not answer: a rule, a job, and why."""

    code: str
    name: str
    severity: Severity
    job: str | None
    reason: str
    span: Span
    environments: tuple[str, ...] = ()


@record
class ListedJob:
    """A job as it is listed, init job or not.

    `instances`: the full addresses when count or for_each gives several; `no_instances` says why there is none.
    `names`: the name in each environment (environment, name as text). `starts`: what starts it (path:line), if looked
    for; `perhaps_starts`: what starts a job of which nothing is known, so that it may be this one. `root`: the folder
    of the root module that it is a job of. `others`: instances of an init job that are none. `absent`: the environments
    in which it has no instance though it has in others, and why.
    """

    address: str
    span: Span
    init: bool
    evidence: str
    row: int
    name: str
    instances: tuple[str, ...] = ()
    no_instances: str = ""
    names: tuple[tuple[str, str], ...] = ()
    trigger: str = ""
    resources: str = ""
    identity: str = ""
    starts: tuple[str, ...] = ()
    perhaps_starts: tuple[str, ...] = ()
    verdicts: tuple[tuple[str, str], ...] = ()
    """For every rule that judged it: code and fail, pass or undecided (the worst over its environments)."""
    root: str = ""
    others: tuple[str, ...] = ()
    absent: tuple[tuple[str, str], ...] = ()


@record
class Result:
    """All that a run found, in order: findings by path, line, column, code."""

    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    jobs: tuple[ListedJob, ...] = ()
    sources: tuple[Source, ...] = ()
    """Every file that was read, for excerpts."""
    files: int = 0
    """Number of Terraform files that were read."""
    roots: tuple[str, ...] = ()
    """The root modules' folders, relative to the workspace root."""
    suppressed: int = 0
    environments: tuple[str, ...] = ()
    partial: bool = False
    """Whether only some files were reported on."""
    baselined: int = 0
    """Findings that are left out because a baseline holds them."""
    notes: tuple[str, ...] = ()
    """Things to say aloud beside the findings."""
    hidden: tuple[Span, ...] = ()
    """Where literal credentials stand, also those of suppressed findings: no excerpt shows what is there."""

    def counts(self) -> dict[Severity, int]:
        """The number of findings of each severity."""
        return {severity: sum(f.severity is severity for f in self.findings) for severity in Severity}


@record
class Applied:
    """What is left of a run's findings after ignoring.

    findings: those that no ignore covers. diagnostics: besides them, what there is to say of the ignores themselves
    (INIT003, INIT004, INIT005). suppressed: how many findings were ignored.
    """

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...] = ()
    suppressed: int = 0
    diagnostics: tuple[Finding, ...] = ()
