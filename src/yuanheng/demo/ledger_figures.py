"""The parks' figures in the ledger: the yearly table by month, with the parts of its ratios.

The yearly table gives ratios such as 亩均税收; a ledger holds what they are made of. The parts are
made so that the ratio comes out as the table has it. Everything here is invented, as the city is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from yuanheng.calc.periods import Period
from yuanheng.demo.columns import PARK_FIGURE_COLUMNS
from yuanheng.ledger.api import (
    Catalogue,
    EntrySource,
    FigureColumns,
    Standing,
    has_entry,
    subjects_of,
    write_figures,
)

# How a year falls on its months: a weak start, a strong December.
_SEASON = (6.1, 5.6, 8.4, 7.9, 8.2, 9.4, 8.0, 8.1, 9.1, 8.3, 8.9, 12.0)
_MONTHLY_FROM = 2023
_YI, _WAN = 1e8, 1e4
_TAKEN = {
    "技工贸总收入": ("total_income", _YI),
    "规模工业增加值": ("industrial_va", _YI),
    "固定资产投资": ("fixed_investment", _YI),
    "入库税收": ("tax_paid_in", _YI),
    "进出口总额": ("trade", _YI),
    "新签约亿元以上项目数": ("signed_projects_100m", 1.0),
    "省级以上创新平台数": ("platforms", 1.0),
    "高新技术企业数": ("hightech_firms", 1.0),
    "企业满意度": ("satisfaction", 1.0),
    "审批平均办理时长": ("approval_days", 1.0),
    "较大及以上安全事故": ("larger_accidents", 1.0),
    "中央环保督察问题": ("inspection_problems", 1.0),
    "规模工业增加值增速": ("industrial_va_growth", 1.0),
}
_BY_YEAR = {"inspection_problems", "land_area", "industrial_va_growth"}


def load_park_figures(path: Path, admin: Any) -> int:
    """Write the park table into the ledger, one entry a year; how many figures were new."""
    catalogue = Catalogue()
    rows = list(_rows(path))
    ids = subjects_of("park", [str(row["园区代码"]) for row in rows], acting_user=admin)
    earlier: dict[tuple[str, int], dict[str, float]] = {}
    written = 0
    for year in sorted({int(row["年度"]) for row in rows}):
        key = f"demo-park-figures-{year}"
        columns = FigureColumns([], [], [], [], [], [])
        for line, row in enumerate(rows, 2):
            if int(row["年度"]) != year:
                continue
            code = str(row["园区代码"])
            figures = _figures(row)
            earlier[code, year] = figures
            _add(columns, ids[code], catalogue, year, figures, earlier.get((code, year - 1)), line)
        if has_entry(EntrySource.WORKBOOK, key):
            continue
        entry = write_figures(
            acting_user=admin,
            figures=columns,
            source=EntrySource.WORKBOOK,
            title=f"园区指标 {year}（示例数据）",
            source_name=path.name,
            source_key=key,
            standing=Standing.ACCEPTED,
        )
        written += entry.rows
    return written


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The table's lines by plain column name; its first line is the heading."""
    lines = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    names = [column.name for column in PARK_FIGURE_COLUMNS]
    heads = next(at for at, line in enumerate(lines) if str(line[1]).startswith("园区代码"))
    for line in lines[heads + 1 :]:
        if str(line[1]).strip():
            yield dict(zip(names, line, strict=False))


def _figures(row: dict[str, Any]) -> dict[str, float]:
    """A year of a park by indicator: what the table has, and the parts of its ratios."""
    known = {name: row[name] for name in row if isinstance(row[name], int | float)}
    found = {
        code: float(known[name]) * factor
        for name, (code, factor) in _TAKEN.items()
        if name in known
    }
    income, added = found.get("total_income", 0.0), found.get("industrial_va", 0.0)
    if known.get("亩均税收"):
        found["land_area"] = round(found["tax_paid_in"] / (known["亩均税收"] * _WAN), 2)
        _add_land(found, known)
    found["revenue"] = found["industrial_sales"] = income
    _share(found, known, "主导产业集聚度", "leading_revenue", income)
    _share(found, known, "研发投入强度", "rd_spend", income)
    _share(found, known, "高新技术产业增加值占比", "hightech_va", added)
    if known.get("单位增加值能耗"):
        found["energy"] = round(known["单位增加值能耗"] * added / _WAN, 1)
    _add_projects(found, known)
    found["firms"] = round(found.get("hightech_firms", 0.0) * 4.7)
    found["scale_firms"] = round(found.get("hightech_firms", 0.0) * 2.1)
    return found


def _share(
    found: dict[str, float], known: dict[str, float], name: str, code: str, whole: float
) -> None:
    if name in known:
        found[code] = round(known[name] * whole / 100, 2)


def _add_land(found: dict[str, float], known: dict[str, float]) -> None:
    area = found["land_area"]
    found["land_supplied"] = round(area * 1.18, 2)
    found["land_ready"] = round(area * 1.27, 2)
    found["land_developable"] = round(area * 1.6, 2)
    if "土地建成率" in known:
        found["land_built"] = round(found["land_supplied"] * known["土地建成率"] / 100, 2)
    found["idle_land"] = round(area * 0.012, 1)
    found["approved_not_supplied"] = round(area * 0.05, 1)


def _add_projects(found: dict[str, float], known: dict[str, float]) -> None:
    signed = round(known.get("新签约亿元以上项目数", 0) * 2.5)
    if "项目履约率" in known and signed:
        found["signed_projects"] = float(signed)
        found["fulfilled_projects"] = float(round(signed * known["项目履约率"] / 100))
    if "企业诉求按期办结率" in known:
        found["appeals"] = float(round(120 + found.get("hightech_firms", 0.0)))
        found["appeals_closed_in_time"] = float(
            round(found["appeals"] * known["企业诉求按期办结率"] / 100)
        )


def _add(
    columns: FigureColumns,
    subject: int,
    catalogue: Catalogue,
    year: int,
    figures: dict[str, float],
    before: dict[str, float] | None,
    line: int,
) -> None:
    for code, value in figures.items():
        indicator = catalogue.by_code[code]
        season = _season(subject, year)
        for period, part in _spread(indicator, year, value, (before or {}).get(code), season):
            columns.subject_ids.append(subject)
            columns.indicator_ids.append(indicator.pk)
            columns.starts.append(period.start)
            columns.kinds.append(period.kind)
            columns.values.append(part)
            columns.places.append(f"第{line}行")


def _season(subject: int, year: int) -> tuple[float, ...]:
    """How a park's year falls on its months: alike, and never quite the same."""
    return tuple(
        share * (1 + 0.09 * math.sin(1.7 * month + 2.3 * subject + 4.1 * year))
        for month, share in enumerate(_SEASON)
    )


def _spread(
    indicator: Any, year: int, value: float, before: float | None, season: tuple[float, ...]
) -> Iterator[tuple[Period, float]]:
    """A year as it is reported: flows fall on months, stocks move from one year's end to the
    next."""
    if year < _MONTHLY_FROM or indicator.code in _BY_YEAR or indicator.frequency == "year":
        yield Period.parse(str(year)), value
        return
    every = {"month": 1, "quarter": 3}.get(indicator.frequency, 1)
    start = before if before is not None else value
    reached = 0.0
    for month in range(every, 13, every):
        period = Period.parse(f"{year}-{month:02d}" if every == 1 else f"{year}Q{month // 3}")
        if indicator.over_time == "sum":
            whole = sum(season[:month]) / sum(season) * value
            whole = round(whole, 2 if indicator.measure == "元" else 0) if month < 12 else value
            yield period, round(whole - reached, 2)
            reached = whole
        else:
            part = start + (value - start) * month / 12
            yield period, value if month == 12 else round(part, 0 if value == int(value) else 2)
