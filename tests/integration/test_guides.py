"""What the guides tell people to write, done."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from initlint.baseline import DEFAULT

from .trees import BAD, PROJECT, TREE, git, repository, run

yaml = pytest.importorskip("yaml", reason="needs PyYAML to read the guides' examples")
DOCS = PROJECT / "docs"
GUIDES = ("github", "pre-commit", "azure-pipelines", "gitlab", "baseline", "completion")


def blocks(guide: str, language: str = "yaml") -> list[str]:
    text = (DOCS / f"{guide}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("guide", GUIDES)
def test_links_lead_somewhere(guide: str) -> None:
    text = (DOCS / f"{guide}.md").read_text(encoding="utf-8")
    missing = []
    for target, anchor in re.findall(r"\]\(([^):#]+)(#[^)]*)?\)", text):
        if not (DOCS / target).exists():
            missing.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.*)$", (DOCS / target).read_text(encoding="utf-8"), re.MULTILINE)
            anchors = ["#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
            missing += [] if anchor in anchors else [target + anchor]
    assert missing == []


@pytest.mark.parametrize("guide", ["github", "pre-commit", "azure-pipelines", "gitlab"])
def test_every_example_is_yaml(guide: str) -> None:
    for block in blocks(guide):
        assert yaml.safe_load(block)


def test_the_workflow_of_the_guide_is_the_example() -> None:
    (guide, *_) = [yaml.safe_load(block) for block in blocks("github")]
    example = yaml.safe_load((PROJECT / ".github/workflows/example-code-scanning.yml").read_text(encoding="utf-8"))
    for one in (guide, example):
        one.pop(True)  # "on": the example runs when somebody starts it
        (used,) = [step for step in one["jobs"]["initlint"]["steps"] if step.get("name") == "Judge the init jobs"]
        used.pop("uses")
    assert guide == example


def test_the_inputs_and_outputs_of_the_action_are_in_the_guide() -> None:
    action = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
    text = (DOCS / "github.md").read_text(encoding="utf-8")
    rows = set(
        re.findall(r"`([\w-]+)`", " ".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `")))
    )
    assert rows == {*action["inputs"], *action["outputs"]}


def test_zizmor_finds_nothing_in_the_workflow_of_the_guide(tmp_path: Path) -> None:
    beside = Path(sys.executable).parent / "zizmor"
    zizmor = str(beside) if beside.exists() else shutil.which("zizmor")
    if not zizmor:
        pytest.skip("needs zizmor (pip install zizmor)")
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "guide.yml").write_text(blocks("github")[0], encoding="utf-8")
    git(tmp_path, "init", "--quiet", ".")
    done = run([zizmor, "--offline", "--no-config", "--persona=auditor", "--no-progress", "."], tmp_path)
    assert (done.returncode, "No findings to report." in done.stdout) == (0, True), done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "initlint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m initlint "$@"\n')
    (programs / "initlint").chmod(0o755)
    return repository(tmp_path / "repository", {**TREE, "other/main.tf": BAD})


def script(tree: Path, text: str, **variables: str) -> tuple[int, str]:
    shell = shutil.which("bash")
    if not shell:
        pytest.skip("needs bash")
    path = f"{tree.parent / 'programs'}:{Path(shell).parent}:/usr/bin:/bin"
    done = run([shell, "-e", "-c", text], tree, PATH=path, **variables)
    return done.returncode, done.stdout


def test_the_steps_of_azure_pipelines(tree: Path) -> None:
    steps: list[dict[str, Any]] = yaml.safe_load(blocks("azure-pipelines")[0])["steps"]
    (judge,) = [step["script"] for step in steps if step.get("displayName") == "Judge the init jobs"]
    temp = tree.parent / "agent"
    temp.mkdir()
    text = judge.replace("$(Agent.TempDirectory)", str(temp))  # the agent does so before it runs a script
    status, said = script(tree, text, TF_BUILD="True", AGENT_TEMPDIRECTORY=str(temp))
    assert status == 1
    assert (
        "##vso[task.logissue type=error;sourcepath=other/main.tf;linenumber=47;columnnumber=19;code=INIT601;]" in said
    )
    (summary,) = re.findall(r"^##vso\[task\.uploadsummary\](.*)$", said, re.MULTILINE)
    assert Path(summary).read_text(encoding="utf-8").startswith("## initlint: 1 error\n")
    assert (temp / "initlint.xml").read_text(encoding="utf-8").startswith("<?xml")


def test_the_job_of_gitlab(tree: Path) -> None:
    job = yaml.safe_load(blocks("gitlab")[0])["initlint"]
    _, judge = job["script"]
    status, said = script(tree, judge, GITLAB_CI="true")
    assert (status, "error[INIT601]" in said) == (1, True)
    for report in job["artifacts"]["reports"].values():
        assert (tree / report).stat().st_size > 0


def test_a_baseline_is_where_the_guide_says() -> None:
    assert f"The file is `{DEFAULT}` in the workspace root" in (DOCS / "baseline.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("hook", ["initlint", "initlint-changed"])
def test_the_hooks_of_the_guide_are_there(hook: str) -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (found,) = [one for one in hooks if one["id"] == hook]
    pattern = re.compile(found["files"])
    taken = [
        "a.tf",
        "x/a.tf.json",
        "a.tofu",
        "a.tofu.json",
        "env/a.tfvars",
        "a.tfvars.json",
        "initlint.toml",
        "x/initlint.toml",
    ]
    assert [name for name in taken if not pattern.search(name)] == []
    left = ["a.tfx", "README.md", "a.tfstate", "a.tf.bak", "notinitlint.toml", "a.json", "tf"]
    assert [name for name in left if pattern.search(name)] == []
    assert (found["language"], found["require_serial"]) == ("python", True)
    assert found["pass_filenames"] is (hook == "initlint-changed")
    assert f"`{hook}`" in (DOCS / "pre-commit.md").read_text(encoding="utf-8")
