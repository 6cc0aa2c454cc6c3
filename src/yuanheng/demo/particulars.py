"""What the register says of an enterprise besides its figures. Everything here is invented.

The area code, the postal codes and the securities codes are of ranges that nobody has; the
addresses of pages end in ``.example``; the city lies in the empty middle of the Taklamakan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from yuanheng.demo.industries import CLASS_NAMES, INDUSTRIES
from yuanheng.demo.panel import Panel
from yuanheng.demo.places import COUNTIES, SITES
from yuanheng.demo.register import LAST_YEAR, NEVER, OUTSIDE, Firms

Texts = NDArray[np.object_]

_SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧")
_GIVEN = tuple("岚澄珞璟沅霁砚筠铎桁旻翊昀钧崧骁峤淏珩祐茗槿蔚霖沣泺涵渌漪瀚炘烨煜燊琰瑄璞甯")
_ROADS = ("汐光大道", "鹤汀路", "砚屏路", "沅澜大道", "霁云路", "桁山路", "筠溪路", "珞桥街")
_TYPES = ("有限责任公司", "股份有限公司", "外商投资企业", "港澳台投资企业", "国有企业")
_TYPE_SHARES = (0.86, 0.06, 0.03, 0.03, 0.02)
_CAPITALS = (50, 100, 200, 300, 500, 800, 1000, 2000, 3000, 5000, 8000, 10000, 20000)  # 万元
_CENTRE = (83.60, 38.90)


def draw_particulars(rng: np.random.Generator, firms: Firms, panel: Panel) -> list[list[object]]:
    """The columns of ``PARTICULAR_HEADERS``."""
    count = len(firms.codes)
    people = _people(rng, count), _people(rng, count)
    longitude, latitude = _places(rng, firms)
    columns: list[NDArray[np.generic]] = [
        rng.choice(np.array(_TYPES, dtype=object), count, p=_TYPE_SHARES),
        _scales(rng, firms),
        _states(rng, firms),
        np.array(_CAPITALS)[_capital_ranks(rng, firms.large)],
        np.array([one.name for one in INDUSTRIES], dtype=object)[firms.industry],
        np.array([f"{name.removesuffix('制造')}产品" for name in CLASS_NAMES], dtype=object)[
            firms.class_place
        ],
        np.array([f"{name}；货物进出口" for name in CLASS_NAMES], dtype=object)[firms.class_place],
        np.where(firms.site == OUTSIDE, "", firms.established_on.astype(str)).astype(object),
        firms.production_on.astype(str).astype(object),
        _listed(rng, firms.large),
        _known(_last_known(panel.land)),
        _known(np.round(_last_known(panel.land) * 666.67 * rng.uniform(0.4, 1.4, count), 1)),
        _addresses(rng, firms),
        np.array([county.code for county in COUNTIES], dtype=object)[firms.county],
        longitude,
        latitude,
        np.array([f"https://{code.lower()}.example" for code in firms.codes], dtype=object),
        people[0],
        people[1],
        np.array([f"0300-{n}" for n in rng.integers(2_000_000, 8_999_999, count)], dtype=object),
    ]
    return [column.tolist() for column in columns]


def _people(rng: np.random.Generator, count: int) -> Texts:
    surname = np.array(_SURNAMES, dtype=object)[rng.integers(0, len(_SURNAMES), count)]
    given = np.array(_GIVEN, dtype=object)
    first, second = (given[rng.integers(0, len(given), count)] for _ in range(2))
    return np.asarray(surname + first + np.where(rng.random(count) < 0.6, second, ""))


def _scales(rng: np.random.Generator, firms: Firms) -> Texts:
    draw = rng.random(len(firms.codes))
    large = np.where(draw < 0.12, "大型", np.where(draw < 0.6, "中型", "小型"))
    small = np.where(draw < 0.55, "小型", "微型")
    return np.where(firms.large, large, small).astype(object)


def _states(rng: np.random.Generator, firms: Firms) -> Texts:
    halted = rng.random(len(firms.codes)) < 0.015
    closed = (firms.ended != NEVER) & (firms.ended <= LAST_YEAR)
    return np.where(closed, "关闭", np.where(halted, "停产", "在营")).astype(object)


def _capital_ranks(rng: np.random.Generator, large: NDArray[np.bool_]) -> NDArray[np.int64]:
    ranks = rng.binomial(len(_CAPITALS) - 1, np.where(large, 0.62, 0.3))
    return np.asarray(ranks, dtype=np.int64)


def _listed(rng: np.random.Generator, large: NDArray[np.bool_]) -> Texts:
    codes = np.array([f"99{n:04d}" for n in rng.permutation(10_000)], dtype=object)
    is_listed = large & (rng.random(len(large)) < 0.02)
    place = np.cumsum(is_listed) % len(codes)
    return np.where(is_listed, codes[place], "").astype(object)


def _last_known(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last year's figure of each enterprise, or that of the year before and so on."""
    found = figures[:, -1].astype(float)
    for year in range(figures.shape[1] - 2, -1, -1):
        found = np.where(np.isnan(found), figures[:, year], found)
    return found


def _known(figures: NDArray[np.float64]) -> Texts:
    return np.where(np.isnan(figures), "", figures.astype(object)).astype(object)


def _addresses(rng: np.random.Generator, firms: Firms) -> Texts:
    county = np.array([one.name for one in COUNTIES], dtype=object)[firms.county]
    site = np.array([*(park.short for park in SITES), ""], dtype=object)[firms.site]
    road = np.array(_ROADS, dtype=object)[rng.integers(0, len(_ROADS), len(county))]
    number = np.array([f"{n}号" for n in rng.integers(1, 480, len(county))], dtype=object)
    return np.asarray("云泽市" + county + site + road + number)


def _places(
    rng: np.random.Generator, firms: Firms
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude: a spot for each county, and the enterprises around it."""
    angle = 2 * np.pi * firms.county / len(COUNTIES)
    spread = rng.normal(0, 0.03, (2, len(firms.county)))
    longitude = _CENTRE[0] + 0.30 * np.cos(angle) + spread[0]
    latitude = _CENTRE[1] + 0.24 * np.sin(angle) + spread[1]
    return np.round(longitude, 6), np.round(latitude, 6)
