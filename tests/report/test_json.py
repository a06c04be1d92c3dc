from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from initlint.finding import Result
from initlint.report import render

from .build import CLEAN, EMPTY, FULL, HOSTILE, JOB, NAME, NO_INIT, undecided

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))


def document(result: Result) -> Any:
    return json.loads(render("json", result))


def problems(report: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(report)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("result", [FULL, CLEAN, EMPTY, NO_INIT, HOSTILE])
def test_every_report_follows_the_schema(result: Result) -> None:
    assert problems(document(result)) == []


def test_every_key_is_in_the_schema() -> None:
    report = document(FULL)
    definitions = SCHEMA["$defs"]
    assert set(report) == set(SCHEMA["properties"])
    assert set(report["findings"][0]) == set(definitions["finding"]["properties"])
    assert set(report["findings"][0]["related"][0]) == set(definitions["related"]["properties"])
    assert set(report["undecided"][0]) == set(definitions["undecided"]["properties"])
    assert set(report["jobs"][0]) == set(definitions["job"]["properties"])
    assert set(report["summary"]) == set(definitions["summary"]["properties"])


def test_the_schema_refuses_what_breaks_the_contract() -> None:
    report = document(FULL)
    report["findings"][0]["severity"] = "fatal"
    report["findings"][1]["line"] = 0
    report["findings"][2]["path"] = "/home/me/main.tf"
    del report["summary"]["files"]
    assert problems(report) == [
        "$.findings[0].severity",
        "$.findings[1].line",
        "$.findings[2].path",
        "$.summary",
    ]


def test_a_finding() -> None:
    found = document(FULL)["findings"][0]
    assert found == {
        "code": "INIT102",
        "name": "job-name-invalid",
        "severity": "error",
        "message": "the name is 35 characters long, Azure takes 32",
        "job": JOB,
        "environments": ["environment=prod", "environment=staging"],
        "path": "infra/main.tf",
        "line": 2,
        "column": 10,
        "end_line": 2,
        "end_column": 58,
        "related": [
            {"path": "infra/main.tf", "line": 7, "column": 12, "end_line": 7, "end_column": 22,
             "message": "argument name of module.apps"},
            {"path": "infra/apps/init-jobs.tf", "line": 2, "column": 10, "end_line": 2, "end_column": 18,
             "message": "name of the job"},
            {"path": "infra/apps/init-jobs.tf", "line": 1, "column": 1, "end_line": 1, "end_column": 47,
             "message": "in this job"},
            {"path": "infra/main.tf", "line": 5, "column": 1, "end_line": 5, "end_column": 14,
             "message": "called from module.apps"},
        ],
        "help": "shorten the purpose",
        "instances": [f'{JOB}["eu"]', f'{JOB}["us"]'],
        "fingerprint": found["fingerprint"],
    }  # fmt: skip


def test_the_rest_of_the_report() -> None:
    report = document(FULL)
    assert report["version"] == 1
    assert report["undecided"][0] == {
        "code": "INIT101",
        "name": "job-name-pattern",
        "job": JOB,
        "reason": "name: var.project_name has no default; pass --var-file",
        "environments": [],
        "path": "infra/apps/init-jobs.tf",
        "line": 2,
        "column": 10,
    }
    assert report["jobs"][1] == {
        "address": "azurerm_container_app_job.nightly",
        "path": "infra/apps/init-jobs.tf",
        "line": 1,
        "init": False,
        "evidence": "nothing says that it is one",
        "name": '"nightly"',
        "instances": [],
        "no_instances": "",
    }
    assert report["summary"] == {
        "errors": 1,
        "warnings": 1,
        "notes": 1,
        "undecided": 3,
        "causes": 2,
        "jobs": 2,
        "init_jobs": 1,
        "files": 3,
        "suppressed": 2,
        "baselined": 0,
        "partial": False,
    }


def test_a_finding_of_no_job() -> None:
    report = document(Result(findings=(replace(NAME, job=None),), undecided=(undecided(job=None),)))
    assert report["findings"][0]["job"] is None
    assert report["undecided"][0]["job"] is None
    assert problems(report) == []


def test_a_fingerprint_is_of_the_key_alone() -> None:
    moved = replace(NAME, span=FULL.findings[2].span, message="other words")
    same, other = document(Result(findings=(moved, replace(NAME, key="another"))))["findings"]
    assert same["fingerprint"] == document(FULL)["findings"][0]["fingerprint"]
    assert other["fingerprint"] != same["fingerprint"]
    unnamed = [replace(NAME, key="", message=message) for message in ("a", "b")]
    prints = [found["fingerprint"] for found in document(Result(findings=tuple(unnamed)))["findings"]]
    assert len(set(prints)) == 2
