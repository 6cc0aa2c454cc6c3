"""Run a program in DuckDB: one query, one wide table ``result`` with everything it made."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from yuanheng.calc.evaluation import BuiltScheme, print_program
from yuanheng.calc.evaluation.program import (
    CLASS,
    CURRENT,
    GRADE,
    GROUP,
    RANK,
    RATED,
    SCORE,
    SCORED,
    STATUS,
    Program,
)
from yuanheng.engine.table import SUBJECTS

RESULT = "result"


@dataclass(frozen=True, slots=True)
class Executed:
    """Where each column of the program stands in the table ``result``."""

    columns: dict[str, str]

    def sql(self, name: str, otherwise: str = "NULL") -> str:
        """The column of a step by its name, or ``otherwise`` where the program has none."""
        return self.columns.get(name, otherwise)


def result_outputs(program: Program) -> list[str]:
    """The columns that results.csv, items.csv and rejected.csv are written from."""
    steps = {step.name for step in program.steps}
    wanted = [GROUP, STATUS, RATED, SCORED, CLASS, SCORE, RANK, GRADE, program.base_column]
    for item in program.items:
        wanted += [item.value, item.points, item.state or "", item.benchmark or "", item.raw or ""]
    wanted += [adjustment.column for adjustment in program.adjustments]
    wanted += [flag.column for flag in program.flags]
    wanted += [rank.column for rank in program.ranks]
    wanted += [node.column for node in program.nodes]
    return [name for name in dict.fromkeys(wanted) if name in steps]


def trace_outputs(program: Program) -> list[str]:
    """Every column: inputs and steps, for the explanation of a subject."""
    return [column.key for column in program.inputs] + [step.name for step in program.steps]


def execute(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, outputs: list[str], *, ordered: bool = True
) -> Executed:
    """Compute the program over ``subjects`` into the table ``result``.

    ``ordered`` puts the subjects in the order in which they are written: by group, rank and id.
    """
    program = built.program
    carried = ("subject_no", "subject_id", "subject_name", "row_no")
    if program.landlord:
        outputs = [*outputs, program.landlord]
    if program.history:
        carried = (*carried, CURRENT)
    printed = print_program(program, outputs, source=SUBJECTS, carried=carried)
    executed = Executed(printed.columns)
    present = f" WHERE {CURRENT}" if program.history else ""
    order = ""
    if ordered:
        groups = " ".join(
            f"WHEN '{code}' THEN {number}" for number, code in enumerate(program.group_names)
        )
        order = (
            f" ORDER BY CASE {executed.sql(GROUP)} {groups} END NULLS LAST, "
            f"{executed.sql(RANK)} NULLS LAST, subject_id"
        )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {RESULT} AS SELECT * FROM ({printed.sql}) q{present}{order}"
    )
    return executed
