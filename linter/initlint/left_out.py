"""Which files outside the modules (scripts, workflows) are not looked at: what git ignores, what `exclude` names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from initlint.gitignore import Patterns


def left_out(root: Path, excluded: Patterns) -> Callable[[str], bool]:
    """Says of a path relative to the workspace root (a folder's ends in "/") whether it is left out.

    It is to be asked from the top down: a folder that is left out is not walked into.
    """
    known: dict[str, list[tuple[str, Patterns]]] = {}

    def patterns_for(folder: str) -> list[tuple[str, Patterns]]:
        """The `.gitignore` files that speak of what lies in a folder, the nearest first."""
        found = known.get(folder)
        if found is None:
            above = patterns_for(folder.rpartition("/")[0]) if folder else []
            file = root / folder / ".gitignore"
            own = [(folder, Patterns.of(_lines(file)))] if file.is_file() else []
            found = known[folder] = [*own, *above]
        return found

    def decide(path: str) -> bool:
        is_folder = path.endswith("/")
        plain = path.rstrip("/")
        if excluded.decide(plain, is_folder) is True:
            return True
        for base, patterns in patterns_for(plain.rpartition("/")[0]):
            decision = patterns.decide(plain[len(base) :].lstrip("/"), is_folder)
            if decision is not None:
                return decision
        return False

    return decide


def _lines(file: Path) -> list[str]:
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except OSError:
        return []
