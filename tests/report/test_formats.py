"""What every format has in common: snapshots, the last newline, determinism, and that a hostile tree does no harm."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from initlint.finding import Result
from initlint.report import FORMATS, ReportOptions, render

from .build import CLEAN, EMPTY, FULL, HOSTILE, NO_INIT, RULES
from .snapshot import check

OPTIONS = ReportOptions(rules=RULES, version="1.2.3")
RESULTS = {"full": FULL, "clean": CLEAN, "empty": EMPTY, "no-init": NO_INIT, "hostile": HOSTILE}
# What a terminal or a reader must never meet: controls, and characters that reorder or hide text.
DANGEROUS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("result", RESULTS)
def test_snapshot(name: str, result: str) -> None:
    check(f"{name}-{result}", render(name, RESULTS[result], OPTIONS))


@pytest.mark.parametrize("name", FORMATS)
def test_default_options_render_everything(name: str) -> None:
    for result in RESULTS.values():
        text = render(name, result)
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert text == render(name, result)


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="yaml"):
        render("yaml", CLEAN)


def test_a_format_is_imported_when_it_is_asked_for() -> None:
    code = (
        "import sys, initlint.report as r\n"
        "from initlint.finding import Result\n"
        "r.render('text', Result())\n"
        "print([m for m in ('sarif_om', 'attr', 'initlint.report.junit') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("show_undecided", [False, True])
def test_a_hostile_tree_is_harmless(name: str, show_undecided: bool) -> None:
    text = render(name, HOSTILE, replace(OPTIONS, show_undecided=show_undecided))
    assert DANGEROUS.search(text) is None
    ours = ("::error file=", "::group::", "::endgroup::") if name == "github" else ()
    commands = [line for line in text.splitlines() if re.match(r"\s*::(?!:)", line)]
    assert [line for line in commands if not line.startswith(ours)] == []
    issue = re.compile(r"^##vso\[task\.logissue type=error;[^\]]*\]", re.MULTILINE)
    rest = issue.sub("", text) if name == "azure" else text
    assert re.search(r"##(vso)?\[", rest, re.IGNORECASE) is None


def test_a_hostile_tree_makes_one_github_annotation() -> None:
    lines = render("github", HOSTILE, OPTIONS).splitlines()
    assert sum(line.startswith("::error") for line in lines) == 1
    command = next(line for line in lines if line.startswith("::error"))
    properties = command.removeprefix("::error ").split("::", 1)[0]
    assert [pair.split("=", 1)[0] for pair in properties.split(",")] == [
        "file",
        "line",
        "endLine",
        "col",
        "endColumn",
        "title",
    ]


def test_a_hostile_tree_makes_well_formed_documents() -> None:
    assert ElementTree.fromstring(render("junit", HOSTILE, OPTIONS)).tag == "testsuites"
    for name in ("json", "sarif", "gitlab"):
        json.loads(render(name, HOSTILE, OPTIONS))


def test_json_keeps_the_strings_of_the_tree_exactly() -> None:
    document = json.loads(render("json", HOSTILE, OPTIONS))
    assert document["findings"][0]["message"] == HOSTILE.findings[0].message
    assert document["findings"][0]["path"] == HOSTILE.findings[0].span.path


def test_a_hostile_tree_makes_no_markup() -> None:
    text = render("markdown", HOSTILE, replace(OPTIONS, source_url="https://github.com/o/r/blob/abc"))
    assert re.findall(r"<(?!/?code>|!-- -->)", text) == []
    assert re.findall(r"@(?!<!-- -->)", text) == []
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in table] == [8, 8, 8]
    assert set(re.findall(r"\]\(([^)]*)\)", text)) == {
        "https://github.com/initlint/initlint/blob/main/docs/rules/INIT102.md",
        *(
            "https://github.com/o/r/blob/abc/%3A%3Aerror%20file%3Da%7Cb%60%3Ci%3E%2C%3A%3A%3B%5D%1B%5B2J%0A%23%23%5Berror%5D"
            f".tf#L{line}"
            for line in (1, 2, 3, 4)
        ),
    }


@pytest.mark.parametrize("name", FORMATS)
def test_a_lone_surrogate_in_a_path_can_be_written(name: str) -> None:
    source = replace(FULL.findings[1].span.source, path="infra/\udcff.tf")
    moved = replace(FULL.findings[1], span=replace(FULL.findings[1].span, source=source))
    render(name, Result(findings=(moved,)), OPTIONS).encode("utf-8")


def test_every_format_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "output.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == list(FORMATS)
    assert re.findall(r"^\| `(\w+)` +\| \S", page, re.MULTILINE)[: len(FORMATS)] == list(FORMATS)
