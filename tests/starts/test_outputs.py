"""A script that asks Terraform for the job's name starts the job that the output is of, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from initlint.engine import scan
from initlint.settings import defaults

JOB = """
resource "azurerm_container_app_job" "{0}" {{
  name = "shop-init-{0}-dev"
  manual_trigger_config {{}}
}}
"""
OUTPUTS = """
variable "name" {}
output "seed" { value = azurerm_container_app_job.seed.name }
output "given" { value = var.name }
output "all" { value = { seed = azurerm_container_app_job.seed.name } }
"""


@pytest.mark.parametrize(
    ("name", "unstarted"),
    [
        ("$(terraform output -raw seed)", ["grant"]),
        ('"$(tofu -chdir=infra output -raw seed)"', ["grant"]),
        ("$(terraform output -raw given)", []),
        ("$(terraform output -raw all)", []),
        ("$(terraform output -raw nothing)", []),
        ('$(terraform output -raw "$1")', []),
        ("$(terraform output -json)", []),
    ],
)
def test_a_name_from_an_output(name: str, unstarted: list[str], tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    text = JOB.format("seed") + JOB.format("grant") + OUTPUTS
    (tmp_path / "infra" / "init-jobs.tf").write_text(text, encoding="utf-8")
    script = f'JOB={name}\naz containerapp job start --name "$JOB" --resource-group shop\n'
    (tmp_path / "run.sh").write_text(script, encoding="utf-8")
    result = scan([tmp_path], defaults())
    found = [(f.code, f.job) for f in result.findings if f.code in ("INIT703", "INIT704")]
    assert found == [("INIT703", f"azurerm_container_app_job.{label}") for label in unstarted]
    assert [u.code for u in result.undecided if u.code in ("INIT703", "INIT704")] == []
