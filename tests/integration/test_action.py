"""The GitHub action: its steps, taken from action.yml and run as a runner would, and what zizmor says of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .trees import BAD, PROJECT, TREE, git, repository, run, write

yaml = pytest.importorskip("yaml", reason="needs PyYAML to read action.yml")
ACTION = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(not BASH, reason="needs bash")


@dataclass
class Runner:
    """A runner that holds the workspace and has taken the steps before."""

    workspace: Path
    temp: Path
    status: int = 0
    log: str = ""

    def step(self, name: str, **inputs: str) -> int:
        """Runs a step; returns its exit status."""
        step = STEPS[name]
        assert step["shell"] == "bash"
        given = {key: entry["default"] for key, entry in ACTION["inputs"].items()} | {
            key.replace("_", "-"): value for key, value in inputs.items()
        }
        variables = {
            key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], str(text))
            for key, text in step.get("env", {}).items()
        }
        variables |= {key: value for key, value in variables.items() if "${{" not in value}
        variables["STATUS"] = self.outputs().get("status", "")
        variables["PYTHON"] = sys.executable
        script = self.temp / f"{name}.sh"
        script.write_text(step["run"], encoding="utf-8", newline="\n")
        done = run(
            [str(BASH), "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            self.workspace,
            **variables,
            GITHUB_ACTIONS="true",
            GITHUB_ACTION_PATH=str(PROJECT),
            GITHUB_WORKSPACE=str(self.workspace),
            GITHUB_OUTPUT=str(self.temp / "output"),
            GITHUB_STEP_SUMMARY=str(self.temp / "summary.md"),
            GITHUB_SERVER_URL="https://github.com",
            GITHUB_REPOSITORY="o/r",
            GITHUB_SHA="0" * 40,
            RUNNER_TEMP=str(self.temp),
        )
        self.log += done.stdout
        return done.returncode

    def outputs(self) -> dict[str, str]:
        file = self.temp / "output"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.temp / "summary.md").read_text(encoding="utf-8")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    temp = tmp_path / "temp"
    bin_ = temp / "initlint-venv" / "bin"
    bin_.mkdir(parents=True)
    # What the step that installs leaves behind: a python and an initlint.
    for name, words in {"python": "", "initlint": "-m initlint"}.items():
        (bin_ / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        (bin_ / name).chmod(0o755)
    return Runner(repository(tmp_path / "workspace", {**TREE, "other/main.tf": BAD}), temp)


def test_findings_fail_the_job_after_everything_is_written(runner: Runner) -> None:
    assert runner.step("Judge the init jobs") == 0
    assert runner.outputs() == {
        "status": "1",
        "errors": "1",
        "warnings": "0",
        "notes": "0",
        "undecided": "1",
        "sarif": "initlint.sarif",
    }
    log = json.loads((runner.workspace / "initlint.sarif").read_text(encoding="utf-8"))
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == (
        "INIT601",
        "other/main.tf",
    )
    assert runner.summary.startswith("## initlint: 1 error\n")
    assert "(https://github.com/o/r/blob/0000000000000000000000000000000000000000/other/main.tf#L47)" in runner.summary
    assert '\nerror[INIT601] job-type-tag: JobType is "Init"' in f"\n{runner.log}"
    assert re.findall(r"^::error file=([^,]*),line=(\d+)", runner.log, re.MULTILINE) == [("other/main.tf", "47")]
    assert runner.step("Fail for findings") == 1


def test_without_findings_the_job_passes(runner: Runner) -> None:
    assert runner.step("Judge the init jobs", path="infra\nmodules\n") == 0
    assert (runner.outputs()["status"], runner.outputs()["errors"]) == ("0", "0")
    assert json.loads((runner.workspace / "initlint.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []
    assert runner.step("Fail for findings") == 0


def test_a_mistake_fails_the_job_and_leaves_no_log(runner: Runner) -> None:
    write(runner.workspace, {"initlint.sarif": "of the last run", "bad.toml": "select = 3\n"})
    assert runner.step("Judge the init jobs", config="bad.toml") == 0
    assert runner.outputs() == {"status": "2"}
    assert not (runner.workspace / "initlint.sarif").exists()
    assert runner.step("Fail for findings") == 2


def test_a_partial_run_writes_no_log(runner: Runner) -> None:
    assert runner.step("Judge the init jobs", args="--changed-since HEAD") == 0
    assert runner.outputs() == {"status": "2"}
    assert runner.step("Judge the init jobs", args="--changed-since HEAD", sarif_file="") == 0
    assert (runner.outputs()["status"], runner.outputs().get("sarif")) == ("0", None)


def test_inputs_are_words_and_never_code(runner: Runner) -> None:
    write(runner.workspace, {"a b/$(touch pwned)/main.tf": BAD.replace("other-", "third-"), "star.tf": ""})
    assert (
        runner.step(
            "Judge the init jobs",
            path="a b/$(touch pwned)",
            fail_on="never",
            sarif_file="out dir/log $(touch pwned).sarif",
            args="--ignore INIT203\n--var x=*.tf  --var y=$(touch${IFS}pwned)",
        )
        == 0
    )
    assert runner.outputs()["status"] == "0", runner.log
    assert runner.outputs()["sarif"] == "out dir/log $(touch pwned).sarif"
    assert runner.outputs()["errors"] == "1"
    assert (runner.workspace / "out dir" / "log $(touch pwned).sarif").is_file()
    assert not list(runner.workspace.rglob("pwned"))


def test_an_input_that_looks_like_an_option_is_a_path(runner: Runner) -> None:
    assert runner.step("Judge the init jobs", path="--help") == 0
    assert runner.outputs()["status"] == "2"


def test_a_name_of_a_file_makes_no_command(runner: Runner) -> None:
    name = "x\n::error::pwned\n%0A::set-output name=a::b"
    write(runner.workspace, {f"{name}/main.tf": BAD.replace("other-", "third-")})
    assert runner.step("Judge the init jobs") == 0
    commands = [line for line in runner.log.splitlines() if line.lstrip().startswith("::") and ":::" not in line]
    assert all(line.startswith("::error file=") for line in commands)
    assert len(commands) == 2
    assert "\n::error::pwned" not in runner.summary


def test_no_expression_stands_in_a_script() -> None:
    assert [name for name, step in STEPS.items() if "${{" in step.get("run", "")] == []


def test_every_output_is_one_that_the_step_writes() -> None:
    written = set(re.findall(r"steps\.judge\.outputs\.(\w+)", json.dumps(ACTION["outputs"])))
    assert written == {"errors", "warnings", "notes", "undecided", "sarif", "status"}
    assert set(ACTION["outputs"]) == written


@pytest.mark.parametrize(
    "file", ["action.yml", *sorted(p.name for p in (PROJECT / ".github" / "workflows").glob("*.yml"))]
)
def test_every_action_is_pinned_to_a_commit(file: str) -> None:
    path = PROJECT / file if file == "action.yml" else PROJECT / ".github" / "workflows" / file
    used = re.findall(r"^\s*(?:- )?uses: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    pinned = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*|\./ # .*")
    assert [one for one in used if not pinned.fullmatch(one)] == []


@pytest.mark.slow
def test_the_step_that_installs(runner: Runner) -> None:
    shutil.rmtree(runner.temp / "initlint-venv")
    status = runner.step("Install initlint")
    if status and re.search(r"No matching distribution|Could not find a version|Failed to establish", runner.log):
        pytest.skip("pip cannot reach a package index")
    assert status == 0, runner.log
    done = run([runner.temp / "initlint-venv" / "bin" / "initlint", "--version"], runner.workspace)
    assert done.stdout.startswith("initlint ")
    assert runner.step("Judge the init jobs") == 0
    assert runner.outputs()["errors"] == "1"


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    beside = Path(sys.executable).parent / "zizmor"
    zizmor = str(beside) if beside.exists() else shutil.which("zizmor")
    if not zizmor:
        pytest.skip("needs zizmor (pip install zizmor)")
    for name in ("action.yml", ".pre-commit-hooks.yaml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")
    git(tmp_path, "init", "--quiet", ".")
    for persona in ("regular", "pedantic", "auditor"):
        done = run([zizmor, "--offline", "--no-config", f"--persona={persona}", "--no-progress", "."], tmp_path)
        assert (done.returncode, "No findings to report." in done.stdout) == (0, True), done.stdout


def test_the_runner_of_these_tests_is_no_real_one() -> None:
    assert os.environ.get("GITHUB_OUTPUT") is None
