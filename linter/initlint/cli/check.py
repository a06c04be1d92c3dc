"""`initlint [PATHS]`: judge the jobs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from initlint import ci
from initlint.cli.run import (
    OrderedCommand,
    Progress,
    load_settings,
    rule_names,
    scope_options,
    variables_of,
    wants_color,
    with_rules,
)
from initlint.record import record
from initlint.report import FORMATS, ReportOptions, render

if TYPE_CHECKING:
    from initlint.baseline import Entry
    from initlint.finding import Result
    from initlint.project import Variables
    from initlint.settings import Settings


@click.command("check", short_help="Judge the init jobs.", cls=OrderedCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(FORMATS)),
              help="What standard output shows (text; in a known CI system with its annotations).")  # fmt: skip
@click.option("--output", multiple=True, metavar="FORMAT=FILE", help="Write a report to a file as well; repeatable.")
@click.option("--statistics", is_flag=True, help="Show how many findings each rule has, instead of them (text, json).")
@click.option("--select", multiple=True, metavar="RULES", shell_complete=rule_names,
              help="Apply only these rules: codes, prefixes, names.")  # fmt: skip
@click.option("--ignore", multiple=True, metavar="RULES", shell_complete=rule_names, help="Leave these rules out.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note", "never"]),
              help="The lowest severity that makes the exit status 1 (warning).")  # fmt: skip
@click.option("--strict", is_flag=True, help="Report what cannot be decided as findings.")
@click.option("--show-undecided", is_flag=True, help="List what cannot be decided, with the reasons.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE",
              help="Report only what this baseline does not hold (`initlint baseline` writes one).")  # fmt: skip
@click.option("--new-only", is_flag=True, help="The same with .initlint-baseline.json in the workspace root.")
@click.option("--changed", is_flag=True,
              help="PATHS are changed files: judge what uses them, report what they cause.")  # fmt: skip
@click.option("--changed-since", metavar="REF", help="Report only what the lines changed since a git commit cause.")
@click.option("--sarif-category", metavar="NAME", help="The category of a SARIF run, for several runs over one commit.")
@click.option("--allow-partial-sarif", is_flag=True, help="Write SARIF though only a part is reported on.")
@click.option("--no-progress", is_flag=True, help="Show no progress bar.")
@scope_options
@click.pass_context
def command(
    ctx: click.Context,
    paths: Sequence[Path],
    format_: str | None,
    output: Sequence[str],
    statistics: bool,
    select: Sequence[str],
    ignore: Sequence[str],
    fail_on: str | None,
    strict: bool,
    show_undecided: bool,
    baseline: Path | None,
    new_only: bool,
    changed: bool,
    changed_since: str | None,
    sarif_category: str | None,
    allow_partial_sarif: bool,
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
    from initlint.workspace import find_root

    if statistics and format_ not in (None, "text", "json"):
        raise click.UsageError("--statistics is there for the formats text and json")
    if changed and changed_since is not None:
        raise click.UsageError("--changed and --changed-since exclude each other")
    outputs = [_output(text) for text in output]
    if not allow_partial_sarif and "sarif" in (format_, *(name for name, _ in outputs)):
        _refuse_partial(paths, changed or changed_since is not None, environment if not sarif_category else "")
    scope = Scope(paths, changed, changed_since, find_root([_start(paths)] if changed else paths))
    settings = with_rules(load_settings([_start(paths)] if changed else paths, config_file, isolated), select, ignore,
                          fail_on)  # fmt: skip
    process = tf_var_env or settings.use_tf_var_env
    variables = variables_of(ctx, scope.root, var, var_file, process)
    progress = Progress(not no_progress)
    result = scope.scan(settings, variables, environment, strict, progress)
    progress.clear()
    if baseline is not None or new_only:
        result = scope.against(baseline, result, settings, environment)

    rules = tuple(rule for rule in settings.rules if settings.severity_of(rule) is not None)
    reports = Reports(
        result,
        ReportOptions(
            rules=rules, show_undecided=show_undecided, sarif_category=sarif_category, source_url=ci.source_url()
        ),
        ci.prefix(scope.root),
    )
    for name, file in outputs:
        _write(file, reports.text(name))
    reports.show(format_, statistics)
    if any(settings.fails(finding.severity) for finding in result.findings):
        ctx.exit(1)


# --- what is judged -------------------------------------------------------------------------------------------------


@record(eq=True)
class Scope:
    """What is judged, and what of it is reported. root: the workspace root."""

    paths: Sequence[Path]
    changed: bool
    changed_since: str | None
    root: Path

    def scan(
        self, settings: Settings, variables: Variables, environment: str, strict: bool, progress: Progress
    ) -> Result:
        """Judges it."""
        if self.changed:
            from initlint.changed import scan_files

            return scan_files(
                self.paths, settings, variables=variables, environment=environment, strict=strict, progress=progress
            )
        from initlint.engine import scan

        since = None
        if self.changed_since is not None:
            from initlint.changed import narrowed
            from initlint.changed import since as lines_since

            since = lines_since(self.root, self.changed_since)
        result = scan(
            self.paths, settings, variables=variables, environment=environment, strict=strict, progress=progress
        )
        return result if since is None else narrowed(result, since)

    def against(self, file: Path | None, result: Result, settings: Settings, environment: str) -> Result:
        """The result without what a baseline holds (the default one of the workspace, without a file)."""
        from initlint import baseline

        known = baseline.read(file or self.root / baseline.DEFAULT)
        looked = looked_for(result, [self.root] if self.changed else self.paths, settings, environment)
        compared = baseline.compare(result.findings, known, lambda path: (self.root / path).is_file(), looked)
        return baseline.applied(result, compared)


def looked_for(result: Result, paths: Sequence[Path], settings: Settings, environment: str) -> Callable[[Entry], bool]:
    """Whether the run would have found what a baseline's entry names: it judged its rule and its place, and left
    nothing undecided there.
    """
    from initlint.workspace import find_root, within

    root = find_root(paths)
    folders = [path.resolve().relative_to(root).as_posix() for path in paths or [Path()] if path.is_dir()]
    codes = {rule.code: rule for rule in settings.rules}
    open_ = {(question.code, question.job or "") for question in result.undecided}

    def looked(entry: Entry) -> bool:
        rule = codes.get(entry.rule)
        return (
            not (result.partial or environment)
            and rule is not None
            and settings.severity_of(rule, entry.path) is not None
            and any(folder == "." or within(entry.path, folder) for folder in folders)
            and not settings.excluded.matches(entry.path)
            and (entry.rule, entry.job) not in open_
        )

    return looked


def _start(paths: Sequence[Path]) -> Path:
    from initlint.changed import start

    return start(paths)


def _refuse_partial(paths: Sequence[Path], narrowed: bool, environment: str) -> None:
    """Raises a usage error where a SARIF log would hold only a part."""
    what = ""
    if narrowed:
        what = "only what a change causes is reported"
    elif any(path.is_file() for path in paths):
        what = "only some files are reported on"
    elif environment:
        what = f"only the environment {environment} is judged, and there is no --sarif-category for it"
    if what:
        raise click.UsageError(
            f"{what}: uploaded as SARIF, this would close the alerts of all the rest; scan whole folders, or say "
            "--allow-partial-sarif"
        )


# --- what is shown --------------------------------------------------------------------------------------------------


@record(eq=True)
class Reports:
    """The reports of one result. prefix: the workspace root as seen from the top of the repository."""

    result: Result
    options: ReportOptions
    prefix: str

    def seen(self, format_: str) -> Result:
        """The result with the paths that a format's readers expect."""
        if format_ not in ci.OF_THE_REPOSITORY:
            return self.result
        from initlint.report.rebase import rebased

        return rebased(self.result, self.prefix)

    def text(self, format_: str, color: bool = False) -> str:
        """A report."""
        if format_ == "sarif":
            from initlint.report.sarif import MAX_RESULTS

            if len(self.result.findings) > MAX_RESULTS:
                over = len(self.result.findings) - MAX_RESULTS
                said = f"initlint: {over} findings are left out of the SARIF log, the least severe: GitHub takes"
                hint = "give each folder a run and a --sarif-category of its own"
                print(f"{said} {MAX_RESULTS} in one run; {hint}", file=sys.stderr)
        return render(format_, self.seen(format_), replace(self.options, color=color))

    def show(self, format_: str | None, statistics: bool) -> None:
        """Prints the report of a format; of none, the text with what the CI system wants beside it."""
        readable = format_ in (None, "text", "concise")
        _prepare(sys.stdout, readable)
        color = wants_color(sys.stdout) or (ci.system() == "gitlab" and not os.environ.get("NO_COLOR"))
        if statistics:
            from initlint.report import statistics as table

            shown = replace(self.options, color=color)
            text = table.render_json(self.result) if format_ == "json" else table.render_text(self.result, shown)
        else:
            text = self.text(format_ or "text", color)
            if format_ is None and ci.system():
                text += ci.beside(self.seen(ci.system()), self.options)
        click.echo(text, nl=False, color=True)


def _prepare(stream: object, readable: bool) -> None:
    """Makes standard output take every character: what people read in the terminal's encoding, with escapes for what it
    lacks; what programs read in UTF-8, with the same line ends everywhere.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace") if readable else reconfigure(encoding="utf-8", newline="\n")


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
