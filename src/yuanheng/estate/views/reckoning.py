"""Have area and tax of a year reckoned: what rules count, and the button."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yuanheng.accounts.api import OFFICE, office_of, place_of
from yuanheng.estate.jobs import ask_to_reckon
from yuanheng.estate.models import AreaItem, Reckoning, TaxKind, TaxPaid
from yuanheng.estate.reckoning import items_in, rules_for
from yuanheng.kernel import clock
from yuanheng.kernel.policies import EDIT, VIEW, Refused, instances, policy_for

_FIRST = 1990


@require_http_methods(["GET", "HEAD", "POST"])
def reckon(request: HttpRequest) -> HttpResponse:
    """``/per-mu/reckon/?year=2024``; a job does it."""
    if not place_of(request.user, OFFICE):
        raise Refused(policy_for(Reckoning).refusal(EDIT))
    asked = (request.POST if request.method == "POST" else request.GET).get("year", "")
    known = asked.isdecimal() and len(asked) == 4 and _FIRST <= int(asked) <= clock.today().year
    year = int(asked) if known else clock.today().year - 1
    if request.method == "POST" and known:
        return redirect("job-detail", ask_to_reckon(request.user, year).token)
    office = office_of(request.user)
    rules = rules_for(office.pk if office else None, year)
    context = {
        "year": year,
        "years": range(clock.today().year, clock.today().year - 8, -1),
        "rules": rules,
        "items": items_in(year, instances(request.user, EDIT, AreaItem)).count(),
        "paid": instances(request.user, VIEW, TaxPaid)
        .filter(year=year, archived_at__isnull=True)
        .count(),
        "kinds_url": reverse("taxkind-list"),
        "has_kinds": bool(rules.tax) or TaxKind.objects.exists(),
        "title": _("Reckon area and tax of a year"),
        "trail": [(_("Evaluated area and tax"), reverse("reckoning-list"))],
        "wrong": request.method == "POST",
    }
    return render(request, "estate/reckon.html", context, status=422 if context["wrong"] else 200)
