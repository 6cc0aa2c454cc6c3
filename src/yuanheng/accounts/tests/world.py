"""Offices and people of a small invented place; every room's tests begin with them."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from yuanheng.accounts.choices import Role
from yuanheng.accounts.models import Grant, OrgUnit, User
from yuanheng.kernel import clock

# Who has which role in which office. The contract tests call them by these names.
PEOPLE = {
    "chief": (Role.ADMINISTRATOR, "city"),
    "analyst": (Role.ANALYST, "city"),
    "reader": (Role.LEADER, "city"),
    "auditor": (Role.AUDITOR, "city"),
    "officer": (Role.BUREAU_OFFICER, "city"),
    "investor": (Role.INVESTMENT_OFFICER, "city"),
    "supervisor": (Role.SUPERVISION_OFFICER, "city"),
    "reporter": (Role.PARK_REPORTER, "committee"),
    "approver": (Role.PARK_APPROVER, "committee"),
    "builder": (Role.PLATFORM_COMPANY, "committee"),
    "county_analyst": (Role.ANALYST, "county"),
    "stranger": (Role.ANALYST, "other_city"),
    "strange_chief": (Role.ADMINISTRATOR, "other_city"),
}


def make_user(name: str, role: str = "", org_unit: OrgUnit | None = None, **dates) -> User:
    user = User.objects.create(username=name, org_unit=org_unit)
    if role:
        Grant.objects.create(user=user, role=role, org_unit=org_unit, **dates)
    return user


def make_offices() -> SimpleNamespace:
    """A city with a county and a park committee, a second city, and people of every kind."""
    city = OrgUnit.objects.create(code="ld", name="娄底市", kind="city", division_code="4313")
    other_city = OrgUnit.objects.create(
        code="cs", name="长沙市", kind="city", division_code="4301"
    )
    county = OrgUnit.objects.create(
        code="lsj", name="冷水江市", kind="county", division_code="431381", parent=city
    )
    committee = OrgUnit.objects.create(
        code="lsj-gwh", name="冷水江经开区管委会", kind="committee", parent=city
    )
    offices = {
        "city": city, "other_city": other_city, "county": county, "committee": committee,
    }  # fmt: skip
    day = clock.today()
    yesterday, tomorrow = day - timedelta(days=1), day + timedelta(days=1)
    people = {name: make_user(name, role, offices[at]) for name, (role, at) in PEOPLE.items()}
    return SimpleNamespace(
        **offices,
        **people,
        root=User.objects.create(username="root", is_superuser=True),
        nobody=make_user("nobody"),
        former=make_user(
            "former", Role.ANALYST, city, valid_from=yesterday, valid_until=yesterday
        ),
        future=make_user("future", Role.ANALYST, city, valid_from=tomorrow),
    )
