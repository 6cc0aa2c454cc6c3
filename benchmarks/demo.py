"""``yh demo`` from an empty home: seconds until the first page answers, and for a second start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.harness import Row, absolute

PATIENCE = 300


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def seconds_to_page(home: Path) -> float:
    """Start the demo in ``home`` and wait for the sign-in page; the server is ended after it."""
    port = _free_port()
    environment = {**os.environ, "YUANHENG_HOME": str(home), "PYTHONPATH": "src"}
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "yuanheng", "demo", "--port", str(port)],
        env=environment,
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}/"):
            if server.poll() is not None or time.perf_counter() - start > PATIENCE:
                raise RuntimeError("the demo did not answer")
            time.sleep(0.2)
        return time.perf_counter() - start
    finally:
        server.terminate()
        server.wait(30)


def rows() -> list[Row]:
    """The lines of this benchmark."""
    with tempfile.TemporaryDirectory() as work:
        home = Path(work)
        first = seconds_to_page(home)
        second = seconds_to_page(home)
    what = "no baseline: seconds until the first page answers"
    return [
        absolute("demo from an empty home", first, bar=60, unit="seconds", what=what),
        absolute("demo started again", second, bar=10, unit="seconds", what=what),
    ]
