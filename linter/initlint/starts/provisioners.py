"""The commands that Terraform itself runs: `local-exec` provisioners, with the values that it puts into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from initlint.source import Source, Span
from initlint.starts.fragment import Fragment
from initlint.starts.make import unescaped
from initlint.starts.words import EXPRESSION_KEY, unknown
from initlint.syntax.nodes import Body, ObjectExpr
from initlint.syntax.read import read_bytes
from initlint.terraform.references import written
from initlint.terraform.value import Value

_EXPRESSION = rb"(?<!\$)\$\{((?:[^{}\"]|\"[^\"]*\")+)\}"
_INTERPOLATION = re.compile(_EXPRESSION)
_TEXT = re.compile(
    rb"""<<[-~]?(?P<mark>\w+)[ \t]*\r?\n(?P<heredoc>.*?)^[ \t]*(?P=mark)\s*
    |"(?P<quoted>(?:%b|[^"\\\n]|\\.)*)\""""
    % _EXPRESSION,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)


def commands(source: Source) -> Iterator[tuple[Fragment, Mapping[str, Value], bool]]:
    """Each command as the shell sees it, the environment that it gets, and whether the shell is PowerShell.

    What Terraform puts in is unknown here: the key says at which place the expression stands.
    """
    if b"local-exec" not in source.data:
        return
    for body in _provisioners(read_bytes(source.data, source.path).body):
        command, interpreter = body.attribute("command"), body.attribute("interpreter")
        fragment = None if command is None else _fragment(source, command.expression_span)
        if fragment is not None:
            shell = "" if interpreter is None else interpreter.expression_span.text.lower()
            yield fragment, dict(_environment(source, body)), "pwsh" in shell or "powershell" in shell


def _provisioners(file: Body) -> Iterator[Body]:
    for resource in file.blocks("resource", 2):
        for block in resource.body.blocks("provisioner", 1):
            if block.labels == ("local-exec",):
                yield block.body


def _fragment(source: Source, text: Span) -> Fragment | None:
    match = _TEXT.fullmatch(source.data, text.start, text.end)
    if match is None:
        return None
    heredoc = match["heredoc"] is not None
    fragment = Fragment.of(source, [match.span("heredoc" if heredoc else "quoted")])
    fragment = fragment if heredoc else unescaped(fragment)
    places = iter([fragment.span(*found.span(1)) for found in _INTERPOLATION.finditer(fragment.data)])
    fragment = fragment.with_expressions(_INTERPOLATION, lambda _: _expression(next(places)))
    slices, at = [], 0
    for escape in re.finditer(rb"\$\$(?=\{)", fragment.data):
        slices.append((at, escape.start()))
        at = escape.start() + 1
    return fragment.part([*slices, (at, len(fragment.data))])


def _environment(source: Source, provisioner: Body) -> Iterator[tuple[str, Value]]:
    attribute = provisioner.attribute("environment")
    if attribute is not None and isinstance(attribute.expression, ObjectExpr):
        for item in attribute.expression.items:
            yield written(item.key), _expression(source.span(item.value.span.start, item.value.span.end))


def _expression(place: Span) -> Value:
    key = f"{EXPRESSION_KEY}{place.start}:{place.end}:{place.path}"
    return unknown(f"{place.text.strip()} is a value of Terraform", key)
