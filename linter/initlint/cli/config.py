"""`initlint config`: the settings that hold for a path, or the JSON schema of the configuration file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from initlint.cli.run import load_settings


@click.command("config", short_help="Show the settings that hold.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--schema", is_flag=True, help="Print the JSON schema of the configuration file instead.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read this configuration instead of the nearest one.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration: show the defaults.")
def command(path: Path | None, schema: bool, config_file: Path | None, isolated: bool) -> None:
    """Show the settings that hold for PATH (the current folder), as a complete configuration file.

    Names of rules that do not exist are told on standard error.
    """
    from initlint.nearest import did_you_mean
    from initlint.settings_file import effective
    from initlint.settings_file import schema as schema_of

    settings = load_settings([path] if path else [], config_file, isolated)
    if schema:
        click.echo(json.dumps(schema_of(settings.rules), indent=2, ensure_ascii=False))
        return
    click.echo(effective(settings), nl=False)
    for name, span in settings.unknown_rules:
        hint = did_you_mean(name, settings.rule_names())
        click.echo(f"{span.path}:{span.line}:{span.column}: unknown rule '{name}'{hint}", err=True)
