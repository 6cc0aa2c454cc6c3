"""The same figures give the same bytes: any order, any number of threads, any kind of file."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from yuanheng.calc.evaluation.tests.little_scheme import GRADES, scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.engine import evaluate_files, runs
from yuanheng.engine.tests.made_tables import ROOT

FILES = ("results.csv", "items.csv", "rejected.csv")
Rows = list[list[str | float | None]]
HEADER = ["代码", "甲", "乙", "县区"]
SCHEME = scheme_text(
    ("digits: 6", "digits: 3"),
    ("scope: group", "scope: 县区"),
    ("benchmark: 10", "benchmark: {statistic: mean, scope: 县区}"),
    ("method: ratio_to_benchmark, benchmark: 20",
     "method: z_score, centre: 60%, per_sd: 20%, deviation: sample"),
    more=GRADES + 'population: {exclude: [{when: 甲 > 95, reason: "过大,不计"}]}\n',
)  # fmt: skip


def made_rows(count: int, seed: int = 1) -> Rows:
    draw = random.Random(seed)
    return [
        [
            f"E{n:05d}",
            None if n % 17 == 0 else round(draw.uniform(0, 100), 2),
            draw.choice([0.1, 0.2, 0.3, 1e9, -3.5, 0.0]),
            draw.choice(["东县", "西县", "南区"]),
        ]
        for n in range(count)
    ]


def write_csv(path: Path, rows: Rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


def write_xlsx(path: Path, rows: Rows) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("数据")
    for number, row in enumerate([HEADER, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def write_parquet(path: Path, rows: Rows) -> Path:
    con = duckdb.connect()
    con.execute('CREATE TABLE t ("代码" VARCHAR, "甲" DOUBLE, "乙" DOUBLE, "县区" VARCHAR)')
    con.execute("INSERT INTO t SELECT unnest(?), unnest(?), unnest(?), unnest(?)",
                [list(c) for c in zip(*rows, strict=True)])  # fmt: skip
    con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    con.close()
    return path


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scheme") / "scheme.yaml"
    path.write_text(SCHEME, "utf-8")
    return path


def contents(directory: Path, names: tuple[str, ...] = FILES) -> dict[str, bytes]:
    return {name: (directory / name).read_bytes() for name in names}


def test_threads_change_nothing(scheme: Path, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "d.csv", made_rows(6000))
    found = []
    for threads in (1, 2, 4, 1):
        out = tmp_path / f"out{len(found)}"
        evaluate_files(scheme, data, out, threads=threads)
        record = json.loads((out / "run.json").read_text("utf-8"))
        assert record.pop("seconds") >= 0
        found.append((contents(out), record))
    assert all(other == found[0] for other in found[1:])


def test_the_order_of_the_rows_changes_nothing(scheme: Path, tmp_path: Path) -> None:
    rows = made_rows(1500)
    evaluate_files(scheme, write_csv(tmp_path / "a.csv", rows), tmp_path / "a")
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        evaluate_files(scheme, write_csv(tmp_path / "b.csv", rows), tmp_path / "b")
        names = ("results.csv", "items.csv")
        assert contents(tmp_path / "b", names) == contents(tmp_path / "a", names)
        assert without_row(tmp_path / "b") == without_row(tmp_path / "a")


def without_row(directory: Path) -> list[list[str]]:
    """rejected.csv is in the order of the table's rows and names them: that may differ."""
    with (directory / "rejected.csv").open(encoding="utf-8", newline="") as stream:
        return sorted(row[1:] for row in csv.reader(stream))


def test_csv_parquet_and_xlsx_give_the_same(scheme: Path, tmp_path: Path) -> None:
    rows = made_rows(400)
    writers = {"csv": write_csv, "parquet": write_parquet, "xlsx": write_xlsx}
    found = {}
    for kind, write in writers.items():
        out = tmp_path / kind
        evaluate_files(scheme, write(tmp_path / f"d.{kind}", rows), out)
        found[kind] = contents(out, ("results.csv", "items.csv"))
        assert len(without_row(out)) > 1
    assert found["parquet"] == found["csv"]
    assert found["xlsx"] == found["csv"]


@pytest.mark.parametrize("name", ["five_good_sample", "huangyan_2022", "previous_period"])
def test_real_schemes_repeat(name: str, tmp_path: Path) -> None:
    small_tables = pytest.importorskip("tests.schemes.small_tables")
    from yuanheng.engine import read_scheme_file

    path = ROOT / "schemes" / f"{name}.yaml"
    if not path.exists():
        path = ROOT / "tests/schemes/cases" / name / "scheme.yaml"
        data = path.with_name("data.csv")
    else:
        wanted = read_scheme_file(path).scheme
        data = small_tables.write_small_table(wanted, tmp_path / "d.csv", 60)
    lines = data.read_text("utf-8").splitlines()
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", "utf-8")
    evaluate_files(path, data, tmp_path / "a", threads=1)
    evaluate_files(path, turned, tmp_path / "b", threads=4)
    names = ("results.csv", "items.csv")
    assert contents(tmp_path / "a", names) == contents(tmp_path / "b", names)


# --- whole or not at all ------------------------------------------------------------------------


def test_a_broken_run_leaves_nothing(
    scheme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_csv(tmp_path / "d.csv", made_rows(20))

    def broken(*_: object) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(runs, "result_warnings", broken)
    with pytest.raises(RuntimeError, match="no space left"):
        evaluate_files(scheme, data, tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.csv"]


def test_a_broken_run_keeps_the_run_before(
    scheme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = write_csv(tmp_path / "d.csv", made_rows(20)), tmp_path / "out"
    evaluate_files(scheme, data, out, trace=True)
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "_keep_inputs", broken)
    with pytest.raises(KeyboardInterrupt):
        evaluate_files(scheme, data, out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    monkeypatch.undo()
    evaluate_files(scheme, data, out)
    assert not (out / "trace.parquet").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.csv", "out"]


def test_no_table_leaves_nothing(scheme: Path, tmp_path: Path) -> None:
    data = tmp_path / "d.csv"
    data.write_text("代码,乙,县区\nA,1,东县\n", "utf-8")
    with pytest.raises(FaultyInput) as caught:
        evaluate_files(scheme, data, tmp_path / "out")
    assert "甲" in caught.value.faults[0].zh
    assert not (tmp_path / "out").exists()


def test_figures_beyond_reach_are_no_accident(scheme: Path, tmp_path: Path) -> None:
    """1e18 squared and added up left the range of a decimal and stopped the run."""
    rows: Rows = [[f"E{n}", 1e18, (-1) ** n * 1e18, "东县"] for n in range(30)]
    text = SCHEME.replace("甲 > 95", "甲 < 0").replace("formula: 甲", "formula: 甲 * 甲")
    other = tmp_path / "s.yaml"
    other.write_text(text, "utf-8")
    evaluate_files(other, write_csv(tmp_path / "d.csv", rows), tmp_path / "out")
    with (tmp_path / "out/results.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert {row["flags"] for row in found} == {"no_benchmark:first"}
    assert {row["score"] for row in found} == {"31.866", "16.134"}


@pytest.mark.parametrize("code", ["county", "parcel", "leader", "order"])
def test_without_a_parcel_nobody_is_merged(code: str, tmp_path: Path) -> None:
    """A field called parcel hid the engine's own column: all without a parcel became one."""
    text = scheme_text(
        ("code: county, name: 县区", f"code: {code}, name: 县区"),
        more="population: {merge: {by: 县区, lead_by: 甲, unless: 乙 > 90}}\n",
    )
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    data = tmp_path / "d.csv"
    data.write_text("代码,甲,乙,县区\nA,1,2,\nB,2,2,\nC,3,2,G\nD,4,2,G\nE,5,91,G\n", "utf-8")
    evaluate_files(tmp_path / "s.yaml", data, tmp_path / "out")
    with (tmp_path / "out/results.csv").open(encoding="utf-8", newline="") as stream:
        found = {row["id"]: (row["score"], row["flags"]) for row in csv.DictReader(stream)}
    assert found == {
        "A": ("10.000000", ""),
        "B": ("16.000000", ""),
        "C": ("50.000000", "merged:D"),
        "D": ("50.000000", "merged:D"),
        "E": ("212.000000", ""),
    }


@pytest.mark.parametrize("code", ["order", "c1", "select", "group", "l1", "subject_no", "end"])
def test_any_code_is_a_column(code: str, tmp_path: Path) -> None:
    """Codes that SQL or the printed query use themselves."""
    text = scheme_text(("code: x, name: 甲", f"code: {code}, name: 甲"))
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    data = tmp_path / "d.csv"
    data.write_text("代码,甲,乙,县区\nA,10,20,东县\nB,5,10,东县\n", "utf-8")
    evaluate_files(tmp_path / "s.yaml", data, tmp_path / "out")
    with (tmp_path / "out/results.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["score"] for row in csv.DictReader(stream)] == ["100.000000", "50.000000"]
