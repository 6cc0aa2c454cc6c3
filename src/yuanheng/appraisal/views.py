"""The pages of the 1+N appraisal: evaluations of units, their ranking, every point of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.accounts.api import OFFICE, place_of
from yuanheng.appraisal.actions import NobodyToAppraise, reckon_units, units_of
from yuanheng.appraisal.models import UnitReckoning
from yuanheng.appraisal.pages import points_of, ranked
from yuanheng.evaluation.api import Result, Run, grade_badge
from yuanheng.kernel import clock
from yuanheng.kernel.policies import EDIT, Refused, policy_for

_RELATED = ("scheme_version__scheme", "snapshot", "owner")
_FIRST = 1990


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The evaluations of organisations that the person sees, the latest first."""
    runs = _runs(request).order_by("-period", "-created_at")[:100]
    context = {
        "runs": runs,
        "title": _("1+N appraisal"),
        "may": bool(place_of(request.user, OFFICE)),
    }
    return render(request, "appraisal/listed.html", context)


@require_safe
def ranking(request: HttpRequest, key: str) -> HttpResponse:
    """One evaluation, by kind of unit."""
    return render(request, "appraisal/ranking.html", _ranking(request, key))


@require_safe
def ranking_on_paper(request: HttpRequest, key: str) -> HttpResponse:
    """The same for A4."""
    context = _ranking(request, key)
    back = {"back_url": reverse("appraisal", args=[key]), "printed_at": clock.now()}
    return render(request, "appraisal/ranking_print.html", {**context, **back})


@require_safe
def unit(request: HttpRequest, key: str, unit: str) -> HttpResponse:
    """Every point of one unit, down to the task, target, park or entry."""
    return render(request, "appraisal/unit.html", _unit(request, key, unit))


@require_safe
def unit_on_paper(request: HttpRequest, key: str, unit: str) -> HttpResponse:
    """The same for A4."""
    context = _unit(request, key, unit)
    back = {"back_url": reverse("appraisal-unit", args=[key, unit]), "printed_at": clock.now(),
            "on_paper": True}  # fmt: skip
    return render(request, "appraisal/unit_print.html", {**context, **back})


@require_http_methods(["GET", "HEAD", "POST"])
def reckon(request: HttpRequest) -> HttpResponse:
    """Put the units' figures of a year together: who is counted, and the button."""
    if not place_of(request.user, OFFICE):
        raise Refused(policy_for(UnitReckoning).refusal(EDIT))
    asked = (request.POST if request.method == "POST" else request.GET).get("year", "")
    known = asked.isdecimal() and len(asked) == 4 and _FIRST <= int(asked) <= clock.today().year
    year = int(asked) if known else clock.today().year
    if request.method == "POST" and known:
        try:
            made = reckon_units(acting_user=request.user, year=year)
        except NobodyToAppraise as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            text = _("Figures of %(number)d units have been put together and entered.")
            messages.success(request, text % {"number": len(made)})
            return redirect(f"{reverse('unitreckoning-list')}?year.from={year}&year.to={year}")
    wrong = request.method == "POST" and not known
    context = {
        "year": year,
        "years": range(clock.today().year, clock.today().year - 6, -1),
        "units": units_of(request.user),
        "title": _("Put the units' figures together"),
        "trail": [(_("1+N appraisal"), reverse("appraisals"))],
        "wrong": wrong,
    }
    return render(request, "appraisal/reckon.html", context, status=422 if wrong else 200)


def _runs(request: HttpRequest) -> Any:
    rows = Run.objects.visible_to(request.user).select_related(*_RELATED)
    return rows.filter(scheme_version__scheme__subject_kind="department")


def _ranking(request: HttpRequest, key: str) -> dict[str, Any]:
    run = get_object_or_404(_runs(request), code=key)
    return {
        "run": run,
        "parts": ranked(run, request.user),
        "title": f"{run.scheme_version.scheme.name} {run.period}",
        "trail": [(_("1+N appraisal"), reverse("appraisals"))],
    }


def _unit(request: HttpRequest, key: str, code: str) -> dict[str, Any]:
    run = get_object_or_404(_runs(request), code=key)
    rows = Result.objects.visible_to(request.user).filter(run=run).select_related("org_unit")
    row = get_object_or_404(rows, subject_id=code)
    row.run = run
    return {
        "run": run,
        "row": row,
        "grade": grade_badge(row.grade, run.summary["grades"]) if row.grade else None,
        "group_name": run.group_name(row.group_code),
        **points_of(row, request.user),
        "title": str(row),
        "trail": [
            (_("1+N appraisal"), reverse("appraisals")),
            (f"{run.scheme_version.scheme.name} {run.period}", reverse("appraisal", args=[key])),
        ],
    }
