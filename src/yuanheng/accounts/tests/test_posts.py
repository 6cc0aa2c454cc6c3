"""Deputising, change of post, and what an administrator may not give."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.accounts.actions import (
    create_org_unit,
    end_grant,
    grant_role,
    update_org_unit,
    update_user,
)
from yuanheng.accounts.models import Grant, OrgUnit, Post, User
from yuanheng.accounts.posts import change_post, deputise
from yuanheng.accounts.scope import place_of
from yuanheng.kernel import clock
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.policies import Refused

pytestmark = pytest.mark.django_db


def day(text: str):
    return clock.stopped_at(datetime.fromisoformat(f"{text}T04:00").replace(tzinfo=UTC))


def person(name: str, full_name: str, org_unit, role: str = "") -> User:
    user = User.objects.create(username=name, full_name=full_name, org_unit=org_unit, password="!")
    if role:
        Grant.objects.create(user=user, role=role, org_unit=org_unit, valid_from="2024-01-01")
    return user


@pytest.fixture
def tree():
    city = OrgUnit.objects.create(code="c", name="娄底市", kind="city", division_code="4313")
    county = OrgUnit.objects.create(
        code="lsj", name="冷水江市", kind="county", division_code="431381", parent=city
    )
    other = OrgUnit.objects.create(
        code="xh", name="新化县", kind="county", division_code="431322", parent=city
    )
    return {"city": city, "county": county, "other": other}


@pytest.fixture
def people(tree):
    return {
        "root": User.objects.create(username="root", is_superuser=True),
        "chief": person("chief", "市管理员", tree["city"], "administrator"),
        "county_chief": person("cc", "县管理员", tree["county"], "administrator"),
        "wang": person("wang", "王科长", tree["county"], "analyst"),
        "li": person("li", "李副科长", tree["county"]),
    }


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("today", "counts"),
    [("2024-05-31", False), ("2024-06-01", True), ("2024-06-10", True), ("2024-06-11", False)],
)
def test_a_deputy_has_the_roles_between_the_days(tree, people, today, counts):
    with day("2024-05-20"):
        given = deputise(
            acting_user=people["county_chief"],
            absent=people["wang"],
            deputy=people["li"],
            first_day=date(2024, 6, 1),
            last_day=date(2024, 6, 10),
            reason="王科长出差",
        )
    assert [(one.role, one.deputising_for) for one in given] == [("analyst", people["wang"])]
    with day(today):
        assert bool(place_of(again(people["li"]), {"analyst"})) is counts
        assert place_of(again(people["wang"]), {"analyst"})
    event = AuditEvent.objects.get(action_code="accounts.deputise")
    assert event.reason == "王科长出差"


def test_deputising_needs_a_reason_a_role_and_another_person(tree, people):
    words = {"first_day": date(2024, 6, 1), "last_day": date(2024, 6, 10)}
    chief, wang, li = people["county_chief"], people["wang"], people["li"]
    with pytest.raises(ValidationError, match="请填写原因"):
        deputise(acting_user=chief, absent=wang, deputy=li, reason=" ", **words)
    with pytest.raises(ValidationError, match="不能是被代理人本人"):
        deputise(acting_user=chief, absent=wang, deputy=wang, reason="x", **words)
    with pytest.raises(ValidationError, match="没有可由他人代理的角色"):
        deputise(acting_user=chief, absent=li, deputy=wang, reason="x", **words)
    with pytest.raises(ValidationError, match="截止日期早于开始日期"):
        deputise(
            acting_user=chief,
            absent=wang,
            deputy=li,
            first_day=date(2024, 6, 2),
            last_day=date(2024, 6, 1),
            reason="x",
        )


def test_a_deputy_gets_no_more_than_the_one_who_appoints_may_give(tree, people):
    words = {"first_day": date(2024, 6, 1), "last_day": date(2024, 6, 10), "reason": "出差"}
    with pytest.raises(Refused):
        deputise(acting_user=people["wang"], absent=people["wang"], deputy=people["li"], **words)
    with pytest.raises(Refused):  # the city's administrator is above the county's
        deputise(
            acting_user=people["county_chief"],
            absent=people["chief"],
            deputy=people["li"],
            **words,
        )
    with pytest.raises(Refused, match="不能给自己授权"), day("2024-06-01"):
        deputise(
            acting_user=people["county_chief"],
            absent=people["wang"],
            deputy=people["county_chief"],
            **words,
        )


def test_a_change_of_post_ends_and_begins_on_consecutive_days(tree, people):
    wang = people["wang"]
    Post.objects.create(user=wang, org_unit=tree["county"], title="科长", valid_from="2024-01-01")
    with day("2024-06-20"):
        move = change_post(
            acting_user=people["chief"],
            user=wang,
            org_unit=tree["other"],
            title="副局长",
            role="leader",
            last_day=date(2024, 6, 30),
            reason="干部交流",
        )
    assert (move.given[0].post, str(move.post)) == (move.post, "王科长 · 新化县副局长")
    with day("2024-06-30"):
        assert place_of(again(wang), {"analyst"}).org_unit_ids == {tree["county"].pk}
        assert not place_of(again(wang), {"leader"})
        assert Post.objects.in_force().get().title == "科长"
    with day("2024-07-01"):
        assert not place_of(again(wang), {"analyst"})
        assert place_of(again(wang), {"leader"}).org_unit_ids == {tree["other"].pk}
        assert Post.objects.in_force().get().title == "副局长"
    assert Grant.objects.filter(user=wang).count() == 2
    assert again(wang).org_unit == tree["other"]


def test_a_change_of_post_reaches_no_farther_than_the_administrator(tree, people):
    with pytest.raises(Refused):
        change_post(
            acting_user=people["county_chief"],
            user=people["wang"],
            org_unit=tree["other"],
            title="副局长",
            role="leader",
            last_day=date(2024, 6, 30),
            reason="x",
        )
    assert Grant.objects.get(user=people["wang"]).valid_until is None


def test_an_administrator_cannot_give_beyond_their_own(tree, people):
    chief = people["county_chief"]
    with pytest.raises(Refused):  # above
        grant_role(
            acting_user=chief, user=people["li"], org_unit=tree["city"], role="administrator"
        )
    with pytest.raises(Refused):  # beside
        grant_role(acting_user=chief, user=people["li"], org_unit=tree["other"], role="leader")
    with pytest.raises(Refused, match="不能给自己授权"):
        grant_role(acting_user=chief, user=chief, org_unit=tree["county"], role="analyst")
    with pytest.raises(Refused, match="审计员也监督本单位管理员"):
        grant_role(acting_user=chief, user=people["li"], org_unit=tree["county"], role="auditor")
    grant_role(
        acting_user=people["chief"], user=people["li"], org_unit=tree["county"], role="auditor"
    )
    with pytest.raises(Refused):  # an analyst gives nothing
        grant_role(
            acting_user=people["wang"], user=people["li"], org_unit=tree["county"], role="analyst"
        )


def test_the_password_of_a_person_with_a_role_elsewhere_is_out_of_reach(tree, people):
    Grant.objects.create(user=people["wang"], role="administrator", org_unit=tree["city"])
    with pytest.raises(Refused, match="还有角色"):
        update_user(
            acting_user=people["county_chief"],
            user=people["wang"],
            values={},
            new_password="Long-enough-1",
        )
    update_user(
        acting_user=people["chief"], user=people["wang"], values={}, new_password="Long-enough-1"
    )


def test_a_territory_ends_where_the_administrators_ends(tree, people):
    chief = people["county_chief"]
    with pytest.raises(ValidationError, match="43超出您管理的辖区"):
        update_org_unit(
            acting_user=chief,
            org_unit=tree["county"],
            values={"parent": tree["city"], "division_code": "43"},
        )
    values = {"code": "x", "name": "x", "kind": "bureau", "parent": tree["county"]}
    with pytest.raises(ValidationError, match="超出您管理的辖区"):
        create_org_unit(acting_user=chief, values=values | {"division_code": "431322"})
    create_org_unit(acting_user=chief, values=values | {"division_code": "431381001"})


def test_a_grant_is_ended_not_lengthened(tree, people):
    grant = Grant.objects.get(user=people["wang"])
    end_grant(acting_user=people["chief"], grant=grant, last_day=date(2024, 6, 30))
    with pytest.raises(ValidationError, match="不能延后"):
        end_grant(acting_user=people["chief"], grant=grant, last_day=date(2025, 6, 30))


def test_roles_suit_the_kind_of_organisation(tree, people):
    firm = OrgUnit.objects.create(code="f", name="钢厂", kind="enterprise", parent=tree["county"])
    give = {"acting_user": people["chief"], "user": people["li"]}
    with pytest.raises(ValidationError, match="企业用户只能授予类型为“企业”的机构"):
        grant_role(org_unit=tree["county"], role="enterprise_user", **give)
    with pytest.raises(ValidationError, match="只能授予“企业用户”角色"):
        grant_role(org_unit=firm, role="analyst", **give)


@pytest.fixture
def sign_in(client):
    def do(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return do


def test_the_pages_of_deputising_and_change_of_post(tree, people, sign_in):
    client = sign_in(people["chief"])
    page = client.get(reverse("user-detail", args=["wang"])).text
    assert "代理" in page
    assert "岗位变动" in page
    today = clock.today().isoformat()
    values = {"deputy": people["li"].pk, "first_day": today, "last_day": today, "reason": "出差"}
    address = reverse("user-deputise", args=["wang"])
    assert "请填写原因" in client.post(address, values | {"reason": ""}).text
    answer = client.post(address, values, follow=True)
    assert "李副科长代理王科长至" in answer.text
    grant = Grant.objects.get(user=people["li"])
    assert "王科长" in client.get(reverse("grant-detail", args=[grant.pk])).text
    values = {
        "org_unit": tree["other"].pk,
        "title": "副局长",
        "role": "leader",
        "last_day": today,
        "reason": "干部交流",
    }
    answer = client.post(reverse("user-change-post", args=["wang"]), values, follow=True)
    assert "王科长 · 新化县副局长，自" in answer.text
    assert client.get(reverse("post-list")).status_code == 200
    refused = sign_in(people["li"]).get(address)
    assert refused.status_code == 404


def test_the_audit_log_shows_what_ones_own_people_did(tree, people, sign_in):
    auditor = person("audit", "审计员", tree["county"], "auditor")
    with clock.stopped_at(datetime(2024, 6, 3, 4, tzinfo=UTC)):
        grant_role(
            acting_user=people["county_chief"],
            user=people["li"],
            org_unit=tree["county"],
            role="leader",
        )
    update_user(
        acting_user=people["county_chief"], user=people["li"], values={"phone": "13800000000"}
    )
    record_export(
        acting_user=people["wang"],
        resource=User,
        query="q=王",
        rows=3,
        sha256="f" * 64,
        format="csv",
    )
    grant_role(
        acting_user=people["root"], user=people["wang"], org_unit=tree["other"], role="leader"
    )
    client = sign_in(auditor)
    page = client.get(reverse("auditevent-list")).text
    assert "县管理员" in page
    assert "王科长" in page
    assert page.count("授予角色") >= 1
    assert "root" not in page
    shown = client.get(reverse("auditevent-list") + "?action=export").text
    assert "已导出" in shown
    assert "/audit-log/?action=export" in page
    only = client.get(reverse("auditevent-list") + "?from=2024-06-03&until=2024-06-03").text
    assert "李副科长 · 领导" in only
    assert client.get(reverse("auditevent-list") + "?from=nonsense").status_code == 400
    event = AuditEvent.objects.get(action_code="accounts.update_user")
    detail = client.get(reverse("auditevent-detail", args=[event.pk])).text
    assert "13800000000" in detail
    assert event.hash in detail
    assert "命令行" in detail
    assert f'href="{reverse("user-detail", args=["li"])}"' in detail
    foreign = AuditEvent.objects.get(acting_user=people["root"])
    assert client.get(reverse("auditevent-detail", args=[foreign.pk])).status_code == 404
    assert sign_in(people["wang"]).get(reverse("auditevent-list")).status_code == 403
    assert sign_in(people["chief"]).get(reverse("auditevent-list")).status_code == 200


def test_a_request_is_recorded_with_its_address(tree, people, sign_in, settings):
    client = sign_in(people["chief"])
    values = {"code": "n", "name": "新机构", "kind": "bureau", "parent": tree["city"].pk}
    client.post(reverse("orgunit-create"), values, REMOTE_ADDR="192.0.2.9")
    assert AuditEvent.objects.get().address == "192.0.2.9"
    settings.TRUSTED_PROXIES = 1
    forwarded = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 198.51.100.4", "REMOTE_ADDR": "127.0.0.1"}
    client.post(reverse("orgunit-create"), values | {"code": "m"}, **forwarded)
    assert AuditEvent.objects.order_by("pk").last().address == "198.51.100.4"
