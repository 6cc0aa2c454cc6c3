"""What a form asks: its indicators, its parks and committees, its periods, and which of its
figures another form asks already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OrgKind
from yuanheng.accounts.models import OrgUnit
from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, YEAR, Period
from yuanheng.kernel.clocks.calendar import current_calendar
from yuanheng.ledger.choices import BearerKind, FormFrequency, OverTime
from yuanheng.ledger.models import Form, FormItem, Indicator, Observation, Subject
from yuanheng.ledger.models.form import MOST_INDICATORS
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading
from yuanheng.registry.models import Enterprise, Park

_KINDS = {
    FormFrequency.MONTH: MONTH,
    FormFrequency.QUARTER: QUARTER,
    FormFrequency.HALF: HALF,
    FormFrequency.YEAR: YEAR,
}
RECENT = 3  # so many periods are looked at to say what is known already


# indicators


def indicators_named(
    text: str, catalogue: Catalogue | None = None, kind: str = BearerKind.PARK
) -> tuple[list[Indicator], list[str]]:
    """The indicators of a list with one name in each line, and what is wrong with the list for a
    form that asks parks or enterprises (``kind``)."""
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
        elif kind == BearerKind.PARK and not one.for_parks:
            said = _("Line %(line)d: “%(name)s” is no indicator of parks.")
        elif kind == BearerKind.ENTERPRISE and not one.for_enterprises:
            said = _("Line %(line)d: “%(name)s” is no indicator of enterprises.")
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
        return indicators_named(form.indicator_names, kind=form.asks)[0]
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


# whom it asks


@dataclass(frozen=True, slots=True)
class Bearer:
    """A park or an enterprise that a form may ask, with what decides whether it does. ``region``
    and ``rank`` are those of its park; ``zone`` is the (code of region, class) of the zone that a
    park is part of."""

    kind: str
    pk: int
    code: str
    name: str
    committee_id: int | None
    park: str
    region: str
    rank: str
    zone: tuple[str, str] | None = None
    subject_id: int | None = None  # where figures of it have been written
    above_scale: bool | None = None
    industry: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a form asks: by the number of the committee that reports; ``orphans`` have none."""

    by_committee: dict[int, list[Bearer]] = field(default_factory=dict)
    orphans: list[Bearer] = field(default_factory=list)

    @property
    def bearers(self) -> list[Bearer]:
        return [one for rows in self.by_committee.values() for one in rows]


_PARK = ("pk", "code", "name", "committee", "code", "region__code", "rank",
         "parent_zone__region__code", "parent_zone__rank", "parent_zone__archived_at",
         "parent_zone__committee")  # fmt: skip
_FIRM = ("pk", "credit_code", "name", *(f"park__{one}" for one in _PARK[3:]))


def asked_of(form: Form, committee_id: int | None = None) -> Asked:
    """Whom a form asks; with ``committee_id`` only those for whom this committee reports.

    A park that is part of a zone in the same scope is left out: the zone's figures hold it
    already. An enterprise is reported for by its park's committee, else by its zone's.
    """
    committees: dict[int, list[Bearer]] = defaultdict(list)
    orphans = []
    for one in _bearers(form, committee_id):
        if not asks(form, one):
            continue
        if one.committee_id is None:
            orphans.append(one)
        elif committee_id in (None, one.committee_id):
            committees[one.committee_id].append(one)
    return Asked(dict(committees), orphans)


def _bearers(form: Form, committee_id: int | None) -> Iterator[Bearer]:
    region = form.region.code if form.region is not None else form.territory
    if form.asks == BearerKind.ENTERPRISE:
        rows: Any = Enterprise.objects.filter(archived_at__isnull=True, park__isnull=False)
        rows = rows.filter(park__archived_at__isnull=True, park__region__code__startswith=region)
        if committee_id is not None:
            zone = Q(park__committee=None, park__parent_zone__committee=committee_id)
            rows = rows.filter(Q(park__committee=committee_id) | zone)
        rows = _with_subjects(rows.order_by("credit_code"), "enterprise")
        for line in rows.values_list(*_FIRM, "subject", "above_scale", "industry_code"):
            *facts, subject, above_scale, industry = line
            yield _bearer(BearerKind.ENTERPRISE, facts, subject, above_scale, industry or "")
        return
    rows = Park.objects.filter(archived_at__isnull=True, region__code__startswith=region)
    if committee_id is not None:
        rows = rows.filter(committee=committee_id)
    for line in _with_subjects(rows.order_by("code"), "park").values_list(*_PARK, "subject"):
        *facts, subject = line
        yield _bearer(BearerKind.PARK, facts, subject)


def _with_subjects(rows: Any, link: str) -> Any:
    own = Subject.objects.filter(**{link: OuterRef("pk")}).order_by()
    return rows.annotate(subject=Subquery(own.values("pk")[:1]))


def _bearer(
    kind: str,
    facts: Sequence[Any],
    subject: int | None,
    above_scale: bool | None = None,
    industry: str = "",
) -> Bearer:
    pk, code, name, committee, park, region, rank, zone, zone_rank, gone, zone_committee = facts
    is_part = zone is not None and gone is None
    if kind == BearerKind.ENTERPRISE and committee is None:
        committee = zone_committee
    return Bearer(
        kind, pk, code, name, committee, park, region, rank,
        (zone, zone_rank) if is_part else None, subject, above_scale, industry,
    )  # fmt: skip


def asks(form: Form, one: Bearer) -> bool:
    """Whether a form asks this park or enterprise."""
    if one.kind != form.asks or not _is_inside(form, one.region, one.rank):
        return False
    if one.kind == BearerKind.PARK:
        return one.zone is None or not _is_inside(form, *one.zone)
    if form.only_above_scale and not one.above_scale:
        return False
    return one.industry.startswith(form.industry)


def _is_inside(form: Form, region: str, rank: str) -> bool:
    if form.region is not None and not region.startswith(form.region.code):
        return False
    return region.startswith(form.territory) and form.rank in ("", rank)


def county_of(bearers: Sequence[Bearer], form: Form) -> OrgUnit | None:
    """The county that approves before the issuing office: that of the parks' division, if it has
    an office here, and isn't the one that issues."""
    codes = {one.region[:6] for one in bearers}
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
    form: Form, indicators: Sequence[Indicator], bearers: Sequence[Bearer]
) -> dict[tuple[int, int], Form]:
    """By (indicator, number of the park or enterprise) the form that asks this figure already: the
    one issued first. One query.

    A computed indicator is asked by nobody.
    """
    wanted = {one.pk: one for one in indicators if not one.is_derived}
    items = FormItem.objects.filter(
        indicator__in=list(wanted), version=F("form__version"), form__state="issued",
        form__asks=form.asks,
    ).exclude(form=form)  # fmt: skip
    if form.issued_at is not None and form.is_issued:
        same = Q(form__issued_at=form.issued_at, form__lt=form.pk)
        items = items.filter(Q(form__issued_at__lt=form.issued_at) | same)
    found: dict[tuple[int, int], Form] = {}
    theirs: dict[int, list[int]] = {}
    rows = items.select_related("form__region", "form__org_unit")
    for item in rows.order_by("form__issued_at", "form", "position"):
        other = item.form
        if not covers(other, form, wanted[item.indicator_id]):
            continue
        if other.pk not in theirs:
            theirs[other.pk] = [one.pk for one in bearers if asks(other, one)]
        for pk in theirs[other.pk]:
            found.setdefault((item.indicator_id, pk), other)
    return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what one indicator of a form asks is known already."""

    indicator: Indicator
    known: int
    asked: int
    elsewhere: tuple[Form, ...] = ()
    elsewhere_of: int = 0  # so many parks or enterprises

    @property
    def is_known(self) -> bool:
        return self.asked > 0 and self.known == self.asked


def coverage_of(form: Form, today: date, asked: Asked | None = None) -> list[Coverage]:
    """For each indicator: of how many parks (enterprises) × recent periods its figure is known,
    and which other form asks it already. It is looked at before a form is issued."""
    if form.is_issued:
        catalogue = Catalogue.with_form(form.pk, form.version)
        indicators = catalogue.of_form
    else:
        catalogue = Catalogue()
        indicators = indicators_named(form.indicator_names, catalogue, form.asks)[0]
    bearers = (asked or asked_of(form)).bearers
    periods = recent_periods(form.frequency, today)
    known = _known_of(form, bearers, indicators, periods, catalogue)
    elsewhere = asked_elsewhere(form, indicators, bearers)
    lines = []
    for one in indicators:
        forms = {elsewhere[key] for two in bearers if (key := (one.pk, two.pk)) in elsewhere}
        lines.append(
            Coverage(
                one,
                known[one.pk],
                len(bearers) * len(periods),
                tuple(sorted(forms, key=lambda form: form.form_code)),
                sum((one.pk, two.pk) in elsewhere for two in bearers),
            )
        )
    return lines


def _known_of(
    form: Form,
    bearers: Sequence[Bearer],
    indicators: Sequence[Indicator],
    periods: Sequence[Period],
    catalogue: Catalogue,
) -> Counter[int]:
    """By indicator how many figures are known; of enterprises those reported as such, counted by
    the database, since there may be thousands."""
    subjects = [one.subject_id for one in bearers if one.subject_id is not None]
    if form.asks == BearerKind.ENTERPRISE:
        rows = Observation.objects.filter(
            subject__in=subjects, indicator__in=[one.pk for one in indicators],
            period_start__in={one.start for one in periods}, period_kind=periods[0].kind,
            value__isnull=False,
        ).order_by()  # fmt: skip
        keys = rows.values("indicator", "period_start").annotate(n=Count("subject", distinct=True))
        found: Counter[int] = Counter()
        for one in keys:
            found[one["indicator"]] += one["n"]
        return found
    first = min(one.year for one in periods) * 12 - 12
    reading = Reading(
        sorted(subjects), first, max(one.end for one in periods), catalogue=catalogue
    )
    return Counter(
        {
            one.pk: sum(
                reading.figure(subject, catalogue.by_id[one.pk], at).is_complete
                for subject in subjects
                for at in periods
            )
            for one in indicators
        }
    )


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
