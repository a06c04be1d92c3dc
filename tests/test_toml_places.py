from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from initlint.settings_file import toml_key, toml_value
from initlint.toml_places import Path, places

DOCUMENT = """\
# comment = 1
a = 1 # x
select = ["A", # ] no
  'B', \"\"\"m"]\"\"\" , \"\"\"q\"\"\"\", '''l']''' ]
"q k".b.'c.d' = { x = [1, {y = 2}], "z" = "}" }
[t . u]
d = 1979-05-27 07:32:00
e = -1_000.5e3
[[o]]
k = 1
[o.sub]
m = "é\\""
[[o]]
k = 2
[[o.n]]
v = []
[[o.n]]
v = [ [ ], [[1]] ]
"""


def test_keys_and_values_have_their_places() -> None:
    data = DOCUMENT.encode()
    found = {path: (part(data, place.key), part(data, place.value)) for path, place in places(data).items()}
    assert found[("select", 3)] == ('"""q""""', '"""q""""')
    assert found[("q k", "b", "c.d", "x", 1, "y")] == ("y", "2")
    assert found[("q k", "b", "c.d", "z")] == ('"z"', '"}"')
    assert found[("t", "u")] == ("u", "[t . u]")
    assert found[("t", "u", "d")] == ("d", "1979-05-27 07:32:00")
    assert found[("o", 1)] == ("o", "[[o]]")
    assert found[("o", 0, "sub", "m")] == ("m", '"é\\""')
    assert found[("o", 1, "n", 1, "v", 1, 0, 0)] == ("1", "1")


def part(data: bytes, place: tuple[int, int]) -> str:
    return data[place[0] : place[1]].decode()


def paths(value: Any, at: Path = ()) -> list[Path]:
    """The path of everything inside a value that tomllib read."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, inner in items for path in ((*at, key), *paths(inner, (*at, key)))]


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def check(text: str) -> None:
    read = tomllib.loads(text)
    found = places(text.encode())
    assert set(found) == set(paths(read))
    for path, place in found.items():
        written = part(text.encode(), place.value)
        if not (written.startswith("[") and isinstance(at(read, path), dict)) and not written.startswith("[["):
            dotted = tomllib.loads(f"x = {written}")["x"]
            assert dotted == at(read, path) or isinstance(at(read, path), dict)


@pytest.mark.parametrize(
    "text", [DOCUMENT.replace("[[1]]", "[ [1] ]"), DOCUMENT.replace("\n", "\r\n"), "", "a=1", "[a]"]
)
def test_everything_that_is_read_has_a_place(text: str) -> None:
    check(text)


texts = st.text("ab.\"' é#[]{}=,\\\n\x7f", max_size=5)
values = st.recursive(
    st.booleans() | st.integers(-99, 99) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(texts, values, max_size=4))
def test_every_document_that_is_written_has_places(document: dict[str, Any]) -> None:
    check("".join(f"{toml_key(key)} = {toml_value(value)}\n" for key, value in document.items()))
