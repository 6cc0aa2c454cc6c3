from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import QueryDict

from yuanheng.kernel.models import Upload
from yuanheng.kernel.policies import policy_for
from yuanheng.kernel.tables import Badge, Column, build_table


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
