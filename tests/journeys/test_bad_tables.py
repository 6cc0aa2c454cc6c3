"""Tables as offices send them: good rows are kept, each fault is said with its place."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.tables import HEADER, TAX, clean_rows, write_csv, write_xlsx

from yuanheng.cli.ending import run

Build = Callable[[Path], Path]


def results(directory: Path) -> dict[str, tuple[str, str]]:
    """Name → score and id of every result."""
    with (directory / "results.csv").open(encoding="utf-8", newline="") as stream:
        return {row["name"]: (row["score"], row["id"]) for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """What the clean table gives; a mended table must give the same."""
    folder = tmp_path_factory.mktemp("clean")
    table = write_csv(folder / "data.csv", clean_rows())
    assert run(["evaluate", "huangyan_2022", str(table), "--out", str(folder / "out")]) == 0
    return results(folder / "out")


def changed(*cells: tuple[int, int, Any]) -> list[list[Any]]:
    rows = clean_rows()
    for row, column, value in cells:
        rows[row][column] = value
    return rows


def merged_figures(folder: Path) -> Path:
    rows = changed((1, TAX, None), (2, TAX, None))
    return write_xlsx(folder / "data.xlsx", [HEADER, *rows], (1, TAX, 3, TAX))


def merged_periods(folder: Path) -> Path:
    rows = changed(*((row, 0, None) for row in range(1, 6)))
    return write_xlsx(folder / "data.xlsx", [HEADER, *rows], (1, 0, 6, 0))


def two_header_rows(folder: Path) -> Path:
    names = [name.partition("(")[0] for name in HEADER]
    units = [name.partition("(")[2].rstrip(")") for name in HEADER]
    title = ["黄岩区2022年度汇总表"]
    return write_xlsx(folder / "data.xlsx", [title, names, units, *clean_rows()])


def figures_as_text(folder: Path) -> Path:
    rows = changed((0, TAX, "3,100"), (1, TAX, "３２００"), (2, TAX, " 3300 "))
    return write_xlsx(folder / "data.xlsx", [HEADER, *rows])


def column_in_yuan(folder: Path) -> Path:
    header = [name.replace("实缴税收(万元)", "实缴税收(元)") for name in HEADER]
    rows = clean_rows()
    for row in rows:
        row[TAX] *= 10000
    return write_xlsx(folder / "data.xlsx", [header, *rows])


def cells_in_yuan(folder: Path) -> Path:
    rows = changed((0, TAX, "3100万元"), (1, TAX, "32000000元"))
    return write_xlsx(folder / "data.xlsx", [HEADER, *rows])


def period_as_text(folder: Path) -> Path:
    return write_xlsx(folder / "data.xlsx", [HEADER, *changed((0, 0, "2022年"))])


def blank_rows(folder: Path) -> Path:
    rows = clean_rows()
    rows.insert(2, [None] * len(HEADER))
    return write_xlsx(folder / "data.xlsx", [HEADER, *rows])


def gb18030(folder: Path) -> Path:
    return write_csv(folder / "data.csv", clean_rows(), "gb18030")


MENDED = [
    (merged_periods, ["合并单元格", "数据!A2:A7"]),
    (two_header_rows, ["表头有两行", "第 2、3 行"]),
    (figures_as_text, ["千位分隔符", "全角", "数据!F2"]),
    (column_in_yuan, ["F 列“实缴税收(元)”", "已换算成“万元”"]),
    (cells_in_yuan, ["已换算", "数据!F2"]),
    (period_as_text, ["“年度”列", "数据!A2"]),
    (blank_rows, ["空行已跳过", "第 4 行"]),
    (gb18030, []),
]


@pytest.mark.parametrize(("build", "said"), MENDED, ids=lambda x: getattr(x, "__name__", ""))
def test_mended_table_gives_the_same_results(
    build: Build,
    said: list[str],
    clean: dict[str, tuple[str, str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = run(["evaluate", "huangyan_2022", str(build(tmp_path)), "--out", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert code == 0, told
    for piece in said:
        assert piece in told
    assert results(tmp_path / "out") == clean


def wrong_date(folder: Path) -> Path:
    return write_xlsx(folder / "data.xlsx", [HEADER, *changed((1, 0, "2022-12-31"))])


def words_for_a_figure(folder: Path) -> Path:
    return write_xlsx(folder / "data.xlsx", [HEADER, *changed((1, TAX, "三千三"))])


def same_row_twice(folder: Path) -> Path:
    rows = clean_rows()
    return write_csv(folder / "data.csv", [*rows, rows[0]])


def two_rows_that_differ(folder: Path) -> Path:
    other = clean_rows()[1]
    other[TAX] = 1
    return write_csv(folder / "data.csv", [*clean_rows(), other])


def wrong_check_digit(folder: Path) -> Path:
    rows = clean_rows()
    rows[1][1] = rows[1][1][:-1] + "0"
    return write_csv(folder / "data.csv", rows)


def negative_land(folder: Path) -> Path:
    return write_csv(folder / "data.csv", changed((1, 4, -100)))


REJECTED = [
    (wrong_date, {"企业2"}, ["第 3 行", "数据!A3（年度）", "请写成 2024"]),
    (words_for_a_figure, {"企业2"}, ["数据!F3（实缴税收）", "应为数字", "三千三"]),
    (same_row_twice, set(), ["第 8 行", "第 2、8 行内容完全相同", "只用第 2 行"]),
    (two_rows_that_differ, {"企业2"}, ["第 3、8 行", "只保留正确的一行"]),
    (wrong_check_digit, {"企业2"}, ["校验位应为“N”", "B3"]),
    (negative_land, {"企业2"}, ["E3（用地面积）"]),
]


@pytest.mark.parametrize(
    ("build", "lost", "said"), REJECTED, ids=lambda x: getattr(x, "__name__", "")
)
def test_faulty_rows_are_said_and_good_ones_kept(
    build: Build,
    lost: set[str],
    said: list[str],
    clean: dict[str, tuple[str, str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    code = run(["evaluate", "huangyan_2022", str(build(tmp_path)), "--out", str(out)])
    told = capsys.readouterr().err
    assert code == 1, told
    for piece in ["行数据有问题", *said]:
        assert piece in told
    assert results(out) == {name: got for name, got in clean.items() if name not in lost}
    assert "reason" in (out / "rejected.csv").read_text("utf-8").splitlines()[0]


def test_merged_figures_count_once(
    clean: dict[str, tuple[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A figure merged over three rows is the first row's; for the others it is unknown."""
    out = tmp_path / "out"
    code = run(["evaluate", "huangyan_2022", str(merged_figures(tmp_path)), "--out", str(out)])
    assert code == 0
    assert "数据!F2:F4" in capsys.readouterr().err
    found = results(out)
    assert found["企业1"] == clean["企业1"]
    assert set(found) == set(clean)
    assert found["企业2"] != clean["企业2"]


def test_more_than_twenty_faulty_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = [[*row[:1], f"91990104OOOOOO{n:04d}", *row[2:]] for n, row in enumerate(clean_rows() * 5)]
    table = write_csv(tmp_path / "data.csv", [*clean_rows(), *bad])
    code = run(["evaluate", "huangyan_2022", str(table), "--out", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert code == 1
    assert "有 30 行数据有问题" in told
    assert told.count("  第 ") == 20
    assert "其余见 rejected.csv" in told
