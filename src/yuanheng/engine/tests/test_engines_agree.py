"""NumPy and the printed SQL give the same bits, for every scheme and awkward tables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yuanheng.engine.tests.made_tables import (
    CASES,
    SHIPPED,
    by_duckdb,
    by_numpy,
    first_difference,
    made_columns,
    scheme_name,
)

SEEDS = range(int(os.environ.get("YUANHENG_TEST_TABLES", "1")))
"""How many tables are made for each scheme; before a release, some hundred."""
SIZES = (150, 40, 3, 1, 600)


@pytest.mark.parametrize("path", [*SHIPPED, *CASES], ids=scheme_name)
def test_numpy_and_duckdb_agree(path: Path) -> None:
    for seed in SEEDS:
        rows = SIZES[seed % len(SIZES)]
        seed += len(path.name + path.parent.name)
        columns = made_columns(path, rows, seed)
        wanted = by_numpy(path, columns, rows)
        assert not first_difference(wanted, by_duckdb(path, columns, 1 + seed % 2))
