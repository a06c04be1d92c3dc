"""The progress bar: on a terminal, once the work takes long, and gone when it is done."""

from __future__ import annotations

import io
from threading import Event

import pytest

from initlint.cli.run import Progress


class Terminal(io.StringIO):
    """A terminal that says when something was drawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.drawn.set()


def test_shows_a_single_root_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    progress = Progress(delay=0)
    assert terminal.drawn.wait(10)
    progress(0, 1)
    progress.clear()
    assert terminal.getvalue().endswith(f"\r[{'.' * 30}] 0 of 1 root modules\r\x1b[K")


@pytest.mark.parametrize("wanted", [True, False])
def test_says_nothing_of_short_work(wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    progress = Progress(wanted, delay=3600)
    progress(1, 2)
    progress.clear()
    assert terminal.getvalue() == ""


def test_says_nothing_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    progress = Progress(delay=0)
    progress(1, 2)
    progress.clear()
    assert stream.getvalue() == ""
