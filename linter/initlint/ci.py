"""Which CI system a run is in, and what standard output says to it beside the report for people."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from initlint.regex import regex

if TYPE_CHECKING:
    from initlint.finding import Result
    from initlint.report import ReportOptions

_SERVER = regex(r"https?://[\w.:-]+")
_REPOSITORY = regex(r"[\w.-]+/[\w.-]+")
_COMMIT = regex(r"[0-9a-f]{40,64}")

OF_THE_REPOSITORY = frozenset({"sarif", "github", "azure", "gitlab", "markdown"})
"""Formats for systems that know the repository: there paths start at its top, also where a configuration further down
is the workspace root."""


def system(environment: Mapping[str, str] = os.environ) -> str:
    """The CI system: "github", "azure", "gitlab", or "" for none that is known."""
    if environment.get("GITHUB_ACTIONS", "").lower() == "true":
        return "github"
    if environment.get("TF_BUILD", "").lower() == "true":
        return "azure"
    return "gitlab" if environment.get("GITLAB_CI", "").lower() == "true" else ""


def source_url(environment: Mapping[str, str] = os.environ) -> str:
    """Where the files of this run can be seen on GitHub; "" elsewhere."""
    server, repository, commit = (environment.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    fits = _SERVER.fullmatch(server) and _REPOSITORY.fullmatch(repository) and _COMMIT.fullmatch(commit)
    return f"{server}/{repository}/blob/{commit}" if fits else ""


def prefix(root: Path) -> str:
    """The workspace root as seen from the top of the repository ("infra/"); "" where it is the top or none is."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return f"{root.relative_to(folder).as_posix()}/" if folder != root else ""
    return ""


def beside(result: Result, options: ReportOptions, environment: Mapping[str, str] = os.environ) -> str:
    """What follows the report for people in a CI system's log: annotations. On Azure Pipelines this writes a Markdown
    summary to the agent's folder for temporary files, and asks for it to be shown.
    """
    which = system(environment)
    if which == "github":
        from initlint.report import github

        return "".join(f"{line}\n" for line in github.annotated(result))
    if which == "azure":
        from initlint.report import azure

        lines = [*azure.issues(result), *_summary(result, options, environment)]
        return "".join(f"{line}\n" for line in lines)
    return ""


def _summary(result: Result, options: ReportOptions, environment: Mapping[str, str]) -> list[str]:
    import tempfile

    from initlint.report import azure, render

    folder = environment.get("AGENT_TEMPDIRECTORY") or None
    try:
        descriptor, name = tempfile.mkstemp(prefix="initlint-", suffix=".md", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(render("markdown", result, replace(options, color=False)))
    except OSError as problem:
        print(f"initlint: the summary cannot be written: {problem}", file=sys.stderr)
        return []
    return [azure.upload_summary(os.path.abspath(name))]  # noqa: PTH100 (pathlib is not needed here)
