"""Runs the rules about scripts over one script and says what they found, with exact places."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from initlint.engine import scan
from initlint.project import Variables
from initlint.settings import defaults
from initlint_rules import error_handling, idempotency, logging

RULES = (*idempotency.RULES, *error_handling.RULES, *logging.RULES)

JOB = """\
variable "host" {{}}
variable "header" {{}}
resource "azurerm_container_app_job" "init" {{
  name                         = "app-init-test-dev"
  template {{
    container {{
      name    = "init"
      image   = "postgres:16"
      command = {command}
      env {{
        name  = "DB_HOST"
        value = var.host
      }}
      env {{
        name        = "DB_PASSWORD"
        secret_name = "db-password"
      }}
      env {{
        name  = "DB_PORT"
        value = "5432"
      }}
    }}
  }}
}}
locals {{
  settings = {{ SITE = "north" }}
}}
"""


def lint(
    text: str, *codes: str, command: str = "", undecided: bool = False, variables: Mapping[str, str] | None = None
) -> list[str]:
    """What the rules say of a script: "CODE line:column-column message". `command` is the Terraform expression that
    runs it; without one, the script stands in the file `script.sh` and is run by `sh -c`. `variables`: as by `--var`.
    """
    options = tuple(("var", f"{name}={value}") for name, value in (variables or {}).items())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "script.sh").write_text(text, encoding="utf-8")
        expression = command or '["sh", "-c", file("${path.module}/script.sh")]'
        (folder / "main.tf").write_text(JOB.format(command=expression), encoding="utf-8")
        result = scan([folder], defaults(RULES), variables=Variables(options))
    found = [
        f"{f.code} {f.span.line}:{f.span.column}-{f.span.end_column} {f.message}"
        for f in result.findings
        if not codes or f.code in codes
    ]
    open_ = [f"{u.code} {u.span.line} undecided {u.reason}" for u in result.undecided if not codes or u.code in codes]
    return [*found, *open_] if undecided else found


def every(text: str, *codes: str, command: str = "", variables: Mapping[str, str] | None = None) -> list[str]:
    """Findings and what is undecided."""
    return lint(text, *codes, command=command, undecided=True, variables=variables)
