"""The generated documentation is what the rules say; run docs/generate.py where it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from initlint.docs import files
from initlint.registry import builtin
from initlint.settings_file import schema

DOCS = Path(__file__).resolve().parent.parent / "docs"
GENERATED = files(builtin())


@pytest.mark.parametrize("path", sorted(GENERATED))
def test_a_generated_file_has_not_drifted(path: str) -> None:
    assert (DOCS / path).read_text(encoding="utf-8") == GENERATED[path]


def test_no_page_of_a_rule_that_is_gone() -> None:
    assert sorted(f"rules/{file.name}" for file in (DOCS / "rules").glob("*.md")) == [
        path for path in sorted(GENERATED) if path.startswith("rules/")
    ]


@pytest.mark.parametrize("name", ["configuration.md", "ignores.md", "rules.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"\]\(([^):#]+)", text))
    assert [target for target in sorted(targets) if not (DOCS / target).exists()] == []


def test_every_setting_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    described = schema(builtin())
    own = ("InitJobs", "EnvironmentTable", "Override")
    keys = {key for name in own for key in described["$defs"][name]["properties"]} | set(described["properties"])
    missing = [key for key in sorted(keys) if not re.search(rf"`{key}|\[{key}[\].]|^{key} =", text, re.MULTILINE)]
    assert missing == []
