"""What leaves this installation: put down with the action, sent by the tick, tried again."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.directory import directory
from yuanheng.kernel.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    NoticeChannel,
    NoticeSettings,
)
from yuanheng.kernel.notices.kinds import DIGEST
from yuanheng.kernel.notices.mailing import send_mail
from yuanheng.kernel.notices.posting import NotSent
from yuanheng.kernel.notices.robots import Message, send
from yuanheng.kernel.notices.sealing import Unreadable, unseal

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
# A worker that dies keeps a message for so long; far above the longest time a sending may take.
LEASE = timedelta(minutes=5)
A_MINUTE = 18  # DingTalk and WeCom refuse more than 20 messages a minute


@dataclass
class DeliveryReport:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    dead: int = 0


def put_down(
    *, people: list[Any], kind: str, code: str, text: str, link: str, key: str
) -> list[Delivery]:
    """Write into the outbox what the channels and the people's own choices ask for.

    One e-mail a person, by the nearest channel of their organisation; one message a robot,
    however many people it is for. The same ``key`` is never put down twice.
    """
    channels = [one for one in _open_channels() if not one.wanted or kind in one.wanted_kinds]
    if not channels:
        return []
    chosen = NoticeSettings.objects.filter(user__in=people).in_bulk(field_name="user_id")
    above: dict[int | None, list[int]] = {}
    found: dict[tuple[int, Any], tuple[NoticeChannel, Any, list[str]]] = {}
    for person in people:
        place = getattr(person, "org_unit_id", None)
        if place not in above:
            above[place] = _upwards(place)
        wish = chosen.get(person.pk) or NoticeSettings(user=person)
        for channel, recipient in _ways(channels, above[place], person, wish, kind):
            entry = (channel, recipient, [])
            found.setdefault((channel.pk, getattr(recipient, "pk", 0)), entry)[2].append(
                str(person)
            )
    rows = [
        Delivery(
            key=f"{key}:{channel.pk}:{who}",
            channel=channel,
            recipient=recipient,
            code=code,
            text=text if recipient else _addressed(names, text),
            link=link,
        )
        for (_channel, who), (channel, recipient, names) in found.items()
    ]
    return Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def deliver_due(now: datetime | None = None, *, seconds: float = 60) -> DeliveryReport:
    """Send what is due; for the tick. Safe beside itself: each message is claimed first.

    A channel that fails, or has had its number a minute, waits for the next round, so that one
    dead server holds up nobody else.
    """
    now = now or clock.now()
    report, resting, ends = DeliveryReport(), set(), time.monotonic() + seconds
    due = Delivery.objects.filter(state=DeliveryState.WAITING, next_attempt_at__lte=now)
    for pk, channel in list(
        due.order_by("next_attempt_at", "pk").values_list("pk", "channel")[:500]
    ):
        if channel in resting or time.monotonic() > ends:
            continue
        if _had_its_share(channel, now):
            resting.add(channel)
            continue
        row = _claim(pk, now)
        if row is not None and not _attempt(row, now, report):
            resting.add(channel)
    return report


def deliver_one(row: Delivery) -> Delivery:
    """Send one message at once, as somebody asked; the row afterwards, with what went wrong."""
    now = clock.now()
    mine = _claim(row.pk, now)
    if mine is not None:
        _attempt(mine, now, DeliveryReport())
    return Delivery.objects.get(pk=row.pk)


def send_now(row: Delivery) -> None:
    """Carry one message out; ``NotSent`` says why it failed."""
    channel = row.channel
    if channel.is_archived or not channel.is_active:
        raise NotSent(_("The channel is closed."))
    address, secret = unseal(channel.address_sealed), unseal(channel.secret_sealed)
    message = Message(str(row.token), row.code, _said(row), _whole(row.link), clock.now())
    if channel.kind == ChannelKind.EMAIL:
        sender, inside = channel.sender, channel.is_inside
        to = mail_address(row.recipient)
        send_mail(message, to=to, address=address, secret=secret, sender=sender, inside=inside)
    else:
        send(channel.kind, address, secret, message, inside=channel.is_inside)


def mail_address(person: Any) -> str:
    """Where a person gets e-mail: their own choice, or what the account holds."""
    if person is None:
        return ""
    chosen = NoticeSettings.objects.filter(user=person).values_list("email", flat=True).first()
    return chosen or person.email


def _open_channels() -> list[NoticeChannel]:
    return list(NoticeChannel.objects.current().filter(is_active=True))


def _upwards(org_unit_id: int | None) -> list[int]:
    """The organisation and those above it, nearest first."""
    found: list[int] = []
    while org_unit_id is not None and org_unit_id not in found:
        found.append(org_unit_id)
        org_unit_id = directory().superior(org_unit_id)
    return found


def _ways(
    channels: list[NoticeChannel], above: list[int], person: Any, wish: NoticeSettings, kind: str
) -> Iterable[tuple[NoticeChannel, Any]]:
    mine = [one for one in channels if one.org_unit_id in above]
    by_mail = [one for one in mine if one.kind == ChannelKind.EMAIL]
    if by_mail and (wish.email or person.email) and not wish.refuses("email", kind):
        yield min(by_mail, key=lambda one: above.index(one.org_unit_id)), person
    if kind != DIGEST and not wish.refuses("robot", kind):  # a summary is for one person
        yield from ((one, None) for one in mine if one.kind != ChannelKind.EMAIL)


def _addressed(names: list[str], text: str) -> str:
    """In a group chat one must see whom it concerns."""
    shown = "、".join(names[:5])
    if names[5:]:
        shown = _("%(names)s and %(n)d more") % {"names": shown, "n": len(names) - 5}
    return _("%(names)s: %(text)s") % {"names": shown, "text": text}


def _said(row: Delivery) -> str:
    if row.channel.shows_text:
        return row.text
    return _("There is a new notice for you; sign in to read it.")


def _whole(link: str) -> str:
    return f"{settings.SITE_ADDRESS.rstrip('/')}{link}" if link and settings.SITE_ADDRESS else ""


def _had_its_share(channel: int, now: datetime) -> bool:
    since = now - timedelta(minutes=1)
    return Delivery.objects.filter(channel=channel, sent_at__gt=since).count() >= A_MINUTE


def _claim(pk: int, now: datetime) -> Delivery | None:
    """The message, if no other worker has taken it in the meantime."""
    mine = Delivery.objects.filter(
        pk=pk, state=DeliveryState.WAITING, next_attempt_at__lte=now
    ).update(next_attempt_at=now + LEASE, attempts=F("attempts") + 1)
    if not mine:
        return None
    return Delivery.objects.select_related("channel", "recipient").get(pk=pk)


def _attempt(row: Delivery, now: datetime, report: DeliveryReport) -> bool:
    """Send and write down how it went; whether it got through."""
    values: dict[str, Any] = {"state": DeliveryState.SENT, "sent_at": now, "last_error": ""}
    with translation.override(settings.LANGUAGE_CODE):  # a tick has no reader of its own
        try:
            send_now(row)
        except (NotSent, Unreadable) as error:
            values = {"last_error": str(error)[:300]}
            if row.attempts > len(PAUSES):
                values["state"] = DeliveryState.DEAD
            else:
                values["next_attempt_at"] = now + PAUSES[row.attempts - 1]
    # Only if it is still ours: a lease that has run out belongs to another worker.
    mine = Delivery.objects.filter(
        pk=row.pk, state=DeliveryState.WAITING, attempts=row.attempts
    ).update(**values)
    state = values.get("state")
    report.sent += mine if state == DeliveryState.SENT else 0
    report.dead += mine if state == DeliveryState.DEAD else 0
    report.failed += mine if state is None else 0
    return state == DeliveryState.SENT
