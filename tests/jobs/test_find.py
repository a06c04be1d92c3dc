from __future__ import annotations

from collections.abc import Callable
from typing import Any

from initlint.truth import Truth

JOB = 'resource "azurerm_container_app_job" "{}" {{\n  name = "x"\n{}}}\n'


def found(workspace: Any) -> list[tuple[str, str, Truth, str]]:
    return [(job.address, job.base_address, job.exists, job.instances) for job in workspace.jobs]


def test_instances_of_count_and_for_each(workspace: Callable[..., Any]) -> None:
    text = (
        JOB.format("a", "  count = 2\n")
        + JOB.format("b", "  for_each = { eu = 1, us = 2 }\n")
        + JOB.format("c", "  count = var.n\n")
        + JOB.format("d", "")
        + 'variable "n" {\n  type = number\n}\n'
    )
    base = "azurerm_container_app_job"

    assert found(workspace(text)) == [
        (f"{base}.a[0]", f"{base}.a", Truth.YES, ""),
        (f"{base}.a[1]", f"{base}.a", Truth.YES, ""),
        (f'{base}.b["eu"]', f"{base}.b", Truth.YES, ""),
        (f'{base}.b["us"]', f"{base}.b", Truth.YES, ""),
        (f"{base}.c[*]", f"{base}.c", Truth.UNKNOWN, ""),
        (f"{base}.d", f"{base}.d", Truth.YES, ""),
    ]


def test_no_instance_is_one_job_that_says_why(workspace: Callable[..., Any]) -> None:
    text = JOB.format("a", "  count = 0\n  location = count.index\n") + JOB.format("b", "  for_each = {}\n")
    first, second = workspace(text).jobs

    assert (first.address, first.exists, first.instances) == (
        "azurerm_container_app_job.a",
        Truth.NO,
        "0 instances, because count is 0",
    )
    assert (first.location.value.reason, first.name.value.data) == ("count is 0", "x")
    assert second.instances == "0 instances, because for_each is empty"


def test_jobs_in_called_modules(workspace: Callable[..., Any]) -> None:
    root = """
        module "apps" {
          source   = "./apps"
          for_each = { eu = "a" }
          name     = each.value
        }
        module "none" {
          source = "./apps"
          count  = 0
          name   = "x"
        }
        """
    child = 'variable "name" {}\nresource "azurerm_container_app_job" "a" {\n  name = var.name\n}\n'
    first, none = workspace(root, more={"apps/main.tf": child}).jobs

    assert (first.address, first.base_address) == (
        'module.apps["eu"].azurerm_container_app_job.a',
        "module.apps.azurerm_container_app_job.a",
    )
    assert first.name.value.data == "a"
    assert [(what, span.path, span.line) for what, span in first.called_from] == [('module.apps["eu"]', "main.tf", 2)]
    assert first.span.path == "apps/main.tf"
    assert (none.base_address, none.instances, none.exists) == (
        "module.none.azurerm_container_app_job.a",
        "0 instances: count is 0",
        Truth.NO,
    )


def test_only_managed_resources_of_the_two_types(workspace: Callable[..., Any]) -> None:
    text = """
        data "azurerm_container_app_job" "a" {}
        resource "azurerm_container_app" "b" {}
        resource "azapi_resource" "c" {}
        """
    assert workspace(text).jobs == []


def test_json_syntax(workspace: Callable[..., Any]) -> None:
    text = """{
        "resource": {"azurerm_container_app_job": {"a": {
          "name": "app-init-x-dev",
          "template": [{"container": {"name": "main", "cpu": 0.5, "env": [{"name": "A", "value": "b"}]}}],
          "manual_trigger_config": {},
          "lifecycle": {"ignore_changes": ["tags", "template[0].container[0].image"]}
        }}}
    }"""
    job = workspace(text, name="main.tf.json").job
    (container,) = job.containers

    assert (job.name.value.data, job.name.span.line, job.name.span.column) == ("app-init-x-dev", 3, 19)
    assert [env.value.label for env in container.env] == ['env "A"']
    assert [trigger.kind.value for trigger in job.triggers] == ["manual"]
    assert job.ignore_changes == {"tags", "template"}
