"""The fast way gives exactly what read_table gives, or nothing."""

import duckdb
import numpy as np
import pytest

from yuanheng.calc.faults import FaultyInput
from yuanheng.tabular import FieldSpec, open_relation, read_table

FIELDS = [
    FieldSpec("id", "text", ("代码",)),
    FieldSpec("name", "text", ("名称",)),
    FieldSpec("tax", columns=("税收",), unit="万元", low=0),
    FieldSpec("x"),
    FieldSpec("day", "date", ("日期",)),
    FieldSpec("yes", "boolean", ("规上",)),
]
CLEAN = (
    "SELECT 'e' || i AS 代码, '企业' || i AS 名称, i * 12.34 AS \"税收(元)\", i / 7 AS x, "
    "DATE '2024-01-05' + i::INTEGER AS 日期, i % 2 = 0 AS 规上 FROM range(1, 1001) t(i)"
)


@pytest.fixture(params=["parquet", "csv"])
def write(request, tmp_path):
    def make(sql, **_):
        path = tmp_path / f"t.{request.param}"
        option = "FORMAT parquet" if request.param == "parquet" else "HEADER"
        duckdb.execute(f"COPY ({sql}) TO '{path}' ({option})")
        return path

    return make


def test_same_values_as_read_table(write):
    path = write(CLEAN)
    con = duckdb.connect()
    relation = open_relation(con, path, FIELDS, id_field="id")
    assert relation is not None
    assert relation.rows == 1000
    got = con.execute(f"SELECT * FROM ({relation.sql}) ORDER BY _row").fetchnumpy()
    table = read_table(path, FIELDS, id_field="id")
    assert got["_row"].tolist() == table.rows.tolist()
    for code in ("id", "name"):
        assert got[code].tolist() == table.columns[code].tolist()
    for code in ("tax", "x", "day", "yes"):
        values = np.asarray(got[code], dtype=float)
        assert values.tobytes() == table.columns[code].tobytes()
    assert [n.code for n in relation.notes] == ["unit_converted"]
    assert relation.source == table.source


@pytest.mark.parametrize(
    "change",
    [
        "replace(名称, '企业5', ' 企业5')",
        "CASE WHEN i = 5 THEN '—' ELSE 名称 END",
        "CASE WHEN i = 5 THEN '合计' ELSE 名称 END",
    ],
)
def test_texts_to_mend_take_the_slow_way(write, change):
    inner = CLEAN.replace("SELECT ", "SELECT i, ", 1)
    path = write(f"SELECT * EXCLUDE (i, 名称), {change} AS 名称 FROM ({inner})")
    assert open_relation(duckdb.connect(), path, FIELDS, id_field="id") is None


@pytest.mark.parametrize(
    "bad",
    [
        "代码 := 'e2'", "代码 := NULL", "x := 'nan'::DOUBLE", "x := 1e19", "x := 1e-20",
        "\"税收(元)\" := -1.0",
    ],
)  # fmt: skip
def test_one_bad_cell_takes_the_slow_way(write, bad):
    column, value = bad.split(" := ")
    inner = CLEAN.replace("SELECT ", "SELECT i, ", 1)
    change = f"CASE WHEN i = 7 THEN {value} ELSE {column} END AS {column}"
    path = write(f"SELECT * EXCLUDE (i) REPLACE ({change}) FROM ({inner})")
    assert open_relation(duckdb.connect(), path, FIELDS, id_field="id") is None
    assert len(read_table(path, FIELDS, id_field="id").rejected) >= 1


def test_unknown_figures_are_no_fault(write):
    path = write("SELECT 'e' || i AS 代码, CASE WHEN i % 2 = 0 THEN i END AS x FROM range(9) t(i)")
    relation = open_relation(duckdb.connect(), path, FIELDS, id_field="id")
    assert relation is None  # rows with nothing but an id might be remarks
    path = write(
        "SELECT 'e' || i AS 代码, '企' || i AS 名称, CASE WHEN i > 2 THEN i END AS x "
        "FROM range(9) t(i)"
    )
    assert open_relation(duckdb.connect(), path, FIELDS, id_field="id").rows == 9


def test_period_is_part_of_the_key(write):
    fields = [*FIELDS[:2], FieldSpec("period", "text"), FieldSpec("x")]
    path = write("SELECT 'e' AS id, '企业' AS name, 2020 + i AS period, i AS x FROM range(4) t(i)")
    options = {"id_field": "id", "period_field": "period"}
    relation = open_relation(duckdb.connect(), path, fields, **options)
    assert relation is not None
    assert open_relation(duckdb.connect(), path, fields, id_field="id") is None


def test_header_faults_are_raised_here_too(write):
    path = write("SELECT 1 AS 编码, 2 AS x")
    with pytest.raises(FaultyInput) as caught:
        open_relation(duckdb.connect(), path, FIELDS, id_field="id")
    assert caught.value.faults[0].code == "column_missing"
