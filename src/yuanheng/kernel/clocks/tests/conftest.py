from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps


def model(name: str):
    """A model of ``accounts``, which the kernel does not import."""
    return apps.get_model("accounts", name)


SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A local moment: ``2026-09-28 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def city(db):
    return model("OrgUnit").objects.create(
        code="city", name="娄底市", kind="city", division_code="4313"
    )


@pytest.fixture
def bureau(city):
    return model("OrgUnit").objects.create(code="fgj", name="发改委", kind="bureau", parent=city)


@pytest.fixture
def person(bureau):
    """Works in the bureau."""
    user = model("User").objects.create(username="zhang", full_name="张科长", org_unit=bureau)
    model("Grant").objects.create(
        user=user, role="analyst", org_unit=bureau, valid_from="2020-01-01"
    )
    return user


@pytest.fixture
def leader(city):
    """Leads the city."""
    user = model("User").objects.create(username="li", full_name="李副市长", org_unit=city)
    model("Grant").objects.create(user=user, role="leader", org_unit=city, valid_from="2020-01-01")
    return user
