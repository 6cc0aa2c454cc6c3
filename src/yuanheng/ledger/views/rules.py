"""Load the sample rules of checks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger.actions import load_check_rules
from yuanheng.ledger.models import CheckRule
from yuanheng.ledger.resources.rules import in_short
from yuanheng.ledger.rules import rule_faults
from yuanheng.ledger.shipped import shipped_rules


@require_http_methods(["GET", "HEAD", "POST"])
def load_samples(request: HttpRequest) -> HttpResponse:
    """Shows which sample rules are missing, and adds them."""
    require(request.user, EDIT, CheckRule)
    if request.method == "POST":
        added = load_check_rules(acting_user=request.user)
        said = ngettext("%(count)s rule added.", "%(count)s rules added.", added)
        messages.success(request, said % {"count": added})
        return redirect("checkrule-list")
    known = set(CheckRule.objects.visible_to(request.user).values_list("code", flat=True))
    rows = [CheckRule(**one) for one in shipped_rules() if one["code"] not in known]
    missing = [(one, in_short(one)) for one in rows if not rule_faults(one)]
    context = {
        "missing": missing,
        "unusable": len(rows) - len(missing),
        "trail": [(_("Check rules"), reverse("checkrule-list"))],
    }
    return render(request, "ledger/load_check_rules.html", context)
