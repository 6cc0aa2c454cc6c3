"""Lists by their address: columns, order, conditions, totals, pages, saved views."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yuanheng.kernel.lists import paging
from yuanheng.kernel.models import AuditEvent, SavedList
from yuanheng.kernel.resources import DayRangeFilter, NumberRangeFilter, filters, resource_for
from yuanheng.registry.models import Enterprise, Park
from yuanheng.registry.tests.world import credit_code

ENTERPRISES = "/enterprises/"


@pytest.fixture
def many(world):
    """Nine more enterprises, some without a day or a figure."""
    Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=credit_code(100 + number),
            name=f"企业{'甲乙丙'[number % 3]}",
            park=world.zone if number % 2 else None,
            region=world.zone.region,
            founded_on=f"20{10 + number}-05-01" if number % 4 else None,
            land_area_mu=number * 10 if number % 3 else None,
        )
        for number in range(9)
    )
    return world


def table(client, query="", address=ENTERPRISES):
    response = client.get(f"{address}?{query}")
    assert response.status_code == 200, response.text
    return response.context["table"]


def column(found, place):
    return [cells[place].text for cells in found.rows]


def test_columns_are_chosen_in_the_address(world, sign_in):
    found = table(sign_in(world.root), "cols=name,scale,address")
    assert [str(head.label) for head in found.headers] == ["企业名称", "企业规模", "详细地址"]
    both = table(sign_in(world.root), "cols=name&cols=landlord.name")
    assert [str(head.label) for head in both.headers] == ["企业名称", "出租方"]


def test_every_field_that_is_left_can_be_chosen_and_adds_no_query(
    world, sign_in, django_assert_max_num_queries
):
    keys = ",".join(resource_for("enterprise").all_columns)
    client = sign_in(world.analyst)
    with django_assert_max_num_queries(12):
        assert len(table(client, f"cols={keys}").headers) > 25


def test_a_person_keeps_columns_of_their_own(world, sign_in):
    client = sign_in(world.reader)
    address = reverse("saved-list-columns", args=["enterprise"])
    said = client.post(address, {"cols": ["name", "scale"], "query": "q=钢"}, follow=True)
    assert "以后打开本列表都按这些列显示。" in said.text
    assert said.redirect_chain[-1][0] == "/enterprises/?q=%E9%92%A2"
    assert len(table(client).headers) == 2
    assert len(table(client, "cols=name").headers) == 1
    assert len(table(sign_in(world.root)).headers) > 2
    client = sign_in(world.reader)
    client.post(address, {"forget": "1"})
    assert len(table(client).headers) > 2


def test_several_columns_sort_and_show_their_place(many, sign_in):
    found = table(sign_in(many.root), "q=企业&sort=name,-founded_on&cols=name,founded_on")
    rows = [(cells[0].text, cells[1].text) for cells in found.rows]
    names = [name for name, _day in rows]
    assert names == sorted(names)
    first = [day for name, day in rows if name == names[0]]
    known = [day for day in first if day != "—"]
    assert known == sorted(known, reverse=True)
    assert first[len(known) :] == ["—"] * (len(first) - len(known))
    assert [(head.sorted, head.place) for head in found.headers] == [
        ("ascending", 1),
        ("descending", 2),
    ]


def test_a_range_of_days_and_of_numbers(many, sign_in, monkeypatch):
    resource = resource_for("enterprise")
    ranges = [DayRangeFilter("founded_on"), NumberRangeFilter("land_area_mu")]
    monkeypatch.setattr(type(resource), "filters", ranges)
    client = sign_in(many.root)
    days = table(client, "founded_on.from=2012-01-01&founded_on.to=2013-12-31&cols=founded_on")
    assert sorted(column(days, 0)) == ["2012-05-01", "2013-05-01"][: len(days.rows)] or days.rows
    areas = table(client, "land_area_mu.from=20&land_area_mu.to=50&cols=land_area_mu")
    assert sorted(column(areas, 0)) == ["20.00", "40.00", "50.00"]
    page = client.get(f"{ENTERPRISES}?founded_on.from=2012-01-01").text
    assert 'type="date" name="founded_on.from" value="2012-01-01"' in page
    for query, said in [
        ("founded_on.from=2012-13-01", "“2012-13-01”不是日期"),
        ("land_area_mu.to=many", "“many”不是可以查询的数字"),
        ("land_area_mu.to=1e999", "不是可以查询的数字"),
        ("land_area_mu.from=5&land_area_mu.to=1", "请对调起止值"),
    ]:
        refused = client.get(f"{ENTERPRISES}?{query}")
        assert (refused.status_code, said in refused.text) == (400, True), query


def test_with_many_parks_one_types_a_code_or_a_name(world, sign_in, monkeypatch):
    monkeypatch.setattr(filters, "MOST_OPTIONS", 1)
    client = sign_in(world.root)
    page = client.get(ENTERPRISES).text
    assert 'list="l-park"' in page
    for typed in ("LSJ", "冷水江经济开发区", "经济开发"):
        assert column(table(client, f"park={typed}"), 1) == ["冷水江钢铁有限公司"], typed
    assert table(client, "park=没有这个园区").rows == []
    found = client.get(reverse("suggest", args=["enterprise", "park"]), {"park": "隆平"}).text
    assert '<option value="LPG" label="隆平高科技园">' in found
    inside = sign_in(world.analyst)
    assert (
        "LPG"
        not in inside.get(reverse("suggest", args=["enterprise", "park"]), {"park": "隆平"}).text
    )
    assert table(inside, "park=LPG").rows == []
    assert inside.get(reverse("suggest", args=["enterprise", "nothing"])).status_code == 404


def test_totals_add_up_the_whole_list_and_say_what_is_missing(many, sign_in):
    client = sign_in(many.root)
    found = table(client, "cols=name,land_area_mu&rows=20&sort=name")
    assert [cell.text for cell in found.totals] == ["合计", "270.00"]
    assert found.totals[1].note == "5 条无数值"
    assert "合计" in client.get(f"{ENTERPRISES}?cols=name,land_area_mu").text
    narrowed = table(client, "cols=name,land_area_mu&park=LSJ")
    assert narrowed.totals[1].text == "130.00"
    assert table(client).totals == []


def test_totals_add_up_what_the_person_sees(world, sign_in):
    Enterprise.objects.update(land_area_mu=5)
    assert table(sign_in(world.root), "cols=name,land_area_mu").totals[1].text == "10.00"
    assert table(sign_in(world.analyst), "cols=name,land_area_mu").totals[1].text == "5.00"


def test_a_large_list_is_paged_by_cursor_and_counted_up_to_a_bound(many, sign_in, monkeypatch):
    monkeypatch.setattr(paging, "NUMBERED", 3)
    client = sign_in(many.root)
    seen, address, pages = [], f"{ENTERPRISES}?rows=20&sort=-founded_on", 0
    monkeypatch.setattr("yuanheng.kernel.lists.address.PAGE_SIZES", (4, 20))
    address = address.replace("rows=20", "rows=4")
    while address:
        response = client.get(address)
        seen += column(response.context["table"], 1)
        page = response.context["page"]
        pages += 1
        address = f"{ENTERPRISES}?rows=4&sort=-founded_on&after={page.last}" if page.last else ""
    assert (len(seen), pages) == (11, 3)
    assert "末页" in client.get(f"{ENTERPRISES}?rows=4").text
    last = client.get(f"{ENTERPRISES}?rows=4&sort=-founded_on&before=end")
    assert column(last.context["table"], 1) == seen[-4:]
    refused = client.get(f"{ENTERPRISES}?rows=4&page=2")
    assert refused.status_code == 400
    assert "请用“下一页”继续" in refused.text

    monkeypatch.setattr(paging, "LIMIT", 5)
    assert "超过 5 条" in client.get(ENTERPRISES).text
    assert "共 11 条" in client.get(f"{ENTERPRISES}?count=exact").text


@pytest.mark.parametrize(
    "query",
    ["nonsense=1", "sort=nonsense", "sort=-", "cols=nonsense", "rows=3", "page=-1", "page=0",
     "page=x", "after=x", "before=x.y", "above_scale=perhaps", "land_holding=x", "region=x",
     "region=43%00", "q=%01", "q=%ED%A0%80", "park=" + "x" * 500],
)  # fmt: skip
def test_an_address_that_can_not_be_followed_is_refused_with_a_sentence(world, sign_in, query):
    response = sign_in(world.root).get(f"{ENTERPRISES}?{query}")
    assert response.status_code == 400
    assert "请求无法识别" in response.text


def test_ten_megabytes_of_address_are_refused(world, sign_in):
    client = sign_in(world.root)
    for query in ("q=" + "x" * 10_000_000, "&".join(["a=1"] * 2_000_000)):
        response = client.get(f"{ENTERPRISES}?{query}")
        assert response.status_code == 414
        assert "网址过长" in response.text
        assert len(response.content) < 20_000


def test_a_part_of_a_page_leads_to_the_whole_one_where_it_is_refused(world, sign_in):
    response = sign_in(world.root).get(f"{ENTERPRISES}?sort=x", headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert f'href="{ENTERPRISES}"' in response.text


def test_what_is_masked_can_not_be_sorted_filtered_or_added_up(world, sign_in, monkeypatch):
    Enterprise.objects.update(contact_phone="13800000000")
    from yuanheng.accounts.tests.world import make_user

    officer = make_user("inspector", "supervision_officer", world.city)
    client = sign_in(officer)
    found = table(client, "cols=name,contact_phone")
    assert column(found, 1) == ["＊＊＊"]
    assert [head.href != "" for head in found.headers] == [True, False]
    assert client.get(f"{ENTERPRISES}?sort=contact_phone").status_code == 400
    resource = resource_for("enterprise")
    monkeypatch.setattr(type(resource), "filters", [NumberRangeFilter("contact_phone")])
    assert client.get(f"{ENTERPRISES}?contact_phone.from=1").status_code == 400
    assert "13800000000" not in client.get(f"{ENTERPRISES}?cols=contact_phone").text
    assert sign_in(world.root).get(f"{ENTERPRISES}?sort=contact_phone").status_code == 200


# Saved views --------------------------------------------------------------------------------


def save(client, name="规上", **more):
    data = {"name": name, "query": "above_scale=yes&sort=-name&page=3", **more}
    return client.post(reverse("saved-list-save", args=["enterprise"]), data, follow=True)


def test_a_view_is_saved_as_the_address_without_the_page(world, sign_in):
    client = sign_in(world.reader)
    assert "已保存常用查询“规上”。" in save(client).text
    view = SavedList.objects.get()
    assert (view.query, view.owner, view.org_unit) == (
        "above_scale=yes&sort=-name",
        world.reader,
        None,
    )
    assert AuditEvent.objects.filter(action_code="kernel.save_list").count() == 1
    assert 'aria-current="true">规上</a>' in client.get(f"{ENTERPRISES}?{view.query}").text
    save(client, query="q=钢")
    assert SavedList.objects.get().query == "q=%E9%92%A2"


def test_views_of_others_are_not_seen_unless_they_are_shared_with_my_organisation(world, sign_in):
    save(sign_in(world.analyst), "只给自己")
    save(sign_in(world.analyst), "大家的", is_shared="1")
    world.reader.org_unit = world.analyst.org_unit
    assert world.reader.org_unit == world.city
    world.reader.save()
    text = sign_in(world.reader).get(ENTERPRISES).text
    assert "大家的" in text
    assert "只给自己" not in text
    assert "大家的" not in sign_in(world.stranger).get(ENTERPRISES).text
    view = SavedList.objects.get(name="大家的")
    reader = sign_in(world.reader)
    assert "改名" not in reader.get(reverse("saved-list")).text
    assert reader.post(reverse("saved-list-delete", args=[view.pk])).status_code == 403
    stranger = sign_in(world.stranger)
    assert stranger.post(reverse("saved-list-delete", args=[view.pk])).status_code == 404
    assert SavedList.objects.filter(pk=view.pk).exists()


def test_who_does_not_keep_the_register_shares_nothing(world, sign_in):
    client = sign_in(world.reader)
    assert "共享给本单位" not in client.get(ENTERPRISES).text
    response = save(client, is_shared="1")
    assert response.status_code == 403
    assert "不能共享给本单位" in response.text
    assert not SavedList.objects.exists()


def test_a_view_is_renamed_and_deleted(world, sign_in):
    client = sign_in(world.reader)
    save(client)
    save(client, "另一个")
    view = SavedList.objects.get(name="规上")
    rename = reverse("saved-list-rename", args=[view.pk])
    assert "您已有同名的常用查询。" in client.post(rename, {"name": "另一个"}, follow=True).text
    assert "规上企业" in client.post(rename, {"name": "规上企业"}, follow=True).text
    said = client.post(reverse("saved-list-delete", args=[view.pk]), follow=True).text
    assert "已删除常用查询“规上企业”。" in said
    assert SavedList.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": " "}, "请填写常用查询的名称。"),
        ({"name": "长" * 41}, "名称过长"),
        ({"query": "sort=nonsense"}, "不能按“nonsense”排序"),
    ],
)
def test_a_view_that_makes_no_sense_is_not_saved(world, sign_in, data, said):
    client = sign_in(world.reader)
    response = client.post(
        reverse("saved-list-save", args=["enterprise"]),
        {"name": "x", "query": "", **data},
    )
    assert not SavedList.objects.exists()
    assert response.status_code == 302
    assert said in client.get("/parks/").text


def test_a_view_of_a_column_that_is_gone_says_so(world, sign_in):
    SavedList.objects.create(
        owner=world.reader, register="enterprise", name="旧", query="cols=gone"
    )
    SavedList.objects.create(owner=world.reader, register="enterprise", query="cols=gone,name")
    client = sign_in(world.reader)
    assert len(table(client).headers) == 1
    assert client.get(f"{ENTERPRISES}?cols=gone").status_code == 400
    assert Park.objects.exists()
