"""`initlint rules`: every rule there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from initlint.cli.run import load_settings

if TYPE_CHECKING:
    from initlint.rule import Rule
    from initlint.settings import Settings


@click.command("rules", short_help="List the rules and their severities.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="text or json.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read this configuration instead of the nearest one.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration: show the defaults.")
def command(format_: str, config_file: Path | None, isolated: bool) -> None:
    """List the rules with the severities that hold in the current folder."""
    settings = load_settings([], config_file, isolated)
    if format_ == "json":
        click.echo(json.dumps([as_json(rule, settings) for rule in settings.rules], indent=2, ensure_ascii=False))
        return
    width = max(len(rule.name) for rule in settings.rules)
    codes = max(len(rule.code) for rule in settings.rules)
    for rule in settings.rules:
        click.echo(f"{rule.code:<{codes}}  {rule.name:<{width}}  {level(rule, settings):<7}  {rule.summary}")


def level(rule: Rule, settings: Settings) -> str:
    """The severity that holds, or "off"."""
    severity = settings.severity_of(rule)
    return severity.value if severity else "off"


def as_json(rule: Rule, settings: Settings) -> dict[str, Any]:
    """A rule as JSON shows it; `severity` is the one that holds, `default` the built-in one."""
    from initlint.links import rule_page

    return {
        "code": rule.code,
        "name": rule.name,
        "severity": level(rule, settings),
        "default": rule.severity.value if rule.enabled else "off",
        "summary": rule.summary,
        "practice": rule.practice,
        "options": rule.section if rule.options else None,
        "url": rule_page(rule.code),
    }
