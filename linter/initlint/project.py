"""The scanned tree as Terraform would evaluate it: its root modules, each once per setting, and the jobs in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from initlint.jobs.job import Evaluation, Form, Job, Setting
from initlint.record import record
from initlint.source import Span
from initlint.syntax.nodes import File
from initlint.terraform import tfvars
from initlint.terraform.module import Call, ModuleInstance, Problem, Root
from initlint.terraform.reach import Reach
from initlint.terraform.source import Declared, ModuleSource, module_source
from initlint.terraform.value import Value

if TYPE_CHECKING:
    from initlint.settings import Environment, Settings
    from initlint.starts import Starts
    from initlint.workspace import ModuleFiles, Workspace

MOST_COMBINATIONS = 16
"""How many combinations of declared domains a root module is evaluated for."""
JOB_TYPES = frozenset(form.value for form in Form)
"""The resource types that can be a Container Apps job."""


class MissingVarFile(Exception):
    """A variable file that an option or the configuration names is nowhere."""


class MissingRoot(Exception):
    """The folder that the configuration names as an environment's root module does not exist."""


class UnknownEnvironment(Exception):
    """The one environment that was asked for is none of those that are configured."""


@record(eq=True)
class Variables:
    """What options set: `--var` pairs and `--var-file` paths in their order, and TF_VAR_ variables where asked for."""

    options: tuple[tuple[str, str], ...] = ()
    """("var", "name=value") or ("file", path relative to the workspace root), in command-line order."""
    process: Mapping[str, str] = field(default_factory=dict)


class Modules:
    """The module sources of a workspace, and the files that its functions name, each read once: what is found in one
    is the same finding in all environments and callers.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.reach = Reach(workspace.root)
        self._files: dict[str, File] = {}
        self._sources: dict[str, ModuleSource | None] = {}
        self._known: dict[str, ModuleFiles] = {files.path: files for files in workspace.directories}

    def file(self, path: str) -> File:
        """A configuration or variable file, by its path relative to the workspace root."""
        from initlint.syntax.read import read

        found = self._files.get(path)
        if found is None:
            found = self._files[path] = read(self.workspace.root / path, path)
        return found

    def files_of(self, directory: str) -> ModuleFiles:
        """The files of a module directory, whether the scan found it or a module call led there."""
        found = self._known.get(directory)
        if found is None:
            from initlint.workspace import module_files

            root = self.workspace.root
            found = self._known[directory] = module_files(root / directory, directory, root)
        return found

    def load(self, directory: str) -> ModuleSource | None:
        """The module in a directory; None where there is none."""
        if directory not in self._sources:
            files = self.files_of(directory)
            primary, overrides = (
                [self.file(files.relative(name)) for name in names] for names in (files.primary, files.overrides)
            )
            self._sources[directory] = (
                module_source(directory, primary, overrides) if files.holds_configuration else None
            )
        return self._sources[directory]

    @property
    def files(self) -> Mapping[str, File]:
        """Every file read so far."""
        return self._files

    def installed(self, directory: str) -> Mapping[str, str]:
        """The folders of a root's installed modules by dotted call path (`.terraform/modules/modules.json`)."""
        import posixpath

        manifest = self.workspace.root / directory / ".terraform" / "modules" / "modules.json"
        if not manifest.is_file():
            return {}
        import json

        try:
            entries = json.loads(manifest.read_bytes())["Modules"]
            return {
                entry["Key"]: posixpath.normpath(posixpath.join(directory or ".", entry["Dir"].replace("\\", "/")))
                for entry in entries
                if entry["Key"]
            }
        except (OSError, ValueError, KeyError, TypeError):
            return {}


@record
class Project:
    """All that was found: evaluations, and what was wrong on the way."""

    modules: Modules
    evaluations: tuple[Evaluation, ...]
    roots: tuple[str, ...]
    problems: tuple[Problem, ...]
    settings: Settings
    only: str = ""
    """The one environment that was judged, if it was limited to one."""
    notes: tuple[str, ...] = ()
    """What to say of the run: of values that set nothing."""

    @property
    def jobs(self) -> Sequence[Job]:
        """Every job of every evaluation."""
        return [job for evaluation in self.evaluations for job in evaluation.jobs]

    @cached_property
    def starts(self) -> Starts:
        """What in the repository starts jobs."""
        from initlint.left_out import left_out
        from initlint.starts.actions import may_start, with_actions
        from initlint.starts.files import walk
        from initlint.starts.find import find_starts
        from initlint.starts.values import with_values

        root = self.modules.workspace.root
        found = find_starts(root, walk(root, left_out(root, self.settings.excluded)))
        found = with_values(found, self.evaluations, lambda path: self.modules.file(path).source)
        loaded = {path: self.modules.load(path) for one in self.evaluations for path in one.directories}
        acting = {path for path, source in loaded.items() if source is not None and may_start(source)}
        return with_actions(found, [one.root for one in self.evaluations if not acting.isdisjoint(one.directories)])


def build(workspace: Workspace, settings: Settings, variables: Variables, only: str = "",
          progress: Callable[[int, int], None] | None = None, choose: Choice | None = None) -> Project:  # fmt: skip
    """Reads and evaluates everything. `only` limits it to one environment (a configured name, or a domain's value),
    `choose` to some of the root modules.

    Raises MissingRoot, MissingVarFile and UnknownEnvironment.
    """
    modules = Modules(workspace)
    sources = {files.path: modules.load(files.path) for files in workspace.directories}
    present = {directory: source for directory, source in sources.items() if source is not None}
    called = calls_of(present)
    roots = root_directories(called)
    found_files = check_var_files(modules, roots, settings)
    if choose is not None:
        roots = [root for root in roots if choose(root, _reachable([root], called), found_files)]
    evaluations: list[Evaluation] = []
    problems: list[Problem] = []
    for at, directory in enumerate(roots):
        if progress is not None:
            progress(at, len(roots))
        for environment in environments_of(directory, settings, only):
            given = given_values(modules, present[directory], environment, variables, found_files)
            for evaluation in evaluate_root(modules, directory, environment, given, only):
                evaluations.append(evaluation)
                problems.extend(evaluation.root.problems)
    if not any(_is_of_a_domain(evaluation.setting, only) for evaluation in evaluations):
        check_environment(settings, only)
    declared = {root: set(present[root].variables) for root in roots}
    notes = tuple(_of_no_variable(declared, settings, variables)) if choose is None else ()
    return Project(modules, tuple(evaluations), tuple(roots), tuple(_once(problems)), settings, only, notes)


def evaluation_of(directory: Path, settings: Settings, variables: Variables, only: str) -> ModuleInstance:
    """One folder as a root module under its first environment (or the named one), for `initlint eval`.

    A folder without configuration is an empty module. Raises workspace.PathError, MissingRoot, MissingVarFile and
    UnknownEnvironment.
    """
    from initlint.workspace import Workspace, find_root, module_files, starting_folder

    folder = starting_folder([directory])
    root = find_root([directory])
    path = folder.relative_to(root).as_posix()
    path = "" if path == "." else path
    files = module_files(folder, path, root)
    modules = Modules(Workspace(root, (files,)))
    source = modules.load(path) or ModuleSource(path, ())
    environment = environments_of(path, settings, only)[0]
    given = given_values(modules, source, environment, variables, check_var_files(modules, [path], settings))

    def load(wanted: str) -> ModuleSource | None:
        return source if wanted == path else modules.load(wanted)

    def evaluated() -> Root:
        return Root(path, given, load, modules.installed(path), modules.reach)

    for name, text in (pair.split("=", 1) for pair in only.split() if "=" in pair):
        given[name] = tfvars.from_text(name, text, source, f"--environment {only}")
    if not only or "=" in only or only in [environment.name for environment in settings.environments]:
        return evaluated().module
    meant = _meant(evaluated(), only)
    if not meant:
        check_environment(settings, only)
    given.update(meant)
    return evaluated().module


def _meant(root: Root, word: str) -> dict[str, Value]:
    """The variables that have a word among the values of their declared domain, with that value."""
    for name in root.module.source.variables:
        root.module.variable(name)
    return {variable: value for variable, values in root.domains.items() for value in values if _plain(value) == word}


# --- roots ------------------------------------------------------------------------------------------------------------


Choice: TypeAlias = Callable[[str, set[str], Mapping[tuple[str, str], str]], bool]
"""Whether a root module is wanted: its directory, those of all modules that it reaches (itself too), and where each
root finds its configured variable files."""


def calls_of(sources: Mapping[str, ModuleSource]) -> dict[str, set[str]]:
    """For each module directory, those of the modules that it calls."""
    called: dict[str, set[str]] = {}
    for directory, source in sources.items():
        root = Root(directory, {}, sources.get)
        called[directory] = {
            child.directory
            for call in source.calls.values()
            if (child := root.module.child_source(call)) is not None and child.directory != directory
        }
    return called


def root_directories(called: Mapping[str, set[str]]) -> list[str]:
    """The directories whose module no other one calls; of modules that only call each other, the first."""
    children = set().union(*called.values()) if called else set()
    roots = [directory for directory in called if directory not in children]
    reached = _reachable(roots, called)
    for directory in sorted(called):
        if directory not in reached:
            roots.append(directory)
            reached |= _reachable([directory], called)
    return sorted(roots)


def _reachable(starts: Iterable[str], called: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        directory = waiting.pop()
        if directory not in seen:
            seen.add(directory)
            waiting.extend(called.get(directory, ()))
    return seen


def environments_of(directory: str, settings: Settings, only: str) -> Sequence[Environment | None]:
    """The configured environments of a root module; one unnamed where there is none."""
    configured = [e for e in settings.environments if _that_have(e, [directory], settings)]
    if not configured:
        return [None]
    named = [environment for environment in configured if environment.name == only]
    return named or configured


def check_environment(settings: Settings, only: str) -> None:
    """Raises UnknownEnvironment for a name that is not configured, where others are."""
    names = [environment.name for environment in settings.environments]
    if only and names and only not in names:
        from initlint.nearest import did_you_mean

        near = did_you_mean(only, names) or f"; there are {', '.join(names)}"
        raise UnknownEnvironment(f"there is no environment '{only}'{near}")


def _that_have(environment: Environment, roots: Iterable[str], settings: Settings) -> list[str]:
    """The root modules that have an environment."""
    return [root for root in roots if not environment.root or _same_folder(environment.root, root, settings)]


def _same_folder(root: str, directory: str, settings: Settings) -> bool:
    import posixpath

    base = settings.source.directory if settings.source else ""
    return posixpath.normpath(posixpath.join(base or ".", root)) == posixpath.normpath(directory or ".")


# --- values of input variables ----------------------------------------------------------------------------------------


def check_var_files(modules: Modules, roots: Sequence[str], settings: Settings) -> Mapping[tuple[str, str], str]:
    """Where each root finds each configured variable file: (root, name) -> path relative to the workspace root.

    A file is looked for beside the root module, then beside the configuration. Raises MissingVarFile for one that no
    root finds, of those that have the environment, and MissingRoot.
    """
    import posixpath

    found: dict[tuple[str, str], str] = {}
    base = settings.source.directory if settings.source else ""
    for environment in settings.environments:
        if not (modules.workspace.root / base / environment.root).is_dir():
            raise MissingRoot(f"[environments.{environment.name}]: there is no folder '{environment.root}'")
        own = _that_have(environment, roots, settings)
        for name in environment.var_files:
            for directory in own:
                for folder in (directory, base):
                    path = posixpath.normpath(posixpath.join(folder or ".", name))
                    if (modules.workspace.root / path).is_file():
                        found[directory, name] = path
                        break
            if not any((directory, name) in found for directory in own) and own:
                raise MissingVarFile(f"[environments.{environment.name}]: there is no var-file '{name}'")
    return found


def _of_no_variable(declared: Mapping[str, set[str]], settings: Settings, variables: Variables) -> Iterator[str]:
    """Says which values are of no variable of the root modules: a slip in the name would else change nothing unseen.

    declared: the names of each root module's variables. Variable files may hold more, as with Terraform.
    """
    from initlint.nearest import did_you_mean

    said = [
        (f"[environments.{one.name}]: vars", name, set().union(*map(declared.__getitem__, roots)))
        for one in settings.environments
        if (roots := _that_have(one, declared, settings))
        for name in one.vars
    ]
    everywhere = set().union(*declared.values())
    said += [("--var", text.partition("=")[0], everywhere) for kind, text in variables.options if kind == "var"]
    for where, name, known in dict.fromkeys((where, name, frozenset(known)) for where, name, known in said):
        if declared and name not in known:
            yield f"{where}: none of the root modules declares a variable '{name}'{did_you_mean(name, known)}"


def given_values(
    modules: Modules,
    source: ModuleSource,
    environment: Environment | None,
    variables: Variables,
    found_files: Mapping[tuple[str, str], str],
) -> dict[str, Value]:
    """The values that a root module's variables are given, by Terraform's precedence.

    The environment's files and values come after the automatic files and before the options.
    """
    given: dict[str, Value] = {}
    for name, text in variables.process.items():
        given[name] = tfvars.from_text(name, text, source, f"TF_VAR_{name}")
    files = modules.files_of(source.directory)
    for name in files.values:
        given.update(tfvars.from_file(modules.file(files.relative(name))))
    if environment is not None:
        for name in environment.var_files:
            found = found_files.get((source.directory, name))
            if found is not None:
                given.update(tfvars.from_file(modules.file(found)))
        for name, value in environment.vars.items():
            span = environment.spans.get(name) or environment.span
            given[name] = _from_configuration(value, span, f"[environments.{environment.name}]")
    for kind, text in variables.options:
        if kind == "file":
            given.update(tfvars.from_file(modules.file(text)))
        else:
            name, _, value = text.partition("=")
            given[name] = tfvars.from_text(name, value, source, f"--var {name}")
    return given


def _from_configuration(value: object, span: Span | None, label: str) -> Value:
    from initlint.terraform.value import Origin

    return tfvars.from_python(value, Origin(span, label) if span is not None else None)


# --- evaluation -------------------------------------------------------------------------------------------------------


def evaluate_root(
    modules: Modules, directory: str, environment: Environment | None, given: Mapping[str, Value], only: str
) -> Iterator[Evaluation]:
    """A root module under one environment: once, or once for each combination of the domains that jobs depend on."""
    name = environment.name if environment is not None else ""
    first = _evaluation(modules, directory, given, Setting(name))
    domains = _chosen(first.root.domains, first.jobs) if first.jobs else {}
    if not domains:
        yield first
        return
    for values in product(*domains.values()):
        pairs = tuple(zip(domains, values))
        setting = Setting(name, tuple((variable, _plain(value)) for variable, value in pairs))
        if only and only != name and not _named(setting, only, first.root.domains):
            continue
        taken = {
            variable: value.handed_on(
                _declaration(first.root, variable), f"var.{variable}, which may be {_plain(value)}"
            )
            for variable, value in pairs
        }
        yield _evaluation(modules, directory, {**given, **taken}, setting)


def _named(setting: Setting, only: str, domains: Mapping[str, tuple[Value, ...]]) -> bool:
    """Whether an `--environment` option means this setting: by its name, or by a value of one of its domains.

    A word that is no value of any domain here limits nothing here.
    """
    if only == setting.name or _is_of_a_domain(setting, only):
        return True
    return not any(
        only in (_plain(value), f"{variable}={_plain(value)}")
        for variable, values in domains.items()
        for value in values
    )


def _is_of_a_domain(setting: Setting, only: str) -> bool:
    """Whether a word is the value that a domain has in this setting."""
    return any(only in (value, f"{variable}={value}") for variable, value in setting.domains)


def _chosen(domains: Mapping[str, tuple[Value, ...]], jobs: Iterable[Job]) -> dict[str, tuple[Value, ...]]:
    """The domains that are followed, as long as the combinations are not too many: first those that most jobs' names
    depend on (the environment is one of them, if any is), then the smallest.
    """
    named = [job.name.value.sources for job in jobs]
    uses = {variable: sum(f"var.{variable}" in sources for sources in named) for variable in domains}
    chosen: dict[str, tuple[Value, ...]] = {}
    combinations = 1
    for variable, values in sorted(domains.items(), key=lambda item: (-uses[item[0]], len(item[1]), item[0])):
        if combinations * len(values) > MOST_COMBINATIONS:
            continue
        combinations *= len(values)
        chosen[variable] = values
    return dict(sorted(chosen.items()))


def _plain(value: Value) -> str:
    from initlint.terraform.convert import to_text

    text = to_text(value).data
    return text if isinstance(text, str) else "?"


def _declaration(root: Root, variable: str) -> Span:
    return root.module.source.variables[variable].block.header.first_line()


def _evaluation(modules: Modules, directory: str, given: Mapping[str, Value], setting: Setting) -> Evaluation:
    loaded: set[str] = set()

    def load(wanted: str) -> ModuleSource | None:
        loaded.add(wanted)
        return modules.load(wanted)

    root = Root(directory, given, load, modules.installed(directory), modules.reach)
    jobs = tuple(_jobs(root.module, setting, {}))
    return Evaluation(root, setting, jobs, frozenset(loaded))


def _jobs(instance: ModuleInstance, setting: Setting, holding: dict[str, bool], none: str = "") -> Iterator[Job]:
    """The jobs of a module instance and of all that it calls; `none` says why it has no instance itself."""
    instance.look_for_cycles()
    from initlint.jobs.find import find_jobs, not_called

    if any(type_ in JOB_TYPES for _, type_ in instance.source.resource_types):
        yield from find_jobs(instance, setting, none)
    for name, call in instance.source.calls.items():
        source = instance.child_source(call)
        if source is None:
            continue
        if not _holds_jobs(instance, call, source, holding):
            _look_for_modules(ModuleInstance(instance.root, source, Call(call, instance, {})))
            continue
        expanded, children = instance.children(name)
        for child in children:
            yield from _jobs(child, setting, holding, none)
        if expanded.none:
            absent = not_called(instance, call, source, expanded)
            why = none or f"0 instances, because {expanded.none} on {absent.base_path}"
            yield from _jobs(absent, setting, holding, why)


def _holds_jobs(instance: ModuleInstance, call: Declared, source: ModuleSource, holding: dict[str, bool]) -> bool:
    """Whether a module, or one that it calls, declares a resource that can be a job."""
    known = holding.get(source.directory)
    if known is None:
        holding[source.directory] = False  # while it is being looked at: a cycle adds nothing
        known = any(type_ in JOB_TYPES for _, type_ in source.resource_types)
        if not known:
            inner = ModuleInstance(instance.root, source, Call(call, instance, {}))
            for name, below in source.calls.items():
                child = inner.child_source(below)
                if child is not None and _holds_jobs(inner, source.calls[name], child, holding):
                    known = True
                    break
        holding[source.directory] = known
    return known


def _look_for_modules(instance: ModuleInstance) -> None:
    """Notes the modules that cannot be found, and the cycles, below one without jobs."""
    instance.look_for_cycles()
    for call in instance.source.calls.values():
        source = instance.child_source(call)
        if source is not None:
            _look_for_modules(ModuleInstance(instance.root, source, Call(call, instance, {})))


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Each problem once; a module that is not installed once for all the calls of it."""
    seen: set[object] = set()
    for problem in problems:
        keys = {(problem.code, problem.span)} | ({problem.message} if problem.code == "INIT006" else set())
        if not keys & seen:
            yield problem
        seen |= keys
