"""python-hcl2, an independent reader, reads the same literal values from every fixture and example."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from initlint.source import Source
from initlint.syntax import native
from initlint.syntax.nodes import Body, Expression, Literal, ObjectExpr, Template, TextPart, TupleExpr, Unary

ROOT = Path(__file__).parents[2]
BROKEN = {"broken.tf"}
"""Fixtures that no reader can read."""
FILES = sorted(
    path for path in [*ROOT.glob("tests/fixtures/**/*.tf"), *ROOT.glob("examples/**/*.tf")] if path.name not in BROKEN
)


class _NotLiteral(Exception):
    pass


def literal(expression: Expression) -> object:
    """The value of a literal; raises for what must be evaluated, or what the two write differently (heredocs)."""
    if isinstance(expression, Literal):
        return float(expression.value) if isinstance(expression.value, Fraction) else expression.value
    if isinstance(expression, Unary) and isinstance(expression.operand, Literal) and expression.operator == "-":
        value = literal(expression.operand)
        assert isinstance(value, int | float)
        return -value
    if isinstance(expression, TupleExpr):
        return [literal(element) for element in expression.elements]
    if isinstance(expression, ObjectExpr):
        return {literal(item.key): literal(item.value) for item in expression.items}
    if isinstance(expression, Template) and not expression.heredoc:
        texts = [part.text for part in expression.parts if isinstance(part, TextPart) and part.exact]
        if len(texts) == len(expression.parts):
            return "".join(texts)
    raise _NotLiteral


def plain(value: Any) -> Any:
    """python-hcl2's value without its own marks."""
    if isinstance(value, dict):
        return {plain(key): plain(inner) for key, inner in value.items() if not str(key).startswith("__")}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def compare(body: Body, other: dict[str, Any], seen: list[str]) -> None:
    """Every literal argument of `body` is in `other` with the same value; `seen` collects their names."""
    for attribute in body.attributes():
        try:
            ours = literal(attribute.expression)
        except _NotLiteral:
            continue
        seen.append(attribute.name)
        assert plain(other[attribute.name]) == ours, attribute.span.text
    for type_ in body.block_types():
        blocks = body.blocks(type_)
        assert len(other[type_]) == len(blocks), type_
        for block, theirs in zip(blocks, other[type_], strict=True):
            for label in block.labels:
                theirs = {plain(key): inner for key, inner in theirs.items()}[label]
            compare(block.body, theirs, seen)


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(ROOT).as_posix() for path in FILES])
def test_both_read_the_same(path: Path) -> None:
    import hcl2

    text = path.read_bytes()
    file = native.parse(Source(path.name, text))
    assert file.problems == ()
    assert native.check(file.source) == ()
    compare(file.body, hcl2.loads(text.decode()), [])


def test_the_comparison_compares() -> None:
    import hcl2

    text = 'resource "a" "b" {\n  c = "x"\n  d = [1, true, { e = null }]\n  f {\n    g = -1.5\n  }\n  h = i\n}\n'
    seen: list[str] = []
    compare(native.parse(Source("main.tf", text.encode())).body, hcl2.loads(text), seen)
    assert seen == ["c", "d", "g"]
