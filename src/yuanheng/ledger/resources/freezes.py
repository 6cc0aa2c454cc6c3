"""Frozen figures: scope, period, hash, and the tables made of them."""

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
    TemplatePanel,
    register,
)
from yuanheng.ledger.choices import BearerKind
from yuanheng.ledger.models import Freeze, Snapshot
from yuanheng.registry.choices import ParkRank


def scope_words(row: Freeze) -> str:
    """``Parks, provincial, 4313``"""
    parts = [str(BearerKind(row.kind).label)]
    if row.scope.get("rank"):
        parts.append(str(ParkRank(row.scope["rank"]).label))
    parts += [row.scope[name] for name in ("region", "park") if row.scope.get(name)]
    return " · ".join(parts)


def _tables(row: Freeze, request: HttpRequest) -> dict[str, Any]:
    seen = set(Snapshot.objects.visible_to(request.user).values_list("pk", flat=True))
    tables = row.tables.select_related("snapshot")
    return {
        "tables": [one for one in tables if one.snapshot_id in seen],
        "make": reverse("freeze-table", args=[row.code]) if can(request.user, EDIT, row) else "",
    }


@register
class FreezeResource(Resource):
    name, path, model, icon, nav_order = "freeze", "frozen", Freeze, "lock", 45
    nav_group = FIGURES
    columns = [
        Column("title", link=True),
        Column("scope", value=scope_words, sort=False, phone=False),
        Column("period"),
        Column("subjects", kind="count", phone=False),
        Column("figures", kind="count"),
        Column("code", kind="code", phone=False),
        Column("made_at", kind="moment", phone=False),
    ]
    filters = [ChoiceFilter("kind", BearerKind)]
    search = ["title", "code", "sha256"]
    search_hint = _("Title, number or hash")
    ordering = ["-made_at", "-pk"]
    related = ["made_by", "owner"]
    companions = False  # rows that are final
    empty_text = _("Freeze a scope and a period: an evaluation reads frozen figures only.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                Column("scope", value=scope_words),
                "period",
                Column("as_of", kind="moment"),
                Column("subjects", kind="count"),
                Column("figures", kind="count"),
                "made_by",
                "owner",
                Column("made_at", kind="moment"),
            ],
        ),
        FieldsPanel(
            _("The file"),
            ["sha256", "manifest_sha256", Column("byte_count", kind="count"), "up_to"],
        ),
        TemplatePanel(_("Tables made of it"), "ledger/_panel_tables.html", _tables, wide=True),
        HistoryPanel(_("History")),
    ]

    def badges(self, row: Any) -> Sequence[Badge]:
        return [Badge(_("frozen"), "blue")]

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not can(user, EDIT, Freeze):
            return ()
        return [Button(_("Freeze figures"), reverse("freeze-new"), "lock", is_main=True)]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        files = [
            Button(_("Figures (Parquet)"), reverse("freeze-file", args=[row.code]), "download"),
            Button(_("Manifest"), reverse("freeze-manifest", args=[row.code]), "file-text"),
        ]
        if can(user, EDIT, row):
            href = reverse("freeze-table", args=[row.code])
            files.append(Button(_("Make a table"), href, "columns-3", is_main=True))
        return files
