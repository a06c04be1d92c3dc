"""Which jobs a module holds, in whichever form they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from initlint.jobs import azapi, azurerm
from initlint.jobs.job import Job, Setting
from initlint.terraform.value import Value, object_of, unknown
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.terraform.expansion import Expansion, Instance
    from initlint.terraform.module import ModuleInstance
    from initlint.terraform.source import Declared, ModuleSource, Resource
    from initlint.terraform.view import View

_FORMS: dict[str, tuple[Callable[[View], bool], Callable[..., Job]]] = {
    azurerm.RESOURCE_TYPE: (lambda view: True, azurerm.azurerm_job),
    azapi.RESOURCE_TYPE: (azapi.is_job, azapi.azapi_job),
}
"""By resource type: whether a resource of that type is a job, and how it is read."""


def find_jobs(instance: ModuleInstance, setting: Setting, none: str = "") -> list[Job]:
    """The jobs that a module instance itself holds, one for each instance of a resource, in source order.

    A resource without instances gives one job whose `instances` says why.
    """
    return [
        job
        for resource in instance.source.resources.values()
        if resource.mode == "managed" and resource.type in _FORMS
        for job in _jobs_of(instance, resource, setting, none)
    ]


def _jobs_of(instance: ModuleInstance, resource: Resource, setting: Setting, none: str) -> Iterator[Job]:
    is_job, read = _FORMS[resource.type]
    expanded = instance.expand(resource)
    why = none or (f"0 instances, because {expanded.none}" if expanded.none else "")
    instances = expanded.instances or (_uncounted(expanded),)
    for one in instances:
        view = instance.view(resource, one)
        if is_job(view):
            yield read(
                view,
                address=_address(instance.path, resource.address + one.suffix),
                base_address=_address(instance.base_path, resource.address),
                label=resource.name,
                setting=setting,
                module=instance,
                called_from=instance.called_from,
                exists=instance.exists & one.exists,
                instances=why,
            )


def _address(module: str, resource: str) -> str:
    return f"{module}.{resource}" if module else resource


def _names_of_none(expanded: Expansion) -> dict[str, Value]:
    """What `each` and `count` stand for in a block that has no instance."""
    nothing = unknown(expanded.none)
    if expanded.kind == "count":
        return {"count": object_of({"index": nothing})}
    return {"each": object_of({"key": nothing, "value": nothing})} if expanded.kind == "for_each" else {}


def _uncounted(expanded: Expansion) -> Instance:
    """What stands for the instances of a resource that has none."""
    from initlint.terraform.expansion import Instance

    return Instance("", _names_of_none(expanded), Truth.NO)


def not_called(instance: ModuleInstance, call: Declared, source: ModuleSource, expanded: Expansion) -> ModuleInstance:
    """A module whose call has no instance, as if it had one: its jobs are listed with the reason."""
    from initlint.terraform.module import Call, ModuleInstance

    return ModuleInstance(instance.root, source, Call(call, instance, _names_of_none(expanded)), "", Truth.NO)
