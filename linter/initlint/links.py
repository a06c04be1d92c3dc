"""Where the project lives: the one place that knows its addresses."""

from __future__ import annotations

HOME = "https://github.com/initlint/initlint"


def rule_page(code: str) -> str:
    """The address of a rule's page."""
    return f"{HOME}/blob/main/docs/rules/{code}.md"
