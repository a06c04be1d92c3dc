"""`initlint checkov-dir`: the folder with the checks for checkov."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("checkov-dir")
def command() -> None:
    """Print the folder for checkov's --external-checks-dir."""
    import initlint.checkov

    click.echo(Path(initlint.checkov.__file__).resolve().parent / "checks")
