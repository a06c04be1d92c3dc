"""Keys of unknown values back to resources."""

from __future__ import annotations

from pathlib import Path

import pytest

from initlint.project import Variables, build
from initlint.settings import defaults
from initlint.terraform.module import Root
from initlint.terraform.references import declared, modules_of, parse, resolve, same_object
from initlint.truth import Truth
from initlint.workspace import discover


@pytest.mark.parametrize(
    ("key", "address", "mode", "attribute"),
    [
        ("azurerm_x.a.id", "azurerm_x.a", "managed", "id"),
        ("azurerm_x.a", "azurerm_x.a", "managed", ""),
        ("azurerm_x.a[0].identity[0].principal_id", "azurerm_x.a[0]", "managed", "identity[0].principal_id"),
        ("azurerm_x.a['q'].id", 'azurerm_x.a["q"]', "managed", "id"),
        ("azurerm_x.a[<var.u>].id", "azurerm_x.a[<var.u>]", "managed", "id"),
        ("data.azurerm_x.a.id", "data.azurerm_x.a", "data", "id"),
        ('module.m["eu.x"].module.n.data.azurerm_x.a.id', 'module.m["eu.x"].module.n.data.azurerm_x.a', "data", "id"),
        ("module.gone.pid", "module.gone", "module", "pid"),
        ("module.a.module.gone[0].pid", "module.a.module.gone[0]", "module", "pid"),
        ("one(<[*].id(<azurerm_x.a>)>)", "azurerm_x.a[0]", "managed", "id"),
        ("element(<[*].id(<azurerm_x.a>)>,0)", "azurerm_x.a[0]", "managed", "id"),
        ("join('',<elements(<[*].id(<azurerm_x.a>)>)>)", "azurerm_x.a[0]", "managed", "id"),
        ("[*].id(<azurerm_x.a>)", "azurerm_x.a[*]", "managed", "id"),
        ("one(<azurerm_x.a.identity>).principal_id", "azurerm_x.a", "managed", "identity[0].principal_id"),
        ("jsondecode(<azapi_x.a.output>).properties.principalId", "azapi_x.a", "managed",
         "output.properties.principalId"),
    ],
)  # fmt: skip
def test_what_a_key_refers_to(key: str, address: str, mode: str, attribute: str) -> None:
    found = parse(key)
    assert found is not None
    assert (found.address, found.mode, found.attribute) == (address, mode, attribute)


@pytest.mark.parametrize(
    "key", ["", "var.x", "var.config.id", "local.x", "?:(<var.c>,<azurerm_x.a.id>)", "#1", "path.cwd"]
)
def test_other_keys_are_no_references(key: str) -> None:
    assert parse(key) is None


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        ("azurerm_x.a", "azurerm_x.a", Truth.YES),
        ("azurerm_x.a", "azurerm_x.b", Truth.NO),
        ("azurerm_x.a", "data.azurerm_x.a", Truth.NO),
        ("azurerm_x.a", "module.m.azurerm_x.a", Truth.NO),
        ("azurerm_x.a[0]", "azurerm_x.a[0]", Truth.YES),
        ("azurerm_x.a[0]", "azurerm_x.a[1]", Truth.NO),
        ("azurerm_x.a['k']", 'azurerm_x.a["k"]', Truth.YES),
        ("azurerm_x.a[<var.k>]", "azurerm_x.a[<var.k>]", Truth.YES),
        ("azurerm_x.a[<var.k>]", "azurerm_x.a[<var.l>]", Truth.UNKNOWN),
        ("azurerm_x.a[<var.k>]", "azurerm_x.a[0]", Truth.UNKNOWN),
        ("azurerm_x.a[*]", "azurerm_x.a[*]", Truth.UNKNOWN),
        ("azurerm_x.a[]", "azurerm_x.a[]", Truth.UNKNOWN),
        ("module.m[*].azurerm_x.a", "module.m[*].azurerm_x.b", Truth.NO),
    ],
)
def test_whether_two_references_are_to_the_same_instance(left: str, right: str, wanted: Truth) -> None:
    one, other = parse(f"{left}.id"), parse(f"{right}.id")
    assert one is not None
    assert other is not None
    assert same_object(one, other) is wanted
    assert same_object(other, one) is wanted


FILES = {
    "main.tf": """\
variable "regions" {
  type = set(string)
}

module "shop" {
  source   = "./shop"
  for_each = toset(["eu", "us"])
  providers = {
    azurerm = azurerm.hub
  }
}

module "none" {
  source = "./shop"
  count  = 0
}

module "many" {
  source   = "./shop"
  for_each = var.regions
}
""",
    "shop/main.tf": """\
resource "azurerm_x" "counted" {
  count = 2
}

resource "azurerm_x" "hub" {
  provider = azurerm.own
}
""",
}


def root_of(folder: Path) -> Root:
    (folder / ".git").mkdir()
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    settings = defaults(())
    return build(discover([folder], settings), settings, Variables(), "").evaluations[0].root


def test_the_resources_of_all_modules(tmp_path: Path) -> None:
    root = root_of(tmp_path)
    assert [module.path for module in modules_of(root)] == [
        "", 'module.shop["eu"]', 'module.shop["us"]', "module.many[*]",
    ]  # fmt: skip
    assert [(one.address, one.base_address, one.provider) for one in declared(root, "managed", "azurerm_x")][:3] == [
        ('module.shop["eu"].azurerm_x.counted[0]', "module.shop.azurerm_x.counted", "azurerm.hub"),
        ('module.shop["eu"].azurerm_x.counted[1]', "module.shop.azurerm_x.counted", "azurerm.hub"),
        ('module.shop["eu"].azurerm_x.hub', "module.shop.azurerm_x.hub", "azurerm.own"),
    ]


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ('module.shop["eu"].azurerm_x.counted[1].id', ['module.shop["eu"].azurerm_x.counted[1]']),
        (
            'module.shop["eu"].azurerm_x.counted[<var.i>].id',
            ['module.shop["eu"].azurerm_x.counted[0]', 'module.shop["eu"].azurerm_x.counted[1]'],
        ),
        ('module.shop["uk"].azurerm_x.hub.id', []),
        ("module.shop.pid", []),
    ],
)
def test_a_reference_is_resolved(tmp_path: Path, key: str, wanted: list[str]) -> None:
    found = parse(key)
    assert found is not None
    assert [one.address for one in resolve(found, root_of(tmp_path))] == wanted


def test_what_exists_beside_a_module(tmp_path: Path) -> None:
    root = root_of(tmp_path)
    inside = next(one for one in declared(root, "managed", "azurerm_x") if one.module.path == "module.many[*]")
    assert inside.exists(inside.module) is Truth.YES
    assert inside.exists(root.module) is Truth.UNKNOWN
