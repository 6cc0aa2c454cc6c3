"""NumPy and the printed SQL give the same bits, for every scheme and awkward tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yuanheng.engine.tests.made_tables import (
    CASES,
    SHIPPED,
    by_duckdb,
    by_numpy,
    first_difference,
    made_columns,
    scheme_name,
)

LIMITS = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.generate),
}


@pytest.mark.parametrize("path", [*SHIPPED, *CASES], ids=scheme_name)
@settings(max_examples=2, **LIMITS)
@given(seed=st.integers(0, 2**32), rows=st.sampled_from([1, 3, 40, 150]))
def test_numpy_and_duckdb_agree(path: Path, seed: int, rows: int) -> None:
    columns = made_columns(path, rows, seed)
    wanted = by_numpy(path, columns, rows)
    assert not first_difference(wanted, by_duckdb(path, columns, rows, 1 + seed % 2))
