"""Functions over known values: expressions with the JSON that Terraform gives for them, stored and asked again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.terraform.judge import ERROR, TERRAFORM, needs_terraform, ours, root_of, theirs

from initlint.source import Source
from initlint.syntax.read import parse_expression
from initlint.terraform.functions import FAMILIES, FUNCTIONS, Context, call
from initlint.terraform.value import Chunk, Origin, Unknown, error, number, object_of, string, tuple_of, unknown

_ROWS = [json.loads(line) for line in (Path(__file__).parent / "functions.jsonl").read_text("utf-8").splitlines()]
TABLE: list[tuple[str, Any]] = [
    (row["expression"], ERROR if row.get("error") else json.loads(row["json"])) for row in _ROWS
]

ELSEWHERE = {
    *("base64gzip", "bcrypt", "convert", "file", "filebase64", "filebase64sha256", "filebase64sha512", "fileexists"),
    *("filemd5", "fileset", "filesha1", "filesha256", "filesha512", "plantimestamp", "rsadecrypt", "sensitive"),
    *("templatefile", "templatestring", "timestamp", "uuid"),
}
"""Functions that read files or whose results differ from run to run: other tests hold those."""


def exact(value: Any) -> str:
    """A text that tells 1 from true and 1 from 1.5."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize(("expression", "expected"), TABLE, ids=[expression for expression, _ in TABLE])
def test_gives_what_terraform_gives(expression: str, expected: Any) -> None:
    assert exact(ours([expression])[0]) == exact(expected)


@needs_terraform
def test_terraform_gives_what_is_stored() -> None:
    given = theirs([expression for expression, _ in TABLE])
    wrong = [
        f"{expression}: stored {exact(expected)}, Terraform {exact(actual)}"
        for (expression, expected), actual in zip(TABLE, given)
        if exact(expected) != exact(actual)
    ]
    assert wrong == []


@needs_terraform
def test_no_function_of_terraform_is_missing() -> None:
    assert TERRAFORM is not None
    done = subprocess.run([TERRAFORM, "metadata", "functions", "-json"], capture_output=True, text=True, check=True)
    signatures = json.loads(done.stdout)["function_signatures"]
    names = {name.removeprefix("core::") for name in signatures}
    assert names - set(FUNCTIONS) == set()
    described = {name: (len(FUNCTIONS[name].parameters), FUNCTIONS[name].variadic is not None) for name in names}
    assert described == {
        name: (len(signatures[name].get("parameters", [])), "variadic_parameter" in signatures[name]) for name in names
    }


def test_every_function_is_in_the_table() -> None:
    text = " ".join(expression for expression, _ in TABLE)
    assert [name for name in FUNCTIONS if f"{name}(" not in text and name not in ELSEWHERE] == []


def test_families_hold_what_they_say() -> None:
    from importlib import import_module

    for family, names in FAMILIES.items():
        module = import_module(f"initlint.terraform.functions.{family}")
        assert sorted(module.FUNCTIONS) == sorted(names.split()), family


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("nosuch(1)", 'there is no function named "nosuch"'),
        ("upper()", "upper() takes 1 argument, not 0"),
        ('substr("a")', "substr() takes 3 arguments, not 1"),
        ("join()", "join() takes at least 1 arguments, not 0"),
        ("upper(null)", "upper(): argument str must not be null"),
        ('tonumber("x")', 'tonumber(): a number is required, not "x"'),
        ("tostring([])", "tostring(): a string is required, not a tuple"),
        ('cidrhost("10.0.0.0", 1)', 'cidrhost(): "10.0.0.0" is no address with a prefix length'),
        ('upper([tonumber("x")])', "upper(): a string is required, not a tuple"),
        ("element([], 0)", "element(): the list is empty"),
        ('format("%d", "x")', 'format(): "%d" requires a number'),
        ("range(1025)", "range(): more than 1024 values were generated"),
    ],
)
def test_an_error_says_what_is_wrong(expression: str, message: str) -> None:

    from initlint.source import Source

    value = root_of("").module.evaluate(parse_expression(Source("e", expression.encode())))
    assert value.error is not None
    assert value.error.reason == message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("timestamp", "timestamp() gives another value in every run"),
        ("plantimestamp", "plantimestamp() gives another value in every run"),
        ("uuid", "uuid() gives another value in every run"),
    ],
)
def test_what_differs_from_run_to_run_is_unknown_but_not_null(name: str, reason: str) -> None:
    data = call(name, [], Context()).data
    assert isinstance(data, Unknown)
    assert (data.reason, data.not_null, data.error) == (reason, True, False)


def test_a_provider_function_is_unknown() -> None:
    value = call("provider::azapi::parse_resource_id", [string("x")], Context())
    assert isinstance(value.data, Unknown)
    assert value.data.reason == "provider function provider::azapi::parse_resource_id is not evaluated"
    assert not value.data.error


def test_what_would_be_too_large_is_unknown_with_the_limit() -> None:
    value = call("format", [string("%2000000s"), string("x")], Context())
    assert value.reason == "limit: the text is longer than 1048576 characters"


def test_an_unknown_argument_keeps_the_type_of_the_result() -> None:
    value = call("base64encode", [unknown("var.x has no default", key="var.x")], Context())
    assert str(value.type) == "string"
    assert isinstance(value.data, Unknown)
    assert (value.data.reason, value.data.key, value.data.not_null) == (
        "var.x has no default",
        "base64encode(<var.x>)",
        True,
    )


def test_a_family_is_imported_when_it_is_used() -> None:
    program = (
        "import sys\n"
        "from initlint.terraform.functions import Context, call\n"
        "from initlint.terraform.value import string\n"
        "before = {name for name in sys.modules if name.startswith('initlint.terraform.functions.')}\n"
        "call('upper', [string('a')], Context())\n"
        "print(sorted(before), 'initlint.terraform.functions.strings' in sys.modules, 're2' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[] True False\n"


def place(text: str, at: int, label: str) -> Origin:
    return Origin(Source("main.tf", text.encode()).span(at, at + 1), label)


def test_a_result_comes_from_the_call_and_a_choice_from_what_was_chosen() -> None:
    source = Source("main.tf", b'coalesce("", "x")')
    span = source.span(0, len(source.data))
    empty, chosen = string("", place("a", 0, "first")), string("x", place("b", 0, "second"))
    made = call("upper", [chosen], Context(), span).origin
    assert made is not None
    assert (made.span, made.label, made.handed_on, made.inner) == (span, "upper()", False, (chosen.origin,))
    for name, args in (("coalesce", [empty, chosen]), ("try", [chosen, empty]), ("one", [tuple_of([chosen])])):
        assert call(name, args, Context(), span).origin is chosen.origin, name


def test_text_keeps_the_places_that_it_was_written_at() -> None:
    source = Source("main.tf", b"  set -e\n")
    lines = string("  set -e\n", chunks=(Chunk("  set -e\n", source.span(0, 9)),))
    for name, args, spans in (
        ("trimspace", [lines], [(2, 8)]),
        ("chomp", [lines], [(0, 8)]),
        ("trimprefix", [lines, string("  ")], [(2, 9)]),
        ("trimsuffix", [lines, string("\n")], [(0, 8)]),
        ("substr", [lines, number(2), number(3)], [(2, 5)]),
        ("format", [string("%s"), lines], [(0, 9)]),
        ("join", [string(""), tuple_of([lines, lines])], [(0, 9), (0, 9)]),
        ("replace", [lines, string("-"), string("+")], [(0, 6), None, (7, 9)]),
        ("indent", [number(2), lines], [(0, 9), None]),
        ("tostring", [lines], [(0, 9)]),
        ("split", [string(" "), lines], None),
    ):
        value = call(name, args, Context())
        if spans is None:
            assert isinstance(value.data, tuple)
            value, spans = value.data[-1], [(6, 9)]
        assert [(c.span.start, c.span.end) if c.span else None for c in value.chunks] == spans, name


def test_what_is_sensitive_stays_so() -> None:
    secret = string("x").marked(True)
    for name, args in (
        ("upper", [secret]),
        ("join", [string("-"), tuple_of([secret])]),
        ("jsonencode", [tuple_of([secret])]),
        ("coalesce", [secret, string("y")]),
        ("merge", [object_of({"a": string("y")}).marked(True), object_of({})]),
    ):
        assert call(name, args, Context()).sensitive, name
    assert not call("nonsensitive", [secret], Context()).sensitive
    assert call("issensitive", [secret], Context()).data is True


def test_try_and_can_pass_over_errors_but_not_over_what_is_unknown() -> None:
    failed, undeclared = error("no such element"), error("not declared", static=True)
    hidden, other = unknown("var.x has no default", key="var.x"), string("other")
    assert call("try", [failed, other], Context()) is other
    assert call("try", [tuple_of([failed]), other], Context()) is other
    assert call("try", [hidden, other], Context()) is hidden
    static = call("try", [undeclared, other], Context()).error
    assert static is not None
    assert static.static
    assert call("can", [failed], Context()).data is False
    assert call("can", [other], Context()).data is True
    assert isinstance(call("can", [hidden], Context()).data, Unknown)
    assert call("can", [undeclared], Context()).error is not None
