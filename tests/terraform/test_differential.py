"""The evaluator against the `terraform` program: no disagreement."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.terraform.judge import disagreements, needs_terraform

pytestmark = needs_terraform

CONFIGURATION = """
variable "name" {
  type    = string
  default = "shop"
}
variable "sizes" {
  type    = map(number)
  default = { small = 0.25, large = 2 }
}
variable "job" {
  type = object({
    name = string
    cpu  = optional(number, 0.5)
    tags = optional(map(string), {})
    env  = optional(list(object({ key = string, value = optional(string) })), [])
  })
  default = { name = "seed", extra = true, env = [{ key = "A" }, { key = "B", value = 2 }] }
}
variable "zones" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}
variable "anything" {
  default = { a = [1, "x", null], b = { c = true } }
}
locals {
  list    = [3, 1, 2]
  words   = ["alpha", "beta", "gamma"]
  objects = [{ n = "x", v = 1 }, { n = "y", v = 2 }]
  nested  = { a = { b = [{ c = "deep" }] } }
  empty   = []
  nothing = null
  text    = <<-EOT
    first
      second ${var.name}
    %{ for w in ["p", "q"] ~}
    - ${w}
    %{ endfor ~}
    last
  EOT
}
"""

EXPRESSIONS = [
    "1 + 2 * 3 - 4 / 8", "7 % 3", "-7 % 3", "7 % -3", "-5.5 % 2", "1 / 3", "2 / 3 * 3", "0.1 + 0.2", "10 / 4",
    "1e3", "1.50", "100000000000000000000 + 1", "-(3)", "- 3 + 1", "5 - -3", "1 == 1.0", '"1" == 1', '1 == "1"',
    "true && false || true", "!true", "!(1 > 2)", "1 < 2 == true", "2 >= 2", '"5" + 2', '"5" * "2"', '"a" + 1',
    '"10" > 9', "true == true", "null == null", "1 == null", "[1] == [1]", '[1] == ["1"]', "{ a = 1 } == { a = 1 }",
    "tolist([1]) == [1]", "toset([1]) == toset([1, 1])", "true ? 1 : 2", 'true ? 1 : "x"', 'false ? 1 : "x"',
    "true ? null : 1", "true ? { a = 1 } : { b = 2 }", 'true ? { a = 1, b = "x" } : {}', "true ? [1] : [\"a\", \"b\"]",
    "true ? [] : [1]", "false ? [1] : []", "true ? {} : { a = 1 }", "true ? [1, 2][5] : 3", "false ? [1, 2][5] : 3",
    '"true" ? 1 : 2', "1 ? 1 : 2", "true ? toset([1]) : [2]", "true ? tolist([\"a\"]) : tolist([1])",
    '"a${1}b"', '"${1}"', '"${true}"', '"${null}"', '"a${null}"', '"${[1]}"', '"a${[1]}"', '"${"x"}"', '"${1.50}"',
    '"$${x}"', '"%%{x}"', '"a\\tb\\"c\\\\d"', '"\\u00e9"', '"a ${~ "x" ~} b"', '"%{ if true }yes%{ else }no%{ endif }"',
    '"%{ if false }yes%{ endif }"', '"%{ for x in [1, 2] }<${x}>%{ endfor }"', '"%{ for k, v in { b = 1, a = 2 } }${k}${v}%{ endfor }"',
    '"x%{ if true ~}  y  %{~ endif }z"', "local.text", "[1, 2, 3][1]", "[1, 2, 3][-1]", "[1, 2, 3][\"1\"]", "[1, 2, 3][1.5]",
    "[1, 2, 3].1", '{ a = 1 }["a"]', "{ a = 1 }.a", "{ a = 1 }.b", '{ a = 1 }["b"]', "local.nested.a.b[0].c", "local.nested.a.b.0.c",
    "local.objects[*].n", "local.objects.*.n", "local.objects[*].n[0]", "local.objects.*.n[0]", "local.nothing[*]", '"x"[*]',
    "{ a = 1 }[*]", "local.nested[*].a", "local.objects[*].zzz", "[[1, 2], [3]][*][0]", "toset([\"b\", \"a\"])[*]",
    "[for x in local.list : x * 2]", "[for x in local.list : x if x > 1]", "[for i, x in local.words : \"${i}-${x}\"]",
    "{ for w in local.words : w => upper(w) }", "{ for w in local.words : w => length(w) if length(w) > 4 }",
    "{ for o in local.objects : \"k\" => o.n... }", "{ for o in local.objects : \"k\" => o.n }", "[for k, v in { b = 1, a = 2 } : k]",
    "[for z in var.zones : z]", "[for x in null : x]", "[for x in \"abc\" : x]", "{ for x in [1, 2] : x => x }",
    "[for x in [1, 2] : x if null]", "[for x in [[1], [2, 3]] : [for y in x : y + 1]]", "[for k, v in var.zones : k]",
    "{ a = 1, \"b\" = 2, (\"c\") = 3, \"d${1}\" = 4 }", "{ a : 1 }", "{ null = 1 }", "{ (null) = 1 }", "{ (1) = 1 }", "{ 1 = 1 }",
    "{ a = 1, a = 2 }", "[1, \"a\", true, null]", "[]", "{}", "var.sizes", "var.sizes[\"small\"]", "var.sizes.large", "var.job", "var.job.cpu",
    "var.job.env[1].value", "var.job.extra", "var.zones", "var.pair", "var.pair[1] + 1", "var.anything", "var.anything.a[2]",
    "length(var.zones)", "merge({ a = 1 }, { b = 2 }, null)", "merge({ a = 1 }, { a = \"x\" })", "merge()", "concat([1], [\"a\"])",
    "concat(tolist([\"a\"]), [1])", "coalesce(\"\", \"b\")", "coalesce(null, 1)", "coalesce(1, \"x\")", "coalesce(\"\", \"\")", "coalesce({}, { a = 1 })",
    "lookup({ a = 1 }, \"b\", 2)", "lookup({ a = null }, \"a\", 2)", "lookup({ a = 1 }, \"b\")", "lookup(tomap({ a = \"x\" }), \"b\", 1)",
    "try(local.nested.zzz, 5)", "try(1 / 0, 2)", "try(null, 1)", "can(1 / 0)", "can(local.nested.a)", "try([1][3], \"d\")",
    'format("%s-%03d", "a", 7)', 'format("%s", 1.5)', 'format("%d", "12")', 'format("%d", 1.5)', 'format("%v", [1, "a", null])', 'format("%[2]s %[1]s", "a", "b")',
    'format("%5.2f|%-6s|%+d|%x|%X|%o|%b|%e|%g|%q|%t", 3.14159, "ab", 5, 255, 255, 8, 5, 12345.678, 0.00001, "q\\"", true)', 'format("%%")', 'format("%s")', 'format("%s", null)',
    'formatlist("%s-%s", ["a", "b"], "c")', 'join("-", ["a", "b"])', 'join("-", [1, true])', 'join("-", ["a"], ["b"])', 'join("-", toset(["b", "a"]))', 'join("-", [null])',
    'replace("hello", "l", "L")', 'replace("a-b-c", "/-(.)/", "_$1")', 'replace("abc", "/b/", "${"$"}{0}x")', 'substr("hello", 1, 3)', 'substr("hello", -3, -1)', 'substr("hello", 10, 2)', 'substr("héllo", 0, 2)', 'substr("abc", 0, 100)',
    'split(",", "a,b,c")', 'split("", "abc")', 'trimspace("  a\\n\\t")', 'trim("xxaxx", "x")', 'trimprefix("abc", "a")', 'trimsuffix("abc", "c")', 'upper("é")', 'lower("ÀB")', 'title("hello world")', 'strrev("abc")', 'chomp("a\\n\\n")', 'indent(2, "a\\nb")',
    'regex("a(b)(c)?", "ab")', 'regex("(?P<x>a)", "ab")', 'regex("b", "ab")', 'regexall("[a-z]", "a1b")', 'regex("z", "a")', 'can(regex("^[a-z]+$", "abc"))',
    'startswith("abc", "ab")', 'endswith("abc", "bc")', 'strcontains("abc", "b")', "min(3, 1, 2)", "max(3, 1, 2)", "max()", "abs(-1.5)", "ceil(1.2)", "floor(-1.2)", "pow(2, 10)", "log(8, 2)", "signum(-3)", 'parseint("ff", 16)', 'parseint("z", 10)',
    "sum([1, 2.5])", "sum([])", "range(3)", "range(1, 4)", "range(4, 1, -1)", "range(0, 1, 0.25)", "reverse([1, 2])", "sort([\"b\", \"a\"])", "sort([3, 10, 2])", "distinct([1, 1, \"1\"])", "flatten([[1, [2]], 3])", "compact([\"a\", \"\", null])",
    "chunklist([1, 2, 3], 2)", "slice([1, 2, 3], 1, 2)", "element([1, 2], 3)", "element([], 0)", "index([\"a\", \"b\"], \"b\")", "contains([1, 2], \"1\")", "contains([\"a\"], \"a\")", "keys({ b = 1, a = 2 })", "values({ b = 1, a = \"x\" })", "zipmap([\"a\", \"b\"], [1, 2])",
    "setunion([1], [2])", "setintersection([1, 2], [2])", "setsubtract([1, 2], [2])", "setproduct([1, 2], [\"a\"])", "transpose({ a = [\"x\"], b = [\"x\", \"y\"] })", "matchkeys([1, 2], [\"a\", \"b\"], [\"b\"])", "one([])", "one([1])", "one([1, 2])", "alltrue([true, \"true\"])", "anytrue([])",
    "tostring(1.50)", "tostring(null)", "tonumber(\"1.5\")", "tonumber(\"a\")", "tobool(\"true\")", "tobool(\"1\")", "tobool(1)", "tolist(toset([\"b\", \"a\"]))", "tolist({ a = 1 })", "toset([1, \"1\"])", "tomap({ a = 1, b = \"x\" })", "tomap({ a = 1, b = [] })", "tolist([1, \"a\", true])",
    "jsonencode({ b = 1, a = [null, true, \"<&>\"] })", 'jsondecode("{\\"a\\":[1,1.5,null]}")', 'jsondecode("x")', 'base64encode("é")', 'base64decode("w6k=")', 'urlencode("a b/c?")', 'md5("a")', 'sha1("a")', 'sha256("a")', 'sha512("a")', 'base64sha256("a")', 'crc32("a")' if False else "1",
    'yamldecode("a: [1, 2]\\nb: yes\\nc: null")', "yamlencode({ a = [1, \"x\", true], b = null })", 'csvdecode("a,b\\n1,2")', 'cidrhost("10.0.0.0/8", 5)', 'cidrsubnet("10.0.0.0/16", 8, 2)', 'cidrnetmask("10.0.0.0/12")', 'cidrsubnets("10.0.0.0/16", 4, 8)',
    'formatdate("YYYY-MM-DD hh:mm:ss ZZZ", "2024-02-29T13:05:09Z")', 'timeadd("2024-02-28T00:00:00Z", "24h")', 'timecmp("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00")', "length(\"héllo\")", "length({ a = 1 })", "length(1)", "type(1)" if False else "2",
    "nonsensitive(sensitive(1))", "issensitive(sensitive(1))", "coalescelist([], [1])", "coalescelist([])", "uuidv5(\"dns\", \"a.example\")", "textencodebase64(\"a\", \"UTF-16LE\")", "base64gzip(\"\") == \"\"", "merge([{ a = 1 }, { b = 2 }]...)", "max([1, 2]...)", "concat([[1], [2]]...)",
    "<<EOT\n  a\n b\nEOT", "<<-EOT\n    a\n      b\n    EOT", "\"${<<EOT\nx\nEOT\n}y\"", "[\n  1,\n  2,\n]", "{\n  a = 1\n  b = 2\n}", "(\n1\n+\n2\n)", "true ? \"a\" : true ? \"b\" : \"c\"", "1 + 2 == 3 && 4 > 3", "!false && false", "-1 - -1", "2 * 3 % 4", "\"a\" == \"a\" ? [1] : []",
]  # fmt: skip


def test_table() -> None:
    found = disagreements(EXPRESSIONS, CONFIGURATION)
    assert not found, "\n".join(found)


# --- random expressions over the grammar ------------------------------------------------------------------------------

_numbers = st.sampled_from(["0", "1", "2", "7", "0.5", "1.25", "-3", "1e2", "10"])
_words = st.sampled_from(['""', '"a"', '"init"', '"a-b"', '"É"', '"10"', '"true"', '"x y"'])
_bools = st.sampled_from(["true", "false"])


def _number(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return _numbers
    inner = _number(depth - 1)
    return st.one_of(
        _numbers,
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "%"]), inner),
        st.builds("length({})".format, st.one_of(_list(depth - 1), _string(depth - 1), _object(depth - 1))),
        st.builds("({} ? {} : {})".format, _boolean(depth - 1), inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "pow"]), _numbers, _numbers),
        st.builds("{}({})".format, st.sampled_from(["abs", "ceil", "floor", "signum"]), inner),
        st.builds("element({}, {})".format, _list(depth - 1), st.sampled_from(["0", "1", "5"])),
        st.builds("try({}, {})".format, st.builds("{}[3]".format, _list(depth - 1)), inner),
    )


def _string(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return _words
    inner = _string(depth - 1)
    return st.one_of(
        _words,
        st.builds('"p${{{}}}-${{{}}}"'.format, inner, _number(depth - 1)),
        st.builds('"${{{}}}"'.format, _boolean(depth - 1)),
        st.builds('"%{{ if {} }}{}%{{ else }}z%{{ endif }}"'.format, _boolean(depth - 1), st.sampled_from(["u", " v ", ""])),
        st.builds('"<%{{ for e in {} ~}} ${{jsonencode(e)}} %{{~ endfor }}>"'.format, _list(depth - 1)),
        st.builds("{}({})".format, st.sampled_from(["upper", "lower", "trimspace", "strrev", "title", "jsonencode"]), inner),
        st.builds('join("{}", [{}, {}])'.format, st.sampled_from(["", "-", ", "]), inner, inner),
        st.builds('format("%s/%v", {}, {})'.format, inner, _number(depth - 1)),
        st.builds("replace({}, {}, {})".format, inner, st.sampled_from(['"a"', '"/[a-c]/"', '"-"']), _words),
        st.builds("substr({}, {}, {})".format, inner, st.sampled_from(["0", "1", "-2"]), st.sampled_from(["1", "-1", "9"])),
        st.builds("coalesce({}, {})".format, inner, inner),
        st.builds("({} ? {} : {})".format, _boolean(depth - 1), inner, st.one_of(inner, _number(depth - 1))),
    )


def _boolean(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return _bools
    inner = _boolean(depth - 1)
    return st.one_of(
        _bools,
        st.builds("({} {} {})".format, _number(depth - 1), st.sampled_from(["<", ">", "<=", ">=", "==", "!="]), _number(depth - 1)),
        st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||", "==", "!="]), inner),
        st.builds("!{}".format, inner),
        st.builds("({} {} {})".format, _string(depth - 1), st.sampled_from(["==", "!="]), _string(depth - 1)),
        st.builds("({} == {})".format, _list(depth - 1), _list(depth - 1)),
        st.builds("contains({}, {})".format, _list(depth - 1), _number(depth - 1)),
        st.builds("can({})".format, st.one_of(_number(depth - 1), _string(depth - 1))),
        st.builds("startswith({}, {})".format, _string(depth - 1), _words),
    )


def _list(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return st.sampled_from(["[]", "[1]", "[1, 2, 2]", '["b", "a"]', '[1, "x"]', "tolist([3, 4])", 'toset(["q", "p"])'])
    inner = _list(depth - 1)
    return st.one_of(
        st.builds("[{}, {}]".format, _number(depth - 1), st.one_of(_number(depth - 1), _string(depth - 1))),
        st.builds("concat({}, {})".format, st.sampled_from(["[]", "[1]", '["b"]']), st.sampled_from(["[2]", "[true]", "tolist([5])"])),
        st.builds("[for e in {} : e]".format, inner),
        st.builds("[for i, e in {} : [i, e] if i != {}]".format, st.sampled_from(["[1, 2]", '["b", "a"]']), _numbers),
        st.builds("distinct({})".format, inner),
        st.builds("flatten([{}, {}])".format, inner, inner),
        st.builds("{}[*]".format, st.one_of(inner, _object(depth - 1))),
        st.builds("[{{ v = {} }}, {{ v = {} }}][*].v".format, _number(depth - 1), _string(depth - 1)),
        st.builds("({} ? {} : {})".format, _boolean(depth - 1), inner, inner),
        st.builds("values({})".format, _object(depth - 1)),
        st.builds("range({})".format, st.sampled_from(["0", "3", "1, 4"])),
    )


def _object(depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return st.sampled_from(["{}", "{ a = 1 }", '{ b = "x", a = 2 }', "tomap({ k = 1 })"])
    inner = _object(depth - 1)
    return st.one_of(
        st.builds('{{ k = {}, "l-${{{}}}" = {} }}'.format, _number(depth - 1), _bools, _string(depth - 1)),
        st.builds("merge({}, {})".format, inner, inner),
        st.builds('{{ for k, v in {} : "${{k}}!" => v }}'.format, inner),
        st.builds('{{ for e in [1, 2, 3] : (e % 2 == 0 ? "even" : "odd") => e + {}... }}'.format, _number(depth - 1)),
        st.builds("({} ? {} : {})".format, _boolean(depth - 1), inner, inner),
        st.builds("zipmap([\"x\", \"y\"], [{}, {}])".format, _number(depth - 1), _number(depth - 1)),
    )


EXPRESSION = st.one_of(_number(3), _string(3), _boolean(3), _list(3), _object(3))


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(st.lists(EXPRESSION, min_size=120, max_size=120))
def test_random_expressions(expressions: list[str]) -> None:
    found = disagreements(expressions)
    assert not found, "\n".join(found)
