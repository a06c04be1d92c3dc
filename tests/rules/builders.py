"""Small configurations for the tests of rules: one init job, of which a test says what differs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from initlint.engine import scan
from initlint.finding import Result
from initlint.settings import Settings, defaults

IDENTITY = """
  identity {
    type         = "UserAssigned"
    identity_ids = [var.identity_id]
  }"""
MANUAL = """
  manual_trigger_config {
    parallelism = 1
  }"""
CONTAINER = """
      name   = "work"
      image  = "shop.azurecr.io/tools:1.4.2"
      cpu    = 0.25
      memory = "0.5Gi"
"""
TAGS = """{
    JobType     = "init"
    JobCategory = "configuration"
    Purpose     = "Init job: prepare the shop"
  }"""


def job(
    *,
    name: str = '"shop-init-work-dev"',
    identity: str = IDENTITY,
    trigger: str = MANUAL,
    container: str = "",
    sizes: str = CONTAINER,
    tags: str = TAGS,
    more: str = "",
    before: str = "",
) -> str:
    """An azurerm job that complies, but for what is said; `before` stands in front of it."""
    return f"""{before}
variable "identity_id" {{}}
resource "azurerm_container_app_job" "work" {{
  name                         = {name}
  location                     = "westeurope"
  resource_group_name          = "shop-dev"
  container_app_environment_id = "/subscriptions/1/environments/shop"
  replica_timeout_in_seconds   = 600
{identity}{trigger}
  template {{
    container {{{sizes}{container}
    }}
  }}
  tags = {tags}
{more}
}}
"""


def azapi(
    *,
    configuration: str = 'triggerType = "Manual"\n      replicaTimeout = 600\n      manualTriggerConfig = {}',
    cpu: str = "0.25",
    identity: str = IDENTITY,
    more: str = "",
    body: str = "",
) -> str:
    """An azapi job that complies, but for what is said."""
    return f"""
variable "identity_id" {{}}
resource "azapi_resource" "work" {{
  type      = "Microsoft.App/jobs@2024-03-01"
  name      = "shop-init-work-dev"
  location  = "westeurope"
  parent_id = "/subscriptions/1/resourceGroups/shop-dev"
{identity}
  body = {{
    properties = {{
      environmentId = "/subscriptions/1/environments/shop"
      configuration = {{
      {configuration}
      }}
      template = {{
        containers = [{{
          name      = "work"
          image     = "shop.azurecr.io/tools:1.4.2"
          resources = {{ cpu = {cpu}, memory = "0.5Gi" }}
        }}]
      }}
    }}
{body}
  }}
  tags = {TAGS}
{more}
}}
"""


def scanned(folder: Path, text: str, settings: Settings | None = None) -> Result:
    """The result of scanning one file."""
    (folder / "main.tf").write_text(text, encoding="utf-8")
    return scan([folder], settings or defaults())


def options(section: str, **values: Any) -> Settings:
    """The default settings with some options of one section."""
    settings = defaults()
    changed = replace(settings.options[section], **values)
    return replace(settings, options={**settings.options, section: changed})


def messages(result: Result, *codes: str) -> list[str]:
    """Code and message of every finding, or of the findings of some codes."""
    return [f"{f.code} {f.message}" for f in result.findings if not codes or f.code in codes]


def open_questions(result: Result, *codes: str) -> list[str]:
    """Code and reason of every undecided question, or of those of some codes."""
    return [f"{u.code} {u.reason}" for u in result.undecided if not codes or u.code in codes]
