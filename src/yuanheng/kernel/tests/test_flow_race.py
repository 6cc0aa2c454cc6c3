"""Two people press two actions at once: one effect, the other learns who was faster."""

from __future__ import annotations

import pytest

from yuanheng.kernel.tests.on_database import run_on

WHAT = "yuanheng.kernel.tests.flow_race"


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
    found = run_on(f"sqlite:///{installed}/yuanheng.sqlite3", WHAT)
    assert found["vendor"] == "sqlite"
    check(found)


@pytest.mark.postgres
def test_two_people_at_once_on_postgresql(postgres_database):
    found = run_on(postgres_database.url, WHAT)
    assert found["vendor"] == "postgresql"
    check(found)
