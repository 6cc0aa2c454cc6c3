"""A park's year put together from its enterprises, beside what the park itself reports."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.calc.periods import YEAR, Period
from yuanheng.calc.series import growth
from yuanheng.kernel.figures import period_words
from yuanheng.kernel.masking import MASK
from yuanheng.ledger.choices import BearerKind, OverSubjects
from yuanheng.ledger.models import Indicator, Subject
from yuanheng.ledger.queries.columns import Columns
from yuanheng.ledger.queries.figures import Figure
from yuanheng.ledger.queries.hidden import hidden_subjects
from yuanheng.ledger.queries.totals import Change
from yuanheng.ledger.sparklines import sparkline
from yuanheng.ledger.thresholds import reached
from yuanheng.ledger.views.grid import GridCell, GridRow, so_far
from yuanheng.ledger.wording import change_text, tone_of, written


def firms_of(user: Any, park: Subject) -> list[int]:
    """The enterprises of a park and of its parts that this person sees."""
    inside = Q(enterprise__park=park.park_id) | Q(enterprise__park__parent_zone=park.park_id)
    rows = Subject.objects.visible_to(user).filter(kind=BearerKind.ENTERPRISE, is_public=False)
    return list(rows.filter(inside).values_list("pk", flat=True))


def rows_of_firms(
    user: Any, ids: list[int], period: Period, *, up_to: int | None = None
) -> list[GridRow]:
    """The year of everything that these enterprises report, added up."""
    columns = Columns(ids, period.start - 12, period.end, up_to=up_to)
    hides = hidden_subjects(user, dict.fromkeys(ids, columns.reported), columns.catalogue)
    found = []
    for one in columns.catalogue.by_id.values():
        if not _is_asked(columns, one):
            continue
        row = _row(columns, one, period)
        if row is None:
            continue
        if one.data_group and any(hides(pk, [one.pk]) for pk in ids):
            mask = GridCell(MASK)
            row = GridRow(one, mask, "", "", [mask] * 12, "")
        found.append(row)
    return found


def _is_asked(columns: Columns, one: Indicator) -> bool:
    """What was reported, and what can be computed from it."""
    grows = one.growth_of_id in columns.reported and not one.is_real
    return one.pk in columns.reported or bool(one.formula) or grows


def _row(columns: Columns, one: Indicator, period: Period) -> GridRow | None:
    months = [_month(columns, one, at) for at in period.months()]
    year = columns.total(one, period)
    if year.value is None and all(figure.value is None for _at, figure in months):
        return None
    words = _("%(name)s by month") % {"name": one.shown_name}
    known = so_far([(at, figure.value) for at, figure in months], period)
    change = _on_last_year(columns, one, known)
    return GridRow(
        one, _cell(one, period, year), change_text(change), tone_of(one, change),
        [_cell(one, at, figure) for at, figure in months],
        sparkline([figure.value for _at, figure in months], words),
    )  # fmt: skip


def _on_last_year(columns: Columns, one: Indicator, period: Period) -> Change:
    """On the same months of last year, of the enterprises of which both are known."""
    if one.is_rate or one.growth_of_id:
        now, before = columns.total(one, period), columns.total(one, period.last_year())
        if now.value is None or before.value is None:
            return Change(is_points=True)
        return Change(now.value - before.value, True, "computed", min(now.known, before.known))
    whole = columns.comparable(one, period)
    among = int(whole.sum())
    if not among or one.over_subjects == OverSubjects.NONE:
        return Change()
    share = growth(columns.total(one, period, whole).value, columns.before_of(one, period, whole))
    return Change(None if share is None else share * 100, False, "computed", among)


def _month(columns: Columns, one: Indicator, month: Period) -> tuple[Period, Figure]:
    """The month's figure, or that of the shortest span reported that ends with it."""
    found = columns.total(one, month)
    if found.value is not None or one.pk not in columns.reported:
        return month, found
    ending = [at for at in columns.ground.periods if at.end == month.end and 1 < at.length < YEAR]
    for at in sorted(ending, key=lambda span: span.length):
        other = columns.total(one, at)
        if other.value is not None:
            return at, other
    return month, found


def _cell(one: Indicator, at: Period, figure: Figure) -> GridCell:
    if figure.value is None:
        return GridCell("")
    notes = [] if at.length in {1, YEAR} else [period_words(at.label)]
    if not figure.is_complete:
        notes.append(f"{figure.known}/{figure.asked}")
    partial = not figure.is_complete
    light = "" if partial or at.length < YEAR else reached(one, figure.value, at)
    return GridCell(written(one, figure.value), "", " ".join(notes), partial, light)
