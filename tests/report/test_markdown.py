from __future__ import annotations

from dataclasses import replace

import pytest

from initlint.finding import Result
from initlint.report import ReportOptions, markdown, render
from initlint.report.markdown import code, prose

from .build import CLEAN, FULL, JOB, NAME, NO_INIT, job


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b-1", "`a_b-1`"),
        ("", ""),
        (" ", ""),
        ("a`b", "<code>a&#96;b</code>"),
        ("a|b", "<code>a&#124;b</code>"),
        ("<b>&", "`<b>&`"),
        (" a", "<code> a</code>"),
        ("a\x1b\n", "`a\\x1b\\n`"),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, as it is.", "plain text, as it is."),
        ("*a* _b_ `c` [d](e) ~f~", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) \\~f\\~"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("a|b", "a\\|b"),
        ("key_vault: a_b", "key_vault: a_b"),
        ("@me #1", "@<!-- -->me \\#<!-- -->1"),
        ("https://evil www.evil", "https\\://evil www\\.evil"),
        ("${var.x}", "\\${var.x}"),
        ("a\nb", "a\\\\nb"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_jobs_are_rows_by_environment() -> None:
    lines = render("markdown", FULL).splitlines()
    at = lines.index("### Init jobs (1)")
    rest = "manual | 4 CPU, 8Gi | UserAssigned | 3 failed, 1 undecided, 1 passed |"
    assert lines[at + 2 : at + 6] == [
        "| Job | Environment | Name | Trigger | CPU and memory | Identity | Verdicts |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        f"| `{JOB}` | `prod` | `lexiqai-init-grant-db-roles-prod` | {rest}",
        f"| `{JOB}` | `staging` | `lexiqai-init-grant-db-roles-staging` | {rest}",
    ]


def test_a_job_without_environments_is_one_row() -> None:
    one = job(names=(), no_instances="0 instances, because count is 0")
    lines = render("markdown", Result(jobs=(one,))).splitlines()
    at = lines.index("### Init jobs (1)")
    assert lines[at + 2] == "| Job | Name | Trigger | CPU and memory | Identity | Verdicts |"
    assert lines[at + 4] == (
        f'| `{JOB}` | `"lexiqai-init-grant-db-roles-${{var.environment}}"` | manual | 4 CPU, 8Gi | UserAssigned '
        "| 0 instances, because count is 0 |"
    )


def test_places_are_links_where_the_files_can_be_seen() -> None:
    url = "https://github.com/o/r/blob/abc"
    text = render("markdown", FULL, ReportOptions(source_url=url))
    assert f"[`infra/main.tf:2:10`]({url}/infra/main.tf#L2) in `{JOB}` when var.environment is prod or staging" in text
    assert "](" + url not in render("markdown", FULL)


def test_headlines() -> None:
    assert render("markdown", FULL).splitlines()[0] == "## initlint: 1 error, 1 warning, 1 note"
    assert render("markdown", CLEAN).splitlines()[:3] == [
        "## initlint: no findings",
        "",
        "no findings; 1 init job of 1 job in 2 files.",
    ]
    assert "> no init job found: looked at 1 job in 12 files" in render("markdown", NO_INIT)


def test_a_report_that_would_not_fit_is_cut_aloud() -> None:
    assert markdown.LIMIT < 1024 * 1024
    many = Result(findings=(replace(NAME, message="long " * 200),) * 1000)
    text = render("markdown", many)
    assert len(text.encode()) <= markdown.LIMIT
    lines = text.splitlines()
    assert lines[-2] == ""
    assert lines[-1].startswith("> The report is cut here: ")
    assert lines[-1].endswith(" lines more would not fit in a summary.")
