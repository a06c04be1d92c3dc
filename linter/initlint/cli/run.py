"""What `check`, `jobs` and `eval` share: the options that choose a configuration and values, and the scan."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from initlint.project import Variables
    from initlint.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


class OrderedCommand(click.Command):
    """A command that remembers in which order `--var` and `--var-file` were written: the last one wins."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses as click does, and keeps the names of the options in their order in `ctx.meta`."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta["initlint.order"] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


def rule_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What completes the name of a rule: codes, or names where something else than a code is begun."""
    from initlint.registry import builtin

    codes = [rule.code for rule in builtin() if rule.code.startswith(incomplete.upper())]
    return codes or [rule.name for rule in builtin() if rule.name.startswith(incomplete)]


def scope_options(function: F) -> F:
    """The options that say which configuration and which values."""
    for option in reversed(
        [
            click.option("--config", "config_file", type=click.Path(path_type=Path), metavar="FILE",
                         help="Read this configuration instead of the nearest one."),
            click.option("--isolated", is_flag=True, help="Read no configuration."),
            click.option("--environment", default="", metavar="NAME", help="Judge one environment only."),
            click.option("--var", "var", multiple=True, metavar="NAME=VALUE", help="Set a variable of the roots."),
            click.option("--var-file", "var_file", multiple=True, metavar="FILE", type=click.Path(path_type=Path),
                         help="Set input variables from a file; --var and --var-file win in the order written."),
            click.option("--tf-var-env", is_flag=True, help="Take TF_VAR_ variables of the process into account."),
        ]
    ):  # fmt: skip
        function = option(function)
    return function


def load_settings(paths: Sequence[Path], config_file: Path | None, isolated: bool) -> Settings:
    """The settings for a scan of the paths."""
    if not isolated and config_file is None:
        from initlint.settings_file import find_in
        from initlint.workspace import find_root

        isolated = find_in(find_root(paths)) is None
    if isolated:
        from initlint.registry import builtin
        from initlint.settings import defaults

        return defaults(builtin())
    from initlint.settings_file import load
    from initlint.workspace import starting_folder

    return load(starting_folder(paths), config=config_file)


def variables_of(
    ctx: click.Context, root: Path, var: Sequence[str], var_file: Sequence[Path], process: bool
) -> Variables:
    """The values that the options set, in their order. Raises a usage error for what is no value or no file."""
    from initlint.project import Variables

    values, files = iter(var), iter(var_file)
    options: list[tuple[str, str]] = []
    for name in ctx.meta.get("initlint.order", ()):
        if name == "var":
            text = next(values)
            if "=" not in text:
                raise click.UsageError(f"--var takes NAME=VALUE, not '{text}'")
            options.append(("var", text))
        elif name == "var_file":
            path = next(files)
            if not path.is_file():
                raise click.UsageError(f"--var-file: there is no file '{path}'")
            options.append(("file", os.path.relpath(path.resolve(), root).replace(os.sep, "/")))
    prefix = "TF_VAR_"
    found = {k.removeprefix(prefix): v for k, v in os.environ.items() if k.startswith(prefix)} if process else {}
    return Variables(tuple(options), found)


def with_rules(settings: Settings, select: Sequence[str], ignore: Sequence[str], fail_on: str | None) -> Settings:
    """The settings with what the command line says about rules. Names may stand in one option, with commas."""
    select, ignore = (
        [name for word in words for name in map(str.strip, word.split(","))] for words in (select, ignore)
    )
    known = set(settings.rule_names())
    for name in (*select, *ignore):
        from initlint.settings import is_known

        if not is_known(name, settings.rules):
            from initlint.nearest import did_you_mean

            raise click.UsageError(f"unknown rule '{name}'{did_you_mean(name, known)}")
    changes: dict[str, Any] = {}
    if select:
        changes["select"] = tuple(select)
    if ignore:
        changes["ignore"] = (*settings.ignore, *ignore)
    if fail_on:
        changes["fail_on"] = fail_on
    return replace(settings, **changes) if changes else settings


class Progress:
    """A progress bar on standard error, if it is a terminal, once the work has taken more than `delay` seconds.

    A timer draws it, so that it also shows while one large root module is at work.
    """

    def __init__(self, wanted: bool = True, delay: float = 1.0) -> None:
        self._done, self._total = 0, 0
        self._shown = False
        self._timer = None
        if wanted and sys.stderr.isatty():
            from threading import Timer

            self._timer = Timer(delay, self._show)
            self._timer.daemon = True
            self._timer.start()

    def __call__(self, done: int, total: int) -> None:
        """Takes note of how many of the root modules are done."""
        self._done, self._total = done, total
        if self._shown:
            self._draw()

    def clear(self) -> None:
        """Takes the bar away."""
        if self._timer is not None:
            self._timer.cancel()
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = False

    def _show(self) -> None:
        self._shown = True
        self._draw()

    def _draw(self) -> None:
        width = 30
        filled = width * self._done // self._total if self._total else 0
        bar = f"[{'#' * filled}{'.' * (width - filled)}] {self._done} of {self._total} root modules"
        print(f"\r{bar}", end="", file=sys.stderr, flush=True)


def shown(file: Path) -> str:
    """The path of a file as a user who stands in the current folder writes it; absolute where it is not below that."""
    absolute = file.absolute()
    here = Path.cwd()
    return (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()


def wants_color(stream: Any) -> bool:
    """Whether output to a stream is coloured: FORCE_COLOR and NO_COLOR decide, else whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return bool(stream.isatty()) and os.environ.get("TERM") != "dumb"
