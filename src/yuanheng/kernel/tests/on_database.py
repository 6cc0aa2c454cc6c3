"""A module of tests, run by a process of its own over a database that several can share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def run_on(database_url: str, module: str) -> dict[str, Any]:
    """What ``python -m module`` says in its last line (JSON), over the database given."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yuanheng.web.settings_test",
        "YUANHENG_DATABASE_URL": database_url,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", module],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
