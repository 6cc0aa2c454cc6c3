"""Two processes tick at the same time, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CLOCKS = 40
PROGRAM = str(Path(__file__).with_name("ticking_together.py"))


def _together(home: Path, url: str) -> None:
    environment = os.environ | {"YUANHENG_HOME": str(home), "YUANHENG_DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    done = subprocess.run(
        [sys.executable, PROGRAM, str(CLOCKS)],
        env=environment,
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert [one["problems"] for one in seen["ticks"]] == [[], []]
    assert sum(one["slips"] for one in seen["ticks"]) == CLOCKS
    # A reminder and a slip for each clock, told in one notice; numbers without a gap.
    assert (seen["steps"], seen["notices"]) == (2 * CLOCKS, CLOCKS)
    assert seen["numbers"] == list(range(1, CLOCKS + 1))


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")


@needs_fork
def test_two_processes_tick_over_sqlite(installed):
    _together(installed, "")


@needs_fork
@pytest.mark.postgres
def test_two_processes_tick_over_postgresql(tmp_path, postgres_database):
    _together(tmp_path, postgres_database.url)
