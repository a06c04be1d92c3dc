"""Functions over unknown and partly known values: what is known stays known, and nothing else is claimed."""

from __future__ import annotations

import re

import pytest
from tests.terraform.judge import root_of

from initlint.source import Source
from initlint.syntax.read import parse_expression
from initlint.terraform.show import show
from initlint.terraform.value import Unknown, Value

CONFIGURATION = """
variable "u" { type = string }
variable "n" { type = number }
variable "b" { type = bool }
variable "l" { type = list(string) }
variable "s" { type = set(string) }
variable "m" { type = map(string) }
variable "any" {}
variable "env" {
  type = string
  validation {
    condition = contains(["dev", "prod"], var.env)
    error_message = "x"
  }
}
variable "object" { type = object({ name = string }) }
variable "set" {
  type     = list(string)
  nullable = false
}
"""

TABLE = [
    ('lower("X-${var.u}")', '"x-${…}"'),
    ("upper(var.u)", "unknown"),
    ('title("x ${var.u}")', "unknown"),
    ('join("-", ["a", var.u])', '"a-${var.u}"'),
    ('join("-", concat(var.l, ["b"]))', '"${…}b"'),
    ('join("-", var.l)', "unknown"),
    ('join("-", ["a"], var.l, ["b"])', '"a${…}-b"'),
    ('format("%s-init-%d", var.u, 5)', '"${var.u}-init-5"'),
    ('format("%s-init-%d", var.u, var.n)', '"${var.u}-init-${…}"'),
    ('format("%05d", var.n)', "unknown"),
    ('format(var.u, "x")', "unknown"),
    ('formatlist("%s-x", ["a", var.u])', '["a-x", "${var.u}-x"]'),
    ('formatlist("%s-x", var.l)', "unknown"),
    ('formatlist("%s-x", concat(["a"], var.l))', '["a-x", …]'),
    ('replace("a_b_${var.u}", "_", "-")', '"a-b-${…}"'),
    ('replace("ab${var.u}ba", "ab", "x")', '"x${…}"'),
    ('replace("${var.u}", "_", "-")', "unknown"),
    ('replace("A b-${var.u}", "/[^a-z-]/", "")', '"b-${…}"'),
    ('replace("x${var.u}", "/[^a-z]+/", "-")', "unknown"),
    ('substr("abc${var.u}", 0, 2)', '"ab"'),
    ('substr("abc${var.u}", 0, 5)', '"abc${…}"'),
    ('substr("abc${var.u}", 1, -1)', '"bc${var.u}"'),
    ("substr(var.u, 0, 24)", "unknown"),
    ('substr("abc${var.u}", 0, 0)', '""'),
    ('trimsuffix("app-${var.u}", "-")', '"app${…}"'),
    ('trimsuffix("${var.u}-x", "-x")', "unknown"),
    ('trimsuffix("${var.u}-x", "-y")', '"${var.u}-x"'),
    ('trimprefix("app-${var.u}", "app-")', "unknown"),
    ('trimprefix("${var.u}-x", "ab")', "unknown"),
    ('trim("--a${var.u}--", "-")', '"a${…}"'),
    ('trim("--${var.u}--b", "-")', '"${…}b"'),
    ('trimspace(" a ${var.u} ")', '"a${…}"'),
    ('chomp("a${var.u}\\n")', '"a${…}"'),
    ('indent(2, "a\\n${var.u}\\nb")', '"a\\n  ${…}\\n  b"'),
    ('startswith("app-${var.u}", "app")', "true"),
    ('startswith("app-${var.u}", "apx")', "false"),
    ('startswith("app-${var.u}", "app-x")', "unknown"),
    ('endswith("${var.u}-x", "-x")', "true"),
    ('endswith("${var.u}-x", "-y")', "false"),
    ('strcontains("a-init-${var.u}", "init")', "true"),
    ('strcontains(var.u, "x")', "unknown"),
    ('split("-", "a-b-${var.u}-c")', '["a", "b", …, "c"]'),
    ('split("-", "a-${var.n}")', '["a", …]'),
    ('split(",", var.u)', "[…]"),
    ('merge(var.m, {a="1"})', '{a = "1", …}'),
    ('merge({a="1"}, var.m)', "{a = it may be overridden: unknown, …}"),
    ('merge({a="1"}, var.m, {b="2"})', '{a = it may be overridden: unknown, b = "2", …}'),
    ('merge(var.any, {a="1"})', '{a = "1", …}'),
    ('merge({a=var.u}, {b="x"})', '{a = unknown, b = "x"}'),
    ('concat(var.l, ["a"])', '[…, "a"]'),
    ('concat(["a"], var.l, ["b"])', '["a", …, "b"]'),
    ('concat(["a", var.u], ["b"])', '["a", unknown, "b"]'),
    ('coalesce(var.u, "x")', 'unknown | "x"'),
    ('coalesce("x", var.u)', '"x"'),
    ('coalesce("a-${var.u}", "x")', '"a-${var.u}"'),
    ("coalesce(null, var.u)", "unknown"),
    ('coalescelist(var.l, ["a"])', 'unknown | ["a"]'),
    ('coalescelist(["a"], var.l)', '["a"]'),
    ("coalesce(var.n, 5)", "unknown | 5"),
    ('lookup(var.m, "a", "z")', 'unknown | "z"'),
    ('lookup({a="1", b="2"}, var.u, "z")', '"1" | "2" | "z"'),
    ('lookup({a="1", b="2"}, var.env, "z")', '"z"'),
    ('lookup({dev="1", prod="2"}, var.env)', '"1" | "2"'),
    ('lookup(merge(var.m, {a="1"}), "a", "z")', '"1"'),
    ('lookup(merge(var.m, {a="1"}), "b", "z")', 'unknown | "z"'),
    ('element(["a", "b"], var.n)', '"a" | "b"'),
    ('element(concat(["a"], var.l), 0)', '"a"'),
    ('element(concat(["a"], var.l), 1)', "unknown"),
    ('flatten([["a"], var.l, [["b"]]])', '["a", …, "b"]'),
    ('flatten([var.u, ["x"]])', '[unknown, "x"]'),
    ('flatten([toset(["b", "a"]), ["x"]])', '["a", "b", "x"]'),
    ('flatten([toset(["b", var.u, "a"]), ["x"]])', '[…, "a", …, "b", …, "x"]'),
    ('compact(["a", var.u, "", "b-${var.u}"])', '["a", …, "b-${var.u}"]'),
    ('distinct(["a", var.u, "a"])', '["a", …]'),
    ('distinct(concat(["a"], var.l, ["a"]))', '["a", …]'),
    ('keys(merge(var.m, {a="1"}))', '[…, "a", …]'),
    ("values({a=var.u})", "[unknown]"),
    ("length(var.l)", "unknown"),
    ('length(["a", var.u])', "2"),
    ('length("a${var.u}")', "unknown"),
    ('length(concat(["a"], var.l))', "unknown"),
    ("length({a=var.u})", "1"),
    ('contains(concat(var.l, ["a"]), "a")', "true"),
    ('contains(var.l, "a")', "unknown"),
    ('contains(["a", "b"], var.u)', "unknown"),
    ('contains(["a", "b"], "x-${var.u}")', "false"),
    ('contains(["dev", "prod"], var.env)', "true"),
    ('contains(["prod"], var.env)', "false | true"),
    ('toset(["a", var.u])', '["a", unknown]'),
    ('tolist(toset(["b", "a"]))', '["a", "b"]'),
    ('toset(concat(var.l, ["a"]))', '["a", …]'),
    ("tomap({a=var.u})", "{a = unknown}"),
    ("tostring(var.n)", "unknown"),
    ("tonumber(var.u)", "unknown"),
    ('tonumber("x${var.u}")', 'unknown (tonumber(): a number is required, not \\"x${var.u}\\")'),
    ("tobool(var.u)", "unknown"),
    ("upper(var.env)", '"DEV" | "PROD"'),
    ('"${var.env}-x"', '"${var.env}-x"'),
    ('format("%s-%s", var.env, var.env)', '"${var.env}-${var.env}"'),
    ("substr(var.env, 0, 1)", '"d" | "p"'),
    ('replace(var.env, "d", "x")', '"xev" | "prox"'),
    ('split("-", "a-${var.env}")', '["a", "dev"] | ["a", "prod"]'),
    ('regex("^d", var.env)', '"d" | unknown (regex(): the pattern did not match any part of the string)'),
    ('can(regex("^d", var.env))', "true | false"),
    ('can(regex("^d", var.u))', "unknown"),
    ('try(regex("^d", var.env), "none")', '"d" | "none"'),
    ('try(var.u, "x")', "unknown"),
    ('try(var.any.foo, "x")', 'unknown | "x"'),
    ("can(var.u)", "unknown"),
    ('can(tonumber("x${var.u}"))', "false"),
    (
        'jsonencode({a=var.u, b="x-${var.u}", c=[var.n], d=var.any})',
        '"{\\"a\\":${…},\\"b\\":\\"x-${…}\\",\\"c\\":[${…}],\\"d\\":${…}}"',
    ),
    (
        'jsondecode(jsonencode({a=var.u, b="x-${var.u}", c=[var.n], d=var.any, e=var.m, f=var.l}))',
        '{a = unknown, b = "x-${var.u}", c = [unknown], d = unknown, e = unknown, f = unknown}',
    ),
    ('jsondecode("{\\"a\\": \\"${var.u}\\", \\"b\\": ${var.n}}")', "{a = unknown, b = unknown}"),
    ('jsonencode(merge(var.m, {a="1"}))', '"${…}"'),
    ("base64encode(var.u)", "unknown"),
    ('md5("x")', '"9dd4e461268c8034f5c8564e155c67a6"'),
    ('reverse(concat(["a"], var.l))', '[…, "a"]'),
    ('slice(["a", var.u, "c"], 1, 2)', "[unknown]"),
    ('slice(concat(["a"], var.l), 0, 1)', '["a"]'),
    ('sort(["b", var.u])', "unknown"),
    ("one([var.u])", "unknown"),
    ("one(var.l)", "unknown"),
    ('zipmap(["a"], [var.u])', "{a = unknown}"),
    ('zipmap([var.u], ["a"])', "unknown"),
    ('setunion(["a"], var.s)', '["a", …]'),
    ('setintersection(["a"], var.s)', "unknown"),
    ('setproduct(["a", var.u], ["b"])', '[["a", "b"], [unknown, "b"]]'),
    ("alltrue([var.b, false])", "false"),
    ("anytrue([var.b, true])", "true"),
    ("min(var.n, 1)", "unknown"),
    ("abs(var.n)", "unknown"),
    ("range(var.n)", "unknown"),
    ("sum([1, var.n])", "unknown"),
    ('abspath("x")', '"${…}/x"'),
    ('abspath(".")', "unknown (abspath() depends on the machine)"),
    ('abspath("../x")', "unknown (abspath() depends on the machine)"),
    ('abspath("/a/../b")', '"/b"'),
    ('basename(abspath("envs/../live/dev/"))', '"dev"'),
    ('basename(dirname(abspath("live/dev")))', '"live"'),
    ('dirname(abspath("live/dev"))', '"${…}/live"'),
    ('dirname(abspath("dev"))', "unknown (abspath() depends on the machine)"),
    ('basename("${var.u}/b/")', '"b"'),
    ('basename("${var.u}b")', "unknown"),
    ('basename("a/${var.u}")', "unknown"),
    ('dirname("${var.u}/b/c")', "unknown"),
    ('split("/", abspath("live/dev"))[0]', "unknown (abspath() depends on the machine)"),
    ('reverse(split("/", abspath("live/dev")))[0]', '"dev"'),
    ('pathexpand("~/x")', "unknown (pathexpand() depends on the machine)"),
    ("file(var.u)", "unknown"),
    ('sensitive("x")', "(sensitive)"),
    ('upper(sensitive("x"))', "(sensitive)"),
    ('join("-", [sensitive("x"), "a"])', "(sensitive)"),
    ('nonsensitive(sensitive("x"))', '"x"'),
    ('"${sensitive("x")}-y"', "(sensitive)"),
    ('length(sensitive(["x"]))', "(sensitive)"),
    ('merge({a=sensitive("x")}, {b="y"})', '{a = (sensitive), b = "y"}'),
    ("keys(sensitive({a=1}))", "(sensitive)"),
    ('contains(["x"], sensitive("x"))', "(sensitive)"),
    ('upper(tonumber("x"))', 'unknown (tonumber(): a number is required, not \\"x\\")'),
    ('[upper("a"), tonumber("x")]', '["A", unknown (tonumber(): a number is required, not \\"x\\")]'),
    ('element([upper("a"), tonumber("x")], 0)', 'unknown (tonumber(): a number is required, not \\"x\\")'),
    ('chunklist(["a", var.u], 1)', '[["a"], [unknown]]'),
    ('transpose({a=["x", var.u]})', "unknown"),
    ('matchkeys(["a"], [var.u], ["x"])', "[…]"),
    ('index(["a", var.u], "a")', "0"),
    ('index(["a", var.u], "b")', "unknown"),
    ("cidrsubnet(var.u, 8, 1)", "unknown"),
    ("yamlencode({a=var.u})", "unknown"),
    ("yamldecode(var.u)", "unknown"),
    ("csvdecode(var.u)", "unknown"),
    ('"a" == var.u', "unknown"),
    ('"a-${var.u}" == "b-${var.u}"', "false"),
    ('"a-${var.u}" == "a-${var.u}"', "true"),
    ('"${var.u}-a" == "${var.u}-b"', "false"),
    ('"${var.u}" == "${var.u}"', "true"),
    ('"${var.n}x" == "abx"', "false"),
    ('lower(var.u) == "Abc"', "false"),
    ('upper("abc") == upper(var.u)', "unknown"),
    ('[for k, v in merge(var.m, {b="1"}) : "${k}=${v}"]', '[…, "b=1", …]'),
    ('join(",", [for k, v in merge(var.m, {b="1"}) : k])', '"${…}b${…}"'),
    ('"%{ for k, v in merge(var.m, {b="1"}) }${k}%{ endfor }"', '"${…}b${…}"'),
    ("[for k, v in {(var.u) = 1, a = 2} : v][0]", "unknown"),
    (
        'md5(lookup({dev=null, prod="x"}, var.env))',
        'unknown (md5(): argument str must not be null) | "9dd4e461268c8034f5c8564e155c67a6"',
    ),
    ('upper(var.env == "dev" ? null : "x")', 'unknown (upper(): a string is required, not null) | "X"'),
    ('lookup(var.m, var.b ? "a" : "b", null) == null', "unknown"),
    ('concat(var.set, ["q"])[0] == null', "unknown"),
    ("var.set == null", "false"),
    ('flatten([var.b ? [1] : [], ["x"]])[0]', "unknown"),
    ("try(concat(var.any, [])[*].a, null) == null", "unknown"),
    ("try([for x in concat(var.any, []) : x.a], null) == null", "unknown"),
    ('lookup(var.any, "a", {}) == [1]', "unknown"),
    ("var.object[*]", "[] | [unknown]"),
    ("var.object[*].name", "[] | [unknown]"),
    ("one(var.object[*].name) == null", "unknown"),
    ("var.set[*]", "unknown"),
    ('try({(var.u) = tonumber("x"), a = 1}, null)', "null"),
    ("try({for x in var.l : x => 1}, null) == null", "unknown"),
    ("try({for k, v in var.m : k => v}, null) == null", "false"),
    ("try({for x in concat(var.l, []) : x => 1}, null) == null", "unknown"),
    ("try([for x in var.any : x.a], null) == null", "unknown"),
    ("{a={cpu=1}, b={cpu=2}}[var.u].cpu", "1 | 2"),
    ("try({a={cpu=1}, b={cpu=2}}[var.u].cpu, 0.5)", "1 | 2 | 0.5"),
    ("try({a={cpu=1}}[var.u].cpu, 0.5)", "1 | 0.5"),
    ("try({a={cpu=1}}[var.u].cpu * 2, 0.5)", "2 | 0.5"),
    ('try(upper({a="x"}[var.u]), "z")', '"X" | "z"'),
    ('try(regex("^[a-z]$", {a="x"}[var.u]), "z")', '"x" | "z"'),
    ('try(lookup({a="x"}, var.u), "z")', '"x" | "z"'),
    ('try(lookup({a="x"}, var.u, "x"), "z")', '"x"'),
    ('can(lookup({a="x"}, var.u))', "unknown"),
    ("can({a={cpu=1}}[var.u].cpu)", "unknown"),
    ("try([for x in {a=[1]}[var.u] : x], [])", "[1] | []"),
    (
        "length(var.b ? slice([], 0, 1) : [])",
        "unknown (slice(): there is no slice from 0 to 1 of a list of 0 elements) | 0",
    ),
]


def value_of(expression: str) -> Value:
    return root_of(CONFIGURATION).module.evaluate(parse_expression(Source("e", expression.encode())))


def told(value: Value) -> str:
    """The value as it is shown, candidates side by side, the usual reason left out."""
    data = value.data
    values = data.candidates if isinstance(data, Unknown) and data.candidates else (value,)
    text = " | ".join(show(item, 1000) for item in values)
    return re.sub(r"unknown \((it may be overridden: )?var\.\w+ has no default; [^)]*\)", r"\1unknown", text)


@pytest.mark.parametrize(("expression", "expected"), TABLE, ids=[expression for expression, _ in TABLE])
def test_keeps_what_is_known(expression: str, expected: str) -> None:
    assert told(value_of(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ("lower(var.u)", ("^[^A-Z]*$",)),
        ("upper(var.u)", ("^[^a-z]*$",)),
        ('replace(var.u, "_", "-")', ("^[^_]*$",)),
        ('replace(var.u, "/[^a-z0-9-]/", "")', ("(?s)^[a-z0-9-]*$",)),
        ("substr(var.u, 0, 24)", ("(?s)^.{0,24}$",)),
        ("tostring(var.n)", (r"^-?[0-9]+(?:\.[0-9]+)?$",)),
    ],
)
def test_what_an_unknown_text_must_match_is_known(expression: str, matches: tuple[str, ...]) -> None:
    data = value_of(expression).data
    assert isinstance(data, Unknown)
    assert data.matches == matches


@pytest.mark.parametrize(
    "expression",
    ["lower(var.u)", 'replace(var.u, "a", "b")', "substr(var.u, 0, 3)", 'join("-", var.l)'],
)
def test_the_same_call_over_the_same_unknown_is_the_same_value(expression: str) -> None:
    assert value_of(f"{expression} == {expression}").data is True


def test_an_unknown_that_hangs_on_a_variable_says_so() -> None:
    for expression in ("lower(var.u)", 'format("%s-x", var.u)', "merge(var.m, {a = 1})", 'coalesce(var.u, "x")'):
        assert value_of(expression).sources == ({"var.m"} if "var.m" in expression else {"var.u"}), expression
