"""The leader's page: what is linked, what moved, what is late, what to ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.kernel.policies import CREATE, EDIT, can
from yuanheng.kernel.resources import Button, resource_for
from yuanheng.kernel.views.details import visible_row
from yuanheng.leaders.models import Leader, Visit
from yuanheng.leaders.pictures import (
    in_force_first,
    last_seen_words,
    never_or_longest,
    pictures_of,
)
from yuanheng.leaders.questions import three_questions


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """``/leaders/7/``: all links that count today that this person sees."""
    resource = resource_for("leader")
    links = list(in_force_first(request.user, key))
    # Whoever sees a link sees its leader.
    row = links[0].leader if links else visible_row(request, resource, key)
    pictures = pictures_of(links, request.user)
    may_edit = can(request.user, EDIT, Leader)
    context = {
        "row": row,
        "title": row.name or row.title,
        "subtitle": _(" · ").join(one for one in (row.title if row.name else "", str(row.owner))
                                 if one),
        "trail": [(resource.title, resource.url("list"))],
        "buttons": _buttons(request, row, may_edit),
        "header_buttons": "leaders/_buttons.html",
        "pictures": [(one, last_seen_words(one)) for one in pictures],
        "late": sum(one.late_count for one in pictures),
        "longest": never_or_longest(pictures)[:1],
        "questions": three_questions(pictures, request.user),
        "may_visit": can(request.user, CREATE, Visit),
    }  # fmt: skip
    return render(request, "leaders/leader.html", context)


def _buttons(request: HttpRequest, row: Leader, may_edit: bool) -> list[Button]:
    found = []
    if may_edit:
        href = f"{reverse('leaderlink-create')}?leader={row.pk}"
        found.append(Button(_("Link to something"), href, "plus", is_main=True))
        found.append(Button(_("Edit"), reverse("leader-edit", args=[row.code]), "edit"))
        found.append(Button(_("Archive"), reverse("leader-archive", args=[row.code]), "archive"))
    links = f"{reverse('leaderlink-list')}?leader={row.code}"
    found.append(Button(_("All links"), links, "link"))
    found.append(Button(_("History"), reverse("leader-history", args=[row.code]), "history"))
    return found


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My own page, if my account stands with a leader; else the list."""
    rows = Leader.objects.visible_to(request.user).current().filter(user=request.user.pk)
    own: Any = rows.order_by("position").first()
    return redirect("leader-detail", own.code) if own is not None else redirect("leader-list")
