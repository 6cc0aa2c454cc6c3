from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth import get_user_model
from django.http import QueryDict

from yuanheng.kernel.models import Upload
from yuanheng.kernel.policies import policy_for
from yuanheng.kernel.resources.filters import Option
from yuanheng.kernel.tables import Badge, Column, build_table, reader_of
from yuanheng.kernel.templatetags.page import body, options


@dataclass
class Row:
    name: str
    tax: float | None
    good: bool | None = None


def test_cells_are_written_by_kind():
    columns = [
        Column("name", "Name", link=True),
        Column("tax", "Tax", kind="figure"),
        Column("good", "Good", kind="flag"),
        Column("marks", "Marks", kind="badges", value=lambda row: [Badge("A")]),
    ]
    rows = [Row("x", 1234.5, True), Row("", None)]
    table = build_table(columns, rows, link=lambda row: f"/{row.name}/")
    first, second = table.rows
    assert [cell.text for cell in first[:2]] == ["x", "1,234.50"]
    assert first[0].href == "/x/"
    assert first[1].css == "yh-number"
    assert first[3].badges == (Badge("A"),)
    assert [cell.text for cell in second[:3]] == ["—", "—", "—"]


def test_dictionaries_are_rows_too():
    table = build_table([Column("a", "A", kind="count")], [{"a": 1200}])
    assert table.rows[0][0].text == "1,200"


def test_headings_sort_and_turn_round_and_keep_the_filter():
    columns = [Column("name", "Name"), Column("tax", "Tax", sort=False)]
    query = QueryDict("q=steel&page=3&sort=name")
    name, tax = build_table(columns, [], query=query).headers
    assert (name.href, name.sorted) == ("?q=steel&sort=-name", "ascending")
    assert tax.href == ""


def test_a_model_without_a_policy_is_an_error():
    assert policy_for(Upload)

    class Orphan:
        pass

    with pytest.raises(LookupError, match="Orphan has no policy"):
        policy_for(Orphan)


@pytest.mark.django_db
def test_a_plain_field_is_read_as_the_column_would_read_it():
    """What is found once for a page says the same as what is found for each cell."""
    user = get_user_model().objects.create(username="u", full_name="某某")
    upload = Upload(importer_code="x", file_name="表.xlsx", byte_count=3, uploaded_by=user)
    for path in ("file_name", "stage", "byte_count", "uploaded_by__full_name", "uploaded_by"):
        column = Column(path)
        assert reader_of(column, Upload)(upload) == column.raw(upload)
    assert reader_of(Column("stage"), Upload)(upload) == upload.get_stage_display()


def test_a_value_with_markup_is_written_as_text():
    columns = [Column("name", "Name", link=True), Column("marks", kind="badges", value=_marks)]
    table = build_table(columns, [Row("<b>x</b>", None)], link=lambda row: '/"><i>/')
    shown = body(table, bulk=True)
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert shown.count('type="checkbox"') == 1
    assert body(table).count('type="checkbox"') == 0


def _marks(row):
    return [Badge("<b>")]


def test_the_chosen_option_is_marked_and_the_words_are_text():
    shown = options([Option("a", "<A>"), Option("b", "B")], "b")
    assert shown == ('<option value="a">&lt;A&gt;</option><option value="b" selected>B</option>')
