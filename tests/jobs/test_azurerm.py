from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from initlint.jobs.job import Blocks, Field, Form, TriggerKind
from initlint.rule import show
from initlint.truth import Truth

At = Callable[[Field], tuple[int, int, str]]

JOB = """\
resource "azurerm_container_app_job" "migrate" {
  name                         = "app-init-migrate-dev"
  resource_group_name          = "rg"
  container_app_environment_id = azurerm_container_app_environment.main.id
  replica_timeout_in_seconds   = "300"
  replica_retry_limit          = null

  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/s/id"]
  }
  secret {
    name                = "pg"
    key_vault_secret_id = "https://v.vault.azure.net/secrets/pg"
    identity            = "System"
  }
  registry {
    server   = "acr.azurecr.io"
    identity = "/subscriptions/s/id"
  }
  template {
    container {
      name    = "main"
      image   = "app:1"
      cpu     = "0.5"
      memory  = "1Gi"
      command = ["python", 1]
      env {
        name  = "PGPORT"
        value = 5432
      }
      env {
        name        = "PGPASSWORD"
        secret_name = "pg"
      }
    }
    container {
      image = "side:1"
    }
    init_container {
      name  = "wait"
      image = "busybox:1"
    }
  }
  manual_trigger_config {
    parallelism              = 1
    replica_completion_count = 2
  }
  lifecycle {
    ignore_changes = [tags["Owner"], template[0].container[0].image]
  }
  max_price = 3
}
"""


def test_every_field_has_its_label_value_and_place(workspace: Callable[..., Any], at: At) -> None:
    job = workspace(JOB).job

    assert (job.form, job.label, job.address) == (Form.AZURERM, "migrate", "azurerm_container_app_job.migrate")
    assert job.span.text == 'resource "azurerm_container_app_job" "migrate"'
    assert (job.block_span.line, job.block_span.end_line) == (1, 53)
    assert (job.name.label, show(job.name.value), at(job.name)) == (
        "name",
        '"app-init-migrate-dev"',
        (2, 34, '"app-init-migrate-dev"'),
    )
    assert at(job.container_app_environment_id) == (4, 34, "azurerm_container_app_environment.main.id")
    assert job.container_app_environment_id.is_set is Truth.YES
    assert job.attribute("max_price").value.data == 3
    assert job.ignore_changes == {"tags", "template"}
    assert job.misplaced == ()


def test_values_are_what_the_provider_receives(workspace: Callable[..., Any]) -> None:
    job = workspace(JOB).job
    container = job.containers.items[0]

    assert job.replica_timeout_in_seconds.value.data == 300
    assert show(container.cpu.value) == "0.5"
    assert show(container.command.value) == '["python", "1"]'
    assert show(container.env.items[0].value.value) == '"5432"'


def test_what_cannot_be_converted_stays_as_it_is(workspace: Callable[..., Any]) -> None:
    job = workspace(JOB.replace('"0.5"', '"half"')).job

    assert show(job.containers.items[0].cpu.value) == '"half"'
    assert job.containers.items[0].cpu.value.error is None


def test_missing_stands_at_the_header_of_the_block_that_should_hold_it(workspace: Callable[..., Any], at: At) -> None:
    job = workspace(JOB).job
    second = job.containers.items[1]

    assert at(job.location) == (1, 1, 'resource "azurerm_container_app_job" "migrate"')
    assert (job.location.value.data, job.location.written, job.location.is_set) == (None, False, Truth.NO)
    assert (second.name.label, at(second.name)) == ("container.name", (37, 5, "container"))
    assert (second.cpu.label, at(second.cpu)) == ("cpu", (37, 5, "container"))
    assert (job.secrets.items[0].value.label, at(job.secrets.items[0].value)) == ("secret.value", (12, 3, "secret"))
    assert at(job.triggers.items[0].cron_expression) == (45, 3, "manual_trigger_config")


def test_null_is_absent_but_written(workspace: Callable[..., Any], at: At) -> None:
    field = workspace(JOB).job.replica_retry_limit

    assert (field.value.data, field.written, field.is_set) == (None, True, Truth.NO)
    assert at(field) == (6, 34, "null")


def test_nested_blocks(workspace: Callable[..., Any], at: At) -> None:
    job = workspace(JOB).job
    (identity,) = job.identity
    (secret,) = job.secrets
    (registry,) = job.registries
    (init,) = job.init_containers
    (trigger,) = job.triggers
    first = job.containers.items[0]

    assert (identity.type.label, at(identity.type)) == ("identity.type", (9, 20, '"UserAssigned"'))
    assert (identity.ids.label, show(identity.ids.value)) == ("identity.identity_ids", '["/subscriptions/s/id"]')
    assert (secret.key_vault_secret_id.label, at(secret.key_vault_secret_id)) == (
        "secret.key_vault_secret_id",
        (14, 27, '"https://v.vault.azure.net/secrets/pg"'),
    )
    assert (registry.server.label, at(registry.server)) == ("registry.server", (18, 16, '"acr.azurecr.io"'))
    assert registry.password_secret_name.is_set is Truth.NO
    assert (init.init, init.image.label, at(init.image)) == (True, "init_container.image", (42, 15, '"busybox:1"'))
    assert (first.memory.label, at(first.memory)) == ("memory", (26, 17, '"1Gi"'))
    assert [(env.value.label, env.secret_name.label) for env in first.env] == [
        ('env "PGPORT"', 'secret_name of env "PGPORT"'),
        ('env "PGPASSWORD"', 'secret_name of env "PGPASSWORD"'),
    ]
    assert (trigger.kind, trigger.inside_template) == (TriggerKind.MANUAL, False)
    assert (trigger.replica_completion_count.label, at(trigger.replica_completion_count)) == (
        "replica_completion_count",
        (47, 32, "2"),
    )
    assert [span.line for span in job.template] == [21]
    assert job.all_containers == (*job.containers, *job.init_containers)


TRIGGER_TYPE_ADVICE = (
    "it takes the kind of trigger from the block that is there; remove trigger_type and have a"
    " manual_trigger_config block beside template"
)
DOCUMENTED = """\
resource "azurerm_container_app_job" "migrate" {
  name         = "app-init-migrate-dev"
  trigger_type = "Manual"
  secrets {
    name  = "a"
    value = "b"
  }
  registries {
    server = "acr.azurecr.io"
  }
  secret {
    name = "c"
  }
  template {
    manual_trigger_config {
      parallelism = 3
    }
  }
}
"""


def test_the_documented_form_counts_as_what_was_meant(workspace: Callable[..., Any], at: At) -> None:
    job = workspace(DOCUMENTED).job
    (trigger,) = job.triggers

    assert (trigger.kind, trigger.inside_template, at(trigger.parallelism)) == (TriggerKind.MANUAL, True, (16, 21, "3"))
    assert (job.trigger_type.label, job.trigger_type.value.data) == ("trigger_type", "Manual")
    assert [show(secret.name.value) for secret in job.secrets] == ['"a"', '"c"']
    assert [show(registry.server.value) for registry in job.registries] == ['"acr.azurecr.io"']


def test_the_documented_form_is_misplaced_all_the_same(workspace: Callable[..., Any]) -> None:
    found = [(item.name, item.span.line, item.span.column, item.advice) for item in workspace(DOCUMENTED).job.misplaced]

    assert found == [
        (
            "trigger_type",
            3,
            3,
            TRIGGER_TYPE_ADVICE,
        ),
        ("manual_trigger_config", 15, 5, "manual_trigger_config belongs beside template, not inside it"),
        ("secrets", 4, 3, "the block is called secret (azurerm 4.0 removed secrets)"),
        ("registries", 8, 3, "the block is called registry (azurerm 4.0 removed registries)"),
    ]


def test_trigger_type_advice_is_an_init_jobs_trigger(workspace: Callable[..., Any]) -> None:
    (item,) = workspace('resource "azurerm_container_app_job" "a" { trigger_type = "schedule" }').job.misplaced

    assert item.advice == TRIGGER_TYPE_ADVICE


def test_triggers_are_in_source_order(workspace: Callable[..., Any]) -> None:
    job = workspace("""\
        resource "azurerm_container_app_job" "a" {
          event_trigger_config {}
          manual_trigger_config {}
          schedule_trigger_config {
            cron_expression = "0 0 * * *"
          }
        }
        """).job

    assert [trigger.kind.value for trigger in job.triggers] == ["event", "manual", "schedule"]
    assert job.triggers.items[2].cron_expression.value.data == "0 0 * * *"


DYNAMIC = """\
variable "vault" {
  type = string
}
variable "names" {
  type = set(string)
}
resource "azurerm_container_app_job" "a" {
  dynamic "secret" {
    for_each = var.names
    content {
      name  = secret.value
      value = "x"
    }
  }
  dynamic "registry" {
    for_each = { a = "one.azurecr.io", b = "two.azurecr.io" }
    content {
      server = registry.value
    }
  }
  dynamic "template" {
    for_each = var.names
    content {
      container {
        name = "main"
        env {
          name = "A"
        }
      }
    }
  }
}
"""


def test_a_block_over_an_unknown_collection_may_exist(workspace: Callable[..., Any], at: At) -> None:
    job = workspace(DYNAMIC).job
    reason = "var.names has no default; pass --var-file"
    (secret,) = job.secrets

    assert (job.secrets.certain, job.secrets.reason, secret.exists) == (False, reason, Truth.UNKNOWN)
    assert (secret.value.maybe, at(secret.value)) == (True, (12, 15, '"x"'))
    assert (secret.identity.maybe, secret.identity.written, at(secret.identity)[0]) == (True, False, 8)
    assert (job.registries.certain, [show(r.server.value) for r in job.registries]) == (
        True,
        ['"one.azurecr.io"', '"two.azurecr.io"'],
    )


def test_what_stands_in_a_block_that_may_not_exist_may_not_exist(workspace: Callable[..., Any]) -> None:
    job = workspace(DYNAMIC).job
    (container,) = job.containers
    (env,) = container.env

    assert [blocks.certain for blocks in (job.template, job.containers, container.env)] == [False, False, False]
    assert (container.exists, env.exists) == (Truth.UNKNOWN, Truth.UNKNOWN)
    assert (container.name.maybe, env.name.maybe, container.image.maybe) == (True, True, True)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("all", {"all"}),
        ("[tags, secret]", {"tags", "secret"}),
        ('["tags", "template.0.container"]', {"tags", "template"}),
        ('["*"]', {"all"}),
        ("[template[0].container[*].image]", {"template"}),
        ("[]", set()),
    ],
)
def test_ignore_changes(workspace: Callable[..., Any], written: str, names: set[str]) -> None:
    text = f'resource "azurerm_container_app_job" "a" {{\n  lifecycle {{\n    ignore_changes = {written}\n  }}\n}}\n'

    assert workspace(text).job.ignore_changes == names


def test_an_empty_block_has_nothing(workspace: Callable[..., Any]) -> None:
    job = workspace('resource "azurerm_container_app_job" "a" {}').job
    blocks: list[Blocks[Any]] = [
        job.identity, job.secrets, job.registries, job.template, job.containers, job.init_containers, job.triggers,
    ]  # fmt: skip

    assert [(item.items, item.certain) for item in blocks] == [((), True)] * 7
    assert [field.is_set for field in (job.name, job.tags, job.trigger_type)] == [Truth.NO] * 3
