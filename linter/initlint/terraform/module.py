"""Modules being evaluated: a root module under one setting, and the instances of the modules that it calls.

Everything is lazy: a variable, local, output or resource attribute is evaluated when something asks for it, once.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from initlint.record import mutable, record
from initlint.source import Span
from initlint.syntax import nodes
from initlint.syntax.nodes import Attribute
from initlint.terraform import evaluate as evaluator
from initlint.terraform.constraint import apply, default_expressions
from initlint.terraform.domains import refinement
from initlint.terraform.evaluate import MOST_STEPS, TOO_DEEP, TOO_MANY_STEPS, Names
from initlint.terraform.expansion import Expansion, Instance, expansion, instance_at
from initlint.terraform.reach import Reach, context
from initlint.terraform.source import Declared, ModuleSource, Resource
from initlint.terraform.types import ANY, STRING
from initlint.terraform.value import (
    Origin,
    Unknown,
    Value,
    error,
    fingerprint,
    null,
    object_of,
    string,
    tuple_of,
    unknown,
)
from initlint.terraform.view import View
from initlint.truth import Truth

if TYPE_CHECKING:
    from initlint.terraform.functions import Context

MOST_MODULES = 24
"""How deep module calls may nest."""
ALWAYS_THERE = frozenset({"id", "versionless_id", "principal_id", "client_id", "login_server", "vault_uri"})
"""Attributes that a provider computes and that are neither null nor empty in whatever resource has them. So a dynamic
block for "an id that is not null" exists, though only an apply will tell the id.
"""


@record
class Problem:
    """Something that evaluation itself found: code "INIT006", "INIT007" or "INIT008"."""

    code: str
    span: Span
    message: str


@mutable
class Root:
    """One evaluation of a root module.

    given: the values of its input variables by name, as tfvars files, options or a declared domain set them.
    load: the module source in a directory relative to the workspace root, or None where there is none.
    installed: the directory of a remote module by its dotted call path ("app.db"), from modules.json.
    reach: the files that functions may read.
    """

    directory: str
    given: Mapping[str, Value]
    load: Callable[[str], ModuleSource | None]
    installed: Mapping[str, str] = field(default_factory=dict)
    reach: Reach = field(default_factory=lambda: Reach(Path()))
    problems: list[Problem] = field(default_factory=list)
    domains: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    """The declared domains of the variables without a value that were asked for."""
    steps: int = 0
    depth: int = 0
    _instance: ModuleInstance | None = None

    @property
    def module(self) -> ModuleInstance:
        """The root module itself."""
        if self._instance is None:
            source = self.load(self.directory)
            if source is None:
                raise ValueError(f"no module in {self.directory}")
            self._instance = ModuleInstance(self, source)
        return self._instance

    def report(self, code: str, span: Span, message: str) -> None:
        """Notes a problem, each once; what ends the whole evaluation once for all places that it stops at."""
        everywhere = message in (TOO_DEEP, TOO_MANY_STEPS)
        if not any(p.code == code and (p.message == message if everywhere else p.span == span) for p in self.problems):
            self.problems.append(Problem(code, span, message))


@record
class Call:
    """The call that made a module instance: the block, its caller, and what `each` and `count` stand for in it."""

    declared: Declared
    caller: ModuleInstance
    names: Names

    @property
    def span(self) -> Span:
        """The header of the module block."""
        return self.declared.block.header.first_line()


class ModuleInstance:
    """One instance of a module: the scope that its expressions are evaluated in.

    path: "" for the root, else 'module.apps["eu"].module.db'; base_path is the same without instance keys.
    exists: UNKNOWN where count or for_each of a call above is unknown. called_from: the trail of module calls,
    innermost first, as (what, where).
    """

    def __init__(
        self, root: Root, source: ModuleSource, call: Call | None = None, suffix: str = "", exists: Truth = Truth.YES
    ) -> None:
        self.root = root
        self.source = source
        self.call = call
        self.exists = exists
        above = call.caller.path if call else ""
        above_base = call.caller.base_path if call else ""
        step = f"module.{call.declared.name}" if call else ""
        self.path: str = f"{above}.{step}{suffix}" if above else f"{step}{suffix}"
        self.base_path: str = f"{above_base}.{step}" if above_base else step
        self.level: int = call.caller.level + 1 if call else 0
        self._values: dict[str, Value] = {}
        self._running: list[str] = []
        self._children: dict[str, tuple[Expansion, tuple[ModuleInstance, ...]]] = {}
        self._namespaces = {
            "var": self._namespace("var", self.variable),
            "local": self._namespace("local", self.local),
            "module": self._namespace("module", self.module_value),
            "data": self._namespace("data", lambda type_: self._resources("data", type_)),
            "ephemeral": self._namespace("ephemeral", lambda type_: self._resources("ephemeral", type_)),
            "resource": self._namespace("resource", lambda type_: self._resources("managed", type_)),
            "path": self._namespace("path", self._path),
            "terraform": self._namespace("terraform", self._terraform),
            "tofu": self._namespace("tofu", self._terraform),
        }

    # --- the scope ----------------------------------------------------------------------------------------------------

    @property
    def depth(self) -> int:
        """How deep evaluation is at the moment."""
        return self.root.depth

    @depth.setter
    def depth(self, value: int) -> None:
        self.root.depth = value

    @property
    def called_from(self) -> tuple[tuple[str, Span], ...]:
        """The module calls above, innermost first: the call's address and its header."""
        trail = []
        instance: ModuleInstance = self
        while instance.call is not None:
            trail.append((instance.path, instance.call.span))
            instance = instance.call.caller
        return tuple(trail)

    def evaluate(self, expression: nodes.Expression, names: Names | None = None) -> Value:
        """The value of an expression of this module."""
        return evaluator.evaluate(expression, self, names or {})

    def lookup(self, name: str, span: Span) -> Value:
        """The value of a name that no local variable has."""
        found = self._namespaces.get(name)
        if found is not None:
            return found
        if ("managed", name) in self.source.resource_types:
            return self._resources("managed", name)
        if name in ("each", "count"):
            wanted = "for_each" if name == "each" else "count"
            return error(f"{name} stands only where {wanted} is set", Origin(span, ""), static=True)
        if name == "self":
            return unknown("self is known only after apply", key="self")
        return error(f'"{name}" is not declared', Origin(span, ""), static=True)

    def functions(self) -> Context:
        """What functions may reach."""
        return context(self)

    def limit(self, span: Span, message: str) -> Value:
        """Notes a limit that was reached."""
        self.root.report("INIT007", span, message)
        return unknown(f"limit reached: {message}", origin=Origin(span, ""))

    def step(self) -> bool:
        """Counts an iteration."""
        self.root.steps += 1
        return self.root.steps <= MOST_STEPS

    def _namespace(self, key: str, member: Callable[[str], Value]) -> Value:
        return Value(ANY, Unknown(f"{key} alone is no value", key, error=True, static=True, member=member))

    def _once(self, key: str, make: Callable[[], Value]) -> Value:
        found = self._values.get(key)
        if found is None:
            if key in self._running:
                return self._cycle(key)
            self._running.append(key)
            try:
                found = make()
            finally:
                self._running.pop()
            self._values[key] = found
        return found

    def _cycle(self, key: str) -> Value:
        ring = self._running[self._running.index(key) :]
        places = [place for place in map(self._place, ring) if place is not None]
        if places:  # told the same way wherever the ring was entered
            first = min(places, key=lambda place: (place.path, place.start))
            at = next(at for at, one in enumerate(ring) if self._place(one) == first)
            ring = [*ring[at:], *ring[:at]]
        message = "these refer to each other: " + " -> ".join([*ring, ring[0]])
        if places:
            self.root.report("INIT008", first, message)
        return error(message, static=True)

    def _place(self, key: str) -> Span | None:
        kind, _, name = key.partition(".")
        if kind == "local" and name in self.source.locals:
            return self.source.locals[name].name_span
        if kind == "var" and name in self.source.variables:
            return self.source.variables[name].block.header.first_line()
        if kind == "module" and name.split(".")[0] in self.source.calls:
            return self.source.calls[name.split(".")[0]].block.header.first_line()
        if kind == "output" and name in self.source.outputs:
            return self.source.outputs[name].block.header.first_line()
        own = key.removeprefix(f"{self.path}.") if self.path else key
        for resource in self.source.resources.values():
            if own == resource.address or own.startswith((f"{resource.address}.", f"{resource.address}[")):
                return resource.block.header.first_line()
        return None

    def look_for_cycles(self) -> None:
        """Notes the locals that refer to each other, whether anything asks for them or not."""
        for name in self.source.suspects:
            self.local(name)

    # --- variables and locals -----------------------------------------------------------------------------------------

    def variable(self, name: str) -> Value:
        """The value of an input variable."""
        return self._once(f"var.{name}", lambda: self._variable(name))

    def _variable(self, name: str) -> Value:
        declared = self.source.variables.get(name)
        if declared is None:
            return error(f"var.{name} is not declared", static=True)
        body = declared.block.body
        value = self._given(declared)
        nullable = self._flag(body.attribute("nullable"), True)
        default = body.attribute("default")
        if value is None or (value.data is None and not nullable):
            if default is not None:
                value = self._default(default).handed_on(default.expression_span, f"default of var.{name}")
            elif value is None:
                value = self._unset(declared, nullable)
        wanted = declared.constraint
        defaults = {id(expression): self.evaluate(expression) for expression in default_expressions(wanted)}
        value = apply(value, wanted, defaults)
        if isinstance(value.data, Unknown) and not nullable and not value.data.not_null:
            value = replace(value, data=replace(value.data, not_null=True))
        return value.marked(self._flag(body.attribute("sensitive"), False))

    def _given(self, declared: Declared) -> Value | None:
        if self.call is None:
            return self.root.given.get(declared.name)
        argument = self.call.declared.block.body.attribute(declared.name)
        if argument is None:
            return None
        value = self.call.caller.evaluate(argument.expression, self.call.names)
        return value.handed_on(
            argument.expression_span, f"argument {declared.name} of module.{self.call.declared.name}"
        )

    def _default(self, attribute: Attribute) -> Value:
        literal = getattr(attribute, "literal_expression", None)
        return self.evaluate(literal if literal is not None else attribute.expression)

    def _flag(self, attribute: Attribute | None, otherwise: bool) -> bool:
        if attribute is None:
            return otherwise
        value = self.evaluate(attribute.expression)
        return value.data if isinstance(value.data, bool) else otherwise

    def _unset(self, declared: Declared, nullable: bool) -> Value:
        name = f"var.{declared.name}"
        header = declared.block.header.first_line()
        if self.call is not None:
            return error(f"{name} has no default and the call does not set it", Origin(header, name))
        found = refinement(declared, self)
        if found.candidates:
            self.root.domains[declared.name] = found.candidates
        data = Unknown(
            f"{name} has no default; pass --var-file",
            name,
            frozenset([name]),
            not_null=not nullable,
            candidates=found.candidates,
            matches=found.matches,
        )
        return Value(declared.constraint.type, data, Origin(header, name))

    def local(self, name: str) -> Value:
        """The value of a local."""
        attribute = self.source.locals.get(name)
        if attribute is None:
            return error(f"local.{name} is not declared", static=True)

        def make() -> Value:
            assert attribute is not None
            value = self.evaluate(attribute.expression)
            return value.handed_on(attribute.expression_span, f"local.{name}")

        return self._once(f"local.{name}", make)

    # --- resources ----------------------------------------------------------------------------------------------------

    def _resources(self, mode: str, type_: str) -> Value:
        prefix = {"data": "data.", "ephemeral": "ephemeral."}.get(mode, "")
        return self._once(
            f"{prefix}{type_}",
            lambda: self._namespace(f"{prefix}{type_}", lambda name: self.resource_value(mode, type_, name)),
        )

    def resource_value(self, mode: str, type_: str, name: str) -> Value:
        """A resource or data source as expressions see it: one object, or the collection of its instances."""
        resource = self.source.resources.get((mode, type_, name))
        address = f"{'data.' if mode == 'data' else ''}{type_}.{name}"
        if resource is None:
            return error(f"{address} is not declared", static=True)

        def make() -> Value:
            assert resource is not None
            expanded = self.expand(resource)
            return collection(expanded, lambda one: self._resource_object(resource, one), self._full(address))

        return self._once(address, make)

    def _full(self, address: str) -> str:
        return f"{self.path}.{address}" if self.path else address

    def _resource_object(self, resource: Resource, one: Instance) -> Value:
        key = self._full(resource.address) + one.suffix
        when = "is read at plan time" if resource.mode == "data" else "is known only after apply"
        body = resource.block.body

        def member(name: str) -> Value:
            attribute = body.attribute(name)
            there = name in ALWAYS_THERE
            hidden = Unknown(f"{key}.{name} {when}", f"{key}.{name}", not_null=there, min_length=int(there))
            if attribute is None or name in ("count", "for_each", "provider", "depends_on"):
                return Value(ANY, hidden)
            value = self._once(f"{key}.{name}", lambda: self.evaluate(attribute.expression, one.names))
            if value.data is None or value.error is not None:  # a null argument may be computed by the provider
                return Value(ANY, hidden)
            return value

        return Value(ANY, Unknown(f"{key} {when}", key, not_null=True, member=member))

    def expand(self, resource: Resource) -> Expansion:
        """The instances of a resource."""
        return expansion(resource.block.body, self)

    def view(self, resource: Resource, one: Instance) -> View:
        """The body of one instance of a resource."""
        block = resource.block
        return View(block.body, self, block.header.first_line(), block.span, one.names)

    # --- module calls -------------------------------------------------------------------------------------------------

    def children(self, name: str) -> tuple[Expansion, tuple[ModuleInstance, ...]]:
        """The instances of a module that this one calls; none where the module cannot be found."""
        found = self._children.get(name)
        if found is None:
            found = self._children[name] = self._instances(self.source.calls[name])
        return found

    def _instances(self, call: Declared) -> tuple[Expansion, tuple[ModuleInstance, ...]]:
        expanded = expansion(call.block.body, self)
        source = self.child_source(call)
        if source is None:
            return expanded, ()
        return expanded, tuple(self._instance(call, source, one) for one in expanded.instances)

    def _instance(self, call: Declared, source: ModuleSource, one: Instance) -> ModuleInstance:
        return ModuleInstance(self.root, source, Call(call, self, one.names), one.suffix, self.exists & one.exists)

    def child_source(self, call: Declared) -> ModuleSource | None:
        """The source of the module that a call names; notes INIT006 or INIT008 where there is none to read."""
        attribute = call.block.body.attribute("source")
        header = call.block.header.first_line()
        if attribute is None:
            return None
        value = self.evaluate(attribute.expression)
        span = attribute.expression_span
        if not isinstance(value.data, str):
            self.root.report("INIT006", span, f"the source of module.{call.name} is not known: {value.reason}")
            return None
        directory = local_directory(self.source.directory, value.data)
        if directory is None:
            dotted = ".".join(part.partition("[")[0] for part in f"{self.base_path}.{call.name}".split(".")
                              if part and part != "module")  # fmt: skip
            directory = self.root.installed.get(dotted)
            if directory is None:
                missing = f'module "{value.data}" is not installed: run `terraform init` to have it judged'
                self.root.report("INIT006", span, missing)
                return None
        ancestor: ModuleInstance | None = self
        while ancestor is not None:
            if ancestor.source.directory == directory:
                self.root.report("INIT008", header, f"module.{call.name} calls the module that it stands in")
                return None
            ancestor = ancestor.call.caller if ancestor.call else None
        if self.level >= MOST_MODULES:
            self.root.report("INIT007", header, f"modules nest deeper than {MOST_MODULES} levels")
            return None
        source = self.root.load(directory)
        if source is None:
            installed = directory.startswith(".terraform/") or "/.terraform/" in directory
            where = "is not installed: run `terraform init` to have it judged" if installed else "is not there"
            self.root.report("INIT006", span, f'module "{value.data}" {where}')
        return source

    def module_value(self, name: str) -> Value:
        """A module call as expressions see it: its outputs, or the collection of its instances."""
        if name not in self.source.calls:
            return error(f"module.{name} is not declared", static=True)

        def make() -> Value:
            expanded, instances = self.children(name)
            address = self._full(f"module.{name}")
            by_suffix = dict(zip((one.suffix for one in expanded.instances), instances))

            def outputs(one: Instance) -> Value:
                instance = by_suffix.get(one.suffix)
                if instance is None and instances:  # one that a reference names and that may exist
                    instance = self._instance(self.source.calls[name], instances[0].source, one)
                    by_suffix[one.suffix] = instance
                return self._outputs(address + one.suffix, instance)

            return collection(expanded, outputs, address)

        return self._once(f"module.{name}", make)

    def _outputs(self, address: str, instance: ModuleInstance | None) -> Value:
        def member(name: str) -> Value:
            if instance is None:
                reason = f"{address}.{name} is an output of a module that is not installed"
                return unknown(reason, key=f"{address}.{name}")
            return instance.output(name)

        def whole() -> Value:
            assert instance is not None
            return object_of({name: instance.output(name) for name in instance.source.outputs})

        reason = f"{address} as a whole is not known"
        known = None if instance is None else whole
        return Value(ANY, Unknown(reason, address, not_null=True, member=member, whole=known))

    def output(self, name: str) -> Value:
        """The value of an output of this module."""
        declared = self.source.outputs.get(name)
        if declared is None:
            return error(f"{self.path or 'the module'} has no output {name}", static=True)
        attribute = declared.block.body.attribute("value")
        if attribute is None:
            return error(f"output {name} has no value")

        def make() -> Value:
            assert attribute is not None
            assert declared is not None
            value = self.evaluate(attribute.expression)
            value = value.marked(self._flag(declared.block.body.attribute("sensitive"), False))
            return value.handed_on(attribute.expression_span, f"output {name} of {self.path}")

        return self._once(f"output.{name}", make)

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _path(self, name: str) -> Value:
        if name == "root":
            return string(".")
        if name == "module":
            return string(posixpath.relpath(self.source.directory or ".", self.root.directory or "."))
        return unknown("path.cwd depends on the machine", STRING, key="path.cwd")

    def _terraform(self, name: str) -> Value:
        return unknown(f"terraform.{name} depends on how terraform is run", STRING, key=f"terraform.{name}")


def collection(expanded: Expansion, one: Callable[[Instance], Value], key: str) -> Value:
    """What a block with `count` or `for_each` is as a value: a tuple, an object, or its only instance."""
    if expanded.kind == "single":
        return one(expanded.instances[0]) if expanded.instances else null()
    if expanded.complete:
        if expanded.kind == "count":
            return tuple_of(one(instance) for instance in expanded.instances)
        return object_of({str(instance.key.data): one(instance) for instance in expanded.instances})

    def item(at: Value) -> Value:
        if not expanded.instances:
            step = fingerprint(at)
            return unknown(expanded.reason, key=f"{key}[{step}]" if step else "")
        return one(instance_at(expanded, at))

    return Value(ANY, Unknown(expanded.reason, key, not_null=True, item=item))


def local_directory(directory: str, source: str) -> str | None:
    """The folder, relative to the workspace root, that a local module source names; None for a remote one."""
    if not source.startswith(("./", "../", ".\\", "..\\")) and source not in (".", ".."):
        return None
    joined = posixpath.normpath(posixpath.join(directory or ".", source.replace("\\", "/")))
    return "" if joined == "." else joined
