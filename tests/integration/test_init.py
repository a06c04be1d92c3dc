"""`initlint init` in repositories as teams have them: the file it writes works as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from .trees import BAD, JOB, ROOT, TREE, codes, initlint, repository

WITHOUT_VALUE = ROOT.replace("  default = 0.5\n", "")
PER_FOLDER = {
    "modules/job/main.tf": JOB,
    "envs/dev/main.tf": ROOT.replace("../modules", "../../modules"),
    "envs/dev/terraform.tfvars": "cpu = 0.5\n",
    "envs/prod/main.tf": ROOT.replace("../modules", "../../modules"),
    "envs/prod/terraform.tfvars": "cpu = 4\n",
}
PER_FILE = {
    "modules/job/main.tf": JOB,
    "infra/main.tf": WITHOUT_VALUE,
    "infra/env/dev.tfvars": "cpu = 0.5\n",
    "infra/env/prod.tfvars": "cpu = 4\n",
    "infra/env/shared.tfvars": "",
}


@pytest.mark.parametrize(
    ("files", "environments"),
    [
        (TREE, {}),
        (PER_FOLDER, {}),
        (PER_FILE, {"dev": "env/dev.tfvars", "prod": "env/prod.tfvars"}),
        ({"main.tf": BAD, "prod.tfvars": "", "qa.tfvars": ""}, {"qa": "qa.tfvars", "prod": "prod.tfvars"}),
        ({"main.tf": BAD, "config/stage/terraform.tfvars": ""}, {"stage": "config/stage/terraform.tfvars"}),
        ({"README.md": "no Terraform yet\n"}, {}),
    ],
)
def test_the_file_that_is_written_works(tmp_path: Path, files: dict[str, str], environments: dict[str, str]) -> None:
    tree = repository(tmp_path.resolve() / "repository", files)
    before = initlint(tree, "--format", "concise")
    done = initlint(tree, "init")
    assert (done.returncode, done.stdout) == (0, "wrote initlint.toml\n")
    text = (tree / "initlint.toml").read_text(encoding="utf-8")
    tables = "".join(f'\n[environments.{name}]\nvar-files = ["{file}"]\n' for name, file in environments.items())
    assert text.endswith(tables)
    assert text.count("[environments.") == len(environments)
    after = initlint(tree, "--format", "concise")
    assert after.returncode in (0, 1)
    if not environments:
        assert after.stdout == before.stdout
    again = initlint(tree, "init")
    assert (again.returncode, (tree / "initlint.toml").read_text(encoding="utf-8")) == (2, text)


def test_the_environments_that_it_found_are_judged(tmp_path: Path) -> None:
    tree = repository(tmp_path / "repository", PER_FILE)
    assert codes(initlint(tree, "--format", "concise").stdout) == []
    initlint(tree, "init")
    found = initlint(tree, "--format", "concise").stdout
    assert codes(found) == [
        "infra/env/prod.tfvars:1 INIT201",
        "infra/env/prod.tfvars:1 INIT203",
        "modules/job/main.tf:18 INIT103",  # one name in both environments
        "modules/job/main.tf:39 INIT201",
        "modules/job/main.tf:39 INIT203",
    ]
    assert "(in prod)" in found.splitlines()[0]


def test_started_further_down_it_is_written_at_the_top(tmp_path: Path) -> None:
    tree = repository(tmp_path.resolve() / "repository", PER_FILE)
    assert initlint(tree / "infra", "init").stdout == f"wrote {tree / 'initlint.toml'}\n"
