"""The passport of one figure: what it means, where it comes from, what became of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yuanheng.calc.periods import Period
from yuanheng.kernel.figures import exact
from yuanheng.kernel.masking import MASK
from yuanheng.kernel.policies import EDIT, VIEW, can
from yuanheng.ledger.frozen import Frozen
from yuanheng.ledger.models import (
    Freeze,
    FrozenTable,
    Indicator,
    IndicatorVersion,
    Observation,
    Subject,
)
from yuanheng.ledger.queries.believed import history
from yuanheng.ledger.queries.checks import Finding, Proposed, findings_for
from yuanheng.ledger.queries.figures import Figure, Reading
from yuanheng.ledger.queries.hidden import hidden_groups, is_hidden
from yuanheng.ledger.queries.modified import modified_since_approval
from yuanheng.ledger.queries.quality import remarks_on
from yuanheng.ledger.queries.totals import months_needed, total_line
from yuanheng.ledger.resources.entries import standing_badge
from yuanheng.ledger.tasks import Gap, task_offers
from yuanheng.ledger.uses import Use, uses_of_figure, uses_of_indicator, uses_of_snapshot
from yuanheng.ledger.views.bearers import find_subject, passport_url
from yuanheng.ledger.views.quality import is_flagged, shown_findings
from yuanheng.ledger.wording import change_text, tone_of, written


@require_safe
def passport(
    request: HttpRequest, kind: str, code: str, indicator: str, period: str
) -> HttpResponse:
    """``/ledger/park/LSJ/total_income/2024-07/``"""
    subject = find_subject(request, kind, code)
    at = _period(period)
    reading = Reading([subject.pk], *months_needed(at))
    one = reading.catalogue.by_code.get(indicator)
    if one is None:
        raise Http404
    hides = is_hidden(one, hidden_groups(request.user, subject))
    found = reading.figure(subject.pk, one, at)
    line = total_line(reading, one, at)
    key = (subject.pk, at.start, at.kind, one.pk)
    rows = history(key)
    modified = modified_since_approval([key]).get(key)
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
        "parts": [] if hides else _parts(subject, found),
        "defined": version_on(one, at),
        "versions": one.versions.count(),
        "history": [] if hides else [_line(one, row, request.user) for row in rows],
        "uses": _uses(request.user, one, rows),
        **_checks(request, subject, one, at, found),
        **({} if hides else _alert(request, subject, one, at, found)),
        "trail": [
            (subject.name, f"{reverse('subject-figures', args=[kind, code])}?year={at.year}")
        ],
    }  # fmt: skip
    return render(request, "ledger/passport.html", context)


def _checks(
    request: HttpRequest, subject: Subject, one: Indicator, at: Period, found: Figure
) -> dict[str, Any]:
    """What the rules say of the figure, and what people remarked on it."""
    remarks = remarks_on(request.user, subject.pk, [one.pk]).get((one.pk, at), [])
    findings: list[Finding] = []
    if found.basis == "reported":
        figure = Proposed(subject.pk, one.pk, at, found.value)
        findings = findings_for([figure], acting_user=request.user)
    return {
        "findings": shown_findings(request.user, subject, findings),
        "remarks": remarks,
        "is_flagged": is_flagged(remarks),
        "may_remark": found.value is not None and can(request.user, EDIT, subject),
        "back": request.get_full_path(),
    }


def _alert(
    request: HttpRequest, subject: Subject, one: Indicator, at: Period, found: Figure
) -> dict[str, Any]:
    """Whether the figure is on the wrong side of the indicator's alert threshold, and what may be
    done about it."""
    if one.alert_at is None or found.value is None:
        return {}
    value = found.value * one.shown_factor
    if value <= one.alert_at if one.direction == "lower" else value >= one.alert_at:
        return {}
    said = {"value": written(one, found.value), "alert": exact(one.alert_at),
            "unit": one.unit_shown}  # fmt: skip
    words = _("%(value)s%(unit)s is beyond the alert threshold of %(alert)s%(unit)s.") % said
    gap = Gap(
        title=_("%(subject)s: %(name)s beyond the alert threshold")
        % {"subject": subject.name, "name": one.name},
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


def version_on(one: Indicator, at: Period) -> IndicatorVersion | None:
    """The definition that counted on the period's last day: the latest that had begun."""
    begun = one.versions.filter(valid_from__lte=at.last_day).order_by("-number").first()
    return begun or one.versions.order_by("number").first()


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
            "name": part.indicator.name,
            "period": part.period.label,
            "text": written(part.indicator, part.value),
            "unit": part.indicator.unit_shown,
            "href": passport_url(subject, part.indicator, part.period),
        }
        for part in found.parts
    ]


def _line(one: Indicator, row: Observation, user: Any) -> dict[str, Any]:
    return {
        "row": row,
        "entry": row.entry,
        "text": _("withdrawn") if row.value is None else written(one, row.value),
        "standing": standing_badge(row.entry),
        "href": reverse("entry-detail", args=[row.entry_id]) if can(user, VIEW, row.entry) else "",
        "reason": row.reason or (row.entry.reason if row.supersedes_id else ""),
    }


def _uses(user: Any, one: Indicator, rows: list[Observation]) -> list[Use]:
    """Where these very rows went: frozen figures, tables and evaluations made of them, forms …"""
    found = uses_of_indicator(user, one)
    for row in rows:
        found += uses_of_figure(user, row)
    if not rows:
        return found
    found = list(dict.fromkeys(found))  # a corrected figure is used as a whole
    last = min(row.pk for row in rows)
    for freeze in Freeze.objects.visible_to(user).filter(up_to__gte=last):
        frozen = Frozen.of(freeze)
        if not any(frozen.holds(row.pk) for row in rows if row.pk <= freeze.up_to):
            continue
        href = reverse("freeze-detail", args=[freeze.code])
        found.append(Use(_("Frozen figures"), str(freeze), href))
        for table in FrozenTable.objects.filter(freeze=freeze).select_related("snapshot"):
            found += uses_of_snapshot(user, table.snapshot)
    return found
