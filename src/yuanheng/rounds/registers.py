"""The registers of dynamic management: rules, measures by grade, utility accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.navigation import REGISTERS, SETTINGS
from yuanheng.kernel.policies import EDIT
from yuanheng.kernel.resources import (
    Badge,
    ChoiceFilter,
    Column,
    FieldsPanel,
    HistoryPanel,
    register,
)
from yuanheng.kernel.resources import Resource as Register
from yuanheng.rounds.choices import Effect, Resource
from yuanheng.rounds.models import DynamicRule, GradeMeasure, UtilityAccount

_FORCE = {True: Badge(_("in force"), "green"), False: Badge(_("not in force"))}
_DATED = [
    Column("org_unit__name", _("organisation")), Column("valid_from", kind="day"),
    Column("valid_until", kind="day"), "clause",
]  # fmt: skip


def _force(row: Any) -> list[Badge]:
    return [_FORCE[row.is_in_force(clock.today())]]


@register
class DynamicRuleResource(Register):
    name, path, model, icon = "dynamicrule", "dynamic-rules", DynamicRule, "flag"
    lookup, nav_order, nav_group, nav_action = "token", 88, SETTINGS, EDIT
    columns = [
        Column("name", link=True),
        Column("subject_kind"),
        Column("effect"),
        Column("times", kind="count", phone=False),
        Column("within", kind="count", phone=False),
        Column("valid_from", kind="day", phone=False),
        Column("force", _("In force"), kind="badges", value=_force, sort=False),
    ]
    form_fields = [
        "name", "org_unit", "valid_from", "valid_until", "clause", "subject_kind", "group_code",
        "measure", "size", "is_share", "grades", "times", "within", "effect",
    ]  # fmt: skip
    filters = [ChoiceFilter("effect", Effect)]
    search = ["name", "clause"]
    related = ["org_unit"]
    empty_text = _("No rule says who is warned, leaves or rises; lay down your own document's.")
    panels = [
        FieldsPanel(_("Particulars"), [
            *_DATED, "subject_kind", "group_code", "measure", Column("size", kind="figure"),
            Column("is_share", kind="flag"), "grades", "times", "within", "effect",
        ]),
        HistoryPanel(_("History")),
    ]  # fmt: skip

    def subtitle(self, row: Any) -> Any:
        return row.clause


@register
class GradeMeasureResource(Register):
    name, path, model, icon = "grademeasure", "grade-measures", GradeMeasure, "tag"
    lookup, nav_order, nav_group, nav_action = "token", 89, SETTINGS, EDIT
    columns = [
        Column("name", link=True),
        Column("grade"),
        Column("resource"),
        Column("from_year", kind="count", phone=False),
        Column("delta", kind="figure", decimals=4),
        Column("measure", phone=False),
        Column("force", _("In force"), kind="badges", value=_force, sort=False),
    ]
    form_fields = [
        "name", "org_unit", "valid_from", "valid_until", "clause", "grade", "from_year", "to_year",
        "resource", "delta", "measure", "stacking",
    ]  # fmt: skip
    filters = [ChoiceFilter("resource", Resource)]
    search = ["name", "clause", "grade"]
    related = ["org_unit"]
    empty_text = _("No measure follows from a grade yet; lay down your own document's.")
    panels = [
        FieldsPanel(_("Particulars"), [
            *_DATED, "grade", "from_year", "to_year", "resource",
            Column("delta", kind="figure", decimals=4), "measure", "stacking",
        ]),
        HistoryPanel(_("History")),
    ]  # fmt: skip

    def subtitle(self, row: Any) -> Any:
        return row.clause


@register
class UtilityAccountResource(Register):
    name, path, model, icon = "utilityaccount", "utility-accounts", UtilityAccount, "key"
    lookup, nav_order, nav_group, nav_action = "token", 53, REGISTERS, EDIT
    columns = [
        Column("account", kind="code", link=True),
        Column("enterprise__name", _("enterprise")),
        Column("resource"),
        Column("supplier", phone=False),
        Column("valid_from", kind="day", phone=False),
        Column("valid_until", kind="day", phone=False),
    ]
    form_fields = [
        "enterprise", "resource", "account", "supplier", "valid_from", "valid_until",
    ]  # fmt: skip
    filters = [ChoiceFilter("resource", Resource)]
    search = ["account", "enterprise__name", "enterprise__credit_code"]
    related = ["enterprise"]
    empty_text = _("Import the accounts that the suppliers bill: measures by grade go by them.")
    panels = [
        FieldsPanel(_("Particulars"), [
            Column("enterprise__name", _("enterprise")), "resource", "account", "supplier",
            Column("valid_from", kind="day"), Column("valid_until", kind="day"),
        ]),
        HistoryPanel(_("History")),
    ]  # fmt: skip
