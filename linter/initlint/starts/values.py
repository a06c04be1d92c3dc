"""Names that come from Terraform: `$(terraform output -raw job_name)` in a script, `${local.job_name}` in a command
that Terraform itself runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from initlint.source import Source, Span
from initlint.starts.find import Start, Starts
from initlint.starts.targets import given_by_one_run
from initlint.starts.words import EXPRESSION_KEY, OUTPUT_KEY, one_of, unknown
from initlint.syntax.read import parse_expression
from initlint.terraform.references import modules_of
from initlint.terraform.value import Hole, Piece, Text, Unknown, Value, fingerprint, text_of

if TYPE_CHECKING:
    from initlint.jobs.job import Evaluation

Values = Callable[[str], Iterable[Value]]
"""The values of what a key names (an output, or the expression at a place) in every module that has it, and in each of
its settings.
"""


def with_values(starts: Starts, evaluations: Sequence[Evaluation], source: Callable[[str], Source]) -> Starts:
    """The starts with the values of Terraform that their names are taken from. One that no module has, or that is not
    known in one of them, stays unknown. source: a Terraform file by its path.
    """

    def values(key: str) -> Iterator[Value]:
        if key.startswith(OUTPUT_KEY):
            return _outputs(key.removeprefix(OUTPUT_KEY), evaluations)
        start, end, path = key.removeprefix(EXPRESSION_KEY).split(":", 2)
        return _in_resource(source(path).span(int(start), int(end)), evaluations)

    return replace(starts, starts=tuple(_start(start, values) for start in starts))


def _outputs(name: str, evaluations: Iterable[Evaluation]) -> Iterator[Value]:
    """What an output is, in each root module that has it."""
    for evaluation in evaluations:
        module = evaluation.root.module
        if name in module.source.outputs:
            yield module.output(name)


def _in_resource(place: Span, evaluations: Iterable[Evaluation]) -> Iterator[Value]:
    """What an expression inside a resource is, in each of its instances.

    What another run may give another value is unknown, unless it is a job's name: then it is so in every run.
    """
    expression = parse_expression(place.source, place.start, place.end)
    directory = place.source.directory
    for evaluation in evaluations:
        if directory not in evaluation.directories:
            continue
        names = {fingerprint(job.name.value) for job in evaluation.jobs} - {""}
        for module in modules_of(evaluation.root):
            if module.source.directory != directory:
                continue
            holding = [one for one in module.source.resources.values() if one.block.span.covers(place)]
            for instance in (instance for one in holding for instance in module.expand(one).instances):
                value = module.evaluate(expression, instance.names)
                fixed = evaluation.setting.environment or fingerprint(value) in names
                given = not fixed and given_by_one_run(value, evaluation.root.directory)
                yield unknown(place.text) if given else value


def _start(start: Start, values: Values) -> Start:
    name = _known(start.name, values)
    return start if name is start.name else replace(start, name=name)


def _known(value: Value, values: Values) -> Value:
    data = value.data
    if isinstance(data, Text):
        return text_of([_piece(piece, values) for piece in data.pieces], value.origin)
    if not isinstance(data, Unknown):
        return value
    if data.candidates:
        known = [_known(candidate, values) for candidate in data.candidates]
        return one_of(known) if any(new is not old for new, old in zip(known, data.candidates)) else value
    if not data.key.startswith((OUTPUT_KEY, EXPRESSION_KEY)):
        return value
    texts = list(_texts(values(data.key)))
    return one_of(texts) if texts and not any(text.is_unknown for text in texts) else value


def _piece(piece: Piece, values: Values) -> Piece:
    return Hole(_known(piece.value, values)) if isinstance(piece, Hole) else piece


def _texts(values: Iterable[Value]) -> Iterable[Value]:
    for value in values:
        for alternative in value.alternatives:
            if isinstance(alternative.data, str | Text | Unknown):
                yield alternative


__all__ = ["Values", "with_values"]
