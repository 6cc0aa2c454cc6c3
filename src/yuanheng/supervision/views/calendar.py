"""The deadlines of my unit's tasks as a calendar that other programs subscribe to (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.directory import directory
from yuanheng.kernel.once import carried_out
from yuanheng.kernel.policies import VIEW, require
from yuanheng.supervision.actions import digest_of, make_calendar_key
from yuanheng.supervision.models import CalendarKey, Task

MOST = 500
_LINE = 73  # octets of a line; longer ones are folded


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """What the feed is, and a new address for it."""
    require(request.user, VIEW, Task)
    address = ""
    if request.method == "POST":
        key = make_calendar_key(acting_user=request.user)
        address = request.build_absolute_uri(reverse("task-feed", args=[key]))
        messages.success(request, _("This address is shown once; an earlier one opens nothing."))
    row = CalendarKey.objects.filter(user=request.user.pk).first()
    context = {
        "address": address,
        "made_at": row.made_at if row else None,
        "trail": [(Task._meta.verbose_name_plural, "/tasks/")],
    }
    page = render(request, "supervision/calendar.html", context)
    return carried_out(page, reverse("task-calendar")) if address else page


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar of whoever the key belongs to; 404 for any other."""
    row = CalendarKey.objects.filter(digest=digest_of(key)).select_related("user").first()
    if row is None or not row.user.is_active:
        raise Http404
    with override("zh-hans"):
        text = calendar_text(tasks_for(row.user), request)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="tasks.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def tasks_for(user: Any) -> Any:
    """The open tasks that the person's units lead, support or supervise, and that they see."""
    mine = {org for _role, org in directory().posts(user)}
    rows = Task.objects.visible_to(user).filter(closed_at__isnull=True, deadline__isnull=False)
    own = rows.filter(lead__in=mine) | rows.filter(office__in=mine)
    parts = rows.filter(pk__in=Task.objects.filter(co_units__org_unit__in=mine).values("pk"))
    return (own | parts).select_related("lead").order_by("deadline", "serial")[:MOST]


def calendar_text(tasks: Any, request: HttpRequest) -> str:
    """One all-day event for each deadline."""
    title = _("Supervised tasks")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yuanheng//Supervision//ZH",
        "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_escaped(title)}",
    ]  # fmt: skip
    stamp = clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for task in tasks:
        day = task.finish_on
        href = request.build_absolute_uri(reverse("task-detail", args=[task.code]))
        words = _("%(unit)s · progress %(share)d%%") % {
            "unit": task.lead or "", "share": task.progress,
        }  # fmt: skip
        lines += [
            "BEGIN:VEVENT", f"UID:{task.code}@yuanheng", f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{_compact(day)}",
            f"DTEND;VALUE=DATE:{_compact(day + timedelta(days=1))}",
            f"SUMMARY:{_escaped(task.title)}", f"DESCRIPTION:{_escaped(words)}", f"URL:{href}",
            "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join(_folded(one) for one in [*lines, "END:VCALENDAR"]) + "\r\n"


def _compact(day: date) -> str:
    return day.strftime("%Y%m%d")


def _escaped(text: Any) -> str:
    """RFC 5545, 3.3.11."""
    found = str(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return found.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character (3.1)."""
    found, size = "", 0
    for one in line:
        width = len(one.encode())
        if size + width > _LINE:
            found, size = found + "\r\n ", 1
        found += one
        size += width
    return found
