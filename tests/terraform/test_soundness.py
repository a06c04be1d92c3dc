"""What is said of a value that is not wholly known holds of every value that it can take.

An expression is evaluated with some variables unknown and with all of them given: whatever the first says (a known
value, a length, the text at either end, an element, one of few) must be true of the second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.terraform.judge import root_of

from initlint.source import Source
from initlint.syntax.read import parse_expression
from initlint.terraform.convert import to_text
from initlint.terraform.module import Root
from initlint.terraform.types import ANY, Set
from initlint.terraform.value import (
    Chunk,
    Elements,
    Entries,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    fingerprint,
    number,
    object_of,
    string,
    tuple_of,
)

CONFIGURATION = """
variable "s" { type = string }
variable "t" {
  type = string
  validation {
    condition     = contains(["dev", "staging", "prod"], var.t)
    error_message = "One of the three."
  }
}
variable "n" { type = number }
variable "b" { type = bool }
variable "l" { type = list(string) }
variable "u" { type = set(string) }
variable "m" { type = map(string) }
variable "o" {
  type = object({ name = string, cpu = optional(number, 0.5), tags = optional(map(string), {}) })
}
variable "a" {}
locals {
  name = "${var.s}-init-${var.t}"
  tags = merge(var.m, { JobType = "init", Name = local.name })
  sizes = { dev = "0.5Gi", prod = "${var.n}Gi" }
  jobs = [for item in var.l : { name = "${item}-${var.t}", cpu = var.n }]
}
"""

TEXTS = ["", "a", "dev", "prod", "shop-init", "A b", "-x", "0.5", "true", "a-b-c", "é"]
texts = st.sampled_from(TEXTS)
numbers: st.SearchStrategy[int | Fraction] = st.sampled_from([0, 1, 2, 3, -1, Fraction(1, 2), Fraction(1, 4)])


def mapping(items: dict[str, str]) -> Value:
    return object_of({name: string(text) for name, text in items.items()})


ASSIGNMENTS = st.fixed_dictionaries(
    {
        "s": texts.map(string),
        "t": st.sampled_from(["dev", "staging", "prod"]).map(string),
        "n": numbers.map(number),
        "b": st.booleans().map(boolean),
        "l": st.lists(texts, max_size=3).map(lambda items: tuple_of(map(string, items))),
        "u": st.lists(texts, max_size=3).map(lambda items: tuple_of(map(string, items))),
        "m": st.dictionaries(texts, texts, max_size=3).map(mapping),
        "o": st.one_of(
            texts.map(lambda text: object_of({"name": string(text)})),
            texts.map(lambda text: object_of({"name": string(text), "cpu": number(2), "tags": mapping({"a": text})})),
        ),
        "a": st.one_of(texts.map(string), numbers.map(number), st.just(tuple_of([])), st.just(mapping({"a": "b"}))),
    }
)


# --- expressions ------------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    return '"' + text.replace("$", "$$") + '"'


@st.composite
def expression(draw: st.DrawFn, kind: str = "", depth: int = 3) -> str:
    kind = kind or draw(st.sampled_from(["s", "n", "b", "l", "m", "x"]))
    forms = LEAVES[kind] if depth == 0 else LEAVES[kind] + FORMS[kind]
    form = draw(st.sampled_from(forms))
    return re.sub(
        r"<(\w)>",
        lambda match: quoted(draw(texts)) if match[1] == "q" else draw(expression(match[1], max(depth - 1, 0))),
        form,
    )


LEAVES = {
    "s": ["<q>", "var.s", "var.t", "local.name", "var.o.name", 'local.tags["Name"]', "local.sizes[var.t]"],
    "n": ["0", "1", "2", "var.n", "var.o.cpu", "length(var.l)"],
    "b": ["true", "false", "var.b", 'var.t == "dev"'],
    "l": ["[]", "var.l", '["x", var.s]', "tolist(var.u)", "local.jobs[*].name", "[for j in local.jobs : j.name]"],
    "m": ["{}", "var.m", "{ a = var.s }", "local.tags", "var.o.tags"],
    "x": ["var.a", "null", "local.jobs", "var.u", "var.o"],
}
FORMS = {
    "s": [
        '"${<s>}-x"', '"${<s>}${<s>}"', '"a${<n>}b${<b>}"', "(<b> ? <s> : <s>)", "upper(<s>)",
        "lower(<s>)", "title(<s>)",
        "trimspace(<s>)", 'replace(<s>, "-", "")', "replace(<s>, <q>, <s>)", 'replace(<s>, "/[^a-z]/", "")',
        "substr(<s>, 0, 3)", "substr(<s>, <n>, <n>)", 'join("-", <l>)', "join(<s>, <l>)", 'format("%s-%s", <s>, <n>)',
        'format("%03d|%v", <n>, <x>)', "coalesce(<s>, <s>)", "coalesce(<s>, null, <s>)", "try(<s>, <s>)",
        "try(<l>[<n>], <s>)", 'lookup(<m>, "a", <s>)', "<m>[<s>]", "<l>[0]", "element(<l>, <n>)",
        'trimprefix(<s>, "a")',
        'trimsuffix(<s>, "x")', 'trim(<s>, "-")', "strrev(<s>)", "jsonencode(<x>)", "jsonencode(<m>)", "tostring(<n>)",
        '"%{ if <b> }yes${<s>}%{ else }no%{ endif }"', '"%{ for i in <l> }[${i}]%{ endfor }"', "chomp(<s>)",
        'indent(2, "${<s>}\\n${<s>}")', "one([<s>])", "sensitive(<s>)", 'try(<m>["a"], <x>["b"], <s>)', "max(<n>, 1)",
        'split("-", <s>)[0]', 'regex("[a-z]+", <s>)', "base64encode(<s>)", "md5(<s>)",
    ],
    "n": [
        "<n> + <n>", "<n> * <n>", "-<n>", "(<b> ? <n> : <n>)", "length(<l>)", "length(<m>)",
        "length(<s>)", "max(<n>, <n>)",
        "min(<n>, 1)", "abs(<n>)", "ceil(<n>)", "sum([<n>, 1])", "tonumber(<s>)", "try(tonumber(<s>), <n>)",
        'index(<l>, "a")', 'length(split("-", <s>))',
    ],
    "b": [
        "<b> && <b>", "<b> || <b>", "!<b>", "<s> == <s>", "<x> != null", "<n> < <n>", "<n> >= 1", "contains(<l>, <s>)",
        'can(<m>["a"])', "can(<l>[<n>])", 'startswith(<s>, "a")', "endswith(<s>, <q>)", "strcontains(<s>, <q>)",
        "<l> == <l>", "<m> == {}", "alltrue([<b>, <b>])", "anytrue([for i in <l> : i == <s>])", "length(<l>) > 0",
        '<s> == "dev"', "<x> == <x>", 'can(regex("^[a-z]+$", <s>))', 'contains(keys(<m>), "a")',
    ],
    "l": [
        "[<s>, <s>]", "concat(<l>, <l>)", "[for i in <l> : \"${i}-x\"]", "[for i in <l> : i if i != <s>]",
        "[for k, v in <m> : \"${k}=${v}\"]", "(<b> ? <l> : <l>)", "compact(<l>)", "distinct(<l>)", "reverse(<l>)",
        "sort(<l>)", "flatten([<l>, [<l>]])", "keys(<m>)", "values(<m>)", "slice(<l>, 0, 1)", 'split("-", <s>)',
        "tolist(toset(<l>))", "[for i, v in <l> : \"${i}${v}\"]", "coalescelist(<l>, <l>)", "<l>[*]",
        "setunion(<l>, <l>)",
        "setintersection(<l>, <l>)", "setsubtract(<l>, <l>)", "chunklist(<l>, 2)[0]", "try(<l>, [])",
        'formatlist("%s-%s", <l>, <s>)', "[for p in setproduct(<l>, [\"a\"]) : p[0]]", "range(<n>)",
    ],
    "m": [
        "merge(<m>, <m>)", "{ a = <s>, b = <s> }", "{ (<s>) = <s> }",
        "{ a = <s>, (<s>) = <s>, b = <s> }", "{ for k, v in <m> : k => upper(v) }",
        "{ for i in <l> : i => i }", "{ for i in distinct(<l>) : i => i }", "(<b> ? <m> : <m>)", "tomap(<m>)",
        'zipmap(["a"], [<s>])', "{ for k, v in <m> : k => v if v != <s> }", "try(<m>, {})",
        "{ for i in <l> : i => <n>... }", "merge(<m>, null)",
        'merge([<m>, { JobType = "init" }]...)', "transpose({ a = <l> })",
    ],
    "x": [
        "[<x>, <x>]", "{ a = <x>, b = <s> }", "toset(<l>)", "(<b> ? <x> : null)", "try(<x>, null)",
        "<x>[*]", "tuple([<x>])",
        "[for i in <x> : i]", "{ for k, v in <x> : k => v }", "<x>.a", "<x>[0]", "<x>[\"a\"]",
        "values(<x>)", "one(<x>)",
        "jsondecode(jsonencode(<x>))", "<x>[*].a", "lookup(<x>, \"a\", <s>)", "coalesce(<x>, <x>)",
        "<s>", "<n>", "<l>", "<m>",
    ],
}  # fmt: skip


# --- what must hold ---------------------------------------------------------------------------------------------------


def holds(said: Value, real: Value) -> bool:
    """Whether all that `said` says is true of `real`. Of an expression that Terraform refuses nothing is said."""
    if real.error is not None:
        return True
    data = said.data
    if isinstance(data, Unknown):
        return _unknown_holds(said, data, real)
    if isinstance(real.data, Unknown | Text | Elements | Entries):
        return True
    if isinstance(data, Text):
        return isinstance(real.data, str) and re.fullmatch(_pattern(data), real.data, re.DOTALL) is not None
    if isinstance(data, Entries):
        return isinstance(real.data, dict) and all(
            name in real.data and holds(item, real.data[name]) for name, item in data.items.items()
        )
    if isinstance(data, Elements):
        if not isinstance(real.data, tuple):
            return False
        if isinstance(said.type, Set) or isinstance(real.type, Set):
            return all(isinstance(item, Rest) or any(holds(item, one) for one in real.data) for item in data.items)
        return _in_order(data.items, real.data)
    if isinstance(data, tuple):
        if not isinstance(real.data, tuple):
            return False
        if isinstance(said.type, Set):
            return all(any(holds(item, one) for one in real.data) for item in data)
        return len(data) == len(real.data) and all(map(holds, data, real.data))
    if isinstance(data, dict):
        return (
            isinstance(real.data, dict)
            and list(data) == list(real.data)
            and all(holds(item, real.data[name]) for name, item in data.items())
        )
    return type(data) is type(real.data) and data == real.data


def _unknown_holds(said: Value, data: Unknown, real: Value) -> bool:
    if data.error:
        return False
    if data.not_null and real.data is None:
        return False
    if data.candidates and not any(holds(candidate, real) for candidate in data.candidates):
        return False
    if isinstance(real.data, str) and not all(re.search(pattern, real.data) for pattern in data.matches):
        return False
    if isinstance(real.data, tuple | dict) and not _counts(data, len(real.data)):
        return False
    return said.type is ANY or real.data is None or _kind(said) == _kind(real)


def _counts(data: Unknown, length: int) -> bool:
    return data.min_length <= length and (data.max_length is None or length <= data.max_length)


def _kind(value: Value) -> str:
    """The type, collections and structures alike: what went through JSON keeps its unknowns, but not their types."""
    name = str(value.type).split("(")[0]
    return {"set": "list", "tuple": "list", "object": "map"}.get(name, name)


def _pattern(text: Text) -> str:
    parts = []
    for piece in text.pieces:
        if isinstance(piece, Chunk):
            parts.append(re.escape(piece.text))
            continue
        texts = [to_text(one).data for one in piece.value.alternatives]
        known = all(isinstance(one, str) for one in texts)
        parts.append(f"(?:{'|'.join(re.escape(str(one)) for one in texts)})" if known else ".*")
    return "".join(parts)


def _in_order(items: Sequence[Value | Rest], real: Sequence[Value]) -> bool:
    if not items:
        return not real
    if isinstance(items[0], Rest):
        return any(_in_order(items[1:], real[at:]) for at in range(len(real) + 1))
    return bool(real) and holds(items[0], real[0]) and _in_order(items[1:], real[1:])


def evaluated(text: str, values: dict[str, Value]) -> Value:
    configured = root_of(CONFIGURATION)
    root = Root("", values, configured.load)
    return root.module.evaluate(parse_expression(Source("e", text.encode())))


def plain(value: Value) -> Any:
    data = value.data
    if isinstance(data, tuple):
        return [plain(item) for item in data]
    if isinstance(data, dict):
        return {name: plain(item) for name, item in data.items()}
    return data


SETTINGS = settings(max_examples=300, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(expression(), ASSIGNMENTS, st.sets(st.sampled_from(list("stnbluma")), min_size=1))
def test_what_is_said_of_a_partly_known_value_is_true(text: str, values: dict[str, Value], hidden: set[str]) -> None:
    said = evaluated(text, {name: value for name, value in values.items() if name not in hidden})
    real = evaluated(text, values)
    assert holds(said, real), (said.data, plain(real))


@SETTINGS
@given(st.data(), ASSIGNMENTS, st.sets(st.sampled_from(list("stnbluma")), min_size=1))
def test_unknowns_with_one_key_are_one_value(data: st.DataObject, values: dict[str, Value], hidden: set[str]) -> None:
    kind = data.draw(st.sampled_from("snblmx"))
    texts = [data.draw(expression(kind, 2)) for _ in range(2)]
    given_values = {name: value for name, value in values.items() if name not in hidden}
    first, second = (evaluated(text, given_values) for text in texts)
    print_ = fingerprint(first)
    if print_ and print_ == fingerprint(second):
        real = [evaluated(text, values) for text in texts]
        if real[0].error is None and real[1].error is None:
            assert fingerprint(real[0]) == fingerprint(real[1]), [plain(one) for one in real]
