"""Pages that what is asked of units has in common: choosing the units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yuanheng.consultation.actions import put_to_units
from yuanheng.consultation.forms import UnitsForm
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.asking import ask, sent, trail


def choose_units(
    request: HttpRequest, resource: Resource, row: Any, model: Any, name: str, lead: str
) -> HttpResponse:
    """Which units are asked; those that are asked already aren't offered. The caller has asked
    whether the person may."""
    asked = set(model.objects.filter(**{name: row}).values_list("unit", flat=True))
    form = prepare_form(UnitsForm(row.owner_id, asked, sent(request)), request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        count = put_to_units(
            acting_user=request.user, whole=row, model=model, name=name, org_unit_ids=form.chosen
        )
        messages.success(request, _("Units asked and told: %(count)d.") % {"count": count})
        return redirect(resource.link(row))

    return ask(
        request, form, do, title=_("Put to units"), back_url=resource.link(row),
        submit=_("Send and tell them"), lead=lead, trail=trail(resource, row),
    )  # fmt: skip
