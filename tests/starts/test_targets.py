from __future__ import annotations

from dataclasses import fields
from typing import Any

from initlint.jobs.job import Blocks, Field, Form, Job, Setting, missing
from initlint.source import Source
from initlint.starts.files import Kind
from initlint.starts.find import Start, Starts, read_starts
from initlint.starts.names import shown
from initlint.starts.targets import looks_like_init, nearest, starts_of, unknown_targets, unstarted
from initlint.starts.words import unknown
from initlint.terraform.value import Chunk, Hole, Value, null, string, text_of
from initlint.truth import Truth

TF = Source("main.tf", b'resource "azurerm_container_app_job" "x" {\n')


def name(text: str) -> Value:
    """A name in which `*` is an unknown part."""
    parts = text.split("*")
    pieces: list[Chunk | Hole] = [Chunk(parts[0])]
    for part in parts[1:]:
        pieces += [Hole(unknown("var.project has no default")), Chunk(part)]
    return text_of(pieces) if text != "*" else unknown("var.name has no default")


def job(text: str | Value, address: str = "azurerm_container_app_job.x", setting: str = "", instances: str = "") -> Job:
    span = TF.span(0, 42)
    value = name(text) if isinstance(text, str) else text
    given: dict[str, Any] = {
        "form": Form.AZURERM,
        "address": address,
        "base_address": address.partition("[")[0],
        "label": "x",
        "span": span,
        "block_span": span,
        "setting": Setting(setting),
        "module": None,
        "called_from": (),
        "name": Field("name", value, span),
        "instances": instances,
    }
    blocks = {"identity", "secrets", "registries", "template", "containers", "init_containers", "triggers"}
    for one in fields(Job):
        if one.name in blocks:
            given[one.name] = Blocks()
        elif one.name not in given and one.type == "Field":
            given[one.name] = missing(one.name, span)
    return Job(**given)


def starts(*names: str, **more: Any) -> Starts:
    text = "".join(f"az containerapp job start --name {each}\n" for each in names)
    found, _ = read_starts(Source("scripts/run.sh", text.encode()), Kind.SHELL)
    made = tuple(Start(c.command.source, c.span, c.name, "shell", c.command) for c in found)
    return Starts(made, more.pop("looked_at", ("scripts/run.sh",)), **more)


def answers(jobs: list[Job], found: Starts) -> list[tuple[str, str, Truth]]:
    return [(answer.job.address, answer.job.setting.name, answer.truth) for answer in unstarted(jobs, found)]


def test_a_job_that_nothing_starts() -> None:
    jobs = [job("shop-init-seed-dev", "a"), job("shop-init-migrate-dev", "b")]
    assert answers(jobs, starts("shop-init-seed-$E")) == [("a", "", Truth.YES), ("b", "", Truth.NO)]


def test_a_start_in_one_setting_is_enough() -> None:
    jobs = [job("shop-init-seed-dev", "a", "dev"), job("shop-init-seed-prod", "a", "prod")]
    assert answers(jobs, starts("shop-init-seed-prod")) == [("a", "dev", Truth.YES), ("a", "prod", Truth.YES)]


def test_each_instance_is_a_job() -> None:
    jobs = [job("shop-init-seed", 'a["seed"]'), job("shop-init-migrate", 'a["migrate"]')]
    assert answers(jobs, starts("shop-init-seed")) == [('a["seed"]', "", Truth.YES), ('a["migrate"]', "", Truth.NO)]


def test_a_script_that_takes_the_name_starts_any_job() -> None:
    assert answers([job("shop-init-seed"), job("*", "b")], starts("$1")) == [
        ("azurerm_container_app_job.x", "", Truth.YES),
        ("b", "", Truth.YES),
    ]


def test_only_an_improbable_unknown_part_leaves_it_undecided() -> None:
    (answer,) = unstarted([job("*-init-seed-*")], starts("a-init-b-$E"))
    assert (answer.truth, answer.reason) == (
        Truth.UNKNOWN,
        "an unknown part of the name would have to hold another job's name",
    )


def test_nothing_is_judged_without_scripts_instances_or_a_name() -> None:
    assert unstarted([job("a")], Starts()) == []
    assert unstarted([job("a", instances="0 instances, because count is 0"), job(null())], starts("b")) == []


def test_a_file_that_was_not_read_may_start_it() -> None:
    (answer,) = unstarted([job("a-init")], starts("b", unread=(("big.sh", "it is larger than 1 MiB"),)))
    assert (answer.truth, answer.reason) == (Truth.UNKNOWN, "big.sh may start it: it is larger than 1 MiB")


def targets(jobs: list[Job], found: Starts, unseen: str = "") -> list[tuple[str, Truth, str, str]]:
    return [
        (shown(t.start.name), t.truth, shown(t.nearest.name.value) if t.nearest else "", t.reason)
        for t in unknown_targets(jobs, found, unseen)
    ]


def test_a_start_that_means_no_job() -> None:
    jobs = [job("shop-init-seed-dev"), job("shop-worker", "b")]
    found = starts("shop-init-sead-dev", "shop-init-seed-dev", "shop-init-seed-$E", "shop-cleanup", "shop-worker", "$J")
    assert targets(jobs, found) == [("shop-init-sead-dev", Truth.NO, "shop-init-seed-dev", "")]


def test_partly_known_names() -> None:
    jobs = [job("*-init-seed-dev"), job("*-init-seed-prod", setting="prod")]
    assert targets(jobs, starts("shop-init-seed-qa")) == [("shop-init-seed-qa", Truth.NO, "*-init-seed-dev", "")]
    assert targets(jobs, starts("shop-init-seed-$E", "x-init-seed-prod")) == []


def test_a_job_of_unknown_name_may_be_meant() -> None:
    assert targets([job("*", "b"), job("shop-init-seed", "a")], starts("shop-init-sead")) == [
        ("shop-init-sead", Truth.UNKNOWN, "shop-init-seed", "the name of b is not known: var.name has no default")
    ]


def test_jobs_that_were_not_seen() -> None:
    found = starts("shop-init-sead")
    assert targets([job("shop-init-seed")], found, "module.x is not installed") == [
        ("shop-init-sead", Truth.UNKNOWN, "shop-init-seed", "module.x is not installed")
    ]
    assert targets([], found) == []
    assert targets([job("x")], starts("shop-init-sead", created=(string("shop-init-sead"),))) == []


def test_looks_like_init() -> None:
    assert [looks_like_init(name(text)) for text in ("a-init-b", "db-migrate-*", "*seed-x", "initial", "*", "a-b")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_starts_of_a_job() -> None:
    found = starts("shop-init-seed-dev", "shop-init-migrate-dev", "shop-init-$J-$E")
    names = [string("shop-init-seed-dev"), string("shop-init-seed-prod")]
    assert [start.place for start in starts_of(names, found)] == ["scripts/run.sh:1", "scripts/run.sh:3"]


def test_nearest_needs_some_likeness() -> None:
    assert nearest(string("shop-init-seed"), [job("zzz"), job("*", "b")]) is None
