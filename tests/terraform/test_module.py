"""Variables and their precedence, module calls, and what is wrong with either."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.repository import Repository, answer, trail, value

from initlint.project import MissingRoot, MissingVarFile
from initlint.truth import Truth

# --- values of root variables -----------------------------------------------------------------------------------------

NAME = 'variable "name" {\n  default = "default"\n}\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "TF_VAR"),
        ({"terraform.tfvars": 'name = "tfvars"'}, "tfvars"),
        ({"terraform.tfvars": 'name = "tfvars"', "terraform.tfvars.json": '{"name": "json"}'}, "json"),
        ({"terraform.tfvars.json": '{"name": "json"}', "a.auto.tfvars": 'name = "a"'}, "a"),
        ({"a.auto.tfvars": 'name = "a"', "a.auto.tfvars.json": '{"name": "a-json"}'}, "a-json"),
        ({"a.auto.tfvars.json": '{"name": "a-json"}', "b.auto.tfvars": 'name = "b"'}, "b"),
        ({"b.auto.tfvars": 'name = "b"', "B.auto.tfvars": 'name = "B"'}, "b"),
        ({"prod.tfvars": 'name = "prod"'}, "TF_VAR"),
    ],
)
def test_later_files_win(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    repository = Repository(tmp_path, {"main.tf": NAME, **files})
    assert answer(repository.root(process={"name": "TF_VAR"}), "var.name") == expected


def test_the_default_is_the_last_resort(tmp_path: Path) -> None:
    root = Repository(tmp_path, {"main.tf": NAME}).root()
    assert answer(root, "var.name") == "default"
    assert trail(value(root, "var.name")) == ["<expression>:1:1 var.name", "main.tf:2:13 default of var.name"]


ENVIRONMENT = """
[environments.prod]
var-files = ["env/base.tfvars", "env/prod.tfvars"]
vars = { size = 2 }
"""


def test_an_environment_comes_behind_automatic_files_and_before_options(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": NAME + 'variable "size" {}\nvariable "kind" {}\n',
            "z.auto.tfvars": 'name = "auto"\nsize = 1\nkind = "auto"',
            "env/base.tfvars": 'name = "base"\nsize = 8\nkind = "base"',
            "env/prod.tfvars": 'name = "prod"',
            "option.tfvars": 'name = "file"',
            "initlint.toml": ENVIRONMENT,
        },
    )
    prod = repository.root(only="prod")
    assert [answer(prod, f"var.{name}") for name in ("name", "size", "kind")] == ["prod", 2, "base"]
    assert answer(repository.root("", ("var", "name=option"), only="prod"), "var.name") == "option"
    assert answer(repository.root("", ("var", "name=a"), ("file", "option.tfvars")), "var.name") == "file"
    assert answer(repository.root("", ("file", "option.tfvars"), ("var", "name=a")), "var.name") == "a"


def test_a_var_file_that_is_nowhere(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path, {"main.tf": NAME, "initlint.toml": '[environments.prod]\nvar-files = ["prod.tfvars"]\n'}
    )
    with pytest.raises(MissingVarFile) as problem:
        repository.project()
    assert str(problem.value) == "[environments.prod]: there is no var-file 'prod.tfvars'"


def test_a_var_file_of_another_root_is_not_missed(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "infra/main.tf": NAME,
            "infra/env/prod.tfvars": 'name = "prod"',
            "other/main.tf": NAME,
            "initlint.toml": '[environments.prod]\nvar-files = ["env/prod.tfvars"]\nroot = "infra"\n',
        },
    )
    assert answer(repository.root("infra", only="prod"), "var.name") == "prod"
    assert answer(repository.root("other"), "var.name") == "default"
    assert repository.scan("other").roots == ("other",)
    (tmp_path / "infra/env/prod.tfvars").unlink()
    with pytest.raises(MissingVarFile, match=r"there is no var-file 'env/prod\.tfvars'"):
        repository.scan("infra")


def test_a_root_that_is_nowhere(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": NAME, "initlint.toml": '[environments.prod]\nroot = "infar"\n'})
    with pytest.raises(MissingRoot, match=r"^\[environments\.prod\]: there is no folder 'infar'$"):
        repository.project()


def test_a_value_for_no_variable_is_said(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "infra/main.tf": NAME,
            "other/main.tf": 'variable "size" {}\n',
            "initlint.toml": '[environments.prod]\nvars = { name = "a", size = 1 }\n'
            '[environments.dev]\nvars = { nmae = "a", size = 1 }\nroot = "infra"\n',
        },
    )
    assert repository.scan("", ("var", "size=2"), ("var", "other=a")).notes == (
        "[environments.dev]: vars: none of the root modules declares a variable 'nmae'; did you mean 'name'?",
        "[environments.dev]: vars: none of the root modules declares a variable 'size'",
        "--var: none of the root modules declares a variable 'other'",
    )


def test_values_are_replaced_whole(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": 'variable "tags" {\n  default = { a = "1", b = "2" }\n}\n',
            "terraform.tfvars": 'tags = { a = "3", c = "4" }',
            "x.auto.tfvars": 'tags = { d = "5" }',
        },
    )
    assert answer(repository.root(), "var.tags") == {"d": "5"}


TYPES = """
variable "text" { type = string }
variable "number" { type = number }
variable "flag" { type = bool }
variable "list" { type = list(string) }
variable "map" { type = map(string) }
variable "set" { type = set(string) }
variable "any" { type = any }
variable "none" {}
"""


def test_values_take_the_type_of_their_variable(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": TYPES,
            "terraform.tfvars": """
                text   = 0.50
                number = "2"
                flag   = "true"
                list   = [1, true, "x"]
                map    = { a = 1, b = true, c = null }
                set    = ["b", "a", "b"]
                any    = [1, "x"]
                none   = 0.50
            """,
        },
    )
    root = repository.root()
    names = ("text", "number", "flag", "list", "map", "set", "any", "none")
    assert [answer(root, f"var.{name}") for name in names] == [
        "0.5", 2, True, ["1", "true", "x"], {"a": "1", "b": "true", "c": None}, ["a", "b"], [1, "x"], 0.5,
    ]  # fmt: skip


def test_options_are_text_or_expressions_by_the_type(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": TYPES})
    options = {
        "text": "0.50",
        "number": "0.50",
        "flag": "true",
        "list": '["a", 1]',
        "map": '{ a = "b" }',
        "set": '["b", "a"]',
        "any": '["a"]',
        "none": '["a"]',
    }
    root = repository.root("", *(("var", f"{name}={text}") for name, text in options.items()))
    assert [answer(root, f"var.{name}") for name in options] == [
        "0.50", 0.5, True, ["a", "1"], {"a": "b"}, ["a", "b"], ["a"], '["a"]',
    ]  # fmt: skip


def test_a_value_of_the_wrong_type_is_an_error(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path, {"main.tf": 'variable "size" {\n  type = number\n}\n', "terraform.tfvars": 'size = "large"\n'}
    )
    assert answer(repository.root(), "var.size") == {"error": 'a number is required, not "large"'}
    assert answer(repository.root(), '"size-${var.size}"') == {"error": 'a number is required, not "large"'}


def test_optional_attributes_and_their_defaults(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                variable "jobs" {
                  type = map(object({
                    cpu       = optional(number, 0.25)
                    memory    = optional(string, "0.5Gi")
                    image     = optional(string)
                    retries   = number
                    resources = optional(object({ cpu = optional(number, 1), memory = optional(string) }), {})
                    env       = optional(list(object({ name = string, value = optional(string, "x") })), [{ name = "A" }])
                  }))
                }
            """,  # noqa: E501 (Terraform's own line)
            "terraform.tfvars": """
                jobs = {
                  seed    = { retries = "1", extra = "dropped" }
                  migrate = { retries = 2, cpu = null, memory = 1, resources = { memory = "4Gi" }, env = [] }
                }
            """,
        },
    )
    assert answer(repository.root(), "var.jobs") == {
        "migrate": {
            "cpu": 0.25, "memory": "1", "image": None, "retries": 2, "resources": {"cpu": 1, "memory": "4Gi"},
            "env": [],
        },
        "seed": {
            "cpu": 0.25, "memory": "0.5Gi", "image": None, "retries": 1, "resources": {"cpu": 1, "memory": None},
            "env": [{"name": "A", "value": "x"}],
        },
    }  # fmt: skip


def test_null_and_nullable(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                variable "may" {
                  default = "default"
                }
                variable "never" {
                  default  = "default"
                  nullable = false
                }
                variable "open" {
                  type     = string
                  nullable = false
                }
            """,
            "terraform.tfvars": "may = null\nnever = null\n",
        },
    )
    root = repository.root()
    assert [answer(root, "var.may"), answer(root, "var.never")] == [None, "default"]
    assert value(root, "var.open").is_null is Truth.NO


def test_sensitive_variables_mark_what_is_made_of_them(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                variable "password" {
                  default   = "hunter2"
                  sensitive = true
                }
                locals {
                  url  = "postgres://u:${var.password}@h/d"
                  list = [var.password]
                }
            """
        },
    )
    root = repository.root()
    assert answer(root, "var.password") == "(sensitive)"
    assert answer(root, "local.url") == "(sensitive)"
    assert answer(root, "local.list") == ["(sensitive)"]
    assert answer(root, "upper(local.url)") == "(sensitive)"
    assert answer(root, "nonsensitive(var.password)") == "hunter2"


def test_names_that_no_variable_has_are_passed_over(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": NAME, "terraform.tfvars": 'other = "x"\nname = "y"\n'})
    assert answer(repository.root(), "var.name") == "y"
    assert answer(repository.root(), "var.other") == {"error": "var.other is not declared"}


def test_a_variable_file_holds_no_references(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {"main.tf": NAME + 'variable "b" {}\n', "terraform.tfvars": 'name = "${var.b}-x"\nb = upper("x")\n'},
    )
    assert answer(repository.root(), "var.name") == {"error": "a variable file holds no references"}


def test_tfvars_beside_a_child_are_not_read(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": 'module "app" {\n  source = "./app"\n}\n',
            "app/main.tf": NAME + 'output "name" {\n  value = var.name\n}\n',
            "app/terraform.tfvars": 'name = "beside"\n',
        },
    )
    assert answer(repository.root(), "module.app.name") == "default"


# --- files ------------------------------------------------------------------------------------------------------------


def test_override_files(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": 'locals {\n  a = "main"\n  b = "main"\n}\nvariable "v" {\n  type = string\n  default = "1"\n}\n',
            "override.tf": 'locals {\n  a = "override"\n}\nvariable "v" {\n  default = 2\n}\n',
            "z_override.tf": 'locals {\n  a = "last"\n}\n',
        },
    )
    root = repository.root()
    assert [answer(root, text) for text in ("local.a", "local.b", "var.v")] == ["last", "main", "2"]


def test_tofu_files_hide_their_twins(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path, {"main.tf": 'locals {\n  a = "terraform"\n}\n', "main.tofu": 'locals {\n  a = "tofu"\n}\n'}
    )
    assert answer(repository.root(), "local.a") == "tofu"


def test_json_modules(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf.json": """
                {
                  "variable": {"name": {"type": "string", "default": "${literal}"}},
                  "locals": {"copy": "${var.name}-x", "list": ["${var.name}"]},
                  "module": {"app": {"source": "./app", "size": "${1 + 1}"}}
                }
            """,
            "app/main.tf.json": """
                {"variable": {"size": {"type": "number"}}, "output": {"size": {"value": "${var.size * 2}"}}}
            """,
        },
    )
    root = repository.root()
    assert answer(root, "local.copy") == "${literal}-x"
    assert answer(root, "local.list") == ["${literal}"]
    assert answer(root, "module.app.size") == 4


def test_files_are_read_from_the_module_by_path_module(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path / "repository",
        {
            "infra/main.tf": 'module "app" {\n  source = "../modules/app"\n}\nlocals {\n  own = file("x.txt")\n}\n',
            "infra/x.txt": "root",
            "modules/app/x.txt": "child",
            "modules/app/t.tpl": "${name}!",
            "modules/app/main.tf": """
                output "path" {
                  value = path.module
                }
                output "file" {
                  value = file("${path.module}/x.txt")
                }
                output "bare" {
                  value = file("x.txt")
                }
                output "missing" {
                  value = file("t.tpl")
                }
                output "template" {
                  value = templatefile("${path.module}/t.tpl", { name = "seed" })
                }
                output "outside" {
                  value = file("${path.module}/../../../secret.txt")
                }
            """,
        },
    )  # fmt: skip
    (tmp_path / "secret.txt").write_text("secret")
    root = repository.root("infra")
    assert answer(root, "local.own") == "root"
    found = [answer(root, f"module.app.{name}") for name in ("path", "file", "bare", "template")]
    assert found == ["../modules/app", "child", "root", "seed!"]
    assert answer(root, "module.app.missing") == {"error": 'there is no file "infra/t.tpl"'}
    assert answer(root, "module.app.outside") == {"unknown": 'file "../secret.txt" is outside the scanned folder'}


# --- module calls -----------------------------------------------------------------------------------------------------

CHILD = """
variable "name" {
  type    = string
  default = "none"
}
variable "size" {
  type     = number
  default  = 1
  nullable = false
}
variable "needed" {
  type = string
}
output "name" {
  value = var.name
}
output "size" {
  value = var.size
}
output "needed" {
  value = var.needed
}
"""


def test_arguments_of_a_call(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": 'locals {\n  n = "seed"\n}\nmodule "app" {\n  source = "./app"\n  name   = local.n\n  size   = null\n}\n',  # noqa: E501 (one file)
            "app/main.tf": CHILD,
        },
    )
    root = repository.root()
    assert answer(root, "module.app.name") == "seed"
    assert trail(value(root, "module.app.name")) == [
        "<expression>:1:1 module.app.name",
        "app/main.tf:14:11 output name of module.app",
        "main.tf:6:12 argument name of module.app",
        "main.tf:2:7 local.n",
    ]
    assert answer(root, "module.app.size") == 1
    assert answer(root, "module.app.needed") == {"error": "var.needed has no default and the call does not set it"}
    assert answer(root, "module.app.nope") == {"error": "module.app has no output nope"}


def test_calls_with_count_and_for_each(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                module "counted" {
                  source = "./outer"
                  count  = 2
                  name   = "n${count.index}"
                }
                module "each" {
                  source   = "./outer"
                  for_each = { eu = "europe", us = "america" }
                  name     = "${each.key}-${each.value}"
                }
            """,
            "outer/main.tf": """
                variable "name" {}
                module "inner" {
                  source   = "../inner"
                  for_each = toset(["a", "b"])
                  name     = "${var.name}-${each.key}"
                }
                output "names" {
                  value = [for one in module.inner : one.name]
                }
                output "first" {
                  value = module.inner["a"].name
                }
            """,
            "inner/main.tf": 'variable "name" {}\noutput "name" {\n  value = var.name\n}\n',
        },
    )
    root = repository.root()
    assert answer(root, "module.counted[1].names") == ["n1-a", "n1-b"]
    assert answer(root, "module.counted[*].first") == ["n0-a", "n1-a"]
    assert answer(root, 'module.each["us"].first') == "us-america-a"
    assert answer(root, "{ for key, one in module.each : key => one.first }") == {
        "eu": "eu-europe-a",
        "us": "us-america-a",
    }
    assert answer(root, "module.counted[2].first") == {"error": "there is no element 2: the list has 2"}
    assert answer(root, 'module.each["asia"].first') == {"error": 'there is no element "asia"'}
    _, (eu, _) = root.children("each")
    _, (_, b) = eu.children("inner")
    assert (b.path, b.base_path) == ('module.each["eu"].module.inner["b"]', "module.each.module.inner")
    assert [(what, span.line) for what, span in b.called_from] == [(b.path, 2), ('module.each["eu"]', 6)]


def test_a_module_as_a_whole_is_the_object_of_its_outputs(tmp_path: Path) -> None:
    child = 'variable "n" {}\noutput "n" {\n  value = var.n\n}\noutput "twice" {\n  value = "${var.n}${var.n}"\n}\n'
    calls = """
module "one" {
  source = "./m"
  n      = "x"
}
module "each" {
  source   = "./m"
  for_each = toset(["p", "q"])
  n        = each.key
}
module "counted" {
  source = "./m"
  count  = 2
  n      = count.index
}
"""
    root = Repository(tmp_path, {"main.tf": calls, "m/main.tf": child}).root()
    one = {"n": "x", "twice": "xx"}
    assert answer(root, "module.one") == one
    assert answer(root, 'module.one["twice"]') == "xx"
    assert answer(root, "keys(module.one)") == ["n", "twice"]
    assert answer(root, "merge(module.one, { n = 1 })") == {"n": 1, "twice": "xx"}
    assert answer(root, "{ for name, value in module.one : name => value }") == one
    assert answer(root, "module.each") == {"p": {"n": "p", "twice": "pp"}, "q": {"n": "q", "twice": "qq"}}
    assert answer(root, "[for m in module.each : m]") == [{"n": "p", "twice": "pp"}, {"n": "q", "twice": "qq"}]
    assert answer(root, "module.one[*]") == [one]
    assert answer(root, "module.counted[*].n") == [0, 1]
    assert answer(root, "module.counted") == [{"n": 0, "twice": "00"}, {"n": 1, "twice": "11"}]


def test_a_part_of_a_module_asks_for_no_other(tmp_path: Path) -> None:
    child = 'variable "n" {}\noutput "a" {\n  value = "a"\n}\noutput "b" {\n  value = var.n\n}\n'
    calls = """
module "m" {
  source   = "./m"
  for_each = { k = 1 }
  n        = local.n
}
locals {
  n = [for m in module.m : m.a]
}
"""
    root = Repository(tmp_path, {"main.tf": calls, "m/main.tf": child}).root()
    assert answer(root, "local.n") == ["a"]
    assert answer(root, "module.m") == {"k": {"a": "a", "b": ["a"]}}


def test_an_unknown_for_each_of_a_call(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                variable "regions" {
                  type = set(string)
                }
                module "app" {
                  source   = "./app"
                  for_each = var.regions
                  name     = "shop-${each.key}-dev"
                }
            """,
            "app/main.tf": 'variable "name" {}\noutput "name" {\n  value = var.name\n}\n',
        },
    )
    root = repository.root()
    _, (only,) = root.children("app")
    assert (only.path, only.exists) == ("module.app[*]", Truth.UNKNOWN)
    assert answer(only, "var.name") == {"partial": "shop-${each.key}-dev"}
    assert answer(root, 'module.app["eu"].name') == "shop-eu-dev"


def test_remote_modules_are_read_where_they_are_installed(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "infra/main.tf": 'module "app" {\n  source = "Azure/app/azurerm"\n  count  = 1\n}\n',
            "infra/.terraform/modules/modules.json": """
                {"Modules": [
                  {"Key": "", "Source": "", "Dir": "."},
                  {"Key": "app", "Source": "x", "Version": "1.0.0", "Dir": ".terraform/modules/app"},
                  {"Key": "app.db", "Source": "y", "Dir": ".terraform/modules/app.db/sub"}
                ]}
            """,
            "infra/.terraform/modules/app/main.tf": """
                module "db" {
                  source   = "git::https://example.com/db.git//sub"
                  for_each = { x = 1 }
                }
                output "name" {
                  value = module.db["x"].name
                }
            """,
            "infra/.terraform/modules/app.db/sub/main.tf": 'output "name" {\n  value = "db"\n}\n',
        },
    )
    assert answer(repository.root("infra"), "module.app[0].name") == "db"
    assert repository.problems() == []
    assert repository.project().roots == ("infra",)


def test_modules_that_are_not_there(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                module "a" {
                  source = "Azure/app/azurerm"
                }
                module "b" {
                  source = "Azure/app/azurerm"
                }
                module "c" {
                  source = "./gone"
                }
                module "d" {
                  source = "app"
                }
                module "e" {
                  source = var.nowhere
                }
                module "f" {
                  source = "./.terraform/modules/x"
                }
            """
        },
    )
    assert repository.problems() == [
        'main.tf:2:12-31 INIT006 module "Azure/app/azurerm" is not installed: run `terraform init` to have it judged',
        'main.tf:8:12-20 INIT006 module "./gone" is not there',
        'main.tf:11:12-17 INIT006 module "app" is not installed: run `terraform init` to have it judged',
        "main.tf:14:12-23 INIT006 the source of module.e is not known: var.nowhere is not declared",
        'main.tf:17:12-36 INIT006 module "./.terraform/modules/x" is not installed: run `terraform init` to have it judged',  # noqa: E501
    ]
    assert answer(repository.root(), "module.a.id") == {
        "unknown": "module.a.id is an output of a module that is not installed"
    }


def test_roots_are_the_modules_that_nothing_calls(tmp_path: Path) -> None:
    call = 'module "app" {{\n  source = "{}"\n}}\n'
    repository = Repository(
        tmp_path,
        {
            "dev/main.tf": call.format("../modules/app"),
            "prod/main.tf": call.format("../modules/app"),
            "modules/app/main.tf": call.format("../db"),
            "modules/db/main.tf": NAME,
            "modules/lonely/main.tf": NAME,
        },
    )
    assert repository.project().roots == ("dev", "modules/lonely", "prod")


# --- cycles -----------------------------------------------------------------------------------------------------------


def test_modules_that_call_each_other(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "self/main.tf": 'module "again" {\n  source = "../self"\n}\n',
            "a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
            "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
        },
    )
    assert repository.project().roots == ("a", "self")
    assert repository.problems() == [
        "b/main.tf:1:1-11 INIT008 module.a calls the module that it stands in",
        "self/main.tf:1:1-15 INIT008 module.again calls the module that it stands in",
    ]


def test_a_cycle_is_told_once_where_it_starts(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                locals {
                  first  = "${local.second}-x"
                  second = local.third
                  third  = upper(local.first)
                  alone  = local.alone
                  fine   = local.first
                }
            """
        },
    )
    assert repository.problems() == [
        "main.tf:2:3-8 INIT008 these refer to each other: local.first -> local.second -> local.third -> local.first",
        "main.tf:5:3-8 INIT008 these refer to each other: local.alone -> local.alone",
    ]


def test_a_cycle_through_a_module(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                module "app" {
                  source = "./app"
                  name   = module.app.name
                }
                locals {
                  name = module.app.name
                }
            """,
            "app/main.tf": 'variable "name" {}\noutput "name" {\n  value = var.name\n}\n',
        },
    )
    root = repository.root()
    assert "refer to each other" in answer(root, "local.name")["error"]
