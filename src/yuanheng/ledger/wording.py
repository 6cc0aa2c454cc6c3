"""Figures of the ledger as offices write them: in the unit that is shown, with sign and points."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yuanheng.kernel.figures import MISSING, figure
from yuanheng.ledger.models import Indicator
from yuanheng.ledger.queries.totals import Change


def written(indicator: Indicator, value: float | None) -> str:
    """``3,923.37`` of 392337000000 yuan; without the unit."""
    return figure(None if value is None else value * indicator.shown_factor, indicator.decimals)


def change_text(change: Change | None, decimals: int = 2) -> str:
    """``+18.08%``, ``−3.20%``, ``+1.50个百分点``; a dash where nothing can be said."""
    if change is None or change.value is None:
        return MISSING
    number = figure(abs(change.value), decimals)
    sign = "+" if change.value > 0 else "−" if change.value < 0 else ""
    if float(number.replace(",", "")) == 0:
        sign = ""
    if change.is_points:
        return sign + _("%(number)s points") % {"number": number}
    return f"{sign}{number}%"


def tone_of(indicator: Indicator, change: Change | None) -> str:
    """Whether a movement is good: ``good``, ``bad`` or nothing."""
    if change is None or not round(change.value or 0.0, 2) or indicator.direction == "neutral":
        return ""
    return "good" if (change.value > 0) == (indicator.direction == "higher") else "bad"
