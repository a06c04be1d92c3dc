"""`azapi_resource` of type `Microsoft.App/jobs` -> Job.

The body is an HCL value, or JSON text as azapi took it before 2.0; `sensitive_body` is merged over it. Keys are those
of the Microsoft.App schema, and fields are labelled with them ("replicaTimeout", "triggerType", "secret.keyVaultUrl");
an argument of the resource itself keeps its own name ("parent_id", "identity.identity_ids").

A field stands at its element's own expression where that lies in the resource's body, else at the body's expression;
what is missing is reported at the object that should hold it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from initlint.jobs.azurerm import container_label, each, env_label, field_of, identity_of, ignore_changes
from initlint.jobs.elements import element, items, place
from initlint.jobs.job import (
    Blocks,
    Container,
    Env,
    Field,
    Form,
    Identity,
    Job,
    Registry,
    Secret,
    Setting,
    Trigger,
    TriggerKind,
    missing,
)
from initlint.jobs.program import text_with_holes
from initlint.number import parse_number
from initlint.record import record
from initlint.regex import regex
from initlint.source import Span
from initlint.syntax.nodes import Call, Expression, GetAttr, Name, ObjectExpr, Parentheses, Template, TextPart
from initlint.terraform.types import ANY
from initlint.terraform.value import (
    Chunk,
    Elements,
    Entries,
    Hole,
    Origin,
    Piece,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    error,
    null,
    number,
    object_of,
    string,
    text_of,
    tuple_of,
)
from initlint.terraform.view import View
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.terraform.module import ModuleInstance

RESOURCE_TYPE = "azapi_resource"

TRIGGER_OBJECTS = {
    "manualTriggerConfig": TriggerKind.MANUAL,
    "scheduleTriggerConfig": TriggerKind.SCHEDULE,
    "eventTriggerConfig": TriggerKind.EVENT,
}

_JOB_TYPE = regex(r"microsoft\.app/jobs(@.*)?", re.IGNORECASE)

Made = TypeVar("Made")


def is_job(view: View) -> bool:
    """Whether the `type` of an `azapi_resource` is certainly `Microsoft.App/jobs`, of whatever version."""
    value = view.value("type")
    return value is not None and all(_names_job(alternative) for alternative in value.alternatives)


def _names_job(type_: Value) -> bool:
    return _JOB_TYPE.fullmatch(text_with_holes(type_)) is not None


def azapi_job(
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
    body = body_of(view)
    properties = body.child("properties")
    configuration = properties.child("configuration")
    template = properties.child("template")
    return Job(
        form=Form.AZAPI,
        address=address,
        base_address=base_address,
        label=label,
        span=view.header,
        block_span=view.span,
        setting=setting,
        module=module,
        called_from=called_from,
        name=_argument(view, None, module, "name"),
        location=_argument(view, body, module, "location"),
        resource_group_name=field_of(view, "parent_id", "parent_id"),
        container_app_environment_id=properties.field("environmentId"),
        replica_timeout_in_seconds=configuration.field("replicaTimeout"),
        replica_retry_limit=configuration.field("replicaRetryLimit"),
        workload_profile_name=properties.field("workloadProfileName"),
        tags=_argument(view, body, module, "tags"),
        trigger_type=configuration.field("triggerType"),
        identity=_identity(view, body),
        secrets=configuration.objects("secrets", _secret),
        registries=configuration.objects("registries", _registry),
        template=properties.present("template", lambda node: node.span),
        containers=template.objects("containers", lambda node: _container(node, init=False)),
        init_containers=template.objects("initContainers", lambda node: _container(node, init=True)),
        triggers=_triggers(configuration),
        ignore_changes=ignore_changes(view),
        exists=exists,
        instances=instances,
        attribute=lambda name: field_of(view, name, name),
    )


# --- the body ---------------------------------------------------------------------------------------------------------


@record
class Node:
    """An object in the body. `span` is where it is written, or else what stands around it; `within` are the expressions
    of the arguments that make up the body; `exists` is UNKNOWN in a list that is not wholly known.
    """

    value: Value
    span: Span
    within: tuple[Span, ...]
    exists: Truth = Truth.YES

    def child(self, key: str) -> Node:
        """The object under a key; an absent one has no elements and stands where this one does."""
        value = element(self.value, key).value
        return replace(self, value=value, span=place(value, *self.within) or self.span)

    def field(self, key: str, label: str = "") -> Field:
        """What stands under a key, as a field."""
        found = element(self.value, key)
        maybe = self.exists is not Truth.YES
        if found.present is Truth.NO:
            return missing(label or key, self.span, maybe)
        span = place(found.value, *self.within) or self.span
        return Field(label or key, found.value, span, written=found.present is Truth.YES, maybe=maybe)

    def present(self, key: str, make: Callable[[Node], Made]) -> Blocks[Made]:
        """The object under a key as a block that is there, is not (absent or null), or may be."""
        node = self.child(key)
        absent = node.value.is_null
        if absent is Truth.YES:
            return Blocks()
        if absent is Truth.NO:
            return Blocks((make(node),))
        return Blocks((make(replace(node, exists=Truth.UNKNOWN)),), node.value.reason or f"{key} may be null")

    def objects(self, key: str, make: Callable[[Node], Made]) -> Blocks[Made]:
        """The objects of the list under a key."""
        around = self.child(key)
        found = items(around.value)
        nodes = [
            replace(
                around,
                value=item.value,
                span=place(item.value, *self.within) or around.span,
                exists=self.exists & item.exists,
            )
            for item in found
        ]
        reason = next((item.reason for item in found if item.reason), "")
        return Blocks(tuple(make(node) for node in nodes), reason)


def body_of(view: View) -> Node:
    """The body with `sensitive_body` merged over it; null, at the block's header, where neither is written."""
    body = _written(view, "body")
    over = _written(view, "sensitive_body")
    spans = tuple(
        attribute.expression_span
        for attribute in (view.attribute("body"), view.attribute("sensitive_body"))
        if attribute is not None
    )
    if over.data is not None:
        body = merge_patch(body, over)
    return Node(body, spans[0] if spans else view.header, spans)


def _written(view: View, name: str) -> Value:
    attribute = view.attribute(name)
    if attribute is None:
        return null()
    value = _unencoded(attribute.expression, view.scope, view.names)
    if value is None:
        value = view.scope.evaluate(attribute.expression, view.names)
    if isinstance(value.data, str | Text):
        return parse_json(value)
    return value


def _unencoded(expression: Expression, module: ModuleInstance, names: Mapping[str, Value]) -> Value | None:
    """The value that a `jsonencode` encodes, so that its elements keep their places; None for any other expression."""
    if isinstance(expression, Parentheses):
        return _unencoded(expression.inner, module, names)
    if isinstance(expression, Call) and expression.name == "jsonencode" and len(expression.arguments) == 1:
        return None if expression.expands else module.evaluate(expression.arguments[0], names)
    if isinstance(expression, GetAttr) and isinstance(expression.of, Name) and expression.of.name == "local":
        attribute = module.source.locals.get(expression.name)
        if attribute is not None and isinstance(attribute.expression, Call):
            value = _unencoded(attribute.expression, module, {})
            return None if value is None else value.handed_on(expression.span, f"local.{expression.name}")
    return None


def merge_patch(old: Value, new: Value) -> Value:
    """What azapi sends when `sensitive_body` (new) lies over `body` (old): objects are merged key by key, lists of
    equal length element by element, everything else is replaced (utils.MergeObject in the provider).
    """
    if isinstance(new.data, Mapping | Entries):
        return _merged_objects(old, new)
    if isinstance(new.data, tuple) and isinstance(old.data, tuple):
        if len(new.data) != len(old.data):
            return new
        return tuple_of(map(merge_patch, old.data, new.data), new.origin).marked(old.sensitive or new.sensitive)
    if isinstance(new.data, tuple) and isinstance(old.data, Unknown | Elements):
        unsaid = Value(ANY, Unknown(old.reason))
        return tuple_of((merge_patch(unsaid, item) for item in new.data), new.origin).marked(new.sensitive)
    return new


def _merged_objects(old: Value, new: Value) -> Value:
    if not isinstance(old.data, Mapping | Entries | Unknown):
        return new
    patch = new.data.items if isinstance(new.data, Entries) else new.data
    assert isinstance(patch, Mapping)
    base = old.data.items if isinstance(old.data, Entries) else old.data if isinstance(old.data, Mapping) else {}
    unsaid = _rest(old)
    unpatched = _rest(new)
    merged: dict[str, Value] = {}
    for key in (*base, *(key for key in patch if key not in base)):
        if key in patch:
            under = base.get(key) or (Value(ANY, unsaid, old.origin) if unsaid else None)
            merged[key] = patch[key] if under is None else merge_patch(under, patch[key])
        else:
            merged[key] = Value(ANY, unpatched, new.origin) if unpatched else base[key]
    sensitive = old.sensitive or new.sensitive
    rest = unsaid or unpatched
    if rest is None:
        return object_of(merged, old.origin or new.origin).marked(sensitive)
    return Value(ANY, Entries(dict(sorted(merged.items())), rest), old.origin or new.origin, sensitive)


def _rest(value: Value) -> Unknown | None:
    """What stands for the keys of an object that are not known."""
    if isinstance(value.data, Entries):
        return value.data.rest
    return Unknown(value.data.reason, sources=value.data.sources) if isinstance(value.data, Unknown) else None


# --- JSON text --------------------------------------------------------------------------------------------------------


def parse_json(text: Value) -> Value:
    """The value of a JSON text, known or partly known; every part has the text's origin. An unknown part of the text
    becomes an unknown value, or an unknown part of a string; it is taken to hold no quotes.
    """
    import json

    holes: list[Value] = []
    source = "".join(_with_marks(text.pieces, holes))
    try:
        return _JsonReader(text, holes).value(json.loads(source, parse_int=parse_number, parse_float=parse_number))
    except (ValueError, RecursionError):
        if holes:
            return Value(ANY, Unknown(holes[0].reason), text.origin, text.sensitive)
        return error("the text is no JSON", text.origin)


_MARK = regex("\ue000(\\d+)\ue001")
"""What stands for an unknown part while the text is read: its number between characters for private use."""


def _with_marks(pieces: tuple[Piece, ...], holes: list[Value]) -> list[str]:
    """The text with a mark for each hole, in quotes where the hole does not stand in a JSON string."""
    parts: list[str] = []
    quoted = False
    for piece in pieces:
        if isinstance(piece, Hole):
            mark = f"\ue000{len(holes)}\ue001"
            holes.append(piece.value)
            parts.append(mark if quoted else f'"{mark}"')
        else:
            parts.append(piece.text)
            if re.sub(r"\\.", "", piece.text, flags=re.DOTALL).count('"') % 2:
                quoted = not quoted
    return parts


@record
class _JsonReader:
    text: Value
    holes: list[Value]

    def value(self, data: object) -> Value:
        origin: Origin | None = self.text.origin
        if isinstance(data, dict):
            return self._object(data).marked(self.text.sensitive)
        if isinstance(data, list):
            return tuple_of(map(self.value, data), origin).marked(self.text.sensitive)
        if isinstance(data, str):
            return self._string(data).marked(self.text.sensitive)
        if data is None:
            return null(origin=origin)
        made = boolean(data, origin) if isinstance(data, bool) else number(data, origin)  # type: ignore[arg-type]
        return made.marked(self.text.sensitive)

    def _object(self, data: dict[str, object]) -> Value:
        known = {key: self.value(item) for key, item in data.items() if not _MARK.search(key)}
        hidden = [match for key in data if (match := _MARK.search(key))]
        if not hidden:
            return object_of(known, self.text.origin)
        rest = Unknown(self.holes[int(hidden[0][1])].reason)
        keys = tuple(self._string(match.string) for match in hidden)
        return Value(ANY, Entries(dict(sorted(known.items())), rest, keys), self.text.origin)

    def _string(self, text: str) -> Value:
        alone = _MARK.fullmatch(text)
        if alone:
            return self.holes[int(alone[1])]
        pieces: list[Piece] = []
        for at, part in enumerate(_MARK.split(text)):
            pieces.append(Hole(self.holes[int(part)]) if at % 2 else Chunk(part))
        if len(pieces) == 1:
            return string(text, self.text.origin)
        return text_of(pieces, self.text.origin)


# --- parts of the job -------------------------------------------------------------------------------------------------


def _container(node: Node, *, init: bool) -> Container:
    resources = node.child("resources")

    def setting(key: str) -> Field:
        return node.field(key, container_label(key, init))

    return Container(
        node.span,
        init,
        name=setting("name"),
        image=setting("image"),
        cpu=resources.field("cpu", container_label("cpu", init)),
        memory=resources.field("memory", container_label("memory", init)),
        command=setting("command"),
        args=setting("args"),
        env=node.objects("env", _env),
        exists=node.exists,
    )


def _env(node: Node) -> Env:
    name = node.field("name", "env.name")
    label = env_label(name.value)
    return Env(
        node.span, name, node.field("value", label), node.field("secretRef", f"secretRef of {label}"), node.exists
    )


def _secret(node: Node) -> Secret:
    return Secret(
        node.span,
        node.field("name", "secret.name"),
        node.field("value", "secret.value"),
        node.field("keyVaultUrl", "secret.keyVaultUrl"),
        node.field("identity", "secret.identity"),
        node.exists,
    )


def _registry(node: Node) -> Registry:
    return Registry(
        node.span,
        node.field("server", "registry.server"),
        node.field("identity", "registry.identity"),
        node.field("username", "registry.username"),
        node.field("passwordSecretRef", "registry.passwordSecretRef"),
        node.exists,
    )


def _secret_names(trigger: Node) -> Iterator[Field]:
    for rule in trigger.child("scale").objects("rules", lambda node: node):
        for auth in rule.objects("auth", lambda node: node):
            yield auth.field("secretRef", "secretRef of auth")


def _triggers(configuration: Node) -> Blocks[Trigger]:
    found = [(kind, configuration.present(key, lambda node: node)) for key, kind in TRIGGER_OBJECTS.items()]
    triggers = [
        Trigger(
            kind,
            node.span,
            node.field("parallelism"),
            node.field("replicaCompletionCount"),
            node.field("cronExpression"),
            node.exists,
            secret_names=tuple(_secret_names(node)),
        )
        for kind, nodes in found
        for node in nodes
    ]
    reason = next((nodes.reason for _, nodes in found if nodes.reason), "")
    return Blocks(tuple(sorted(triggers, key=lambda trigger: trigger.span.start)), reason)


def _identity(view: View, body: Node) -> Blocks[Identity]:
    """The resource's `identity` block, else the body's `identity` (azapi refuses both together)."""
    blocks = view.blocks("identity")
    if blocks.items:
        return each(blocks, identity_of)
    return body.present(
        "identity",
        lambda node: Identity(
            node.span,
            node.field("type", "identity.type"),
            _keys(node.field("userAssignedIdentities", "identity.userAssignedIdentities")),
            node.exists,
        ),
    )


def _keys(field: Field) -> Field:
    """The ids that ARM writes as the keys of a map, as a list."""
    value = field.value
    data = value.data
    if isinstance(data, Entries):
        known = (string(key, value.origin) for key in data.items)
        return replace(field, value=replace(value, type=ANY, data=Elements((*known, *data.keys, Rest(data.rest)))))
    if isinstance(data, Mapping):
        return replace(field, value=tuple_of((string(key, value.origin) for key in data), value.origin))
    return field


# --- what may stand in the resource, in its body, or in the provider's block ------------------------------------------


def _argument(view: View, body: Node | None, module: ModuleInstance, name: str) -> Field:
    """An argument of the resource; else the body's; else the provider's default, which replaces and never merges."""
    own = field_of(view, name, name)
    if own.written and own.value.data is not None:
        return own
    if body is not None:
        inner = body.field(name)
        if inner.value.data is not None:
            return inner
    default = provider_argument(module, _alias(view), f"default_{name}")
    return own if default is None or default.data is None else Field(name, default, own.span)


def provider_argument(module: ModuleInstance, alias: str, name: str) -> Value | None:
    """An argument of the azapi provider block that a module's resources use: its own, or the one that the calls above
    hand down. None where there is no such block or argument.
    """
    for declared in module.source.providers:
        body = declared.block.body
        own = body.attribute("alias")
        if declared.name == "azapi" and (_text(own.expression) if own else "") == alias:
            argument = body.attribute(name)
            if argument is None:
                return None
            value = module.evaluate(argument.expression)
            return value.handed_on(argument.expression_span, f'{name} of provider "azapi"')
    if module.call is None:
        return None
    handed_down = module.call.declared.block.body.attribute("providers")
    if handed_down is None:
        return None if alias else provider_argument(module.call.caller, "", name)
    if not isinstance(handed_down.expression, ObjectExpr):
        return None
    for item in handed_down.expression.items:
        if _text(item.key) == (f"azapi.{alias}" if alias else "azapi"):
            return provider_argument(module.call.caller, _text(item.value).partition(".")[2], name)
    return None


def _alias(view: View) -> str:
    attribute = view.attribute("provider")
    return _text(attribute.expression).partition(".")[2] if attribute is not None else ""


def _text(expression: Expression) -> str:
    """A name, a reference or a literal string as text: `azapi.west`."""
    if isinstance(expression, Name):
        return expression.name
    if isinstance(expression, GetAttr):
        return f"{_text(expression.of)}.{expression.name}"
    if isinstance(expression, Template):
        return "".join(part.text for part in expression.parts if isinstance(part, TextPart))
    return ""


__all__ = ["RESOURCE_TYPE", "azapi_job", "body_of", "is_job", "merge_patch", "parse_json", "provider_argument"]
