from __future__ import annotations

import pytest
from django.urls import reverse

from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.kernel.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return OrgUnit.objects.create(code="ld", name="娄底市", kind="city", division_code="4313")


@pytest.fixture
def chief(city, client):
    user = User.objects.create(username="chief", full_name="李主任", org_unit=city)
    Grant.objects.create(user=user, role="administrator", org_unit=city)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def test_an_administrator_lets_a_person_in(chief, city, client):
    values = {
        "code": "fgj",
        "name": "发展和改革委员会",
        "kind": "bureau",
        "parent": city.pk,
        "division_code": "",
    }
    assert client.post(reverse("orgunit-create"), values).status_code == 302
    bureau = OrgUnit.objects.get(code="fgj")
    person = {
        "username": "zhang",
        "full_name": "张科长",
        "org_unit": bureau.pk,
        "new_password": "Beginning-2024",
        "is_active": "on",
    }
    assert client.post(reverse("user-create"), person).status_code == 302
    zhang = User.objects.get(username="zhang")
    assert zhang.check_password("Beginning-2024")
    page = client.get(reverse("user-detail", args=["zhang"])).text
    assert reverse("grant-create") + f"?user={zhang.pk}" in page
    grant = {"user": zhang.pk, "org_unit": city.pk, "role": "analyst", "valid_from": "2024-01-01"}
    answer = client.post(reverse("grant-create"), grant, follow=True)
    assert "张科长" in answer.text
    given = Grant.objects.get(user=zhang)
    ended = client.post(reverse("grant-end", args=[given.pk]), {"last_day": "2024-01-31"})
    assert ended.status_code == 302
    assert not Grant.objects.get(user=zhang).is_in_force
    codes = set(AuditEvent.objects.values_list("action_code", flat=True))
    assert codes >= {
        "accounts.create_orgunit",
        "accounts.create_user",
        "accounts.grant_role",
        "accounts.end_grant",
    }


def test_a_person_needs_a_first_password(chief, city, client):
    person = {"username": "zhang", "org_unit": city.pk, "is_active": "on"}
    response = client.post(reverse("user-create"), person)
    assert response.status_code == 422
    assert "请为该用户设置初始密码。" in response.text
    weak = client.post(reverse("user-create"), person | {"new_password": "123"})
    assert weak.status_code == 422


def test_a_new_password_is_set_and_audited(chief, city, client):
    User.objects.create_user("zhang", password="First-2024-word", org_unit=city)
    values = {"username": "zhang", "org_unit": city.pk, "new_password": "Another-2024"}
    client.post(reverse("user-edit", args=["zhang"]), values)
    zhang = User.objects.get(username="zhang")
    assert zhang.check_password("Another-2024")
    assert not zhang.is_active
    assert AuditEvent.objects.filter(action_code="accounts.set_password").exists()


def test_an_organisation_needs_a_place_in_the_tree(chief, client):
    values = {"code": "x", "name": "无上级", "kind": "bureau"}
    response = client.post(reverse("orgunit-create"), values)
    assert response.status_code == 422
    assert "请选择上级机构。" in response.text


def test_other_roles_see_organisations_but_neither_people_nor_grants(city, client):
    reader = User.objects.create(username="reader", org_unit=city)
    Grant.objects.create(user=reader, role="leader", org_unit=city)
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("orgunit-list")).status_code == 200
    assert client.get(reverse("user-list")).status_code == 403
    assert client.get(reverse("grant-list")).status_code == 403
    assert client.get(reverse("user-detail", args=["reader"])).status_code == 404
    assert client.get(reverse("grant-detail", args=["abc"])).status_code == 404
    home = client.get(reverse("home")).text
    assert "系统管理" not in home
    assert "娄底市 (领导)" in home


@pytest.mark.parametrize("name", ["orgunit-list", "user-list", "grant-list"])
def test_lists_take_few_queries(chief, client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name)).status_code == 200
