"""What the generic screens show of regions, parks and enterprises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.navigation import REGISTERS
from yuanheng.kernel.resources import (
    Badge,
    ChoiceFilter,
    Column,
    DayRangeFilter,
    FieldsPanel,
    FlagFilter,
    HistoryPanel,
    RelatedPanel,
    RelationFilter,
    Resource,
    Section,
    TemplatePanel,
    register,
    resource_for,
)
from yuanheng.registry.choices import DivisionKind, LandHolding, ParkRank
from yuanheng.registry.filters import RegionFilter
from yuanheng.registry.models import Enterprise, LadderRung, LadderStanding, Park, Region
from yuanheng.registry.models.enterprise import rungs_of
from yuanheng.registry.queries import enterprise_counts, region_path

RANK_TONES = {"national": "blue", "provincial": "cyan", "other": "secondary"}


def _region_url(region: Region | None) -> str | None:
    return resource_for("region").url_of(region.code) if region else None


def _park_url(park: Park | None) -> str | None:
    return resource_for("park").url_of(park.code) if park else None


def rank_badges(park: Park) -> list[Badge]:
    tone = RANK_TONES.get(park.rank, "secondary")
    return [Badge(park.get_rank_display(), tone)] if park.rank else []


def ladder_badges(enterprise: Enterprise) -> list[Badge]:
    """规上 from the register, the other rungs from the ladder."""
    badges = [Badge(_("above scale"), "blue")] if enterprise.above_scale else []
    return badges + [Badge(one["name"], "teal") for one in rungs_of(enterprise)]


@register
class RegionResource(Resource):
    name, path, model, icon, nav_order = "region", "regions", Region, "map-2", 20
    nav_group = REGISTERS
    columns = [
        Column("code", kind="code"),
        Column("name", link=True),
        Column("kind"),
        Column("parent__name", href=lambda row: _region_url(row.parent), phone=False),
    ]
    filters = [
        ChoiceFilter("kind", DivisionKind),
        RegionFilter(path="code", label=_("Lies in")),
    ]
    search = ["name", "code"]
    search_context = ["parent__name"]
    search_hint = _("Name or division code")
    related = ["parent"]
    importer_code = "regions"
    empty_text = _("Import the tables of divisions first: provinces, cities, counties.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [Column("code", kind="code"), "name", "kind", "parent__name"],
        ),
        RelatedPanel(
            _("Parks"),
            "park",
            lambda row, user: (
                Park.objects.visible_to(user).current().filter(region__code__startswith=row.code)
            ),
            query=lambda row: f"region={row.code}",
        ),
        RelatedPanel(
            _("Divisions in it"),
            "region",
            lambda row, user: Region.objects.visible_to(user).filter(parent=row),
            query=lambda row: f"region={row.code}",
            limit=30,
        ),
        HistoryPanel(_("History")),
    ]

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        return [(one.name, self.link(one)) for one in region_path(row)]


@register
class ParkResource(Resource):
    name, path, model, icon, nav_order = "park", "parks", Park, "building-community", 30
    nav_group = REGISTERS
    columns = [
        Column("code", kind="code", phone=False),
        Column("name", link=True),
        Column("rank", kind="badges", value=rank_badges),
        Column("region__name", href=lambda row: _region_url(row.region), sort="region__code"),
        Column("committee__name", phone=False),
        Column("leading_industries", sort=False, phone=False),
        Column("land_area_mu", kind="figure", phone=False),
        Column("enterprise_count", _("Enterprises"), kind="count"),
    ]
    filters = [ChoiceFilter("rank", ParkRank), RegionFilter()]
    search = ["name", "short_name", "code", "committee__name"]
    search_context = ["region__name"]
    search_hint = _("Name, code or committee")
    related = ["region", "committee", "parent_zone"]
    importer_code = "parks"
    empty_text = _("Import the register of parks, or add a park by hand.")
    form_sections = [
        Section(
            _("Particulars"),
            ["code", "name", "short_name", "rank", "committee", "region", "parent_zone"],
            _("The code is what tables are matched by; keep the one your province uses."),
        ),
        Section(_("Positioning"), ["leading_industries", "special_industry", "positioning"]),
        Section(_("Land and place"), ["land_area_mu", "built_area_mu", "approved_on", "address"]),
    ]
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                Column("code", kind="code"),
                "short_name",
                Column("rank", kind="badges", value=rank_badges),
                Column("region__name", href=lambda row: _region_url(row.region)),
                "committee__name",
                Column("parent_zone__name", href=lambda row: _park_url(row.parent_zone)),
                Column("land_area_mu", kind="figure"),
                Column("built_area_mu", kind="figure"),
                Column("approved_on", kind="day"),
                "address",
            ],
        ),
        FieldsPanel(_("Positioning"), ["leading_industries", "special_industry", "positioning"]),
        TemplatePanel(
            _("Enterprises"),
            "registry/_panel_counts.html",
            lambda row, request: {
                "counts": enterprise_counts(request.user, park=row),
                "park": row,
            },
            wide=True,
        ),
        RelatedPanel(
            _("Parks of this zone"),
            "park",
            lambda row, user: Park.objects.visible_to(user).current().filter(parent_zone=row),
        ),
        RelatedPanel(
            _("Other parks of the same committee"),
            "park",
            lambda row, user: (
                Park.objects.visible_to(user)
                .current()
                .filter(committee__isnull=False, committee=row.committee_id)
                .exclude(pk=row.pk)
            ),
        ),
        RelatedPanel(
            _("Enterprises of this park"),
            "enterprise",
            lambda row, user: Enterprise.objects.visible_to(user).current().filter(park=row),
            query=lambda row: f"park={row.code}",
        ),
        HistoryPanel(_("History")),
    ]

    def prepare(self, queryset: QuerySet) -> QuerySet:
        # A subquery is counted for the rows of the page only, a join for every park.
        living = Enterprise.objects.current().filter(park=OuterRef("pk")).order_by()
        counts = living.values("park").annotate(count=Count("*")).values("count")
        counted = queryset.annotate(enterprise_count=Coalesce(Subquery(counts), 0))
        return super().prepare(counted)

    def badges(self, row: Any) -> Sequence[Badge]:
        return rank_badges(row)

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        return [(row.parent_zone.name, self.link(row.parent_zone))] if row.parent_zone else ()


class RungFilter(RelationFilter):
    """Enterprises that stand on a rung now."""

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        standing = LadderStanding.objects.filter(rung__code=value, until__isnull=True)
        return queryset.filter(pk__in=standing.values("enterprise"))


@register
class EnterpriseResource(Resource):
    name, path, model, nav_order = "enterprise", "enterprises", Enterprise, 40
    nav_group = REGISTERS
    lookup, icon = "credit_code", "building-factory-2"
    columns = [
        Column("credit_code", kind="code", phone=False),
        Column("name", link=True),
        Column("park__name", href=lambda row: _park_url(row.park)),
        Column("region__name", sort="region__code", phone=False),
        Column("industry_name", sort="industry_code", phone=False),
        Column("ladder", _("Ladder"), kind="badges", value=ladder_badges, sort=False),
        Column("land_holding", phone=False),
        Column("founded_on", kind="day", phone=False),
    ]
    filters = [
        RelationFilter("park", Park),
        RegionFilter(),
        FlagFilter("above_scale"),
        RungFilter("rung", LadderRung, label=_("Ladder")),
        ChoiceFilter("land_holding", LandHolding),
        DayRangeFilter("founded_on"),
    ]
    search = ["name", "credit_code", "industry_name"]
    search_context = ["region__name", "park__name"]
    totals = ["registered_capital_yuan", "land_area_mu", "floor_area_m2"]
    search_hint = _("Name, credit code or industry")
    related = ["park", "region", "landlord"]
    importer_code = "enterprises"
    empty_text = _("Import the register of enterprises, or add an enterprise by hand.")
    form_sections = [
        Section(
            _("Particulars"),
            [
                "credit_code",
                "name",
                "park",
                "region",
                "founded_on",
                "enterprise_type",
                "scale",
                "operating_state",
                "registered_capital_yuan",
                "listed_code",
            ],
        ),
        Section(
            _("Industry and business"),
            [
                "industry_code",
                "industry_name",
                "above_scale",
                "industrial_chain",
                "main_products",
                "business_scope",
            ],
        ),
        Section(
            _("Land and place"),
            [
                "land_holding",
                "land_area_mu",
                "floor_area_m2",
                "moved_in_on",
                "production_on",
                "address",
                "postal_code",
                "longitude",
                "latitude",
            ],
        ),
        Section(
            _("Contacts"),
            ["website", "legal_representative", "contact_name", "contact_phone"],
            _("Personal data: only those who need it see these fields."),
        ),
    ]
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                Column("credit_code", kind="code"),
                Column("park__name", href=lambda row: _park_url(row.park)),
                Column("region__name", href=lambda row: _region_url(row.region)),
                Column("founded_on", kind="day"),
                "industry_code",
                "industry_name",
                "industrial_chain",
                "enterprise_type",
                "scale",
                "operating_state",
                Column("registered_capital_yuan", _("registered capital (10k yuan)"), kind="wan"),
            ],
        ),
        FieldsPanel(
            _("Standing and land"),
            [
                Column("above_scale", kind="flag"),
                Column("ladder", _("Ladder"), kind="badges", value=ladder_badges),
                Column("moved_in_on", kind="day"),
                Column("production_on", kind="day"),
                "listed_code",
                Column("land_area_mu", kind="figure"),
                Column("floor_area_m2", kind="figure"),
                "land_holding",
                Column(
                    "landlord__name",
                    href=lambda row: (
                        reverse("enterprise-detail", args=[row.landlord.credit_code])
                        if row.landlord
                        else None
                    ),
                ),
            ],
        ),
        FieldsPanel(
            _("Address and contact"),
            [
                "address",
                "postal_code",
                Column("longitude", kind="figure", decimals=6),
                Column("latitude", kind="figure", decimals=6),
                "website",
                "legal_representative",
                "contact_name",
                "contact_phone",
            ],
        ),
        FieldsPanel(_("Business"), ["main_products", "business_scope"]),
        RelatedPanel(
            _("Tenants"),
            "enterprise",
            lambda row, user: Enterprise.objects.visible_to(user).current().filter(landlord=row),
        ),
        HistoryPanel(_("History")),
    ]

    def prepare(self, queryset: QuerySet) -> QuerySet:
        return super().prepare(queryset).with_ladder()

    def badges(self, row: Any) -> Sequence[Badge]:
        return ladder_badges(row)
