"""What starts the jobs: the scripts, workflows and makefiles of a repository that run `az containerapp job start`."""

from initlint.starts.files import walk
from initlint.starts.find import Start, Starts, find_starts
from initlint.starts.names import could_match, is_wholly_unknown, likely_match
from initlint.starts.targets import possible_names, started, starts_of, unknown_targets, unstarted

__all__ = [
    "Start", "Starts", "could_match", "find_starts", "is_wholly_unknown", "likely_match", "possible_names", "started",
    "starts_of", "unknown_targets", "unstarted", "walk",
]  # fmt: skip
