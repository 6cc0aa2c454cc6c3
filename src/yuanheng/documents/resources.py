"""What the generic screens show of the desk: the list of documents, and the office's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.documents.actions import desk_of
from yuanheng.documents.choices import DocumentStage, WordKind
from yuanheng.documents.models import Document, NoticedFile, OwnWord, WatchedFolder
from yuanheng.kernel.actions import create_row
from yuanheng.kernel.navigation import SETTINGS, SUPERVISION
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

_TONES = {"waiting": "yellow", "read": "blue", "refused": "red", "done": "green"}


def _stage(row: Document) -> list[Badge]:
    return [Badge(row.get_stage_display(), _TONES[row.stage])]


def _left(row: Any) -> str:
    return str(row.left_open)


@register
class DocumentResource(Resource):
    name, path, model, icon, nav_order = "document", "documents", Document, "inbox", 56
    nav_group = SUPERVISION
    columns = [
        Column("title", link=True, value=str),
        Column("stage", kind="badges", value=_stage),
        Column("left_open", gettext_lazy("To be decided"), value=_left, sort=False),
        Column("publisher", phone=False),
        Column("published_on", kind="day", phone=False),
        Column("owner__name", phone=False),
        Column("added_by", phone=False, sort=False),
        Column("added_at", kind="moment", phone=False),
        Column("code", kind="code", phone=False),
    ]
    filters = [ChoiceFilter("stage", DocumentStage)]
    search = ["title", "file_name", "publisher", "code"]
    search_hint = gettext_lazy("Heading, file or publisher")
    related = ["owner", "added_by"]
    ordering = ["-added_at", "-pk"]
    form_fields = ["title", "publisher", "published_on"]
    creatable = False  # by dropping files only
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("Drop a notice, a speech or a report here; it is read for you.")

    def prepare(self, queryset: QuerySet) -> QuerySet:
        found = super().prepare(queryset)
        return found.annotate(
            left_open=Count("proposals", filter=Q(proposals__decision="open"))
        ).defer("text")

    def prepare_row(self, queryset: QuerySet) -> QuerySet:
        return super().prepare(queryset).select_related("content")

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not can(user, EDIT, Document):
            return []
        return [Button(_("Drop files"), reverse("document-drop"), "upload", is_main=True)]

    def badges(self, row: Any) -> Sequence[Badge]:
        return _stage(row)


@register
class OwnWordResource(Resource):
    name, path, model, icon, nav_order = "ownword", "own-words", OwnWord, "language", 87
    lookup, nav_group, nav_action = "pk", SETTINGS, EDIT
    columns = [
        Column("word", link=True),
        Column("meaning"),
        Column("kind"),
        Column("made_by", phone=False, sort=False),
        Column("made_at", kind="moment", phone=False),
    ]
    filters = [ChoiceFilter("kind", WordKind)]
    search = ["word", "meaning"]
    related = ["owner", "made_by"]
    ordering = ["kind", "word", "pk"]
    form_fields = ["kind", "word", "meaning"]
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("What is mended on the desk becomes a word here by one click.")
    panels = [
        FieldsPanel(gettext_lazy("Particulars"), ["kind", "word", "meaning", "made_by"]),
        HistoryPanel(gettext_lazy("History")),
    ]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Any:
        given = {**values, "owner_id": desk_of(acting_user), "made_by": acting_user}
        return create_row(acting_user=acting_user, model=OwnWord, values=given)


_WATCHED = {True: Badge(gettext_lazy("watched"), "green"), False: Badge(gettext_lazy("at rest"))}
_OUTCOMES = {"taken": "green", "known": "secondary", "refused": "red", "later": "yellow"}
_LATEST = 100


def _watched(row: WatchedFolder) -> list[Badge]:
    if row.is_active and row.trouble:
        return [Badge(_("trouble"), "red")]
    return [_WATCHED[row.is_active]]


def _became(one: NoticedFile) -> Badge:
    """What became of a file, also after it was put on the desk."""
    if one.document and one.document.stage in (DocumentStage.REFUSED, DocumentStage.WAITING):
        is_refused = one.document.stage == DocumentStage.REFUSED
        return Badge(one.document.get_stage_display(), "red" if is_refused else "yellow")
    return Badge(one.get_outcome_display(), _OUTCOMES[one.outcome])


def _noticed(row: WatchedFolder, request: Any) -> dict[str, Any]:
    rows = NoticedFile.objects.filter(folder=row).select_related("document")[: _LATEST + 1]
    files = [(one, _became(one)) for one in rows]
    return {
        "files": files[:_LATEST], "more": len(files) > _LATEST, "limit": _LATEST,
        "trouble": row.trouble if row.is_active else "", "folder": row.folder,
        "boxes": list(row.mailboxes.all()),
    }  # fmt: skip


@register
class WatchedFolderResource(Resource):
    name, path, model, icon = "watchedfolder", "watched-folders", WatchedFolder, "inbox"
    lookup, nav_group, nav_action, nav_order = "pk", SETTINGS, EDIT, 88
    columns = [
        Column("name", link=True),
        Column("folder", kind="code"),
        Column("state", gettext_lazy("State"), kind="badges", value=_watched, sort=False),
        Column("receiver", phone=False, sort=False),
        Column("owner__name", phone=False),
    ]
    search = ["name", "folder"]
    related = ["owner", "receiver"]
    ordering = ["name", "pk"]
    form_fields = ["name", "folder", "is_active"]
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy(
        "A folder of the server, or the one into which mail is delivered, can feed this desk."
    )
    panels = [
        TemplatePanel(
            gettext_lazy("Files noticed"), "documents/_panel_noticed.html", _noticed, wide=True
        ),
        FieldsPanel(
            gettext_lazy("Particulars"),
            ["folder", Column("is_active", kind="flag"), "receiver", "owner", "trouble"],
        ),
        HistoryPanel(gettext_lazy("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return row.folder

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Any:
        given = {**values, "owner_id": desk_of(acting_user), "receiver": acting_user}
        return create_row(acting_user=acting_user, model=WatchedFolder, values=given)
