"""Whole outputs as files: a test compares exactly; INITLINT_UPDATE_SNAPSHOTS=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

SNAPSHOTS = Path(__file__).parent / "snapshots"


def check(name: str, text: str, folder: Path = SNAPSHOTS) -> None:
    """Asserts that a text is exactly the snapshot of that name."""
    path = folder / f"{name}.txt"
    if os.environ.get("INITLINT_UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8", newline="")
    assert path.read_bytes().decode("utf-8") == text
