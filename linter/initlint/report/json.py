"""The findings as JSON, a contract that others build on: `docs/report.schema.json` describes it.

Strings are exactly what they are in the scanned tree; keys may be added within one version, never changed or removed.
"""

from __future__ import annotations

from typing import Any

from initlint.finding import Finding, ListedJob, Result, Undecided
from initlint.report import ReportOptions
from initlint.report.escape import json_text
from initlint.report.trail import fingerprint
from initlint.report.words import causes
from initlint.rule import Severity
from initlint.source import Span

VERSION = 1


def render(result: Result, options: ReportOptions) -> str:
    """The report as one JSON object."""
    return json_text(document(result))


def document(result: Result) -> dict[str, Any]:
    """The report as JSON's types."""
    return {
        "version": VERSION,
        "findings": [_finding(finding) for finding in result.findings],
        "undecided": [_undecided(question) for question in result.undecided],
        "jobs": [_job(job) for job in result.jobs],
        "notes": list(result.notes),
        "summary": summary(result),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "job": finding.job,
        "environments": list(finding.environments),
        **_place(finding.span),
        "related": [{**_place(place.span), "message": place.message} for place in finding.related],
        "help": finding.help,
        "instances": list(finding.instances),
        "fingerprint": fingerprint(finding),
    }


def _place(span: Span) -> dict[str, Any]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"path": span.path, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _undecided(question: Undecided) -> dict[str, Any]:
    return {
        "code": question.code,
        "name": question.name,
        "job": question.job,
        "reason": question.reason,
        "environments": list(question.environments),
        "path": question.span.path,
        "line": question.span.line,
        "column": question.span.column,
    }


def _job(job: ListedJob) -> dict[str, Any]:
    return {
        "address": job.address,
        "path": job.span.path,
        "line": job.span.line,
        "init": job.init,
        "evidence": job.evidence,
        "name": job.name,
        "instances": list(job.instances),
        "no_instances": job.no_instances,
    }


def summary(result: Result) -> dict[str, Any]:
    """The counts of a run."""
    counts = result.counts()
    return {
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "notes": counts[Severity.NOTE],
        "undecided": len(result.undecided),
        "causes": len(causes(result.undecided)),
        "jobs": len(result.jobs),
        "init_jobs": sum(job.init for job in result.jobs),
        "files": result.files,
        "suppressed": result.suppressed,
        "baselined": result.baselined,
        "partial": result.partial,
    }
