"""Reporting forms: what each asks, of whom, how much of it is known, and its periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import CaseResource
from yuanheng.kernel.flow.filters import StateFilter
from yuanheng.kernel.flow.resource import state_badges
from yuanheng.kernel.navigation import FIGURES
from yuanheng.kernel.resources import (
    Badge,
    ChoiceFilter,
    Column,
    FieldsPanel,
    TemplatePanel,
    register,
)
from yuanheng.ledger.actions.forms import KEEPERS
from yuanheng.ledger.choices import BearerKind, FormFrequency
from yuanheng.ledger.flow.forms import FormFlow
from yuanheng.ledger.models import Form
from yuanheng.ledger.picker import IndicatorPicker, take_picked
from yuanheng.ledger.queries.asking import Bearer, asked_of, coverage_of, last_ended
from yuanheng.ledger.queries.progress import periods_of


def keeps(user: Any, form: Form) -> bool:
    """Whether this person works for the office that issues the form."""
    return directory().holds(user, KEEPERS, form.org_unit_id)


def _coverage(row: Form, request: HttpRequest) -> dict[str, Any]:
    asked = asked_of(row)
    lines = coverage_of(row, clock.today(), asked)
    typed = [one for one in lines if not one.indicator.is_derived]
    return {
        "total": len(lines),
        "lines": lines,
        "typed": len(typed),
        "known": sum(one.known for one in typed),
        "asked": sum(one.asked for one in typed),
        "whole": sum(one.is_known for one in typed),
        "elsewhere": sum(bool(one.elsewhere) for one in typed),
        "bearers": len(asked.bearers),
        "of_firms": row.asks == BearerKind.ENTERPRISE,
        "committees": len(asked.by_committee),
        "orphans": list(dict.fromkeys(_lonely(one) for one in asked.orphans)),
    }


def _lonely(one: Bearer) -> str:
    return one.name if one.kind == BearerKind.PARK else one.park


def _periods(row: Form, request: HttpRequest) -> dict[str, Any] | None:
    if not row.version:
        return None
    lines = periods_of(row, request.user)
    may_open = row.is_issued and keeps(request.user, row)
    return {
        "total": len(lines),
        "lines": lines,
        "may_open": may_open,
        "open_url": reverse("form-open-period", args=[row.code]),
        "next": last_ended(row.frequency, clock.today()).label,
    }


@register
class FormResource(CaseResource):
    flow, path, nav_order, icon = FormFlow, "forms", 41, "checkbox"
    nav_group, nav_for_staff = FIGURES, True
    columns = (
        Column("title", _("name"), link=True),
        Column("form_code", kind="code"),
        Column("frequency"),
        Column("state", _("State"), kind="badges", value=state_badges),
        Column("version", kind="count", phone=False),
        Column("org_unit__name", _("Issuing office"), phone=False),
        Column("issued_at", kind="moment", phone=False),
    )
    filters = [
        StateFilter(FormFlow),
        ChoiceFilter("frequency", FormFrequency),
        ChoiceFilter("asks", BearerKind),
    ]
    search = ("title", "form_code", "number")
    search_hint = _("Name or code")
    related = ("org_unit", "opened_by", "assignee", "region", "asked_by", "issued_by")
    empty_text = _("No form has been drafted yet.")
    panels = [
        TemplatePanel(
            _("What it asks, and what is known already"),
            "ledger/_panel_coverage.html",
            _coverage,
            wide=True,
        ),
        TemplatePanel(_("Periods"), "ledger/_panel_periods.html", _periods, wide=True),
        FieldsPanel(
            _("Particulars"),
            [
                "form_code",
                "frequency",
                "asks",
                "rank",
                "region",
                "only_above_scale",
                "industry",
                "due_days",
                "first_period",
                "version",
                "asked_by",
                "issued_by",
                Column("issued_at", kind="moment"),
                "note",
            ],
        ),
    ]

    def form(self, request: HttpRequest, row: Any = None) -> Any:
        found = super().form(request, row)
        field = found.fields["indicator_names"]
        # The same height as any other long text; the search of the catalogue stands below it.
        field.widget = IndicatorPicker(
            between="line", back=request.path, kind_field="asks",
            attrs={**field.widget.attrs, "rows": 8},
        )  # fmt: skip
        take_picked(request, found, "indicator_names", "line")
        return found

    def badges(self, row: Any) -> Sequence[Badge]:
        found = list(state_badges(row))
        if row.version:
            found.append(Badge(_("version %(number)d") % {"number": row.version}, "secondary"))
        return found

    def subtitle(self, row: Any) -> str:
        return f"{row.form_code} · {row.get_frequency_display()} · {row.org_unit}"
