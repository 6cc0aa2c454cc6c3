"""Reads a file in a process of its own, which is ended when it takes too much time or memory.

A thread can't be ended, and whoever works beside it in the web process would wait. What is short
and plain is read on the spot: starting a process takes longer than that.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from django.conf import settings

from yuanheng.documents.mailed import Brought, attachments_of
from yuanheng.reading import Reading, UnreadableDocument, lexicon_with, read_text
from yuanheng.reading.loading import load

log = logging.getLogger("yuanheng.documents")

SMALL = 100_000
LONG_TEXT = 3_000_000
MEMORY = 2 << 30
TOOK_LONG = "took_long"
_OF_TIME = {getattr(signal, name, None) for name in ("SIGKILL", "SIGXCPU")}
_PLAIN = {".txt", ".md", ".csv", ".html", ".htm", ".eml"}


def is_plainly_heavy(size: int, name: str) -> bool:
    """Whether a file's size alone says that reading takes long. Of packed files and of mails with
    their attachments it says nothing."""
    return size > LONG_TEXT and PurePath(name).suffix.lower() in _PLAIN - {".eml"}


def read_bytes(
    data: bytes, name: str, words: Sequence[str], today: date, *, seconds: int = 0
) -> tuple[str, Reading]:
    """The text that a page shows, and what is in it; spans point into that text (of HTML, into
    what a reader sees of it). ``words`` are the office's own, as texts of the lexicon.

    ``seconds`` may shorten the time that a file gets. Raises UnreadableDocument, also where
    reading was ended; by its code ``TOOK_LONG`` where more time might help.
    """
    found: tuple[str, Reading] = _asked("read", seconds, data, name, list(words), today)
    return found


def attached_to(data: bytes, name: str, *, seconds: int = 0) -> Brought:
    """What comes with a mail. Raises UnreadableDocument."""
    found: Brought = _asked("attached", seconds, data, name, [], date.min)
    return found


def _asked(what: str, seconds: int, *question: Any) -> Any:
    data, name = question[0], question[1]
    if len(data) < SMALL and PurePath(name).suffix.lower() in _PLAIN:
        return _DO[what](*question)
    most = settings.READING_SECONDS
    return _from_another(what, min(seconds or most, most), *question)


def _from_another(what: str, limit: int, *question: Any) -> Any:
    call = [sys.executable, "-m", "yuanheng.documents.apart"]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    sent = pickle.dumps((limit, what, question))
    try:
        done = subprocess.run(  # noqa: S603 our own module
            call, input=sent, env=environ, capture_output=True, timeout=limit + 5, check=False
        )
    except subprocess.TimeoutExpired:
        raise _ended(limit, TOOK_LONG) from None
    if done.returncode != 0 or not done.stdout:
        log.warning("a reader ended with %s: %s", done.returncode, done.stderr[-2000:])
        raise _ended(limit, TOOK_LONG if -done.returncode in _OF_TIME else "too_heavy")
    kind, answer = pickle.loads(done.stdout)  # noqa: S301 our own process wrote it
    if kind == "refused":
        raise UnreadableDocument(*answer)
    return answer


def _ended(seconds: int, code: str) -> UnreadableDocument:
    return UnreadableDocument(
        code,
        f"这份文件太大或者结构异常，超过了时间（{seconds} 秒）或内存的限度，已经停止阅读。"
        "请拆成几个文件，或另存为 .docx、.txt 后再试。",
        f"The file is too heavy or oddly built: it took more than {seconds} seconds or too much "
        "memory and was given up. Split it, or save it as .docx or .txt.",
    )


def _read(data: bytes, name: str, words: list[str], today: date) -> tuple[str, Reading]:
    loaded = load(data, name)
    text = loaded.read.text if loaded.kind == "html" else loaded.text
    return text, read_text(text, today, lexicon_with(words))


def _attached(data: bytes, _name: str, _words: list[str], _today: date) -> Any:
    return attachments_of(data)


_DO: dict[str, Any] = {"read": _read, "attached": _attached}


def main() -> None:
    """The other process: a question from its input, the answer to its output."""
    limit, what, question = pickle.load(sys.stdin.buffer)  # noqa: S301 the server wrote it
    _bounded(limit)
    try:
        answer = ("done", _DO[what](*question))
    except UnreadableDocument as error:
        answer = ("refused", (error.code, error.zh, error.en))  # type: ignore[assignment]
    sys.stdout.buffer.write(pickle.dumps(answer))


def _bounded(seconds: int) -> None:
    """The system ends it, even if nobody waits for it any more; Windows knows no such limits."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main()
