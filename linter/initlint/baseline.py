"""Baselines: the findings that a team starts with. What is in one is not reported, what is not is new.

An entry is a rule, a job and a value: it holds while lines move and files are renamed, and ends with the value. Nothing
stands in it that no report would show, so never a credential.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from initlint.diagnostics import ALWAYS_ON
from initlint.finding import Finding, Result
from initlint.record import record
from initlint.report.escape import json_text

DEFAULT = ".initlint-baseline.json"
"""The file of `--new-only` and `initlint baseline`, in the workspace root."""
VERSION = 1
MOST_NAMED = 5
"""How many of the findings that are gone are named."""


class BaselineError(Exception):
    """A baseline that cannot be read."""


@dataclass(frozen=True, order=True)
class Entry:
    """A finding that is known: in which file it stood, how often, and the hash that it is recognised by."""

    path: str
    rule: str
    job: str
    message: str
    fingerprint: str
    count: int = 1

    @property
    def folder(self) -> str:
        """The folder of its file."""
        return self.path.rpartition("/")[0]

    def __str__(self) -> str:
        times = f" ({self.count} times)" if self.count > 1 else ""
        return f"{self.rule} in {self.job or self.path}{times}"


@record(eq=True)
class Comparison:
    """Findings against a baseline: what is new, how many are known, and which entries are gone."""

    new: tuple[Finding, ...]
    known: int
    gone: tuple[Entry, ...]


def fingerprint(finding: Finding) -> str:
    """The hash of a finding's rule, job and value."""
    from hashlib import sha256

    key = "\0".join([finding.code, finding.job or "", finding.key or finding.message])
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def entries(findings: Iterable[Finding]) -> tuple[Entry, ...]:
    """The entries of findings, in order. A file that cannot be read is never taken for known."""
    counts = Counter(
        Entry(finding.span.path, finding.code, finding.job or "", finding.message, fingerprint(finding))
        for finding in findings
        if finding.code not in ALWAYS_ON
    )
    return tuple(sorted(replace(entry, count=count) for entry, count in counts.items()))


def merged(*parts: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of several parts; of equal ones one, with the counts together."""
    counts: Counter[Entry] = Counter()
    for entry in (entry for part in parts for entry in part):
        counts[replace(entry, count=1)] += entry.count
    return tuple(sorted(replace(entry, count=count) for entry, count in counts.items()))


def text(known: Sequence[Entry]) -> str:
    """A baseline file."""
    listed = [
        {
            "rule": entry.rule,
            "job": entry.job or None,
            "path": entry.path,
            "message": entry.message,
            "count": entry.count,
            "fingerprint": entry.fingerprint,
        }
        for entry in sorted(known)
    ]
    return json_text({"version": VERSION, "findings": listed}) + "\n"


def read(file: Path) -> tuple[Entry, ...]:
    """The entries of a file. Raises BaselineError."""
    try:
        document = json.loads(file.read_bytes())
    except OSError as problem:
        hint = "; `initlint baseline` writes one" if isinstance(problem, FileNotFoundError) else ""
        raise BaselineError(f"{file}: the baseline cannot be read: {problem.strerror}{hint}") from None
    except (ValueError, RecursionError) as problem:
        raise BaselineError(f"{file}: the baseline is no JSON: {problem}") from None
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise BaselineError(f"{file}: this is no baseline of version {VERSION}; `initlint baseline` writes one")
    try:
        return tuple(_entry(one) for one in document["findings"])
    except (KeyError, TypeError, ValueError):
        raise BaselineError(f"{file}: an entry of the baseline is not as `initlint baseline` writes it") from None


def _entry(one: dict[str, Any]) -> Entry:
    texts = (one["path"], one["rule"], one["job"] or "", one["message"], one["fingerprint"])
    if not all(isinstance(text, str) for text in texts) or type(one["count"]) is not int or one["count"] < 1:
        raise ValueError
    return Entry(*texts, one["count"])


def compare(
    findings: Sequence[Finding],
    baseline: Sequence[Entry],
    is_there: Callable[[str], bool],
    looked_for: Callable[[Entry], bool],
) -> Comparison:
    """Findings against a baseline.

    An entry stands for a finding of the same rule, job and value: first in the same file, then in the same folder,
    then, where its own file is no longer there (`is_there`), anywhere. Jobs of different root modules may have the same
    address: what is known of one says nothing of the other. looked_for: whether the run would have found an entry; only
    then is it gone.
    """
    left = {index: entry.count for index, entry in enumerate(baseline)}
    by_print: dict[str, list[int]] = {}
    for index, entry in enumerate(baseline):
        by_print.setdefault(entry.fingerprint, []).append(index)
    open_ = list(findings)
    tests: tuple[Callable[[Entry, str], bool], ...] = (
        lambda entry, path: entry.path == path,
        lambda entry, path: entry.folder == path.rpartition("/")[0],
        lambda entry, path: not is_there(entry.path),
    )
    for test in tests:
        still: list[Finding] = []
        for finding in open_:
            candidates = by_print.get(fingerprint(finding), ()) if finding.code not in ALWAYS_ON else ()
            match = next((i for i in candidates if left[i] and test(baseline[i], finding.span.path)), None)
            if match is None:
                still.append(finding)
            else:
                left[match] -= 1
        open_ = still
    gone = tuple(
        replace(entry, count=left[index]) for index, entry in enumerate(baseline) if left[index] and looked_for(entry)
    )
    return Comparison(tuple(open_), len(findings) - len(open_), gone)


def applied(result: Result, comparison: Comparison) -> Result:
    """The result with what is new alone, and a word on what is gone."""
    notes = list(result.notes)
    gone = sum(entry.count for entry in comparison.gone)
    if gone:
        named = ", ".join(str(entry) for entry in comparison.gone[:MOST_NAMED])
        more = f" and {len(comparison.gone) - MOST_NAMED} more" if len(comparison.gone) > MOST_NAMED else ""
        were = "finding of the baseline is" if gone == 1 else "findings of the baseline are"
        notes.append(f"{gone} {were} fixed: {named}{more}; `initlint baseline` takes what is fixed out of it")
    return replace(result, findings=comparison.new, baselined=comparison.known, notes=tuple(notes))
