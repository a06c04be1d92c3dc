"""What stands around a job in the scanned code: role assignments, and Container Apps environments.

Both are read whichever form they are written in (azurerm or azapi), as fields with values, like a job's own settings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum
from functools import lru_cache

from initlint.jobs import azapi
from initlint.jobs.azurerm import field_of, ignore_changes
from initlint.jobs.job import Field, Job, missing
from initlint.language import equal_texts, matches
from initlint.record import record
from initlint.regex import regex
from initlint.source import Span
from initlint.terraform.module import ModuleInstance, Root
from initlint.terraform.references import (
    Declaration,
    Reference,
    common,
    declared,
    parse,
    reference,
    resolve,
    same_object,
)
from initlint.terraform.types import ANY
from initlint.terraform.value import Chunk, Elements, Hole, Origin, Rest, Text, Unknown, Value, string
from initlint.terraform.view import View
from initlint.truth import Truth, same

# --- role assignments -------------------------------------------------------------------------------------------------

ASSIGNMENTS = ("azurerm_role_assignment", "azurerm_pim_active_role_assignment")


@record
class RoleAssignment:
    """One instance of a role assignment. The value of `role` is the text that says which role it is: its name, or an
    id that ends in its GUID; a role that a data source looks up is what the data source is told to look for.
    """

    declaration: Declaration
    address: str
    """Its address without instance keys."""
    span: Span
    """The header of its block."""
    principal: Field
    role: Field
    scope: Field
    ignore_changes: frozenset[str] = frozenset()


@lru_cache(maxsize=2)
def role_assignments(root: Root) -> tuple[RoleAssignment, ...]:
    """All role assignments in the modules of a root."""
    found = [_assignment(one) for type_ in ASSIGNMENTS for one in declared(root, "managed", type_)]
    for one in declared(root, "managed", azapi.RESOURCE_TYPE):
        if _azapi_type(one.view) == "microsoft.authorization/roleassignments":
            found.append(_azapi_assignment(one))
    return tuple(found)


def _assignment(one: Declaration) -> RoleAssignment:
    view = one.view
    by_name = field_of(view, "role_definition_name", "role_definition_name")
    by_id = field_of(view, "role_definition_id", "role_definition_id")
    role = by_id if by_name.value.data is None and by_id.written else by_name
    return RoleAssignment(
        one,
        one.base_address,
        view.header,
        principal=field_of(view, "principal_id", "principal_id"),
        role=replace(role, value=_role_text(role.value, one.module.root)),
        scope=field_of(view, "scope", "scope"),
        ignore_changes=ignore_changes(view),
    )


def _azapi_assignment(one: Declaration) -> RoleAssignment:
    view = one.view
    properties = azapi.body_of(view).child("properties")
    role = properties.field("roleDefinitionId")
    return RoleAssignment(
        one,
        one.base_address,
        view.header,
        principal=properties.field("principalId"),
        role=replace(role, value=_role_text(role.value, one.module.root)),
        scope=field_of(view, "parent_id", "parent_id"),
        ignore_changes=ignore_changes(view),
    )


def _azapi_type(view: View) -> str:
    """The type of an `azapi_resource` without its version, in lower case; "" where it is not known."""
    value = view.value("type")
    return value.data.partition("@")[0].lower() if value is not None and isinstance(value.data, str) else ""


def _role_text(value: Value, root: Root) -> Value:
    data = value.data
    if isinstance(data, Unknown) and data.candidates:
        return replace(value, data=replace(data, candidates=tuple(_role_text(one, root) for one in data.candidates)))
    if isinstance(data, Text) and isinstance(data.pieces[-1], Hole):
        last = _role_text(data.pieces[-1].value, root)
        return value if last is data.pieces[-1].value else _through(value, last)
    role = reference(value)
    if role is None or role.type != "azurerm_role_definition":
        return value
    if role.mode == "managed":
        return string("a custom role", value.origin)
    texts = [_looked_up(one.view) for one in resolve(role, root)]
    return _through(value, texts[0]) if len(texts) == 1 and texts[0] is not None else value


def _through(value: Value, found: Value) -> Value:
    """What was found behind a value, with the place where the value stands before its own."""
    if value.origin is None:
        return found
    origin = Origin(value.origin.span, value.origin.label, True, (found.origin,) if found.origin else ())
    return found.at(origin).marked(value.sensitive)


def _looked_up(view: View) -> Value | None:
    """The argument of a data source `azurerm_role_definition` that says which role it reads."""
    for name in ("name", "role_definition_id"):
        value = view.value(name)
        if value is not None and value.data is not None:
            return value
    return None


# --- whose identity it is ---------------------------------------------------------------------------------------------


@record
class Held:
    """An identity that a job has. `field` is where the job says so: the element of the list of ids, or the type that
    includes the system-assigned identity; `user` says that it is a user-assigned one.
    """

    field: Field
    user: bool
    exists: Truth
    reason: str = ""


def held_identities(job: Job) -> Iterator[Held]:
    """The identities of a job, user-assigned ones first."""
    for identity in job.identity:
        reason = "" if identity.exists is Truth.YES else job.identity.reason
        for value, exists in _elements(identity.ids.value):
            at = (
                value.origin.span if value.origin and identity.ids.span.covers(value.origin.span) else identity.ids.span
            )
            why = reason or ("" if exists is Truth.YES else value.reason)
            yield Held(replace(identity.ids, value=value, span=at), True, identity.exists & exists, why)
    for identity in job.identity:
        system = matches(r"(?i)[\s\S]*systemassigned[\s\S]*", identity.type.value)
        if system is not Truth.NO:
            reason = job.identity.reason if identity.exists is not Truth.YES else identity.type.value.reason
            yield Held(identity.type, False, identity.exists & system, reason)


def _elements(ids: Value) -> Iterator[tuple[Value, Truth]]:
    """The ids of a list; an unknown stretch of it stands for the ids that its own expression can give."""
    data = ids.data
    if isinstance(data, tuple):
        yield from ((one, Truth.YES) for one in data)
    elif isinstance(data, Elements):
        for item in data.items:
            yield (Value(ANY, item.unknown, ids.origin), Truth.UNKNOWN) if isinstance(item, Rest) else (item, Truth.YES)
    elif isinstance(data, Unknown) and data.candidates:
        for candidate in data.candidates:
            yield from ((one, Truth.UNKNOWN) for one, _ in _elements(candidate))
    elif isinstance(data, Unknown):
        yield ids, Truth.UNKNOWN


_ID = regex(r"id|resource_id")
_PRINCIPAL = regex(r"principal_id|(?:identity\[[0*]?\]|identity)\.principal_id|output\.(?:\w+\.)?principalId")


def is_of(principal: Value, held: Held, job: Job, stands_in: ModuleInstance) -> Truth:
    """Whether a principal id is that of an identity that a job has. NO also where nothing in the code connects the two:
    then it may be anybody's. `stands_in` is the module instance in which the principal is written.
    """
    within = common(job.module, stands_in)
    if not held.user:
        own = parse(job.address)
        return same(_connected(one, own, within) for one in principal.alternatives)
    return same(
        _connected(one, _identity(id_), within) | _read_again(one, id_, job)
        for one in principal.alternatives
        for id_ in held.field.value.alternatives
    )


def _identity(id_: Value) -> Reference | None:
    """The identity that an id is of."""
    own = reference(id_)
    return own if own is not None and (own.mode == "module" or _ID.fullmatch(own.attribute)) else None


def _connected(principal: Value, own: Reference | None, within: ModuleInstance | None) -> Truth:
    """Whether a principal id is an attribute of the same resource. Outputs of one module that is not installed may be
    of one identity.
    """
    theirs = reference(principal)
    if theirs is None or own is None or theirs.mode != own.mode:
        return Truth.NO
    truth = same_object(theirs, own, within)
    if theirs.mode == "module":
        return truth & Truth.UNKNOWN if "principal" in theirs.attribute.lower() else Truth.NO
    return truth if _PRINCIPAL.fullmatch(theirs.attribute) else Truth.NO


_IDENTITY = "azurerm_user_assigned_identity"
_IDENTITY_ID = regex(
    r"(?i)/subscriptions/[^/]+/resourceGroups/([^/]+)/providers/Microsoft\.ManagedIdentity/userAssignedIdentities/([^/]+)/?"
)


def _read_again(principal: Value, id_: Value, job: Job) -> Truth:
    """Whether a resource and a data source, or two data sources, are the same user-assigned identity: by name and
    resource group, with one provider configuration. A literal id says no provider: it may be.
    """
    theirs, own = reference(principal), _identity(id_)
    if (
        theirs is None
        or theirs.attribute != "principal_id"
        or (own is not None and own.mode == theirs.mode == "managed")
    ):
        return Truth.NO
    mine = _identity_named(own, job.module.root) if own is not None else _identity_of_id(id_)
    other = _identity_named(theirs, job.module.root)
    if mine is None or other is None or (mine[2] and mine[2] != other[2]):
        return Truth.NO
    equal = equal_texts(mine[0], other[0], str.lower) & equal_texts(mine[1], other[1], str.lower)
    if equal is not Truth.YES:
        return Truth.NO
    return Truth.YES if mine[2] else Truth.UNKNOWN


def _identity_named(wanted: Reference, root: Root) -> tuple[Value, Value, str] | None:
    found = resolve(wanted, root) if wanted.type == _IDENTITY else ()
    if len(found) != 1:
        return None
    view = found[0].view
    name, group = view.value("name"), view.value("resource_group_name")
    return (name, group, found[0].provider) if name is not None and group is not None else None


def _identity_of_id(id_: Value) -> tuple[Value, Value, str] | None:
    found = _IDENTITY_ID.fullmatch(id_.data) if isinstance(id_.data, str) else None
    return (string(found[2]), string(found[1]), "") if found is not None else None


# --- scopes -----------------------------------------------------------------------------------------------------------


class Level(Enum):
    """How wide a scope is, as a reader calls it."""

    TENANT = "the tenant"
    MANAGEMENT_GROUP = "the management group"
    SUBSCRIPTION = "the subscription"
    RESOURCE_GROUP = "the resource group"
    RESOURCE = "the resource"


_UNKNOWN_START = "\ue000"
_PATHS = (
    (Level.TENANT, regex(r"/")),
    (Level.SUBSCRIPTION, regex(r"(?i)/subscriptions/[^/]+/?")),
    (Level.RESOURCE_GROUP, regex(rf"(?i)(/subscriptions/[^/]+|{_UNKNOWN_START})/resourceGroups/[^/]+/?")),
    (
        Level.MANAGEMENT_GROUP,
        regex(rf"(?i)(/tenants/[^/]+|{_UNKNOWN_START})?/providers/Microsoft\.Management/managementGroups/[^/]+/?"),
    ),
    (
        Level.RESOURCE,
        regex(r"(?i)[\s\S]*/providers/(?!Microsoft\.Management/managementGroups/)[^/]+/[^/]+/[^/]+[\s\S]*"),
    ),
)
_WRITTEN_AS = {
    Level.SUBSCRIPTION: "/subscriptions/~",
    Level.RESOURCE_GROUP: "/subscriptions/~/resourceGroups/~",
    Level.MANAGEMENT_GROUP: "/providers/Microsoft.Management/managementGroups/~",
    Level.RESOURCE: "/subscriptions/~/resourceGroups/~/providers/~/~/~",
}


def levels(scope: Value, root: Root) -> tuple[Level | None, ...]:
    """How wide a scope is, for each value that it can be; None where that is not known. A part of a path that is not
    known is taken for what stands between two slashes: "/subscriptions/${var.subscription_id}" is a subscription.
    """
    return tuple(dict.fromkeys(_level(alternative, root) for alternative in scope.alternatives))


def _level(scope: Value, root: Root) -> Level | None:
    if isinstance(scope.data, str):
        return _level_of_path(scope.data) or Level.RESOURCE
    if isinstance(scope.data, Text):
        path = _path(scope, root)
        return None if path is None else _level_of_path(path)
    wanted = reference(scope)
    return _level_of_reference(wanted, root) if wanted is not None else None


def _level_of_path(path: str) -> Level | None:
    return next((level for level, pattern in _PATHS if pattern.fullmatch(path)), None)


def _path(scope: Value, root: Root) -> str | None:
    text, whole = "", False
    for piece in scope.pieces:
        if isinstance(piece, Chunk):
            text, whole = text + piece.text, False
            continue
        if whole:  # one unknown after another: where the path goes on is not known
            return None
        level = _level(piece.value, root) if not text else None
        text += (_WRITTEN_AS.get(level, _UNKNOWN_START) if level else _UNKNOWN_START) if not text else "~"
        whole = True
    return text


_RESOURCE_IDS = regex(r"id|resource_id|resource_manager_id|(resource_)?versionless_id")


def _level_of_reference(wanted: Reference, root: Root) -> Level | None:
    type_, attribute = wanted.type, wanted.attribute
    if wanted.mode == "module":
        return None
    if re.fullmatch(r"(.*[_.])?resource_group_id", attribute):
        return Level.RESOURCE_GROUP
    if type_ == "azurerm_subscriptions":
        return Level.SUBSCRIPTION if re.fullmatch(r"subscriptions\[[^\]]*\]\.id", attribute) else None
    if type_ == "azurerm_management_group" and attribute == "tenant_scoped_id":
        return Level.MANAGEMENT_GROUP
    if not _RESOURCE_IDS.fullmatch(attribute):
        return None
    if type_.startswith("azapi_"):
        types = {_azapi_type(one.view) for one in resolve(wanted, root)}
        return _AZAPI_LEVELS.get(types.pop(), Level.RESOURCE) if len(types) == 1 and "" not in types else None
    if type_ in _LEVELS:
        return _LEVELS[type_] if wanted.mode == "data" or type_ != "azurerm_subscription" else None
    return Level.RESOURCE if type_.startswith("azurerm_") else None


_LEVELS = {
    "azurerm_resource_group": Level.RESOURCE_GROUP,
    "azurerm_subscription": Level.SUBSCRIPTION,
    "azurerm_management_group": Level.MANAGEMENT_GROUP,
}
"""By resource type, what its `id` is. (The id of a resource `azurerm_subscription` is that of an alias.)"""

_AZAPI_LEVELS = {
    "microsoft.resources/resourcegroups": Level.RESOURCE_GROUP,
    "microsoft.resources/subscriptions": Level.SUBSCRIPTION,
    "microsoft.management/managementgroups": Level.MANAGEMENT_GROUP,
}


# --- the environment --------------------------------------------------------------------------------------------------


@record
class Environment:
    """A Container Apps environment in the scanned code. `subnet` is `infrastructure_subnet_id`, in azapi
    `infrastructureSubnetId` of `vnetConfiguration`.
    """

    address: str
    """Its address without instance keys."""
    span: Span
    """The header of its block."""
    subnet: Field
    ignore_changes: frozenset[str] = frozenset()


def environments(id_: Value, root: Root) -> tuple[Environment, ...]:
    """The environments that an id can be of: one, unless the key of its instance is not known; none where the id is
    not that of an environment that the root's modules create.
    """
    wanted = reference(id_)
    read = _ENVIRONMENTS.get(wanted.type) if wanted is not None else None
    if wanted is None or read is None or wanted.mode != "managed" or not _ID.fullmatch(wanted.attribute):
        return ()
    found = [read(one) for one in resolve(wanted, root)]
    return tuple(one for one in found if one is not None) if None not in found else ()


def _environment(one: Declaration) -> Environment | None:
    view = one.view
    name = "infrastructure_subnet_id"
    return Environment(one.base_address, view.header, field_of(view, name, name), ignore_changes(view))


def _azapi_environment(one: Declaration) -> Environment | None:
    view = one.view
    if _azapi_type(view) != "microsoft.app/managedenvironments":
        return None
    body = azapi.body_of(view)
    name = "infrastructureSubnetId"
    if body.value.data is None:
        return Environment(one.base_address, view.header, missing(name, view.header))
    subnet = body.child("properties").child("vnetConfiguration").field(name)
    return Environment(one.base_address, view.header, subnet, ignore_changes(view))


_ENVIRONMENTS: dict[str, Callable[[Declaration], Environment | None]] = {
    "azurerm_container_app_environment": _environment,
    azapi.RESOURCE_TYPE: _azapi_environment,
}


__all__ = [
    "Environment", "Held", "Level", "RoleAssignment", "environments", "held_identities", "is_of",
    "levels", "role_assignments",
]  # fmt: skip
