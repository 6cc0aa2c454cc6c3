"""``read_table``: any table an office sends, as columns, with every row accounted for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.units import conversion_factor
from yuanheng.tabular import delimited, parquet
from yuanheng.tabular.clean_sql import Cleaned, cleaned_text
from yuanheng.tabular.columns import fetch, load, marked, row_count, whole_numbers
from yuanheng.tabular.finishing import Finisher
from yuanheng.tabular.headers import Matcher
from yuanheng.tabular.layout import Layout, find_layout
from yuanheng.tabular.table import Convert, FieldSpec, RawTable, Table
from yuanheng.tabular.textfile import open_text
from yuanheng.tabular.workbook import WORKBOOKS, read_workbook

MAX_ROWS = 20_000_000
_TEXT = (".csv", ".txt", ".tsv")
# A first column nobody asked for that may say what the row is; the words decide later.
_MARK = ".{0,6}[ 合总小共累].?计.{0,3}|(注|备注|说明|填|制表|审核|单位|联系|资料|数据).{0,80}"
# Enough for ten million rows; what does not fit goes to the temporary directory.
_MEMORY = "700MB"


# For a field code: is it the id, is it the period.
Roles = Callable[[str], dict[str, bool]]


class _Request:
    """What the caller of read_table asked for, with the choices that follow from it."""

    def __init__(
        self,
        path: Path,
        fields: Sequence[FieldSpec],
        id_field: str,
        period_field: str | None,
        convert: Convert,
        max_rows: int,
    ) -> None:
        self.path, self.fields = path, fields
        self.id_field, self.period_field = id_field, period_field
        self.convert, self.max_rows = convert, max_rows
        self.needed = [code for code in (id_field, period_field) if code]
        self.matcher = Matcher(fields)
        self.where = path.name

    def text_like(self) -> set[str]:
        """Fields handed over as text whatever their kind: the id and the period."""
        return set(self.needed)

    def found(self, layout: Layout) -> list[FieldSpec]:
        return [spec for spec in self.fields if spec.code in layout.matches]

    def roles(self, code: str) -> dict[str, bool]:
        return {"is_key": code == self.id_field, "is_period": code == self.period_field}


def read_table(
    path: Path | str,
    fields: Sequence[FieldSpec],
    *,
    id_field: str,
    sheet: str | None = None,
    period_field: str | None = None,
    name_field: str | None = None,
    convert: Convert = conversion_factor,
    max_rows: int = MAX_ROWS,
    id_optional: bool = False,
) -> Table:
    """Reads a .csv, .xlsx, .xls, .xlsb, .ods or .parquet file.

    ``id_field`` is the code of the text field that names the subject; with ``period_field`` a
    subject may have one row for each period. ``name_field`` (the field ``name`` if there is one)
    is looked at for totals and quoted in rejections. With ``id_optional`` a row may lack its id.
    ``convert`` gives the factor between two units. Rows that can't be used are in
    ``Table.rejected``, what was mended in ``Table.notes``.
    Raises FaultyInput, with everything that is wrong at once, when the table can't be used.
    """
    path = Path(path)
    specs = key_as_text(fields, (id_field, period_field))
    if name_field is None and any(spec.code == "name" for spec in specs):
        name_field = "name"
    _refuse_unreadable(path)
    request = _Request(path, specs, id_field, period_field, convert, max_rows)
    ending = path.suffix.lower()
    if ending in _TEXT:
        raw = _from_text(request)
    elif ending == ".parquet":
        raw = _from_parquet(request)
    else:
        raw = read_workbook(
            path, request.matcher, needed=request.needed, sheet=sheet, convert=convert,
            max_rows=max_rows,
        )  # fmt: skip
    finisher = Finisher(
        raw,
        specs,
        id_field=id_field,
        name_field=name_field,
        period_field=period_field,
        id_optional=id_optional,
    )
    return finisher.table()


def key_as_text(fields: Sequence[FieldSpec], keys: Sequence[str | None]) -> list[FieldSpec]:
    """The fields, those that make the key as text. Raises ValueError for an unknown key."""
    codes = {spec.code for spec in fields}
    unknown = [key for key in keys if key is not None and key not in codes]
    if unknown:
        raise ValueError(f"no field has the code {unknown[0]!r}")
    return [
        replace(s, kind="text", unit="", low=None, high=None, low_exclusive=False)
        if s.code in keys
        else s
        for s in fields
    ]


def _refuse_unreadable(path: Path) -> None:
    """Raises FaultyInput for a missing or empty file and for an unknown extension."""
    known = (*_TEXT, *WORKBOOKS, ".parquet")
    fault = None
    if not path.is_file():
        fault = Fault(
            "file_missing",
            f"{path.name}：没有这个文件。请检查路径。",
            f"{path}: there is no such file. Check the path.",
        )
    elif path.suffix.lower() not in known:
        fault = Fault(
            "extension_unknown",
            f"{path.name}：不认识的文件类型“{path.suffix}”。请提供 {'、'.join(known)} 文件。",
            f'{path.name}: unknown kind of file "{path.suffix}". Use one of {", ".join(known)}.',
        )
    elif path.stat().st_size == 0:
        fault = Fault(
            "file_empty",
            f"{path.name}：文件是空的（0 字节）。请重新导出或上传。",
            f"{path.name}: the file is empty (0 bytes). Export or upload it again.",
        )
    if fault:
        raise FaultyInput([fault])


def _connect(workspace: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(workspace / "work.duckdb"))
    con.execute(f"SET memory_limit='{_MEMORY}'")
    # It makes a join of every list of words: three seconds of planning for twenty columns.
    con.execute("SET disabled_optimizers = 'in_clause'")
    return con


def _from_text(request: _Request) -> RawTable:
    with tempfile.TemporaryDirectory(prefix="yuanheng-") as directory:
        workspace = Path(directory)
        text = open_text(request.path, workspace)
        assert text is not None
        found = delimited.look_at(
            text, request.matcher, needed=request.needed, convert=request.convert,
            where=request.where,
        )  # fmt: skip
        con = _connect(workspace)
        try:
            return _load_text(con, request, found, workspace)
        finally:
            con.close()


def _load_text(
    con: duckdb.DuckDBPyConnection,
    request: _Request,
    found: delimited.Delimited,
    workspace: Path,
) -> RawTable:
    layout = found.layout
    cleaned = text_columns(request.found(layout), layout, request.roles)
    used = {match.column for match in layout.matches.values()}
    mark = "NULL" if 0 in used else f"CASE WHEN regexp_full_match(c0, '{_MARK}') THEN c0 END"
    tidy = found.is_tidy
    if tidy:
        try:
            load(con, delimited.scan_sql(found), cleaned, {"mark": mark}, request.max_rows)
        except duckdb.Error:
            # A record of another width or a stray quotation mark: row by row, then.
            tidy = False
    if not tidy:
        origin = delimited.tidied_sql(found, workspace, request.where)
        extra = {"mark": mark, "surplus": "surplus", "source_row": "source_row::BIGINT"}
        try:
            load(con, origin, cleaned, extra, request.max_rows)
        except duckdb.Error as error:
            raise FaultyInput([_unreadable(request.where)]) from error
    count = row_count(con, request.max_rows, request.where)
    first = layout.last + 2
    rows = np.arange(first, first + count) if tidy else whole_numbers(con, "source_row")
    raw = RawTable(
        rows,
        fetch(con, request.found(layout), layout, request.text_like()),
        layout.source(request.path.name, None, "csv", found.text.encoding, found.text.sha256),
        list(layout.notes),
        marked(con, "mark"),
    )
    if not tidy:
        raw.faults = {
            at: [("", _surplus(int(rows[at]), text))]
            for at, text in marked(con, "surplus").items()
        }
    return raw


def text_columns(
    specs: Sequence[FieldSpec], layout: Layout, roles: Roles
) -> Mapping[str, Cleaned]:
    """For each field how its cell in a text file is read."""
    columns = {}
    for spec in specs:
        cell = f"c{layout.matches[spec.code].column}"
        columns[spec.code] = cleaned_text(spec, cell, **roles(spec.code))
    return columns


def _unreadable(where: str) -> Fault:
    return Fault(
        "text_unreadable",
        f"{where}：无法按表格读取，可能有过长的行。请用 Excel 另存为“CSV UTF-8”后再试。",
        f"{where}: can't be read as a table; a line may be too long. Save it again as CSV UTF-8.",
    )


def _surplus(row: int, text: str) -> Fault:
    return Fault(
        "cells_beyond_header",
        f"第 {row} 行的格数比表头多，多出“{text[:40]}”，可能有逗号没有加引号。请改正这一行。",
        f'Row {row} has more cells than the header ("{text[:40]}"); perhaps a comma is not '
        "in quotes. Correct the row.",
    )


def _from_parquet(request: _Request) -> RawTable:
    with tempfile.TemporaryDirectory(prefix="yuanheng-") as directory:
        con = _connect(Path(directory))
        try:
            types = parquet.column_types(con, request.path)
            layout = find_layout(
                [list(types)], request.matcher, needed=request.needed, convert=request.convert,
                where=request.where,
            )  # fmt: skip
            cleaned = parquet_columns(request.found(layout), layout, types, request.roles)
            extra = {"source_row": "file_row_number + 1"}
            load(con, parquet.scan_sql(request.path), cleaned, extra, request.max_rows)
            row_count(con, request.max_rows, request.where)
            source = layout.source(
                request.path.name, None, "parquet", "", parquet.file_hash(request.path)
            )
            columns = fetch(con, request.found(layout), layout, request.text_like())
            return RawTable(whole_numbers(con, "source_row"), columns, source, list(layout.notes))
        finally:
            con.close()


def parquet_columns(
    specs: Sequence[FieldSpec], layout: Layout, types: Mapping[str, str], roles: Roles
) -> Mapping[str, Cleaned]:
    """For each field how its cell in a Parquet file is read."""
    names = list(types)
    columns = {}
    for spec in specs:
        column = names[layout.matches[spec.code].column]
        columns[spec.code] = parquet.typed_cell(spec, column, types[column], **roles(spec.code))
    return columns
