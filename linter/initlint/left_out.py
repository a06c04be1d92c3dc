"""Which files outside the modules (scripts, workflows) are not looked at: what git ignores, what `exclude` names."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from initlint.gitignore import Ignores, Patterns, ignores_above, ignores_in


def left_out(root: Path, excluded: Patterns) -> Callable[[str], bool]:
    """Says of a path relative to the workspace root (a folder's ends in "/") whether it is left out.

    It is to be asked from the top down: a folder that is left out is not walked into.
    """

    @cache
    def ignores_of(folder: Path) -> Ignores | None:
        return ignores_in(folder, ignores_above(root, root) if folder == root else ignores_of(folder.parent))

    def decide(path: str) -> bool:
        is_folder = path.endswith("/")
        plain = path.rstrip("/")
        if excluded.decide(plain, is_folder) is True:
            return True
        on_disk = root / plain
        ignores = ignores_of(on_disk.parent)
        return ignores is not None and ignores.leaves_out(on_disk, is_folder)

    return decide
