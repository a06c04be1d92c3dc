"""Security of what stands around a job: the roles of its identity, the network of its environment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from initlint.rule import Field, Job, Place, Severity, Truth, Verdict, Verdicts, fail, rule, undecided
from initlint.terraform.value import Origin, Value
from initlint.tests_on_values import has_text, matching
from initlint.truth import same
from initlint_rules.wording import listed, said, why

if TYPE_CHECKING:  # what follows references is imported where a job is judged: a run without jobs does without
    from initlint.jobs.surroundings import Environment, Held, RoleAssignment

BROAD_ROLES = {
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
}
"""The built-in roles that change everything below their scope, or say who may; by name their GUID."""


@rule(
    "INIT811",
    "over-privileged-identity",
    Severity.WARNING,
    practice="Security: Least privilege: Only grant necessary permissions",
    security_severity="7.5",
    tags=("identity",),
)
def over_privileged_identity(job: Job) -> Verdicts:
    """The job's identity has no administrator's role over a subscription, a management group or a resource group.

    ## What it does

    Follows each of the job's identities to the role assignments of the scanned code: from `identity_ids` over
    variables, outputs, locals and module calls to the identity, and from there to every `azurerm_role_assignment`
    (or azapi `Microsoft.Authorization/roleAssignments`) whose principal it is. Reports one that gives it `Owner`,
    `Contributor`, `User Access Administrator` or `Role Based Access Control Administrator`, by name or by id, at the
    scope of the tenant, a management group, a subscription or a resource group. The same role on a single resource is
    no finding.

    The finding stands at the identity in the job; where the role is written outside the job's module, it stands at the
    role, for that is where it is mended.

    ## Why

    What runs in the job can do all that its identity may: a script or an image that is not what it should be then owns
    every resource in that scope. An init job needs a few roles on a few resources.

    ## Bad

    ```hcl
    resource "azurerm_role_assignment" "jobs" {
      scope                = azurerm_resource_group.shop.id
      role_definition_name = "Contributor"
      principal_id         = azurerm_user_assigned_identity.jobs.principal_id
    }
    ```

    ## Good

    ```hcl
    resource "azurerm_role_assignment" "jobs" {
      scope                = azurerm_key_vault.shop.id
      role_definition_name = "Key Vault Secrets User"
      principal_id         = azurerm_user_assigned_identity.jobs.principal_id
    }
    ```

    ## What it cannot decide

    A role, a scope or a `count` that comes from a variable without a value, where the principal is the job's identity.

    A role assignment whose principal says nothing of an identity (`var.principal_id` without a value, a literal GUID)
    can be anybody's: it is passed over, and leaves no job undecided. So are those in another root module, those made
    outside Terraform, and roles that the identity has through a group. Custom roles are not judged by what they allow.
    """
    from initlint.jobs.surroundings import held_identities, is_of, role_assignments

    for held in held_identities(job):
        for assignment in role_assignments(job.module.root):
            of_job = is_of(assignment.principal.value, held, job, assignment.declaration.module)
            if of_job is not Truth.NO:
                yield from _granted(job, held, assignment, of_job)


def _granted(job: Job, held: Held, assignment: RoleAssignment, of_job: Truth) -> Verdicts:
    from initlint.jobs.surroundings import Level, levels

    role, scope = assignment.role, assignment.scope
    wide = levels(scope.value, job.module.root) if scope.value.data is not None else (Level.RESOURCE,)
    is_broad = _is_role(role, BROAD_ROLES)
    is_wide = same(Truth.UNKNOWN if level is None else Truth.of(level is not Level.RESOURCE) for level in wide)
    exists = assignment.declaration.exists(job.module)
    granted = is_broad & is_wide & exists & of_job & held.exists
    if granted is Truth.NO:
        return
    address = assignment.address
    roles = listed(name for name in BROAD_ROLES if _is_role(role, [name]) is not Truth.NO)
    subject = f"{address} ({roles}) for the identity"
    if granted is Truth.UNKNOWN:
        reasons = (
            (is_broad, f"{role.label} of {address}: {role.value.reason}"),
            (is_wide, f"{scope.label} of {address}: {scope.value.reason}"),
            (exists, f"{address} may not exist: {assignment.declaration.reason or 'its module may not'}"),
            (held.exists, f"{held.field.label}: {held.reason}"),
            (of_job if len(held.field.value.alternatives) > 1 else Truth.NO, why(held.field)),
            (of_job, f"{assignment.principal.label} of {address}: {assignment.principal.value.reason}"),
        )
        yield undecided(held.field, next(text for truth, text in reasons if truth is Truth.UNKNOWN), subject=subject)
        return
    where = listed(level.value for level in wide if level is not None)
    shown = "" if wide == (Level.TENANT,) else f" {said(scope)}"
    message = (
        f"{address} gives the job's {_identity(held)} the role {roles} on {where}{shown}; "
        "give it a narrower role on the resources that it needs"
    )
    yield fail(
        held.field,
        message + _ignored(assignment.ignore_changes, {role.label, scope.label, "body"}),
        subject=subject,
        origin=_decided_by(role, address),
        related=(
            Place(assignment.span, "this role assignment"),
            Place(scope.span.first_line(), f"{scope.label} of {address}"),
            *_trail(held.field.value),
        ),
    )


def _is_role(role: Field, names: Iterable[str]) -> Truth:
    """Whether it is one of the roles, by its name or its GUID; an id ends in the GUID."""
    path = "" if role.label.endswith("name") else r"([\s\S]*/)?"
    return matching("(?i)" + "|".join(f"{name}|{path}{BROAD_ROLES[name]}" for name in names))(role.value)


def _identity(held: Held) -> str:
    return f"identity {said(held.field)}" if held.user else "system-assigned identity"


@rule(
    "INIT812",
    "environment-without-vnet",
    Severity.WARNING,
    practice="Security: VNet isolation: Runs in same VNet as services",
    security_severity="5.0",
    tags=("network",),
)
def environment_without_vnet(job: Job) -> Verdicts:
    """The Container Apps environment that the job runs in stands in a virtual network.

    ## What it does

    Follows `container_app_environment_id` (azapi: `environmentId`) over variables, outputs, locals and module calls to
    the environment in the scanned code, and checks that it has `infrastructure_subnet_id` (azapi:
    `vnetConfiguration.infrastructureSubnetId`).

    The finding stands at the job's argument; where the environment is written outside the job's module, it stands
    there, for that is where it is mended.

    ## Why

    Without a subnet of its own the environment reaches databases and vaults over their public addresses only: their
    firewalls must then let in addresses that others share.

    ## Bad

    ```hcl
    resource "azurerm_container_app_environment" "shop" {
      name                = "shop-dev"
      location            = azurerm_resource_group.shop.location
      resource_group_name = azurerm_resource_group.shop.name
    }
    ```

    ## Good

    ```hcl
    resource "azurerm_container_app_environment" "shop" {
      name                     = "shop-dev"
      location                 = azurerm_resource_group.shop.location
      resource_group_name      = azurerm_resource_group.shop.name
      infrastructure_subnet_id = azurerm_subnet.jobs.id
    }
    ```

    ## What it cannot decide

    An environment that comes from a variable without a value, from a data source, or from a module that is not
    installed. A literal id is that of an environment outside the scanned code: there is nothing to look at.
    """
    from initlint.jobs.surroundings import environments

    field = job.container_app_environment_id
    alternatives = field.value.alternatives
    found = [environments(alternative, job.module.root) for alternative in alternatives]
    truth = same(_in_network(alternative, each) for alternative, each in zip(alternatives, found))
    if truth is Truth.UNKNOWN:
        yield undecided(field, _why_open(field, alternatives, found))
    elif truth is Truth.NO:
        environment = found[0][0]
        yield _outside_network(field, environment)


def _in_network(id_: Value, found: Iterable[Environment]) -> Truth:
    """Whether the environment has a subnet; a known id (or none) is of an environment that is not in the code."""
    networks = [has_text(environment.subnet) for environment in found]
    if networks:
        return same(networks)
    return Truth.YES if id_.is_known else Truth.UNKNOWN


def _why_open(field: Field, alternatives: Iterable[Value], found: Iterable[Iterable[Environment]]) -> str:
    from initlint.terraform.references import reference

    if len(tuple(alternatives)) > 1:
        return f"{field.label}: {field.value.reason}"
    for environment in (one for each in found for one in each):
        if has_text(environment.subnet) is Truth.UNKNOWN:
            return f"{environment.subnet.label} of {environment.address}: {environment.subnet.value.reason}"
    wanted = reference(field.value)
    if wanted is not None and wanted.mode == "data":
        return f"{field.label}: {wanted.address} is a data source"
    return f"{field.label}: {field.value.reason}"


def _outside_network(field: Field, environment: Environment) -> Verdict:
    subnet = environment.subnet
    message = (
        f"the job runs in {environment.address}, which has no {subnet.label}; put the environment into a subnet of a "
        f"virtual network{_ignored(environment.ignore_changes, {subnet.label, 'body'})}"
    )
    if subnet.value.data is None and subnet.written and subnet.value.origin is not None:
        origin = _decided_by(subnet, environment.address)
    else:
        origin = Origin(environment.span, f"{environment.address}, without {subnet.label}")
    related = (Place(environment.span, "the environment"), *_trail(field.value))
    return fail(field, message, origin=origin, related=related)


# --- where a finding stands -------------------------------------------------------------------------------------------


def _decided_by(field: Field, address: str) -> Origin:
    """The origin of what another block says: the engine moves the finding there if it lies outside the job's module."""
    inner = (field.value.origin,) if field.value.origin is not None else ()
    return Origin(field.span, f"{field.label} of {address}", bool(inner), inner)


def _trail(value: Value) -> Iterable[Place]:
    """The places that handed a value of the job on unchanged."""
    origin = value.origin
    while origin is not None and origin.handed_on:
        yield Place(origin.span.first_line(), origin.label)
        origin = origin.inner[0] if origin.inner else None


def _ignored(ignored: frozenset[str], arguments: set[str]) -> str:
    covered = sorted(ignored & {*arguments, "all"})
    if not covered:
        return ""
    return (
        f"; its lifecycle.ignore_changes covers {listed(covered, 'and')}, so an apply leaves what is deployed as it is"
    )


RULES = (over_privileged_identity, environment_without_vnet)
"""The rules of this module by code."""

__all__ = ["RULES"]
