"""Indicators are found by name, code and pinyin initials, with and without a script."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from yuanheng.ledger.queries.picking import picked


@pytest.mark.parametrize(
    ("query", "first"),
    [("营业收入", "revenue"), ("revenue", "revenue"), ("yysr", "revenue"), ("YYSR", "revenue"),
     ("主营", "revenue"), ("rkss", "tax_paid_in")],
)  # fmt: skip
def test_the_best_comes_first(book, query, first):
    assert picked(query)[0].code == first


def test_only_those_of_enterprises(book):
    assert "firms" not in {one.code for one in picked("", "enterprise", 1000)}
    assert picked("没有这个") == []


def test_several_are_chosen_without_a_script(book, client):
    client.force_login(book.world.analyst)
    page = client.get("/forms/new/").text
    assert 'data-picker="id_indicator_names"' in page
    assert reverse("indicator-pick") in page
    data = client.get("/indicators/pick/?format=json&q=yysr").json()
    assert data["rows"][0]["name"] == "营业收入"
    query = "back=/forms/new/&field=indicator_names&between=line&pick=revenue"
    page = client.get(f"/indicators/pick/?{query}&q=rkss").text
    assert 'value="revenue" checked' in page
    answer = client.get(f"/indicators/pick/?{query}&pick=tax_paid_in&done=1")
    found = parse_qs(urlsplit(answer.url).query)["indicator_names"]
    assert found == ["营业收入\n入库税收"]
    assert "营业收入\n入库税收" in client.get(answer.url).text
    outside = client.get("/indicators/pick/?back=https://evil.example/&pick=revenue&done=1")
    assert outside.status_code == 200
