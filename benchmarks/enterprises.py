"""500,000 enterprises × 7 items: ratio to benchmark, group mean for missing, caps, weights, rank
in 300 groups, grades by cuts; from Parquet to results in memory, and to the three result files.

The baseline is the same arithmetic as one bare DuckDB query, with nothing checked, explained or
made independent of the order of rows.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.harness import Row, absolute, peak_memory, ratio
from yuanheng.calc.evaluation import BuiltScheme, build_program
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.engine.execute import execute, result_outputs
from yuanheng.engine.runs import connect, evaluate_files
from yuanheng.engine.table import load_table

ROWS = 500_000
GROUPS = 300
ITEMS = {
    "tax_per_mu": ("tax", "land", 24.0, 30.0),
    "va_per_mu": ("value_added", "land", 136.0, 20.0),
    "va_per_energy": ("value_added", "energy", 2.7, 15.0),
    "va_per_emission": ("value_added", "emission", 4900.0, 10.0),
    "labour_productivity": ("value_added", "employees", 18.0, 10.0),
    "rd_ratio": ("rd", "revenue", 0.03, 10.0),
    "tax_per_energy": ("tax", "energy", 0.5, 5.0),
}
CAP = 1.5
FIELDS = ("tax", "land", "value_added", "energy", "emission", "employees", "rd", "revenue")


def scheme_text() -> str:
    """The task as a scheme."""
    fields = "\n".join(f"    - {{code: {code}, name: {code}, kind: number}}" for code in FIELDS)
    items = "\n".join(
        f"""      - code: {code}
        name: {code}
        formula: {top} / {bottom}
        better: higher
        weight: {weight}
        normalise: {{method: ratio_to_benchmark, benchmark: {benchmark}}}
        cap: {{times_weight: {CAP}}}
        floor: {{points: 0}}"""
        for code, (top, bottom, benchmark, weight) in ITEMS.items()
    )
    return f"""format: yuanheng-scheme/1
id: bench_enterprises
title: 性能测试
nature: own
period: "2024"
subject: enterprise
data:
  id: [id]
  name: [name]
  fields:
    - {{code: county, name: county, kind: text}}
{fields}
data_rules: {{missing: group_mean_score, zero: as_value, negative: as_value, false_data: none}}
groups:
  - code: all_firms
    name: all
    when: true
    items:
{items}
score: {{total: 100, digits: 6}}
ranking: {{scope: county}}
grades:
  scale: [A, B, C, D]
  scope: county
  base: rated
  ties: better
  rules:
    - {{grade: A, top: 20%, rounding: down}}
    - {{grade: B, top: 60%, rounding: down}}
    - {{grade: C, top: 95%, rounding: down}}
    - {{grade: D}}
"""


def make_table(path: Path, rows: int = ROWS) -> None:
    """Invented enterprises, seeded; about 5 % of the emissions are missing."""
    con = duckdb.connect()
    con.execute("SELECT setseed(0.42)")
    con.execute(
        f"""COPY (SELECT 'E' || lpad(CAST(i AS VARCHAR), 9, '0') AS id, '企业' || i AS name,
            'C' || lpad(CAST(i % {GROUPS} AS VARCHAR), 3, '0') AS county,
            exp(random() * 4) AS tax, 1 + random() * 50 AS land, exp(random() * 6) AS value_added,
            1 + random() * 500 AS energy,
            CASE WHEN random() < 0.05 THEN NULL ELSE 0.01 + random() END AS emission,
            floor(5 + random() * 300) AS employees, random() * 100 AS rd,
            100 + exp(random() * 8) AS revenue
            FROM range({rows}) r(i)) TO '{path}' (FORMAT parquet)"""
    )
    con.close()


def bare_query(path: Path) -> str:
    """The same arithmetic written by hand."""
    values = ", ".join(f"{t} / nullif({b}, 0) AS v{n}" for n, (t, b, _, _) in _numbered())
    points = ", ".join(
        f"greatest(least({w} * v{n} / {mark}, {CAP * w}), 0) AS p{n}"
        for n, (_, _, mark, w) in _numbered()
    )
    means = ", ".join(f"avg(p{n}) AS m{n}" for n, _ in _numbered())
    kept = ", ".join(f"v{n}, coalesce(p{n}, m{n}) AS p{n}" for n, _ in _numbered())
    score = " + ".join(f"coalesce(p{n}, m{n})" for n, _ in _numbered())
    return f"""WITH v AS (SELECT id, name, county, {values} FROM read_parquet('{path}')),
      p AS (SELECT *, {points} FROM v),
      m AS (SELECT {means} FROM p),
      s AS (SELECT id, name, county, {kept}, round({score}, 6) AS score FROM p, m),
      r AS (SELECT *, rank() OVER (PARTITION BY county ORDER BY score DESC) AS place,
            count(*) OVER (PARTITION BY county) AS n FROM s)
      SELECT *, CASE WHEN place <= floor(0.2 * n) THEN 'A' WHEN place <= floor(0.6 * n) THEN 'B'
             WHEN place <= floor(0.95 * n) THEN 'C' ELSE 'D' END AS grade FROM r"""


def _numbered() -> list[tuple[int, tuple[str, str, float, float]]]:
    return list(enumerate(ITEMS.values()))


def in_memory(built: BuiltScheme, data: Path) -> None:
    """Ours, from the table on: check it, compute everything that the result files need."""
    con = connect()
    load_table(con, built, data)
    execute(con, built, result_outputs(built.program), ordered=False)
    con.close()


def bare_in_memory(data: Path) -> None:
    con = duckdb.connect()
    con.execute(f"CREATE TEMP TABLE result AS {bare_query(data)}")
    con.close()


def bare_to_files(data: Path, out: Path) -> None:
    """The bare query, and the same three files written from its result in the same order."""
    out.mkdir(exist_ok=True)
    con = duckdb.connect()
    con.execute(
        f"CREATE TEMP TABLE result AS SELECT * FROM ({bare_query(data)}) ORDER BY place, id"
    )
    con.execute(
        f"COPY (SELECT id, name, 'all_firms' AS \"group\", true AS rated, "
        "CAST(score AS DECIMAL(28, 6)) AS score, place AS rank, grade, NULL AS flags "
        "FROM result) "
        f"TO '{out}/results.csv' (HEADER true)"
    )
    entries = ", ".join(
        f"{{item: '{code}', value: v{n}, benchmark: CAST({mark} AS DOUBLE), "
        f"points: CAST(p{n} AS DECIMAL(28, 6)), weight: CAST({w} AS DOUBLE), "
        f"flags: CASE WHEN v{n} IS NULL THEN 'missing' END}}"
        for n, (code, (_, _, mark, w)) in enumerate(ITEMS.items())
    )
    con.execute(
        f"COPY (SELECT id, unnest([{entries}], recursive := true) FROM result) "
        f"TO '{out}/items.csv' (HEADER true)"
    )
    con.execute(f"COPY (SELECT id FROM result LIMIT 0) TO '{out}/rejected.csv' (HEADER true)")
    con.close()


def rows() -> list[Row]:
    """The lines of this benchmark."""
    with tempfile.TemporaryDirectory() as work:
        directory = Path(work)
        data, scheme = directory / "data.parquet", directory / "scheme.yaml"
        make_table(data)
        scheme.write_text(scheme_text(), encoding="utf-8")
        built = build_program(read_scheme_text(scheme.read_text(encoding="utf-8")))
        what = "the same arithmetic as one bare DuckDB query"
        return [
            ratio(
                "enterprises 500k x 7 to memory",
                lambda: in_memory(built, data),
                lambda: bare_in_memory(data),
                bar=1.5,
                baseline_is=f"{what} into a table",
            ),
            ratio(
                "enterprises 500k x 7 to files",
                lambda: evaluate_files(scheme, data, directory / "out"),
                lambda: bare_to_files(data, directory / "bare"),
                bar=2.0,
                baseline_is=f"{what}, writing the same three files",
                rounds=5,
            ),
            absolute(
                "enterprises 500k x 7 peak memory",
                peak_memory("benchmarks.enterprises", str(scheme), str(data)),
                bar=2000,
                unit="MB",
                what="peak resident memory of the process that writes the files",
            ),
        ]


if __name__ == "__main__":
    evaluate_files(sys.argv[1], sys.argv[2], Path(sys.argv[2]).parent / "alone")
