"""A small invented part of the world for the tests."""

from __future__ import annotations

from types import SimpleNamespace

from yuanheng.accounts.tests.world import make_offices
from yuanheng.kernel import clock
from yuanheng.kernel.search.index import reindex
from yuanheng.registry.models import Enterprise, LadderRung, LadderStanding, Park, Region
from yuanheng.registry.models.region import KINDS
from yuanheng.tabular.credit_code import check_character

REGIONS = {
    "43": "湖南省",
    "4301": "长沙市",
    "430102": "芙蓉区",
    "4313": "娄底市",
    "431322": "新化县",
    "431381": "冷水江市",
}


def credit_code(number: int, region: str = "431381") -> str:
    """A code whose check character is right."""
    first = f"91{region}MA{number:07d}"
    return first + check_character(first)


def make_regions() -> dict[str, Region]:
    made: dict[str, Region] = {}
    for code, name in REGIONS.items():
        above = {4: code[:2], 6: code[:4]}.get(len(code), "")
        made[code] = Region.objects.create(
            code=code, name=name, kind=KINDS[len(code)], parent=made.get(above)
        )
    return made


def make_world() -> SimpleNamespace:
    """The offices; a committee with two parks in one county, another park elsewhere."""
    regions = make_regions()
    offices = make_offices()
    committee = offices.committee
    zone = Park.objects.create(
        code="LSJ",
        name="冷水江经济开发区",
        rank="provincial",
        region=regions["431381"],
        committee=committee,
        land_area_mu="12345.50",
    )
    part = Park.objects.create(
        code="LSJ-2",
        name="冷水江经开区北区",
        region=regions["431381"],
        committee=committee,
        parent_zone=zone,
    )
    elsewhere = Park.objects.create(
        code="LPG", name="隆平高科技园", rank="national", region=regions["430102"]
    )
    steel = Enterprise.objects.create(
        credit_code=credit_code(1),
        name="冷水江钢铁有限公司",
        park=zone,
        region=regions["431381"],
        above_scale=True,
    )
    seed = Enterprise.objects.create(
        credit_code=credit_code(2, "430102"),
        name="隆平种业有限公司",
        park=elsewhere,
        region=regions["430102"],
    )
    LadderStanding.objects.create(
        enterprise=steel, rung=LadderRung.objects.get(code="high_tech"), since=clock.today()
    )
    reindex()  # rows made past the actions
    return SimpleNamespace(
        **vars(offices),
        regions=regions,
        zone=zone,
        part=part,
        elsewhere=elsewhere,
        steel=steel,
        seed=seed,
    )
