"""Every write about notices that somebody answers for."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, create_row, record, snapshot, update_row
from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    NoticeChannel,
    NoticeSettings,
)
from yuanheng.kernel.notices.kinds import TEST, all_kinds
from yuanheng.kernel.notices.outbox import mail_address
from yuanheng.kernel.notices.sealing import seal
from yuanheng.kernel.policies import EDIT, require

name_action("kernel.test_channel", gettext_lazy("Sent a test message"))
name_action("kernel.retry_delivery", gettext_lazy("Sent again"))
name_action("kernel.drop_delivery", gettext_lazy("Dropped"))


def open_channel(*, acting_user: Any, values: dict[str, Any]) -> Any:
    """A new channel; ``values`` hold the address and the secret in clear."""
    return create_row(acting_user=acting_user, model=NoticeChannel, values=_sealed(values))


def change_channel(*, acting_user: Any, channel: NoticeChannel, values: dict[str, Any]) -> Any:
    """New values; without an address the stored one stays. A new address needs its secret again,
    so that a password never goes to a host it wasn't given for."""
    return update_row(acting_user=acting_user, row=channel, values=_sealed(values, channel))


@action("kernel.test_channel")
def test_channel(*, acting_user: Any, channel: NoticeChannel) -> Delivery:
    """Put a test message into the outbox."""
    require(acting_user, EDIT, channel)
    is_mail = channel.kind == ChannelKind.EMAIL
    if is_mail and not mail_address(acting_user):
        raise ValidationError(_("Enter your own e-mail address in your notice settings first."))
    row = Delivery.objects.create(
        key=f"test:{uuid.uuid4().hex}",
        channel=channel,
        recipient=acting_user if is_mail else None,
        code=TEST,
        text=_("Test message: this channel works. Sent by %(who)s.") % {"who": acting_user},
        link="/",
    )
    record(channel, after={"delivery": str(row.token)})
    return row


@action("kernel.retry_delivery")
def retry_delivery(*, acting_user: Any, delivery: Delivery) -> Delivery:
    """Try a message again that had been given up; the pauses begin anew."""
    # Only what was given up: a waiting message may be on its way in another worker's hands.
    dead = {DeliveryState.DEAD}
    return _close(acting_user, delivery, dead, state=DeliveryState.WAITING, attempts=0)


@action("kernel.drop_delivery")
def drop_delivery(*, acting_user: Any, delivery: Delivery, reason: str) -> Delivery:
    """Give a message up for good, with the reason."""
    if not reason.strip():
        raise ValidationError(_("Say why this message is dropped."))
    values = {"state": DeliveryState.DROPPED, "closed_reason": reason.strip()}
    closable = {DeliveryState.DEAD, DeliveryState.WAITING}
    return _close(acting_user, delivery, closable, reason=reason.strip(), **values)


@action("kernel.save_notice_settings")
def save_settings(
    *,
    acting_user: Any,
    email: str,
    by_email: list[str],
    by_robot: list[str],
    wants_digest: bool,
    digest_hour: int,
) -> NoticeSettings:
    """A person's own choice of what reaches them and how."""
    row, _made = NoticeSettings.objects.get_or_create(user=acting_user)
    before = snapshot(row)
    codes = [code for code, _title in all_kinds()]
    row.email = email
    row.no_email = " ".join(code for code in codes if code not in by_email)
    row.no_robot = " ".join(code for code in codes if code not in by_robot)
    row.wants_digest, row.digest_hour = wants_digest, digest_hour
    row.full_clean()
    row.save()
    after = snapshot(row)
    changed = [name for name in after if before[name] != after[name]]
    record(
        row,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return row


def address_shown(address: str) -> str:
    """The host, and enough of the end to tell two robots apart; never the key."""
    if not address:
        return ""
    parts = urlsplit(address)
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    tail = address[-4:] if parts.scheme in {"http", "https"} and len(address) > 40 else ""
    return f"{parts.scheme}://{host}" + (f"/…{tail}" if tail else "")


def _sealed(values: dict[str, Any], channel: NoticeChannel | None = None) -> dict[str, Any]:
    values = dict(values)
    address, secret = values.pop("address", ""), values.pop("secret", "")
    is_other = channel is not None and values.get("kind", channel.kind) != channel.kind
    if address or channel is None or is_other:
        values |= {"address_sealed": seal(address), "address_shown": address_shown(address)}
        values["secret_sealed"] = seal(secret)
    elif secret:
        values["secret_sealed"] = seal(secret)
    return values


def _close(
    acting_user: Any,
    delivery: Delivery,
    states: set[DeliveryState],
    *,
    reason: str = "",
    **values: Any,
) -> Delivery:
    require(acting_user, EDIT, delivery)
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state not in states:
        raise ValidationError(_("This message has been dealt with already."))
    before = snapshot(row)
    for name, value in {**values, "next_attempt_at": clock.now()}.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "next_attempt_at"])
    record(
        row,
        before={name: before[name] for name in values},
        after={name: str(value) for name, value in values.items()},
        reason=reason,
    )
    return row
