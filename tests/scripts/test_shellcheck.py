"""INIT490, with a stand-in for the program and, where it is installed, with ShellCheck itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from initlint.engine import scan
from initlint.scripts import shellcheck
from initlint.settings import defaults
from initlint_rules.error_handling import ScriptOptions
from initlint_rules.error_handling import shellcheck as rule

from .linting import JOB

STAND_IN = """\
#!{python}
import json, sys
text = sys.stdin.read()
assert sys.argv[1:] == ["--norc", "--format=json1", "--shell=sh", "-"], sys.argv
comments = [
    {{"line": n, "endLine": n, "column": line.index(w) + 1, "endColumn": line.index(w) + 1 + len(w), "level": level,
      "code": code, "message": "about " + w}}
    for n, line in enumerate(text.split("\\n"), 1)
    for w, level, code in [("$A", "info", 2086), ("BAD", "error", 1000), ("x/y", "warning", 2000)] if w in line
]
print(json.dumps({{"comments": comments}}))
"""


def run(command: str, tmp_path: Path, *, on: bool = True) -> list[str]:
    (tmp_path / "main.tf").write_text(JOB.format(command=command), encoding="utf-8")
    settings = defaults([rule])
    made = type(settings)(rules=settings.rules, options={"scripts": ScriptOptions(shellcheck=on)})
    result = scan([tmp_path], made)
    found = [
        f"{f.span.line}:{f.span.column}-{f.span.end_column} {f.severity.value} {f.message} {f.help}"
        for f in result.findings
    ]
    return [*found, *(f"{u.span.line} undecided {u.reason}" for u in result.undecided)]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "shellcheck"
    program.parent.mkdir()
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setattr(shellcheck, "program", lambda: str(program))
    shellcheck._comments.cache_clear()


@pytest.mark.usefixtures("stand_in")
def test_what_it_says_stands_in_the_terraform_file(tmp_path: Path) -> None:
    command = '["sh", "-c", <<-EOT\n        echo é $A\n        BAD\n      EOT\n      ]'
    assert run(command, tmp_path) == [
        "10:16-18 note SC2086: about $A https://www.shellcheck.net/wiki/SC2086",
        "11:9-12 error SC1000: about BAD https://www.shellcheck.net/wiki/SC1000",
    ]


@pytest.mark.usefixtures("stand_in")
def test_interpolations_raise_nothing(tmp_path: Path) -> None:
    # Masked, the script reads x/y: the comment would touch the unknown part.
    assert run('["sh", "-c", "echo ${var.host}/y"]', tmp_path) == []


@pytest.mark.usefixtures("stand_in")
def test_it_is_off_unless_the_configuration_says_so(tmp_path: Path) -> None:
    assert run('["sh", "-c", "BAD"]', tmp_path, on=False) == []


def test_without_the_program_it_is_undecided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellcheck, "program", lambda: None)
    shellcheck._comments.cache_clear()
    assert run('["sh", "-c", "echo missing"]', tmp_path) == ["9 undecided the program shellcheck is not installed"]


def test_a_program_that_says_nothing_sensible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellcheck, "program", lambda: sys.executable)
    shellcheck._comments.cache_clear()
    assert run('["sh", "-c", "echo x"]', tmp_path) == ["9 undecided shellcheck did not answer as expected"]


@pytest.mark.skipif(shellcheck.program() is None, reason="shellcheck is not installed")
def test_with_shellcheck_itself(tmp_path: Path) -> None:
    shellcheck._comments.cache_clear()
    assert run('["sh", "-c", "a=1; echo $a ${var.host}; rm $b"]', tmp_path) == [
        "9:60-62 note SC2086: Double quote to prevent globbing and word splitting. https://www.shellcheck.net/wiki/SC2086",
        "9:60-62 warning SC2154: b is referenced but not assigned. https://www.shellcheck.net/wiki/SC2154",
    ]
