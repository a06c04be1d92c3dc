from __future__ import annotations

from pathlib import Path

import pytest

from initlint.changed import Hunk, parse

from .trees import BAD, JOB, ROOT, TREE, codes, git, initlint, repository, write

BIG = [
    "infra/terraform.tfvars:1 INIT201",
    "infra/terraform.tfvars:1 INIT203",
    "modules/job/main.tf:39 INIT201",
    "modules/job/main.tf:39 INIT203",
]
"""What `cpu = 4` causes: in the values, and in the memory that the module makes of it."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return repository(tmp_path / "repository", {**TREE, "other/main.tf": BAD})


def changed(tree: Path, *arguments: str | Path) -> tuple[int, list[str]]:
    done = initlint(tree, "--format", "concise", *arguments)
    return done.returncode, codes(done.stdout)


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_changed_file_is_judged_and_another_is_not_reported_on(tree: Path) -> None:
    assert changed(tree) == (1, ["other/main.tf:47 INIT601"])
    assert changed(tree, "--changed", "infra/main.tf", "modules/job/main.tf") == (0, [])
    assert changed(tree, "--changed", "other/main.tf") == (1, ["other/main.tf:47 INIT601"])


def test_a_changed_variable_file_is_judged_through_the_root_that_uses_it(tree: Path) -> None:
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    assert changed(tree, "--changed", "infra/terraform.tfvars") == (1, BIG)
    assert changed(tree, "--changed", "other/main.tf") == (1, ["other/main.tf:47 INIT601"])


def test_a_changed_variable_file_of_an_environment(tree: Path) -> None:
    write(tree, {"env/prod.tfvars": "cpu = 4\n", "infra/terraform.tfvars": ""})
    done = initlint(tree, "--format", "concise", "--changed", "env/prod.tfvars")
    assert (done.returncode, codes(done.stdout)) == (0, [])
    note = (
        "note: env/prod.tfvars gives values to no root module: name it in an [environments] table, or with --var-file"
    )
    assert note in done.stdout.splitlines()

    write(tree, {"initlint.toml": '[environments.prod]\nvar-files = ["env/prod.tfvars"]\nroot = "infra"\n'})
    assert changed(tree, "--changed", "env/prod.tfvars") == (
        1,
        [line.replace("infra/terraform", "env/prod") for line in BIG],
    )


def test_a_changed_module_is_judged_with_the_arguments_of_each_caller(tree: Path) -> None:
    write(tree, {"second/main.tf": ROOT.replace("default = 0.5", "default = 2")})
    assert changed(tree, "--changed", "modules/job/main.tf") == (
        1,
        ["modules/job/main.tf:39 INIT201", "modules/job/main.tf:39 INIT203", "second/main.tf:3 INIT201",
         "second/main.tf:3 INIT203"],
    )  # fmt: skip


def test_a_finding_about_what_is_missing_is_the_block_s(tree: Path) -> None:
    write(tree, {"modules/job/main.tf": JOB.replace('    JobType     = "init"\n', "")})
    assert changed(tree, "--changed", "modules/job/main.tf") == (1, ["modules/job/main.tf:44 INIT601"])
    assert changed(tree, "--changed", "infra/main.tf") == (0, [])


def test_a_changed_configuration_concerns_everything(tree: Path) -> None:
    write(tree, {"initlint.toml": 'ignore = ["INIT601"]\n'})
    assert changed(tree, "--changed", "initlint.toml") == (0, [])
    write(tree, {"initlint.toml": ""})
    done = initlint(tree, "--format", "concise", "--changed", "initlint.toml")
    assert (done.returncode, codes(done.stdout)) == (1, ["other/main.tf:47 INIT601"])
    assert "only some of the files were reported on" not in done.stdout
    (tree / "initlint.toml").unlink()
    assert changed(tree, "--changed", "initlint.toml") == (1, ["other/main.tf:47 INIT601"])


def test_a_file_that_is_gone_concerns_its_module(tree: Path) -> None:
    assert changed(tree, "--changed", "other/gone.tf", "nowhere/gone.tf", "gone.tfvars") == (0, [])
    (tree / "modules/job/main.tf").unlink()
    assert changed(tree, "--changed", "modules/job/main.tf") == (0, [])


def test_a_broken_file_is_reported(tree: Path) -> None:
    write(tree, {"infra/more.tf": 'resource "a" "b" {\n'})
    status, found = changed(tree, "--changed", "infra/more.tf")
    assert (status, [line.partition(":")[0] for line in found]) == (1, ["infra/more.tf"])


def test_the_folder_it_is_started_in_makes_no_difference(tree: Path) -> None:
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    done = initlint(tree / "infra", "--format", "concise", "--changed", "terraform.tfvars")
    assert (done.returncode, codes(done.stdout)) == (1, BIG)
    outside = initlint(tree.parent, "--format", "concise", "--changed", tree / "infra" / "terraform.tfvars")
    assert codes(outside.stdout) == [f"{tree.name}/{line}" for line in BIG]


def test_no_file_is_nothing_to_judge(tree: Path) -> None:
    assert changed(tree, "--changed") == (0, [])


def test_a_folder_stands_for_all_below_it(tree: Path) -> None:
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    assert changed(tree, "--changed", "modules") == (1, BIG)


def test_what_is_excluded_stays_so(tree: Path) -> None:
    write(tree, {"initlint.toml": 'exclude = ["other"]\n'})
    assert changed(tree, "--changed", "other/main.tf") == (0, [])


def test_a_script_that_a_job_reads(tree: Path) -> None:
    sql = 'set -e\necho start\npsql -v ON_ERROR_STOP=1 -c "CREATE TABLE a (b int)"\necho done\n'
    reading = BAD.replace('["alembic", "upgrade", "head"]', '["sh", "-c", file("${path.module}/run.sh")]')
    write(tree, {"third/main.tf": reading.replace("other-", "third-"), "third/run.sh": sql})
    assert changed(tree, "--changed", "third/run.sh") == (1, ["third/run.sh:3 INIT301"])


def test_an_unused_ignore_is_no_finding_of_a_part(tree: Path) -> None:
    write(tree, {"infra/extra.tf": "# initlint: ignore-file[INIT601] later\n"})
    assert changed(tree) == (1, ["infra/extra.tf:1 INIT003", "other/main.tf:47 INIT601"])
    assert changed(tree, "--changed", "infra/extra.tf") == (0, [])


# --- lines -----------------------------------------------------------------------------------------------------------


def test_only_what_changed_lines_cause_is_reported(tree: Path) -> None:
    assert changed(tree, "--changed-since", "HEAD") == (0, [])
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    assert changed(tree, "--changed-since", "HEAD") == (1, BIG)
    git(tree, "commit", "--quiet", "--all", "--message=big")
    assert changed(tree, "--changed-since", "HEAD") == (0, [])
    assert changed(tree, "--changed-since", "HEAD~1") == (1, BIG)


def test_another_line_of_the_same_file_causes_nothing(tree: Path) -> None:
    write(
        tree, {"other/main.tf": BAD.replace("replica_timeout_in_seconds   = 600", "replica_timeout_in_seconds   = 700")}
    )
    assert changed(tree, "--changed-since", "HEAD") == (0, [])


def test_a_line_that_was_taken_out_causes_what_is_missing_now(tree: Path) -> None:
    write(tree, {"modules/job/main.tf": JOB.replace('    JobType     = "init"\n', "")})
    assert changed(tree, "--changed-since", "HEAD") == (1, ["modules/job/main.tf:44 INIT601"])
    without = JOB.replace("  identity {\n", "").replace('    type         = "UserAssigned"\n', "")
    write(tree, {"modules/job/main.tf": without.replace("    identity_ids = [var.identity_id]\n  }\n", "")})
    assert changed(tree, "--changed-since", "HEAD") == (1, ["modules/job/main.tf:17 INIT801"])


def test_a_file_that_git_does_not_know_is_new(tree: Path) -> None:
    write(tree, {"third/sp ace \u00e4.tf": BAD.replace("other-", "third-")})
    assert changed(tree, "--changed-since", "HEAD") == (1, ["third/sp ace \u00e4.tf:47 INIT601"])
    git(tree, "add", "--all")
    assert changed(tree, "--changed-since", "HEAD") == (1, ["third/sp ace \u00e4.tf:47 INIT601"])


def test_what_others_changed_on_the_branch_since_is_not_counted(tree: Path) -> None:
    git(tree, "switch", "--quiet", "--create", "mine")
    git(tree, "switch", "--quiet", "main")
    write(tree, {"other/main.tf": BAD.replace('"Init"', '"init"')})
    git(tree, "commit", "--quiet", "--all", "--message=mended")
    git(tree, "switch", "--quiet", "mine")
    assert changed(tree, "--changed-since", "main") == (0, [])


def test_lines_of_submodules(tree: Path, tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"main.tf": BAD.replace("other-", "inner-")})
    git(tree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "deep/inner")
    assert changed(tree, "--changed-since", "HEAD") == (1, ["deep/inner/main.tf:47 INIT601"])
    git(tree, "commit", "--quiet", "--message=submodule")
    assert changed(tree, "--changed-since", "HEAD") == (0, [])

    here = tree / "deep" / "inner"
    new = ["deep/inner/main.tf:38 INIT201", "deep/inner/main.tf:38 INIT203", "deep/inner/new.tf:1 INIT001"]
    write(here, {"main.tf": (here / "main.tf").read_text().replace("= 0.5", "= 1.5"), "new.tf": "}\n"})
    assert changed(tree, "--changed-since", "HEAD") == (1, new)
    git(here, "add", "--all")
    git(here, "commit", "--quiet", "--message=second")
    git(tree, "commit", "--quiet", "--all", "--message=bump")
    assert changed(tree, "--changed-since", "HEAD") == (0, [])
    assert changed(tree, "--changed-since", "HEAD~1") == (1, new)
    git(tree, "submodule", "--quiet", "deinit", "--force", "deep/inner")
    assert changed(tree, "--changed-since", "HEAD~1") == (0, [])


def test_a_submodule_without_its_history_is_an_error(tree: Path, tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"main.tf": BAD})
    git(tree, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "inner")
    absent = "1" * 40
    git(tree, "update-index", "--cacheinfo", f"160000,{absent},inner")
    git(tree, "commit", "--quiet", "--message=a commit that nobody has")
    done = initlint(tree, "--changed-since", "HEAD")
    said = f"git cannot compare the submodule inner with commit {absent}; is it fetched?"
    assert (done.returncode, done.stdout) == (2, f"initlint: error: --changed-since: {said}\n")


def test_variables_that_a_hook_sets_for_git_lead_nowhere_else(tree: Path, tmp_path: Path) -> None:
    elsewhere = repository(tmp_path / "elsewhere", {"a.tf": ""})
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    done = initlint(
        tree, "--format", "concise", "--changed-since", "HEAD",
        GIT_DIR=str(elsewhere / ".git"), GIT_INDEX_FILE=str(elsewhere / ".git" / "index"), GIT_EXTERNAL_DIFF="false",
    )  # fmt: skip
    assert (done.returncode, codes(done.stdout)) == (1, BIG)


def test_the_git_configuration_of_a_user_changes_nothing(tree: Path) -> None:
    settings = {"diff.noprefix": "true", "diff.mnemonicPrefix": "true", "color.ui": "always", "diff.relative": "true",
                "diff.external": "false", "diff.interHunkContext": "50"}  # fmt: skip
    for name, value in settings.items():
        git(tree, "config", name, value)
    write(tree, {"infra/terraform.tfvars": "cpu = 4\n"})
    assert changed(tree, "--changed-since", "HEAD") == (1, BIG)


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", ""])
def test_what_is_no_commit_is_an_error(tree: Path, ref: str) -> None:
    done = initlint(tree, f"--changed-since={ref}")
    assert (done.returncode, done.stdout) == (2, f"initlint: error: --changed-since: '{ref}' is no commit here\n")
    assert not (tree / "x").exists()


def test_without_a_repository_it_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    done = initlint(tmp_path, "--changed-since", "HEAD", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (done.returncode, done.stdout) == (2, "initlint: error: --changed-since: no git repository\n")


def test_the_two_exclude_each_other(tree: Path) -> None:
    done = initlint(tree, "--changed", "--changed-since", "HEAD")
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1] == "Error: --changed and --changed-since exclude each other"


# --- reading a diff --------------------------------------------------------------------------------------------------

DIFF = rb"""diff --git a/a.tf b/a.tf
index 1..2 100644
--- a/a.tf
+++ b/a.tf
@@ -1 +1,2 @@ resource "x" {
--- a/old.tf
+++ b/spoofed.tf
+@@ -1 +1 @@
@@ -9,2 +9,0 @@
-one
-two
\ No newline at end of file
diff --git a/gone.tf b/gone.tf
deleted file mode 100644
--- a/gone.tf
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git "a/q\"\303\244\t.tf" "b/q\"\303\244\t.tf"
--- "a/q\"\303\244\t.tf"
+++ "b/q\"\303\244\t.tf"
@@ -0,0 +1 @@
+x
\ No newline at end of file
diff --git a/with space.tf b/with space.tf
--- a/with space.tf
+++ b/with space.tf
@@ -3 +3 @@
-x
+y
""".replace(b"space.tf\n@@", b"space.tf\t\n@@")


def test_a_diff() -> None:
    assert parse(DIFF) == {
        "a.tf": [Hunk(1, 2, 1), Hunk(9, 0, 2)],
        'q"ä\t.tf': [Hunk(1, 1, 0)],
        "with space.tf": [Hunk(3, 1, 1)],
    }


@pytest.mark.parametrize(
    ("hunk", "first", "last", "touched"),
    [
        (Hunk(3, 2, 0), 1, 2, False),
        (Hunk(3, 2, 0), 1, 3, True),
        (Hunk(3, 2, 0), 4, 9, True),
        (Hunk(3, 2, 0), 5, 9, False),
        (Hunk(3, 0, 1), 3, 4, True),
        (Hunk(3, 0, 1), 3, 3, False),
        (Hunk(3, 0, 1), 1, 3, False),
        (Hunk(3, 0, 1), 4, 6, False),
    ],
)
def test_lines_that_a_hunk_touches(hunk: Hunk, first: int, last: int, touched: bool) -> None:
    assert hunk.touches(first, last) is touched
