"""Base64, JSON, YAML, CSV and URL encoding.

jsonencode of a partly known value keeps the known text, and jsondecode takes such text apart again. What jsondecode and
yamldecode make of a file has its places in that file.
"""

from __future__ import annotations

import base64
import binascii
import json
import posixpath
import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from itertools import accumulate
from typing import Any

from initlint.number import LimitError, OperationError, format_number, parse_number
from initlint.source import Span
from initlint.syntax import nodes
from initlint.terraform.functions import (
    MAX_ELEMENTS,
    MAX_TEXT,
    Context,
    Function,
    Parameter,
    native,
    on_values,
    value_of,
)
from initlint.terraform.functions.hashing import unstable
from initlint.terraform.functions.pieces import made, nfc
from initlint.terraform.types import ANY, STRING, List, Primitive, Set
from initlint.terraform.value import (
    Chunk,
    Entries,
    Hole,
    Origin,
    Piece,
    Text,
    Unknown,
    Value,
    derived,
    joined,
    list_of,
    object_of,
    text_of,
    tuple_of,
)

# --- base64 -----------------------------------------------------------------------------------------------------------


def _base64_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("\r", "").replace("\n", "").encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise OperationError("the text is not base64") from None


def _base64decode(text: str) -> str:
    try:
        return nfc(_base64_bytes(text).decode("utf-8"))
    except UnicodeDecodeError:
        raise OperationError("the decoded bytes are not UTF-8 text") from None


def _base64encode(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def _codec(name: str) -> str:
    """The encoding by its IANA name. Raises LimitError for one that is not known here."""
    lowered = name.lower().replace("_", "-")
    known = {"utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "us-ascii": "ascii"}
    if lowered in known:
        return known[lowered]
    match = re.fullmatch(r"iso-8859-(\d+)|windows-(\d+)|(koi8-[ru]|shift-jis|euc-jp|euc-kr|gbk|gb18030|big5)", lowered)
    if match is None:
        raise LimitError(f'the encoding "{name}" is not evaluated')
    return f"iso8859-{match[1]}" if match[1] else f"cp{match[2]}" if match[2] else match[3].replace("-", "_")


def _textencodebase64(text: str, encoding: str) -> str:
    try:
        return base64.b64encode(text.encode(_codec(encoding))).decode()
    except (UnicodeEncodeError, LookupError):
        raise OperationError(f"the text has characters that {encoding} has not") from None


def _textdecodebase64(text: str, encoding: str) -> str:
    try:
        return nfc(_base64_bytes(text).decode(_codec(encoding), "replace"))
    except LookupError:
        raise OperationError(f'"{encoding}" is no encoding') from None


def _urlencode(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(text, safe="", errors="surrogatepass")


# --- JSON out ---------------------------------------------------------------------------------------------------------

_JSON_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_JSON_ESCAPED = re.compile("[<>&\u2028\u2029]")


def json_string(text: str) -> str:
    """A string in JSON as Go writes it: < > & and line separators are escaped, other characters stand as they are."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _JSON_ESCAPED.sub(lambda match: _JSON_ESCAPES[match[0]], quoted)


def to_json_text(value: Value) -> str:
    """A known value as JSON."""
    return "".join(piece.text for piece in _json_pieces(value) if isinstance(piece, Chunk))


def _json_pieces(value: Value) -> list[Piece]:
    data = value.data
    if data is None:
        return [Chunk("null")]
    if isinstance(data, bool):
        return [Chunk("true" if data else "false")]
    if isinstance(data, int | Fraction):
        return [Chunk(format_number(data))]
    if isinstance(data, str):
        return [Chunk(json_string(data))]
    if isinstance(data, Text):
        return [Chunk('"'), *(_inside_string(piece) for piece in data.pieces), Chunk('"')]
    if isinstance(data, tuple) and not (isinstance(value.type, Set) and not value.is_known):
        return _listed("[", [_json_pieces(item) for item in data], "]")
    if isinstance(data, Mapping):
        pairs = [[Chunk(json_string(name) + ":"), *_json_pieces(item)] for name, item in sorted(data.items())]
        return _listed("{", pairs, "}")
    if isinstance(data, Unknown) and value.type == STRING and data.not_null and not data.error:
        return [Chunk('"'), _inside_string(Hole(value)), Chunk('"')]
    return [Hole(_carrying(value, "jsonencode"))]


def _inside_string(piece: Piece) -> Piece:
    if isinstance(piece, Chunk):
        return Chunk(json_string(piece.text)[1:-1], piece.span)
    return Hole(_carrying(piece.value, "json"))


def _carrying(value: Value, operation: str) -> Value:
    """The unknown text of a value in JSON; the value itself goes with it, for jsondecode."""
    return derived((value,), operation, STRING, not_null=True, member=lambda name: value)


def _listed(opening: str, items: Sequence[Sequence[Piece]], closing: str) -> list[Piece]:
    result: list[Piece] = [Chunk(opening)]
    for at, item in enumerate(items):
        if at:
            result.append(Chunk(","))
        result += item
    result.append(Chunk(closing))
    return result


def _jsonencode(args: Sequence[Value], _: Context) -> Value:
    value = args[0]
    found = value.error
    if found is not None:
        return Value(STRING, found, value.origin)
    pieces = joined(_json_pieces(value))
    if sum(len(piece.text) for piece in pieces if isinstance(piece, Chunk)) > MAX_TEXT:
        raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
    return text_of(pieces)


# --- JSON in ----------------------------------------------------------------------------------------------------------

_PRIVATE = re.compile("[\ue000-\ue002]")
_MARK = re.compile("\ue002?\ue000(\\d+)\ue001")
"""What stands for a hole while partly known JSON is read; these characters are private to whoever uses them."""


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _jsondecode(args: Sequence[Value], _: Context) -> Value:
    data = args[0].data
    if not isinstance(data, str | Text):
        return derived(args, "jsondecode")
    holes: list[Hole] = []
    text = data if isinstance(data, str) else _with_marks(data.pieces, holes)
    if text is None:
        return derived(args, "jsondecode")
    try:
        decoded = json.loads(text, parse_float=parse_number, parse_int=parse_number, parse_constant=_refuse_constant)
    except OperationError:
        raise
    except (ValueError, RecursionError) as problem:
        if holes:
            return derived(args, "jsondecode")
        raise OperationError(f"the text is not JSON: {problem}") from None
    value = _from_json(decoded, holes)
    (chunk,) = args[0].chunks if len(args[0].chunks) == 1 else (None,)
    if chunk is not None and _is_verbatim(chunk) and chunk.span is not None:
        from initlint.syntax.json import literal

        if len(chunk.span.source.data) == chunk.span.end - chunk.span.start:
            return _as_written(value, literal(chunk.span.source))
    return value


def _is_verbatim(chunk: Chunk) -> bool:
    span = chunk.span
    return span is not None and span.source.data[span.start : span.end] == chunk.text.encode("utf-8", "surrogatepass")


def _as_written(value: Value, node: nodes.Expression | None) -> Value:
    """The value with the places that it and its parts have in a file."""
    if node is None:
        return value
    data = value.data
    value = value.at(_in_file(node.span))
    if isinstance(data, tuple) and isinstance(node, nodes.TupleExpr):
        return replace(value, data=tuple(map(_as_written, data, node.elements)))
    if isinstance(data, Mapping) and isinstance(node, nodes.ObjectExpr):
        written = {nfc(_template_text(item.key)): item.value for item in node.items}
        return replace(value, data={name: _as_written(item, written.get(name)) for name, item in data.items()})
    if isinstance(data, str) and _template_text(node) == data and isinstance(node, nodes.Template):
        parts = [part for part in node.parts if isinstance(part, nodes.TextPart)]
        return replace(value, chunks=tuple(Chunk(part.text, part.span) for part in parts))
    return value


def _template_text(node: nodes.Expression) -> str:
    parts = node.parts if isinstance(node, nodes.Template) else ()
    return "".join(part.text for part in parts if isinstance(part, nodes.TextPart))


def _in_file(span: Span) -> Origin:
    return Origin(span, posixpath.basename(span.path))


def _with_marks(pieces: Iterable[Piece], holes: list[Hole]) -> str | None:
    """The text with marks for holes, quoted where they stand for whole values; None where a mark could not be told."""
    result: list[str] = []
    in_string = escaped = False
    for piece in pieces:
        if isinstance(piece, Hole):
            if escaped:
                return None
            mark = f"\ue000{len(holes)}\ue001"
            result.append(mark if in_string else f'"\ue002{mark}"')
            holes.append(piece)
            continue
        if _PRIVATE.search(piece.text):
            return None
        for character in piece.text:
            if escaped:
                escaped = False
            elif character == "\\" and in_string:
                escaped = True
            elif character == '"':
                in_string = not in_string
        result.append(piece.text)
    return "".join(result)


def _from_json(decoded: Any, holes: Sequence[Hole]) -> Value:
    if isinstance(decoded, str):
        return _string_from_json(decoded, holes)
    if isinstance(decoded, list):
        if len(decoded) > MAX_ELEMENTS:
            raise LimitError(f"limit: the list has more than {MAX_ELEMENTS} elements")
        return tuple_of(_from_json(item, holes) for item in decoded)
    if isinstance(decoded, dict):
        if holes and any("\ue000" in name for name in decoded):
            known = {name: _from_json(item, holes) for name, item in decoded.items() if "\ue000" not in name}
            rest = derived([hole.value for hole in holes], "jsondecode").data
            assert isinstance(rest, Unknown)
            return Value(ANY, Entries(dict(sorted(known.items())), rest))
        return object_of({nfc(name): _from_json(item, holes) for name, item in decoded.items()})
    return value_of(decoded)


def _string_from_json(text: str, holes: Sequence[Hole]) -> Value:
    if not holes or "\ue000" not in text:
        return value_of(nfc(_without_surrogates(text)))
    whole = _MARK.fullmatch(text)
    if whole is not None and text.startswith("\ue002"):
        hole = holes[int(whole[1])].value
        original = _original(hole)
        return original if original is not None else derived((hole,), "jsondecode")
    pieces: list[Piece] = []
    at = 0
    for match in _MARK.finditer(text):
        pieces.append(Chunk(nfc(text[at : match.start()])))
        inner = holes[int(match[1])].value
        original = _original(inner)
        pieces.append(Hole(original if original is not None else derived((inner,), "jsondecode", STRING)))
        at = match.end()
    pieces.append(Chunk(nfc(text[at:])))
    return made(pieces)


def _original(hole: Value) -> Value | None:
    """The value that jsonencode put there."""
    data = hole.data
    if isinstance(data, Unknown) and data.member is not None and hole.type == STRING:
        found = data.member("")
        return found if isinstance(found, Value) else None
    return None


def _without_surrogates(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csvdecode(text: str) -> Value:
    rows = _csv_rows(text)
    if not rows:
        raise OperationError("the header row is missing")
    header, *records = rows
    if len(set(header)) < len(header):
        raise OperationError("two columns have the same name")
    if len(records) > MAX_ELEMENTS:
        raise LimitError(f"limit: the list has more than {MAX_ELEMENTS} elements")
    for at, row in enumerate(records):
        if len(row) != len(header):
            raise OperationError(f"record {at + 1} has {len(row)} fields, but the header has {len(header)}")
    objects = [object_of({name: value_of(nfc(field)) for name, field in zip(header, row)}) for row in records]
    return list_of(objects[0].type if objects else ANY, objects)


def _csv_rows(text: str) -> list[list[str]]:
    """The records as Go's encoding/csv reads them: empty lines are skipped, quotes stand around whole fields only."""
    text = text.replace("\r\n", "\n")
    rows: list[list[str]] = []
    at = 0
    while at < len(text):
        if text[at] == "\n":
            at += 1
            continue
        row: list[str] = []
        while True:
            field, at = _csv_field(text, at)
            row.append(field)
            if at < len(text) and text[at] == ",":
                at += 1
                continue
            at += 1
            break
        rows.append(row)
    return rows


_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=,|\n|\Z)')
_BARE = re.compile(r'[^,\n"]*(?=,|\n|\Z)')


def _csv_field(text: str, at: int) -> tuple[str, int]:
    match = _QUOTED.match(text, at) if text.startswith('"', at) else None
    if match is not None:
        return match[1].replace('""', '"'), match.end()
    match = _BARE.match(text, at)
    if match is None:
        raise OperationError(f"a quote is misplaced on line {text.count(chr(10), 0, at) + 1}")
    return match[0], match.end()


# --- YAML out ---------------------------------------------------------------------------------------------------------


def _yamlencode(args: Sequence[Value], _: Context) -> Value:
    value = args[0]
    if not value.is_known:
        return derived(args, "yamlencode", STRING, not_null=True)
    lines = _yaml(value, 0, 1)
    if lines is None:
        return Value(STRING, Unknown("yamlencode() of this text is not evaluated", not_null=True))
    text = lines + "\n"
    if isinstance(value.type, Primitive) and not isinstance(value.data, str):
        text += "...\n"
    if len(text) > MAX_TEXT:
        raise LimitError(f"limit: the text is longer than {MAX_TEXT} characters")
    return value_of(text)


def _yaml(value: Value, indent: int, column: int) -> str | None:
    """A value in block style as go-cty-yaml writes it; None for text whose layout is not reproduced here."""
    data = value.data
    if isinstance(data, str):
        return _yaml_string(data, indent, column)
    if isinstance(data, tuple) and data:
        parts = [_yaml(item, indent + 2, indent + 2) for item in data]
        return _block(["- " + part for part in parts if part is not None], indent) if None not in parts else None
    if isinstance(data, Mapping) and data:
        lines: list[str] = []
        for name, item in sorted(data.items()):
            key = _yaml_quoted(name) if len(name) <= 100 and "\n" not in name else None
            nested = isinstance(item.data, tuple | Mapping) and bool(item.data)
            inner = indent if isinstance(item.data, tuple) and nested else indent + 2 if nested else indent
            part = _yaml(item, inner, indent + len(key or "") + 2)
            if key is None or part is None:
                return None
            lines.append(f"{key}:\n{' ' * inner}{part}" if nested else f"{key}: {part}")
        return _block(lines, indent)
    return "[]" if data == () else "{}" if data == {} else to_json_text(value)


def _block(lines: Sequence[str], indent: int) -> str:
    return ("\n" + " " * indent).join(lines)


def _yaml_string(text: str, indent: int, column: int) -> str | None:
    if "\n" in text and not re.search(r"[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]| \n|^[ \n]| $", text):
        ending = "" if re.search(r"[^\n]\n\Z", text) else "+" if text.endswith("\n") else "-"
        lines = text[: -1 if text.endswith("\n") else None].split("\n")
        pad = " " * (indent + 2 if column != indent else indent)
        return f"|{ending}\n" + "\n".join(pad + line if line else "" for line in lines)
    if column + len(text) > 70 or ("\n" in text.strip("\n") and " " in text and len(text) > 70):
        return None
    return _yaml_quoted(text)


_YAML_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\0": "\\0",
    "\x1b": "\\e",
    "\x07": "\\a",
}
_YAML_ESCAPES |= {
    "\x08": "\\b",
    "\x0b": "\\v",
    "\x0c": "\\f",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
}


def _yaml_quoted(text: str) -> str:
    return (
        '"'
        + "".join(_YAML_ESCAPES.get(c) or (c if c >= " " and c != "\x7f" else f"\\x{ord(c):02X}") for c in text)
        + '"'
    )


# --- YAML in ----------------------------------------------------------------------------------------------------------


def _yamldecode(args: Sequence[Value], _: Context) -> Value:
    text = args[0].data
    assert isinstance(text, str)
    try:
        yaml: Any = import_module("yaml")
    except ImportError:
        return Value(ANY, Unknown("yamldecode() needs the package PyYAML"))
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        if not loader.check_node():
            raise OperationError("the document is empty")
        node = loader.get_node()
        if loader.check_node():
            raise OperationError("there is more than one document")
        return _from_yaml(node, _Written(args[0]), 0)
    except (yaml.YAMLError, RecursionError) as problem:
        raise OperationError(f"the text is not YAML: {str(problem).splitlines()[0]}") from None
    finally:
        loader.dispose()


class _Written:
    """A YAML document, and the bytes of a file that it is, if it is that."""

    def __init__(self, document: Value) -> None:
        self.text = str(document.data)
        chunks = document.chunks
        self.span = chunks[0].span if len(chunks) == 1 and _is_verbatim(chunks[0]) else None
        self.nodes_left = max(2 * len(self.text), MAX_ELEMENTS)
        """How many more values it may become: without aliases it has no more than characters."""

    @cached_property
    def _offsets(self) -> Sequence[int]:
        """The byte that each character starts at."""
        if self.text.isascii():
            return range(len(self.text) + 1)
        return array("L", accumulate((len(character.encode("utf-8")) for character in self.text), initial=0))

    def place(self, value: Value, node: Any) -> Value:
        """The value of a node, with the node's place."""
        first, behind = node.start_mark.index, node.end_mark.index
        span = self._stretch(first, behind)
        if span is None:
            return value
        chunks = self._chunks(value.data, first, behind, node.style == "|") if isinstance(value.data, str) else ()
        return replace(value, origin=_in_file(span), chunks=chunks)

    def _stretch(self, first: int, behind: int) -> Span | None:
        if self.span is None:
            return None
        start = self.span.start
        return self.span.source.span(start + self._offsets[first], start + self._offsets[behind])

    def _chunks(self, text: str, first: int, behind: int, block: bool) -> tuple[Chunk, ...]:
        """The lines of a block in their places, or the text of one line; no chunks where it is not written so."""
        if not block:
            at = self.text.find(text, first, behind)
            return (Chunk(text, self._stretch(at, at + len(text))),) if text and at != -1 else ()
        chunks: list[Chunk] = []
        at = self.text.find("\n", first, behind) + 1
        for line in text.splitlines(keepends=True):
            end = self.text.find("\n", at) + 1 or len(self.text)
            if not self.text[at:end].endswith(line):
                return ()
            chunks.append(Chunk(line, self._stretch(end - len(line), end)))
            at = end
        return tuple(chunks)


def _from_yaml(node: Any, written: _Written, depth: int) -> Value:
    """A node of PyYAML's, resolved as go-cty-yaml does (YAML 1.1's words for bools, decimal numbers)."""
    if depth > 100:
        raise LimitError("limit: the document is nested too deeply")
    written.nodes_left -= 1
    if written.nodes_left < 0:
        raise LimitError("limit: the aliases of the document make too much of it")
    if isinstance(node.value, str):
        return written.place(_yaml_scalar(node), node)
    if len(node.value) > MAX_ELEMENTS:
        raise LimitError(f"limit: the list has more than {MAX_ELEMENTS} elements")
    if node.id == "sequence":
        return written.place(tuple_of(_from_yaml(item, written, depth + 1) for item in node.value), node)
    items: dict[str, Value] = {}
    merged: dict[str, Value] = {}
    for key, item in node.value:
        value = _from_yaml(item, written, depth + 1)
        if key.tag == "tag:yaml.org,2002:merge":
            for source in value.data if isinstance(value.data, tuple) else (value,):
                if not isinstance(source.data, Mapping):
                    raise OperationError("only a map can be merged")
                merged = {**source.data, **merged}
            continue
        name = _from_yaml(key, written, depth + 1)
        if name.data is None or not isinstance(name.type, Primitive):
            raise OperationError("a key must be a string, a number or a bool")
        items[to_json_text(name).strip('"') if name.type != STRING else str(name.data)] = value
    return written.place(object_of({**merged, **items}), node)


_YAML_WORDS: dict[str, bool | None] = {"~": None, "null": None, "Null": None, "NULL": None, "": None}
_YAML_WORDS |= {word: True for base in ("y", "yes", "true", "on") for word in (base, base.title(), base.upper())}
_YAML_WORDS |= {word: False for base in ("n", "no", "false", "off") for word in (base, base.title(), base.upper())}
_YAML_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_YAML_BASED = re.compile(r"0x([0-9a-fA-F]+)|0o([0-7]+)")
_YAML_DATE = re.compile(r"\d{4}-\d\d?-\d\d?")
_YAML_STAMP = re.compile(r"\d{4}-\d\d?-\d\d?[Tt ]")


def _yaml_scalar(node: Any) -> Value:
    text: str = node.value
    tag: str = node.tag
    if not tag.startswith("tag:yaml.org,2002:"):
        raise OperationError(f"the tag {tag} is not supported")
    # A plain scalar that is longer in the source than its text has a tag of its own.
    tagged = node.end_mark.index - node.start_mark.index > len(text)
    if node.style or (tagged and tag == "tag:yaml.org,2002:str"):
        return value_of(nfc(text))
    if text in _YAML_WORDS:
        return value_of(_YAML_WORDS[text])
    based = _YAML_BASED.fullmatch(text)
    if based is not None:
        return value_of(int(based[1], 16) if based[1] else int(based[2], 8))
    if _YAML_NUMBER.fullmatch(text):
        return value_of(parse_number(text))
    if _YAML_DATE.fullmatch(text):
        year, month, day = text.split("-")
        return value_of(f"{year}-{int(month):02d}-{int(day):02d}T00:00:00Z")
    if _YAML_STAMP.match(text) or text.lower() in (".inf", "-.inf", "+.inf", ".nan"):
        return Value(ANY, Unknown(f'yamldecode() of "{text}" is not evaluated'))
    return value_of(nfc(text))


# --- the table --------------------------------------------------------------------------------------------------------

_STR = Parameter("str", STRING)
_SOURCE = Parameter("source", STRING)
_ENCODING = Parameter("encoding", STRING)


def _text(implementation: Callable[..., Any], *parameters: Parameter) -> Function:
    return native(implementation, *parameters, result=STRING)


FUNCTIONS: dict[str, Function] = {
    "base64decode": _text(_base64decode, _STR),
    "base64encode": _text(_base64encode, _STR),
    "base64gzip": unstable("base64gzip", "gives bytes that depend on the compressor", _STR),
    "csvdecode": native(_csvdecode, _STR, result=List(ANY)),
    "jsondecode": on_values(_jsondecode, _STR),
    "jsonencode": on_values(_jsonencode, Parameter("val", nullable=True), result=STRING, structural=True),
    "textdecodebase64": _text(_textdecodebase64, _SOURCE, _ENCODING),
    "textencodebase64": _text(_textencodebase64, Parameter("string", STRING), _ENCODING),
    "urlencode": _text(_urlencode, _STR),
    "yamldecode": on_values(_yamldecode, Parameter("src", STRING), partial=False),
    "yamlencode": on_values(_yamlencode, Parameter("value", nullable=True), result=STRING),
}
