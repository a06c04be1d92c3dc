"""findings -> reports: one small file per format.

A report is a pure function from a `Result` and `ReportOptions` to text: it reads no file, no clock and no environment,
so the same result gives the same bytes. A format is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from initlint import __version__
from initlint.finding import Result
from initlint.record import record
from initlint.rule import Rule


@record(eq=True)
class ReportOptions:
    """What a report needs to know beside the result.

    color: whether text may hold terminal colours. rules: every enabled rule, for formats that list them.
    show_undecided: whether each undecided question is listed. sarif_category: the category of a SARIF run, for a
    matrix of runs over one commit. source_url: where the files can be seen on the web, without a trailing slash
    ("https://github.com/o/r/blob/<sha>"), for links in Markdown.
    """

    color: bool = False
    rules: tuple[Rule, ...] = ()
    show_undecided: bool = False
    sarif_category: str | None = None
    version: str = __version__
    source_url: str = ""


class Format(Protocol):
    """A format's module: `render` makes the text of a report."""

    def render(self, result: Result, options: ReportOptions) -> str:
        """The report."""
        ...


FORMATS: Mapping[str, str] = {
    "text": "initlint.report.text",
    "concise": "initlint.report.concise",
    "json": "initlint.report.json",
    "sarif": "initlint.report.sarif",
    "github": "initlint.report.github",
    "azure": "initlint.report.azure",
    "gitlab": "initlint.report.gitlab",
    "junit": "initlint.report.junit",
    "markdown": "initlint.report.markdown",
}
"""Every format by the name that `--format` and `--output` take, and the module that renders it."""


def render(name: str, result: Result, options: ReportOptions | None = None) -> str:
    """The result in the format of a name; it ends with exactly one newline. Raises KeyError for a name that is none."""
    module = cast(Format, import_module(FORMATS[name]))
    return module.render(result, options or ReportOptions()).rstrip("\n") + "\n"
