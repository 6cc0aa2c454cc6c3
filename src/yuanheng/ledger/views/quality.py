"""Data quality: what the rules find, park by park; remarks and flags beside the findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.calc.periods import Period
from yuanheng.kernel.policies import EDIT, VIEW, can, instances, require
from yuanheng.ledger.actions import remark_figure
from yuanheng.ledger.choices import BearerKind, Severity
from yuanheng.ledger.models import CheckRule, FigureRemark, Observation, Subject
from yuanheng.ledger.queries.around import Of, facts_of_row
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.checks import Examination, Finding, examine_believed
from yuanheng.ledger.queries.quality import (
    checked_subjects,
    flagged,
    remarks_and_flags,
    spans_of,
)
from yuanheng.ledger.resources.rules import severity_badge
from yuanheng.ledger.views.bearers import find_subject, passport_url
from yuanheng.ledger.views.totals import latest_period, offered_periods
from yuanheng.registry.api import ParkFacts

_A_PAGE = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """``/quality/?period=2024-07``: how many findings each park has."""
    require(request.user, VIEW, Observation)
    parks, subjects = checked_subjects(request.user)
    period, problem = asked_period(request, list(subjects))
    spans = spans_of(period)
    remarks, flags = remarks_and_flags(request.user, list(subjects), spans)
    report = examine_believed(subjects, spans, acting_user=request.user, remarks=remarks)
    context = {
        "rows": _rows(parks, subjects, report.findings, flags, period),
        "period": period,
        "periods": offered_periods(period),
        "asked_period": request.GET.get("period", ""),
        "problem": problem,
        "figures": report.figures,
        "findings": len(report.findings),
        "rules": len(report.rules),
        "broken": report.broken,
        "flags": sum(flags.values()),
        "may_load": not report.rules and can(request.user, EDIT, CheckRule),
    }
    return render(request, "ledger/quality.html", context)


def _rows(
    parks: list[ParkFacts],
    subjects: dict[int, Of],
    findings: list[Finding],
    flags: Counter[int],
    period: Period,
) -> list[dict[str, Any]]:
    """The parks, the worst first; before them the regions whose figures have findings."""
    by_subject: dict[int, list[Finding]] = defaultdict(list)
    for one in findings:
        by_subject[one.subject_id].append(one)
    numbers = {of.code: pk for pk, of in subjects.items() if of.kind == BearerKind.PARK}
    rows = [
        _row(BearerKind.PARK, one.code, one.name, numbers.get(one.code), by_subject, flags, period)
        for one in parks
    ]
    regions = [
        _row(of.kind, of.code, of.name, pk, by_subject, flags, period)
        for pk, of in subjects.items()
        if of.kind == BearerKind.REGION and (by_subject[pk] or flags[pk])
    ]
    for found in (rows, regions):
        found.sort(key=lambda row: (-row["block"], -row["open"], -row["warn"], row["code"]))
    return regions + rows


def _row(
    kind: str,
    code: str,
    name: str,
    subject_id: int | None,
    by_subject: dict[int, list[Finding]],
    flags: Counter[int],
    period: Period,
) -> dict[str, Any]:
    mine = by_subject.get(subject_id or 0, [])
    found = Counter(one.severity for one in mine)
    return {
        "code": code,
        "name": name,
        "is_region": kind == BearerKind.REGION,
        "has_figures": subject_id is not None,
        "href": f"{reverse('quality-subject', args=[kind, code])}?period={period.label}",
        "block": found[Severity.BLOCK],
        "explain": found[Severity.EXPLAIN],
        "open": sum(one.severity == Severity.EXPLAIN and not one.explained for one in mine),
        "warn": found[Severity.WARN],
        "flags": flags[subject_id or 0],
    }


@require_safe
def of_subject(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """``/quality/park/LSJ/?period=2024-07&severity=explain``"""
    subject = find_subject(request, kind, code, with_edit=True)
    period, problem = asked_period(request, [subject.pk])
    spans = spans_of(period)
    remarks = FigureRemark.objects.filter(subject=subject).select_related("by")
    report = examine_believed(
        {subject.pk: facts_of_row(subject)}, spans, acting_user=request.user,
        with_undecided=True, remarks=remarks,
    )  # fmt: skip
    severity = request.GET.get("severity", "")
    chosen = [one for one in report.findings if severity in {"", one.severity}]
    context = {
        "subject": subject,
        "period": period,
        "periods": offered_periods(period),
        "asked_period": request.GET.get("period", ""),
        "problem": problem,
        "figures": report.figures,
        "severity": severity if severity in Severity.values else "",
        "severities": Severity.choices,
        "counts": Counter(one.severity for one in report.findings),
        "total": len(report.findings),
        "findings": shown_findings(subject, chosen, report),
        "undecided": report.undecided,
        "rules": len(report.rules),
        "may_remark": subject.may_edit,  # type: ignore[attr-defined]
        "back": request.get_full_path(),
        "trail": [(_("Data quality"), f"{reverse('quality')}?period={period.label}")],
    }
    return render(request, "ledger/quality_subject.html", context)


def shown_findings(
    subject: Subject, found: list[Finding], report: Examination
) -> list[dict[str, Any]]:
    """Findings with their badges, remarks and where they lead. One of the region in which a park
    lies leads to the region's figure, and is remarked on there."""
    shown = []
    for one in found:
        indicator = report.catalogue.by_id[one.indicator_id]
        remarks = report.remarks.get((one.subject_id, one.indicator_id, one.period), [])
        is_own = one.subject_id == subject.pk
        shown.append(
            {
                "finding": one,
                "badge": severity_badge(one.severity),
                "indicator": indicator,
                "rule": report.rules.get(one.rule),
                "href": passport_url(subject, indicator, one.period) if is_own else "",
                "remarks": remarks,
                "is_flagged": is_flagged(remarks),
                "is_own": is_own,
            }
        )
    return shown


def is_flagged(remarks: list[FigureRemark]) -> bool:
    """Whether the latest of a figure's remarks has its flag up."""
    return bool(remarks) and remarks[0].follow_up


@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    """``/quality/flagged/``: figures that are to be followed up."""
    require(request.user, VIEW, FigureRemark)
    page = Paginator(flagged(request.user), _A_PAGE).get_page(request.GET.get("page"))
    subjects = Subject.objects.filter(pk__in={one.subject_id for one in page})
    own = set(instances(request.user, EDIT, subjects).values_list("pk", flat=True))
    rows = [
        {
            "remark": one,
            "href": passport_url(one.subject, one.indicator, one.period),
            "may_remark": one.subject_id in own,
        }
        for one in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "back": request.get_full_path(),
        "trail": [(_("Data quality"), reverse("quality"))],
    }
    return render(request, "ledger/flagged.html", context)


@require_POST
def remark(request: HttpRequest) -> HttpResponse:
    """A remark on a figure, from any of the pages that show one; leads back there."""
    subject = find_subject(request, request.POST.get("kind", ""), request.POST.get("code", ""))
    indicator = Catalogue().by_code.get(request.POST.get("indicator", ""))
    if indicator is None:
        raise Http404
    try:
        period = Period.parse(request.POST.get("period", ""))
    except ValueError:
        raise Http404 from None
    try:
        remark_figure(
            acting_user=request.user,
            subject_id=subject.pk,
            indicator_id=indicator.pk,
            period=period,
            comment=request.POST.get("comment", ""),
            follow_up=request.POST.get("follow_up") == "on",
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The remark has been noted."))
    back = request.POST.get("back", "")
    inside = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if back and inside else passport_url(subject, indicator, period))


def asked_period(request: HttpRequest, ids: list[int]) -> tuple[Period, str]:
    """The period of the address, or the latest with figures; and what is wrong with it."""
    asked = request.GET.get("period", "").strip()
    if asked:
        try:
            return Period.parse(asked), ""
        except ValueError:
            return latest_period(ids), _("“%(period)s” is no period.") % {"period": asked[:40]}
    return latest_period(ids), ""
