"""Three people: two organisations that sort, and nobody's."""

from __future__ import annotations

from typing import Any

from django.apps import apps


def make_people(model: Any) -> list[Any]:
    org_unit = apps.get_model("accounts", "OrgUnit")
    first = org_unit.objects.create(code="a", name="甲单位", kind="bureau")
    second = org_unit.objects.create(code="b", name="乙单位", kind="bureau")
    return [
        model.objects.create(username="one", org_unit=first, phone="2"),
        model.objects.create(username="two", org_unit=second, phone="1"),
        model.objects.create(username="three", phone="1"),
    ]
