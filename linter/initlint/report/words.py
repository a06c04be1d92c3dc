"""The sentences that every report shares: counts, circumstances, causes, and what to say when nothing was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from initlint.finding import Finding, Result, Undecided
from initlint.record import record
from initlint.regex import regex
from initlint.rule import Severity

_DOMAIN = regex(r"(?:^| )([A-Za-z_][\w-]*)=")
# The label of a field before the reason of its value: "tags.JobType: var.tags has no default".
_LABEL = regex(r"(?!(?:var|local|module|data|each|count)\.)[A-Za-z_][\w.-]*(?:\[[^\]]*\])?(?: [\w.-]+)?: (?=\S)")


def number(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 error", "3 errors"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Words as a sentence lists them: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}" if words else ""


def holds(finding: Finding) -> str:
    """The circumstances that a finding holds in; "" where it holds in all that there are."""
    return "" if finding.everywhere else circumstances(finding.environments)


def circumstances(environments: Sequence[str]) -> str:
    """When a finding holds: "in dev and prod", "when var.environment is staging or prod"; "" when always."""
    if not environments:
        return ""
    split = [_DOMAIN.split(name) for name in environments]
    if all(len(parts) == 1 for parts in split):
        return "in " + listed(environments)
    if all(len(parts) == 3 and not parts[0] and parts[1] == split[0][1] for parts in split):
        return f"when var.{split[0][1]} is {listed([parts[2] for parts in split], 'or')}"
    return ", or ".join(map(_circumstance, split))


def _circumstance(parts: list[str]) -> str:
    """One setting, split into the environment and then names and values."""
    pairs = [f"var.{name} is {value}" for name, value in zip(parts[1::2], parts[2::2])]
    said = [f"in {parts[0]}" if parts[0] else "", f"when {listed(pairs)}" if pairs else ""]
    return " ".join(filter(None, said))


@record(eq=True)
class Cause:
    """One reason that leaves questions undecided, with the rules and jobs that it leaves so."""

    reason: str
    codes: tuple[str, ...]
    jobs: tuple[str, ...]

    def __str__(self) -> str:
        on = f" on {number(len(self.jobs), 'job')}" if len(self.jobs) > 1 else ""
        return f"{number(len(self.codes), 'rule')}{on}: {self.reason}"


def causes(undecided: Iterable[Undecided]) -> tuple[Cause, ...]:
    """The undecided questions by cause: a reason without the label of the field that it was met at."""
    groups: dict[str, list[Undecided]] = {}
    for question in undecided:
        label = _LABEL.match(question.reason)
        groups.setdefault(question.reason[label.end() :] if label else question.reason, []).append(question)
    return tuple(
        Cause(
            reason,
            tuple(sorted({question.code for question in questions})),
            tuple(sorted({question.job for question in questions if question.job})),
        )
        for reason, questions in groups.items()
    )


def counted(result: Result) -> str:
    """The counts of findings: "3 errors, 1 warning, 2 notes" without the zeros, or "no findings"."""
    counts = result.counts()
    return ", ".join(number(counts[s], s.value) for s in Severity if counts[s]) or "no findings"


def summary(result: Result) -> str:
    """The line that ends a report."""
    init = [job for job in result.jobs if job.init]
    empty = sum(bool(job.no_instances) for job in init)
    where = f"{number(len(init), 'init job')} of {number(len(result.jobs), 'job')} in {number(result.files, 'file')}"
    if empty:
        where += f", {empty} of them without an instance"
    if len(result.environments) > 1:
        where += f" ({number(len(result.environments), 'environment')})"
    undecided = ""
    if result.undecided:
        undecided = f"{len(result.undecided)} undecided ({number(len(causes(result.undecided)), 'cause')})"
    suppressed = f"{result.suppressed} suppressed" if result.suppressed else ""
    known = f"{result.baselined} known from the baseline" if result.baselined else ""
    partial = "only some of the files were reported on" if result.partial else ""
    return "; ".join(filter(None, [counted(result), undecided, suppressed, known, where, partial]))


def no_init_job(result: Result) -> str:
    """What was looked at, when no init job was found; "" when one was."""
    if any(job.init for job in result.jobs):
        return ""
    where = f"{number(result.files, 'file')}, {number(len(result.roots), 'root module')}"
    if not result.jobs:
        return f"no init job found: no Container Apps job in {where}"
    each = "it is not one" if len(result.jobs) == 1 else "each is not one"
    return f"no init job found: looked at {number(len(result.jobs), 'job')} in {where}; `initlint jobs` says why {each}"


def remarks(result: Result) -> list[str]:
    """What is said aloud before the summary: notes of the run, causes of what is undecided, that nothing was found."""
    said = [f"note: {note}" for note in result.notes]
    said += [f"undecided: {cause}" for cause in causes(result.undecided)]
    return said + list(filter(None, [no_init_job(result)]))
