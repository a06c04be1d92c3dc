"""Options, messages and cases of the rules that their fixtures do not show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from initlint.engine import scan
from initlint.jobs.job import Setting
from initlint.settings import defaults
from initlint_rules import RULES
from initlint_rules.key_vault import shape
from initlint_rules.naming import ENVIRONMENT_VARIABLE, NamingOptions, expression
from initlint_rules.resources import ResourceOptions, Tier
from initlint_rules.tags import TagOptions
from tests.rules.builders import MANUAL, TAGS, job, messages, open_questions, options, scanned

HEADINGS = ["What it does", "Why", "Bad", "Good", "What it cannot decide"]


def test_rules_are_listed_by_code_and_each_once() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(codes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_page(rule: object) -> None:
    from initlint.rule import Rule

    assert isinstance(rule, Rule)
    headings = [line.removeprefix("## ") for line in rule.description.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if heading != "Options"] == HEADINGS
    assert ("Options" in headings) == (rule.options is not None)
    assert rule.summary.endswith(".")
    assert "##" not in rule.summary


def test_a_job_that_complies(tmp_path: Path) -> None:
    result = scanned(tmp_path, job())
    assert messages(result) == []
    assert open_questions(result) == []


# --- naming -----------------------------------------------------------------------------------------------------------


def test_a_pinned_project(tmp_path: Path) -> None:
    found = messages(scanned(tmp_path, job(), options("naming", project="store")))
    assert found == [
        (
            'INIT101 the name "shop-init-work-dev" does not match store-init-{purpose}-{environment}: '
            "it does not begin with the project store"
        )
    ]


def test_other_environments(tmp_path: Path) -> None:
    found = messages(scanned(tmp_path, job(), options("naming", environments=("live", "lab"))))
    assert found == [
        (
            'INIT101 the name "shop-init-work-dev" does not match {project}-init-{purpose}-{environment}: '
            "it does not end in an environment (live or lab)"
        )
    ]


@pytest.mark.parametrize(
    ("pattern", "fails"),
    [
        ("{environment}-{project}-init-{purpose}", True),
        ("{project}-init-{purpose}-{environment}", False),
        ("regex:[a-z]+-init-[a-z]+-dev", False),
        ("regex:^init-.*$", True),
        ("regex:shop-init-.*-{environment}", False),
        ("regex:shop", True),
    ],
)
def test_other_patterns(pattern: str, fails: bool, tmp_path: Path) -> None:
    found = messages(scanned(tmp_path, job(), options("naming", pattern=pattern)), "INIT101")
    shown = f"the expression {pattern[6:]}" if pattern.startswith("regex:") else pattern
    assert found == ([f'INIT101 the name "shop-init-work-dev" does not match {shown}'] if fails else [])


def test_a_pattern_that_is_no_expression() -> None:
    with pytest.raises(ValueError, match="the pattern is no regular expression: "):
        NamingOptions(pattern="regex:(")


def test_dots_in_a_pattern_are_dots() -> None:
    assert re.fullmatch(expression(NamingOptions(pattern="{project}.{environment}")), "a.dev")
    assert not re.fullmatch(expression(NamingOptions(pattern="{project}.{environment}")), "a-dev")


@pytest.mark.parametrize("name", ["environment", "env", "stage", "app_env", "deployEnvironment", "target_stage"])
def test_variables_for_the_environment(name: str) -> None:
    assert ENVIRONMENT_VARIABLE.search(name)


@pytest.mark.parametrize("name", ["envelope", "backstage", "inventory", "region"])
def test_variables_for_other_things(name: str) -> None:
    assert not ENVIRONMENT_VARIABLE.search(name)


def declared(name: str, *values: str) -> str:
    listed = ", ".join(f'"{value}"' for value in values)
    return f'variable "{name}" {{\n  validation {{\n    condition = contains([{listed}], var.{name})\n  }}\n}}\n'


@pytest.mark.parametrize(
    ("values", "name", "fails_in"),
    [
        (("Development", "Production"), '"shop-init-work-${var.environment == "Production" ? "prod" : "dev"}"', []),
        (("Development", "Production"), '"shop-init-work-dev${substr(var.environment, 0, 0)}"', ["Production"]),
        (
            ("dev", "stg", "prd"),
            '"shop-init-work-${{ dev = "dev", stg = "staging", prd = "prod" }[var.environment]}"',
            [],
        ),
        (("dev", "stg", "prd"), '"shop-init-work-dev${substr(var.environment, 0, 0)}"', ["prd", "stg"]),
    ],
)
def test_names_of_one_environment(values: tuple[str, ...], name: str, fails_in: list[str], tmp_path: Path) -> None:
    result = scanned(tmp_path, job(name=name, before=declared("environment", *values)))
    found = [finding.environments for finding in result.findings if finding.code == "INIT103"]
    assert found == ([tuple(f"environment={value}" for value in fails_in)] if fails_in else [])
    assert open_questions(result, "INIT103") == []


def test_an_environment_that_names_do_not_know_is_asked(tmp_path: Path) -> None:
    name = '"shop-init-work-${{ d = "dev", p = "prod" }[var.environment]}"'
    result = scanned(tmp_path, job(name=name, before=declared("environment", "d", "p")))
    assert messages(result, "INIT103") == []
    assert open_questions(result, "INIT103") == [
        'INIT103 name: whether it ends in the environment "d" is not known',
        'INIT103 name: whether it ends in the environment "p" is not known',
    ]


def test_the_variable_whose_value_is_an_environment_is_taken(tmp_path: Path) -> None:
    before = declared("app_environment_sku", "Consumption", "Dedicated") + declared("environment", "dev", "prod")
    name = '"shop-init-work-dev${substr(var.app_environment_sku, 0, 0)}${substr(var.environment, 0, 0)}"'
    result = scanned(tmp_path, job(name=name, before=before))
    assert [finding.environments for finding in result.findings] == [("environment=prod",)]
    assert messages(result, "INIT103") == [
        'INIT103 the name "shop-init-work-dev" ends in another environment than the one that it is deployed to'
    ]


@pytest.mark.parametrize("category", ["{category}", "{{ category }}", "${{ inputs.category }}", "<category>", "TBD"])
def test_placeholders_are_no_category(category: str, tmp_path: Path) -> None:
    tags = TAGS.replace('"configuration"', '"' + category.replace("${", "$${") + '"')
    assert [message.split()[0] for message in messages(scanned(tmp_path, job(tags=tags)))] == ["INIT602"]


def test_a_setting_is_named() -> None:
    assert Setting("prod", (("region", "eu"),)).name == "prod region=eu"


# --- resources --------------------------------------------------------------------------------------------------------


def test_another_maximum(tmp_path: Path) -> None:
    found = messages(scanned(tmp_path, job(), options("resources", max_cpu=0.2, max_memory="0.4Gi")))
    assert found == [
        "INIT201 cpu is 0.25; an init job takes at most 0.2 CPU",
        'INIT201 memory is "0.5Gi"; an init job takes at most 0.4Gi',
    ]


def test_another_tier(tmp_path: Path) -> None:
    text = job(container='command = ["psql", "-f", "/roles.sql"]')
    found = messages(scanned(tmp_path, text, options("resources", tiers={"small": Tier(0.25, "0.25Gi")})), "INIT203")
    assert found == ['INIT203 memory is "0.5Gi"; the documented tier for this job is small: 0.25 CPU and 0.25Gi']


def test_options_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="'2GB' is no memory: write <number>Gi"):
        ResourceOptions(max_memory="2GB")
    with pytest.raises(ValueError, match="there is no category: name at least one"):
        TagOptions(categories=())
    with pytest.raises(ValueError, match="there is no tier 'huge': the tiers are small, medium and large"):
        ResourceOptions(words={"reindex": "huge"})


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [("0.1 + 0.15", '"0.50Gi"'), ("1 / 4", '".5Gi"'), ('"0.250"', '"0.5Gi"'), ("2.5e-1", '"00.5Gi"')],
)
def test_numbers_are_compared_as_numbers(cpu: str, memory: str, tmp_path: Path) -> None:
    sizes = f'\nname = "work"\nimage = "shop.azurecr.io/tools:1.4.2"\ncpu = {cpu}\nmemory = {memory}\n'
    assert messages(scanned(tmp_path, job(sizes=sizes))) == []


# --- tags -------------------------------------------------------------------------------------------------------------


def test_ignored_changes_are_mentioned_and_change_no_verdict(tmp_path: Path) -> None:
    text = job(tags=TAGS.replace('"init"', '"worker"'), more="lifecycle {\n ignore_changes = [tags]\n}")
    assert messages(scanned(tmp_path, text)) == [
        (
            'INIT601 JobType is "worker"; init jobs carry JobType = "init"; '
            "lifecycle.ignore_changes covers tags, so an apply leaves what is deployed as it is"
        )
    ]


def test_a_condition_with_two_right_values_passes_and_with_one_is_open(tmp_path: Path) -> None:
    both = TAGS.replace('"configuration"', 'var.big ? "data" : "database"')
    before = 'variable "big" { type = bool }'
    assert open_questions(scanned(tmp_path, job(tags=both, before=before))) == []
    one = TAGS.replace('"configuration"', 'var.big ? "data" : "bigdata"')
    result = scanned(tmp_path, job(tags=one, before=before))
    assert messages(result) == []
    assert open_questions(result) == ["INIT605 tags.JobCategory: var.big has no default; pass --var-file"]
    none = TAGS.replace('"configuration"', 'var.big ? "bigdata" : "datas"')
    assert [m.split()[0] for m in messages(scanned(tmp_path, job(tags=none, before=before)))] == ["INIT605"]


# --- security ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["azurerm_key_vault_secret.x", "data.azurerm_key_vault_secret.x", 'module.a["k"].azurerm_key_vault_secret.x[0]'],
)
def test_the_shape_of_key_vault_attributes(address: str) -> None:
    good = "https://shop.vault.azure.net/secrets/x"
    assert re.fullmatch(shape(f"{address}.versionless_id"), good)
    assert not re.fullmatch(shape(f"{address}.id"), good)
    assert re.fullmatch(shape(f"{address}.id"), good + "/0123456789abcdef0123456789abcdef")
    assert re.fullmatch(shape(f"{address}.resource_id"), "/subscriptions/1/x")
    assert shape(f"{address}.value") == ""
    assert shape("azurerm_other.x.versionless_id") == ""


@pytest.mark.parametrize(
    ("reference", "codes"),
    [
        ('"${trimsuffix(azurerm_key_vault.main.vault_uri, "/")}/secrets/x"', []),
        ('"${azurerm_key_vault.main.vault_uri}secrets/x"', []),
        ('"${azurerm_key_vault.main.vault_uri}keys/x"', ["INIT808"]),
        ('"https://${azurerm_key_vault.main.name}.vault.azure.net/secrets/x"', []),
        ("azurerm_key_vault.main.id", ["INIT808"]),
        ('"https://me:Sommer24@shop.vault.azure.net/secrets/x"', ["INIT808"]),
    ],
)
def test_references_built_from_a_vault(reference: str, codes: list[str], tmp_path: Path) -> None:
    vault = 'resource "azurerm_key_vault" "main" {\n name = var.identity_id\n}'
    secret = f'secret {{\nname = "x"\nkey_vault_secret_id = {reference}\nidentity = var.identity_id\n}}'
    result = scanned(tmp_path, job(before=vault, trigger=MANUAL + "\n" + secret))
    assert [message.split()[0] for message in messages(result)] == codes
    assert not any("Sommer24" in message for message in messages(result))
    if "name}" not in reference:
        assert open_questions(result) == []


def test_what_an_option_gives_is_not_in_the_code(tmp_path: Path) -> None:
    from initlint.project import Variables

    env = 'env {\nname = "DATABASE_URL"\nvalue = "postgresql://shop:${var.password}@db/shop"\n}'
    (tmp_path / "main.tf").write_text(job(before='variable "password" {}', container=env), encoding="utf-8")
    given = Variables((("var", "password=Sommer24"),))
    assert messages(scan([tmp_path], defaults(), variables=given)) == []
    (tmp_path / "terraform.tfvars").write_text('password = "Sommer24"\n', encoding="utf-8")
    found = scan([tmp_path], defaults()).findings
    assert [(f.code, f.span.path) for f in found] == [("INIT804", "terraform.tfvars")]


def test_no_credential_is_in_any_message() -> None:
    folder = Path(__file__).parent.parent / "fixtures" / "INIT804"
    secrets = ["Sommer2024", "Winter#2024", "Winter2024", "c2VjcmV0", "Fruehling", "Herbstlaub", "0815", "8f14e45f"]
    assert all(secret in (folder / "fail.tf").read_text(encoding="utf-8") for secret in secrets)
    for finding in scan([folder], defaults()).findings:
        said = [finding.message, finding.help, finding.key, *(place.message for place in finding.related)]
        assert not [secret for secret in secrets if any(secret in text for text in said)]


@pytest.mark.parametrize(
    ("image", "fails"),
    [
        ('"tools:1"', False),
        ('"tools:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"', False),
        ('"tools:"', True),
        ('"registry.example.com:5000/tools:latest"', True),
        ('"tools:Latest"', False),
    ],
)
def test_images(image: str, fails: bool, tmp_path: Path) -> None:
    sizes = f'\nname = "work"\nimage = {image}\ncpu = 0.25\nmemory = "0.5Gi"\n'
    assert bool(messages(scanned(tmp_path, job(sizes=sizes)), "INIT813")) is fails
