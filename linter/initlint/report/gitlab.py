"""GitLab's Code Quality report. See https://docs.gitlab.com/ci/testing/code_quality/ ."""

from __future__ import annotations

from typing import Any

from initlint.finding import Finding, Result
from initlint.report import ReportOptions
from initlint.report.concise import described
from initlint.report.escape import json_text
from initlint.report.trail import fingerprint, unique
from initlint.rule import Severity

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(result: Result, options: ReportOptions) -> str:
    """A JSON list with an entry for each finding. An error of a security rule is critical."""
    security = {rule.code for rule in options.rules if rule.security_severity}
    prints = unique(map(fingerprint, result.findings))
    return json_text(
        [_entry(finding, name, finding.code in security) for finding, name in zip(result.findings, prints)]
    )


def _entry(finding: Finding, name: str, security: bool) -> dict[str, Any]:
    critical = security and finding.severity is Severity.ERROR
    return {
        "description": f"{finding.code} {finding.name}: {described(finding)}",
        "check_name": finding.code,
        "fingerprint": name,
        "severity": "critical" if critical else SEVERITIES[finding.severity],
        "location": {
            "path": finding.span.path,
            "lines": {"begin": finding.span.line, "end": finding.span.end_line},
        },
    }
