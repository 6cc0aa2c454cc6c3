"""Twelve clicks at one moment have one effect, and each is shown it."""

from __future__ import annotations

import pytest

from yuanheng.kernel.tests.on_database import run_on

WHAT = "yuanheng.registry.tests.clicks"


def check(found: dict) -> None:
    assert found["answers"] == [found["expected"]] * 12
    assert (found["parks"], found["events"]) == (1, 1)


def test_a_form_sent_many_times_at_once_has_one_effect_on_sqlite(installed):
    found = run_on(f"sqlite:///{installed}/yuanheng.sqlite3", WHAT)
    assert found["vendor"] == "sqlite"
    check(found)


@pytest.mark.postgres
def test_a_form_sent_many_times_at_once_has_one_effect_on_postgresql(postgres_database):
    found = run_on(postgres_database.url, WHAT)
    assert found["vendor"] == "postgresql"
    check(found)
