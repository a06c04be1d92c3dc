"""What differs between azurerm and azapi."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.builders import azapi, messages, open_questions, scanned


def test_a_job_that_complies(tmp_path: Path) -> None:
    result = scanned(tmp_path, azapi())
    assert messages(result) == []
    assert open_questions(result) == []


def test_a_quoted_cpu_is_a_type_error(tmp_path: Path) -> None:
    found = messages(scanned(tmp_path, azapi(cpu='"0.25"')))
    assert found == ['INIT204 cpu is "0.25"; it must be a number: azapi does not convert text']


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (
            'triggerType = "Schedule"\nreplicaTimeout = 600\nscheduleTriggerConfig = { cronExpression = "0 3 * * *" }',
            ['INIT701 triggerType is "Schedule"; init jobs are started manually'],
        ),
        (
            'triggerType = "Manual"\nreplicaTimeout = 600\nscheduleTriggerConfig = { cronExpression = "0 3 * * *" }',
            ['INIT903 triggerType is "Manual", but the configuration beside it is scheduleTriggerConfig'],
        ),
        ('triggerType = "Manual"\nreplicaTimeout = 600\nscheduleTriggerConfig = null', []),
        (
            'triggerType = "Manual"\nreplicaTimeout = 600\nmanualTriggerConfig = { replicaCompletionCount = 2 }',
            ["INIT702 replicaCompletionCount is 2; an init job runs once, with replicaCompletionCount = 1"],
        ),
        (
            "manualTriggerConfig = {}",
            [
                "INIT902 the job has no replicaTimeout, which is required",
                "INIT902 the job has no triggerType, which is required",
            ],
        ),
    ],
)
def test_triggers(configuration: str, expected: list[str], tmp_path: Path) -> None:
    assert messages(scanned(tmp_path, azapi(configuration=configuration))) == expected


def test_identity_in_the_body(tmp_path: Path) -> None:
    body = 'identity = { type = "UserAssigned", userAssignedIdentities = { (var.identity_id) = {} } }'
    result = scanned(tmp_path, azapi(identity="", body=body))
    assert messages(result) == []


def test_the_type_none_is_no_identity(tmp_path: Path) -> None:
    found = messages(scanned(tmp_path, azapi(identity='identity { type = "None" }')))
    assert found == [
        'INIT801 identity.type is "None", which is no managed identity; use a user-assigned managed identity'
    ]


def test_no_identity(tmp_path: Path) -> None:
    found = messages(scanned(tmp_path, azapi(identity="")))
    assert found == ["INIT801 the job has no managed identity; use a user-assigned managed identity"]


def test_secrets_and_registries(tmp_path: Path) -> None:
    configuration = """
      triggerType    = "Manual"
      replicaTimeout = 600
      secrets = [
        { name = "db-password", keyVaultUrl = "https://shop.vault.azure.net/secrets/db", identity = var.identity_id },
        { name = "smtp-password", value = "Sommer24" },
      ]
      registries = [{ server = "shop.azurecr.io", username = "shop", passwordSecretRef = "registry-password" }]
    """
    found = messages(scanned(tmp_path, azapi(configuration=configuration)))
    assert [message.split()[0] for message in found] == ["INIT804", "INIT806", "INIT809", "INIT810"]
    assert not any("Sommer24" in message for message in found)


@pytest.mark.parametrize("form", ["{}", "jsonencode({})"])
def test_identities_of_the_body_by_keys_that_are_not_known(form: str, tmp_path: Path) -> None:
    body = """{
    identity = {
      type                   = "UserAssigned"
      userAssignedIdentities = { (azurerm_user_assigned_identity.own.id) = {} }
    }
    properties = {
      configuration = {
        secrets = [{
          name        = "db"
          keyVaultUrl = "https://shop.vault.azure.net/secrets/db"
          identity    = azurerm_user_assigned_identity.own.id
        }]
      }
    }
  }"""
    text = f"""
resource "azurerm_user_assigned_identity" "own" {{}}
resource "azapi_resource" "work" {{
  type = "Microsoft.App/jobs@2024-03-01"
  name = "shop-init-work-dev"
  body = {form.replace("{}", body)}
}}
"""
    result = scanned(tmp_path, text)
    assert messages(result, "INIT801", "INIT802", "INIT807") == []
    assert open_questions(result, "INIT801", "INIT802", "INIT807") == []


def test_messages_name_what_azapi_takes(tmp_path: Path) -> None:
    text = azapi().replace(
        'name      = "work"\n',
        """name      = "work"
          env       = [
            { name = "API_TOKEN", value = var.identity_id },
            { name = "PGHOST", value = "db", secretRef = "db-host" },
          ]\n""",
    )
    configuration = 'secrets = [{ name = "db-host", value = var.identity_id }]\n      replicaTimeout'
    found = messages(scanned(tmp_path, text.replace("replicaTimeout", configuration)))
    assert found == [
        'INIT806 the secret "db-host" takes a value; refer to Key Vault with keyVaultUrl',
        'INIT805 env "API_TOKEN" is a credential in a plain value; use secretRef',
        'INIT904 env "PGHOST" has a value and a secretRef: the value is dropped',
    ]
