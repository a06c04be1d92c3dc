from __future__ import annotations

import json
from pathlib import Path

import pytest

from initlint import syntax_problems

from .repository import Repository, lines

JOB = """
resource "azurerm_container_app_job" "seed" {
  name = local.name
}
"""


def test_problems_inside_expressions_are_errors(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "a.tf": "locals {\n  x = 1 +\n    2\n}\n",
            "b.tf": "locals {\n  y = { a = 1 b = 2 }\n}\n",
            "c.tf": 'locals {\n  z = "${}"\n}\n',
            "d.tf": "locals {\n  n = 1.2.3\n}\n",
        },
    )
    found = repository.scan().findings
    assert lines(found) == [
        "a.tf:2:10-10 INIT001 expected an expression, found the end of the line",
        "b.tf:2:15-16 INIT001 expected a line ending, `,` or `}`, found `b`",
        "c.tf:2:10-11 INIT001 expected an expression, found `}`",
        "d.tf:2:7-12 INIT001 `1.2.3` is no number: a number is required",
    ]
    assert [finding.help for finding in found] == ["", "", "python-hcl2 expected here: a value", ""]


def test_a_problem_is_told_once(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": 'a "b" {\n  c = \n}\n\nd "e" {\n  f = "${}"\n}\n'})
    assert lines(repository.scan().findings) == [
        "main.tf:2:7-7 INIT001 expected an expression, found the end of the line",
        "main.tf:6:10-11 INIT001 expected an expression, found `}`",
    ]


def test_in_a_large_project_the_modules_of_jobs_are_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syntax_problems, "SMALL", 0)
    broken = 'output "name" {\n  value = "${}"\n}\n'
    repository = Repository(
        tmp_path,
        {
            "live/main.tf": 'locals {\n  name = module.names.name\n}\nmodule "names" {\n  source = "../names"\n}\n'
            + JOB,
            "live/terraform.tfvars": 'x = "${}"\n',
            "names/main.tf": broken,
            "other/main.tf": broken,
            "other/blocks.tf": "a b c\n",
        },
    )
    assert lines(repository.scan().findings, "INIT001") == [
        "live/terraform.tfvars:1:8-9 INIT001 expected an expression, found `}`",
        "names/main.tf:2:14-15 INIT001 expected an expression, found `}`",
        "other/blocks.tf:1:6-6 INIT001 expected `{` or a label in quotes, found the end of the line",
    ]


def test_templates_in_json(tmp_path: Path) -> None:
    tree = {
        "//": "${",
        "variable": {"v": {"default": "${", "description": "${"}},
        "locals": {"a": ["${}", {"b": "%{ if }"}], "c": "$${"},
        "resource": {"x": {"y": {"name": "${1 +}", "env": {"//": "${", "value": "ok"}, "lifecycle": {"a": "${"}}}},
        "module": {"m": {"source": "./m", "version": "${", "name": "${"}},
        "output": {"o": {"description": "${", "value": "${a b}"}},
    }
    files = {
        "main.tf.json": json.dumps(tree, indent=1),
        "terraform.tfvars.json": '{"v": "${"}\n',
        "m/main.tf.json": '{"variable": {"name": {}}}\n',
    }
    found = Repository(tmp_path, files).scan().findings
    assert lines(found, "INIT001") == [
        "main.tf.json:11:7-8 INIT001 expected an expression, found `}`",
        "main.tf.json:13:17-18 INIT001 expected an expression, found `}`",
        "main.tf.json:21:19-20 INIT001 expected an expression, found `}`",
        "main.tf.json:36:15-15 INIT001 expected an expression, found the end of the string",
        "main.tf.json:42:18-19 INIT001 expected `}` to end the interpolation, found `b`",
    ]
