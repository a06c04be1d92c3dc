"""checkov as a program, and what it says in a form that tests compare."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHECKS = Path(__file__).parents[2] / "linter" / "initlint" / "checkov" / "checks"
PROGRAM = Path(sys.executable).parent / ("checkov.exe" if os.name == "nt" else "checkov")

needs_checkov = pytest.mark.skipif(
    not PROGRAM.exists(), reason="checkov is not installed in this environment: pip install 'initlint[checkov]'"
)

LISTS = {"failed_checks": "FAILED", "passed_checks": "PASSED", "skipped_checks": "SKIPPED"}


@dataclass
class Report:
    """What a run of checkov found: the records of the framework, its parsing errors, and what it wrote on stderr."""

    records: list[dict[str, Any]] = field(default_factory=list)
    parsing_errors: list[str] = field(default_factory=list)
    log: str = ""
    status: int = 0

    def results(self) -> dict[tuple[str, str, str], str]:
        """(file, address, check) -> result. Of two roots that call one module the same way the worse counts."""
        order = ["PASSED", "SKIPPED", "FAILED"]
        found: dict[tuple[str, str, str], str] = {}
        for record in self.records:
            key = (record["file_path"].lstrip("/"), record["resource"], record["check_id"])
            result = record["check_result"]["result"]
            found[key] = max(found.get(key, result), result, key=order.index)
        return found


def environment(**more: str) -> dict[str, str]:
    """The process's environment without what would make checkov talk to the network or read its own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CKV_", "BC_", "PRISMA_"))}
    return {**kept, "BC_SKIP_MAPPING": "TRUE", "LOG_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore", **more}


def checkov(
    folder: Path, *arguments: str, framework: str = "terraform", env: Mapping[str, str] | None = None
) -> Report:
    """Runs checkov on a folder with our checks, in that folder as users do."""
    command = [str(PROGRAM), "-d", ".", "--external-checks-dir", str(CHECKS), "--framework", framework]
    given = (
        arguments if "--check" in arguments or "--skip-check" in arguments else ("--check", "CKV_INIT_*", *arguments)
    )
    done = run([*command, *given, "-o", "json"], folder, env)
    return read(done.stdout, done.stderr, done.returncode, framework)


def run(command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def read(text: str, log: str, status: int, framework: str) -> Report:
    """The report of one framework in checkov's JSON."""
    found = json.loads(text)
    report = Report(log=log, status=status)
    for one in found if isinstance(found, list) else [found]:
        if one.get("check_type") == framework:
            for name in LISTS:
                report.records += one["results"].get(name, [])
            report.parsing_errors += one["results"].get("parsing_errors", [])
    return report
