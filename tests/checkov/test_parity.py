"""For every rule and job, checkov with our checks says what initlint says; where it cannot, it is listed here."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from initlint.registry import builtin
from tests.checkov.program import Report, checkov, needs_checkov, run

FIXTURES = Path(__file__).parents[1] / "fixtures"
REAL = Path(os.environ["INITLINT_REAL"]) if "INITLINT_REAL" in os.environ else None
RULES = [rule for rule in builtin() if rule.check is not None or rule.check_project is not None]


@dataclass(frozen=True)
class Blind:
    """What checkov cannot see: the files that it refuses, and the jobs that it does not come by, with their reasons."""

    files: Mapping[str, str]
    jobs: Mapping[tuple[str, str], str]


def check_of(code: str) -> str:
    return code.replace("INIT", "CKV_INIT_")


def initlint(folder: Path) -> dict[str, Any]:
    done = run([sys.executable, "-m", "initlint", ".", "--format", "json", "--no-progress"], folder)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


Results = dict[tuple[str, str], dict[str, str]]
"""(path, address without instance keys) of each job -> the result of each check that counts."""

OF_PROJECT = {check_of(rule.code) for rule in RULES if rule.check is None}
"""The checks of rules about the whole project: JSON does not tell their passes from what they did not look at."""


def wanted(report: Mapping[str, Any]) -> Results:
    """What initlint's JSON says: what is neither a finding nor undecided passes."""
    found: Results = {}
    for job in report["jobs"]:
        judged = job["init"] and not job["no_instances"]
        results = {check_of(rule.code): "PASSED" for rule in RULES if judged and rule.check is not None}
        # Several root modules may make a job of that address; one that makes no instance has no say.
        found.setdefault((job["path"], job["address"]), {}).update(results)
    for question in report["undecided"]:
        if question["job"] is not None:
            found[question["path"], question["job"]].pop(check_of(question["code"]), None)
    for finding in report["findings"]:
        if finding["job"] is not None:
            # A finding about several jobs names the files of the first.
            others = [path for path, _ in found]
            places = dict.fromkeys([finding["path"], *(place["path"] for place in finding["related"]), *others])
            for address in {KEYS.sub("", instance) for instance in finding["instances"] or [finding["job"]]}:
                [path] = [path for path in places if (path, address) in found][:1]
                found[path, address][check_of(finding["code"])] = "FAILED"
    return {key: results for key, results in found.items() if results}


def failing(report: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(address with instance keys, check) of all failures."""
    return {
        (address, check_of(finding["code"]))
        for finding in report["findings"]
        if finding["job"] is not None
        for address in finding["instances"] or [finding["job"]]
    }


def got(report: Report) -> Results:
    """What checkov says; the worst of a block's instances."""
    order = ["PASSED", "SKIPPED", "FAILED"]
    found: Results = {}
    for (path, address, check), result in report.results().items():
        results = found.setdefault((path, KEYS.sub("", address)), {})
        results[check] = max(results.get(check, result), result, key=order.index)
    for results in found.values():
        for check in OF_PROJECT & results.keys():
            if results[check] == "PASSED":
                del results[check]
    return found


KEYS = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\[\*\]')


def differences(folder: Path, blind: Blind) -> dict[tuple[str, str, str], tuple[str, str]]:
    """(path, address, check) -> (initlint's result, checkov's), where they differ though checkov can see the job."""
    ours, theirs = initlint(folder), checkov(folder)
    assert theirs.log == ""
    assert {str(Path(path).resolve().relative_to(folder.resolve())) for path in theirs.parsing_errors} == set(
        blind.files
    )
    expected, found = wanted(ours), got(theirs)
    hidden = {key for key in expected if key[0] in blind.files or key in blind.jobs}
    assert not hidden & found.keys(), "checkov sees more than is listed here"
    assert set(blind.jobs) <= expected.keys(), "jobs are listed here that are there no more"
    expected = {key: results for key, results in expected.items() if key not in hidden}
    hidden_addresses = {address for _, address in hidden}
    addresses = {address for _, address, _ in theirs.results()}
    failed = {(address, check) for (_, address, check), result in theirs.results().items() if result == "FAILED"}
    assert failed == {
        # checkov does not expand every `count` and `for_each`.
        (address if address in addresses else KEYS.sub("", address), check)
        for address, check in failing(ours)
        if KEYS.sub("", address) not in hidden_addresses
    }
    return {
        (*key, check): (expected.get(key, {}).get(check, ""), found.get(key, {}).get(check, ""))
        for key in expected | found
        for check in expected.get(key, {}) | found.get(key, {})
        if expected.get(key, {}).get(check, "") != found.get(key, {}).get(check, "")
    }


# --- the fixtures -----------------------------------------------------------------------------------------------------

OF_FIXTURES = Blind({}, {})


@needs_checkov
def test_every_fixture(tmp_path: Path) -> None:
    for folder in sorted(FIXTURES.glob("INIT*")):
        for one in sorted(folder.iterdir()):
            if one.is_dir():
                shutil.copytree(one, tmp_path / folder.name / one.name)
            elif one.suffix == ".tf":
                (tmp_path / folder.name / one.stem).mkdir(parents=True, exist_ok=True)
                shutil.copy(one, tmp_path / folder.name / one.stem / one.name)
    assert differences(tmp_path, OF_FIXTURES) == {}


# --- ways of writing jobs ---------------------------------------------------------------------------------------------

MODULE = """
variable "name" {}
variable "cpu" { default = 0.25 }
variable "secrets" { default = {} }
resource "azurerm_container_app_job" "this" {
  name = var.name
  manual_trigger_config {}
  template {
    container {
      name    = "migrate"
      image   = "shop.azurecr.io/tools:1.4.2"
      cpu     = var.cpu
      memory  = "${var.cpu * 2}Gi"
      command = ["sh", "-c", "set -e\\nalembic upgrade head\\nalembic current"]
    }
  }
  dynamic "secret" {
    for_each = var.secrets
    content {
      name  = secret.key
      value = secret.value
    }
  }
  tags = { JobType = "init" }
}
"""
WAYS = {
    "modules/job/main.tf": MODULE,
    "modules/jobs/main.tf": """
variable "jobs" {}
module "one" {
  source   = "../job"
  for_each = var.jobs
  name     = "shop-init-${each.key}-dev"
  cpu      = each.value
}
""",
    # checkov does not expand the count of a call inside a module: its addresses are without keys.
    "modules/perhaps/main.tf": """
variable "name" {}
variable "cpu" { default = 0.25 }
locals { wanted = contains(["job"], "job") }
module "job" {
  source = "../job"
  count  = local.wanted ? 1 : 0
  name   = var.name
  cpu    = var.cpu
}
""",
    "counted/main.tf": """
module "right" {
  source = "../modules/perhaps"
  name   = "shop-init-right-dev"
}
module "wrong" {
  source = "../modules/perhaps"
  name   = "shop-wrong"
  cpu    = 4
}
""",
    # Two root modules that call one module by the same name, with other values.
    "env/dev/main.tf": """
module "job" {
  source  = "../../modules/job"
  name    = "shop-init-seed-dev"
  secrets = { password = "hunter2hunter2" }
}
module "many" {
  source = "../../modules/jobs"
  jobs   = { small = 0.25, large = 4 }
}
""",
    "env/prod/main.tf": """
variable "cpu" {}
module "job" {
  source = "../../modules/job"
  name   = "shop-seed"
  cpu    = var.cpu
}
""",
    "azapi/main.tf": """
resource "azapi_resource" "value" {
  type = "Microsoft.App/jobs@2025-01-01"
  name = "shop-init-value-dev"
  body = {
    properties = {
      configuration = { triggerType = "Schedule", replicaTimeout = 60 }
      template = {
        containers = [{ name = "work", image = "busybox", resources = { cpu = "0.5", memory = "1Gi" } }]
      }
    }
  }
}
resource "azapi_resource" "text" {
  type = "microsoft.app/jobs@2023-05-01"
  name = "shop-init-text-dev"
  body = jsonencode({
    properties = { configuration = { triggerType = "Manual", secrets = [{ name = "a", value = "hunter2hunter2" }] } }
  })
}
resource "azapi_resource" "other" {
  type = "Microsoft.App/containerApps@2023-05-01"
  name = "shop-init-app-dev"
}
""",
    "override/main.tf": """
resource "azurerm_container_app_job" "this" {
  name = "shop-init-over-dev"
  tags = { JobType = "init" }
}
""",
    "override/main_override.tf": """
resource "azurerm_container_app_job" "this" {
  name = "shop-over"
}
""",
    "json/main.tf.json": '{"resource": {"azurerm_container_app_job": {"json": {"name": "shop-init-json"}}}}',
    "tofu/main.tofu": 'resource "azurerm_container_app_job" "tofu" {\n  name = "shop-init-tofu"\n}\n',
}
OF_WAYS = Blind(
    {},
    {
        ("json/main.tf.json", "azurerm_container_app_job.json"): "checkov reads no .tf.json",
        ("tofu/main.tofu", "azurerm_container_app_job.tofu"): "checkov reads no .tofu",
    },
)


BY_TWO_ROOTS = ("CKV_INIT_201", "CKV_INIT_202", "CKV_INIT_203", "CKV_INIT_204")
"""What the job of one root passes, and is not known of the job of the same address in another: neither report tells the
two apart, and checkov shows what it counts."""


def write(files: Mapping[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@needs_checkov
def test_every_way_of_writing_a_job(tmp_path: Path) -> None:
    write(WAYS, tmp_path)
    assert differences(tmp_path, OF_WAYS) == {
        ("modules/job/main.tf", "module.job.azurerm_container_app_job.this", check): ("", "PASSED")
        for check in BY_TWO_ROOTS
    }


@needs_checkov
@pytest.mark.parametrize("folder", ["env/dev", "env/prod"])
def test_a_root_module_whose_modules_are_outside_the_scanned_folder(folder: str, tmp_path: Path) -> None:
    write(WAYS, tmp_path)
    assert differences(tmp_path / folder, Blind({}, {})) == {}


# --- public repositories ----------------------------------------------------------------------------------------------

COMMENT = "checkov's reader takes no comment between a bracket and an index"
OF_REPOSITORIES: Mapping[str, Blind] = {
    "pagopa+terraform-azurerm-v4": Blind(
        {
            "cdn_frontdoor_multiple/domains.tf": COMMENT,
            "cdn_frontdoor_multiple/origins.tf": COMMENT,
            "kubernetes_prometheus_managed/prometheus_alerts.tf": "checkov's reader takes no argument called `for`",
        },
        {},
    ),
}


@needs_checkov
@pytest.mark.skipif(REAL is None, reason="INITLINT_REAL names no folder with public repositories")
def test_public_repositories() -> None:
    assert REAL is not None
    folders = sorted(folder for folder in REAL.iterdir() if folder.is_dir())
    assert folders
    found = {folder.name: differences(folder, OF_REPOSITORIES.get(folder.name, Blind({}, {}))) for folder in folders}
    assert found == {folder.name: {} for folder in folders}
