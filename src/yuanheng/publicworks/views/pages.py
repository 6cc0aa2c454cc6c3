"""The list in its order, over the city or one park, on screen and paper; a report on one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yuanheng.kernel import clock
from yuanheng.kernel.forms import prepare_form
from yuanheng.kernel.formulas import source_words
from yuanheng.kernel.lights.settings import light_for, rules_in_force
from yuanheng.kernel.policies import VIEW, require
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.asking import ask, sent, trail
from yuanheng.kernel.views.details import visible_row
from yuanheng.publicworks.actions import report_progress
from yuanheng.publicworks.authz import REPORT
from yuanheng.publicworks.choices import WorkKind
from yuanheng.publicworks.models import OrderRule, PublicProject
from yuanheng.publicworks.ordering import Placed, placed, rule_for
from yuanheng.registry.api import region_names

MOST = 1000
NEAR = 15  # days before the deadline in which a light may turn yellow


@require_safe
def ordered(request: HttpRequest) -> HttpResponse:
    """``/public-projects/ordered/?region=9901&park=YZ05&kind=light&batch=…&late=1``"""
    return render(request, "publicworks/ordered.html", _page(request))


@require_safe
def on_paper(request: HttpRequest) -> HttpResponse:
    """The same for A4."""
    back = f"{reverse('publicproject-ordered')}?{request.GET.urlencode()}"
    context = {**_page(request), "back_url": back, "printed_at": clock.now()}
    return render(request, "publicworks/ordered_print.html", context)


def _page(request: HttpRequest) -> dict[str, Any]:
    require(request.user, VIEW, PublicProject)
    every = PublicProject.objects.visible_to(request.user).current()
    related = ("park__region", "lead")
    whole = list(every.select_related(*related).order_by("code")[: MOST + 1])
    rows = [one for one in whole[:MOST] if _is_asked(one, request.GET)]
    rule = rule_for(request.user.org_unit_id, clock.today())
    lines = _lines(placed(rows, rule))
    return {
        "title": _("Projects in order of urgency"),
        "formula": OrderRule.facts.shown(rule.formula),
        "source": source_words(rule.source),
        "lines": lines,
        "is_cut": len(whole) > MOST,
        "limit": MOST,
        "total": len(rows),
        "done": sum(1 for one in rows if one.is_done),
        "late": [one for one in lines if one["row"].is_late],
        "units": units_late(rows),
        "budget": sum((one.budget_yuan or 0) for one in rows),
        "funded": sum((one.funded_yuan or 0) for one in rows),
        "chosen": {name: request.GET.get(name, "") for name in _ASKED},
        "parks": sorted({(one.park.code, one.park.name) for one in whole}),
        "regions": _regions(whole, request.user),
        "batches": sorted({one.batch for one in whole if one.batch}),
        "kinds": WorkKind.choices,
        "trail": [(PublicProject._meta.verbose_name_plural, reverse("publicproject-list"))],
    }


_ASKED = ("region", "park", "kind", "batch", "late")


def _is_asked(one: PublicProject, given: Any) -> bool:
    return (
        one.park.region.code.startswith(given.get("region", ""))
        and given.get("park", "") in ("", one.park.code)
        and given.get("kind", "") in ("", one.kind)
        and given.get("batch", "") in ("", one.batch)
        and (not given.get("late") or one.is_late)
    )


def _regions(rows: Sequence[PublicProject], user: Any) -> list[tuple[str, str]]:
    """The divisions in which there are projects, and those above them."""
    codes = {one.park.region.code for one in rows}
    return [
        (code, name) for code, name in region_names(user)
        if any(one.startswith(code) for one in codes)
    ]  # fmt: skip


def _lines(found: Sequence[Placed]) -> list[dict[str, Any]]:
    today = clock.today()
    rule = rules_in_force({("task", None)}, today)["task", None]
    return [
        {
            "number": number,
            "row": one.project,
            "href": reverse("publicproject-detail", args=[one.project.code]),
            "points": one.points,
            "missing": one.missing,
            "light": _light(one.project, rule, today),
        }
        for number, one in enumerate(found, 1)
    ]


def _light(row: PublicProject, rule: Any, today: Any) -> dict[str, Any] | None:
    """By the rule of supervised tasks, over deadline, progress and time."""
    if row.is_done or row.deadline is None:
        return None
    left = (row.deadline - today).days
    facts: dict[str, Any] = {
        "days_left": left, "near_due": left <= NEAR, "closed": False, "progress": row.progress,
    }  # fmt: skip
    if row.begins_on is not None and row.begins_on <= row.deadline:
        facts |= {"starts_on": row.begins_on, "ends_on": row.deadline}
    light = light_for(rule, facts, today)
    words = {"red": _("Red"), "yellow": _("Yellow"), "green": _("Green")}
    colour = light.colour if light.colour in words else "grey"
    clause = _("; ").join(part for part in (light.words, light.clause) if part)
    return {"colour": colour, "words": words.get(colour, _("not known")), "clause": clause}


def units_late(rows: Sequence[PublicProject]) -> list[dict[str, Any]]:
    """By responsible unit: how many it has, how many are late, by how many days at most."""
    today = clock.today()
    found: dict[Any, dict[str, Any]] = defaultdict(
        lambda: {"total": 0, "done": 0, "late": 0, "most_days": 0}
    )
    for one in rows:
        line = found[one.lead]
        line["total"] += 1
        line["done"] += one.is_done
        if one.is_late and one.deadline is not None:
            line["late"] += 1
            line["most_days"] = max(line["most_days"], (today - one.deadline).days)
    lines = [{"unit": unit, **line} for unit, line in found.items()]
    return sorted(lines, key=lambda one: (-one["late"], -one["most_days"], str(one["unit"])))


class ReportForm(forms.Form):
    """How far, what is in the way; the day, once it is finished."""

    progress = forms.IntegerField(label=gettext_lazy("progress (%)"), min_value=0, max_value=100)
    words = forms.CharField(
        label=gettext_lazy("What has been done, what is in the way"), max_length=300,
        widget=forms.Textarea,
    )  # fmt: skip
    done_on = forms.DateField(label=gettext_lazy("finished on"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str) -> HttpResponse:
    """By the responsible unit, on a telephone too."""
    resource = resource_for("publicproject")
    row = visible_row(request, resource, key)
    require(request.user, REPORT, row)
    initial = {"progress": row.progress, "done_on": row.done_on}
    form = prepare_form(ReportForm(sent(request), initial=initial), request.user)

    def do(values: dict[str, Any]) -> HttpResponse:
        report_progress(acting_user=request.user, project=row, **values)
        messages.success(request, _("The report is kept."))
        return redirect(resource.link(row))

    return ask(
        request, form, do, title=_("Report: %(project)s") % {"project": row.name},
        back_url=resource.link(row), submit=_("Report on it"), trail=trail(resource, row),
    )  # fmt: skip
