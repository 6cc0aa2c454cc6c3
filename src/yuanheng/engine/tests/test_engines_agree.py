"""NumPy and the printed SQL give the same bits, for every scheme and awkward tables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yuanheng.engine.tests.made_tables import (
    CASES,
    SHIPPED,
    but_last_bits,
    by_duckdb,
    by_numpy,
    first_difference,
    made_columns,
    scheme_name,
    takes_logs,
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
        wanted, found = by_numpy(path, columns, rows), by_duckdb(path, columns, 1 + seed % 2)
        if takes_logs(path):
            # A score is rounded before it is ranked, so these agree in every bit all the same.
            for name in ("_score", "_rank"):
                assert wanted[name] == found[name]
            wanted, found = but_last_bits(wanted), but_last_bits(found)
        assert not first_difference(wanted, found)
