"""Writes the generated part of the documentation: the rule pages, their list, and the configuration's JSON schema.

Run it from anywhere after a rule has changed; a test fails while what it would write differs from what is there.
"""

from __future__ import annotations

from pathlib import Path

from initlint.docs import files
from initlint.registry import builtin


def main() -> None:
    """Writes every file that differs, and removes the pages of rules that are gone."""
    docs = Path(__file__).resolve().parent
    wanted = files(builtin())
    for old in sorted((docs / "rules").glob("*.md")):
        if f"rules/{old.name}" not in wanted:
            old.unlink()
    for path, text in wanted.items():
        file = docs / path
        file.parent.mkdir(exist_ok=True)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8", newline="\n")
            print(path)


if __name__ == "__main__":
    main()
