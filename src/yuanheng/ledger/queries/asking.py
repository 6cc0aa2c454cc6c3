"""What a form asks: its indicators, its parks and committees, its periods, and which of its
figures another form asks already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OrgKind
from yuanheng.accounts.models import OrgUnit
from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, YEAR, Period
from yuanheng.kernel.clocks.calendar import current_calendar
from yuanheng.ledger.choices import BearerKind, FormFrequency, OverTime
from yuanheng.ledger.models import Form, Indicator, Subject
from yuanheng.ledger.models.form import MOST_INDICATORS
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading
from yuanheng.registry.models import Park

_KINDS = {
    FormFrequency.MONTH: MONTH,
    FormFrequency.QUARTER: QUARTER,
    FormFrequency.HALF: HALF,
    FormFrequency.YEAR: YEAR,
}
RECENT = 3  # so many periods are looked at to say what is known already


# indicators


def indicators_named(
    text: str, catalogue: Catalogue | None = None
) -> tuple[list[Indicator], list[str]]:
    """The indicators of a list with one name in each line, and what is wrong with the list."""
    catalogue = catalogue or Catalogue()
    found: dict[int, Indicator] = {}
    faults: list[str] = []
    names = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    for number, name in enumerate(names, 1):
        if not name:
            continue
        one = catalogue.find(name)
        told = {"line": number, "name": name[:60]}
        if one is None:
            said = _("Line %(line)d: the catalogue has no indicator “%(name)s”.")
        elif one.is_archived:
            said = _("Line %(line)d: “%(name)s” has been archived.")
        elif not one.for_parks:
            said = _("Line %(line)d: “%(name)s” is no indicator of parks.")
        elif one.pk in found:
            said = _("Line %(line)d: “%(name)s” stands in the form already.")
        else:
            found[one.pk] = one
            continue
        faults.append(said % told)
    if not found and not faults:
        faults.append(_("Write at least one indicator."))
    if len(found) > MOST_INDICATORS:
        faults.append(_("A form has at most %(most)d indicators.") % {"most": MOST_INDICATORS})
    return list(found.values()), faults


def indicators_of(form: Form, version: int = 0) -> list[Indicator]:
    """Those of a version, in their order; without one those that its text names now."""
    if not version:
        return indicators_named(form.indicator_names)[0]
    rows = form.items.filter(version=version).select_related("indicator").order_by("position")
    return [one.indicator for one in rows]


# periods


def period_at(frequency: str, end: int) -> Period:
    """The period of this kind whose last month is ``end`` (counted as ``Period`` does)."""
    if frequency == FormFrequency.CUMULATIVE:
        return Period(end // 12 * 12, CUMULATIVE + end % 12 + 1)
    kind = _KINDS[FormFrequency(frequency)]
    return Period(end - kind + 1, kind)


def last_ended(frequency: str, today: date) -> Period:
    """The latest period of this kind that is over."""
    month = today.year * 12 + today.month - 2
    length = _KINDS.get(FormFrequency(frequency), 1)
    return period_at(frequency, (month + 1) // length * length - 1)


def recent_periods(frequency: str, today: date, number: int = RECENT) -> list[Period]:
    """The last periods of this kind that are over, the latest first."""
    length = _KINDS.get(FormFrequency(frequency), 1)
    end = last_ended(frequency, today).end
    return [period_at(frequency, end - at * length) for at in range(number)]


def is_of(frequency: str, period: Period) -> bool:
    """Whether a form of this kind asks for such a period."""
    return period == period_at(frequency, period.end)


def first_period_of(form: Form) -> Period | None:
    """The first period that it asks for; None where it isn't said, or is no such period."""
    try:
        found = Period.parse(form.first_period)
    except ValueError:
        return None
    return found if is_of(form.frequency, found) else None


def due_on(form: Form, period: Period) -> date:
    """The n-th working day after the period's end, by the calendar in force."""
    return current_calendar().add(period.last_day, form.due_days).day


# parks


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a form asks: parks by the number of their committee; ``orphans`` have none."""

    by_committee: dict[int, list[Park]] = field(default_factory=dict)
    orphans: list[Park] = field(default_factory=list)

    @property
    def parks(self) -> list[Park]:
        return [one for rows in self.by_committee.values() for one in rows]


def asked_of(form: Form) -> Asked:
    """The parks of a form's scope. A park that is part of a zone in the same scope is left out:
    the zone's figures hold it already."""
    rows = Park.objects.filter(archived_at__isnull=True).select_related("region")
    rows = rows.filter(region__code__startswith=form.territory)
    if form.rank:
        rows = rows.filter(rank=form.rank)
    if form.region_id:
        rows = rows.filter(region__code__startswith=form.region.code)  # type: ignore[union-attr]
    found = list(rows.order_by("code"))
    zones = {one.pk for one in found}
    committees: dict[int, list[Park]] = defaultdict(list)
    orphans = []
    for one in found:
        if one.parent_zone_id in zones:
            continue
        if one.committee_id is None:
            orphans.append(one)
        else:
            committees[one.committee_id].append(one)
    return Asked(dict(committees), orphans)


def county_of(parks: Sequence[Park], form: Form) -> OrgUnit | None:
    """The county that approves before the issuing office: that of the parks' division, if it has
    an office here, and isn't the one that issues."""
    codes = {one.region.code[:6] for one in parks}
    rows = OrgUnit.objects.without_tree_fields().filter(
        kind=OrgKind.COUNTY, division_code__in=codes, archived_at__isnull=True
    )
    found = rows.exclude(pk=form.org_unit_id).order_by("division_code").first()
    return found if len(codes) == 1 else None


# which form asks what


def covers(asking: Form, other: Form, indicator: Indicator) -> bool:
    """Whether ``asking`` brings the figure that ``other`` wants: for the same periods, or for
    finer ones that can be put together."""
    mine, theirs = _grain(asking.frequency), _grain(other.frequency)
    if mine == theirs:
        return asking.frequency == other.frequency or indicator.over_time != OverTime.NONE
    return mine < theirs and indicator.over_time != OverTime.NONE


def _grain(frequency: str) -> int:
    return _KINDS.get(FormFrequency(frequency), 1)


def asked_elsewhere(
    form: Form, indicators: Sequence[Indicator], parks: Sequence[Park]
) -> dict[tuple[int, int], Form]:
    """By (indicator, park) the form that asks this figure already: the one issued first.

    A computed indicator is asked by nobody.
    """
    others = Form._base_manager.filter(state="issued").exclude(pk=form.pk)
    if form.issued_at is not None and form.is_issued:
        same = Q(issued_at=form.issued_at, pk__lt=form.pk)
        others = others.filter(Q(issued_at__lt=form.issued_at) | same)
    found: dict[tuple[int, int], Form] = {}
    wanted = {one.pk: one for one in indicators if not one.is_derived}
    asked = {one.pk for one in parks}
    for other in others.select_related("region", "org_unit").order_by("issued_at", "pk"):
        same = [one.pk for one in indicators_of(other, other.version) if one.pk in wanted]
        same = [pk for pk in same if covers(other, form, wanted[pk])]
        if not same:
            continue
        theirs = {one.pk for one in asked_of(other).parks} & asked
        for indicator in same:
            for park in theirs:
                found.setdefault((indicator, park), other)
    return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what one indicator of a form asks is known already."""

    indicator: Indicator
    known: int
    asked: int
    elsewhere: tuple[Form, ...] = ()
    parks_elsewhere: int = 0

    @property
    def is_known(self) -> bool:
        return self.asked > 0 and self.known == self.asked


def coverage_of(form: Form, today: date) -> list[Coverage]:
    """For each indicator: of how many parks × recent periods its figure is known, and which other
    form asks it already. It is looked at before a form is issued."""
    catalogue = Catalogue()
    indicators = (
        indicators_of(form, form.version)
        if form.is_issued
        else indicators_named(form.indicator_names, catalogue)[0]
    )
    parks = asked_of(form).parks
    subjects = dict(
        Subject.objects.filter(
            kind=BearerKind.PARK, code__in=[one.code for one in parks]
        ).values_list("code", "pk")
    )
    periods = recent_periods(form.frequency, today)
    first = min(one.year for one in periods) * 12 - 12
    reading = Reading(
        sorted(subjects.values()), first, max(one.end for one in periods), catalogue=catalogue
    )
    elsewhere = asked_elsewhere(form, indicators, parks)
    lines = []
    for one in indicators:
        known = sum(
            reading.figure(subject, catalogue.by_id[one.pk], at).is_complete
            for subject in subjects.values()
            for at in periods
        )
        forms = {elsewhere[key] for park in parks if (key := (one.pk, park.pk)) in elsewhere}
        lines.append(
            Coverage(
                one,
                known,
                len(parks) * len(periods),
                tuple(sorted(forms, key=lambda form: form.form_code)),
                sum((one.pk, park.pk) in elsewhere for park in parks),
            )
        )
    return lines


def refuse_period(form: Form, period: Period, today: date) -> None:
    """ValidationError for a period that this form can't ask for now."""
    if not is_of(form.frequency, period):
        text = _("“%(period)s” is no period of the form “%(form)s” (%(often)s).")
        told: dict[str, Any] = {"period": period.label, "form": form.title}
        raise ValidationError(text % {**told, "often": form.get_frequency_display()})
    if period.first_day > today:
        text = _("%(period)s has not begun yet (today is %(today)s). Check the year.")
        raise ValidationError(text % {"period": period.label, "today": today.isoformat()})
    first = first_period_of(form)
    if first is not None and period.start < first.start:
        text = _("This form begins with %(period)s.")
        raise ValidationError(text % {"period": first.label})
