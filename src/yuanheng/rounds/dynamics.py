"""Several evaluations of one line, by the office's rules: who is warned, leaves, rises; who is
charged or relieved what on which account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yuanheng.accounts.api import place_of
from yuanheng.calc.dynamics import (
    Applied,
    Place,
    Rule,
    Tariff,
    Verdict,
    applied,
    judge,
    years_in_grade,
)
from yuanheng.calc.land import Room
from yuanheng.calc.periods import previous_period
from yuanheng.evaluation.api import Result, Run
from yuanheng.kernel import clock
from yuanheng.kernel.dated import line_of
from yuanheng.rounds.authz import READERS
from yuanheng.rounds.choices import Purpose, Tail
from yuanheng.rounds.growth import per_mu_items, rooms_of
from yuanheng.rounds.models import DynamicRule, EvaluationRound, GradeMeasure, UtilityAccount

MOST = 10
"""So many evaluations are looked at."""


@dataclass(frozen=True, slots=True)
class Course:
    """One subject over the evaluations: its places, latest first."""

    code: str
    name: str
    group: str
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Listed:
    """A subject for which a rule holds, with the reason in words."""

    course: Course
    verdict: Verdict
    reason: str
    room: Room | None = None


def line_of_runs(run: Run) -> list[Run]:
    """A run and those of the periods before it, latest first: of each period what a round of the
    same office published, by the same scheme if there are several; without one, the run with which
    the later one was compared."""
    published = _published_before(run)
    compared = {one.pk: one for one in _compared(run)}
    found: dict[int, Run] = {}
    one: Run | None = compared[run.pk]
    while one is not None and one.pk not in found and len(found) < MOST:
        found[one.pk] = one
        earlier = published.get(previous_period(one.period))
        if earlier is None and one.previous_id and one.previous_id not in compared:
            compared |= {other.pk: other for other in _compared(one)}
        one = earlier or compared.get(one.previous_id or 0)
    return list(found.values())


def _published_before(run: Run) -> dict[str, Run]:
    """Period → the run that a round of the office published for the same kind of subject."""
    scheme = run.scheme_version.scheme
    rounds = EvaluationRound.objects.filter(
        state="published",
        purpose=Purpose.EVALUATION,
        org_unit=run.owner_id,
        scheme_version__scheme__subject_kind=scheme.subject_kind,
    )
    paths = ("run__scheme_version__scheme", "final_run__scheme_version__scheme")
    by_period: dict[str, list[Run]] = {}
    for case in rounds.select_related(*paths).order_by("-closed_at"):
        by_period.setdefault(case.period, []).append(case.last_run)
    found = {}
    for period, runs in by_period.items():
        same = [one for one in runs if one.scheme_version.scheme_id == scheme.pk]
        if same or len(runs) == 1:
            found[period] = (same or runs)[0]
    return found


def _compared(run: Run) -> list[Run]:
    """A run and those with which one after the other was compared. One query."""
    path = "__".join(["previous"] * (MOST - 1))
    rows = Run.objects.select_related("scheme_version__scheme", path)
    found, one = [], rows.get(pk=run.pk)
    while one is not None and len(found) < MOST:
        found.append(one)
        one = one.previous
    return found


def courses(runs: Sequence[Run], user: Any) -> list[Course]:
    """Every subject of the latest run that the person sees, with its places in all of them."""
    of = {(run.pk, one["code"]): one["rated"] for run in runs for one in run.summary["groups"]}
    periods = {run.pk: run.period for run in runs}
    rows = Result.objects.visible_to(user).filter(run__in=[run.pk for run in runs])
    columns = ("run_id", "subject_id", "name", "group_code", "rank", "grade")
    found: dict[str, dict[int, Place]] = {}
    latest: dict[str, tuple[str, str]] = {}
    for run_id, code, name, group, rank, grade in rows.order_by("position").values_list(*columns):
        place = Place(periods[run_id], rank, of.get((run_id, group), 0), grade)
        found.setdefault(code, {})[run_id] = place
        if run_id == runs[0].pk:
            latest[code] = (name, group)
    order = [run.pk for run in runs]
    return [
        Course(code, name, group, [found[code][pk] for pk in order if pk in found[code]])
        for code, (name, group) in latest.items()
    ]


def in_force(model: Any, run: Run, on: date | None = None) -> list[Any]:
    """The settings of the run's office, of those above it and of everybody, on a day."""
    on = on or clock.today()
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    place = Q(org_unit__isnull=True) | Q(org_unit__in=line_of(run.owner_id))
    return list(model.objects.filter(living, place, valid_from__lte=on))


def rules_of(run: Run) -> list[DynamicRule]:
    """The rules of dynamic management that count for a run."""
    kind = run.scheme_version.scheme.subject_kind
    return [one for one in in_force(DynamicRule, run) if one.subject_kind == kind]


def listed(
    rule: DynamicRule,
    runs: Sequence[Run],
    found: Sequence[Course],
    rooms: dict[str, Room] | None = None,
) -> list[Listed]:
    """For whom a rule holds."""
    calc = Rule(
        rule.measure,  # type: ignore[arg-type]  the choices are its own
        rule.times,
        rule.within,
        float(rule.size),
        rule.is_share,
        rule.grade_list,
    )
    periods = [run.period for run in runs]
    lines = []
    for course in found:
        if rule.group_code and course.group != rule.group_code:
            continue
        verdict = judge(course.places, periods, calc)
        if verdict.holds:
            reason = _reason(rule, course, verdict, runs)
            lines.append(Listed(course, verdict, reason, (rooms or {}).get(course.code)))
    return lines


def rooms_by_code(run: Run, user: Any) -> dict[str, Room]:
    """For an evaluation by the mu: what each firm yields and holds, against the middle of its
    group. Empty for others, and for a person before whom tax is masked."""
    if run.scheme_version.scheme.subject_kind != "enterprise" or not place_of(user, READERS):
        return {}
    found: dict[str, Room] = {}
    groups: set[str] = set()
    for item in per_mu_items(run):
        if item.group not in groups:  # the first of each group, as the scheme orders them
            groups.add(item.group)
            found |= {room.code: room for _name, room in rooms_of(run, item, 0.5, user)}
    return found


def _reason(rule: DynamicRule, course: Course, verdict: Verdict, runs: Sequence[Run]) -> str:
    """``2022、2024年位列省级园区末5位，最近3次评价中2次``; of grades with the years in a row."""
    run = runs[0]
    by_period = {one.period: one.grade or None for one in course.places}
    words: dict[str, Any] = {
        "periods": "、".join(sorted(verdict.counted)),
        "group": run.group_name(course.group),
        "size": f"{rule.size.normalize():f}" + ("%" if rule.is_share else ""),
        "grades": "、".join(rule.grade_list),
        "times": len(verdict.counted),
        "within": len(verdict.window),
        "grade": course.places[0].grade,
        "years": years_in_grade([by_period.get(one.period) for one in runs]),
    }
    if rule.measure == Tail.GRADE:
        text = _("%(periods)s: grade %(grades)s; %(times)d of the latest %(within)d evaluations")
        if words["years"] > 1:
            in_a_row = _("grade %(grade)s for %(years)d evaluations in a row") % words
            return f"{text % words}；{in_a_row}"
    elif rule.measure == Tail.FIRST:
        text = _("%(periods)s: among the first %(size)s of %(group)s; %(times)d of the latest "
                 "%(within)d evaluations")  # fmt: skip
    else:
        text = _("%(periods)s: among the last %(size)s of %(group)s; %(times)d of the latest "
                 "%(within)d evaluations")  # fmt: skip
    return text % words


@dataclass(frozen=True, slots=True)
class Charged:
    """What falls on one subject, for one resource, on one account; none known: empty."""

    code: str
    name: str
    grade: str
    years: int
    applied: Applied
    account: str
    supplier: str


def tariffs_of(run: Run) -> list[Tariff]:
    """The measures by grade that count for a run."""
    return [
        Tariff(
            one.name,
            one.grade,
            one.get_resource_display(),
            one.measure,
            Decimal(one.delta),
            one.from_year,
            one.to_year,
            one.stacking,  # type: ignore[arg-type]  the choices are its own
        )
        for one in in_force(GradeMeasure, run)
    ]


def charges(run: Run, user: Any) -> list[Charged]:
    """The list by utility account: for each graded subject what its grade and its years in a row
    bring, once an account. Five queries, whatever the number of subjects."""
    tariffs = tariffs_of(run)
    if not tariffs:
        return []
    runs = line_of_runs(run)
    accounts: dict[tuple[str, str], list[UtilityAccount]] = {}
    today = clock.today()
    living = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    rows = UtilityAccount.objects.visible_to(user).filter(living, valid_from__lte=today)
    for one in rows.select_related("enterprise"):
        key = (one.enterprise.credit_code, one.get_resource_display())
        accounts.setdefault(key, []).append(one)
    lines = []
    for course in courses(runs, user):
        by_period = {one.period: one.grade or None for one in course.places}
        years = years_in_grade([by_period.get(one.period) for one in runs])
        grade = course.places[0].grade
        for line in applied(tariffs, grade, years):
            own = accounts.get((course.code, line.resource)) or [None]
            lines += [
                Charged(
                    course.code,
                    course.name,
                    grade,
                    years,
                    line,
                    one.account if one else "",
                    one.supplier if one else "",
                )
                for one in own
            ]
    return lines
