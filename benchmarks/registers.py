"""An invented province for the benchmarks of pages: its divisions, parks, people, enterprises.

Rows are written past the application, as fast as the database takes them; the search index is made
the way ``yh reindex`` makes it. No name here is a real one: the division codes begin with 99.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

CITIES, COUNTIES, PARKS_EACH = 14, 10, 3
_FIRST = (
    "澜汀砚筠岫霁棠珞沅鹤汐岚溪澄沐清云禾嘉瑞恒泰盛启宏锦腾卓越凯佳新华天正金银海宇辰星辉耀源丰茂"
)
_SECOND = (
    "屏岚浦塘溪川堰栖棠渚原浔泽湾洲港城关岭坪田沙桥达通利远博创智联科信诚业兴隆发展和顺安康宁益"
)
_TRADES = (
    "精密机械", "新材料", "电子科技", "生物医药", "食品", "纺织", "建材", "化工",
    "汽车零部件", "环保科技", "物流", "包装", "家居", "光电", "农业",
    "铝业", "钢铁", "陶瓷", "软件", "储能",
)  # fmt: skip
_ENDINGS = ("有限公司",) * 8 + ("股份有限公司", "有限责任公司", "厂", "有限公司")
_INDUSTRIES = [(f"C{3000 + i}", f"{trade}制造") for i, trade in enumerate(_TRADES)]
_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def county_codes() -> list[str]:
    return [
        f"99{city:02}{county:02}"
        for city in range(1, CITIES + 1)
        for county in range(1, COUNTIES + 1)
    ]


def make_places() -> None:
    """Divisions, committees and parks; the analysts of a county and of a city, a superuser."""
    from yuanheng.accounts.models import Grant, OrgUnit, User
    from yuanheng.registry.models import Park, Region
    from yuanheng.registry.models.region import KINDS

    dice = random.Random(11)
    codes = ["99", *(f"99{city:02}" for city in range(1, CITIES + 1)), *county_codes()]
    names = _place_names(dice, len(codes))
    for size in (2, 4, 6):
        above = dict(Region.objects.values_list("code", "pk"))
        Region.objects.bulk_create(
            Region(code=code, name=name, kind=KINDS[size], parent_id=above.get(code[:-2]))
            for code, name in zip(codes, names, strict=True)
            if len(code) == size
        )
    regions = {one.code: one for one in Region.objects.all()}
    county = OrgUnit.objects.create(
        code="bench", name="基准县", kind="county", division_code=county_codes()[12]
    )
    committees = [
        OrgUnit.objects.create(
            code=f"gwh{i}", name=f"第{i}园管委会", kind="committee", parent=county
        )
        for i in range(PARKS_EACH)
    ]
    parks = []
    for code in county_codes():
        for i in range(PARKS_EACH):
            here = code == county.division_code
            parks.append(
                Park(
                    code=f"P{code}{i}",
                    name=f"{regions[code].name}{'东西南'[i]}工业园",
                    region=regions[code],
                    rank=("national", "provincial", "other")[i],
                    committee=committees[i] if here else None,
                    land_area_mu=dice.randrange(1000, 30000),
                )
            )
    Park.objects.bulk_create(parks)
    analyst = User.objects.create(username="analyst", org_unit=county)
    Grant.objects.create(user=analyst, role="analyst", org_unit=county)
    User.objects.create(username="root", is_superuser=True)
    code = county.division_code[:4]
    city = OrgUnit.objects.create(code="city", name="基准市", kind="city", division_code=code)
    analyst = User.objects.create(username="city", org_unit=city)
    Grant.objects.create(user=analyst, role="analyst", org_unit=city)


def _place_names(dice: random.Random, count: int) -> list[str]:
    pairs = sorted({a + b for a in _FIRST for b in _SECOND})
    return [f"{one}县" for one in dice.sample(pairs, count)]


COLUMNS = (
    "credit_code", "name", "park_id", "region_id", "industry_code", "industry_name",
    "above_scale", "land_holding", "founded_on", "registered_capital_yuan", "land_area_mu",
    "scale", "operating_state", "address",
)  # fmt: skip


def enterprise_rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Seeded; a tenth stands outside parks, about a third has no land figure."""
    from yuanheng.registry.models import Park, Region

    counties = Region.objects.filter(kind="county").values_list("pk", "code", "name")
    regions = {pk: (code, name) for pk, code, name in counties}
    parks: dict[int, list[int]] = {}
    for pk, region in Park.objects.values_list("pk", "region_id"):
        parks.setdefault(region, []).append(pk)
    # Everything is read before the first row: a connection that copies can't be asked.
    return _enterprises(count, regions, parks)


def _enterprises(
    count: int, regions: dict[int, tuple[str, str]], parks: dict[int, list[int]]
) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(5)
    places, pick, day = list(regions), dice.choice, date(1995, 1, 1)
    days = [(day + timedelta(days=i)).isoformat() for i in range(10_000)]
    scales, states = ("large", "medium", "small", "micro", ""), ("operating", "suspended", "")
    for number in range(count):
        region = pick(places)
        trade = int(dice.random() * len(_TRADES))
        brand = pick(_FIRST) + pick(_SECOND) + (pick(_SECOND) if number % 3 else "")
        county, place = regions[region]
        body = f"91{county}MA"
        left = number
        for _ in range(7):
            left, rest = divmod(left, 31)
            body += _DIGITS[rest]
        chance = dice.random()
        yield (
            body + _DIGITS[number % 31],
            f"{place}{brand}{_TRADES[trade]}{pick(_ENDINGS)}",
            pick(parks[region]) if chance < 0.9 else None,
            region,
            _INDUSTRIES[trade][0],
            _INDUSTRIES[trade][1],
            True if chance < 0.05 else None if chance > 0.8 else False,
            "owned" if chance < 0.4 else "rented" if chance < 0.7 else "",
            pick(days) if chance < 0.95 else None,
            int(chance * 1e8),
            round(chance * 300, 2) if chance < 0.66 else None,
            pick(scales),
            pick(states),
            f"{place}{brand}路{number % 900}号",
        )


def load_enterprises(count: int) -> None:
    """``executemany`` on SQLite, ``COPY`` on PostgreSQL, then statistics for the planner.

    PostgreSQL makes its indexes afterwards, and takes on trust that what is referred to exists.
    """
    from django.db import connection, transaction

    from yuanheng.registry.models import Enterprise

    fields = Enterprise._meta.concrete_fields
    empty = {
        one.column: ""
        for one in fields
        if one.empty_strings_allowed and not one.null and one.column not in COLUMNS
    }
    columns = ", ".join([*COLUMNS, *empty])
    blanks = tuple(empty.values())
    made = enterprise_rows(count)
    rows = (row + blanks for row in made)
    table = Enterprise._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            again = _without_indexes(cursor, table)
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(row)
            for statement in again:
                cursor.execute(statement)
        else:
            marks = ", ".join(["%s"] * (len(COLUMNS) + len(empty)))
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                rows,
            )
    _give_rungs()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _without_indexes(cursor: Any, table: str) -> list[str]:
    """Drop a table's plain indexes; the statements that make them again."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)",
        [table, table],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _give_rungs() -> None:
    """Every fiftieth enterprise stands on a rung."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_ladderstanding (enterprise_id, rung_id, since) "
            "SELECT id, (SELECT min(id) FROM registry_ladderrung) + id % 3, '2020-01-01' "
            "FROM registry_enterprise WHERE id % 50 = 0"
        )
