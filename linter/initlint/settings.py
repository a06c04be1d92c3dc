"""The settings of a run, as plain data: what the configuration file says, or the defaults.

Nothing here needs a file, and so nothing here needs pydantic; `settings_file` reads, checks and writes files.
The attribute docstrings of the tables below are the descriptions in the published JSON schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from initlint.diagnostics import ALWAYS_ON, OWN
from initlint.gitignore import Patterns
from initlint.record import record
from initlint.rule import Rule, Severity
from initlint.source import Source, Span

Level: TypeAlias = Literal["error", "warning", "note", "off"]
Threshold: TypeAlias = Literal["error", "warning", "note", "never"]

EVERYTHING = "ALL"
"""What stands for every rule in `select` and `ignore`."""


# --- tables of the file ---------------------------------------------------------------------------------------------


@record(eq=True)
class InitJobs:
    """Which Container Apps jobs are init jobs."""

    detect: Literal["auto", "manual", "all"] = "auto"
    """"auto" looks at name, tags, file and program; "manual" takes every manually triggered job, "all" every job."""
    include: tuple[str, ...] = ()
    """Addresses of jobs that are init jobs whatever else is known; `*` and `?` as in a shell."""
    exclude: tuple[str, ...] = ()
    """Addresses of jobs that are not init jobs; they win over `include`."""


@record(eq=True)
class EnvironmentTable:
    """The values that a root module is deployed with in one environment."""

    var_files: tuple[str, ...] = ()
    """Variable files, later ones win; relative to the root module's folder, else to the configuration's folder."""
    vars: Mapping[str, Any] = field(default_factory=dict)
    """Values of input variables; they win over `var-files`."""
    root: str = ""
    """The folder of the one root module that has this environment, relative to the configuration's folder; by default
    every root module has it."""


@record(eq=True)
class Override:
    """What is different for some paths."""

    paths: tuple[str, ...]
    """Patterns as in .gitignore, relative to the workspace root."""
    select: tuple[str, ...] = ()
    """Rules to switch on for these paths, besides those that are on."""
    ignore: tuple[str, ...] = ()
    """Rules to switch off for these paths."""
    severity: Mapping[str, Level] = field(default_factory=dict)
    """Severities for these paths; "off" switches a rule off."""

    @cached_property
    def patterns(self) -> Patterns:
        """The patterns of `paths`."""
        return Patterns.of(self.paths)


# --- what the engine sees ---------------------------------------------------------------------------------------------


@record
class Environment:
    """A named environment.

    `spans` says where the configuration writes a value of `vars`, by variable; `span` where it names the environment.
    """

    name: str
    var_files: tuple[str, ...] = ()
    vars: Mapping[str, Any] = field(default_factory=dict)
    root: str = ""
    span: Span | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)


@record
class Settings:
    """All settings. Make the defaults with `defaults(rules)`, or read them with `settings_file.load`."""

    rules: tuple[Rule, ...] = ()
    """Every rule there is: built-in, the linter's own, and those of rule packs."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The options of the rules, by section."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Level] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    environments: tuple[Environment, ...] = ()
    init_jobs: InitJobs = field(default_factory=InitJobs)
    exclude: tuple[str, ...] = ()
    fail_on: Threshold = "warning"
    use_tf_var_env: bool = False
    plugins: tuple[str, ...] = ()
    source: Source | None = None
    """The configuration file, if there is one; its path is relative to the workspace root."""
    directory: Path | None = None
    """The folder of the configuration file."""
    unknown_rules: tuple[tuple[str, Span], ...] = ()
    """The names in the configuration that are no rule's, and where they stand (INIT005)."""

    def severity_of(self, rule: Rule, path: str = "") -> Severity | None:
        """How much a finding of `rule` in the file at `path` matters; None where the rule is off.

        Of two entries that speak of a rule the more exact one wins: its code or name, then the longer prefix, then ALL;
        of equals `ignore` wins over `select`. Overrides follow in their order. A rule that is off by default is on once
        `severity` or `select` names it exactly. `select` does not concern the linter's own rules (INIT0xx).
        """
        if rule.code in ALWAYS_ON:
            return rule.severity
        severity = self._base(rule)
        for override in self._overrides_of(path):
            severity = _adjusted(rule, severity, override.select, override.ignore, override.severity)
        return severity

    def option(self, rule: Rule) -> Any:
        """The options of a rule; None for a rule without."""
        return self.options[rule.section] if rule.options else None

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of this severity makes the run fail."""
        return self.fail_on != "never" and severity.rank <= Severity(self.fail_on).rank

    def rule_names(self) -> Iterator[str]:
        """Every code and every name."""
        for rule in self.rules:
            yield rule.code
            yield rule.name

    @cached_property
    def excluded(self) -> Patterns:
        """The patterns of `exclude`."""
        return Patterns.of(self.exclude)

    def _base(self, rule: Rule) -> Severity | None:
        if rule.code in self._bases:
            return self._bases[rule.code]
        chosen = not self.select or rule.code in OWN or strength_of(rule, self.select) > 0
        severity = rule.severity if chosen and rule.enabled else None
        severity = _adjusted(rule, severity, self.select, self.ignore, self.severity if chosen else {})
        self._bases[rule.code] = severity
        return severity

    @cached_property
    def _bases(self) -> dict[str, Severity | None]:
        return {}

    def _overrides_of(self, path: str) -> Sequence[Override]:
        if not self.overrides:
            return ()
        if path not in self._by_path:
            self._by_path[path] = [override for override in self.overrides if override.patterns.matches(path)]
        return self._by_path[path]

    @cached_property
    def _by_path(self) -> dict[str, list[Override]]:
        return {}


EXACT = 1000


def strength(rule: Rule, name: str) -> int:
    """How exactly a name of `select` or `ignore` means a rule: `EXACT` for its code or name, the length of a code's
    prefix ("INIT8"), 1 for ALL, 0 if it does not.
    """
    if name in (rule.code, rule.name):
        return EXACT
    if name == EVERYTHING:
        return 1
    return len(name) if is_prefix(name) and rule.code.startswith(name) else 0


def strength_of(rule: Rule, names: Sequence[str]) -> int:
    """The strength of the name that means the rule most exactly."""
    return max((strength(rule, name) for name in names), default=0)


def is_prefix(name: str) -> bool:
    """Whether a name is written like the beginning of a code: capital letters, then maybe digits."""
    letters = name.rstrip("0123456789")
    return letters.isalpha() and letters.isascii() and letters.isupper()


def is_known(name: str, rules: Sequence[Rule]) -> bool:
    """Whether a name of `select`, `ignore` or `severity` means any rule."""
    return name == EVERYTHING or any(strength(rule, name) for rule in rules)


def _adjusted(
    rule: Rule, severity: Severity | None, select: Sequence[str], ignore: Sequence[str], levels: Mapping[str, Level]
) -> Severity | None:
    selected = strength_of(rule, select)
    if severity is None and selected and (rule.enabled or selected == EXACT):
        severity = rule.severity
    named = max(levels, key=lambda name: strength(rule, name), default="")
    exactness = strength(rule, named)
    if exactness and (severity is not None or exactness == EXACT):
        level = levels[named]
        severity = None if level == "off" else Severity(level)
    ignored = strength_of(rule, ignore)
    return None if ignored and ignored >= selected else severity


def defaults(rules: Sequence[Rule] | None = None) -> Settings:
    """The settings of a run without configuration; `rules` are the built-in ones by default."""
    if rules is None:
        from initlint.registry import builtin

        rules = builtin()
    return Settings(rules=tuple(rules), options={name: make() for name, make in sections(rules).items()})


def sections(rules: Sequence[Rule]) -> dict[str, type[Any]]:
    """The tables of rule options, by name. Rules that share a section share its type of options.

    Raises ValueError where they do not, or where a section has the name of a setting: a mistake in a rule pack.
    """
    found: dict[str, type[Any]] = {}
    for rule in rules:
        if rule.options is None:
            continue
        if not rule.section or rule.section in RESERVED:
            raise ValueError(f"{rule.code}: '{rule.section}' cannot be the section of its options")
        if found.setdefault(rule.section, rule.options) is not rule.options:
            raise ValueError(f"{rule.code}: section '{rule.section}' has other options already")
    return dict(sorted(found.items()))


RESERVED = frozenset(
    {"select", "ignore", "severity", "overrides", "environments", "init-jobs", "exclude", "fail-on", "use-tf-var-env"}
    | {"plugins"}
)
"""The keys of the file that are no rules' section."""
