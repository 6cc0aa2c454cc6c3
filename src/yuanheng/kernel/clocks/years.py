"""Entering a year's days off."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.kernel.actions import action, create_row
from yuanheng.kernel.clocks.calendar import package_calendar
from yuanheng.kernel.clocks.provisional import recount_provisional
from yuanheng.kernel.models import CalendarDay, CalendarYear
from yuanheng.kernel.models.calendar import DayKind

LEAST_DAYS_OFF = 11  # statutory holidays before 2025; 13 since


@action("kernel.enter_year")
def enter_year(*, acting_user: Any, values: dict[str, Any]) -> CalendarYear:
    """Say that a year's days off are entered completely; provisional dates are counted anew.

    ValidationError for a year that the program knows itself, or with too few days off entered.
    """
    year = values["year"]
    if year in package_calendar().known_years:
        raise ValidationError(
            {
                "year": _("The program knows %(year)d itself; enter single days to correct it.")
                % {"year": year}
            }
        )
    entered = CalendarDay.objects.filter(year=year, day__year=year, kind=DayKind.OFF).count()
    if entered < LEAST_DAYS_OFF:
        raise ValidationError(
            {
                "year": _(
                    "Only %(n)d days off of %(year)d are entered; a notice has at least "
                    "%(least)d. Enter or import them first."
                )
                % {"n": entered, "year": year, "least": LEAST_DAYS_OFF}
            }
        )
    row = create_row(acting_user=acting_user, model=CalendarYear, values=values)
    recount_provisional(acting_user=acting_user)
    return row  # type: ignore[return-value]
