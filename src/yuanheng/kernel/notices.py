"""Telling people something: from an action, once its transaction holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from yuanheng.kernel.models import Notice


def notify(*, people: Iterable[Any], code: str, text: str, link: str = "") -> None:
    """Tell each of ``people`` once, when the running transaction has been committed.

    ``code`` names the kind of notice (``flow.overdue``); ``link`` is an address of this site.
    """
    recipients = list({person.pk: person for person in people}.values())
    if recipients:
        transaction.on_commit(lambda: _write(recipients, code, text, link))


def _write(recipients: list[Any], code: str, text: str, link: str) -> None:
    Notice.objects.bulk_create(
        Notice(recipient=person, code=code, text=text[:500], link=link) for person in recipients
    )
