"""The table of days off, such as one types from the State Council's notice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel.importing import RegisterImporter, RowFault, register
from yuanheng.kernel.models import CalendarDay
from yuanheng.kernel.models.calendar import SATURDAY, DayKind
from yuanheng.tabular import FieldSpec

_KINDS = {"放假": DayKind.OFF, "上班": DayKind.WORK, "调休上班": DayKind.WORK}


@register
class CalendarDayImporter(RegisterImporter):
    """One row a day: 放假 or 调休上班."""

    code = "calendar_days"
    title = gettext_lazy("Days off and make-up workdays")
    hint = gettext_lazy("One row a day, as the State Council's notice says: 放假 or 调休上班.")
    order = 80
    model = CalendarDay
    key = "day"
    id_field = "day"
    done_url_name = "calendarday-list"
    fields = (
        FieldSpec("day", "text", ("日期", "day"), required=True),
        FieldSpec("kind", "text", ("安排", "kind"), required=True),
        FieldSpec("name", "text", ("节日", "name"), required=True),
        FieldSpec("year", "number", ("年度", "year")),
        FieldSpec("clause", "text", ("依据", "clause")),
    )

    def normal_key(self, raw: str) -> str:
        text = str(raw).strip().replace("/", "-").replace(".", "-")[:10]
        parts = text.split("-")
        return "-".join([parts[0], *(part.zfill(2) for part in parts[1:])])

    def values(self, row: dict[str, Any], lookups: Any) -> dict[str, Any]:
        try:
            day = date.fromisoformat(row["day"])
        except ValueError:
            raise RowFault(
                _("“%(day)s” is no date. Write it as 2027-01-01.") % {"day": row["day"]}, "day"
            ) from None
        kind = _KINDS.get(row["kind"])
        if kind is None:
            raise RowFault(
                _("Write 放假 or 调休上班, not “%(kind)s”.") % {"kind": row["kind"]}, "kind"
            )
        if kind == DayKind.WORK and day.weekday() < SATURDAY:
            raise RowFault(
                _("A make-up workday is a Saturday or a Sunday; this day is neither."), "day"
            )
        return {
            "kind": kind.value,
            "name": row["name"],
            "year": int(row.get("year") or day.year),
            "clause": row.get("clause") or _("imported"),
        }

    def in_area(self, values: dict[str, Any], existing: Any, lookups: Any) -> bool:
        return True

    def _existing(self, keys: Any) -> dict[str, Any]:
        good = []
        for key in keys:
            try:
                good.append(date.fromisoformat(key).isoformat())
            except ValueError:
                continue
        return {str(day): row for day, row in super()._existing(good).items()}

    def _writable(self, existing: dict[str, Any], user: Any) -> set[str]:
        return {str(day) for day in super()._writable(existing, user)}
