"""Who moved since an earlier run: rank and grade then and now."""

from __future__ import annotations

from pathlib import Path

import duckdb


def write_movement(con: duckdb.DuckDBPyConnection, earlier: Path, directory: Path) -> None:
    """movement.csv: for each subject its rank and grade before and now.

    ``places`` is positive for places won. A subject that was not ranked then, or is not now, has
    no figure.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE results_before AS SELECT * FROM read_csv(?, header = true, "
        "all_varchar = true)",
        [str(earlier / "results.csv")],
    )
    con.execute(
        "COPY (SELECT o.id, o.name, CAST(b.rank AS BIGINT) AS rank_before, o.rank, "
        "CAST(b.rank AS BIGINT) - o.rank AS places, b.grade AS grade_before, o.grade "
        "FROM results_out o LEFT JOIN results_before b ON b.id = o.id "
        'AND b."group" IS NOT DISTINCT FROM o."group" ORDER BY o.rowid) '
        f"TO '{str(directory / 'movement.csv').replace(chr(39), chr(39) * 2)}' "
        "(FORMAT csv, HEADER true)"
    )
