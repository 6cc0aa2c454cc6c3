"""Read a run back: its record, its scheme, one subject's explanation, its groups' medians."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from yuanheng.calc.evaluation import BuiltScheme, build_program
from yuanheng.calc.evaluation.explaining import SubjectExplainer, SubjectExplanation
from yuanheng.calc.evaluation.preparing import settle
from yuanheng.calc.evaluation.program import GROUP, RANK, RATED, STATUS
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.engine.execute import execute, trace_outputs
from yuanheng.engine.runs import (
    connect,
    not_a_run,
    of_period,
    previous_input,
    read_scheme_file,
    record_of,
)
from yuanheng.engine.table import load_table
from yuanheng.engine.writing import quote


class RunDirectory:
    """One run on disk. The trace is read if the run kept it, otherwise computed again from the
    scheme and the table that the run holds."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.record: dict[str, Any] = record_of(self.path)
        if not (self.path / "scheme.yaml").is_file():
            raise FaultyInput([not_a_run(self.path)])
        self._built: BuiltScheme | None = None
        self._con: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> RunDirectory:
        return self

    def __exit__(self, *_: object) -> None:
        if self._con is not None:
            self._con.close()
            self._con = None

    @property
    def built(self) -> BuiltScheme:
        """The scheme of the run, for the period that was evaluated."""
        if self._built is None:
            text = of_period(
                read_scheme_file(self.path / "scheme.yaml"), self.record.get("period")
            )
            self._built = build_program(settle(text, self.record.get("prepared")))
        return self._built

    @property
    def input(self) -> Path:
        """The table as it was given."""
        return previous_input(self.path)

    @property
    def previous_input(self) -> Path | None:
        """The earlier period's table that the run was given, if it was."""
        kept = self.path / "previous_input"
        return next(iter(sorted(kept.glob("input.*"))), None) if kept.is_dir() else None

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """A database with the relation ``trace``: every column of every subject."""
        if self._con is None:
            con = connect()
            kept = self.path / "trace.parquet"
            if kept.is_file():
                con.execute(f"CREATE VIEW trace AS SELECT * FROM read_parquet({quote(str(kept))})")
            else:
                self._recompute(con)
            self._con = con
        return self._con

    def _recompute(self, con: duckdb.DuckDBPyConnection) -> None:
        load_table(con, self.built, self.input, previous=self.previous_input)
        executed = execute(con, self.built, trace_outputs(self.built.program), ordered=False)
        listed = ", ".join(f'{column} AS "{name}"' for name, column in executed.columns.items())
        con.execute(
            f"CREATE VIEW trace AS SELECT subject_id, subject_name, row_no, {listed} FROM result"
        )

    # --- reading ---------------------------------------------------------------------------

    def cell(self, code: str, row: int | None) -> str:
        """Where a figure stands in the table as given: ``Sheet1!D7``."""
        if row is None:
            return ""
        source = self._source
        letter, header = source["letters"].get(code), source["headers"].get(code, code)
        if source["format"] == "parquet" or letter is None:
            return f"{source['file']}:{header}:{row}"
        place = f"{letter}{row}"
        return f"{source['sheet']}!{place}" if source["sheet"] else f"{source['file']}!{place}"

    @cached_property
    def _source(self) -> dict[str, Any]:
        return dict(json.loads((self.path / "source.json").read_text(encoding="utf-8")))

    def row(self, subject: str) -> dict[str, Any]:
        """Every column of one subject, by the program's names; FaultyInput if there is none."""
        found = self.con.execute("SELECT * FROM trace WHERE subject_id = ?", [subject])
        names = [column[0] for column in found.description or []]
        values = found.fetchone()
        row = dict(zip(names, values, strict=True)) if values is not None else {}
        # Rows that were not used have figures too, but no result to explain.
        if not row or row.get(STATUS):
            raise FaultyInput([self._unknown_subject(subject)])
        return row

    def _unknown_subject(self, subject: str) -> Fault:
        """Why an id is not among the results: rejected with a reason, merged, or not there."""
        rejected = self.con.execute(
            "SELECT reason FROM read_csv(?, header = true, all_varchar = true) WHERE id = ?",
            [str(self.path / "rejected.csv"), subject],
        ).fetchone()
        if rejected:
            return Fault(
                "subject_rejected",
                f"“{subject}”没有参加这次评价：{rejected[0]}",
                f"“{subject}” was not evaluated: {rejected[0]}",
            )
        return Fault(
            "no_such_subject",
            f"这次评价里没有“{subject}”。请核对代码（见 results.csv 第一列）。",
            f"There is no “{subject}” in this run; see the first column of results.csv.",
        )

    def explain(self, subject: str) -> SubjectExplanation:
        """One subject's score from source figure to rank."""
        leader = self._leader(subject)
        row = self.row(leader or subject)
        explainer = SubjectExplainer(self.built, self._cell_of_one if leader else self.cell)
        return explainer.explain(row, self._rank_of(row))

    def _cell_of_one(self, code: str, row: int | None) -> str:
        """The cell of a figure of merged subjects; one that was added up stands in no cell."""
        plan = self.built.program.merge
        kinds = {field.code: field.kind for field in self.built.scheme.data.fields}
        if plan is not None and kinds.get(code) == "number" and code not in plan.keep:
            return ""
        return self.cell(code, row)

    def _leader(self, subject: str) -> str | None:
        """The member of a parcel under whose id the shared result was computed; None for a
        subject that shares its parcel with nobody."""
        found = self.con.execute(
            "SELECT flags FROM read_csv(?, header = true, all_varchar = true) WHERE id = ?",
            [str(self.path / "results.csv"), subject],
        ).fetchone()
        for flag in (found[0] or "").split(";") if found else []:
            if flag.startswith("merged:"):
                return str(flag.split(":", 1)[1])
        return None

    def _rank_of(self, row: dict[str, Any]) -> int | None:
        if row.get(RANK) is None:
            return None
        by = self.built.program.rank_by
        where = " AND ".join(f'"{column}" IS NOT DISTINCT FROM ?' for column in by) or "true"
        found = self.con.execute(
            f'SELECT count(*) FROM trace WHERE "{RATED}" AND {where}', [row[c] for c in by]
        ).fetchone()
        return int(found[0]) if found else None

    def medians(self, group: str) -> dict[str, dict[str, float | None]]:
        """For each item of a group the median value and the median points of the rated."""
        items = [i for i in self.built.program.items if i.group == group]
        if not items:
            return {}
        select = ", ".join(
            f'median("{i.value}") FILTER (WHERE "{RATED}"), '
            f'median("{i.points}") FILTER (WHERE "{RATED}")'
            for i in items
        )
        row = self.con.execute(
            f'SELECT {select} FROM trace WHERE "{GROUP}" = ?', [group]
        ).fetchone()
        values = row or (None,) * (2 * len(items))
        return {
            item.item: {"value": values[2 * n], "points": values[2 * n + 1]}
            for n, item in enumerate(items)
        }
