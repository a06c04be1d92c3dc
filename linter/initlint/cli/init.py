"""`initlint init`: a first configuration file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from initlint.cli.run import shown

if TYPE_CHECKING:
    from initlint.workspace import Workspace

ENVIRONMENTS = (
    "dev", "development", "test", "testing", "int", "qa", "uat", "stage", "staging", "preprod", "prod", "production",
    "sandbox", "demo",
)  # fmt: skip
"""What a variable file is called after when it holds an environment's values."""

START = """\
# initlint's configuration. `initlint config` shows all settings, with their defaults.

# Rules that are not applied, by code ("INIT201"), name ("oversized-resources") or beginning of codes ("INIT2").
ignore = []

# Files and folders that are not read; patterns as in .gitignore.
exclude = []

# The lowest severity that makes the exit status 1: error, warning, note or never.
fail-on = "warning"
"""


@click.command("init", short_help="Write a first initlint.toml.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--print", "print_", is_flag=True, help="Print the file instead of writing it.")
def command(path: Path | None, print_: bool) -> None:
    """Write a first initlint.toml into the workspace root of PATH (the current folder).

    Environments are proposed for the variable files that are called after one (dev.tfvars, env/prod.tfvars). A
    configuration that is there already is never touched.
    """
    from initlint.settings import defaults
    from initlint.settings_file import FILE_NAME, find_in
    from initlint.workspace import discover

    workspace = discover([path] if path else [], defaults())
    text = START + "".join(f'\n[environments.{n}]\nvar-files = ["{f}"]\n' for n, f in environments(workspace))
    if print_:
        click.echo(text, nl=False)
        return
    present = find_in(workspace.root)
    if present:
        raise click.UsageError(f"there is a configuration already: {shown(present)}")
    file = workspace.root / FILE_NAME
    try:
        with file.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except OSError as problem:
        raise click.UsageError(f"{shown(file)}: {problem.strerror}") from problem
    click.echo(f"wrote {shown(file)}")


def environments(workspace: Workspace) -> list[tuple[str, str]]:
    """Environments and their variable files, relative to the module folder that they are below, in ENVIRONMENTS' order.

    A name that several files could be meant by is left out: people know, initlint would guess.
    """
    found: dict[str, set[str]] = {}
    for module in workspace.directories:
        for name in ENVIRONMENTS:
            for pattern in (f"{name}.tfvars", f"*/{name}.tfvars", f"*/{name}/terraform.tfvars"):
                for file in sorted(module.directory.glob(pattern)):
                    relative = file.relative_to(module.directory).as_posix()
                    hidden = any(part.startswith(".") for part in relative.split("/"))
                    if (
                        file.is_file()
                        and not hidden
                        and relative.replace("/", "").isprintable()
                        and '"' not in relative
                    ):
                        found.setdefault(name, set()).add(relative)
    return [(name, next(iter(found[name]))) for name in ENVIRONMENTS if len(found.get(name, ())) == 1]
