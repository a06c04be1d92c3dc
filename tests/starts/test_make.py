from __future__ import annotations

from initlint.source import Source
from initlint.starts.files import Kind
from initlint.starts.find import read_starts
from initlint.starts.names import shown


def starts(text: str, kind: Kind) -> list[tuple[int, str, str]]:
    """Line, text and name of what a file starts."""
    found, _ = read_starts(Source("Makefile", text.encode()), kind)
    return [(c.span.line, c.span.text, shown(c.name)) for c in found]


def test_makefile() -> None:
    text = (
        "PROJECT := shop  # the project\n"
        "ENV ?= dev\n"
        "JOB = $(PROJECT)-init-seed-$(ENV)\n"
        "TWICE = a\n"
        "TWICE = b\n"
        "# az containerapp job start --name none\n"
        "seed:\n"
        "\t@az containerapp job start \\\n"
        '\t\t--name "$(JOB)" -g rg\n'
        "\t# az containerapp job start --name none\n"
        '\t@echo "az containerapp job start --name none"\n'
        "\t-az containerapp job start --name ${PROJECT}-x\n"
        '\tfor j in a b; do az containerapp job start --name "$$j-$(TWICE)"; done\n'
    )
    assert starts(text, Kind.MAKE) == [
        (9, '"$(JOB)"', "shop-init-seed-*"),
        (12, "${PROJECT}-x", "shop-x"),
        (13, '"$$j-$(TWICE)"', "a-*"),
        (13, '"$$j-$(TWICE)"', "b-*"),
    ]


def test_lines_that_are_no_recipe_of_their_own() -> None:
    text = (
        "define start\naz containerapp job start --name shop-init-$(1)\nendef\n"
        "direct: a b ; @az containerapp job start --name one-line\n"
        "HELP = az containerapp job start --name none\n"
    )
    assert starts(text, Kind.MAKE) == [(2, "shop-init-$(1)", "shop-init-*"), (4, "one-line", "one-line")]


def test_a_command_in_a_variable_is_not_found() -> None:
    text = b"START = az containerapp job start -g rg\nseed:\n\t$(START) --name a\n"
    assert read_starts(Source("Makefile", text), Kind.MAKE) == ([], "its scripts were not found")


def test_justfile() -> None:
    text = "seed env:\n    @az containerapp job start --name shop-init-seed-{{env}} -g rg\n"
    assert starts(text, Kind.JUST) == [(2, "shop-init-seed-{{env}}", "shop-init-seed-*")]
