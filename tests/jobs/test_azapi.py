from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest

from initlint.jobs.azapi import merge_patch, parse_json
from initlint.jobs.job import Field, Form, TriggerKind
from initlint.rule import show
from initlint.terraform.types import ANY, STRING
from initlint.terraform.value import Chunk, Hole, Text, Unknown, Value, string, unknown
from initlint.truth import Truth

At = Callable[[Field], tuple[int, int, str]]

BODY = """\
{
    properties = {
      environmentId       = azapi_resource.environment.id
      workloadProfileName = "Consumption"
      configuration = {
        triggerType         = "Manual"
        replicaTimeout      = 300
        replicaRetryLimit   = null
        manualTriggerConfig = {
          parallelism            = 1
          replicaCompletionCount = 2
        }
        scheduleTriggerConfig = null
        secrets = [
          {
            name        = "pg"
            keyVaultUrl = "https://v.vault.azure.net/secrets/pg"
            identity    = "System"
          },
          {
            name  = "plain"
            value = "x"
          },
        ]
        registries = [{
          server            = "acr.azurecr.io"
          username          = "u"
          passwordSecretRef = "plain"
        }]
      }
      template = {
        containers = [{
          name    = "main"
          image   = "app:1"
          command = ["python"]
          resources = {
            cpu    = "0.5"
            memory = "1Gi"
          }
          env = [
            {
              name      = "PGPASSWORD"
              secretRef = "pg"
            },
          ]
        }]
        initContainers = [{ image = "busybox:1" }]
      }
    }
  }"""


def resource(body: str, more: str = "", type_: str = "Microsoft.App/jobs@2024-03-01") -> str:
    return (
        'resource "azapi_resource" "job" {\n'
        f'  type = "{type_}"\n'
        '  name = "app-init-migrate-dev"\n'
        f"  body = {body}\n{more}}}\n"
    )


@pytest.mark.parametrize("body", [BODY, f"jsonencode({BODY})"], ids=["object", "jsonencode"])
def test_fields_of_the_body(workspace: Callable[..., Any], at: At, body: str) -> None:
    job = workspace(resource(body)).job
    (trigger,) = job.triggers
    vault, plain = job.secrets
    (registry,) = job.registries
    (container,) = job.containers
    (init,) = job.init_containers
    (env,) = container.env

    assert (job.form, job.address, job.base_address) == (Form.AZAPI, "azapi_resource.job", "azapi_resource.job")
    assert (job.name.label, at(job.name)) == ("name", (3, 10, '"app-init-migrate-dev"'))
    assert (job.resource_group_name.label, at(job.resource_group_name)[0]) == ("parent_id", 1)
    assert at(job.container_app_environment_id) == (6, 29, "azapi_resource.environment.id")
    assert (job.trigger_type.label, at(job.trigger_type)) == ("triggerType", (9, 31, '"Manual"'))
    assert (job.replica_timeout_in_seconds.label, at(job.replica_timeout_in_seconds)) == (
        "replicaTimeout",
        (10, 31, "300"),
    )
    assert (job.replica_retry_limit.is_set, job.replica_retry_limit.written) == (Truth.NO, True)
    assert (trigger.kind, trigger.inside_template, trigger.exists) == (TriggerKind.MANUAL, False, Truth.YES)
    assert (trigger.replica_completion_count.label, at(trigger.replica_completion_count)) == (
        "replicaCompletionCount",
        (14, 36, "2"),
    )
    assert (vault.key_vault_secret_id.label, at(vault.key_vault_secret_id)) == (
        "secret.keyVaultUrl",
        (20, 27, '"https://v.vault.azure.net/secrets/pg"'),
    )
    assert (vault.value.written, at(vault.value)) == (False, (18, 11, "{"))
    assert (plain.value.value.data, at(plain.value)) == ("x", (25, 21, '"x"'))
    assert (registry.password_secret_name.label, at(registry.password_secret_name)) == (
        "registry.passwordSecretRef",
        (31, 31, '"plain"'),
    )
    assert (container.cpu.label, container.cpu.value.type, at(container.cpu)) == ("cpu", STRING, (40, 22, '"0.5"'))
    assert (container.memory.label, at(container.memory)) == ("memory", (41, 22, '"1Gi"'))
    assert (env.value.label, env.secret_name.label, at(env.secret_name)) == (
        'env "PGPASSWORD"',
        'secretRef of env "PGPASSWORD"',
        (46, 27, '"pg"'),
    )
    assert (init.name.label, at(init.name)) == ("init_container.name", (50, 27, '{ image = "busybox:1" }'))
    assert [span.first_line().line for span in job.template] == [34]
    assert (job.identity.items, job.identity.certain) == ((), True)
    assert (job.tags.is_set, at(job.tags)[0]) == (Truth.NO, 1)
    assert at(job.location)[0] == 1


def test_a_body_in_a_local_stands_at_the_argument(workspace: Callable[..., Any], at: At) -> None:
    for local in (f"locals {{\n  body = {BODY}\n}}\n", f"locals {{\n  body = jsonencode({BODY})\n}}\n"):
        job = workspace(resource("local.body") + local).job

        assert (job.replica_timeout_in_seconds.value.data, at(job.replica_timeout_in_seconds)) == (
            300,
            (4, 10, "local.body"),
        )
        assert show(job.containers.items[0].image.value) == '"app:1"'


def test_json_text(workspace: Callable[..., Any], at: At) -> None:
    body = dedent("""\
        <<JSON
        {
          "properties": {
            "environmentId": "${var.environment}",
            "configuration": {"triggerType": "Manual", "replicaTimeout": ${var.timeout}, "replicaRetryLimit": 0},
            "template": {"containers": [{"name": "main", "image": "app:${var.tag}", "resources": {"cpu": 0.5}}]}
          }
        }
        JSON
        """)
    variables = "".join(f'variable "{name}" {{}}\n' for name in ("environment", "timeout", "tag"))
    job = workspace(resource(body) + variables).job
    (container,) = job.containers

    assert (show(container.image.value), at(container.image)) == ('"app:${var.tag}"', (4, 10, "<<JSON"))
    assert show(container.cpu.value) == "0.5"
    assert job.replica_retry_limit.value.data == 0
    assert job.replica_timeout_in_seconds.value.reason == "var.timeout has no default; pass --var-file"
    assert job.container_app_environment_id.value.reason == "var.environment has no default; pass --var-file"


def test_text_that_is_no_json_is_an_error(workspace: Callable[..., Any]) -> None:
    job = workspace(resource('"{ not json"')).job

    assert job.trigger_type.is_set is Truth.UNKNOWN
    assert job.trigger_type.value.reason == "the text is no JSON"


def test_an_unknown_body_leaves_everything_unknown(workspace: Callable[..., Any], at: At) -> None:
    job = workspace(resource("var.body") + 'variable "body" {}\n').job
    reason = "var.body has no default; pass --var-file"
    (trigger, *_) = job.triggers
    (container,) = job.containers

    for field in (job.replica_timeout_in_seconds, job.location, job.tags, container.cpu, container.env.items[0].name):
        assert (field.is_set, field.value.reason) == (Truth.UNKNOWN, reason)
    for blocks in (job.triggers, job.containers, job.secrets, job.registries, job.identity, job.template):
        assert (blocks.certain, blocks.reason) == (False, reason)
    assert (trigger.exists, container.exists, container.cpu.maybe) == (Truth.UNKNOWN, Truth.UNKNOWN, True)
    assert at(container.cpu) == (4, 10, "var.body")


def test_a_trigger_object_that_may_be_null_may_exist(workspace: Callable[..., Any]) -> None:
    body = "{ properties = { configuration = { manualTriggerConfig = var.manual ? { parallelism = 1 } : null } } }"
    job = workspace(resource(body) + 'variable "manual" {\n  type = bool\n}\n').job
    (trigger,) = job.triggers

    assert (trigger.kind, trigger.exists, job.triggers.certain) == (TriggerKind.MANUAL, Truth.UNKNOWN, False)
    assert trigger.parallelism.maybe


def test_lists_that_are_partly_known(workspace: Callable[..., Any], at: At) -> None:
    containers = """[
      { name = "one" },
      null,
      { name = var.name },
    ]"""
    either = """var.prod ? [{ name = "one" }] : [{ name = "two" }, { name = "three" }]"""
    more = """concat([{ name = "one" }], var.more)"""
    variables = """
variable "name" {}
variable "prod" {
  type = bool
}
variable "more" {
  type = list(any)
}
"""

    def found(text: str) -> tuple[str, list[tuple[str, Truth]]]:
        body = f"{{ properties = {{ template = {{ containers = {text} }} }} }}"
        blocks = workspace(resource(body) + variables).job.containers
        return blocks.reason, [(show(one.name.value), one.exists) for one in blocks]

    assert found(containers) == (
        "",
        [('"one"', Truth.YES), ("unknown (var.name has no default; pass --var-file)", Truth.YES)],
    )
    assert found(either) == (
        "var.prod has no default; pass --var-file",
        [('"one"', Truth.UNKNOWN), ('"two"', Truth.UNKNOWN), ('"three"', Truth.UNKNOWN)],
    )
    assert found(more) == (
        "var.more has no default; pass --var-file",
        [('"one"', Truth.YES), ("unknown (var.more has no default; pass --var-file)", Truth.UNKNOWN)],
    )
    assert found("null") == found("[]") == ("", [])


def test_sensitive_body_wins(workspace: Callable[..., Any], at: At) -> None:
    more = """\
  sensitive_body = {
    properties = {
      configuration = {
        replicaTimeout = 60
        secrets = [{ value = "s" }, { value = var.secret }]
        registries = []
      }
    }
  }
"""
    job = workspace(resource(BODY, more) + 'variable "secret" {}\n').job

    assert (job.replica_timeout_in_seconds.value.data, at(job.replica_timeout_in_seconds)[0]) == (60, 57)
    assert [show(secret.name.value) for secret in job.secrets] == ['"pg"', '"plain"']
    assert at(job.secrets.items[0].value) == (58, 30, '"s"')
    assert job.secrets.items[1].value.value.reason == "var.secret has no default; pass --var-file"
    assert job.registries.items == ()
    assert job.trigger_type.value.data == "Manual"


def test_merge_patch_of_what_is_not_known() -> None:
    old = Value(ANY, Unknown("old is not known"))
    merged = merge_patch(old, parse_json(string('{"a": {"b": 1}, "c": null}')))

    assert show(merged) == "{a = {b = 1, …}, c = null, …}"
    assert show(merge_patch(parse_json(string('{"a": [1, 2]}')), parse_json(string('{"a": [3]}')))) == "{a = [3]}"
    assert show(merge_patch(parse_json(string('{"a": 1}')), unknown("new"))) == "unknown (new)"


def test_identity_block(workspace: Callable[..., Any], at: At) -> None:
    more = '  identity {\n    type         = "UserAssigned"\n    identity_ids = [azurerm_x.y.id]\n  }\n'
    (identity,) = workspace(resource("{}", more)).job.identity

    assert (identity.type.label, at(identity.type)) == ("identity.type", (6, 20, '"UserAssigned"'))
    assert (identity.ids.label, at(identity.ids)) == ("identity.identity_ids", (7, 20, "[azurerm_x.y.id]"))


def test_identity_in_the_body(workspace: Callable[..., Any], at: At) -> None:
    body = """{
    identity = {
      type = "SystemAssigned,UserAssigned"
      userAssignedIdentities = { "/subscriptions/s/one" = {}, (var.id) = {} }
    }
  }"""
    (identity,) = workspace(resource(body) + 'variable "id" {}\n').job.identity

    assert (identity.type.value.data, at(identity.type)) == (
        "SystemAssigned,UserAssigned",
        (6, 14, '"SystemAssigned,UserAssigned"'),
    )
    assert (identity.ids.label, show(identity.ids.value)) == (
        "identity.userAssignedIdentities",
        '["/subscriptions/s/one", "${var.id}", …]',
    )
    assert (identity.ids.is_set, at(identity.ids)[:2]) == (Truth.YES, (7, 32))


@pytest.mark.parametrize(
    ("type_", "jobs"),
    [
        ("Microsoft.App/jobs@2023-05-01", 1),
        ("microsoft.app/JOBS@2023-05-01", 1),
        ("Microsoft.App/jobs@${var.version}", 1),
        ("Microsoft.App/jobs${var.version}", 0),
        ("Microsoft.App/containerApps@2023-05-01", 0),
        ("Microsoft.App/jobs/executions@2023-05-01", 0),
        ("${var.version}", 0),
    ],
)
def test_which_types_are_jobs(workspace: Callable[..., Any], type_: str, jobs: int) -> None:
    assert len(workspace(resource("{}", "", type_) + 'variable "version" {}\n').jobs) == jobs


def test_a_type_in_a_local_and_other_resources(workspace: Callable[..., Any]) -> None:
    text = """
        locals {
          type = "Microsoft.App/jobs@2024-03-01"
        }
        resource "azapi_resource" "a" {
          type = local.type
        }
        resource "azapi_update_resource" "b" {
          type = local.type
        }
        data "azapi_resource" "c" {
          type = local.type
        }
        """
    assert [job.address for job in workspace(text).jobs] == ["azapi_resource.a"]


def test_tags_replace_each_other(workspace: Callable[..., Any], at: At) -> None:
    provider = 'provider "azapi" {\n  default_tags = { JobType = "init" }\n  default_location = "eastus"\n}\n'
    body = '{ tags = { JobType = "body" } }'

    own = workspace(resource(body, '  tags = { JobType = "own" }\n') + provider).job
    inner = workspace(resource(body) + provider).job
    default = workspace(resource("{}") + provider).job
    none = workspace(resource("{}", "  tags = {}\n") + provider).job

    assert (own.tag("JobType").value.data, at(own.tag("JobType"))) == ("own", (5, 22, '"own"'))
    assert (inner.tag("JobType").value.data, at(inner.tag("JobType"))) == ("body", (4, 31, '"body"'))
    assert (default.tag("JobType").value.data, at(default.tag("JobType"))[0]) == ("init", 1)
    assert none.tag("JobType").is_set is Truth.NO
    assert (default.location.value.data, default.location.is_set) == ("eastus", Truth.YES)
    assert inner.tag("Purpose").is_set is Truth.NO


def test_default_tags_of_the_provider_that_the_calls_hand_down(workspace: Callable[..., Any]) -> None:
    root = """
        provider "azapi" {
          default_tags = { Owner = "default" }
        }
        provider "azapi" {
          alias        = "west"
          default_tags = { Owner = "west" }
        }
        module "plain" {
          source = "./job"
        }
        module "west" {
          source    = "./job"
          providers = { azapi = azapi.west }
        }
        resource "azapi_resource" "here" {
          type     = "Microsoft.App/jobs@2024-03-01"
          provider = azapi.west
        }
        """
    jobs = workspace(root, more={"job/main.tf": resource("{}")}).jobs

    assert [(job.base_address, job.tag("Owner").value.data) for job in jobs] == [
        ("azapi_resource.here", "west"),
        ("module.plain.azapi_resource.job", "default"),
        ("module.west.azapi_resource.job", "west"),
    ]


def test_json_with_holes() -> None:
    hole = Hole(unknown("x is not known", key="var.x"))
    text = Value(STRING, Text((Chunk('{"a": "p-'), hole, Chunk('-s", "b": '), hole, Chunk(', "c\\"": [1.50, true]}'))))

    assert show(parse_json(text)) == '{a = "p-${var.x}-s", b = unknown (x is not known), "c\\"" = [1.5, true]}'
    assert show(parse_json(Value(STRING, Text((Chunk('{"a": 1 '), hole, Chunk("}")))))) == "unknown (x is not known)"


@pytest.mark.parametrize("whole", ["%s", "jsonencode(%s)"], ids=["object", "jsonencode"])
def test_a_field_stands_where_it_is_written_whatever_it_is_taken_from(
    workspace: Callable[..., Any], at: At, whole: str
) -> None:
    body = """{
    properties = { template = { containers = [{
      name  = lookup(local.all, "name")
      resources = {
        cpu    = each.value.cpu
        memory = local.all.memory
      }
    }] } }
  }"""
    locals_ = 'locals {\n  all = { name = "a", memory = "1Gi" }\n  jobs = { a = { cpu = 0.5 } }\n}\n'
    (container,) = workspace(resource(whole % body, "  for_each = local.jobs\n") + locals_).job.containers

    assert (show(container.cpu.value), at(container.cpu)) == ("0.5", (8, 18, "each.value.cpu"))
    assert (show(container.memory.value), at(container.memory)) == ('"1Gi"', (9, 18, "local.all.memory"))
    assert at(container.name) == (6, 15, 'lookup(local.all, "name")')
