"""The jobs of the plans in tests/checkov/plans."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from initlint.jobs.job import Form, Job
from initlint.jobs.planned import planned_jobs
from initlint.terraform.plan import read
from initlint.truth import Truth

PLANS = Path(__file__).parents[1] / "checkov" / "plans"


def jobs(name: str) -> dict[str, Job]:
    plan = read((PLANS / f"{name}.json").read_bytes())
    return {job.address: job for job in planned_jobs(plan, f"{name}.json")}


def test_the_plans_are_what_make_writes() -> None:
    spec = importlib.util.spec_from_file_location("make_plans", PLANS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    for name, plan in make.PLANS.items():
        assert json.loads((PLANS / f"{name}.json").read_text(encoding="utf-8")) == plan


def test_addresses() -> None:
    found = jobs("jobs")
    assert [(job.address, job.base_address) for job in found.values()][-4:] == [
        ('azurerm_container_app_job.each["eu"]', "azurerm_container_app_job.each"),
        ('azurerm_container_app_job.each["us"]', "azurerm_container_app_job.each"),
        ('module.apps["a"].azurerm_container_app_job.inner', "module.apps.azurerm_container_app_job.inner"),
        ("azurerm_container_app_job.nightly", "azurerm_container_app_job.nightly"),
    ]
    assert {job.label for job in found.values()} >= {"good", "each", "inner"}


def test_a_job() -> None:
    job = jobs("jobs")["azurerm_container_app_job.good"]
    [container] = job.containers
    [trigger] = job.triggers
    [identity] = job.identity
    assert job.form is Form.AZURERM
    assert (job.name.value.data, job.replica_timeout_in_seconds.value.data) == ("shop-init-seed-data-dev", 1800)
    assert job.replica_retry_limit.is_set is Truth.NO
    assert job.container_app_environment_id.value.reason == "container_app_environment_id is known only after apply"
    assert (float(container.cpu.value.data), container.memory.value.data) == (0.25, "0.5Gi")  # type: ignore[arg-type]
    assert trigger.parallelism.value.data == 1
    assert identity.type.value.data == "UserAssigned"
    assert job.tag("JobCategory").value.data == "data"
    assert job.instances == ""


def test_unknown_parts() -> None:
    found = jobs("unknown")
    [container] = found["azurerm_container_app_job.image"].containers
    assert container.image.value.reason == "template[0].container[0].image is known only after apply"
    assert container.memory.value.data == "0.5Gi"
    secrets = found["azurerm_container_app_job.secrets"].secrets
    assert (secrets.certain, [secret.exists for secret in secrets]) == (False, [Truth.UNKNOWN])
    tags = found["azurerm_container_app_job.tags"]
    assert tags.tag("JobType").value.data == "init"
    assert tags.tag("Purpose").value.reason == "tags.Purpose is known only after apply"
    assert not found["azurerm_container_app_job.template"].containers.certain


def test_an_azapi_job() -> None:
    body = {"properties": {"configuration": {"triggerType": "Manual", "replicaTimeout": 60}}}
    after = {"type": "Microsoft.App/jobs@2025-01-01", "name": "shop-init-a-dev", "body": body, "tags": None}
    unknown = {"parent_id": True, "body": {"properties": {"environmentId": True}}, "identity": []}
    change = {
        "address": "azapi_resource.this",
        "mode": "managed",
        "type": "azapi_resource",
        "name": "this",
        "change": {"actions": ["create"], "after": after, "after_unknown": unknown},
    }
    [job] = planned_jobs({"resource_changes": [change]}, "plan.json")
    assert (job.form, job.trigger_type.value.data) == (Form.AZAPI, "Manual")
    assert job.replica_timeout_in_seconds.value.data == 60
    assert job.container_app_environment_id.value.reason == "body.properties.environmentId is known only after apply"
    assert job.resource_group_name.value.reason == "parent_id is known only after apply"
    other = {
        **change,
        "change": {"actions": ["create"], "after": {**after, "type": "Microsoft.App/containerApps@2025-01-01"}},
    }
    assert list(planned_jobs({"resource_changes": [other]}, "plan.json")) == []


def test_what_is_not_set_in_a_block_of_a_set() -> None:
    secrets = [
        {"name": "a", "value": "x", "identity": "", "key_vault_secret_id": ""},
        {
            "name": "b",
            "value": "",
            "identity": "System",
            "key_vault_secret_id": "https://shop.vault.azure.net/secrets/b",
        },
    ]
    change = {
        "address": "azurerm_container_app_job.this",
        "mode": "managed",
        "type": "azurerm_container_app_job",
        "name": "this",
        "change": {"actions": ["create"], "after": {"secret": secrets}, "after_sensitive": {"secret": True}},
    }
    [job] = planned_jobs({"resource_changes": [change]}, "plan.json")
    given = [
        [field.is_set for field in (secret.value, secret.identity, secret.key_vault_secret_id)]
        for secret in job.secrets
    ]
    assert given == [[Truth.YES, Truth.NO, Truth.NO], [Truth.NO, Truth.YES, Truth.YES]]
