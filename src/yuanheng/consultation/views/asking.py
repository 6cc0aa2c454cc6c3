"""Pages that what is asked of units has in common: choosing the units."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yuanheng.consultation.actions import give_all_time, put_to_units
from yuanheng.consultation.forms import MoreTimeForm, UnitsForm
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.policies import EDIT, require
from yuanheng.kernel.resources import Resource
from yuanheng.kernel.views.asking import ask, sent, trail


def give_time(request: HttpRequest, resource: Resource, row: Any) -> HttpResponse:
    """More time for all units that haven't answered."""
    require(request.user, EDIT, row)
    form = prepare_form(MoreTimeForm(sent(request)), request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        count = give_all_time(acting_user=request.user, whole=row, **values)
        messages.success(request, _("Units given more time: %(count)d.") % {"count": count})
        return redirect(resource.link(row))

    return ask(
        request, form, do, title=_("Give all more time"), back_url=resource.link(row),
        submit=_("Give more time and tell them"), trail=trail(resource, row),
        lead=_("For every unit that hasn't answered; one that is due later keeps its date."),
    )  # fmt: skip


def choose_units(
    request: HttpRequest, resource: Resource, row: Any, model: Any, name: str, lead: str
) -> HttpResponse:
    """Which units are asked; those that are asked already aren't offered. The caller has asked
    whether the person may."""
    asked = set(row.round_cases.values_list("unit", flat=True))
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
