"""The JSON syntax of Terraform: the same tree as native syntax, with the place of every key and value.

The rules are those of HCL's JSON package (hcl/json/structure.go): a body is an object, or an array of objects taken
together; labels are nested objects; a block's value is an object or an array of them; a string is a template; "//" is
a comment where a body is meant, and a key like any other inside an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from initlint.number import OperationError, parse_number
from initlint.source import Source, Span
from initlint.syntax.expression import template_of
from initlint.syntax.nodes import (
    Attribute,
    Block,
    Body,
    Broken,
    Expression,
    File,
    Literal,
    ObjectExpr,
    ObjectItem,
    SyntaxProblem,
    Template,
    TextPart,
    TupleExpr,
)
from initlint.syntax.template import Text, plain

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(rb'"(?>(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*)"')
_STRING_PART = re.compile(rb'(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*')
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z.])")
_WORD = re.compile(rb"[A-Za-z]+")
_ESCAPE = re.compile(rb"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.")
_SIMPLE = {b'"': '"', b"\\": "\\", b"/": "/", b"b": "\b", b"f": "\f", b"n": "\n", b"r": "\r", b"t": "\t"}
_KEYWORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_DEPTH = 100

# --- values with their places -----------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Scalar:
    """A string, a number or a keyword: bytes `start` to `end`, a string with its quotes."""

    start: int
    end: int
    kind: str


@dataclass(slots=True, eq=False)
class _Array:
    start: int
    end: int
    elements: list[_Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Property:
    key: _Scalar
    name: str
    value: _Value


@dataclass(slots=True, eq=False)
class _Object:
    start: int
    end: int
    properties: list[_Property] = field(default_factory=list)
    closed: bool = False


_Value: TypeAlias = _Scalar | _Array | _Object


class _Stop(Exception):
    """A problem behind which nothing can be read."""


class _Reader:
    """Reads one JSON value. What was read before a problem stays: a container is in its parent before it is filled."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data = source.data
        self.problems: list[SyntaxProblem] = []
        self.at = 0

    def report(self, start: int, end: int, message: str) -> None:
        self.problems.append(SyntaxProblem(self.source.span(start, end), message))

    def stop(self, expected: str) -> _Stop:
        """Reports what was expected at the next character, and gives what to raise."""
        at = self.skip()
        if at >= len(self.data):
            self.report(at, at, f"expected {expected}, found the end of the file")
        else:
            word = _WORD.match(self.data, at)
            length = 1
            while word is None and at + length < len(self.data) and self.data[at + length] & 0xC0 == 0x80:
                length += 1
            end = word.end() if word else at + length
            self.report(at, end, f"expected {expected}, found `{self.data[at:end].decode('utf-8', 'replace')}`")
        return _Stop()

    def skip(self) -> int:
        """Goes behind white space."""
        match = _SPACE.match(self.data, self.at)
        assert match is not None
        self.at = match.end()
        return self.at

    def next_is(self, character: bytes) -> bool:
        return self.data.startswith(character, self.skip())

    def file(self) -> _Value | None:
        """The value that is the file, as far as it can be read."""
        found: list[_Value] = []
        try:
            self.value(found, 0)
            if self.skip() < len(self.data):
                raise self.stop("the end of the file")
        except _Stop:
            pass
        return found[0] if found else None

    def value(self, into: list[_Value], depth: int) -> None:
        """Reads a value and adds it to `into`."""
        start = self.skip()
        first = self.data[start : start + 1]
        if depth > _DEPTH:
            self.report(start, start + 1, f"values nest deeper than {_DEPTH} levels here")
            raise _Stop
        if first == b"{":
            object_ = _Object(start, start)
            into.append(object_)
            self._object(object_, depth)
        elif first == b"[":
            array = _Array(start, start)
            into.append(array)
            self._array(array, depth)
        elif first == b'"':
            into.append(self._string())
        elif match := _NUMBER.match(self.data, start):
            self.at = match.end()
            into.append(_Scalar(start, self.at, "number"))
        elif (match := _WORD.match(self.data, start)) and match[0] in _KEYWORDS:
            self.at = match.end()
            into.append(_Scalar(start, self.at, "keyword"))
        else:
            raise self.stop("a value")

    def _string(self) -> _Scalar:
        start = self.at
        match = _STRING.match(self.data, start)
        if match is None:
            part = _STRING_PART.match(self.data, start + 1)
            assert part is not None
            at = part.end()
            if self.data[at : at + 1] == b"\\":
                written = self.data[at : at + 2].decode("utf-8", "replace")
                self.report(at, at + 1, f"`{written}` is no escape sequence of JSON")
            else:
                self.report(at, at, 'expected `"` to end the string')
            raise _Stop
        self.at = match.end()
        return _Scalar(start, self.at, "string")

    def _object(self, object_: _Object, depth: int) -> None:
        self.at += 1
        seen: dict[str, _Property] = {}
        while not self.next_is(b"}"):
            start = self.at
            object_.end = start
            if self.data[start : start + 1] != b'"':
                raise self.stop("a property name in quotes or `}`")
            key = self._string()
            if self.next_is(b"="):
                self.report(self.at, self.at + 1, "expected `:` behind a property's name, found `=`")
                self.at += 1
            elif self.next_is(b":"):
                self.at += 1
            else:
                raise self.stop("`:` and a value")
            name = decoded(self.source, key.start, key.end)
            text = name.data.decode() if name.offsets is not None else name.data[key.start + 1 : key.end - 1].decode()
            values = _PropertyValue(object_, key, text)
            self.value(values, depth + 1)
            self._tell_twice(seen, object_.properties[-1])
            self._separator(b"}")
        self.at += 1
        object_.end = self.at
        object_.closed = True

    def _tell_twice(self, seen: dict[str, _Property], property_: _Property) -> None:
        """A name may come twice where it stands for blocks; two simple values cannot be blocks."""
        if property_.name == "//" or not isinstance(property_.value, _Scalar):
            return
        first = seen.setdefault(property_.name, property_)
        if first is not property_:
            line = self.source.position(first.key.start)[0]
            self.report(property_.key.start, property_.key.end, f"`{property_.name}` is already set on line {line}")

    def _array(self, array: _Array, depth: int) -> None:
        self.at += 1
        while not self.next_is(b"]"):
            array.end = self.at
            self.value(array.elements, depth + 1)
            self._separator(b"]")
        self.at += 1
        array.end = self.at

    def _separator(self, closing: bytes) -> None:
        """A comma, or what ends the container. A missing and a superfluous comma do not stop the reading."""
        behind = self.at
        if self.next_is(b","):
            comma = self.at
            self.at += 1
            if self.next_is(closing):
                self.report(comma, comma + 1, f"expected no comma before `{closing.decode()}`")
        elif not self.next_is(closing):
            if self.data[self.at : self.at + 1] not in (b'"', b"{", b"["):
                raise self.stop(f"`,` or `{closing.decode()}`")
            self.report(behind, behind, f"expected `,` or `{closing.decode()}`")


class _PropertyValue(list[_Value]):
    """Takes one value and makes a property of it at once, before the value is filled."""

    def __init__(self, object_: _Object, key: _Scalar, name: str) -> None:
        super().__init__()
        self._object = object_
        self._key = key
        self._name = name

    def append(self, value: _Value) -> None:
        self._object.properties.append(_Property(self._key, self._name, value))


def decoded(source: Source, start: int, end: int) -> Text:
    """The text of the string at bytes `start` to `end` of the file (with its quotes), and where each byte comes from.

    A string without escapes is read in the file itself (`offsets` is then None).
    """
    data = source.data
    if data.find(b"\\", start, end) == -1:
        return Text(source, data)
    made = bytearray()
    offsets: list[int] = []
    escapes: list[tuple[int, int]] = []
    at = start + 1
    for match in _ESCAPE.finditer(data, start + 1, end - 1):
        offsets.extend(range(at, match.start()))
        made += data[at : match.start()]
        written = match[0]
        if written[1:2] == b"u":
            units = bytes.fromhex(written.replace(b"\\u", b"").decode())
            text = units.decode("utf-16-be", "replace")
        else:
            text = _SIMPLE[written[1:2]]
        escapes.append((len(made), len(made) + len(text.encode())))
        offsets.extend([match.start()] * len(text.encode()))
        made += text.encode()
        at = match.end()
    offsets.extend(range(at, end))
    made += data[at : end - 1]
    return Text(source, bytes(made), offsets, escapes)


# --- the tree ---------------------------------------------------------------------------------------------------------


def parse(source: Source) -> File:
    """A file in JSON syntax (.tf.json, .tofu.json, .tfvars.json) whose bytes are valid UTF-8."""
    reader = _Reader(source)
    value = reader.file()
    if value is not None and not isinstance(value, _Object | _Array):
        reader.report(value.start, value.end, "expected an object: arguments and blocks are its properties")
    span = Span(source, 0, len(source.data))
    body = JsonBody(span, [value] if value is not None else [])
    return File(
        source, body, problems=tuple(reader.problems), find_problems=lambda: tuple(_problems_in_expressions(body))
    )


def literal(source: Source) -> Expression | None:
    """A text that is one JSON value, as an expression of which no string is a template; None where it is not JSON."""
    reader = _Reader(source)
    value = reader.file()
    return _expression(source, value, False) if value is not None and not reader.problems else None


_EVALUATED: tuple[tuple[str, int, frozenset[str]], ...] = (
    ("resource", 2, frozenset({"depends_on", "lifecycle", "provider"})),
    ("data", 2, frozenset({"depends_on", "lifecycle", "provider"})),
    ("ephemeral", 2, frozenset({"depends_on", "lifecycle", "provider"})),
    ("module", 1, frozenset({"depends_on", "providers", "source", "version"})),
    ("provider", 1, frozenset({"alias", "version"})),
    ("output", 1, frozenset({"depends_on", "description", "ephemeral", "sensitive"})),
    ("locals", 0, frozenset()),
)
"""The blocks whose strings are templates, how many labels they have, and the arguments that are read literally."""


def _problems_in_expressions(body: Body) -> Iterator[SyntaxProblem]:
    """The templates that cannot be read. A file with values (.tfvars.json) has none: its strings are plain text."""
    if body.span.path.endswith(".tfvars.json"):
        return
    for type_, labels, literal in _EVALUATED:
        for block in body.blocks(type_, labels):
            for attribute in block.body.attributes():
                if attribute.name not in literal:
                    for broken in _broken(attribute.expression):
                        yield SyntaxProblem(broken.span, broken.message)


def _broken(expression: Expression) -> Iterator[Broken]:
    if isinstance(expression, Broken):
        yield expression
    elif isinstance(expression, TupleExpr):
        for element in expression.elements:
            yield from _broken(element)
    elif isinstance(expression, ObjectExpr):
        for item in expression.items:
            if not _is_comment(item.key):
                yield from _broken(item.key)
                yield from _broken(item.value)


def _is_comment(key: Expression) -> bool:
    """Whether a key is "//": where a nested block is meant, what stands behind it is a comment."""
    parts = key.parts if isinstance(key, Template) else ()
    return len(parts) == 1 and isinstance(parts[0], TextPart) and parts[0].text == "//"


def _properties(values: Sequence[_Value]) -> Iterator[_Property]:
    """The properties of an object, or of all objects in an array, in source order."""
    for value in _objects(values):
        yield from value.properties


def _objects(values: Sequence[_Value]) -> Iterator[_Object]:
    for value in values:
        if isinstance(value, _Object):
            yield value
        elif isinstance(value, _Array):
            yield from (element for element in value.elements if isinstance(element, _Object))


class JsonBody(Body):
    """A body: the properties of an object, or of several objects taken together."""

    __slots__ = ("_properties", "closed", "span")

    def __init__(self, span: Span, values: Sequence[_Value]) -> None:
        self.span = span
        self.closed = all(value.closed for value in _objects(values))
        self._properties = [property_ for property_ in _properties(values) if property_.name != "//"]

    def attribute(self, name: str) -> Attribute | None:
        """The property of that name as an argument; the first, where it is written twice."""
        for property_ in self._properties:
            if property_.name == name:
                return JsonAttribute(self.span.source, property_)
        return None

    def attributes(self) -> Sequence[Attribute]:
        """Every property as an argument, each name once."""
        first: dict[str, Attribute] = {}
        for property_ in self._properties:
            if property_.name not in first:
                first[property_.name] = JsonAttribute(self.span.source, property_)
        return list(first.values())

    def blocks(self, type_: str, labels: int = 0) -> Sequence[Block]:
        """The properties of that name as blocks under `labels` levels of nested objects."""
        return [
            block
            for property_ in self._properties
            if property_.name == type_
            for block in _blocks(self.span.source, type_, property_, property_.value, labels, ())
        ]

    def block_types(self) -> Sequence[str]:
        """The names of all properties, each once."""
        return list(dict.fromkeys(property_.name for property_ in self._properties))


class JsonBlock(Block):
    """A block, from the property that names it (its type's, or its last label's)."""

    __slots__ = ("_value", "header", "labels", "span", "type")

    def __init__(self, type_: str, labels: tuple[str, ...], header: Span, span: Span, value: _Value) -> None:
        self.type = type_
        self.labels = labels
        self.header = header
        self.span = span
        self._value = value

    @property
    def body(self) -> Body:
        """The body: the object, or the objects of an array taken together."""
        source = self.span.source
        return JsonBody(Span(source, self._value.start, self._value.end), [self._value])


def _blocks(
    source: Source, type_: str, name: _Property, value: _Value, missing: int, labels: tuple[str, ...]
) -> Iterator[Block]:
    """The blocks in a value that still lacks that many labels; `name` is the property that holds the value."""
    if missing:
        for property_ in _properties([value]):
            yield from _blocks(source, type_, property_, property_.value, missing - 1, (*labels, property_.name))
        return
    header = Span(source, name.key.start, name.key.end)
    if isinstance(value, _Object):
        yield JsonBlock(type_, labels, header, Span(source, name.key.start, value.end), value)
    elif isinstance(value, _Array):
        for element in value.elements:
            if isinstance(element, _Object | _Array):
                yield JsonBlock(type_, labels, header, Span(source, element.start, element.end), element)


class JsonAttribute(Attribute):
    """A property as an argument."""

    __slots__ = ("_expression", "_value", "name", "name_span", "span")

    def __init__(self, source: Source, property_: _Property) -> None:
        self.name = property_.name
        self.name_span = Span(source, property_.key.start, property_.key.end)
        self.span = Span(source, property_.key.start, property_.value.end)
        self._value = property_.value
        self._expression: Expression | None = None

    @property
    def expression(self) -> Expression:
        """The value, with its strings as templates."""
        if self._expression is None:
            self._expression = _expression(self.span.source, self._value, templates=True)
        return self._expression

    @property
    def literal_expression(self) -> Expression:
        """The value, with its strings as they are: `${` is two characters."""
        return _expression(self.span.source, self._value, templates=False)

    @property
    def expression_span(self) -> Span:
        """Where the value stands."""
        return Span(self.span.source, self._value.start, self._value.end)


def _expression(source: Source, value: _Value, templates: bool) -> Expression:
    span = Span(source, value.start, value.end)
    if isinstance(value, _Array):
        return TupleExpr(span, tuple([_expression(source, element, templates) for element in value.elements]))
    if isinstance(value, _Object):
        return ObjectExpr(
            span,
            tuple(
                [
                    ObjectItem(
                        Span(source, item.key.start, item.value.end),
                        _string(source, item.key, templates),
                        _expression(source, item.value, templates),
                    )
                    for item in value.properties
                ]
            ),
        )
    if value.kind == "string":
        return _string(source, value, templates)
    written = source.data[value.start : value.end]
    if value.kind == "keyword":
        return Literal(span, _KEYWORDS[written])
    try:
        return Literal(span, parse_number(written.decode()))
    except OperationError as error:
        return Broken(span, f"`{written.decode()}` is no number: {error}")


def _string(source: Source, value: _Scalar, templates: bool) -> Expression:
    span = Span(source, value.start, value.end)
    text = decoded(source, value.start, value.end)
    start, end = (value.start + 1, value.end - 1) if text.offsets is None else (0, len(text.data))
    if not templates:
        return Template(span, tuple(plain(text, start, end)))
    template = template_of(text, start, end)
    return template if isinstance(template, Broken) else Template(span, template.parts)
