"""`azurerm_container_app_job` -> Job.

Arguments and blocks are those of the provider's schema. The form that the practices document is understood too: a
trigger block inside `template`, `trigger_type`, and the blocks `secrets` and `registries` (the provider's own names
before 4.0) count as what was meant, and each is kept in `Job.misplaced` with the place where it belongs.

Labels of fields: a top-level argument by its name; what a nested block holds by block and argument ("identity.type",
"secret.key_vault_secret_id", "registry.server", "container.name", "init_container.cpu"), but plainly `cpu`, `memory`,
`image`, `command`, `args` of a container and `parallelism`, `replica_completion_count`, `cron_expression` of a trigger;
an environment variable by its name: `env "PGHOST"` is its value, `secret_name of env "PGHOST"` and `env.name` the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from initlint.jobs.job import (
    Blocks,
    Container,
    Env,
    Field,
    Form,
    Identity,
    Job,
    Misplaced,
    Registry,
    Secret,
    Setting,
    Trigger,
    TriggerKind,
    missing,
)
from initlint.source import Span
from initlint.syntax.nodes import Expression, GetAttr, Index, Name, Parentheses, Splat, Template, TextPart, TupleExpr
from initlint.terraform.convert import convert
from initlint.terraform.types import ANY, NUMBER, STRING, List, Map, Type
from initlint.terraform.value import Value, error
from initlint.terraform.view import View, Views
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.terraform.module import ModuleInstance

RESOURCE_TYPE = "azurerm_container_app_job"

TRIGGER_BLOCKS = {
    "manual_trigger_config": TriggerKind.MANUAL,
    "schedule_trigger_config": TriggerKind.SCHEDULE,
    "event_trigger_config": TriggerKind.EVENT,
}

SCHEMA: dict[str, Type] = {
    **dict.fromkeys(
        (
            "name", "location", "resource_group_name", "container_app_environment_id", "workload_profile_name", "image",
            "memory", "value", "secret_name", "key_vault_secret_id", "identity", "server", "username",
            "password_secret_name", "type", "cron_expression", "trigger_type",
        ),
        STRING,
    ),
    **dict.fromkeys(
        ("replica_timeout_in_seconds", "replica_retry_limit", "cpu", "parallelism", "replica_completion_count"), NUMBER
    ),
    **dict.fromkeys(("command", "args", "identity_ids"), List(STRING)),
    "tags": Map(STRING),
}  # fmt: skip
"""The types that the provider's schema gives its arguments; no name has two. (`identity_ids` is a set there: a list
keeps the order of the text.)"""

_SELDOM = frozenset({"trigger_type", "workload_profile_name"})
"""Arguments that are not thought to be lost where a block is not closed."""

Made = TypeVar("Made")
Item = TypeVar("Item")


def azurerm_job(
    view: View,
    *,
    address: str,
    base_address: str,
    label: str,
    setting: Setting,
    module: ModuleInstance,
    called_from: tuple[tuple[str, Span], ...],
    exists: Truth = Truth.YES,
    instances: str = "",
) -> Job:
    """The job that a resource block's body describes. `view` is the body of one instance; the rest is handed on."""
    templates = view.blocks("template")

    def top(name: str) -> Field:
        return field_of(view, name, name)

    def within_templates(type_: str, make: Callable[[View], Made]) -> Blocks[Made]:
        return merged(*(each(template.blocks(type_), make) for template in templates))

    return Job(
        form=Form.AZURERM,
        address=address,
        base_address=base_address,
        label=label,
        span=view.header,
        block_span=view.span,
        setting=setting,
        module=module,
        called_from=called_from,
        name=top("name"),
        location=top("location"),
        resource_group_name=top("resource_group_name"),
        container_app_environment_id=top("container_app_environment_id"),
        replica_timeout_in_seconds=top("replica_timeout_in_seconds"),
        replica_retry_limit=top("replica_retry_limit"),
        workload_profile_name=top("workload_profile_name"),
        tags=top("tags"),
        trigger_type=top("trigger_type"),
        identity=each(view.blocks("identity"), identity_of),
        secrets=in_order(merged(*(each(view.blocks(name), _secret) for name in ("secret", "secrets")))),
        registries=in_order(merged(*(each(view.blocks(name), _registry) for name in ("registry", "registries")))),
        template=each(templates, lambda template: template.header),
        containers=_as_found(within_templates("container", lambda block: _container(block, init=False)), templates),
        init_containers=within_templates("init_container", lambda block: _container(block, init=True)),
        triggers=_triggers(view, templates),
        misplaced=tuple(_misplaced(view, templates)),
        ignore_changes=ignore_changes(view),
        exists=exists,
        instances=instances,
        attribute=top,
    )


# --- attributes and blocks --------------------------------------------------------------------------------------------


def field_of(view: View, name: str, label: str) -> Field:
    """An attribute of a body as a field; where it is not written, the block's header is its place."""
    maybe = view.exists is not Truth.YES
    attribute = view.attribute(name)
    value = view.value(name)
    if attribute is None or value is None:
        if view.damage and name not in _SELDOM:
            return Field(label, error(view.damage), view.header, written=False, maybe=maybe)
        return missing(label, view.header, maybe)
    return Field(label, _as_schema_wants(value, SCHEMA.get(name, ANY)), attribute.expression_span, maybe=maybe)


def _as_schema_wants(value: Value, type_: Type) -> Value:
    """The value as the provider receives it ("0.5" as a number, 5432 as text); as it is where it cannot be converted,
    so that a rule can say what is wrong with it.
    """
    converted = convert(value, type_)
    return converted if converted.error is None or value.error is not None else value


def each(views: Views, make: Callable[[View], Made]) -> Blocks[Made]:
    """The blocks, read one by one."""
    return Blocks(tuple(make(view) for view in views), views.reason)


def merged(*many: Blocks[Item]) -> Blocks[Item]:
    """Several lists of blocks as one; the first reason stands for all."""
    return Blocks(
        tuple(item for blocks in many for item in blocks),
        next((blocks.reason for blocks in many if blocks.reason), ""),
    )


def _as_found(containers: Blocks[Container], templates: Views) -> Blocks[Container]:
    """Where a block is not closed, the containers that were found are taken for all, if any were."""
    damaged = any(template.damage == containers.reason for template in templates)
    return Blocks(containers.items) if containers.items and damaged else containers


Placed = TypeVar("Placed", Secret, Registry, Trigger)


def in_order(blocks: Blocks[Placed]) -> Blocks[Placed]:
    """The blocks in source order."""
    return Blocks(tuple(sorted(blocks.items, key=lambda item: item.span.start)), blocks.reason)


# --- nested blocks ----------------------------------------------------------------------------------------------------


def identity_of(view: View) -> Identity:
    """An `identity` block; azapi's has the same arguments."""
    return Identity(
        view.header,
        field_of(view, "type", "identity.type"),
        field_of(view, "identity_ids", "identity.identity_ids"),
        view.exists,
    )


def _secret(view: View) -> Secret:
    return Secret(
        view.header,
        field_of(view, "name", "secret.name"),
        field_of(view, "value", "secret.value"),
        field_of(view, "key_vault_secret_id", "secret.key_vault_secret_id"),
        field_of(view, "identity", "secret.identity"),
        view.exists,
    )


def _registry(view: View) -> Registry:
    return Registry(
        view.header,
        field_of(view, "server", "registry.server"),
        field_of(view, "identity", "registry.identity"),
        field_of(view, "username", "registry.username"),
        field_of(view, "password_secret_name", "registry.password_secret_name"),
        view.exists,
    )


def _container(view: View, *, init: bool) -> Container:
    def setting(name: str) -> Field:
        return field_of(view, name, container_label(name, init))

    return Container(
        view.header,
        init,
        name=setting("name"),
        image=setting("image"),
        cpu=setting("cpu"),
        memory=setting("memory"),
        command=setting("command"),
        args=setting("args"),
        env=each(view.blocks("env"), _env),
        exists=view.exists,
    )


def container_label(name: str, init: bool) -> str:
    """What a container's setting is called: "cpu", "container.name", "init_container.cpu"."""
    if init:
        return f"init_container.{name}"
    return "container.name" if name == "name" else name


def _env(view: View) -> Env:
    name = field_of(view, "name", "env.name")
    label = env_label(name.value)
    return Env(
        view.header,
        name,
        field_of(view, "value", label),
        field_of(view, "secret_name", f"secret_name of {label}"),
        view.exists,
    )


def env_label(name: Value) -> str:
    """What an environment variable is called: `env "PGHOST"`, or `env` where its name is not known."""
    return f'env "{name.data}"' if isinstance(name.data, str) and not name.sensitive else "env"


# --- triggers ---------------------------------------------------------------------------------------------------------


def _triggers(view: View, templates: Views) -> Blocks[Trigger]:
    places = [(view, False), *((template, True) for template in templates)]
    return in_order(
        merged(
            *(
                each(place.blocks(type_), lambda block, kind=kind, inside=inside: _trigger(block, kind, inside))  # type: ignore[misc]
                for place, inside in places
                for type_, kind in TRIGGER_BLOCKS.items()
            )
        )
    )


def _trigger(view: View, kind: TriggerKind, inside_template: bool) -> Trigger:
    return Trigger(
        kind,
        view.header,
        field_of(view, "parallelism", "parallelism"),
        field_of(view, "replica_completion_count", "replica_completion_count"),
        field_of(view, "cron_expression", "cron_expression"),
        view.exists,
        inside_template,
        tuple(_secret_names(view)),
    )


def _secret_names(trigger: View) -> Iterator[Field]:
    for scale in trigger.blocks("scale"):
        for rule in scale.blocks("rules"):
            for authentication in rule.blocks("authentication"):
                exists = scale.exists & rule.exists & authentication.exists
                field = field_of(authentication, "secret_name", "secret_name of authentication")
                yield replace(field, maybe=field.maybe or exists is not Truth.YES)


# --- what the provider refuses ----------------------------------------------------------------------------------------


def _misplaced(view: View, templates: Views) -> Iterator[Misplaced]:
    trigger_type = view.attribute("trigger_type")
    if trigger_type is not None:
        yield Misplaced(
            "trigger_type",
            trigger_type.name_span,
            "it takes the kind of trigger from the block that is there; remove trigger_type and have a"
            " manual_trigger_config block beside template",
        )
    for template in templates:
        for type_ in TRIGGER_BLOCKS:
            for header in _headers(template, type_):
                yield Misplaced(type_, header, f"{type_} belongs beside template, not inside it")
    for old, new in (("secrets", "secret"), ("registries", "registry")):
        for header in _headers(view, old):
            yield Misplaced(old, header, f"the block is called {new} (azurerm 4.0 removed {old})")


def _headers(view: View, type_: str) -> Iterable[Span]:
    """The headers of the blocks of a type, each once however many blocks a dynamic one makes."""
    return dict.fromkeys(block.header for block in view.blocks(type_))


# --- lifecycle --------------------------------------------------------------------------------------------------------


def ignore_changes(view: View) -> frozenset[str]:
    """The top-level arguments that `lifecycle { ignore_changes }` names: of `template[0].container[0].image` it is
    `template`; {"all"} for `all`.
    """
    names: set[str] = set()
    for block in view.blocks("lifecycle"):
        attribute = block.attribute("ignore_changes")
        if attribute is not None:
            names.update(_roots(attribute.expression))
    return frozenset({"all"} if "all" in names else names)


def _roots(expression: Expression) -> Iterator[str]:
    """The names at the roots of references, which may also be written as text (in JSON, and before Terraform 0.12)."""
    if isinstance(expression, TupleExpr):
        for element in expression.elements:
            yield from _roots(element)
    elif isinstance(expression, Name):
        yield expression.name
    elif isinstance(expression, GetAttr | Index | Splat):
        yield from _roots(expression.of)
    elif isinstance(expression, Parentheses):
        yield from _roots(expression.inner)
    elif isinstance(expression, Template):
        text = "".join(part.text for part in expression.parts if isinstance(part, TextPart))
        root = re.match(r"[^\W\d][\w-]*|\*", text)
        if root:
            yield "all" if root[0] == "*" else root[0]


__all__ = ["RESOURCE_TYPE", "TRIGGER_BLOCKS", "azurerm_job", "ignore_changes"]
