"""Settles what a scheme leaves to its data, on the subjects that a run has loaded."""

from __future__ import annotations

import duckdb

from yuanheng.calc.evaluation import ArrayRun, BuiltScheme
from yuanheng.calc.evaluation.preparing import Prepared, prepare, unsettled
from yuanheng.engine.columns import subject_columns


def prepared_on(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme
) -> tuple[BuiltScheme, Prepared]:
    """The scheme with its weights and treatments settled, and what they are; as it was, and
    nothing, where the scheme says everything itself. Raises FaultyInput."""
    if not unsettled(built.scheme):
        return built, {}
    inputs = subject_columns(con, built)
    rows = len(inputs["subject_id"])
    return prepare(built, lambda one: ArrayRun(inputs, rows).run(one.program))
