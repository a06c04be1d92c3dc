"""Declared domains: what the validation of a variable without a value says that it can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.repository import Repository, answer, value

from initlint.jobs.job import Evaluation
from initlint.terraform.value import Unknown


def variable(*conditions: str, name: str = "environment", type_: str = "string") -> str:
    blocks = "".join(
        f'  validation {{\n    condition     = {condition}\n    error_message = "No."\n  }}\n'
        for condition in conditions
    )
    return f'variable "{name}" {{\n  type = {type_}\n{blocks}}}\n'


def said(tmp_path: Path, text: str, name: str = "environment") -> tuple[list[Any], tuple[str, ...]]:
    """The candidates of a variable and the patterns it matches."""
    data = value(Repository(tmp_path, {"main.tf": text}).root(), f"var.{name}").data
    assert isinstance(data, Unknown)
    return [candidate.data for candidate in data.candidates], data.matches


THREE = 'contains(["dev", "staging", "prod"], var.environment)'


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([THREE], ["dev", "staging", "prod"]),
        ([f"({THREE})"], ["dev", "staging", "prod"]),
        (["contains(local.names, var.environment)"], ["dev", "prod"]),
        (['contains(tolist(["dev", "prod"]), var.environment)'], ["dev", "prod"]),
        (['contains(keys({ prod = 1, dev = 2 }), var.environment)'], ["dev", "prod"]),
        (['var.environment == "dev" || "prod" == var.environment'], ["dev", "prod"]),
        (['anytrue([var.environment == "dev", var.environment == "prod"])'], ["dev", "prod"]),
        (['can(regex("^(dev|prod)$", var.environment))'], ["dev", "prod"]),
        (['can(regex("^(?:dev|staging|prod)$", var.environment))'], ["dev", "staging", "prod"]),
        (['can(regex("^prod[12]?$", var.environment))'], ["prod", "prod1", "prod2"]),
        (['length(regexall("^(dev|prod)$", var.environment)) > 0'], ["dev", "prod"]),
        (['can(regex("^dev$|^prod$", var.environment))'], ["dev", "prod"]),
        ([THREE, 'var.environment != "prod" && contains(["dev", "prod"], var.environment)'], ["dev"]),
        ([THREE, 'contains(["prod", "qa"], var.environment)'], ["prod"]),
        ([f'{THREE} && can(regex("^[a-r]+$", var.environment))'], ["prod"]),
        ([THREE, "length(var.environment) < 8"], ["dev", "staging", "prod"]),
        ([THREE, "length(var.environment) < 5"], ["dev", "prod"]),
        ([THREE, '!startswith(var.environment, "s") || var.other == "x"'], ["dev", "staging", "prod"]),
        ([THREE, "local.short"], ["dev", "staging", "prod"]),
        (['contains(["dev", null], var.environment)'], ["dev"]),
        # What lists nothing, or not everything.
        (['var.environment != "prod"'], []),
        ([f"{THREE} || length(var.environment) > 20"], []),
        ([f"!{THREE}"], []),
        (['contains([var.other, "dev"], var.environment)'], []),
        (['contains(["dev"], lower(var.environment))'], []),
        (['contains(["dev", "prod"], "dev")'], []),
        (['can(regex("^(dev|prod)", var.environment))'], []),
        (['can(regex("^dev|prod$", var.environment))'], []),
        (['can(regex("^dev$prod$", var.environment))'], []),
        (['can(regex("(?i)^(dev|prod)$", var.environment))'], []),
        (['can(regex("^d.v$", var.environment))'], []),
        (["can(contains(["], []),
    ],
)  # fmt: skip
def test_what_a_validation_admits(tmp_path: Path, conditions: list[str], expected: list[str]) -> None:
    text = variable(*conditions) + (
        'variable "other" {}\nlocals {\n  names = ["dev", "prod"]\n  short = length(var.environment) < 5\n}\n'
    )
    assert said(tmp_path, text)[0] == expected


def test_numbers_and_json(tmp_path: Path) -> None:
    assert said(tmp_path, variable("contains([1, 2], var.size)", name="size", type_="number"), "size")[0] == [1, 2]
    repository = Repository(
        tmp_path / "json",
        {
            "main.tf.json": """
                {"variable": {"environment": {"validation": {
                  "condition": "${contains([\\"dev\\", \\"prod\\"], var.environment)}", "error_message": "No."
                }}}}
            """
        },
    )  # fmt: skip
    data = value(repository.root(), "var.environment").data
    assert isinstance(data, Unknown)
    assert [candidate.data for candidate in data.candidates] == ["dev", "prod"]


def test_a_pattern_refines_what_it_does_not_list(tmp_path: Path) -> None:
    text = variable('can(regex("^[a-z0-9-]+$", var.environment))', 'can(regex("^[a-z]", var.environment))')
    assert said(tmp_path, text) == ([], ("^[a-z0-9-]+$", "^[a-z]"))


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ("length(var.environment) <= 4", ("(?s)^.{0,4}$",)),
        ("4 > length(var.environment)", ("(?s)^.{0,3}$",)),
        ("length(var.environment) == 3", ("(?s)^.{3,3}$",)),
        ("length(var.environment) > 1 && length(var.environment) < 9", ("(?s)^.{2,}$", "(?s)^.{0,8}$")),
        ("length(var.environment) <= 63", ()),
        ("length(var.environment) >= 100", ("(?s)^.{32,}$",)),
        ("length(var.environment) <= -1", ()),
        ("length(var.environment) <= var.most", ()),
        ("length(var.other) <= 4", ()),
        ("length(var.environment) != 4", ()),
        ("length(var.environment) <= 4 || var.environment != null", ()),
    ],
)
def test_a_length_refines_what_it_does_not_list(condition: str, matches: tuple[str, ...], tmp_path: Path) -> None:
    assert said(tmp_path, variable(condition)) == ([], matches)


def test_the_length_of_a_list_says_nothing_of_text(tmp_path: Path) -> None:
    text = variable("length(var.environment) <= 4", type_="list(string)")
    assert said(tmp_path, text) == ([], ())


def test_a_list_of_numbers_admits_no_text(tmp_path: Path) -> None:
    untyped = variable("contains([1, 2], var.size)", name="size").replace("  type = string\n", "")
    assert said(tmp_path / "untyped", untyped, "size")[0] == [1, 2]
    assert said(tmp_path / "text", variable("contains([1, 2], var.size)", name="size"), "size")[0] == []


def test_too_many_values_are_no_list(tmp_path: Path) -> None:
    names = ", ".join(f'"e{at}"' for at in range(17))
    assert said(tmp_path, variable(f"contains([{names}], var.environment)"))[0] == []


def test_a_value_or_a_default_decides(tmp_path: Path) -> None:
    text = variable(THREE).replace("type = string", 'default = "dev"')
    repository = Repository(tmp_path, {"main.tf": text})
    assert answer(repository.root(), "var.environment") == "dev"
    assert answer(repository.root("", ("var", "environment=prod")), "var.environment") == "prod"


# --- in a project -----------------------------------------------------------------------------------------------------

JOB = """
resource "azurerm_container_app_job" "seed" {
  name                         = "lexiqai-init-grant-db-roles-${var.environment}"
  location                     = "westeurope"
  resource_group_name          = "rg"
  container_app_environment_id = "id"
  replica_timeout_in_seconds   = 300
  manual_trigger_config {}
  template {
    container {
      name   = "seed"
      image  = "seed:1"
      cpu    = CPU
      memory = "0.5Gi"
    }
  }
}
"""


def settings_of(evaluations: tuple[Evaluation, ...]) -> list[str]:
    return [evaluation.setting.name for evaluation in evaluations]


def job(cpu: str = "0.25") -> str:
    return JOB.replace("CPU", cpu)


def names(repository: Repository, **more: Any) -> list[str]:
    return settings_of(repository.project(**more).evaluations)


def test_a_job_is_judged_for_each_value(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": variable(THREE) + job()})
    assert names(repository) == ["environment=dev", "environment=staging", "environment=prod"]
    found = repository.scan()
    assert [
        (f.line, f.column, e) for f, e in ((f.span, f.environments) for f in found.findings if f.code == "INIT102")
    ] == [(10, 34, ("environment=staging",))]
    (listed,) = found.jobs
    assert listed.names == (
        ("environment=dev", '"lexiqai-init-grant-db-roles-dev"'),
        ("environment=prod", '"lexiqai-init-grant-db-roles-prod"'),
        ("environment=staging", '"lexiqai-init-grant-db-roles-staging"'),
    )


def test_a_domain_that_no_job_depends_on_is_not_followed(tmp_path: Path) -> None:
    text = variable(THREE) + variable('contains(["a", "b"], var.color)', name="color") + job()
    repository = Repository(tmp_path, {"main.tf": text})
    assert names(repository) == ["environment=dev", "environment=staging", "environment=prod"]


def test_a_root_without_jobs_is_evaluated_once(tmp_path: Path) -> None:
    assert names(Repository(tmp_path, {"main.tf": variable(THREE)})) == [""]


TWO = variable('contains(["dev", "staging"], var.environment)') + variable(
    "contains([1, 2], var.size)", name="size", type_="number"
)


def test_two_domains_and_the_one_that_makes_no_difference(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": TWO + job("var.size")})
    assert names(repository) == [
        "environment=dev size=1",
        "environment=dev size=2",
        "environment=staging size=1",
        "environment=staging size=2",
    ]
    found = {finding.code: finding.environments for finding in repository.scan().findings if not finding.everywhere}
    assert found == {"INIT102": ("environment=staging",), "INIT201": ("size=2",), "INIT203": ("size=2",)}


def test_more_than_sixteen_combinations(tmp_path: Path) -> None:
    many = ", ".join(f'"e{at}"' for at in range(9))
    text = variable(f"contains([{many}], var.environment)") + variable(
        "contains([1, 2], var.size)", name="size", type_="number"
    )
    repository = Repository(tmp_path, {"main.tf": text + job("var.size")})
    assert names(repository) == [f"environment={at}" for at in ("e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8")]
    text = text.replace("var.environment)", "var.other)").replace('"environment"', '"other"')
    repository = Repository(tmp_path / "unnamed", {"main.tf": text + job("var.size").replace("environment}", "size}")})
    assert names(repository) == ["size=1", "size=2"]


def test_environments_and_domains(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": TWO + job("var.size"),
            "initlint.toml": "[environments.small]\nvars = { size = 1 }\n[environments.large]\nvars = { size = 2 }\n",
        },
    )
    assert names(repository) == [
        "small environment=dev", "small environment=staging", "large environment=dev", "large environment=staging",
    ]  # fmt: skip
    assert names(repository, only="small") == ["small environment=dev", "small environment=staging"]
    assert names(repository, only="staging") == ["small environment=staging", "large environment=staging"]
    assert names(repository, only="environment=dev") == ["small environment=dev", "large environment=dev"]
    found = {finding.code: finding.environments for finding in repository.scan().findings if not finding.everywhere}
    assert found["INIT102"] == ("large environment=staging", "small environment=staging")
    assert found["INIT201"] == ("large",)


def test_a_name_that_is_no_value_limits_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": variable(THREE) + job()})
    assert names(repository, only="qa") == ["environment=dev", "environment=staging", "environment=prod"]


def test_a_value_of_a_domain_is_evaluated_under_its_name(tmp_path: Path) -> None:
    root = Repository(tmp_path, {"main.tf": variable(THREE)}).root
    assert answer(root(only="staging"), '"x-${var.environment}"') == "x-staging"
    assert answer(root(only="environment=prod"), "var.environment") == "prod"
    assert "unknown" in answer(root(only="qa"), "var.environment")


def test_an_environment_that_gives_the_value_has_no_domain(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": variable(THREE) + job(),
            "initlint.toml": '[environments.test]\nvars = { environment = "staging" }\n',
        },
    )
    assert names(repository) == ["test"]
    found = [finding for finding in repository.scan().findings if finding.code == "INIT102"]
    assert [(finding.environments, finding.everywhere) for finding in found] == [(("test",), True)]


def test_the_reason_of_a_variable_that_is_not_followed(tmp_path: Path) -> None:
    root = Repository(tmp_path, {"main.tf": variable(THREE)}).root()
    assert answer(root, "var.environment") == {"unknown": "var.environment has no default; pass --var-file"}
    assert answer(root, 'var.environment == "qa"') is False
    assert answer(root, 'var.environment != "qa" ? 1 : 2') == 1
    assert answer(root, "{ dev = 1, staging = 1, prod = 1 }[var.environment]") == 1
