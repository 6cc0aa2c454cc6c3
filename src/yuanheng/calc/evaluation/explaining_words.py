"""The words of an explanation: what states, ways and treatments are called, and short phrases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yuanheng.calc.evaluation.program import ItemColumns

Row = Mapping[str, Any]
STATES = {
    1: ("missing", "缺数", "missing"),
    2: ("zero", "为零", "zero"),
    3: ("negative", "为负", "negative"),
    4: ("no_benchmark", "无可用标杆", "no usable benchmark"),
}
NEGLIGIBLE = 1e-6
TREATMENTS = {
    "zero_points": ("得 0 分", "0 points"),
    "group_mean_score": ("按本组平均得分计", "the group's mean score"),
    "leave_out": ("不计此项，权重分给其他项", "left out, its weight falls on the others"),
    "fail": ("不予评价", "not evaluated"),
}
TURNED = ("，反向计入：此分越高，总分越低", ", counted in reverse: more of it lowers the score")
WAYS = {
    "geometric": ("几何平均", "geometric mean"),
    "harmonic": ("调和平均", "harmonic mean"),
    "quadratic": ("平方平均", "quadratic mean"),
    "power_mean": ("幂平均", "power mean"),
    "minimum": ("最低一项（木桶法）", "minimum"),
    "median": ("加权中位数", "weighted median"),
    "owa": ("有序加权(OWA)", "ordered weighted average (OWA)"),
    "copeland": ("两两比较的胜负(Copeland)", "balance of pairwise wins (Copeland)"),
    "topsis": ("接近理想解的程度(TOPSIS)", "nearness to the ideal (TOPSIS)"),
    "vikor": ("折中排序(VIKOR)", "compromise (VIKOR)"),
    "benefit_of_the_doubt": ("择优加权(DEA)", "benefit of the doubt (DEA)"),
}
IMPUTED_BY = {
    "group_mean": ("本组平均值", "the group's mean"),
    "group_median": ("本组中位数", "the group's median"),
    "regression": ("其他指标的回归推算", "what a regression over other items says"),
    "nearest": ("最相近的几家的平均", "the mean of the nearest subjects"),
    "previous": ("本单位上期数", "its own figure of the period before"),
    "last_year": ("本单位上年同期数", "its own figure of last year"),
}
TREATED_BY = {
    "winsorise": ("缩尾", "winsorised"),
    "quantiles": ("分位截断", "cut at a quantile"),
    "log_range": ("取对数", "its logarithm"),
    "box_cox": ("Box-Cox 变换", "its Box-Cox transform"),
}


def number(value: float | None, digits: int = 4) -> str:
    """A figure as Chinese offices write it: no trailing zeros, thousands separated."""
    if value is None:
        return "—"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def reverse_words(one: Mapping[str, Any]) -> tuple[str, str]:
    """What a dimension adds to the level above of which a rise lowers it."""
    name, points, weight = one["name"], one["points"] or 0.0, one["weight"]
    counted = one["counted"] or 0.0
    if abs(weight - points - counted) > NEGLIGIBLE:
        return (
            f"“{name}”越低越好，本期没有计分的指标，不计入上一级。",
            f"“{name}” is the better the lower; none of its items counts this time.",
        )
    sum_ = f"{number(weight)} − {number(points)} = {number(counted)}"
    return (
        f"“{name}”越低越好：本身得 {number(points)} 分，按满分 {number(weight)} 分反向计入上一级，"
        f"{sum_} 分。",
        f"“{name}” is the better the lower: it has {number(points)} of {number(weight)} points "
        f"and adds {sum_} to the level above.",
    )


def wins_words(row: Row, level: str) -> tuple[str, str]:
    """How a subject came out of the pairs of a level."""
    net, others = row.get(f"{level}/net"), row.get(f"{level}/others")
    if net is None or not others:
        return "", ""
    count, met = abs(int(net)), int(others)
    zh = f"净胜 {count} 家" if net >= 0 else f"净负 {count} 家"
    en = f"{count} more won than lost" if net >= 0 else f"{count} more lost than won"
    return f"：与另外 {met} 家逐一比较，{zh}", f": compared with {met} others, {en}"


def figure_words(item: ItemColumns, row: Row) -> tuple[str, str]:
    """What was put in for a missing figure, and what it was scored as after treatment."""
    zh, en = "", ""
    if item.imputed and row.get(item.imputed):
        by = IMPUTED_BY[item.imputed_by]
        zh, en = f"（缺数，按{by[0]}补）", f" (missing, {by[1]} put in)"
    if item.treated and (item.pulled is None or row.get(item.pulled)):
        by, scored = TREATED_BY[item.treated_by], number(row.get(item.treated))
        zh, en = f"{zh}，{by[0]}后按 {scored} 计", f"{en}, {by[1]}: {scored}"
    return zh, en
