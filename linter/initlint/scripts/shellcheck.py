"""ShellCheck's opinion of a script, where the program is installed.

The script's text goes to the program's standard input; nothing is written to a file, and no code of the scanned tree is
run. Unknown parts are masked by a letter each, and what ShellCheck says of a place that touches one is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from initlint.record import record
from initlint.scripts.tape import is_gap

SHELLS = {"sh": "sh", "dash": "dash", "bash": "bash", "ksh": "ksh", "ash": "busybox"}
"""Shells that ShellCheck knows, as `--shell` names them."""
SECONDS = 30
"""How long a run may take."""


class Unavailable(Exception):
    """ShellCheck is not there, or did not answer; the text says why."""


@record(eq=True)
class Comment:
    """A comment of ShellCheck: `start` to `end` are offsets into the script."""

    code: int
    level: str
    message: str
    start: int
    end: int

    @property
    def link(self) -> str:
        """The page about it."""
        return f"https://www.shellcheck.net/wiki/SC{self.code}"


def program() -> str | None:
    """The path of ShellCheck: on PATH, or beside the running Python (the extra `shellcheck` installs it there)."""
    import sys
    from pathlib import Path
    from shutil import which

    return which("shellcheck") or which("shellcheck", path=str(Path(sys.executable).parent))


def check(text: str, shell: str) -> Iterator[Comment]:
    """What ShellCheck says of a script. Raises Unavailable."""
    masked = "".join("x" if is_gap(character) else character for character in text)
    lines = [0]
    for index, character in enumerate(masked):
        if character == "\n":
            lines.append(index + 1)
    for item in _comments(masked, SHELLS[shell]):
        start = lines[item["line"] - 1] + item["column"] - 1
        end = lines[item["endLine"] - 1] + item["endColumn"] - 1
        if any(is_gap(character) for character in text[start : max(end, start + 1)]):
            continue
        yield Comment(item["code"], item["level"], item["message"], start, max(end, start + 1))


@lru_cache(maxsize=256)
def _comments(text: str, dialect: str) -> tuple[dict[str, Any], ...]:
    import subprocess

    path = program()
    if path is None:
        raise Unavailable("the program shellcheck is not installed")
    command = [path, "--norc", "--format=json1", f"--shell={dialect}", "-"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=False)
        return tuple(json.loads(done.stdout)["comments"])
    except subprocess.TimeoutExpired:
        raise Unavailable(f"shellcheck did not answer within {SECONDS} seconds") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise Unavailable("shellcheck did not answer as expected") from None
