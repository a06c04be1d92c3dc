"""INIT811 and INIT812 over modules, loops and values that are only partly known, with exact places and messages."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from initlint.engine import scan
from initlint.finding import Finding, Result
from initlint.settings import defaults
from initlint_rules.surroundings import RULES

JOB = """\
resource "azurerm_container_app_job" "seed" {
  name                         = "shop-init-seed-dev"
  container_app_environment_id = %(environment)s
%(more)s
  identity {
    type         = "%(type)s"
    identity_ids = %(ids)s
  }
}
"""
IDENTITY = 'resource "azurerm_user_assigned_identity" "jobs" {\n  name = "jobs"\n  resource_group_name = "shop"\n}\n'
GROUP = 'resource "azurerm_resource_group" "shop" {\n  name = "shop"\n}\n'
JOBS_ID = "azurerm_user_assigned_identity.jobs.id"
JOBS_PRINCIPAL = "azurerm_user_assigned_identity.jobs.principal_id"


def job(ids: str = f"[{JOBS_ID}]", environment: str = '"/e"', type_: str = "UserAssigned", more: str = "") -> str:
    return JOB % {"ids": ids, "environment": environment, "type": type_, "more": more}


def assignment(
    role: str = '"Owner"',
    scope: str = "azurerm_resource_group.shop.id",
    principal: str = JOBS_PRINCIPAL,
    *,
    by: str = "name",
    more: str = "",
) -> str:
    return dedent(f"""\
        resource "azurerm_role_assignment" "jobs" {{
          role_definition_{by} = {role}
          scope = {scope}
          principal_id = {principal}
          {more}
        }}
        """)


def judged(folder: Path, files: dict[str, str]) -> Result:
    (folder / ".git").mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return scan([folder], defaults(RULES))


def line(finding: Finding) -> str:
    span = finding.span
    return f"{span.path}:{span.line}:{span.column}-{span.end_column} {finding.code} {finding.message}"


def answer(folder: Path, *parts: str, code: str = "INIT811") -> str:
    """The verdict on the job of one file: "fail", "pass", or the reason why it is undecided."""
    result = judged(folder, {"main.tf": "\n".join(parts)})
    (only,) = result.jobs
    verdict = dict(only.verdicts)[code]
    if verdict != "undecided":
        return verdict
    (reason,) = [one.reason for one in result.undecided if one.code == code]
    return reason


# --- INIT811: over modules --------------------------------------------------------------------------------------------


def modules(role: str = '"Contributor"', *, in_identity: str = "") -> dict[str, str]:
    return {
        "main.tf": dedent(f"""\
            resource "azurerm_resource_group" "shop" {{
              name = "shop"
            }}

            module "identity" {{
              source = "./modules/identity"
              role   = {role}
            }}

            module "jobs" {{
              source      = "./modules/jobs"
              identity_id = module.identity.resource_id
            }}
            """),
        "modules/identity/main.tf": dedent(f"""\
            variable "role" {{
              type = string
            }}

            {IDENTITY}
            output "resource_id" {{
              value = {JOBS_ID}
            }}

            output "principal_id" {{
              value = {JOBS_PRINCIPAL}
            }}
            """)
        + in_identity,
        "modules/jobs/main.tf": 'variable "identity_id" {\n  type = string\n}\n\n' + job("[var.identity_id]"),
    }


MESSAGE = (
    "{address} gives the job's identity module.identity.azurerm_user_assigned_identity.jobs.id (var.identity_id) the "
    "role Contributor on the resource group azurerm_resource_group.shop.id; give it a narrower role on the resources "
    "that it needs"
)


def test_an_identity_that_modules_hand_on_is_followed(tmp_path: Path) -> None:
    files = modules()
    files["roles.tf"] = assignment('"Contributor"', principal="module.identity.principal_id")
    (finding,) = judged(tmp_path, files).findings
    assert line(finding) == "roles.tf:2:26-39 INIT811 " + MESSAGE.format(address="azurerm_role_assignment.jobs")
    assert finding.job == "module.jobs.azurerm_container_app_job.seed"
    assert [(place.span.path, place.span.line, place.message) for place in finding.related] == [
        ("modules/jobs/main.tf", 11, "azurerm_role_assignment.jobs (Contributor) for the identity of the job"),
        ("roles.tf", 1, "this role assignment"),
        ("roles.tf", 3, "scope of azurerm_role_assignment.jobs"),
        ("main.tf", 12, "argument identity_id of module.jobs"),
        ("modules/identity/main.tf", 11, "output resource_id of module.identity"),
        ("modules/jobs/main.tf", 5, "in this job"),
        ("main.tf", 10, "called from module.jobs"),
    ]


def test_a_role_that_a_caller_hands_down_is_reported_at_the_callers_text(tmp_path: Path) -> None:
    scope = '"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop"'
    files = modules(in_identity=assignment("var.role", scope=scope))
    (finding,) = judged(tmp_path, files).findings
    assert line(finding).partition(" gives ")[0] == (
        "main.tf:7:12-25 INIT811 module.identity.azurerm_role_assignment.jobs"
    )


def test_two_jobs_with_one_identity_are_one_finding_where_the_role_stands_elsewhere(tmp_path: Path) -> None:
    files = modules()
    files["roles.tf"] = assignment('"Contributor"', principal="module.identity.principal_id")
    files["modules/jobs/other.tf"] = job("[var.identity_id]").replace('"seed"', '"other"')
    (finding,) = judged(tmp_path, files).findings
    assert finding.instances == (
        "module.jobs.azurerm_container_app_job.other",
        "module.jobs.azurerm_container_app_job.seed",
    )


def test_instances_of_a_module_keep_their_identities_apart(tmp_path: Path) -> None:
    files = {
        "main.tf": dedent("""\
            module "shop" {
              source   = "./shop"
              for_each = { eu = "Owner", us = "AcrPull" }
              role     = each.value
            }
            """),
        "shop/main.tf": 'variable "role" {}\n' + GROUP + IDENTITY + job() + assignment("var.role"),
    }
    (finding,) = judged(tmp_path, files).findings
    assert finding.span.path == "main.tf"
    assert finding.instances == ('module.shop["eu"].azurerm_container_app_job.seed',)


def test_an_unknown_number_of_modules_leaves_what_stands_inside_one_certain(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "regions" {\n  type = set(string)\n}\nmodule "shop" {\n  source = "./shop"\n'
        "  for_each = var.regions\n}\n",
        "shop/main.tf": GROUP + IDENTITY + job() + assignment(),
    }
    assert [one.span.path for one in judged(tmp_path, files).findings] == ["shop/main.tf"]


def test_outputs_of_one_module_that_is_not_installed_may_be_of_one_identity(tmp_path: Path) -> None:
    module = 'module "identity" {\n  source = "Azure/avm-res-managedidentity-userassignedidentity/azurerm"\n}\n'
    assert answer(
        tmp_path,
        module,
        GROUP,
        job("[module.identity.resource_id]"),
        assignment(principal="module.identity.principal_id"),
    ) == (
        "principal_id of azurerm_role_assignment.jobs: "
        "module.identity.principal_id is an output of a module that is not installed"
    )


# --- INIT811: which identity ------------------------------------------------------------------------------------------

COUNTED = 'variable "create" {\n  type = bool\n}\n' + IDENTITY.replace("name", "count = var.create ? 1 : 0\n  name", 1)
EACH = IDENTITY.replace("name", 'for_each = toset(["a", "b"])\n  name', 1)


@pytest.mark.parametrize(
    ("identity", "ids", "principal", "wanted"),
    [
        (IDENTITY, f"[{JOBS_ID}]", JOBS_PRINCIPAL, "fail"),
        (IDENTITY, "[resource.azurerm_user_assigned_identity.jobs.id]", JOBS_PRINCIPAL, "fail"),
        (IDENTITY, f"[for id in [{JOBS_ID}] : id]", f'try({JOBS_PRINCIPAL}, "")', "fail"),
        (IDENTITY, f'["/x", {JOBS_ID}]', JOBS_PRINCIPAL, "fail"),
        (IDENTITY, '["/x"]', JOBS_PRINCIPAL, "pass"),
        (IDENTITY, f"[{JOBS_ID}]", "azurerm_user_assigned_identity.jobs.client_id", "pass"),
        (IDENTITY, f"[{JOBS_ID}]", '"00000000-0000-0000-0000-000000000001"', "pass"),
        (COUNTED, "[azurerm_user_assigned_identity.jobs[0].id]", "azurerm_user_assigned_identity.jobs[0].principal_id",
         "fail"),
        (COUNTED, "[azurerm_user_assigned_identity.jobs[0].id]",
         "one(azurerm_user_assigned_identity.jobs[*].principal_id)", "fail"),
        (COUNTED, '[join("", azurerm_user_assigned_identity.jobs[*].id)]',
         "element(azurerm_user_assigned_identity.jobs[*].principal_id, 0)", "fail"),
        (COUNTED, "azurerm_user_assigned_identity.jobs[*].id", "azurerm_user_assigned_identity.jobs[0].principal_id",
         "identity.identity_ids: var.create has no default; pass --var-file"),
        (EACH, '[azurerm_user_assigned_identity.jobs["a"].id]',
         'azurerm_user_assigned_identity.jobs["a"].principal_id', "fail"),
        (EACH, '[azurerm_user_assigned_identity.jobs["a"].id]',
         'azurerm_user_assigned_identity.jobs["b"].principal_id', "pass"),
        (EACH, '[azurerm_user_assigned_identity.jobs["a"].id]',
         "azurerm_user_assigned_identity.jobs[var.which].principal_id",
         "principal_id of azurerm_role_assignment.jobs: var.which has no default; pass --var-file"),
        (IDENTITY, f'[var.which == "a" ? {JOBS_ID} : "/x"]', JOBS_PRINCIPAL,
         "identity.identity_ids: var.which has no default; pass --var-file"),
    ],
)  # fmt: skip
def test_the_principal_is_followed_to_the_identity(
    tmp_path: Path, identity: str, ids: str, principal: str, wanted: str
) -> None:
    which = 'variable "which" {\n  type = string\n}\n'
    assert answer(tmp_path, which, identity, GROUP, job(ids), assignment(principal=principal)) == wanted


SYSTEM = "azurerm_container_app_job.seed.identity"


@pytest.mark.parametrize(
    ("type_", "principal", "wanted"),
    [
        ("SystemAssigned", f"{SYSTEM}[0].principal_id", "fail"),
        ("SystemAssigned, UserAssigned", f"{SYSTEM}.0.principal_id", "fail"),
        ("SystemAssigned", f"one({SYSTEM}).principal_id", "fail"),
        ("SystemAssigned", f"{SYSTEM}.*.principal_id[0]", "fail"),
        ("UserAssigned", f"{SYSTEM}[0].principal_id", "pass"),
        ("${var.type}", f"{SYSTEM}[0].principal_id", "identity.type: var.type has no default; pass --var-file"),
    ],
)
def test_the_identity_that_azure_assigns_is_the_jobs_own(
    tmp_path: Path, type_: str, principal: str, wanted: str
) -> None:
    variable = 'variable "type" {\n  type = string\n}\n'
    text = job("null", type_=type_)
    assert answer(tmp_path, variable, GROUP, text, assignment(principal=principal)) == wanted


READ = 'data "azurerm_user_assigned_identity" "read" {\n  name = "%s"\n  resource_group_name = "%s"\n%s}\n'
READ_PRINCIPAL = "data.azurerm_user_assigned_identity.read.principal_id"
ARM = "/subscriptions/1/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/jobs"


@pytest.mark.parametrize(
    ("read", "ids", "wanted"),
    [
        (READ % ("jobs", "shop", ""), f"[{JOBS_ID}]", "fail"),
        (READ % ("Jobs", "Shop", ""), f"[{JOBS_ID}]", "fail"),
        (READ % ("jobs", "shop", ""), "[data.azurerm_user_assigned_identity.read.id]", "fail"),
        (READ % ("others", "shop", ""), f"[{JOBS_ID}]", "pass"),
        (READ % ("jobs", "another", ""), f"[{JOBS_ID}]", "pass"),
        (READ % ("jobs", "shop", "  provider = azurerm.hub\n"), f"[{JOBS_ID}]", "pass"),
        (READ % ("jobs", "shop", ""), f'["{ARM}"]',
         f"principal_id of azurerm_role_assignment.jobs: {READ_PRINCIPAL} is read at plan time"),
    ],
)  # fmt: skip
def test_an_identity_that_is_read_again_is_known_by_name_and_group(
    tmp_path: Path, read: str, ids: str, wanted: str
) -> None:
    assert answer(tmp_path, IDENTITY, read, GROUP, job(ids), assignment(principal=READ_PRINCIPAL)) == wanted


# --- INIT811: roles and scopes ----------------------------------------------------------------------------------------

ROLES = """
variable "role" {}
data "azurerm_role_definition" "owner" {
  name = "Owner"
}
data "azurerm_role_definition" "reader" {
  role_definition_id = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
}
data "azurerm_subscription" "this" {}
resource "azurerm_role_definition" "custom" {
  name = "Seeder"
}
"""
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


@pytest.mark.parametrize(
    ("by", "role", "wanted"),
    [
        ("name", '"Owner"', "fail"),
        ("name", '"contributor"', "fail"),
        ("name", '"User Access Administrator"', "fail"),
        ("name", '"Role Based Access Control Administrator"', "fail"),
        ("name", '"Storage Blob Data Contributor"', "pass"),
        ("name", "data.azurerm_role_definition.owner.name", "fail"),
        ("name", 'var.role == "a" ? "Owner" : "Contributor"', "fail"),
        ("name", 'var.role == "a" ? "Owner" : "Reader"',
         "role_definition_name of azurerm_role_assignment.jobs: var.role has no default; pass --var-file"),
        ("name", '"Storage ${var.role}"', "pass"),
        ("id", f'"/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"', "fail"),
        ("id", f'"${{data.azurerm_subscription.this.id}}/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"',
         "fail"),
        ("id", "data.azurerm_role_definition.owner.id", "fail"),
        ("id", "data.azurerm_role_definition.owner.role_definition_id", "fail"),
        ("id", '"${data.azurerm_subscription.this.id}${data.azurerm_role_definition.owner.id}"', "fail"),
        ("id", "data.azurerm_role_definition.reader.id", "pass"),
        ("id", "azurerm_role_definition.custom.role_definition_resource_id", "pass"),
        ("id", "var.role",
         "role_definition_id of azurerm_role_assignment.jobs: var.role has no default; pass --var-file"),
    ],
)  # fmt: skip
def test_the_role_is_read_from_its_name_or_its_id(tmp_path: Path, by: str, role: str, wanted: str) -> None:
    assert answer(tmp_path, ROLES, IDENTITY, GROUP, job(), assignment(role, by=by)) == wanted


SCOPES = """
variable "scope" {}
variable "name" {}
data "azurerm_subscription" "this" {}
data "azurerm_client_config" "this" {}
data "azurerm_resource_group" "read" {
  name = "read"
}
resource "azurerm_subscription" "made" {
  subscription_name = "made"
}
resource "azurerm_management_group" "shops" {}
resource "azurerm_key_vault" "shop" {
  name = "shop"
}
resource "azapi_resource" "group" {
  type = "Microsoft.Resources/resourceGroups@2021-04-01"
}
resource "azapi_resource" "vault" {
  type = "Microsoft.KeyVault/vaults@2022-07-01"
}
resource "azurerm_kubernetes_cluster" "shop" {}
module "group" {
  source = "Azure/avm-res-resources-resourcegroup/azurerm"
}
"""
SCOPE_OPEN = "scope of azurerm_role_assignment.jobs: "


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        ("data.azurerm_subscription.this.id", "fail"),
        ('"/subscriptions/1"', "fail"),
        ('"/subscriptions/${var.name}"', "fail"),
        ('"/subscriptions/${data.azurerm_client_config.this.subscription_id}"', "fail"),
        ('"/subscriptions/${azurerm_subscription.made.subscription_id}"', "fail"),
        ('format("/subscriptions/%s/resourceGroups/%s", var.name, azurerm_resource_group.shop.name)', "fail"),
        ('"${data.azurerm_subscription.this.id}/resourceGroups/${var.name}"', "fail"),
        ('"${var.scope}/resourcegroups/shop"', "fail"),
        ("data.azurerm_resource_group.read.id", "fail"),
        ("azapi_resource.group.id", "fail"),
        ("azurerm_kubernetes_cluster.shop.node_resource_group_id", "fail"),
        ("azurerm_management_group.shops.id", "fail"),
        ('"/providers/Microsoft.Management/managementGroups/shops"', "fail"),
        ('"/"', "fail"),
        ("azurerm_key_vault.shop.id", "pass"),
        ("azapi_resource.vault.id", "pass"),
        ('"${azurerm_key_vault.shop.id}/secrets/seed"', "pass"),
        ('"${azurerm_resource_group.shop.id}/providers/Microsoft.KeyVault/vaults/shop"', "pass"),
        ('"${var.scope}/providers/Microsoft.KeyVault/vaults/shop"', "pass"),
        ("null", "pass"),
        ("module.group.resource_group_id",
         SCOPE_OPEN + "module.group.resource_group_id is an output of a module that is not installed"),
        ("var.scope", SCOPE_OPEN + "var.scope has no default; pass --var-file"),
        ('"${azurerm_resource_group.shop.id}${var.scope}"',
         SCOPE_OPEN + "azurerm_resource_group.shop.id is known only after apply"),
        ('"/subscriptions/1/${var.scope}"', SCOPE_OPEN + "var.scope has no default; pass --var-file"),
        ('var.name == "a" ? azurerm_resource_group.shop.id : azurerm_key_vault.shop.id',
         SCOPE_OPEN + "var.name has no default; pass --var-file"),
        ('var.name == "a" ? azurerm_resource_group.shop.id : data.azurerm_subscription.this.id', "fail"),
    ],
)  # fmt: skip
def test_the_scope_says_how_wide_it_is(tmp_path: Path, scope: str, wanted: str) -> None:
    assert answer(tmp_path, SCOPES, IDENTITY, GROUP, job(), assignment(scope=scope)) == wanted


def test_azapi_role_assignments_count(tmp_path: Path) -> None:
    text = dedent(f"""\
        resource "azapi_resource" "role" {{
          type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
          parent_id = azurerm_resource_group.shop.id
          body = {{
            properties = {{
              principalId      = {JOBS_PRINCIPAL}
              roleDefinitionId = "/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"
            }}
          }}
        }}
        """)
    assert answer(tmp_path, IDENTITY, GROUP, job(), text) == "fail"


def test_ignore_changes_is_mentioned(tmp_path: Path) -> None:
    more = "lifecycle {\n    ignore_changes = [role_definition_name]\n  }"
    (finding,) = judged(tmp_path, {"main.tf": IDENTITY + GROUP + job() + assignment(more=more)}).findings
    assert finding.message.endswith(
        "; its lifecycle.ignore_changes covers role_definition_name, so an apply leaves what is deployed as it is"
    )


# --- INIT812 ----------------------------------------------------------------------------------------------------------


def test_an_environment_outside_the_jobs_module_is_where_the_finding_stands(tmp_path: Path) -> None:
    files = {
        "main.tf": dedent("""\
            module "environment" {
              source = "./environment"
            }

            module "jobs" {
              source         = "./jobs"
              environment_id = module.environment.id
            }
            """),
        "environment/main.tf": 'resource "azurerm_container_app_environment" "shop" {\n  name = "shop"\n}\n\n'
        'output "id" {\n  value = azurerm_container_app_environment.shop.id\n}\n',
        "jobs/main.tf": 'variable "environment_id" {}\n' + job('["/x"]', "var.environment_id"),
    }
    (finding,) = judged(tmp_path, files).findings
    assert line(finding) == (
        "environment/main.tf:1:1-52 INIT812 the job runs in module.environment.azurerm_container_app_environment.shop, "
        "which has no infrastructure_subnet_id; put the environment into a subnet of a virtual network"
    )
    assert [(place.span.path, place.span.line, place.message) for place in finding.related] == [
        ("jobs/main.tf", 4, "container_app_environment_id of the job"),
        ("main.tf", 7, "argument environment_id of module.jobs"),
        ("environment/main.tf", 6, "output id of module.environment"),
        ("jobs/main.tf", 2, "in this job"),
        ("main.tf", 5, "called from module.jobs"),
    ]


def test_a_null_that_a_caller_hands_down_is_where_the_finding_stands(tmp_path: Path) -> None:
    environment = 'resource "azurerm_container_app_environment" "shop" {\n  infrastructure_subnet_id = var.subnet\n}\n'
    files = {
        "main.tf": 'module "shop" {\n  source = "./shop"\n  subnet = null\n}\n',
        "shop/main.tf": 'variable "subnet" {}\n'
        + environment
        + job('["/x"]', "azurerm_container_app_environment.shop.id"),
    }
    (finding,) = judged(tmp_path, files).findings
    assert line(finding).partition(" the job")[0] == "main.tf:3:12-16 INIT812"


ENVIRONMENTS = """
variable "subnet" {}
variable "open" {
  type = set(string)
}
resource "azurerm_container_app_environment" "each" {
  for_each = { private = "/subnet", open = null }
  infrastructure_subnet_id = each.value
}
resource "azurerm_container_app_environment" "many" {
  for_each = var.open
}
resource "azurerm_container_app_environment" "empty" {
  infrastructure_subnet_id = ""
}
resource "azapi_resource" "text" {
  type = "Microsoft.App/managedEnvironments@2023-05-01"
  body = jsonencode({ properties = { vnetConfiguration = { internal = true } } })
}
resource "azapi_resource" "text_in_subnet" {
  type = "microsoft.app/managedenvironments@2023-05-01"
  body = jsonencode({ properties = { vnetConfiguration = { infrastructureSubnetId = var.subnet } } })
}
resource "azapi_resource" "bodiless" {
  type = "Microsoft.App/managedEnvironments@2023-05-01"
}
data "azurerm_container_app_environment" "read" {
  name = "read"
}
"""


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ('azurerm_container_app_environment.each["private"].id', "pass"),
        ('azurerm_container_app_environment.each["open"].id', "fail"),
        ('azurerm_container_app_environment.many["x"].id', "fail"),
        ("azurerm_container_app_environment.many[var.subnet].id", "fail"),
        ("azurerm_container_app_environment.each[var.subnet].id",
         "container_app_environment_id: var.subnet has no default; pass --var-file"),
        ("azurerm_container_app_environment.empty.id", "fail"),
        ("azapi_resource.text.id", "fail"),
        ("azapi_resource.text_in_subnet.id", "pass"),
        ("azapi_resource.bodiless.id", "fail"),
        ("data.azurerm_container_app_environment.read.id",
         "container_app_environment_id: data.azurerm_container_app_environment.read is a data source"),
        ('"/subscriptions/1/resourceGroups/g/providers/Microsoft.App/managedEnvironments/e"', "pass"),
        ('"/subscriptions/1/resourceGroups/g/providers/Microsoft.App/managedEnvironments/${var.subnet}"',
         "container_app_environment_id: var.subnet has no default; pass --var-file"),
        ("null", "pass"),
    ],
)  # fmt: skip
def test_the_environment_is_followed(tmp_path: Path, environment: str, wanted: str) -> None:
    assert answer(tmp_path, ENVIRONMENTS, job('["/x"]', environment), code="INIT812") == wanted
