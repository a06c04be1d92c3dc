"""`initlint jobs`: which Container Apps jobs there are, and which are init jobs, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from initlint.cli.run import OrderedCommand, load_settings, scope_options, variables_of

if TYPE_CHECKING:
    from initlint.finding import ListedJob


@click.command("jobs", short_help="List the jobs, which are init jobs, and why.", cls=OrderedCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", help="text or json.")
@scope_options
@click.pass_context
def command(
    ctx: click.Context,
    paths: Sequence[Path],
    format_: str,
    config_file: Path | None,
    isolated: bool,
    environment: str,
    var: Sequence[str],
    var_file: Sequence[Path],
    tf_var_env: bool,
) -> None:
    """List the Container Apps jobs below PATHS: init jobs and others, and what makes them so."""
    from initlint.engine import scan
    from initlint.workspace import find_root

    settings = load_settings(paths, config_file, isolated)
    variables = variables_of(ctx, find_root(paths), var, var_file, tf_var_env or settings.use_tf_var_env)
    result = scan(paths, settings, variables=variables, environment=environment, list_starts=True)
    if format_ == "json":
        click.echo(json.dumps([_as_json(job) for job in result.jobs], indent=2, ensure_ascii=False))
        return
    if not result.jobs:
        click.echo(f"no Container Apps job in {result.files} files")
    addresses = Counter(job.address for job in result.jobs)
    for job in result.jobs:
        click.echo("\n".join(_lines(job, addresses[job.address] > 1)))
    if result.jobs:
        inits = sum(job.init for job in result.jobs)
        click.echo(f"{len(result.jobs)} job{'s' * (len(result.jobs) != 1)}, {inits} init job{'s' * (inits != 1)}")


def _lines(job: ListedJob, ambiguous: bool) -> Sequence[str]:
    """What is said of a job; with the root module where another one has a job of the same address."""
    from initlint.report.escape import visible

    kind = "init job" if job.init else "not an init job"
    environments: dict[str, list[str]] = {}
    for environment, name in job.names:
        environments.setdefault(name, []).append(environment)
    names = [f"{name} (in {', '.join(where)})" if any(where) else name for name, where in environments.items()]
    rows = [
        ("", f"{kind}, because {job.evidence}" if job.init else f"{kind}: {job.evidence}"),
        ("root module", (job.root or ".") if ambiguous else ""),
        ("name", ", ".join(names) if len(names) > 1 else job.name),
        ("instances", "; ".join(filter(None, [job.no_instances, ", ".join(job.instances), *_absent(job)]))),
        ("of these no init jobs", ", ".join(job.others)),
        ("trigger", job.trigger),
        ("resources", job.resources),
        ("identity", job.identity),
        ("started by", ", ".join(job.starts)),
        ("perhaps started by", ", ".join(job.perhaps_starts)),
    ]
    return [
        visible(f"{job.address}  {job.span.path}:{job.span.line}"),
        *(visible(f"    {label + ': ' if label else ''}{text}") for label, text in rows if text),
    ]


def _absent(job: ListedJob) -> Iterator[str]:
    """Where it has no instance though it has elsewhere: once for each reason."""
    reasons: dict[str, list[str]] = {}
    for environment, reason in job.absent:
        reasons.setdefault(reason, []).append(environment)
    for reason, environments in reasons.items():
        yield f"{reason} (in {', '.join(environments)})"


def _as_json(job: ListedJob) -> dict[str, object]:
    return {
        "address": job.address,
        "path": job.span.path,
        "line": job.span.line,
        "root": job.root or ".",
        "init": job.init,
        "evidence": job.evidence,
        "name": job.name,
        "names": [{"environment": environment, "name": name} for environment, name in job.names],
        "instances": list(job.instances),
        "no_instances": job.no_instances,
        "absent": [{"environment": environment, "reason": reason} for environment, reason in job.absent],
        "not_init": list(job.others),
        "trigger": job.trigger,
        "resources": job.resources,
        "identity": job.identity,
        "started_by": list(job.starts),
        "perhaps_started_by": list(job.perhaps_starts),
    }
