"""The files: the same for the same seed, with every heading, in the shape an office uses."""

from __future__ import annotations

import filecmp
from dataclasses import fields
from pathlib import Path

import pytest

from yuanheng.demo.columns import (
    FIGURE_COLUMNS,
    PARK_FIGURE_COLUMNS,
    PARK_HEADERS,
    PUBLISHED_HEADERS,
    REGION_HEADERS,
    REGISTER_HEADERS,
)
from yuanheng.demo.credit_code import is_valid
from yuanheng.demo.generator import DemoFiles, generate
from yuanheng.demo.tests.reading import ask, read_csv, read_rows, read_sheets


def test_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    first = generate(tmp_path / "first", seed=7, enterprises=700)
    second = generate(tmp_path / "second", seed=7, enterprises=700)
    for field in fields(DemoFiles):
        if field.name == "directory":
            continue
        one, other = getattr(first, field.name), getattr(second, field.name)
        if one.suffix == ".xlsx":
            assert read_sheets(one) == read_sheets(other), field.name
        else:
            assert filecmp.cmp(one, other, shallow=False), field.name


def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    first = generate(tmp_path / "first", seed=7, enterprises=500)
    second = generate(tmp_path / "second", seed=8, enterprises=500)
    assert read_csv(first.enterprises) != read_csv(second.enterprises)


def test_too_few_enterprises_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="500 or more, not 20"):
        generate(tmp_path, enterprises=20)


def test_csv_headers(city: DemoFiles) -> None:
    for path, headers in (
        (city.regions, REGION_HEADERS),
        (city.enterprises, REGISTER_HEADERS),
        (city.published_examples, PUBLISHED_HEADERS),
    ):
        assert path.read_text("utf-8-sig").splitlines()[0] == ",".join(headers)


def test_list_of_parks_has_a_title_above_its_header(city: DemoFiles) -> None:
    lines = read_sheets(city.parks)["园区名录"]
    assert "云泽市" in str(lines[0][0])
    assert tuple(lines[1]) == PARK_HEADERS


def test_park_figures_have_all_indicators_and_years(city: DemoFiles) -> None:
    rows = read_rows(city.park_figures, "园区指标")
    assert list(rows[0]) == [column.header for column in PARK_FIGURE_COLUMNS]
    assert len(rows) == 4 * 14
    assert all(value != "" for row in rows for value in row.values())


def test_parquet_has_plain_names_and_the_csv_units_stay_in_the_workbook(city: DemoFiles) -> None:
    described = ask(city.enterprise_figures, "DESCRIBE figures")
    assert [row[0] for row in described] == [column.name for column in FIGURE_COLUMNS]
    kinds = {row[0]: row[1] for row in described}
    assert kinds["年度"] == "BIGINT"
    assert kinds["建成投产日期"] == "DATE"
    assert kinds["营业收入"] == "DOUBLE"


def test_office_workbook_has_two_header_rows_text_numbers_yuan_and_a_total(
    city: DemoFiles,
) -> None:
    lines = read_sheets(city.enterprise_figures_2024)["2024年"]
    assert [cell for cell in lines[0] if cell][:2] == ["基本情况", "投入与产出"]
    assert lines[-1][0] == "合计"
    rows = read_rows(city.enterprise_figures_2024, "2024年", header_row=1)
    body, total = rows[:-1], rows[-1]
    expected = ask(
        city.enterprise_figures,
        "SELECT 统一社会信用代码, 营业收入, 研发经费支出 FROM figures "
        "WHERE 年度 = 2024 AND 规上 = '是'",
    )
    assert len(body) == len(expected)
    for row, (code, revenue, research) in zip(body, expected, strict=True):
        assert row["统一社会信用代码"] == code
        assert row["营业收入(万元)"] == f"{revenue:,.2f}"
        yuan = row["研发经费支出（元）"]
        assert (yuan == "") if research is None else (yuan == round(research * 10_000))
    assert total["实缴税收(万元)"] == pytest.approx(sum(row["实缴税收(万元)"] for row in body))
    assert total["统一社会信用代码"] == ""


def test_faulty_rows_hold_what_the_second_sheet_says(city: DemoFiles) -> None:
    rows = read_rows(city.dirty_sample, "待导入")
    notes = read_rows(city.dirty_sample, "应报的问题")
    assert list(rows[0]) == [column.header for column in FIGURE_COLUMNS]
    assert len(rows) == 3 + len(notes)
    by_line = {note["行号"]: note for note in notes}
    assert by_line[5]["问题"] == "统一社会信用代码校验位不正确"
    assert not is_valid(str(rows[5 - 2]["统一社会信用代码"]))
    assert all(is_valid(str(row["统一社会信用代码"])) for row in rows[:3])
    known = {row["统一社会信用代码"] for row in read_csv(city.enterprises)}
    assert is_valid(str(rows[7 - 2]["统一社会信用代码"]))
    assert rows[7 - 2]["统一社会信用代码"] not in known
    assert rows[18 - 2] == rows[2 - 2]


def test_published_figures_are_word_for_word(city: DemoFiles) -> None:
    rows = read_csv(city.published_examples)
    figures = {(row["地方"], row["指标"]): (row["数值"], row["单位"]) for row in rows}
    assert figures[("湖南省邵阳市", "技工贸总收入")] == ("3923.37", "亿元")
    assert figures[("湖南省冷水江市", "技工贸总收入")] == ("272.80", "亿元")
    assert figures[("湖南省冷水江市", "项目政策性补助资金")] == ("933.35", "万元")
    assert len(rows) == 4 + 9
    assert {row["日期"] for row in rows} == {"2023-05-31", "2022-02-16"}


@pytest.mark.parametrize("seed", range(4))
def test_any_seed_makes_a_small_city(tmp_path: Path, seed: int) -> None:
    files = generate(tmp_path, seed=seed, enterprises=500)
    assert len(read_rows(files.dirty_sample, "待导入")) == 17
    assert len(read_rows(files.park_figures, "园区指标")) == 56
