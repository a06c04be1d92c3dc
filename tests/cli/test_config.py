from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from initlint.cli.config import command
from initlint.registry import builtin
from initlint.settings import defaults
from initlint.settings_file import ConfigError, effective, schema


def test_the_defaults_are_shown_where_nothing_is_configured(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, effective(defaults()))
    assert done.stdout.startswith("# defaults: no configuration file\nselect = []\n")


def test_the_nearest_configuration_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "initlint.toml").write_text('fail-on = "error"\nignore = ["INTI101"]\n')
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    done = CliRunner().invoke(command, [])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:5] == [
        "# initlint.toml",
        "select = []",
        'ignore = ["INTI101"]',
        "exclude = []",
        'fail-on = "error"',
    ]
    assert done.stderr == "initlint.toml:2:11: unknown rule 'INTI101'; did you mean 'INIT101'?\n"
    isolated = CliRunner().invoke(command, ["--isolated"])
    assert isolated.stdout == effective(defaults())


def test_a_named_file_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "strict.toml"
    file.write_text('fail-on = "note"\n')
    done = CliRunner().invoke(command, [str(tmp_path), "--config", str(file)])
    assert 'fail-on = "note"' in done.stdout.splitlines()


def test_the_schema_is_printed() -> None:
    done = CliRunner().invoke(command, ["--schema", "--isolated"])
    assert json.loads(done.stdout) == schema(builtin())


def test_a_wrong_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "initlint.toml").write_text("\nselct = []\n")
    done = CliRunner().invoke(command, [str(tmp_path)])
    assert isinstance(done.exception, ConfigError)
    assert str(done.exception) == "initlint.toml:2:1: unknown key 'selct'; did you mean 'select'?"
