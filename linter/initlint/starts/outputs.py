"""Names that come from Terraform: `$(terraform output -raw job_name)` in a script, `${local.job_name}` in a command
that Terraform itself runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from initlint.starts.find import Start, Starts
from initlint.starts.words import EXPRESSION_KEY, OUTPUT_KEY, one_of
from initlint.terraform.value import Hole, Piece, Text, Unknown, Value, text_of

Values = Callable[[str], Sequence[Value]]
"""The values of what a key names (an output, or the expression at a place) in every module that has it, and in each of
its settings.
"""


def with_values(starts: Starts, values: Values) -> Starts:
    """The starts with the values of Terraform that their names are taken from. One that no module has, or that is not
    known in one of them, stays unknown.
    """
    return replace(starts, starts=tuple(_start(start, values) for start in starts))


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
