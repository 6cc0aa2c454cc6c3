"""Run a program in DuckDB: one query, one wide table ``result`` with everything it made."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from yuanheng.calc.evaluation import BuiltScheme, print_program
from yuanheng.calc.evaluation.pairs import check_pairs
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
    Pairs,
    Program,
)
from yuanheng.calc.expression.nodes import Ref
from yuanheng.engine.table import SUBJECTS, drop_relation

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
    wanted = [GROUP, STATUS, RATED, SCORED, CLASS, SCORE, RANK, GRADE]
    for item in program.items:
        wanted += [item.value, item.points, item.state or "", item.benchmark or ""]
        wanted += [item.capped or "", item.floored or "", item.imputed or "", item.pulled or ""]
    wanted += [adjustment.column for adjustment in program.adjustments]
    wanted += [flag.column for flag in program.flags]
    wanted += [rank.column for rank in program.ranks]
    return [name for name in dict.fromkeys(wanted) if name in steps]


def trace_outputs(program: Program) -> list[str]:
    """Every column: inputs and steps, for the explanation of a subject."""
    return [column.key for column in program.inputs] + [step.name for step in program.steps]


def _refuse_too_many_pairs(con: duckdb.DuckDBPyConnection, program: Program) -> None:
    """FaultyInput before a join of a group with itself that would never end."""
    for step in (one for one in program.steps if isinstance(one, Pairs)):
        assert isinstance(step.of, Ref)
        assert isinstance(step.among, Ref)
        held, against = step.of.key, step.among.key
        printed = print_program(program, [held, against], source=SUBJECTS)
        counts = ", ".join(
            f"count(*) FILTER (WHERE {printed.columns[name]})" for name in (held, against)
        )
        found = con.execute(f"SELECT {counts} FROM ({printed.sql}) q").fetchone()
        assert found is not None
        check_pairs(step, *found)


def execute(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, outputs: list[str], *, ordered: bool = True
) -> Executed:
    """Compute the program over ``subjects`` into the table ``result``.

    ``ordered`` puts the subjects in the order in which they are written: by group, rank and id.
    """
    program = built.program
    _refuse_too_many_pairs(con, program)
    if program.landlord:
        outputs = [*outputs, program.landlord]
    carried = ("subject_no", CURRENT) if program.history else ("subject_no",)
    printed = print_program(program, outputs, source=SUBJECTS, carried=carried, late=True)
    late = {name: f"late{number}" for number, name in enumerate(printed.late)}
    executed = Executed({**printed.columns, **late})
    present = f" WHERE {CURRENT}" if program.history else ""
    drop_relation(con, RESULT)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE computed AS SELECT * FROM ({printed.sql}) q{present}"
    )
    # Names and ids stay where they are: carrying them through would copy every text.
    remarks = "".join(f", {sql} AS {late[name]}" for name, sql in printed.late.items())
    joined = (
        f"SELECT s.subject_id, s.subject_name, s.row_no, c.*{remarks} "
        f"FROM computed c JOIN {SUBJECTS} s ON s.subject_no = c.subject_no"
    )
    if not ordered:
        con.execute(f"CREATE TEMP VIEW {RESULT} AS {joined}")
        return executed
    groups = " ".join(
        f"WHEN '{code}' THEN {number}" for number, code in enumerate(program.group_names)
    )
    con.execute(
        f"CREATE TEMP TABLE {RESULT} AS {joined} "
        f"ORDER BY CASE {executed.sql(GROUP)} {groups} END NULLS LAST, "
        f"{executed.sql(RANK)} NULLS LAST, subject_id"
    )
    return executed
