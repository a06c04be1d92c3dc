"""Jobs x rules -> findings: one for each cause, at the place where it is mended, the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from initlint.engine import scan
from initlint.report import ReportOptions, render
from tests.repository import Repository, lines, related

JOB = """
resource "azurerm_container_app_job" "seed" {
  name                         = NAME
  location                     = "westeurope"
  resource_group_name          = "rg"
  container_app_environment_id = "id"
  replica_timeout_in_seconds   = 300
  manual_trigger_config {}
  identity {
    type         = "UserAssigned"
    identity_ids = ["id"]
  }
  template {
    container {
      name   = "seed"
      image  = "seed:1"
      cpu    = CPU
      memory = "0.5Gi"
    }
  }
  tags = {
    JobType     = "init"
    JobCategory = "database"
    Purpose     = "Init job: seed"
  }
}
"""


def job(name: str = '"shop-init-seed-dev"', cpu: str = "0.25") -> str:
    return JOB.replace("NAME", name).replace("CPU", cpu)


APP = 'variable "name" {\n  type = string\n}\nvariable "cpu" {\n  type    = number\n  default = 0.25\n}\n'


def call(label: str = "app", source: str = "./app", **arguments: str) -> str:
    body = "".join(f"  {name} = {text}\n" for name, text in arguments.items())
    return f'module "{label}" {{\n  source = "{source}"\n{body}}}\n'


def test_a_good_job_has_no_finding(tmp_path: Path) -> None:
    found = Repository(tmp_path, {"main.tf": job()}).scan()
    assert lines(found.findings) == []
    assert found.undecided == ()
    assert [(one.address, one.init, one.evidence) for one in found.jobs] == [
        ("azurerm_container_app_job.seed", True, 'its name "shop-init-seed-dev" has the word init')
    ]


# --- placing ----------------------------------------------------------------------------------------------------------


def test_in_the_jobs_own_module_a_finding_stands_at_the_job(tmp_path: Path) -> None:
    text = 'locals {\n  base = "Shop-init-seed"\n}\nvariable "environment" {\n  default = "dev"\n}\n'
    repository = Repository(tmp_path, {"main.tf": text + job('"${local.base}-${var.environment}"')})
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT102"]
    assert (finding.span.path, finding.span.line, finding.span.column, finding.span.text) == (
        "main.tf", 9, 34, '"${local.base}-${var.environment}"'
    )  # fmt: skip
    assert related(finding) == ["main.tf:2:10 local.base", "main.tf:5:13 default of var.environment",
                                "main.tf:8:1 in this job"]  # fmt: skip


def test_a_default_in_the_jobs_own_module_is_related(tmp_path: Path) -> None:
    text = 'variable "cpu" {\n  default = 8\n}\n'
    repository = Repository(tmp_path, {"main.tf": text + job(cpu="var.cpu")})
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT201"]
    assert lines((finding,)) == ["main.tf:20:16-23 INIT201 cpu is 8 (var.cpu); an init job takes at most 1 CPU"]
    assert related(finding) == ["main.tf:2:13 default of var.cpu", "main.tf:5:1 in this job"]


def test_what_a_caller_gives_is_mended_at_the_caller(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path, {"main.tf": call(name='"Shop-init-seed-dev"'), "app/main.tf": APP + job("var.name")}
    )
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT102"]
    assert (finding.span.path, finding.span.line, finding.span.column, finding.span.end_column) == (
        "main.tf",
        3,
        10,
        30,
    )
    assert finding.job == "module.app.azurerm_container_app_job.seed"
    assert related(finding) == [
        "app/main.tf:10:34 name of the job",
        "app/main.tf:9:1 in this job",
        "main.tf:1:1 called from module.app",
    ]


def test_a_name_that_a_local_of_the_root_makes(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": 'locals {\n  name = "Shop-init-seed-${var.environment}"\n}\nvariable "environment" {\n'
            '  default = "dev"\n}\n' + call(name="local.name"),
            "app/main.tf": APP + job("var.name"),
        },
    )
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT102"]
    assert (finding.span.path, finding.span.line, finding.span.column, finding.span.end_column) == (
        "main.tf",
        2,
        10,
        45,
    )
    assert related(finding) == [
        "app/main.tf:10:34 name of the job",
        "main.tf:9:10 argument name of module.app",
        "main.tf:5:13 default of var.environment",
        "app/main.tf:9:1 in this job",
        "main.tf:7:1 called from module.app",
    ]


def test_a_value_of_a_variable_file_is_mended_there(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {"main.tf": 'variable "cpu" {}\n' + job(cpu="var.cpu"), "terraform.tfvars": "other = 1\ncpu   = 8\n"},
    )
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT201"]
    assert (finding.span.path, finding.span.line, finding.span.column, finding.span.text) == (
        "terraform.tfvars",
        2,
        9,
        "8",
    )
    assert related(finding) == ["main.tf:18:16 cpu of the job", "main.tf:3:1 in this job"]


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [("jobs.yaml", "seed:\n  cpu: 8\n", 2, 8), ("jobs.json", '{\n  "seed": { "cpu": 8 }\n}\n', 2, 20)],
)
def test_a_value_of_a_data_file_is_mended_there(tmp_path: Path, name: str, text: str, line: int, column: int) -> None:
    decode = name.replace("jobs.", "") + "decode"
    jobs = f'locals {{\n  jobs = {decode}(file("${{path.module}}/{name}"))\n}}\n'
    call_ = call(name='"shop-init-${each.key}-dev"', cpu="each.value.cpu").replace(
        "{\n", "{\n  for_each = local.jobs\n"
    )
    own = job('"shop-init-${each.key}-dev"', "each.value.cpu").replace("{\n", "{\n  for_each = local.jobs\n", 1)
    child = Repository(
        tmp_path / "1", {"main.tf": jobs + call_, name: text, "app/main.tf": APP + job("var.name", "var.cpu")}
    )
    (finding,) = [one for one in child.scan().findings if one.code == "INIT201"]
    assert (finding.span.path, finding.span.line, finding.span.column) == (name, line, column)
    assert related(finding)[0] == "app/main.tf:24:16 cpu of the job"
    (finding,) = [
        one
        for one in Repository(tmp_path / "2", {"main.tf": jobs + own, name: text}).scan().findings
        if one.code == "INIT201"
    ]
    assert finding.span.path == "main.tf"
    assert f"{name}:{line}:{column} {name}" in related(finding)


def test_a_missing_tag_tells_where_the_tags_come_from(tmp_path: Path) -> None:
    tags = '{\n  JobCategory = "database"\n  Purpose     = "Init job: seed"\n}'
    own = job("var.name")
    app = f'{APP}variable "tags" {{}}\n' + own[: own.index("  tags = {")] + "  tags = var.tags\n}\n"
    text = f"locals {{\n  tags = {tags}\n}}\n" + call(name='"shop-init-seed-dev"', tags="local.tags")
    repository = Repository(tmp_path, {"main.tf": text, "app/main.tf": app})
    (finding,) = repository.scan().findings
    assert lines((finding,)) == [
        'app/main.tf:29:10-18 INIT601 the tag JobType is missing; init jobs carry JobType = "init"'
    ]
    assert related(finding) == [
        "main.tf:10:10 argument tags of module.app",
        "main.tf:2:10 local.tags",
        "app/main.tf:10:1 in this job",
        "main.tf:7:1 called from module.app",
    ]


def test_an_element_of_a_list_in_the_callers_local(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": """
                locals {
                  jobs = {
                    seed    = { name = "shop-init-seed-dev", cpu = 0.25 }
                    migrate = { name = "shop-init-migrate-dev", cpu = 8 }
                  }
                }
                module "app" {
                  source   = "./app"
                  for_each = local.jobs
                  name     = each.value.name
                  cpu      = each.value.cpu
                }
            """,
            "app/main.tf": APP + job("var.name", "var.cpu"),
        },
    )
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT201"]
    assert (finding.span.path, finding.span.line, finding.span.column, finding.span.text) == ("main.tf", 4, 55, "8")
    assert finding.instances == ('module.app["migrate"].azurerm_container_app_job.seed',)
    assert related(finding)[0] == "app/main.tf:24:16 cpu of the job"
    assert related(finding)[-1] == 'main.tf:7:1 called from module.app["migrate"]'


# --- one finding for each cause ---------------------------------------------------------------------------------------


def test_one_child_called_twice_has_one_finding(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": call("one", name='"shop-init-one-dev"') + call("two", name='"shop-init-two-dev"'),
            "app/main.tf": APP + job("var.name", "8"),
        },
    )
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT201"]
    assert (finding.span.path, finding.span.line, finding.span.column) == ("app/main.tf", 24, 16)
    assert finding.job == "module.one.azurerm_container_app_job.seed"
    assert finding.instances == (
        "module.one.azurerm_container_app_job.seed",
        "module.two.azurerm_container_app_job.seed",
    )


def test_instances_of_a_job_have_one_finding(tmp_path: Path) -> None:
    text = job('"shop-init-${each.key}-dev"', "8").replace("{\n", '{\n  for_each = toset(["b", "a"])\n', 1)
    (finding,) = [one for one in Repository(tmp_path, {"main.tf": text}).scan().findings if one.code == "INIT201"]
    assert finding.job == "azurerm_container_app_job.seed"
    assert finding.instances == ('azurerm_container_app_job.seed["a"]', 'azurerm_container_app_job.seed["b"]')


def test_roots_that_share_a_module_have_one_finding(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "dev/main.tf": call(source="../app", name='"shop-init-seed-dev"'),
            "prod/main.tf": call(source="../app", name='"shop-init-seed-prod"'),
            "app/main.tf": APP + job("var.name", "8"),
        },
    )
    assert [(f.span.path, f.span.line) for f in repository.scan().findings if f.code == "INIT201"] == [
        ("app/main.tf", 24)
    ]


@pytest.mark.parametrize("read", ['file("${path.module}/seed.sh")', 'templatefile("${path.module}/seed.sh", {})'])
def test_a_script_file_has_one_finding_in_all_environments_and_roots(tmp_path: Path, read: str) -> None:
    command = f'\n      command = ["bash", "-c", {read}]'
    repository = Repository(
        tmp_path,
        {
            "dev/main.tf": call(source="../app", name='"shop-init-seed-dev"'),
            "prod/main.tf": call(source="../app", name='"shop-init-seed-prod"'),
            "app/main.tf": APP + job("var.name", "0.25" + command),
            "app/seed.sh": "set -e\nmkdir /data\n",
            "initlint.toml": "[environments.blue]\n[environments.green]\n",
        },
    )
    assert [
        (f.span.path, f.span.line, f.span.column, f.environments)
        for f in repository.scan().findings
        if f.code == "INIT302"
    ] == [("app/seed.sh", 2, 1, ("blue", "green"))]


CONFIGURATION = """
[environments.dev]
vars = { environment = "dev", cpu = 0.25 }
[environments.prod]
vars = { environment = "prod", cpu = 8 }
[environments.staging]
vars = { environment = "staging", cpu = 8 }
"""


def test_environments_are_named(tmp_path: Path) -> None:
    text = 'variable "environment" {}\nvariable "cpu" {}\n'
    name = '"lexiqai-init-grant-db-roles-${var.environment}"'
    repository = Repository(tmp_path, {"main.tf": text + job(name, "var.cpu"), "initlint.toml": CONFIGURATION})
    found = repository.scan()
    assert [(f.code, f.environments, f.everywhere) for f in found.findings if f.code in ("INIT102", "INIT201")] == [
        ("INIT102", ("staging",), False),
        ("INIT201", ("prod", "staging"), False),
    ]
    assert found.environments == ("dev", "prod", "staging")
    only = repository.scan(environment="prod")
    assert [(f.code, f.environments, f.everywhere) for f in only.findings if f.code in ("INIT102", "INIT201")] == [
        ("INIT201", ("prod",), True)
    ]


def test_messages_that_differ_between_instances(tmp_path: Path) -> None:
    declared = 'variable "environment" {}\nvariable "cpu" {}\n'
    repository = Repository(
        tmp_path,
        {
            "main.tf": declared
            + call("one", name='"shop-init-one-dev"')
            + call("two", name='"shop-init-two-dev"').replace(
                "{\n", '{\n  count = var.environment == "prod" ? 1 : 0\n', 1
            ),
            "app/main.tf": APP + job("var.name", 'var.name == "shop-init-two-dev" ? 8 : 4'),
            "initlint.toml": CONFIGURATION,
        },
    )
    (finding,) = [one for one in repository.scan().findings if one.code == "INIT201"]
    assert finding.message == "cpu is 4; an init job takes at most 1 CPU; and so for 1 more"


# --- what has no instance ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("count = 0", "0 instances, because count is 0"),
        ("count = var.on ? 1 : 0", "0 instances, because count is 0"),
        ("for_each = {}", "0 instances, because for_each is empty"),
        ("for_each = toset([])", "0 instances, because for_each is empty"),
    ],
)
def test_a_job_without_instances_is_listed_and_not_judged(tmp_path: Path, argument: str, reason: str) -> None:
    text = job('"Bad"', "8").replace("{\n", f"{{\n  {argument}\n", 1) + 'variable "on" {\n  default = false\n}\n'
    found = Repository(tmp_path, {"main.tf": text}).scan()
    assert lines(found.findings) == []
    assert [(one.address, one.no_instances, one.verdicts) for one in found.jobs] == [
        ("azurerm_container_app_job.seed", reason, ())
    ]


def test_a_call_without_instances(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path,
        {
            "main.tf": call("outer", "./outer", count="0"),
            "outer/main.tf": call("inner", "../app", name='"Bad"'),
            "app/main.tf": APP + job("var.name", "8"),
        },
    )
    found = repository.scan()
    assert found.roots == ("",)
    assert lines(found.findings) == []
    assert [(one.address, one.no_instances) for one in found.jobs] == [
        (
            "module.outer.module.inner.azurerm_container_app_job.seed",
            "0 instances, because count is 0 on module.outer",
        )
    ]


def test_an_unknown_count_is_judged_as_existing(tmp_path: Path) -> None:
    text = job(cpu="8").replace("{\n", "{\n  count = var.on ? 1 : 0\n", 1) + 'variable "on" {\n  type = bool\n}\n'
    found = Repository(tmp_path, {"main.tf": text}).scan()
    assert [(f.code, f.span.line) for f in found.findings if f.code == "INIT201"] == [("INIT201", 17)]


# --- ignores, strict --------------------------------------------------------------------------------------------------


def test_an_ignore_at_the_job_holds_where_the_finding_stands_elsewhere(tmp_path: Path) -> None:
    text = job("var.name").replace("\nresource", "\n# initlint: ignore[INIT102] named by the customer\nresource", 1)
    repository = Repository(tmp_path, {"main.tf": call(name='"Shop-init-seed-dev"'), "app/main.tf": APP + text})
    found = repository.scan()
    assert [f.code for f in found.findings if f.code in ("INIT102", "INIT003")] == []
    assert found.suppressed >= 1


def test_what_cannot_be_decided(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"main.tf": 'variable "cpu" {}\n' + job(cpu="var.cpu")})
    found = repository.scan()
    assert lines(found.findings) == []
    assert [(u.code, u.job, u.reason, u.span.line, u.span.column) for u in found.undecided if u.code == "INIT201"] == [
        ("INIT201", "azurerm_container_app_job.seed", "cpu: var.cpu has no default; pass --var-file", 18, 16)
    ]
    strict = repository.scan(strict=True)
    assert strict.undecided == ()
    assert lines(strict.findings, "INIT201") == [
        "main.tf:18:16-23 INIT201 this cannot be decided: cpu: var.cpu has no default; pass --var-file"
    ]


# --- the same bytes ---------------------------------------------------------------------------------------------------


def test_reports_are_the_same_wherever_and_however_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(
        tmp_path,
        {
            "b/main.tf": call("one", "../app", name='"Bad"') + call("two", "../app", name='"Worse"'),
            "a/main.tf": call("one", "../app", name='"Bad-init-x"'),
            "app/main.tf": APP + job("var.name", "8"),
            "initlint.toml": CONFIGURATION,
        },
    )

    def text(*paths: Path) -> str:
        return render("json", scan(list(paths), repository.settings), ReportOptions())

    wanted = text(tmp_path)
    assert '"INIT201"' in wanted
    monkeypatch.chdir(tmp_path / "b")
    assert text(tmp_path) == wanted
    assert text(Path("..")) == wanted
    monkeypatch.chdir(tmp_path)
    assert text(Path()) == wanted
    parts = [Path("app"), Path("b"), Path("a")]
    assert text(*parts) == text(*reversed(parts)) == text(*(part.absolute() for part in parts))
