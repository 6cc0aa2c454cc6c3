"""Twelve clicks at one moment have one effect, and each is shown it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


def clicked(database_url: str) -> dict:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "yuanheng.web.settings_test",
        "YUANHENG_DATABASE_URL": database_url,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "yuanheng.registry.tests.clicks"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def check(found: dict) -> None:
    assert found["answers"] == [found["expected"]] * 12
    assert (found["parks"], found["events"]) == (1, 1)


def test_a_form_sent_many_times_at_once_has_one_effect_on_sqlite(installed):
    found = clicked(f"sqlite:///{installed}/yuanheng.sqlite3")
    assert found["vendor"] == "sqlite"
    check(found)


@pytest.mark.postgres
def test_a_form_sent_many_times_at_once_has_one_effect_on_postgresql(postgres_database):
    found = clicked(postgres_database.url)
    assert found["vendor"] == "postgresql"
    check(found)
