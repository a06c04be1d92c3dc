"""The jobs of a plan: planned `azurerm_container_app_job` and `azapi_resource` resources -> Job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from initlint.jobs import azapi, azurerm
from initlint.jobs.find import find_jobs
from initlint.jobs.job import Job, Setting
from initlint.terraform.plan import Blocks, Planned, module_of, resources

_ENV = dict.fromkeys(("name", "value", "secret_name"))
_CONTAINER: Blocks = {**dict.fromkeys(("name", "image", "cpu", "memory", "command", "args")), "env": _ENV}
_TRIGGER = dict.fromkeys(("parallelism", "replica_completion_count"))
_IDENTITY: Blocks = {"identity": dict.fromkeys(("type", "identity_ids"))}
BLOCKS: Mapping[str, Blocks] = {
    azurerm.RESOURCE_TYPE: {
        **_IDENTITY,
        "secret": dict.fromkeys(("name", "value", "key_vault_secret_id", "identity")),
        "registry": dict.fromkeys(("server", "identity", "username", "password_secret_name")),
        "template": {"container": _CONTAINER, "init_container": _CONTAINER},
        "manual_trigger_config": _TRIGGER,
        "event_trigger_config": _TRIGGER,
        "schedule_trigger_config": {**_TRIGGER, "cron_expression": None},
    },
    azapi.RESOURCE_TYPE: _IDENTITY,
}
"""The nested blocks of the resource types, as far as rules look at them."""


def planned_jobs(plan: Mapping[str, Any], path: str, *, written: bool = False) -> Iterator[Job]:
    """The jobs that will exist once a plan is applied, with their addresses. `path` is what places call the plan;
    `written` takes every known text as one that the code holds (`plan.module_of`).
    """
    for planned in resources(plan, frozenset(BLOCKS)):
        module = module_of(_as_set(planned), path, BLOCKS[planned.type], written=written)
        for job in find_jobs(module, Setting()):
            yield replace(job, address=planned.address, base_address=planned.base_address)


def _as_set(planned: Planned) -> Planned:
    """The resource with null for the empty texts of an azurerm resource: the provider's SDK knows no null. What is not
    set it plans as an empty text in the blocks of a set (terraform-plugin-sdk, helper/schema/schema.go, diffSet), and
    everywhere in a resource that exists, for so the state has it (helper/schema/grpc_provider.go, normalizeNullValues).
    """
    return replace(planned, after=_set(planned.after)) if planned.type == azurerm.RESOURCE_TYPE else planned


def _set(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: _set_in(value) for name, value in body.items()}


def _set_in(value: Any) -> Any:
    """An argument's value, or nested blocks: a list of objects. In a map (`tags`) an empty text is a value."""
    if isinstance(value, list):
        return [_set(block) if isinstance(block, dict) else block for block in value]
    return None if value == "" else value
