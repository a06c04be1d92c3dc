"""What holds for all tests: a run on a CI system is no different, and neither is the next run."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# The same examples in each run. `pytest --hypothesis-profile=search` looks for others.
settings.register_profile("repeat", derandomize=True, database=None, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("repeat")

CI = ("GITHUB_", "TF_BUILD", "GITLAB_CI", "AGENT_TEMPDIRECTORY", "NO_COLOR", "FORCE_COLOR")


@pytest.fixture(autouse=True)
def no_ci_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(CI)]:
        monkeypatch.delenv(name)
