"""Indicators are found by name, code and pinyin initials, with and without a script."""

from __future__ import annotations

import re

import pytest

from yuanheng.ledger.actions import load_check_rules
from yuanheng.ledger.models import Form
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
    address = "/indicators/pick/?back=/forms/new/&field=indicator_names&kind_field=asks"
    assert address.replace("&", "&amp;") in page.replace("%2F", "/")
    data = client.get("/indicators/pick/?format=json&q=yysr").json()
    assert data["rows"][0]["name"] == "营业收入"
    typed = {"title": "七月\n月报", "indicator_names": "营业收入", "due_days": "x", "asks": "park",
             "only_above_scale": "on"}  # fmt: skip
    page = client.post(address, {**typed, "q": "rkss", "pick": ["exports"]}).text
    assert 'value="exports" checked' in page
    assert 'value="tax_paid_in"' in page
    hidden = dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.S))
    assert hidden == typed
    picks = ["tax_paid_in", "revenue"]
    back = client.post("/forms/new/", {**hidden, "pick": picks, "_returned": "indicator_names"})
    assert back.status_code == 200
    assert "营业收入\n入库税收</textarea>" in back.text  # what is there isn't added again
    assert 'name="due_days" value="x"' in back.text  # kept as typed, not judged yet
    assert "is-invalid" not in back.text
    assert re.search(r'name="only_above_scale"[^>]* checked', back.text)
    left = client.post("/forms/new/", {**hidden, "pick": picks, "_returned": "1"}).text
    assert "入库税收</textarea>" not in left
    outside = client.post("/indicators/pick/?back=https://evil.example/&field=left", typed)
    assert 'formaction="https' not in outside.text
    assert not Form.objects.exists()


def test_a_rule_that_is_changed_keeps_what_was_typed(book, client):
    client.force_login(book.world.root)
    load_check_rules(acting_user=book.world.root)
    address = "/check-rules/slip_unit/edit/"
    page = client.get(address).text
    seen = re.search(r'name="_seen" value="([^"]+)"', page)[1]
    typed = {"name": "新名", "left": "营业收入", "_seen": seen, "pick": "exports"}
    page = client.post(address, {**typed, "_returned": "left"}).text
    assert "新名" in page
    assert "营业收入、外贸出口额" in page or "营业收入、" in page
    assert f'name="_seen" value="{seen}"' in page
    client.force_login(book.world.county_analyst)
    assert client.post(address, {**typed, "_returned": "left"}).status_code in (403, 404)
