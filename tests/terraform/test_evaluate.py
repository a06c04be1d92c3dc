"""Expressions to values: what is known, what is not, and where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.repository import Repository, answer, trail, value

from initlint.terraform.module import ModuleInstance
from initlint.terraform.show import show
from initlint.terraform.types import BOOL, NUMBER, STRING
from initlint.terraform.value import Chunk, Elements, Entries, Hole, Rest, Text, Unknown, fingerprint
from initlint.truth import Truth

CONFIGURATION = """
variable "s" { type = string }
variable "n" { type = number }
variable "b" { type = bool }
variable "l" { type = list(string) }
variable "m" { type = map(string) }
variable "any" {}
variable "o" {
  type = object({ name = string })
}
variable "env" {
  type = string
  validation {
    condition     = contains(["dev", "prod"], var.env)
    error_message = "One of the two."
  }
}
variable "secret" {
  type      = string
  default   = "hunter2"
  sensitive = true
}
variable "size" {
  default = { cpu = 0.25, list = ["a", "b"] }
}
locals {
  name  = "${var.s}-init-x"
  jobs  = [{ name = "seed", cpu = 0.5 }, { name = "migrate", cpu = 2 }]
  copy  = local.jobs
  first = local.copy[1].cpu
  é     = "naïve-${var.s}"
}
resource "azurerm_container_app_environment" "main" {
  name                = "cae-${var.s}"
  location            = "westeurope"
  resource_group_name = null
}
resource "azurerm_storage_account" "counted" {
  count = 2
  name  = "st${count.index}"
}
resource "azurerm_storage_account" "each" {
  for_each = { eu = "europe", us = "america" }
  name     = "st${each.key}${each.value}"
}
resource "azurerm_storage_account" "open" {
  for_each = var.m
  name     = "st${each.key}"
}
resource "azurerm_storage_account" "none" {
  count = 0
  name  = "st"
}
data "azurerm_key_vault" "main" {
  name = "kv-shop"
}
"""


@pytest.fixture
def root(tmp_path: Path) -> ModuleInstance:
    return Repository(tmp_path, {"main.tf": CONFIGURATION}).root()


UNSET = "var.{} has no default; pass --var-file"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Text
        ('"a${var.s}b${1 + 1}"', {"partial": "a${var.s}b2"}),
        ('"${var.s}"', {"unknown": UNSET.format("s")}),
        ('"${var.n}Gi"', {"partial": "${var.n}Gi"}),
        ('"${null}-x"', {"error": "null cannot be part of a string"}),
        ('upper("a${var.s}")', {"partial": "A${…}"}),
        ('"%{ if var.b }yes%{ else }no%{ endif }!"', {"partial": "${…}!"}),
        ('"%{ for x in ["a", var.s] }[${x}]%{ endfor }"', {"partial": "[a][${var.s}]"}),
        # Collections
        ('["a", var.s]', {"partial": ["a", {"unknown": UNSET.format("s")}]}),
        ('concat(["a"], var.l, ["z"])', {"partial": ["a", {"unknown": UNSET.format("l")}, "z"]}),
        ('concat(["a"], var.l)[0]', "a"),
        ('concat(["a"], var.l)[1]', {"unknown": UNSET.format("l")}),
        ('merge(var.m, { a = "1" })', {"partial": {"a": "1"}}),
        ('merge(var.m, { a = "1" })["a"]', "1"),
        ('merge(var.m, { a = "1" })["b"]', {"unknown": UNSET.format("m")}),
        ('merge({ a = "1" }, var.m)["a"]', {"unknown": "it may be overridden: " + UNSET.format("m")}),
        ("{ (var.s) = 1, b = 2 }.b", 2),
        ("{ b = 2, (var.s) = 1 }.b", {"unknown": UNSET.format("s")}),
        ('{ b = 2, "x-${var.s}" = 1 }.b', 2),
        ('[for x in var.l : "${x}-y"]', {"unknown": UNSET.format("l")}),
        ('[for x in ["a", "b"] : x if x != var.s]', {"partial": [{"unknown": UNSET.format("s")}] * 2}),
        ('[for x in concat(["a"], var.l) : "${x}!"]', {"partial": ["a!", {"unknown": UNSET.format("l")}]}),
        (
            '{ for k, v in { a = var.s, b = "x" } : k => v }',
            {"partial": {"a": {"unknown": UNSET.format("s")}, "b": "x"}},
        ),
        ("var.l[*]", {"unknown": UNSET.format("l")}),
        ("var.any[*].id", {"unknown": UNSET.format("any")}),
        ("null[*]", []),
        ('"x"[*]', ["x"]),
        ("local.jobs[*].name", ["seed", "migrate"]),
        ("local.jobs.*.cpu[1]", 2),
        # Logic
        ("var.b || true", True),
        ("var.b && false", False),
        ("var.b && true", {"unknown": UNSET.format("b")}),
        ("!var.b", {"unknown": UNSET.format("b")}),
        ("var.s == var.s", True),
        ("var.s != var.s", False),
        ('"a-${var.s}" == "b-${var.s}"', False),
        ('"a-${var.s}" == "a-${var.s}"', True),
        ('var.env == "qa"', False),
        ('var.env == "dev"', {"unknown": UNSET.format("env")}),
        ('contains(["dev", "prod", "qa"], var.env)', True),
        ("var.n > 1", {"unknown": UNSET.format("n")}),
        ("1 == \"1\"", False),
        # Conditionals
        ('var.b ? "x" : "x"', "x"),
        ('var.b ? 1 : "x"', {"unknown": UNSET.format("b")}),
        ("true ? 1 : \"x\"", "1"),
        ("var.b ? var.s : var.s", {"unknown": UNSET.format("s")}),
        ("true ? [] : [1][5]", []),
        # try, can, lookup, coalesce
        ('try(local.nope, "x")', {"error": "local.nope is not declared"}),
        ('try([][0], "x")', "x"),
        ("try(var.s, \"x\")", {"unknown": UNSET.format("s")}),
        ("can([][0])", False),
        ("can(var.m[\"a\"])", {"unknown": UNSET.format("m")}),
        ('lookup(var.m, "a", "x")', {"unknown": UNSET.format("m")}),
        ('lookup({ a = 1 }, "b", 2)', 2),
        ('coalesce(null, "", "x")', "x"),
        ('coalesce(var.s, "x")', {"unknown": UNSET.format("s")}),
        # Resources
        ("azurerm_container_app_environment.main.name", {"partial": "cae-${var.s}"}),
        ("azurerm_container_app_environment.main.location", "westeurope"),
        ("azurerm_container_app_environment.main.id",
         {"unknown": "azurerm_container_app_environment.main.id is known only after apply"}),
        ("azurerm_container_app_environment.main.resource_group_name",
         {"unknown": "azurerm_container_app_environment.main.resource_group_name is known only after apply"}),
        ("azurerm_container_app_environment.main.id != null", True),
        ('azurerm_container_app_environment.main.id == ""', False),
        ("azurerm_container_app_environment.main.static_ip_address != null",
         {"unknown": "azurerm_container_app_environment.main.static_ip_address is known only after apply"}),
        ("length(compact([azurerm_container_app_environment.main.id, null]))", 1),
        ("data.azurerm_key_vault.main.vault_uri != null ? [1] : []", [1]),
        ("data.azurerm_key_vault.main.name", "kv-shop"),
        ("data.azurerm_key_vault.main.vault_uri",
         {"unknown": "data.azurerm_key_vault.main.vault_uri is read at plan time"}),
        ("azurerm_storage_account.counted[1].name", "st1"),
        ("azurerm_storage_account.counted[*].name", ["st0", "st1"]),
        ("azurerm_storage_account.counted[2].name", {"error": "there is no element 2: the list has 2"}),
        ('azurerm_storage_account.each["eu"].name', "steueurope"),
        ("[for k, one in azurerm_storage_account.each : one.name]", ["steueurope", "stusamerica"]),
        ('azurerm_storage_account.open["eu"].name', "steu"),
        ('azurerm_storage_account.none[0].name', {"error": "there is no element 0: the list has 0"}),
        ("azurerm_storage_account.none[*].id", []),
        ("azurerm_storage_account.gone.id", {"error": "azurerm_storage_account.gone is not declared"}),
        ("azurerm_gone.x.id", {"error": '"azurerm_gone" is not declared'}),
        # Errors
        ("each.key", {"error": "each stands only where for_each is set"}),
        ("count.index", {"error": "count stands only where count is set"}),
        ('"known-${local.nope}"', {"error": "local.nope is not declared"}),
        ("nope(1)", {"error": 'there is no function named "nope"'}),
        ("1 / 0", {"error": "division by zero"}),
        ("[1, 2][2]", {"error": "there is no element 2: the list has 2"}),
        ("{ a = 1 }.b", {"error": 'there is no element "b"'}),
        ("var.secret", "(sensitive)"),
        ('"x-${var.secret}"', "(sensitive)"),
    ],
)  # fmt: skip
def test_what_an_expression_is(root: ModuleInstance, expression: str, expected: Any) -> None:
    assert answer(root, expression) == expected


def test_pieces_of_a_text_keep_their_places(root: ModuleInstance) -> None:
    data = value(root, "local.é").data
    assert isinstance(data, Text)
    (chunk, hole) = data.pieces
    assert isinstance(chunk, Chunk)
    assert isinstance(hole, Hole)
    assert chunk.text == "naïve-"
    assert chunk.span is not None
    assert (chunk.span.line, chunk.span.column, chunk.span.end_column, chunk.span.text) == (30, 12, 18, "naïve-")
    assert (hole.value.type, fingerprint(hole.value)) == (STRING, "<var.s>")
    made = value(root, 'replace(local.name, "init", "y")')
    assert isinstance(made.data, Text)
    assert [p.text if isinstance(p, Chunk) else "?" for p in made.data.pieces] == ["?", "-", "y", "-x"]


def test_elements_and_entries(root: ModuleInstance) -> None:
    elements = value(root, 'concat(["a"], var.l)').data
    assert isinstance(elements, Elements)
    assert isinstance(elements.items[1], Rest)
    assert elements.items[1].unknown.sources == {"var.l"}
    entries = value(root, 'merge(var.m, { a = "1" })').data
    assert isinstance(entries, Entries)
    assert list(entries.items) == ["a"]
    assert entries.rest.reason == UNSET.format("m")


def test_candidates(root: ModuleInstance) -> None:
    def candidates(expression: str) -> list[str]:
        return [show(one) for one in value(root, expression).alternatives]

    assert candidates("var.b ? 1 : null") == ["1", "null"]
    assert value(root, "var.b ? 1 : null").is_null is Truth.UNKNOWN
    assert value(root, "var.b ? 1 : 2").is_null is Truth.NO
    assert candidates("(var.b ? 1 : 2) * 2") == ["2", "4"]
    assert candidates("{ dev = 1, prod = 2, qa = 3 }[var.env]") == ["1", "2"]
    assert candidates('var.env == "dev" ? 1 : 2') == ["1", "2"]
    assert candidates("try({ dev = 1 }[var.env], 0)") == ["1", "0"]
    assert candidates("var.b ? (var.b ? 1 : 2) : 3") == ["1", "2", "3"]
    assert candidates("{ a = 1, b = 2 }[var.s]") == ["1", "2"]


def test_unknowns_have_types_reasons_and_sources(root: ModuleInstance) -> None:
    for expression, type_ in (
        ("var.s", STRING),
        ("var.n + 1", NUMBER),
        ("var.b && var.b", BOOL),
        ('"${var.n}"', NUMBER),
    ):
        assert value(root, expression).type == type_
    data = value(root, "upper(var.s)").data
    assert isinstance(data, Unknown)
    assert (data.reason, data.sources, data.key) == (UNSET.format("s"), frozenset({"var.s"}), "upper(<var.s>)")


def test_identity(root: ModuleInstance) -> None:
    """What has one key is one value, whatever the way to it; what may differ has two."""
    same = [
        ("var.s", 'local.name == "" ? var.s : var.s'),
        ('"a-${var.s}"', 'join("-", ["a", var.s])'),
        ("azurerm_container_app_environment.main.id", "azurerm_container_app_environment.main.id"),
    ]
    for one, other in same:
        assert fingerprint(value(root, one)) == fingerprint(value(root, other)) != ""
    different = [
        ("azurerm_storage_account.counted[0].id", "azurerm_storage_account.counted[1].id"),
        ('azurerm_storage_account.open["a"].id', 'azurerm_storage_account.open["b"].id'),
        ('[for x in concat(["a"], var.l) : "${x}-y"]', 'concat(["a-y"], var.l)'),
        ('[for x in ["a"] : x if var.b]', '[for x in ["b"] : x if var.b]'),
        ('toset(["x", var.s])', '["x", var.s]'),
    ]
    for one, other in different:
        assert fingerprint(value(root, one)) != fingerprint(value(root, other))


def test_origins(root: ModuleInstance) -> None:
    assert trail(value(root, "local.first")) == [
        "<expression>:1:1 local.first",
        "main.tf:29:11 local.first",
        "main.tf:29:11 local.copy",
        "main.tf:28:11 local.copy",
        "main.tf:27:11 local.jobs",
        "main.tf:27:68",
    ]
    assert trail(value(root, "var.size.cpu")) == [
        "<expression>:1:1 var.size", "main.tf:23:13 default of var.size", "main.tf:23:21",
    ]  # fmt: skip
    maker = value(root, "local.first").origin
    assert maker is not None
    assert maker.maker().span.text == "2"
    through = value(root, "var.size.list[1]").origin
    assert through is not None
    assert through.maker().span.text == '"b"'


def test_errors_are_static_or_not(root: ModuleInstance) -> None:
    def static(expression: str) -> bool:
        found = value(root, expression).error
        assert found is not None
        return found.static

    assert [static(e) for e in ("var.gone", "local.gone", "azurerm_gone.x", "each.key")] == [True] * 4
    assert [static(e) for e in ("[][0]", "1 / 0", 'tonumber("x")', "{}.a", '"${null}x"')] == [False] * 5


def test_sensitive_values_stay_so(root: ModuleInstance) -> None:
    for expression in ("upper(var.secret)", "[var.secret][0]", "{ a = var.secret }.a", 'var.secret == "x"'):
        assert value(root, expression).sensitive
    assert [one.sensitive for one in value(root, "var.b ? var.secret : null").alternatives] == [True, False]
    assert show(value(root, 'var.b ? "${var.secret}-x" : "y"').alternatives[0]) == "(sensitive)"
