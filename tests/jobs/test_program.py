from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initlint.jobs.program import HOLE, commands, program, words_of


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("python", "-m", "alembic"), [("python", "-m", "alembic")]),
        (("sh", "-c", "a b"), [("sh", "-c"), ("a", "b")]),
        (("/bin/sh", "-euo", "pipefail", "-c", "a", "x"), [("/bin/sh", "-euo", "pipefail", "-c", "x"), ("a",)]),
        (("bash", "-exc", "a"), [("bash", "-exc"), ("a",)]),
        (("tini", "--", "sh", "-c", "a"), [("tini", "--", "sh", "-c"), ("a",)]),
        (("sh", "-c", "-e", "a b"), [("sh", "-c", "-e"), ("a", "b")]),
        (("busybox", "sh", "-c", "a"), [("busybox", "sh", "-c"), ("a",)]),
        (("pwsh", "-NoProfile", "-Command", "Write-Host seed; a"), [("pwsh", "-NoProfile", "-Command"), ("a",)]),
        (("sh", "run.sh", "-c", "echo"), [("sh", "run.sh", "-c", "echo")]),
        (("sh", "-c"), [("sh", "-c")]),
        ((), [()]),
    ],
)  # fmt: skip
def test_programs(arguments: tuple[str, ...], found: list[tuple[str, ...]]) -> None:
    assert list(program(arguments)) == found


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("a b && c || d; e | f & g", [("a", "b"), ("c",), ("d",), ("e",), ("f",), ("g",)]),
        ("# migrate\na # migrate\na#b", [("a",), ("a#b",)]),
        ("echo migrate; printf 'seed'; : init", []),
        ("echo migrate | psql -c 'GRANT x'", [("psql", "-c", "GRANT x")]),
        ('echo "now $(alembic current)"', [("alembic", "current")]),
        ('a "b $(c "d e") f" g', [("c", "d e"), ("a", f"b {HOLE} f", "g")]),
        ("a `b c`", [("b", "c"), ("a", HOLE)]),
        ("a $((1 + 2)) b", [("a", HOLE, "b")]),
        ("(a; b) && { c; }", [("a",), ("b",), ("c",)]),
        ("if a; then b; else c; fi", [("a",), ("b",), ("c",)]),
        ("while ! a; do b; done", [("a",), ("b",)]),
        ("for seed in x y; do a $seed; done", [("a", "$seed")]),
        ("SEED=1 X='a b' python x.py", [("python", "x.py")]),
        ("export SEED=1\nset -e\n[ -f seed ] && a", [("a",)]),
        ("case $1 in\n  init) a;;\n  seed|x) b;;\nesac", [("a",), ("b",)]),
        ("case x in (init) a;; # seed\n  (seed|x)\n b\n;;\nesac; c", [("a",), ("b",), ("c",)]),
        ("psql > seed.log 2>&1 < in.sql", [("psql",)]),
        ("a &> seed.log b", [("a", "b")]),
        ("cat <<EOF\nmigrate $(x)\nEOF\na", [("cat",), ("a",)]),
        ("psql <<-'SQL' -q\n\tGRANT x;\n\tSQL\na", [("psql", "-q"), ("a",)]),
        ("a <<< seed b", [("a", "b")]),
        ("a \\\n  b", [("a", "b")]),
        ("a 'it''s' \"x\\\"y\" z\\ w", [("a", "its", 'x"y', "z w")]),
        ("sh -c 'echo seed; alembic'", [("sh", "-c"), ("alembic",)]),
        ("seed() { a; }", [("seed",), ("a",)]),
        ("a 'open", [("a", "open")]),
        ('a "open $(b', [("b",), ("a", f"open {HOLE}")]),
        ("a) b", [("b",)]),
        ("", []),
        (f"a{HOLE}b {HOLE}", [(f"a{HOLE}b", HOLE)]),
        ("a\r\nb\r\n", [("a",), ("b",)]),
    ],
)
def test_commands(script: str, found: list[tuple[str, ...]]) -> None:
    assert list(commands(script)) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("db-migrate_x", ("db", "migrate", "x")),
        ("runDbSeed2go", ("run", "db", "seed", "go")),
        ("DBMigrate", ("db", "migrate")),
        ("INIT", ("init",)),
        ("/app/manage.py migrate", ("app", "manage", "py", "migrate")),
        ("db:migrate", ("db", "migrate")),
        (f"{HOLE}-init", (HOLE, "init")),
        (f"{HOLE}init x", (HOLE, "x")),
        (f"init{HOLE}", (HOLE,)),
        ("préseed", ("préseed",)),
        ("", ()),
    ],
)
def test_words(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from([*"ab \n\t\"'`$(){};&|<>#\\=1", "case x in ", "esac", "<<E\n", "$((", "sh -c "])).map(
        "".join
    )
)
def test_any_text_is_read_to_its_end(script: str) -> None:
    for command in commands(script):
        assert command
        assert all(isinstance(word, str) for word in command)


def test_deep_nesting_is_words() -> None:
    assert commands("(" * 5000 + " seed") == (("(" * 5000, "seed"),)
