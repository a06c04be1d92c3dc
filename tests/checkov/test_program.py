"""What a run of checkov with our checks says and writes, with checkov as a real program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from initlint.links import rule_page
from initlint.registry import builtin
from tests.checkov.program import CHECKS, PROGRAM, Report, checkov, environment, needs_checkov, read, run

pytestmark = needs_checkov

MAIN = """\
resource "azurerm_container_app_job" "seed" {
  for_each                     = { eu = 0.25, us = 4 }
  name                         = "shop-init-seed-${each.key}-dev"
  location                     = "westeurope"
  resource_group_name          = "shop-dev"
  container_app_environment_id = var.environment_id
  replica_timeout_in_seconds   = 1800

  # initlint: ignore[INIT702] both halves at once
  #checkov:skip=CKV_INIT_602:the category is set by policy
  identity {
    type = "UserAssigned"
  }
  manual_trigger_config {
    parallelism              = 2
    replica_completion_count = 1
  }
  template {
    container {
      name    = "work"
      image   = "shop.azurecr.io/tools:1.4.2"
      cpu     = each.value
      memory  = var.memory
      command = ["sh", "-c", <<-EOT
        seed
        verify
      EOT
      ]
      dynamic "env" {
        for_each = { PASSWORD = "hunter2hunter2" }
        content {
          name  = env.key
          value = env.value
        }
      }
    }
  }
  tags = { JobType = "Init", Purpose = "Init job: seed" }
}

resource "azurerm_container_app_job" "none" {
  count = 0
  name  = "shop-init-none-dev"
}

resource "azurerm_container_app_job" "report" {
  name = "shop-report-dev"
  tags = { JobType = "report" }
}

variable "environment_id" {}
variable "memory" {}
"""
REFUSED = """\
resource "azurerm_container_app_job" "refused" {
  name = "shop-init-refused"
  template {
    container {
      command = ["sh", "-c", <<-E
        seed
      E
      ]
    }
  }
}
"""
"""Valid Terraform: the marker of a heredoc may be one letter."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scanned")
    (path / "main.tf").write_text(MAIN, encoding="utf-8")
    (path / "refused.tf").write_text(REFUSED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def written(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run that writes every format."""
    out = tmp_path_factory.mktemp("written")
    formats = [word for name in ("json", "sarif", "junitxml") for word in ("-o", name)]
    command = [str(PROGRAM), "-d", ".", "--external-checks-dir", str(CHECKS), "--framework", "terraform"]
    done = run([*command, "--check", "CKV_INIT_*", *formats, "--output-file-path", str(out)], folder)
    assert (done.returncode, done.stderr) == (1, "")
    return out


@pytest.fixture(scope="module")
def report(written: Path) -> Report:
    return read((written / "results_json.json").read_text(encoding="utf-8"), "", 1, "terraform")


def failed(report: Report, address: str) -> dict[str, list[str]]:
    return {
        record["check_id"]: record["check_result"]["evaluated_keys"]
        for record in report.records
        if record["resource"] == address and record["check_result"]["result"] == "FAILED"
    }


def test_evaluated_keys_are_the_places_of_the_findings(report: Report) -> None:
    common = {
        "CKV_INIT_401": ["template/[0]/container/[0]/command"],
        "CKV_INIT_501": ["template/[0]/container/[0]/command"],
        "CKV_INIT_502": ["template/[0]/container/[0]/command"],
        "CKV_INIT_601": ["tags/[0]/JobType"],
        "CKV_INIT_802": ["identity/[0]/identity_ids"],
        "CKV_INIT_804": ["template/[0]/container/[0]/env/[0]/value"],
        "CKV_INIT_805": ["template/[0]/container/[0]/env/[0]/value"],
    }
    large = {
        "CKV_INIT_201": ["template/[0]/container/[0]/cpu"],
        "CKV_INIT_203": ["template/[0]/container/[0]/cpu"],
    }
    assert failed(report, 'azurerm_container_app_job.seed["eu"]') == common
    assert failed(report, 'azurerm_container_app_job.seed["us"]') == {**common, **large}


def test_what_is_undecided_or_no_init_job_is_not_counted(report: Report) -> None:
    counted = {record["check_id"] for record in report.records if record["resource"].endswith('["eu"]')}
    assert not counted & {"CKV_INIT_201", "CKV_INIT_202", "CKV_INIT_203", "CKV_INIT_204"}
    assert {record["resource"] for record in report.records} == {
        'azurerm_container_app_job.seed["eu"]',
        'azurerm_container_app_job.seed["us"]',
    }


def test_ignores_are_skips(report: Report) -> None:
    skipped = {
        (record["resource"][-4:-2], record["check_id"], record["check_result"]["suppress_comment"])
        for record in report.records
        if record["check_result"]["result"] == "SKIPPED"
    }
    assert skipped == {
        (key, check, comment)
        for key in ("eu", "us")
        for check, comment in (
            ("CKV_INIT_602", "the category is set by policy"),
            ("CKV_INIT_702", "an initlint: ignore comment in the code"),
        )
    }


def test_a_record_has_name_severity_link_place_and_message(report: Report) -> None:
    [record] = [
        record
        for record in report.records
        if (record["resource"], record["check_id"]) == ('azurerm_container_app_job.seed["us"]', "CKV_INIT_201")
    ]
    rule = next(rule for rule in builtin() if rule.code == "INIT201")
    assert record["check_name"] == f"INIT201 oversized-resources: {rule.summary}"
    assert record["severity"] == "HIGH"
    assert record["guideline"] == rule_page("INIT201")
    assert record["file_path"] == "/main.tf"
    assert record["file_line_range"][0] == 1
    assert record["details"] == ["main.tf:22: cpu is 4; an init job takes at most 1 CPU"]


def test_details_show_no_credential(report: Report) -> None:
    assert "hunter2" not in json.dumps([record["details"] for record in report.records])


def test_sarif_and_junit_have_names_and_links(written: Path, report: Report) -> None:
    sarif = json.loads((written / "results_sarif.sarif").read_text(encoding="utf-8"))
    rules = {rule["id"]: rule for rule in sarif["runs"][0]["tool"]["driver"]["rules"]}
    failing = {record["check_id"] for record in report.records if record["check_result"]["result"] == "FAILED"}
    assert set(rules) >= failing
    assert rules["CKV_INIT_201"]["helpUri"] == rule_page("INIT201")
    assert rules["CKV_INIT_201"]["name"].startswith("INIT201 oversized-resources: ")
    tree = ElementTree.parse(written / "results_junitxml.xml")
    text = [failure.text or "" for failure in tree.iter("failure")]
    names = {re.search(r"CKV_INIT_\d+", case.get("name", ""))[0] for case in tree.iter("testcase")}  # type: ignore[index]
    assert failing <= names
    assert any(rule_page("INIT201") in one for one in text)


def test_a_file_that_checkov_refuses(folder: Path, report: Report, tmp_path: Path) -> None:
    """It says nothing of its jobs and exits with 0, unless it is told to fail; initlint reads it."""
    assert [Path(path).name for path in report.parsing_errors] == ["refused.tf"]
    (tmp_path / "refused.tf").write_text(REFUSED, encoding="utf-8")
    quiet = checkov(tmp_path)
    assert (quiet.status, quiet.records, len(quiet.parsing_errors)) == (0, [], 1)
    assert checkov(tmp_path, env={"CKV_PARSE_ERROR_FAIL": "true"}).status == 1
    ours = run([sys.executable, "-m", "initlint", ".", "--format", "concise"], tmp_path)
    assert ours.returncode == 1
    assert "INIT101" in ours.stdout


def test_skip_check(folder: Path) -> None:
    found = checkov(folder, "--skip-check", "CKV_AZURE_*,CKV2_AZURE_*,CKV_INIT_5*,CKV_INIT_80*")
    checks = {record["check_id"] for record in found.records if record["check_result"]["result"] == "FAILED"}
    assert {check for check in checks if check.startswith("CKV_INIT")} == {
        "CKV_INIT_201",
        "CKV_INIT_203",
        "CKV_INIT_401",
        "CKV_INIT_601",
    }


# --- rules of others, and rules that break ----------------------------------------------------------------------------

PACK = '''
from initlint.rule import Severity, fail, rule

@rule("ACME7", "no-eu", Severity.NOTE, practice="Logging: ours")
def no_eu(job):
    """No job in the EU."""
    if "eu" in job.address:
        yield fail(job.location, "it is in the EU")

@rule("ACME8", "broken", Severity.ERROR, practice="Naming: ours")
def broken(job):
    """Breaks."""
    raise KeyError("oh")
    yield

RULES = (no_eu, broken)
'''


def test_a_new_rule_is_a_new_check_and_a_broken_one_is_unknown(folder: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    scanned = tmp_path / "scanned"
    (installed / "acme-1.dist-info").mkdir(parents=True)
    (installed / "acme_rules.py").write_text(PACK, encoding="utf-8")
    (installed / "acme-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (installed / "acme-1.dist-info" / "entry_points.txt").write_text("[initlint.rules]\nacme = acme_rules:RULES\n")
    scanned.mkdir()
    (scanned / "main.tf").write_text(MAIN, encoding="utf-8")
    (scanned / "initlint.toml").write_text('plugins = ["acme"]\n[severity]\nINIT201 = "warning"\n', encoding="utf-8")
    found = checkov(scanned, "--check", "CKV_ACME_*,CKV_INIT_201", env={"PYTHONPATH": str(installed)})
    results = {(record["resource"][-4:-2], record["check_id"]): record for record in found.records}
    assert {key: record["check_result"]["result"] for key, record in results.items()} == {
        ("eu", "CKV_ACME_7"): "FAILED",
        ("us", "CKV_ACME_7"): "PASSED",
        ("us", "CKV_INIT_201"): "FAILED",
    }
    assert results["eu", "CKV_ACME_7"]["severity"] == "LOW"
    assert results["us", "CKV_INIT_201"]["severity"] == "MEDIUM"
    assert results["eu", "CKV_ACME_7"]["check_result"]["evaluated_keys"] == ["location"]
    lines = [line for line in found.log.splitlines() if "initlint: internal error" in line]
    assert len(lines) == 2
    assert "ACME8 is undecided: ACME8 broken failed on azurerm_container_app_job.seed" in lines[0]
    assert "KeyError: 'oh'" in lines[0]


def test_a_broken_configuration_is_one_line_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN, encoding="utf-8")
    (tmp_path / "initlint.toml").write_text("select = 7\n", encoding="utf-8")
    found = checkov(tmp_path)
    assert found.status == 0
    assert {record["check_result"]["result"] for record in found.records} == {"SKIPPED"}
    lines = [line for line in found.log.splitlines() if "initlint: " in line]
    assert [bool(re.search("initlint: (only the built-in|nothing in)", line)) for line in lines] == [True, True]
    assert "internal error" not in found.log


# --- plans ------------------------------------------------------------------------------------------------------------

PLANS = Path(__file__).parent / "plans"


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("plans")
    for plan in PLANS.glob("*.json"):
        (folder / plan.name).write_bytes(plan.read_bytes())
    return checkov(folder, framework="terraform_plan")


def test_failures_in_plans(planned: Report) -> None:
    assert planned.log == ""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for record in planned.records:
        if record["check_result"]["result"] == "FAILED":
            key = (record["file_path"].lstrip("/"), record["resource"])
            found.setdefault(key, {})[record["check_id"]] = record["check_result"]["evaluated_keys"]
    resources = ["template/[0]/container/[0]/cpu", "template/[0]/container/[0]/memory"]
    job = "azurerm_container_app_job"
    assert found == {
        ("jobs.json", f"{job}.large"): {
            "CKV_INIT_101": ["name"],
            "CKV_INIT_201": resources,
            "CKV_INIT_203": resources,
            "CKV_INIT_604": ["tags/[0]/Name"],
        },
        ("jobs.json", f"{job}.unnamed"): {
            "CKV_INIT_602": ["tags/[0]/JobCategory"],
            "CKV_INIT_603": ["tags/[0]/Purpose"],
        },
        ("jobs.json", f"{job}.bare"): {
            "CKV_INIT_601": ["tags/[0]/JobType"],
            "CKV_INIT_602": ["tags/[0]/JobCategory"],
            "CKV_INIT_603": ["tags/[0]/Purpose"],
            "CKV_INIT_801": ["identity"],
            "CKV_INIT_903": [],
        },
        ("jobs.json", f'{job}.each["us"]'): {"CKV_INIT_101": ["name"]},
        ("jobs.json", f'module.apps["a"].{job}.inner'): {"CKV_INIT_813": ["template/[0]/container/[0]/image"]},
        ("existing.json", f"{job}.there"): {"CKV_INIT_202": ["template/[0]/container/[0]/memory"]},
        ("secrets.json", f"{job}.variable"): {"CKV_INIT_806": ["secret/[0]/value"]},
        ("secrets.json", f"{job}.same"): {"CKV_INIT_806": ["secret/[0]/value"]},
        ("secrets.json", f"{job}.literal"): {
            "CKV_INIT_804": ["secret/[0]/value"],
            "CKV_INIT_806": ["secret/[0]/value"],
        },
    }


def test_what_is_known_only_after_apply_is_not_counted(planned: Report) -> None:
    def counted(address: str) -> set[str]:
        return {one["check_id"] for one in planned.records if one["resource"] == f"azurerm_container_app_job.{address}"}

    every = counted("good")
    assert not every & {"CKV_INIT_703", "CKV_INIT_704", "CKV_INIT_811", "CKV_INIT_812"}
    assert every >= {"CKV_INIT_101", "CKV_INIT_813", "CKV_INIT_807", "CKV_INIT_603"}
    assert every - counted("image") == {"CKV_INIT_813"}
    assert every - counted("secrets") == {"CKV_INIT_807", "CKV_INIT_808"}
    assert every - counted("tags") == {"CKV_INIT_603"}
    assert every - counted("unnamed") == {"CKV_INIT_101", "CKV_INIT_102"}
    assert counted("nightly") == set()


def test_a_text_that_may_have_been_given_from_outside_the_code_is_not_counted(planned: Report) -> None:
    def result(address: str) -> str | None:
        address = f"azurerm_container_app_job.{address}"
        return planned.results().get(("secrets.json", address, "CKV_INIT_804"))

    assert {address: result(address) for address in ("variable", "same", "address", "literal", "vault")} == {
        "variable": None,
        "same": None,
        "address": None,
        "literal": "FAILED",
        "vault": "PASSED",
    }


def test_details_of_plans(planned: Report) -> None:
    [record] = [one for one in planned.records if (one["resource"][-5:], one["check_id"]) == ("large", "CKV_INIT_201")]
    assert record["details"] == [
        "cpu is 2.5; an init job takes at most 1 CPU",
        'memory is "5Gi"; an init job takes at most 2Gi',
    ]
    assert "hunter2" not in json.dumps([one["details"] for one in planned.records])


# --- the commands of docs/checkov.md ----------------------------------------------------------------------------------


def shell(command: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A command as it is written, in a shell that finds the programs of this environment first."""
    path = f"{PROGRAM.parent}:{environment().get('PATH', '')}"
    return run(["sh", "-c", command], folder, {**env, "PATH": path})


def documented() -> list[str]:
    text = (Path(__file__).parents[2] / "docs" / "checkov.md").read_text(encoding="utf-8")
    return re.findall(r"^\$ (.*)$", text, re.MULTILINE)


@pytest.mark.skipif(sys.platform == "win32", reason="the documented commands are for a POSIX shell")
def test_the_documented_commands(tmp_path: Path) -> None:
    """Those that neither install anything nor need Terraform's providers or the network."""
    (tmp_path / "main.tf").write_text(MAIN, encoding="utf-8")
    (tmp_path / "plan.json").write_bytes((PLANS / "jobs.json").read_bytes())
    ran: dict[str, Any] = {}
    for command in documented():
        if "checkov-dir" in command:
            done = shell(command, tmp_path)
            ran[command] = (done.returncode, "CKV_INIT_201" in done.stdout)
    assert ran == {
        f'{before}checkov {what} --external-checks-dir "$(initlint checkov-dir)"{after}': (1, True)
        for before, what, after in (
            ("", "-d .", ""),
            ("", "-d .", " --check 'CKV_INIT_*'"),
            ("", "-d .", " --skip-check 'CKV_INIT_5*,CKV_INIT_813'"),
            ("", "-f plan.json --framework terraform_plan", ""),
            ("CKV_PARSE_ERROR_FAIL=true ", "-d .", ""),
        )
    }


def test_the_configuration_file(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN, encoding="utf-8")
    folder = run([sys.executable, "-m", "initlint", "checkov-dir"], tmp_path).stdout.strip()
    assert Path(folder) == CHECKS
    (tmp_path / ".checkov.yaml").write_text(
        f"directory: [.]\nexternal-checks-dir:\n  - {folder}\ncheck: [CKV_INIT_201]\n"
    )
    done = run([str(PROGRAM), "-o", "json"], tmp_path)
    assert {record["check_id"] for record in read(done.stdout, "", 1, "terraform").records} == {"CKV_INIT_201"}


REPOSITORY = Path(__file__).parents[2]


def git(*words: str) -> subprocess.CompletedProcess[str]:
    return run(["git", *words], REPOSITORY)


def test_the_documented_commit_of_the_checks(tmp_path: Path) -> None:
    """The command as it is written, with this clone in the place of the published repository."""
    [command] = [one for one in documented() if "--external-checks-git" in one]
    [(url, folder, commit)] = re.findall(r"'(https://[^/]*/[^?]*?)//([^?]*)\?ref=([0-9a-f]{40})'", command)
    if git("merge-base", "--is-ancestor", commit, "HEAD").returncode != 0:
        pytest.skip(f"the history here does not go back to {commit}: a shallow clone, or no clone")
    listing = ["ls-tree", "-r", "--full-tree"]
    assert git(*listing, commit).stdout == git(*listing, "HEAD", folder).stdout, "make checkov-commit"
    (tmp_path / "main.tf").write_text(MAIN, encoding="utf-8")
    here = Path(git("rev-parse", "--path-format=absolute", "--git-common-dir").stdout.strip())
    instead = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{here.as_uri()}.insteadOf", "GIT_CONFIG_VALUE_0": url}
    done = shell(f"{command} --check 'CKV_INIT_*' -o json", tmp_path, **instead)
    found = read(done.stdout, done.stderr, done.returncode, "terraform")
    assert (found.log, found.parsing_errors) == ("", [])
    assert found.results() == checkov(tmp_path).results()
    assert {path.name for path in tmp_path.iterdir()} == {"main.tf"}
