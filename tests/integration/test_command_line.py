"""The command line as a shell sees it: exit statuses, completion, statistics."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from initlint.cli import COMMANDS, cli, errors, main
from initlint.report import FORMATS

from .trees import BAD, TREE, clean_environment, initlint, initlint_process, repository, write


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return repository(tmp_path / "repository", {**TREE, "other/main.tf": BAD})


# --- exit status -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_the_status_is_the_same_for_every_format(tree: Path, format_: str) -> None:
    for arguments, status in (
        (["."], 1),
        (["infra"], 0),
        ([".", "--fail-on", "error"], 1),
        ([".", "--ignore", "INIT601"], 0),
        ([".", "--fail-on", "never"], 0),
        ([".", "--new-only"], 2),
        (["nowhere"], 2),
    ):
        assert initlint(tree, "--format", format_, *arguments).returncode == status, arguments


def test_what_fails(tree: Path) -> None:
    notes = {"infra/terraform.tfvars": "cpu = 1\n"}  # INIT203, a note
    write(tree, notes)
    for fail_on, status in (("note", 1), ("warning", 0), ("error", 0), ("never", 0)):
        assert initlint(tree, "infra", "modules", "--fail-on", fail_on).returncode == status, fail_on
    write(tree, {"infra/broken.tf": "resource {\n"})
    assert initlint(tree, "infra", "--fail-on", "error").returncode == 1
    assert initlint(tree, "infra", "--new-only", "--fail-on", "error").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (["--nope"], "Error: No such option '--nope'."),
        (["--format", "nope"], "Error: Invalid value for '--format': 'nope' is not one of "),
        (["--output", "text"], "Error: --output takes FORMAT=FILE with one of "),
        (["--output", "text=other"], "Error: --output: other: Is a directory"),
        (["nowhere"], "initlint: error: nowhere: no such file or folder"),
        (["--select", "INIT9999"], "Error: unknown rule 'INIT9999'"),
        (["--ignore", "INIT99"], "Error: unknown rule 'INIT99'"),
        (["--select", "INIT2, INIT6O1"], "Error: unknown rule 'INIT6O1'; did you mean 'INIT601'?"),
        (["--select", ""], "Error: unknown rule ''"),
        (["--ignore", "job-name-patern"], "Error: unknown rule 'job-name-patern'; did you mean 'job-name-pattern'?"),
        (["--config", "nowhere.toml"], "initlint: error: nowhere.toml: cannot be read: No such file or directory"),
        (["--var", "x"], "Error: --var takes NAME=VALUE, not 'x'"),
        (["--var-file", "x"], "Error: --var-file: there is no file 'x'"),
        (["--baseline", "other"], "initlint: error: other: the baseline cannot be read: Is a directory"),
        (["--statistics", "--format", "sarif"], "Error: --statistics is there for the formats text and json"),
        (["explain", "INIT9999"], "Error: there is no rule 'INIT9999'"),
        (["check", "--jobs"], "Error: No such option '--jobs'."),
        (["init", "nowhere"], "initlint: error: nowhere: no such file or folder"),
        (["baseline", "--output", "other"], ""),
    ],
)
def test_mistakes_end_with_2(tree: Path, arguments: list[str], last: str) -> None:
    done = initlint(tree, *arguments)
    assert done.returncode == 2, done.stdout
    assert done.stdout.splitlines()[-1].startswith(last)
    assert "Traceback" not in done.stdout


def test_rules_may_stand_in_one_option(tree: Path) -> None:
    write(tree, {"infra/terraform.tfvars": "cpu = 1\n"})

    def codes(*arguments: str) -> set[str]:
        report = json.loads(initlint(tree, *arguments, "--format", "json").stdout)
        return {finding["code"] for finding in report["findings"]}

    assert codes() == {"INIT203", "INIT601"}
    assert codes("--select", "INIT2, job-type-tag") == {"INIT203", "INIT601"}
    assert codes("--select", "INIT2,INIT9") == {"INIT203"}
    assert codes("--ignore", "job-type-tag,INIT9") == {"INIT203"}
    assert codes("--ignore", "INIT2", "--ignore", "INIT601,INIT9") == set()


def test_an_environment_that_is_not_configured(tree: Path) -> None:
    assert initlint(tree, "--environment", "prod").returncode == 1  # nothing is configured that it could be one of
    write(tree, {"initlint.toml": "[environments.dev]\nvars = { cpu = 1 }\n[environments.staging]\n"})
    assert initlint(tree, "--environment", "dev").returncode == 1
    for command in (["check"], ["jobs"], ["eval", "1"]):
        done = initlint(tree, *command, "--environment", "prod")
        assert (done.returncode, done.stdout) == (
            2, "initlint: error: there is no environment 'prod'; there are dev, staging\n",
        )  # fmt: skip
    done = initlint(tree, "--environment", "stagng")
    assert (done.returncode, done.stdout) == (
        2, "initlint: error: there is no environment 'stagng'; did you mean 'staging'?\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    "problem", [ValueError("x"), RuntimeError("x"), RecursionError(), MemoryError(), OSError(5, "x")]
)
def test_errors_of_initlint_itself_end_with_2(
    problem: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise problem

    monkeypatch.setattr(cli, "main", broken)
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("initlint: internal error; nothing was judged.")


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), click.Abort()])
def test_a_run_that_is_stopped_is_not_green(problem: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, errors.reported():
        raise problem
    assert (ended.value.code, capsys.readouterr().err) == (2, "initlint: stopped; nothing was judged\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_no_error_of_initlint(tree: Path) -> None:
    with Path("/dev/full").open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "initlint", "infra"],
            cwd=tree, env=clean_environment(), stdout=out, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, b"initlint: error: standard output: No space left on device\n")


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX pipe")
def test_a_reader_that_goes_away_makes_nothing_green(tree: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "initlint", "infra"],
            cwd=tree, env=clean_environment(), stdout=out, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_terminal_that_lacks_a_character_stops_nothing(tree: Path, format_: str) -> None:
    write(tree, {"other/main.tf": BAD.replace('"Init"', '"Ini\u0142"')})
    done = initlint_process(tree, "--format", format_, PYTHONIOENCODING="latin-1" if format_ == "text" else "ascii")
    assert done.returncode == 1
    if format_ == "text":
        assert r'JobType is "Ini\u0142"' in done.stdout
    else:
        assert 'JobType is "Ini\u0142"' in json.loads(done.stdout)["findings"][0]["message"]


# --- statistics ------------------------------------------------------------------------------------------------------


def test_statistics(tree: Path) -> None:
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    done = initlint(tree, "--statistics")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "2  error    INIT201  oversized-resources",
        "2  note     INIT203  above-documented-tier",
        "1  error    INIT601  job-type-tag",
        *initlint(tree, "--format", "concise").stdout.splitlines()[5:],
    ]
    document = json.loads(initlint(tree, "--statistics", "--format", "json").stdout)
    assert document["statistics"] == [
        {"code": "INIT201", "name": "oversized-resources", "severity": "error", "count": 2},
        {"code": "INIT203", "name": "above-documented-tier", "severity": "note", "count": 2},
        {"code": "INIT601", "name": "job-type-tag", "severity": "error", "count": 1},
    ]
    assert (document["summary"]["errors"], document["summary"]["notes"]) == (3, 2)
    assert initlint(tree, "infra", "--statistics", "--ignore", "INIT2").returncode == 0


def test_statistics_do_not_keep_other_reports_from_being_written(tree: Path) -> None:
    initlint(tree, "--statistics", "--output", "json=out.json")
    assert len(json.loads((tree / "out.json").read_text(encoding="utf-8"))["findings"]) == 1


# --- completion of a shell's line ------------------------------------------------------------------------------------


def completed(line: str) -> list[str]:
    words = line.split()
    at = len(words) - (not line.endswith(" "))
    done = initlint(Path.cwd(), _INITLINT_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(at))
    return [item.partition(",")[2] for item in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_script(shell: str) -> None:
    # In a process: click asks the shell for its version.
    done = initlint_process(Path.cwd(), _INITLINT_COMPLETE=f"{shell}_source")
    assert done.returncode == 0
    assert f"_INITLINT_COMPLETE={shell}_complete" in done.stdout


def test_the_first_word_is_a_command_or_what_check_takes() -> None:
    everything = completed("initlint ")
    assert everything[: len(COMMANDS)] == list(COMMANDS)
    assert completed("initlint ba") == ["baseline", "ba"]  # the second stands for files
    options = completed("initlint --")
    assert {"--version", "--help", "--format", "--output", "--changed-since", "--new-only", "--var-file"} <= set(
        options
    )
    assert len(options) == len(set(options))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("initlint --format ", list(FORMATS)),
        ("initlint check --format s", ["sarif"]),
        ("initlint --fail-on ", ["error", "warning", "note", "never"]),
        ("initlint --format json --stat", ["--statistics"]),
        ("initlint infra --new", ["--new-only"]),
        ("initlint jobs --for", ["--format"]),
        ("initlint baseline --out", ["--output"]),
        ("initlint explain init70", ["INIT701", "INIT702", "INIT703", "INIT704"]),
        ("initlint explain over-p", ["over-privileged-identity"]),
        ("initlint --select INIT101 --ignore INIT20", ["INIT201", "INIT202", "INIT203", "INIT204"]),
    ],
)
def test_options_and_their_values(line: str, found: list[str]) -> None:
    assert completed(line) == found


def test_every_command_says_what_it_does() -> None:
    for name in COMMANDS:
        done = initlint(Path.cwd(), name, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith(f"Usage: initlint {name} ")
