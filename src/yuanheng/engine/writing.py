"""The files of a run, written by DuckDB from the table ``result``."""

from __future__ import annotations

from pathlib import Path

import duckdb

from yuanheng.calc.evaluation import BuiltScheme
from yuanheng.calc.evaluation.program import (
    CLASS,
    GRADE,
    GROUP,
    RANK,
    RATED,
    SCORE,
    SCORED,
    STATUS,
    AdjustmentColumns,
    ItemColumns,
    Program,
)
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.engine.execute import RESULT, Executed
from yuanheng.engine.merging import MEMBERS
from yuanheng.tabular import Rejected

STATE_FLAGS = {1: "missing", 2: "zero", 3: "negative", 4: "no_benchmark"}
LARGEST_SCORE = 1e18
TAKES_PART = "(status_no IS NULL OR status_no = 0)"


def quote(text: str) -> str:
    """A text literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _state_name(state: int) -> str:
    return STATE_FLAGS.get(state, "false_data")


def _cases(value: str, names: dict[int, str]) -> str:
    lines = " ".join(f"WHEN {number} THEN {quote(text)}" for number, text in names.items())
    return f"CASE CAST({value} AS INTEGER) {lines} END"


def _beyond(subject: str, zh: str, en: str, found: float) -> Fault:
    return Fault(
        "beyond_sense",
        f"“{subject}”的{zh}算出来大到 {found:.3g}，超过 {LARGEST_SCORE:.0e}，没有意义；"
        "请核对它的数据和计量单位，并检查方案里的基准、每步得分和封顶。",
        f"“{subject}”: {en} comes to {found:.3g} in size, beyond {LARGEST_SCORE:.0e}. Check its "
        "figures and their units, and the scheme's benchmark, points per step and cap.",
    )


class ResultFiles:
    """Writes results.csv, items.csv, rejected.csv and ranks.csv of one run."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        built: BuiltScheme,
        executed: Executed,
        merged: bool,
    ) -> None:
        self.con, self.built, self.at, self.merged = con, built, executed, merged
        self.program: Program = built.program
        self.digits = self.program.digits

    # --- results ---------------------------------------------------------------------------

    def refuse_beyond_sense(self) -> None:
        """FaultyInput for a score or for points that no file can hold and nobody means."""
        columns = [("总分", "score", SCORE)]
        columns += [
            (f"“{one.name}”得分", f"“{one.name}”", one.points) for one in self.program.items
        ]
        sizes = [f"abs(CAST({self.at.sql(column)} AS DOUBLE))" for *_, column in columns]
        largest = ", ".join(f"max({size}), arg_max(subject_id, {size})" for size in sizes)
        row = self.con.execute(f"SELECT {largest} FROM {RESULT}").fetchone() or ()
        for (zh, en, _), size, subject in zip(columns, row[::2], row[1::2], strict=False):
            if size is not None and size >= LARGEST_SCORE:
                raise FaultyInput([_beyond(str(subject), zh, en, size)])

    def make_results(self) -> None:
        """The table ``results_out`` with the columns of results.csv, in their order."""
        self.refuse_beyond_sense()
        at, program = self.at, self.program
        status = at.sql(STATUS, "0")
        rated = at.sql(RATED, "true")
        grade = at.sql(GRADE, "NULL")
        classes = {n: r.code for n, r in enumerate(program.unrated, 1) if r.code != "inherit"}
        if CLASS in at.columns and classes:
            grade = (
                f"CASE WHEN {at.sql(CLASS)} > 0 THEN {_cases(at.sql(CLASS), classes)} "
                f"ELSE {grade} END"
            )
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE results_out AS SELECT subject_id AS id, "
            f'subject_name AS name, {at.sql(GROUP)} AS "group", {rated} AS rated, '
            f"CAST({at.sql(SCORE)} AS DECIMAL(28, {self.digits})) AS score, "
            f"CAST({at.sql(RANK)} AS BIGINT) AS rank, CAST({grade} AS VARCHAR) AS grade, "
            f"{self._flags()} AS flags, row_no "
            f"FROM {RESULT} WHERE coalesce({status}, 0) = 0"
        )
        if self.program.landlord:
            self._inherit()
        if self.merged:
            self._expand_members()

    def _flags(self) -> str:
        """All remarks on a subject, joined by semicolons."""
        at, parts = self.at, []
        if CLASS in at.columns:
            names = {n: f"unrated:{r.code}" for n, r in enumerate(self.program.unrated, 1)}
            parts.append(_cases(at.sql(CLASS), names))
        for adjustment in self.program.adjustments:
            if adjustment.kind == "veto":
                text = _veto_flag(adjustment)
                parts.append(f"CASE WHEN {at.sql(adjustment.column)} THEN {quote(text)} END")
        for flag in self.program.flags:
            parts.append(f"CASE WHEN {at.sql(flag.column)} THEN {quote(flag.text)} END")
        for item in self.program.items:
            parts.append(self._item_result_flag(item))
            for column, word in ((item.imputed, "imputed"), (item.pulled, "pulled")):
                if column is not None:
                    here = f"{at.sql(GROUP)} = {quote(item.group)}"
                    text = quote(f"{word}:{item.item}")
                    parts.append(f"CASE WHEN {here} AND {at.sql(column)} THEN {text} END")
        if not parts:
            return "CAST(NULL AS VARCHAR)"
        return f"nullif(concat_ws(';', {', '.join(parts)}), '')"

    def _item_result_flag(self, item: ItemColumns) -> str:
        at = self.at
        here = f"{at.sql(GROUP)} = {quote(item.group)}"
        if item.state is None:
            text = quote(f"missing:{item.item}")
            return f"CASE WHEN {here} AND {at.sql(item.value)} IS NULL THEN {text} END"
        state = at.sql(item.state)
        names = {s: f"{_state_name(s)}:{item.item}" for s in item.treatments}
        return f"CASE WHEN {here} AND {state} > 0 THEN {_cases(state, names)} END"

    def _inherit(self) -> None:
        """Tenants take their landlord's grade; where there is none to take, a flag says so."""
        inherit = next(
            (n for n, r in enumerate(self.program.unrated, 1) if r.code == "inherit"), None
        )
        landlord = self.at.sql(self.program.landlord or "")
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE results_out AS SELECT o.* REPLACE ("
            f"CASE WHEN t.tenant THEN l.grade ELSE o.grade END AS grade, "
            f"CASE WHEN NOT t.tenant THEN o.flags WHEN l.grade IS NOT NULL "
            f"THEN replace(o.flags, 'unrated:inherit', 'inherits:' || l.id) "
            f"ELSE replace(o.flags, 'unrated:inherit', 'no_landlord_grade:' || "
            f"coalesce(t.landlord, '')) END AS flags) "
            f"FROM results_out o JOIN (SELECT subject_id, {landlord} AS landlord, "
            f"coalesce({self.at.sql(CLASS)} = {inherit}, false) AS tenant FROM {RESULT}) t "
            f"ON t.subject_id = o.id LEFT JOIN results_out l "
            f"ON l.id = t.landlord AND l.rated ORDER BY o.rowid"
        )

    def _expand_members(self) -> None:
        """Members of a parcel each get a row with the result that they share."""
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE results_out AS SELECT m.subject_id AS id, "
            f'm.subject_name AS name, o."group", o.rated, o.score, o.rank, o.grade, '
            f"CASE WHEN size.members = 1 THEN o.flags ELSE "
            f"concat_ws(';', 'merged:' || m.leader, o.flags) END AS flags, m.row_no "
            f"FROM results_out o JOIN {MEMBERS} m ON m.leader = o.id "
            f"JOIN (SELECT leader, count(*) AS members FROM {MEMBERS} GROUP BY leader) size "
            f"ON size.leader = o.id ORDER BY o.rowid, m.subject_id"
        )

    def write_results(self, directory: Path) -> None:
        """results.csv."""
        columns = 'id, name, "group", rated, score, rank, grade, flags'
        self._copy(f"SELECT {columns} FROM results_out", directory / "results.csv")

    # --- items -----------------------------------------------------------------------------

    def items_sql(self) -> str:
        """One row a subject and item, and one for each bonus, deduction or veto that applied."""
        at = self.at
        groups = []
        for group in self.program.group_names:
            entries = [self._item_entry(i) for i in self.program.items if i.group == group]
            if entries:
                groups.append(f"WHEN {quote(group)} THEN [{', '.join(entries)}]")
        lists = f"CASE {at.sql(GROUP)} {' '.join(groups)} END"
        extra = [self._adjustment_entry(a) for a in self.program.adjustments]
        if extra:
            lists = (
                f"list_concat({lists}, list_filter([{', '.join(extra)}], lambda x: x IS NOT NULL))"
            )
        status = at.sql(STATUS, "0")
        scored = at.sql(SCORED, "true")
        return (
            f"SELECT subject_id AS id, unnest({lists}, recursive := true) FROM {RESULT} "
            f"WHERE coalesce({status}, 0) = 0 AND ({scored} OR {at.sql(RATED, 'true')}"
            f"{self._any_veto()})"
        )

    def _any_veto(self) -> str:
        vetoes = [self.at.sql(a.column) for a in self.program.adjustments if a.effect == "cancel"]
        return "".join(f" OR {column}" for column in vetoes)

    def _item_entry(self, item: ItemColumns) -> str:
        at = self.at
        if item.benchmark is not None:
            benchmark = at.sql(item.benchmark)
        elif item.constant_benchmark is not None:
            benchmark = f"CAST({item.constant_benchmark!r} AS DOUBLE)"
        else:
            benchmark = "CAST(NULL AS DOUBLE)"
        return (
            f"{{item: {quote(item.item)}, value: {at.sql(item.value)}, benchmark: {benchmark}, "
            f"points: {self._points(at.sql(item.points))}, "
            f"weight: CAST({item.weight!r} AS DOUBLE), flags: {self._item_flags(item)}}}"
        )

    def _points(self, column: str) -> str:
        return f"CAST({column} AS DECIMAL(28, 6))"

    def _item_flags(self, item: ItemColumns) -> str:
        at, parts = self.at, []
        if item.state is None:
            how = item.treatments.get(1, "")
            text = quote(f"missing:{how}")
            parts.append(f"CASE WHEN {at.sql(item.value)} IS NULL THEN {text} END")
        else:
            names = {s: f"{_state_name(s)}:{how}" for s, how in item.treatments.items()}
            parts.append(_cases(at.sql(item.state), names))
        for column, text in (
            (item.imputed, f"imputed:{item.imputed_by}"),
            (item.pulled, f"pulled:{item.treated_by}"),
        ):
            if column is not None:
                parts.append(f"CASE WHEN {at.sql(column)} THEN {quote(text)} END")
        if item.turned:
            parts.append("'turned'")
        ordinary = "" if item.state is None else f"{at.sql(item.state)} = 0 AND "
        for column, text in ((item.capped, "capped"), (item.floored, "floored")):
            if column is not None:
                parts.append(f"CASE WHEN {ordinary}{at.sql(column)} THEN '{text}' END")
        return parts[0] if len(parts) == 1 else f"nullif(concat_ws(';', {', '.join(parts)}), '')"

    def _adjustment_entry(self, adjustment: AdjustmentColumns) -> str:
        column = self.at.sql(adjustment.column)
        applied = f"{column} <> 0" if adjustment.kind != "veto" else column
        points = self._points(column if adjustment.kind != "veto" else "NULL")
        flag = adjustment.kind if adjustment.kind != "veto" else _veto_flag(adjustment)
        return (
            f"CASE WHEN {applied} THEN {{item: {quote(adjustment.code)}, "
            f"value: CAST(NULL AS DOUBLE), benchmark: CAST(NULL AS DOUBLE), points: {points}, "
            f"weight: CAST(NULL AS DOUBLE), flags: {quote(flag)}}} END"
        )

    def write_items(self, directory: Path) -> None:
        """items.csv."""
        self._copy(self.items_sql(), directory / "items.csv")

    # --- rejected and further ranks ----------------------------------------------------------

    def make_rejected(self, rejected: list[Rejected]) -> None:
        """The table ``rejected_out``: rows the reader or the scheme did not use, and why."""
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE rejected_out "
            '("row" BIGINT, id VARCHAR, name VARCHAR, code VARCHAR, reason VARCHAR)'
        )
        if rejected:
            self.con.executemany(
                "INSERT INTO rejected_out VALUES (?, ?, ?, ?, ?)",
                [[r.row, r.id, r.name, r.code, r.zh] for r in rejected],
            )
        if STATUS in self.at.columns and self.program.reasons:
            rows = ", ".join(
                f"({n}, {quote(r.code)}, {quote(r.zh)})"
                for n, r in enumerate(self.program.reasons, 1)
            )
            self.con.execute(
                f"INSERT INTO rejected_out SELECT row_no, subject_id, subject_name, why.code, "
                f"why.zh FROM {RESULT} JOIN (VALUES {rows}) why(n, code, zh) "
                f"ON why.n = {self.at.sql(STATUS)}"
            )

    def write_rejected(self, directory: Path) -> None:
        """rejected.csv, in the order of the table's rows."""
        self._copy(
            'SELECT "row", id, name, code, reason FROM rejected_out ORDER BY "row", id, code',
            directory / "rejected.csv",
        )

    def write_ranks(self, directory: Path) -> None:
        """ranks.csv: the further ranking scopes of the scheme, if it has any."""
        if not self.program.ranks:
            return
        parts = []
        for number, rank in enumerate(self.program.ranks):
            where = [f"CAST({self.at.sql(column, 'NULL')} AS VARCHAR)" for column in rank.by]
            value = f"concat_ws('/', {', '.join(where)})" if where else "''"
            parts.append(
                f"SELECT {number} AS n, subject_id AS id, {quote(rank.scope)} AS scope, "
                f"{value} AS scope_value, CAST({self.at.sql(rank.column)} AS BIGINT) AS rank "
                f"FROM {RESULT} WHERE {self.at.sql(rank.column)} IS NOT NULL"
            )
        union = " UNION ALL ".join(parts)
        self._copy(
            f"SELECT id, scope, scope_value, rank FROM ({union}) "
            "ORDER BY n, scope_value, rank, id",
            directory / "ranks.csv",
        )

    def _copy(self, sql: str, path: Path) -> None:
        self.con.execute(f"COPY ({sql}) TO {quote(str(path))} (FORMAT csv, HEADER true)")


def _veto_flag(adjustment: AdjustmentColumns) -> str:
    if adjustment.effect.startswith("move:"):
        return f"moved:{adjustment.name}"
    if adjustment.effect == "lose_eligibility":
        return f"ineligible:{adjustment.code}"
    return f"veto:{adjustment.code}"
