"""How long initlint takes, as ratios within one run: run it with `python bench/run.py [FOLDER]`.

Absolute times say little on a shared machine; each figure is therefore measured in turn with what it is compared with.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

RUNS = 9
HERE = Path(__file__).parent.parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Installed packages have their byte code; with that variable set this checkout would be compiled each time."""


def seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, check=False)
    return time.perf_counter() - start


def compare(label: str, one: Sequence[str], other: Sequence[str]) -> None:
    seconds(one)
    seconds(other)
    pairs = [(seconds(one), seconds(other)) for _ in range(RUNS)]
    ratio = statistics.median(a / b for a, b in pairs)
    shown = " ".join(f"{statistics.median(times):.3f} s" for times in zip(*pairs))
    print(f"{label}: ratio {ratio:.2f} (medians {shown})")


def main() -> None:
    python = sys.executable
    initlint = [python, "-m", "initlint"]
    imports = [python, "-c", "import click, pydantic"]
    compare("initlint examples / import click, pydantic", [*initlint, str(HERE / "examples")], imports)
    compare("initlint --version / import click", [*initlint, "--version"], [python, "-c", "import click"])
    if len(sys.argv) > 1:
        compare(f"initlint {Path(sys.argv[1]).name} / initlint examples", [*initlint, sys.argv[1]],
                [*initlint, str(HERE / "examples")])  # fmt: skip


if __name__ == "__main__":
    main()
