"""The scripts in CI workflows and Taskfiles, each with what its surroundings say of variables.

GitHub workflows and composite actions, Azure Pipelines, GitLab CI and Taskfiles are all mappings of mappings in which
a few keys hold shell text and a few others set variables for what stands beside and below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from itertools import product

from initlint.record import record
from initlint.source import Source
from initlint.starts.files import Kind
from initlint.starts.fragment import Fragment, joined
from initlint.starts.words import SPEAKS, one_of, unknown
from initlint.starts.yaml import Mapping, Node, Scalar, Sequence, read
from initlint.terraform.value import Chunk, Origin, Value, string, text_of

SCRIPT_KEYS = frozenset(
    {"run", "script", "bash", "inlineScript", "inline", "before_script", "after_script", "cmds", "cmd", "sh", "command"}
)
POWERSHELL_KEYS = frozenset({"pwsh", "powershell"})
VARIABLE_KEYS = frozenset({"env", "variables"})
MAX_COMBINATIONS = 32

_EXPRESSION = re.compile(rb"\$\{\{(.*?)\}\}", re.DOTALL)
_MACRO = re.compile(rb"\$\(([A-Za-z_][\w.-]*)\)")
_TEMPLATE = re.compile(rb"\{\{(.*?)\}\}", re.DOTALL)
_SET_LATER = re.compile(rb"GITHUB_ENV|task\.setvariable\s+variable=([\w.-]+)|BASH_ENV|dotenv:", re.IGNORECASE)


@record
class Script:
    """Shell text with the variables that are set for it."""

    fragment: Fragment
    variables: AbstractMapping[str, Value]
    powershell: bool = False


@record
class _Around:
    """What holds where a script stands: variables, values of expressions, the matrix, the shell."""

    variables: dict[str, Value]
    expressions: dict[str, Value]
    matrix: dict[str, tuple[Value, ...]]
    powershell: bool = False


def scripts(source: Source, kind: Kind) -> Iterator[Script]:
    """The shell text of a workflow; the same text several times where a matrix runs it with several values."""
    document = read(source)
    if document is None:
        return
    reader = _Reader(source, kind)
    around = _Around({}, dict(reader.inputs(document)), {})
    yield from reader.walk(document, around)


class _Reader:
    def __init__(self, source: Source, kind: Kind) -> None:
        self.source = source
        self.kind = kind
        # A variable that a step sets for the steps after it is not what the workflow's text says.
        self.changed = _changed_later(source.data)

    # --- walking ----------------------------------------------------------------------------------------------------

    def walk(self, node: Node, around: _Around) -> Iterator[Script]:
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self.walk(item, around)
            return
        if not isinstance(node, Mapping):
            return
        around = self.surroundings(node, around)
        for key, item in node.entries.items():
            if key in SCRIPT_KEYS | POWERSHELL_KEYS and not isinstance(item, Mapping):
                yield from self.shell_text(key, item, node, around)
            if key not in VARIABLE_KEYS and not isinstance(item, Scalar):
                yield from self.walk(item, around)

    def shell_text(self, key: str, item: Node, node: Mapping, around: _Around) -> Iterator[Script]:
        """The scripts under a key: GitLab runs a list (after `before_script`) in one shell, Task each apart."""
        texts = [scalar.fragment for scalar in self.lines_of(item)]
        if self.kind is Kind.GITLAB and key == "script":
            texts = [*(scalar.fragment for scalar in self.lines_of(node.get("before_script"))), *texts]
        if self.kind is not Kind.TASK and texts:
            texts = [joined(texts)]
        for text in texts:
            yield from self.script(text, around, key in POWERSHELL_KEYS or around.powershell)

    def lines_of(self, node: Node | None) -> Iterator[Scalar]:
        """The scalars of a script, or of a list of scripts; what is a mapping is walked on its own."""
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from self.lines_of(item)

    def surroundings(self, node: Mapping, around: _Around) -> _Around:
        variables = dict(around.variables)
        for key in VARIABLE_KEYS:
            for name, value in self.assignments(node.entries.get(key), around):
                variables[name] = unknown(f"{name} is set by a step") if name in self.changed else value
        matrix = dict(around.matrix)
        strategy = node.get("strategy", "matrix") if self.kind is Kind.GITHUB else None
        if isinstance(strategy, Mapping):
            matrix = {}
            if not {"include", "exclude"} & set(strategy.entries):
                for name, item in strategy.entries.items():
                    if isinstance(item, Sequence) and all(isinstance(entry, Scalar) for entry in item.items):
                        matrix[name] = tuple(
                            self.plain(entry, around) for entry in item.items if isinstance(entry, Scalar)
                        )
        shell = (
            node.get("shell")
            or node.get("defaults", "run", "shell")
            or node.get("scriptType")
            or node.get("inputs", "scriptType")
        )
        powershell = around.powershell
        runner = node.get("runs-on")
        if isinstance(runner, Scalar):
            powershell = "windows" in runner.text.lower()
        if isinstance(shell, Scalar):
            powershell = shell.text.strip().lower() in ("pwsh", "powershell", "ps", "pscore")
        task = node.get("task")
        if isinstance(task, Scalar) and re.match(r"(?:Azure)?PowerShell@", task.text):
            powershell = True
        return replace(around, variables=variables, matrix=matrix, powershell=powershell)

    def assignments(self, node: Node | None, around: _Around) -> Iterator[tuple[str, Value]]:
        """The variables of an `env` or `variables` node: a mapping, or a list of `name` and `value`."""
        if isinstance(node, Mapping):
            for name, item in node.entries.items():
                if isinstance(item, Scalar):
                    yield name, self.plain(item, around)
                elif isinstance(item, Mapping) and isinstance(item.get("value"), Scalar):
                    value = item.get("value")
                    assert isinstance(value, Scalar)
                    yield name, self.plain(value, around)
        elif isinstance(node, Sequence):
            for item in node.items:
                name_node = item.get("name") if isinstance(item, Mapping) else None
                value_node = item.get("value") if isinstance(item, Mapping) else None
                if isinstance(name_node, Scalar) and isinstance(value_node, Scalar):
                    yield name_node.text, self.plain(value_node, around)

    def inputs(self, document: Node) -> Iterator[tuple[str, Value]]:
        """What the expressions of a workflow's inputs stand for, where the text lists all that they can be."""
        if not isinstance(document, Mapping):
            return
        triggers = document.get("on") or document.get("true")
        if isinstance(triggers, Mapping) and set(triggers.entries) == {"workflow_dispatch"}:
            inputs = triggers.get("workflow_dispatch", "inputs")
            for name, item in inputs.entries.items() if isinstance(inputs, Mapping) else ():
                options = item.get("options") if isinstance(item, Mapping) else None
                if isinstance(options, Sequence) and all(isinstance(entry, Scalar) for entry in options.items):
                    choice = one_of(_text(entry) for entry in options.items if isinstance(entry, Scalar))
                    yield f"inputs.{name}", choice
                    yield f"github.event.inputs.{name}", choice
        parameters = document.get("parameters")
        for item in parameters.items if isinstance(parameters, Sequence) else ():
            name_node = item.get("name") if isinstance(item, Mapping) else None
            values = item.get("values") if isinstance(item, Mapping) else None
            if isinstance(name_node, Scalar) and isinstance(values, Sequence):
                yield f"parameters.{name_node.text}", one_of(_text(v) for v in values.items if isinstance(v, Scalar))

    # --- scripts and expressions ------------------------------------------------------------------------------------

    def script(self, text: Fragment, around: _Around, powershell: bool) -> Iterator[Script]:
        if not SPEAKS.search(text.data):
            return
        used = [name for name in around.matrix if f"matrix.{name}".encode() in text.data + _labels(around)]
        combinations = list(product(*(around.matrix[name] for name in used)))
        if not 0 < len(combinations) <= MAX_COMBINATIONS:
            used, combinations = [], [()]
        for combination in combinations:
            matrix = {f"matrix.{name}": value for name, value in zip(used, combination)}
            inner = replace(around, expressions=around.expressions | matrix)
            variables = {
                name: self.resolved(value, inner) if used else value for name, value in around.variables.items()
            }
            yield Script(self.substituted(text, inner), variables, powershell)

    def resolved(self, value: Value, around: _Around) -> Value:
        """A variable's value again, now that the matrix is known."""
        if isinstance(value.data, str) or value.origin is None:
            return value
        span = value.origin.span
        return self.plain(Scalar(Fragment.of(span.source, [(span.start, span.end)])), around)

    def substituted(self, fragment: Fragment, around: _Around) -> Fragment:
        if self.kind in (Kind.TASK,):
            return fragment.with_expressions(_TEMPLATE, lambda text: unknown(f"{{{{{text}}}}} is not known"))
        fragment = fragment.with_expressions(_EXPRESSION, lambda text: self.expression(text, around))
        if self.kind in (Kind.AZURE_PIPELINES, Kind.YAML):
            fragment = fragment.with_expressions(_MACRO, lambda text: self.macro(text, around))
        return fragment

    def expression(self, text: str, around: _Around) -> Value:
        """The value of `${{ text }}`."""
        literal = re.fullmatch(r"'([^']*)'", text)
        if literal:
            return string(literal.group(1))
        name = re.fullmatch(r"(env|variables)(?:\.([\w.-]+)|\['([^']+)'\])", text)
        if name:
            key = name.group(2) or name.group(3)
            return around.variables.get(key) or unknown(f"{text} is not set in the file")
        return around.expressions.get(text) or unknown(f"{text} is not known")

    def macro(self, text: str, around: _Around) -> Value | None:
        """The value of `$(text)` in Azure Pipelines: a variable's, or nothing where the shell runs a command."""
        return around.variables.get(text) or unknown(f"$({text}) is not set in the file")

    def plain(self, scalar: Scalar, around: _Around) -> Value:
        """A scalar with its expressions evaluated."""
        fragment = self.substituted(scalar.fragment, around)
        pieces = fragment.pieces(0, len(fragment.data))
        if len(pieces) == 1 and not isinstance(pieces[0], Chunk):
            # The place is needed to evaluate again under a matrix.
            return pieces[0].value.at(Origin(fragment.span(0, len(fragment.data)), scalar.text[:60]))
        return text_of(pieces, Origin(fragment.span(0, len(fragment.data)), scalar.text[:60]))


def _text(scalar: Scalar) -> Value:
    span = scalar.fragment.span(0, len(scalar.fragment.data))
    return string(scalar.text, Origin(span, scalar.text[:60]), (Chunk(scalar.text, span),))


def _labels(around: _Around) -> bytes:
    """The text of the variables that hold, to see which of them a matrix decides."""
    return b" ".join(value.origin.label.encode() for value in around.variables.values() if value.origin)


def _changed_later(data: bytes) -> frozenset[str]:
    """The variables that a step may set for later steps."""
    found: set[str] = set()
    for match in _SET_LATER.finditer(data):
        if match.group(1):
            found.add(match.group(1).decode("utf-8", "replace"))
        else:
            found |= {name.decode("utf-8", "replace") for name in re.findall(rb"(?:^|[\s\"'{;])([A-Za-z_]\w*)=", data)}
    return frozenset(found)
