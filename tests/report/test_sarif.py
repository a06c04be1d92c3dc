from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import attr
import pytest
import sarif_om

from initlint.finding import Finding, Result
from initlint.report import ReportOptions, render, sarif
from initlint.rule import Place, Rule, Severity
from initlint.source import Source, Span

from .build import CLEAN, CPU, EMPTY, FULL, HOSTILE, IMAGE, JOB, MAIN, NAME, NO_INIT, RULES, finding, span

OPTIONS = ReportOptions(rules=RULES, version="1.2.3")
BROKEN = replace(
    FULL,
    findings=(finding(Span(MAIN, 0, 0), code="INIT001", name="syntax-error", message="a } is missing"), *FULL.findings),
    partial=True,
    notes=("module.remote is not installed",),
)
RESULTS = {
    "full": FULL,
    "clean": CLEAN,
    "empty": EMPTY,
    "no-init": NO_INIT,
    "hostile": HOSTILE,
    "broken": BROKEN,
}


def log(result: Result, options: ReportOptions = OPTIONS) -> Any:
    return json.loads(render("sarif", result, options))


def run(result: Result, options: ReportOptions = OPTIONS) -> Any:
    (only,) = log(result, options)["runs"]
    return only


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from strings(child)


def locations(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        if "physicalLocation" in node:
            yield node
        for child in node.values():
            yield from locations(child)
    elif isinstance(node, list):
        for child in node:
            yield from locations(child)


# --- what GitHub code scanning wants -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RESULTS)
def test_everything_required_is_there_and_not_empty(name: str) -> None:
    document = log(RESULTS[name])
    assert list(document) == ["$schema", "version", "runs"]
    assert (document["$schema"], document["version"]) == ("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0")
    (only,) = document["runs"]
    driver = only["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("initlint", "1.2.3", "1.2.3")
    assert isinstance(only["results"], list)
    codes = [rule["id"] for rule in driver["rules"]]
    assert codes == sorted(set(codes))
    for rule in driver["rules"]:
        for text in (rule["shortDescription"]["text"], rule["fullDescription"]["text"]):
            assert 0 < len(text) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"] == f"https://github.com/initlint/initlint/blob/main/docs/rules/{rule['id']}.md"
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        assert rule["properties"]["precision"] == "high"
    for result in only["results"]:
        assert result["message"]["text"]
        assert codes[result["ruleIndex"]] == result["ruleId"]
        assert len(result["locations"]) == 1
        assert list(result["partialFingerprints"]) == ["initlint/v1"]


@pytest.mark.parametrize("name", RESULTS)
def test_every_region_is_on_one_line(name: str) -> None:
    for location in locations(log(RESULTS[name])):
        region = location["physicalLocation"]["region"]
        assert region["startLine"] == region["endLine"] >= 1
        assert 1 <= region["startColumn"] <= region["endColumn"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert not uri.startswith("/")
        assert ":" not in uri


@pytest.mark.parametrize("name", RESULTS)
def test_no_absolute_path_and_no_time(name: str) -> None:
    document = log(RESULTS[name])
    assert not [text for text in strings(document) if text.startswith(("/", "file:"))]
    (invocation,) = document["runs"][0]["invocations"]
    assert {"startTimeUtc", "endTimeUtc", "workingDirectory", "commandLine", "machine"}.isdisjoint(invocation)
    assert "originalUriBaseIds" not in document["runs"][0]


@pytest.mark.parametrize("name", RESULTS)
def test_every_property_is_one_of_sarif(name: str) -> None:
    """Checks names and requirements against the object model, since no copy of the schema is kept here."""
    classes = {kind for kind in vars(sarif_om).values() if isinstance(kind, type) and attr.has(kind)}
    names = {field.metadata["schema_property_name"] for kind in classes for field in attr.fields(kind)}

    def keys(node: Any, parent: str = "") -> Iterator[str]:
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from keys(child)
        if isinstance(node, dict):
            for key, child in node.items():
                if key in ("properties", "partialFingerprints"):
                    continue
                yield key
                yield from keys(child)

    document = log(RESULTS[name])
    for node in (document["runs"][0]["tool"]["driver"]["rules"], document["runs"][0]["results"]):
        for item in node:
            item.pop("properties", None)
            item.pop("partialFingerprints", None)
    assert set(keys(document)) <= names


def test_a_clean_run_has_an_empty_list_of_results_and_every_rule() -> None:
    only = run(CLEAN)
    assert only["results"] == []
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == ["INIT102", "INIT201", "INIT804", "INIT813"]
    assert only["columnKind"] == "unicodeCodePoints"
    assert only["invocations"] == [{"executionSuccessful": True}]
    assert "automationDetails" not in only


def test_the_validator_of_sarif_finds_nothing(tmp_path: Path) -> None:
    validator = os.environ.get("INITLINT_SARIF_MULTITOOL") or shutil.which("sarif-multitool")
    if not validator:
        pytest.skip("needs sarif-multitool on PATH (npm install -g @microsoft/sarif-multitool)")
    for name, result in RESULTS.items():
        (tmp_path / f"{name}.sarif").write_text(render("sarif", result, OPTIONS), encoding="utf-8")
    files = [f"{name}.sarif" for name in RESULTS]
    kinds = "--rule-kind=Sarif\\;Ghas" if not validator.endswith("Multitool") else "--rule-kind=Sarif;Ghas"
    done = subprocess.run(
        [validator, "validate", *files, kinds, "--output", "validated.sarif", "--log", "ForceOverwrite"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{len(files)} files scanned" in done.stdout
    assert [line for line in done.stdout.splitlines() if ": error " in line or ": warning " in line] == []
    assert done.returncode == 0


# --- rules ---------------------------------------------------------------------------------------------------------


def test_a_rule() -> None:
    rules = {rule["id"]: rule for rule in run(CLEAN)["tool"]["driver"]["rules"]}
    page = "https://github.com/initlint/initlint/blob/main/docs/rules/INIT102.md"
    assert rules["INIT102"] == {
        "id": "INIT102",
        "name": "job-name-invalid",
        "shortDescription": {"text": "The name of the job is one that Azure refuses."},
        "fullDescription": {
            "text": "The name of the job is one that Azure refuses. Azure takes at most 32 characters.",
        },
        "help": {
            "text": "INIT102 job-name-invalid\n\nThe name of the job is one that Azure refuses.\n\n"
            f"Azure takes at most 32 characters.\n\nPractice: Naming Convention: use consistent naming\n\n{page}",
            "markdown": f"**[INIT102 job-name-invalid]({page})**\n\nThe name of the job is one that Azure refuses.\n\n"
            "Azure takes at most 32 characters.\n\nPractice: Naming Convention: use consistent naming",
        },
        "helpUri": page,
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["terraform", "azure", "container-apps", "naming"],
            "precision": "high",
            "problem.severity": "error",
        },
    }


def test_only_security_rules_have_a_security_severity() -> None:
    properties = {rule["id"]: rule["properties"] for rule in run(CLEAN)["tool"]["driver"]["rules"]}
    assert [code for code in properties if "security-severity" in properties[code]] == ["INIT804"]
    assert properties["INIT804"]["security-severity"] == "8.5"
    assert properties["INIT804"]["tags"][0] == "security"
    assert [properties[code]["problem.severity"] for code in sorted(properties)] == [
        "error",
        "warning",
        "error",
        "recommendation",
    ]


def test_long_descriptions_and_many_tags_are_cut() -> None:
    rule = Rule(
        "X1", "x", Severity.NOTE, "", "word " * 400 + "\n\nmore", tags=tuple(f"tag{number}" for number in range(30))
    )
    (descriptor,) = run(CLEAN, replace(OPTIONS, rules=(rule,)))["tool"]["driver"]["rules"]
    assert descriptor["shortDescription"]["text"] == "word " * 203 + "word...."
    assert len(descriptor["fullDescription"]["text"]) <= 1024
    assert len(descriptor["properties"]["tags"]) == 20


def test_a_finding_of_a_rule_that_is_not_listed_still_has_one() -> None:
    only = run(FULL, ReportOptions(rules=()))
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == ["INIT102", "INIT201", "INIT813"]
    assert [result["ruleIndex"] for result in only["results"]] == [0, 1, 2]


# --- results -------------------------------------------------------------------------------------------------------


def test_a_result() -> None:
    result = run(FULL)["results"][0]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("INIT102", 0, "error")
    assert result["message"]["text"] == (
        "the name is 35 characters long, Azure takes 32. It holds when var.environment is prod or staging. "
        f"Job: {JOB}. shorten the purpose. See: [argument name of module.apps](1), [name of the job](2), "
        "[in this job](3), [called from module.apps](4)."
    )
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "infra/main.tf", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 58},
            },
            "logicalLocations": [{"fullyQualifiedName": JOB, "kind": "resource"}],
        }
    ]
    assert [(place["id"], place["message"]["text"]) for place in result["relatedLocations"]] == [
        (1, "argument name of module.apps"),
        (2, "name of the job"),
        (3, "in this job"),
        (4, "called from module.apps"),
    ]


def test_the_way_of_a_value_ends_at_the_finding() -> None:
    results = run(FULL)["results"]
    (flow,) = results[0]["codeFlows"]
    (thread,) = flow["threadFlows"]
    steps = [step["location"] for step in thread["locations"]]
    assert [(step["message"]["text"], step["physicalLocation"]["region"]["startLine"]) for step in steps] == [
        ("name of the job", 2),
        ("argument name of module.apps", 7),
        ("the name is 35 characters long, Azure takes 32", 2),
    ]
    assert "codeFlows" not in results[2]


def test_levels_follow_the_finding() -> None:
    assert [result["level"] for result in run(FULL)["results"]] == ["error", "warning", "note"]
    assert [result["level"] for result in run(Result(findings=(replace(CPU, severity=Severity.NOTE),)))["results"]] == [
        "note"
    ]


def test_columns_are_code_points() -> None:
    source = Source("a.tf", 'n = "\U0001f600" # x'.encode())
    (result,) = run(Result(findings=(finding(span(source, "# x")),)))["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 9, "endLine": 1, "endColumn": 12}


def test_text_of_the_tree_makes_no_link() -> None:
    place = Place(NAME.related[0].span, "a](https://evil) [b")
    evil = replace(NAME, message="[click](https://evil)", related=(place,), job=None, environments=(), help="")
    (result,) = run(Result(findings=(evil,)))["results"]
    assert result["message"]["text"] == "[click] (https://evil). See: [a\\] (https://evil) \\[b](1)."


def test_paths_are_uris() -> None:
    source = Source("a b/c:d/ü#?.tf", b"x")
    (result,) = run(Result(findings=(finding(span(source, "x")),)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/c%3Ad/%C3%BC%23%3F.tf"


# --- the run -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "id_"), [("prod", "prod/"), ("initlint/prod/", "initlint/prod/"), ("", None), (None, None)]
)
def test_the_category(category: str | None, id_: str | None) -> None:
    details = run(CLEAN, replace(OPTIONS, sarif_category=category)).get("automationDetails")
    assert details == ({"id": id_} if id_ else None)


def test_a_file_that_was_not_analysed_is_a_notification() -> None:
    (invocation,) = run(BROKEN)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [
        (told["descriptor"]["id"], told["level"], told["message"]["text"])
        for told in invocation["toolExecutionNotifications"]
    ] == [
        ("INIT001", "error", "a } is missing"),
        (
            "partial-report",
            "warning",
            "Only some of the files were reported on: this log does not show that other findings are gone.",
        ),
        ("note", "note", "module.remote is not installed."),
    ]
    assert invocation["toolExecutionNotifications"][0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "infra/main.tf", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
            }
        }
    ]


def test_the_least_severe_results_beyond_the_limit_are_left_out_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MAX_RESULTS == 25_000
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    findings: tuple[Finding, ...] = (IMAGE, CPU, NAME)
    only = run(Result(findings=findings))
    assert [result["ruleId"] for result in only["results"]] == ["INIT201", "INIT102"]
    assert only["invocations"][0]["toolExecutionNotifications"] == [
        {
            "descriptor": {"id": "results-left-out"},
            "level": "error",
            "message": {"text": "1 finding left out, the least severe: GitHub takes 2 results in one run."},
        }
    ]
