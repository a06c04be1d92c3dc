from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from initlint.cli.init import START, command
from initlint.settings_file import load


def write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    write(tmp_path / "infra" / "main.tf")
    return tmp_path.resolve()


def test_a_first_file_is_written_to_the_workspace_root(root: Path) -> None:
    done = CliRunner().invoke(command, [str(root / "infra")])
    assert (done.exit_code, done.stdout) == (0, f"wrote {root / 'initlint.toml'}\n")
    assert (root / "initlint.toml").read_text() == START
    assert load(root).unknown_rules == ()


def test_environments_are_proposed_for_variable_files(root: Path) -> None:
    for name in ("env/prod.tfvars", "env/dev.tfvars", "other.tfvars", "qa.tfvars", "x/qa.tfvars", ".x/uat.tfvars"):
        write(root / "infra" / name)
    done = CliRunner().invoke(command, [str(root), "--print"])
    assert done.stdout == (
        START + '\n[environments.dev]\nvar-files = ["env/dev.tfvars"]\n'
        '\n[environments.prod]\nvar-files = ["env/prod.tfvars"]\n'
    )
    assert not (root / "initlint.toml").exists()


@pytest.mark.parametrize(("name", "text"), [("initlint.toml", ""), ("pyproject.toml", "[tool.initlint]\n")])
def test_a_configuration_is_never_touched(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text)
    done = CliRunner().invoke(command, [str(root)])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        2,
        f"Error: there is a configuration already: {root / name}",
    )
    assert (root / name).read_text() == text
