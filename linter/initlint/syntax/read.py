"""A file on disk to its syntax tree."""

from __future__ import annotations

from pathlib import Path

from initlint.source import Source, Span
from initlint.syntax import native
from initlint.syntax.bodies import NativeBody
from initlint.syntax.expression import parse_expression, parse_template
from initlint.syntax.nodes import File, SyntaxProblem

__all__ = ["parse_expression", "parse_template", "read", "read_bytes"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read(path_on_disk: Path, relative: str) -> File:
    """The file at `path_on_disk`, which reports call `relative` (to the workspace root, with forward slashes).

    Never raises for what is on disk: a file that cannot be opened, or is no UTF-8 text, has an empty body and a problem
    that says so.
    """
    try:
        data = path_on_disk.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _unreadable(Source(relative, b""), 0, f"cannot be read: {reason}")
    return read_bytes(data, relative)


def read_bytes(data: bytes, relative: str) -> File:
    """The same for the bytes of a file: JSON by its name (`.json`), else native HCL."""
    source = Source(relative, data.removeprefix(_BYTE_ORDER_MARK))
    try:
        source.data.decode()
    except UnicodeDecodeError as error:
        line = source.position(error.start)[0]
        return _unreadable(source, error.start, f"is no UTF-8 text: line {line} has a byte that cannot be decoded")
    if relative.endswith(".json"):
        from initlint.syntax import json

        return json.parse(source)
    return native.parse(source)


def _unreadable(source: Source, at: int, message: str) -> File:
    place = Span(source, at, min(at + 1, len(source.data)))
    return File(source, NativeBody(place, tuple), problems=(SyntaxProblem(place, message, unreadable=True),))
