"""`initlint baseline`: take the findings that there are for known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from initlint.cli.run import (
    OrderedCommand,
    Progress,
    load_settings,
    rule_names,
    scope_options,
    shown,
    variables_of,
    with_rules,
)


@click.command("baseline", short_help="Write the findings of today to a baseline.", cls=OrderedCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--output", "file", type=click.Path(path_type=Path), metavar="FILE",
              help="Where to write it (.initlint-baseline.json in the workspace root).")  # fmt: skip
@click.option("--select", multiple=True, metavar="RULES", shell_complete=rule_names,
              help="Apply only these rules: codes, prefixes, names.")  # fmt: skip
@click.option("--ignore", multiple=True, metavar="RULES", shell_complete=rule_names, help="Leave these rules out.")
@click.option("--strict", is_flag=True, help="Take in what cannot be decided, as `initlint check --strict` reports it.")
@click.option("--no-progress", is_flag=True, help="Show no progress bar.")
@scope_options
@click.pass_context
def command(
    ctx: click.Context,
    paths: Sequence[Path],
    file: Path | None,
    select: Sequence[str],
    ignore: Sequence[str],
    strict: bool,
    no_progress: bool,
    config_file: Path | None,
    isolated: bool,
    environment: str,
    var: Sequence[str],
    var_file: Sequence[Path],
    tf_var_env: bool,
) -> None:
    """Write the findings below PATHS (the current folder) to a baseline, which `initlint check --new-only` (or
    --baseline FILE) leaves out of its reports.

    Of a baseline that is there already, what this run did not look for stays in it. A file that cannot be read is never
    taken in: then the exit status is 1.
    """
    from initlint import baseline
    from initlint.cli.check import looked_for
    from initlint.diagnostics import ALWAYS_ON
    from initlint.engine import scan
    from initlint.report.ansi import Paint
    from initlint.report.concise import line
    from initlint.workspace import find_root

    settings = with_rules(load_settings(paths, config_file, isolated), select, ignore, None)
    root = find_root(paths)
    variables = variables_of(ctx, root, var, var_file, tf_var_env or settings.use_tf_var_env)
    progress = Progress(not no_progress)
    result = scan(paths, settings, variables=variables, environment=environment, strict=strict, progress=progress)
    progress.clear()

    target = file or root / baseline.DEFAULT
    before = baseline.read(target) if target.exists() else ()
    looked = looked_for(result, paths, settings, environment)
    compared = baseline.compare(result.findings, before, lambda path: (root / path).is_file(), lambda entry: True)
    kept = [entry for entry in compared.gone if not looked(entry)]
    fixed = sum(entry.count for entry in compared.gone if looked(entry))
    found = baseline.entries(result.findings)
    written = baseline.merged(found, kept)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(baseline.text(written), encoding="utf-8", newline="\n")
    except OSError as problem:
        raise click.UsageError(f"{shown(target)}: {problem.strerror}") from problem
    new = sum(entry.count for entry in baseline.entries(compared.new))
    counts = [f"{new} new", f"{fixed} fixed since", f"{sum(entry.count for entry in kept)} kept unseen"]
    said = ", ".join(count for count in counts if not count.startswith("0 ")) if before else ""
    total = sum(entry.count for entry in written)
    click.echo(f"wrote {shown(target)}: {total} finding{'s' * (total != 1)}{f' ({said})' if said else ''}")
    unread = [finding for finding in result.findings if finding.code in ALWAYS_ON]
    for finding in unread:
        click.echo(f"not taken in: {line(finding, Paint(False))}", err=True)
    if unread:
        ctx.exit(1)
