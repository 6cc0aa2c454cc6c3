from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from yuanheng.kernel.models import Notice
from yuanheng.kernel.notices.kinds import kind_of
from yuanheng.kernel.notices.outbox import put_down

_MOST = 500  # characters of a sentence


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
    """How many notices wait at the bell."""
    if not getattr(user, "is_authenticated", False):
        return 0
    return Notice.objects.filter(recipient=user, read_at__isnull=True).count()
