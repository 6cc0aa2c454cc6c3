"""Alert and excellence: where a figure stands between the two thresholds of its indicator."""

from __future__ import annotations

from typing import Literal

from yuanheng.calc.periods import Period
from yuanheng.ledger.choices import Frequency
from yuanheng.ledger.models import Indicator

Reached = Literal["", "alert", "excellent"]
_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}


def reached(indicator: Indicator, value: float | None, period: Period) -> Reached:
    """``alert`` below the alert threshold (at it or above, where less is better), ``excellent``
    where the other is reached. Thresholds speak of the indicator's own kind of period: a month's
    tax per mu says nothing about the year's."""
    if value is None or period.length < _MONTHS.get(Frequency(indicator.frequency), 1):
        return ""
    seen = round(value * indicator.shown_factor, 9)
    is_lower = indicator.direction == "lower"
    alert, best = indicator.alert_at, indicator.excellent_at
    if alert is not None and (seen >= alert if is_lower else seen < alert):
        return "alert"
    if best is not None and (seen <= best if is_lower else seen >= best):
        return "excellent"
    return ""
