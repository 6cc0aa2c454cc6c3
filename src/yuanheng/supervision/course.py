"""The figure of a task from the day on which it was made; on a closed one, what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import fmean
from typing import Any

from django.http import HttpRequest
from django.urls import resolve
from django.urls.exceptions import Resolver404
from django.utils.translation import gettext as _

from yuanheng.calc.periods import CUMULATIVE, MONTH, YEAR, Period
from yuanheng.kernel import clock
from yuanheng.kernel.figures import exact, figure, measured
from yuanheng.ledger.api import (
    Known,
    TargetCourse,
    course_of_target,
    figures_like,
    figures_since,
    sparkline,
)
from yuanheng.supervision.models import Task


@dataclass(frozen=True, slots=True)
class _Followed:
    """What a task is about, and its figures that are comparable with the one it began with."""

    name: str
    whose: str
    unit: str
    decimals: int
    is_less_better: bool
    known: list[Known]
    months: Callable[[], list[Known]]  # by which what has come together since January is judged


def figure_panel(row: Task, request: HttpRequest) -> dict[str, Any] | None:
    """Only figures of the same kind of period are held against each other."""
    like = _period(row.period_then)
    one = _followed(row, request.user, like)
    if one is None:
        return None
    since, known = row.opened_at.date(), one.known
    later = [k for k in known if k.period.last_day >= since]
    last = later[-1].value if later else None
    then, aim = row.value_then, row.aim
    change = last - then if last is not None and then is not None else None
    shown = [k for k in known if k.period.last_day < since][-1:] + later
    if like is not None and like.kind == YEAR:  # to be seen, not to be held against a whole year
        this_year = Period(clock.today().year * 12, CUMULATIVE + 1)
        shown += _course(request.user, row, this_year)[-1:]
    values = [k.value for k in known]
    words = _("%(indicator)s from %(first)s to %(last)s")
    if known:
        first, final = known[0].period.label, known[-1].period.label
        words %= {"indicator": one.name, "first": first, "last": final}
    return {
        "name": one.name,
        "whose": one.whose,
        "unit": one.unit,
        "then": "" if then is None else measured(figure(then, one.decimals), one.unit),
        "period_then": row.period_then,
        "aim": "" if aim is None else measured(exact(aim), one.unit),
        "lines": [(k.period.label, k.text) for k in shown],
        "picture": sparkline(values, words) if len(known) > 2 and None not in values else "",
        "change": "" if change is None else measured(f"{change:+,.{one.decimals}f}", one.unit),
        "change_at": later[-1].period.label if change is not None else "",
        "is_good": None if not change else (change > 0) != one.is_less_better,
        "is_reached": _reached(one, then if last is None else last, aim),
        "closed": row.closed_at,
        "verdict": _verdict(row, like, one, change),
        "made_of": row.made_of,
    }


def _followed(row: Task, user: Any, like: Period | None) -> _Followed | None:
    """The indicator of its subject; where the ledger keeps no such subject, the target that the
    task was made of."""
    target = _target_of(row, user) if row.subject is None else None
    if target is not None:
        return _Followed(
            target.name, target.whose, target.unit, target.decimals, target.is_less_better,
            target.reached, lambda: _since_two_years(target.months, row.opened_at.date()),
        )  # fmt: skip
    one = row.indicator
    if one is None:
        return None
    return _Followed(
        one.shown_name, str(row.subject or ""), one.unit_shown, one.decimals,
        one.direction == "lower", _course(user, row, like),
        lambda: _course(user, row, Period(like.start, MONTH)) if like is not None else [],
    )  # fmt: skip


def _since_two_years(known: list[Known], since: date) -> list[Known]:
    """As far back as the figures of a subject are looked at."""
    return [k for k in known if k.period.start >= since.year * 12 + since.month - 25]


def _target_of(row: Task, user: Any) -> TargetCourse | None:
    try:
        found = resolve(row.made_of.partition("?")[0]) if row.made_of else None
    except Resolver404:
        return None
    if found is None or found.url_name != "target-detail":
        return None
    return course_of_target(user, str(found.kwargs["key"]))


def _period(label: str) -> Period | None:
    try:
        return Period.parse(label)
    except ValueError:
        return None


def _course(user: Any, row: Task, like: Period | None) -> list[Known]:
    """Its figures from two years before the task on; without a period to compare with, those
    since."""
    if row.subject is None or row.indicator is None:
        return []
    since = row.opened_at.date()
    if like is None:
        return figures_since(user, row.subject, row.indicator, since)
    return figures_like(user, row.subject, row.indicator, since, like)


def _reached(one: _Followed, value: float | None, aim: float | None) -> bool | None:
    if value is None or aim is None:
        return None
    return value <= aim if one.is_less_better else value >= aim


def _verdict(row: Task, like: Period | None, one: _Followed, change: float | None) -> str:
    """On closing: whether what changed stands out from how the figure moves anyhow. What has come
    together since January grows by itself: there the months are judged."""
    if row.closed_at is None or not one.whose:
        return ""
    if change is None:
        return _("No figure since the task was made is known yet; look again when the next one is "
                 "in.")  # fmt: skip
    known, words = one.known, ""
    if like is not None and like.kind > CUMULATIVE:
        known = one.months()
        change = _of_months(known, row.opened_at.date())
        if change is not None:
            said = {"change": measured(f"{change:+,.{one.decimals}f}", one.unit)}
            words = (
                _(
                    "Month by month, since what has come together grows by itself: the months "
                    "since then hold %(change)s on average against the twelve before. "
                )
                % said
            )
    values = [k.value for k in known if k.value is not None]
    steps = [abs(b - a) for a, b in pairwise(values)]
    usual = sorted(steps)[len(steps) // 2] if steps else None
    if usual is None or len(steps) < 3 or change is None:
        return _("There are too few figures to tell the task's effect from chance.")
    if abs(change) <= 2 * usual:
        text = _("The change is within twice the usual step from period to period (%(usual)s): it "
                 "can't be told apart from noise.")  # fmt: skip
        return words + text % {"usual": figure(usual, 2)}
    text = _("The change is more than twice the usual step from period to period. That it is the "
             "task's doing isn't proven by that.")  # fmt: skip
    return words + text


def _of_months(known: list[Known], since: date) -> float | None:
    """The mean of the months since then less that of the twelve before."""
    later = [k.value for k in known if k.value is not None and k.period.last_day >= since]
    before = [k.value for k in known if k.value is not None and k.period.last_day < since][-12:]
    return fmean(later) - fmean(before) if later and before else None
