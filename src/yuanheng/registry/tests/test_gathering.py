"""Thousands of rows of one import enter the text index together, and are all found."""

from __future__ import annotations

import pytest

from yuanheng.kernel.tests.on_database import run_on
from yuanheng.registry.tests.gathering import EACH


@pytest.mark.postgres
def test_rows_gathered_for_the_index_are_found_and_leave_it_as_it_was(postgres_database):
    found = run_on(postgres_database.url, "yuanheng.registry.tests.gathering")
    assert found["vendor"] == "postgresql"
    assert found["entries"] == 2 * EACH
    assert found["hits"] == {"瓯江": EACH, "楠溪": EACH, "精密机械": 2 * EACH, "没有": 0}
    assert found["options"] == [["fastupdate=off"]] * 2
    assert found["pending"] == 0  # nothing waits in a list that every search would read
