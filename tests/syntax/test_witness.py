from __future__ import annotations

import sys

import pytest

from initlint.source import Source
from initlint.syntax import native, witness
from initlint.syntax.nodes import SyntaxProblem

HERE = {
    "a = \n": "a value",
    "a = @\n": "a value",
    "a = !\n": "a value",
    "a = 'x'\n": "a value",
    'a = "${}"\n': "a value",
    "a = [1 2]\n": "`,` or `]`",
    "a = [1, 2\nb = 3\n": "`,` or `]`",
    "a = f(1,\n": "a value or `)`",
    "a = (1\n": "`)`",
    "a = {=}\n": "a key or `}`",
    "a = foo.\n": "a name",
    'a = "${x"\n': "`}`",
    'a = "%{ foo }"\n': "`if`, `else`, `endif`, `endfor` or `for`",
    "a = [for x y : 1]\n": "`,` or `in`",
    "5 = 3\n": "an argument or a block",
    "a {\n  b = 1\n  ]\n}\n": "an argument or a block or `}`",
    "a { b = 1, c = 2 }\n": "a line ending or `}`",
    'resource "é" "y" {\n  name = \n}\n': "a value",
}


@pytest.mark.parametrize(("text", "wanted"), HERE.items(), ids=repr)
def test_what_was_expected_at_the_problem_itself(text: str, wanted: str) -> None:
    assert told(text) == [f"python-hcl2 expected here: {wanted}"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x }\n", "python-hcl2 expected at column 3: `=`, `{` or a label"),
        ("a == 3\n", "python-hcl2 expected at column 3: `=`, `{` or a label"),
        ('a "b" {\n  name "c"\n}\n', "python-hcl2 expected on line 3: `{`"),
        ("a {\n  b = 1\n", "python-hcl2 expected at the end of the file: `}`"),
        ("a {\n  b = 1\n\nc {\n}\n", "python-hcl2 expected before line 4: `}`"),
        ("a = x ? y\n", "python-hcl2 expected at the end of the file: `:`"),
        ('a = "b\n', 'python-hcl2 expected at the end of the file: `"` to end the string'),
    ],
)
def test_where_it_stops_behind_the_problem(text: str, wanted: str) -> None:
    assert told(text) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 +\n  2\n",
        "a = { b = 1 c = 2 }\n",
        "a = 1.2.3\n",
        "a = 1 b = 2\n",
        'a "b"\n{\n}\n',
        "a {\n  b = 1\n  b = 2\n}\n",
    ],
)
def test_it_says_nothing_where_it_takes_what_terraform_refuses(text: str) -> None:
    assert told(text) == [""]


@pytest.mark.parametrize(
    "text",
    [
        "a = é é\n",  # it does not know that é is a name
        "a = <<EOT\nb\n",  # it does not know this for a heredoc
        "a {\n  b = 1\n  b = 2\n\n  c = @\n}\n",  # it stops far behind what is wrong
    ],
)
def test_it_says_nothing_where_it_stops_elsewhere(text: str) -> None:
    assert told(text) == [""]


def test_each_item_is_read_on_its_own() -> None:
    text = 'a "x" {\n  b = f(1\n}\n\nc "y" {\n  d = \n}\n'
    assert told(text) == ["python-hcl2 expected here: `,` or `)`", "python-hcl2 expected here: a value"]


def test_only_the_first_problems_of_native_files_are_asked_about() -> None:
    source = Source("main.tf", "".join(f'a "{at}" {{\n  b = @\n}}\n' for at in range(5)).encode())
    json = Source("main.tf.json", b"[}")
    unreadable = Source("other.tf", b"\xff")
    problems = [
        SyntaxProblem(json.span(1, 2), "expected a value, found `}`"),
        SyntaxProblem(unreadable.span(0, 1), "is no UTF-8 text", unreadable=True),
        *native.check(source),
    ]
    assert {span.line: text for span, text in witness.helps(problems).items()} == {
        2: "python-hcl2 expected here: a value",
        5: "python-hcl2 expected here: a value",
        8: "python-hcl2 expected here: a value",
    }


def test_a_large_file_and_a_long_blank_are_not_read_again() -> None:
    assert told("a = @\n" + "#" * witness.MOST_BYTES + "\n") == [""]
    assert told("a = @\n" + "\n" * 300) == [""]


def test_a_witness_that_fails_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import hcl2

    def fails(text: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(hcl2, "parses_to_tree", fails)
    assert told("a = @\n") == [""]
    assert "hcl2" in sys.modules


def told(text: str) -> list[str]:
    return [witness.expected(problem.span) for problem in native.check(Source("main.tf", text.encode()))]
