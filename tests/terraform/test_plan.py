"""Plans in JSON as Terraform code: what is known, unknown and sensitive."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from initlint.terraform.module import ModuleInstance
from initlint.terraform.plan import Blocks, NoPlan, Planned, module_of, read, resources
from initlint.terraform.types import STRING
from initlint.terraform.value import Unknown, Value
from initlint.terraform.view import View

BLOCKS: Blocks = {"outer": {"inner": {"x": None}, "y": None}}


def view(**parts: Any) -> View:
    planned = Planned("test.this", "test", "this", **parts)
    module: ModuleInstance = module_of(planned, "plan.json", BLOCKS)
    [resource] = module.source.resources.values()
    return module.view(resource, module.expand(resource).instances[0])


def value(name: str, **parts: Any) -> Value:
    found = view(**parts).value(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("after", "data"),
    [("text", "text"), ("", ""), ("${a} %{b} $${c}", "${a} %{b} $${c}"), (3, 3), (True, True), (None, None)],
)
def test_known_values(after: object, data: object) -> None:
    assert value("a", after={"a": after}).data == data


def test_known_text_that_the_code_holds_is_written_there() -> None:
    given = value("a", after={"a": "s3cret"})
    written = value("a", after={"a": "s3cret"}, literals=frozenset({("a", "s3cret")}))
    other = value("a", after={"a": "s3cret"}, literals=frozenset({("b", "s3cret")}))
    assert other.origin is not None
    assert other.origin.maker().span.text == "var.planned_0"
    assert (given.data, written.data) == ("s3cret", "s3cret")
    assert given.origin is not None
    assert given.origin.maker().span.text == "var.planned_0"
    assert written.origin is not None
    assert written.origin.maker().span.text == '"s3cret"'


def test_lists_and_objects_keep_what_is_known() -> None:
    found = value("a", after={"a": {"k": ["x", None], "l": 1}}, unknown={"a": {"k": [False, True], "m": True}})
    assert isinstance(found.data, dict)
    assert sorted(found.data) == ["k", "l", "m"]
    items = found.data["k"].data
    assert isinstance(items, tuple)
    assert items[0].data == "x"
    assert items[1].reason == "a.k[1] is known only after apply"
    assert found.data["l"].data == 1
    assert found.data["m"].reason == "a.m is known only after apply"


def test_a_key_that_is_not_there_may_be_unknown() -> None:
    assert value("a", after={}, unknown={"a": True}).reason == "a is known only after apply"
    assert view(after={}, unknown={}).value("a") is None


def test_the_same_unknown_is_itself() -> None:
    data = value("a", after={}, unknown={"a": True}).data
    assert isinstance(data, Unknown)
    assert data.key == "a"


def test_sensitive_values_are_known_and_marked() -> None:
    found = value("a", after={"a": "hunter2"}, sensitive={"a": True})
    assert (found.data, found.sensitive) == ("hunter2", True)
    inner = value("a", after={"a": {"k": "hunter2", "l": "x"}}, sensitive={"a": {"k": True}})
    assert isinstance(inner.data, dict)
    assert (inner.data["k"].sensitive, inner.data["l"].sensitive) == (True, False)


def test_a_sensitive_set_marks_all_that_is_in_it() -> None:
    [block] = view(after={"outer": [{"y": "hunter2"}]}, sensitive={"outer": True}).blocks("outer")
    found = block.value("y")
    assert found is not None
    assert (found.data, found.sensitive) == ("hunter2", True)


def test_blocks() -> None:
    found = view(
        after={"outer": [{"y": "a", "inner": []}, {"inner": [{"x": 1}]}]},
        unknown={"outer": [{"inner": []}, {"y": True, "inner": [{}]}]},
    )
    first, second = found.blocks("outer")
    values = first.value("y"), second.value("y")
    assert values[0] is not None
    assert values[1] is not None
    assert (values[0].data, values[1].reason) == ("a", "outer[1].y is known only after apply")
    assert len(tuple(first.blocks("inner"))) == 0
    assert len(tuple(second.blocks("inner"))) == 1


def test_blocks_of_which_nothing_is_known() -> None:
    views = view(after={}, unknown={"outer": True}).blocks("outer")
    assert views.reason == "outer is known only after apply"
    [block] = views
    found = block.value("y")
    assert found is not None
    assert found.reason == "outer is known only after apply"
    assert block.blocks("inner").reason != ""


# --- reading ----------------------------------------------------------------------------------------------------------


def change(address: str, actions: list[str], after: object, **more: object) -> dict[str, Any]:
    name = address.rpartition(".")[2].partition("[")[0]
    return {
        "address": address,
        "mode": "managed",
        "type": "test",
        "name": name,
        "change": {"actions": actions, "after": after},
        **more,
    }


def test_what_will_exist() -> None:
    plan = {
        "resource_changes": [
            change("test.a", ["create"], {"x": 1}),
            change("test.b", ["no-op"], {"x": 1}),
            change("test.c", ["delete", "create"], {"x": 1}),
            change("test.d", ["delete"], None),
            change("test.e", ["forget"], {"x": 1}),
            change("data.test.f", ["read"], {"x": 1}, mode="data"),
            change("other.g", ["create"], {"x": 1}, type="other"),
        ]
    }
    assert [one.address for one in resources(plan, frozenset({"test"}))] == ["test.a", "test.b", "test.c"]


def test_a_change_whose_actions_are_not_told_is_judged_by_what_comes_after() -> None:
    made, gone = change("test.a", [], {"x": 1}), change("test.b", [], None)
    del made["change"]["actions"], gone["change"]["actions"]
    assert [one.address for one in resources({"resource_changes": [made, gone]}, frozenset({"test"}))] == ["test.a"]


def test_values_without_changes_do_not_say_what_is_known() -> None:
    with pytest.raises(NoPlan, match="it has no resource_changes"):
        list(resources({"planned_values": {"root_module": {"resources": [{}]}}}, frozenset({"test"})))
    assert list(resources({"planned_values": {"root_module": {}}}, frozenset({"test"}))) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("x", "resource_changes[1] is no object"),
        ({"type": "test"}, "resource_changes[1] has no change"),
        ({"type": "test", "change": {}}, "resource_changes[1] has no address"),
        ({"type": "test", "change": {}, "address": "test.b"}, "resource_changes[1] has no name"),
    ],
)
def test_a_change_that_lacks_what_every_change_has(broken: object, said: str) -> None:
    plan = {"resource_changes": [{"type": "other"}, broken]}
    with pytest.raises(NoPlan, match=re.escape(said)):
        list(resources(plan, frozenset({"test"})))


@pytest.mark.parametrize("configuration", [None, [1], {"root_module": {"module_calls": [1], "resources": ["x"]}}])
def test_a_configuration_that_is_none_holds_no_constants(configuration: object) -> None:
    plan = {"configuration": configuration, "resource_changes": [change("module.a.test.b", ["create"], {"x": "y"})]}
    [planned] = resources(plan, frozenset({"test"}))
    assert planned.literals == frozenset()


def test_constants_of_the_configuration() -> None:
    address = 'module.a["x.y"].module.b.test.this[0]'
    expressions = {
        "name": {"constant_value": "written"},
        "other": {"references": ["var.other"]},
        "block": [{"deep": {"constant_value": {"k": ["inside"]}}}],
    }
    configured = {"mode": "managed", "type": "test", "name": "this", "expressions": expressions}
    inner = {"module_calls": {"b": {"module": {"resources": [configured]}}}}
    plan = {
        "resource_changes": [change(address, ["create"], {})],
        "configuration": {"root_module": {"module_calls": {"a": {"module": inner}}}},
    }
    [found] = resources(plan, frozenset({"test"}))
    assert found.base_address == "module.a.module.b.test.this"
    assert found.literals == {("name", "written"), ("k", "inside")}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format_version": "1.0", "terraform_version": "1.11.4"}'])
def test_what_is_no_plan(text: str) -> None:
    with pytest.raises(NoPlan):
        read(text.encode())


def test_a_plan() -> None:
    assert read(json.dumps({"terraform_version": "1.11.4", "planned_values": {}}).encode())["planned_values"] == {}


def test_types_are_kept() -> None:
    assert value("a", after={"a": "0.25"}).type == STRING
