"""Numbers, yes and no, dates, periods: every text gives a value or a fault, never an exception."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuanheng.calc.faults import Fault
from yuanheng.tabular.cells import parse_credit_code, parse_key, parse_text
from yuanheng.tabular.dates import parse_date, parse_period
from yuanheng.tabular.numbers import Mended, parse_boolean, parse_number

_ANY = st.one_of(
    st.text(),
    st.text(alphabet="0123456789０１２.,，%万亿元()（）-—/年月日 季度半上Ee+#√"),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
)
_EPOCH = datetime.date(1970, 1, 1).toordinal()


@given(_ANY, st.sampled_from(["", "%", "元", "万元", "亩"]))
def test_no_cell_breaks_a_parser(cell, unit):
    assert isinstance(parse_number(cell, unit), Mended | Fault)
    for parse in (
        parse_boolean,
        parse_date,
        parse_period,
        parse_text,
        parse_key,
        parse_credit_code,
    ):
        assert isinstance(parse(cell), Mended | Fault)


@given(st.floats(-1e15, 1e15).filter(lambda x: x == 0 or abs(x) > 1e-17))
def test_written_numbers_come_back(number):
    assert parse_number(repr(number)).value == number
    grouped = f"{number:,.4f}"
    assert parse_number(grouped).value == float(grouped.replace(",", ""))
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，-")
    assert parse_number(grouped.translate(wide)).value == float(grouped.replace(",", ""))
    assert parse_number(f"({abs(number):.3f})").value == -float(f"{abs(number):.3f}")


@given(st.integers(-(10**6), 10**6))
def test_percentages_are_exact(thousandths):
    text = f"{thousandths / 1000:.3f}"
    assert parse_number(f"{text}%", "%").value == float(text)
    assert parse_number(f"{text}%").value == float(f"{text}e-2")


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)))
def test_written_dates_come_back(day):
    days = float(day.toordinal() - _EPOCH)
    y, m, d = day.year, day.month, day.day
    texts = (f"{y}年{m}月{d}日", f"{y}-{m}-{d}", f"{y}/{m:02}/{d:02}", f"{y}{m:02}{d:02}",
             f"{y}.{m}.{d}", f"{day} 00:00:00")  # fmt: skip
    for text in texts:
        assert parse_date(text).value == days
    assert parse_date(day).value == days
    if day.year > 1927:
        assert (
            parse_date(float(day.toordinal() - datetime.date(1899, 12, 30).toordinal())).value
            == days
        )
    assert parse_date(f"{y}年{m}月").value == days - d + 1
    assert parse_date(f"{y}年{m}月").how == "month_only"


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_periods_have_one_form(year, month):
    quarter, half = (month + 2) // 3, 1 if month <= 6 else 2
    for text in (f"{year}年", f"{year}年度", str(year), f" {year} "):
        assert parse_period(text).value == str(year)
    assert parse_period(float(year)).value == str(year)
    for text in (f"{year}年{'上下'[half - 1]}半年", f"{year}H{half}", f"{year}h{half}"):
        assert parse_period(text).value == f"{year}H{half}"
    numeral = "一二三四"[quarter - 1]
    for text in (f"{year}年{numeral}季度", f"{year}年第{numeral}季度", f"{year}Q{quarter}"):
        assert parse_period(text).value == f"{year}Q{quarter}"
    for text in (
        f"{year}年{month}月",
        f"{year}-{month:02}",
        f"{year}.{month:02}",
        f"{year}{month:02}",
    ):
        assert parse_period(text).value == f"{year}-{month:02}"
    assert parse_period(f"{year}年1-{month}月").value == f"{year}-01..{month:02}"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1,234.5", "", 1234.5),
        ("1，234", "", 1234),
        ("１２３", "", 123),
        (" 12 ", "", 12),
        ("3.2万", "元", 32000),
        ("1.5亿", "元", 150_000_000),
        ("1.5亿", "万元", 15000),
        ("12.07万元", "元", 120_700),
        ("¥12", "元", 12),
        ("(123)", "", -123),
        ("（1,234）", "", -1234),
        *[(word, "", None) for word in ("-", "—", "/", "/", "无", "空", "N/A", "null", "", " ")],
    ],
)
def test_numbers_offices_write(text, unit, value):
    assert parse_number(text, unit).value == value


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("约100", "", "not_a_number"),
        ("1_000", "", "not_a_number"),
        ("1,23", "", "not_a_number"),
        ("3.2万", "亩", "not_a_number"),
        ("12%", "元", "not_a_number"),
        ("#DIV/0!", "", "error_cell"),
        ("#REF!", "", "error_cell"),
        ("1e400", "", "number_out_of_reach"),
        ("1e-30", "", "number_out_of_reach"),
        ("2e18", "", "number_out_of_reach"),
    ],
)
def test_numbers_nobody_can_read(text, unit, code):
    fault = parse_number(text, unit)
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert text in fault.zh


@pytest.mark.parametrize("word", ["是", "√", "Y", "y", "1", "true", "规上", 1.0, True, "Ｙ"])
def test_yes(word):
    assert parse_boolean(word).value == 1.0


@pytest.mark.parametrize("word", ["否", "×", "N", "0", "FALSE", "规下", 0, False])
def test_no(word):
    assert parse_boolean(word).value == 0.0


@pytest.mark.parametrize("text", ["2024-02-30", "24-1-5", "昨天", "2024-13-01", True])
def test_no_dates(text):
    assert parse_date(text).code == "not_a_date"


@pytest.mark.parametrize(
    "text", ["2024Q5", "2024H3", "2024-13", "去年", datetime.date(2024, 7, 3)]
)
def test_no_periods(text):
    assert parse_period(text).code == "not_a_period"
