"""Repositories to run the real programs on, and the running of them."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest import mock

import pytest

from initlint.cli import main

PROJECT = Path(__file__).resolve().parents[2]

JOB = """\
variable "cpu" {
  type = number
}

variable "resource_group" {
  type = object({ name = string, location = string })
}

variable "environment_id" {
  type = string
}

variable "identity_id" {
  type = string
}

resource "azurerm_container_app_job" "schema" {
  name                         = "orders-init-schema-dev"
  location                     = var.resource_group.location
  resource_group_name          = var.resource_group.name
  container_app_environment_id = var.environment_id
  replica_timeout_in_seconds   = 600

  identity {
    type         = "UserAssigned"
    identity_ids = [var.identity_id]
  }

  manual_trigger_config {
    parallelism              = 1
    replica_completion_count = 1
  }

  template {
    container {
      name    = "schema"
      image   = "orders.azurecr.io/orders-schema:1.4.2"
      cpu     = var.cpu
      memory  = "${var.cpu * 2}Gi"
      command = ["alembic", "upgrade", "head"]
    }
  }

  tags = {
    Name        = "orders-init-schema-dev"
    Purpose     = "Init job: Create the database schema"
    JobType     = "init"
    JobCategory = "database"
  }
}
"""
"""A module whose job follows the practices as long as its caller gives it little CPU."""

ROOT = """\
variable "cpu" {
  type    = number
  default = 0.5
}

resource "azurerm_resource_group" "main" {
  name     = "orders-rg-dev"
  location = "westeurope"
}

resource "azurerm_user_assigned_identity" "jobs" {
  name                = "orders-jobs-dev"
  location            = azurerm_resource_group.main.location
  resource_group_name = azurerm_resource_group.main.name
}

resource "azurerm_container_app_environment" "main" {
  name                     = "orders-cae-dev"
  location                 = azurerm_resource_group.main.location
  resource_group_name      = azurerm_resource_group.main.name
  infrastructure_subnet_id = azurerm_subnet.jobs.id
}

resource "azurerm_subnet" "jobs" {
  name                 = "container-apps"
  resource_group_name  = azurerm_resource_group.main.name
  virtual_network_name = "orders-vnet-dev"
  address_prefixes     = ["10.20.0.0/23"]
}

module "job" {
  source         = "../modules/job"
  cpu            = var.cpu
  resource_group = azurerm_resource_group.main
  environment_id = azurerm_container_app_environment.main.id
  identity_id    = azurerm_user_assigned_identity.jobs.id
}
"""

TREE = {"modules/job/main.tf": JOB, "infra/main.tf": ROOT, "infra/terraform.tfvars": "cpu = 0.5\n"}
"""A root module, its values, and the module with the job: nothing to find."""

BAD = (
    JOB.replace("orders-init-schema-dev", "other-init-schema-dev")
    .replace("var.cpu * 2", "1")
    .replace("= var.cpu", "= 0.5")
    .replace('JobType     = "init"', 'JobType     = "Init"')
)
"""Another root module, with a job that breaks INIT601."""


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files below a folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def clean_environment(**more: str) -> dict[str, str]:
    """This process's variables, without those that say where git, pre-commit or a CI system stand."""
    leading = ("GIT_", "PRE_COMMIT", "GITHUB_", "RUNNER_", "TF_", "GITLAB_", "AGENT_", "INITLINT", "_INITLINT", "COMP_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(leading)}
    kept.pop("CI", None)
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    author = {f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**kept, **identity, **author, "NO_COLOR": "1", **more}


def run(command: Sequence[str | Path], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in a folder; its two outputs are one.

    With INITLINT_TRANSCRIPTS set to a folder, what was run and said is written there, a file for each module of tests.
    """
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=clean_environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if os.environ.get("INITLINT_TRANSCRIPTS") and (command[0] != "git" or "PRE_COMMIT_HOME" in more):
        _record(PROJECT / os.environ["INITLINT_TRANSCRIPTS"], done)
    return done


def _record(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    """Adds a run to a transcript, without the paths of this machine."""
    module, _, test = os.environ.get("PYTEST_CURRENT_TEST", "").removesuffix(" (call)").partition("::")
    program, *words = map(str, done.args)
    said = re.sub(r"^(WARNING: |\[notice\]).*\n", "", done.stdout, flags=re.MULTILINE).rstrip()
    text = f"# {test}\n$ {shlex.join([Path(program).name, *words])}\n{said}\n(exit status {done.returncode})\n\n"
    text = text.replace(str(PROJECT), "initlint").replace(str(Path(sys.executable).parent), "bin")
    text = re.sub(r"(?:/[\w.-]+)+/pytest-[\w.-]+/pytest-\d+/", "tmp/", text)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{Path(module).stem.removeprefix('test_')}.txt").open("a", encoding="utf-8") as file:
        file.write(text)


def initlint_process(folder: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs initlint as a process of its own."""
    return run([sys.executable, "-m", "initlint", *arguments], folder, **more)


def initlint(folder: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs the whole command line in this process, which is faster; its two outputs are one."""
    words = [str(word) for word in arguments]
    data = io.BytesIO()
    said = io.TextIOWrapper(data, encoding="utf-8", newline="", write_through=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(folder))
        stack.enter_context(mock.patch.dict(os.environ, clean_environment(**more), clear=True))
        stack.enter_context(contextlib.redirect_stdout(said))
        stack.enter_context(contextlib.redirect_stderr(said))
        ended = stack.enter_context(pytest.raises(SystemExit))
        main(words)
    assert isinstance(ended.value.code, int)
    return subprocess.CompletedProcess(words, ended.value.code, data.getvalue().decode())


def git(folder: Path, *arguments: str) -> str:
    """Runs git; it must succeed."""
    done = run(["git", *arguments], folder)
    assert done.returncode == 0, done.stdout
    return done.stdout


def repository(folder: Path, files: Mapping[str, str]) -> Path:
    """A git repository with one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", ".")
    write(folder, files)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=first")
    return folder


def codes(output: str) -> list[str]:
    """`path:line code` of each finding of a concise report."""
    found = []
    for line in output.splitlines():
        place, _, rest = line.partition(": ")
        words = rest.split()
        if len(words) > 1 and words[0] in ("error", "warning", "note") and words[1].startswith("INIT"):
            found.append(f"{place.rpartition(':')[0]} {words[1]}")
    return found
