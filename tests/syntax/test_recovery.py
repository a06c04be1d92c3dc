from __future__ import annotations

import pytest

from initlint.source import Source
from initlint.syntax import native
from initlint.syntax.nodes import Broken

from .outline import file_of, outline

# Line and column are where Terraform 1.11 puts its first diagnostic, but for a star where it names a worse place.
PROBLEMS = {
    "a {\n  b 1\n}\n": (2, 3, "expected `=` or `{` behind `b`, found `1`"),
    'resource = "a" {\n}\n': (1, 16, "expected a line ending behind the argument, found `{`"),
    'a "b" {\n  x = 1\n': (1, 7, 'expected `}` for the block `a "b"`: it is never closed'),
    'a {\n  b = "c\n}\n': (2, 9, 'expected `"`: a quoted string ends on the line it starts on'),
    "a {\n  b =\n}\n": (2, 6, "expected an expression, found the end of the line"),
    "a {\n  b = 1,\n}\n": (2, 8, "expected a line ending behind the argument, found `,`"),
    "a {\n  b = [1 2]\n}\n": (2, 10, "expected `,` or `]`, found `2`"),
    "a {\n  b = { c = 1 d = 2 }\n}\n": (2, 15, "expected a line ending, `,` or `}`, found `d`"),
    "a {\n  b = { c 1 }\n}\n": (2, 11, "expected `=` and a value, found `1`"),
    "a {\n  b = 1\n  b = 2\n}\n": (3, 3, "`b` is already set on line 2"),
    "a { b = 1\n}\n": (1, 10, "expected `}`: a block on one line holds one argument, found the end of the line"),
    "a {\n b = 1 }\n": (2, 8, "expected a line ending behind the argument, found `}`"),
    "a {\n b = 1 c = 2\n}\n": (2, 8, "expected a line ending behind the argument, found `c`"),
    "a { b = 1, c = 2 }\n": (1, 10, "expected `}`: a block on one line holds one argument, found `,`"),
    "a { b {} }\n": (1, 5, "expected an argument: a block within a block starts on a line of its own"),
    "a {\n b = 1\n}}\n": (3, 2, "expected a line ending behind the block, found `}`"),
    "a {\n}\n}\n": (3, 1, "expected an argument or a block, found `}`"),
    "a\n{\n}\n": (1, 1, "expected `=` or `{` behind `a`, found the end of the line"),
    "a {\n b = <<EOT\nfoo\n}\n": (5, 1, "expected `EOT` on a line of its own to end `<<EOT`"),
    "a = <<EOT\nfoo\nEOT": (3, 4, "expected `EOT` on a line of its own to end `<<EOT`"),
    'a = "${b c}"\n': (1, 10, "expected `}` to end the interpolation, found `c`"),
    'a = "${b:c}"\n': (1, 9, "expected `}` to end the interpolation, found `:`"),
    'a = "${}"\n': (1, 8, "expected an expression, found `}`"),
    'a = "b\\qc"\n': (1, 7, "`\\q` is no escape sequence; a backslash itself is written `\\\\`"),
    'a = "b\\u12c"\n': (1, 7, "expected 4 hexadecimal digits after `\\u`"),
    'a = "\\UFFFFFFFF"\n': (1, 6, "`\\UFFFFFFFF` is no Unicode character"),
    "a = 'b'\n": (1, 5, "a string is written in double quotes"),
    "a = “b”\n": (1, 5, "a string is written in straight double quotes"),
    "a = 1;\n": (1, 6, "`;` is not used; arguments are separated by line endings"),
    "a = b & c\n": (1, 7, "`&` is no operator; boolean and is `&&`"),
    "a = f(1 2)\n": (1, 9, "expected `,` or `)`, found `2`"),
    "a = f(b..., c)\n": (1, 8, "expected `)` behind `...`"),
    "a = b ? 1\n": (1, 10, "expected `:` and the other result of the conditional, found the end of the line"),
    "a = (1\nb = 2\n": (2, 1, "expected `)`, found `b`"),
    "a = b.0.1\n": (1, 7, "expected `[0][1]` for an index of an index"),
    "a = b.\n": (1, 7, "expected a name behind the dot, found the end of the line"),
    "a = 1.2.3\n": (1, 5, "`1.2.3` is no number: a number is required"),
    "a = [for x : x]\n": (1, 12, "expected `in`, found `:`"),
    "a = {for x in y : x}\n": (1, 19, "expected a key, `=>` and a value: an object's elements need keys"),
    "a = [for x in y : x => x]\n": (1, 19, "expected a value and no key: a tuple's elements have no keys"),
    "a = [for k in v : k...]\n": (1, 20, "expected `]`: only an object's elements can be grouped, found `...`"),
    'a = "%{ if b }x"\n': (1, 16, "expected `%{ endif }` for the `%{ if }` on line 1 before the template ends"),
    'a = "x%{ endif }"\n': (1, 7, "nothing is open for `%{ endif }`"),
    'a = "%{ if b }%{ for c in d }%{ endif }"\n': (1, 30, "expected `%{ endfor }`, found `%{ endif }`"),
    'a = "%{ b }"\n': (1, 9, "expected `if`, `else`, `endif`, `for` or `endfor` behind `%{`, found `b`"),
    'a "b${c}" {\n}\n': (1, 5, "expected plain text: a label cannot hold a template sequence"),
    '"a" = 1\n': (1, 1, "expected an argument or a block: names are written without quotes"),
    "123\n": (1, 1, "expected an argument or a block, found `123`"),
    "a = 1 +\n 2\n": (1, 8, "expected an expression, found the end of the line"),
    "a = 1\n + 2\n": (2, 2, "expected an argument or a block, found `+`"),
    "a = 1 /* b\n": (1, 7, "expected `*/` to end the comment"),
    'a = "é" b\n': (1, 9, "expected a line ending behind the argument, found `b`"),
}


@pytest.mark.parametrize("text", PROBLEMS)
def test_problem(text: str) -> None:
    problems = native.check(Source("main.tf", text.encode()))
    assert [(problem.span.line, problem.span.column, problem.message) for problem in problems] == [PROBLEMS[text]]


AROUND = """\
before "a" {{
  x = 1
}}

{broken}

after "b" {{
  y = 2
}}
"""

BROKEN = {
    "an argument without a value": (
        'broken "c" {\n  one = 1\n  two =\n  three {\n    four = 4\n  }\n}',
        1,
        ["one", "two"],
    ),
    "a string that is not closed": (
        'broken "c" {\n  one = 1\n  two = "x\n  three {\n    four = 4\n  }\n}',
        1,
        ["one", "two"],
    ),
    "a bracket that is not closed": (
        'broken "c" {\n  one = [1\n  two = 2\n  three {\n    four = 4\n  }\n}',
        1,
        ["one", "two"],
    ),
    "a block that is not closed": (
        'broken "c" {\n  one = 1\n  two = 2\n  three {\n    four = 4\n  }\n',
        1,
        ["one", "two"],
    ),
    "a heredoc with a block in it": (
        'broken "c" {\n  one = <<EOT\ninside "d" {\n}\nEOT\n  two = 2 2\n  three {\n    four = 4\n  }\n}',
        1,
        ["one", "two"],
    ),
    "an argument set twice": (
        'broken "c" {\n  one = 1\n  two = 2\n  one = 3\n  three {\n    four = 4\n  }\n}',
        1,
        ["one", "two"],
    ),
    "an object with a stray word": (
        'broken "c" {\n  one = 1\n  two = {\n    x = 1\n    y z\n    w = 2\n  }\n  three {\n    four = 4\n  }\n}',
        1,
        ["one", "two"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_rest_is_read(name: str) -> None:
    text, count, names = BROKEN[name]
    file = file_of(AROUND.format(broken=text))
    assert len(file.problems) == count
    assert file.body.block_types() == ["before", "broken", "after"]
    (before,), (broken,), (after,) = (file.body.blocks(type_) for type_ in ("before", "broken", "after"))
    assert (before.labels, after.labels, broken.labels) == (("a",), ("b",), ("c",))
    x, y = before.body.attribute("x"), after.body.attribute("y")
    assert x is not None
    assert y is not None
    assert (outline(x.expression), outline(y.expression)) == ("1", "2")
    assert [attribute.name for attribute in broken.body.attributes()] == names
    (three,) = broken.body.blocks("three")
    four = three.body.attribute("four")
    assert four is not None
    assert outline(four.expression) == "4"


def test_a_broken_argument_is_there_and_says_why() -> None:
    (block,) = file_of("a {\n  b = 1 +\n  c = 2\n}\n x = = 2\n").body.blocks("a")
    b, c = block.body.attribute("b"), block.body.attribute("c")
    assert b is not None
    assert isinstance(b.expression, Broken)
    assert b.expression.message == "expected an expression, found the end of the line"
    assert b.span.text == "b = 1 +"
    assert c is not None
    assert outline(c.expression) == "2"


def test_each_top_level_item_tells_its_first_problem() -> None:
    file = file_of("a {\n  b =\n  c =\n}\nd {\n}\ne {\n  f 1\n}\n")
    assert [(problem.span.line, problem.message) for problem in file.problems] == [
        (2, "expected an expression, found the end of the line"),
        (8, "expected `=` or `{` behind `f`, found `1`"),
    ]


def test_reading_ends_after_many_problems() -> None:
    file = file_of("a {\n  b =\n}\n" * 1000)
    assert len(file.problems) == 50
    assert file.problems[-1].span.line == 149


def test_comments_of_a_broken_file() -> None:
    file = file_of("# one\na {\n  b = # two\n  // three\n}\n# four\n")
    assert [(comment.text, comment.alone) for comment in file.comments] == [
        ("# one", True),
        ("# two", False),
        ("// three", True),
        ("# four", True),
    ]
