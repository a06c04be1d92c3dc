"""Jobs that Terraform starts: an `azapi_resource_action` with `action = "start"`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from initlint.regex import regex
from initlint.starts.find import Start, Starts, once
from initlint.starts.words import unknown
from initlint.terraform.module import Root
from initlint.terraform.references import declared, reference, resolve
from initlint.terraform.source import ModuleSource
from initlint.terraform.value import Chunk, Piece, Value, text_of

_JOBS = regex(r"(?i)microsoft\.app/jobs(?:@.*)?")
_TYPE = "azapi_resource_action"
_MODES = ("managed", "data", "ephemeral")


def may_start(source: ModuleSource) -> bool:
    """Whether a module has actions. Where none has, its instances need not be made for them."""
    return any((mode, _TYPE) in source.resource_types for mode in _MODES)


def with_actions(starts: Starts, roots: Iterable[Root]) -> Starts:
    """The starts with those that the root modules make themselves."""
    return replace(starts, starts=tuple(once([*starts, *(start for root in roots for start in _actions(root))])))


def _actions(root: Root) -> Iterator[Start]:
    for mode in _MODES:
        for action in declared(root, mode, _TYPE):
            view = action.view
            target, type_, verb = view.attribute("resource_id"), view.value("type"), view.value("action")
            if target is None or type_ is None or verb is None or verb.data != "start":
                continue
            if isinstance(type_.data, str) and _JOBS.fullmatch(type_.data):
                span = target.expression_span
                for name in _names(view.scope.evaluate(target.expression, view.names), root):
                    yield Start(span.source, span, name, "terraform", view.header)


def _names(target: Value, root: Root) -> Iterator[Value]:
    """The name of the job with an id: that of the resource which has it, else the id's last part."""
    wanted = reference(target)
    jobs = resolve(wanted, root) if wanted is not None else ()
    names = [job.view.value("name") for job in jobs]
    if names:
        yield from (name for name in names if name is not None)
        return
    pieces: list[Piece] = []
    for piece in reversed(target.pieces):
        _, slash, name = piece.text.rpartition("/") if isinstance(piece, Chunk) else ("", "", "")
        pieces.insert(0, Chunk(name) if slash else piece)
        if slash:
            yield text_of(pieces)
            return
    yield unknown("the id of the job that is started is not known")
