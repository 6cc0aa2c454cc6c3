"""The audit log as a page, for auditors and administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.models import User
from yuanheng.kernel.actions.labels import action_choices, action_label
from yuanheng.kernel.history import both_sides
from yuanheng.kernel.masking import hidden_fields
from yuanheng.kernel.models import AuditEvent
from yuanheng.kernel.navigation import ADMINISTRATION
from yuanheng.kernel.origin import COMMAND_LINE
from yuanheng.kernel.resources import (
    Button,
    Column,
    DayFilter,
    FieldsPanel,
    Filter,
    Option,
    RelatedPanel,
    RelationFilter,
    Resource,
    TemplatePanel,
    all_resources,
    register,
    resource_of,
)

_SHOWN_ROWS = 50


class ActionFilter(Filter):
    """What was done: a verb (everything exported), or one action by its name."""

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option(code, label) for code, label in action_choices()]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        if "." in value:
            return queryset.filter(action_code=value)
        return queryset.filter(action_code__contains=f".{value}_")


class KindFilter(Filter):
    """What kind of record it was done to."""

    def options(self, user: Any, value: str) -> list[Option]:
        found = {one.model._meta.label: one.model._meta.verbose_name for one in all_resources()}
        return [Option(label, name) for label, name in found.items()]

    def apply(self, queryset: models.QuerySet, value: str, user: Any) -> models.QuerySet:
        return queryset.filter(subject_model=value)


def what(event: AuditEvent) -> Any:
    return action_label(event.action_code)


def by_whom(event: AuditEvent) -> Any:
    return event.acting_user or gettext("system")


def from_where(event: AuditEvent) -> Any:
    return gettext("command line") if event.address == COMMAND_LINE else event.address


def kind_of(event: AuditEvent) -> Any:
    model = _model(event.subject_model)
    return model._meta.verbose_name if model else event.subject_model


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label) if label else None
    except LookupError:  # of a room that is not installed any more
        return None


def _sides(event: Any, model: type[models.Model] | None, pk: str, user: Any) -> Any:
    hidden = hidden_fields(user, model, [pk]).get(pk, frozenset()) if model else frozenset()
    return both_sides(model, event.before, event.after, hidden)


def _before_and_after(row: AuditEvent, request: HttpRequest) -> dict[str, Any] | None:
    lines = _sides(row, _model(row.subject_model), row.subject_pk, request.user)
    return {"lines": lines} if lines else None


def _changed_rows(row: AuditEvent, request: HttpRequest) -> dict[str, Any] | None:
    changes = row.row_changes.order_by("pk")
    total = changes.count()
    if not total:
        return None
    shown = list(changes[:_SHOWN_ROWS])
    model = _model(shown[0].subject_model)
    hidden = hidden_fields(request.user, model, [one.subject_pk for one in shown]) if model else {}
    rows = [
        (one.subject_pk, line)
        for one in shown
        for line in both_sides(
            model, one.before, one.after, hidden.get(one.subject_pk, frozenset())
        )
    ]
    return {"rows": rows, "total": total, "shown": len(shown)}


def _together(row: AuditEvent, user: Any) -> models.QuerySet:
    same = AuditEvent.objects.visible_to(user).filter(correlation=row.correlation)
    return same.exclude(pk=row.pk)


@register
class AuditEventResource(Resource):
    name, path, model, icon, nav_order = "auditevent", "audit-log", AuditEvent, "history", 95
    nav_group, lookup = ADMINISTRATION, "pk"
    columns = [
        Column("at", kind="moment", link=True),
        Column("acting_user__full_name", _("By"), value=by_whom),
        Column("action_code", value=what),
        Column("subject_model", value=kind_of, phone=False),
        Column("subject_label"),
        Column("reason", phone=False, sort=False),
        Column("address", value=from_where, phone=False),
        Column("sequence", _("No."), kind="count", phone=False),
    ]
    filters = [
        RelationFilter(
            "by", User, path="acting_user", code="username", text="full_name", label=_("Person")
        ),
        ActionFilter("action", _("Action")),
        KindFilter("kind", _("Kind of record")),
        DayFilter("from", _("From"), path="at"),
        DayFilter("until", _("Until"), path="at", until=True),
    ]
    search = ["subject_label", "reason", "acting_user__full_name", "acting_user__username"]
    search_hint = _("Record, reason or person")
    related = ["acting_user"]
    ordering = ["-at", "-pk"]
    empty_text = _("Everything that the people of your organisations do is written down here.")
    panels = [
        FieldsPanel(
            _("What happened"),
            [
                Column("at", kind="moment"),
                Column("acting_user", value=by_whom),
                Column("action_code", value=what),
                Column("subject_model", value=kind_of),
                "subject_label",
                "reason",
                Column("address", value=from_where),
            ],
        ),
        FieldsPanel(
            _("Place in the log"),
            [
                Column("sequence", kind="count"),
                Column("hash", kind="code"),
                Column("previous_hash", kind="code"),
                Column("rows_digest", kind="code"),
                Column("correlation", kind="code"),
            ],
        ),
        TemplatePanel(
            _("Before and after"), "accounts/_panel_sides.html", _before_and_after, wide=True
        ),
        TemplatePanel(_("Changed rows"), "accounts/_panel_changes.html", _changed_rows, wide=True),
        RelatedPanel(_("Done in the same step"), "auditevent", _together),
    ]

    def row_title(self, row: Any) -> str:
        return f"{what(row)} {row.subject_label}".strip()

    def subtitle(self, row: Any) -> Any:
        return gettext("No. %(number)s") % {"number": row.sequence}

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [Button(_("Exports"), f"{self.url('list')}?action=export", "download")]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        """To the record itself, if it has a page that this person may see."""
        model = _model(row.subject_model)
        resource = resource_of(model) if model else None
        if resource is None or not row.subject_pk:
            return []
        found = resource.queryset(user).filter(Q(pk=row.subject_pk)).first()
        if found is None:
            return []
        return [Button(_("Open the record"), resource.link(found), "file-text")]
