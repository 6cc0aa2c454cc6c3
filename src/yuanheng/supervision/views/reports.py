"""The bulletin (督查通报) and the scores of the units, for a span of days, on screen and paper."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.downloads import DOCX, file_response
from yuanheng.kernel.models import Slip
from yuanheng.kernel.official_word import official_word
from yuanheng.kernel.policies import VIEW, require
from yuanheng.supervision.bulletin_word import bulletin_word
from yuanheng.supervision.models import Task
from yuanheng.supervision.panels import lines_of

MOST = 1000


@require_safe
def bulletin(request: HttpRequest) -> HttpResponse:
    """``/tasks/bulletin/?from=2026-10-01&to=2026-10-31``"""
    return render(request, "supervision/bulletin.html", _bulletin(request))


@require_safe
def bulletin_file(request: HttpRequest) -> HttpResponse:
    """The same as .docx in the official layout; ``number`` in the address is the 发文字号."""
    context = _bulletin(request)
    sender = str(request.user.org_unit or "")  # type: ignore[union-attr]
    number = request.GET.get("number", "").strip()[:60]
    told = bulletin_word(context, sender=sender, number=number)
    name = f"{told.title}（{context['first']}—{context['last']}）.docx"
    return file_response(name, official_word(told), DOCX)


def _bulletin(request: HttpRequest) -> dict[str, Any]:
    require(request.user, VIEW, Task)
    first, last = _span(request)
    tasks = Task.objects.visible_to(request.user).filter(issued_on__lte=last)
    running = Q(closed_at__isnull=True) | Q(closed_at__date__gt=last)
    open_lines = lines_of(tasks.filter(running).order_by("due_on")[:MOST])
    closed = list(_closed(tasks, first, last))
    late = [one for one in open_lines if one["finish_on"] and one["finish_on"] < clock.today()]
    red = [one for one in open_lines if one["light"] and one["light"].colour == "red"]
    yellow = [one for one in open_lines if one["light"] and one["light"].colour == "yellow"]
    in_time = [one for one in closed if one.finished_on and one.finished_on <= one.finish_on]
    slips = Slip.objects.visible_to(request.user).filter(
        issued_at__date__gte=first, issued_at__date__lte=last,
        clock__subject_model=Task._meta.label,
    )  # fmt: skip
    return {
        "first": first,
        "last": last,
        "issued": tasks.filter(issued_on__gte=first).count(),
        "running": len(open_lines),
        "closed": len(closed),
        "in_time": len(in_time),
        "late": late,
        "red": [one for one in red if one not in late],
        "yellow": yellow,
        "slips": list(slips.select_related("responsible", "clock").order_by("number")[:MOST]),
        "units": units_scored(closed, open_lines),
        "printed_at": clock.now(),
        "title": _("Supervision bulletin"),
        "back_url": "/tasks/",
    }


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """Every unit with its closed tasks, how many in time, and the mean score by weight."""
    require(request.user, VIEW, Task)
    first, last = _span(request, days=365)
    tasks = Task.objects.visible_to(request.user).filter(issued_on__lte=last)
    open_lines = lines_of(tasks.filter(closed_at__isnull=True)[:MOST])
    context = {
        "units": units_scored(list(_closed(tasks, first, last)), open_lines),
        "first": first,
        "last": last,
        "trail": [(Task._meta.verbose_name_plural, "/tasks/")],
    }
    return render(request, "supervision/scores.html", context)


def _closed(tasks: Any, first: date, last: date) -> Any:
    return (
        tasks.filter(state="closed", closed_at__date__gte=first, closed_at__date__lte=last)
        .select_related("lead", "source")
        .order_by("closed_at")[:MOST]
    )


def units_scored(closed: list[Task], running: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By lead unit: closed, in time, overdue now, and the mean score weighted by the tasks."""
    found: dict[Any, dict[str, Any]] = defaultdict(
        lambda: {"closed": 0, "in_time": 0, "late": 0, "running": 0, "points": 0.0, "weight": 0}
    )
    for one in closed:
        line = found[one.lead]
        line["closed"] += 1
        line["in_time"] += bool(
            one.finished_on and one.finish_on and one.finished_on <= one.finish_on
        )
        if one.score is not None:
            line["points"] += float(one.score) * one.weight
            line["weight"] += one.weight
    for row in running:
        line = found[row["task"].lead]
        line["running"] += 1
        line["late"] += bool(row["finish_on"] and row["finish_on"] < clock.today())
    lines = [
        {
            **line,
            "unit": unit,
            "score": line["points"] / line["weight"] if line["weight"] else None,
        }
        for unit, line in found.items()
        if unit is not None
    ]
    lines.sort(key=lambda one: (one["score"] is None, -(one["score"] or 0), str(one["unit"])))
    return lines


def _span(request: HttpRequest, days: int = 30) -> tuple[date, date]:
    """From the address, else the last so many days; whatever is no date counts as not given."""
    last = _day(request.GET.get("to", "")) or timezone.localtime(clock.now()).date()
    first = _day(request.GET.get("from", "")) or last - timedelta(days=days)
    return min(first, last), last


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
