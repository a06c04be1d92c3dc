"""The `terraform` program as the judge of the evaluator: many expressions in one apply of a temporary root module."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from initlint.source import Source
from initlint.syntax.read import parse_expression, read_bytes
from initlint.terraform.module import Root
from initlint.terraform.reach import Reach
from initlint.terraform.show import to_json
from initlint.terraform.source import ModuleSource, module_source

TERRAFORM = shutil.which("terraform")
needs_terraform = pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform program to judge by")

ERROR = "!error"


def root_of(configuration: str, files: Mapping[str, str] | None = None, folder: Path | None = None) -> Root:
    """A root module of one file, for evaluating expressions in."""
    source = module_source("", [read_bytes(configuration.encode(), "main.tf")], [])

    def load(directory: str) -> ModuleSource | None:
        return source if directory == "" else None

    return Root("", {}, load, reach=Reach(folder or Path()))


def ours(expressions: Sequence[str], configuration: str = "", folder: Path | None = None) -> list[Any]:
    """What initlint takes the expressions to be: plain data, or ERROR."""
    root = root_of(configuration, folder=folder)
    answers: list[Any] = []
    for expression in expressions:
        root.steps = 0
        answer = to_json(root.module.evaluate(parse_expression(Source("e", f"{expression}\n".encode()))))
        answers.append(ERROR if "error" in answer else answer.get("value", answer))
    return answers


def theirs(expressions: Sequence[str], configuration: str = "", files: Mapping[str, str] | None = None) -> list[Any]:
    """What terraform takes them to be: plain data, or ERROR."""
    assert TERRAFORM is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        for name, text in (files or {}).items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(text)
        outputs = [
            f'output "o{at}" {{\n  value = try(jsonencode([{expression}\n]), "{ERROR}")\n}}\n'
            for at, expression in enumerate(expressions)
        ]
        (path / "main.tf").write_text(configuration + "\n" + "".join(outputs))
        environment = {
            **os.environ,
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
        }
        for command in (["init", "-backend=false"], ["apply", "-auto-approve", "-refresh=false"]):
            done = subprocess.run(
                [TERRAFORM, *command, "-no-color", "-input=false"],
                cwd=path,
                env=environment,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise AssertionError(f"terraform {command[0]} refused the test's root module:\n{done.stderr[:4000]}")
        shown = subprocess.run(
            [TERRAFORM, "output", "-json", "-no-color"], cwd=path, env=environment, capture_output=True, text=True
        )
        values = json.loads(shown.stdout)
        texts = [values[f"o{at}"]["value"] for at in range(len(expressions))]
        return [ERROR if text == ERROR else json.loads(text)[0] for text in texts]


def disagreements(expressions: Sequence[str], configuration: str = "") -> list[str]:
    """Where the two differ, one line each."""
    return [
        f"{expression}\n  terraform: {json.dumps(wanted)}\n  initlint:  {json.dumps(found)}"
        for expression, wanted, found in zip(
            expressions, theirs(expressions, configuration), ours(expressions, configuration)
        )
        if not same(wanted, found)
    ]


def same(wanted: Any, found: Any) -> bool:
    """Equality of plain data; numbers compare as numbers, true is not 1."""
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(same, wanted, found))
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict) and list(wanted) == list(found) and all(same(wanted[k], found[k]) for k in wanted)
        )
    return type(wanted) in (int, float) and wanted == found if not isinstance(wanted, str) else wanted == found
