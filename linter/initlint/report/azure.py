"""Logging commands of Azure Pipelines: an issue of the run for each error and warning.

Azure knows two kinds of issue, so notes are plain lines. The Markdown report can be shown on the run's page: write it
with `--output markdown=FILE` and print what `upload_summary` gives for the file's absolute path. See
https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands .
"""

from __future__ import annotations

from initlint.finding import Finding, Result
from initlint.report import ReportOptions, concise
from initlint.report.ansi import Paint
from initlint.report.escape import visible
from initlint.rule import Severity


def render(result: Result, options: ReportOptions) -> str:
    """An issue or a line for each finding, then the closing lines."""
    paint = Paint(options.color)
    lines = [
        concise.line(finding, paint) if finding.severity is Severity.NOTE else _issue(finding)
        for finding in result.findings
    ]
    return "\n".join([*lines, *concise.questions(result, options), *concise.closing(result)])


def issues(result: Result) -> list[str]:
    """The commands alone: an issue for each error and warning."""
    return [_issue(finding) for finding in result.findings if finding.severity is not Severity.NOTE]


def upload_summary(path: str) -> str:
    """The command that shows a Markdown file on the page of the run. Azure wants an absolute path, so the command line
    prints it where it knows one; no report holds it.
    """
    return f"##vso[task.uploadsummary]{_data(path)}"


def _issue(finding: Finding) -> str:
    properties = {
        "type": finding.severity.value,
        "sourcepath": visible(finding.span.path),
        "linenumber": str(finding.span.line),
        "columnnumber": str(finding.span.column),
        "code": visible(finding.code),
    }
    listed = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {listed}]{_data(f'{visible(finding.name)}: {concise.described(finding)}')}"


def _data(value: str) -> str:
    return value.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace("]", "%5D").replace(";", "%3B")
