"""A finding stands on the very characters of the script, however the script came into the command."""

from __future__ import annotations

import pytest

from .linting import every, lint

SET_E = "put `set -e` before its first command"
FAILS = "fails when the job runs again"


def test_in_an_indented_here_document() -> None:
    command = '["sh", "-c", <<-EOT\n        set -e\n        psql -c "DROP TABLE a"\n      EOT\n      ]'
    assert lint("", "INIT301", command=command) == [f"INIT301 11:18-30 DROP TABLE a {FAILS}: use DROP TABLE IF EXISTS"]


def test_in_a_quoted_string_with_escapes() -> None:
    command = r'["sh", "-c", "psql -c \"DROP TABLE a\"; echo"]'
    assert lint("", "INIT301", "INIT401", command=command) == [
        f"INIT401 9:31-55 the script goes on when `psql` fails: {SET_E}",
        f"INIT301 9:41-53 DROP TABLE a {FAILS}: use DROP TABLE IF EXISTS",
    ]


def test_in_joined_lines() -> None:
    command = '["sh", "-c", join("\\n", ["set -e", "psql -c \'DROP TABLE a\'"])]'
    assert lint("", "INIT301", command=command) == [f"INIT301 9:62-74 DROP TABLE a {FAILS}: use DROP TABLE IF EXISTS"]


def test_columns_are_characters_not_bytes() -> None:
    assert lint("echo '✓é'; psql -c 'DROP TABLE a'", "INIT301") == [
        f"INIT301 1:21-33 DROP TABLE a {FAILS}: use DROP TABLE IF EXISTS"
    ]


def test_terraform_escapes_are_undone() -> None:
    command = '["sh", "-c", "psql -h $${DB_HOST:?} -c \'DROP TABLE a\'; echo done"]'
    assert lint("", "INIT301", "INIT403", command=command) == [
        f"INIT301 9:57-69 DROP TABLE a {FAILS}: use DROP TABLE IF EXISTS"
    ]


def test_the_shells_escapes_are_undone() -> None:
    script = "psql <<SQL\nDO \\$\\$ BEGIN IF NOT EXISTS (SELECT 1) THEN CREATE ROLE a; END IF; END \\$\\$;\nSQL"
    assert every(script, "INIT301") == []


def test_a_text_that_stands_elsewhere_ends_with_its_interpolation() -> None:
    command = '["sh", "-c", "psql -c \'CREATE SCHEMA ${local.settings.SITE}\'"]'
    assert lint("", "INIT301", command=command) == [
        f"INIT301 9:40-76 CREATE SCHEMA north {FAILS}: use CREATE SCHEMA IF NOT EXISTS"
    ]


def test_an_unknown_part_of_an_argument_is_one_word() -> None:
    command = '["sh", "-c", "set -e; psql -h ${var.host} -f /a.sql"]'
    assert every("", "INIT404", command=command) == [
        "INIT404 9:39-68 psql goes on after an error and the job succeeds: add `-v ON_ERROR_STOP=1`"
    ]


def test_sql_in_the_environment() -> None:
    script = 'psql -c "$STATEMENT"'
    assert every(script, "INIT301") == ["INIT301 1 undecided the SQL that psql is given is not known"]


@pytest.mark.parametrize(
    "command",
    [
        '["bash", "-ec", "a; b"]',
        '["/bin/sh", "-euxc", "a; b"]',
        '["bash", "-o", "errexit", "-c", "a; b"]',
        '["bash", "-euo", "pipefail", "-c", "a; b"]',
        '["bash", "-ceo", "pipefail", "a; b"]',
        '["sh", "-c", "-e", "a; b"]',
        '["/usr/bin/env", "bash", "-e", "-l", "-c", "a; b"]',
        '["tini", "--", "sh", "-ec", "a; b"]',
        '["env", "A=b", "ash", "-ec", "a; b"]',
        '["timeout", "60", "dash", "-ec", "a; b"]',
        '["sh", "/scripts/init.sh"]',
        '["python", "-m", "alembic", "upgrade", "head"]',
        '["pwsh", "-c", "a; b"]',
        "null",
        "[]",
    ],
)
def test_errexit_among_the_arguments(command: str) -> None:
    assert every("", "INIT401", command=command) == []


@pytest.mark.parametrize(
    ("command", "column"),
    [
        ('["sh", "-c", "a; b"]', 31),
        ('["bash", "+e", "-c", "a; b"]', 39),
        ('["/usr/bin/env", "bash", "-lc", "a; b"]', 50),
        ('["zsh", "-x", "-o", "pipefail", "-c", "a; b"]', 56),
        ('concat(["sh", "-c"], ["a; b"])', 40),
        ('["sh", "-c", var.host == "x" ? "a; b" : "c; d"]', 49),
    ],
)
def test_no_errexit_among_the_arguments(command: str, column: int) -> None:
    assert every("", "INIT401", command=command) == [
        f"INIT401 9:{column}-{column + 1} the script goes on when `a` fails: {SET_E}"
    ]


REASON = "command: var.host has no default; pass --var-file"


@pytest.mark.parametrize(
    "command",
    [
        "var.host",
        '["sh", "-c", var.host]',
        '[var.host, "-c", "a; b"]',
        'concat(["sh"], var.host)',
    ],
)
def test_a_program_that_is_not_known_is_undecided(command: str) -> None:
    assert every("", command=command) == [
        f"INIT{code} 9 undecided {REASON}" for code in (301, 302, 401, 402, 403, 404, 501, 502)
    ]


def test_a_script_of_two_forms_is_judged_in_both() -> None:
    command = '["sh", "-c", var.host == "x" ? "a; b" : "set -e; a; b"]'
    assert every("", "INIT401", command=command) == ["INIT401 9 undecided var.host has no default; pass --var-file"]


def test_power_shell_is_not_judged() -> None:
    assert every("", command='["pwsh", "-c", "a; b"]') == [
        f"INIT{code} 9 undecided a script of PowerShell is not read" for code in (301, 403, 404, 501, 502)
    ]


def test_a_script_that_cannot_be_parsed_is_not_passed() -> None:
    assert every("if true; then a\n") == [
        f"INIT{code} 2 undecided the shell script cannot be read here"
        for code in (301, 302, 401, 402, 403, 404, 501, 502)
    ]


def test_a_here_document_that_is_never_closed() -> None:
    assert every("set -e\npsql <<SQL\nSELECT 1;\n  SQL\n", "INIT404") == [
        "INIT404 2 undecided the here-document SQL is never closed"
    ]


def test_the_job_of_the_practices() -> None:
    """The practices' own commands, word for word."""
    assert every("", command='["python", "-m", "alembic", "upgrade", "head"]') == []
    multi_region = (
        '["sh","-c",<<-EOT\n          az login --identity\n          # Your setup script here\n        EOT\n ]'
    )
    assert every("", command=multi_region) == []
    steps = (
        'echo "=== Starting Job: {purpose} ==="\necho "Step 1: Checking prerequisites..."\n'
        'echo "Step 2: Executing task..."\necho "✓ Job completed successfully!"\n'
    )
    assert every(steps) == []
    trigger = (
        '#!/bin/bash\n# scripts/trigger-{job-name}.sh\n\nJOB_NAME="lexiqai-init-{purpose}-${ENVIRONMENT}"\n'
        'RESOURCE_GROUP="lexiqai-rg-${ENVIRONMENT}"\n\naz containerapp job start \\\n  --name "$JOB_NAME" \\\n'
        '  --resource-group "$RESOURCE_GROUP"\n'
    )
    assert every(trigger) == []
