"""What the registers put on the home page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.kernel import home
from yuanheng.kernel.counting import count_together
from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import IMPORT, can
from yuanheng.registry.choices import ParkRank
from yuanheng.registry.models import Enterprise, Park, Region
from yuanheng.registry.queries import enterprise_counts, park_ranks


def _figures(user: Any) -> dict[str, Any] | None:
    if not directory().is_inside(user):  # who sees one enterprise counts nothing
        return None
    ranks = dict.fromkeys(ParkRank.values, 0)
    parks = park_ranks(user)
    total = len(parks)
    for park in parks:
        if park.rank:
            ranks[park.rank] += 1
    return {
        "parks": total,
        "ranks": ranks,
        "has_ranks": not total or any(ranks.values()),
        "enterprises": enterprise_counts(user),
    }


def _chart(user: Any) -> dict[str, Any] | None:
    parks = [one for one in park_ranks(user) if one.enterprise_count][:12]
    if not parks:
        return None
    names = [park.short_name or park.name for park in parks]
    option = {
        "aria_label": _("Enterprises by park"),
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "inverse": True, "data": names},
        "series": [
            {
                "type": "bar",
                "name": _("Enterprises"),
                "data": [park.enterprise_count for park in parks],
            },
            {
                "type": "bar",
                "name": _("above scale"),
                "data": [park.scale_count for park in parks],
            },
        ],
    }
    return {"parks": parks, "option": option, "height": 90 + 36 * len(parks)}


def _first_steps(user: Any) -> dict[str, Any] | None:
    """What an office does first, as long as a register is empty."""
    if any(one.enterprise_count for one in park_ranks(user)):
        return None  # an enterprise lies in a park, and a park in a division: all is there
    steps = [
        (Region, "regions", _("Import the administrative divisions")),
        (Park, "parks", _("Import the parks, or add them by hand")),
        (Enterprise, "enterprises", _("Import the enterprises")),
    ]
    mine = [one for one in steps if can(user, IMPORT, one[0])]
    there = count_together(
        {code: model.objects.filter(pk__in=_first(user, model)) for model, code, _text in mine},
    )
    shown = [
        {
            "text": text,
            "done": bool(there.get(code)),
            "href": reverse("upload-create", args=[code]),
        }
        for _model, code, text in mine
    ]
    return {"steps": shown} if any(not step["done"] for step in shown) else None


def _first(user: Any, model: Any) -> Any:
    """One row is enough to know that there are some."""
    return model.objects.visible_to(user).order_by().values("pk")[:1]


home.add(home.HomePanel("registry/_home_figures.html", _figures, order=10))
home.add(home.HomePanel("registry/_home_steps.html", _first_steps, order=5))
home.add(home.HomePanel("registry/_home_chart.html", _chart, order=30))
