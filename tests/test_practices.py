"""The pattern and the four use cases as the practices print them: flagged for exactly what they break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from initlint.engine import scan
from initlint.settings import defaults

PRACTICES = Path(__file__).parent / "fixtures" / "practices"

# What every one of them breaks: the provider demands two arguments that the pattern does not write, and takes neither
# `trigger_type` nor a trigger inside `template`.
TRIGGER_IN_TEMPLATE = (
    "the provider does not take manual_trigger_config here: manual_trigger_config belongs beside template,"
    " not inside it"
)
TRIGGER_TYPE = (
    "the provider does not take trigger_type here: it takes the kind of trigger from the block that is there;"
    " remove trigger_type and have a manual_trigger_config block beside template"
)


def common(header_end: int, template: int, type_: int) -> list[tuple[str, int, int, int, str]]:
    return [
        ("INIT902", 1, 1, header_end, "the job has no location, which is required"),
        ("INIT902", 1, 1, header_end, "the job has no replica_timeout_in_seconds, which is required"),
        ("INIT901", template, 5, 26, TRIGGER_IN_TEMPLATE),
        ("INIT901", type_, 3, 15, TRIGGER_TYPE),
    ]


PLACEHOLDER = 'the name "lexiqai-init-{purpose}-dev"'
PATTERN = "{project}-init-{purpose}-{environment}"
ADMITTED = "lower-case letters, digits and hyphens"
CATEGORIES = "database, infrastructure, data, network, security, configuration, monitoring or validation"
EXPECTED = {
    "pattern": [
        *common(53, 43, 49),
        ("INIT101", 2, 34, 89, f"{PLACEHOLDER} does not match {PATTERN}: it has characters other than {ADMITTED}"),
        ("INIT102", 2, 34, 89, f"Azure refuses {PLACEHOLDER}: it may have only {ADMITTED}"),
        ("INIT603", 55, 21, 46, 'Purpose is "Init job: {description}", which has no description'),
        ("INIT602", 57, 21, 33, f'JobCategory is "{{category}}", which names no category; name one of {CATEGORIES}'),
    ],
    "role_grant": common(60, 40, 46),
    "database_migration": common(58, 40, 46),
    "multi_region_setup": [
        *common(58, 47, 53),
        (
            "INIT813", 27, 15, 51,
            'image is "mcr.microsoft.com/azure-cli:latest", which has the tag latest; name the version that was tested',
        ),
    ],
    "data_seeding": common(49, 40, 46),
}  # fmt: skip


@pytest.mark.parametrize("case", EXPECTED)
def test_is_flagged_for_exactly_what_it_breaks(case: str, tmp_path: Path) -> None:
    shutil.copytree(PRACTICES / case, tmp_path, dirs_exist_ok=True)
    shutil.copy(PRACTICES / "variables.tf", tmp_path)
    result = scan([tmp_path], defaults())
    found = [(one.code, one.span.line, one.span.column, one.span.end_column, one.message) for one in result.findings]
    assert sorted(found) == sorted(EXPECTED[case])
    assert result.undecided == ()
    assert [job.init for job in result.jobs] == [True]


def test_covers_every_case() -> None:
    assert sorted(EXPECTED) == sorted(folder.name for folder in PRACTICES.iterdir() if folder.is_dir())
