"""A small repository that a test writes, and what initlint makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from initlint.engine import scan
from initlint.finding import Finding, Result
from initlint.project import Project, Variables, build, evaluation_of
from initlint.registry import builtin
from initlint.settings import Settings, defaults
from initlint.source import Source
from initlint.syntax.read import parse_expression
from initlint.terraform.module import ModuleInstance
from initlint.terraform.show import to_json
from initlint.terraform.value import Value
from initlint.workspace import discover


class Repository:
    """Files below a folder; a configuration is `initlint.toml` among them."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.folder = folder
        (folder / ".git").mkdir(exist_ok=True, parents=True)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")

    @property
    def settings(self) -> Settings:
        if not (self.folder / "initlint.toml").is_file():
            return defaults(builtin())
        from initlint.settings_file import load

        return load(self.folder)

    def project(self, *options: tuple[str, str], only: str = "", process: Mapping[str, str] | None = None) -> Project:
        settings = self.settings
        return build(discover([self.folder], settings), settings, Variables(options, process or {}), only)

    def root(
        self, directory: str = "", *options: tuple[str, str], only: str = "", process: Mapping[str, str] | None = None
    ) -> ModuleInstance:
        return evaluation_of(self.folder / directory, self.settings, Variables(options, process or {}), only)

    def scan(self, path: str = "", *options: tuple[str, str], **more: Any) -> Result:
        return scan([self.folder / path], self.settings, variables=Variables(options), **more)

    def problems(self) -> list[str]:
        """INIT006, INIT007 and INIT008 with their places."""
        return [
            f"{p.span.path}:{p.span.line}:{p.span.column}-{p.span.end_column} {p.code} {p.message}"
            for p in self.project().problems
        ]


def value(module: ModuleInstance, text: str) -> Value:
    return module.evaluate(parse_expression(Source("<expression>", text.encode())))


def answer(module: ModuleInstance, text: str) -> Any:
    """A known value as plain data; else {"partial"}, {"unknown"} or {"error"} with what `initlint eval` says."""
    found = to_json(value(module, text))
    return found.get("value", found)


def trail(found: Value) -> list[str]:
    """The chain of places that a value comes from, as path:line:column label."""
    chain = found.origin.chain() if found.origin is not None else ()
    return [f"{o.span.path}:{o.span.line}:{o.span.column} {o.label}".rstrip() for o in chain]


def lines(findings: tuple[Finding, ...], code: str = "") -> list[str]:
    """Findings as path:line:column-end code message [environments] <related places>."""
    result = []
    for finding in findings:
        if code and finding.code != code:
            continue
        span = finding.span
        environments = f" [{', '.join(finding.environments)}]" if finding.environments else ""
        result.append(f"{span.path}:{span.line}:{span.column}-{span.end_column} {finding.code} {finding.message}"
                      f"{environments}")  # fmt: skip
    return result


def related(finding: Finding) -> list[str]:
    return [f"{p.span.path}:{p.span.line}:{p.span.column} {p.message}" for p in finding.related]
