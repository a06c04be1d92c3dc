"""text -> syntax -> values -> jobs -> findings -> reports: imports only ever point back along this line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import initlint

HOUSE = Path(initlint.__file__).parent
FLOORS = {
    "text": "credentials gitignore left_out links nearest number record regex source toml_places truth",
    "syntax": "syntax",
    "values": "language terraform",
    "jobs": "jobs scripts starts tests_on_values",
    "findings": "diagnostics engine finding listing project registry rule scripts.reading secrecy settings"
    " settings_file suppress syntax_problems workspace",
    "reports": "__main__ baseline changed checkov ci cli docs report",
}
"""Which modules, and packages with all that is in them, stand on which floor; `scripts.reading` gives verdicts."""
ORDER = list(FLOORS)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name:
            yield name, path


def floor_of(module: str) -> int:
    found = {name: at for at, names in enumerate(FLOORS.values()) for name in names.split()}
    while module not in found:
        module = module.rpartition(".")[0]
        assert module, "it stands on no floor"
    return found[module]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Everything that a module imports, at once, when it is needed, or for its types only."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_every_module_stands_on_one_floor() -> None:
    top = {name for name, _ in modules() if "." not in name}
    listed = [name for names in FLOORS.values() for name in names.split() if "." not in name]
    assert sorted(listed) == sorted(top)


def test_imports_point_back_along_the_line() -> None:
    upward = [
        f"{name}, line {line}: {wanted}, from {ORDER[floor_of(name)]} to {ORDER[floor_of(target)]}"
        for name, path in modules()
        for line, wanted in imported(path)
        if (target := wanted.removeprefix("initlint.")) != wanted and not target.startswith("__version__")
        if floor_of(target) > floor_of(name)
    ]
    assert upward == []


def test_only_the_line_that_loads_the_built_in_rules_knows_them() -> None:
    users = {name for name, path in modules() for _, wanted in imported(path) if wanted.startswith("initlint_rules")}
    assert users == {"registry"}
