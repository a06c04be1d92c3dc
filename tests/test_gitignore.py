"""The patterns, against what git itself says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from initlint.gitignore import Patterns

PATHS = [
    "a", "b", "a/b", "a/b/c", "a/x/b", "a/x/y/b", "build/out.tf", "x/build/out.tf", "docs/a.md", "foo.txt", "x/foo.txt",
    "foobar/q", "#hash", "!bang", "trail ", "trail", "back\\slash", "abc", "a-c", "a]c", "aBc", "a1c", "é.tf", "x/é.tf",
    "deep/one/two/three/main.tf", "main.tf", "keep/main.tf", "a*c", "axxc", "q/a/b/c", "main.tf.json", "[x", "x]",
]  # fmt: skip

LINES = [
    "a", "/a", "a/", "a/b", "/a/b", "a/*", "a/**", "**/b", "a/**/b", "a/**/**/b", "**", "*", "*.tf", "/*.tf", "foo*",
    "foo.*", "*.txt", "build/", "/build", "\\#hash", "#hash", "\\!bang", "!a", "trail", "trail ", "trail\\ ", "a?c",
    "a[b]c", "a[!b]c", "a[^b]c", "a[]]c", "a[a-z]c", "a[[:digit:]]c", "a[[:upper:]]c", "a[[:nope:]]c", "a[", "a\\*c",
    "a*c", "back\\\\slash", "**/main.tf", "deep/**/main.tf", "deep/**/t*/main.tf", "**/two/**", "/", "!", "\\", "",
    "  ",
    "a**", "**a", "x**/b", "é.tf", "a/x/**/b", "x/foo.txt", "main.tf.json", "*.tf.json", "*.*", "a\r", "\\[x",
    "[[]x", "x]", "a[z-a]c", "a[b-]c", "one/**", "**/one/**/main.tf", "a/**/", "**/x/**/",
]  # fmt: skip


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None:
        pytest.skip("needs git")
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@pytest.mark.parametrize("line", LINES)
def test_one_pattern_is_what_git_says(repository: Path, line: str) -> None:
    assert ours([line]) == gits(repository, [line])


@pytest.mark.parametrize(
    "lines",
    [
        ["*", "!main.tf"],
        ["*", "!*/", "!main.tf"],
        ["/*", "!/keep/"],
        ["build/", "!build/out.tf"],
        ["*.tf", "!keep/*.tf", "keep/main.tf"],
        ["a/*", "!a/x", "a/x/*", "!a/x/b"],
        ["!main.tf", "*.tf"],
        ["/deep/*", "!/deep/one", "/deep/one/two/"],
        ["*", "!*/", "!*.tf"],
        ["**", "!a/", "!a/b"],
        ["a/**", "!a/x/", "!a/x/b"],
        ["a/**", "!a/**/", "!a/**/b"],
        ["*", "!a", "!a/**/b"],
    ],
)
def test_several_patterns_are_what_git_says(repository: Path, lines: list[str]) -> None:
    assert ours(lines) == gits(repository, lines)


def test_a_backslash_in_brackets_is_the_one_thing_that_pathspec_does_not_know(repository: Path) -> None:
    assert (ours(["a[\\]]c"]), gits(repository, ["a[\\]]c"])) == ([], ["a]c"])


def ours(lines: list[str]) -> list[str]:
    patterns = Patterns.of(lines)
    return [path for path in PATHS if patterns.matches(path)]


def gits(repository: Path, lines: list[str]) -> list[str]:
    (repository / ".gitignore").write_bytes("\n".join(lines).encode() + b"\n")
    done = subprocess.run(
        ["git", "-C", str(repository), "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(PATHS).encode(),
        capture_output=True,
        check=False,
    )
    found = set(done.stdout.decode().split("\0"))
    return [path for path in PATHS if path in found]


def test_a_hostile_pattern_does_not_hang() -> None:
    patterns = Patterns.of(["*a" * 60 + "b", "**/a" * 40 + "/b", "[a-z]*" * 40 + "!"])
    assert not patterns.matches("a" * 250)
    assert not patterns.matches("/".join("a" * 100))


def test_a_question_mark_stands_for_a_character_not_a_byte() -> None:
    assert Patterns.of(["?.tf"]).matches("é.tf")


@pytest.mark.parametrize("lines", [[], [""], ["# a comment", "", "  "]])
def test_without_a_pattern_nothing_is_matched(lines: list[str]) -> None:
    patterns = Patterns.of(lines)
    assert patterns == Patterns(())
    assert patterns.decide("a", True) is None
    assert not patterns.matches("a/b")
