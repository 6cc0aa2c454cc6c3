"""Makes real files for the tests: bytes and workbooks as offices send them."""

import pytest
import xlsxwriter

from yuanheng.tabular import FieldSpec

FIELDS = [
    FieldSpec("id", "text", ("企业代码",), required=True),
    FieldSpec("name", "text", ("企业名称",)),
    FieldSpec("park", "text", ("所属园区",)),
    FieldSpec("tax", "number", ("实缴税收",), unit="万元", low=0),
    FieldSpec("area", "number", ("用地面积",), unit="亩", low=0, low_exclusive=True),
    FieldSpec("share", "number", ("研发强度",)),
    FieldSpec("rate", "number", ("开工率",), unit="%"),
    FieldSpec("above", "boolean", ("规上",)),
    FieldSpec("opened", "date", ("投产日期",)),
]


@pytest.fixture
def fields():
    return list(FIELDS)


@pytest.fixture
def csv_file(tmp_path):
    """Writes text as a .csv in an encoding and gives its path."""

    def make(text, encoding="utf-8", name="表.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return make


@pytest.fixture
def xlsx_file(tmp_path):
    """Writes rows (and merges, options) as an .xlsx and gives its path.

    ``merges`` are (range, value); ``errors`` (cell, error); ``percent`` cells (cell, value).
    """

    def make(rows, *, merges=(), errors=(), percent=(), hidden=(), name="表.xlsx", sheet="Sheet1",
             before=()):  # fmt: skip
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path)) as book:
            for title in before:
                book.add_worksheet(title).write(0, 0, "说明")
            page = book.add_worksheet(sheet)
            date = book.add_format({"num_format": "yyyy-mm-dd"})
            share = book.add_format({"num_format": "0.0%"})
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is None:
                        continue
                    if hasattr(value, "year"):
                        page.write_datetime(r, c, value, date)
                    elif isinstance(value, str):
                        page.write_string(r, c, value)
                    else:
                        page.write(r, c, value)
            for place, value in merges:
                page.merge_range(place, value)
            for place, error in errors:
                page.write_formula(place, "=1/0", None, error)
            for place, value in percent:
                page.write_number(place, value, share)
            for row in hidden:
                page.set_row(row - 1, options={"hidden": True})
        return path

    return make
