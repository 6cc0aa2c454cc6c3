"""The rules of checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.navigation import FIGURES
from yuanheng.kernel.policies import EDIT, can
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    HistoryPanel,
    Resource,
    Section,
    register,
)
from yuanheng.ledger.choices import Authority, CheckKind, Severity
from yuanheng.ledger.models import CheckRule
from yuanheng.ledger.picker import IndicatorPicker, take_picked
from yuanheng.ledger.resources.indicators import basis

SEVERITY_TONES = {Severity.BLOCK: "red", Severity.EXPLAIN: "orange", Severity.WARN: "yellow"}


def severity_badge(severity: str) -> Badge:
    """How grave a finding is."""
    return Badge(Severity(severity).label, SEVERITY_TONES[Severity(severity)])


def in_short(row: CheckRule) -> str:
    """The rule as one line."""
    if row.kind == CheckKind.COMPARISON:
        return f"{row.left} {row.get_operator_display()} {row.right}"
    return row.left or str(_("all indicators that are reported"))


@register
class CheckRuleResource(Resource):
    name, path, model, icon, nav_order = "checkrule", "check-rules", CheckRule, "list-check", 46
    nav_group, nav_for_staff = FIGURES, True
    columns = [
        Column("name", link=True),
        Column("kind", phone=False),
        Column("left", _("Rule"), value=in_short, sort=False),
        Column("severity", kind="badges", value=lambda row: [severity_badge(row.severity)]),
        Column("authority", kind="badges", value=basis, phone=False),
        Column("code", kind="code", phone=False),
    ]
    filters = [
        ChoiceFilter("kind", CheckKind),
        ChoiceFilter("severity", Severity),
        ChoiceFilter("authority", Authority),
    ]
    search = ["name", "code", "left", "right"]
    search_hint = _("Name, indicator or code")
    ordering = ["kind", "code"]
    empty_text = _("Load the sample rules, or write one.")
    importable = False
    form_sections = [
        Section(_("Particulars"), ["code", "name", "kind", "severity", "advice"]),
        Section(
            _("Rule"),
            ["left", "operator", "right", "tolerance_percent", "tolerance"],
            _("A comparison has two sides; a ready-made kind names indicators on the left side."),
        ),
        Section(
            _("Limits of the ready-made kinds"),
            ["limit_previous", "limit_last_year", "against", "threshold"],
        ),
        Section(
            _("Where and when"),
            ["subject_kind", "region", "frequency", "valid_from", "valid_until"],
            _("The rule counts for periods that end between these days."),
        ),
        Section(_("Basis"), ["authority", "source", "reasoning"]),
    ]
    panels = [
        FieldsPanel(
            _("Rule"),
            [
                "kind",
                Column("left", _("Rule"), value=in_short),
                Column("tolerance_percent", kind="figure"),
                Column("tolerance", kind="figure"),
                Column("limit_previous", kind="figure"),
                Column("limit_last_year", kind="figure"),
                "against",
                Column("threshold", kind="figure"),
                "advice",
            ],
        ),
        FieldsPanel(
            _("Where, when and why"),
            [
                "subject_kind",
                "region",
                "frequency",
                Column("valid_from", kind="day"),
                Column("valid_until", kind="day"),
                Column("authority", kind="badges", value=basis),
                "source",
                "reasoning",
            ],
        ),
        HistoryPanel(_("History")),
    ]

    def form(self, request: HttpRequest, row: Any = None) -> Any:
        found = super().form(request, row)
        field = found.fields.get("left")
        if field is not None:
            field.widget = IndicatorPicker(
                between="list", back=request.path, attrs={**field.widget.attrs, "rows": 2}
            )
            take_picked(request, found, "left", "list")
        return found

    def badges(self, row: Any) -> Sequence[Badge]:
        return [severity_badge(row.severity), *basis(row)]

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not can(user, EDIT, CheckRule):
            return ()
        return [Button(_("Load the sample rules"), reverse("load-check-rules"), "download")]
