from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from yuanheng.kernel.models import Notice
from yuanheng.kernel.notices.kinds import kind_of
from yuanheng.kernel.notices.outbox import put_down

_MOST = 500  # characters of a sentence


_UNREAD = "_unread_notices"


def notify(*, people: Iterable[Any], code: str, text: str, link: str = "") -> None:
    """Tell each of ``people`` once, as part of the running transaction.

    ``code`` names the kind of notice (``flow.overdue``); ``link`` is an address of this site.
    The bell shows it at once; what leaves this installation is written into the outbox in the
    same transaction, and sent by the tick once that has been committed.
    """
    recipients = list({person.pk: person for person in people}.values())
    if not recipients:
        return
    text, batch = text[:_MOST], uuid.uuid4().hex
    with transaction.atomic():
        Notice.objects.bulk_create(
            Notice(recipient=person, code=code, text=text, link=link) for person in recipients
        )
        put_down(people=recipients, kind=kind_of(code), code=code, text=text, link=link, key=batch)


def unread_count(user: Any) -> int:
    """How many notices wait at the bell; none is asked twice for a page (``keep_unread``)."""
    if not getattr(user, "is_authenticated", False):
        return 0
    kept = user.__dict__.get(_UNREAD)
    return int(kept) if kept is not None else unread(user).count()


def unread(user: Any) -> QuerySet:
    """The notices that wait at the bell."""
    return Notice.objects.filter(recipient=user.pk, read_at__isnull=True)


def keep_unread(user: Any, number: int) -> None:
    """Where a page has counted them with its other numbers. It lasts as long as the object of the
    user, that is for one request."""
    user.__dict__[_UNREAD] = number
