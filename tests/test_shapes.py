"""The shapes of code that are hard to see through: what initlint makes of each, to the letter.

Each folder of fixtures/shapes is a repository; `expected.txt` beside it holds its jobs, findings and open questions.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from initlint.finding import ListedJob, Result
from tests.repository import Repository, answer, lines

SHAPES = Path(__file__).parent / "fixtures" / "shapes"


def written(result: Result) -> list[str]:
    jobs = [line for job in result.jobs for line in _job(job)]
    open_ = [f"{u.span.path}:{u.span.line}:{u.span.column} {u.code} undecided {u.reason}" for u in result.undecided]
    return jobs + lines(result.findings) + open_


def _job(job: ListedJob) -> list[str]:
    shown = f"{job.address} {'init' if job.init else 'other'} {job.name} | {job.resources} | {job.trigger}"
    return [shown + (f" | {job.no_instances}" if job.no_instances else ""), *(f"  {one}" for one in job.instances)]


@pytest.mark.parametrize("shape", sorted(folder.name for folder in SHAPES.iterdir()))
def test_shapes(shape: str, tmp_path: Path) -> None:
    shutil.copy(SHAPES / shape / "main.tf", tmp_path / "main.tf")
    expected = (SHAPES / shape / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert written(Repository(tmp_path, {}).scan()) == expected


@pytest.mark.parametrize(
    ("shape", "expression", "expected"),
    [
        ("provider_function_name", 'provider::naming::resource("a")',
         {"unknown": "provider function provider::naming::resource is not evaluated"}),
        (
            "provider_function_name",
            '"Shop-init-${provider::naming::short("migrate")}-dev"',
            {"partial": "Shop-init-${…}-dev"},
        ),
        (
            "azapi_through_locals",
            "local.body.properties.template.containers[0].resources",
            {"cpu": 8, "memory": "16Gi"},
        ),
        ("azapi_through_locals", "local.body.properties.configuration.triggerType", "Schedule"),
        ("azurerm_through_locals", "local.sizes", {"cpu": 2, "memory": "4Gi"}),
        ("azurerm_through_locals", 'join("-", local.words)', "shop-init-seed-dev"),
        (
            "dynamic_container_over_local",
            '[for name, one in local.containers : "${one.cpu * 2}Gi"]',
            ["1.5Gi", "1.5Gi"],
        ),
        ("azapi_containers_in_local", "local.containers[*].name", ["migrate", "seed"]),
        ("azapi_containers_in_local", "local.containers[0].image",
         {"partial": "registry.example.com/shop/migrate:${var.tag}"}),
        ("opposite_counts", "[var.use_large ? 0 : 1, var.use_large ? 1 : 0]", [1, 0]),
        ("nested_flatten", "local.pairs[*].name", ["eu-init-seed-dev", "eu-init-migrate-dev", "us-init-seed-dev"]),
        ("nested_flatten", "[for pair in local.pairs : var.regions[pair.at[0]].jobs[pair.at[1]].cpu]", [0.25, 2, 0.25]),
        ("coalesce_try_name", 'coalesce(try(var.names["seed"], null), try(var.names["other"], null), "x")', "x"),
        ("substr_hyphen", "local.name", "shop-init-grant-database-roles-"),
        ("memory_template", '"${var.memory}Gi"', "1.5Gi"),
        ("memory_template", '"${var.open}Gi"', {"partial": "${var.open}Gi"}),
        ("joined_script", 'split("\\n", local.script)[1]', "psql -v ON_ERROR_STOP=1 -c 'CREATE TABLE orders (id int)'"),
        ("empty_for_each", "var.jobs", {}),
    ],
)  # fmt: skip
def test_values(shape: str, expression: str, expected: Any, tmp_path: Path) -> None:
    shutil.copy(SHAPES / shape / "main.tf", tmp_path / "main.tf")
    assert answer(Repository(tmp_path, {}).root(), expression) == expected
