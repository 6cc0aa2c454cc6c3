"""A run in memory: every column of every subject as NumPy arrays, to ask "what if" of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from yuanheng.calc.evaluation import ArrayRun, BuiltScheme, build_program
from yuanheng.calc.evaluation.program import GROUP, RATED, STATUS
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.engine.columns import subject_columns
from yuanheng.engine.preparing import prepared_on
from yuanheng.engine.run_directory import RunDirectory
from yuanheng.engine.runs import connect, of_period, previous_input, read_scheme_file
from yuanheng.engine.table import SUBJECTS, load_table


@dataclass
class LoadedRun:
    """A scheme, the table's figures, and what the program makes of them.

    ``inputs`` are the table's columns as the program reads them; ``columns`` everything."""

    built: BuiltScheme
    inputs: dict[str, Any]
    ids: list[str]
    names: list[str | None]

    @property
    def rows(self) -> int:
        return len(self.ids)

    @cached_property
    def columns(self) -> dict[str, Any]:
        return ArrayRun(self.inputs, self.rows).run(self.built.program)

    def again(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The whole evaluation once more on changed figures."""
        return ArrayRun({**self.inputs, **inputs}, self.rows).run(self.built.program)

    def place(self, subject: str) -> int:
        """The row of an evaluated subject; FaultyInput if it has none or was left out."""
        if subject not in self.ids:
            raise FaultyInput(
                [
                    Fault(
                        "no_such_subject",
                        f"表里没有“{subject}”。请核对代码。",
                        f"There is no “{subject}” in the table; check the id.",
                    )
                ]
            )
        row = self.ids.index(subject)
        status = self.columns[STATUS][row] if STATUS in self.columns else 0.0
        if status and status == status:
            raise FaultyInput([self._left_out(subject, int(status))])
        return row

    def _left_out(self, subject: str, status: int) -> Fault:
        reasons = self.built.program.reasons
        reason = reasons[status - 1] if 0 < status <= len(reasons) else None
        zh, en = (reason.zh, reason.en) if reason else ("本期没有数据。", "no row this period.")
        return Fault(
            "subject_rejected",
            f"“{subject}”没有参加这次评价：{zh}",
            f"“{subject}” was not evaluated: {en}",
        )

    def label(self, row: int) -> str:
        """The name of a subject, or its id."""
        return self.names[row] or self.ids[row]

    def group_of(self, row: int) -> str:
        return str(self.columns[GROUP][row])

    def rated(self, row: int) -> bool:
        return bool(self.columns[RATED][row] == 1)


def load_run(directory: RunDirectory) -> LoadedRun:
    """The run of a directory."""
    return _load(directory.built, directory.input, directory.previous_input, None)


def load_files(
    scheme: Path | str,
    data: Path | str,
    *,
    previous: Path | str | None = None,
    period: str | None = None,
    sheet: str | None = None,
) -> LoadedRun:
    """A scheme on a table; ``previous`` is the directory of an earlier run, as in evaluating."""
    built = build_program(of_period(read_scheme_file(Path(scheme)), period))
    before = previous_input(Path(previous)) if previous is not None else None
    return _load(built, Path(data), before, sheet)


def _load(built: BuiltScheme, data: Path, before: Path | None, sheet: str | None) -> LoadedRun:
    con = connect()
    try:
        load_table(con, built, data, previous=before, sheet=sheet)
        built, _ = prepared_on(con, built)
        inputs = subject_columns(con, built)
        named = con.execute(
            f"SELECT subject_id, subject_name FROM {SUBJECTS} ORDER BY subject_id"
        ).fetchall()
    finally:
        con.close()
    return LoadedRun(built, inputs, [str(row[0]) for row in named], [row[1] for row in named])
