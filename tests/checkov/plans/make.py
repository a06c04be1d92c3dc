"""Writes the plans of this folder: `python tests/checkov/plans/make.py`.

No azurerm provider is needed: the plans are made by hand in the format of `terraform show -json` (format version 1.2;
Terraform, internal/command/jsonplan/plan.go), with what the provider's schema fills in.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROVIDER = "registry.terraform.io/hashicorp/azurerm"
IDENTITY = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop-dev"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/jobs"
)

CONTAINER: dict[str, Any] = {
    "name": "work",
    "image": "shop.azurecr.io/tools:1.4.2",
    "cpu": 0.25,
    "memory": "0.5Gi",
    "command": ["sh", "-c", "set -eu\necho start\npython -m scripts.seed\necho done\n"],
    "args": None,
    "env": [],
    "liveness_probe": [],
    "readiness_probe": [],
    "startup_probe": [],
    "volume_mounts": [],
}

JOB: dict[str, Any] = {
    "name": "shop-init-seed-data-dev",
    "location": "westeurope",
    "resource_group_name": "shop-dev",
    "replica_retry_limit": None,
    "replica_timeout_in_seconds": 1800,
    "workload_profile_name": None,
    "identity": [{"type": "UserAssigned", "identity_ids": [IDENTITY]}],
    "secret": [],
    "registry": [],
    "manual_trigger_config": [{"parallelism": 1, "replica_completion_count": 1}],
    "schedule_trigger_config": [],
    "event_trigger_config": [],
    "template": [{"container": [CONTAINER], "init_container": [], "volume": []}],
    "tags": {"JobType": "init", "JobCategory": "data", "Purpose": "Init job: seed", "Name": "shop-init-seed-data-dev"},
    "timeouts": None,
}  # fmt: skip
COMPUTED = {
    "id": True,
    "container_app_environment_id": True,
    "event_stream_endpoint": True,
    "outbound_ip_addresses": True,
}


def job(label: str, /, *, module: str = "", index: int | str | None = None, **values: Any) -> dict[str, Any]:
    """A resource change that creates a job. unknown, sensitive: what `after_unknown` and `after_sensitive` say."""
    after = copy.deepcopy(JOB)
    unknown = {**COMPUTED, **values.pop("unknown", {})}
    sensitive = values.pop("sensitive", {})
    literals = values.pop("literals", {})
    after.update(values)
    for key, mark in unknown.items():
        if mark is True:
            after.pop(key, None)
    key = "" if index is None else f"[{json.dumps(index)}]"
    change = {
        "address": f"{module + '.' if module else ''}azurerm_container_app_job.{label}{key}",
        **({"module_address": module} if module else {}),
        "mode": "managed",
        "type": "azurerm_container_app_job",
        "name": label,
        **({} if index is None else {"index": index}),
        "provider_name": PROVIDER,
        "change": {
            "actions": ["create"],
            "before": None,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": False,
            "after_sensitive": sensitive,
        },
    }
    return {"change": change, "expressions": literals}


def plan(*jobs: dict[str, Any]) -> dict[str, Any]:
    """A plan that creates the jobs."""
    root: dict[str, Any] = {"resources": []}
    configured: dict[str, Any] = {"resources": []}
    for each in jobs:
        change = each["change"]
        module = change.get("module_address", "")
        resource = {
            **{key: value for key, value in change.items() if key not in ("change", "module_address")},
            "schema_version": 0,
            "values": change["change"]["after"],
            "sensitive_values": change["change"]["after_sensitive"],
        }
        written = {
            "address": f"azurerm_container_app_job.{change['name']}",
            "mode": "managed",
            "type": change["type"],
            "name": change["name"],
            "provider_config_key": "azurerm",
            "expressions": each["expressions"],
            "schema_version": 0,
        }
        if module:
            child = next((one for one in root.setdefault("child_modules", []) if one["address"] == module), None)
            if child is None:
                child = {"resources": [], "address": module}
                root["child_modules"].append(child)
            child["resources"].append(resource)
            call = module.removeprefix("module.").partition("[")[0]
            calls = configured.setdefault("module_calls", {})
            calls[call] = {"source": f"./{call}", "module": {"resources": [written]}}
        else:
            root["resources"].append(resource)
            if all(one["name"] != written["name"] for one in configured["resources"]):
                configured["resources"].append(written)
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": root},
        "resource_changes": [each["change"] for each in jobs],
        "configuration": {"root_module": configured},
        "timestamp": "2026-11-01T12:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def container(**values: Any) -> list[dict[str, Any]]:
    """A template with one container."""
    return [{"container": [{**CONTAINER, **values}], "init_container": [], "volume": []}]


def secret(name: str, value: str | None = None, vault: str | None = None) -> dict[str, Any]:
    """A secret."""
    return {
        "name": name,
        "value": value,
        "key_vault_secret_id": vault,
        "identity": IDENTITY if vault else None,
    }


PLANS = {
    "jobs": plan(
        job("good"),
        job("large", name="shop-migrate", template=container(cpu=2.5, memory="5Gi")),
        job("unnamed", unknown={"name": True}, tags={"JobType": "init"}),
        job("bare", identity=[], tags=None, schedule_trigger_config=[], manual_trigger_config=[]),
        job("each", index="eu", name="shop-init-seed-eu-dev", tags={**JOB["tags"], "Name": "shop-init-seed-eu-dev"}),
        job("each", index="us", name="shop-init-seed-us", tags={**JOB["tags"], "Name": "shop-init-seed-us"}),
        job("inner", module='module.apps["a"]', template=container(image="shop.azurecr.io/tools:latest")),
        job("nightly", name="shop-report-dev", tags={"JobType": "report"}),
    ),
    # What the provider's SDK plans for a job that is there already: it knows no null, but the empty text.
    "existing": plan(
        job(
            "there",
            workload_profile_name="",
            template=container(
                cpu=1, memory="1Gi", args=[], env=[{"name": "PASSWORD", "secret_name": "password", "value": ""}]
            ),
            secret=[secret("password", "", "https://shop.vault.azure.net/secrets/password")],
            registry=[{"server": "shop.azurecr.io", "identity": IDENTITY, "username": "", "password_secret_name": ""}],
        ),
    ),
    "unknown": plan(
        job("image", template=container(), unknown={"template": [{"container": [{"image": True}]}]}),
        job("secrets", unknown={"secret": True}),
        job("template", unknown={"template": True}),
        job("tags", tags={"JobType": "init", "JobCategory": "data"}, unknown={"tags": {"Purpose": True}}),
    ),
    "secrets": plan(
        job(
            "variable",
            secret=[secret("password", "hunter2-from-a-variable")],
            sensitive={"secret": True},
            literals={"secret": [{"name": {"constant_value": "password"}, "value": {"references": ["var.password"]}}]},
        ),
        job(
            "literal",
            secret=[secret("password", "hunter2-in-the-code")],
            sensitive={"secret": True},
            literals={
                "secret": [{"name": {"constant_value": "password"}, "value": {"constant_value": "hunter2-in-the-code"}}]
            },
        ),
        job(
            "same",
            secret=[secret("pgadmin", "pgadmin")],
            sensitive={"secret": True},
            literals={"secret": [{"name": {"constant_value": "pgadmin"}, "value": {"references": ["var.password"]}}]},
        ),
        job(
            "address",
            template=container(
                env=[
                    {"name": "DATABASE_URL", "secret_name": None, "value": "postgresql://app:hunter2@db.internal/shop"}
                ]
            ),
        ),
        job(
            "vault",
            secret=[secret("password", vault="https://shop.vault.azure.net/secrets/password")],
            sensitive={"secret": True},
        ),
    ),
}
del PLANS["unknown"]["resource_changes"][0]["change"]["after"]["template"][0]["container"][0]["image"]

if __name__ == "__main__":
    for _name, _plan in PLANS.items():
        (HERE / f"{_name}.json").write_text(json.dumps(_plan, indent=2) + "\n", encoding="utf-8")
