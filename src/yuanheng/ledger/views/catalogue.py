"""Load the shipped catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger.actions import load_catalogue
from yuanheng.ledger.models import Indicator
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
    missing = [one for one in shipped_indicators() if one["code"] not in known]
    trail = [(_("Indicators"), reverse("indicator-list"))]
    return render(request, "ledger/load_catalogue.html", {"missing": missing, "trail": trail})
