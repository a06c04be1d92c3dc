"""A script as it would run."""

from __future__ import annotations

import pytest

from initlint.scripts.program import Modes
from initlint.scripts.run import Run, run
from initlint.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def ran(text: str) -> Run:
    return run(text, range(len(text) + 1), Modes())


def guard_of(text: str, name: str = "work") -> list[Truth]:
    return [step.guard for step in ran(text).steps if step.name == name]


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("work", NO),
        ("ask || work", YES),
        ("! ask || work", YES),
        ("step && work", NO),
        ("cd /x && work", NO),
        ("pg_isready && work", NO),
        ("grep -q x f && work", YES),
        ("! ask && work", YES),
        ("[ -f /x ] || work", YES),
        ("[ -n \"$X\" ] && work", UNKNOWN),
        ("if ask; then work; fi", YES),
        ("if [ \"$X\" = a ]; then work; fi", UNKNOWN),
        ("if pg_isready; then work; fi", NO),
        ("if command -v psql; then work; fi", NO),
        ("if [ 1 = 1 ]; then work; fi", NO),
        ("x=$(ask)\nif [ \"$x\" = a ]; then work; fi", YES),
        ("x=$(ask); y=$x\n[ -z \"$y\" ] && work", YES),
        ("ask\nif [ $? -eq 0 ]; then work; fi", YES),
        ("if psql -c 'SELECT 1'; then work; fi", NO),
        ("if psql -c 'SELECT 1 FROM a'; then work; fi", YES),
        ("case $(ask) in a) work;; esac", YES),
        ("case $X in a) work;; esac", UNKNOWN),
        ("if ask; then exit 0; fi\nwork", YES),
        ("if ask; then exit 1; fi\nwork", NO),
        ("if ask; then :; else exit; fi\nwork", YES),
        ("grep -q a b && exit 0\nwork", YES),
        ("ask || exit 1\nwork", NO),
        ("f() { ask && return 0; work; }\nf", NO),
        ("f() { if ask; then return 0; fi; work; }\nf", YES),
        ("f() { if ask; then return 0; fi; }\nf\nwork", NO),
        ("f() { if ask; then exit 0; fi; }\nf\nwork", YES),
        ("(if ask; then exit 0; fi)\nwork", NO),
        ("for x in a b; do work; done", NO),
        ("while read -r x; do work; done", NO),
        ("set +e\nwork", NO),
        ("set +e\nset -e\nwork", NO),
        ("trap 'ask' EXIT\nwork", NO),
    ],
)  # fmt: skip
def test_guards(text: str, guard: Truth) -> None:
    assert guard_of(text) == [guard]


@pytest.mark.parametrize(
    ("text", "errexit"),
    [
        ("work", NO),
        ("set -e; work", YES),
        ("set -euo pipefail; work", YES),
        ("set -o errexit; work", YES),
        ("set -e; set +e; work", NO),
        ("set -- -e; work", NO),
        ("set -u -e; work", YES),
        ("(set -e); work", NO),
        ("set -e | cat; work", NO),
        ("f() { set -e; }; work", NO),
        ("f() { set -e; }; f; work", YES),
        ("if a; then set -e; fi; work", UNKNOWN),
        ("if a; then set -e; else set -e; fi; work", YES),
        ("set $X; work", UNKNOWN),
        ("bash -ec 'work'", YES),
        ("set -e; sh -c 'work'", NO),
    ],
)
def test_modes(text: str, errexit: Truth) -> None:
    assert [step.modes.errexit for step in ran(text).steps if step.name == "work"] == [errexit]


def test_variables_parameters_and_functions_are_put_in() -> None:
    text = 'C="work -a"\nf() { $C "$1" "$@" "${2}x"; }\nf one "two three"\n'
    (step,) = [step for step in ran(text).steps if step.name == "work"]
    assert [word.text for word in step.arguments] == ["-a", "one", "one", "two three", "two threex"]


def test_a_variable_that_may_be_another_is_not_put_in() -> None:
    text = 'X=a\nif ask; then X=b; fi\nwork "$X"\n'
    (step,) = [step for step in ran(text).steps if step.name == "work"]
    assert not step.arguments[0].literal


def test_what_is_piped_is_known() -> None:
    text = (
        "{ echo one; printf '%s\\n' two three; } | work\ncat <<E | work\nfour\nE\nwork <<< five\nother | work\nwork < f"
    )
    feeds = [step.feed for step in ran(text).steps if step.name == "work"]
    assert [(feed.kind, feed.text.text if feed.text else None) for feed in feeds if feed] == [
        ("pipe", "one\ntwo \nthree \n"),
        ("pipe", "four\n"),
        ("document", "five"),
        ("pipe", None),
        ("file", None),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cd x; set -e; export A=1; B=2; [ -f x ]; echo hi; command -v y; work; true; exit 0", ["work"]),
        ("echo a | work", ["echo", "work"]),
        ("echo a > f; printf b >> g; echo c >&2; echo d > /dev/stdout; echo e > /dev/null", ["echo", "printf"]),
        ("X=$(ask); work \"$(ask)\"", ["work"]),
        ("env A=b sudo -u me timeout -k 5 60 /usr/bin/work -x; command work; exec work", ["work", "work", "work"]),
        ("a && b || c", ["a", "b", "c"]),
        ("f() { work; }", []),
        ("exit 0\nwork", []),
        ("exec work\nwork", ["work"]),
    ],
)  # fmt: skip
def test_work_commands(text: str, names: list[str]) -> None:
    assert [step.name for step in ran(text).steps if step.is_work] == names


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("if a; then " * 5000 + "b" + "; fi" * 5000, "the script is nested too deeply to be read"),
        ("work\n" * 5000, "the script runs more commands than are followed"),
    ],
)
def test_bounds_are_said(text: str, problem: str) -> None:
    assert ran(text).errors == [(problem, 0)]


def test_a_function_that_calls_itself_ends() -> None:
    assert [step.name for step in ran("f() { work; f; }\nf").steps if step.is_work] == ["work"]


def test_xargs_that_is_given_no_text_to_replace_ends() -> None:
    assert [[word.text for word in step.words] for step in ran('ls | xargs -I "" mkdir /out').steps] == [
        ["ls"],
        ["xargs", "-I", "", "mkdir", "/out"],
        ["mkdir", "/out"],
    ]


def test_a_text_that_doubles_is_not_followed_for_ever() -> None:
    made = ran("A=x\n" + 'A="$A$A"\n' * 40 + 'work "$A"')
    assert [step.name for step in made.steps if step.name] == ["work"]
    assert made.errors == []


@pytest.mark.parametrize(
    ("text", "fatal"),
    [
        ("work", False),
        ("work || true", False),
        ("work || echo there", False),
        ("work || exit 1", True),
        ("work || exit", True),
        ("work || exit 0", False),
        ("work || false", True),
        ("work || { echo failed; exit 1; }", True),
        ("work || (echo failed; exit 1)", True),
        ("work || { [ $? -eq 3 ] && exit 1; }", False),
        ("die() { exit 1; }\nwork || die", True),
        ("run() { work || return 1; }\nrun", True),
        ("if ! work; then exit 1; fi", True),
        ("if ! work; then echo failed; fi", False),
        ("if work; then echo done; else exit 1; fi", True),
        ("if work; then exit 1; fi", False),
    ],
)
def test_what_a_failure_ends(text: str, fatal: bool) -> None:
    assert [step.fatal for step in ran(text).steps if step.name == "work"] == [fatal]
