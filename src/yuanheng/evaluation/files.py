"""The files of a run, read for pages: the compiled scheme is kept between requests."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from yuanheng.calc.evaluation import BuiltScheme, build_program
from yuanheng.calc.evaluation.preparing import settle
from yuanheng.calc.scheme import SchemeText, read_scheme_text
from yuanheng.engine import RunDirectory
from yuanheng.engine.runs import of_period


@lru_cache(maxsize=32)
def read_text(text: str) -> SchemeText:
    """A scheme's text as data. Texts of stored versions have no faults."""
    return read_scheme_text(text)


@lru_cache(maxsize=16)
def built_scheme(text: str, period: str | None, prepared: str = "") -> BuiltScheme:
    """The program of a text for a period, with what the run settled (as JSON)."""
    settled = settle(of_period(read_text(text), period), json.loads(prepared or "null"))
    return build_program(settled)


class RunFiles(RunDirectory):
    """One run on disk."""

    @property
    def built(self) -> BuiltScheme:
        text = (self.path / "scheme.yaml").read_text(encoding="utf-8-sig")
        prepared = self.record.get("prepared")
        return built_scheme(
            text, self.record.get("period"), json.dumps(prepared) if prepared else ""
        )

    def excluded(self) -> list[dict[str, Any]]:
        """Rows of the table that were not evaluated, and why."""
        rows = self.con.execute(
            'SELECT "row", id, name, code, reason FROM read_csv(?, header = true, '
            "all_varchar = true)",
            [str(self.path / "rejected.csv")],
        ).fetchall()
        names = ("row", "id", "name", "code", "reason")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def points_of(self, group: str, columns: list[str]) -> dict[str, list[float | None]]:
        """For each subject of a group the figures in some columns of the trace."""
        listed = ", ".join(f'"{column}"' for column in columns)
        rows = self.con.execute(
            f'SELECT subject_id, {listed} FROM trace WHERE "_group" = ?',  # noqa: S608
            [group],
        ).fetchall()
        return {row[0]: list(row[1:]) for row in rows}

    def item_rows(self, ids: list[str] | None) -> list[tuple[Any, ...]]:
        """items.csv, of some subjects or of all: id, item, value, benchmark, points, weight,
        remarks."""
        path = str(self.path / "items.csv")
        source = "read_csv(?, header = true, auto_detect = true, sample_size = -1)"
        if ids is None:
            return self.con.execute(f"SELECT * FROM {source}", [path]).fetchall()  # noqa: S608
        return self.con.execute(
            f"SELECT * FROM {source} WHERE id IN (SELECT unnest(?))",  # noqa: S608
            [path, ids],
        ).fetchall()


def open_run(directory: Path) -> RunFiles:
    """For use in a ``with`` statement."""
    return RunFiles(directory)
