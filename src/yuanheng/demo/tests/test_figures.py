"""The figures: plausible levels, gaps as in offices, parks equal to their enterprises."""

from __future__ import annotations

import math

import pytest

from yuanheng.demo.generator import DemoFiles
from yuanheng.demo.industries import CLASS_CODES, CLASS_INDUSTRY, INDUSTRIES
from yuanheng.demo.panel import ACCIDENT_PARK
from yuanheng.demo.park_figures import INSPECTION_PARK
from yuanheng.demo.places import NATIONAL, PARKS, PROVINCIAL, SITES, Park, sites_of
from yuanheng.demo.tests.reading import ask, read_csv, read_rows

ABOVE = "规上 = '是' AND 年度 = 2024"
BELOW = "规上 = '否' AND 年度 = 2024"


def one(files: DemoFiles, expression: str, where: str = "true") -> float:
    """One number of the enterprise figures."""
    return ask(files.enterprise_figures, f"SELECT {expression} FROM figures WHERE {where}")[0][0]


@pytest.mark.parametrize(
    ("expression", "where", "least", "most"),
    [
        ("median(实缴税收 / nullif(用地面积, 0))", ABOVE, 10, 15),
        ("median(工业增加值 / nullif(用地面积, 0))", ABOVE, 60, 120),
        ("median(工业增加值 / 营业收入)", ABOVE, 0.20, 0.30),
        ("median(实缴税收 / 营业收入)", ABOVE, 0.03, 0.06),
        ("median(工业增加值 / 综合能耗)", ABOVE, 1, 4),
        ("median(工业增加值 / 主要污染物排放量)", ABOVE, 3200, 4800),
        ("median(工业增加值 / 平均从业人数)", ABOVE, 14, 25),
        ("max(研发经费支出 / 营业收入)", ABOVE, 0.03, 0.0601),
        ("median(实缴税收 * 10000 / 用电量)", BELOW, 0.17, 0.27),
        ("median(实缴税收 / nullif(用地面积, 0))", BELOW, 3, 9),
        ("avg((主要污染物排放量 IS NULL)::int)", ABOVE, 0.22, 0.29),
        ("count(*) FILTER (工业增加值 < 0)", ABOVE, 3, 40),
        ("count(*) FILTER (研发经费支出 IS NULL)", ABOVE, 20, 90),
        ("count(*) FILTER (工业增加值 IS NULL OR 综合能耗 IS NULL)", ABOVE, 0, 0),
        ("count(*) FILTER (用地面积 = 0)", BELOW, 20, 90),
        ("count(*) FILTER (营业收入 >= 100000)", ABOVE, 10, 80),
    ],
)
def test_levels_are_plausible(
    full_city: DemoFiles, expression: str, where: str, least: float, most: float
) -> None:
    assert least <= one(full_city, expression, where) <= most


def test_the_city_dips_and_recovers(full_city: DemoFiles) -> None:
    revenue = [one(full_city, "sum(营业收入)", f"年度 = {year}") for year in range(2021, 2025)]
    assert revenue[1] < revenue[0] < revenue[2] < revenue[3]


def test_births_deaths_and_climbers(full_city: DemoFiles) -> None:
    early = one(full_city, "count(*)", "年度 < year(建成投产日期)")
    assert early == 0
    assert one(full_city, "count(*)", "year(建成投产日期) > 2021") > 100
    lives = "(SELECT max(年度) AS last FROM figures GROUP BY 统一社会信用代码)"
    closed = ask(full_city.enterprise_figures, f"SELECT count(*) FROM {lives} WHERE last < 2024")
    assert 100 < closed[0][0] < 1500
    climbed = ask(
        full_city.enterprise_figures,
        "SELECT count(*) FROM figures a JOIN figures b USING (统一社会信用代码) "
        "WHERE a.年度 + 1 = b.年度 AND a.规上 = '否' AND b.规上 = '是'",
    )
    assert climbed[0][0] > 100


def park_where(park: Park) -> str:
    names = ", ".join(f"'{SITES[place].name}'" for place in sites_of(park))
    return f"园区 IN ({names})"


@pytest.mark.parametrize("park", PARKS, ids=lambda park: park.code)
def test_park_figures_are_the_sums_of_their_enterprises(city: DemoFiles, park: Park) -> None:
    rows = [
        row for row in read_rows(city.park_figures, "园区指标") if row["园区代码"] == park.code
    ]
    high_tech = {
        row["统一社会信用代码"]
        for row in read_csv(city.enterprises)
        if row["高新技术企业"] == "是"
    }
    for row in rows:
        where = f"年度 = {int(row['年度'])} AND {park_where(park)}"
        large = f"{where} AND 规上 = '是'"
        revenue, tax, land = (
            one(city, f"sum({name})", where) for name in ("营业收入", "实缴税收", "用地面积")
        )
        added, energy = (one(city, f"sum({name})", large) for name in ("工业增加值", "综合能耗"))
        assert row["技工贸总收入(亿元)"] == pytest.approx(revenue / 10_000, abs=6e-5)
        assert row["入库税收(亿元)"] == pytest.approx(tax / 10_000, abs=6e-5)
        assert row["亩均税收(万元/亩)"] == pytest.approx(tax / land, abs=6e-3)
        assert row["规模工业增加值(亿元)"] == pytest.approx(added / 10_000, abs=6e-5)
        assert row["单位增加值能耗(吨标准煤/万元)"] == pytest.approx(energy / added, abs=6e-5)
        codes = ask(city.enterprise_figures, f"SELECT 统一社会信用代码 FROM figures WHERE {where}")
        assert row["高新技术企业数(家)"] == sum(code in high_tech for (code,) in codes)
        events = one(city, "sum(较大及以上安全事故)", where)
        assert row["较大及以上安全事故(起)"] == events
        own = [
            code
            for code, place in zip(CLASS_CODES, CLASS_INDUSTRY, strict=True)
            if INDUSTRIES[place].name in (*park.leading, *park.special)
        ]
        leading = one(city, "sum(营业收入)", f"{where} AND 行业代码 IN {tuple(own)}")
        assert row["主导产业集聚度(%)"] == pytest.approx(100 * leading / revenue, abs=6e-3)


def test_growth_of_a_park_is_that_of_its_totals(city: DemoFiles) -> None:
    rows = read_rows(city.park_figures, "园区指标")
    by_key = {(row["年度"], row["园区代码"]): row for row in rows}
    for (year, code), row in by_key.items():
        if year > 2021:
            before = by_key[(year - 1, code)]["技工贸总收入(亿元)"]
            growth = 100 * (row["技工贸总收入(亿元)"] / before - 1)
            assert math.isclose(row["技工贸总收入增速(%)"], growth, abs_tol=0.02)


def test_zone_is_the_sum_of_its_parks(city: DemoFiles) -> None:
    summed = ("技工贸总收入(亿元)", "入库税收(亿元)", "高新技术企业数(家)", "固定资产投资(亿元)")
    summed += ("进出口总额(亿元)", "新签约亿元以上项目数(个)", "省级以上创新平台数(个)")
    rows = read_rows(city.park_figures, "园区指标")
    for year in range(2021, 2025):
        of_year = {row["园区代码"]: row for row in rows if row["年度"] == year}
        parts = [row for code, row in of_year.items() if code.startswith("YZ05-")]
        assert len(parts) == 3
        for name in summed:
            total = sum(part[name] for part in parts)
            assert of_year["YZ05"][name] == pytest.approx(total, abs=2e-4)


def test_one_accident_and_one_inspection_problem_in_the_last_year(full_city: DemoFiles) -> None:
    rows = [row for row in read_rows(full_city.park_figures, "园区指标") if row["年度"] == 2024]
    accidents = {row["园区名称"]: row["较大及以上安全事故(起)"] for row in rows}
    problems = {row["园区名称"]: row["中央环保督察问题(个)"] for row in rows}
    assert {name: count for name, count in accidents.items() if count} == {ACCIDENT_PARK: 1}
    assert {name: count for name, count in problems.items() if count} == {INSPECTION_PARK: 1}


def test_shares_are_shares_and_national_parks_lead(full_city: DemoFiles) -> None:
    rows = [row for row in read_rows(full_city.park_figures, "园区指标") if row["年度"] == 2024]
    for row in rows:
        for name, value in row.items():
            if name.endswith("率(%)") or "占比" in name or "集聚度" in name:
                assert 0 <= value <= 100, name

    def mean(grade: str, name: str) -> float:
        values = [row[name] for row in rows if row["级别"] == grade]
        return sum(values) / len(values)

    for name in ("亩均税收(万元/亩)", "技工贸总收入(亿元)", "省级以上创新平台数(个)"):
        assert mean(NATIONAL, name) > mean(PROVINCIAL, name)
