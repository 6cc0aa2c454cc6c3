"""Load the shipped catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yuanheng.kernel.figures import measure_words
from yuanheng.kernel.forms import RETURNED
from yuanheng.kernel.policies import EDIT, VIEW, require
from yuanheng.ledger.actions import load_catalogue
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.models.form import MOST_INDICATORS
from yuanheng.ledger.queries.picking import picked
from yuanheng.ledger.shipped import shipped_indicators


@require_http_methods(["GET", "HEAD", "POST"])
def load_shipped(request: HttpRequest) -> HttpResponse:
    """Shows which shipped indicators are missing, and adds them."""
    require(request.user, EDIT, Indicator)
    if request.method == "POST":
        added = load_catalogue(acting_user=request.user)
        said = ngettext("%(count)s indicator added.", "%(count)s indicators added.", added)
        messages.success(request, said % {"count": added})
        return redirect("indicator-list")
    known = set(Indicator.objects.visible_to(request.user).values_list("code", flat=True))
    missing = [
        Indicator(**{name: one[name] for name in _SHOWN})
        for one in shipped_indicators()
        if one["code"] not in known
    ]
    trail = [(_("Indicators"), reverse("indicator-list"))]
    return render(request, "ledger/load_catalogue.html", {"missing": missing, "trail": trail})


_SHOWN = ("name", "name_en", "definition", "definition_en", "source")


@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: HttpRequest) -> HttpResponse:
    """``/indicators/pick/?back=/forms/new/&field=indicator_names``: indicators to choose from, for
    a field of their names. The form that asks is posted here whole, stands hidden in the page and
    is posted to ``back`` with what was chosen. For the script beside the field, as data."""
    require(request.user, VIEW, Indicator)
    given = request.POST if request.method == "POST" else request.GET
    query, kind = given.get("q", "")[:60], request.GET.get("kind", "")
    kind = kind or request.POST.get(request.GET.get("kind_field", ""), "")
    if request.GET.get("format") == "json":
        rows = [
            {"code": one.code, "name": one.name, "unit": measure_words(one.unit_shown)}
            for one in picked(query, kind, 12)
        ]
        return JsonResponse({"rows": rows}, json_dumps_params={"ensure_ascii": False})
    chosen = list(dict.fromkeys(given.getlist("pick")))[:MOST_INDICATORS]
    back = request.GET.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = ""
    every = {one.code: one for one in picked("", kind, 10_000)}
    ours = [every[code] for code in chosen if code in every]
    found = [one for one in picked(query, kind, 200) if one.code not in chosen]
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _OWN
        for value in values
    ]
    context = {
        "rows": [*((one, True) for one in ours), *((one, False) for one in found)],
        "query": query,
        "typed": typed,
        "field": request.GET.get("field", "")[:40],
        "back": back,
        "trail": [(_("Indicators"), reverse("indicator-list"))],
    }
    return render(request, "ledger/pick_indicators.html", context)


_OWN = {"q", "pick", RETURNED, "_once", "csrfmiddlewaretoken"}
