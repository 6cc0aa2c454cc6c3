"""Of very many rows, only an order that an index gives is to be had; the list says so."""

from __future__ import annotations

import pytest

from yuanheng.kernel.lists import paging, sorting
from yuanheng.kernel.lists.order import order_of
from yuanheng.registry.models import Enterprise
from yuanheng.registry.tests.world import credit_code

SAID = "不能按“{}”排序"


@pytest.fixture
def rows(world):
    """Six more enterprises: their addresses stand in the opposite order to their names."""
    Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=credit_code(100 + number),
            name=f"企业{number}",
            region=world.zone.region,
            above_scale=number % 2 == 0,
            address=f"园区路{9 - number}号",
        )
        for number in range(6)
    )
    return world


@pytest.fixture
def look(rows, sign_in):
    client = sign_in(rows.root)

    def at(query):
        response = client.get("/enterprises/?" + query)
        assert response.status_code == 200, response.text
        found = response.context["table"]
        names = [cells[0].text for cells in found.rows if cells[0].text.startswith("企业")]
        return response, names, {str(one.label): one.href for one in found.headers}

    return at


IN_ORDER = [f"企业{number}" for number in range(6)]


def test_few_rows_are_sorted_by_any_column(look):
    response, names, links = look("cols=name,address&sort=address")
    assert names == IN_ORDER[::-1]
    assert links["详细地址"]
    assert "排序。请先" not in response.text


@pytest.mark.parametrize("size", ["sorted_most", "counted_most"])
def test_many_rows_are_not_sorted_by_a_column_without_an_index(look, monkeypatch, size):
    monkeypatch.setattr(sorting, "SORTED", 3)
    if size == "counted_most":
        monkeypatch.setattr(paging, "LIMIT", 3)
    response, names, links = look("cols=name,address&sort=address")
    assert names == IN_ORDER  # the register's own order
    assert SAID.format("详细地址") in response.text
    assert "超过3行" in response.text
    assert not links["详细地址"]
    assert links["企业名称"]
    assert look("cols=name,address&sort=-name")[1] == IN_ORDER[::-1]


def test_up_to_the_count_an_index_that_holds_the_column_is_enough(look, monkeypatch):
    monkeypatch.setattr(sorting, "SORTED", 3)
    query = "cols=name,registered_capital_yuan&sort=registered_capital_yuan"
    assert "排序。请先" not in look(query)[0].text
    monkeypatch.setattr(paging, "LIMIT", 3)
    assert SAID.format("注册资本（元）") in look(query)[0].text


def test_the_same_table_joined_again_is_never_sorted_by_when_large(look, monkeypatch):
    monkeypatch.setattr(sorting, "SORTED", 3)
    assert SAID.format("出租方") in look("cols=name,landlord.name&sort=landlord.name")[0].text
    assert "排序。请先" not in look("cols=name,region.name&sort=region.name")[0].text


def test_a_column_of_few_values_gives_no_second_order(look, monkeypatch):
    monkeypatch.setattr(sorting, "SORTED", 3)
    assert SAID.format("企业名称") in look("cols=name,above_scale&sort=above_scale,name")[0].text
    assert "排序。请先" not in look("cols=name&sort=region.name,name")[0].text


def test_a_program_is_told_instead_of_getting_another_order(rows, sign_in, monkeypatch):
    monkeypatch.setattr(sorting, "SORTED", 3)
    client = sign_in(rows.root)
    address = "/api/v1/enterprises/"
    answer = client.get(address, {"sort": "address"})
    assert answer.status_code == 400
    (said,) = answer.json()["errors"]
    assert (said["where"], said["what"]) == (
        "sort",
        "超过3行的名录不能按“详细地址”排序。请先缩小范围。",
    )
    assert client.get(address, {"sort": "name"}).status_code == 200


def test_ties_follow_the_index_that_begins_with_the_column():
    rows = Enterprise.objects.all()
    assert order_of(rows, ["-above_scale"]).name == "-above_scale,-credit_code"
    assert order_of(rows, ["name"]).name == "name,id"
    assert order_of(rows, ["above_scale", "name"]).name == "above_scale,name,id"
