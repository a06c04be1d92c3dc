"""Colours of the text report."""

from __future__ import annotations

from initlint.rule import Severity

RESET = "\x1b[0m"
STYLES = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "undecided": "\x1b[1;35m",
    "gutter": "\x1b[1;34m",
    "bold": "\x1b[1m",
    "good": "\x1b[1;32m",
}


class Paint:
    """Colours text, or leaves it as it is."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, text: str, style: str | Severity) -> str:
        """The text in a style: a severity, or a name of `STYLES`."""
        if not self.color or not text:
            return text
        return STYLES[style.value if isinstance(style, Severity) else style] + text + RESET
