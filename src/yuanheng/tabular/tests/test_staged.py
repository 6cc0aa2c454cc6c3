"""A Parquet file that is put into a table once: names are mended when they are shown."""

import duckdb
import numpy as np

from yuanheng.tabular import FieldSpec, open_relation

SPECS = [
    FieldSpec("id", "text", ("id",), required=True),
    FieldSpec("name", "text", ("name",)),
    FieldSpec("county", "text", ("county",)),
    FieldSpec("x", "number", ("x",)),
]


def opened(tmp_path, rows):
    con = duckdb.connect()
    path = tmp_path / "t.parquet"
    con.execute("CREATE TABLE t (id VARCHAR, name VARCHAR, county VARCHAR, x DOUBLE)")
    ids, names, counties, figures = (np.array(c, dtype=object) for c in zip(*rows, strict=True))
    given = {"id": ids, "name": names, "county": counties, "x": figures.astype(float)}
    con.register("given", given)
    con.execute("INSERT INTO t SELECT * FROM given")
    con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    relation = open_relation(con, path, SPECS, id_field="id", name_field="name", staged="kept")
    return relation and con.execute(f"SELECT id, name FROM ({relation.sql})").fetchall()


def test_names_lose_their_spaces_and_dashes(tmp_path):
    rows = [("A1", "甲\t", "东", 1.0), ("A2", "\u3000乙厂", "东", 2.0), ("A3", "—", "西", 3.0)]
    assert opened(tmp_path, rows) == [("A1", "甲"), ("A2", "乙厂"), ("A3", None)]


def test_a_total_is_left_to_the_slow_reader(tmp_path):
    assert opened(tmp_path, [("A1", "甲", "东", 1.0), ("A2", "合计 ", "东", 1.0)]) is None


def test_a_word_that_repeats_is_looked_at_once_and_still_found(tmp_path):
    rows = [(f"A{n}", "乙厂", "东", 1.0) for n in range(6_000)]
    assert len(opened(tmp_path, rows)) == 6_000
    rows[5_999] = ("A5999", "乙厂", "东 ", 1.0)
    assert opened(tmp_path, rows) is None
