from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from initlint.jobs.job import Field
from initlint.jobs.tags import known_keys, similar_keys
from initlint.rule import show
from initlint.truth import Truth

At = Callable[[Field], tuple[int, int, str]]


def job_with(tags: str) -> str:
    return (
        'variable "tags" {\n  type = map(string)\n}\nvariable "prod" {\n  type = bool\n}\n'
        'locals {\n  tags = { JobType = "batch" }\n}\n'
        f'resource "azurerm_container_app_job" "a" {{\n  name = "x"\n{tags}\n}}\n'
    )


def test_a_present_tag_stands_at_its_own_value(workspace: Callable[..., Any], at: At) -> None:
    field = workspace(job_with('  tags = {\n    Owner   = "me"\n    JobType = "init"\n  }')).job.tag("JobType")

    assert (field.label, field.value.data, field.written) == ("tags.JobType", "init", True)
    assert at(field) == (14, 15, '"init"')


@pytest.mark.parametrize(
    "written",
    [
        "local.all.type", 'local.all["type"]', 'lookup(local.all, "type", "")', 'try(local.all.type, "")',
        'coalesce(local.all.type, "init")', 'var.prod == null ? local.all.type : local.all.type', "each.value.type",
        '"${each.value.type}"', "each.key",
    ],
)  # fmt: skip
def test_a_tag_stands_where_it_is_written_whatever_it_is_taken_from(
    written: str, workspace: Callable[..., Any], at: At
) -> None:
    local = 'locals {\n  all = { type = "batch" }\n  jobs = { batch = { type = "batch" } }\n}\n'
    for tags in ("{\n    Owner   = 1\n    JobType = %s\n  }", "merge({ JobType = 1 }, {\n\n    JobType = %s\n  })"):
        text = job_with(f"  for_each = local.jobs\n  tags = {tags % written}") + local
        field = workspace(text).job.tag("JobType")

        assert (field.value.data, at(field)) == ("batch", (15, 15, written))


def test_a_value_is_text_however_it_is_written(workspace: Callable[..., Any]) -> None:
    job = workspace(job_with("  tags = { Wave = 2, Done = true }")).job

    assert (show(job.tag("Wave").value), show(job.tag("Done").value)) == ('"2"', '"true"')


def test_a_tag_from_elsewhere_stands_at_the_argument(workspace: Callable[..., Any], at: At) -> None:
    field = workspace(job_with("  tags = local.tags")).job.tag("JobType")

    assert (field.value.data, at(field)) == ("batch", (12, 10, "local.tags"))
    assert [(origin.span.line, origin.span.text) for origin in field.value.origin.chain()] == [
        (12, "local.tags"),
        (8, '{ JobType = "batch" }'),
        (8, '"batch"'),
    ]


def test_a_missing_tag_stands_at_the_argument(workspace: Callable[..., Any], at: At) -> None:
    field = workspace(job_with('  tags = {\n    Owner = "me"\n  }')).job.tag("JobType")

    assert (field.value.data, field.written, field.is_set) == (None, False, Truth.NO)
    assert at(field) == (12, 10, "{")


def test_without_tags_it_stands_at_the_header(workspace: Callable[..., Any], at: At) -> None:
    for tags in ("", "  tags = null"):
        field = workspace(job_with(tags)).job.tag("JobType")

        assert (field.is_set, field.written) == (Truth.NO, False)
        assert at(field)[0] == (12 if tags else 10)


def test_unknown_tags_may_hold_it(workspace: Callable[..., Any], at: At) -> None:
    field = workspace(job_with("  tags = var.tags")).job.tag("JobType")

    assert (field.is_set, field.written, field.value.is_unknown) == (Truth.UNKNOWN, False, True)
    assert field.value.reason == "var.tags has no default; pass --var-file"
    assert field.value.sources == {"var.tags"}
    assert at(field) == (12, 10, "var.tags")


def test_a_key_that_is_not_known_may_be_it(workspace: Callable[..., Any]) -> None:
    job = workspace(job_with('  tags = { (var.tags["k"]) = "x", JobType = "init" }')).job

    assert (job.tag("JobType").value.data, job.tag("JobType").is_set) == ("init", Truth.YES)
    assert (job.tag("Purpose").is_set, job.tag("Purpose").written) == (Truth.UNKNOWN, False)
    assert job.tag("Purpose").value.reason == "var.tags has no default; pass --var-file"


def test_one_of_two_maps_gives_one_of_two_values(workspace: Callable[..., Any]) -> None:
    job = workspace(job_with('  tags = var.prod ? { JobType = "init" } : { JobType = "batch", Purpose = "x" }')).job
    both, one, neither = job.tag("JobType"), job.tag("Purpose"), job.tag("Owner")

    assert [show(value) for value in both.value.alternatives] == ['"init"', '"batch"']
    assert (both.written, both.is_set) == (True, Truth.YES)
    assert [show(value) for value in one.value.alternatives] == ["null", '"x"']
    assert (one.written, one.is_set) == (False, Truth.UNKNOWN)
    assert neither.is_set is Truth.NO


def test_keys_that_look_like_it(workspace: Callable[..., Any]) -> None:
    job = workspace(job_with('  tags = { jobtype = "init", Job_Type = "init", JobTyp = "init", Owner = "me" }')).job

    assert set(similar_keys(job, "JobType")[:2]) == {"jobtype", "Job_Type"}
    assert similar_keys(job, "JobType")[2:] == ("JobTyp",)
    assert similar_keys(job, "Purpose") == ()
    assert known_keys(job) == ("JobTyp", "Job_Type", "Owner", "jobtype")
