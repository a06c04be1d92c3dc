"""Making text from the scanned tree harmless: for the terminal, for the logs of CI systems, and for JSON.

Nothing is dropped: what could do harm is shown as an escape that a reader can see.
"""

from __future__ import annotations

import re
from typing import Any

from initlint.regex import regex

TAB = 4
"""Columns from one tab stop to the next in a source excerpt."""

# C0 and C1 controls, format characters (bidirectional overrides, zero-width and tag characters), line and paragraph
# separators, lone surrogates and noncharacters.
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Azure Pipelines and GitHub's runner take a command from anywhere in a line: "##vso[...]" and "##[...]".
_COMMAND = regex(r"##(?=(vso)?\[)", re.IGNORECASE)
_WORKFLOW_COMMAND = regex(r"^(\s*)::(?!:)")
_NOT_PLAIN = regex(r"[^\x20-\x7e\n]")


def is_unsafe(char: str) -> bool:
    """Whether a character can steer a terminal or hide in a text."""
    if "\x20" <= char <= "\x7e":
        return False
    from unicodedata import category

    return category(char) in _UNSAFE or ord(char) & 0xFFFE == 0xFFFE


def escape_of(char: str) -> str:
    r"""A character as an escape that a reader can see: \n, \x1b, \u202e, \U000e0001."""
    named = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char)
    if named:
        return named
    code = ord(char)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def cells(text: str) -> list[str]:
    """What is shown for each code point: itself or its escape. The start of a CI system's command is broken."""
    shown = [escape_of(char) if is_unsafe(char) else char for char in text]
    for match in _COMMAND.finditer(text):
        shown[match.start() + 1] = "\\#"
    return shown


def visible(text: str) -> str:
    """A text on one line with nothing in it that steers a terminal or a CI system, wherever it stands in a line."""
    return text if text.isascii() and text.isprintable() and "##" not in text else "".join(cells(text))


def visible_lines(text: str) -> list[str]:
    """The lines of a text of our own that may hold text of others, made visible one by one."""
    return [guarded(visible(line)) for line in text.split("\n")] if text else []


def guarded(line: str) -> str:
    """A line that GitHub's runner takes for no workflow command: those begin with "::" and a word, after any blanks."""
    return _WORKFLOW_COMMAND.sub(r"\1\\::", line)


def shown_path(path: str) -> str:
    """A path as it may begin a line."""
    text = visible(path)
    return f"./{text}" if _WORKFLOW_COMMAND.match(text) else text


def width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def json_text(document: Any) -> str:
    """JSON, indented, that holds exactly the document's strings, with whatever steers a terminal or a CI system written
    as a JSON escape.
    """
    import json

    text = json.dumps(document, ensure_ascii=False, indent=2)
    text = _COMMAND.sub(r"#\\u0023", text)
    return _NOT_PLAIN.sub(lambda found: _json_escape(found[0]), text)


def _json_escape(char: str) -> str:
    if not is_unsafe(char):
        return char
    import json

    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"
