"""The registers of the appraisal: links to parks, what counts for and against, units' figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import OFFICE, place_of
from yuanheng.appraisal.choices import ListKind
from yuanheng.appraisal.models import ListedMatter, ParkLink, UnitReckoning
from yuanheng.appraisal.parts import part_groups
from yuanheng.kernel.navigation import SUPERVISION
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

_TONES = {
    ListKind.CONTRIBUTION: "blue", ListKind.BONUS: "green", ListKind.DEDUCTION: "orange",
    ListKind.RED: "red", ListKind.BLACK: "secondary",
}  # fmt: skip


def kind_badges(row: ListedMatter) -> list[Badge]:
    return [Badge(row.get_kind_display(), _TONES[ListKind(row.kind)])]


class _OfUnit(Resource):
    def subtitle(self, row: Any) -> Any:
        return row.org_unit.name


@register
class ListedMatterResource(_OfUnit):
    name, path, model, icon = "listedmatter", "unit-matters", ListedMatter, "flag"
    lookup, nav_order, nav_group = "token", 58, SUPERVISION
    columns = [
        Column("title", link=True),
        Column("org_unit__name", gettext_lazy("organisation")),
        Column("kind", kind="badges", value=kind_badges),
        Column("points", kind="figure", decimals=2),
        Column("happened_on", kind="day"),
        Column("reason", phone=False),
    ]
    filters = [ChoiceFilter("kind", ListKind), DayRangeFilter("happened_on")]
    search = ["title", "org_unit__name", "reason", "basis"]
    related = ["org_unit"]
    form_fields = ["org_unit", "kind", "title", "happened_on", "points", "reason", "basis"]
    empty_text = gettext_lazy(
        "Enter what counts for or against a unit, with its reason; attach the evidence to it."
    )
    panels = [
        FieldsPanel(gettext_lazy("Particulars"), [
            Column("org_unit__name", gettext_lazy("organisation")), "kind",
            Column("happened_on", kind="day"), Column("points", kind="figure", decimals=2),
            "reason", "basis",
        ]),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def badges(self, row: Any) -> Sequence[Badge]:
        return kind_badges(row)


@register
class ParkLinkResource(_OfUnit):
    name, path, model, icon = "parklink", "park-links", ParkLink, "link"
    lookup, nav_order, nav_group, nav_action = "token", 59, SUPERVISION, EDIT
    columns = [
        Column("org_unit__name", gettext_lazy("organisation"), link=True),
        Column("park__name", gettext_lazy("linked park")),
        Column("share", kind="figure", decimals=2),
        Column("valid_from", kind="day", phone=False),
        Column("valid_until", kind="day", phone=False),
    ]
    filters = [DayRangeFilter("valid_from")]
    search = ["org_unit__name", "park__name", "reason"]
    related = ["org_unit", "park"]
    form_fields = ["org_unit", "park", "share", "valid_from", "valid_until", "reason"]
    empty_text = gettext_lazy("Say which bureau or town answers for which park.")
    panels = [
        FieldsPanel(gettext_lazy("Particulars"), [
            Column("org_unit__name", gettext_lazy("organisation")),
            Column("park__name", gettext_lazy("linked park")),
            Column("share", kind="figure", decimals=2), Column("valid_from", kind="day"),
            Column("valid_until", kind="day"), "reason",
        ]),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip


def _parts(row: UnitReckoning, request: HttpRequest) -> dict[str, Any]:
    return {"groups": part_groups(row)}


@register
class UnitReckoningResource(_OfUnit):
    name, path, model, icon = "unitreckoning", "unit-figures", UnitReckoning, "list-check"
    lookup, nav_order, nav_group, nav_action = "token", 57, SUPERVISION, EDIT
    editable, importable, companions = False, False, False
    columns = [
        Column("org_unit__name", gettext_lazy("organisation"), link=True),
        Column("year", kind="code"),
        Column("as_of", kind="day"),
        Column("is_current", kind="flag", phone=False),
        Column("reckoned_at", kind="moment", phone=False),
    ]
    filters = [NumberRangeFilter("year"), FlagFilter("is_current")]
    search = ["org_unit__name", "org_unit__code"]
    related = ["org_unit"]
    empty_text = gettext_lazy("The units' figures have not been put together yet.")
    panels = [
        TemplatePanel(
            gettext_lazy("What it is made of"), "appraisal/_panel_parts.html", _parts, wide=True
        ),
    ]

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not place_of(user, OFFICE):
            return []
        return [Button(_("Put a year together"), reverse("appraise"), "refresh", True)]
