"""What an unknown part of a script leaves open: it may stand for whole commands, or for a piece of data."""

from __future__ import annotations

import pytest

from .linting import every

REASON = "undecided command: var.header has no default; pass --var-file"


def judged(*lines: str) -> list[str]:
    """Code and line of every verdict; the script's first line is line 10."""
    script = "\\n".join(line.replace('"', '\\"') for line in lines)
    found = every("", command=f'["sh", "-c", "{script}"]')
    assert [line for line in found if "undecided" in line and REASON not in line] == []
    return sorted(f"{line[:7]} {'undecided' if 'undecided' in line else 'fail'}" for line in found)


def test_commands_may_stand_before_everything() -> None:
    assert judged("${var.header}", "set -euo pipefail", "echo a", "alembic upgrade head", "echo b") == [
        f"INIT{code} undecided" for code in (301, 302, 401, 402, 404, 501)
    ]


def test_commands_may_stand_in_the_middle() -> None:
    found = judged("set -euo pipefail", "echo a", "${var.header}", "alembic upgrade head", "echo b")
    assert found == [f"INIT{code} undecided" for code in (301, 302, 404)]


def test_an_unknown_part_may_be_the_second_piece_of_work_or_the_log() -> None:
    found = judged("set -eu", "alembic upgrade head", "${var.header}")
    assert found == [f"INIT{code} undecided" for code in (301, 302, 402, 404, 501, 502)]


def test_two_known_pieces_of_work_need_no_third() -> None:
    """After the unknown part a `set -x` may be on."""
    found = judged("set -euo pipefail", "alembic upgrade head", "${var.header}", "python -m seed")
    assert found == [*[f"INIT{code} undecided" for code in (301, 302, 404)], "INIT501 fail", "INIT502 undecided"]


def test_a_script_of_one_unknown_part() -> None:
    found = judged("set -euo pipefail", "${var.header}")
    assert found == [f"INIT{code} undecided" for code in (301, 302, 404, 501, 502)]


def test_what_is_wrong_beside_an_unknown_part_is_wrong() -> None:
    """The unknown part may hold a check that leaves early, but not the option that psql lacks."""
    found = judged("set -euo pipefail", "echo a", "${var.header}", "createdb app", "psql -f /a.sql", "echo b")
    assert found == ["INIT301 undecided", "INIT302 undecided", "INIT404 fail"]


def test_a_known_command_with_unknown_arguments_leaves_nothing_open() -> None:
    assert judged("set -eu", "echo a", "alembic -x host=${var.header} upgrade head", "echo b") == []


def test_a_sql_client_with_unknown_options_may_be_given_sql() -> None:
    found = judged("set -eu", "echo a", "psql -v ON_ERROR_STOP=1 ${var.header} -f /a.sql", "echo b")
    assert found == ["INIT301 undecided"]


def test_an_unknown_program_runs_one_command() -> None:
    found = judged("set -eu", "echo a", "'${var.header}' upgrade", "echo b")
    assert found == [f"INIT{code} undecided" for code in (301, 302, 404)]


def test_an_unknown_command_feeds_a_pipe() -> None:
    found = judged("set -eu", "echo a", "${var.header} | psql -v ON_ERROR_STOP=1", "echo b")
    assert "INIT402 undecided" in found
    assert "INIT402 fail" not in found


ENV = """\
      dynamic "env" {
        for_each = %s
        content {
          name  = env.key
          value = env.value
        }
      }
"""
IS_USED = "is used and nothing checks that it is set: use `set -u` or `${SITE:?}`"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("var.header", ["INIT403 1 undecided var.header has no default; pass --var-file"]),
        ('{ SITE = "north" }', []),
        ("local.settings", [f"INIT403 1:8-13 SITE {IS_USED}"]),
    ],
)
def test_an_environment_from_a_map(values: str, expected: list[str]) -> None:
    command = f'["sh", "-c", file("${{path.module}}/script.sh")]\n{ENV % values}'
    script = 'greet "$SITE"\necho "done"'
    found = every(script, "INIT403", command=command)
    assert [line.replace("env: ", "") for line in found] == expected


def test_a_value_from_the_command_line_is_one_from_the_configuration() -> None:
    """An unknown variable that becomes known changes no verdict about where a value comes from."""
    command = '["sh", "-c", file("${path.module}/script.sh")]'
    script = 'greet "$DB_HOST"\necho "done"'
    expected = ["INIT403 1:8-16 DB_HOST is used and nothing checks that it is set: use `set -u` or `${DB_HOST:?}`"]
    assert every(script, "INIT403", command=command) == expected
    assert every(script, "INIT403", command=command, variables={"host": "db.example.org"}) == expected
