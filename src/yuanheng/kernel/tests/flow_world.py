"""A city with a county, a committee and two bureaus, and the people who work on requests."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib.auth import get_user_model

from yuanheng.kernel import clock
from yuanheng.kernel.flow import flow_for, open_case, perform
from yuanheng.kernel.tests.example_room.models import EnterpriseRequest

VALUES = {"title": "厂区道路积水", "enterprise": "甲公司", "wish": "请修排水沟", "cost_wan": 12}


def at(text: str):
    """Stop the clock at a local moment: ``2026-03-02 09:00`` (a Monday)."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return clock.stopped_at(moment)


def make_world() -> SimpleNamespace:
    """Organisations and people; each person is called by what they are."""
    org_units, grants = apps.get_model("accounts", "OrgUnit"), apps.get_model("accounts", "Grant")
    users = get_user_model()
    world = SimpleNamespace()
    for name, title, kind, above in [
        ("city", "示范市", "city", None),
        ("county", "示范县", "county", "city"),
        ("bureau", "市住建局", "bureau", "city"),
        ("office", "县发改局", "bureau", "county"),
        ("park", "园区管委会", "committee", "county"),
        ("elsewhere", "外市", "city", None),
    ]:
        parent = getattr(world, above) if above else None
        org_unit = org_units.objects.create(code=name, name=title, kind=kind, parent=parent)
        setattr(world, name, org_unit)
    for name, title, role, place in [
        ("chief", "市领办", "analyst", world.city),
        ("lead", "县承办", "analyst", world.county),
        ("lead2", "县承办二", "analyst", world.county),
        ("reader", "县领导", "leader", world.county),
        ("builder", "住建员", "analyst", world.bureau),
        ("planner", "发改员", "analyst", world.office),
        ("reporter", "园区员", "park_reporter", world.park),
        ("stranger", "外市员", "analyst", world.elsewhere),
    ]:
        user = users.objects.create(username=name, full_name=title, org_unit=place)
        grants.objects.create(user=user, org_unit=place, role=role, valid_from="2020-01-01")
        setattr(world, name, user)
    world.root = users.objects.create(username="root", full_name="管理员", is_superuser=True)
    return world


def opened(world: SimpleNamespace, by: str = "reporter", **values):
    """A request that the park's reporter opened for the county."""
    return open_case(
        acting_user=getattr(world, by),
        flow=flow_for(EnterpriseRequest),
        values={**VALUES, "org_unit": world.county, **values},
    )


def do(world: SimpleNamespace, case, who: str, action: str, reason: str = "", **values):
    """One action by one of the people; the case as it is afterwards."""
    return perform(
        acting_user=getattr(world, who), case=case, action=action, values=values, reason=reason
    )


def accepted(world: SimpleNamespace):
    return do(world, opened(world), "lead", "accept", measure="现场查看")


def answered(world: SimpleNamespace):
    return do(world, accepted(world), "lead", "answer", answer="已修好")


def closed(world: SimpleNamespace):
    return do(world, answered(world), "reporter", "close", "满意")
