"""The people and offices of the demonstration city."""

from __future__ import annotations

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from yuanheng.accounts.api import OrgKind, Role, create_user, grant_role
from yuanheng.accounts.first_user import create_first_user
from yuanheng.accounts.models import OrgUnit, User
from yuanheng.demo.places import CITY, COUNTIES
from yuanheng.kernel import clock
from yuanheng.kernel.actions import create_row, update_row
from yuanheng.registry.api import enterprise_facts, park_facts
from yuanheng.registry.choices import DivisionKind
from yuanheng.registry.models import Region

PASSWORDS = "demo_passwords.json"
ADMIN = "admin"
_PROVINCE_LENGTH = 4

# user name → (name, role, where: the city, a park's committee, the county in which it lies, or an
# enterprise in a park)
_PEOPLE = {
    "analyst": ("分析员", Role.ANALYST, "city"),
    "leader": ("市领导", Role.LEADER, "city"),
    "park": ("园区填报员", Role.PARK_REPORTER, "park"),
    "approver": ("园区审核员", Role.PARK_APPROVER, "park"),
    "county": ("县区审核员", Role.ANALYST, "county"),
    "supervisor": ("督查员", Role.SUPERVISION_OFFICER, "city"),
    "bureau": ("住建局经办人", Role.BUREAU_OFFICER, "works"),
    "enterprise": ("企业经办人", Role.ENTERPRISE_USER, "enterprise"),
    # Stands for the reporters of all other parks.
    "reporting": ("各园区填报员（示例）", Role.PARK_REPORTER, "city"),
}
# Bureaus of the city: what they are called in the demonstration's code → organisation code.
BUREAUS = {
    "works": "YZ-ZJJ", "commerce": "YZ-SWJ", "resources": "YZ-ZRZY", "finance": "YZ-CZJ",
    "science": "YZ-KJJ",
}  # fmt: skip
_BUREAU_NAMES = {
    "works": "市住建局", "commerce": "市商务局", "resources": "市自然资源局",
    "finance": "市财政局", "science": "市科技局",
}  # fmt: skip
_WORKING_SINCE = 120  # days: the tasks of the demonstration were issued in the past


def first_administrator(home: Path) -> tuple[User, dict[str, str]]:
    """The administrator and every password made now; an existing one keeps theirs."""
    found = User.objects.filter(username=ADMIN, is_superuser=True).first()
    if found is not None:
        return found, {}
    made = {ADMIN: _password()}
    _keep(home, made)
    user = create_first_user(username=ADMIN, password=made[ADMIN])
    return update_row(acting_user=user, row=user, values={"full_name": "系统管理员"}), made


def make_offices(admin: Any) -> OrgUnit:
    """The city's office and those of its counties; those that are there are left alone."""
    city = _office(admin, _division(CITY.code), f"{CITY.name}园区办", OrgKind.CITY, None)
    for county in COUNTIES:
        code = _division(county.code)
        _office(admin, code, f"{county.name}园区办", OrgKind.COUNTY, city)
    for name, code in BUREAUS.items():
        _office(admin, code, _BUREAU_NAMES[name], OrgKind.BUREAU, city)
    return city


def make_province(admin: Any) -> None:
    """The division above the city, which the city's own table does not hold."""
    if not Region.objects.filter(code=CITY.code[:2]).exists():
        values = {"code": CITY.code[:2], "name": "演示省", "kind": DivisionKind.PROVINCE}
        create_row(acting_user=admin, model=Region, values=values)


def make_people(
    admin: Any, home: Path, city: OrgUnit, committee: OrgUnit | None
) -> dict[str, str]:
    """An analyst, a leader, a reporter and who approves, each with a password of their own."""
    made: dict[str, str] = {}
    works = OrgUnit.objects.without_tree_fields().filter(code=BUREAUS["works"]).first()
    places = {
        "city": city,
        "park": committee,
        "county": committee and committee.parent,
        "works": works,
        "enterprise": _enterprise(admin),
    }
    for username, (full_name, role, where) in _PEOPLE.items():
        org_unit = places[where]
        if org_unit is None or User.objects.filter(username=username).exists():
            continue
        made[username] = _password()
        user = create_user(
            acting_user=admin,
            username=username,
            password=made[username],
            full_name=full_name,
            org_unit=org_unit,
        )
        grant_role(
            acting_user=admin, user=user, org_unit=org_unit, role=role,
            valid_from=clock.today() - timedelta(days=_WORKING_SINCE),
        )  # fmt: skip
    _keep(home, made)
    return made


def _enterprise(admin: Any) -> OrgUnit | None:
    """The first enterprise above scale in a park, which has a target and a form of its own."""
    firm = next(
        (one for one in enterprise_facts(admin) if one.above_scale and one.park_code), None
    )
    parks = {one.code: one.committee_id for one in park_facts(admin)}
    if firm is None or not parks.get(firm.park_code):
        return None
    found = OrgUnit.objects.without_tree_fields().filter(code=firm.credit_code).first()
    above = OrgUnit.objects.without_tree_fields().get(pk=parks[firm.park_code])
    values = {"code": firm.credit_code, "name": firm.name, "kind": OrgKind.ENTERPRISE,
              "parent": above}  # fmt: skip
    return found or create_row(acting_user=admin, model=OrgUnit, values=values)


def _division(code: str) -> str:
    """A city's code without the zeros at its end: 990100 is 9901."""
    return code[:_PROVINCE_LENGTH] if code.endswith("00") else code


def _office(admin: Any, code: str, name: str, kind: str, parent: OrgUnit | None) -> OrgUnit:
    found = OrgUnit.objects.without_tree_fields().filter(code=code).first()
    if found is not None:
        return found
    area = "" if kind == OrgKind.BUREAU else code
    values = {"code": code, "name": name, "kind": kind, "parent": parent, "division_code": area}
    return create_row(acting_user=admin, model=OrgUnit, values=values)


def _password() -> str:
    return secrets.token_urlsafe(12)


def _keep(home: Path, made: dict[str, str]) -> None:
    """Written once, readable by the owner only."""
    if not made:
        return
    path = home / PASSWORDS
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump({**known, **made}, stream, ensure_ascii=False, indent=1)
    path.chmod(0o600)
