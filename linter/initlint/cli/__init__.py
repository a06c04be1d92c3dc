"""The command line: `initlint [PATHS]` and its commands, each in a file of its own, imported when it is called."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from initlint import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "check": "initlint.cli.check",
    "baseline": "initlint.cli.baseline",
    "jobs": "initlint.cli.jobs",
    "rules": "initlint.cli.rules",
    "explain": "initlint.cli.explain",
    "eval": "initlint.cli.eval",
    "config": "initlint.cli.config",
    "checkov-dir": "initlint.cli.checkov_dir",
    "init": "initlint.cli.init",
}
"""The commands and their modules; each module's `command` is the command."""
DEFAULT = "check"
OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Nearly all that a run makes lives to its end: looking for garbage every 700 objects finds none and costs a tenth of
the time. A large scan still has its cycles collected.
"""


class _Commands(click.Group):
    """A group that imports a command when it is called, and takes anything that is no command for `check`'s."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        return None if module is None else import_module(module).command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        completing_first = ctx.resilient_parsing and not args
        if not completing_first and (not args or (args[0] not in COMMANDS and args[0] not in own)):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command."""
        from initlint.cli.errors import ReaderGone

        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What can be the first word: a command, an option, or what `check` takes."""
        check = self.get_command(ctx, DEFAULT)
        assert check is not None
        default = check.make_context(DEFAULT, [], parent=ctx, resilient_parsing=True)
        found = [*super().shell_complete(ctx, incomplete), *check.shell_complete(default, incomplete)]
        if not incomplete.startswith("-"):
            found += [item for one in check.params if isinstance(one, click.Argument)
                      for item in one.shell_complete(default, incomplete)]  # fmt: skip
        return list({(item.type, item.value): item for item in reversed(found)}.values())[::-1]


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="initlint", message="%(prog)s %(version)s")
def cli() -> None:
    """Judge the Azure Container Apps init jobs in Terraform.

    \b
    initlint [PATHS]      judge the jobs below the paths (the current folder)
    initlint check -h     all the options of that
    """  # noqa: D301 (click asks for the character, not for its two letters)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line; ends the process with 0, 1 (findings) or 2 (usage, configuration or internal error)."""
    from initlint.cli.errors import reported

    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)  # the end of the process needs no search for garbage either
    with reported():
        words = list(arguments) if arguments is not None else sys.argv[1:]
        # Not standalone: click would end with 1, which means findings, for its own errors.
        status = cli.main(args=words, prog_name="initlint", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
