"""The invented city: its counties and districts, and its parks.

No place here exists: the names are in no list of Chinese divisions of 2023, and the division
codes start with 99, which GB/T 2260 does not use.
"""

from __future__ import annotations

from dataclasses import dataclass

NATIONAL, PROVINCIAL, OTHER = "国家级", "省级", "其他"


@dataclass(frozen=True, slots=True)
class Region:
    """A division: the city, or a county-level division of it."""

    code: str
    name: str
    parent: str
    tier: str
    weight: float = 0.0  # share of the enterprises outside parks


@dataclass(frozen=True, slots=True)
class Park:
    """A park, a zone that consists of parks, or one of those parks.

    ``share`` is its part of the enterprises inside parks and ``quality`` how much more value its
    land yields than the city's usual park; a zone has neither, its parks have them.
    """

    code: str
    name: str
    short: str
    grade: str
    region: str
    leading: tuple[str, ...]
    special: tuple[str, ...]
    planned_mu: int
    share: float = 0.0
    quality: float = 1.0
    parent: str = ""
    committee: str = ""


CITY = Region("990100", "云泽市", "", "市")
COUNTIES = (
    Region("990102", "澜屏区", CITY.code, "县区", 0.14),
    Region("990103", "汀岚区", CITY.code, "县区", 0.12),
    Region("990104", "砚浦区", CITY.code, "县区", 0.14),
    Region("990121", "筠塘县", CITY.code, "县区", 0.10),
    Region("990122", "岫溪县", CITY.code, "县区", 0.08),
    Region("990123", "霁川县", CITY.code, "县区", 0.08),
    Region("990124", "棠堰县", CITY.code, "县区", 0.07),
    Region("990181", "珞栖市", CITY.code, "县区", 0.15),
    Region("990182", "沅棠市", CITY.code, "县区", 0.12),
)
REGIONS = (CITY, *COUNTIES)
COUNTY_INDEX = {county.name: place for place, county in enumerate(COUNTIES)}

_ZONE = "沅棠高新技术产业开发区"
_ZONE_COMMITTEE = "沅棠高新技术产业开发区管理委员会"

PARKS = (
    Park("YZ01", "云泽高新技术产业开发区", "云泽高新区", NATIONAL, "汀岚区",
         ("电子信息", "高端装备"), ("生物医药",), 18500, 0.170, 1.32),
    Park("YZ02", "云泽经济技术开发区", "云泽经开区", NATIONAL, "砚浦区",
         ("汽车及零部件", "新能源电气"), ("化工新材料",), 19500, 0.165, 1.20),
    Park("YZ03", "澜屏高新技术产业开发区", "澜屏高新区", PROVINCIAL, "澜屏区",
         ("电子信息",), ("生物医药",), 9500, 0.085, 1.15),
    Park("YZ04", "珞栖经济开发区", "珞栖经开区", PROVINCIAL, "珞栖市",
         ("高端装备",), ("汽车及零部件",), 12000, 0.095, 1.08),
    Park("YZ05", _ZONE, "沅棠高新区", PROVINCIAL, "沅棠市",
         ("有色金属", "家居包装"), ("高端装备",), 15800),
    Park("YZ06", "筠塘经济开发区", "筠塘经开区", PROVINCIAL, "筠塘县",
         ("纺织服装鞋",), ("食品",), 14500, 0.080, 0.88),
    Park("YZ07", "岫溪经济开发区", "岫溪经开区", PROVINCIAL, "岫溪县",
         ("食品",), ("生物医药",), 10500, 0.060, 0.82),
    Park("YZ08", "霁川经济开发区", "霁川经开区", PROVINCIAL, "霁川县",
         ("建材陶瓷",), ("化工新材料",), 12500, 0.055, 0.78),
    Park("YZ09", "棠堰工业集中区", "棠堰工业集中区", PROVINCIAL, "棠堰县",
         ("家居包装",), ("食品",), 13000, 0.050, 0.66),
    Park("YZ10", "砚浦新材料产业园", "砚浦新材料园", PROVINCIAL, "砚浦区",
         ("化工新材料",), ("有色金属",), 8500, 0.060, 1.10),
    Park("YZ11", "珞栖工业集中区", "珞栖工业集中区", PROVINCIAL, "珞栖市",
         ("纺织服装鞋",), ("家居包装",), 11500, 0.060, 0.74),
    Park("YZ05-1", "沅棠高新区鹤渚园", "鹤渚园", OTHER, "沅棠市",
         ("有色金属",), ("化工新材料",), 5200, 0.050, 1.00, _ZONE, _ZONE_COMMITTEE),
    Park("YZ05-2", "沅棠高新区汐原园", "汐原园", OTHER, "沅棠市",
         ("家居包装",), ("纺织服装鞋",), 7200, 0.040, 0.90, _ZONE, _ZONE_COMMITTEE),
    Park("YZ05-3", "沅棠高新区岚浔园", "岚浔园", OTHER, "沅棠市",
         ("高端装备",), ("电子信息",), 3400, 0.030, 0.98, _ZONE, _ZONE_COMMITTEE),
)  # fmt: skip

SITES = tuple(park for park in PARKS if park.share)
"""The parks in which enterprises stand: every park but the zone."""


def committee_of(park: Park) -> str:
    """The committee that runs the park."""
    return park.committee or f"{park.name}管理委员会"


def sites_of(park: Park) -> tuple[int, ...]:
    """Places in ``SITES`` of the park itself, or of the parks of a zone."""
    return tuple(
        place for place, site in enumerate(SITES) if park.name in (site.name, site.parent)
    )
