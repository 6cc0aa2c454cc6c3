"""Where targets stand: plan, actual, pace, forecast, light, gap; computed when looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from yuanheng.calc.periods import MONTH, Period
from yuanheng.calc.series import (
    Curve,
    Forecast,
    even_curve,
    figures_curve,
    forecast_level,
    forecast_year,
    own_curve,
    shaped_curve,
)
from yuanheng.kernel import clock
from yuanheng.kernel.lights import Light, light_for, rules_in_force
from yuanheng.ledger.choices import BearerKind, Counted, CurveKind, OverTime, TargetKind
from yuanheng.ledger.models import Indicator, Observation, Subject, Target
from yuanheng.ledger.queries.courses import Course, Courses
from yuanheng.registry.models import Enterprise, Park

_FLOWS = {OverTime.SUM, OverTime.CUMULATIVE}
JUNE = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands, in the unit of its aim.

    ``reached`` are the months that are known, ``base`` where the year began. ``done`` and ``due``
    are shares of the way from there to the aim as of ``day``, ``gap`` their difference in points;
    None where it can't be said. ``is_past_half``: half the way by the end of June (双过半).
    """

    target: Target
    reached: tuple[float, ...] = ()
    base: float | None = 0.0
    plan: tuple[float, ...] = ()
    plan_is: str = CurveKind.EVEN  # which curve was followed in the end
    day: date | None = None
    actual: float | None = None
    done: float | None = None
    due: float | None = None
    gap: float | None = None
    is_past_half: bool | None = None
    forecast: Forecast | None = None
    light: Light | None = None
    rule: Any = None  # of lights, as it is in force
    basis: str = ""
    parts: tuple[int, ...] = ()
    silent: frozenset[int] = frozenset()  # months (0 is January) of which nothing is known
    children: list[Standing] = field(default_factory=list)

    @property
    def missing(self) -> float | None:
        """What is still to come to the aim; nothing where it is reached."""
        if self.actual is None or self.target.aim is None:
            return None
        left = (self.target.aim - self.actual) * self.sign
        return left if left > 0 else 0.0

    @property
    def sign(self) -> int:
        """−1 where less is better."""
        return sign_of(self.target)

    @property
    def will_reach(self) -> bool | None:
        """Whether the forecast reaches the aim."""
        if self.forecast is None or self.target.aim is None:
            return None
        return (self.forecast.value - self.target.aim) * self.sign >= 0

    @property
    def children_sum(self) -> float | None:
        """The aims below that are counted alike, together; None where they aren't to be added."""
        return children_sum(self.target, [one.target for one in self.children])


def sign_of(target: Target) -> int:
    """−1 where less is better."""
    one = target.indicator
    counts = target.kind != TargetKind.FIGURE
    return -1 if one is not None and not counts and one.direction == "lower" else 1


def children_sum(target: Target, below: Iterable[Target]) -> float | None:
    """What the parts of a target aim at together: sums and counts of the same thing only."""
    if target.aim is None or target.kind == TargetKind.HEADING:
        return None
    alike = [
        one.aim
        for one in below
        if one.aim is not None
        and not one.is_archived
        and one.kind == target.kind
        and one.indicator_id == target.indicator_id
        and one.level == target.level
    ]
    is_added = target.kind != TargetKind.FIGURE or (
        target.indicator is not None and target.indicator.over_subjects == "sum"
    )
    return sum(alike) if alike and is_added else None


def standings(
    targets: Sequence[Target], user: Any, *, on: date | None = None, with_lights: bool = True
) -> dict[int, Standing]:
    """Where each of these targets stands, by its number; one reading a year."""
    today = on or clock.today()
    found: dict[int, Standing] = {}
    by_year: dict[int, list[Target]] = defaultdict(list)
    for one in targets:
        by_year[one.year].append(one)
    asked = [one for one in targets if with_lights and one.kind != TargetKind.HEADING]
    rules = (
        rules_in_force({(one.light_rule, one.owner_id) for one in asked}, today) if asked else {}
    )
    for year, rows in by_year.items():
        courses = Courses(rows, year, user)
        for one in rows:
            found[one.pk] = _standing(one, courses.of(one), today, rules)
    return found


def tree(standing: dict[int, Standing]) -> list[Standing]:
    """The targets on top, each with those below it. One whose parent isn't seen stands on top."""
    tops = []
    for one in standing.values():
        above = standing.get(one.target.parent_id or 0)
        (above.children if above is not None else tops).append(one)
    return tops


def _standing(target: Target, course: Course, today: date, rules: dict[Any, Any]) -> Standing:
    if target.kind == TargetKind.HEADING or target.aim is None:
        return Standing(target)
    factor = _factor(target)
    is_flow = target.is_flow and target.kind == TargetKind.FIGURE
    base = _base(target, course, is_flow=is_flow, factor=factor)
    reached = tuple(value * factor for value in course.reached)
    day = _day(target, reached, today, is_listed=course.basis == "listed")
    curve, plan_is = _curve(target, course, base, is_flow=is_flow)
    plan = _plan(target, base, curve)
    actual = reached[-1] if reached else None
    done, due = _done(target, base, actual), None
    if done is not None and curve is not None and day is not None:
        due = curve.due_on(day)
    gap = None if done is None or due is None else round((done - due) * 100, 6)
    return Standing(
        target, reached, base, plan, plan_is, day, actual, done, due, gap,
        _past_half(target, base, reached, course),
        _forecast(course, factor, is_flow=is_flow),
        _light(target, done, due, day or today, rules),
        rules.get((target.light_rule, target.owner_id)),
        course.basis, course.parts, course.silent,
    )  # fmt: skip


def _factor(target: Target) -> float:
    if target.kind == TargetKind.FIGURE and target.indicator is not None:
        return float(target.indicator.shown_factor)
    return 1.0


def _base(target: Target, course: Course, *, is_flow: bool, factor: float) -> float | None:
    """Where the year begins: nothing for what is added up, last year's end for a level."""
    if is_flow or target.kind != TargetKind.FIGURE:
        return 0.0
    return None if course.last_end is None else course.last_end * factor


def _day(
    target: Target, reached: tuple[float, ...], today: date, *, is_listed: bool
) -> date | None:
    """As of when: the end of the last month that is known; for a list today."""
    if is_listed:
        last = date(target.year, 12, 31)
        return min(max(today, date(target.year, 1, 1)), last)
    if not reached:
        return None
    return Period(target.year * 12 + len(reached) - 1, MONTH).last_day


def _curve(
    target: Target, course: Course, base: float | None, *, is_flow: bool
) -> tuple[Curve | None, str]:
    """The plan as shares of the way; even where last year has no shape that could be followed."""
    assert target.aim is not None
    if base is None or target.aim == base:
        return None, CurveKind.EVEN
    if target.curve == CurveKind.OWN:
        try:
            figures = target.own_figures
            if is_flow or target.kind != TargetKind.FIGURE:
                return figures_curve(figures, target.aim, base), CurveKind.OWN
            way = target.aim - base
            shares = [(one - base) / way for one in figures[:-1]]
            return own_curve([*shares, 1.0]), CurveKind.OWN
        except ValueError:
            return even_curve(), CurveKind.EVEN
    months = course.earlier.get(target.year - 1)
    if target.curve == CurveKind.LAST_YEAR and months and is_flow:
        try:
            return shaped_curve(_by_month(months)), CurveKind.LAST_YEAR
        except ValueError:
            return even_curve(), CurveKind.EVEN
    return even_curve(), CurveKind.EVEN


def _by_month(reached: Sequence[float]) -> list[float]:
    return [now - before for before, now in zip([0.0, *reached], reached, strict=False)]


def _plan(target: Target, base: float | None, curve: Curve | None) -> tuple[float, ...]:
    if base is None or curve is None or target.aim is None:
        return ()
    return tuple(base + (target.aim - base) * share for share in curve.shares)


def _done(target: Target, base: float | None, actual: float | None) -> float | None:
    """The share of the way that has been gone."""
    assert target.aim is not None
    if actual is None or base is None:
        return None
    way = target.aim - base
    if way * sign_of(target) <= 0:  # it began at or beyond its aim: to be held
        return 1.0 if (actual - target.aim) * sign_of(target) >= 0 else 0.0
    return (actual - base) / way


def _past_half(
    target: Target, base: float | None, reached: tuple[float, ...], course: Course
) -> bool | None:
    if course.basis == "listed" or len(reached) < JUNE or JUNE - 1 in course.silent:
        return None
    done = _done(target, base, reached[JUNE - 1])
    return None if done is None else done >= 0.5


def _forecast(course: Course, factor: float, *, is_flow: bool) -> Forecast | None:
    if course.basis == "counted":
        return course.forecast
    if course.basis not in {"own", "parks"} or not course.reached:
        return None
    if is_flow:
        earlier = {year: _by_month(months) for year, months in course.earlier.items()}
        found = forecast_year(_by_month(course.reached), earlier)
    else:
        found = forecast_level(course.reached, course.earlier)
    if found is None:
        return None
    low, high = (None if one is None else one * factor for one in (found.low, found.high))
    return Forecast(
        found.value * factor, low, high, found.method, found.error_last_year, found.tried_years
    )


def _light(
    target: Target, done: float | None, due: float | None, on: date, rules: dict[Any, Any]
) -> Light | None:
    rule = rules.get((target.light_rule, target.owner_id))
    if rule is None:
        return None
    facts: dict[str, Any] = {}
    if done is not None:
        facts["progress"] = round(done * 100, 6)
    if due is not None:
        facts["planned"] = round(due * 100, 6)
    return light_for(rule, facts, on)


def targets_of_figure(user: Any, subject: Subject, indicator: Indicator, year: int) -> QuerySet:
    """The targets of a year whose actual is made of this subject's figures."""
    rows = Target.objects.visible_to(user).current().filter(year=year, indicator=indicator)
    if subject.kind == BearerKind.REGION:
        return rows.filter(kind=TargetKind.FIGURE, region=subject.region_id)
    if subject.kind == BearerKind.PARK and subject.park is not None:
        return rows.filter(_for_park(subject.park, indicator, year))
    if subject.kind == BearerKind.ENTERPRISE and subject.enterprise is not None:
        return rows.filter(_for_enterprise(subject.enterprise))
    return rows.none()


def _for_park(park: Park, indicator: Indicator, year: int) -> Q:
    """Its own target; of regions that have no figure of their own, and counts of parks."""
    found = Q(kind=TargetKind.FIGURE, park=park)
    if park.parent_zone_id is not None:
        return found  # in a region its zone's figures hold it
    own = Observation.objects.filter(
        subject__region=OuterRef("region"), indicator=indicator, period_start__gte=year * 12,
        period_start__lt=year * 12 + 12,
    )  # fmt: skip
    inside = Q(region__code__in=_prefixes(park.region.code))
    found |= Q(kind=TargetKind.FIGURE) & inside & ~Exists(own.order_by())
    everywhere = Q(region=None, park=None, enterprise=None)
    return found | (Q(kind=TargetKind.REACHING, counted=Counted.PARK) & (inside | everywhere))


def _for_enterprise(firm: Enterprise) -> Q:
    """Its own target, and counts of the enterprises or industries of its park and region."""
    found = Q(kind=TargetKind.FIGURE, enterprise=firm)
    where = Q(region__code__in=_prefixes(firm.region.code))
    where |= Q(region=None, park=None, enterprise=None)
    if firm.park is not None:
        where |= Q(park__in=[one for one in (firm.park_id, firm.park.parent_zone_id) if one])
    counted = Q(kind=TargetKind.REACHING, counted__in=[Counted.ENTERPRISE, Counted.INDUSTRY])
    return found | (counted & where)


def _prefixes(code: str) -> list[str]:
    return [code[:size] for size in (2, 4, 6, 9, 12) if size <= len(code)]
