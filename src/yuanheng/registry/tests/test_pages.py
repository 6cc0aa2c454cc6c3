from __future__ import annotations

import pytest
from django.urls import reverse

from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code

LISTS = ["region-list", "park-list", "enterprise-list"]


def details(world):
    return [
        reverse("region-detail", args=["431381"]),
        reverse("park-detail", args=[world.zone.code]),
        reverse("enterprise-detail", args=[world.steel.credit_code]),
    ]


@pytest.mark.parametrize("name", [*LISTS, "home", "upload-list", "user-list", "grant-list"])
def test_a_visitor_is_asked_to_sign_in(client, db, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["nobody", "former"])
def test_without_a_grant_in_force_a_list_is_refused_with_a_sentence(world, sign_in, name, who):
    response = sign_in(getattr(world, who)).get(reverse(name))
    assert response.status_code == 403
    assert "您没有查看此内容的权限。如有需要，请联系管理员授权。" in response.text


@pytest.mark.parametrize("who", ["nobody", "former", "stranger"])
def test_what_lies_outside_the_area_is_not_found(world, sign_in, who):
    client = sign_in(getattr(world, who))
    for address in details(world):
        response = client.get(address)
        assert response.status_code == 404, address
        assert "该页面不存在，或其内容不在您的管理范围内。" in response.text


@pytest.mark.parametrize("who", ["root", "analyst", "reader", "reporter"])
def test_what_lies_inside_is_shown(world, sign_in, who):
    client = sign_in(getattr(world, who))
    for address in details(world):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("sort", ["enterprise_count", "-enterprise_count"])
def test_parks_are_sorted_by_what_is_counted_for_each(world, sign_in, sort):
    response = sign_in(world.analyst).get(reverse("park-list"), {"sort": sort})
    assert response.status_code == 200
    assert "冷水江经济开发区" in response.text


def test_lists_hold_only_the_area(world, sign_in):
    client = sign_in(world.analyst)
    parks = client.get(reverse("park-list")).text
    assert "冷水江经济开发区" in parks
    assert "隆平高科技园" not in parks
    assert "12,345.50" in parks
    enterprises = client.get(reverse("enterprise-list")).text
    assert "冷水江钢铁" in enterprises
    assert "隆平种业" not in enterprises
    regions = client.get(reverse("region-list")).text
    assert "新化县" in regions
    assert "芙蓉区" not in regions


def test_a_committee_sees_its_parks_and_their_enterprises_and_where_it_lies(world, sign_in):
    client = sign_in(world.reporter)
    parks = client.get(reverse("park-list")).text
    assert "冷水江经开区北区" in parks
    assert "隆平高科技园" not in parks
    assert "冷水江钢铁" in client.get(reverse("enterprise-list")).text
    assert client.get(reverse("region-detail", args=["431381"])).status_code == 200
    assert client.get(reverse("region-detail", args=["431322"])).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_at_most_twelve_queries(world, sign_in, name, django_assert_max_num_queries):
    Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=credit_code(number),
            name=f"企业{number}",
            park=world.zone,
            region=world.zone.region,
        )
        for number in range(100, 160)
    )
    client = sign_in(world.analyst)
    with django_assert_max_num_queries(12):
        client.get(reverse(name) + "?region=4313")


def test_search_filter_sort_and_page_live_in_the_address(world, sign_in):
    client = sign_in(world.root)
    address = reverse("enterprise-list")

    def names(query: str) -> list[str]:
        table = client.get(f"{address}?{query}").context["table"]
        return [cells[1].text for cells in table.rows]

    assert names("q=钢铁") == ["冷水江钢铁有限公司"]
    assert names("q=钢铁+隆平") == []
    assert names("region=4301") == ["隆平种业有限公司"]
    assert names("park=LSJ") == ["冷水江钢铁有限公司"]
    assert names("above_scale=yes") == ["冷水江钢铁有限公司"]
    assert names("above_scale=none") == ["隆平种业有限公司"]
    assert names("rung=high_tech") == ["冷水江钢铁有限公司"]
    assert names("sort=-name") == list(reversed(names("sort=name")))
    assert names("page=99") == names("")


def test_missing_figures_sort_last_both_ways(world, sign_in):
    client = sign_in(world.root)
    for query in ("sort=land_area_mu", "sort=-land_area_mu"):
        table = client.get(reverse("park-list") + f"?{query}").context["table"]
        assert [cells[6].text for cells in table.rows] == ["12,345.50", "—", "—"]


def test_a_page_holds_at_most_two_hundred_rows(world, sign_in):
    client = sign_in(world.root)
    page = client.get(reverse("park-list") + "?rows=200").context["page"]
    assert page.paginator.per_page == 200
    refused = client.get(reverse("park-list") + "?rows=100000")
    assert refused.status_code == 400
    assert "每页可显示 20 / 50 / 100 / 200 条" in refused.text


def test_htmx_gets_the_rows_only_and_everybody_else_the_page(world, sign_in):
    client = sign_in(world.analyst)
    address = reverse("park-list") + "?region=4313"
    part = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "冷水江经济开发区" in part.text
    assert 'hx-swap-oob="true"' in part.text
    assert "HX-Request" in part.headers["Vary"]
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(address, headers=restored).text
    assert "<html" in client.get(address).text


def test_a_park_page_counts_and_names_its_sisters(world, sign_in):
    text = sign_in(world.reader).get(reverse("park-detail", args=["LSJ"])).text
    assert "同一管委会的其他园区" in text
    assert "冷水江经开区北区" in text
    assert "下属园区" in text
    assert "高新技术企业" in text


def test_a_search_without_hits_says_so(world, sign_in):
    text = sign_in(world.root).get(reverse("park-list") + "?q=没有这个").text
    assert "没有符合条件的记录" in text


def test_archived_rows_leave_the_lists_but_not_the_database(world, sign_in):
    Park.objects.filter(code="LSJ-2").update(archived_at="2024-01-01T00:00:00Z")
    client = sign_in(world.analyst)
    assert "冷水江经开区北区" not in client.get(reverse("park-list")).text
    assert "冷水江经开区北区" in client.get(reverse("park-list") + "?archived=1").text
    assert client.get(reverse("park-detail", args=["LSJ-2"])).status_code == 200
