"""Completeness and timeliness: two rankings of the parks, and the same as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.calc.periods import MONTH, YEAR, Period
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.policies import EDIT, VIEW, can, require
from yuanheng.ledger import store
from yuanheng.ledger.models import DueDay, Observation
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.completeness import Report, Reports, reports
from yuanheng.ledger.queries.scopes import Scope, parks_in
from yuanheng.ledger.sparklines import sparkline
from yuanheng.ledger.views.quality import asked_period
from yuanheng.ledger.views.totals import latest_period, offered_periods, with_period
from yuanheng.tabular import Sheet, write_xlsx

_MISSING_SHOWN = 200


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """``/completeness/?period=2024-07``, or ``2024`` for the year; ``&park=LSJ`` lists what is
    missing of one."""
    period, problem, found = _found(request)
    chosen = next((one for one in found.rows if one.code == request.GET.get("park")), None)
    context = {
        "period": period,
        "is_year": period.kind == YEAR,
        "periods": [one for one in offered_periods(period) if _fits(one)],
        "asked_period": request.GET.get("period", ""),
        "problem": problem,
        "rows": [_row(one, period) for one in found.rows],
        "indicators": found.indicators,
        "begun": found.begun,
        "chosen": chosen,
        "missing": _missing(chosen, found.catalogue),
        "may_set": can(request.user, EDIT, DueDay),
        "trail": [(_("Data quality"), f"{reverse('quality')}?period={period.label}")],
    }
    return render(request, "ledger/completeness.html", context)


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The same address as .xlsx, with everything that is missing on a second sheet."""
    require(request.user, VIEW, Observation)
    if not _is_period(request.GET.get("period", "")):
        members = parks_in(Scope(), request.user)
        return with_period(
            request, latest_period([one.subject_id for one in members if one.subject_id])
        )
    period, _problem, found = _found(request)
    content = workbook_bytes(lambda path: _write(path, period, found))
    record_export(
        acting_user=request.user, resource=Observation, query=request.GET.urlencode(),
        rows=len(found.rows), sha256=store.hash_of_bytes(content), format="xlsx",
    )  # fmt: skip
    return workbook_response(f"{_('Completeness')}-{period.label}.xlsx", content)


def _found(request: HttpRequest) -> tuple[Period, str, Reports]:
    require(request.user, VIEW, Observation)
    members = parks_in(Scope(), request.user)
    ids = [one.subject_id for one in members if one.subject_id]
    period, problem = asked_period(request, ids)
    if period.kind not in {MONTH, YEAR}:
        period = Period(period.end, MONTH)  # what ends with its last month
    return period, problem, reports(request.user, period, members)


def _is_period(label: str) -> bool:
    try:
        Period.parse(label.strip())
    except ValueError:
        return False
    return True


def _fits(label: str) -> bool:
    return Period.parse(label).kind in {MONTH, YEAR}


def _row(one: Report, period: Period) -> dict[str, Any]:
    months = one.months() if period.kind == YEAR else []
    words = _("%(name)s by month") % {"name": one.name}
    return {
        "report": one,
        "completeness": _percent(one.completeness),
        "timeliness": _percent(one.timeliness),
        "bar": round((one.completeness or 0) * 100, 1),
        "picture": sparkline(months, words) if months else "",
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _missing(chosen: Report | None, catalogue: Catalogue) -> list[dict[str, Any]]:
    if chosen is None:
        return []
    return [
        {
            "name": catalogue.by_id[one.indicator_id].shown_name,
            "period": one.period.label,
            "due": one.due,
        }
        for one in chosen.missing[:_MISSING_SHOWN]
    ]


def _write(path: Path, period: Period, found: Reports) -> None:
    catalogue = found.catalogue
    headers = [
        _("Park code"), _("Park"), _("Figures expected"), _("Present"), _("Completeness (%)"),
        _("Rank by completeness"), _("Due so far"), _("In time"), _("Timeliness (%)"),
        _("Rank by timeliness"),
    ]  # fmt: skip
    rows = [
        [
            one.code, one.name, one.expected, one.present, _rounded(one.completeness),
            one.complete_rank, one.judged, one.in_time, _rounded(one.timeliness), one.timely_rank,
        ]
        for one in found.rows
    ]  # fmt: skip
    lacking: Sequence[Sequence[Any]] = [
        [report.code, report.name, catalogue.by_id[one.indicator_id].name, one.period.label,
         one.due.isoformat()]
        for report in found.rows
        for one in report.missing
    ]  # fmt: skip
    write_xlsx(
        path,
        [
            Sheet(f"{_('Completeness')} {period.label}", headers, rows,
                  widths=[12, 26, 12, 12, 14, 14, 12, 12, 14, 14]),
            Sheet(_("Missing"), [_("Park code"), _("Park"), _("Indicator"), _("Period"),
                                 _("Due day")], lacking, widths=[12, 26, 26, 12, 12]),
        ],
    )  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)
