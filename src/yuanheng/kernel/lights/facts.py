"""The facts that a rule of lights may ask for, and those that follow from others.

A fact that is not known is unknown: never 0, never "no".
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from yuanheng.calc.expression import Kind, Symbol


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its code, its name in rules, and what exactly it means (in Chinese, as rules)."""

    code: str
    name: str
    kind: Kind
    meaning: str
    unit: str = ""


FACTS: tuple[Fact, ...] = (
    Fact("progress", "进度", "number", "实际完成，百分数，0 到 100"),
    Fact("planned", "计划进度", "number", "按计划此时应完成，百分数"),
    Fact("elapsed", "时间进度", "number", "已过去的时间，百分数；按天数，或按月度计划曲线"),
    Fact(
        "gap", "进度差", "number", "进度减计划进度（没有计划进度的减时间进度），百分点，落后为负"
    ),
    Fact("shortfall", "落后比例", "number", "（计划进度 - 进度）÷ 计划进度，50% 就是 0.5"),
    Fact("behind", "进度滞后", "boolean", "进度差小于 0"),
    Fact("poor_result", "成效不佳", "boolean", "由督查人员认定"),
    Fact("days_left", "剩余天数", "number", "到期还有几天，按时限的算法"),
    Fact("days_overdue", "超期天数", "number", "超期几天，没有超期为 0"),
    Fact("near_due", "临近到期", "boolean", "时限已进入提醒期"),
    Fact("overdue", "已超期", "boolean", "超期天数大于 0"),
    Fact("closed", "已办结", "boolean", "已经销号或办结"),
    Fact("start_missed", "当月未按计划开工", "boolean", "计划当月开工而没有开工"),
    Fact(
        "months_not_started", "未开工月数", "number", "计划开工日以后没有开工的整月数，已开工为 0"
    ),
    Fact("months_not_in_statistics", "未入库月数", "number", "开工以后没有入库的月数，已入库为 0"),
    Fact("fund_use_below_rule", "资金使用低于规定", "boolean", "资金使用没有达到规定"),
    Fact("months_unmet", "连续未达标月数", "number", "连续几个月没有完成，达标为 0"),
    Fact("growth", "增幅", "number", "指标实际增幅，8% 就是 0.08"),
    Fact("planned_growth", "计划增幅", "number", "计划增幅，8% 就是 0.08"),
    Fact("city_growth", "全市平均增幅", "number", "全市平均增幅，8% 就是 0.08"),
    Fact(
        "bond_shortfall", "债券使用落后比例", "number", "债券资金使用低于计划的比例，30% 就是 0.3"
    ),
    Fact("warning_needed", "需要提醒", "boolean", "督查人员认为应当提醒"),
    Fact("direct_warning", "直接预警", "boolean", "紧急事项，决定直接发橙色预警单"),
    Fact("last_slip", "上次督办颜色", "text", "上一张督办单：blue、orange、red，没有为 none"),
    Fact("last_slip_unmet", "上次督办未落实", "boolean", "上一张督办单到期没有落实"),
    Fact("total_investment", "总投资", "number", "项目总投资", "元"),
)
FACT_BY_CODE = {fact.code: fact for fact in FACTS}


@cache
def symbols() -> dict[str, Symbol]:
    """The names that a condition may use: each code and each Chinese name."""
    found = {}
    for fact in FACTS:
        symbol = Symbol(fact.code, fact.kind, fact.unit, name=fact.name)
        found[fact.code] = found[fact.name] = symbol
    return found


def complete_facts(given: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Every fact, with those that follow from others; ``None`` for what is not known.

    Besides facts, ``starts_on``, ``ends_on`` and ``curve`` (month → cumulative percent) may be
    given: the elapsed time follows from them. KeyError for a name that is no fact.
    """
    known = dict.fromkeys(FACT_BY_CODE)
    plan = {name: given[name] for name in ("starts_on", "ends_on", "curve") if name in given}
    for name, value in given.items():
        if name in plan:
            continue
        if name not in known:
            raise KeyError(name)
        known[name] = float(value) if _is_number(value) else value
    if known["elapsed"] is None:
        known["elapsed"] = _elapsed(plan, on)
    if known["gap"] is None:
        goal = known["planned"] if known["planned"] is not None else known["elapsed"]
        if goal is not None and known["progress"] is not None:
            # Figures are read with few decimals: 70.1 - 40.1 must be 30, not 29.999999999999996.
            known["gap"] = round(known["progress"] - goal, 9)
    if known["shortfall"] is None and known["planned"] and known["progress"] is not None:
        known["shortfall"] = round((known["planned"] - known["progress"]) / known["planned"], 12)
    if known["behind"] is None and known["gap"] is not None:
        known["behind"] = known["gap"] < 0
    if known["days_overdue"] is None and known["days_left"] is not None:
        known["days_overdue"] = max(0.0, -known["days_left"])
    if known["overdue"] is None and known["days_overdue"] is not None:
        known["overdue"] = known["days_overdue"] > 0
    return known


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _elapsed(plan: Mapping[str, Any], on: date) -> float | None:
    if plan.get("curve"):
        return elapsed_by_curve(plan["curve"], on)
    if plan.get("starts_on") and plan.get("ends_on"):
        return elapsed_by_days(plan["starts_on"], plan["ends_on"], on)
    return None


def elapsed_by_days(starts_on: date, ends_on: date, on: date) -> float:
    """Percent of the days that have passed, ``on`` itself included; 100 on the last day.

    >>> elapsed_by_days(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
    100.0
    """
    whole = (ends_on - starts_on).days + 1
    if whole <= 0:
        raise ValueError(f"ends {ends_on} before it starts {starts_on}")
    passed = min(max((on - starts_on).days + 1, 0), whole)
    return round(100 * passed / whole, 6)


def elapsed_by_curve(curve: Mapping[str, float], on: date) -> float:
    """The plan's percent on a day: given for the ends of months (``2025-03``), straight between.

    >>> elapsed_by_curve({"2025-01": 10, "2025-02": 30}, date(2025, 2, 14))
    20.0
    """
    ends = sorted((_month_end(month), float(percent)) for month, percent in curve.items())
    first_day, _ = ends[0]
    before = (first_day.replace(day=1) - timedelta(days=1), 0.0)
    if on <= before[0]:
        return 0.0
    for end, percent in ends:
        if on <= end:
            share = (on - before[0]).days / (end - before[0]).days
            return round(before[1] + share * (percent - before[1]), 6)
        before = (end, percent)
    return before[1]


def _month_end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])
