"""A form's periods: who has filled in how much, and what the office does with a period."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.calc.periods import Period
from yuanheng.kernel.flow.case_clocks import read_clocks
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.flow.resource import state_badges
from yuanheng.kernel.policies import EDIT, can, require
from yuanheng.ledger.actions.forms import (
    close_period,
    open_period,
    reopen_period,
    require_office,
)
from yuanheng.ledger.jobs import ask_to_freeze_period, job_that_asks
from yuanheng.ledger.models import Form, FormPeriod, Freeze, Submission
from yuanheng.ledger.queries.progress import modified_of, typed_of
from yuanheng.ledger.resources.forms import keeps


def find_form(user: Any, key: str) -> Form:
    """The form with this code, if this person sees it; 404 otherwise."""
    form = Form.objects.visible_to(user).filter(code=key).first()
    if form is None:
        raise Http404
    return form


def find_period(user: Any, key: str, label: str) -> FormPeriod:
    """The form's period; 404 where it was never asked for."""
    form = find_form(user, key)
    try:
        at = Period.parse(label)
    except ValueError:
        raise Http404 from None
    rows = form.periods.filter(period_start=at.start, period_kind=at.kind)
    row = rows.select_related("form__org_unit", "form__region", "freeze").first()
    if row is None:
        raise Http404
    return row


@require_safe
def show_period(request: HttpRequest, key: str, label: str) -> HttpResponse:
    """``/forms/form-2026-1/2024-07/``: each committee with its light and how far it is."""
    row = find_period(request.user, key, label)
    seen = Submission.objects.visible_to(request.user).filter(form_period=row)
    cases = list(seen.select_related("committee", "org_unit", "reported_by", "form_period"))
    cases.sort(key=lambda one: one.committee.code)
    read_clocks(cases)
    shown, typed, modified = lights(), typed_of(cases), modified_of(cases)
    lines = [
        {
            "case": one,
            "badge": state_badges(one)[0],
            "light": shown.of(one),
            "done": typed.get(one.pk, (0, 0))[0],
            "total": typed.get(one.pk, (0, 0))[1],
            "modified": modified[one.pk],
            "href": reverse("submission-detail", args=[one.code]),
        }
        for one in cases
    ]
    form = row.form
    context = {
        "row": row,
        "form": form,
        "lines": lines,
        "reported": sum(one.state != "filling" for one in cases),
        "accepted": sum(one.state == "accepted" for one in cases),
        "modified": sum(modified.values()),
        "keeps": keeps(request.user, form),
        # With rows the question is answered, and not asked.
        "asking": None if lines else job_that_asks(row),
        "may_freeze": can(request.user, EDIT, Freeze),
        "freeze": _freeze(row, request.user),
        "trail": [
            (Form._meta.verbose_name_plural, reverse("form-list")),
            (form.title, reverse("form-detail", args=[form.code])),
        ],
    }
    return render(request, "ledger/form_period.html", context)


def _freeze(row: FormPeriod, user: Any) -> Freeze | None:
    if row.freeze_id is None:
        return None
    found: Freeze | None = Freeze.objects.visible_to(user).filter(pk=row.freeze_id).first()
    return found


@require_POST
def open_form_period(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a period by hand."""
    form = find_form(request.user, key)
    label = request.POST.get("period", "").strip()
    try:
        period = Period.parse(label)
        row = open_period(acting_user=request.user, form=form, period=period)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ValueError:
        text = _("“%(label)s” is no period. Write 2024, 2024H1, 2024Q3, 2024-07 or 2024-01..07.")
        messages.error(request, text % {"label": label[:30]})
    else:
        waiting = job_that_asks(row)
        if waiting is not None and not waiting.has_ended:
            return redirect("job-detail", waiting.token)
        text = _("%(period)s is asked for: %(count)d submissions.")
        told = {"period": period.label, "count": row.submissions.count()}
        messages.success(request, text % told)
        return redirect("form-period", form.code, period.label)
    return redirect("form-detail", form.code)


@require_POST
def change_period(request: HttpRequest, key: str, label: str) -> HttpResponse:
    """Close, open again, freeze."""
    row = find_period(request.user, key, label)
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    try:
        if do == "close":
            close_period(acting_user=request.user, form_period=row, reason=reason)
        elif do == "reopen":
            reopen_period(acting_user=request.user, form_period=row, reason=reason)
        elif do == "freeze":
            require_office(request.user, row.form)
            require(request.user, EDIT, Freeze)
            job = ask_to_freeze_period(user=request.user, form_period=row)
            return redirect("job-detail", job.token)
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done."))
    return redirect("form-period", key, label)
