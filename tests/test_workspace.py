from __future__ import annotations

import os
from pathlib import Path

import pytest

from initlint.settings import Settings
from initlint.workspace import (
    ModuleFiles,
    PathError,
    Problem,
    Workspace,
    discover,
    find_root,
    is_configuration,
    is_override,
    module_files,
)


def tree(root: Path, *files: str) -> Path:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    return root


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def found(root: Path, *paths: str, exclude: tuple[str, ...] = ()) -> Workspace:
    return discover([root / path for path in paths] or [root], Settings(exclude=exclude))


def folders_of(workspace: Workspace) -> list[str]:
    return [files.path for files in workspace.directories]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "repo"
    (folder / ".git").mkdir(parents=True)
    return folder


# --- one folder -----------------------------------------------------------------------------------------------------


def test_files_are_read_in_terraforms_order(tmp_path: Path) -> None:
    tree(
        tmp_path, "z.tf", "a.tf", "a.tf.json", "B.tf", "override.tf", "a_override.tf.json", "z_override.tf",
        "override.tf.json", "overrides.tf", "override_a.tf", "x.tftest.hcl", ".hidden.tf", "backup.tf~", "#emacs.tf#",
        "#kept.tf", "terraform.tfvars.json", "terraform.tfvars", "prod.tfvars", "z.auto.tfvars", "a.auto.tfvars.json",
        "a.auto.tfvars", ".auto.tfvars", "notes.txt",
    )  # fmt: skip
    (tmp_path / "folder.tf").mkdir()
    assert module_files(tmp_path, "m", tmp_path) == ModuleFiles(
        tmp_path,
        "m",
        ("#kept.tf", "B.tf", "a.tf", "a.tf.json", "override_a.tf", "overrides.tf", "z.tf"),
        ("a_override.tf.json", "override.tf", "override.tf.json", "z_override.tf"),
        (
            "terraform.tfvars",
            "terraform.tfvars.json",
            ".auto.tfvars",
            "a.auto.tfvars",
            "a.auto.tfvars.json",
            "z.auto.tfvars",
        ),
    )


def test_tofu_files_hide_their_namesakes_only(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "a.tf",
        "a.tofu",
        "a.tf.json",
        "b.tf",
        "c.tofu.json",
        "c.tf.json",
        "c.tf",
        "override.tofu",
        "override.tf",
    )
    files = module_files(tmp_path, "", tmp_path)
    assert files.primary == ("a.tf.json", "a.tofu", "b.tf", "c.tf", "c.tofu.json")
    assert files.overrides == ("override.tofu",)
    assert files.relative("a.tofu") == "a.tofu"


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert module_files(gone, "gone", tmp_path) == ModuleFiles(
        gone, "gone", problems=(Problem("gone", "no such file or directory"),)
    )


@pytest.mark.parametrize(
    ("name", "configuration", "override"),
    [
        ("main.tf", True, False),
        ("override.tf", True, True),
        ("x_override.tofu.json", True, True),
        ("override.x.tf", True, False),
        ("tf", False, False),
        ("main.tf.bak", False, False),
        ("x.tofutest.hcl", False, False),
    ],
)
def test_names(name: str, configuration: bool, override: bool) -> None:
    assert (is_configuration(name), configuration and is_override(name)) == (configuration, override)


# --- the root -------------------------------------------------------------------------------------------------------


def test_the_root_is_the_nearest_folder_with_git_or_a_configuration(root: Path) -> None:
    tree(root, "infra/app/main.tf")
    assert find_root([root / "infra" / "app"]) == root
    assert find_root([root / "infra" / "app" / "main.tf"]) == root
    write(root / "infra" / "pyproject.toml", "[tool.other]\n")
    assert find_root([root / "infra" / "app"]) == root
    write(root / "infra" / "pyproject.toml", "[tool.initlint]\n")
    assert find_root([root / "infra" / "app"]) == root / "infra"
    write(root / "infra" / "app" / "initlint.toml", "")
    assert find_root([root / "infra" / "app"]) == root / "infra" / "app"


def test_without_either_the_root_is_the_scanned_folder(tmp_path: Path) -> None:
    tree(tmp_path, "a/main.tf", "b/main.tf")
    base = tmp_path.resolve()
    assert find_root([tmp_path / "a"]) == base / "a"
    assert find_root([tmp_path / "a" / "main.tf"]) == base / "a"
    assert find_root([tmp_path / "b", tmp_path / "a"]) == base


def test_a_git_file_marks_a_root_too(tmp_path: Path) -> None:
    write(tmp_path / ".git", "gitdir: elsewhere\n")
    tree(tmp_path, "a/main.tf")
    assert find_root([tmp_path / "a"]) == tmp_path.resolve()


# --- the walk -------------------------------------------------------------------------------------------------------


def test_modules_are_found_below_and_some_folders_skipped(root: Path) -> None:
    tree(
        root, "main.tf", "b/main.tf", "a/deep/main.tofu", "env/prod.tfvars", ".hidden/main.tf", ".terraform/m/main.tf",
        "node_modules/x/main.tf", "docs/readme.md", "only/override.tf",
    )  # fmt: skip
    workspace = found(root)
    assert folders_of(workspace) == ["", "a/deep", "b", "only"]
    assert (workspace.root, workspace.folders, workspace.only, workspace.problems) == (root, ("",), frozenset(), ())
    assert workspace.directories[1].directory == root / "a" / "deep"


def test_paths_are_relative_to_the_root_whatever_was_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(root, "infra/app/main.tf", "infra/db/main.tf")
    assert folders_of(found(root, "infra/app")) == ["infra/app"]
    assert found(root, "infra/db", "infra/app") == found(root, "infra/app", "infra/db")
    monkeypatch.chdir(root / "infra" / "app")
    assert folders_of(discover([], Settings())) == ["infra/app"]
    assert folders_of(discover([Path("../db")], Settings())) == ["infra/db"]


def test_a_file_stands_for_its_module_and_is_all_that_is_reported_on(root: Path) -> None:
    tree(root, "a/main.tf", "a/other.tf", "a/below/main.tf", "b/main.tf")
    workspace = found(root, "a/main.tf", "b")
    assert folders_of(workspace) == ["a", "b"]
    assert workspace.directories[0].primary == ("main.tf", "other.tf")
    assert (workspace.folders, workspace.only, workspace.partial) == (("b",), frozenset({"a/main.tf"}), True)
    assert [workspace.reports_on(path) for path in ("a/main.tf", "a/other.tf", "b/main.tf", "bb/main.tf")] == [
        True,
        False,
        True,
        False,
    ]


def test_modules_that_only_calls_lead_to_are_not_scanned(root: Path) -> None:
    tree(root, ".ci/infra/main.tf", "app/main.tf")
    workspace = found(root, "app", ".ci/infra", exclude=("old",))
    paths = [
        "app/main.tf",
        "app/env/x.tfvars",
        "app/.terraform/modules/x/main.tf",
        "modules/main.tf",
        "app/old/main.tf",
    ]
    assert [workspace.scans(path) for path in paths] == [True, True, False, False, False]
    assert workspace.scans(".ci/infra/main.tf")
    single = found(root, "app/main.tf")
    assert [single.scans(path) for path in ("app/main.tf", "app/other.tf")] == [True, False]


def test_a_path_that_is_not_there_is_an_error(root: Path) -> None:
    with pytest.raises(PathError) as caught:
        found(root, "nope")
    assert str(caught.value) == f"{root / 'nope'}: no such file or folder"


def test_gitignore_leaves_out_folders_and_configuration_but_not_values(root: Path) -> None:
    tree(
        root,
        "main.tf",
        "gen.tf",
        "terraform.tfvars",
        "x.auto.tfvars",
        "build/main.tf",
        "sub/out/main.tf",
        "sub/main.tf",
    )
    tree(root, "sub/keep/main.tf")
    write(root / ".gitignore", "*.tfvars\n/build/\ngen.tf\nkeep/\n")
    write(root / "sub" / ".gitignore", "out\n!keep/\n")
    workspace = found(root)
    assert folders_of(workspace) == ["", "sub", "sub/keep"]
    assert (workspace.directories[0].primary, workspace.directories[0].values) == (
        ("main.tf",),
        ("terraform.tfvars", "x.auto.tfvars"),
    )


def test_gitignore_above_the_scanned_folder_counts_up_to_the_repository(root: Path) -> None:
    tree(root, "infra/app/main.tf", "infra/app/gen/main.tf", "infra/app/gen2/main.tf", "infra/app/gen3/main.tf")
    write(root.parent / ".gitignore", "infra\n")
    write(root / ".gitignore", "gen/\n")
    write(root / "infra" / "initlint.toml", "")
    write(root / ".git" / "info" / "exclude", "gen2\n")
    assert folders_of(found(root, "infra")) == ["app", "app/gen3"]


def test_a_named_path_is_scanned_though_git_ignores_it(root: Path) -> None:
    tree(root, "build/x/main.tf", ".hidden/y/main.tf")
    write(root / ".gitignore", "build/\n")
    assert folders_of(found(root, "build")) == ["build/x"]
    assert folders_of(found(root, "build/x")) == ["build/x"]
    assert folders_of(found(root, "build/x/main.tf")) == ["build/x"]
    assert folders_of(found(root, ".hidden")) == [".hidden/y"]


def test_exclude_always_holds(root: Path) -> None:
    tree(root, "main.tf", "skip.tf", "a.auto.tfvars", "legacy/x/main.tf", "new/main.tf")
    exclude = ("legacy/", "skip.tf", "*.tfvars")
    workspace = found(root, exclude=exclude)
    assert folders_of(workspace) == ["", "new"]
    assert (workspace.directories[0].primary, workspace.directories[0].values) == (("main.tf",), ())
    assert folders_of(found(root, "legacy/x", exclude=exclude)) == []
    assert folders_of(found(root, "legacy/x/main.tf", exclude=exclude)) == []
    assert [workspace.reports_on(path) for path in ("legacy/x/main.tf", "new/main.tf")] == [False, True]


def test_links_to_folders_are_not_followed_and_links_to_files_are(root: Path) -> None:
    tree(root, "shared/common.tf", "a/main.tf")
    (root / "a" / "common.tf").symlink_to(root / "shared" / "common.tf")
    (root / "a" / "again").symlink_to(root / "a", target_is_directory=True)
    (root / "linked").symlink_to(root / "shared", target_is_directory=True)
    workspace = found(root)
    assert folders_of(workspace) == ["a", "shared"]
    assert workspace.directories[0].primary == ("common.tf", "main.tf")


def test_what_cannot_be_read_is_a_problem(root: Path) -> None:
    tree(root, "a/main.tf")
    write(root.parent / "secret.tf", "")
    (root / "a" / "out.tf").symlink_to(root.parent / "secret.tf")
    (root / "a" / "gone.tf").symlink_to(root / "nowhere.tf")
    (root / "a" / "loop.tf").symlink_to(root / "a" / "loop.tf")
    os.mkfifo(root / "a" / "pipe.tf")
    (root / "b").mkdir()
    (root / "b" / "gone.tf").symlink_to(root / "nowhere.tf")
    (root / "b" / "prod.tfvars").symlink_to(root / "nowhere.tfvars")
    workspace = found(root)
    assert [files.path for files in workspace.directories] == ["a"]
    assert workspace.directories[0].primary == ("main.tf",)
    assert workspace.directories[0].problems == (
        Problem("a/gone.tf", "a link that leads nowhere: no such file or directory"),
        Problem("a/loop.tf", "a link that leads nowhere: too many levels of symbolic links"),
        Problem("a/out.tf", "a link that leads out of the workspace"),
        Problem("a/pipe.tf", "not a regular file"),
    )
    assert workspace.problems == (Problem("b/gone.tf", "a link that leads nowhere: no such file or directory"),)


def test_an_unreadable_folder_is_a_problem(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(root, "a/main.tf", "b/main.tf")
    scan = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    workspace = found(root)
    assert folders_of(workspace) == ["a"]
    assert workspace.problems == (Problem("b", "permission denied"),)
