"""`initlint [PATHS]`: judge the jobs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from initlint.cli.run import (
    OrderedCommand,
    Progress,
    load_settings,
    scope_options,
    variables_of,
    wants_color,
    with_rules,
)
from initlint.report import FORMATS, ReportOptions, render


@click.command("check", cls=OrderedCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="What standard output shows (text).")
@click.option("--output", multiple=True, metavar="FORMAT=FILE", help="Write a report to a file as well; repeatable.")
@click.option("--select", multiple=True, metavar="RULE", help="Apply only these rules: codes, prefixes, names.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note", "never"]),
              help="The lowest severity that makes the exit status 1 (warning).")  # fmt: skip
@click.option("--strict", is_flag=True, help="Report what cannot be decided as findings.")
@click.option("--show-undecided", is_flag=True, help="List what cannot be decided, with the reasons.")
@click.option("--sarif-category", metavar="NAME", help="The category of a SARIF run, for several runs over one commit.")
@click.option("--no-progress", is_flag=True, help="Show no progress bar.")
@scope_options
@click.pass_context
def command(
    ctx: click.Context,
    paths: Sequence[Path],
    format_: str | None,
    output: Sequence[str],
    select: Sequence[str],
    ignore: Sequence[str],
    fail_on: str | None,
    strict: bool,
    show_undecided: bool,
    sarif_category: str | None,
    no_progress: bool,
    config_file: Path | None,
    isolated: bool,
    environment: str,
    var: Sequence[str],
    var_file: Sequence[Path],
    tf_var_env: bool,
) -> None:
    """Judge the init jobs below PATHS (the current folder).

    A path is a folder, or a file, which stands for its module and limits the report to itself. Exit status: 0 when
    nothing is at or above --fail-on, 1 when something is, 2 for a usage, configuration or internal error.
    """
    from initlint.engine import scan
    from initlint.workspace import find_root

    outputs = [_output(text) for text in output]
    settings = with_rules(load_settings(paths, config_file, isolated), select, ignore, fail_on)
    process = tf_var_env or settings.use_tf_var_env
    variables = variables_of(ctx, find_root(paths), var, var_file, process)
    progress = Progress(not no_progress)
    result = scan(paths, settings, variables=variables, environment=environment, strict=strict, progress=progress)
    progress.clear()
    rules = tuple(rule for rule in settings.rules if settings.severity_of(rule) is not None)
    options = ReportOptions(rules=rules, show_undecided=show_undecided, sarif_category=sarif_category)
    for name, file in outputs:
        _write(file, render(name, result, options))
    shown = ReportOptions(
        color=wants_color(sys.stdout), rules=rules, show_undecided=show_undecided, sarif_category=sarif_category
    )
    click.echo(render(format_ or "text", result, shown), nl=False, color=True)
    if any(settings.fails(finding.severity) for finding in result.findings):
        ctx.exit(1)


def _output(text: str) -> tuple[str, Path]:
    name, _, file = text.partition("=")
    if name not in FORMATS or not file:
        raise click.UsageError(f"--output takes FORMAT=FILE with one of {', '.join(FORMATS)}, not '{text}'")
    return name, Path(file)


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as problem:
        raise click.UsageError(f"--output: {file}: {problem.strerror}") from problem
