"""The register: valid codes, invented names, the parks of the city, tenants and landlords."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from yuanheng.demo.credit_code import is_valid, with_wrong_check
from yuanheng.demo.generator import DemoFiles
from yuanheng.demo.industries import CLASS_CODES
from yuanheng.demo.places import CITY, COUNTIES, PARKS, SITES, sites_of
from yuanheng.demo.tests.reading import read_csv, read_rows

REAL_PLACES = Path(__file__).parent / "data" / "real_places_2023.txt"


def test_check_characters_agree_with_a_known_code() -> None:
    assert is_valid("91350100M000100Y43")  # an example code published with the standard
    assert not is_valid("91350100M000100Y44")
    assert not is_valid("91350100M000100Y4")
    assert not is_valid("9135O100M000100Y43")


def test_codes_are_valid_distinct_and_of_no_real_division(city: DemoFiles) -> None:
    rows = read_csv(city.enterprises)
    codes = [row["统一社会信用代码"] for row in rows]
    assert len(rows) == len(set(codes)) == 3000
    assert all(is_valid(code) and code[2:4] == "99" for code in codes)
    assert not is_valid(with_wrong_check(codes[0]))
    divisions = {county.name: county.code for county in COUNTIES}
    assert all(row["统一社会信用代码"][2:8] == divisions[row["所在县区"]] for row in rows)


def test_no_name_is_a_real_place() -> None:
    lines = REAL_PLACES.read_text("utf-8").splitlines()
    real = {line for line in lines if not line.startswith("#")}
    stems = {name[:-1] for name in real if len(name) > 2} | real
    assert len(real) > 2500
    for region in (CITY, *COUNTIES):
        assert region.name not in real
        assert region.name[:-1] not in stems
        assert region.code.startswith("99")
    for park in PARKS:
        assert not any(park.name.startswith(stem) for stem in stems if len(stem) > 1)


def test_names_of_enterprises_are_distinct_and_begin_with_an_invented_place(
    full_city: DemoFiles,
) -> None:
    names = [row["企业名称"] for row in read_csv(full_city.enterprises)]
    places = tuple(region.name for region in (CITY, *COUNTIES))
    assert len(set(names)) == len(names)
    assert all(name.startswith(places) and name.endswith("有限公司") for name in names)


def test_two_national_nine_provincial_parks_and_one_zone_of_three(city: DemoFiles) -> None:
    rows = read_rows(city.parks, "园区名录", header_row=1)
    assert Counter(row["级别"] for row in rows) == {"国家级": 2, "省级": 9, "其他": 3}
    parts = [row for row in rows if row["上级园区"]]
    assert len(parts) == 3
    assert all(row["级别"] == "其他" for row in parts)
    (zone,) = {row["上级园区"] for row in parts}
    whole = next(row for row in rows if row["园区名称"] == zone)
    assert {row["管委会"] for row in parts} == {whole["管委会"]}
    assert whole["规划面积(亩)"] == sum(row["规划面积(亩)"] for row in parts)
    assert len(next(sites_of(park) for park in PARKS if park.name == zone)) == 3
    assert len({row["园区代码"] for row in rows}) == 14


def test_counts_of_the_full_register(full_city: DemoFiles) -> None:
    rows = read_csv(full_city.enterprises)
    assert len(rows) == 20_000
    inside = [row for row in rows if row["所属园区"]]
    assert 0.53 < len(inside) / len(rows) < 0.57
    assert 2_150 < sum(row["规上"] == "是" for row in rows) < 2_450
    assert {row["所属园区"] for row in inside} == {site.name for site in SITES}
    regions = {site.name: site.region for site in SITES}
    assert all(row["所在县区"] == regions[row["所属园区"]] for row in inside)
    assert {row["行业代码"] for row in rows} <= set(CLASS_CODES)


def test_tenants_rent_from_an_enterprise_on_its_own_land_nearby(city: DemoFiles) -> None:
    rows = {row["统一社会信用代码"]: row for row in read_csv(city.enterprises)}
    tenants = [row for row in rows.values() if row["出租方代码"]]
    assert len(tenants) > 100
    for tenant in tenants:
        landlord = rows[tenant["出租方代码"]]
        assert tenant["用地方式"] == "租赁"
        assert landlord["用地方式"] == "自有"
        assert landlord["所属园区"] == tenant["所属园区"]
        assert landlord["所在县区"] == tenant["所在县区"]


@pytest.mark.parametrize("column", ["规上", "高新技术企业", "专精特新"])
def test_flags_are_yes_or_no(city: DemoFiles, column: str) -> None:
    assert {row[column] for row in read_csv(city.enterprises)} == {"是", "否"}
