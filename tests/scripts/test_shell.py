"""The shell's tree: what tree-sitter-bash reads, with here-documents and words read on their own."""

from __future__ import annotations

import pytest

from initlint.scripts.heredocs import blanked
from initlint.scripts.shell import AndOr, Case, Function, Group, If, Loop, Node, Not, Pipeline, Simple, parse
from initlint.scripts.tape import EXPANSION, HOLE


def shown(node: Node) -> object:
    """A tree as nested lists: commands as their words."""
    if isinstance(node, Simple):
        words = [f"{a.name}={a.value.text.replace(EXPANSION, '$') if a.value else '()'}" for a in node.assignments]
        words += [word.text.replace(EXPANSION, "$") for word in node.words]
        return words + [f"{r.fd}{r.operator}{r.target.text.replace(EXPANSION, '$')}" for r in node.redirects]
    if isinstance(node, Pipeline):
        return ("|", *map(shown, node.parts))
    if isinstance(node, AndOr):
        return (node.operator, shown(node.left), shown(node.right))
    if isinstance(node, Not):
        return ("!", shown(node.body))
    if isinstance(node, If):
        return ("if", *[([shown(n) for n in b.condition or ()], [shown(n) for n in b.body]) for b in node.branches])
    if isinstance(node, Loop):
        return (node.kind, [shown(n) for n in node.condition], [shown(n) for n in node.body])
    if isinstance(node, Case):
        return ("case", *[(pattern, [shown(n) for n in body]) for pattern, body in node.items])
    if isinstance(node, Function):
        return ("function", node.name, shown(node.body))
    assert isinstance(node, Group)
    return ("()" if node.subshell else "{}", *map(shown, node.body), *[r.operator for r in node.redirects])


def tree(text: str) -> list[object]:
    parsed = parse(text, range(len(text) + 1))
    assert parsed.errors == ()
    return [shown(node) for node in parsed.body]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c' \"d $e\" f\\ g", [["a", "b c", "d $", "f g"]]),
        ("A=1 B='x' a --c=\"d\"e", [["A=1", "B=x", "a", "--c=de"]]),
        ("x=1 y=2\na b", [["x=1", "y=2"], ["a", "b"]]),
        ("a && b || c", [("||", ("&&", ["a"], ["b"]), ["c"])]),
        ("! a | b", [("!", ("|", ["a"], ["b"]))]),
        ("a | b > c", [("|", ["a"], ["b", ">c"])]),
        ("a <<E && b\nx $y\nE\nc", [("&&", ["a", "<<x $\n"], ["b"]), ["c"]]),
        ("a <<'E' | b || c\nx $y\nE", [("||", ("|", ["a", "<<x $y\n"], ["b"]), ["c"])]),
        ("a <<A <<B\n1\nA\n2\nB\nc", [["a", "<<1\n", "<<2\n"], ["c"]]),
        ("a <<-E -v x\n\t1\n\tE", [["a", "-v", "x", "<<1\n"]]),
        ("a <<E\n\\$\\$ \\x\nE", [["a", "<<$$ \\x\n"]]),
        ("X=$(cat <<E\nit's\nE\n)\nb", [["X=$"], ["b"]]),
        ("a <<< 'x'", [["a", "<<<x"]]),
        ("a 2>&1 >> f b", [["a", "b", "2>&1", ">>f"]]),
        ("if a; then b; elif ! c; then d; else e; fi",
         [("if", ([["a"]], [["b"]]), ([("!", ["c"])], [["d"]]), ([], [["e"]]))]),
        ("while a; do b; done < f", [("{}", ("while", [["a"]], [["b"]]), "<")]),
        ("until a; do b; done", [("until", [["a"]], [["b"]])]),
        ("for x in 1 2; do b; done", [("for", [], [["b"]])]),
        ("case $x in a|b) c;; *) d;; esac", [("case", ("a|b", [["c"]]), ("*", [["d"]]))]),
        ("f() { a; }; function g { b; }", [("function", "f", ("{}", ["a"])), ("function", "g", ("{}", ["b"]))]),
        ("(a; b) | c &\nd", [("|", ("()", ["a"], ["b"]), ["c"]), ["d"]]),
        ("[ -z \"$x\" ] && [[ $y == z ]]", [("&&", ["[", "-z", "$"], ["[[", "$", "==", "z"])]),
        ("export A=1 B", [["A=1", "export", "B"]]),
        ("# only a comment\na # b", [["a"]]),
        ("a \\\n  b", [["a", "b"]]),
        ("echo $'a\\nb' $\"c\"", [["echo", "a\nb", "c"]]),
    ],
)  # fmt: skip
def test_trees(text: str, expected: list[object]) -> None:
    assert tree(text) == expected


def test_words_keep_their_places() -> None:
    text = 'a "b\'c" é${d}e'
    (command,) = parse(text, range(100, 100 + len(text) + 1)).body
    assert isinstance(command, Simple)
    second, third = command.words[1:]
    assert (second.text, second.start, second.end, second.at) == ("b'c", 102, 107, (103, 104, 105, 106))
    assert (third.text, third.start, third.end) == (f"é{EXPANSION}e", 108, 114)
    assert [expansion.name for expansion in third.expansions] == ["d"]


def test_a_hole_is_part_of_a_word() -> None:
    hole = chr(HOLE)
    (command,) = parse(f'psql -h {hole} "{hole}x"', range(18)).body
    assert isinstance(command, Simple)
    assert [word.loose for word in command.words] == [False, False, True, False]


@pytest.mark.parametrize("text", ["if a; then b", "a 'b", "a )", "case x in", "a <<E\nb"])
def test_what_cannot_be_read_is_an_error(text: str) -> None:
    assert parse(text, range(len(text) + 1)).errors


def test_here_documents_are_blanked_in_place() -> None:
    text = "a <<E | b # <<F\nit's \"\nE\nc '<<G'\n$((1<<2))\n"
    blank, bodies = blanked(text)
    assert blank == "a <hh | b # <<F\n      \n \nc '<<G'\n$((1<<2))\n"
    (body,) = bodies.values()
    assert (list(bodies), text[body.start : body.end], body.quoted, body.closed) == ([2], "it's \"\n", False, True)


@pytest.mark.parametrize(
    ("operand", "operator"),
    [("x", ""), ("{x:?gone}", ":?"), ("{x:-y}", ":-"), ("{!x}", "!"), ("{#x}", "#"), ("{x%%y}", "%%")],
)
def test_expansions(operand: str, operator: str) -> None:
    text = f"a ${operand}"
    (command,) = parse(text, range(len(text) + 1)).body
    assert isinstance(command, Simple)
    (expansion,) = command.words[1].expansions
    assert (expansion.name, expansion.operator) == ("x", operator)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for f do echo $f; done", [("for", [], [["echo", "$"]])]),
        ("for f\ndo echo $f; done", [("for", [], [["echo", "$"]])]),
        ('while (( "$#" )); do shift; done', [("while", [["((", "$"]], [["shift"]])]),
        ("while (( $# > 0 )); do shift; done", [("while", [["((", "$", ">", "0"]], [["shift"]])]),
        ("log() { echo $1; } >&2", [("function", "log", ("{}", ["echo", "$"]))]),
        ("x=$(a) 2>/dev/null && b", [("&&", ["x=$"], ["b"])]),
        ("x=$(a) 2>&1; b", [["x=$"], ["b"]]),
        ("[ a \\< b ] && c", [("&&", ["[", "a", "<", "b"], ["c"])]),
    ],
)
def test_what_tree_sitter_alone_cannot_read(text: str, expected: list[object]) -> None:
    assert tree(text) == expected
