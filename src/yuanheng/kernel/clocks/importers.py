"""The table of days off, such as one types from the State Council's notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.importing import Batch, TableImporter, register
from yuanheng.kernel.models import CalendarDay
from yuanheng.kernel.models.calendar import SATURDAY, DayKind


@register
class CalendarDayImporter(TableImporter):
    """One row a day: 放假 or 调休上班."""

    code = "calendar_days"
    title = gettext_lazy("Days off and make-up workdays")
    hint = gettext_lazy("One row a day, as the State Council's notice says: 放假 or 调休上班.")
    order = 80
    model = CalendarDay
    key = "day"
    done_url_name = "calendarday-list"
    only = ("day", "kind", "name", "year", "clause")
    required = ("kind", "name")
    headings: Mapping[str, tuple[str, ...]] = {
        "day": ("日期",),
        "kind": ("安排",),
        "name": ("节日",),
        "year": ("年度",),
        "clause": ("依据",),
    }
    words: Mapping[str, Mapping[str, str]] = {
        "kind": {"放假": DayKind.OFF, "上班": DayKind.WORK, "调休上班": DayKind.WORK}
    }

    def derive(self, batch: Batch) -> None:
        """The year is the day's own, unless the file says otherwise."""
        years = batch.values.setdefault("year", [None] * len(batch))
        clauses = batch.values.setdefault("clause", [None] * len(batch))
        for at in list(batch.places()):
            day = date.fromisoformat(batch.keys[at] or "")
            if batch.value("kind", at) == DayKind.WORK and day.weekday() < SATURDAY:
                said = _("A make-up workday is a Saturday or a Sunday; this day is neither.")
                batch.fault(at, "day", said)
            if at not in batch.found:
                years[at] = years[at] or day.year
                clauses[at] = clauses[at] or _("imported")
