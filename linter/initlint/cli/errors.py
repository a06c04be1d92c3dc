"""What ends a run with exit status 2, said in one line on standard error."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""A place that takes no more is no fault of initlint's."""


class ReaderGone(Exception):
    """The reader of the output (`| head`) went away. No OSError: click would end with 1, which means findings."""


@contextmanager
def reported() -> Iterator[None]:
    """Turns the errors that a user can mend, and those of initlint itself, into a message and exit status 2."""
    try:
        yield
    except SystemExit:
        raise
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        print("initlint: stopped; nothing was judged", file=sys.stderr)
        sys.exit(2)
    except ReaderGone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains while it ends
        sys.exit(2)  # not green: who reads the status has not seen all findings
    except Exception as problem:
        message = _message(problem)
        if message is None:
            raise_internal(problem)
        print(f"initlint: error: {message}", file=sys.stderr)
        sys.exit(2)


def _message(problem: Exception) -> str | None:
    from initlint.baseline import BaselineError
    from initlint.changed import ChangeError
    from initlint.engine import InternalError
    from initlint.project import MissingRoot, MissingVarFile, UnknownEnvironment
    from initlint.registry import PackError
    from initlint.settings_file import ConfigError
    from initlint.workspace import PathError

    if isinstance(
        problem,
        BaselineError
        | ChangeError
        | ConfigError
        | MissingRoot
        | MissingVarFile
        | PackError
        | PathError
        | UnknownEnvironment,
    ):
        return str(problem)
    if isinstance(problem, InternalError):
        return f"internal error: {problem}"
    if isinstance(problem, OSError) and problem.errno in _FULL:
        return f"{problem.filename or 'standard output'}: {problem.strerror}"
    return None


def raise_internal(problem: Exception) -> None:
    """Says an unforeseen error with its place, and ends with 2: never a green run."""
    import traceback

    print("initlint: internal error; nothing was judged. Please report it with these lines:", file=sys.stderr)
    traceback.print_exception(problem, file=sys.stderr)
    sys.exit(2)
