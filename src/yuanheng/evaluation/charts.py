"""Charts of results, as options of the chart library; each has its figures for a table too."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.evaluation.models import Result
from yuanheng.evaluation.queries import Spread
from yuanheng.kernel.figures import exact, figure

_BINS = 16
_GOOD, _BAD, _PALE = "#0f9488", "#b4483a", "#b9c7d4"
_LONGEST_BAR = 200.0


@dataclass(frozen=True, slots=True)
class Chart:
    """An option, its height in pixels, and the same figures as a table."""

    option: dict[str, Any]
    height: int
    headers: list[Any]
    rows: list[list[Any]]


def _nice(width: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    if width <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(width))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= width * 0.999)


def histogram(spread: Spread) -> Chart | None:
    """How many subjects lie in which range of scores; the far end is one bar."""
    if spread.count < 12:
        return None
    ordered = sorted(spread.scores)
    low, far = ordered[0], ordered[int(0.985 * (len(ordered) - 1))]
    width = _nice((far - low) / _BINS)
    start = math.floor(low / width) * width
    bins = max(1, math.ceil((far - start) / width))
    counted = [0] * (bins + 1)
    for score in ordered:
        counted[min(bins, int((score - start) / width))] += 1
    labels = [
        f"{exact(start + at * width)}–{exact(start + (at + 1) * width)}" for at in range(bins)
    ]
    labels.append(f"≥ {exact(start + bins * width)}")
    if not counted[bins]:
        labels, counted = labels[:bins], counted[:bins]
    option = {
        "aria_label": _("Distribution of scores"),
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 8, "right": 12, "top": 28, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "category", "data": labels, "axisLabel": {"rotate": 40, "fontSize": 11},
                  "axisTick": {"show": False}},
        "yAxis": {"type": "value", "name": _("subjects"), "minInterval": 1},
        "series": [{"type": "bar", "name": _("subjects"), "barCategoryGap": "12%",
                    "data": counted}],
    }  # fmt: skip
    rows = [[label, count] for label, count in zip(labels, counted, strict=True)]
    return Chart(option, 290, [_("Score"), _("subjects")], rows)


def grades(spread: Spread, scale: list[str]) -> Chart | None:
    """How many got which grade."""
    if not scale or not spread.grades:
        return None
    names = [grade for grade in scale if grade in spread.grades]
    names += [grade for grade in spread.grades if grade not in scale]
    counts = [spread.grades[name] for name in names]
    total = sum(counts)
    option = {
        "aria_label": _("Distribution of grades"),
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": names, "axisTick": {"show": False}},
        "yAxis": {"type": "value", "name": _("subjects"), "minInterval": 1},
        "series": [{"type": "bar", "name": _("subjects"), "barMaxWidth": 56, "data": counts,
                    "label": {"show": True, "position": "top"}}],
    }  # fmt: skip
    rows = [[n, c, f"{100 * c / total:.1f}%"] for n, c in zip(names, counts, strict=True)]
    return Chart(option, 290, [_("Grade"), _("subjects"), _("Share")], rows)


def movers(rows: list[Result]) -> Chart | None:
    """Who won and who lost most places."""
    if not rows:
        return None
    bars = [
        {"value": row.places, "itemStyle": {"color": _GOOD if (row.places or 0) > 0 else _BAD}}
        for row in rows
    ]
    option = {
        "aria_label": _("Who moved most"),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": {"show": False}},
        "yAxis": {"type": "category", "inverse": True, "data": [row.name for row in rows],
                  "axisLabel": {"width": 150, "overflow": "truncate"},
                  "axisTick": {"show": False}},
        "series": [{"type": "bar", "name": _("places won"), "data": bars, "barMaxWidth": 18,
                    "label": {"show": True, "position": "right"}}],
    }  # fmt: skip
    table = [[row.name, f"{row.places:+,}"] for row in rows]
    return Chart(option, 40 + 27 * len(rows), [_("Name"), _("places won")], table)


def stacked(
    rows: list[Result], parts: list[str], points: dict[str, list[float | None]]
) -> Chart | None:
    """The score of each subject, put together from its dimensions."""
    shown = [row for row in rows if row.subject_id in points]
    if not shown or not parts:
        return None
    series = [
        {
            "type": "bar",
            "stack": "score",
            "name": part,
            "barMaxWidth": 26,
            "data": [round(points[row.subject_id][at] or 0, 2) for row in shown],
        }
        for at, part in enumerate(parts)
    ]
    names = [f"{row.rank or '—'}  {row.name}" for row in shown]
    option = {
        "aria_label": _("Scores by dimension"),
        "legend": {"type": "scroll", "top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {"left": 8, "right": 36, "top": 38, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "inverse": True, "data": names,
                  "axisLabel": {"width": 190, "overflow": "truncate"},
                  "axisTick": {"show": False}},
        "series": series,
    }  # fmt: skip
    headers = [_("Rank"), _("Name"), *parts, _("Score")]
    table = [
        [
            row.rank or "—",
            row.name,
            *(figure(p) for p in points[row.subject_id]),
            figure(row.score),
        ]
        for row in shown
    ]
    return Chart(option, 70 + 34 * len(shown), headers, table)


def item_bars(items: list[dict[str, Any]]) -> Chart | None:
    """Points per item as a share of the weight, beside the median of the group."""
    scored = [item for item in items if item["weight"]]
    if not scored:
        return None

    def bar(points: float | None, weight: float) -> dict[str, Any] | None:
        if points is None:
            return None
        percent = 100 * points / weight
        text = f"{percent:.0f}%"
        return {
            "value": round(max(0.0, min(percent, _LONGEST_BAR)), 2),
            "label": {"formatter": text},
        }

    own = [bar(item["points"], item["weight"]) for item in scored]
    middle = [bar(item["median_points"], item["weight"]) for item in scored]
    label = {"show": True, "position": "right", "fontSize": 11, "color": "#34495e"}
    option = {
        "aria_label": _("Points per item as a share of the weight"),
        "legend": {"top": 0},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {"left": 8, "right": 44, "top": 34, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "min": 0, "splitNumber": 4,
                  "axisLabel": {"formatter": "{value}%", "hideOverlap": True}},
        "yAxis": {"type": "category", "inverse": True,
                  "data": [item["name"] for item in scored],
                  "axisLabel": {"width": 150, "overflow": "truncate"},
                  "axisTick": {"show": False}},
        "series": [
            {"type": "bar", "name": _("this subject"), "data": own, "label": label,
             "barMaxWidth": 13},
            {"type": "bar", "name": _("median of the group"), "data": middle,
             "itemStyle": {"color": _PALE}, "barMaxWidth": 13},
        ],
    }  # fmt: skip
    return Chart(option, 60 + 36 * len(scored), [], [])
