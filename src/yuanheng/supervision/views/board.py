"""All tasks at a glance: by light, by state, by unit."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel.components import Tab
from yuanheng.kernel.directory import directory
from yuanheng.kernel.policies import VIEW, require
from yuanheng.supervision.flow.tasks import TaskFlow
from yuanheng.supervision.models import Source, Task
from yuanheng.supervision.panels import lines_of

MOST = 1000
SHOWN = 50  # cards of one column
_LIGHTS = ("red", "orange", "yellow", "blue", "green", "grey")


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """``/tasks/board/?by=light``; ``unit=mine`` narrows it to what my unit leads."""
    require(request.user, VIEW, Task)
    by = request.GET.get("by", "light")
    if by not in _WAYS:
        raise Http404
    rows = _chosen(request)
    lines = lines_of(rows.order_by("due_on", "serial")[: MOST + 1])
    is_cut = len(lines) > MOST
    columns = _WAYS[by](lines[:MOST])
    for one in columns:
        one["more"] = max(0, len(one["lines"]) - SHOWN)
        one["lines"] = one["lines"][:SHOWN]
    mine = request.GET.get("unit") == "mine"
    keep = "&unit=mine" if mine else ""
    titles = {"light": _("By light"), "state": _("By state"), "unit": _("By unit")}
    context = {
        "columns": columns,
        "count": min(len(lines), MOST),
        "tabs": [Tab(titles[one], f"?by={one}{keep}", is_active=one == by) for one in _WAYS],
        "by": by,
        "mine": mine,
        "is_cut": is_cut,
        "sources": Source.objects.visible_to(request.user).order_by("-held_on")[:50],
        "source": request.GET.get("source", ""),
        "trail": [(Task._meta.verbose_name_plural, "/tasks/")],
    }
    return render(request, "supervision/board.html", context)


def _chosen(request: HttpRequest) -> Any:
    rows = Task.objects.visible_to(request.user).filter(closed_at__isnull=True)
    if request.GET.get("unit") == "mine":
        mine = {org for _role, org in directory().posts(request.user)}
        rows = rows.filter(lead__in=mine | {request.user.org_unit_id})
    source = request.GET.get("source", "")
    return rows.filter(source__code=source) if source else rows


def _by_light(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    words = {
        "red": _("Red"), "orange": _("Orange"), "yellow": _("Yellow"), "blue": _("Blue"),
        "green": _("Green"), "grey": _("without a light"),
    }  # fmt: skip
    found: dict[str, list[Any]] = defaultdict(list)
    for one in lines:
        found[one["light"].colour if one["light"] else "grey"].append(one)
    return [
        {"title": words[colour], "light": {"colour": colour, "words": words[colour]},
         "count": len(found[colour]), "lines": found[colour]}
        for colour in _LIGHTS
        if found[colour] or colour in ("red", "yellow", "green")
    ]  # fmt: skip


def _by_state(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"title": state.title, "count": len(own), "lines": own}
        for state in TaskFlow.states
        if not state.final
        for own in [[one for one in lines if one["state"] is state]]
    ]


def _by_unit(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for one in lines:
        found[one["task"].lead].append(one)
    order = sorted(found.items(), key=lambda pair: (-len(pair[1]), str(pair[0])))
    return [
        {"title": str(unit) if unit else _("no unit yet"), "count": len(own), "lines": own}
        for unit, own in order
    ]


_WAYS = {"light": _by_light, "state": _by_state, "unit": _by_unit}
