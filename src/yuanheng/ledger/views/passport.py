"""The passport of one figure: what it means, where it comes from, what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yuanheng.calc.periods import Period
from yuanheng.kernel.figures import exact
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions import NewFigure, write_figures
from yuanheng.ledger.authz import owns
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.frozen import frozen_holds
from yuanheng.ledger.models import FigureRemark, Freeze, Indicator, IndicatorVersion, Subject
from yuanheng.ledger.parts import parts_told
from yuanheng.ledger.queries.around import facts_of_row
from yuanheng.ledger.queries.believed import history
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.checks import Examination, examine_believed
from yuanheng.ledger.queries.figures import Figure, Reading
from yuanheng.ledger.queries.ground import Stretch
from yuanheng.ledger.queries.hidden import hidden_groups, is_hidden
from yuanheng.ledger.queries.modified import modified_in
from yuanheng.ledger.queries.totals import months_needed, total_line
from yuanheng.ledger.resources.entries import standing_badge
from yuanheng.ledger.tasks import Gap, task_offers
from yuanheng.ledger.thresholds import reached
from yuanheng.ledger.typed import understood
from yuanheng.ledger.uses import AskedFigure, Use, uses_of
from yuanheng.ledger.views.bearers import find_subject, passport_url, versions_read
from yuanheng.ledger.views.quality import is_flagged, shown_findings
from yuanheng.ledger.wording import change_text, tone_of, written


@require_safe
def passport(
    request: HttpRequest, kind: str, code: str, indicator: str, period: str
) -> HttpResponse:
    """``/ledger/park/LSJ/total_income/2024-07/``"""
    at = _period(period)
    subject = find_subject(request, kind, code, with_edit=True, versions_of=indicator)
    catalogue = Catalogue()
    one = catalogue.by_code.get(indicator)
    if one is None:
        raise Http404
    remarks = FigureRemark.objects.filter(
        subject=subject, indicator=one, period_start=at.start, period_kind=at.kind
    )
    report = examine_believed(
        {subject.pk: facts_of_row(subject)}, [at], acting_user=request.user, catalogue=catalogue,
        remarks=remarks.select_related("by"), only={one.pk},
        further=[Stretch([subject.pk], list(catalogue.by_id), *months_needed(at))],
    )  # fmt: skip
    reading = _reading(subject, at, report)
    hides = is_hidden(one, hidden_groups(request.user, subject))
    found = reading.figure(subject.pk, one, at)
    line = total_line(reading, one, at)
    key = (subject.pk, at.start, at.kind, one.pk)
    rows = history(key, request.user)
    modified = modified_in([(row.pk, row.value, row.entry) for row in reversed(rows)])
    versions = versions_read(subject)
    asked = AskedFigure(subject, one, at, rows)
    context = {
        "subject": subject,
        "indicator": one,
        "period": at,
        "figure": found,
        "text": MASK if hides else written(one, found.value),
        "hides": hides,
        "modified": None if hides else modified,
        "approved_text": written(one, modified.approved_value) if modified else "",
        "on_year": change_text(line.on_year),
        "on_year_tone": tone_of(one, line.on_year),
        "on_month": change_text(line.on_month),
        "before": MASK if hides else written(one, line.before.value),
        "before_is_cast": line.before.basis == "back_cast",
        "basis": _basis(found),
        "threshold": "" if hides else reached(one, found.value, at),
        "parts": [] if hides else _parts(subject, found),
        "defined": version_on(versions, at),
        "versions": len(versions),
        "history": [] if hides else [_line(one, row) for row in rows],
        "may_write": may_write(request.user, subject, one),
        "told": None if hides else parts_told(request.user, asked),
        "uses": _uses(request.user, asked),
        **_checks(request, subject, one, at, found, report),
        **({} if hides else _alert(request, subject, one, at, found)),
        "trail": [
            (subject.name, f"{reverse('subject-figures', args=[kind, code])}?year={at.year}")
        ],
    }  # fmt: skip
    return render(request, "ledger/passport.html", context)


def may_write(user: Any, subject: Any, one: Indicator) -> bool:
    """Whether this person's bureau owns the indicator and looks over the subject."""
    return not one.is_derived and not one.is_archived and subject.may_own and owns(user, one)


@require_POST
def write(request: HttpRequest, kind: str, code: str, indicator: str, period: str) -> HttpResponse:
    """One figure written by the bureau that owns its indicator."""
    at = _period(period)
    subject = find_subject(request, kind, code, with_edit=True)
    one = get_object_or_404(Indicator.objects.visible_to(request.user), code=indicator)
    if not may_write(request.user, subject, one):
        raise Refused(_("Only the bureau that owns the indicator writes its figures here."))
    typed = understood(one, request.POST.get("value", ""))
    reason = request.POST.get("reason", "").strip()
    try:
        if typed.fault or typed.value is None:
            raise ValidationError(typed.fault or _("Write a figure."))
        write_figures(
            acting_user=request.user,
            figures=[NewFigure(subject.pk, one.pk, at, typed.value, reason=reason)],
            source=EntrySource.HAND,
            title=f"{one.shown_name} · {subject.name} · {at.label}",
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The figure has been written."))
    return redirect("figure-passport", kind, code, indicator, period)


def _reading(subject: Subject, at: Period, report: Examination) -> Reading:
    """The subject's figures as they were read along with what the rules look at."""
    rows = report.rows[report.rows["subject"] == subject.pk].tolist()
    last = {(start, kind, one): (row, value) for _pk, one, start, kind, value, row in rows}
    return Reading(
        [subject.pk],
        *months_needed(at),
        catalogue=report.catalogue,
        rows=[
            (subject.pk, start, kind, one, row, value)
            for (start, kind, one), (row, value) in last.items()
            if value == value
        ],
    )


def _checks(
    request: HttpRequest,
    subject: Subject,
    one: Indicator,
    at: Period,
    found: Figure,
    report: Examination,
) -> dict[str, Any]:
    """What the rules say of the figure, and what people remarked on it."""
    remarks = report.remarks.get((subject.pk, one.pk, at), [])
    return {
        "findings": shown_findings(subject, report.findings, report),
        "remarks": remarks,
        "is_flagged": is_flagged(remarks),
        "may_remark": found.value is not None and subject.may_edit,  # type: ignore[attr-defined]
        "back": request.get_full_path(),
    }


def _alert(
    request: HttpRequest, subject: Subject, one: Indicator, at: Period, found: Figure
) -> dict[str, Any]:
    """Whether the figure is on the wrong side of the indicator's alert threshold, and what may be
    done about it."""
    if one.alert_at is None or found.value is None:
        return {}
    if reached(one, found.value, at) != "alert":
        return {}
    value = found.value * one.shown_factor
    said = {"value": written(one, found.value), "alert": exact(one.alert_at),
            "unit": one.unit_shown}  # fmt: skip
    words = _("%(value)s%(unit)s is beyond the alert threshold of %(alert)s%(unit)s.") % said
    gap = Gap(
        title=_("%(subject)s: %(name)s beyond the alert threshold")
        % {"subject": subject.name, "name": one.shown_name},
        words=words,
        indicator_id=one.pk,
        subject_id=subject.pk,
        value=round(value, 6),
        period=at.label,
        aim=one.alert_at,
        href=request.path,
    )
    return {"alert": words, "offers": task_offers(request.user, gap)}


def _period(label: str) -> Period:
    try:
        return Period.parse(label)
    except ValueError:
        raise Http404 from None


def version_on(versions: list[IndicatorVersion], at: Period) -> IndicatorVersion | None:
    """The definition that counted on the period's last day: the latest that had begun."""
    begun = [one for one in versions if one.valid_from <= at.last_day]
    return begun[-1] if begun else next(iter(versions), None)


def _basis(found: Figure) -> str:
    if found.value is None:
        return _("no figure")
    words = {
        "reported": _("reported"),
        "added": _("put together from finer or other reports"),
        "computed": _("computed by formula"),
        "back_cast": _("cast back from level and growth"),
    }
    return words.get(found.basis, "")


def _parts(subject: Subject, found: Figure) -> list[dict[str, Any]]:
    if found.basis == "reported":
        return []
    return [
        {
            "name": part.indicator.shown_name,
            "period": part.period.label,
            "text": written(part.indicator, part.value),
            "unit": part.indicator.unit_shown,
            "href": passport_url(subject, part.indicator, part.period),
        }
        for part in found.parts
    ]


def _line(one: Indicator, row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "entry": row.entry,
        "text": _("withdrawn") if row.value is None else written(one, row.value),
        "standing": standing_badge(row.entry),
        "href": reverse("entry-detail", args=[row.entry_id]) if row.entry_is_seen else "",
        "reason": row.reason or (row.entry.reason if row.supersedes_id else ""),
    }


def _uses(user: Any, asked: AskedFigure) -> list[Use]:
    """Where these very rows went: frozen figures, tables and evaluations made of them, forms …"""
    numbers = [row.pk for row in asked.rows]
    freezes = Freeze.objects.visible_to(user).filter(up_to__gte=min(numbers, default=0))
    held: dict[str, bool] = {}

    def holds(_freeze: int, sha256: str) -> bool:
        if sha256 not in held:
            held[sha256] = bool(numbers) and frozen_holds(sha256, numbers)
        return held[sha256]

    return uses_of(user, asked, freezes if numbers else freezes.none(), holds)
