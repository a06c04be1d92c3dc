"""Terraform's functions, over known and partly known values.

`call` is all that the evaluator needs. A function is described by its parameters, as `terraform metadata functions`
does; its family's file is imported when it is first called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from itertools import chain, repeat
from typing import Any, TypeAlias

from initlint.number import LimitError, Number, OperationError
from initlint.record import record
from initlint.source import Source, Span
from initlint.terraform.convert import choices, convert
from initlint.terraform.types import ANY, BOOL, NUMBER, STRING, List, Map, Object, Primitive, Set, Tuple, Type
from initlint.terraform.value import (
    Elements,
    Entries,
    Hole,
    Origin,
    Rest,
    Text,
    Unknown,
    Value,
    boolean,
    derived,
    error,
    may_fail_as_one,
    number,
    string,
    unknown,
    unknowns,
)
from initlint.truth import Truth

NO_FUNCTION = "there is no function named "
"""How the error about a function that does not exist begins: the one static error that `try` and `can` catch."""
MAX_TEXT = 1 << 20
"""Results longer than this many characters are not looked at."""
MAX_ELEMENTS = 10_000
"""Collections of more elements than this are not made."""


def _no_files(path: str) -> Value:
    return unknown(f'file "{path}" is not read here', STRING)


def _no_folders(path: str) -> Sequence[str] | Value:
    return unknown(f'folder "{path}" is not read here')


def _no_templates(source: Source, variables: Mapping[str, Value]) -> Value:
    return unknown(f'template "{source.path}" is not rendered here')


@record(eq=True)
class Context:
    """What functions need of the world around them.

    root: the folder that relative paths start from (the root module's working directory), relative to the workspace
    root ("" for it). read_file: the file at a path relative to the workspace root, or what stands for it where it
    cannot be read (an error where it is missing, unknown where it is outside the scanned root or too large).
    list_files: all files below a folder, relative to it, or what stands for them. render_template: a template over
    its variables.
    """

    root: str = ""
    read_file: Callable[[str], Source | Value] = _no_files
    list_files: Callable[[str], Sequence[str] | Value] = _no_folders
    render_template: Callable[[Source, Mapping[str, Value]], Value] = _no_templates


@record(eq=True)
class Parameter:
    """A parameter: its name in messages, the type that arguments are converted to, whether null is taken."""

    name: str
    type: Type = ANY
    nullable: bool = False


Implementation: TypeAlias = Callable[[Sequence[Value], Context], Value]


@record(eq=True)
class Function:
    """A function of Terraform.

    implementation: takes converted arguments. partial: it takes unknown and partly known ones as well; otherwise those
    give an unknown result. errors: it takes error values too (`try`, `can`). selects: it gives back an argument, or a
    part of one, whose origin is kept. structural: candidates of unknowns stay inside its result and need not be tried
    one by one.
    """

    name: str
    parameters: tuple[Parameter, ...]
    variadic: Parameter | None
    result: Type
    implementation: Implementation
    partial: bool = False
    errors: bool = False
    selects: bool = False
    structural: bool = False


# --- calling ----------------------------------------------------------------------------------------------------------


def call(name: str, args: Sequence[Value], context: Context, span: Span | None = None) -> Value:
    """The value of a function call. `span` is the call's; the result's origin is there, with the arguments behind it.

    A call that Terraform would refuse gives an error value; what cannot be known gives an unknown with its reason.
    """
    function = FUNCTIONS.get(name.removeprefix("core::"))
    if function is None:
        if name.startswith("provider::"):
            return _placed(derived_from(args, unknown(f"provider function {name} is not evaluated")), name, args, span)
        return _placed(error(f'{NO_FUNCTION}"{name}"', static=True), name, args, span)
    result = apply(function, args, context)
    keeps = function.selects and result.origin is not None
    return result if keeps else _placed(result, function.name, args, span)


def apply(function: Function, args: Sequence[Value], context: Context) -> Value:
    """The function over its arguments: converted, and where they are few alternatives, for each of them."""
    least, most = len(function.parameters), None if function.variadic else len(function.parameters)
    if len(args) < least or (most is not None and len(args) > most):
        wanted = f"{least} argument{'s' * (least != 1)}" if most is not None else f"at least {least} arguments"
        return error(f"{function.name}() takes {wanted}, not {len(args)}")
    converted: list[Value] = []
    refused: Value | None = None
    for parameter, arg in _with_parameters(function, args):
        value = convert(arg, parameter.type)
        inner = None if function.errors else arg.error
        if function.partial and inner is not None and inner.static:
            # An undeclared name is no less known than a variable without a value: what stands around it is kept.
            refused = refused or derived([arg], function.name, function.result)
            converted.append(value)
            continue
        if not function.structural and inner is not None and inner is not arg.data:
            return derived([arg], function.name, function.result)  # an error inside a collection
        if isinstance(value.data, Unknown) and value.data.error and not function.errors:
            if not (isinstance(arg.data, Unknown) and arg.data.error):
                value = replace(value, data=replace(value.data, reason=f"{function.name}(): {value.data.reason}"))
            return _error_of(value, function.result)
        converted.append(value)
    result = _run(function, converted, context)
    return refused if refused is not None and result.error is None else result


def _with_parameters(function: Function, args: Sequence[Value]) -> Iterator[tuple[Parameter, Value]]:
    if function.variadic is not None:
        return zip(chain(function.parameters, repeat(function.variadic)), args)
    return zip(function.parameters, args)


def _run(function: Function, args: Sequence[Value], context: Context) -> Value:
    if not function.structural and not function.errors and (combinations := choices(args)) is not None:
        results = [_run(function, combination, context) for combination in combinations]
        return alternatives(results, args, function.name, may_fail=may_fail_as_one(args))
    for parameter, arg in _with_parameters(function, args):
        if arg.data is None and not parameter.nullable:
            return error(f"{function.name}(): argument {parameter.name} must not be null", type_=function.result)
    if not function.partial and not all(arg.is_known for arg in args):
        return derived(args, function.name, function.result, not_null=function.result != ANY)
    try:
        result = function.implementation(args, context)
    except LimitError as problem:
        return unknown(str(problem), function.result)
    except RecursionError:
        return unknown("limit: the value is nested too deeply", function.result)
    except OperationError as problem:
        return error(f"{function.name}(): {problem}", type_=function.result)
    if not function.errors and isinstance(result.type, Primitive) and any(map(is_sensitive, args)):
        return result.marked(function.name not in ("nonsensitive", "issensitive"))
    if any(arg.sensitive for arg in args) and function.name not in _UNMARKED:
        return result.marked(True)
    return result


_UNMARKED = frozenset({"nonsensitive", "issensitive", "try", "can"})


def alternatives(results: Sequence[Value], args: Sequence[Value], name: str, *, may_fail: bool = False) -> Value:
    """The value that is one of these results: itself if they agree, else an unknown with candidates.

    may_fail: none of them may be what there is, but an error.
    """
    from initlint.terraform.value import fingerprint

    distinct: dict[str, Value] = {}
    for at, result in enumerate(results):
        distinct.setdefault(f"{result.type} {fingerprint(result) or f'#{at}'}", result)
    if len(distinct) == 1 and not (may_fail and next(iter(distinct.values())).error is None):
        return next(iter(distinct.values()))
    candidates = tuple(distinct.values())
    types = {str(candidate.type): candidate.type for candidate in candidates}
    type_ = next(iter(types.values())) if len(types) == 1 else ANY
    return derived(
        args,
        name,
        type_,
        candidates=candidates,
        error=False,
        static=False,
        not_null=all(c.is_null is Truth.NO for c in candidates),
        may_fail=may_fail or any(item.may_fail for candidate in candidates for item in unknowns(candidate)),
    ).marked(any(candidate.sensitive for candidate in candidates))


def _error_of(value: Value, type_: Type) -> Value:
    return Value(type_, value.data, value.origin, value.sensitive)


def derived_from(args: Sequence[Value], result: Value) -> Value:
    """An unknown result that depends on the arguments: it takes over their sensitivity and sources."""
    assert isinstance(result.data, Unknown)
    sources = result.data.sources.union(*(arg.sources for arg in args))
    return replace(result, data=replace(result.data, sources=sources)).marked(any(arg.sensitive for arg in args))


def _placed(value: Value, name: str, args: Sequence[Value], span: Span | None) -> Value:
    if span is None:
        return value
    return value.at(Origin(span, f"{name}()", False, tuple(arg.origin for arg in args if arg.origin is not None)))


def is_sensitive(value: Value) -> bool:
    """Whether the value or anything inside it is sensitive."""
    if value.sensitive:
        return True
    data = value.data
    if isinstance(data, tuple):
        return any(map(is_sensitive, data))
    if isinstance(data, Elements):
        return any(is_sensitive(item) for item in data.items if not isinstance(item, Rest))
    if isinstance(data, Entries):
        return any(map(is_sensitive, data.items.values()))
    if isinstance(data, Mapping):
        return any(map(is_sensitive, data.values()))
    if isinstance(data, Text):
        return any(is_sensitive(piece.value) for piece in data.pieces if isinstance(piece, Hole))
    return False


# --- describing functions ---------------------------------------------------------------------------------------------


def on_values(
    implementation: Implementation,
    *parameters: Parameter,
    variadic: Parameter | None = None,
    result: Type = ANY,
    partial: bool = True,
    errors: bool = False,
    selects: bool = False,
    structural: bool = False,
) -> Function:
    """A function that is written over values. Its name is given by the family's table."""
    return Function("", parameters, variadic, result, implementation, partial, errors, selects, structural)


def native(
    implementation: Callable[..., Any], *parameters: Parameter, variadic: Parameter | None = None, result: Type
) -> Function:
    """A function over known arguments, written over Python's own values (str, int or Fraction, bool, list, dict)."""

    def run(args: Sequence[Value], context: Context) -> Value:
        return value_of(implementation(*(plain(arg) for arg in args)), result)

    return Function("", parameters, variadic, result, run)


def plain(value: Value) -> Any:
    """A known value as Python's own: null is None, lists and sets are lists."""
    data = value.data
    if isinstance(data, tuple):
        return [plain(item) for item in data]
    if isinstance(data, Mapping):
        return {name: plain(item) for name, item in data.items()}
    return data


def value_of(data: Any, type_: Type = ANY) -> Value:
    """The value of Python's own data. Lists become tuples and dicts objects unless the type says otherwise."""
    if isinstance(data, Value):
        return data
    made: Value
    if data is None:
        made = Value(ANY, None)
    elif isinstance(data, bool):
        made = boolean(data)
    elif isinstance(data, str):
        if len(data) > MAX_TEXT:
            raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
        made = string(data)
    elif isinstance(data, int | Fraction):
        made = number(data)
    elif isinstance(data, dict):
        items = {name: value_of(item) for name, item in sorted(data.items())}
        made = Value(Object({name: item.type for name, item in items.items()}), items)
    else:
        elements = tuple(value_of(item) for item in data)
        if len(elements) > MAX_ELEMENTS:
            raise LimitError(f"limit: the list has more than {MAX_ELEMENTS} elements")
        made = Value(Tuple(tuple(element.type for element in elements)), elements)
    return convert(made, type_)


# --- the table --------------------------------------------------------------------------------------------------------

FAMILIES: Mapping[str, str] = {
    "formatting": "format formatlist",
    "strings": "chomp endswith indent join lower replace split startswith strcontains strrev substr "
    "title trim trimprefix trimspace trimsuffix upper",
    "expressions": "regex regexall",
    "numeric": "abs ceil floor log max min parseint pow signum sum",
    "collections": "alltrue anytrue chunklist coalesce coalescelist compact concat contains distinct element flatten "
    "index keys length lookup matchkeys merge one range reverse slice sort transpose values zipmap",
    "sets": "setintersection setproduct setsubtract setunion",
    "encoding": "base64decode base64encode base64gzip csvdecode jsondecode jsonencode textdecodebase64 "
    "textencodebase64 urlencode yamldecode yamlencode",
    "types": "can convert ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset "
    "tostring try",
    "dates": "formatdate plantimestamp timeadd timecmp timestamp",
    "hashing": "base64sha256 base64sha512 bcrypt md5 rsadecrypt sha1 sha256 sha512 uuid uuidv5",
    "network": "cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "files": "abspath basename dirname file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset "
    "filesha1 filesha256 filesha512 pathexpand templatefile templatestring",
}
"""Which file of this package holds which functions."""


class _Functions(Mapping[str, Function]):
    """All functions by name; a family is imported when one of its functions is asked for."""

    def __init__(self) -> None:
        self._family_of = {name: family for family, names in FAMILIES.items() for name in names.split()}
        self._loaded: dict[str, Function] = {}

    def __getitem__(self, name: str) -> Function:
        function = self._loaded.get(name)
        if function is None:
            module = import_module(f"{__name__}.{self._family_of[name]}")
            for other, found in module.FUNCTIONS.items():
                self._loaded[other] = replace(found, name=other)
            function = self._loaded[name]
        return function

    def __contains__(self, name: object) -> bool:
        return name in self._family_of

    def __iter__(self) -> Iterator[str]:
        return iter(self._family_of)

    def __len__(self) -> int:
        return len(self._family_of)


FUNCTIONS: Mapping[str, Function] = _Functions()

__all__ = [
    "ANY", "BOOL", "FUNCTIONS", "MAX_ELEMENTS", "MAX_TEXT", "NUMBER", "STRING", "Context", "Function", "List", "Map",
    "Number", "Parameter", "Set", "apply", "call", "is_sensitive", "native", "on_values", "plain", "value_of",
]  # fmt: skip
