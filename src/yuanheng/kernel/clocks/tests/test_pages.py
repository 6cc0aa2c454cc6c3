from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from yuanheng.kernel import clock as wall
from yuanheng.kernel.clocks import Step, Term, pause_clock, resume_clock, start_clock, tick
from yuanheng.kernel.clocks.tests.conftest import at, model
from yuanheng.kernel.models import CalendarDay, LightRule, Slip, TermRule

pytestmark = pytest.mark.django_db
TERM = Term(
    "test.answer",
    "答复企业诉求",
    days=5,
    clause="某办发〔2026〕1号",
    light="suqian",
    ladder=(Step(-1), Step(1, what="slip", colour="yellow")),
)


@pytest.fixture
def late(bureau, person):
    """Paused, resumed, reminded and late; today is two working days after the end."""
    with wall.stopped_at(at("2026-09-28 10:00")):
        clock = start_clock(acting_user=person, subject=bureau, term=TERM, responsible=bureau.pk)
    with wall.stopped_at(at("2026-09-29 10:00")):
        pause_clock(acting_user=person, clock=clock, reason="等待企业补正材料")
    with wall.stopped_at(at("2026-09-30 10:00")):
        resume_clock(acting_user=person, clock=clock)
    tick(at("2026-10-10 09:00"))
    tick(at("2026-10-14 09:00"))
    with wall.stopped_at(at("2026-10-14 10:00")):
        clock.refresh_from_db()
        yield clock


def _sign_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def chief(city):
    user = model("User").objects.create(username="chief", org_unit=city)
    model("Grant").objects.create(
        user=user, role="administrator", org_unit=city, valid_from=date(2020, 1, 1)
    )
    return user


@pytest.fixture
def stranger(db):
    elsewhere = model("OrgUnit").objects.create(code="else", name="别处", kind="bureau")
    user = model("User").objects.create(username="stranger", org_unit=elsewhere)
    model("Grant").objects.create(
        user=user, role="analyst", org_unit=elsewhere, valid_from="2020-01-01"
    )
    return user


def test_a_clocks_page_says_in_words_how_late_it_is_and_what_happened(late, person, client):
    page = _sign_in(client, person).get(reverse("clock-detail", args=[late.token])).text
    for words in (
        "2026-10-12",
        "已超期 2 个工作日",
        "计时中",
        "某办发〔2026〕1号",
        "等待企业补正材料",
        "到期日 2026-10-10 → 2026-10-12",
        "督〔2026〕1号",
        "通知：张科长",
        "红灯：已超期，至办结为止",
    ):
        assert words in page, words
    assert "已超期 2 个工作日" in client.get(reverse("clock-list")).text
    slip = Slip.objects.get()
    assert "督〔2026〕1号" in client.get(reverse("slip-list")).text
    assert "答复企业诉求 · 发改委" in client.get(reverse("slip-detail", args=[slip.token])).text
    paper = client.get(reverse("slip-print", args=[slip.token])).text
    assert "<td>发改委（收件人：张科长）</td>" in paper  # to the office, not to a list of people


def test_a_term_is_called_in_the_readers_language_and_an_offices_own_as_it_says(
    bureau, person, chief, client
):
    named = Term("test.sign", gettext_lazy("Clock"), days=5, light="deadline")
    with wall.stopped_at(at("2026-09-28 10:00")):
        with override("en"):  # whoever starts it reads English
            first = start_clock(
                acting_user=person, subject=bureau, term=named, responsible=bureau.pk
            )
        assert first.title == "期限"
        TermRule.objects.create(
            code="test.sign", title="三日签收", days=3, org_unit=bureau, valid_from="2020-01-01"
        )
        own = start_clock(acting_user=person, subject=bureau, term=named, responsible=bureau.pk)
        _sign_in(client, person)
        client.cookies["yuanheng_language"] = "en"
        page = client.get(reverse("clock-detail", args=[first.token])).text
        assert '<strong class="yh-clock-title">Clock</strong>' in page
        assert "Green light: within its deadline" in page
        listed = client.get(reverse("clock-list")).text
        assert "三日签收" in listed
        assert ">Clock</a>" in listed
        assert "三日签收" in client.get(reverse("clock-detail", args=[own.token])).text
        client.cookies["yuanheng_language"] = "zh-hans"
        assert ">期限</a>" in client.get(reverse("clock-list")).text


def test_a_list_of_many_clocks_asks_no_more_than_one_of_few(
    late, bureau, person, client, django_assert_max_num_queries
):
    for _ in range(30):
        start_clock(acting_user=person, subject=bureau, term=TERM, responsible=bureau.pk)
    _sign_in(client, person)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("clock-list")).status_code == 200


def test_clocks_of_another_organisation_are_not_there(late, stranger, client):
    _sign_in(client, stranger)
    assert client.get(reverse("clock-detail", args=[late.token])).status_code == 404
    assert client.get(reverse("slip-detail", args=[Slip.objects.get().token])).status_code == 404
    assert "答复企业诉求" not in client.get(reverse("clock-list")).text


def test_an_administrator_sets_a_term_and_a_wrong_ladder_is_explained(chief, city, client):
    _sign_in(client, chief)
    values = {
        "code": "test.answer",
        "title": "答复",
        "org_unit": city.pk,
        "counting": "working",
        "days": "3",
        "ladder": "-1 提醒 承办人\n三天后 督办单 承办人",
        "clause": "某文件",
        "valid_from": "2026-01-01",
        "valid_until": "",
    }
    answer = client.post(reverse("termrule-create"), values)
    assert answer.status_code == 422
    assert "第 2 行“三天后 督办单 承办人”：开头写天数" in answer.text
    assert not TermRule.objects.exists()
    values["ladder"] = "-1 提醒 承办人\n+3 督办单 上级 红色 每5天"
    assert client.post(reverse("termrule-create"), values).status_code == 302
    assert TermRule.objects.get().days == 3


def test_an_analyst_may_look_at_settings_and_not_change_them(person, client):
    _sign_in(client, person)
    for name in ("termrule", "calendarday", "calendaryear", "lightrule"):
        assert client.get(reverse(f"{name}-list")).status_code == 200
        assert client.post(reverse(f"{name}-create"), {}).status_code == 403
    assert client.post(reverse("light-copy", args=["suqian"])).status_code == 403


def test_a_published_rule_is_copied_and_tried_out(chief, client):
    _sign_in(client, chief)
    shipped = client.get(reverse("light-shipped")).text
    assert "银川 2025" in shipped
    assert "见于新闻或转载" in shipped
    answer = client.post(reverse("light-copy", args=["default"]), follow=True)
    assert "通用规则（建议）" in answer.text
    row = LightRule.objects.get()
    assert row.org_unit == chief.org_unit
    address = reverse("light-try", args=[row.token])
    tried = client.get(address, {"progress": "35", "planned": "50"}).text
    assert "黄灯：落后超过 10 个百分点（进度差 -15）" in tried
    assert "不能判断，缺：进度差" in client.get(address, {"progress": "35", "planned": ""}).text
    wrong = client.get(address, {"progress": "三成"})
    assert wrong.status_code == 422
    assert client.get(reverse("light-try", args=["no-such"])).status_code == 404


def test_a_faulty_rule_is_refused_with_the_place(chief, client):
    _sign_in(client, chief)
    values = {
        "code": "own",
        "name": "自定",
        "valid_from": "2026-01-01",
        "certainty": "O",
        "conditions": "红: 进度叉 < 0",
        "applies": "",
    }
    answer = client.post(reverse("lightrule-create"), values)
    assert answer.status_code == 422
    assert "第 1 行，第 1 个字符处" in answer.text
    values |= {"conditions": "红: 进度差 < 0", "applies": "总投资"}
    assert "适用范围" in client.post(reverse("lightrule-create"), values).text
    assert not LightRule.objects.exists()


def test_days_off_are_imported_from_a_table(chief, client, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    _sign_in(client, chief)
    text = (
        "日期,安排,节日,年度,依据\n"
        "2027-01-01,放假,元旦,2027,某通知\n"
        "2027/1/9,调休上班,元旦,2027,某通知\n"
        "2027-01-11,调休上班,元旦,2027,某通知\n"
        "下周一,放假,元旦,2027,某通知\n"
    )
    table = SimpleUploadedFile("放假.csv", text.encode())
    page = client.post(
        reverse("upload-create", args=["calendar_days"]), {"table": table}, follow=True
    )
    assert "调休上班日应是星期六或星期日" in page.text
    assert "“下周一”不是有效日期" in page.text
    address = page.redirect_chain[-1][0]
    client.post(address + "commit/", {"leave_out_faulty": "1"})
    assert [str(one.day) for one in CalendarDay.objects.order_by("day")] == [
        "2027-01-01",
        "2027-01-09",
    ]
    again = SimpleUploadedFile("放假.csv", text.replace("元旦", "新年").encode())
    page = client.post(
        reverse("upload-create", args=["calendar_days"]), {"table": again}, follow=True
    )
    client.post(page.redirect_chain[-1][0] + "commit/", {"leave_out_faulty": "1"})
    assert set(CalendarDay.objects.values_list("name", flat=True)) == {"新年"}
