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
_MOST_WRONG = 1000
"""With more bytes than this that are no UTF-8 a file is no text."""


def read(path_on_disk: Path, relative: str) -> File:
    """The file at `path_on_disk`, which reports call `relative` (to the workspace root, with forward slashes).

    Never raises for what is on disk: a file that cannot be opened, or is no UTF-8 text (comments aside, of whose bytes
    Terraform takes any), has an empty body and a problem that says so.
    """
    try:
        data = path_on_disk.read_bytes()
    except OSError as error:
        reason = "its name is no UTF-8" if "\ufffd" in relative else error.strerror or type(error).__name__
        return _unreadable(Source(relative, b""), 0, f"cannot be read: {reason}")
    return read_bytes(data, relative)


def read_bytes(data: bytes, relative: str) -> File:
    """The same for the bytes of a file: JSON by its name (`.json`), else native HCL."""
    source = Source(relative, data.removeprefix(_BYTE_ORDER_MARK))
    try:
        source.data.decode()
    except UnicodeDecodeError as error:
        commented = None if relative.endswith(".json") else _with_comments_mended(source)
        if commented is not None:
            return commented
        line = source.position(error.start)[0]
        return _unreadable(source, error.start, f"is no UTF-8 text: line {line} has a byte that cannot be decoded")
    if relative.endswith(".json"):
        from initlint.syntax import json

        return json.parse(source)
    return native.parse(source)


def _with_comments_mended(source: Source) -> File | None:
    """The file read with `?` for each byte that is no UTF-8, if all of them stand in comments: Terraform takes it."""
    data = source.data
    wrong: list[int] = []
    while True:
        try:
            data.decode()
            break
        except UnicodeDecodeError as error:
            wrong.extend(range(error.start, error.end))
            data = data[: error.start] + b"?" * (error.end - error.start) + data[error.end :]
            if len(wrong) > _MOST_WRONG:
                return None
    file = native.parse(Source(source.path, data))
    comments = [comment.span for comment in file.comments]
    inside = all(any(span.start <= at < span.end for span in comments) for at in wrong)
    return file if inside else None


def _unreadable(source: Source, at: int, message: str) -> File:
    place = Span(source, at, min(at + 1, len(source.data)))
    return File(source, NativeBody(place, tuple), problems=(SyntaxProblem(place, message, unreadable=True),))
