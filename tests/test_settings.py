from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import jsonschema
import pytest

from initlint import registry
from initlint.diagnostics import DIAGNOSTICS
from initlint.rule import Rule, Severity
from initlint.settings import Environment, InitJobs, Override, Settings, defaults, sections
from initlint.settings_file import ConfigError, effective, load, schema


@dataclass(frozen=True)
class Size:
    cpu: float
    memory: str


@dataclass(frozen=True)
class NamingOptions:
    """How jobs are named.

    patterns: the patterns. environments: what a name may
    end in.
    """

    patterns: tuple[str, ...] = ("{project}-init",)
    environments: tuple[str, ...] = ("dev", "prod")
    project: str | None = None

    def __post_init__(self) -> None:
        for pattern in self.patterns:
            if pattern.count("{") != pattern.count("}"):
                raise ValueError(f"patterns: '{pattern}' has a brace that is not closed")


@dataclass(frozen=True)
class SizeOptions:
    max_cpu: float = 1.0
    """The most CPU."""
    sizes: dict[str, Size] = field(default_factory=lambda: {"small": Size(0.25, "0.5Gi")})


NAMING = Rule("INIT101", "job-name-pattern", Severity.ERROR, "", "", options=NamingOptions, section="naming")
SIZE = Rule("INIT201", "oversized-resources", Severity.ERROR, "", "", options=SizeOptions, section="resources")
TAG = Rule("INIT603", "purpose-tag", Severity.WARNING, "", "")
QUIET = Rule("INIT699", "quiet", Severity.NOTE, "", "", enabled=False)
RULES = (*DIAGNOSTICS, NAMING, SIZE, TAG, QUIET)
SYNTAX, UNUSED, REASON = RULES[0], RULES[2], RULES[3]


def configured(folder: Path, text: str, name: str = "initlint.toml") -> Settings:
    (folder / name).write_text(text, encoding="utf-8")
    return load(folder, rules=RULES)


def refused(folder: Path, text: str, name: str = "initlint.toml") -> str:
    with pytest.raises(ConfigError) as caught:
        configured(folder, text, name)
    return str(caught.value)


# --- defaults -------------------------------------------------------------------------------------------------------


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, rules=RULES)
    assert (settings.source, settings.directory, settings.environments, settings.fail_on) == (None, None, (), "warning")
    assert settings.options == {"naming": NamingOptions(), "resources": SizeOptions()}
    assert settings.option(NAMING) == NamingOptions()
    assert settings.option(TAG) is None


def test_a_run_without_a_file_does_not_import_pydantic(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from initlint.settings_file import load; load(Path(sys.argv[1]));"
        "print(sorted({'pydantic', 'tomllib', 'json', 'difflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --- finding the file -----------------------------------------------------------------------------------------------


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "initlint.toml").write_text("ignore = ['INIT1']")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.initlint]\nignore = ['INIT2']\n")
    assert load(inner, rules=RULES).ignore == ("INIT2",)
    assert load(tmp_path, rules=RULES).ignore == ("INIT1",)
    (tmp_path / "a" / "initlint.toml").write_text("ignore = ['INIT6']")
    assert load(inner, rules=RULES).ignore == ("INIT6",)
    assert load(inner, rules=RULES, isolated=True).ignore == ()


def test_no_file_above_the_repository_is_read(tmp_path: Path) -> None:
    (tmp_path / "initlint.toml").write_text("ignore = ['INIT1']")
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    assert load(tmp_path / "repo", rules=RULES).ignore == ()


def test_a_pyproject_without_the_table_is_none(tmp_path: Path) -> None:
    (tmp_path / "initlint.toml").write_text("ignore = ['INIT1']")
    inner = tmp_path / "a"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("# initlint\n[tool.other]\nx = 'initlint'\n")
    assert load(inner, rules=RULES).ignore == ("INIT1",)


def test_a_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "initlint.toml").write_text("ignore = ['INIT1']")
    (tmp_path / "repo" / "strict.toml").write_text("ignore = ['INIT2']")
    settings = load(tmp_path / "repo", config=tmp_path / "repo" / "strict.toml", rules=RULES)
    assert settings.ignore == ("INIT2",)
    assert settings.source is not None
    assert (settings.source.path, settings.directory) == ("strict.toml", tmp_path / "repo")
    missing = tmp_path / "no.toml"
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "repo", config=missing, rules=RULES)
    assert str(caught.value) == f"{missing.as_posix()}: cannot be read: No such file or directory"


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "initlint.toml").write_bytes(b"\xef\xbb\xbfignore = ['INIT1']\n")
    assert load(tmp_path, rules=RULES).ignore == ("INIT1",)


# --- content --------------------------------------------------------------------------------------------------------

EVERYTHING = """\
select = ["INIT", "quiet"]
ignore = ["INIT2"]
exclude = ["legacy/"]
fail-on = "error"
use-tf-var-env = true

[severity]
INIT603 = "error"

[init-jobs]
detect = "manual"
include = ["module.x.*"]

[naming]
patterns = ["{project}-x"]
project = "shop"

[resources]
max-cpu = 2
sizes = { large = { cpu = 1, memory = "2Gi" } }

[environments.prod]
var-files = ["env/prod.tfvars"]
vars = { replicas = 2, tags = { a = "b" }, list = [1, "x", true] }

[environments."dev-1"]
root = "infra/app"

[[overrides]]
paths = ["old/**"]
ignore = ["job-name-pattern"]
severity = { INIT603 = "off" }
"""


def test_everything_is_read(tmp_path: Path) -> None:
    settings = configured(tmp_path, EVERYTHING)
    assert (settings.select, settings.ignore, settings.exclude) == (("INIT", "quiet"), ("INIT2",), ("legacy/",))
    assert (settings.fail_on, settings.use_tf_var_env, settings.severity) == ("error", True, {"INIT603": "error"})
    assert settings.init_jobs == InitJobs("manual", ("module.x.*",))
    assert settings.options == {
        "naming": NamingOptions(("{project}-x",), ("prod", "dev-1"), "shop"),
        "resources": SizeOptions(2.0, {"large": Size(1.0, "2Gi")}),
    }
    assert settings.overrides == (Override(("old/**",), (), ("job-name-pattern",), {"INIT603": "off"}),)
    prod, dev = settings.environments
    assert (prod.name, prod.var_files, prod.root) == ("prod", ("env/prod.tfvars",), "")
    assert prod.vars == {"replicas": 2, "tags": {"a": "b"}, "list": [1, "x", True]}
    assert (dev.name, dev.var_files, dev.vars, dev.root) == ("dev-1", (), {}, "infra/app")
    assert settings.unknown_rules == ()
    assert prod.span is not None
    assert (prod.span.line, prod.span.column, prod.span.text) == (22, 15, "prod")
    assert [(name, span.line, span.text) for name, span in prod.spans.items()] == [
        ("replicas", 24, "2"),
        ("tags", 24, '{ a = "b" }'),
        ("list", 24, '[1, "x", true]'),
    ]


def test_everything_is_read_from_pyproject_too(tmp_path: Path) -> None:
    table = "[project]\nname = 'x'\n[tool.initlint]\n" + EVERYTHING.replace("\n[[", "\n[[tool.initlint.").replace(
        "\n[", "\n[tool.initlint."
    ).replace("[tool.initlint.[tool.initlint.", "[[tool.initlint.")
    tomllib.loads(table)
    ours = configured(tmp_path, table, "pyproject.toml")
    other = tmp_path / "other"
    other.mkdir()
    theirs = configured(other, EVERYTHING)
    assert effective(replace(ours, source=None)) == effective(replace(theirs, source=None))
    assert ours.environments[0].span is not None
    assert ours.environments[0].span.line == 25


def test_names_of_environments_are_told_to_rules_unless_they_are_set(tmp_path: Path) -> None:
    text = "[environments.qa]\n[environments.live]\n"
    assert configured(tmp_path, text).options["naming"].environments == ("qa", "live")
    text += "[naming]\nenvironments = ['x']\n"
    assert configured(tmp_path, text).options["naming"].environments == ("x",)


# --- which rules ----------------------------------------------------------------------------------------------------


def test_rules_are_on_by_default_unless_they_are_off_by_default() -> None:
    settings = Settings(rules=RULES)
    assert [settings.severity_of(rule) for rule in (NAMING, TAG, QUIET, REASON)] == [
        Severity.ERROR,
        Severity.WARNING,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("settings", "on"),
    [
        (Settings(select=("INIT6",)), ["INIT603"]),
        (Settings(select=("INIT6", "quiet")), ["INIT603", "INIT699"]),
        (Settings(select=("ALL",)), ["INIT101", "INIT201", "INIT603"]),
        (Settings(ignore=("INIT1", "purpose-tag")), ["INIT201"]),
        (Settings(ignore=("ALL",)), []),
        (Settings(select=("INIT6",), ignore=("INIT603",)), []),
        (Settings(select=("INIT603",), ignore=("INIT6",)), ["INIT603"]),
        (Settings(select=("INIT603",), ignore=("INIT603",)), []),
        (Settings(select=("INIT603",), ignore=("ALL",)), ["INIT603"]),
        (Settings(select=("init603",)), []),
        (Settings(severity={"INIT699": "note"}), ["INIT101", "INIT201", "INIT603", "INIT699"]),
        (Settings(severity={"INIT6": "note"}), ["INIT101", "INIT201", "INIT603"]),
        (Settings(severity={"quiet": "error"}, select=("INIT1",)), ["INIT101"]),
        (Settings(severity={"INIT1": "off", "INIT101": "note"}), ["INIT101", "INIT201", "INIT603"]),
        (Settings(severity={"INIT101": "off"}, select=("INIT1",)), []),
    ],
)
def test_select_ignore_and_severity(settings: Settings, on: list[str]) -> None:
    assert [rule.code for rule in (NAMING, SIZE, TAG, QUIET) if settings.severity_of(rule)] == on


def test_the_more_exact_severity_wins() -> None:
    settings = Settings(severity={"INIT603": "note", "INIT6": "error", "ALL": "warning"})
    assert [settings.severity_of(rule) for rule in (TAG, NAMING)] == [Severity.NOTE, Severity.WARNING]


def test_overrides_follow_each_other() -> None:
    settings = Settings(
        ignore=("INIT2",),
        overrides=(
            Override(("legacy/",), ignore=("INIT6",), severity={"INIT101": "note"}),
            Override(("legacy/new/**",), select=("INIT6", "INIT201", "quiet"), severity={"INIT101": "off"}),
        ),
    )
    found = {
        path: [settings.severity_of(rule, path) for rule in (NAMING, SIZE, TAG, QUIET)]
        for path in ("main.tf", "a/legacy/main.tf", "legacy/new/main.tf")
    }
    assert found == {
        "main.tf": [Severity.ERROR, None, Severity.WARNING, None],
        "a/legacy/main.tf": [Severity.NOTE, None, None, None],
        "legacy/new/main.tf": [None, Severity.ERROR, Severity.WARNING, Severity.NOTE],
    }


def test_the_linters_own_rules_are_not_selected_but_may_be_ignored() -> None:
    assert Settings(select=("INIT1",)).severity_of(UNUSED) is Severity.WARNING
    assert Settings(ignore=("unused-ignore",)).severity_of(UNUSED) is None
    assert Settings(severity={"INIT004": "note"}).severity_of(REASON) is Severity.NOTE
    everything_off = Settings(select=("INIT1",), ignore=("ALL",), overrides=(Override(("**",), ignore=("INIT001",)),))
    assert everything_off.severity_of(SYNTAX, "a.tf") is Severity.ERROR


@pytest.mark.parametrize(
    ("fail_on", "failing"),
    [("error", "E"), ("warning", "EW"), ("note", "EWN"), ("never", "")],
)
def test_what_makes_a_run_fail(fail_on: str, failing: str) -> None:
    settings = Settings(fail_on=fail_on)  # type: ignore[arg-type]
    assert "".join(severity.name[0] for severity in Severity if settings.fails(severity)) == failing


def test_unknown_rules_are_remembered_with_their_places(tmp_path: Path) -> None:
    text = (
        "select = ['INIT1',\n  'INTI2']\n[severity]\nINIT999 = 'off'\n"
        "[[overrides]]\npaths = ['x']\n[[overrides]]\npaths = ['y']\nignore = ['INIT101', \"nmae\"]\n"
        "severity.x-y = 'note'\n"
    )
    settings = configured(tmp_path, text)
    assert [(name, span.path, span.line, span.column, span.text) for name, span in settings.unknown_rules] == [
        ("INTI2", "initlint.toml", 2, 3, "'INTI2'"),
        ("INIT999", "initlint.toml", 4, 1, "INIT999"),
        ("nmae", "initlint.toml", 9, 22, '"nmae"'),
        ("x-y", "initlint.toml", 10, 10, "x-y"),
    ]


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignroe = []", "1:1: unknown key 'ignroe'; did you mean 'ignore'?"),
        (
            "[[overrides]]\npaths = ['x']\n\n[[overrides]]\npaths = ['y']\nignroe = []",
            "6:1: unknown key 'ignroe' in [[overrides]]; did you mean 'ignore'?",
        ),
        (
            "[environments.prod]\nvar_files = []",
            "2:1: unknown key 'var_files' in [environments.prod]; did you mean 'var-files'?",
        ),
        (
            'environments.prod = {"varfiles" = []}',
            "1:22: unknown key 'varfiles' in [environments.prod]; did you mean 'var-files'?",
        ),
        ("[naming]\nx = 1", "2:1: unknown key 'x' in [naming]; the keys are environments, patterns, project"),
        (
            "[resources]\nsizes.big = {cpu = 1, memory = '2Gi', gpu = 1}",
            "2:39: unknown key 'gpu' in [resources.sizes.big]; did you mean 'cpu'?",
        ),
        (
            "[tags]\na = 1",
            (
                "1:2: unknown key 'tags'; the keys are environments, exclude, fail-on, ignore, init-jobs, naming, "
                "overrides, plugins, resources, select, severity, use-tf-var-env"
            ),
        ),
        ("\n[[overrides]]\nignore = []", "2:3: [[overrides]] lacks the key 'paths'"),
        ("[resources]\nsizes = { big = { cpu = 1 } }", "2:11: [resources.sizes.big] lacks the key 'memory'"),
        (
            "fail-on = 'warn'",
            "1:11: 'fail-on' is \"warn\": it must be one of error, warning, note, never; did you mean 'warning'?",
        ),
        ("fail-on = 3", "1:11: 'fail-on' is 3: it must be one of error, warning, note, never"),
        ("select = 'INIT1'", "1:10: 'select' is \"INIT1\": it must be a list"),
        ("select = [\n  'INIT1',\n  3,\n]", "3:3: 'select[1]' is 3: it must be text"),
        ("use-tf-var-env = 'yes'", "1:18: 'use-tf-var-env' is \"yes\": it must be true or false"),
        (
            "[severity]\nINIT101 = 'err'",
            "2:11: 'severity.INIT101' is \"err\": it must be one of error, warning, note, off; did you mean 'error'?",
        ),
        ("init-jobs = ['x']", "1:13: 'init-jobs' is a list: it must be a table"),
        ("[init-jobs]\ndetect = true", "2:10: 'init-jobs.detect' is true: it must be one of auto, manual, all"),
        ("environments = 1", "1:16: 'environments' is 1: it must be a table"),
        ("[resources]\nmax-cpu = '2'", "2:11: 'resources.max-cpu' is \"2\": it must be a number"),
        ("[naming]\nproject = 1", "2:11: 'naming.project' is 1: it must be text"),
        ("[naming]\npatterns = ['{a']", "2:1: [naming]: patterns: '{a' has a brace that is not closed"),
        ("a = \nb = 1", "1:5: invalid value"),
        ("select = []\na = [", "2:6: invalid value at the end of the file"),
        ("[a]\n[a]\n", "2:3: cannot declare [a] twice"),
        (
            "ignore = ['INIT001']",
            "1:11: INIT001 can be neither switched off nor changed: leave the file out with 'exclude'",
        ),
        (
            "[severity]\nunreadable-file = 'note'",
            "2:1: unreadable-file can be neither switched off nor changed: leave the file out with 'exclude'",
        ),
        ("plugins = ['x', 'nope']", "1:12: plugin 'x' is not installed"),
        ("plugins = 'x'", "1:11: 'plugins' is \"x\": it must be a list"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    assert refused(tmp_path, text) == f"initlint.toml:{message}"


def test_the_first_mistake_in_the_file_is_told(tmp_path: Path) -> None:
    text = "select = [1]\n[naming]\nx = 1\n"
    assert refused(tmp_path, text) == "initlint.toml:1:11: 'select[0]' is 1: it must be text"


def test_places_in_pyproject_are_those_of_the_table(tmp_path: Path) -> None:
    text = "[project]\nname = 'x'\nignroe = 1\n[tool.initlint]\nignroe = []\n"
    assert refused(tmp_path, text, "pyproject.toml") == (
        "pyproject.toml:5:1: unknown key 'ignroe'; did you mean 'ignore'?"
    )
    assert refused(tmp_path, "[tool]\ninitlint = 3\n", "pyproject.toml") == (
        "pyproject.toml:2:1: 'initlint' must be a table"
    )
    assert refused(tmp_path, "[tool.initlint]\nx = \n", "pyproject.toml") == "pyproject.toml:2:5: invalid value"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "initlint.toml").write_bytes(b"a = 1\nb = '\xff'\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, rules=RULES)
    assert (str(caught.value), caught.value.line, caught.value.column) == (
        "initlint.toml:2:6: is no UTF-8 text",
        2,
        6,
    )


# --- rule packs -----------------------------------------------------------------------------------------------------

PACK = (Rule("ACME1", "acme-rule", Severity.NOTE, "", "", options=SizeOptions, section="acme"),)
CLASH = (Rule("ACME2", "purpose-tag", Severity.NOTE, "", ""),)
NO_PACK = 3


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> None:
    here = "test_settings"
    monkeypatch.setitem(sys.modules, here, sys.modules[__name__])
    found = EntryPoints(
        EntryPoint(name, f"{here}:{value}", registry.ENTRY_POINTS)
        for name, value in [("acme", "PACK"), ("clash", "CLASH"), ("broken", "NO_PACK"), ("gone", "MISSING")]
    )
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found.select(group=group))


@pytest.mark.usefixtures("packs")
def test_a_rule_pack_brings_rules_and_options(tmp_path: Path) -> None:
    settings = configured(tmp_path, "plugins = ['acme']\nignore = ['acme-rule']\n[acme]\nmax-cpu = 3\n")
    assert settings.rules[0] is PACK[0]
    assert settings.options["acme"] == SizeOptions(3.0)
    assert (settings.severity_of(PACK[0]), settings.unknown_rules) == (None, ())


@pytest.mark.usefixtures("packs")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("acm", "plugin 'acm' is not installed; did you mean 'acme'?"),
        ("clash", "plugin 'clash': ACME2 purpose-tag is taken by INIT603 purpose-tag"),
        (
            "broken",
            "plugin 'broken' cannot be loaded: TypeError: 'int' object is not iterable",
        ),
        (
            "gone",
            "plugin 'gone' cannot be loaded: AttributeError: module '{module}' has no attribute 'MISSING'",
        ),
    ],
)
def test_a_rule_pack_that_is_none_is_refused(tmp_path: Path, name: str, message: str) -> None:
    expected = message.replace("{module}", __name__)
    assert refused(tmp_path, f"plugins = ['acme', '{name}']") == f"initlint.toml:1:20: {expected}"


def test_rules_that_disagree_on_a_section_are_a_mistake_of_their_pack() -> None:
    other = replace(SIZE, code="INIT202", section="naming")
    with pytest.raises(ValueError, match=r"^INIT202: section 'naming' has other options already$"):
        sections((NAMING, other))
    with pytest.raises(ValueError, match=r"^INIT101: 'severity' cannot be the section of its options$"):
        sections((replace(NAMING, section="severity"),))


# --- writing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", EVERYTHING, '[environments."ü \\" x"]\nvars = { "a b" = 1.5, c = "\\u007f\\n" }\n']
)
def test_what_is_written_reads_the_same(tmp_path: Path, text: str) -> None:
    settings = configured(tmp_path, text)
    written = effective(settings)
    again = configured(tmp_path, written)
    assert effective(again) == written
    assert again.options == settings.options
    for name in ("select", "ignore", "severity", "overrides", "init_jobs", "exclude", "fail_on", "use_tf_var_env"):
        assert getattr(again, name) == getattr(settings, name)
    assert [plain(environment) for environment in again.environments] == list(map(plain, settings.environments))


def plain(environment: Environment) -> tuple[object, ...]:
    return environment.name, environment.var_files, environment.vars, environment.root


def test_the_effective_settings_of_a_small_file(tmp_path: Path) -> None:
    settings = configured(tmp_path, "[environments.prod]\nvar-files = ['p.tfvars']\n[[overrides]]\npaths = ['x']\n")
    assert effective(settings) == (
        "# initlint.toml\n"
        "select = []\n"
        "ignore = []\n"
        "exclude = []\n"
        'fail-on = "warning"\n'
        "use-tf-var-env = false\n"
        "plugins = []\n"
        "\n[severity]\n"
        "\n[init-jobs]\n"
        'detect = "auto"\n'
        "include = []\n"
        "exclude = []\n"
        "\n[naming]\n"
        'patterns = ["{project}-init"]\n'
        'environments = ["prod"]\n'
        "\n[resources]\n"
        "max-cpu = 1.0\n"
        'sizes = { small = { cpu = 0.25, memory = "0.5Gi" } }\n'
        "\n[environments.prod]\n"
        'var-files = ["p.tfvars"]\n'
        "vars = {}\n"
        'root = ""\n'
        "\n[[overrides]]\n"
        'paths = ["x"]\n'
        "select = []\n"
        "ignore = []\n"
        "severity = {}\n"
    )


# --- the schema -----------------------------------------------------------------------------------------------------


def test_the_schema_takes_what_is_read_and_refuses_what_is_not() -> None:
    validator = jsonschema.Draft202012Validator(schema(RULES))
    jsonschema.Draft202012Validator.check_schema(validator.schema)
    assert list(validator.iter_errors(tomllib.loads(EVERYTHING))) == []
    assert list(validator.iter_errors(tomllib.loads(effective(defaults(RULES))))) == []
    for text in ("ignroe = []", "[[overrides]]\nignore = []", "fail-on = 'warn'", "[naming]\nx = 1", "select = [1]"):
        assert list(validator.iter_errors(tomllib.loads(text))) != []


def test_the_schema_describes_its_keys() -> None:
    described = schema(RULES)
    definitions = described["$defs"]
    assert definitions["NamingOptions"]["properties"]["environments"] == {
        "default": ["dev", "prod"],
        "description": "What a name may end in.",
        "items": {"type": "string"},
        "type": "array",
    }
    assert definitions["SizeOptions"]["properties"]["max-cpu"]["description"] == "The most CPU."
    bare = {
        key
        for name in ("InitJobs", "EnvironmentTable", "Override")
        for key, part in definitions[name]["properties"].items()
        if not part.get("description")
    }
    assert bare == set()
    json.dumps(described)
