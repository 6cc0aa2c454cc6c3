"""The ledger's pages on PostgreSQL, which reads some questions more strictly than SQLite."""

from __future__ import annotations

import pytest

from yuanheng.kernel.tests.on_database import run_on


@pytest.mark.postgres
def test_the_pages_of_the_ledger_answer_on_postgresql(postgres_database):
    found = run_on(postgres_database.url, "yuanheng.ledger.tests.pages_on_database")
    assert found["vendor"] == "postgresql"
    assert {page: code for page, code in found["answers"].items() if code != 200} == {}
    assert found["shows"]
    assert not found["withdrawn"]
    # Both years of the zone's income (the corrected one), its tax and land, the firm's July.
    assert found["frozen"] == 5
