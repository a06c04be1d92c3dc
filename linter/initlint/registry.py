"""The rules of a run: the built-in pack, the linter's own, and the packs that the configuration names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from initlint.diagnostics import DIAGNOSTICS
from initlint.rule import Rule

ENTRY_POINTS = "initlint.rules"
"""The entry point group of rule packs; each entry point gives an iterable of `Rule`."""


class PackError(Exception):
    """A rule pack that the configuration names is not installed, or is no rule pack."""


def builtin() -> tuple[Rule, ...]:
    """The built-in rules, the linter's own among them, by code."""
    from initlint_rules import RULES

    return _sorted((*DIAGNOSTICS, *RULES))


def with_packs(names: Iterable[str], base: Sequence[Rule] | None = None) -> tuple[Rule, ...]:
    """The rules of `base` (the built-in ones by default) and those of the named packs, by code. Raises `PackError`."""
    rules = list(builtin() if base is None else base)
    for name in names:
        for rule in pack(name):
            clash = next((other for other in rules if {other.code, other.name} & {rule.code, rule.name}), None)
            if clash:
                raise PackError(f"plugin '{name}': {rule.code} {rule.name} is taken by {clash.code} {clash.name}")
            rules.append(rule)
    return _sorted(rules)


def pack(name: str) -> tuple[Rule, ...]:
    """The rules of one installed pack. Loading it runs its code, which is why only the configuration can name it."""
    from importlib.metadata import entry_points

    from initlint.nearest import did_you_mean

    found = entry_points(group=ENTRY_POINTS)
    for entry in found:
        if entry.name == name:
            try:
                rules = tuple(entry.load())
            except Exception as problem:
                raise PackError(f"plugin '{name}' cannot be loaded: {type(problem).__name__}: {problem}") from problem
            if not all(isinstance(rule, Rule) for rule in rules):
                raise PackError(f"plugin '{name}' is no rule pack: {entry.value} is not a sequence of rules")
            return rules
    raise PackError(f"plugin '{name}' is not installed{did_you_mean(name, (entry.name for entry in found))}")


def find(name: str, rules: Sequence[Rule]) -> Rule | None:
    """The rule of that code or name, upper and lower case alike."""
    wanted = name.casefold()
    return next((rule for rule in rules if wanted in (rule.code.casefold(), rule.name)), None)


def _sorted(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: rule.code))
