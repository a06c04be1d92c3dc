"""`initlint eval` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from initlint.cli.eval import command

TEXT = """
variable "password" {
  type      = string
  default   = "Sommer24"
  sensitive = true
}
variable "db_password" { default = "Sommer24" }
variable "host" { type = string }
locals {
  url      = "postgres://shop:Sommer24@db/shop"
  settings = { level = "info", API_TOKEN = "Sommer24", EMPTY_TOKEN = "" }
  lines    = "one\\ntwo"
  open     = "Server=${var.host};Password=Sommer24;"
}
"""


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("1 + 1", "2"),
        ("local.lines", '"one\\ntwo"'),
        ("local.url", '"postgres://shop:***@db/shop"'),
        ("[local.url]", '[\n  "postgres://shop:***@db/shop"\n]'),
        ("local.settings", '{\n  "API_TOKEN": "***",\n  "EMPTY_TOKEN": "",\n  "level": "info"\n}'),
        ('local.settings["API_TOKEN"]', '"***"'),
        ("local.settings.API_TOKEN", '"***"'),
        ("var.db_password", '"***"'),
        ("var.password", '"(sensitive)"'),
        ("local.open", '"Server=${var.host};Password=***;"  (partly known)'),
        ("var.host", "unknown: var.host has no default; pass --var-file"),
    ],
)
def test_answers_without_credentials(expression: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(command, ["--root", str(tmp_path), expression])
    assert (result.exit_code, result.output) == (0, f"{shown}\n")


def test_one_object_a_line_without_credentials(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TEXT, encoding="utf-8")
    lines = "".join(f"{json.dumps(one)}\n" for one in ("local.settings.API_TOKEN", "local.url", "local.lines"))
    result = CliRunner().invoke(command, ["--root", str(tmp_path), "--jsonl"], input=lines)
    assert [json.loads(line) for line in result.output.splitlines()] == [
        {"value": "***"},
        {"value": "postgres://shop:***@db/shop"},
        {"value": "one\ntwo"},
    ]


def test_lines_that_are_no_expressions(tmp_path: Path) -> None:
    lines = ["5", "nope", json.dumps("\ud800"), json.dumps("1 +"), "", json.dumps("[\n1,\n2]"), json.dumps("<<E\na\nE")]
    result = CliRunner().invoke(command, ["--root", str(tmp_path), "--jsonl"], input="\n".join(lines))
    assert [json.loads(line) for line in result.output.splitlines()] == [
        {"error": "the line is no JSON string"},
        {"error": "the line is no JSON: Expecting value: line 1 column 1 (char 0)"},
        {"error": "the expression is no Unicode text"},
        {"error": "syntax error: expected an expression, found the end of the file"},
        {"value": [1, 2]},
        {"value": "a\n"},
    ]
    assert result.exit_code == 0
