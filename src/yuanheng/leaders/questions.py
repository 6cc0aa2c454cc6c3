"""Three questions to ask, by rules that are shown: the light that turned red last, the largest gap
in the evaluation, the target furthest behind its plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.evaluation.api import LargestGap, largest_gap
from yuanheng.kernel.figures import figure, official_day
from yuanheng.leaders.pictures import Picture
from yuanheng.ledger.api import TargetPosition
from yuanheng.supervision.api import TaskLine

MOST_RUNS = 12  # subjects whose run files are opened for one page


@dataclass(frozen=True, slots=True)
class Question:
    """One question with the figure behind it and its page; ``rule`` says how it was found. Where
    the rule found nothing, ``text`` says so and there is no figure."""

    rule: str
    text: str
    about: str = ""
    figure: str = ""
    href: str = ""


def three_questions(pictures: Sequence[Picture], user: Any) -> list[Question]:
    """One by each rule, the gravest over all the pictures."""
    return [_of_light(pictures), _of_gap(pictures, user), _of_target(pictures)]


def _of_light(pictures: Sequence[Picture]) -> Question:
    rule = _("Of the tasks with a red light, the one whose light turned red last.")
    red = [
        (one, task) for one in pictures for task in one.tasks if task.red_since is not None
    ]  # fmt: skip
    if not red:
        return Question(rule, _("No task has a red light."))
    picture, task = max(red, key=lambda pair: (pair[1].red_since, pair[1].due_on or pair[1].title))
    text = _("“%(task)s”: what is in the way, and by when will it be done?")
    return Question(
        rule, text % {"task": task.title}, picture.link.target, _light_figure(task), task.href
    )


def _light_figure(task: TaskLine) -> str:
    said = {
        "since": official_day(task.red_since), "due": official_day(task.due_on),
        "share": task.progress, "lead": task.lead,
    }  # fmt: skip
    text = _("red since %(since)s; due %(due)s, progress %(share)d%%; led by %(lead)s")
    return text % said


def _of_gap(pictures: Sequence[Picture], user: Any) -> Question:
    rule = _(
        "In the evaluation published last (of parks, where there are any), the item that costs "
        "most points against the mean of its class."
    )
    found: list[tuple[Picture, LargestGap]] = []
    parks = [one for one in pictures if one.link.park_id]
    for picture in (parks or pictures)[:MOST_RUNS]:
        gap = largest_gap(picture.position, user) if picture.position else None
        if gap is not None:
            found.append((picture, gap))
    if not found:
        return Question(rule, _("No published evaluation shows a gap."))
    picture, gap = min(found, key=lambda pair: pair[1].points)
    text = _("“%(item)s” is behind the mean of its class: why, and what is being done?")
    shown = _("%(value)s, the mean is %(reference)s: %(points)s points lost").replace(
        "%(points)s", figure(abs(gap.points))
    ) % {"value": gap.value, "reference": gap.reference}  # fmt: skip
    now = picture.position.rank if picture.position else None
    if gap.rank_if_closed is not None and now is not None and gap.rank_if_closed < now:
        shown += _("; closed, it would stand %(rank)d. instead of %(now)s.") % {
            "rank": gap.rank_if_closed, "now": now,
        }  # fmt: skip
    return Question(rule, text % {"item": gap.name}, picture.link.target, shown, gap.href)


def _of_target(pictures: Sequence[Picture]) -> Question:
    rule = _("Of the targets of the year, the one furthest behind its plan, in points.")
    behind: list[tuple[Picture, TargetPosition]] = [
        (one, target) for one in pictures for target in one.targets
        if target.gap is not None and target.gap < 0
    ]  # fmt: skip
    if not behind:
        return Question(rule, _("No target is behind its plan."))
    picture, target = min(behind, key=lambda pair: pair[1].gap or 0)
    text = _("“%(target)s” is behind its plan: will the year's aim be reached, and how?")
    said = {
        "actual": target.actual, "aim": target.aim, "done": target.done, "due": target.due,
        "gap": target.gap_text.lstrip("-−"), "year": target.year, "months": target.months,
    }  # fmt: skip
    shown = _(
        "%(year)d, %(months)d months: %(actual)s of %(aim)s, %(done)s done where %(due)s was due, "
        "%(gap)s short of the plan"
    )
    return Question(
        rule, text % {"target": target.name}, picture.link.target, shown % said, target.href
    )
