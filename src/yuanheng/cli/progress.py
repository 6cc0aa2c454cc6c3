"""Says on a terminal what is being done when it takes longer than two seconds."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator

from yuanheng.cli.language import say
from yuanheng.cli.printing import padded, width

AFTER = 2.0


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, str], None]]:
    """A function that takes each step in both languages; nothing is written to a file or pipe."""
    if not sys.stderr.isatty():
        yield lambda zh, en: None
        return
    line = _Line()
    try:
        yield line.step
    finally:
        line.end()


class _Line:
    """One line on standard error, written again every half second."""

    def __init__(self) -> None:
        self.text, self.shown = "", 0
        self.started = time.monotonic()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._tick, daemon=True)
        self.thread.start()

    def step(self, zh: str, en: str) -> None:
        self.text = say(zh, en)

    def _tick(self) -> None:
        while not self.over.wait(0.5):
            seconds = time.monotonic() - self.started
            if seconds >= AFTER and self.text:
                line = f"{self.text} … {seconds:.0f} s"
                sys.stderr.write("\r" + padded(line, self.shown))
                sys.stderr.flush()
                self.shown = width(line)

    def end(self) -> None:
        self.over.set()
        self.thread.join()
        if self.shown:
            sys.stderr.write("\r" + " " * self.shown + "\r")
            sys.stderr.flush()
