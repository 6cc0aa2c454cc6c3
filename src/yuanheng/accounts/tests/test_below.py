"""What lies under an organisation, and short lists in one round, as the database says it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from yuanheng.accounts.models import OrgUnit
from yuanheng.kernel.counting import Different, count_together, read_together

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    made = OrgUnit.objects.create(code="4313", name="娄底市", kind="city", division_code="4313")
    county = OrgUnit.objects.create(
        code="431381", name="冷水江市", kind="county", division_code="431381", parent=made
    )
    OrgUnit.objects.create(code="431381-GXJ", name="工信局", kind="bureau", parent=county)
    OrgUnit.objects.create(code="4301", name="长沙市", kind="city", division_code="4301")
    return made


def test_below_is_the_same_as_the_descendants(city):
    for one in OrgUnit.objects.all():
        tree = OrgUnit.objects.descendants(one, include_self=True)
        assert set(OrgUnit.objects.below(one.pk, "division_code")) == set(
            tree.values_list("pk", "division_code")
        )
    assert OrgUnit.objects.below(0, "division_code") == []


def test_a_circle_ends(city):
    lowest = OrgUnit.objects.get(code="431381-GXJ")
    OrgUnit.objects.filter(pk=city.pk).update(parent=lowest)
    assert {code for _pk, code in OrgUnit.objects.below(city.pk, "code")} == {
        "4313", "431381", "431381-GXJ",
    }  # fmt: skip


def test_several_counts_and_lists_are_one_round_each(city):
    rows = OrgUnit.objects.without_tree_fields()
    with CaptureQueriesContext(connection) as queries:
        numbers = count_together({
            "all": rows, "cities": rows.filter(kind="city"), "none": rows.none(), "nothing": None,
            "never": rows.filter(pk__in=[]), "kinds": Different(rows, "kind"),
        })  # fmt: skip
    assert numbers == {"all": 4, "cities": 2, "kinds": 3}
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        found = read_together([
            ("first", rows.order_by("code").values_list("code", "name")[:2]),
            ("last", rows.order_by("-code").values_list("code", "name")[:1]),
            ("never", rows.filter(pk__in=[]).values_list("code", "name")),
            ("%s'\"", rows.filter(kind="bureau").values_list("code", Value("%d"))),
        ])  # fmt: skip
    assert len(queries) == 1
    assert sorted(found) == [
        ("%s'\"", "431381-GXJ", "%d"), ("first", "4301", "长沙市"), ("first", "4313", "娄底市"),
        ("last", "431381-GXJ", "工信局"),
    ]  # fmt: skip
    assert count_together({}) == {}
    assert read_together([]) == []
