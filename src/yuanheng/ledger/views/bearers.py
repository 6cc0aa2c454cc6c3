"""The figures of one subject: a year of every indicator, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.calc.periods import YEAR, Period
from yuanheng.kernel import clock
from yuanheng.kernel.figures import period_words
from yuanheng.kernel.gathering import gathered
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.policies import EDIT, instances
from yuanheng.ledger.authz import OWN_FIGURES
from yuanheng.ledger.models import Indicator, IndicatorVersion, Observation, Subject
from yuanheng.ledger.queries.figures import Figure, Reading
from yuanheng.ledger.queries.hidden import hidden_groups, is_hidden
from yuanheng.ledger.queries.totals import on_last_year
from yuanheng.ledger.sparklines import sparkline
from yuanheng.ledger.thresholds import reached
from yuanheng.ledger.views.as_of import as_of
from yuanheng.ledger.views.firms import firms_of, rows_of_firms
from yuanheng.ledger.views.grid import GridCell, GridRow, so_far
from yuanheng.ledger.wording import change_text, tone_of, written
from yuanheng.registry.api import subject_url


def find_subject(
    request: HttpRequest,
    kind: str,
    code: str,
    *,
    with_edit: bool = False,
    versions_of: str = "",
) -> Subject:
    """The subject that the address names, if this person sees it; 404 otherwise. ``with_edit``:
    with ``may_edit``, whether they report its figures, and ``may_own``, whether those of their
    bureau's indicators. ``versions_of`` an indicator: with what
    ``versions_read`` takes."""
    rows = Subject.objects.visible_to(request.user).select_related(
        "region", "park__region", "enterprise__region", "enterprise__park"
    )
    if with_edit:
        own = instances(request.user, EDIT, Subject).filter(pk=OuterRef("pk"))
        bureau = instances(request.user, OWN_FIGURES, Subject).filter(pk=OuterRef("pk"))
        rows = rows.annotate(may_edit=Exists(own.order_by()), may_own=Exists(bureau.order_by()))
    if versions_of:
        versions = IndicatorVersion.objects.filter(indicator__code=versions_of)
        one = {name: name for name in _VERSION}
        rows = rows.annotate(versions=Subquery(gathered(versions, "indicator", **one)))
    return get_object_or_404(rows, kind=kind, code=code)


_VERSION = ("number", "definition", "formula", "source", "reference", "valid_from")


def versions_read(subject: Any) -> list[IndicatorVersion]:
    """The versions of the indicator that ``find_subject`` was asked for, the first first."""
    found = [
        IndicatorVersion(**{**one, "valid_from": date.fromisoformat(one["valid_from"])})
        for one in subject.versions or ()
    ]
    return sorted(found, key=lambda one: one.number)


@require_safe
def subject_figures(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """``/ledger/park/LSJ/?year=2024``; ``&of=firms`` puts a park's year together from its
    enterprises; ``&as_of=2024-03-01`` shows what was known then."""
    subject = find_subject(request, kind, code)
    of_firms = subject.park_id is not None and request.GET.get("of") == "firms"
    ids = firms_of(request.user, subject) if of_firms else [subject.pk]
    years = years_of(ids)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else years[0]
    period, at = Period.parse(str(year)), as_of(request)
    if of_firms:
        rows = rows_of_firms(request.user, ids, period, up_to=at.up_to)
    else:
        rows = _own_rows(request.user, subject, period, at.up_to)
    context = {
        "subject": subject,
        "register_url": subject_url(kind, code, request.user),
        "rows": rows,
        "year": year,
        "years": years,
        "months": list(range(1, 13)),
        "of_firms": of_firms,
        "firms": len(ids),
        "as_of": at,
    }
    return render(request, "ledger/subject.html", context)


def _own_rows(user: Any, subject: Subject, period: Period, up_to: int | None) -> list[GridRow]:
    reading = Reading([subject.pk], period.start - 12, period.end, up_to=up_to)
    hidden = hidden_groups(user, subject)
    rows = [
        _row(reading, subject, one, period, hidden) for one in _shown_indicators(reading, subject)
    ]
    return [row for row in rows if row is not None]


def years_of(subject_ids: Sequence[int]) -> list[int]:
    """Years with figures, latest first; this year if there is none."""
    rows = Observation.objects.filter(subject__in=subject_ids)
    found = rows.aggregate(first=Min("period_start"), last=Max("period_start"))
    if found["first"] is None:
        return [clock.today().year]
    return list(range(found["last"] // 12, found["first"] // 12 - 1, -1))


def _shown_indicators(reading: Reading, subject: Subject) -> list[Indicator]:
    """What was reported, and what can be computed from it, in the order of the catalogue."""
    reported = reading.indicators_of(subject.pk)
    return [
        one
        for pk, one in reading.catalogue.by_id.items()
        if pk in reported or one.formula or (one.growth_of_id in reported and not one.is_real)
    ]


def _row(
    reading: Reading, subject: Subject, one: Indicator, period: Period, hidden: frozenset[str]
) -> GridRow | None:
    months = [_month(reading, subject.pk, one, month) for month in period.months()]
    year = reading.figure(subject.pk, one, period)
    if year.value is None and all(figure.value is None for _at, figure in months):
        return None
    if is_hidden(one, hidden):
        mask = GridCell(MASK)
        return GridRow(one, mask, "", "", [mask] * 12, "")
    # The year as far as it is known stands beside the same months of last year.
    known = so_far([(at, figure.value) for at, figure in months], period)
    change = on_last_year(reading, one, known)
    words = _("%(name)s by month") % {"name": one.shown_name}
    picture = sparkline([figure.value for _at, figure in months], words)
    cells = [_cell(subject, one, at, figure) for at, figure in months]
    return GridRow(
        one, _cell(subject, one, period, year), change_text(change), tone_of(one, change), cells,
        picture,
    )  # fmt: skip


def _month(reading: Reading, subject: int, one: Indicator, month: Period) -> tuple[Period, Figure]:
    """The month's figure, or that of the quarter, half or cumulative span that ends with it."""
    found = reading.figure(subject, one, month)
    if found.value is not None:
        return month, found
    ending = [
        (at, value)
        for at, value in reading.reported(subject, one.pk).items()
        if at.end == month.end and at.length < 12
    ]
    if not ending:
        return month, found
    at = min(ending, key=lambda pair: pair[0].length)[0]
    return at, reading.figure(subject, one, at)


def _cell(subject: Subject, one: Indicator, at: Period, figure: Figure) -> GridCell:
    if figure.value is None:
        return GridCell("")
    note = "" if at.length in {1, 12} else period_words(at.label)
    partial = not figure.is_complete
    href = passport_url(subject, one, at)
    light = "" if partial else reached(one, figure.value, at)
    if light == "excellent" and at.length < YEAR:
        light = ""  # a good month is no good year
    return GridCell(written(one, figure.value), href, note, partial, light)


def passport_url(subject: Any, indicator: Indicator, period: Period) -> str:
    """The passport of a figure."""
    return reverse(
        "figure-passport", args=[subject.kind, subject.code, indicator.code, period.label]
    )
