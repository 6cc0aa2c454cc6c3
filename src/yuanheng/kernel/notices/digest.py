"""One message a working day: what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.models import NoticeSettings
from yuanheng.kernel.notices.kinds import DIGEST
from yuanheng.kernel.notices.telling import notify

USUAL_HOUR = 8


@dataclass(frozen=True)
class DigestLine:
    """ "To do: 5". A line with a count of 0 is left out."""

    title: Any
    count: int


DigestLines = Callable[[Any, date], Sequence[DigestLine]]
_lines: dict[str, DigestLines] = {}


def add_digest_line(code: str, lines: DigestLines) -> None:
    """``lines(user, today)`` gives what one room has to say to this person."""
    _lines[code] = lines


def digest_for(user: Any, today: date) -> list[DigestLine]:
    """What the message would say; empty: none is sent."""
    found = [line for lines in _lines.values() for line in lines(user, today)]
    return [line for line in found if line.count]


def send_digests(now: datetime | None = None, *, is_working_day: Callable[[date], bool]) -> int:
    """Tell everybody whose hour has come, once a working day; how many were told. For the tick."""
    now = now or clock.now()
    local = timezone.localtime(now)
    today = local.date()
    if not _lines or not is_working_day(today):
        return 0
    told = 0
    for user in _whose_hour_has_come(local.hour, today):
        with transaction.atomic():
            if _take_today(user, today) and _tell(user, today):
                told += 1
    return told


def _whose_hour_has_come(hour: int, today: date) -> list[Any]:
    chosen = Q(notice_settings__wants_digest=True, notice_settings__digest_hour__lte=hour)
    waiting = Q(notice_settings__last_digest_on__isnull=True) | Q(
        notice_settings__last_digest_on__lt=today
    )
    due = chosen & waiting
    if hour >= USUAL_HOUR:
        due |= Q(notice_settings__isnull=True)
    return list(get_user_model()._default_manager.filter(due, is_active=True).order_by("pk"))


def _take_today(user: Any, today: date) -> bool:
    """Whether this worker is the one that tells this person today."""
    NoticeSettings.objects.get_or_create(user=user)
    mine = NoticeSettings.objects.filter(user=user).exclude(last_digest_on=today)
    return bool(
        mine.filter(Q(last_digest_on__isnull=True) | Q(last_digest_on__lt=today)).update(
            last_digest_on=today
        )
    )


def _tell(user: Any, today: date) -> bool:
    lines = digest_for(user, today)
    if not lines:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        words = _("; ").join(f"{line.title} {line.count}" for line in lines)
        text = _("Today: %(words)s") % {"words": words}
    notify(people=[user], code=DIGEST, text=text, link=_page())
    return True


def _page() -> str:
    for name in ("my-work", "home"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
