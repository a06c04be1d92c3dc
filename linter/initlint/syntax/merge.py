"""Override files: what a block is after a block of an override file was merged into it.

The rules are Terraform's (internal/configs/module_merge.go, module_merge_body.go): an argument replaces the one of its
name as a whole; nested blocks of a type replace all of that type, a `dynamic` block counting as its label's type; only
`lifecycle` is merged, argument by argument.
"""

from __future__ import annotations

from collections.abc import Sequence

from initlint.syntax.nodes import Attribute, Block, Body

_MERGED = "lifecycle"


def override(base: Block, overriding: Block) -> Block:
    """`base` with `overriding` merged in. Places stay those of the texts: the header is the base's.

    The caller has matched the two (same type, same labels). Merging several overrides is merging one after another.
    """
    return OverriddenBlock(base, OverriddenBody(base.body, overriding.body))


class OverriddenBlock(Block):
    """A block of which only the body differs from its `base`."""

    __slots__ = ("_body", "header", "labels", "span", "type")

    def __init__(self, base: Block, body: Body) -> None:
        self.type = base.type
        self.labels = base.labels
        self.header = base.header
        self.span = base.span
        self._body = body

    @property
    def body(self) -> Body:
        """The merged body."""
        return self._body


class OverriddenBody(Body):
    """A body under another one that overrides it.

    In JSON a property is an argument or a block as the reader asks for it, so each question is answered by whichever
    body has the name.
    """

    __slots__ = ("_base", "_over", "closed", "span")

    def __init__(self, base: Body, over: Body) -> None:
        self._base = base
        self._over = over
        self.span = base.span
        self.closed = base.closed and over.closed

    def attribute(self, name: str) -> Attribute | None:
        """The overriding argument of that name, else the base's."""
        over = self._over.attribute(name)
        if over is not None:
            return over
        return None if name in self._over.block_types() else self._base.attribute(name)

    def attributes(self) -> Sequence[Attribute]:
        """The base's arguments, replaced where they are overridden, then the ones that only the override has."""
        over = {attribute.name: attribute for attribute in self._over.attributes()}
        blocks = set(self._over.block_types()) - over.keys()
        merged = [
            over.pop(attribute.name, attribute) for attribute in self._base.attributes() if attribute.name not in blocks
        ]
        return [*merged, *over.values()]

    def blocks(self, type_: str, labels: int = 0) -> Sequence[Block]:
        """The overriding blocks of that type where there are any, else the base's.

        `dynamic` blocks are of their label's type: the base's stay unless the override has that type in either form.
        """
        over = self._over.blocks(type_, labels)
        base = self._base.blocks(type_, labels)
        if type_ == _MERGED and over and base:
            return [override(base[0], over[0])]
        if type_ == "dynamic":
            replaced = set(self._over.block_types()) | _dynamic_types(self._over)
            return [*(block for block in base if block.labels[:1] and block.labels[0] not in replaced), *over]
        if over or type_ in _dynamic_types(self._over) or self._over.attribute(type_) is not None:
            return over
        return base

    def block_types(self) -> Sequence[str]:
        """The block types that are left, each once."""
        types = dict.fromkeys([*self._base.block_types(), *self._over.block_types()])
        attributes = {attribute.name for attribute in self._over.attributes()} - set(self._over.block_types())
        dynamic = _dynamic_types(self._over) - set(self._over.block_types())
        left = [type_ for type_ in types if type_ not in attributes and type_ not in dynamic]
        return [type_ for type_ in left if type_ != "dynamic" or self.blocks("dynamic", 1)]


def _dynamic_types(body: Body) -> set[str]:
    return {block.labels[0] for block in body.blocks("dynamic", 1) if block.labels}
