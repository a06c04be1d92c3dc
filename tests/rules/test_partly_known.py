"""Jobs of which only a part is known: what is known decides, and the rest is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from initlint.engine import scan
from initlint.settings import defaults
from tests.rules.builders import TAGS, job, messages, open_questions, scanned


@pytest.mark.parametrize(
    "base", ["var.nowhere", "local.nowhere", "module.nowhere.tags", "azurerm_x.y.tags", 'nosuch("x")']
)
def test_tags_merged_over_what_is_not_declared_are_kept(base: str, tmp_path: Path) -> None:
    result = scanned(tmp_path, job(tags=f"merge({base}, {TAGS})"))
    assert messages(result) == []
    assert [question.split()[0] for question in open_questions(result)] == ["INIT604"]


def test_text_around_what_is_not_declared_is_kept(tmp_path: Path) -> None:
    for name in ('join("-", [var.nowhere, "load"])', 'format("%s-load", local.nowhere)', 'lower("${nosuch(1)}-Load")'):
        found = messages(scanned(tmp_path, job(name=name)))
        assert [message.split()[0] for message in found] == ["INIT101"], name


def test_a_name_that_is_no_null_in_any_case_is_there(tmp_path: Path) -> None:
    text = job(before='variable "given" {}', name='var.given != null ? var.given : "shop-init-work-dev"')
    result = scanned(tmp_path, text)
    assert messages(result) == []
    reason = "name: var.given has no default; pass --var-file"
    assert open_questions(result) == [f"INIT101 {reason}", f"INIT102 {reason}"]


def test_names_that_are_refused_for_different_reasons(tmp_path: Path) -> None:
    hyphens = "it must not have two hyphens in a row"
    letters = "it may have only lower-case letters, digits and hyphens"
    for one, other, expected in (
        ("a--b", "a_b", f'"a--b" ({hyphens}) or "a_b" ({letters})'),
        ("A--b", "a_b", f'"A--b" or "a_b": {letters}'),
        ("A-b", "A-c", f'"A-b" or "A-c": {letters}'),
    ):
        text = job(before='variable "old" { type = bool }', name=f'var.old ? "{one}" : "{other}"')
        assert messages(scanned(tmp_path, text), "INIT102") == [f"INIT102 Azure refuses the name {expected}"]


def test_a_cpu_below_nothing(tmp_path: Path) -> None:
    result = scanned(tmp_path, job(sizes='\nname = "work"\nimage = "x:1"\ncpu = -1\nmemory = "0.5Gi"\n'))
    (message,) = messages(result)
    assert message == (
        'INIT202 cpu is -1 and memory is "0.5Gi", which the Consumption plan does not take: memory in Gi is twice the '
        "CPU, and CPU a multiple of 0.25 up to 4; take 0.25 CPU with 0.5Gi"
    )
    assert open_questions(result) == []


def test_a_cpu_that_terraform_does_not_convert(tmp_path: Path) -> None:
    result = scanned(tmp_path, job(sizes='\nname = "work"\nimage = "x:1"\ncpu = "0.25 "\nmemory = "0.5Gi"\n'))
    assert [message.split()[0] for message in messages(result)] == ["INIT204"]


def test_what_an_unclosed_block_does_not_hold_is_asked(tmp_path: Path) -> None:
    text = job().replace("    }\n  }\n  tags", "  }\n  tags")
    assert text.count("{") == text.count("}") + 1
    result = scanned(tmp_path, text)
    assert messages(result) == [
        'INIT001 expected `}` for the block `resource "azurerm_container_app_job" "work"`: it is never closed'
    ]
    assert open_questions(result, "INIT601", "INIT902") == ["INIT601 tags.JobType: a block is not closed"]


def test_what_an_unclosed_block_does_hold_is_judged(tmp_path: Path) -> None:
    text = job(sizes='\nname = "work"\nimage = "x:1"\ncpu = 4\nmemory = "2Gi"\n').rstrip().removesuffix("}")
    found = [message.split()[0] for message in messages(scanned(tmp_path, text))]
    assert found == ["INIT001", "INIT201", "INIT202"]


def test_a_problem_that_two_blocks_run_into_is_told_once(tmp_path: Path) -> None:
    text = 'resource "a" "b" {\n  c {\n}\nresource "a" "d" {\n  e = <<EOT\n}\n'
    assert messages(scanned(tmp_path, text)) == ["INIT001 expected `EOT` on a line of its own to end `<<EOT`"]


def test_of_too_many_combinations_those_of_names_are_followed(tmp_path: Path) -> None:
    declared = "".join(
        f'variable "{name}" {{\n  validation {{\n    condition = contains({values}, var.{name})\n  }}\n}}\n'
        for name, values in (
            ("area", '["a", "b", "c", "d"]'),
            ("environment", '["dev", "test", "qa", "uat", "staging"]'),
        )
    )
    text = job(before=declared, name='"shop-init-load-all-data-${var.environment}"')
    result = scanned(tmp_path, text.replace('"westeurope"', "var.area"))
    assert [(finding.code, finding.environments) for finding in result.findings] == []
    text = job(before=declared, name='"shop-init-load-everything-${var.environment}"')
    result = scanned(tmp_path, text.replace('"westeurope"', "var.area"))
    assert [(finding.code, finding.environments) for finding in result.findings] == [
        ("INIT102", ("environment=staging",))
    ]


@pytest.mark.parametrize(
    ("many", "part"),
    [
        ("for_each = var.jobs", "each.key"),
        ("for_each = var.jobs", "each.value.name"),
        ("for_each = { for key, job in var.jobs : key => job if job.on }", "each.key"),
        ("count = var.number", "count.index"),
        ("count = length(var.jobs)", "count.index"),
    ],
)
def test_what_an_instance_is_named_by_is_equal_to_itself(many: str, part: str, tmp_path: Path) -> None:
    name = f'"shop-init-${{{part}}}-dev"'
    before = 'variable "jobs" {\n  type = map(object({ name = string, on = bool }))\n}\nvariable "number" {}\n'
    tags = f'{{ JobType = "init", JobCategory = "data", Purpose = "Init job: x", Name = {name} }}'
    result = scanned(tmp_path, job(before=before, name=name, tags=tags, more=many))
    assert messages(result) == []
    assert open_questions(result, "INIT604") == []


def test_key_and_value_of_a_set_are_one(tmp_path: Path) -> None:
    before = 'variable "names" {\n  type = set(string)\n}\n'
    tags = '{ JobType = "init", JobCategory = "data", Purpose = "Init job: x", Name = "shop-init-${each.value}-dev" }'
    text = job(before=before, name='"shop-init-${each.key}-dev"', tags=tags, more="for_each = var.names")
    assert open_questions(scanned(tmp_path, text), "INIT604") == []


def test_a_value_that_is_one_of_few_is_shown(tmp_path: Path) -> None:
    before = 'variable "big" {\n  type = bool\n}\n'
    sizes = '\nname = "work"\nimage = "x:1"\ncpu = var.big ? 4 : 2\nmemory = "4Gi"\n'
    found = messages(scanned(tmp_path, job(before=before, sizes=sizes)), "INIT201")
    assert found[0] == "INIT201 cpu is 4 or 2; an init job takes at most 1 CPU"


def test_what_a_json_file_that_breaks_off_does_not_hold_is_asked(tmp_path: Path) -> None:
    text = '{"resource": {"azurerm_container_app_job": {"work": {"name": "shop-init-work-dev", "location": '
    (tmp_path / "main.tf.json").write_text(text, encoding="utf-8")
    result = scan([tmp_path], defaults())
    assert messages(result) == ["INIT001 expected a value, found the end of the file"]
    assert "INIT601 tags.JobType: a block is not closed" in open_questions(result)
