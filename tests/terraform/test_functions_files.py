"""Functions that read files: inside the scanned folder only, relative to the root module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.terraform.judge import root_of

from initlint.source import Source
from initlint.syntax.read import parse_expression
from initlint.terraform.functions import Context, call
from initlint.terraform.show import show
from initlint.terraform.value import Unknown, Value, string


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scripts" / "sub").mkdir(parents=True)
    (tmp_path / "scripts" / "seed.sh").write_bytes(b"set -e\necho hi\n")
    (tmp_path / "scripts" / "sub" / "b.sql").write_bytes(b"select 1;\n")
    (tmp_path / "scripts" / "a.sql").write_bytes(b"select 2;\n")
    (tmp_path / "hello.tftpl").write_bytes(b"hello ${name}%{ if shout }!%{ endif }\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    return tmp_path


def value_of(expression: str, folder: Path) -> Value:
    return root_of("", folder=folder).module.evaluate(parse_expression(Source("e", expression.encode())))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('file("scripts/seed.sh")', '"set -e\\necho hi\\n"'),
        ('file("./scripts/../scripts/seed.sh")', '"set -e\\necho hi\\n"'),
        ('filebase64("scripts/seed.sh")', '"c2V0IC1lCmVjaG8gaGkK"'),
        ('filemd5("scripts/seed.sh")', ""),
        ('fileexists("scripts/seed.sh")', "true"),
        ('fileexists("scripts/none.sh")', "false"),
        ('fileset("scripts", "*.sql")', '["a.sql"]'),
        ('fileset("scripts", "**/*.sql")', '["a.sql", "sub/b.sql"]'),
        ('fileset("scripts", "**")', '["a.sql", "seed.sh", "sub/b.sql"]'),
        ('fileset("scripts", "{a,seed}.*")', '["a.sql", "seed.sh"]'),
        ('fileset("scripts", "sub/?.sql")', '["sub/b.sql"]'),
        ('fileset("scripts", "[!s]*")', '["a.sql"]'),
        ('templatefile("hello.tftpl", { name = "you", shout = true })', '"hello you!\\n"'),
        ('trimspace(templatefile("hello.tftpl", { name = "you", shout = false }))', '"hello you"'),
    ],
)
def test_reads_inside_the_root(expression: str, expected: str, folder: Path) -> None:
    import hashlib

    if "filemd5" in expression:
        expected = f'"{hashlib.md5(b"set -e" + bytes([10]) + b"echo hi" + bytes([10])).hexdigest()}"'
    assert show(value_of(expression, folder)) == expected


def test_what_is_missing_is_an_error(folder: Path) -> None:
    found = value_of('file("none.sh")', folder).error
    assert found is not None
    assert "none.sh" in found.reason


def test_a_folder_is_no_file_that_may_be_missing(folder: Path) -> None:
    found = value_of('fileexists("scripts")', folder).error
    assert found is not None
    assert found.reason == 'fileexists(): "scripts" is a folder, not a file'


def test_what_is_outside_is_unknown_and_no_error(folder: Path) -> None:
    for expression in ('file("../other")', 'file("/etc/hostname")', 'fileexists("../other")', 'filesha256("../x")'):
        value = value_of(expression, folder)
        assert isinstance(value.data, Unknown), expression
        assert not value.data.error, expression


def test_bytes_that_are_no_text_are_an_error(folder: Path) -> None:
    found = value_of('file("binary")', folder).error
    assert found is not None
    assert found.reason == 'file(): "binary" is not UTF-8 text'


def test_a_template_needs_every_variable(folder: Path) -> None:
    assert value_of('templatefile("hello.tftpl", { shout = true })', folder).error is not None


def test_the_text_of_a_file_keeps_its_place() -> None:
    source = Source("scripts/seed.sh", b"set -e\necho hi\n\n")
    context = Context(read_file=lambda path: source)
    text = call("chomp", [call("file", [string("scripts/seed.sh")], context)], context)
    assert text.data == "set -e\necho hi"
    (chunk,) = text.chunks
    assert chunk.span is not None
    assert (chunk.span.path, chunk.span.start, chunk.span.end) == ("scripts/seed.sh", 0, 14)


def test_the_text_of_a_template_that_is_a_value_keeps_its_place(tmp_path: Path) -> None:
    module = root_of(
        """
        locals {
          template = <<-EOT
            é="$${name}"
            mkdir /data
          EOT
          script = templatestring(local.template, { name = "seed" })
          broken = templatestring(local.template, {})
        }
        """,
        folder=tmp_path,
    ).module
    text = module.evaluate(parse_expression(Source("e", b"local.script")))
    assert text.data == 'é="seed"\nmkdir /data\n'
    assert [(chunk.text, chunk.span and (chunk.span.line, chunk.span.column)) for chunk in text.chunks] == [
        ('é="', (4, 13)),
        ("seed", (7, 61)),
        ('"\n', (4, 24)),
        ("mkdir /data\n", (5, 13)),
    ]
    assert module.evaluate(parse_expression(Source("e", b"local.broken"))).error is not None


def places(value: Value) -> Iterator[str]:
    """Where a value and all that is in it were made; of text, where its pieces are."""
    span = value.origin.maker().span if value.origin else None
    yield f"{show(value)} {span and (span.path, span.line, span.column)}"
    for chunk in value.chunks:
        yield f"  {chunk.text!r} {chunk.span and (chunk.span.line, chunk.span.column)}"
    if isinstance(value.data, dict):
        for item in value.data.values():
            yield from places(item)
    elif isinstance(value.data, tuple):
        for item in value.data:
            yield from places(item)


def test_what_a_yaml_file_holds_has_its_place_there(folder: Path) -> None:
    text = (
        'a: &a {cpu: 1.50, up: yes}\nb:\n  - "two words"\n  - one\n  - "a\\tb"\n'
        "é: |\n  set -e\n\n    echo é\nf: >-\n  two\n  lines\ng: *a\n"
    )
    (folder / "jobs.yaml").write_text(text, encoding="utf-8")
    value = value_of('yamldecode(file("jobs.yaml"))', folder)
    assert isinstance(value.data, dict)
    assert [line for item in value.data.values() for line in places(item)] == [
        "{cpu = 1.5, up = true} ('jobs.yaml', 1, 4)",
        "1.5 ('jobs.yaml', 1, 13)",
        "true ('jobs.yaml', 1, 23)",
        '["two words", "one", "a\\tb"] (\'jobs.yaml\', 3, 3)',
        "\"two words\" ('jobs.yaml', 3, 5)",
        "  'two words' (3, 6)",
        "\"one\" ('jobs.yaml', 4, 5)",
        "  'one' (4, 5)",
        "\"a\\tb\" ('jobs.yaml', 5, 5)",
        "\"two lines\" ('jobs.yaml', 10, 4)",
        "{cpu = 1.5, up = true} ('jobs.yaml', 1, 4)",
        "1.5 ('jobs.yaml', 1, 13)",
        "true ('jobs.yaml', 1, 23)",
        "\"set -e\\n\\n  echo é\\n\" ('jobs.yaml', 6, 4)",
        "  'set -e\\n' (7, 3)",
        "  '\\n' (8, 1)",
        "  '  echo é\\n' (9, 3)",
    ]


def test_what_a_json_file_holds_has_its_place_there(folder: Path) -> None:
    (folder / "jobs.json").write_text('{"é": [1.50, null],\n "run": "set -e\\npsql",\n "é": [2]}', encoding="utf-8")
    value = value_of('jsondecode(file("jobs.json"))', folder)
    assert isinstance(value.data, dict)
    assert [line for item in value.data.values() for line in places(item)] == [
        "\"set -e\\npsql\" ('jobs.json', 2, 9)",
        "  'set -e' (2, 10)",
        "  '\\n' (2, 16)",
        "  'psql' (2, 18)",
        "[2] ('jobs.json', 3, 7)",
        "2 ('jobs.json', 3, 8)",
    ]


def test_text_that_is_no_file_has_no_places_of_its_own(folder: Path) -> None:
    for expression in ('yamldecode("a: ${"b"}")', 'jsondecode("{\\"a\\": \\"b\\"}")', 'yamldecode("\\ta: b")'):
        value = value_of(expression, folder)
        if isinstance(value.data, dict):
            assert list(places(value.data["a"])) == ['"b" None']


def test_aliases_do_not_make_more_of_a_document_than_can_be_read(folder: Path) -> None:
    lines = [
        "a0: &a0 [x, x, x, x, x, x, x, x]",
        *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 8)}]" for i in range(1, 20)),
    ]
    (folder / "jobs.yaml").write_text("\n".join(lines), encoding="utf-8")
    found = value_of('yamldecode(file("jobs.yaml"))', folder).data
    assert isinstance(found, Unknown)
    assert found.reason == "limit: the aliases of the document make too much of it"


def test_paths_start_at_the_root_module() -> None:
    asked: list[str] = []

    def read(path: str) -> Source:
        asked.append(path)
        return Source(path, b"")

    context = Context("env/prod", read_file=read)
    for path in ("a.sh", "./a.sh", "../../b.sh", "/c.sh"):
        call("file", [string(path)], context)
    assert asked == ["env/prod/a.sh", "env/prod/a.sh", "b.sh", "/c.sh"]


def test_what_depends_on_the_machine_is_unknown() -> None:
    value = call("file", [string("~/secret")], Context())
    assert value.reason == '"~/secret" depends on the machine'
