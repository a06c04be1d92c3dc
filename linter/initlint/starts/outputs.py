"""Names that a script takes from Terraform: `$(terraform output -raw job_name)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from initlint.starts.find import Start, Starts
from initlint.starts.words import OUTPUT_KEY, one_of
from initlint.terraform.value import Hole, Piece, Text, Unknown, Value, text_of

Outputs = Callable[[str], Sequence[Value]]
"""The values that an output has in every root module that declares it, and in each of its settings."""


def with_outputs(starts: Starts, outputs: Outputs) -> Starts:
    """The starts with what the outputs are that their names are taken from. An output that no root module declares, or
    that is not known in one of them, stays unknown.
    """
    return replace(starts, starts=tuple(_start(start, outputs) for start in starts))


def _start(start: Start, outputs: Outputs) -> Start:
    name = _known(start.name, outputs)
    return start if name is start.name else replace(start, name=name)


def _known(value: Value, outputs: Outputs) -> Value:
    data = value.data
    if isinstance(data, Text):
        return text_of([_piece(piece, outputs) for piece in data.pieces], value.origin)
    if not isinstance(data, Unknown):
        return value
    if data.candidates:
        known = [_known(candidate, outputs) for candidate in data.candidates]
        return one_of(known) if any(new is not old for new, old in zip(known, data.candidates)) else value
    if not data.key.startswith(OUTPUT_KEY):
        return value
    texts = list(_texts(outputs(data.key.removeprefix(OUTPUT_KEY))))
    return one_of(texts) if texts and not any(text.is_unknown for text in texts) else value


def _piece(piece: Piece, outputs: Outputs) -> Piece:
    return Hole(_known(piece.value, outputs)) if isinstance(piece, Hole) else piece


def _texts(values: Iterable[Value]) -> Iterable[Value]:
    for value in values:
        for alternative in value.alternatives:
            if isinstance(alternative.data, str | Text | Unknown):
                yield alternative


__all__ = ["Outputs", "with_outputs"]
