"""What holds for all tests: a run on a CI system is no different."""

from __future__ import annotations

import os

import pytest

CI = ("GITHUB_", "TF_BUILD", "GITLAB_CI", "AGENT_TEMPDIRECTORY", "NO_COLOR", "FORCE_COLOR")


@pytest.fixture(autouse=True)
def no_ci_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(CI)]:
        monkeypatch.delenv(name)
