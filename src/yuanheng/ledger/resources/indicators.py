"""The catalogue of indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.figures import measure_words
from yuanheng.kernel.navigation import FIGURES
from yuanheng.kernel.policies import EDIT, can
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    FlagFilter,
    HistoryPanel,
    Resource,
    Section,
    TemplatePanel,
    register,
)
from yuanheng.ledger import catalogue_importer  # noqa: F401  it registers itself
from yuanheng.ledger.actions import add_indicator, revise_indicator
from yuanheng.ledger.choices import Authority, Frequency, Theme
from yuanheng.ledger.models import Indicator

TONES = {
    Authority.STATISTICS: "blue",
    Authority.CLAUSE: "cyan",
    Authority.REPORT: "teal",
    Authority.SAMPLE: "orange",
    Authority.OWN: "purple",
}


def basis(row: Any) -> list[Badge]:
    """What stands behind the definition; a sample is called one."""
    return [Badge(row.get_authority_display(), TONES.get(row.authority, "secondary"))]


def _versions(row: Indicator, request: HttpRequest) -> dict[str, Any]:
    return {"versions": list(row.versions.all()), "row": row}


def _counted(row: Indicator) -> Any:
    return measure_words(row.unit_shown)


@register
class IndicatorResource(Resource):
    name, path, model, icon, nav_order = "indicator", "indicators", Indicator, "columns-3", 44
    nav_group = FIGURES
    columns = [
        Column("name", value=lambda row: row.shown_name, link=True),
        Column("theme", phone=False),
        Column("shown_measure", _("Unit"), value=_counted, sort=False),
        Column("formula", sort=False, phone=False),
        Column("frequency", phone=False),
        Column("bureau", phone=False),
        Column("authority", kind="badges", value=basis),
        Column("code", kind="code", phone=False),
    ]
    filters = [
        ChoiceFilter("theme", Theme),
        ChoiceFilter("authority", Authority),
        ChoiceFilter("frequency", Frequency),
        FlagFilter("for_parks"),
        FlagFilter("for_enterprises"),
    ]
    search = ["name", "synonyms", "code", "name_en"]
    search_context = ["bureau"]
    search_hint = _("Name, other name or code")
    ordering = ["position", "code"]
    related = ["weight", "growth_of"]
    empty_text = _("Load the shipped catalogue, or add an indicator by hand.")
    importer_code = "indicators"
    form_sections = [
        Section(
            _("Particulars"),
            ["code", "name", "name_en", "synonyms", "theme", "bureau", "contact", "data_group"],
        ),
        Section(
            _("Definition"),
            [
                "definition",
                "definition_en",
                "formula",
                "authority",
                "source",
                "reference",
                "defined_from",
            ],
            _("A change of what is counted makes a new version from that day on."),
        ),
        Section(
            _("Unit and thresholds"),
            ["measure", "shown_measure", "decimals", "direction", "alert_at", "excellent_at"],
            _("Money is kept in yuan, energy in tonnes of standard coal, a rate in %."),
        ),
        Section(
            _("Putting together"),
            [
                "over_time",
                "over_subjects",
                "weight",
                "growth_of",
                "is_real",
                "frequency",
                "for_parks",
                "for_enterprises",
            ],
            _("A ratio is weighted by its denominator or computed anew, never averaged bare."),
        ),
    ]
    panels = [
        FieldsPanel(
            _("Definition"),
            [
                Column("definition", value=lambda row: row.shown_definition),
                "formula",
                Column("authority", kind="badges", value=basis),
                "source",
                "reference",
                Column("defined_from", kind="day"),
                "synonyms",
                "name_en",
            ],
        ),
        FieldsPanel(
            _("Unit and putting together"),
            [
                Column("measure", value=lambda row: measure_words(row.measure)),
                Column("shown_measure", value=_counted),
                "direction",
                "alert_at",
                "excellent_at",
                "over_time",
                "over_subjects",
                Column("weight", value=lambda row: row.weight),
                Column("growth_of", value=lambda row: row.growth_of),
                "frequency",
                "bureau",
                "contact",
            ],
        ),
        TemplatePanel(_("Versions"), "ledger/_panel_versions.html", _versions, wide=True),
        HistoryPanel(_("History")),
    ]

    def badges(self, row: Any) -> Sequence[Badge]:
        computed = [Badge(_("computed"), "purple")] if row.is_derived else []
        return [*basis(row), *computed]

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not can(user, EDIT, Indicator):
            return ()
        return [Button(_("Load the shipped catalogue"), reverse("load-catalogue"), "download")]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Any:
        return add_indicator(acting_user=acting_user, values=values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> Any:
        return revise_indicator(acting_user=acting_user, row=row, values=values)
