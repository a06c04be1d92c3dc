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
        ('command = "az containerapp job start -g rg -n ${var.given}"', []),
        ('command = "az containerapp job start -g rg -n shop-init-${each.key}-dev"', [GRANT]),
        ('command = "az containerapp job start -g rg -n shop-init-${var.label}-dev"', []),
        ('command = "az containerapp job start -g rg -n ${format("shop-init-%s-dev", var.label)}"', [GRANT]),
        ('command = "az containerapp job start -g rg -n ${self.output}"', []),
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
variable "given" {{}}
variable "label" {{ default = "seed" }}
locals {{
  jobs = {{ seed = azurerm_container_app_job.seed.name }}
}}
resource "terraform_data" "run" {{
  for_each = toset(["seed"])
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


def test_a_local_exec_that_is_handed_the_name_of_a_modules_job(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    job = JOB.format("seed").replace('"shop-init-seed-dev"', "var.name")
    output = 'output "name" { value = azurerm_container_app_job.seed.name }\n'
    (tmp_path / "job" / "init-jobs.tf").write_text(f'variable "name" {{}}\n{job}{output}', encoding="utf-8")
    calls = "".join(
        f'module "{name}" {{\n  source = "./job"\n  name   = "shop-init-{name}-dev"\n}}\n' for name in ("seed", "grant")
    )
    run = (
        'resource "null_resource" "run" {\n  provisioner "local-exec" {\n'
        '    command = "az containerapp job start -g rg -n ${module.seed.name}"\n  }\n}\n'
    )
    (tmp_path / "main.tf").write_text(calls + run, encoding="utf-8")
    (tmp_path / "build.sh").write_text("make\n", encoding="utf-8")
    result = scan([tmp_path], defaults())
    found = [(f.code, f.job) for f in result.findings if f.code in ("INIT703", "INIT704")]
    assert found == [("INIT703", "module.grant.azurerm_container_app_job.seed")]


def test_what_is_listed_as_the_start_of_a_job(tmp_path: Path) -> None:
    text = JOB.format("seed") + JOB.format("grant") + JOB.format("given").replace('"shop-init-given-dev"', "var.name")
    (tmp_path / "init-jobs.tf").write_text(text + 'variable "name" {}\n', encoding="utf-8")
    (tmp_path / "any.sh").write_text('az containerapp job start -g rg -n "$1"\n', encoding="utf-8")
    (tmp_path / "seed.sh").write_text('az containerapp job start -g rg -n "shop-init-seed-$1"\n', encoding="utf-8")
    jobs = {job.address.rpartition(".")[2]: job for job in scan([tmp_path], defaults(), list_starts=True).jobs}
    assert {name: (job.starts, job.perhaps_starts) for name, job in jobs.items()} == {
        "seed": (("seed.sh:1",), ("any.sh:1",)),
        "grant": ((), ("any.sh:1",)),
        "given": ((), ("any.sh:1", "seed.sh:1")),
    }
