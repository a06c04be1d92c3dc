from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from initlint.jobs.classify import classify, find_word, matches, triggered_manually
from initlint.jobs.job import Evidence
from initlint.jobs.program import HOLE, words_of
from initlint.truth import Truth


@dataclass(frozen=True)
class Options:
    detect: Literal["auto", "manual", "all"] = "auto"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


MANUAL = "  manual_trigger_config {}\n"
EITHER_TRIGGER = """
  dynamic "manual_trigger_config" {
    for_each = var.prod ? [] : [1]
    content {}
  }
  dynamic "schedule_trigger_config" {
    for_each = var.prod ? [1] : []
    content {}
  }
"""
VARIABLES = """
variable "p" {
  type = string
}
variable "prod" {
  type = bool
}
variable "tags" {
  type = map(string)
}
variable "list" {
  type = list(string)
}
"""


def evidence(workspace: Any, options: Options | None = None) -> Evidence:
    job = workspace.job
    return classify(job, workspace.files[job.span.path].comments, options)


def row(workspace: Any, options: Options | None = None) -> tuple[bool, int, str]:
    found = evidence(workspace, options)
    return found.init, found.row, found.reason


def job(body: str, label: str = "worker") -> str:
    return f'resource "azurerm_container_app_job" "{label}" {{\n{body}}}\n{VARIABLES}'


def container(text: str, block: str = "container") -> str:
    return f"{MANUAL}  template {{\n    {block} {{\n{text}    }}\n  }}\n"


NOTHING = (False, 8, "nothing says that it is an init job")


# --- row 1 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "init", "line", "column"),
    [
        ("# initlint: init-job\n" + job(""), True, 1, 1),
        ("//initlint:init-job because\n" + job(""), True, 1, 1),
        ("/* initlint: init-job */\n" + job(""), True, 1, 1),
        ("/*\n  initlint: init-job\n*/\n" + job(""), True, 1, 1),
        ("# initlint: init-job\n# owned by us\n" + job(""), True, 1, 1),
        ("# initlint: not-init-job\n" + job('  name = "a-init-b"\n'), False, 1, 1),
        (job("  # initlint: init-job\n"), True, 2, 3),
        (job('  name = "x" # initlint: init-job\n'), True, 2, 14),
        (job("  # initlint: not-init-job\n") + "# initlint: init-job\n", False, 2, 3),
    ],
)
def test_a_comment_decides(workspace: Callable[..., Any], text: str, init: bool, line: int, column: int) -> None:
    found = evidence(workspace(text))
    word = "init-job" if init else "not-init-job"

    assert (found.init, found.row, found.reason) == (init, 1, f'a comment says "initlint: {word}"')
    assert found.span is not None
    assert (found.span.line, found.span.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "# initlint: init-job\n\n" + job(""),
        'locals {\n  a = 1 # initlint: init-job\n}\n' + job(""),
        "locals {} # initlint: init-job\n" + job(""),
        job("") + "# initlint: init-job\n",
        "# initlint: init-jobs\n" + job(""),
        "# see initlint: init-job\n" + job(""),
        job('  name = "# initlint: init-job"\n'),
    ],
)  # fmt: skip
def test_a_comment_elsewhere_or_another_one_says_nothing(workspace: Callable[..., Any], text: str) -> None:
    assert row(workspace(text)) == NOTHING


# --- row 2 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"app-init-seed-dev"', '"app-init-seed-dev"'),
        ('"init-seed"', '"init-seed"'),
        ('"seed-init"', '"seed-init"'),
        ('"${var.p}-init-seed-${var.p}"', '"${var.p}-init-seed-${var.p}"'),
        ('"${var.p}-init"', '"${var.p}-init"'),
    ],
)
def test_the_name_has_the_word(workspace: Callable[..., Any], name: str, shown: str) -> None:
    found = evidence(workspace(job(f"  name = {name}\n")))

    assert (found.init, found.row, found.reason) == (True, 2, f"its name {shown} has the word init")
    assert found.span is not None
    assert (found.span.line, found.span.column) == (2, 10)


def test_the_name_has_the_word_whichever_it_is(workspace: Callable[..., Any]) -> None:
    both = workspace(job('  name = var.prod ? "a-init-b" : "c-init-d"\n'))
    one = workspace(job('  name = var.prod ? "a-init-b" : "c-d"\n'))

    assert row(both)[:2] == (True, 2)
    assert row(one) == NOTHING


@pytest.mark.parametrize(
    "name",
    [
        '"${var.p}init-seed"',
        '"${var.p}-init${var.p}"',
        '"app-initial-dev"',
        '"app-reinit-dev"',
        '"app_init_dev"',
        "var.p",
    ],
)
def test_a_word_that_may_go_on_is_not_whole(workspace: Callable[..., Any], name: str) -> None:
    assert row(workspace(job(f"  name = {name}\n"))) == NOTHING


# --- rows 3 to 6 ------------------------------------------------------------------------------------------------------


def test_tags(workspace: Callable[..., Any]) -> None:
    def of(tags: str, name: str = "main.tf") -> tuple[bool, int, str]:
        return row(workspace(job(f"  tags = {tags}\n"), name=name))

    assert of('{ JobType = "init" }') == (True, 3, 'its tag JobType is "init"')
    assert of('{ JobType = "INIT" }') == (True, 3, 'its tag JobType is "INIT"')
    assert of('{ JobType = "batch" }') == (False, 6, 'its tag JobType is "batch"')
    assert of("{ JobType = 1 }") == (False, 6, 'its tag JobType is "1"')
    assert of('{ JobType = "batch", Purpose = "Init job: x" }') == (True, 4, 'its tag Purpose is "Init job: x"')
    assert of('{ Purpose = "Init job ${var.p}" }') == (True, 4, 'its tag Purpose is "Init job ${var.p}"')
    assert of('{ Purpose = "init job: x" }') == NOTHING
    assert of('{ jobtype = "init" }') == NOTHING
    assert of("{ JobType = var.p }") == NOTHING
    assert of('{ JobType = "${var.p}-batch" }') == NOTHING
    assert of("{ JobType = null }") == NOTHING
    assert of("var.tags") == NOTHING
    assert of('{ JobType = var.prod ? "init" : "batch" }') == NOTHING
    assert of('{ JobType = var.prod ? "init" : "Init" }')[:2] == (True, 3)
    assert of('{ JobType = var.prod ? "cron" : "batch" }')[:2] == (False, 6)


@pytest.mark.parametrize("name", ["init-jobs.tf", "init_jobs.tf", "init-jobs.tofu"])
def test_the_file_is_called_so(workspace: Callable[..., Any], name: str) -> None:
    assert row(workspace(job('  tags = { JobType = "batch" }\n'), name=name)) == (True, 5, f"its file is called {name}")


def test_a_file_that_is_called_otherwise(workspace: Callable[..., Any]) -> None:
    for name in ("my-init-jobs.tf", "init-job.tf", "Init-Jobs.tf"):
        assert row(workspace(job(""), name=name)) == NOTHING


# --- row 7 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (job(MANUAL, "db_migration"), "its label has the word migration", 1),
        (job(MANUAL, "runDbSeed"), "its label has the word seed", 1),
        (job('  name = "app-setup-${var.p}"\n' + MANUAL), "its name has the word setup", 2),
        (job(container('      name = "bootstrap"\n')), "its container's name has the word bootstrap", 5),
        (job(container('      command = ["python", "-m", "alembic", "upgrade"]\n')), "its command runs alembic", 5),
        (job(container('      args = ["flyway"]\n')), "its command runs flyway", 5),
        (job(container('      command = ["npx", "prisma", "migrate"]\n')), "its command runs prisma migrate", 5),
        (job(container('      command = ["./manage.py", "migrate"]\n')), "its command runs manage.py migrate", 5),
        (
            job(container('      command = ["dotnet", "ef"]\n      args = ["database", "update"]\n')),
            "its command runs dotnet ef database update",
            5,
        ),
        (job(container('      command = ["sh", "-c", "echo hi && liquibase"]\n')), "its command runs liquibase", 5),
        (job(container('      command = [var.p, "seed"]\n')), "its command runs seed", 5),
        (job(container('      args = ["sh", "-c", "${var.p} && psql -c \\"GRANT\\""]\n')), "its command runs grant", 5),
        (job(container('      command = var.prod ? ["seed", "a"] : ["seed", "b"]\n')), "its command runs seed", 5),
    ],
)  # fmt: skip
def test_manual_with_a_word(workspace: Callable[..., Any], text: str, reason: str, line: int) -> None:
    found = evidence(workspace(text))

    assert (found.init, found.row, found.reason) == (True, 7, f"its trigger is manual and {reason}")
    assert found.span is not None
    assert found.span.line == line


@pytest.mark.parametrize(
    "text",
    [
        job("", "db_migration"),
        job('  schedule_trigger_config {\n    cron_expression = "* * * * *"\n  }\n', "db_migration"),
        job(MANUAL + "  event_trigger_config {}\n", "db_migration"),
        job(container('      image = "acr.azurecr.io/migrate:1"\n')),
        job(container('      name = "migrate"\n', "init_container")),
        job(container('      command = ["alembic"]\n', "init_container")),
        job(container('      command = ["sh", "-c", "echo migrate # seed"]\n')),
        job(container('      command = ["sh", "-c", "${var.p}seed"]\n')),
        job(container('      command = var.prod ? ["seed"] : ["report"]\n')),
        job(container("      command = var.list\n")),
        job(container('      env {\n        name = "SEED"\n        value = "migrate"\n      }\n')),
        job(MANUAL, "initial_granted_seeds"),
        job(
            MANUAL
            + '  template {\n    dynamic "container" {\n      for_each = var.list\n      content {\n'
            + '        name = "seed"\n      }\n    }\n  }\n'
        ),
    ],
)
def test_not_manual_or_no_word(workspace: Callable[..., Any], text: str) -> None:
    assert row(workspace(text)) == NOTHING


def test_job_type_decides_before_the_words_do(workspace: Callable[..., Any]) -> None:
    assert row(workspace(job(MANUAL + '  tags = { JobType = "batch" }\n', "migrate")))[:2] == (False, 6)
    assert row(workspace(job(MANUAL + "  tags = { JobType = var.p }\n", "migrate")))[:2] == (True, 7)


@pytest.mark.parametrize(
    ("body", "manual"),
    [
        (MANUAL, Truth.YES),
        ("  template {\n    manual_trigger_config {}\n  }\n", Truth.YES),
        ('  trigger_type = "Manual"\n', Truth.YES),
        ('  trigger_type = "Schedule"\n', Truth.NO),
        ("  trigger_type = var.p\n", Truth.UNKNOWN),
        ('  trigger_type = "Manual"\n  schedule_trigger_config {}\n', Truth.UNKNOWN),
        ("  schedule_trigger_config {}\n", Truth.NO),
        ("", Truth.NO),
        ('  dynamic "manual_trigger_config" {\n    for_each = var.list\n    content {}\n  }\n', Truth.YES),
        (EITHER_TRIGGER, Truth.UNKNOWN),
    ],
)
def test_triggered_manually(workspace: Callable[..., Any], body: str, manual: Truth) -> None:
    assert triggered_manually(workspace(job(body)).job) is manual


@pytest.mark.parametrize(
    ("configuration", "manual"),
    [
        ('triggerType = "manual"', Truth.YES),
        ('triggerType = "Manual", scheduleTriggerConfig = {}', Truth.YES),
        ('triggerType = "Event", manualTriggerConfig = {}', Truth.NO),
        ("triggerType = var.p, manualTriggerConfig = {}", Truth.UNKNOWN),
        ("manualTriggerConfig = {}", Truth.YES),
        ("", Truth.NO),
    ],
)
def test_azapi_trigger_type_decides(workspace: Callable[..., Any], configuration: str, manual: Truth) -> None:
    text = f"""
        variable "p" {{}}
        resource "azapi_resource" "a" {{
          type = "Microsoft.App/jobs@2024-03-01"
          body = {{ properties = {{ configuration = {{ {configuration} }} }} }}
        }}
        """
    assert triggered_manually(workspace(text).job) is manual


# --- the configuration ------------------------------------------------------------------------------------------------


def test_include_and_exclude(workspace: Callable[..., Any]) -> None:
    named = workspace(job('  name = "a-init-b"\n'))
    plain = workspace(job(""))

    assert row(named, Options(exclude=("*.worker",))) == (
        False,
        0,
        'the configuration\'s exclude "*.worker" matches its address',
    )
    assert row(plain, Options(include=("azurerm_container_app_job.worker",)))[:2] == (True, 0)
    assert row(plain, Options(include=("*",), exclude=("*",)))[:2] == (False, 0)
    assert row(plain, Options(include=("other.*",))) == NOTHING
    assert row(workspace("# initlint: init-job\n" + job("")), Options(exclude=("*",)))[:2] == (True, 1)


def test_detect(workspace: Callable[..., Any]) -> None:
    manual, other = workspace(job(MANUAL)), workspace(job(""))

    assert row(manual, Options("manual")) == (True, 0, 'its trigger is manual (detect = "manual")')
    assert row(other, Options("manual")) == NOTHING
    assert row(other, Options("all")) == (True, 0, 'the configuration takes every job (detect = "all")')
    assert row(other, Options("all", exclude=("*",)))[:2] == (False, 0)
    assert row(manual) == NOTHING


@pytest.mark.parametrize(
    ("glob", "address", "answer"),
    [
        ('module.apps["eu"].*', 'module.apps["eu"].azurerm_container_app_job.a', True),
        ("*.a", "module.x.azurerm_container_app_job.a", True),
        ("module.x", "module.x.azurerm_container_app_job.a", False),
        ("?.b", "a.b", True),
        ("a.b", "aXb", False),
    ],
)
def test_globs(glob: str, address: str, answer: bool) -> None:
    assert matches(glob, address) is answer


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("bundle exec rake db:migrate", "rake db:migrate"),
        ("knex --env x migrate", "migrate"),
        ("dotnet ef database drop", ""),
        ("my dbInit", "init"),
        ("dbinit", "dbinit"),
        ("Grants", "grants"),
        ("immigrate seeds", ""),
        (f"prisma {HOLE} migration", "migration"),
        (f"dotnet ef {HOLE}database update", ""),
    ],
)
def test_find_word(text: str, word: str) -> None:
    assert find_word([words_of(text)]) == word
