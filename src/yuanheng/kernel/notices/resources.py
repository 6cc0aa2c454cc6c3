"""Channels and deliveries, as registers for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    NoticeChannel,
)
from yuanheng.kernel.navigation import ADMINISTRATION
from yuanheng.kernel.notices.actions import change_channel, open_channel
from yuanheng.kernel.notices.forms import ChannelForm
from yuanheng.kernel.notices.kinds import all_kinds
from yuanheng.kernel.policies import ADMINISTER, EDIT, can
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    HistoryPanel,
    RelatedPanel,
    Resource,
    register,
)

_TONES = {"waiting": "blue", "sent": "green", "dead": "red", "dropped": "secondary"}


def _state(row: Delivery) -> list[Badge]:
    return [Badge(row.get_state_display(), _TONES[row.state])]


def _wanted(row: NoticeChannel) -> Any:
    titles = dict(all_kinds())
    return "、".join(str(titles.get(code, code)) for code in row.wanted_kinds) or _("All")


@register
class ChannelResource(Resource):
    name, path, model, icon, nav_order = (
        "noticechannel",
        "notice-channels",
        NoticeChannel,
        "send",
        94,
    )
    nav_group, nav_action, lookup = ADMINISTRATION, ADMINISTER, "pk"
    columns = [
        Column("name", link=True),
        Column("kind"),
        Column("org_unit__name"),
        Column("address_shown", phone=False),
        Column("wanted", value=_wanted, sort=False, phone=False),
        Column("is_active", kind="flag"),
    ]
    filters = [ChoiceFilter("kind", ChannelKind)]
    search = ["name", "org_unit__name"]
    search_hint = _("Name or organisation")
    related = ["org_unit"]
    ordering = ["name", "pk"]
    form_class = ChannelForm
    form_fields = [
        "name",
        "kind",
        "org_unit",
        "address",
        "secret",
        "sender",
        "wanted",
        "shows_text",
        "is_inside",
        "is_active",
    ]
    empty_text = _("Nothing leaves this installation until a channel is opened here.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "kind",
                "org_unit__name",
                "address_shown",
                "sender",
                Column("wanted", value=_wanted),
                Column("shows_text", kind="flag"),
                Column("is_inside", kind="flag"),
                Column("is_active", kind="flag"),
            ],
        ),
        RelatedPanel(
            _("Deliveries"),
            "delivery",
            lambda row, user: Delivery.objects.visible_to(user).filter(channel=row),
        ),
        HistoryPanel(_("History")),
    ]

    def subtitle(self, row: Any) -> Any:
        return row.get_kind_display()

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        if row.is_archived or not can(user, EDIT, row):
            return []
        href = reverse("noticechannel-test", args=[row.pk])
        return [Button(_("Send a test message"), href, "send")]

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Any:
        return open_channel(acting_user=acting_user, values=values)

    def update(self, *, acting_user: Any, row: Any, values: dict[str, Any]) -> Any:
        return change_channel(acting_user=acting_user, channel=row, values=values)


@register
class DeliveryResource(Resource):
    name, path, model, icon, nav_order = "delivery", "deliveries", Delivery, "mail", 95
    nav_group, nav_action, lookup = ADMINISTRATION, ADMINISTER, "pk"
    columns = [
        Column("text", link=True, value=str, sort=False),
        Column("channel__name"),
        Column("state", kind="badges", value=_state),
        Column("attempts", kind="count", phone=False),
        Column("created_at", kind="moment", phone=False),
        Column("last_error", phone=False, sort=False),
    ]
    filters = [ChoiceFilter("state", DeliveryState)]
    search = ["text", "channel__name", "last_error"]
    search_hint = _("Text, channel or error")
    related = ["channel", "recipient"]
    ordering = ["-created_at", "-pk"]
    empty_text = _("Messages by e-mail and robot appear here when they are written.")
    panels = [
        FieldsPanel(
            _("Particulars"),
            [
                "text",
                "channel__name",
                Column("recipient__username", value=lambda row: row.recipient),
                Column("attempts", kind="count"),
                Column("created_at", kind="moment"),
                Column("next_attempt_at", kind="moment"),
                Column("sent_at", kind="moment"),
                "last_error",
                "closed_reason",
                Column("token", kind="code"),
            ],
        ),
        HistoryPanel(_("History")),
    ]

    def row_title(self, row: Any) -> str:
        return str(row)

    def subtitle(self, row: Any) -> Any:
        return ""

    def badges(self, row: Any) -> Sequence[Badge]:
        return _state(row)

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        if row.state not in {"dead", "waiting"} or not can(user, EDIT, row):
            return []
        again, drop = (reverse(f"delivery-{verb}", args=[row.pk]) for verb in ("retry", "drop"))
        retrying = [Button(_("Send again"), again, "refresh", is_main=True)]
        return [*(retrying if row.state == "dead" else []), Button(_("Drop"), drop, "x")]
