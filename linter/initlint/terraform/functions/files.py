"""Functions of files and paths. What may be read, and how, is the caller's business (`Context`)."""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from initlint.number import LimitError, OperationError
from initlint.source import Source
from initlint.terraform.functions import MAX_ELEMENTS, MAX_TEXT, Context, Function, Parameter, on_values
from initlint.terraform.functions.hashing import digest
from initlint.terraform.functions.pieces import between, is_text, known, nfc, tail
from initlint.terraform.types import ANY, BOOL, STRING, Map, Object, Set
from initlint.terraform.value import (
    Chunk,
    Entries,
    Hole,
    Piece,
    Text,
    Unknown,
    Value,
    boolean,
    derived,
    string,
    text_of,
)


def located(path: str, context: Context) -> str:
    """A path as Terraform would open it, relative to the workspace root: relative ones start at the root module."""
    return posixpath.normpath(path if path.startswith("/") else posixpath.join(context.root or ".", path))


def _read(args: Sequence[Value], context: Context, name: str) -> Source | Value:
    """The file that the first argument names, or what stands for it."""
    path = args[0].data
    if not isinstance(path, str):
        return derived(args, name, STRING, not_null=True)
    if path.startswith("~"):
        return Value(STRING, Unknown(f'"{path}" depends on the machine', not_null=True))
    return context.read_file(located(path, context))


def _text(source: Source) -> str:
    try:
        return nfc(source.data.decode("utf-8"))
    except UnicodeDecodeError:
        raise OperationError(f'"{source.path}" is not UTF-8 text') from None


def _file(args: Sequence[Value], context: Context) -> Value:
    source = _read(args, context, "file")
    if isinstance(source, Value):
        return replace(source, type=STRING)
    text = _text(source)
    if len(text) > MAX_TEXT:
        raise LimitError(f"limit: the file is longer than {MAX_TEXT} characters")
    return string(text, chunks=(Chunk(text, source.span(0, len(source.data))),) if text else ())


def _of_bytes(name: str, change: Callable[[bytes], str]) -> Function:
    """A function of a file's bytes."""

    def run(args: Sequence[Value], context: Context) -> Value:
        source = _read(args, context, name)
        return replace(source, type=STRING) if isinstance(source, Value) else string(change(source.data))

    return on_values(run, _PATH, result=STRING)


def _fileexists(args: Sequence[Value], context: Context) -> Value:
    source = _read(args, context, "fileexists")
    if isinstance(source, Source):
        return boolean(True)
    if isinstance(source.data, Unknown) and source.data.error:
        path = args[0].data
        below = context.list_files(located(path, context)) if isinstance(path, str) else ()
        if below and not isinstance(below, Value):
            raise OperationError(f'"{path}" is a folder, not a file')
        return boolean(False)
    return replace(source, type=BOOL)


def _fileset(args: Sequence[Value], context: Context) -> Value:
    folder, pattern = args[0].data, args[1].data
    if not isinstance(folder, str) or not isinstance(pattern, str):
        return derived(args, "fileset", Set(STRING), not_null=True)
    found = context.list_files(located(folder, context))
    if isinstance(found, Value):
        return replace(found, type=Set(STRING))
    matches = _glob(pattern)
    names = sorted(name for name in found if matches.fullmatch(name))
    if len(names) > MAX_ELEMENTS:
        raise LimitError(f"limit: the set has more than {MAX_ELEMENTS} elements")
    return Value(Set(STRING), tuple(string(name) for name in names))


def _glob(pattern: str) -> re.Pattern[str]:
    """A glob as the doublestar package reads it: `**` for folders, `*`, `?`, `[...]` and `{a,b}`."""
    result: list[str] = []
    at = depth = 0
    pattern = posixpath.normpath(pattern)
    while at < len(pattern):
        character = pattern[at]
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            result.append("(?:[^/]+/)*")
            at += 3
            continue
        if pattern[at:] == "**" and (at == 0 or pattern[at - 1] == "/"):
            result.append(".*")
            at += 2
            continue
        at += 1
        if character == "*":
            result.append("[^/]*")
        elif character == "?":
            result.append("[^/]")
        elif character == "[" and (end := pattern.find("]", at + 1)) != -1:
            inner = pattern[at:end].replace("\\", "\\\\")
            result.append("[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]")
            at = end + 1
        elif character == "{":
            result.append("(?:")
            depth += 1
        elif character == "}" and depth:
            result.append(")")
            depth -= 1
        elif character == "," and depth:
            result.append("|")
        elif character == "\\" and at < len(pattern):
            result.append(re.escape(pattern[at]))
            at += 1
        else:
            result.append(re.escape(character))
    try:
        return re.compile("".join(result), re.DOTALL)
    except re.error:
        raise OperationError(f'"{pattern}" is no glob pattern') from None


# --- templates --------------------------------------------------------------------------------------------------------


def _variables(value: Value) -> Mapping[str, Value] | Value:
    """The variables of a template; a value that stands for the result where they are not known."""
    data = value.data
    if isinstance(data, Unknown):
        return derived((value,), "templatefile", STRING)
    items = data.items if isinstance(data, Entries) else data
    if not isinstance(items, Mapping) or (not isinstance(value.type, Map | Object) and value.type != ANY):
        raise OperationError("the variables must be a map or an object")
    if isinstance(data, Entries):
        return _WithRest(items, data.rest)
    return items


class _WithRest(dict[str, Value]):
    """Variables of which more may exist: one that is not among them is unknown, not missing."""

    def __init__(self, items: Mapping[str, Value], rest: Unknown) -> None:
        super().__init__(items)
        self.rest = rest

    def __missing__(self, name: str) -> Value:
        return Value(ANY, self.rest)


def _templatefile(args: Sequence[Value], context: Context) -> Value:
    source = _read(args[:1], context, "templatefile")
    if isinstance(source, Value):
        return replace(source, type=ANY)
    _text(source)
    variables = _variables(args[1])
    return variables if isinstance(variables, Value) else context.render_template(source, variables)


def _templatestring(args: Sequence[Value], context: Context) -> Value:
    template = args[0].data
    if not isinstance(template, str):
        return derived(args, "templatestring", STRING)
    variables = _variables(args[1])
    if isinstance(variables, Value):
        return variables
    chunks = args[0].chunks
    if len(chunks) == 1 and chunks[0].span is not None:
        span = chunks[0].span
        data = template.encode("utf-8", "surrogatepass")
        if span.source.data[span.start : span.end] == data and span.start == 0 and span.end == len(span.source.data):
            return context.render_template(span.source, variables)
    source = Source("templatestring", template.encode("utf-8", "surrogatepass"))
    return _where_it_is_written(context.render_template(source, variables), source, args[0].pieces)


def _where_it_is_written(rendered: Value, source: Source, template: Sequence[Piece]) -> Value:
    """The rendered text with the places that the template's text has in the code: a template that is a value is in no
    file of its own.
    """

    def written(piece: Piece) -> tuple[Piece, ...]:
        if isinstance(piece, Hole) or piece.span is None or piece.span.source is not source:
            return (piece,)
        start, end = (
            len(source.data[:offset].decode("utf-8", "surrogatepass")) for offset in (piece.span.start, piece.span.end)
        )
        pieces = between(template, start, end)
        if source.data[piece.span.start : piece.span.end] == piece.text.encode("utf-8", "surrogatepass"):
            return pieces
        first = pieces[0] if pieces else None
        return (Chunk(piece.text, first.span if isinstance(first, Chunk) else None),)

    if not isinstance(rendered.data, str | Text):
        return replace(rendered, origin=None)
    return text_of([one for piece in rendered.pieces for one in written(piece)], None, rendered.sensitive)


# --- paths ------------------------------------------------------------------------------------------------------------


def _basename(path: str) -> str:
    """Go's filepath.Base."""
    stripped = path.rstrip("/")
    return (stripped.rsplit("/", 1)[-1] or "/") if path else "."


def _dirname(path: str) -> str:
    """Go's filepath.Dir, cleaned."""
    folder = path[: path.rfind("/") + 1]
    cleaned = posixpath.normpath(folder) if folder else "."
    return "/" if cleaned == "//" else cleaned


_ANCHOR = "^(?:/.*[^/])?$"
"""What the path of the workspace's folder on the machine matches, without the slash behind it."""


def _basename_of(args: Sequence[Value], _: Context) -> Value:
    path = args[0]
    if isinstance(path.data, str):
        return string(_basename(path.data))
    end = tail(path.pieces).rstrip("/")
    return string(_basename(end)) if "/" in end else derived(args, "basename", STRING, not_null=True)


def _dirname_of(args: Sequence[Value], _: Context) -> Value:
    path = args[0]
    if isinstance(path.data, str):
        return string(_dirname(path.data))
    first, *rest = path.pieces
    if isinstance(first, Hole) and isinstance(first.value.data, Unknown) and _ANCHOR in first.value.data.matches:
        folder = _dirname(known(rest)) if is_text(rest) else "/"
        if folder != "/":
            return text_of((first, Chunk(folder)))
    return derived(args, "dirname", STRING, not_null=True)


def _pathexpand(args: Sequence[Value], _: Context) -> Value:
    path = args[0].data
    if isinstance(path, str) and not path.startswith("~"):
        return args[0]
    if isinstance(path, Text) and isinstance(path.pieces[0], Chunk) and not path.pieces[0].text.startswith("~"):
        return args[0]
    return derived(args, "pathexpand", STRING) if not args[0].is_known else _machine("pathexpand")


def _abspath(args: Sequence[Value], context: Context) -> Value:
    path = args[0].data
    if not isinstance(path, str):
        return derived(args, "abspath", STRING)
    found = located(path, context)
    if found.startswith("/"):
        return string(found)
    anchor = _machine("abspath")
    if found == "." or found.startswith(".."):
        return anchor
    folder = Unknown(anchor.reason, "the workspace's folder", not_null=True, matches=(_ANCHOR,))
    return text_of((Hole(Value(STRING, folder)), Chunk(f"/{found}")))


def _machine(name: str) -> Value:
    return Value(STRING, Unknown(f"{name}() depends on the machine", not_null=True))


_PATH = Parameter("path", STRING)

FUNCTIONS: dict[str, Function] = {
    "abspath": on_values(_abspath, _PATH, result=STRING),
    "basename": on_values(_basename_of, _PATH, result=STRING),
    "dirname": on_values(_dirname_of, _PATH, result=STRING),
    "file": on_values(_file, _PATH, result=STRING),
    "filebase64": _of_bytes("filebase64", lambda data: base64.b64encode(data).decode()),
    "filebase64sha256": _of_bytes("filebase64sha256", lambda data: base64.b64encode(digest("sha256", data)).decode()),
    "filebase64sha512": _of_bytes("filebase64sha512", lambda data: base64.b64encode(digest("sha512", data)).decode()),
    "fileexists": on_values(_fileexists, _PATH, result=BOOL),
    "filemd5": _of_bytes("filemd5", lambda data: digest("md5", data).hex()),
    "fileset": on_values(_fileset, _PATH, Parameter("pattern", STRING), result=Set(STRING)),
    "filesha1": _of_bytes("filesha1", lambda data: digest("sha1", data).hex()),
    "filesha256": _of_bytes("filesha256", lambda data: digest("sha256", data).hex()),
    "filesha512": _of_bytes("filesha512", lambda data: digest("sha512", data).hex()),
    "pathexpand": on_values(_pathexpand, _PATH, result=STRING),
    "templatefile": on_values(_templatefile, _PATH, Parameter("vars"), structural=True),
    "templatestring": on_values(
        _templatestring, Parameter("template", STRING), Parameter("vars"), result=STRING, structural=True
    ),
}
