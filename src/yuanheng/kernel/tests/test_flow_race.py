"""Two people press two actions at once: one effect, the other learns who was faster."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


def raced(database_url: str) -> dict:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yuanheng.web.settings_test",
        "YUANHENG_DATABASE_URL": database_url,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "yuanheng.kernel.tests.flow_race"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def check(found: dict) -> None:
    for one in found["rounds"][:5]:
        heard = one["heard"]
        assert one["moves"] == 2, one
        said = [words for words in heard if words.startswith("outdated: ")]
        assert len(said) == 1, heard
        assert "“受理”" in said[0] or "“撤回”" in said[0]
        assert one["state"] in heard
    for one in found["rounds"][5:]:
        assert one["heard"] == ["accepted", "accepted"]
        assert one["moves"] == 2
    # Numbers follow each other without a gap, whoever opens at the same time.
    assert sorted(found["serials"]) == list(range(9, 13))


def test_two_people_at_once_on_sqlite(installed):
    found = raced(f"sqlite:///{installed}/yuanheng.sqlite3")
    assert found["vendor"] == "sqlite"
    check(found)


@pytest.mark.postgres
def test_two_people_at_once_on_postgresql(postgres_database):
    found = raced(postgres_database.url)
    assert found["vendor"] == "postgresql"
    check(found)
