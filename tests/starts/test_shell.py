from __future__ import annotations

import pytest

from initlint.source import Source
from initlint.starts.files import Kind
from initlint.starts.find import read_starts
from initlint.starts.names import shown
from initlint.terraform.value import Chunk


def starts(text: str, kind: Kind = Kind.SHELL) -> list[str]:
    """The names that a script starts, `*` for what is not known."""
    found, problem = read_starts(Source("scripts/run.sh", text.encode()), kind)
    assert problem == ""
    return [shown(command.name) for command in found if command.verb == "start"]


@pytest.mark.parametrize(
    "text, names",
    [
        pytest.param("az containerapp job start --name shop-init-seed-dev -g rg\n", ["shop-init-seed-dev"], id="word"),
        pytest.param('az containerapp job start -n "a-b" -g rg', ["a-b"], id="short option, no final newline"),
        pytest.param("az containerapp job start -g rg --name='a-b'", ["a-b"], id="with an equals sign"),
        pytest.param('az containerapp job start \\\n  --name "a" \\\n  -g rg', ["a"], id="continued"),
        pytest.param("az containerapp job start -g rg", ["*"], id="no name"),
        pytest.param('az containerapp job start "$@"', ["*"], id="arguments from outside"),
        pytest.param("if ! az containerapp job start -n a; then exit 1; fi", ["a"], id="condition"),
        pytest.param("RUN=$(az containerapp job start -n a --query name -o tsv)", ["a"], id="substitution"),
        pytest.param('RUN="$(az containerapp job start -n a)"', ["a"], id="quoted substitution"),
        pytest.param("az containerapp job start -n a | jq .", ["a"], id="pipeline"),
        pytest.param("az containerapp job start -n a >/dev/null 2>&1 || exit 1", ["a"], id="redirected"),
        pytest.param("(cd x && az containerapp job start -n a)", ["a"], id="subshell"),
        pytest.param("sudo az containerapp job start -n a", ["a"], id="sudo"),
        pytest.param("retry 3 az containerapp job start -n a", ["a"], id="wrapper"),
        pytest.param("az --only-show-errors containerapp job start -n a", ["a"], id="option before the group"),
        pytest.param("bash -c 'az containerapp job start -n a'", ["a"], id="bash -c"),
        pytest.param('J=x; bash -c "az containerapp job start -n \\"$J-y\\""', ["x-y"], id="bash -c, escaped quotes"),
        pytest.param("az containerapp job start -n a-$1-$2 -g g", ["a-*-*"], id="arguments in one word"),
        pytest.param("A=a; B=b\naz containerapp job start -n $A-x-$B-$1-y", ["a-x-b-*-y"], id="variables in one word"),
        pytest.param("J=$A-init-$B-$C\naz containerapp job start -n $J", ["*-init-*-*"], id="assigned variables"),
        pytest.param("J=a-$1-$2-b\naz containerapp job start -n $J-c", ["a-*-*-b-c"], id="assigned arguments"),
        pytest.param("f() { az containerapp job start -n $1-$2; }\nf a b", ["a-b"], id="a function's arguments"),
        pytest.param('sudo sh -c "az containerapp job start -n a"', ["a"], id="sh -c behind a wrapper"),
        pytest.param('C="az containerapp job start -n \'a b\'"\neval "$C"', ["a b"], id="eval of a variable"),
        pytest.param('C="az containerapp job start -n \\"a-$1\\""\neval $C', ["a-*"], id="eval, partly known"),
        pytest.param('C="az containerapp job start -n a-$1 -g g"\n$C', ["a-*"], id="a variable is the command"),
        pytest.param('C="az containerapp job start -n a"\nssh host "$C"', ["a"], id="ssh of a variable"),
        pytest.param("cat x | xargs -I{} az containerapp job start -n {}", ["*"], id="xargs"),
        pytest.param("cat x | xargs -I JOB az containerapp job start -n a-JOB-b", ["a-*-b"], id="xargs with a word"),
        pytest.param("cat x | xargs -IJ -P2 az containerapp job start -n a-J", ["a-*"], id="xargs, joined option"),
        pytest.param("cat x | xargs -I % sh -c 'az containerapp job start -n a-%'", ["a-*"], id="xargs sh -c"),
        pytest.param("cat x | xargs az containerapp job start -g g -n", ["*"], id="xargs, last word"),
        pytest.param("parallel az containerapp job start -n a-{}-b ::: x y", ["a-*-b"], id="parallel"),
        pytest.param('az containerapp job start -n "a-#{env}#"', ["a-*"], id="a token of a template"),
        pytest.param("az containerapp job start -n a-__ENV__", ["a-*"], id="another token of a template"),
        pytest.param("for j in a-{x,y}-b; do az containerapp job start -n $j; done", ["a-*-b"], id="braces"),
        pytest.param("J=a\nbash <<EOF\naz containerapp job start -n $J-b\nEOF\n", ["a-b"], id="script in a heredoc"),
        pytest.param(
            'az rest --method post --url "https://management.azure.com/subscriptions/$S/resourceGroups/g/providers/'
            'Microsoft.App/jobs/a-$E/start?api-version=2024-03-01"',
            ["a-*"],
            id="az rest",
        ),
        pytest.param(
            "az containerapp job start --ids /subscriptions/s/resourceGroups/g/providers/Microsoft.App/jobs/a",
            ["a"],
            id="resource id",
        ),
    ],
)
def test_forms_of_the_command(text: str, names: list[str]) -> None:
    assert starts(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "# az containerapp job start --name a",
        "echo 'az containerapp job start --name a'",
        "echo az containerapp job start --name a",
        "printf 'run: az containerapp job start --name a\\n'",
        "log_info az containerapp job start --name a",
        "cat <<EOF\naz containerapp job start --name a\nEOF",
        "cat <<'EOF'\n  az containerapp job start --name a\nEOF\n",
        "usage() {\n  cat <<EOF\naz containerapp job start --name a\nEOF\n}\nusage",
        "HELP='az containerapp job start --name a'",
        "az containerapp job show --name a",
        "az containerapp job stop --name a",
        "az containerapp job execution list --name a",
        "az containerapp start --name a",
        'az rest --method get --url "https://management.azure.com/x/jobs/a/executions"',
        "exit 0\naz containerapp job start --name a",
        "grep -q 'az containerapp job start' x.sh",
        "grep -q az containerapp job start x.sh",
        'step() { echo "$@"; }\nstep az containerapp job start -n a',
    ],
)
def test_what_starts_nothing(text: str) -> None:
    assert starts(text) == []


@pytest.mark.parametrize(
    "text, names",
    [
        pytest.param('E=$1\nJ="shop-init-seed-${E}"\nX "$J"', ["shop-init-seed-*"], id="argument"),
        pytest.param('J="shop-init-seed-${1:-dev}"; X "$J"', ["shop-init-seed-*"], id="argument with default"),
        pytest.param('E="${E:-dev}"; X "a-${E}"', ["a-*"], id="environment with default"),
        pytest.param('E=prod; X "a-${E:-dev}"', ["a-prod"], id="default that is not needed"),
        pytest.param('E=; X "a-${E:-dev}"', ["a-dev"], id="default for an empty variable"),
        pytest.param('E="${E:?set E}"; X "a-$E"', ["a-*"], id="required"),
        pytest.param('P=shop; J="$P-init"; P=other; X "$J-$P"', ["shop-init-other"], id="order of assignments"),
        pytest.param("J=a; X $J; J=b; X $J", ["a", "b"], id="assigned again"),
        pytest.param('J=SHOP; X "${J,,}-x"', ["shop-x"], id="lower case"),
        pytest.param('J=a; X "${J%-*}"', ["*"], id="another operator"),
        pytest.param('X "a-$(date +%s)"', ["a-*"], id="substitution"),
        pytest.param('J=$(echo "a-b"); X "$J"', ["a-b"], id="echo"),
        pytest.param('J=a; J+="-b"; X "$J"', ["a-b"], id="appended"),
        pytest.param("export J=a; X $J", ["a"], id="exported"),
        pytest.param("readonly J='a'; X \"$J\"", ["a"], id="readonly"),
        pytest.param('read -r J; X "$J"', ["*"], id="read"),
        pytest.param('J=a; read -r J; X "$J"', ["*"], id="read again"),
        pytest.param('J=a; source ./env; X "$J"', ["*"], id="sourced file"),
        pytest.param('J=a; unset J; X "$J"', ["*"], id="unset"),
        pytest.param("X 'a-$E'", ["a-$E"], id="single quotes"),
        pytest.param('A=a; B=b; X "$A-$B"', ["a-b"], id="two expansions"),
        pytest.param("A=a; B=b; X $A\"-$B\"'-c'", ["a-b-c"], id="concatenation"),
    ],
)
def test_variables(text: str, names: list[str]) -> None:
    assert starts(text.replace("X ", "az containerapp job start --name ")) == names


@pytest.mark.parametrize(
    "text, names",
    [
        pytest.param("for j in a b c; do X $j; done", ["a", "b", "c"], id="for"),
        pytest.param('for e in dev prod; do X "a-$e"; done', ["a-dev", "a-prod"], id="for inside a word"),
        pytest.param('JOBS=(a "b"); for j in "${JOBS[@]}"; do X "$j"; done', ["a", "b"], id="array"),
        pytest.param('JOBS="a b"; for j in $JOBS; do X "$j"; done', ["a", "b"], id="split variable"),
        pytest.param('for j in "$@"; do X "$j"; done', ["*"], id="for over arguments"),
        pytest.param('for j in $(cat jobs); do X "a-$j"; done', ["a-*"], id="for over output"),
        pytest.param('while read -r j; do X "a-$j"; done < jobs', ["a-*"], id="while read"),
        pytest.param(
            'case "$1" in\n a) J=x;;\n b|c) J=y;;\n *) exit 1;;\nesac\nX "$J"', ["x or y"], id="case with candidates"
        ),
        pytest.param('case "$1" in a) J=x;; esac; X "$J"', ["*"], id="case that may fit nothing"),
        pytest.param(
            'case "$E" in dev|prod) ;; *) exit 1;; esac; X "a-$E"',
            ["a-dev or a-prod"],
            id="case that checks a variable",
        ),
        pytest.param('if [ "$1" = p ]; then J=x; else J=y; fi; X "$J"', ["x or y"], id="if"),
        pytest.param('if [ -z "$J" ]; then J=x; fi; X "$J"', ["*"], id="if without else"),
        pytest.param('J=x; if [ -n "$1" ]; then J=y; fi; X "$J"', ["y or x"], id="if over a default"),
        pytest.param('if [ -z "$1" ]; then J=z; exit 1; else J=x; fi; X "$J"', ["x"], id="branch that ends"),
        pytest.param('[ "$1" = p ] && J=x || J=y; X "$J"', ["x or y"], id="and or"),
        pytest.param('J=x; [ -n "$1" ] || { echo no; exit 1; }; X "$J"', ["x"], id="or exit"),
        pytest.param(
            'E=dev\nwhile [ $# -gt 0 ]; do case $1 in -e) E="$2"; shift 2;; *) shift;; esac; done\nX "a-$E"',
            ["a-*"],
            id="options",
        ),
        pytest.param('run() { X "a-$1"; }\nrun b\nrun c', ["a-b", "a-c"], id="function"),
        pytest.param('run() { local j="$1-$2"; X "$j"; }\nrun a b', ["a-b"], id="function with local"),
        pytest.param('J=x; f() { local J=y; }; f; X "$J"', ["x"], id="local stays local"),
        pytest.param('f() { J=y; }; f; X "$J"', ["y"], id="function that sets a global"),
        pytest.param('f() { X "a-$1"; }\n"$@"', ["a-*"], id="function called from outside"),
        pytest.param('main() { E="$1"; X "a-$E"; }\nmain "$@"', ["a-*"], id="main"),
        pytest.param('f() { "$@"; }\nf az containerapp job start -n a', ["a"], id="function that runs its arguments"),
        pytest.param('CMD=(az containerapp job start --name "a"); "${CMD[@]}"', ["a"], id="command in an array"),
        pytest.param('CMD="az containerapp job start --name a"; $CMD', ["a"], id="command in a variable"),
        pytest.param('A=(-g rg); A+=(--name a); az containerapp job start "${A[@]}"', ["a"], id="options in an array"),
        pytest.param('declare -A J=([p]=x [q]="y"); X "${J[$1]}"', ["x or y"], id="associative array"),
        pytest.param('J=(x y); X "${J[1]}"', ["y"], id="element of an array"),
        pytest.param('set -- a b; X "$2"', ["b"], id="set"),
        pytest.param('f() { shift; X "$1"; }; f a b', ["b"], id="shift"),
        pytest.param("f() { f; X a; }; f", ["a"], id="recursion"),
    ],
)
def test_control_flow(text: str, names: list[str]) -> None:
    assert starts(text.replace("X ", "az containerapp job start --name ")) == names


def test_places_and_origin() -> None:
    source = Source(
        "scripts/é.sh", '#!/bin/sh\nJOB="é-init"\n  az containerapp job start \\\n    --name "$JOB"\n'.encode()
    )
    ((command,), _) = read_starts(source, Kind.SHELL)
    assert (command.command.line, command.command.column) == (3, 3)
    assert (command.span.line, command.span.column, command.span.text) == (4, 12, '"$JOB"')
    origin = command.name.origin
    assert origin is not None
    assert [(o.span.line, o.span.column, o.label) for o in origin.chain()] == [(4, 12, "--name"), (2, 5, "JOB")]
    (piece,) = command.name.pieces
    assert isinstance(piece, Chunk)
    assert piece.text == "é-init"
    assert piece.span is not None
    assert piece.span.text == "é-init"


def test_windows_line_endings() -> None:
    text = 'J=a\r\nif true; then\r\n  az containerapp job start \\\r\n    --name "$J-b" \\\r\n    -g rg\r\nfi\r\n'
    assert starts(text) == ["a-b"]


def test_a_loop_that_never_ends_is_cut() -> None:
    text = "".join(f"f{i}() {{ f{i + 1}; f{i + 1}; f{i + 1}; f{i + 1}; }}\n" for i in range(12))
    text += "f0\naz containerapp job start --name a\n"
    _, problem = read_starts(Source("a.sh", text.encode()), Kind.SHELL)
    assert problem == "it is too long to be followed"


def test_jobs_that_a_script_creates() -> None:
    found, _ = read_starts(Source("a.sh", b"az containerapp job create -n a --image x"), Kind.SHELL)
    assert [(command.verb, shown(command.name)) for command in found] == [("create", "a")]


def test_places_behind_arguments_are_those_of_the_file() -> None:
    text = 'echo "$1" é-$B-$C\naz containerapp job start -n $1-$2 -g $3 # $A-$B\naz containerapp job start -n "b"\n'
    found, _ = read_starts(Source("scripts/run.sh", text.encode()), Kind.SHELL)
    assert [(command.span.line, command.span.column, command.span.text) for command in found] == [
        (2, 30, "$1-$2"),
        (3, 30, '"b"'),
    ]
