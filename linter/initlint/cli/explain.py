"""`initlint explain`: the page of a rule, in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from initlint.cli.run import rule_names, wants_color

if TYPE_CHECKING:
    from initlint.rule import Rule


@click.command("explain", short_help="Show what a rule checks, why, and what to do.")
@click.argument("rule", metavar="RULE", shell_complete=rule_names)
def command(rule: str) -> None:
    """Show the page of RULE, a code or a name: what it checks, why, and what to do."""
    from initlint.docs import page, readable

    click.echo(readable(page(found(rule)), wants_color(sys.stdout)), nl=False, color=True)


def found(name: str) -> Rule:
    """The rule of that code or name; a rule pack's too, where the configuration names it. Else a usage error."""
    from initlint.cli.run import load_settings
    from initlint.nearest import did_you_mean
    from initlint.registry import builtin, find

    rule = find(name, builtin())
    if rule is None:
        settings = load_settings([], None, False)
        rule = find(name, settings.rules)
        if rule is None:
            several = [one.code for one in settings.rules if one.code.startswith(name.upper())]
            if several:
                raise click.UsageError(f"'{name}' begins the codes of several rules: {', '.join(several)}")
            raise click.UsageError(f"there is no rule '{name}'{did_you_mean(name, settings.rule_names())}")
    return rule
