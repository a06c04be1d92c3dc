"""The configuration file: `initlint.toml`, or `[tool.initlint]` in pyproject.toml.

pydantic is imported only here and only once there is a file to check, or its schema is asked for: a run without
configuration starts without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from initlint.nearest import did_you_mean
from initlint.rule import Rule
from initlint.settings import (
    Environment,
    EnvironmentTable,
    InitJobs,
    Level,
    Override,
    Settings,
    Threshold,
    defaults,
    is_known,
    sections,
)
from initlint.source import Source, Span

if TYPE_CHECKING:
    import re

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from initlint.toml_places import Path as KeyPath
    from initlint.toml_places import Place

FILE_NAME = "initlint.toml"
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


class ConfigError(Exception):
    """A configuration that cannot be used: what is wrong, in which file, and where (1-based; 0 for no place)."""

    def __init__(self, message: str, path: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message, path, line, column)
        self.message = message
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place}: {self.message}"


# --- finding --------------------------------------------------------------------------------------------------------


def workspace_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds `.git` or a configuration, else `start` itself.

    `start` is an absolute folder.
    """
    for folder in (start, *start.parents):
        if (folder / ".git").exists() or find_in(folder):
            return folder
    return start


def find_upwards(start: Path) -> Path | None:
    """The configuration that holds for the absolute folder `start`: the workspace root's."""
    return find_in(workspace_root(start))


def find_in(folder: Path) -> Path | None:
    """The configuration file of a folder: initlint.toml, else a pyproject.toml with a table [tool.initlint]."""
    own = folder / FILE_NAME
    if own.is_file():
        return own
    project = folder / "pyproject.toml"
    if project.is_file() and _has_table(project):
        return project
    return None


def _has_table(project: Path) -> bool:
    """Whether a pyproject.toml configures initlint. One that is no TOML does if it looks so: its error is then told."""
    try:
        data = project.read_bytes()
    except OSError:
        return False
    if b"initlint" not in data:
        return False
    import re

    # However the table is written, one of these begins a line; then reading it as TOML decides.
    if not re.search(rb"""^\s*\[?\s*["']?tool["']?\s*(?:\]|=|\.\s*["']?initlint\b)""", data, re.MULTILINE):
        return False
    import tomllib

    try:
        return "initlint" in tomllib.loads(data.decode("utf-8-sig")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return re.search(rb"^\s*\[\s*tool\s*\.\s*initlint\b", data, re.MULTILINE) is not None


def load(
    start: Path, *, config: Path | None = None, isolated: bool = False, rules: Sequence[Rule] | None = None
) -> Settings:
    """The settings for a scan that starts at the absolute folder `start`.

    config: the file to read instead of the one that is found from `start` upwards. isolated: read none.
    rules: the built-in rules unless given. Raises `ConfigError`.
    """
    if isolated:
        return defaults(rules)
    file = config or find_upwards(start)
    return read(file, workspace_root(start), rules) if file else defaults(rules)


def read(file: Path, root: Path, rules: Sequence[Rule] | None = None) -> Settings:
    """The settings of one file. Raises `ConfigError`."""
    absolute = file.absolute()
    shown = absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else file.as_posix()
    try:
        data = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as problem:
        raise ConfigError(f"cannot be read: {problem.strerror}", shown) from None
    document = _Document(Source(shown, data), absolute.parent)
    return document.settings(rules)


# --- reading --------------------------------------------------------------------------------------------------------


class _Document:
    """One configuration file: its content, and its places once they are needed."""

    def __init__(self, source: Source, directory: Path) -> None:
        self.source = source
        self.directory = directory
        self.inside: KeyPath = ("tool", "initlint") if source.path.rpartition("/")[2] == "pyproject.toml" else ()
        self._places: dict[KeyPath, Place] | None = None

    def settings(self, rules: Sequence[Rule] | None) -> Settings:
        table = self.table()
        known = self.rules(table, rules)
        model = _model(known)
        checked = self.checked(model, table)
        content = {name: getattr(checked, name) for name in type(checked).model_fields}
        environments = self.environments(content.pop("environments"))
        options = {name: content.pop(_attribute(name)) for name in sections(known)}
        settings = Settings(
            rules=tuple(known),
            options=_with_environments(options, table, environments),
            environments=environments,
            source=self.source,
            directory=self.directory,
            **content,
        )
        self.refuse_silencing(table)
        return replace(settings, unknown_rules=tuple(self.unknown_rules(table, known)))

    def table(self) -> dict[str, Any]:
        import tomllib

        try:
            text = self.source.data.decode()
        except UnicodeDecodeError as problem:
            raise self.error("is no UTF-8 text", (problem.start, problem.end)) from None
        try:
            table: Any = tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            message, line, column = _toml_problem(problem, self.source)
            raise ConfigError(message, self.source.path, line, column) from None
        for name in self.inside:
            table = table.get(str(name), {})
        if not isinstance(table, dict):
            raise self.error("'initlint' must be a table", self.place(()))
        return table

    def rules(self, table: Mapping[str, Any], rules: Sequence[Rule] | None) -> Sequence[Rule]:
        from initlint.registry import PackError, builtin, with_packs

        names = table.get("plugins", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            names = []  # the check of types says so
        known = builtin() if rules is None else tuple(rules)
        for index, name in enumerate(names):
            try:
                known = with_packs([name], known)
            except PackError as problem:
                raise self.error(str(problem), self.place(("plugins", index))) from None
        return known

    def checked(self, model: type[BaseModel], table: Mapping[str, Any]) -> BaseModel:
        import json

        from pydantic import ValidationError

        try:
            # As JSON: there a strict check takes an array for a tuple and a text for an enumeration, and nothing else.
            return model.model_validate_json(json.dumps(table, default=str))
        except ValidationError as problem:
            errors = [self.explained(model, table, error) for error in problem.errors()]
            raise min(errors, key=lambda error: (error.line, error.column)) from None

    def explained(self, model: type[BaseModel], table: Mapping[str, Any], error: ErrorDetails) -> ConfigError:
        path: KeyPath = tuple(error["loc"])
        kind = error["type"]
        if kind in ("extra_forbidden", "unexpected_keyword_argument"):
            return self.error(_unknown_key(model, path), self.place(path))
        if kind == "missing":
            return self.error(f"{_table_name(path[:-1])} lacks the key '{path[-1]}'", self.place(path[:-1]))
        if kind == "value_error":
            message = str(error.get("ctx", {}).get("error", error["msg"]))
            key = message.partition(":")[0].strip("'").replace("_", "-")
            within = (*path, key)
            known = within in self.places_by_path()
            return self.error(f"{_table_name(path)}: {message}", self.place(within if known else path))
        message = f"'{_key_name(path)}' {_wanted(error)}"
        return self.error(message, self.place(path, value=True))

    def environments(self, tables: Mapping[str, EnvironmentTable]) -> tuple[Environment, ...]:
        return tuple(
            Environment(
                name,
                table.var_files,
                table.vars,
                table.root,
                self.span(("environments", name)),
                {variable: self.span(("environments", name, "vars", variable), value=True) for variable in table.vars},
            )
            for name, table in tables.items()
        )

    def refuse_silencing(self, table: Mapping[str, Any]) -> None:
        from initlint.diagnostics import ALWAYS_ON, DIAGNOSTICS

        always = {name for rule in DIAGNOSTICS if rule.code in ALWAYS_ON for name in (rule.code, rule.name)}
        for name, path in _rule_names(table):
            if name in always and "select" not in path:
                message = f"{name} can be neither switched off nor changed: leave the file out with 'exclude'"
                raise self.error(message, self.place(path))

    def unknown_rules(self, table: Mapping[str, Any], rules: Sequence[Rule]) -> Iterator[tuple[str, Span]]:
        for name, path in _rule_names(table):
            if not is_known(name, rules):
                yield name, self.span(path)

    # --- places ---

    def places_by_path(self) -> dict[KeyPath, Place]:
        if self._places is None:
            from initlint.toml_places import places

            cut = len(self.inside)
            found = places(self.source.data)
            self._places = {path[cut:]: place for path, place in found.items() if path[:cut] == self.inside}
        return self._places

    def place(self, path: KeyPath, value: bool = False) -> tuple[int, int]:
        """The place of a key, or of the nearest table around it that is written."""
        known = self.places_by_path()
        for length in range(len(path), -1, -1):
            found = known.get(path[:length])
            if found:
                return found.value if value and length == len(path) else found.key
        return 0, 0

    def span(self, path: KeyPath, value: bool = False) -> Span:
        return self.source.span(*self.place(path, value))

    def error(self, message: str, place: tuple[int, int]) -> ConfigError:
        line, column = self.source.position(place[0])
        return ConfigError(message, self.source.path, line, column)


def _with_environments(
    options: Mapping[str, Any], table: Mapping[str, Any], environments: Sequence[Environment]
) -> dict[str, Any]:
    """The options, where those that ask for `environments` and were not told get the names of [environments.*]."""
    names = tuple(environment.name for environment in environments)

    def told(section: str, value: Any) -> Any:
        wants = any(item.name == "environments" for item in fields(value))
        given = "environments" in table.get(section, {})
        return replace(value, environments=names) if names and wants and not given else value

    return {section: told(section, value) for section, value in options.items()}


def _rule_names(table: Mapping[str, Any]) -> Iterator[tuple[str, KeyPath]]:
    """Every place of a checked table that names a rule, with its path."""
    around: list[tuple[Mapping[str, Any], KeyPath]] = [(table, ())]
    around += [(override, ("overrides", index)) for index, override in enumerate(table.get("overrides", ()))]
    for inner, path in around:
        for key in ("select", "ignore"):
            for index, name in enumerate(inner.get(key, ())):
                yield name, (*path, key, index)
        for name in inner.get("severity", {}):
            yield name, (*path, "severity", name)


# --- messages ---------------------------------------------------------------------------------------------------------


def _toml_problem(problem: Exception, source: Source) -> tuple[str, int, int]:
    """Message, line and column of a TOML error: 'Expected ... (at line 3, column 5)' or '(at end of document)'."""
    import re

    text = re.sub(r"\(('[^)]*',?)\)", _as_header, str(problem))
    match = re.search(r" \(at line (\d+), column (\d+)\)$", text)
    if match:
        return text[: match.start()][:1].lower() + text[1 : match.start()], int(match[1]), int(match[2])
    line, column = source.position(len(source.data))
    text = text.removesuffix(" (at end of document)")
    return text[:1].lower() + text[1:] + " at the end of the file", line, column


def _as_header(names: re.Match[str]) -> str:
    """The table ('a', 'b') of a message as it is written: [a.b]."""
    inner = names[1].rstrip(",").replace("', '", ".").strip("'")
    return f"[{inner}]"


def _table_name(path: KeyPath) -> str:
    """A table as it is written: [environments.prod], [[overrides]]."""
    names = [str(part) for part in path if isinstance(part, str)]
    if not names:
        return "the configuration"
    return f"[[{'.'.join(names)}]]" if isinstance(path[-1], int) else f"[{'.'.join(names)}]"


def _key_name(path: KeyPath) -> str:
    """A key as people write it: overrides[0].ignore[1]."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _unknown_key(model: type[BaseModel], path: KeyPath) -> str:
    key = str(path[-1])
    around = path[:-1]
    known = _keys(model, around)
    where = f" in {_table_name(around)}" if around else ""
    hint = did_you_mean(key, known)
    if not hint:
        hint = f"; the keys are {', '.join(known)}" if known else ""
    return f"unknown key '{key}'{where}{hint}"


def _keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that the schema allows in the table at `path`."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    node: Any = schema
    for part in path:
        node = _resolved(node, definitions)
        if isinstance(part, int):
            node = node.get("items", {})
        else:
            node = node.get("properties", {}).get(part) or node.get("additionalProperties") or {}
    return sorted(_resolved(node, definitions).get("properties", {}))


def _resolved(node: Any, definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(node, Mapping):
        return {}
    reference = node.get("$ref")
    return definitions[reference.rpartition("/")[2]] if reference else node


def _wanted(error: ErrorDetails) -> str:
    """What the value at an error must be."""
    kind = error["type"]
    context = error.get("ctx", {})
    given = error["input"]
    if kind in ("literal_error", "enum"):
        import re

        expected = str(context["expected"])
        names = re.findall(r"'([^']*)'", expected)
        hint = did_you_mean(given, names) if isinstance(given, str) else ""
        return f"is {_shown(given)}: it must be one of {', '.join(names) or expected}{hint}"
    kinds = {
        "string_type": "text", "bool_type": "true or false", "int_type": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number", "decimal_type": "a number", "tuple_type": "a list", "list_type": "a list",
        "set_type": "a list", "frozen_set_type": "a list", "dataclass_type": "a table", "dict_type": "a table",
        "mapping_type": "a table", "model_type": "a table", "bool_parsing": "true or false",
    }  # fmt: skip
    if kind in kinds:
        return f"is {_shown(given)}: it must be {kinds[kind]}"
    return f"is {_shown(given)}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _shown(given: Any) -> str:
    if isinstance(given, Mapping):
        return "a table"
    if isinstance(given, list):
        return "a list"
    return str(given).lower() if isinstance(given, bool) else toml_value(given)


# --- the model --------------------------------------------------------------------------------------------------------


def _attribute(name: str) -> str:
    return name.replace("-", "_")


def kebab(name: str) -> str:
    """A setting's key in the file: `fail_on` is `fail-on`."""
    return name.replace("_", "-")


def _model(rules: Sequence[Rule], described: bool = False) -> type[BaseModel]:
    """The pydantic model of a whole file: the settings and one table for each section of rule options.

    described: with the docstrings of the fields, which take as long to read as all the rest.
    """
    from pydantic import ConfigDict, create_model
    from pydantic import Field as Described

    config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=kebab,
        use_attribute_docstrings=described,
        protected_namespaces=(),
    )
    settings: dict[str, Any] = {
        "select": (
            tuple[str, ...],
            Described((), description="The rules to run: codes, their beginnings, names. All, if empty."),
        ),
        "ignore": (tuple[str, ...], Described((), description="The rules not to run.")),
        "severity": (
            Mapping[str, Level],
            Described(default_factory=dict, description='The severity of rules; "off" switches a rule off.'),
        ),
        "exclude": (
            tuple[str, ...],
            Described((), description="Files and folders that are not read; patterns as in .gitignore."),
        ),
        "fail_on": (Threshold, Described("warning", description="The lowest severity that makes the run fail.")),
        "use_tf_var_env": (
            bool,
            Described(False, description="Whether TF_VAR_* environment variables give values to input variables."),
        ),
        "plugins": (
            tuple[str, ...],
            Described(
                (), description="Installed rule packs to load: names of entry points in the group initlint.rules."
            ),
        ),
        "init_jobs": (InitJobs, Described(default_factory=InitJobs)),
        "environments": (
            Mapping[str, EnvironmentTable],
            Described(default_factory=dict, description="Each environment is judged with its own values."),
        ),
        "overrides": (
            tuple[Override, ...],
            Described((), description="What is different for some paths; later ones win."),
        ),
    }
    options: dict[str, Any] = {
        _attribute(section): (type_, Described(default_factory=type_)) for section, type_ in sections(rules).items()
    }
    model: type[BaseModel] = create_model("Initlint", __config__=config, **settings, **options)
    return model


def schema(rules: Sequence[Rule]) -> dict[str, Any]:
    """The JSON schema of the configuration file."""
    described = _tidied(_model(rules, described=True).model_json_schema())
    for section, options in sections(rules).items():
        table = _resolved(described["properties"][section], described["$defs"])["properties"]
        for name, text in descriptions(options).items():
            table[kebab(name)].setdefault("description", text)
    return {
        "$schema": SCHEMA_ID,
        "title": "initlint",
        "description": "Configuration of initlint: initlint.toml, or [tool.initlint] in pyproject.toml.",
        **{name: part for name, part in described.items() if name not in ("title", "description")},
    }


def descriptions(options: type[Any]) -> dict[str, str]:
    """What the docstring of a class of options says of its fields, in the form "cpu: text. memory, disk: text"."""
    import re

    names = "|".join(item.name for item in fields(options))
    text = " ".join((options.__doc__ or "").split())
    parts = re.split(rf"(?:^|(?<=\. ))((?:{names})(?:, (?:{names}))*): ", text)
    return {
        name: f"{said[:1].upper()}{said[1:].strip()}"
        for together, said in zip(parts[1::2], parts[2::2])
        for name in together.split(", ")
    }


def _tidied(node: Any) -> Any:
    """A schema without the titles that pydantic makes of names, and closed: a table takes only the keys that it has."""
    if isinstance(node, dict):
        kept = {name: _tidied(part) for name, part in node.items() if name not in ("title", "properties")}
        if "description" in kept:
            kept["description"] = " ".join(kept["description"].split())
        if "properties" in node:
            kept["properties"] = {name: _tidied(part) for name, part in node["properties"].items()}
            kept["additionalProperties"] = False
        return kept
    return [_tidied(part) for part in node] if isinstance(node, list) else node


# --- writing ----------------------------------------------------------------------------------------------------------


def effective(settings: Settings) -> str:
    """The settings as a configuration file with everything written out; reading it gives the same settings."""
    plain: dict[str, Any] = {
        "select": settings.select,
        "ignore": settings.ignore,
        "exclude": settings.exclude,
        "fail-on": settings.fail_on,
        "use-tf-var-env": settings.use_tf_var_env,
        "plugins": settings.plugins,
    }
    tables: dict[str, Any] = {
        "severity": settings.severity,
        "init-jobs": as_table(settings.init_jobs),
        **{section: as_table(options) for section, options in settings.options.items()},
    }
    lines = [f"# {settings.source.path if settings.source else 'defaults: no configuration file'}"]
    lines += _pairs(plain)
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_pairs(table)]
    for environment in settings.environments:
        table = {"var-files": environment.var_files, "vars": environment.vars, "root": environment.root}
        lines += ["", f"[environments.{toml_key(environment.name)}]", *_pairs(table)]
    for override in settings.overrides:
        lines += ["", "[[overrides]]", *_pairs(as_table(override))]
    return "\n".join(lines) + "\n"


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{toml_key(name)} = {toml_value(value)}" for name, value in table.items() if value is not None]


def as_table(value: Any) -> dict[str, Any]:
    """A dataclass of settings as the table it is read from."""
    return {kebab(item.name): getattr(value, item.name) for item in fields(value) if item.init}


def toml_key(name: str) -> str:
    """A key, quoted where it must be."""
    import re

    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return toml_value(value.value)
    if isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inner = ", ".join(f"{toml_key(str(name))} = {toml_value(part)}" for name, part in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if is_dataclass(value) and not isinstance(value, type):
        return toml_value({name: part for name, part in as_table(value).items() if part is not None})
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, (set, frozenset)):
        return f"[{', '.join(sorted(map(toml_value, value)))}]"
    return str(value)
