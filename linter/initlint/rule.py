"""What a rule's author needs: `rule`, `expect`, `fail`, `undecided`, and the types that they make.

A rule is a function from a job (and its options) to verdicts, under `@rule(...)`. Its docstring is its page. It tests
fields with tests from `initlint.tests_on_values`; the engine turns NO into a finding at the field's place and UNKNOWN
into an undecided with the value's reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from initlint.jobs.job import Field, Job
from initlint.record import record
from initlint.source import Span
from initlint.terraform.value import Origin, Value
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.project import Project


class Severity(Enum):
    """How much a finding matters; the order is that of gravity."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for note."""
        return list(Severity).index(self)


@record
class Place:
    """A labelled span beside the primary one."""

    span: Span
    message: str


@record
class Verdict:
    """One answer of a rule.

    truth: YES the job complies, NO it does not (a finding), UNKNOWN it depends on what the code does not say.
    span: where a finding stands, before the engine follows the origin out of the job's module.
    message: what is wrong and what is wanted; for UNKNOWN, what could not be decided.
    subject: tells findings of one rule at one place apart ("location" and "name" both missing); the field's label.
    origin: the origin of the value that decided, for the trail.
    """

    truth: Truth
    span: Span
    message: str
    subject: str = ""
    reason: str = ""
    severity: Severity | None = None
    origin: Origin | None = None
    related: tuple[Place, ...] = ()
    help: str = ""
    job: Job | None = None
    """For a rule over the whole project: the job that the verdict is about, if it is about one."""
    stays: bool = False
    """Whether the finding stands at `span` wherever the value was made: that it is written is wrong, not what it is; or
    `span` is a part of the text that was followed there already.
    """


Verdicts: TypeAlias = Iterator[Verdict]
ValueTest: TypeAlias = Callable[[Value], Truth]


@record(eq=True)
class Rule:
    """A rule of the policy.

    code: "INIT702". name: kebab-case. severity: the default. practice: the heading and sentence of the practices that
    it comes from. options: the frozen dataclass of its options, or None; section: the configuration table they stand
    in. security_severity: CVSS-like "0.1" to "10.0", only for security rules (SARIF). check: from a job to verdicts.
    check_project: from the whole project to verdicts, for what belongs to no job.
    """

    code: str
    name: str
    severity: Severity
    practice: str
    description: str
    check: Callable[..., Verdicts] | None = None
    check_project: Callable[..., Verdicts] | None = None
    options: type[Any] | None = None
    section: str = ""
    security_severity: str = ""
    enabled: bool = True
    tags: tuple[str, ...] = field(default=())

    @property
    def summary(self) -> str:
        """The first paragraph of the docstring, on one line."""
        return " ".join(self.description.split("\n\n", 1)[0].split())


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    practice: str,
    options: type[Any] | None = None,
    section: str = "",
    security_severity: str = "",
    project: bool = False,
    tags: tuple[str, ...] = (),
) -> Callable[[Callable[..., Verdicts]], Rule]:
    """Makes a `Rule` of a function `(job, options)` -> verdicts (`(job)` where it has no options; with `project=True`,
    `(project, options)` or `(project)`).
    """
    from inspect import cleandoc

    def make(function: Callable[..., Verdicts]) -> Rule:
        return Rule(
            code,
            name,
            severity,
            practice,
            cleandoc(function.__doc__ or ""),
            check=None if project else function,
            check_project=function if project else None,
            options=options,
            section=section,
            security_severity=security_severity,
            tags=tags,
        )

    return make


def expect(
    field: Field,
    test: ValueTest,
    otherwise: str,
    *,
    severity: Severity | None = None,
    related: tuple[Place, ...] = (),
    help: str = "",
    subject: str = "",
) -> Verdict:
    """The verdict of a test on a field's value.

    `otherwise` is the message where the test says no; `{field}` and `{value}` in it stand for the label and the
    value as people write it (a sensitive value is never shown).
    """
    truth = test(field.value)
    if field.maybe and truth is Truth.NO:
        truth = Truth.UNKNOWN
    return Verdict(
        truth,
        field.span,
        otherwise.replace("{field}", field.label).replace("{value}", show(field.value)),
        subject or field.label,
        reason=f"{field.label}: {field.value.reason or 'may not exist'}" if truth is Truth.UNKNOWN else "",
        severity=severity,
        origin=field.value.origin,
        related=related,
        help=help,
    )


def fail(place: Field | Span, message: str, *, subject: str = "", **more: Any) -> Verdict:
    """A finding."""
    if isinstance(place, Span):
        return Verdict(Truth.NO, place, message, subject, **more)
    more.setdefault("origin", place.value.origin)
    return Verdict(Truth.NO, place.span, message, subject or place.label, **more)


def undecided(place: Field | Span, reason: str, *, subject: str = "", message: str = "") -> Verdict:
    """What cannot be decided, and why."""
    span = place if isinstance(place, Span) else place.span
    label = subject or ("" if isinstance(place, Span) else place.label)
    return Verdict(Truth.UNKNOWN, span, message, label, reason=reason)


def show(value: Value) -> str:
    """A value as people write it, for messages: text in quotes with `${...}` for its unknown parts.

    A sensitive value is "(sensitive)"; long text is cut.
    """
    from initlint.terraform.show import show as render

    return render(value)


__all__ = [
    "Field", "Job", "Place", "Project", "Rule", "Severity", "Truth", "Verdict", "Verdicts", "expect", "fail", "rule",
    "show", "undecided",
]  # fmt: skip
