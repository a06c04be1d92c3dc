"""Regular expressions in Go's (RE2's) meaning.

google-re2 is used where it is installed; else a pattern whose meaning Python's `re` shares is tried there, and any
other leaves the result unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from initlint.number import LimitError, OperationError
from initlint.terraform.functions import MAX_ELEMENTS, MAX_TEXT, Context, Function, Parameter, on_values
from initlint.terraform.functions.pieces import between, is_text, known, made, mapped, nfc
from initlint.terraform.types import ANY, STRING, List, Object, Tuple, Type
from initlint.terraform.value import Chunk, Piece, Value, derived, null, string, tuple_of


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any | None:
    """The pattern ready to search; None where no engine at hand gives it RE2's meaning.

    Raises OperationError for a pattern that RE2 refuses.
    """
    try:
        re2: Any = import_module("re2")
    except ImportError:
        return _translated(pattern)
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(_go_names(pattern), options)
    except re2.error as problem:
        text = problem.args[0] if problem.args else problem
        shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        raise OperationError(f"invalid regular expression: {shown}") from None


def _go_names(pattern: str) -> str:
    """`(?<name>` as `(?P<name>`, which every release of RE2 takes."""
    return re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern)


_UNSHARED = re.compile(
    r"\\[pPCQEz0-9]|\[\[:|\(\?[=!]|\(\?<[=!]|\(\?\(|\(\?P=|\(\?[a-zA-Z-]*[mU]|[*+?}]\+|\\[bB<>AZ]|\(\?#|\)[*+{]"
)


def _translated(pattern: str) -> Any | None:
    """The pattern for Python's `re` where both mean the same, and where it cannot take exponential time."""
    if _UNSHARED.search(pattern) or "\\s" in pattern or "\\S" in pattern:
        return None
    result: list[str] = []
    in_class = False
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            result.append(pattern[at : at + 2])
            at += 2
            continue
        if character == "[" and not in_class:
            in_class = True
        elif character == "]" and in_class:
            in_class = False
        result.append(r"\Z" if character == "$" and not in_class else character)
        at += 1
    try:
        return re.compile(_go_names("".join(result)), re.ASCII)
    except re.error:
        return None


def search(pattern: str, text: str) -> bool | None:
    """Whether the pattern matches somewhere in the text; None where that cannot be said."""
    try:
        expression = compiled(pattern)
    except OperationError:
        return None
    return None if expression is None else expression.search(text) is not None


def _matches(expression: Any, text: str) -> Iterator[Any]:
    """All matches as Go finds them: no empty match directly behind another one."""
    last = -1
    for match in expression.finditer(text):
        if match.end() > match.start() or match.start() != last:
            yield match
        last = match.end()


def _group_type(expression: Any) -> Type:
    names = expression.groupindex
    if names:
        return Object(dict.fromkeys(sorted(names), STRING))
    return Tuple((STRING,) * expression.groups) if expression.groups else STRING


def _result(expression: Any, match: Any) -> Value:
    """A match as Terraform gives it: the text, a tuple of the groups, or an object of the named ones."""
    if not expression.groups:
        return string(nfc(match.group(0)))
    groups = [null(STRING) if group is None else string(nfc(group)) for group in match.groups()]
    if not expression.groupindex:
        return tuple_of(groups)
    items = {name: groups[at - 1] for name, at in sorted(expression.groupindex.items())}
    return Value(Object(dict.fromkeys(items, STRING)), items)


def _expression(pattern: str) -> Any | None:
    expression = compiled(pattern)
    if expression is not None and expression.groupindex and len(expression.groupindex) != expression.groups:
        raise OperationError("a pattern cannot have both named and unnamed groups")
    return expression


def _regex(args: Sequence[Value], _: Context) -> Value:
    pattern, text = args[0].data, args[1].data
    if not isinstance(pattern, str):
        return derived(args, "regex")
    expression = _expression(pattern)
    if expression is None:
        return derived_unsupported(args, "regex", ANY)
    if not isinstance(text, str):
        return derived(args, "regex", _group_type(expression), not_null=True)
    match = expression.search(text)
    if match is None:
        raise OperationError("the pattern did not match any part of the string")
    return _result(expression, match)


def _regexall(args: Sequence[Value], _: Context) -> Value:
    pattern, text = args[0].data, args[1].data
    if not isinstance(pattern, str):
        return derived(args, "regexall", List(ANY), not_null=True)
    expression = _expression(pattern)
    if expression is None:
        return derived_unsupported(args, "regexall", List(ANY))
    type_ = List(_group_type(expression))
    if not isinstance(text, str):
        return derived(args, "regexall", type_, not_null=True)
    results: list[Value] = []
    for match in _matches(expression, text):
        results.append(_result(expression, match))
        if len(results) > MAX_ELEMENTS:
            raise LimitError(f"limit: the list has more than {MAX_ELEMENTS} elements")
    return Value(type_, tuple(results))


def derived_unsupported(args: Sequence[Value], name: str, type_: Type) -> Value:
    """An unknown for a pattern that needs google-re2 where that is not installed."""
    from initlint.terraform.value import unknown

    reason = f"{name}() needs the package google-re2 for this pattern"
    return unknown(reason, type_).marked(any(arg.sensitive for arg in args))


_ONE_CHARACTER = re.compile(r"(\[\^?\]?(?:[^\]\\\[]|\\.)*\]|\\[dDwWsS.\-/_+*()\[\]{}|^$]|[A-Za-z0-9 _\-:/,@])(\+?)")


def replace_all(value: Value, pattern: str, by: Value) -> Value:
    """replace() with a regular expression; `by` may name groups as $1, ${1} or $name."""
    args = (value, string(f"/{pattern}/"), by)
    expression = compiled(pattern)
    if expression is None:
        return derived_unsupported(args, "replace", STRING)
    pieces = value.pieces
    template = by.data
    if not isinstance(template, str):
        return derived(args, "replace", STRING, not_null=True)
    if is_text(pieces):
        return made(_replaced(expression, pieces, known(pieces), by, template))
    shape = _ONE_CHARACTER.fullmatch(pattern)
    if shape is None or "$" in template or (shape[2] and template):
        return derived(args, "replace", STRING, not_null=True)
    # The pattern looks at one character at a time, so that what stands beside a hole does not matter.
    facts: dict[str, object] = {}
    if search(f"^(?:{shape[1]})$", template) is False and all(search(shape[1], c) is False for c in template):
        facts["matches"] = (f"(?s)^{_complement(shape[1])}*$",) if _complement(shape[1]) else ()
    return mapped(
        value,
        "replace",
        lambda text: known(_replaced(expression, (Chunk(text),), text, by, template)),
        args[1:],
        **facts,
    )


def _complement(one: str) -> str:
    """The class of the characters that a one-character pattern does not match ("" where it is not written down)."""
    if one.startswith("[^"):
        return "[" + one[2:]
    if one.startswith("["):
        return "[^" + one[1:]
    if len(one) == 2 and one[1] in "dDwWsS":
        return "\\" + one[1].swapcase()
    return f"[^{one}]"


def _replaced(expression: Any, pieces: Sequence[Piece], text: str, by: Value, template: str) -> list[Piece]:
    result: list[Piece] = []
    at = size = 0
    for match in _matches(expression, text):
        result += between(pieces, at, match.start())
        filled = _expand(template, match, expression)
        result += by.pieces if filled == template else (Chunk(filled),)
        size += len(filled)
        at = match.end()
        if size > MAX_TEXT:
            raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
    result += between(pieces, at, len(text))
    return result


_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")


def _expand(template: str, match: Any, expression: Any) -> str:
    """Go's Regexp.Expand: $name takes the longest name; one that is no group gives nothing."""

    def group(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        if name is None:
            return "$"
        if name.isdecimal() and (name == "0" or name[0] != "0"):
            return (match.group(int(name)) or "") if int(name) <= expression.groups else ""
        at = expression.groupindex.get(name)
        return (match.group(at) or "") if at is not None else ""

    return _REFERENCE.sub(group, template) if "$" in template else template


_PATTERN = Parameter("pattern", STRING)
_STRING = Parameter("string", STRING)

FUNCTIONS: dict[str, Function] = {
    "regex": on_values(_regex, _PATTERN, _STRING),
    "regexall": on_values(_regexall, _PATTERN, _STRING, result=List(ANY)),
}
