"""The deadlines of my unit's tasks as a calendar that other programs subscribe to (RFC 5545).

It names no METHOD: it is a snapshot that a program fetches again, and a published one would need
an ORGANIZER for each event (RFC 5546, 3.2.1). Days have no hour, so no time zone is needed.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import CaseMove
from yuanheng.kernel.once import carried_out
from yuanheng.kernel.policies import VIEW, require
from yuanheng.supervision.actions import digest_of, make_calendar_key, withdraw_calendar_key
from yuanheng.supervision.models import CalendarKey, Task

MOST = 500
ENDED_DAYS = 60
"""So long a task that has ended is still told as such: merely dropped, it would go on standing in
calendars that were imported."""
_LINE = 75  # octets of a line; longer ones are folded
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """What the feed is, a new address for it, and an end to it."""
    require(request.user, VIEW, Task)
    address = ""
    if request.method == "POST" and "withdraw" in request.POST:
        try:
            withdraw_calendar_key(acting_user=request.user)
            messages.success(request, _("The address opens nothing any more."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("task-calendar")
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
    """The calendar of whoever the key belongs to; for any other 404 with a sentence, the same for
    an address that was withdrawn and for one that never was."""
    row = CalendarKey.objects.filter(digest=digest_of(key)).select_related("user").first()
    with override("zh-hans"):
        if row is None or not row.user.is_active:
            text = _("This calendar address opens nothing (any more): a new one was made, it was "
                     "withdrawn, or the account was closed. Make a new address under Tasks, "
                     "Calendar, and subscribe to that.")  # fmt: skip
            return HttpResponse(f"{text}\n", status=404, content_type="text/plain; charset=utf-8")
        text = calendar_text(tasks_for(row.user), request)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="tasks.ics"'
    answer["Cache-Control"] = "private, no-cache"
    # No Last-Modified: a task that is moved out of sight would leave an older day standing.
    answer["ETag"] = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    found = get_conditional_response(request, etag=answer["ETag"], response=answer)
    return found or answer


def tasks_for(user: Any) -> list[Task]:
    """The tasks that the person's units lead, support or supervise, and that they see: open ones,
    and those that ended lately."""
    mine = {org for _role, org in directory().posts(user)}
    rows = Task.objects.visible_to(user).filter(deadline__isnull=False)
    own = rows.filter(lead__in=mine) | rows.filter(office__in=mine)
    parts = rows.filter(pk__in=Task.objects.filter(co_units__org_unit__in=mine).values("pk"))
    found = (own | parts).select_related("lead")
    still = found.filter(closed_at__isnull=True).order_by("deadline", "serial")[:MOST]
    since = clock.now() - timedelta(days=ENDED_DAYS)
    ended = found.filter(closed_at__gte=since).order_by("-closed_at")[:MOST]
    return [*still, *ended]


def calendar_text(tasks: list[Task], request: HttpRequest) -> str:
    """One all-day event for each deadline. Its SEQUENCE counts the moves of the task, so that a
    program that keeps events takes over a new date, an end or a withdrawal."""
    title = _escaped(_("Supervised tasks"))
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yuanheng//Supervision//ZH",
        "CALSCALE:GREGORIAN", f"NAME:{title}", f"X-WR-CALNAME:{title}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
    ]  # fmt: skip
    moves = CaseMove.objects.filter(case__in=[task.pk for task in tasks]).values("case")
    last = moves.annotate(serials=Max("serial"), moment=Max("at")).order_by()
    changed = {row["case"]: (row["serials"], row["moment"]) for row in last}
    for task in tasks:
        lines += _event(task, request, *changed.get(task.pk, (1, task.opened_at)))
    return "\r\n".join(_folded(one) for one in [*lines, "END:VCALENDAR"]) + "\r\n"


def _event(task: Task, request: HttpRequest, serial: int, moment: datetime) -> list[str]:
    day: Any = task.finish_on
    words = _("%(unit)s · progress %(share)d%%") % {
        "unit": task.lead or "", "share": task.progress,
    }  # fmt: skip
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    title, state = task.title, "CONFIRMED" if task.issued_on else "TENTATIVE"
    if task.state == "closed":
        title = _("[closed] %(title)s") % {"title": task.title}
    elif task.state == "withdrawn":
        title, state = _("[called off] %(title)s") % {"title": task.title}, "CANCELLED"
    return [
        "BEGIN:VEVENT", f"UID:{task.code}@{request.get_host().partition(':')[0]}",
        f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}", f"SEQUENCE:{max(serial - 1, 0)}",
        f"DTSTART;VALUE=DATE:{_compact(day)}",
        f"DTEND;VALUE=DATE:{_compact(day + timedelta(days=1))}",
        f"SUMMARY:{_escaped(title)}", f"DESCRIPTION:{_escaped(words)}", f"STATUS:{state}",
        "TRANSP:TRANSPARENT",
        f"URL:{request.build_absolute_uri(reverse('task-detail', args=[task.code]))}",
        "END:VEVENT",
    ]  # fmt: skip


def _compact(day: date) -> str:
    return day.strftime("%Y%m%d")


def _escaped(text: Any) -> str:
    """RFC 5545, 3.3.11: no control characters, and four that are marked."""
    found = re.sub(r"\r\n?|[\u2028\u2029\x85]", "\n", str(text))
    found = _CONTROLS.sub("", found).replace("\\", "\\\\")
    return found.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


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
