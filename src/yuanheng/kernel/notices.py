"""Telling people something: from an action, once its transaction holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yuanheng.kernel.models import Notice


def notify(*, people: Iterable[Any], code: str, text: str, link: str = "") -> None:
    """Tell each of ``people`` once. What is told belongs to the running transaction: people see it
    when that has been committed, and a program that is killed in between loses nothing.

    ``code`` names the kind of notice (``flow.overdue``); ``link`` is an address of this site.
    """
    recipients = {person.pk: person for person in people}.values()
    Notice.objects.bulk_create(
        Notice(recipient=person, code=code, text=text[:500], link=link) for person in recipients
    )
