"""The tables real offices send, as .csv and .xlsx: what is read, mended, skipped and refused."""

import datetime

import duckdb
import numpy as np
import pytest

from yuanheng.calc.faults import FaultyInput
from yuanheng.tabular import FieldSpec, read_table

HEADER = ["企业代码", "企业名称", "实缴税收（万元）", "用地面积(亩)"]
EPOCH = datetime.date(1970, 1, 1).toordinal()


def note(table, code):
    found = [n for n in table.notes if n.code == code]
    assert found, [n.code for n in table.notes]
    return found[0].zh


def faults(path, fields, **options):
    with pytest.raises(FaultyInput) as caught:
        read_table(path, fields, id_field="id", **options)
    return caught.value.faults


def ids(table):
    return list(table.columns["id"])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(csv_file, fields, encoding, delimiter):
    text = "企业代码,企业名称,实缴税收,用地面积\n001,甲㐂公司,12.5,3\n002,乙公司,,4\n"
    path = csv_file(text.replace(",", delimiter), encoding)
    table = read_table(path, fields, id_field="id")
    assert ids(table) == ["001", "002"]
    assert list(table.columns["name"]) == ["甲㐂公司", "乙公司"]
    assert table.columns["tax"][0] == 12.5
    assert np.isnan(table.columns["tax"][1])
    assert table.source.encoding == encoding
    assert table.rows.tolist() == [2, 3]
    assert table.cell("tax", 1) == "C3"
    assert not table.rejected


def test_other_encoding_is_refused(csv_file, fields):
    (fault,) = faults(csv_file(b"\xff\xff\x81" * 50), fields)
    assert fault.code == "encoding_unknown"
    assert "CSV UTF-8" in fault.zh


@pytest.mark.parametrize(
    "header",
    ["实缴税收（元）", "实缴税收(元)", "实缴税收/元", "实缴税收,元", "1. 实缴 税收 [元]*"],
)
def test_units_in_headers_are_converted(xlsx_file, fields, header):
    table = read_table(
        xlsx_file([["企业代码", header], ["a", 700], ["b", 123456.0]]), fields, id_field="id"
    )
    assert table.columns["tax"].tolist() == [0.07, 12.3456]
    assert "B 列" in note(table, "unit_converted")
    assert "换算成“万元”" in note(table, "unit_converted")
    assert table.source.units["tax"] == "元"


def test_unit_above_the_table_counts_too(xlsx_file, fields):
    rows = [
        ["企业税收表"],
        [None, "单位：亿元、公顷"],
        ["企业代码", "实缴税收", "用地面积"],
        ["a", 1.5, 2],
    ]
    table = read_table(xlsx_file(rows), fields, id_field="id")
    assert table.columns["tax"].tolist() == [15000]
    assert table.columns["area"].tolist() == [30]
    assert "单位说明" in note(table, "unit_converted")


def test_impossible_unit_is_refused_with_everything_else(csv_file, fields):
    fields[3] = FieldSpec("tax", "number", ("实缴税收",), unit="万元", required=True)
    fields.append(FieldSpec("jobs", "number", ("从业人员",), required=True))
    found = faults(csv_file("企业编码,实缴税收(美元),从业人数\n1,2,3\n"), fields)
    assert [f.code for f in found] == ["column_missing", "column_missing", "unit_mismatch"]
    assert "相近的列有：企业编码" in found[0].zh
    assert "从业人数" in found[1].zh
    assert "B1" in found[2].zh
    assert "“美元”不能换算成“万元”" in found[2].zh


def test_remark_in_brackets_is_another_column(csv_file, fields):
    table = read_table(csv_file("企业代码（必填）,实缴税收（上年）\n1,2\n"), fields, id_field="id")
    assert "tax" not in table.columns
    assert "实缴税收（上年）" in note(table, "columns_ignored")


def test_no_header_empty_and_unknown_files(csv_file, fields, tmp_path):
    assert faults(csv_file("a,b\n1,2\n"), fields)[0].code == "no_header"
    assert faults(csv_file("\n\n\n"), fields)[0].code == "file_empty"
    assert faults(csv_file(""), fields)[0].code == "file_empty"
    assert faults(csv_file("x", name="a.doc"), fields)[0].code == "extension_unknown"
    assert faults(tmp_path / "none.csv", fields)[0].code == "file_missing"
    assert faults(csv_file(b"PAR1xx", name="a.parquet"), fields)[0].code == "not_parquet"


def test_column_named_twice_is_refused(csv_file, fields):
    (fault,) = faults(csv_file("企业代码,实缴税收(元),实缴税收（万元）\n1,2,3\n"), fields)
    assert fault.code == "column_twice"
    assert "B 列" in fault.zh
    assert "C 列" in fault.zh


def test_titles_and_two_header_rows(xlsx_file, fields):
    rows = [
        ["某某市企业情况表"],
        ["填报单位：某局", None, None, None],
        ["企业代码", "企业名称", None, None],
        [None, None, "实缴税收(元)", "用地面积"],
        ["a", "甲公司", 10000, 5],
    ]
    merges = [
        ("A1:D1", "某某市企业情况表"),
        ("A3:A4", "企业代码"),
        ("B3:B4", "企业名称"),
        ("C3:D3", "规模"),
    ]
    table = read_table(xlsx_file(rows, merges=merges), fields, id_field="id")
    assert table.columns["tax"].tolist() == [1]
    assert table.source.header_rows == (4,)
    assert table.cell("tax", 0) == "Sheet1!C5"


def test_row_of_units_belongs_to_the_header(csv_file, fields):
    table = read_table(
        csv_file("企业代码,实缴税收,用地面积\n,元,公顷\n甲,1,2\n001,20000,2\n"),
        fields,
        id_field="id",
    )
    assert table.columns["tax"].tolist() == [2]
    assert table.columns["area"].tolist() == [30]
    assert table.rows.tolist() == [4]
    assert "第 3 行" in note(table, "rows_skipped_mark")


def test_grouped_names_are_joined(csv_file):
    fields = [FieldSpec("id", "text", ("代码",)), FieldSpec("a", columns=("上年税收",)),
              FieldSpec("b", columns=("本年税收",))]  # fmt: skip
    table = read_table(
        csv_file("代码,上年,,本年,\n,税收,营收,税收,营收\n1,2,3,4,5\n"), fields, id_field="id"
    )
    assert table.columns["a"].tolist() == [2]
    assert table.columns["b"].tolist() == [4]
    assert table.source.header_rows == (1, 2)
    assert "第 1、2 行" in note(table, "header_rows_joined")


def test_merged_cells_in_the_body(xlsx_file, fields):
    rows = [
        ["所属园区", "企业代码", "实缴税收"],
        [None, "a", None],
        [None, "b", None],
        ["南园", "c", 3],
    ]
    path = xlsx_file(rows, merges=[("A2:A3", "北园"), ("C2:C3", 8)])
    table = read_table(path, fields, id_field="id")
    assert list(table.columns["park"]) == ["北园", "北园", "南园"]
    np.testing.assert_array_equal(table.columns["tax"], [8, np.nan, 3])
    assert "Sheet1!A2:A3" in note(table, "merged_filled")
    assert "Sheet1!C2:C3" in note(table, "merged_number")


MESSY = [
    "1,234.5",
    "1，234",
    "１２３",
    " 12 ",
    "3.2万",
    "(5)",
    "—",
    "无",
    "12abc",
    "#DIV/0!",
    "2e18",
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_numbers_as_text(csv_file, xlsx_file, form):
    fields = [
        FieldSpec("id", "text", ("企业代码",)),
        FieldSpec("tax", columns=("实缴税收",), unit="元"),
    ]
    if form == "csv":
        body = "".join(f'{i},"{text}"\n' for i, text in enumerate(MESSY))
        path = csv_file("企业代码,实缴税收\n" + body)
    else:
        path = xlsx_file([["企业代码", "实缴税收"], *([i, text] for i, text in enumerate(MESSY))])
    table = read_table(path, fields, id_field="id")
    expected = [1234.5, 1234, 123, 12, 32000, -5, np.nan, np.nan]
    np.testing.assert_array_equal(table.columns["tax"], expected)
    assert [r.id for r in table.rejected] == ["8", "9", "10"]
    assert [r.code for r in table.rejected] == [
        "not_a_number",
        "error_cell",
        "number_out_of_reach",
    ]
    bad = table.rejected[0]
    place = "B10" if form == "csv" else "Sheet1!B10"
    assert bad.row == 10
    assert bad.cells == (place,)
    assert bad.zh == f"{place}（实缴税收）：应为数字，实际是“12abc”。请填写数字；没有数据请留空。"
    assert "不是 0" in note(table, "mended_unknown_word")
    assert "千位" in note(table, "mended_thousands")


def test_error_cells_of_excel(xlsx_file, fields):
    rows = [["企业代码", "实缴税收", "企业名称"], ["a", None, "甲"], ["b", 2, None]]
    path = xlsx_file(rows, errors=[("B2", "#DIV/0!"), ("C3", "#REF!")])
    table = read_table(path, fields, id_field="id")
    assert len(table) == 0
    assert [r.cells for r in table.rejected] == [("Sheet1!B2",), ("Sheet1!C3",)]
    assert "#DIV/0!" in table.rejected[0].zh
    assert "#REF!" in table.rejected[1].zh


def test_shares_and_percentages(xlsx_file, fields):
    rows = [["企业代码", "研发强度", "开工率"], ["a", "12.5%", "12.5%"], ["b", 0.5, 50], ["c"]]
    path = xlsx_file(rows, percent=[("B4", 0.125), ("C4", 0.125)])
    table = read_table(path, fields, id_field="id")
    assert table.columns["share"].tolist() == [0.125, 0.5, 0.125]
    assert table.columns["rate"].tolist() == [12.5, 50, 12.5]


def test_share_column_in_percent(csv_file, fields):
    table = read_table(csv_file("企业代码,研发强度(%)\na,12.5\nb,7%\n"), fields, id_field="id")
    assert table.columns["share"].tolist() == [0.125, 0.07]


def test_dates_and_booleans(xlsx_file, fields):
    day = datetime.date(2024, 1, 5)
    written = ["2024年1月5日", "2024-1-5", "2024/01/05", "20240105", "2024.1.5", 45296, day]
    flags = ["是", "√", "Y", 1, "true", "规上", True]
    rows = [
        [f"r{i}", text, flag] for i, (text, flag) in enumerate(zip(written, flags, strict=True))
    ]
    rows += [["m", "2024年1月", "否"], ["x", "2024-02-30", "否"], ["y", None, "也许"]]
    table = read_table(xlsx_file([["企业代码", "投产日期", "规上"], *rows]), fields, id_field="id")
    days = day.toordinal() - EPOCH
    assert table.columns["opened"].tolist() == [days] * 7 + [days - 4]
    assert table.columns["above"].tolist() == [1] * 7 + [0]
    assert [r.id for r in table.rejected] == ["x", "y"]
    assert "Sheet1!B10" in table.rejected[0].zh
    assert "也许" in table.rejected[1].zh
    assert "当月 1 日" in note(table, "mended_month_only")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_that_are_no_subjects(csv_file, xlsx_file, form, fields):
    rows = [["序号", "企业代码", "企业名称", "实缴税收"], [1, "a", "甲厂", 1], [None] * 4,
            [2, "b", "小计", 2],
            ["合 计", None, None, 3], [3, "c", "丙厂", 4], [None, None, "丁厂", 5],
            ["注：以上为年报数"], [None, "填表人：某某"]]  # fmt: skip
    if form == "xlsx":
        path = xlsx_file(rows)
    else:
        lines = (",".join("" if c is None else str(c) for c in row) for row in rows)
        path = csv_file("\n".join(lines) + "\n")
    table = read_table(path, fields, id_field="id")
    assert ids(table) == ["a", "c"]
    assert table.rows.tolist() == [2, 6]
    assert "第 4、5 行" in note(table, "rows_skipped_total")
    assert "第 3 行" in note(table, "rows_skipped_blank")
    assert "第 8、9 行" in note(table, "rows_skipped_footnote")
    (missing,) = table.rejected
    assert (missing.row, missing.name, missing.code) == (7, "丁厂", "key_missing")


def test_hidden_rows_are_read_and_named(xlsx_file, fields):
    table = read_table(xlsx_file([["企业代码"], ["a"], ["b"]], hidden=[3]), fields, id_field="id")
    assert ids(table) == ["a", "b"]
    assert "第 3 行" in note(table, "rows_hidden")


def test_values_out_of_range(csv_file, fields):
    table = read_table(
        csv_file("企业代码,实缴税收(元),用地面积\na,-10000,1\nb,1,0\nc,0,1\n"),
        fields,
        id_field="id",
    )
    assert ids(table) == ["c"]
    assert table.rejected[0].zh.startswith("B2（实缴税收）：数值 -1万元 超出范围，应不小于 0万元")
    assert "应大于 0亩" in table.rejected[1].zh


def test_duplicates(csv_file, fields):
    text = "企业代码,实缴税收\na,1\nb,2\na,1\nc,3\nb,9\nb,2\nd,\nd,\n"
    table = read_table(csv_file(text), fields, id_field="id")
    assert ids(table) == ["a", "c", "d"]
    by_row = {r.row: r for r in table.rejected}
    assert sorted(by_row) == [3, 4, 6, 7, 9]
    assert by_row[4].code == "duplicate_row"
    assert "重复行" in by_row[4].zh
    assert "第 2、4 行" in by_row[4].zh
    assert by_row[3].code == "duplicate_conflict"
    assert "第 3、6、7 行" in by_row[3].zh
    assert "人工确认" in by_row[3].zh
    assert by_row[9].code == "duplicate_row"


def test_periods_make_the_key(xlsx_file, fields):
    fields.append(FieldSpec("period", "text", ("期间",)))
    rows = [["企业代码", "期间", "实缴税收"], ["a", 2024, 1], ["a", "2024年上半年", 2],
            ["a", "2024年三季度", 3], ["a", "2024年7月", 4], ["a", "2024年度", 1],
            ["a", "去年", 5], ["a", None, 6]]  # fmt: skip
    table = read_table(xlsx_file(rows), fields, id_field="id", period_field="period")
    assert list(table.columns["period"]) == ["2024", "2024H1", "2024Q3", "2024-07"]
    codes = {r.row: r.code for r in table.rejected}
    assert codes == {6: "duplicate_row", 7: "not_a_period", 8: "key_missing"}


def test_untidy_csv_loses_nothing(csv_file, fields):
    text = '企业代码,企业名称,实缴税收\r\n\r\n1,"甲\n公司",2\r\n2,乙\r\n3,丙,4,,\r\n'
    text += '4,丁,5,多,余\r\n5,戊"厂,6\r\n'
    table = read_table(csv_file(text), fields, id_field="id")
    assert ids(table) == ["1", "2", "3", "5"]
    assert list(table.columns["name"]) == ["甲\n公司", "乙", "丙", '戊"厂']
    assert table.rows.tolist() == [3, 4, 5, 7]
    assert table.rejected[0].row == 6
    assert "多 余" in table.rejected[0].zh


def test_open_quote_is_refused_not_swallowed(csv_file, fields):
    body = "".join(f"{i},x,1\n" for i in range(200))
    (fault,) = faults(csv_file('企业代码,企业名称,实缴税收\na,"甲,1\n' + body), fields)
    assert fault.code == "quote_not_closed"
    assert "第 2 行" in fault.zh


def test_row_limit(csv_file, xlsx_file, fields):
    text = "企业代码\n" + "".join(f"{i}\n" for i in range(20))
    assert faults(csv_file(text), fields, max_rows=19)[0].code == "too_many_rows"
    assert len(read_table(csv_file(text), fields, id_field="id", max_rows=20)) == 20
    rows = [["企业代码"], *[[str(i)] for i in range(20)]]
    assert "19" in faults(xlsx_file(rows), fields, max_rows=19)[0].zh


def test_sheets(xlsx_file, fields):
    path = xlsx_file([["企业代码"], ["a"]], before=("说明",), sheet="数据")
    table = read_table(path, fields, id_field="id")
    assert table.source.sheet == "数据"
    assert "说明" in note(table, "sheets_unread")
    (fault,) = faults(path, fields, sheet="没有")
    assert "现有：说明、数据" in fault.zh


def test_parquet_with_texts_to_mend(tmp_path, fields):
    path = tmp_path / "t.parquet"
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES "
        "(1::BIGINT, '1,234', 2.5::DECIMAL(9,2), DATE '2024-01-05', true),"
        " (2, 'x', 3, NULL, false), (NULL, '5', 1, NULL, NULL)) "
        f"t(企业代码, 实缴税收, 用地面积, 投产日期, 规上)) TO '{path}' (FORMAT parquet)"
    )
    table = read_table(path, fields, id_field="id")
    assert ids(table) == ["1"]
    assert table.columns["tax"].tolist() == [1234]
    assert table.columns["opened"].tolist() == [datetime.date(2024, 1, 5).toordinal() - EPOCH]
    assert table.columns["above"].tolist() == [1]
    assert [r.row for r in table.rejected] == [2, 3]
    assert table.rejected[0].cells == ("实缴税收:2",)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_header_without_rows_is_an_empty_table(csv_file, xlsx_file, tmp_path, fields, form):
    path = tmp_path / "t.parquet"
    if form == "parquet":
        duckdb.execute(f"COPY (SELECT 'a' AS 企业代码, 1 AS 实缴税收 LIMIT 0) TO '{path}'")
    else:
        path = (
            csv_file("企业代码,实缴税收")
            if form == "csv"
            else xlsx_file([["企业代码", "实缴税收"]])
        )
    table = read_table(path, fields, id_field="id")
    assert len(table) == 0
    assert table.columns["tax"].dtype == float
    assert not table.rejected
