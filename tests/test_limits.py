"""Code that grows beyond all bounds: what is cut is said (INIT007), and the rest is right. Nothing here may raise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository import Repository, answer, value

BYTES = "a text longer than 1048576 characters"
ELEMENTS = "a value of more than 50000 elements"
STEPS = "more than 20000 iterations"
DEPTH = "expressions nest deeper than 300 levels"


def chain(step: str, first: str = '"ab"', times: int = 60) -> str:
    """Locals a0 to a60, each made of the one before (L)."""
    made = "".join(f"  a{at + 1} = {step.replace('L', f'local.a{at}')}\n" for at in range(times))
    return f'variable "v" {{\n  type = string\n}}\nlocals {{\n  a0 = {first}\n{made}  good = "good"\n}}\n'


def limits(tmp_path: Path, text: str, expression: str) -> list[str]:
    """What evaluating an expression reports, and that the rest of the module is none the worse."""
    root = Repository(tmp_path, {"main.tf": text}).root()
    value(root, expression)
    found = [f"{p.code} {p.span.line} {p.message}" for p in root.root.problems]
    assert answer(root, '"${local.good}!"') == "good!"
    return found


@pytest.mark.parametrize(
    ("step", "first", "line", "message"),
    [
        ('"${L}${L}"', '"x"', 26, BYTES),
        ('"${L}${L}"', "var.v", 18, "a text of more than 4096 parts"),
        ("{ a = L, b = L }", '"x"', 20, ELEMENTS),
        ("[L, L]", '"x"', 20, ELEMENTS),
        ("{ a = L, b = L }", "var.v", 20, ELEMENTS),
        ("concat(L, L)", "[1]", 19, "the list has more than 10000 elements"),
        ("concat(L, L)", "[var.v]", 19, "the list has more than 10000 elements"),
        ('format("%s%s", L, L)', '"ab"', 25, "the text is longer than 1048576 characters"),
        ('join("", [L, L])', '"ab"', 25, "the text is longer than 1048576 characters"),
        ('replace(L, "a", "aa")', '"ab"', 25, BYTES),
    ],
)
def test_doubling(tmp_path: Path, step: str, first: str, line: int, message: str) -> None:
    assert limits(tmp_path, chain(step, first), "local.a60") == [f"INIT007 {line} {message}"]


def test_what_stays_small_is_not_cut(tmp_path: Path) -> None:
    assert limits(tmp_path, chain('var.v == "" ? "${L}a" : "${L}b"', times=40), "local.a40") == []
    assert limits(tmp_path, chain("merge(L, { a = L })", "{}", 10), "local.a10") == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("[for a in range(1024) : [for b in range(1024) : a * b]]", STEPS),
        ("flatten([for a in range(1024) : [for b in range(1024) : a * b]])", STEPS),
        ("[for a in range(1024) : length([for b in range(1024) : b])]", STEPS),
        ('"%{ for a in range(1024) }%{ for b in range(1024) }${a}%{ endfor }%{ endfor }"', STEPS),
        ("setproduct(range(100), range(100), range(100))", "the product has more than 10000 elements"),
        ("setproduct([for i in range(300) : range(1000)]...)", ELEMENTS),
        ('join(",", [for i in range(1000) : format("%2000s", i)])',
         "the text is longer than 1048576 characters"),
        ('format("%1048577s", "x")', "the text is longer than 1048576 characters"),
    ],
)  # fmt: skip
def test_expressions_that_explode(tmp_path: Path, expression: str, message: str) -> None:
    assert limits(tmp_path, chain("L", times=1), expression) == [f"INIT007 1 {message}"]


TOO_DEEP = (
    "syntax error: expressions nest deeper than 60 levels here",
    "syntax error: directives nest deeper than 60 levels here",
    f"limit reached: {DEPTH}",
)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 500 + "1" + ")" * 500,
        "[" * 500 + "1" + "]" * 500,
        "{a=" * 500 + "1" + "}" * 500,
        "!" * 500 + "true",
        "true ? 1 : " * 500 + "1",
        "upper(" * 500 + '"a"' + ")" * 500,
        '"${' * 500 + "1" + '}"' * 500,
        "[for x in [1]: " * 500 + "1" + "]" * 500,
        '"' + "%{if true}" * 500 + "1" + "%{endif}" * 500 + '"',
        '"' + "%{for x in [1]}" * 500 + "1" + "%{endfor}" * 500 + '"',
        "1" + " + 1" * 500,
        "true" + " && true" * 500,
        "var.v" + "[0]" * 500,
        "var.v" + ".a" * 500,
        "var.v" + "[*]" * 500,
        "-" * 5000 + "1",
        "(" * 50000,
        '"${' * 50000,
    ],
    ids=lambda text: text[:12],
)
def test_what_nests_too_deep_is_not_read(tmp_path: Path, expression: str) -> None:
    root = Repository(tmp_path, {"main.tf": chain("L", times=1)}).root()
    ((_, reason),) = answer(root, expression).items()
    assert reason in TOO_DEEP


def test_references_that_nest_too_deep(tmp_path: Path) -> None:
    assert limits(tmp_path, chain("upper(L)", times=2000), "local.a2000") == [f"INIT007 1856 {DEPTH}"]
    root = Repository(tmp_path, {"main.tf": chain("L + 1", "0", times=80)}).root()
    assert answer(root, "local.a80") == 80


def test_depth_of_modules(tmp_path: Path) -> None:
    files = {
        f"m{at}/main.tf": f'module "next" {{\n  source = "../m{at + 1}"\n}}\noutput "x" {{\n  value = module.next.x\n}}\n'  # noqa: E501 (Terraform's own line)
        for at in range(40)
    }
    repository = Repository(tmp_path, {**files, "m40/main.tf": 'output "x" {\n  value = "deep"\n}\n'})
    assert repository.problems() == ["m24/main.tf:1:1-14 INIT007 modules nest deeper than 24 levels"]


def test_a_template_that_calls_itself(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": 'locals {\n  x = templatefile("t.tpl", { n = 1 })\n}\n',
            "t.tpl": '${templatefile("t.tpl", { n = n })}',
        },
    )
    assert "template" in answer(repository.root(), "local.x")["error"]


JOB = """
resource "azurerm_container_app_job" "seed" {
  %s
  name                         = "shop-init-seed-dev"
  location                     = "westeurope"
  resource_group_name          = "rg"
  container_app_environment_id = "id"
  replica_timeout_in_seconds   = 300
  manual_trigger_config {}
  template {
    dynamic "container" {
      for_each = range(%d)
      content {
        name   = "seed"
        image  = "seed:1"
        cpu    = 0.25
        memory = "0.5Gi"
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("argument", "containers", "line", "message"),
    [
        ("count = 100000", 1, 2, "more than 256 instances"),
        ("for_each = toset([for i in range(1000) : tostring(i)])", 1, 2, "more than 256 instances"),
        ("", 1000, 11, "more than 256 blocks"),
    ],
)
def test_instances_and_blocks(tmp_path: Path, argument: str, containers: int, line: int, message: str) -> None:
    found = Repository(tmp_path, {"main.tf": JOB % (argument, containers)}).scan()
    assert [(f.span.line, f.message) for f in found.findings if f.code == "INIT007"] == [(line, message)]
    assert len(found.jobs) == 1


def test_a_file_of_ten_thousand_resources(tmp_path: Path) -> None:
    others = "".join(f'resource "azurerm_resource_group" "r{at}" {{\n  name = "rg-{at}"\n}}\n' for at in range(10_000))
    found = Repository(tmp_path, {"main.tf": others + JOB % ("", 1)}).scan()
    assert [(job.address, job.span.line) for job in found.jobs] == [("azurerm_container_app_job.seed", 30_002)]
