"""Unknown values back to what they refer to, and the resources of all modules of a root.

The identity of an unknown (`Unknown.key`) is the full address of the resource that gives it with the attribute, the
same however many arguments, locals and outputs have handed it on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from initlint.record import record
from initlint.regex import regex
from initlint.syntax.nodes import Expression, ObjectExpr, Template, TextPart
from initlint.terraform.expansion import Instance
from initlint.terraform.module import ModuleInstance, Root
from initlint.terraform.source import Resource
from initlint.terraform.value import Unknown, Value
from initlint.terraform.view import View
from initlint.truth import Truth

_SUFFIX = r"""(?P<suffix>\[(?:[0-9]*|\*|<[^\]]*>|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\])?"""
_MODULE = regex(r"module\.(?P<name>[\w-]+)" + _SUFFIX)
_RESOURCE = regex(r"(?P<data>data\.)?(?P<type>[a-z][a-z0-9]*_\w+)\.(?P<name>[\w-]+)" + _SUFFIX)
_ATTRIBUTE = regex(r"\.(?P<attribute>[\w-]+(?:\.[\w-]+|\[[^\]]*\])*)")

_SAME = (
    # an element of the splat over a resource whose count is not known; `one` and `join` are for a count of at most one
    (regex(r"(?:one|element)\(<\[\*\](\.[\w.]+)\(<([^<>]*)>\)>(?:,0)?\)"), r"\2[0]\1"),
    (regex(r"join\('',<elements\(<\[\*\](\.[\w.]+)\(<([^<>]*)>\)>\)>\)"), r"\2[0]\1"),
    (regex(r"\[\*\](\.[\w.]+)\(<([^<>]*)>\)\[0\]"), r"\2[0]\1"),
    (regex(r"\[\*\](\.[\w.]+)\(<([^<>]*)>\)"), r"\2[*]\1"),
    (regex(r"one\(<([^<>]*)>\)"), r"\1[0]"),
    # what changes no reference: the elements of a list, the text of JSON, letter case (ARM ids have none)
    (regex(r"(?:compact|jsondecode|lower|upper|trimspace)\(<([^<>]*)>\)"), r"\1"),
)
"""What an expression over a reference is the same as."""


@record(eq=True)
class Step:
    """A part of an address: `module.apps["eu"]` or `data.azurerm_x.y[0]`. `suffix` is "" where there is one instance;
    its key is not known where the suffix holds neither a number nor a text.
    """

    name: str
    suffix: str

    @property
    def keyed(self) -> bool:
        """Whether it names one certain instance, or there is only one."""
        return not self.suffix or self.suffix[1:-1].isdecimal() or self.suffix[1] == '"'

    @property
    def named(self) -> bool:
        """Whether the same text again is the same instance: also where the key is an unknown that has an identity."""
        return self.keyed or self.suffix[1:2] == "<"


@record(eq=True)
class Reference:
    """An attribute of an instance of a resource or a data source; "" for `attribute` is the instance itself.

    mode: "managed", "data", or "module" for an output of a module that is not installed.
    """

    steps: tuple[Step, ...]
    mode: str
    type: str
    attribute: str = ""

    @property
    def address(self) -> str:
        """The full address, without the attribute."""
        return ".".join(step.name + step.suffix for step in self.steps)


def reference(value: Value) -> Reference | None:
    """What a value is an attribute of, if it is the attribute as it stands."""
    return parse(value.data.key) if isinstance(value.data, Unknown) and value.data.key else None


def parse(key: str) -> Reference | None:
    """A reference as an unknown's key, or an address, says it."""
    for pattern, same in _SAME if "(" in key else ():
        key = pattern.sub(same, key)
    steps: list[Step] = []
    at = 0
    while (found := _MODULE.match(key, at)) is not None:
        steps.append(Step(f"module.{found['name']}", _suffix(found["suffix"])))
        at = found.end() + (key[found.end() : found.end() + 1] == ".")
    mode, type_ = "module", ""
    found = _RESOURCE.match(key, at)
    if found is not None:
        mode, type_ = ("data" if found["data"] else "managed"), found["type"]
        steps.append(Step(f"{found['data'] or ''}{type_}.{found['name']}", _suffix(found["suffix"])))
        at = found.end()
    elif steps and at < len(key):
        at -= 1
    if not steps or at >= len(key):
        return Reference(tuple(steps), mode, type_) if steps else None
    rest = _ATTRIBUTE.fullmatch(key, at)
    return Reference(tuple(steps), mode, type_, rest["attribute"]) if rest is not None else None


def _suffix(text: str | None) -> str:
    if text is None:
        return ""
    return f'["{text[2:-2]}"]' if text[1] == "'" else text


def same_object(left: Reference, right: Reference, within: ModuleInstance | None = None) -> Truth:
    """Whether two references are to the same instance. `within` is a module instance that both stand in: its own
    address is then the same on both sides, whatever the keys of its calls are.
    """
    if len(left.steps) != len(right.steps):
        return Truth.NO
    shared = within.level if within is not None and _below(left, within) and _below(right, within) else 0
    answer = Truth.YES
    for at, (one, other) in enumerate(zip(left.steps, right.steps)):
        if one.name != other.name or (one.suffix != other.suffix and one.keyed and other.keyed):
            return Truth.NO
        if at >= shared and not (one.suffix == other.suffix and one.named):
            answer = Truth.UNKNOWN
    return answer


def _below(one: Reference, module: ModuleInstance) -> bool:
    return not module.path or one.address.startswith(f"{module.path}.")


def common(left: ModuleInstance, right: ModuleInstance) -> ModuleInstance | None:
    """The innermost module instance that both stand in."""
    above = {id(module) for module in _upwards(left)}
    return next((module for module in _upwards(right) if id(module) in above), None)


def _upwards(module: ModuleInstance) -> Iterator[ModuleInstance]:
    at: ModuleInstance | None = module
    while at is not None:
        yield at
        at = at.call.caller if at.call else None


# --- the resources of a root ------------------------------------------------------------------------------------------


@record
class Declaration:
    """One instance of a resource or a data source somewhere in the modules of a root."""

    resource: Resource
    module: ModuleInstance
    instance: Instance
    reason: str = ""
    """Why it may not exist, if it may not."""

    @property
    def address(self) -> str:
        """The full address with instance keys."""
        own = self.resource.address + self.instance.suffix
        return f"{self.module.path}.{own}" if self.module.path else own

    @property
    def base_address(self) -> str:
        """The full address without instance keys."""
        above = self.module.base_path
        return f"{above}.{self.resource.address}" if above else self.resource.address

    @property
    def view(self) -> View:
        """Its body."""
        return self.module.view(self.resource, self.instance)

    def exists(self, beside: ModuleInstance) -> Truth:
        """Whether it exists, given that a module instance does."""
        if self.module.exists is Truth.YES or common(self.module, beside) is self.module:
            return self.instance.exists
        return self.instance.exists & Truth.UNKNOWN

    @property
    def provider(self) -> str:
        """The provider configuration of the root that it is made with ("azurerm.hub")."""
        attribute = self.resource.block.body.attribute("provider")
        name = attribute.expression_span.text.strip('"') if attribute else self.resource.type.partition("_")[0]
        for module in _upwards(self.module):
            handed_on = module.call.declared.block.body.attribute("providers") if module.call else None
            if handed_on is not None and isinstance(handed_on.expression, ObjectExpr):
                for item in handed_on.expression.items:
                    if written(item.key) == name:
                        name = item.value.span.text.strip('"')
                        break
        return name


def written(key: Expression) -> str:
    """The key of an object as it is written, without its quotes."""
    if isinstance(key, Template):
        return "".join(part.text for part in key.parts if isinstance(part, TextPart))
    return key.span.text


@lru_cache(maxsize=2)
def modules_of(root: Root) -> tuple[ModuleInstance, ...]:
    """All module instances of a root, callers before what they call. (The cache is small: roots are judged in turn.)"""
    return tuple(_downwards(root.module))


def _downwards(module: ModuleInstance) -> Iterator[ModuleInstance]:
    yield module
    for name in module.source.calls:
        for child in module.children(name)[1]:
            yield from _downwards(child)


@lru_cache(maxsize=32)
def declared(root: Root, mode: str, type_: str) -> tuple[Declaration, ...]:
    """All instances of the resources of a type in the modules of a root."""
    return tuple(
        Declaration(resource, module, one, "" if one.exists is Truth.YES else expanded.reason)
        for module in modules_of(root)
        if (mode, type_) in module.source.resource_types
        for resource in module.source.resources.values()
        if resource.mode == mode and resource.type == type_
        for expanded in [module.expand(resource)]
        for one in expanded.instances
    )


def resolve(wanted: Reference, root: Root) -> tuple[Declaration, ...]:
    """What a reference can be to: the instance itself, or, where its key is not known, each that it may be."""
    if wanted.mode == "module":
        return ()
    found = []
    for declaration in declared(root, wanted.mode, wanted.type):
        own = parse(declaration.address)
        truth = Truth.NO if own is None else same_object(wanted, own)
        if truth is Truth.YES:
            return (declaration,)
        if truth is Truth.UNKNOWN:
            found.append(declaration)
    return tuple(found)


__all__ = [
    "Declaration", "Reference", "Step", "common", "declared", "modules_of", "parse", "reference", "resolve",
    "same_object", "written",
]  # fmt: skip
