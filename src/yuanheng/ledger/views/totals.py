"""City totals: the screen that a mayor's office reads, and the same as a workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Count, Max, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.calc.periods import CUMULATIVE, MONTH, YEAR, Period
from yuanheng.kernel import clock
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.downloads import workbook_bytes, workbook_response
from yuanheng.kernel.figures import in_brackets
from yuanheng.kernel.policies import VIEW, require
from yuanheng.ledger import store
from yuanheng.ledger.choices import BearerKind, OverSubjects, Theme
from yuanheng.ledger.models import Observation, Subject
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.scopes import Member, Scope, parks_in
from yuanheng.ledger.queries.totals import TotalLine, lines_of, months_needed
from yuanheng.ledger.thresholds import reached
from yuanheng.ledger.views.as_of import AsOf, as_of
from yuanheng.ledger.views.bearers import passport_url
from yuanheng.ledger.wording import change_text, tone_of, written
from yuanheng.registry.choices import ParkRank
from yuanheng.registry.models import Region
from yuanheng.tabular import Sheet, write_xlsx

HEADLINES = ("total_income", "industrial_va", "tax_paid_in", "firms")


@dataclass(slots=True)
class TotalsPage:
    """What one address of the totals shows."""

    scope: Scope
    period: Period
    members: list[Member]
    lines: list[TotalLine]
    asked_period: str
    problem: str = ""
    as_of: AsOf = field(default_factory=AsOf)
    later: Period | None = None  # a month that is still coming in

    @property
    def begun(self) -> str:
        return self.later.label if self.later and self.later > self.period else ""

    @property
    def by_code(self) -> dict[str, TotalLine]:
        return {one.indicator.code: one for one in self.lines}


@require_safe
def city_totals(request: HttpRequest) -> HttpResponse:
    """``/totals/?period=2024-07&rank=provincial&region=4313&indicator=total_income``"""
    page = _page(request)
    lines = [_shown(one, page.period) for one in page.lines]
    chosen = page.by_code.get(request.GET.get("indicator", "")) or next(iter(page.lines), None)
    context = {
        "page": page,
        "themes": _by_theme(lines),
        "headlines": [
            _shown(page.by_code[code], page.period) for code in HEADLINES if code in page.by_code
        ],
        "chosen": _shown(chosen, page.period) if chosen else None,
        "parts": _parts(page, chosen) if chosen else [],
        "ranks": ParkRank.choices,
        "regions": _regions(request, page),
        "periods": offered_periods(page.period),
        "as_of": page.as_of,
        "reporting": sum(one.subject_id is not None for one in page.members),
    }
    return render(request, "ledger/totals.html", context)


@require_safe
def totals_workbook(request: HttpRequest) -> HttpResponse:
    """The same address as .xlsx: totals, and every park's figures on a second sheet."""
    page = _page(request)
    if not page.asked_period or page.problem or page.as_of.problem:
        return with_period(request, page.period)
    content = workbook_bytes(lambda path: _write(path, page))
    known = f"-{_('As known at')}{page.as_of.asked}" if page.as_of.moment else ""
    name = f"{_('City totals')}-{page.period.label}{known}.xlsx"
    digest = store.hash_of_bytes(content)
    record_export(
        acting_user=request.user, resource=Observation, query=request.GET.urlencode(),
        rows=len(page.lines), sha256=digest, format="xlsx",
    )  # fmt: skip
    return workbook_response(name, content)


def with_period(request: HttpRequest, period: Period) -> HttpResponse:
    """The same address with its period in it: a file says of when it is, and so does the
    log."""
    query = request.GET.copy()
    query["period"] = period.label
    return redirect(f"{request.path}?{query.urlencode()}")


def _page(request: HttpRequest) -> TotalsPage:
    require(request.user, VIEW, Observation)
    rank, region = request.GET.get("rank", ""), request.GET.get("region", "")
    scope = Scope(
        rank=rank if rank in ParkRank.values else "",
        region=region if region.isdecimal() else "",
    )
    members = parks_in(scope, request.user)
    ids = [one.subject_id for one in members if one.subject_id is not None]
    asked, problem = request.GET.get("period", "").strip(), ""
    try:
        period, later = (Period.parse(asked), None) if asked else most_reported(ids)
    except ValueError:
        period, later = most_reported(ids)
        problem = _("“%(period)s” is no period.") % {"period": asked}
    at = as_of(request)
    reading = Reading(ids, *months_needed(period), up_to=at.up_to)
    chosen = [
        one
        for one in reading.catalogue.by_id.values()
        if one.for_parks and (one.over_subjects != OverSubjects.NONE or one.growth_of_id)
    ]
    lines = lines_of(reading, chosen, period) if ids else []
    return TotalsPage(scope, period, members, lines, asked, problem, at, later)


def latest_period(ids: list[int]) -> Period:
    """The latest month, or year, of which the parks have figures."""
    rows = Observation.objects.filter(subject_id__in=ids).order_by()
    last = rows.values(of=Value(1)).annotate(last=Max("period_start")).values("last")[:1]
    found = set(rows.filter(period_start=last).values_list("period_start", "period_kind"))
    if not found:
        return Period((clock.today().year - 1) * 12, YEAR)
    start, kinds = next(iter(found))[0], {kind for _start, kind in found}
    for kind in (MONTH, 3, 6, YEAR):
        if kind in kinds:
            return Period(start, kind)
    return Period(start, max(kinds, default=YEAR))


def most_reported(ids: list[int]) -> tuple[Period, Period]:
    """The month to open with, and the latest of which anything is known. While a month is still
    coming in its sums say nothing of a city: it opens with the latest of which two thirds of the
    usual number of headline figures are there."""
    rows = Observation.objects.filter(
        subject_id__in=ids, period_kind=MONTH, indicator__code__in=HEADLINES
    )
    counted = rows.order_by().values_list("period_start", "indicator")
    come: dict[int, int] = {}
    for start, _one, of in counted.annotate(of=Count("subject", distinct=True)):
        come[start] = come.get(start, 0) + of
    if not come:
        found = latest_period(ids)
        return found, found
    last = max(come)
    usual = max(of for start, of in come.items() if start > last - 24)
    start = max(start for start, of in come.items() if of * 3 >= usual * 2 or start == min(come))
    return Period(start, MONTH), Period(last, MONTH)


def offered_periods(period: Period) -> list[str]:
    """Labels near a period, to choose from; any other can be typed."""
    year, month = period.year, period.end % 12 + 1
    start = year * 12
    found = [f"{year}", f"{year - 1}"]
    if month > 1:
        found.append(Period(start, CUMULATIVE + month).label)
    found += [Period(start + at, MONTH).label for at in range(11, -1, -1)]
    found += [f"{year}Q{at}" for at in (4, 3, 2, 1)] + [f"{year}H2", f"{year}H1"]
    return [period.label, *(one for one in found if one != period.label)]


def _shown(line: TotalLine, period: Period) -> dict[str, Any]:
    one = line.indicator
    return {
        "indicator": one,
        "line": line,
        "text": written(one, line.figure.value),
        "unit": one.unit_shown,
        "before": written(one, line.before.value),
        "on_year": change_text(line.on_year),
        "on_year_tone": tone_of(one, line.on_year),
        "on_month": change_text(line.on_month),
        "on_month_tone": tone_of(one, line.on_month),
        "cumulative": written(one, line.cumulative.value if line.cumulative else None),
        "cumulative_on_year": change_text(line.cumulative_on_year),
        "is_partial": not line.figure.is_complete,
        "threshold": reached(one, line.figure.value, period) if line.figure.is_complete else "",
    }


def _by_theme(lines: list[dict[str, Any]]) -> list[tuple[Any, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in lines:
        found.setdefault(one["indicator"].theme, []).append(one)
    return [(Theme(theme).label, rows) for theme, rows in found.items()]


def _parts(page: TotalsPage, line: TotalLine) -> list[dict[str, Any]]:
    """The parks of one indicator, the largest contribution to growth first."""
    one, rows = line.indicator, []
    subjects = Subject.objects.in_bulk([m.subject_id for m in page.members if m.subject_id])
    for member in page.members:
        if member.subject_id is None:
            rows.append({"name": member.name, "code": member.code, "text": "", "value": None})
            continue
        figure = line.of_subjects[member.subject_id]
        part = line.parts.get(member.subject_id)
        subject = subjects[member.subject_id]
        rows.append(
            {
                "name": member.name,
                "code": member.code,
                "value": figure.value,
                "text": written(one, figure.value),
                "points": part.points if part else None,
                "share": part.share * 100 if part and part.share is not None else None,
                "href": passport_url(subject, one, page.period),
                "figures": reverse("subject-figures", args=[BearerKind.PARK, member.code]),
                "is_partial": figure.value is not None and not figure.is_complete,
            }
        )
    return sorted(
        rows,
        key=lambda row: (row["value"] is None, -(row.get("points") or 0), -(row["value"] or 0)),
    )


def _regions(request: HttpRequest, page: TotalsPage) -> list[Region]:
    """Cities and counties in which this person sees parks."""
    whole = page.scope == Scope()  # read already
    members = page.members if whole else parks_in(Scope(), request.user)
    codes = {one.facts.get("行政区划代码", "") for one in members}
    wanted = {code[:size] for code in codes for size in (4, 6) if len(code) >= size}
    return list(Region.objects.filter(code__in=wanted).order_by("code"))


def _write(path: Path, page: TotalsPage) -> None:
    headers = [
        _("Theme"), _("Indicator"), _("Value"), _("Unit"), _("Last year"), _("On last year"),
        _("Unit"), _("On the month before"), _("From January"), _("From January, on last year"),
        _("Parks known"), _("Parks asked"),
    ]  # fmt: skip
    rows = [_workbook_row(one) for one in page.lines]
    parks = [
        [
            member.code, member.name,
            *(
                _kept(one.indicator, one.of_subjects.get(member.subject_id or 0))
                for one in page.lines
            ),
        ]
        for member in page.members
    ]  # fmt: skip
    named = [_heading(one) for one in page.lines]
    write_xlsx(
        path,
        [
            Sheet(f"{_('City totals')} {page.period.label}", headers, rows,
                  formats=[None, None, "#,##0.00", None, "#,##0.00", "0.00"],
                  widths=[16, 26, 16, 10, 16, 12, 10, 12, 16, 14, 10, 10]),
            Sheet(_("By park"), [_("Park code"), _("Park"), *named], parks,
                  widths=[12, 26, *[16] * len(named)]),
        ],
    )  # fmt: skip


def _workbook_row(line: TotalLine) -> list[Any]:
    one, change = line.indicator, line.on_year
    points = _("percentage points") if change.is_points else "%"
    return [
        str(one.get_theme_display()), one.name, _kept(one, line.figure), one.unit_shown,
        _kept(one, line.before), change.value, points, line.on_month.value,
        _kept(one, line.cumulative),
        line.cumulative_on_year.value if line.cumulative_on_year else None,
        line.figure.known, line.figure.asked,
    ]  # fmt: skip


def _heading(line: TotalLine) -> str:
    one = line.indicator
    return f"{one.shown_name}{in_brackets(one.unit_shown)}"


def _kept(one: Any, figure: Any) -> float | None:
    if figure is None or figure.value is None:
        return None
    return round(figure.value * one.shown_factor, 6)
