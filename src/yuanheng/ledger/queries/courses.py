"""The course of a target's figure through its year and the years before, month by month.

A region's figure is its own where it has been reported, else the sum of its parks. What counts are
months of which everything is known: a month that some park has not reported is not yet there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from yuanheng.calc.periods import CUMULATIVE, MONTH, YEAR, Period
from yuanheng.calc.series import CountedLine, Forecast, forecast_count
from yuanheng.ledger.choices import BearerKind, Counted, OverTime, TargetKind
from yuanheng.ledger.models import Indicator, Subject, Target
from yuanheng.ledger.models.target import CANDIDATE
from yuanheng.ledger.queries.around import Of, facts_of
from yuanheng.ledger.queries.catalogue import Catalogue
from yuanheng.ledger.queries.figures import Reading
from yuanheng.ledger.queries.judging import leaves_of

MOST_FORECAST = 2000  # enterprises, industries or parks that are forecast one by one
YEARS = 4  # years before, for the plan's shape and the forecast
_FLOWS = {OverTime.SUM, OverTime.CUMULATIVE}


@dataclass(frozen=True, slots=True)
class Course:
    """Where a figure stood at the end of each month (kept measure): of a flow what had come
    together since January, of a stock or a rate its level. ``earlier`` are years before of which
    every month is known; ``last_end`` is where last year ended. ``basis`` says of whom it is.
    ``silent`` are the months (0 is January) of which nothing is known, where ``reached`` repeats
    what stood before."""

    reached: tuple[float, ...] = ()
    earlier: dict[int, tuple[float, ...]] = field(default_factory=dict)
    last_end: float | None = None
    basis: str = ""  # own, parks, counted, listed
    parts: tuple[int, ...] = ()  # subjects whose figures it is made of
    silent: frozenset[int] = frozenset()
    forecast: Forecast | None = None  # of a count, which is forecast one by one


class Courses:
    """The courses of many targets of one year, read in one go."""

    def __init__(self, targets: Sequence[Target], year: int, user: Any) -> None:
        self.year = year
        self.catalogue = Catalogue()
        subjects = _subjects_of(targets, user)
        self._own = {(of.kind, of.own_id): pk for pk, of in subjects.items() if of.own_id}
        self._parks = _parks_of(targets, subjects)
        self._firms = _firms_of(targets, subjects)
        own = {pk for one in targets if (pk := self._own_of(one)) is not None}
        wanted = own | {pk for found in self._parks.values() for pk in found}
        wanted |= {pk for found in self._firms.values() for pk in found}
        chosen = {one.indicator_id for one in targets if one.indicator_id}
        ids = {leaf for pk in chosen for leaf in self._needed(pk)}
        first = (year - YEARS) * 12
        self.reading = Reading(
            sorted(wanted), first, year * 12 + 11, catalogue=self.catalogue, indicator_ids=ids
        )

    def _needed(self, pk: int) -> set[int]:
        one = self.catalogue.by_id[pk]
        found = set(leaves_of(one, self.catalogue))
        if one.growth_of_id:
            found.add(one.growth_of_id)
        return found | ({one.weight_id} if one.weight_id else set())

    def of(self, target: Target) -> Course:
        """The course of one target."""
        if target.kind == TargetKind.LISTED:
            return _listed(target)
        if target.indicator is None or target.kind == TargetKind.HEADING:
            return Course()
        one = self.catalogue.by_id[target.indicator_id]
        if target.kind == TargetKind.REACHING:
            return self._counted(target, one)
        own = self._own_of(target)
        if own is not None:
            found = self._course(one, [own], "own")
            if found.reached or target.region is None:
                return found
        if target.region is None:
            return Course()
        return self._course(one, self._reporting(one, self._parks[target.region.code]), "parks")

    def _own_of(self, target: Target) -> int | None:
        for kind in _BEARERS:
            key = getattr(target, f"{kind}_id")
            if key is not None:
                return self._own.get((kind, key))
        return None

    def _reporting(self, one: Indicator, subjects: Sequence[int]) -> list[int]:
        """Those that have ever reported what the figure is made of, this year or the last."""
        leaves = self._needed(one.pk)
        return [
            pk
            for pk in subjects
            if any(
                at.year >= self.year - 1
                for leaf in leaves
                for at in self.reading.reported(pk, leaf)
            )
        ]

    def _course(self, one: Indicator, among: list[int], basis: str) -> Course:
        if not among:
            return Course()
        months = self._months(one, among, self.year)
        reached = _without_gaps(months, is_flow=one.over_time in _FLOWS)
        silent = frozenset(at for at, value in enumerate(months) if value is None)
        earlier = {
            year: tuple(months)
            for year in range(self.year - YEARS, self.year)
            if len(months := self._year(one, among, year)) == 12
        }
        before = self._ended(one, among, self.year - 1)
        return Course(tuple(reached), earlier, before, basis, tuple(among), silent)

    def _ended(self, one: Indicator, among: list[int], year: int) -> float | None:
        found = self.reading.total(one, Period(year * 12, YEAR), among)
        if found.is_complete:
            return found.value
        months = self._year(one, among, year)
        return months[-1] if len(months) == 12 else None

    def _year(self, one: Indicator, among: list[int], year: int) -> list[float]:
        """Up to the last month of which everything is known; a gap before it is filled with what
        stood before, since quarters and halves are reported at their ends only."""
        months = self._months(one, among, year)
        return _without_gaps(months, is_flow=one.over_time in _FLOWS)

    def _months(self, one: Indicator, among: list[int], year: int) -> list[float | None]:
        """Up to the last month of which everything is known."""
        found: list[float | None] = []
        for month in range(12):
            so_far = Period(year * 12, CUMULATIVE + month + 1)
            at = so_far if one.over_time in _FLOWS or one.formula else None
            figure = self.reading.total(one, at or Period(year * 12 + month, MONTH), among)
            if not figure.is_complete and at is None:
                figure = self._level(one, among, year * 12 + month)
            found.append(figure.value if figure.is_complete else None)
        while found and found[-1] is None:
            found.pop()
        return found

    def _level(self, one: Indicator, among: list[int], end: int) -> Any:
        """A level reported for a longer period that ends with the month."""
        found = self.reading.total(one, Period(end, MONTH), among)
        for length in (3, 6, 12):
            if (end + 1) % length == 0 and not found.is_complete:
                found = self.reading.total(one, Period(end - length + 1, length), among)
        return found

    def _counted(self, target: Target, one: Indicator) -> Course:
        """How many things had reached the figure by the end of each month."""
        assert target.level is not None
        level = target.level / one.shown_factor
        groups = self._groups(target)
        ends: list[int] = []
        lines = [self._sums(one, members) for members in groups]
        for month in range(max((len(line) for line in lines), default=0)):
            ends.append(sum(line[month] >= level for line in lines if month < len(line)))
            ends[-1] += sum(line[-1] >= level for line in lines if 0 < len(line) <= month)
        last = [self._ended(one, self._reporting(one, m), self.year - 1) for m in groups if m]
        known = [value for value in last if value is not None]
        before = float(sum(value >= level for value in known)) if known else None
        members = tuple(pk for group in groups for pk in group)
        forecast = self._forecast_of(one, groups, lines, level)
        return Course(tuple(map(float, ends)), {}, before, "counted", members, forecast=forecast)

    def _forecast_of(
        self, one: Indicator, groups: list[list[int]], lines: list[list[float]], level: float
    ) -> Forecast | None:
        """How many will have reached it by the year's end; each is forecast by itself. Of very
        many it would take longer than a page may."""
        if len(groups) > MOST_FORECAST:
            return None
        is_flow = one.over_time in _FLOWS
        counted = []
        for members, line in zip(groups, lines, strict=True):
            if not line:
                continue
            earlier = {
                year: months
                for year in range(self.year - YEARS, self.year)
                if len(months := self._year(one, self._reporting(one, members), year)) == 12
            }
            if is_flow:
                earlier = {year: _steps(months) for year, months in earlier.items()}
            counted.append(CountedLine(_steps(line) if is_flow else line, earlier))
        return forecast_count(counted, level, self.year, is_flow=is_flow)

    def _sums(self, one: Indicator, members: list[int]) -> list[float]:
        return self._year(one, reporting, self.year) if (
            reporting := self._reporting(one, members)
        ) else []  # fmt: skip

    def _groups(self, target: Target) -> list[list[int]]:
        if target.counted == Counted.PARK:
            return [[pk] for pk in self._parks.get(getattr(target.region, "code", ""), [])]
        firms = self._firms[_area(target)]
        if target.counted == Counted.ENTERPRISE:
            return [[pk] for pk in firms]
        found: dict[str, list[int]] = {}
        for pk, division in firms.items():
            if division:
                found.setdefault(division, []).append(pk)
        return list(found.values())


def _steps(reached: Sequence[float]) -> list[float]:
    """What each month brought, of where each ended."""
    return [now - before for before, now in zip([0.0, *reached], reached, strict=False)]


def _without_gaps(found: list[float | None], *, is_flow: bool) -> list[float]:
    kept: list[float] = []
    for value in found:
        if value is None:
            if not kept and not is_flow:
                return []  # where the year began isn't known
            value = kept[-1] if kept else 0.0
        kept.append(value)
    return kept


def _listed(target: Target) -> Course:
    """Names that count are counted now; when each came is not known."""
    names = [line.strip() for line in target.members.splitlines() if line.strip()]
    count = float(sum(not one.startswith(CANDIDATE) for one in names))
    return Course((count,), {}, None, "listed")


_BEARERS = (BearerKind.REGION, BearerKind.PARK, BearerKind.ENTERPRISE)


def _subjects_of(targets: Sequence[Target], user: Any) -> dict[int, Of]:
    """Everybody whose figures any of the targets may be made of, in one query."""
    wanted = Q(pk__in=())
    for kind in _BEARERS:
        keys = {getattr(one, f"{kind}_id") for one in targets} - {None}
        if keys:
            wanted |= Q(kind=kind, **{f"{kind}__in": keys})
    for code in _widest(_park_codes(targets)):
        wanted |= Q(kind=BearerKind.PARK, park__region__code__startswith=code)
    for kind, code in {_area(one) for one in targets if _counts_firms(one)}:
        wanted |= Q(kind=BearerKind.ENTERPRISE) & _inside(kind, code)
    return facts_of(Subject.objects.visible_to(user).filter(wanted))


def _widest(codes: set[str]) -> list[str]:
    """Without those that lie in another of them."""
    return sorted(one for one in codes if not any(one[:size] in codes for size in range(len(one))))


def _park_codes(targets: Iterable[Target]) -> set[str]:
    """The divisions whose parks are added up or counted."""
    rows = list(targets)
    codes = {
        one.region.code
        for one in rows
        if one.region is not None
        and (one.kind == TargetKind.FIGURE or one.counted == Counted.PARK)
    }
    everywhere = any(one.counted == Counted.PARK and one.bearer is None for one in rows)
    return codes | ({""} if everywhere else set())


def _parks_of(targets: Iterable[Target], subjects: dict[int, Of]) -> dict[str, list[int]]:
    """Subjects of the parks under each division code; parks inside a zone are left out: their
    zone's figures hold theirs."""
    parks = {
        pk: of
        for pk, of in subjects.items()
        if of.kind == BearerKind.PARK and of.zone_id is None and of.park_id is not None
    }
    return {
        code: [pk for pk, of in parks.items() if of.region.startswith(code)]
        for code in _park_codes(targets)
    }


def _counts_firms(one: Target) -> bool:
    return one.kind == TargetKind.REACHING and one.counted != Counted.PARK


def _firms_of(
    targets: Iterable[Target], subjects: dict[int, Of]
) -> dict[tuple[str, str], dict[int, str]]:
    """Subjects of the enterprises of each area, with the division of their industry."""
    firms = {pk: of for pk, of in subjects.items() if of.kind == BearerKind.ENTERPRISE}
    found = {}
    for one in targets:
        if not _counts_firms(one):
            continue
        code = one.region.code if one.region is not None else ""
        found[_area(one)] = {
            pk: of.industry[:2]
            for pk, of in firms.items()
            if (
                one.park_id in (of.park_id, of.zone_id)
                if one.park_id is not None
                else of.region.startswith(code)
            )
        }
    return found


def _area(target: Target) -> tuple[str, str]:
    if target.park is not None:
        return "park", target.park.code
    return "region", target.region.code if target.region is not None else ""


def _inside(kind: str, code: str) -> Q:
    if kind == "park":
        inside = Q(enterprise__park__code=code)
        return inside | Q(enterprise__park__parent_zone__code=code)
    return Q(enterprise__region__code__startswith=code) if code else Q()
