"""Writing the plan of a task: a line for each step."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yuanheng.kernel.forms import add_errors, prepare_form
from yuanheng.kernel.policies import Refused
from yuanheng.kernel.resources import resource_for
from yuanheng.kernel.views.details import visible_row
from yuanheng.supervision.actions import may_plan, set_plan
from yuanheng.supervision.models import Task

_CELLS = re.compile(r"\s*[|｜\t]\s*")


class PlanForm(forms.Form):
    """The whole plan as text: ``title | days | after | who | done on``."""

    plan = forms.CharField(
        label=gettext_lazy("Steps"),
        required=False,
        max_length=8000,
        widget=forms.Textarea,
        help_text=gettext_lazy(
            "A line a step: what | working days | after the steps | who | done on. Only the first "
            "two are needed. For example: Tender | 15 | 1、2 | Construction bureau"
        ),
    )


def plan_text(task: Task) -> str:
    """The plan as it is written."""
    lines = []
    for one in task.plan_steps.all():
        after = "、".join(map(str, one.after))
        done = one.done_on.isoformat() if one.done_on else ""
        cells = [one.title, str(one.days), after, one.who, done]
        while cells and not cells[-1]:
            cells.pop()
        lines.append(" | ".join(cells))
    return "\n".join(lines)


def read_plan(text: str) -> list[dict[str, Any]]:
    """ValidationError names every line that can't be read."""
    steps: list[dict[str, Any]] = []
    faults: list[str] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines, 1):
        cells = [*_CELLS.split(line), "", "", "", ""]
        try:
            steps.append(
                {
                    "number": number,
                    "title": cells[0][:100],
                    "days": _days(cells[1]),
                    "after": [int(one) for one in re.findall(r"\d{1,3}", cells[2])],
                    "who": cells[3][:60],
                    "done_on": date.fromisoformat(cells[4]) if cells[4] else None,
                }
            )
        except ValueError:
            text = _("Line %(number)d “%(line)s”: write “what | working days | after | who”.")
            faults.append(text % {"number": number, "line": line[:40]})
    if faults:
        raise ValidationError({"plan": faults})
    return steps


def _days(text: str) -> int:
    days = int(re.sub(r"\D+$", "", text))
    if not 1 <= days <= 750:
        raise ValueError(text)
    return days


@require_http_methods(["GET", "HEAD", "POST"])
def write_plan(request: HttpRequest, key: str) -> HttpResponse:
    """The form; the dates are worked out when it is kept."""
    resource = resource_for("task")
    task = visible_row(request, resource, key)
    if not may_plan(request.user, task):
        raise Refused(_("Only who works on the task writes its plan."))
    data = request.POST if request.method == "POST" else None
    form = prepare_form(PlanForm(data, initial={"plan": plan_text(task)}), request.user)
    form.fields["plan"].widget.attrs["rows"] = 12
    if request.method == "POST" and form.is_valid():
        try:
            steps = read_plan(form.cleaned_data["plan"])
            set_plan(acting_user=request.user, task=task, steps=steps)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The plan is kept; its dates are worked out."))
            return redirect(resource.link(task))
    context = {
        "form": form,
        "title": _("Plan: %(task)s") % {"task": task.title},
        "subtitle": task.number,
        "lead": _("The dates follow from the deadline, backwards; days off are left out."),
        "submit": _("Keep the plan"),
        "back_url": resource.link(task),
        "trail": [(resource.title, resource.url("list")), (task.number, resource.link(task))],
    }
    return render(request, "kernel/flow/action.html", context, status=422 if form.errors else 200)
