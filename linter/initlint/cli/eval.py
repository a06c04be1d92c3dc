"""`initlint eval`: what initlint takes an expression to be: `terraform console` without init, providers or state."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from initlint.cli.run import OrderedCommand, load_settings, scope_options, variables_of

if TYPE_CHECKING:
    from initlint.terraform.module import ModuleInstance


@click.command("eval", short_help="Print what expressions are in a root module.", cls=OrderedCommand)
@click.argument("expressions", nargs=-1)
@click.option("--root", "directory", type=click.Path(path_type=Path), default=Path(), metavar="DIR",
              help="The root module (the current folder).")  # fmt: skip
@click.option(
    "--jsonl", is_flag=True, help="Read one JSON string a line from standard input, answer one object a line."
)
@scope_options
@click.pass_context
def command(
    ctx: click.Context,
    expressions: Sequence[str],
    directory: Path,
    jsonl: bool,
    config_file: Path | None,
    isolated: bool,
    environment: str,
    var: Sequence[str],
    var_file: Sequence[Path],
    tf_var_env: bool,
) -> None:
    """Print what EXPRESSIONS are in a root module: a value, or why it is not known."""
    from initlint.project import evaluation_of
    from initlint.workspace import find_root

    if bool(expressions) == jsonl:
        raise click.UsageError("give EXPRESSIONS, or --jsonl and expressions on standard input")
    settings = load_settings([directory], config_file, isolated)
    variables = variables_of(ctx, find_root([directory]), var, var_file, tf_var_env or settings.use_tf_var_env)
    module = evaluation_of(directory, settings, variables, environment)
    if jsonl:
        for line in sys.stdin:
            if line.strip():
                sys.stdout.write(json.dumps(_answer_line(module, line), ensure_ascii=False) + "\n")
                sys.stdout.flush()  # who asks may wait for the answer before asking on
        return
    failed = False
    for expression in expressions:
        answer = shown_answer(module, expression)
        failed = failed or "error" in answer
        click.echo(_shown(answer))
    if failed:
        ctx.exit(1)


def _answer_line(module: ModuleInstance, line: str) -> dict[str, Any]:
    try:
        expression = json.loads(line)
    except ValueError as problem:
        return {"error": f"the line is no JSON: {problem}"}
    if not isinstance(expression, str):
        return {"error": "the line is no JSON string"}
    return shown_answer(module, expression)


def shown_answer(module: ModuleInstance, expression: str) -> dict[str, Any]:
    """What may be shown of `answer_to`: all but credentials."""
    shown: dict[str, Any] = without_credentials(
        answer_to(module, expression), _LAST_NAME.sub(r"\1", expression.strip(), count=1)
    )
    return shown


def answer_to(module: ModuleInstance, expression: str) -> dict[str, Any]:
    """What an expression is in a module: {"value": ...}, {"unknown": reason}, {"partial": ...} or {"error": ...}."""
    from initlint.source import Source
    from initlint.syntax.read import parse_expression
    from initlint.terraform.show import to_json

    module.root.steps = 0
    try:
        text = f"{expression}\n".encode()  # the closing marker of a heredoc wants its line to end
    except UnicodeEncodeError:
        return {"error": "the expression is no Unicode text"}
    return to_json(module.evaluate(parse_expression(Source("<expression>", text))))


_LAST_NAME = re.compile(r"(?s).*?([\w-]*)[\"\]]*")


def without_credentials(answer: Any, name: str = "") -> Any:
    """An answer with `***` for every literal credential, and for what stands under a name that says credential."""
    from initlint.credentials import is_literal, is_secret_text, redacted, says_credential
    from initlint.terraform.show import HIDDEN

    if isinstance(answer, dict):
        own = {"value", "partial"}
        return {key: without_credentials(item, name if key in own else key) for key, item in answer.items()}
    if isinstance(answer, list):
        return [without_credentials(item, name) for item in answer]
    if not isinstance(answer, str) or answer == HIDDEN:
        return answer
    return "***" if says_credential(name) and is_literal(answer) and is_secret_text(answer) else redacted(answer)


def _shown(answer: dict[str, Any]) -> str:
    from initlint.report.escape import visible

    (kind, content), *_ = answer.items()
    if kind not in ("value", "partial"):
        return visible(f"{kind}: {content}")
    lines = json.dumps(content, ensure_ascii=False, indent=2).split("\n")
    return "\n".join(map(visible, lines)) + ("  (partly known)" if kind == "partial" else "")
