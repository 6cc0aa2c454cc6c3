"""An assessment of ranks as pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yuanheng.calc.robustness import CHOICE_NAMES
from yuanheng.evaluation.charts import Chart
from yuanheng.evaluation.models import Assessment, Result
from yuanheng.kernel.chinese import full_width
from yuanheng.kernel.figures import listed
from yuanheng.kernel.importing.reading import language

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Assessed:
    """Sentences in the page's language, and what matters: choice, first, total, error bars."""

    row: Assessment
    sentences: list[str]
    choices: list[dict[str, Any]]
    moved: list[tuple[str, str]]


def assessed(row: Assessment | None) -> Assessed | None:
    """What a page says of an assessment."""
    if row is None:
        return None
    english = language() == "en"
    at = 1 if english else 0
    sentences = [one["en"] if english else full_width(one["zh"]) for one in row.found["sentences"]]
    choices = [
        {**one, "name": CHOICE_NAMES[one["choice"]][at], "first": max(one["first"], 0.0)}
        for one in sorted(row.found["sensitivity"], key=lambda one: -one["total"])
    ]
    moved = [
        (CHOICE_NAMES[name][at], _moved(name, how)) for name, how in row.found["choices"].items()
    ]
    return Assessed(row, sentences, choices, moved)


def _moved(choice: str, how: Any) -> str:
    """How far a choice was moved, in words."""
    if choice == "left_out":
        return _("one item at a time, or none")
    if choice in ("normalisation", "imputation", "aggregation"):
        words = {
            "scheme": _("as the scheme"),
            "range": _("min-max"),
            "z_score": _("z-score"),
            "place": _("by place"),
            "ratio_to_best": _("ratio to the best"),
            "group_mean_score": _("the group's mean points"),
            "group_median_score": _("the group's median points"),
            "zero_points": _("0 points"),
            "leave_out": _("left out, its weight falls on the others"),
            "geometric": _("geometric mean"),
            "harmonic": _("harmonic mean"),
        }
        return listed(words.get(one, one) for one in how)
    if "dirichlet" in how:
        return _("Dirichlet, concentration %(n)s") % {"n": f"{how['dirichlet']:g}"}
    if choice == "error":
        return _("standard error %(share)s") % {"share": f"{how['deviation']:.0%}"}
    return f"±{how['share']:.0%}"


def together(rows: QuerySet) -> list[list[Result]]:
    """Those of ``rows`` who can't be told apart, group by group from the top; a group of which
    only one is visible is left out."""
    found: dict[int, list[Result]] = {}
    ordered = rows.filter(interval__together__isnull=False).select_related("interval")
    for row in ordered.order_by("position")[:2000]:
        found.setdefault(row.interval.together, []).append(row)
    return [members for members in found.values() if len(members) > 1]


def interval_chart(rows: list[Result]) -> Chart | None:
    """The rank and its interval, one line a subject."""
    shown = [row for row in rows if getattr(row, "interval", None) is not None][:_SHOWN]
    if len(shown) < 2:
        return None
    names = [f"{row.rank}  {row.name}" for row in shown]
    low = [row.interval.low for row in shown]
    width = [row.interval.high - row.interval.low for row in shown]
    own = [[row.rank, at] for at, row in enumerate(shown)]
    option = {
        "aria_label": _("Rank and its interval"),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0, "data": [_("rank interval"), _("Rank")]},
        "grid": {"left": 8, "right": 24, "top": 34, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "min": 1, "minInterval": 1, "position": "top"},
        "yAxis": {"type": "category", "inverse": True, "data": names,
                  "axisLabel": {"width": 190, "overflow": "truncate"},
                  "axisTick": {"show": False}},
        "series": [
            {"type": "bar", "stack": "interval", "silent": True, "data": low,
             "itemStyle": {"color": "transparent"}, "barMaxWidth": 9},
            {"type": "bar", "stack": "interval", "name": _("rank interval"), "data": width,
             "itemStyle": {"color": "#7fa6c9", "borderRadius": 4}, "barMaxWidth": 9},
            {"type": "scatter", "name": _("Rank"), "data": own, "symbolSize": 9,
             "itemStyle": {"color": "#1d4f80"}},
        ],
    }  # fmt: skip
    table = [[row.rank, row.name, row.interval.low, row.interval.high] for row in shown]
    headers = [_("Rank"), _("Name"), _("best rank"), _("worst rank")]
    return Chart(option, 60 + 22 * len(shown), headers, table)
