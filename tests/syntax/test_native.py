from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initlint.source import Source, Span
from initlint.syntax import native
from initlint.syntax.nodes import Body, Broken, Literal, Template, TextPart
from initlint.syntax.read import read
from initlint.syntax.recovery import read_body

from .outline import file_of, outline, value_of

EXPRESSIONS = {
    "1": "1",
    "-1": "(- 1)",
    "0.50": "1/2",
    "1.5e3": "1500",
    "1e5": "100000",
    "true": "True",
    "null": "None",
    "a + b * c ? d : e": "(? (+ a (* b c)) d e)",
    "a - b - c": "(- (- a b) c)",
    "a * b + c": "(+ (* a b) c)",
    "a ? b : c ? d : e": "(? a b (? c d e))",
    "a ? b ? c : d : e": "(? a (? b c d) e)",
    "a == b && c || d": "(|| (&& (== a b) c) d)",
    "a || b && c": "(|| a (&& b c))",
    "a < b == c > d": "(== (< a b) (> c d))",
    "a % b / c": "(/ (% a b) c)",
    "!a == b": "(== (! a) b)",
    "!!a": "(! (! a))",
    "-a.b": "(- (. a b))",
    "a - -1": "(- a (- 1))",
    "(a + b) * c": "(* (() (+ a b)) c)",
    "(a\n+ b)": "(() (+ a b))",
    "a.b.c": "(. (. a b) c)",
    "a.0.b": "(. ([] a 0) b)",
    'a["b"].c[0]': "([] (. ([] a <'b'>) c) 0)",
    "a.*": "(.* a @)",
    "a.*.b[0].c": "(. ([] (.* a (. @ b)) 0) c)",
    "a.*.b.0.c": "(.* a (. ([] (. @ b) 0) c))",
    "a[*].b[0].c": "([*] a (. ([] (. @ b) 0) c))",
    "a[*].b[*].c": "([*] a ([*] (. @ b) (. @ c)))",
    "a[*]": "([*] a @)",
    "f()": "(f())",
    "f(a, b...)": "(f() a b ...)",
    "f(\na,\nb,\n)": "(f() a b)",
    "provider::x::f(a)": "(provider::x::f() a)",
    "f(a).b": "(. (f() a) b)",
    "[]": "[]",
    "[1, a,]": "[1, a]",
    "[\n1, # one\n/* two */ 2\n]": "[1, 2]",
    "{}": "{}",
    '{ a = 1, "b-${c}" : 2, (d) = 3, 4 = 5 }': "{<'a'>: 1, <'b-' $c>: 2, (() d): 3, 4: 5}",
    "{\n a = b\n (c) = d\n}": "{<'a'>: b, (() c): d}",
    "{\n a = b # x\n\n a-b = [\n1\n]\n}": "{<'a'>: b, <'a-b'>: [1]}",
    "{ a.b = 1 }": "{(. a b): 1}",
    "{ true = 1 }": "{True: 1}",
    "[for v in c : v]": "(for v in c: v)",
    "[for k, v in c : k if v]": "(for k,v in c: k if v)",
    "{\nfor k, v in c : k => v... if v\n}": "(for k,v in c: k => v... if v)",
    '"${a["x"]}"': "<$([] a <'x'>)>",
    '"a${"b${c}"}"': "<'a' $<'b' $c>>",
    '""': "<>",
    "über": "über",
    "a ? [1] : [2][0]": "(? a [1] ([] [2] 0))",
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression(text: str) -> None:
    assert outline(value_of(text)) == EXPRESSIONS[text]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression_span_is_its_text(text: str) -> None:
    assert value_of(text).span.text == text


def test_number_is_terraforms() -> None:
    fraction = value_of("0.5")
    tenth = value_of("0.1")
    assert isinstance(fraction, Literal)
    assert fraction.value == Fraction(1, 2)
    assert isinstance(tenth, Literal)
    assert tenth.value != Fraction(1, 10)


def test_escapes_are_parts_of_their_own() -> None:
    template = value_of(r'"a\n\té \" \\ \u00e9\U0001F600 $${x} %%{y} $ % $$"')
    assert isinstance(template, Template)
    assert [(part.span.text, part.text, part.exact) for part in template.parts if isinstance(part, TextPart)] == [
        ("a", "a", True),
        (r"\n", "\n", False),
        (r"\t", "\t", False),
        ("é ", "é ", True),
        (r"\"", '"', False),
        (" ", " ", True),
        ("\\\\", "\\", False),
        (" ", " ", True),
        (r"\u00e9", "é", False),
        (r"\U0001F600", "\U0001f600", False),
        (" ", " ", True),
        ("$${", "${", False),
        ("x} ", "x} ", True),
        ("%%{", "%{", False),
        ("y} $ % $$", "y} $ % $$", True),
    ]


def test_heredoc_lines_are_parts_of_their_own() -> None:
    template = value_of("<<-EOT\n    a ${b} \\n\n      $${c}\n\n  EOT")
    assert isinstance(template, Template)
    assert template.heredoc
    assert template.span.text == "<<-EOT\n    a ${b} \\n\n      $${c}\n\n  EOT"
    assert [(part.span.line, part.span.column, part.span.text) for part in template.parts] == [
        (2, 5, "a "),
        (2, 7, "${b}"),
        (2, 11, " \\n\n"),
        (3, 5, "  "),
        (3, 7, "$${"),
        (3, 10, "c}\n"),
        (4, 1, "\n"),
    ]


def test_lone_interpolation() -> None:
    lone = value_of('"${a}"')
    stripped = value_of('" ${~ a ~} "')
    heredoc = value_of("<<EOT\n${a ~}\nEOT")
    assert isinstance(lone, Template)
    assert lone.wraps is not None
    assert lone.wraps.span.text == "a"
    assert isinstance(stripped, Template)
    assert stripped.wraps is None
    assert isinstance(heredoc, Template)
    assert heredoc.wraps is None


BODY = """\
# first
resource "azurerm_x" label {
  name = "a" // second
  one { b = 1 }

  /* third
     goes on */ template {
    # fourth
    cpu = 0.5
  }
  one {}
}
"""


def test_blocks() -> None:
    body = file_of(BODY).body
    assert body.block_types() == ["resource"]
    (resource,) = body.blocks("resource", 2)
    assert resource.labels == ("azurerm_x", "label")
    assert resource.header.text == 'resource "azurerm_x" label'
    assert (resource.span.line, resource.span.column, resource.span.end_line, resource.span.end_column) == (2, 1, 12, 2)
    assert resource.body.block_types() == ["one", "template"]
    assert [block.span.text for block in resource.body.blocks("one")] == ["one { b = 1 }", "one {}"]
    (name,) = resource.body.attributes()
    assert (name.name, name.name_span.text, name.span.text) == ("name", "name", 'name = "a"')
    assert name.expression_span.text == '"a"'
    assert resource.body.attribute("cpu") is None
    (template,) = resource.body.blocks("template")
    cpu = template.body.attribute("cpu")
    assert cpu is not None
    assert (cpu.span.line, cpu.span.column) == (9, 5)


def test_comments() -> None:
    assert [(comment.text, comment.alone, comment.span.line) for comment in file_of(BODY).comments] == [
        ("# first", True, 1),
        ("// second", False, 3),
        ("/* third\n     goes on */", True, 6),
        ("# fourth", True, 8),
    ]


def test_comment_marks_in_text_are_no_comments() -> None:
    assert file_of('a = "# no // no"\nb = <<EOT\n# no\nEOT\n').comments == ()


def test_carriage_returns_are_no_part_of_a_comment() -> None:
    assert [comment.text for comment in file_of("# a\r\nb = 1 # c\r\n").comments] == ["# a", "# c"]


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n", "# only\n", "/* only */"])
def test_nothing(text: str) -> None:
    file = file_of(text)
    assert file.problems == ()
    assert file.body.attributes() == []
    assert file.body.block_types() == []


VALID_BUT_REFUSED_BY_TREE_SITTER = {
    "a bare name before a key in parentheses": "x = {\n a = b\n (c) = d\n}\n",
    "an exponent without a point": "x = 1e5\n",
    "a keyword as a label": "x null {\n}\n",
    "a closing marker with blanks behind it": "x = <<EOT\na\nEOT \n",
}


@pytest.mark.parametrize("name", VALID_BUT_REFUSED_BY_TREE_SITTER)
def test_valid(name: str) -> None:
    assert file_of(VALID_BUT_REFUSED_BY_TREE_SITTER[name]).problems == ()


def test_what_tree_sitter_lets_pass_is_broken_when_read() -> None:
    text = "a = 1 +\n  2\nx = 1\nb = { c = 1 d = 2 }\n"
    file = file_of(text)
    a, b = file.body.attribute("a"), file.body.attribute("b")
    assert a is not None
    assert b is not None
    assert isinstance(a.expression, Broken)
    assert a.expression.message == "expected an expression, found the end of the line"
    assert isinstance(b.expression, Broken)
    assert b.expression.message == "expected a line ending, `,` or `}`, found `d`"
    assert [(problem.span.line, problem.span.column) for problem in native.check(file.source)] == [(1, 8), (4, 13)]


DEEP = {
    "brackets": "[" * 5000 + "]" * 5000,
    "parentheses": "(" * 5000,
    "strings": '"${' * 5000,
    "negations": "!" * 5000 + "a",
    "splats": "a" + "[*]" * 5000,
    "conditionals": "a ? b : " * 5000 + "c",
    "directives": '"' + "%{ if a }" * 5000 + "%{ endif }" * 5000 + '"',
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_too_deep_is_refused_and_does_not_crash(name: str) -> None:
    value = value_of(DEEP[name])
    assert isinstance(value, Broken)
    subject = "directives" if name == "directives" else "expressions"
    assert value.message == f"{subject} nest deeper than 60 levels here"


def test_too_deep_blocks_are_refused_and_do_not_crash() -> None:
    problems = file_of(" a {\n" * 2000 + "}\n" * 2000).problems
    assert [problem.message for problem in problems] == ["blocks nest deeper than 60 levels here"]


@pytest.mark.parametrize("line", ['a = "x', "a = [", "a {", "a = <<E", "}}]]", 'a "b" {\n x = (', "%", "a = b ? {"])
def test_a_file_of_problems_is_given_up(line: str) -> None:
    file = file_of((line + "\n") * 3000)
    assert 1 <= len(file.problems) <= 50


def text_parts(node: object) -> Iterator[TextPart]:
    """All text of an expression, wherever it stands."""
    if isinstance(node, TextPart):
        yield node
    elif isinstance(node, tuple):
        for element in node:
            yield from text_parts(element)
    elif is_dataclass(node) and not isinstance(node, Span):
        for field in fields(node):
            yield from text_parts(getattr(node, field.name))


_PIECES = st.sampled_from(
    [
        "a",
        " ",
        "é",
        "e\u0301",
        "\t",
        "\n",
        "\r\n",
        "$${",
        "%%{",
        "$",
        "%",
        "${x}",
        "${~ x ~}",
        "%{ if x ~}",
        "%{ endif }",
    ]
    + ["\\", "\\n", "\\u00e9", '"', "EOT", "#", "}"]
)


@settings(max_examples=300)
@given(st.lists(_PIECES, max_size=25).map("".join), st.sampled_from(['"{}"', "<<EOT\n{}\nEOT", "<<-EOT\n  {}\n EOT"]))
def test_exact_text_is_what_its_span_covers(text: str, form: str) -> None:
    source = Source("main.tf", f"x = {form.replace('{}', text)}\ny = 1\n".encode())
    body, _ = read_body(source)
    for attribute in [*body.attributes(), *native.parse(source).body.attributes()]:
        for part in text_parts(attribute.expression):
            if part.exact:
                assert part.span.text == part.text


@settings(max_examples=300)
@given(st.text(alphabet='ab=1{}[]()"\n$%~<-EOT# ./*,?:', max_size=60))
def test_nothing_crashes(text: str) -> None:
    file = file_of(text)
    _read_all(file.body)
    assert (file.problems == ()) or native.check(file.source) != ()


def _read_all(body: Body) -> None:
    for attribute in body.attributes():
        assert attribute.expression is not None
    for type_ in body.block_types():
        for block in body.blocks(type_):
            _read_all(block.body)


@pytest.mark.skipif("INITLINT_REAL" not in os.environ, reason="INITLINT_REAL names no folder of real repositories")
def test_real_files_have_no_problem() -> None:
    folder = Path(os.environ["INITLINT_REAL"])
    files = [path for path in folder.rglob("*.tf") if path.is_file()]
    assert files
    problems = []
    for path in files:
        file = read(path, path.relative_to(folder).as_posix())
        problems += [*file.problems, *native.check(file.source)]
    assert [(problem.span.path, problem.span.line, problem.message) for problem in problems] == []
