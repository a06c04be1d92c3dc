"""The hooks, run by the real pre-commit on real repositories."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from .trees import BAD, JOB, PROJECT, TREE, git, repository, run, write

NO_NETWORK = re.compile(
    r"No matching distribution|Could not find a version|Failed to establish|Temporary failure in name"
)
COPIED = ("linter", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("git"), reason="needs git"),
]


@pytest.fixture(scope="module")
def program() -> str:
    beside = Path(sys.executable).parent / "pre-commit"
    found = str(beside) if beside.exists() else shutil.which("pre-commit")
    if not found:
        pytest.skip("needs pre-commit (pip install pre-commit)")
    return found


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project, as it is now, as a repository of hooks."""
    folder = tmp_path_factory.mktemp("hooks") / "initlint"
    folder.mkdir()
    for name in COPIED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / name, folder / name)
    return repository(folder, {})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps its environments: one for all tests."""
    return tmp_path_factory.mktemp("home")


def configured(hooks: Path, hook: str, more: str = "") -> str:
    revision = git(hooks, "rev-parse", "HEAD").strip()
    return f"repos:\n- repo: {hooks.as_posix()}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n{more}"


def staged(folder: Path, files: dict[str, str]) -> None:
    write(folder, files)
    git(folder, "add", "--all")


class Hook:
    """A hook in a repository."""

    def __init__(self, program: str, home: Path, tree: Path) -> None:
        self.program, self.home, self.tree = program, home, tree

    def run(self, *arguments: str) -> tuple[int, str]:
        """Runs it on what is staged, or as the arguments say."""
        return self("run", *arguments)

    def __call__(self, *arguments: str) -> tuple[int, str]:
        done = run([self.program, *arguments], self.tree, PRE_COMMIT_HOME=str(self.home))
        if "An unexpected error has occurred" in done.stdout and NO_NETWORK.search(done.stdout):
            pytest.skip("pip cannot reach a package index to build the hook's environment")
        return done.returncode, done.stdout


def test_try_repo(program: str, hooks: Path, home: Path, tmp_path: Path) -> None:
    tree = repository(tmp_path / "tree", {**TREE, "other/main.tf": BAD})
    status, said = Hook(program, home, tree)("try-repo", str(hooks), "initlint", "--all-files")
    assert status == 1
    assert "initlint.................................................................Failed" in said
    assert "- exit code: 1" in said
    assert (
        'error[INIT601] job-type-tag: JobType is "Init"; init jobs carry JobType = "init"\n  --> other/main.tf:47:19'
        in said
    )


def test_a_bad_job_blocks_the_commit_and_a_mended_one_passes(
    program: str, hooks: Path, home: Path, tmp_path: Path
) -> None:
    tree = repository(tmp_path / "tree", {**TREE, ".pre-commit-config.yaml": configured(hooks, "initlint")})
    hook = Hook(program, home, tree)
    assert hook("install")[0] == 0
    staged(tree, {"other/main.tf": BAD})
    # git itself runs the hook, with its own variables set
    done = run(["git", "commit", "--message=bad"], tree, PRE_COMMIT_HOME=str(home))
    if NO_NETWORK.search(done.stdout):
        pytest.skip("pip cannot reach a package index to build the hook's environment")
    assert done.returncode == 1
    assert "--> other/main.tf:47:19" in done.stdout
    assert git(tree, "log", "--format=%s").split() == ["first"]

    staged(tree, {"other/main.tf": BAD.replace('"Init"', '"init"')})
    done = run(["git", "commit", "--message=mended"], tree, PRE_COMMIT_HOME=str(home))
    assert (done.returncode, "Passed" in done.stdout) == (0, True)
    assert git(tree, "log", "--format=%s").split() == ["mended", "first"]


@pytest.mark.parametrize(
    ("hook_id", "files", "status", "said"),
    [
        ("initlint", {"infra/terraform.tfvars": "cpu = 4\n"}, 1, "--> infra/terraform.tfvars:1:7"),
        ("initlint", {"README.md": "text\n"}, 0, "(no files to check)Skipped"),
        ("initlint-changed", {"infra/terraform.tfvars": "cpu = 4\n"}, 1, "--> infra/terraform.tfvars:1:7"),
        ("initlint-changed", {"infra/terraform.tfvars": "cpu = 0.25\n"}, 0, "Passed"),
        (
            "initlint-changed",
            {"modules/job/main.tf": JOB.replace("var.cpu * 2", "var.cpu * 8")},
            1,
            "--> modules/job/main.tf:39:17",
        ),
        ("initlint-changed", {"modules/job/main.tf": JOB.replace("600", "700")}, 0, "Passed"),
        ("initlint-changed", {"other/more.tf.json": "{}\n"}, 0, "Passed"),
        ("initlint-changed", {"initlint.toml": "\n"}, 1, "--> known/main.tf:47:19"),
    ],
    ids=[
        "initlint, values of a root",
        "initlint, no Terraform",
        "changed, values of a root",
        "changed, harmless values",
        "changed, a module",
        "changed, a harmless module",
        "changed, a file alone",
        "changed, the configuration",
    ],
)
def test_what_a_changed_file_triggers(
    program: str, hooks: Path, home: Path, tmp_path: Path, hook_id: str, files: dict[str, str], status: int, said: str
) -> None:
    known = {} if hook_id == "initlint" else {"known/main.tf": BAD}
    tree = repository(tmp_path / "tree", {**TREE, **known, ".pre-commit-config.yaml": configured(hooks, hook_id)})
    staged(tree, files)
    found, output = Hook(program, home, tree).run()
    assert (found, said in output) == (status, True), output
    assert ("known/main.tf" in output) is ("initlint.toml" in files)


def test_arguments_of_the_user_do_not_take_the_hook_apart(
    program: str, hooks: Path, home: Path, tmp_path: Path
) -> None:
    more = "    args: [--fail-on, error, --ignore, INIT203]\n"
    tree = repository(
        tmp_path / "tree", {**TREE, ".pre-commit-config.yaml": configured(hooks, "initlint-changed", more)}
    )
    staged(tree, {"infra/terraform.tfvars": "cpu = 4\n", "other/main.tf": BAD})
    status, output = Hook(program, home, tree).run()
    assert status == 1
    assert re.findall(r"^\w+\[(INIT\d+)\]", output, re.MULTILINE) == ["INIT201", "INIT201", "INIT601"]
