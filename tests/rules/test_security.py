"""Where credentials are found and how they are kept out of every excerpt; identities and references that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from initlint.finding import Result
from initlint.report import ReportOptions, render
from tests.rules.builders import IDENTITY, job, messages, open_questions, scanned

JWT = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJzaG9wIn0." + "abcdefghijklmnop"


def env(name: str, value: str) -> str:
    return f"\n      env {{\n        name  = {name}\n        value = {value}\n      }}"


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


def open_codes(result: Result) -> list[str]:
    return [one.code for one in result.undecided]


def marked(result: Result, code: str) -> list[str]:
    return [finding.span.text for finding in result.findings if finding.code == code]


# --- names that are known in part -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "failed", "undecided"),
    [
        ('"${var.prefix}_PASSWORD"', '"Sommer24"', ["INIT804", "INIT805"], []),
        ('"${var.prefix}_PASSWORD"', "var.password", ["INIT805"], []),
        ('"${var.prefix}_URL"', '"shop"', [], []),
        ('"${var.prefix}_CONNECTION_STRING"', '"shop"', ["INIT805"], []),
        ('"PASSWORD_${var.prefix}"', "var.password", [], ["INIT805"]),
        ("var.prefix", '"Sommer24"', [], ["INIT805", "INIT804"]),
        ("var.prefix", '""', [], []),
        ("var.prefix", "var.password", [], ["INIT805"]),
    ],
)
def test_names_known_in_part(name: str, value: str, failed: list[str], undecided: list[str], tmp_path: Path) -> None:
    before = 'variable "prefix" { type = string }\nvariable "password" { type = string }'
    result = scanned(tmp_path, job(before=before, container=env(name, value)))
    assert (codes(result), open_codes(result)) == (failed, undecided)


# --- a program's own options ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ('["sqlcmd", "-b", "-S", "db", "-P", "Sommer24"]', ['"Sommer24"']),
        ('["/opt/mssql-tools18/bin/sqlcmd", "-b", "-PSommer24"]', ['"-PSommer24"']),
        ('["mysql", "-u", "root", "-pSommer24"]', ['"-pSommer24"']),
        ('["mysql", "-P", "3306", "-p"]', []),
        ('["ssh", "-p", "2222"]', []),
        ('["migrate", "--db-password", "Sommer24"]', ['"Sommer24"']),
        ('["migrate", "--no-password", "shop"]', []),
        ('["sh", "-c", "set -e; migrate --db-password=Sommer24"]', ["Sommer24"]),
        ('["sh", "-c", "PASSWORD= migrate"]', []),
        ('["sh", "-c", "set -e; PASSWORD= migrate"]', []),
        ('["pwsh", "-Command", "$env:PGPASSWORD = \'Sommer24\'; psql"]', ["Sommer24"]),
        ('["migrate", "--password", "$(PASSWORD)"]', []),
    ],
)
def test_passwords_among_arguments(command: str, place: list[str], tmp_path: Path) -> None:
    result = scanned(tmp_path, job(container=f"\n      command = {command}"))
    assert marked(result, "INIT804") == place
    assert "Sommer24" not in render("text", result)


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_text_of_the_own_module_is_reported_at_the_argument(tmp_path: Path) -> None:
    before = 'locals {\n  url = "postgres://shop:Sommer24@db"\n}'
    result = scanned(tmp_path, job(before=before, container=env('"DB"', "local.url")))
    assert marked(result, "INIT804") == ["local.url"]
    assert next(place.span.text for place in result.findings[0].related) == '"postgres://shop:Sommer24@db"'
    assert "Sommer24" not in render("text", result)


def test_a_text_of_a_variable_file_is_reported_there(tmp_path: Path) -> None:
    (tmp_path / "terraform.tfvars").write_text('url = "postgres://shop:Sommer24@db"\n', encoding="utf-8")
    result = scanned(tmp_path, job(before='variable "url" {}', container=env('"DB"', "var.url")))
    assert [(f.code, f.span.path, f.span.column) for f in result.findings] == [("INIT804", "terraform.tfvars", 7)]


def test_a_script_of_a_caller_is_reported_on_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    command = '\n      command = ["sh", "-c", var.script]'
    module = job(before='variable "script" { type = string }', container=command)
    (tmp_path / "seed" / "main.tf").write_text(module, encoding="utf-8")
    script = "<<-EOT\n    echo start\n    ./load --password=Sommer24\n  EOT"
    result = scanned(tmp_path, f'module "seed" {{\n  source = "./seed"\n  script = {script}\n}}\n')
    found = [finding for finding in result.findings if finding.code == "INIT804"]
    assert [(f.span.path, f.span.line, f.span.column, f.span.text) for f in found] == [("main.tf", 5, 23, "Sommer24")]
    assert {"command of the job", "argument script of module.seed"} <= {place.message for place in found[0].related}
    assert "Sommer24" not in render("text", result)


# --- nothing is shown -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "container",
    [
        env('"SESSION"', f'"{JWT}"'),
        '\n      command = ["sh", "-c", "PGPASSWORD=my.Sommer24 psql -c \'select 1\'"]',
        '\n      args = ["--password", "my.Sommer24"]',
    ],
)
def test_a_credential_that_reads_like_a_reference_is_hidden(container: str, tmp_path: Path) -> None:
    result = scanned(tmp_path, job(container=container))
    assert codes(result) == ["INIT804"]
    shown = render("text", result)
    assert "Sommer24" not in shown
    assert "abcdefghijklmnop" not in shown


@pytest.mark.parametrize(
    "value",
    [
        '"postgres://shop:${urlencode("Sommer 24")}@db"',
        '"postgres://shop:${join("", ["Sommer", "${"Sommer24"}"])}@db"',
        '"postgres://shop:Som${"mer24"}@db"',
        '"postgres://shop:A@Sommer24@db"',
        '"Server=db;Uid=shop;Pwd={A;Sommer24!};Encrypt=yes"',
        '"-----BEGIN EC PRIVATE KEY-----\\nMIIE\\nSommer24\\n-----END EC PRIVATE KEY-----\\n"',
    ],
)
def test_no_part_of_a_credential_is_shown(value: str, tmp_path: Path) -> None:
    result = scanned(tmp_path, job(container=env('"DB"', value)))
    assert codes(result) == ["INIT804"]
    shown = render("text", result)
    assert "Som" not in shown
    assert "mer" not in shown


def test_a_password_in_the_place_of_a_secrets_name(tmp_path: Path) -> None:
    registry = (
        '\n  registry {\n    server = "shop.azurecr.io"\n    username = "shop"\n    password_secret_name = "{}"\n  }'
    )
    result = scanned(tmp_path, job(more=registry.replace("{}", "Sommer24/+x")))
    assert messages(result) == [
        (
            "INIT804 registry.password_secret_name is a password and not the name of a secret; "
            "keep it in Key Vault and give the job a secret that refers to it"
        ),
        'INIT809 the registry "shop.azurecr.io" is reached with a user name and a password; use a managed identity',
        "INIT810 registry.password_secret_name names no secret that the job defines",
    ]
    assert "Sommer24" not in render("text", result)


# --- identities and references ----------------------------------------------------------------------------------------

VAULT = """
  secret {{
    name                = "db"
    key_vault_secret_id = {reference}
    identity            = {identity}
  }}"""
OWN = """
  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.own.id]
  }"""


@pytest.mark.parametrize(
    ("identity", "failed"),
    [
        ("azurerm_user_assigned_identity.own.id", []),
        ("azurerm_user_assigned_identity.own.client_id", ["INIT807"]),
        ("azurerm_user_assigned_identity.own.principal_id", ["INIT807"]),
        ('""', ["INIT807"]),
    ],
)
def test_what_names_an_identity(identity: str, failed: list[str], tmp_path: Path) -> None:
    before = 'resource "azurerm_user_assigned_identity" "own" {}\nresource "azurerm_key_vault_secret" "db" {}'
    secret = VAULT.format(reference="azurerm_key_vault_secret.db.versionless_id", identity=identity)
    result = scanned(tmp_path, job(before=before, identity=OWN, more=secret))
    assert (codes(result), open_questions(result)) == (failed, [])


def test_how_the_system_assigned_identity_is_spelt(tmp_path: Path) -> None:
    secret = VAULT.format(reference='"https://shop.vault.azure.net/secrets/db"', identity='"system"')
    result = scanned(tmp_path, job(identity='\n  identity {\n    type = "SystemAssigned"\n  }', more=secret))
    assert messages(result, "INIT807") == [
        (
            'INIT807 the secret "db" is read with the identity "system", which the job does not have; '
            "the provider takes System"
        )
    ]


def test_a_text_that_is_no_path_is_the_id_of_no_identity(tmp_path: Path) -> None:
    both = IDENTITY.replace('"UserAssigned"', '"SystemAssigned, UserAssigned"')
    secret = VAULT.format(reference='"https://shop.vault.azure.net/secrets/db"', identity='"system"')
    result = scanned(tmp_path, job(identity=both, more=secret))
    assert messages(result) == [
        (
            'INIT807 the secret "db" is read with the identity "system", which the job does not have; '
            "the provider takes System"
        )
    ]


def test_whether_the_job_has_a_system_assigned_identity_depends_on_the_type(tmp_path: Path) -> None:
    maybe = IDENTITY.replace('"UserAssigned"', 'var.both ? "SystemAssigned, UserAssigned" : "UserAssigned"')
    secret = VAULT.format(reference='"https://shop.vault.azure.net/secrets/db"', identity='"System"')
    result = scanned(tmp_path, job(before='variable "both" { type = bool }', identity=maybe, more=secret))
    assert messages(result) == []
    assert open_questions(result) == ["INIT807 identity.type: var.both has no default; pass --var-file"]


@pytest.mark.parametrize(
    ("type_", "found"),
    [
        (
            '"None"',
            ['INIT801 identity.type is "None", which is no managed identity; use a user-assigned managed identity'],
        ),
        ("var.type", []),
    ],
)
def test_the_type_none_is_no_identity(type_: str, found: list[str], tmp_path: Path) -> None:
    """The provider refuses it: what is not written out is not None."""
    identity = f"\n  identity {{\n    type = {type_}\n    identity_ids = [var.identity_id]\n  }}"
    result = scanned(tmp_path, job(before='variable "type" { type = string }', identity=identity))
    assert messages(result, "INIT801") == found
    assert "INIT801" not in open_codes(result)


@pytest.mark.parametrize(
    ("name", "failed", "open_"),
    [
        ('var.both ? "db" : null', [], []),
        ('var.both ? "db" : "smtp"', [], []),
        ('var.both ? "db" : "mail"', [], ["INIT810"]),
        ('var.both ? "mail" : null', [], ["INIT810"]),
        ('var.both ? "mail" : "post"', ["INIT810"], []),
    ],
)
def test_each_name_that_a_secret_may_have_is_looked_up(
    name: str, failed: list[str], open_: list[str], tmp_path: Path
) -> None:
    secrets = "".join(
        VAULT.format(reference=f'"https://shop.vault.azure.net/secrets/{each}"', identity="var.identity_id").replace(
            '"db"', f'"{each}"', 1
        )
        for each in ("db", "smtp")
    )
    entry = f'\n      env {{\n        name        = "SERVICE"\n        secret_name = {name}\n      }}'
    result = scanned(tmp_path, job(before='variable "both" { type = bool }', container=entry, more=secrets))
    assert (codes(result), open_codes(result)) == (failed, open_)


@pytest.mark.parametrize(
    ("ids", "identity", "open_"),
    [
        ("var.ids", "var.ids[0]", ["INIT802 identity.identity_ids: var.ids has no default; pass --var-file"]),
        ("compact([azurerm_user_assigned_identity.own.id, var.other])", "azurerm_user_assigned_identity.own.id", []),
    ],
)
def test_an_identity_of_a_list(ids: str, identity: str, open_: list[str], tmp_path: Path) -> None:
    before = 'resource "azurerm_user_assigned_identity" "own" {}\nvariable "ids" {}\nvariable "other" {}'
    own = f'\n  identity {{\n    type = "UserAssigned"\n    identity_ids = {ids}\n  }}'
    secret = VAULT.format(reference='"https://shop.vault.azure.net/secrets/db"', identity=identity)
    result = scanned(tmp_path, job(before=before, identity=own, more=secret))
    assert (codes(result), open_questions(result)) == ([], open_)


@pytest.mark.parametrize(
    "reference",
    ['"${var.uri}keys/db"', "var.local ? azurerm_key_vault_secret.db.resource_id : azurerm_key_vault_secret.db.id"],
)
def test_a_reference_that_can_only_be_versioned_or_wrong(reference: str, tmp_path: Path) -> None:
    before = 'resource "azurerm_key_vault_secret" "db" {}\nvariable "uri" {}\nvariable "local" {}'
    secret = VAULT.format(reference=reference, identity="var.identity_id")
    result = scanned(tmp_path, job(before=before, more=secret))
    assert [(f.code, f.severity.value) for f in result.findings] == [("INIT808", "note")]
    assert messages(result) == [
        (
            'INIT808 the reference of the secret "db" pins a version or is none of a secret; '
            "it must be https://<vault>.vault.azure.net/secrets/<name>"
        )
    ]


@pytest.mark.parametrize(
    ("image", "failed", "open_"),
    [
        ('"shop.azurecr.io/tools:${var.tag}-amd64"', [], []),
        ('"localhost:${var.tag}/tools"', ["INIT813"], []),
        ('"localhost:5000/tools${var.tag}"', [], ["INIT813"]),
        ('"shop.azurecr.io/tools:${var.tag}"', [], ["INIT813"]),
        ('"shop.azurecr.io/tools${var.tag}"', [], ["INIT813"]),
    ],
)
def test_images_known_in_part(image: str, failed: list[str], open_: list[str], tmp_path: Path) -> None:
    sizes = f'\n      name = "work"\n      image = {image}\n      cpu = 0.25\n      memory = "0.5Gi"\n'
    result = scanned(tmp_path, job(before='variable "tag" { type = string }', sizes=sizes))
    assert (codes(result), open_codes(result)) == (failed, open_)


def test_a_managed_hsm_of_unknown_name(tmp_path: Path) -> None:
    secret = VAULT.format(reference='"https://${var.hsm}.managedhsm.azure.net/secrets/db"', identity="var.identity_id")
    result = scanned(tmp_path, job(before='variable "hsm" { type = string }', more=secret))
    assert messages(result) == [
        (
            'INIT808 the reference of the secret "db" is of a managed HSM, which holds keys and no secrets: it is '
            '"https://${var.hsm}.managedhsm.azure.net/secrets/db" and must be https://<vault>.vault.azure.net/secrets/<name>'
        )
    ]


@pytest.mark.parametrize(
    "container",
    [
        env('"DB_PASSWORD"', 'var.local ? "Sommer24" : ""'),
        env('"DB_PASSWORD"', '"${var.local}-Sommer24"'),
        '\n      command = ["sh", "-c", "set -e; export DB_PASS=Sommer24; mkdir /data"]',
        '\n      env { name = "DB_PASSWORD" value = "Sommer24" }',
        '\n      env {\n        name = "DB"\n        value = "Sommer24" extra\n      }',
    ],
)
def test_what_is_open_or_broken_shows_no_credential_either(container: str, tmp_path: Path) -> None:
    result = scanned(tmp_path, job(before='variable "local" {}', container=container))
    assert result.findings or result.undecided
    assert "Sommer24" not in render("text", result, ReportOptions(show_undecided=True))


def test_a_secret_that_a_scale_rule_names(tmp_path: Path) -> None:
    trigger = """
  event_trigger_config {
    scale {
      rules {
        name             = "queue"
        custom_rule_type = "azure-queue"
        metadata         = {}
        authentication {
          secret_name       = "queue"
          trigger_parameter = "connection"
        }
      }
    }
  }"""
    result = scanned(tmp_path, job(trigger=trigger))
    assert messages(result, "INIT810") == [
        'INIT810 secret_name of authentication is "queue", but the job defines no such secret'
    ]
    assert marked(result, "INIT810") == ['"queue"']


# --- identities that only an apply will tell --------------------------------------------------------------------------


def test_an_id_that_an_apply_will_tell_is_there(tmp_path: Path) -> None:
    identity = """
  dynamic "identity" {
    for_each = local.identity_id != null ? [local.identity_id] : []
    content {
      type         = "UserAssigned"
      identity_ids = compact([identity.value, var.more])
    }
  }"""
    before = """
resource "azurerm_user_assigned_identity" "work" {}
locals { identity_id = azurerm_user_assigned_identity.work.id }
variable "more" { type = string }"""
    result = scanned(tmp_path, job(before=before, identity=identity))
    assert (codes(result), open_codes(result)) == ([], [])
