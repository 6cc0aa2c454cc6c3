"""An officer of a bureau writes the figures of the indicators that the bureau owns."""

from __future__ import annotations

from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.models import Observation
from yuanheng.ledger.tests.reporting import grants_since


@pytest.fixture(scope="module")
def kept_world(kept_rows):
    from yuanheng.registry.tests.world import make_world

    with kept_rows():
        made = make_world()
        made.bureau = OrgUnit.objects.create(
            code="ld-tj", name="娄底市统计局", kind="bureau", parent=made.city
        )
        made.counter = User.objects.create(username="counter", org_unit=made.bureau)
        Grant.objects.create(user=made.counter, role="bureau_officer", org_unit=made.bureau)
        grants_since(made)
        return made


@pytest.fixture
def world(db, kept_world):
    return deepcopy(kept_world)


def test_they_write_what_their_bureau_owns(book):
    world = book.world
    book.many((world.zone, "revenue", "2024-07", 1e8), by=world.counter)
    assert Observation.objects.get().value == 1e8


@pytest.mark.parametrize("name", ["officer", "investor", "reader", "auditor", "nobody"])
def test_others_may_not(book, name):
    with pytest.raises(Refused):
        book.many((book.world.zone, "revenue", "2024-07", 1e8), by=getattr(book.world, name))


def test_not_the_indicators_of_another_bureau(book):
    with pytest.raises(Refused, match="用地面积"):
        book.many((book.world.zone, "land_area", "2024-07", 1e6), by=book.world.counter)


def test_not_beyond_the_area_that_the_bureau_looks_over(book):
    with pytest.raises(Refused, match="隆平"):
        book.many((book.world.elsewhere, "revenue", "2024-07", 1e8), by=book.world.counter)


def test_a_correction_needs_a_reason(book):
    world = book.world
    book.many((world.zone, "revenue", "2024-07", 1e8), by=world.counter)
    with pytest.raises(ValidationError):
        book.many((world.zone, "revenue", "2024-07", 2e8), by=world.counter)


def test_on_the_page_of_the_figure(book, client):
    world = book.world
    book(world.zone, "revenue", "2024-07", 1e8)
    book(world.zone, "land_area", "2024-07", 1e6)
    page = reverse("figure-passport", args=["park", "LSJ", "revenue", "2024-07"])
    write = reverse("figure-write", args=["park", "LSJ", "revenue", "2024-07"])
    other = reverse("figure-write", args=["park", "LSJ", "land_area", "2024-07"])
    client.force_login(world.analyst)
    assert write not in client.get(page).text
    assert client.post(write, {"value": "2"}).status_code == 403
    client.force_login(world.counter)
    assert write in client.get(page).text
    assert client.post(other, {"value": "2"}).status_code == 403
    client.post(write, {"value": "2"})  # no reason
    assert Observation.objects.filter(indicator__code="revenue").count() == 1
    client.post(write, {"value": "2", "reason": "年报核定"})
    assert Observation.objects.latest("pk").value == 2e8
    assert "年报核定" in client.get(page).text
