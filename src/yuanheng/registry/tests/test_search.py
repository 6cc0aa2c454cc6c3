"""The search: in a list and over everything; nobody finds what they may not see."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yuanheng.kernel.actions import archive_row, create_row, restore_row, update_row
from yuanheng.kernel.models import SearchEntry
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.search import finding
from yuanheng.kernel.search.index import index_if_empty, index_rows, reindex
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code


@pytest.fixture
def find(world, sign_in):
    def do(who, query, page="enterprise-list"):
        response = sign_in(getattr(world, who)).get(reverse(page), {"q": query})
        assert response.status_code == 200, response.text
        return [cells[1].text for cells in response.context["table"].rows]

    return do


STEEL, SEED = "冷水江钢铁有限公司", "隆平种业有限公司"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("钢铁", [STEEL]),
        ("江钢", [STEEL]),
        ("钢", [STEEL]),
        ("冷水江钢铁", [STEEL]),
        ("钢铁 冷水", [STEEL]),
        ("钢铁 隆平", []),
        ("铁钢", []),
        ("lsjgt", [STEEL]),
        ("LSJ", [STEEL]),
        ("gty", [STEEL]),
        ("zyy", [SEED]),
        ("g", [STEEL, SEED]),
        ("公司", [STEEL, SEED]),
        (credit_code(1), [STEEL]),
        (credit_code(1)[:10].lower(), [STEEL]),
        ("91431381", [STEEL]),
        ("99999999", []),
        ("%", []),
        ("_", []),
        ("'\" OR 1=1 --", []),
        ("（）", []),
    ],
)
def test_a_list_is_searched_by_word_code_and_initials(find, query, expected):
    assert sorted(find("root", query)) == sorted(expected)


def test_a_common_word_is_compared_row_by_row_with_the_same_result(find, monkeypatch):
    monkeypatch.setattr(finding, "FEW", 0)
    for sample in (1, 10**9):  # 1: everything is common; else the index is joined
        monkeypatch.setattr(finding, "_SAMPLE", sample)
        assert sorted(find("root", "有限公司")) == sorted([STEEL, SEED])
        assert find("root", "钢铁") == [STEEL]
        assert find("root", "gty") == [STEEL]
        assert find("analyst", "有限公司") == [STEEL]


def test_the_search_stays_inside_the_area(find):
    assert find("analyst", "种业") == []
    assert find("stranger", "种业") == [SEED]
    assert find("stranger", "lsj") == []


def test_every_write_keeps_the_index(world, find):
    made = create_row(
        acting_user=world.root,
        model=Enterprise,
        values={
            "credit_code": credit_code(77), "name": "资江新材料厂", "region": world.zone.region,
        },
    )  # fmt: skip
    assert find("root", "新材") == ["资江新材料厂"]
    made = update_row(acting_user=world.root, row=made, values={"name": "资江锑业厂"})
    assert find("root", "新材") == []
    assert find("root", "zjty") == ["资江锑业厂"]
    archive_row(acting_user=world.root, row=made, reason="注销")
    assert not SearchEntry.objects.get(register="enterprise", row_id=made.pk).is_current
    restore_row(acting_user=world.root, row=made)
    assert SearchEntry.objects.get(register="enterprise", row_id=made.pk).is_current


def test_a_park_is_found_by_a_new_name_of_its_committee(world, find):
    update_row(acting_user=world.root, row=world.committee, values={"name": "锑都管委会"})
    assert "冷水江经济开发区" in find("root", "锑都", "park-list")


def test_a_row_that_is_gone_leaves_the_index(world):
    pk = world.seed.pk
    Enterprise.objects.filter(pk=pk).delete()
    index_rows(Enterprise, [pk])
    assert not SearchEntry.objects.filter(register="enterprise", row_id=pk).exists()


def test_the_index_is_made_again_and_filled_when_it_is_empty(world):
    counts = reindex()
    assert (counts["enterprise"], counts["park"]) == (2, 3)
    assert not index_if_empty()
    SearchEntry.objects.all().delete()
    assert index_if_empty()


def test_masked_fields_are_in_no_index(world):
    Enterprise.objects.filter(pk=world.steel.pk).update(contact_name="欧阳某某")
    index_rows(Enterprise, [world.steel.pk])
    assert not SearchEntry.objects.filter(text__contains="欧阳").exists()
    resource = resource_for("user")
    assert "phone" not in resource.searched_fields


def hits(response):
    return {
        str(group.title): [hit.title for hit in group.hits] for group in response.context["groups"]
    }


def test_one_search_over_all_registers_best_first(world, sign_in, django_assert_max_num_queries):
    client = sign_in(world.root)
    with django_assert_max_num_queries(12):
        found = hits(client.get(reverse("search"), {"q": "冷水江"}))
    assert set(found["园区"]) == {"冷水江经济开发区", "冷水江经开区北区"}
    assert found["企业"] == [STEEL]
    assert found["区域"] == ["冷水江市"]
    text = client.get(reverse("search"), {"q": credit_code(1)}).text
    assert f'href="{reverse("enterprise-detail", args=[credit_code(1)])}"' in text
    assert "冷水江市 · 冷水江经济开发区" in text


def test_one_search_finds_by_initials_and_by_the_beginning_of_a_code(world, sign_in):
    client = sign_in(world.root)
    assert STEEL in hits(client.get(reverse("search"), {"q": "lsjgt"}))["企业"]
    assert hits(client.get(reverse("search"), {"q": "lpg"}))["园区"][0] == "隆平高科技园"


def test_one_search_shows_nothing_outside_the_area(world, sign_in, monkeypatch):
    analyst = sign_in(world.analyst)
    assert hits(analyst.get(reverse("search"), {"q": "隆平"})) == {}
    assert "没有找到与“隆平”相符的内容" in analyst.get(reverse("search"), {"q": "隆平"}).text
    assert hits(sign_in(world.nobody).get(reverse("search"), {"q": "冷水江"})) == {}
    # Also where other people's rows fill the first places.
    monkeypatch.setattr(finding, "_TIER", 1)
    analyst = sign_in(world.analyst)
    assert hits(analyst.get(reverse("search"), {"q": "有限公司"}))["企业"] == [STEEL]


def test_archived_rows_are_not_found_over_everything(world, sign_in):
    archive_row(
        acting_user=world.root, row=Enterprise.objects.get(name="隆平种业有限公司"), reason="注销"
    )
    archive_row(acting_user=world.root, row=Park.objects.get(code="LPG"), reason="撤销")
    assert "园区" not in hits(sign_in(world.root).get(reverse("search"), {"q": "隆平高科"}))


def test_the_search_box_stands_in_the_head_and_answers_in_parts(world, sign_in):
    client = sign_in(world.root)
    page = client.get(reverse("search")).text
    assert 'id="search-all"' in page
    assert "您要找什么？" in page
    part = client.get(reverse("search"), {"q": "冷水"}, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "data-hit" in part


@pytest.mark.parametrize("query", ["%00", "%ED%A0%80", "x" * 300])
def test_what_nobody_can_have_typed_is_refused(world, sign_in, query):
    response = sign_in(world.root).get(f"{reverse('search')}?q={query}")
    assert response.status_code == 400
