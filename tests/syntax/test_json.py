from __future__ import annotations

import pytest

from initlint.source import Source
from initlint.syntax import json
from initlint.syntax.nodes import Attribute, Body, File, Template, TextPart

from .outline import outline

TEXT = r"""{
  "//": "a comment",
  "resource": {
    "azurerm_x": {
      "a": {
        "name": "x-\n${var.a}é\u00e9\ud83d\ude00$${q}",
        "kept": "${var.a}",
        "number": 1.50,
        "list": [1, true, null, "é"],
        "tags": {"${a}": "b", "//": "c"},
        "identity": {"type": "UserAssigned"},
        "env": [{"name": "A"}, {"name": "B"}],
        "dynamic": {"secret": {"for_each": "${x}", "content": {"name": "v"}}}
      },
      "b": [{"name": "one"}, {"name": "two"}]
    }
  },
  "variable": [{"v": {"default": "${x}\n"}}, {"w": {}}],
  "resource": {"azurerm_y": {"c": null, "d": {}}}
}
"""


def file_of(text: str) -> File:
    return json.parse(Source("main.tf.json", text.encode()))


def attribute(body: Body, name: str) -> Attribute:
    found = body.attribute(name)
    assert found is not None
    return found


def test_blocks() -> None:
    file = file_of(TEXT)
    assert file.problems == ()
    assert file.body.block_types() == ["resource", "variable"]
    resources = file.body.blocks("resource", 2)
    assert [block.labels for block in resources] == [
        ("azurerm_x", "a"),
        ("azurerm_x", "b"),
        ("azurerm_x", "b"),
        ("azurerm_y", "d"),
    ]
    assert [block.header.text for block in resources] == ['"a"', '"b"', '"b"', '"d"']
    assert (resources[0].header.line, resources[0].header.column) == (5, 7)
    assert [outline(attribute(block.body, "name").expression) for block in resources[1:3]] == ["<'one'>", "<'two'>"]
    assert [block.labels for block in file.body.blocks("variable", 1)] == [("v",), ("w",)]
    (identity,) = resources[0].body.blocks("identity")
    assert identity.span.text == '"identity": {"type": "UserAssigned"}'
    assert [block.span.text for block in resources[0].body.blocks("env")] == ['{"name": "A"}', '{"name": "B"}']
    (dynamic,) = resources[0].body.blocks("dynamic", 1)
    assert dynamic.labels == ("secret",)
    (content,) = dynamic.body.blocks("content")
    assert outline(attribute(content.body, "name").expression) == "<'v'>"


def test_expressions() -> None:
    body = file_of(TEXT).body.blocks("resource", 2)[0].body
    values = {name: outline(attribute(body, name).expression) for name in ("kept", "number", "list", "tags")}
    assert values == {
        "kept": "<$(. var a)>",
        "number": "3/2",
        "list": "[1, True, None, <'é'>]",
        "tags": "{<$a>: <'b'>, <'//'>: <'c'>}",
    }
    kept = attribute(body, "kept")
    assert isinstance(kept.expression, Template)
    assert kept.expression.wraps is not None
    assert kept.span.text == '"kept": "${var.a}"'
    assert kept.name_span.text == '"kept"'
    assert kept.expression_span.text == kept.expression.span.text == '"${var.a}"'


def test_spans_go_through_escapes() -> None:
    template = attribute(file_of(TEXT).body.blocks("resource", 2)[0].body, "name").expression
    assert isinstance(template, Template)
    assert [
        (part.span.text, part.text, part.exact) if isinstance(part, TextPart) else (part.span.text,)
        for part in template.parts
    ] == [
        ("x-", "x-", True),
        (r"\n", "\n", False),
        ("${var.a}",),
        ("é", "é", True),
        (r"\u00e9", "é", False),
        (r"\ud83d\ude00", "\U0001f600", False),
        ("$${", "${", False),
        ("q}", "q}", True),
    ]
    interpolation = template.parts[2]
    assert (interpolation.span.line, interpolation.span.column) == (6, 22)


def test_expression_inside_an_escaped_string() -> None:
    value = attribute(file_of(r'{"a": "${f(\"x\", [\"\u0079\"])}"}').body, "a").expression
    assert outline(value) == "<$(f() <'x'> [<'y'!>])>"


def test_literal_values() -> None:
    default = attribute(file_of(TEXT).body.blocks("variable", 1)[0].body, "default")
    assert outline(default.literal_expression) == r"<'${x}' '\n'!>"
    assert outline(default.expression) == r"<$x '\n'!>"


PROBLEMS = {
    "": (1, 1, "expected a value, found the end of the file"),
    '{"a": }': (1, 7, "expected a value, found `}`"),
    '{"a" 1}': (1, 6, "expected `:` and a value, found `1`"),
    '{"a" = 1}': (1, 6, "expected `:` behind a property's name, found `=`"),
    '{"a": 1,}': (1, 8, "expected no comma before `}`"),
    '{"a": 1\n "b": 2}': (1, 8, "expected `,` or `}`"),
    '{"a": [1 2]}': (1, 10, "expected `,` or `]`, found `2`"),
    '{"a": [1,]}': (1, 9, "expected no comma before `]`"),
    '{"a": "b}': (1, 10, 'expected `"` to end the string'),
    '{"a": "b\\q"}': (1, 9, "`\\q` is no escape sequence of JSON"),
    '{"a": tru}': (1, 7, "expected a value, found `tru`"),
    '{"a": 01}': (1, 7, "expected a value, found `0`"),
    "{a: 1}": (1, 2, "expected a property name in quotes or `}`, found `a`"),
    '{"a": 1} x': (1, 10, "expected the end of the file, found `x`"),
    '{"a": 1, "a": 2}': (1, 10, "`a` is already set on line 1"),
    '{"a": {': (1, 8, "expected a property name in quotes or `}`, found the end of the file"),
    "12": (1, 1, "expected an object: arguments and blocks are its properties"),
}


@pytest.mark.parametrize("text", PROBLEMS)
def test_problem(text: str) -> None:
    problems = file_of(text).problems
    assert [(problem.span.line, problem.span.column, problem.message) for problem in problems] == [PROBLEMS[text]]


def test_what_stands_before_a_problem_is_read() -> None:
    file = file_of('{"a": {"b": 1, "c": [1, 2, x]}, "d": 3}')
    (block,) = file.body.blocks("a")
    assert outline(attribute(block.body, "b").expression) == "1"
    assert outline(attribute(block.body, "c").expression) == "[1, 2]"
    assert file.body.attribute("d") is None


def test_a_missing_comma_hides_nothing() -> None:
    file = file_of('{"a": 1\n "b": 2, "c": 3,}')
    assert [outline(found.expression) for found in file.body.attributes()] == ["1", "2", "3"]


def test_deep_nesting_is_refused_and_does_not_crash() -> None:
    (problem,) = file_of('{"a": ' + "[" * 5000).problems
    assert problem.message == "values nest deeper than 100 levels here"
