"""亩均增长空间: the page of a run."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.accounts.api import place_of
from yuanheng.evaluation.api import Run
from yuanheng.kernel.policies import VIEW, Refused, policy_for
from yuanheng.rounds.authz import READERS
from yuanheng.rounds.growth import per_mu_items, rooms_of
from yuanheng.rounds.models import Sheet

QUANTILES = (25, 50, 75, 90)


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Item and quantile stand in the address."""
    if not place_of(request.user, READERS):  # what tax each firm pays is not for everybody
        raise Refused(policy_for(Sheet).refusal(VIEW))
    rows = Run.objects.visible_to(request.user).select_related("scheme_version__scheme")
    run: Run = get_object_or_404(rows, code=key)
    items = per_mu_items(run)
    asked = request.GET.get("item", "")
    item = next((one for one in items if f"{one.group}.{one.item}" == asked), None)
    item = item or (items[0] if items else None)
    given = request.GET.get("q", "")
    q = int(given) if given in {str(one) for one in QUANTILES} else 50
    lines = rooms_of(run, item, q / 100, request.user) if item else []
    context = {
        "run": run,
        "items": [(f"{one.group}.{one.item}", one, run.group_name(one.group)) for one in items],
        "item": item,
        "q": q,
        "quantiles": QUANTILES,
        "target": (lines[0][1].target or 0) / item.factor if item and lines else None,
        "page": Paginator(lines, 100).get_page(request.GET.get("page")),
        "yuan": sum(one.yuan or 0 for _name, one in lines),
        "mu": sum(one.mu or 0 for _name, one in lines),
        "below": sum(1 for _name, one in lines if one.yuan),
        "factor": item.factor if item else 1,
        "title": _("Room for growth by the mu"),
        "trail": [
            (_("Evaluations"), reverse("run-list")),
            (str(run), reverse("run-detail", args=[run.code])),
        ],
    }
    return render(request, "rounds/growth.html", context)
