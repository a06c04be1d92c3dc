"""What a plain run imports: starting at once is a feature."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

JOB = """
resource "azurerm_container_app_job" "seed" {
  name                         = "shop-init-seed-dev"
  location                     = "westeurope"
  resource_group_name          = "rg"
  container_app_environment_id = var.env
  replica_timeout_in_seconds   = 300
  manual_trigger_config {}
  template {
    container {
      name    = "seed"
      image   = "shop:1.0"
      cpu     = 0.5
      memory  = "1Gi"
      command = ["python", "-m", "alembic", "upgrade", "head"]
    }
  }
}
variable "env" {}
"""
HEAVY = frozenset(
    "checkov hcl2 jsonschema lark pathspec pydantic re2 sarif_om sqlglot tree_sitter_bash yaml"
    " difflib importlib.metadata logging subprocess tempfile tomllib"
    " initlint.scripts.sql initlint.suppress initlint.syntax.json initlint.syntax.witness initlint.toml_places"
    " initlint.starts.pipelines initlint.starts.shell initlint.report.sarif initlint.terraform.functions".split()
)


def test_a_plain_run_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(JOB, encoding="utf-8")
    assert imported(tmp_path) & HEAVY == set()


def test_what_is_there_to_be_read_is_what_imports_its_reader(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("# nothing yet\n", encoding="utf-8")
    (tmp_path / "main.tf").write_text(JOB, encoding="utf-8")
    assert imported(tmp_path) & {"pathspec", "hcl2"} == set()
    (tmp_path / ".gitignore").write_text("build/\n", encoding="utf-8")
    assert imported(tmp_path) & {"pathspec", "hcl2"} == set()
    (tmp_path / "build").mkdir()
    assert imported(tmp_path) & {"pathspec", "hcl2"} == {"pathspec"}
    (tmp_path / "broken.tf").write_text("a = \n", encoding="utf-8")
    assert imported(tmp_path) & {"pathspec", "hcl2"} == {"pathspec", "hcl2"}


def imported(folder: Path) -> set[str]:
    script = (
        "import json, sys\n"
        "from initlint.cli import main\n"
        "try:\n"
        f"    main(['--no-progress', {str(folder)!r}])\n"
        "except SystemExit as end:\n"
        "    assert end.code == 1, end.code\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))
