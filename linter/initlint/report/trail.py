"""What a finding's related places are: the origin of its value, the block it is about, and the calls that led there."""

from __future__ import annotations

from collections.abc import Iterable

from initlint.finding import Finding
from initlint.rule import Place
from initlint.source import Span

CALLED_FROM = "called from "
"""How the message of a module call's place begins; the rest names the module."""
BLOCK = "in this job"
"""The message of the place of the job's own block, which is no step of the origin."""


def calls(finding: Finding) -> tuple[Place, ...]:
    """The module calls, innermost first."""
    return tuple(place for place in finding.related if place.message.startswith(CALLED_FROM))


def beside(finding: Finding) -> tuple[Place, ...]:
    """The places to show in the excerpt: all but the calls."""
    return tuple(place for place in finding.related if not place.message.startswith(CALLED_FROM))


def origin(finding: Finding) -> tuple[Place, ...]:
    """The places that the value came through, nearest to the finding first."""
    return tuple(place for place in beside(finding) if place.message != BLOCK)


def at(span: Span) -> str:
    """A span's place, "path:line:col"."""
    return f"{span.path}:{span.line}:{span.column}"


def fingerprint(finding: Finding) -> str:
    """What stays the same for a finding while lines move: a hash of its key, or of what else names it."""
    from hashlib import sha256

    key = finding.key or "\0".join([finding.code, finding.span.path, finding.job or "", finding.message])
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def unique(names: Iterable[str]) -> list[str]:
    """The names with a number behind each repetition."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return result
