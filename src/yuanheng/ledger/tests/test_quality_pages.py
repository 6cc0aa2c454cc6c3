"""The pages of data quality: findings, remarks and flags, to whom and on what."""

from __future__ import annotations

import pytest

from yuanheng.ledger.models import CheckRule, FigureRemark

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def enter(client):
    def do(book, name):
        client.force_login(getattr(book.world, name), BACKEND)
        return client

    return do


@pytest.fixture
def july(book):
    zone = book.world.zone
    book.many(
        (zone, "scale_firms", "2024-07", 80), (zone, "firms", "2024-07", 71),
        (zone, "exports", "2024-07", 5e8),
    )  # fmt: skip
    common = {"severity": "explain", "valid_from": "2020-01-01", "operator": "<="}
    CheckRule.objects.create(
        code="in_firms", name="规上不多于入园", left="规模以上工业企业", right="入园企业", **common
    )
    CheckRule.objects.create(
        code="trade", name="出口不大于进出口", left="出口总额", right="进出口总额", **common
    )
    return book


def post(client, **values):
    given = {"kind": "park", "code": "LSJ", "indicator": "scale_firms", "period": "2024-07"}
    return client.post("/quality/remark/", given | values)


def test_findings_of_a_park_with_what_could_not_be_judged(july, enter):
    client = enter(july, "analyst")
    page = client.get("/quality/park/LSJ/?period=2024-07").text
    for word in ("80家", "71家", "须说明", "规上不多于入园", "无法判断", "进出口总额"):
        assert word in page, word
    assert "80家" not in client.get("/quality/park/LSJ/?period=2024-07&severity=block").text
    assert "80家" in client.get("/ledger/park/LSJ/scale_firms/2024-07/").text
    assert "请写成 2024" in client.get("/quality/park/LSJ/?period=七月").text


def test_the_overview_counts_by_park(july, enter):
    page = enter(july, "analyst").get("/quality/?period=2024-07").text
    assert "/quality/park/LSJ/?period=2024-07" in page
    assert "冷水江" not in enter(july, "stranger").get("/quality/?period=2024-07").text
    assert enter(july, "nobody").get("/quality/").status_code == 403


def test_a_remark_beside_a_finding_explains_it(july, enter):
    client = enter(july, "reporter")
    back = "/quality/park/LSJ/?period=2024-07"
    answer = post(client, comment="两家尚未办理入园手续", follow_up="on", back=back)
    assert answer.url == back
    page = client.get(back).text
    assert "两家尚未办理入园手续" in page
    assert "已说明" in page
    assert "两家尚未办理入园手续" in client.get("/quality/flagged/").text
    post(client, back="https://elsewhere.example/")
    assert "两家尚未办理入园手续" not in client.get("/quality/flagged/").text
    assert FigureRemark.objects.count() == 2
    assert answer.status_code == 302


def test_a_remark_never_leads_elsewhere_and_needs_words(july, enter):
    client = enter(july, "analyst")
    answer = post(client, back="https://elsewhere.example/")
    assert answer.url == "/ledger/park/LSJ/scale_firms/2024-07/"
    assert FigureRemark.objects.count() == 0
    assert post(client, comment="长" * 501).status_code == 302
    assert post(client, comment="甲\x00乙").status_code == 302
    assert FigureRemark.objects.count() == 0
    assert post(client, indicator="no_such", comment="一").status_code == 404
    assert post(client, period="2024-13", comment="一").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("reader", 403), ("stranger", 404),
                                             ("former", 404), ("nobody", 404)])  # fmt: skip
def test_who_may_not_remark(july, enter, who, status):
    client = enter(july, who)
    assert post(client, comment="不").status_code == status
    assert FigureRemark.objects.count() == 0
    if status == 403:  # who may look sees no form
        assert 'yh-remark"' not in client.get("/quality/park/LSJ/?period=2024-07").text


def test_the_pages_ask_few_questions(july, enter, django_assert_max_num_queries):
    client = enter(july, "analyst")
    client.force_login(july.world.analyst)  # as everybody signs in: grants and person in one query
    for address in (
        "/quality/?period=2024-07", "/quality/park/LSJ/?period=2024-07", "/quality/flagged/",
        "/completeness/?period=2024-07", "/target-tree/",
    ):  # fmt: skip
        client.get(address)
        with django_assert_max_num_queries(12, info=address):
            client.get(address)


def test_the_sample_rules_are_loaded_by_a_button(book, enter):
    client = enter(book, "root")
    assert "上期(入园企业)" in client.get("/check-rules/load/").text
    client.post("/check-rules/load/")
    assert CheckRule.objects.count() > 30
    assert "示例" in client.get("/check-rules/slip_unit/").text
    assert enter(book, "county_analyst").get("/check-rules/load/").status_code == 403
