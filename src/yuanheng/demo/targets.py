"""The running year of the demonstration city: months so far, rules of checks, a tree of targets.

Everything is invented. The months are last year's, grown by park, with a slip left in for the
rules to find; the targets are of the kind that a published speech names: industries of ten
billion, enterprises of five and of one, park treasures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yuanheng.calc.periods import MONTH, QUARTER, YEAR, Period
from yuanheng.kernel import clock
from yuanheng.ledger.api import (
    Catalogue,
    EntrySource,
    FigureColumns,
    Standing,
    add_target,
    figures_between,
    has_entry,
    has_targets,
    load_check_rules,
    subjects_of,
    write_figures,
)
from yuanheng.registry.api import enterprise_facts, park_facts, regions_by_code

_FIRST = 2025  # the year after those of the parks' table
_YI = 1e8
# Growth on last year by a park's place in the list: some fall behind, most grow.
_GROWTH = (1.13, 1.08, 1.02, 1.17, 0.93, 1.10, 1.06, 0.84, 1.21, 1.04, 0.66)
_FIRMS = 36
_TREASURES = 10


@dataclass(frozen=True, slots=True)
class Running:
    """The year that is running, and how many of its months are known: all before the one that the
    monthly form asks for, so that each figure has a month and a year before it."""

    year: int
    months: int

    @property
    def key(self) -> str:
        return f"demo-park-figures-{self.year}-{self.months:02d}"

    @property
    def firms_key(self) -> str:
        return f"demo-enterprise-revenue-{self.year}-{self.months:02d}"


def running() -> Running:
    """As of today."""
    today = clock.today()
    year, month = divmod(today.year * 12 + today.month - 3, 12)
    return Running(year, month + 1)


def load_running_year(admin: Any) -> int:
    """Months, rules and targets, each if it isn't there yet; how many figures were new. An
    installation that has a running year already keeps it."""
    now = running()
    if now.year < _FIRST or has_targets_of_parks(admin):
        return 0
    written = 0
    for year in range(_FIRST, now.year):
        whole = Running(year, 12)
        if not has_entry(EntrySource.WORKBOOK, whole.key):
            written += _write_months(admin, whole, is_over=True)
    if not has_entry(EntrySource.WORKBOOK, now.key):
        written += _write_months(admin, now)
    firms = _largest(admin)
    if firms and not has_entry(EntrySource.WORKBOOK, now.firms_key):
        written += _write_revenue(admin, firms, now)
    load_check_rules(acting_user=admin)
    _set_targets(admin, firms, now.year)
    return written


def has_targets_of_parks(admin: Any) -> bool:
    """Whether a running year was loaded before, in this year or an earlier one."""
    return any(has_targets(year) for year in range(_FIRST, clock.today().year + 1))


def _write_months(admin: Any, of: Running, *, is_over: bool = False) -> int:
    """The months of last year, grown: of parks and indicators that are reported by month or
    quarter; of a year that is over, those by year too."""
    codes = [one.code for one in park_facts(admin) if not one.parent_zone_code]
    ids = subjects_of("park", codes, acting_user=admin)
    place = {ids[code]: at for at, code in enumerate(codes)}
    catalogue = Catalogue()
    trade = catalogue.by_code["trade"].pk
    columns = FigureColumns([], [], [], [], [])
    first = (of.year - 1) * 12
    kinds = [MONTH, QUARTER, YEAR] if is_over else [MONTH, QUARTER]
    for subject, start, kind, indicator, _row, value in figures_between(
        list(place), first, first + of.months - 1, kinds=kinds
    ):
        if value is None or start - first + kind > of.months:
            continue
        at, last = place[subject], not is_over and start - first + kind == of.months
        if at == 3 and last and indicator % 4 == 0:
            continue  # a park that hasn't reported everything
        grown = _grown(catalogue.by_id[indicator], value, at, is_over=is_over)
        if at == 5 and last and indicator == trade:
            grown /= 10_000  # 万元 typed where 元 is kept
        columns.subject_ids.append(subject)
        columns.indicator_ids.append(indicator)
        columns.starts.append(start + 12)
        columns.kinds.append(kind)
        columns.values.append(grown)
    entry = write_figures(
        acting_user=admin, figures=columns, source=EntrySource.WORKBOOK,
        title=f"园区指标 {of.year} 年 1—{of.months} 月（示例数据）",
        source_name="园区月度指标.xlsx",
        source_key=of.key, standing=Standing.ACCEPTED if is_over else Standing.REPORTED,
    )  # fmt: skip
    return int(entry.rows)


def _grown(indicator: Any, value: float, place: int, *, is_over: bool) -> float:
    """Sums of money grow with the park, less so in the years before the running one; counts and
    rates hardly move in a year."""
    if indicator.measure == "元":
        by = _GROWTH[place % len(_GROWTH)]
        return round(value * (1 + (by - 1) / 3 if is_over else by), 2)
    return value if indicator.is_rate else float(round(value * 1.03))


def _largest(admin: Any) -> list[Any]:
    """The first enterprises above scale, park by park."""
    found = []
    for one in enterprise_facts(admin):
        if one.above_scale and one.park_code and one.industry_code:
            found.append(one)
        if len(found) == _FIRMS:
            break
    return found


def _write_revenue(admin: Any, firms: list[Any], of: Running) -> int:
    """What some enterprises took in so far this year, and last year by then."""
    ids = subjects_of("enterprise", [one.credit_code for one in firms], acting_user=admin)
    revenue = Catalogue().by_code["revenue"].pk
    columns = FigureColumns([], [], [], [], [])
    for at, one in enumerate(firms):
        for year, share in ((of.year - 1, 0.9), (of.year, 1.0)):
            period = Period.parse(f"{year}-01..{of.months:02d}")
            columns.subject_ids.append(ids[one.credit_code])
            columns.indicator_ids.append(revenue)
            columns.starts.append(period.start)
            columns.kinds.append(period.kind)
            columns.values.append(round(62 * _YI * share / (1 + at) ** 0.75, 2))
    entry = write_figures(
        acting_user=admin, figures=columns, source=EntrySource.WORKBOOK,
        title=f"重点企业营业收入 {of.year} 年 1—{of.months} 月（示例数据）",
        source_name="重点企业.xlsx", source_key=of.firms_key, standing=Standing.REPORTED,
    )  # fmt: skip
    return int(entry.rows)


def _set_targets(admin: Any, firms: list[Any], year: int) -> None:
    catalogue = Catalogue()
    source = f"云泽市 {year} 年产业园区工作要点（示例）"
    common = {"year": year, "source": source}
    city = regions_by_code(["9901"])["9901"]
    for code, growth, curve in (
        ("total_income", 1.12, "last_year"), ("tax_paid_in", 1.08, "last_year"),
        ("fixed_investment", 1.1, "even"),
    ):  # fmt: skip
        _tree_of(admin, catalogue.by_code[code], growth, {**common, "curve": curve}, city)
    _cultivation(admin, catalogue.by_code["revenue"], common, city, firms)


def _tree_of(admin: Any, indicator: Any, growth: float, common: dict[str, Any], city: Any) -> None:
    """City, counties, parks: each park's last year grown, the county a little more than its parks
    together, so that the gap is told."""
    facts = [one for one in park_facts(admin) if not one.parent_zone_code]
    ids = subjects_of("park", [one.code for one in facts], acting_user=admin)
    last = dict.fromkeys(ids.values(), 0.0)
    first = (common["year"] - 1) * 12
    for row in figures_between(list(last), first, first + 11, [indicator.pk], [MONTH]):
        last[row[0]] += row[5] or 0.0
    aims = {
        one.code: round(last[ids[one.code]] / _YI * growth, 1)
        for one in facts
        if last[ids[one.code]]
    }
    by_county: dict[str, list[Any]] = {}
    for one in facts:
        if one.code in aims:
            by_county.setdefault(one.region_code, []).append(one)
    values = {**common, "name": indicator.name, "indicator": indicator, "kind": "figure"}
    total = sum(aims.values())
    top = add_target(
        acting_user=admin, values={**values, "region": city, "aim": round(total * 1.01, 1)}
    )
    regions = regions_by_code(by_county)
    for at, (code, parks) in enumerate(sorted(by_county.items())):
        own = sum(aims[one.code] for one in parks)
        aim = round(own * (1.02 if at % 3 == 0 else 1), 1)
        county = add_target(
            acting_user=admin,
            values={**values, "region": regions[code], "aim": aim, "parent": top, "position": at},
        )
        for one in parks:
            given = {"park_id": one.id, "aim": aims[one.code], "parent": county}
            add_target(acting_user=admin, values={**values, **given, "lead": "园区管委会"})


def _cultivation(
    admin: Any, revenue: Any, common: dict[str, Any], city: Any, firms: list[Any]
) -> None:
    """The numbers of a published speech: three, one, ten, ten."""
    heading = {**common, "name": "产业和企业培育", "kind": "heading", "region": city}
    top = add_target(acting_user=admin, values={**heading, "position": 9})
    reaching = {**common, "parent": top, "kind": "reaching", "indicator": revenue, "region": city}
    names = [one.name for one in firms[:_TREASURES]]
    members = [*names[:7], *(f"○{one}" for one in names[7:])]
    for given in (
        {**reaching, "name": "百亿产业", "aim": 3, "level": 100, "counted": "industry"},
        {**reaching, "name": "五十亿企业", "aim": 1, "level": 50},
        {**reaching, "name": "十亿企业", "aim": 10, "level": 10},
        {**common, "name": "镇园之宝企业", "parent": top, "kind": "listed", "region": city,
         "aim": 10, "members": "\n".join(members)},
    ):  # fmt: skip
        add_target(acting_user=admin, values=given)
    if firms:
        first = {
            **common,
            "name": "营业收入",
            "kind": "figure",
            "indicator": revenue,
            "parent": top,
        }
        add_target(acting_user=admin, values={**first, "enterprise_id": firms[0].id, "aim": 80})
