"""Tells the passport of a figure which targets it counts for."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.ledger.queries.targets import targets_of_figure
from yuanheng.ledger.uses import AskedFigure, Told, Use, tell_figure


def _targets(user: Any, asked: AskedFigure) -> Told:
    rows = targets_of_figure(user, asked.subject, asked.indicator, asked.period.year)
    return Told(
        rows,
        ("year", "name", "code"),
        lambda year, name, code: Use(
            _("Target"), f"{year} · {name}", reverse("target-detail", args=[code])
        ),
    )


tell_figure(_targets)
