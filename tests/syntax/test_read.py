from __future__ import annotations

from pathlib import Path

import pytest

from initlint.syntax.read import read, read_bytes


def test_byte_order_mark_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_bytes(b"\xef\xbb\xbfa = 1\n")
    file = read(path, "infra/main.tf")
    attribute = file.body.attribute("a")
    assert attribute is not None
    assert (attribute.span.line, attribute.span.column, attribute.span.path) == (1, 1, "infra/main.tf")


@pytest.mark.parametrize("name", ["a.tf", "a.tofu", "a.tfvars", "a.hcl"])
def test_native_by_name(name: str) -> None:
    assert read_bytes(b"a = 1\n", name).problems == ()


@pytest.mark.parametrize("name", ["a.tf.json", "a.tofu.json", "a.tfvars.json"])
def test_json_by_name(name: str) -> None:
    assert read_bytes(b'{"a": 1}', name).problems == ()


def test_no_text() -> None:
    file = read_bytes(b"a = 1\nb = \xff\n", "main.tf")
    (problem,) = file.problems
    assert problem.unreadable
    assert problem.message == "is no UTF-8 text: line 2 has a byte that cannot be decoded"
    assert (problem.span.line, problem.span.column) == (2, 5)
    assert file.body.attributes() == []


def test_comments_may_hold_any_bytes() -> None:
    file = read_bytes(b"# caf\xe9\na = 1 // \xe9\xff\n/* \xe9\n */ b = 2\n", "main.tf")
    assert file.problems == ()
    assert [(one.name, one.span.line, one.span.column) for one in file.body.attributes()] == [("a", 2, 1), ("b", 4, 5)]
    for text in (b'# \xe9\nb = "\xe9"\n', b"b = <<E\n# \xe9\nE\n"):
        (problem,) = read_bytes(text, "main.tf").problems
        assert problem.unreadable, text
    assert read_bytes(b'{"//": "\xe9"}', "main.tf.json").problems[0].unreadable


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    (problem,) = read(tmp_path / "a\ufffd.tf", "a\ufffd.tf").problems
    assert problem.message == "cannot be read: its name is no UTF-8"


def test_gone(tmp_path: Path) -> None:
    (problem,) = read(tmp_path / "main.tf", "main.tf").problems
    assert problem.unreadable
    assert problem.message == "cannot be read: No such file or directory"


def test_folder(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, "main.tf").problems
    assert problem.unreadable
    assert (problem.span.line, problem.span.column) == (1, 1)
