"""What the generic screens show of frozen tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.importing.reading import language
from yuanheng.kernel.navigation import ADMINISTRATION, EVALUATION
from yuanheng.kernel.policies import ADMINISTER, EDIT, can
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
from yuanheng.ledger.choices import DataGroup, SubjectKind
from yuanheng.ledger.models import SensitiveWord, Snapshot


def _columns(row: Snapshot, request: HttpRequest) -> dict[str, Any] | None:
    found = row.reading.get("columns")
    return {"columns": found, "notes": row.reading["notes"], "lang": language()} if found else None


def _rejected(row: Snapshot, request: HttpRequest) -> dict[str, Any] | None:
    lines = row.reading.get("rejected")
    if not lines:
        return None
    return {"lines": lines, "total": row.rows_rejected, "lang": language()}


@register
class SnapshotResource(Resource):
    name, path, model, icon, nav_order = "snapshot", "figures", Snapshot, "file-spreadsheet", 55
    nav_group = EVALUATION
    columns = [
        Column("title", link=True),
        Column("subject_kind", phone=False),
        Column("periods", value=lambda row: row.periods_in_words, sort=False),
        Column("rows_usable", kind="count"),
        Column("rows_rejected", kind="count", phone=False),
        Column("code", kind="code", phone=False),
        Column("committed_at", kind="moment", phone=False),
        Column("uploaded_by__full_name", phone=False),
    ]
    filters = [ChoiceFilter("subject_kind", SubjectKind)]
    search = ["title", "file_name", "sha256"]
    search_hint = _("Title, file or hash")
    ordering = ["-committed_at", "-pk"]
    related = ["uploaded_by", "owner"]
    empty_text = _("Upload a table of figures: it is read, shown, and frozen when you confirm.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "subject_kind",
                Column("periods", value=lambda row: row.periods_in_words),
                Column("rows_usable", kind="count"),
                Column("rows_rejected", kind="count"),
                Column("committed_at", kind="moment"),
                "uploaded_by",
                "owner",
            ],
        ),
        FieldsPanel(
            _("The file"),
            [
                "file_name",
                "sheet",
                Column("byte_count", kind="count"),
                Column("sha256", kind="text"),
                Column("scheme", label=_("Read for"), value=lambda row: row.reading.get("scheme")),
            ],
        ),
        TemplatePanel(_("Rows left out"), "ledger/_panel_rejected.html", _rejected, wide=True),
        TemplatePanel(_("Columns"), "ledger/_panel_columns.html", _columns, wide=True),
        HistoryPanel(_("History")),
    ]

    def badges(self, row: Any) -> Sequence[Badge]:
        return [Badge(_("frozen"), "blue")]

    def subtitle(self, row: Any) -> Any:
        return f"{row.file_name} · {row.short_hash}"

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not can(user, EDIT, Snapshot):
            return ()
        return [
            Button(
                _("Upload figures"),
                reverse("upload-create", args=["figures"]),
                "upload",
                is_main=True,
            )
        ]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        buttons = [
            Button(_("Original file"), reverse("snapshot-file", args=[row.code]), "download")
        ]
        if can(user, EDIT, row):
            try:
                href = f"{reverse('run-create')}?snapshot={row.code}"
                buttons.append(Button(_("Evaluate"), href, "chart-bar", is_main=True))
            except NoReverseMatch:
                pass  # the room of evaluations is not installed
        return buttons


@register
class SensitiveWordResource(Resource):
    name, path, model, icon, nav_order = (
        "sensitiveword", "sensitive-columns", SensitiveWord, "lock", 94
    )  # fmt: skip
    nav_group, nav_action, lookup = ADMINISTRATION, ADMINISTER, "pk"
    columns = [
        Column("word", link=True),
        Column("group"),
        Column("valid_from", kind="day"),
        Column("valid_until", kind="day", phone=False),
        Column("note", phone=False),
    ]
    filters = [ChoiceFilter("group", DataGroup)]
    search = ["word", "note"]
    ordering = ["group", "word", "pk"]
    form_fields = ["word", "group", "valid_from", "valid_until", "note"]
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "word",
                "group",
                Column("valid_from", kind="day"),
                Column("valid_until", kind="day"),
                "note",
            ],
        ),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return ""
