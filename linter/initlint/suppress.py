"""Ignores: comments that say which findings are accepted, where, why, and until when.

    cpu = 2 # initlint: ignore[INIT201] the import needs it
    # initlint: ignore[INIT201,job-name-pattern] named by the customer, until=2027-01-31
    # initlint: ignore-file[INIT6] tags are set by policy
    #checkov:skip=CKV_INIT_201:the import needs it

What an ignore covers depends on where it stands, in this order:

- `ignore-file`: every finding in the file, and every finding of a job in the file.
- alone on its line inside a job's block or directly above the block (other comment lines may lie between), or behind
  the block's first line: the whole job, also where a finding of that job stands in a caller or in a values file.
- behind code: the findings whose primary span is on that line.
- alone on its line elsewhere: those on the next line of code, when no blank line lies between.

A `checkov:skip` comment counts inside a job's block and covers the job, as it does for checkov. An ignore also covers
what is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from initlint.diagnostics import ALWAYS_ON, IGNORE_WITHOUT_REASON, OWN, UNUSED_IGNORE, report, unknown_rule
from initlint.finding import Applied, Finding, Undecided
from initlint.nearest import did_you_mean, nearest
from initlint.record import record
from initlint.rule import Rule
from initlint.settings import Settings, is_known, strength
from initlint.source import Source, Span
from initlint.syntax.nodes import Comment, File

if TYPE_CHECKING:
    from datetime import date

VERBS = ("ignore", "ignore-file", "init-job", "not-init-job")
"""What may follow `initlint:`; the last two say what a job is and are read where jobs are classified."""

ALIKE = frozenset({"allow", "disable", "disable-file", "disable-line", "disable-next-line", "noqa", "skip", "suppress"})
"""What other linters call it."""


@record
class JobBlock:
    """A job's block in a file. judged: whether any rule judged it; else no ignore in it is called unused."""

    header: Span
    block: Span
    judged: bool = True


class Scope(Enum):
    """What an ignore covers."""

    LINE = "line"
    JOB = "job"
    FILE = "file"


@record
class Ignore:
    """One ignore.

    names: the rules as they are written, each with its place. reason: without the date. until: the last day on which it
    holds, as written. lines: the 1-based lines of a LINE ignore. job: the job that it covers or stands in.
    """

    source: Source
    span: Span
    scope: Scope
    names: tuple[tuple[str, Span], ...]
    reason: str = ""
    until: tuple[str, Span] | None = None
    lines: frozenset[int] = frozenset()
    job: JobBlock | None = None

    def expires(self, today: date) -> str:
        """Why it no longer holds, or "": a date that has passed or is none."""
        if self.until is None:
            return ""
        from datetime import date

        try:
            last = date.fromisoformat(self.until[0]) if len(self.until[0]) == 10 else None
        except ValueError:
            last = None
        if last is None:
            return f"'{self.until[0]}' is no date, so this ignores nothing; write until=YYYY-MM-DD"
        return "" if today <= last else f"this ignore expired on {last.isoformat()} and ignores nothing"


@record
class Mistake:
    """A comment that is meant for initlint and says nothing."""

    span: Span
    message: str


# --- reading comments -----------------------------------------------------------------------------------------------

_MARKS = rb"[ \t]*(?:#+|//+|/\*+|\*+(?!/))?[ \t]*"
_CALLED = re.compile(rb"(?<![\w/.-])initlint[ \t]*:[ \t]*")
_DIRECTIVE = re.compile(rb"(?P<verb>[A-Za-z][\w-]*)[ \t]*(?P<list>\[(?P<rules>[^\]]*)(?P<closed>\])?)?(?P<reason>.*)")
_CHECKOV = re.compile(rb"\b(?:checkov|bridgecrew):skip=[ \t]*(?P<rules>\w+(?:[ \t]*,[ \t]*\w+)*)(?::(?P<reason>.*))?")
_CHECKOV_ID = re.compile(r"CKV2?_INIT_(\d+)")
_UNTIL = re.compile(rb"(?<![\w-])until=(\S*?)(?=[\s,;.)]*(?:\s|$))")


def directives(file: File, jobs: Sequence[JobBlock]) -> tuple[list[Ignore], list[Mistake]]:
    """The ignores in a file's comments, and the comments that fail to be one; `jobs` are those of all files."""
    reader = _Reader(file, [job for job in jobs if job.block.source.path == file.source.path])
    if b"initlint" in file.source.data or b":skip=" in file.source.data:
        for comment in file.comments:
            reader.read(comment)
    return reader.ignores, reader.mistakes


class _Reader:
    def __init__(self, file: File, jobs: Sequence[JobBlock]) -> None:
        self.source = file.source
        self.jobs = jobs
        self.ignores: list[Ignore] = []
        self.mistakes: list[Mistake] = []
        self.comments = file.comments
        self._alone: frozenset[int] | None = None

    def read(self, comment: Comment) -> None:
        data = self.source.data[comment.span.start : comment.span.end]
        if b"initlint" not in data and b":skip=" not in data:
            return
        at = comment.span.start
        for line in data.split(b"\n"):
            text = line.rstrip()
            text = text.removesuffix(b"*/").rstrip() if comment.text.startswith("/*") else text
            self.read_line(comment, at, text)
            at += len(line) + 1

    def read_line(self, comment: Comment, at: int, text: bytes) -> None:
        calls = list(_CALLED.finditer(text))
        for index, call in enumerate(calls):
            end = calls[index + 1].start() if index + 1 < len(calls) else len(text)
            leads = re.fullmatch(_MARKS, text[: call.start()]) is not None
            if not leads and not text[: call.start()].rstrip().endswith((b"#", b"//")):
                continue  # prose that mentions one
            match = _DIRECTIVE.match(text, call.end(), end)
            if match:
                self.directive(comment, at, call.start(), match, leads)
            elif leads:
                self.mistakes.append(Mistake(self.span(at, call.start(), end), _NOTHING))
        skip = _CHECKOV.search(text)
        if skip:
            self.checkov(comment, at, skip)

    def directive(self, comment: Comment, at: int, start: int, match: re.Match[bytes], leads: bool) -> None:
        verb = match["verb"].decode()
        span = self.span(at, start, match.end("list") if match["list"] else match.end("verb"))
        if verb not in ("ignore", "ignore-file"):
            if leads and verb not in VERBS and (match["list"] or verb.lower() in ALIKE or nearest(verb, VERBS)):
                hint = did_you_mean(verb, VERBS) or "; write ignore[RULE] with the rules to ignore"
                self.mistakes.append(Mistake(span, f"unknown directive '{verb}'{hint}"))
            return
        names = tuple(self.names(at, match)) if match["closed"] else ()
        if names:
            reason, until = self.reason(at, match, b" \t:-,")
            self.add(comment, span, Scope.FILE if verb == "ignore-file" else None, names, reason, until)
        elif leads:
            self.mistakes.append(Mistake(span, f"this ignores nothing: write {verb}[RULE] with the rules to ignore"))

    def checkov(self, comment: Comment, at: int, match: re.Match[bytes]) -> None:
        names = []
        for name, span in self.names(at, match):
            found = _CHECKOV_ID.fullmatch(name)
            if found:
                names.append((f"INIT{found[1]}", span))
        if names:
            reason, until = self.reason(at, match, b" \t")
            job = self.job_around(comment)
            span = self.span(at, match.start(), match.end("rules"))
            self.ignores.append(
                Ignore(self.source, span, Scope.JOB if job else Scope.LINE, tuple(names), reason, until, job=job)
            )

    def names(self, at: int, match: re.Match[bytes]) -> Iterator[tuple[str, Span]]:
        for part in re.finditer(rb"[^\s,]+", match["rules"]):
            start = match.start("rules")
            yield part[0].decode("utf-8", "replace"), self.span(at, start + part.start(), start + part.end())

    def reason(self, at: int, match: re.Match[bytes], marks: bytes) -> tuple[str, tuple[str, Span] | None]:
        text = match["reason"] or b""
        found = _UNTIL.search(text)
        if not found:
            return text.decode("utf-8", "replace").strip(marks.decode()), None
        start = match.start("reason")
        until = found[1].decode("utf-8", "replace"), self.span(at, start + found.start(), start + found.end())
        rest = text[: found.start()] + text[found.end() :]
        return rest.decode("utf-8", "replace").strip(" \t:-,;.()"), until

    def add(
        self,
        comment: Comment,
        span: Span,
        scope: Scope | None,
        names: tuple[tuple[str, Span], ...],
        reason: str,
        until: tuple[str, Span] | None,
    ) -> None:
        if scope is Scope.FILE:
            self.ignores.append(Ignore(self.source, span, scope, names, reason, until))
            return
        around = self.job_around(comment)
        first, last = comment.span.line, self.last_line(comment)
        if self.stands_alone(comment):
            target = last + 1
            while target in self.lines_of_comments:
                target += 1
            job = around or next((job for job in self.jobs if job.header.line == target), None)
            lines = frozenset({*range(first, last + 1), target})
        else:
            job = next((job for job in self.jobs if job.header.line == first), None)
            lines = frozenset({first, last})
        covers = Scope.JOB if job else Scope.LINE
        self.ignores.append(Ignore(self.source, span, covers, names, reason, until, lines, job or around))

    def job_around(self, comment: Comment) -> JobBlock | None:
        return next((job for job in self.jobs if job.block.covers(comment.span)), None)

    def stands_alone(self, comment: Comment) -> bool:
        """Whether there is nothing but white space on its lines."""
        end = self.source.data.find(b"\n", comment.span.end)
        rest = self.source.data[comment.span.end : end if end != -1 else len(self.source.data)]
        return comment.alone and (comment.span.text.endswith("\n") or not rest.strip())

    def last_line(self, comment: Comment) -> int:
        """The last line of a comment, whether or not its span takes in the line's end."""
        text = self.source.data[comment.span.start : comment.span.end].rstrip(b"\r\n")
        return self.source.position(comment.span.start + len(text))[0]

    @property
    def lines_of_comments(self) -> frozenset[int]:
        if self._alone is None:
            self._alone = frozenset(
                line
                for comment in self.comments
                if self.stands_alone(comment)
                for line in range(comment.span.line, self.last_line(comment) + 1)
            )
        return self._alone

    def span(self, at: int, start: int, end: int) -> Span:
        return self.source.span(at + start, at + end)


_NOTHING = f"this says nothing: after 'initlint:' stands one of {', '.join(VERBS)}"


# --- applying them --------------------------------------------------------------------------------------------------

Item: TypeAlias = Finding | Undecided


def means(rule: Rule, name: str) -> bool:
    """Whether a name in an ignore means a rule. The linter's own rules must be named, or meant by INIT0."""
    return strength(rule, name) >= (len("INIT0") if rule.code in OWN else 1)


@dataclass(eq=False)
class _Suppression:
    """Ignores at work: which names of which ignores were of use."""

    ignores: Sequence[Ignore]
    settings: Settings
    used: set[tuple[Ignore, str]] = field(default_factory=set)
    by_code: dict[str, Rule] = field(default_factory=dict)
    jobs: Sequence[JobBlock] = ()

    def covers(self, item: Item) -> bool:
        """Whether any ignore covers a finding; all that do have been of use."""
        rule = self.by_code.get(item.code)
        if rule is None or rule.code in ALWAYS_ON:
            return False
        found = False
        for ignore in self.ignores:
            names = [name for name, _ in ignore.names if means(rule, name)]
            if names and self.reaches(ignore, item):
                self.used.update((ignore, name) for name in names)
                found = True
        return found

    def reaches(self, ignore: Ignore, item: Item) -> bool:
        if ignore.scope is Scope.LINE:
            return item.span.path == ignore.source.path and item.span.line in ignore.lines
        if ignore.scope is Scope.JOB:
            return ignore.job is not None and self.is_of(item, ignore.job)
        return item.span.path == ignore.source.path or any(
            self.is_of(item, job) for job in self.jobs if job.block.source.path == ignore.source.path
        )

    def is_of(self, item: Item, job: JobBlock) -> bool:
        """Whether a finding is the job's: it stands in its block, or it stands elsewhere and points to its header."""
        if _inside(item.span, job.block):
            return True
        if item.job is None or isinstance(item, Undecided):
            return False
        label = re.sub(r"\[.*\]$", "", item.job).rpartition(".")[2]
        return f'"{label}"' in job.header.text and any(_inside(place.span, job.header) for place in item.related)


def _inside(span: Span, outer: Span) -> bool:
    return span.path == outer.path and outer.start <= span.start and span.end <= outer.end


def apply(
    findings: Iterable[Finding],
    undecided: Iterable[Undecided],
    files: Mapping[str, File],
    jobs: Iterable[tuple[Span, Span]],
    ran: Collection[tuple[str, str]],
    settings: Settings,
    today: date | None = None,
    *,
    partial: bool = False,
    scanned: Callable[[str], bool] = lambda path: True,
) -> Applied:
    """Takes out what the comments in `files` (by path) ignore, and says what is wrong with them.

    jobs: header and block of every job. ran: which rule judged which job: its code, and path and start of the job's
    header ("main.tf:120"). today: what expiry is compared with, by default the current date. partial: whether only a
    part was judged (some files, one environment), so that nothing can be called unused. scanned: whether a file is part
    of what is scanned; ignores elsewhere (in an installed module) are heeded, and nothing is said of them.
    """
    judged = {place for _, place in ran}
    ordered = sorted(jobs, key=lambda job: (job[0].path, job[0].start))
    blocks = [JobBlock(header, block, f"{header.path}:{header.start}" in judged) for header, block in ordered]
    read = [directives(file, blocks) for _, file in sorted(files.items())]
    ignores = [ignore for found, _ in read for ignore in found]
    mistakes = [mistake for _, found in read for mistake in found]
    if not ignores and not mistakes:
        return Applied(tuple(findings), tuple(undecided))
    day = today or _today()
    expired = {ignore: why for ignore in ignores if (why := ignore.expires(day))}
    active = _Suppression(
        [ignore for ignore in ignores if ignore not in expired],
        settings,
        by_code={rule.code: rule for rule in settings.rules},
        jobs=blocks,
    )
    all_findings = tuple(findings)
    kept = tuple(finding for finding in all_findings if not active.covers(finding))
    open_questions = tuple(question for question in undecided if not active.covers(question))

    said = [report(UNUSED_IGNORE, mistake.span, mistake.message, settings) for mistake in mistakes]
    said += [
        report(UNUSED_IGNORE, ignore.until[1] if ignore.until else ignore.span, why, settings)
        for ignore, why in expired.items()
    ]
    unused = _Unused(active, settings, partial)
    for ignore in ignores:
        said += _of_names(ignore, settings)
        if not ignore.reason:
            said.append(report(IGNORE_WITHOUT_REASON, ignore.span, "this ignore does not say why", settings))
        if ignore not in expired:
            said += unused.of(ignore, own=False)
    first = [finding for finding in said if finding and scanned(finding.span.path)]
    told = [finding for finding in first if not active.covers(finding)]
    # An ignore of the linter's own rules may be of use only now.
    last = [finding for ignore in active.ignores for finding in unused.of(ignore, own=True)]
    told += [finding for finding in last if scanned(finding.span.path)]
    told.sort(key=lambda finding: (finding.span.path, finding.span.start, finding.code))
    suppressed = len(all_findings) - len(kept) + sum(finding not in told for finding in first)
    return Applied(kept, open_questions, suppressed, tuple(told))


def _of_names(ignore: Ignore, settings: Settings) -> Iterator[Finding | None]:
    always = {text for rule in settings.rules if rule.code in ALWAYS_ON for text in (rule.code, rule.name)}
    for name, span in ignore.names:
        if name in always:
            message = f"{name} cannot be ignored: leave the file out with 'exclude'"
            yield report(UNUSED_IGNORE, span, message, settings)
        elif not is_known(name, settings.rules):
            yield unknown_rule(name, span, settings)


@record
class _Unused:
    """Tells the ignores that were of no use."""

    active: _Suppression
    settings: Settings
    partial: bool

    def of(self, ignore: Ignore, own: bool) -> Iterator[Finding]:
        """INIT003 for each name of an ignore that covers nothing; `own`: for names of the linter's own rules."""
        if self.partial or (ignore.job and not ignore.job.judged):
            return
        for name, span in ignore.names:
            rules = [rule for rule in self.settings.rules if means(rule, name) and rule.code not in ALWAYS_ON]
            if not rules or all(rule.code in OWN for rule in rules) is not own or (ignore, name) in self.active.used:
                continue
            if any(self.settings.severity_of(rule, ignore.source.path) is not None for rule in rules):
                found = report(UNUSED_IGNORE, span, f"unused ignore: {name} finds nothing here", self.settings)
                if found:
                    yield found


def _today() -> date:
    from datetime import date

    return date.today()
