"""A job's name that comes from Terraform means that job, and no other."""

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


def unstarted(folder: Path, text: str) -> list[str | None]:
    """The jobs that nothing starts, of two jobs `seed` and `grant` and more Terraform beside them."""
    (folder / "init-jobs.tf").write_text(JOB.format("seed") + JOB.format("grant") + text, encoding="utf-8")
    (folder / "build.sh").write_text("docker build .\n", encoding="utf-8")
    result = scan([folder], defaults())
    assert [u.code for u in result.undecided if u.code in ("INIT703", "INIT704")] == []
    return [f.job for f in result.findings if f.code in ("INIT703", "INIT704")]


SEED, GRANT = "azurerm_container_app_job.seed", "azurerm_container_app_job.grant"


@pytest.mark.parametrize(
    ("provisioner", "jobs"),
    [
        ('command = "az containerapp job start -g rg -n ${azurerm_container_app_job.seed.name}"', [GRANT]),
        ('command = "az containerapp job start -g rg -n \\"${local.jobs["seed"]}\\""', [GRANT]),
        ('command = "az containerapp job start -g rg -n shop-init-${var.job}-dev"', []),
        ('command = "az containerapp job start -g rg -n ${each.key}"', []),
        ("command = <<-EOT\n  J=${local.jobs.seed}\n  az containerapp job start -n $J -g rg\n  EOT\n", [GRANT]),
        ('command = "echo az containerapp job start -n ${local.jobs.seed}"', [SEED, GRANT]),
        (
            'command = "az containerapp job start -g rg -n $JOB"\n environment = { JOB = local.jobs.seed, RG = "rg" }',
            [GRANT],
        ),
        (
            """command = "$job = 'shop-init-seed-dev'; az containerapp job start -g rg -n $job"
            interpreter = ["pwsh", "-Command"]""",
            [GRANT],
        ),
    ],
)
def test_a_command_that_terraform_runs(provisioner: str, jobs: list[str], tmp_path: Path) -> None:
    text = f"""
variable "job" {{}}
locals {{
  jobs = {{ seed = azurerm_container_app_job.seed.name }}
}}
resource "terraform_data" "run" {{
  provisioner "local-exec" {{
    {provisioner}
  }}
}}
"""
    assert unstarted(tmp_path, text) == jobs


@pytest.mark.parametrize(
    ("action", "jobs"),
    [
        ('action = "start"\n resource_id = azurerm_container_app_job.seed.id', [GRANT]),
        ('action = "start"\n resource_id = "${local.group}/providers/Microsoft.App/jobs/shop-init-seed-dev"', [GRANT]),
        ('action = "start"\n resource_id = var.job_id', []),
        ('action = "stop"\n resource_id = azurerm_container_app_job.seed.id', [SEED, GRANT]),
        ('count = 0\n action = "start"\n resource_id = azurerm_container_app_job.seed.id', [SEED, GRANT]),
    ],
)
def test_a_job_that_terraform_starts(action: str, jobs: list[str], tmp_path: Path) -> None:
    text = f"""
variable "job_id" {{}}
locals {{
  group = "/subscriptions/${{var.job_id}}/resourceGroups/shop"
}}
resource "azapi_resource_action" "run" {{
  type = "Microsoft.App/jobs@2024-03-01"
  {action}
}}
"""
    assert unstarted(tmp_path, text) == jobs
