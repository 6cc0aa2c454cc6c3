"""A plan worked out backwards from its deadline (倒排): pure, days are working days.

Days are counted from 1; ``work_day`` of a calendar turns them into dates. Source: the critical
path method (Kelley and Walker 1959), forward and backward pass.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yuanheng.kernel.figures import listed


@dataclass(frozen=True, slots=True)
class Step:
    """``days`` of work after the steps with these numbers."""

    number: int
    days: int
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """When a step may begin and end at the earliest, and must at the latest; in days from the
    first, which is 0. ``slack`` is how much it can slip before the end slips."""

    number: int
    early_start: int
    early_end: int
    late_start: int
    late_end: int

    @property
    def slack(self) -> int:
        return self.late_end - self.early_end


def plan_faults(steps: Sequence[Step]) -> list[str]:
    """What keeps a plan from being worked out: unknown steps, a circle."""
    numbers = {one.number for one in steps}
    faults = []
    for one in steps:
        foreign = [str(other) for other in one.after if other not in numbers]
        if foreign:
            text = _("Step %(number)d comes after %(others)s, which there isn't.")
            faults.append(text % {"number": one.number, "others": listed(foreign)})
        if one.number in one.after:
            faults.append(_("Step %(number)d can't come after itself.") % {"number": one.number})
    if len(numbers) < len(steps):
        faults.append(_("A number is given twice."))
    if not faults and len(in_order(steps)) < len(steps):
        rest = numbers - {one.number for one in in_order(steps)}
        text = _("The steps %(numbers)s wait for each other in a circle.")
        faults.append(text % {"numbers": listed(sorted(rest))})
    return faults


def in_order(steps: Sequence[Step]) -> list[Step]:
    """Each after those that it waits for; what is in a circle is left out."""
    done: set[int] = set()
    found: list[Step] = []
    waiting = sorted(steps, key=lambda one: one.number)
    while waiting:
        ready = [one for one in waiting if done.issuperset(one.after)]
        if not ready:
            break
        found += ready
        done |= {one.number for one in ready}
        waiting = [one for one in waiting if one.number not in done]
    return found


def placed(
    steps: Sequence[Step], room: int, ends: dict[int, int] | None = None, now: int = 0
) -> list[Placed]:
    """Forward from day 0 and backward from day ``room`` (the number of working days there are).

    ``ends`` are known ends of steps that are done (their day); the others end on day ``now`` at
    the earliest, whenever they began. Raises ValueError for a circle.
    """
    order = in_order(steps)
    if len(order) < len(steps):
        raise ValueError("the steps wait for each other in a circle")
    known = ends or {}
    early: dict[int, tuple[int, int]] = {}
    for one in order:
        start = max((early[other][1] for other in one.after), default=0)
        end = known.get(one.number, max(start + one.days, now))
        early[one.number] = min(start, end), end
    late: dict[int, tuple[int, int]] = {}
    for one in reversed(order):
        following = [late[other.number][0] for other in steps if one.number in other.after]
        end = min(following, default=room)
        late[one.number] = end - one.days, end
    return [Placed(one.number, *early[one.number], *late[one.number]) for one in steps]


def critical(found: Sequence[Placed], done: Collection[int]) -> set[int]:
    """The steps that decide when the whole is finished: of those still to be done the ones with
    the least slack, whether there is any to spare or not."""
    left = [one for one in found if one.number not in done]
    least = min((one.slack for one in left), default=0)
    return {one.number for one in left if one.slack == least}


def slips_with(
    steps: Sequence[Step], number: int, by: int, room: int, ends: dict[int, int] | None = None,
    now: int = 0,
) -> list[int]:  # fmt: skip
    """Which steps end later than the room allows them if ``number`` takes ``by`` days longer than
    it would."""
    before = {one.number: one for one in placed(steps, room, ends, now)}
    late = before[number].early_end - before[number].early_start + by
    longer = [Step(one.number, late, one.after) if one.number == number else one for one in steps]
    return [
        one.number
        for one in placed(longer, room, ends, now)
        if one.early_end > max(before[one.number].late_end, before[one.number].early_end)
    ]


def forecast_days(points: Sequence[tuple[int, float]], today: int) -> float | None:
    """On which day the work is done if it goes on at its pace; None where there is no pace.

    ``points`` are (day, percent) as reported, from (0, 0). The pace is that of the straight line
    through the origin with least squares over the reports, the last counting most.
    """
    reports = [(day, share) for day, share in points if day > 0]
    if not reports or reports[-1][1] <= 0:
        return None
    if reports[-1][1] >= 100:
        return float(reports[-1][0])
    weights = range(1, len(reports) + 1)
    top = sum(weight * day * share for weight, (day, share) in zip(weights, reports, strict=True))
    below = sum(weight * day * day for weight, (day, _share) in zip(weights, reports, strict=True))
    pace = top / below
    return None if pace <= 0 else max(float(today), reports[-1][0] + (100 - reports[-1][1]) / pace)
