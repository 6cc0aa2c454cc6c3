"""The registers of the estate: area items, tax paid, tenants, what counts, what was reckoned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import OFFICE, place_of
from yuanheng.estate.choices import AreaKind
from yuanheng.estate.feeds import words_of
from yuanheng.estate.models import AreaItem, AreaRule, Reckoning, TaxKind, TaxPaid, TenantMerge
from yuanheng.kernel import clock, figures
from yuanheng.kernel.navigation import REGISTERS, SETTINGS
from yuanheng.kernel.policies import EDIT
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    DayRangeFilter,
    FieldsPanel,
    FlagFilter,
    HistoryPanel,
    NumberRangeFilter,
    Resource,
    TemplatePanel,
    register,
)

_FORCE = {
    True: Badge(gettext_lazy("in force"), "green"),
    False: Badge(gettext_lazy("not in force")),
}


class _OfEnterprise(Resource):
    """Under the row's name stand its enterprise and code, not the token of its address."""

    def subtitle(self, row: Any) -> Any:
        return f"{row.enterprise} · {row.enterprise.credit_code}"


def _force(row: Any) -> list[Badge]:
    return [_FORCE[row.is_in_force(clock.today())]]


@register
class AreaItemResource(_OfEnterprise):
    name, path, model, icon, nav_order = "areaitem", "area-items", AreaItem, "map-2", 47
    lookup, nav_group, nav_action = "token", REGISTERS, EDIT
    columns = [
        Column("title", link=True),
        Column("enterprise__name", gettext_lazy("enterprise")),
        Column("kind"),
        Column("area_mu", kind="figure", decimals=2),
        Column("floor_m2", kind="figure", decimals=2, phone=False),
        Column("floor_area_ratio", kind="figure", decimals=2, phone=False),
        Column("valid_from", kind="day", phone=False),
        Column("valid_until", kind="day", phone=False),
    ]
    more_columns = [
        Column("enterprise__credit_code", gettext_lazy("unified social credit code"), kind="code"),
        Column("parcel_code", kind="code"),
        Column("partner__name", gettext_lazy("leased from or to")),
        Column("basis"),
        Column("note"),
    ]
    filters = [
        ChoiceFilter("kind", AreaKind), DayRangeFilter("valid_from"),
        NumberRangeFilter("area_mu"),
    ]  # fmt: skip
    search = ["title", "enterprise__name", "enterprise__credit_code", "parcel_code", "basis"]
    search_hint = gettext_lazy("Enterprise, parcel, certificate")
    related = ["enterprise", "partner"]
    form_fields = [
        "enterprise", "kind", "title", "parcel_code", "area_mu", "floor_m2", "floor_area_ratio",
        "partner", "valid_from", "valid_until", "basis", "note",
    ]  # fmt: skip
    empty_text = gettext_lazy(
        "Enter what each enterprise owns, leases in and out, occupies without title, or is "
        "exempt of; or import a table of it."
    )
    panels = [
        FieldsPanel(gettext_lazy("Particulars"), [
            Column("enterprise__name", gettext_lazy("enterprise")), "kind", "parcel_code",
            Column("area_mu", kind="figure", decimals=4),
            Column("floor_m2", kind="figure", decimals=2),
            Column("floor_area_ratio", kind="figure", decimals=4),
            Column("partner__name", gettext_lazy("leased from or to")),
            Column("valid_from", kind="day"), Column("valid_until", kind="day"), "basis", "note",
            Column("replaces__title", gettext_lazy("corrects the item")),
        ]),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def prepare_row(self, queryset: Any) -> Any:
        return super().prepare_row(queryset).select_related("enterprise", "partner", "replaces")

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("Evaluated area and tax"), reverse("reckoning-list"), "chart-bar")]


@register
class TaxPaidResource(_OfEnterprise):
    name, path, model, icon, nav_order = "taxpaid", "tax-paid", TaxPaid, "file-text", 48
    lookup, nav_group, nav_action = "token", REGISTERS, EDIT
    columns = [
        Column("enterprise__name", gettext_lazy("enterprise")),
        Column("year", kind="code"),
        Column("tax_kind", link=True),
        Column("amount_yuan", kind="figure", decimals=2, total=True),
        Column("is_addition", kind="flag", phone=False),
        Column("note", phone=False),
    ]
    filters = [NumberRangeFilter("year"), FlagFilter("is_addition")]
    search = ["tax_kind", "enterprise__name", "enterprise__credit_code"]
    related = ["enterprise"]
    form_fields = ["enterprise", "year", "tax_kind", "amount_yuan", "is_addition", "note"]
    empty_text = gettext_lazy("Import what each enterprise paid by kind of tax in the year.")
    panels = [
        FieldsPanel(gettext_lazy("Particulars"), [
            Column("enterprise__name", gettext_lazy("enterprise")), Column("year", kind="code"),
            "tax_kind", Column("amount_yuan", kind="figure", decimals=2),
            Column("is_addition", kind="flag"), "note",
        ]),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip


@register
class TenantMergeResource(Resource):
    name, path, model, icon, nav_order = "tenantmerge", "tenant-merges", TenantMerge, "users", 49
    lookup, nav_group, nav_action = "token", REGISTERS, EDIT
    columns = [
        Column("tenant__name", gettext_lazy("tenant"), link=True),
        Column("holder__name", gettext_lazy("counted with")),
        Column("valid_from", kind="day"),
        Column("valid_until", kind="day", phone=False),
        Column("reason", phone=False),
    ]
    filters = [DayRangeFilter("valid_from")]
    search = ["tenant__name", "holder__name", "tenant__credit_code", "reason"]
    related = ["tenant", "holder"]
    form_fields = ["tenant", "holder", "valid_from", "valid_until", "reason"]
    empty_text = gettext_lazy("Every enterprise stands by itself until it is merged here.")

    def subtitle(self, row: Any) -> Any:
        return row.tenant.credit_code

    panels = [
        FieldsPanel(gettext_lazy("Particulars"), [
            Column("tenant__name", gettext_lazy("tenant")),
            Column("holder__name", gettext_lazy("counted with")),
            Column("valid_from", kind="day"), Column("valid_until", kind="day"), "reason",
        ]),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip


_DATED = [
    Column("org_unit__name", gettext_lazy("organisation")), Column("valid_from", kind="day"),
    Column("valid_until", kind="day"), "clause",
]  # fmt: skip


@register
class TaxKindResource(Resource):
    name, path, model, icon = "taxkind", "tax-kinds", TaxKind, "list-check"
    lookup, nav_order, nav_group, nav_action = "token", 90, SETTINGS, EDIT
    columns = [
        Column("name", gettext_lazy("kind of tax"), link=True),
        Column("counts", kind="flag"),
        Column("share", kind="figure", decimals=2),
        Column("org_unit__name", gettext_lazy("organisation"), phone=False),
        Column("valid_from", kind="day", phone=False),
        Column("valid_until", kind="day", phone=False),
        Column("force", gettext_lazy("In force"), kind="badges", value=_force, sort=False),
    ]
    form_fields = ["name", "counts", "share", "org_unit", "valid_from", "valid_until", "clause"]
    filters = [FlagFilter("counts")]
    search = ["name", "clause"]
    related = ["org_unit"]
    empty_text = gettext_lazy(
        "List every kind of tax and whether it counts: none is counted or left out in silence."
    )
    panels = [
        FieldsPanel(gettext_lazy("Particulars"), [
            Column("counts", kind="flag"), Column("share", kind="figure", decimals=2), *_DATED,
        ]),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def subtitle(self, row: Any) -> Any:
        return row.clause


@register
class AreaRuleResource(Resource):
    name, path, model, icon = "arearule", "area-rules", AreaRule, "settings"
    lookup, nav_order, nav_group, nav_action = "token", 91, SETTINGS, EDIT
    columns = [
        Column("name", link=True),
        Column("counting"),
        Column("org_unit__name", gettext_lazy("organisation"), phone=False),
        Column("valid_from", kind="day"),
        Column("force", gettext_lazy("In force"), kind="badges", value=_force, sort=False),
    ]
    form_fields = [
        "name", "org_unit", "valid_from", "valid_until", "clause", "counting", "untitled_counts",
        "exempt_deducts",
    ]  # fmt: skip
    search = ["name", "clause"]
    related = ["org_unit"]
    empty_text = gettext_lazy(
        "Nothing is laid down: what is in force on 31 December counts, land without title is "
        "added, exempt land taken off."
    )
    panels = [
        FieldsPanel(gettext_lazy("Particulars"), [
            *_DATED, "counting", Column("untitled_counts", kind="flag"),
            Column("exempt_deducts", kind="flag"),
        ]),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def subtitle(self, row: Any) -> Any:
        return row.clause


def _state(row: Reckoning) -> list[Badge]:
    if row.problems:
        return [Badge(_("something is missing"), "orange")]
    return [Badge(_("counted with another"), "secondary")] if row.head_id else []


def _parts(row: Reckoning, request: HttpRequest) -> dict[str, Any]:
    def lines(parts: list[dict[str, Any]], decimals: int) -> list[tuple[str, str]]:
        return [(words_of(one), figures.figure(one["value"], decimals)) for one in parts]

    return {
        "row": row,
        "area": lines(row.area_parts, 4),
        "tax": lines(row.tax_parts, 2),
        "problems": [words_of({"zh": zh, "en": en}) for zh, en in row.problems],
    }


@register
class ReckoningResource(_OfEnterprise):
    """Every reckoning; the list shows those that count now."""

    name, path, model, icon, nav_order = "reckoning", "per-mu", Reckoning, "chart-bar", 46
    lookup, nav_group, nav_action = "token", REGISTERS, EDIT
    editable, importable, companions = False, False, False
    columns = [
        Column("enterprise__name", gettext_lazy("enterprise"), link=True),
        Column("year", kind="code"),
        Column("area_mu", kind="figure", decimals=2, total=True),
        Column("tax_yuan", kind="figure", decimals=2, total=True, phone=False),
        Column("head__name", gettext_lazy("counted with"), phone=False),
        Column("state", gettext_lazy("State"), kind="badges", value=_state, sort=False),
        Column("is_current", kind="flag", phone=False),
        Column("reckoned_at", kind="moment", phone=False),
    ]
    filters = [NumberRangeFilter("year"), FlagFilter("is_current")]
    search = ["enterprise__name", "enterprise__credit_code"]
    related = ["enterprise", "head"]
    empty_text = gettext_lazy("Nothing has been reckoned yet.")
    panels = [
        TemplatePanel(
            gettext_lazy("What it is made of"), "estate/_panel_parts.html", _parts, wide=True
        ),
        FieldsPanel(gettext_lazy("Particulars"), [
            Column("head__name", gettext_lazy("counted with")), "rule",
            Column("reckoned_at", kind="moment"), Column("is_current", kind="flag"),
        ]),
    ]  # fmt: skip

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not place_of(user, OFFICE):
            return []
        return [Button(_("Reckon a year"), reverse("reckon"), "refresh", True)]

    def badges(self, row: Any) -> Sequence[Badge]:
        return _state(row)
