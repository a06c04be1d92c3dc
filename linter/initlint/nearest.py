"""The name that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `name`, or None where none is alike; upper and lower case count as alike.

    First comes what is spelt almost the same, then what is a word of the name (`data-seeding`), then what is spelt much
    the same, and last what the name shortens (`infra`, `db`), if it shortens one only.
    """
    wanted = name.casefold()
    known = {candidate.casefold(): candidate for candidate in sorted(candidates, reverse=True)}
    likeness, alike = max(((_likeness(wanted, candidate), candidate) for candidate in known), default=((0, 0), ""))
    if likeness[0] < 0.8:
        words = known.keys() & set(re.split(r"[^a-z0-9]+", wanted))
        if len(words) == 1:
            return known[words.pop()]
    if likeness[0] >= 0.6:
        return known[alike]
    longer = [candidate for candidate in known if _shortens(wanted, candidate)]
    return known[longer[0]] if len(longer) == 1 else None


def _likeness(name: str, candidate: str) -> tuple[float, int]:
    """How much of two names is the same, and how much of that at their beginning."""
    from difflib import SequenceMatcher
    from itertools import takewhile

    beginning = takewhile(lambda letters: letters[0] == letters[1], zip(name, candidate))
    return SequenceMatcher(a=candidate, b=name).ratio(), len(list(beginning))


def _shortens(name: str, candidate: str) -> bool:
    """Whether a name leaves out letters of another, not the first: `db` of `database`."""
    rest = iter(candidate)
    return len(name) > 1 and candidate.startswith(name[0]) and all(letter in rest for letter in name)


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing."""
    found = nearest(name, candidates)
    return f"; did you mean '{found}'?" if found else ""
