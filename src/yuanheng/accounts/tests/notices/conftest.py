from __future__ import annotations

from types import SimpleNamespace

import pytest

from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.accounts.tests.notices.receiver import SECRET, receiver
from yuanheng.kernel.notices.actions import open_channel

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def office(settings):
    """A city with its administrator, a committee under it with two people, another city."""
    settings.NOTICE_LOOPBACK = True
    settings.SITE_ADDRESS = "https://park.example"
    city = OrgUnit.objects.create(code="ld", name="娄底市", kind="city", division_code="4313")
    other = OrgUnit.objects.create(code="cs", name="长沙市", kind="city", division_code="4301")
    committee = OrgUnit.objects.create(code="gwh", name="管委会", kind="committee", parent=city)
    chief = User.objects.create(username="chief", full_name="李主任", org_unit=city)
    Grant.objects.create(user=chief, role="administrator", org_unit=city)
    stranger = User.objects.create(username="stranger", full_name="陈主任", org_unit=other)
    Grant.objects.create(user=stranger, role="administrator", org_unit=other)
    wang = User.objects.create(
        username="wang", full_name="王敏", org_unit=committee, email="wang@example.cn"
    )
    liu = User.objects.create(username="liu", full_name="刘芳", org_unit=committee)
    Grant.objects.create(user=wang, role="leader", org_unit=committee)
    return SimpleNamespace(
        city=city,
        other=other,
        committee=committee,
        chief=chief,
        stranger=stranger,
        wang=wang,
        liu=liu,
    )


@pytest.fixture
def robot():
    with receiver() as told:
        yield told


@pytest.fixture
def channel(office, robot):
    """Opens a channel of the city that leads to the receiver."""

    def opened(kind="dingtalk", **values):
        given = {
            "name": f"{kind} 群",
            "kind": kind,
            "org_unit": office.city,
            "address": robot.address,
            "secret": SECRET,
            "wanted": "",
            **values,
        }
        return open_channel(acting_user=office.chief, values=given)

    return opened


@pytest.fixture
def sign_in(client):
    def signed(user):
        client.force_login(user, backend=BACKEND)
        return client

    return signed
