"""What functions may reach of the world: files inside the workspace, and nothing else."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from initlint.source import Source, Span
from initlint.syntax.nodes import Broken
from initlint.terraform.types import STRING
from initlint.terraform.value import Origin, Piece, Value, error, text_of, unknown

if TYPE_CHECKING:
    from initlint.terraform.functions import Context
    from initlint.terraform.module import ModuleInstance

MOST_BYTES = 1_048_576
"""Larger files are not read."""
MOST_FILES = 10_000
"""More files than this are not listed."""


class Reach:
    """The files of a workspace, each read once. Paths are relative to the workspace root, with forward slashes."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self._sources: dict[str, Source | Value] = {}

    @cached_property
    def _real(self) -> str:
        return os.path.realpath(self.workspace)

    def _inside(self, path: str) -> str | None:
        """The real path of a file, None where it lies outside the workspace (links followed)."""
        if posixpath.isabs(path) or path.startswith("~"):
            return None
        real = os.path.realpath(os.path.join(self._real, path))  # noqa: PTH118 (quicker)
        return real if real == self._real or real.startswith(self._real + os.sep) else None

    def read(self, path: str) -> Source | Value:
        """The file, or the value that stands for it where it cannot be read."""
        path = posixpath.normpath(path)
        found = self._sources.get(path)
        if found is None:
            found = self._sources[path] = self._read(path)
        return found

    def _read(self, path: str) -> Source | Value:
        real = self._inside(path)
        if real is None:
            return unknown(f'file "{path}" is outside the scanned folder', STRING, key=f"file({path})")
        try:
            if os.path.getsize(real) > MOST_BYTES:  # noqa: PTH202 (quicker)
                return unknown(f'limit: file "{path}" is larger than {MOST_BYTES} bytes', STRING)
            return Source(path, Path(real).read_bytes())
        except IsADirectoryError:
            return error(f'"{path}" is a folder, not a file', type_=STRING)
        except FileNotFoundError:
            return error(f'there is no file "{path}"', type_=STRING)
        except OSError as problem:
            return unknown(f'file "{path}" cannot be read: {problem.strerror}', STRING)

    def list(self, path: str) -> Sequence[str] | Value:
        """All files below a folder, relative to it, sorted; links to folders are not followed."""
        real = self._inside(posixpath.normpath(path))
        if real is None:
            return unknown(f'folder "{path}" is outside the scanned folder')
        found: list[str] = []
        for folder, folders, files in os.walk(real):
            folders.sort()
            inner = os.path.relpath(folder, real).replace(os.sep, "/")
            found.extend(name if inner == "." else f"{inner}/{name}" for name in files)
            if len(found) > MOST_FILES:
                return unknown(f'limit: folder "{path}" holds more than {MOST_FILES} files')
        return sorted(found)


def context(module: ModuleInstance) -> Context:
    """What functions called in a module may reach."""
    from initlint.terraform.functions import Context

    reach = module.root.reach

    def template(source: Source, variables: Mapping[str, Value]) -> Value:
        from initlint.syntax.read import parse_template
        from initlint.terraform.evaluate import render

        parsed = parse_template(source)
        if isinstance(parsed, Broken):
            return error(f"{source.path}: {parsed.message}", Origin(parsed.span, ""), type_=STRING)
        pieces: list[Piece] = []
        inner: list[Origin] = []
        sensitive = render(parsed.parts, _TemplateScope(module), variables, pieces, inner)
        return text_of(pieces, Origin(parsed.span, source.path, False, tuple(inner)), sensitive)

    return Context(module.root.directory, reach.read, reach.list, template)


class _TemplateScope:
    """The scope of a template file: the variables that it was given, and no references."""

    def __init__(self, module: ModuleInstance) -> None:
        self._module = module

    @property
    def depth(self) -> int:
        return self._module.depth

    @depth.setter
    def depth(self, value: int) -> None:
        self._module.depth = value

    def lookup(self, name: str, span: Span) -> Value:
        return error(f'the template uses "{name}", which it is not given', Origin(span, ""))

    def functions(self) -> Context:
        def refuse(source: Source, variables: Mapping[str, Value]) -> Value:
            return error("a template cannot render another template")

        return replace(context(self._module), render_template=refuse)

    def limit(self, span: Span, message: str) -> Value:
        return self._module.limit(span, message)

    def step(self) -> bool:
        return self._module.step()
