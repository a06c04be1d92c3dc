from __future__ import annotations

from pathlib import Path

import pytest

from initlint.source import Source
from initlint.starts import find_starts, walk
from initlint.starts.files import Kind, kind_of
from initlint.starts.find import read_starts
from initlint.starts.names import shown

START = "az containerapp job start --name {}\n"


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


@pytest.mark.parametrize(
    "path, kind",
    [
        ("scripts/run.sh", Kind.SHELL),
        ("a/b/run.BASH", Kind.SHELL),
        ("scripts/run", Kind.SHELL),
        ("bin/deploy/run", Kind.SHELL),
        ("src/run", None),
        ("deploy.ps1", Kind.POWERSHELL),
        (".github/workflows/ci.yml", Kind.GITHUB),
        (".github/actions/run/action.yaml", Kind.GITHUB),
        (".github/dependabot.yml", Kind.YAML),
        ("azure-pipelines.yml", Kind.AZURE_PIPELINES),
        ("ci/azure-pipelines-prod.yaml", Kind.AZURE_PIPELINES),
        (".azuredevops/build.yml", Kind.AZURE_PIPELINES),
        ("pipelines/templates/x.yml", Kind.AZURE_PIPELINES),
        ("action.x.yml", Kind.YAML),
        (".github/workflows/makefile.yml", Kind.GITHUB),
        ("makefile.yml", Kind.MAKE),
        ("GNUmakefile", Kind.MAKE),
        (".gitlab-ci.yml", Kind.GITLAB),
        (".gitlab/ci/deploy.yml", Kind.GITLAB),
        ("Makefile", Kind.MAKE),
        ("build/common.mk", Kind.MAKE),
        ("Taskfile.yaml", Kind.TASK),
        ("justfile", Kind.JUST),
        ("infra/main.bicep", Kind.BICEP),
        ("scripts/run.py", Kind.PROGRAM),
        ("Jenkinsfile", Kind.PROGRAM),
        ("src/run.py", None),
        ("README.md", None),
        ("scripts/README.md", None),
        ("package.json", Kind.PACKAGE),
        ("main.tf", Kind.TERRAFORM),
    ],
)
def test_kind_of(path: str, kind: Kind | None) -> None:
    assert kind_of(path) is kind


def test_walk_goes_into_the_folders_of_ci_only(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".github/workflows/a.yml": "",
            ".git/hooks/x.sh": "",
            ".hidden/x.sh": "",
            "node_modules/x.sh": "",
            "scripts/b.sh": "",
            "ignored/c.sh": "",
            "README.md": "",
        },
    )
    (tmp_path / "link.sh").symlink_to(tmp_path / "scripts" / "b.sh")
    assert list(walk(tmp_path, lambda path: path == "ignored/")) == [".github/workflows/a.yml", "scripts/b.sh"]


def test_find_starts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "scripts/a.sh": "#!/bin/sh\n" + START.format("one"),
            "scripts/none.sh": "echo hello\n",
            "scripts/tool": "#!/usr/bin/env bash\n" + START.format("two"),
            "scripts/data": START.format("data"),
            "scripts/run.py": 'subprocess.run(["az", "containerapp", "job", "start", "-n", "py"])\n',
            ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: " + START.format("three"),
            "Makefile": "seed:\n\t" + START.format("four"),
            "README.md": START.format("readme"),
            "k8s/values.yaml": "a: b\n",
            "package.json": '{"scripts": {"seed": "az containerapp job start --name \\"five\\" -g rg"}}\n',
            "create.sh": "az containerapp job create --name made --image x\n",
        },
    )
    starts = find_starts(tmp_path, walk(tmp_path))
    assert [(start.place, shown(start.name), start.tool) for start in starts] == [
        (".github/workflows/ci.yml:4", "three", "github"),
        ("Makefile:2", "four", "make"),
        ("package.json:1", "five", "package"),
        ("scripts/a.sh:2", "one", "shell"),
        ("scripts/tool:2", "two", "shell"),
    ]
    assert starts.looked_at == (
        ".github/workflows/ci.yml",
        "create.sh",
        "scripts/a.sh",
        "scripts/none.sh",
        "scripts/tool",
    )
    assert starts.unread == (("scripts/run.py", "it starts jobs from a language that is not read"),)
    assert [shown(name) for name in starts.created] == ["made"]


def test_local_exec_of_terraform(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": 'resource "null_resource" "run" {\n  provisioner "local-exec" {\n    command = <<-EOT\n'
            "      JOB=seed\n"
            '      az containerapp job start --name "shop-init-$${JOB}-${var.environment}" -g rg\n'
            '    EOT\n  }\n  provisioner "local-exec" {\n'
            '    command = "az containerapp job start --name \\"${azurerm_container_app_job.x.name}\\""\n  }\n}\n'
            '# command = "az containerapp job start --name none"\n',
            "other.tf": 'output "x" {\n  value = "az containerapp job start --name none"\n}\n',
        },
    )
    starts = find_starts(tmp_path, walk(tmp_path))
    assert [(start.place, shown(start.name)) for start in starts] == [
        ("main.tf:5", "shop-init-seed-*"),
        ("main.tf:9", "*"),
    ]
    assert starts.looked_at == ()


def test_a_script_that_another_takes_in(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "scripts/run.sh": 'E=dev\nsource "$(dirname "$0")/lib/names.sh"\n'
            'az containerapp job start -n "$P-init-$E"\n',
            "scripts/lib/names.sh": "P=shop\nlog() { echo x; }\n",
            "scripts/lost.sh": 'J=a\n. ./not-there.sh\naz containerapp job start -n "$J"\n',
        },
    )
    starts = find_starts(tmp_path, walk(tmp_path))
    assert [(start.place, shown(start.name)) for start in starts] == [
        ("scripts/lost.sh:3", "*"),
        ("scripts/run.sh:3", "shop-init-dev"),
    ]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, {"big.sh": "#" * (1024 * 1024 + 1)})
    starts = find_starts(tmp_path, ["big.sh", "gone.sh"])
    assert starts.unread == (("big.sh", "it is larger than 1 MiB"), ("gone.sh", "No such file or directory"))
    assert starts.looked_at == ("big.sh", "gone.sh")


def test_text_that_is_no_script(tmp_path: Path) -> None:
    write(tmp_path, {"run.sh": 'if then fi (( "\n' + START.format("'a")})
    assert find_starts(tmp_path, ["run.sh"]).unread == (("run.sh", "its syntax is not understood"),)


def test_a_workflow_whose_scripts_are_not_found(tmp_path: Path) -> None:
    text = "jobs:\n  custom: az containerapp job start --name a\n"
    write(tmp_path, {".github/workflows/a.yml": text, "b.yml": "description: az containerapp job start --name a\n"})
    starts = find_starts(tmp_path, walk(tmp_path))
    assert starts.unread == ((".github/workflows/a.yml", "its scripts were not found"),)


def test_windows_line_endings_and_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(
        b"\xef\xbb\xbfsteps:\r\n- script: |\r\n    az containerapp job start \\\r\n      --name a-b \\\r\n"
        b"      -g rg\r\n"
    )
    (start,) = find_starts(tmp_path, ["a.yml"])
    assert (shown(start.name), start.span.line, start.span.column) == ("a-b", 4, 14)


@pytest.mark.parametrize("kind", Kind)
def test_bytes_that_are_no_text(kind: Kind) -> None:
    data = (
        b"foreach (\xff$j in @('a')) {\n - run: az containerapp job start -n \xffa$j `\n\tcommand = \"containerapp \xff"
    )
    found, _ = read_starts(Source("x", data), kind)
    assert all(command.span.line <= 3 for command in found)
