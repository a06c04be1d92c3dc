"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, or None where none is alike; upper and lower case count as alike."""
    from difflib import get_close_matches

    known = {candidate.casefold(): candidate for candidate in sorted(candidates, reverse=True)}
    found = get_close_matches(name.casefold(), sorted(known), n=1, cutoff=0.6)
    return known[found[0]] if found else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing."""
    found = nearest(name, candidates)
    return f"; did you mean '{found}'?" if found else ""
