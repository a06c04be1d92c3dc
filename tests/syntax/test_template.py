"""What templates write, as this project reads them and as Terraform prints them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from initlint.source import Source
from initlint.syntax import nodes
from initlint.syntax.expression import parse_expression, parse_template
from initlint.syntax.nodes import Broken, Expression, Template, TemplatePart

from .outline import outline, value_of

WRITES = {
    "<<EOT\n  a\n    b\nEOT": "  a\n    b\n",
    "<<-EOT\n  a\n    b\n  EOT": "a\n  b\n",
    "<<-EOT\n\ta\n  b\n\n   c\n      \nEOT": "a\n b\n\n  c\n      \n",
    "<<-EOT\r\n  a\r\n    b\r\n  EOT": "a\r\n  b\r\n",
    "<<EOT\r\n\r\na\r\nEOT": "\r\na\r\n",
    '<<EOT\n\\n $${x} %%{y} \\" "q" $a $$ % %% $\nEOT': '\\n ${x} %{y} \\" "q" $a $$ % %% $\n',
    r'"a\n\t\r\"\\ \u00e9 \U0001F600 $${x} %%{y} $ % $$ %%"': 'a\n\t\r"\\ é \U0001f600 ${x} %{y} $ % $$ %%',
    '"a ${~ "x" ~} b"': "axb",
    '"a\\n ${~ "x" ~} \\n b"': "axb",
    '"$$${x}"': "$${x}",
    '"%%%{x}"': "%%{x}",
    '<<EOT\na\n${~ "x" ~}\nb\nEOT': "axb\n",
    '<<EOT\n  a ${"x" ~}\n   \n  b\nEOT': "  a x   \n  b\n",
    "<<-EOT\n    %{ if true ~}\n    x\n    %{ else ~}\n    y\n    %{ endif ~}\n    z\n  EOT": "    x\n    z\n",
    "<<-EOT\n    %{~ if true }\n    x\n    %{~ endif }\n    z\n  EOT": "\n    x\n\n    z\n",
    '<<-EOT\n    %{ for v in ["a","b"] ~}\n    - ${v}\n    %{ endfor ~}\n  EOT': "    - a\n    - b\n",
    '<<EOT\n%{ for v in ["a","b"] }${v}\n%{ endfor }\nEOT': "a\nb\n\n",
    '"%{ if false }a%{ else }b%{ endif }"': "b",
    '<<-EOT\n  ${"x"}\n    y\n  EOT': "x\n  y\n",
    '<<-EOT\n    ${"x"}\n  y\n  EOT': "  x\ny\n",
    "<<-EOT\n    $a\n      %b\n  EOT": "$a\n  %b\n",
    "<<EOT\nEOT": "",
    "<<EOT\n\nEOT": "\n",
    "<<-EOT\n    EOTX\n  a EOT\n  EOT": "  EOTX\na EOT\n",
    "<<-EOT\n  é\u00a0x\n    y\n  EOT": "é\u00a0x\n  y\n",
    '"e\u0301"': "é",
    '" ${~ "x" ~} "': "x",
    '"${"x"}"': "x",
    "<<EOT\n${<<IN\ninner\nIN\n}outer\nEOT": "inner\nouter\n",
    '"${"a${"b"}"}"': "ab",
    "<<EOT\n%{ if true }\nyes\n%{ else }\nno\n%{ endif }\ntail\nEOT": "\nyes\n\ntail\n",
    '<<-EOT\n  a\n ${"x" ~}\n     b\n  EOT': " a\nx     b\n",
    "<<-EOT\n  a  \n  b\t\n EOT": "a  \nb\t\n",
    "<<-EOT\n    %{~ if true ~}\n    x\n    %{~ endif ~}\n    z\n  EOT": "    x\n    z\n",
    "<<A-B\nx\nA-B": "x\n",
    "<<_x\ny\n_x": "y\n",
}


def render(parts: Sequence[TemplatePart], names: dict[str, str]) -> str:
    """What parts write whose expressions are literal."""
    written = ""
    for part in parts:
        if isinstance(part, nodes.TextPart):
            written += part.text
        elif isinstance(part, nodes.Interpolation):
            written += _text(part.expression, names)
        elif isinstance(part, nodes.IfDirective):
            assert isinstance(part.condition, nodes.Literal)
            written += render(part.then if part.condition.value else part.otherwise, names)
        else:
            assert isinstance(part.collection, nodes.TupleExpr)
            for element in part.collection.elements:
                written += render(part.body, {**names, part.value: _text(element, names)})
    return written


def _text(expression: Expression, names: dict[str, str]) -> str:
    if isinstance(expression, nodes.Name):
        return names[expression.name]
    assert isinstance(expression, Template)
    return render(expression.parts, names)


@pytest.mark.parametrize("text", WRITES)
def test_text(text: str) -> None:
    assert _text(value_of(text), {}) == WRITES[text]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform binary on the path")
def test_terraform_writes_the_same(tmp_path: Path) -> None:
    outputs = [f'output "o{index}" {{\n  value = {text}\n}}\n' for index, text in enumerate(WRITES)]
    (tmp_path / "main.tf").write_bytes("".join(outputs).encode())
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    for command in (["apply", "-auto-approve", "-no-color"], ["output", "-json"]):
        run = subprocess.run(
            ["terraform", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
    values = {name: output["value"] for name, output in json.loads(run.stdout).items()}
    assert values == {f"o{index}": written for index, written in enumerate(WRITES.values())}


def test_directives_nest() -> None:
    text = '"%{ if a }1%{ for k, v in b }${v}%{ endfor }%{ else }2%{ endif }"'
    assert outline(value_of(text)) == "<%if a <'1' %for k,v in b <$v>> else <'2'>>"


def test_directive_spans() -> None:
    template = value_of('"x%{ if a }1%{ endif }y"')
    assert isinstance(template, Template)
    assert [part.span.text for part in template.parts] == ["x", "%{ if a }1%{ endif }", "y"]


def test_expression_standing_alone() -> None:
    source = Source("expression", b"1 +\n  2")
    assert outline(parse_expression(source)) == "(+ 1 2)"
    assert outline(parse_expression(Source("expression", b"<<EOT\na\nEOT\n"))) == "heredoc<'a\\n'>"
    broken = parse_expression(Source("expression", b"1 + 2 3"))
    assert isinstance(broken, Broken)
    assert (broken.span.line, broken.span.column) == (1, 7)
    assert broken.message == "expected the end of the expression, found `3`"


def test_template_standing_alone() -> None:
    template = parse_template(Source("x.tftpl", b'set -e\n%{ for v in l ~}\necho "${v}" \\n\n%{ endfor ~}\n'))
    assert outline(template) == ("<'set -e\\n' %for v in l <'' 'echo \"' $v '\" \\\\n\\n'> ''>")
    lone = parse_template(Source("x.tftpl", b"${v}"))
    assert isinstance(lone, Template)
    assert lone.wraps is not None
    broken = parse_template(Source("x.tftpl", b"a\n${v"))
    assert isinstance(broken, Broken)
    assert broken.message == "expected `}` to end the interpolation, found the end of the file"
