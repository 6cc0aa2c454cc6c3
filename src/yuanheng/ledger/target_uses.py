"""Tells the passport of a figure which targets it counts for."""

from __future__ import annotations

from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.ledger.queries.targets import targets_of_figure
from yuanheng.ledger.uses import AskedFigure, Told, Use, tell_figure


def _targets(user: Any, asked: AskedFigure) -> Told:
    rows = targets_of_figure(user, asked.subject, asked.indicator, asked.period.year)
    of = Coalesce("enterprise__name", "park__name", "region__name", Value(""))
    return Told(
        rows.annotate(of=of),
        ("year", "name", "code", "of"),
        lambda year, name, code, of: Use(
            _("Target"),
            " · ".join(filter(None, (str(year), name, of))),
            reverse("target-detail", args=[code]),
        ),
    )


tell_figure(_targets)
