from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from initlint.cli import explain, rules
from initlint.docs import page, readable
from initlint.registry import builtin, find


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_rules_are_listed() -> None:
    lines = CliRunner().invoke(rules.command, []).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [rule.code for rule in builtin()]
    width = max(len(rule.name) for rule in builtin())
    assert lines[3] == f"INIT004  {'ignore-without-reason':<{width}}  off      An ignore comment does not say why."


def test_severities_are_those_that_hold(elsewhere: Path) -> None:
    (elsewhere / "initlint.toml").write_text('ignore = ["INIT6"]\n[severity]\nINIT101 = "note"\n')
    listed = {rule["code"]: rule for rule in json.loads(CliRunner().invoke(rules.command, ["--format", "json"]).stdout)}
    assert (listed["INIT101"]["severity"], listed["INIT101"]["default"]) == ("note", "error")
    assert listed["INIT603"]["severity"] == "off"
    assert listed["INIT004"] == {
        "code": "INIT004",
        "name": "ignore-without-reason",
        "severity": "off",
        "default": "off",
        "summary": "An ignore comment does not say why.",
        "practice": "",
        "options": None,
        "url": listed["INIT101"]["url"].replace("INIT101", "INIT004"),
    }


@pytest.mark.parametrize("name", ["INIT003", "init003", "unused-ignore"])
def test_a_rule_is_explained(name: str) -> None:
    done = CliRunner().invoke(explain.command, [name])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:5] == [
        "INIT003 unused-ignore",
        "",
        "- Severity: warning",
        "",
        "An ignore comment ignores nothing.",
    ]


def test_what_several_rules_begin_with_is_no_rule() -> None:
    done = CliRunner().invoke(explain.command, ["init7"])
    said = "Error: 'init7' begins the codes of several rules: INIT701, INIT702, INIT703, INIT704"
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, said)


def test_every_rule_can_be_explained() -> None:
    for rule in builtin():
        assert CliRunner().invoke(explain.command, [rule.code]).stdout == readable(page(rule), color=False)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("INIT30O", "; did you mean 'INIT302'?"), ("unused-ignroe", "; did you mean 'unused-ignore'?"), ("zzz", "")],
)
def test_an_unknown_rule_is_a_usage_error(name: str, hint: str) -> None:
    if name == "INIT30O" and find("INIT302", builtin()) is None:
        pytest.skip("there is no INIT302")
    done = CliRunner().invoke(explain.command, [name])
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith(f"Error: there is no rule '{name}'{hint[:22]}")


def test_pages_are_made_readable() -> None:
    text = "# A b\n\nSee **[x](y.md)**.\n\n## Why\n\n```hcl\n# not a heading\n\nx = 1\n```\n"
    assert readable(text, color=False) == "A b\n\nSee x.\n\nWHY\n\n    # not a heading\n\n    x = 1\n"
    assert readable(text, color=True).splitlines()[:1] == ["\x1b[1mA b\x1b[0m"]
