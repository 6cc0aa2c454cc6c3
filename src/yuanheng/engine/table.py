"""A scheme's table in DuckDB: one row a subject, this period's figures beside earlier ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from yuanheng.calc.evaluation import BuiltScheme, input_column
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.periods import previous_period, same_period_last_year
from yuanheng.calc.units import conversion_factor
from yuanheng.engine.merging import merge_subjects
from yuanheng.tabular import FieldSpec, Rejected, Source, open_relation, read_table

ID, NAME, PERIOD, ROW = "subject_id", "subject_name", "period", "row_no"
SUBJECTS = "subjects"


@dataclass(slots=True)
class LoadedTable:
    """The relation ``subjects`` is made; this says where it came from and what was left out."""

    source: Source
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    merged: bool = False


def specs_of(built: BuiltScheme) -> list[FieldSpec]:
    """What the scheme wants of a table's columns."""
    data = built.scheme.data
    used = {column.field for column in built.program.inputs if not column.shift}
    check = "credit_code_or_own" if data.id_check else ""
    specs = [
        FieldSpec(ID, "text", (*data.id, "id"), required=True, check=check),
        FieldSpec(NAME, "text", (*data.name, "名称", "name")),
    ]
    if data.period:
        specs.append(FieldSpec(PERIOD, "text", (PERIOD, *data.period)))
    for declared in data.fields:
        specs.append(
            FieldSpec(
                declared.code,
                declared.kind,
                (declared.code, declared.name, *declared.columns),
                unit=declared.measure,
                required=declared.code in used,
                low=declared.at_least,
                high=declared.at_most,
                check=declared.check_digit,
            )
        )
    return specs + _earlier_specs(built)


def _earlier_specs(built: BuiltScheme) -> list[FieldSpec]:
    """Columns in which a one-period table may bring last year's figures (``上年实缴税收``)."""
    fields = {declared.code: declared for declared in built.scheme.data.fields}
    words = {"previous": ("上期", "上年"), "last_year": ("上年同期", "上年")}
    specs = []
    for column in built.program.inputs:
        if not column.shift:
            continue
        declared = fields[column.field]
        names = [f"{word}{declared.name}" for word in words[column.shift]]
        specs.append(
            FieldSpec(
                input_column(column.key),
                declared.kind,
                (column.key.replace("@", "__"), *names),
                unit=declared.measure,
            )
        )
    return specs


def load_table(
    con: duckdb.DuckDBPyConnection,
    built: BuiltScheme,
    path: Path,
    *,
    previous: Path | None = None,
    sheet: str | None = None,
) -> LoadedTable:
    """Make the relation ``subjects`` from a file.

    A table with a period column may hold several periods: the scheme's is evaluated, earlier ones
    serve ``previous`` and ``same_period_last_year``. Without one, every row is of the scheme's
    period, and earlier figures come from columns such as ``上年实缴税收`` or from the file
    ``previous``. Raises FaultyInput where the table can't serve the scheme.
    """
    specs = specs_of(built)
    loaded, columns = _read(con, "given", path, specs, built, sheet)
    if previous is not None and not _has_periods(columns):
        _, earlier = _read(con, "given_before", previous, specs, built, None)
        _stack(con, built, columns, earlier)
        columns = [*columns, PERIOD] if PERIOD not in columns else columns
    table = "given"
    if built.program.merge is not None:
        table = merge_subjects(con, built, table, columns)
        loaded.merged = True
    if con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
        raise FaultyInput([_no_rows(loaded)])
    _make_subjects(con, built, table, columns, loaded)
    return loaded


def read_given(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, path: Path, sheet: str | None = None
) -> tuple[LoadedTable, list[str]]:
    """The relation ``given``: every usable row of a file, of every period, as the scheme reads
    it and before anything is merged; and which of the wanted columns it has."""
    return _read(con, "given", path, specs_of(built), built, sheet)


def _has_periods(columns: list[str]) -> bool:
    return PERIOD in columns


def _read(
    con: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    specs: list[FieldSpec],
    built: BuiltScheme,
    sheet: str | None,
) -> tuple[LoadedTable, list[str]]:
    """The rows of a file as relation ``name``, and which of the wanted columns it has.

    A period column is wanted but not needed: a table without one is of the scheme's period.
    """
    periods: list[str | None] = [PERIOD, None] if built.scheme.data.period else [None]
    for number, period in enumerate(periods):
        try:
            loaded = _read_keyed(con, name, path, specs, built, sheet, period)
        except FaultyInput as error:
            others = [f for f in error.faults if not _about_period(f, built)]
            if number == len(periods) - 1 or others:
                raise FaultyInput(others or error.faults) from None
            continue
        columns = [row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()]
        return loaded, columns
    raise AssertionError("unreachable")


def _about_period(fault: Fault, built: BuiltScheme) -> bool:
    """Whether a fault only says that the period column is not there."""
    return fault.code.endswith("column_missing") and any(
        f"没有“{name}”" in fault.zh for name in (PERIOD, *built.scheme.data.period)
    )


def _read_keyed(
    con: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    specs: list[FieldSpec],
    built: BuiltScheme,
    sheet: str | None,
    period: str | None,
) -> LoadedTable:
    kinds = {spec.code: spec.kind for spec in specs}
    wanted = [spec for spec in specs if spec.code != PERIOD or period]
    if built.program.merge is None:
        relation = open_relation(
            con,
            path,
            wanted,
            id_field=ID,
            period_field=period,
            name_field=NAME,
            convert=conversion_factor,
            staged=f"{name}_staged",
        )
        if relation is not None:
            found = con.execute(f"DESCRIBE SELECT * FROM ({relation.sql})").fetchall()
            select = ", ".join(_typed(row[0], kinds.get(row[0], "number")) for row in found)
            con.execute(
                f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {select} FROM ({relation.sql})"
            )
            return LoadedTable(relation.source, [], list(relation.notes))
    table = read_table(
        path,
        wanted,
        id_field=ID,
        period_field=period,
        name_field=NAME,
        sheet=sheet,
        convert=conversion_factor,
    )
    arrays = {**table.columns, "_row": table.rows}
    con.register(f"{name}_arrays", arrays)
    select = ", ".join(_typed(code, kinds.get(code, "number")) for code in arrays)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {select} FROM {name}_arrays")
    con.unregister(f"{name}_arrays")
    return LoadedTable(table.source, list(table.rejected), list(table.notes))


def _typed(code: str, kind: str) -> str:
    if kind == "boolean":
        return f'CAST("{code}" AS BOOLEAN) AS "{code}"'
    return f'CAST("{code}" AS VARCHAR) AS "{code}"' if kind == "text" else f'"{code}"'


def _stack(
    con: duckdb.DuckDBPyConnection, built: BuiltScheme, columns: list[str], earlier: list[str]
) -> None:
    """Put the earlier file's rows below this one's, each with its period."""
    before = previous_period(built.scheme.period)
    shared = [c for c in columns if c in earlier and c != PERIOD]
    listed = ", ".join(f'"{c}"' for c in shared)
    latest = "" if PERIOD not in earlier else f" WHERE period = '{before}'"
    con.execute("CREATE OR REPLACE TEMP TABLE given_now AS SELECT * FROM given")
    drop_relation(con, "given")
    con.execute(
        f"CREATE TEMP TABLE given AS SELECT *, '{built.scheme.period}' AS period FROM given_now "
        f"UNION ALL BY NAME SELECT {listed}, '{before}' AS period FROM given_before{latest}"
    )


def drop_relation(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop a temporary table or view of that name, if there is one."""
    views = con.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = ? AND NOT internal", [name]
    ).fetchone()
    con.execute(f"DROP {'VIEW' if views and views[0] else 'TABLE'} IF EXISTS {name}")


def _make_subjects(
    con: duckdb.DuckDBPyConnection,
    built: BuiltScheme,
    table: str,
    columns: list[str],
    loaded: LoadedTable,
) -> None:
    program, period = built.program, built.scheme.period
    long = PERIOD in columns
    if long:
        _require_period(con, table, period, loaded)
    now = f"SELECT * FROM {table}" + (f" WHERE period = '{period}'" if long else "")
    named = "n.subject_name" if NAME in columns else "CAST(NULL AS VARCHAR) AS subject_name"
    select = ["n.subject_id", named, "n._row AS row_no"]
    joins = ""
    shifts = {c.shift for c in program.inputs if c.shift}
    for shift in sorted(shifts):
        joins += _earlier_join(shift, table, period, columns, long, program.history)
    for column in program.inputs:
        select.append(_input(column.key, column.field, column.shift, columns, long))
    _require_earlier(built, columns, long)
    if program.history:
        select[0] = (
            "coalesce("
            + ", ".join(["n.subject_id", *(f"{s}.subject_id" for s in sorted(shifts) if long)])
            + ") AS subject_id"
        )
        select.append("n.subject_id IS NOT NULL AS _current")
    drop_relation(con, SUBJECTS)
    if joins:
        # A join gives its rows in no fixed order: they are numbered once.
        con.execute(
            f"CREATE TEMP TABLE {SUBJECTS} AS WITH n AS ({now}) "
            f"SELECT row_number() OVER () AS subject_no, {', '.join(select)} FROM n{joins}"
        )
    else:
        con.execute(
            f"CREATE TEMP VIEW {SUBJECTS} AS WITH n AS ({now}) "
            f"SELECT n._row AS subject_no, {', '.join(select)} FROM n"
        )


def _input(key: str, code: str, shift: str, columns: list[str], long: bool) -> str:
    column = input_column(key)
    if not shift:
        return f'n."{code}" AS {column}'
    if long:
        return f'{shift}."{code}" AS {column}'
    return f'n."{column}"' if column in columns else f"CAST(NULL AS DOUBLE) AS {column}"


def _earlier_join(
    shift: str, table: str, period: str, columns: list[str], long: bool, history: bool
) -> str:
    if not long:
        return ""
    of = previous_period(period) if shift == "previous" else same_period_last_year(period)
    kind = "FULL" if history else "LEFT"
    return (
        f" {kind} JOIN (SELECT * FROM {table} WHERE period = '{of}') {shift}"
        f" ON n.subject_id = {shift}.subject_id"
    )


def _require_period(
    con: duckdb.DuckDBPyConnection, table: str, period: str, loaded: LoadedTable
) -> None:
    found = con.execute(
        f"SELECT period, count(*) FROM {table} GROUP BY period ORDER BY period"
    ).fetchall()
    if not any(row[0] == period for row in found):
        listed = "、".join(str(row[0]) for row in found[:12])
        raise FaultyInput(
            [
                Fault(
                    "period_missing",
                    f"方案评价 {period} 期，表“{loaded.source.file}”里没有这一期，只有：{listed}。"
                    "请换表，或改方案的 period。",
                    f"The scheme evaluates {period}, which “{loaded.source.file}” does not hold; "
                    f"it holds {listed}. Give another table or change the scheme's period.",
                )
            ]
        )
    others = sum(int(row[1]) for row in found if row[0] != period)
    if others:
        loaded.notes.append(
            Fault(
                "other_periods",
                f"表中另有其他期的 {others} 行，只用于上期、上年同期的比较。",
                f"{others} rows of other periods serve only for comparisons.",
                severity="warning",
            )
        )


def _no_rows(loaded: LoadedTable) -> Fault:
    refused = len(loaded.rejected)
    return Fault(
        "no_rows",
        f"表“{loaded.source.file}”里没有可用的数据行"
        + (f"（{refused} 行有问题，第一行：{loaded.rejected[0].zh}）" if refused else "")
        + "。请检查表头下面是否有数据。",
        f"“{loaded.source.file}” has no usable rows"
        + (f" ({refused} refused, the first: {loaded.rejected[0].en})" if refused else "")
        + ". Check that there are figures below the header.",
    )


def _require_earlier(built: BuiltScheme, columns: list[str], long: bool) -> None:
    """Earlier figures must be there if the scheme asks for them: nothing is assumed."""
    if long:
        return
    missing = [
        column
        for column in built.program.inputs
        if column.shift and input_column(column.key) not in columns
    ]
    if missing:
        names = {declared.code: declared.name for declared in built.scheme.data.fields}
        listed = "、".join(dict.fromkeys(f"上年{names[c.field]}" for c in missing))
        raise FaultyInput(
            [
                Fault(
                    "earlier_figures_missing",
                    f"方案要用上一期的数据，表里没有年度列，也没有这些列：{listed}。"
                    "请加上，或用 --previous 指定上一期的表。",
                    "The scheme uses figures of an earlier period; the table has neither a "
                    f"period column nor these: {listed}. Add them or give --previous.",
                )
            ]
        )
