"""Regular expressions that are compiled when they are first used.

Compiling one takes a tenth of a millisecond and more. initlint has some two hundred of them at the top of its modules,
and a small run uses a few dozen.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`. A mistake in the pattern shows when it is first used."""
    return cast("re.Pattern[AnyStr]", _Regex(pattern, flags))


class _Regex:
    """Stands for a pattern, whose methods become its own: from the second use on they are found as fast."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = re.compile(self._text, self._flags)
        self.__dict__.update({method: getattr(compiled, method) for method in dir(compiled) if method[0] != "_"})
        return self.__dict__[name]
