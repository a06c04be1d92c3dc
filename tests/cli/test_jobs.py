"""`initlint jobs` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from initlint.cli.jobs import command

MODULE = """
variable "name" { type = string }
variable "nightly" {
  type    = bool
  default = false
}
resource "azurerm_container_app_job" "this" {
  name = var.name
  dynamic "manual_trigger_config" {
    for_each = var.nightly ? [] : [1]
    content {}
  }
  dynamic "schedule_trigger_config" {
    for_each = var.nightly ? [1] : []
    content { cron_expression = "0 2 * * *" }
  }
  template {
    container {
      name   = "work"
      cpu    = 0.5
      memory = "1Gi"
    }
  }
}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(tree: Path, name: str, text: str) -> None:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text(dedent(text), encoding="utf-8")


def test_jobs_of_one_address_tell_their_root_modules(tree: Path) -> None:
    write(tree, "modules/job/main.tf", MODULE)
    for environment in ("dev", "prod"):
        call = f'module "seed" {{\n  source = "../../modules/job"\n  name   = "shop-init-seed-{environment}"\n}}\n'
        write(tree, f"environments/{environment}/main.tf", call)
    assert CliRunner().invoke(command, []).output == dedent(
        """\
        module.seed.azurerm_container_app_job.this  modules/job/main.tf:7
            init job, because its name "shop-init-seed-dev" has the word init
            root module: environments/dev
            name: "shop-init-seed-dev"
            trigger: manual
            resources: 0.5 CPU / 1Gi
        module.seed.azurerm_container_app_job.this  modules/job/main.tf:7
            init job, because its name "shop-init-seed-prod" has the word init
            root module: environments/prod
            name: "shop-init-seed-prod"
            trigger: manual
            resources: 0.5 CPU / 1Gi
        2 jobs, 2 init jobs
        """
    )
    listed = json.loads(CliRunner().invoke(command, ["--format", "json"]).output)
    assert [job["root"] for job in listed] == ["environments/dev", "environments/prod"]


@pytest.mark.parametrize(
    ("nightly", "shown"), [("default = false", "manual"), ("default = true", "schedule"), ("", "manual or schedule")]
)
def test_triggers_of_which_one_exists(nightly: str, shown: str, tree: Path) -> None:
    write(tree, "main.tf", MODULE.replace("default = false", nightly))
    assert f"\n    trigger: {shown}\n" in CliRunner().invoke(command, []).output


def test_the_trigger_type_of_azapi_decides(tree: Path) -> None:
    write(
        tree,
        "main.tf",
        """
        resource "azapi_resource" "seed" {
          type = "Microsoft.App/jobs@2024-03-01"
          name = "shop-init-seed-dev"
          body = {
            properties = { configuration = { triggerType = "Schedule", manualTriggerConfig = {} } }
          }
        }
        """,
    )
    assert "\n    trigger: schedule\n" in CliRunner().invoke(command, []).output


def test_instances_that_differ(tree: Path) -> None:
    write(
        tree,
        "main.tf",
        """
        locals {
          jobs = {
            clean = { name = "shop-clean-dev", cpu = 0.25, cron = "0 3 * * *", identities = [] }
            seed  = { name = "shop-init-seed-dev", cpu = 0.5, cron = null, identities = ["id"] }
          }
        }
        resource "azurerm_container_app_job" "this" {
          for_each = local.jobs
          name     = each.value.name
          dynamic "identity" {
            for_each = each.value.identities
            content {
              type         = "UserAssigned"
              identity_ids = [identity.value]
            }
          }
          dynamic "manual_trigger_config" {
            for_each = each.value.cron == null ? [1] : []
            content {}
          }
          dynamic "schedule_trigger_config" {
            for_each = each.value.cron == null ? [] : [1]
            content { cron_expression = each.value.cron }
          }
          template {
            container {
              name   = "work"
              cpu    = each.value.cpu
              memory = "1Gi"
            }
          }
        }
        """,
    )
    assert CliRunner().invoke(command, []).output == dedent(
        """\
        azurerm_container_app_job.this  main.tf:8
            init job, because its name "shop-init-seed-dev" has the word init
            name: "shop-clean-dev", "shop-init-seed-dev"
            instances: azurerm_container_app_job.this["clean"], azurerm_container_app_job.this["seed"]
            of these no init jobs: azurerm_container_app_job.this["clean"]
            trigger: schedule; manual
            resources: 0.25 CPU / 1Gi; 0.5 CPU / 1Gi
            identity: none; UserAssigned
        1 job, 1 init job
        """
    )


def test_an_environment_without_the_job(tree: Path) -> None:
    write(tree, "initlint.toml", "[environments.dev]\nvars = { seeded = true }\n[environments.prod]\n")
    write(
        tree,
        "main.tf",
        """
        variable "seeded" { default = false }
        resource "azurerm_container_app_job" "this" {
          count = var.seeded ? 1 : 0
          name  = "shop-init-seed-${var.seeded ? "dev" : "prod"}"
        }
        """,
    )
    assert [job["names"] for job in json.loads(CliRunner().invoke(command, ["--format", "json"]).output)] == [
        [{"environment": "dev", "name": '"shop-init-seed-dev"'}]
    ]


def test_an_environment_without_instances(tree: Path) -> None:
    write(tree, "initlint.toml", "[environments.dev]\n[environments.prod]\nvars = { seed = 0 }\n[environments.qa]\n")
    write(
        tree,
        "main.tf",
        """
        variable "seed" {
          default = 1
        }
        resource "azurerm_container_app_job" "seed" {
          count = var.seed
          name  = "shop-init-seed"
        }
        """,
    )
    assert CliRunner().invoke(command, []).output == dedent(
        """\
        azurerm_container_app_job.seed  main.tf:5
            init job, because its name "shop-init-seed" has the word init
            name: "shop-init-seed"
            instances: azurerm_container_app_job.seed[0]; 0 instances, because count is 0 (in prod)
        1 job, 1 init job
        """
    )
    (job,) = json.loads(CliRunner().invoke(command, ["--format", "json"]).output)
    assert job["absent"] == [{"environment": "prod", "reason": "0 instances, because count is 0"}]
