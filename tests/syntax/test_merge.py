from __future__ import annotations

import json as standard_json

from initlint.source import Source
from initlint.syntax import json, native
from initlint.syntax.merge import override
from initlint.syntax.nodes import Block

from .outline import outline


def block(text: str) -> Block:
    (found,) = native.parse(Source("main.tf", f'resource "a" "b" {{\n{text}\n}}\n'.encode())).body.blocks("resource", 2)
    return found


def from_json(body: object) -> Block:
    text = standard_json.dumps({"resource": {"a": {"b": body}}})
    (found,) = json.parse(Source("x_override.tf.json", text.encode())).body.blocks("resource", 2)
    return found


def shape(of: Block) -> dict[str, object]:
    """Arguments and blocks as plain data."""
    body = of.body
    found: dict[str, object] = {attribute.name: outline(attribute.expression) for attribute in body.attributes()}
    for type_ in body.block_types():
        found[type_] = [
            ({"": inner.labels} if inner.labels else {}) | shape(inner)
            for inner in body.blocks(type_, 1 if type_ == "dynamic" else 0)
        ]
    return found


def test_arguments_are_replaced_as_a_whole() -> None:
    base = block("name = 1\ntags = { a = 1 }")
    merged = override(base, block("tags = { b = 2 }\nnew = 3"))
    assert shape(merged) == {"name": "1", "tags": "{<'b'>: 2}", "new": "3"}
    assert (merged.type, merged.labels, merged.header) == ("resource", ("a", "b"), base.header)


def test_blocks_of_a_type_are_replaced() -> None:
    base = block("env {\n a = 1\n}\nenv {\n a = 2\n}\nother {\n b = 1\n}")
    assert shape(override(base, block("env {\n c = 3\n}"))) == {"env": [{"c": "3"}], "other": [{"b": "1"}]}


def test_a_dynamic_block_counts_as_its_type() -> None:
    static = block("env {\n a = 1\n}\nother {\n b = 1\n}")
    dynamic = block('dynamic "env" {\n for_each = x\n content {\n }\n}\ndynamic "other" {\n for_each = y\n}')
    assert shape(override(static, dynamic)) == {
        "dynamic": [{"": ("env",), "for_each": "x", "content": [{}]}, {"": ("other",), "for_each": "y"}],
    }
    assert shape(override(dynamic, block("env {\n a = 1\n}"))) == {
        "dynamic": [{"": ("other",), "for_each": "y"}],
        "env": [{"a": "1"}],
    }


def test_lifecycle_is_merged_by_argument() -> None:
    base = block("lifecycle {\n prevent_destroy = true\n ignore_changes = [a]\n}")
    merged = override(base, block("lifecycle {\n ignore_changes = [b]\n}"))
    assert shape(merged) == {"lifecycle": [{"prevent_destroy": "True", "ignore_changes": "[b]"}]}
    added = override(block("a = 1"), block("lifecycle {\n prevent_destroy = true\n}"))
    assert shape(added) == {"a": "1", "lifecycle": [{"prevent_destroy": "True"}]}


def test_later_overrides_win() -> None:
    merged = override(override(block("a = 1\nb = 1"), block("a = 2\nb = 2")), block("a = 3"))
    assert shape(merged) == {"a": "3", "b": "2"}


def test_json_overrides_native() -> None:
    base = block("name = 1\nenv {\n a = 1\n}")
    merged = override(base, from_json({"name": 2, "env": [{"a": 2}, {"a": 3}]})).body
    name = merged.attribute("name")
    assert name is not None
    assert outline(name.expression) == "2"
    found = [inner.body.attribute("a") for inner in merged.blocks("env")]
    assert [outline(attribute.expression) for attribute in found if attribute] == ["2", "3"]


def test_native_overrides_json() -> None:
    merged = override(
        from_json({"name": 1, "env": [{"a": 1}], "dynamic": {"env": {"for_each": []}}}), block("env {\n}")
    )
    assert [inner.span.text for inner in merged.body.blocks("env")] == ["env {\n}"]
    assert merged.body.blocks("dynamic", 1) == []
    assert merged.body.attribute("env") is None
    assert merged.body.attribute("name") is not None
