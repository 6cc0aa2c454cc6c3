"""Tells the passport of a figure which frozen figures hold it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.ledger.uses import Told, Use, tell_snapshot


def _frozen(user: Any, freezes: QuerySet) -> Told:
    return Told(
        freezes,
        ("sha256", "title", "code"),
        lambda sha256, title, code: Use(
            _("Frozen figures"), title, reverse("freeze-detail", args=[code])
        ),
        freeze="pk",
    )


tell_snapshot(_frozen)
