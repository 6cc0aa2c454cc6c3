"""Writes about study visits: the visit, its points, what becomes of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.consultation.actions.questions import first_sentence
from yuanheng.consultation.authz import office_of_keeper
from yuanheng.consultation.choices import Fate
from yuanheng.consultation.models import StudyPoint, StudyVisit
from yuanheng.consultation.splitting import MOST, split_list
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, create_row, record
from yuanheng.kernel.plain_text import refuse_unkept
from yuanheng.kernel.policies import EDIT, require
from yuanheng.supervision.api import ReportFrequency, SourceKind, TaskDraft, draft_tasks

_CELLS = re.compile(r"\s*[|｜\t]\s*")


def add_study_visit(*, acting_user: Any, values: Mapping[str, Any]) -> StudyVisit:
    """A study visit of the person's office. Raises Refused, ValidationError."""
    begin = f"T{clock.today().year}-"
    codes = StudyVisit.objects.filter(code__startswith=begin).values_list("code", flat=True)
    numbers = [int(one[len(begin) :]) for one in codes if one[len(begin) :].isdecimal()]
    given = {**values, "code": f"{begin}{max(numbers, default=0) + 1:03d}"}
    if "owner_id" not in given:
        given["owner_id"] = office_of_keeper(acting_user, StudyVisit)
    row: Any = create_row(acting_user=acting_user, model=StudyVisit, values=given)
    return row


@action("consultation.add_points")
def add_points(*, acting_user: Any, visit: StudyVisit, text: str) -> list[StudyPoint]:
    """The points of a pasted list, after those that are there: ``what | from whom | what we do``;
    only the first is needed. Raises Refused, ValidationError."""
    require(acting_user, EDIT, visit)
    refuse_unkept(text)
    found = split_list(text).items
    first = visit.points.count() + 1
    if not found or first + len(found) > MOST + 1:
        said = {"most": MOST}
        words = _("Write the points, at most %(most)d of one visit.") % said
        raise ValidationError({"text": words})
    rows = []
    for number, one in enumerate(found, first):
        words, learned_from, proposal = [*_CELLS.split(one), "", ""][:3]
        row = StudyPoint(visit=visit, number=number, words=words, learned_from=learned_from,
                         proposal=proposal)  # fmt: skip
        try:
            row.full_clean(exclude=["visit", "decided_by"])
        except ValidationError as error:
            said = {"number": number, "why": " ".join(error.messages)}
            raise ValidationError({"text": _("Point %(number)d: %(why)s") % said}) from error
        rows.append(row)
    StudyPoint.objects.bulk_create(rows)
    record(visit, after={"points_added": "\n".join(one.words for one in rows)[:2000]})
    return rows


@action("consultation.take_up_point")
def take_up_point(*, acting_user: Any, point: StudyPoint) -> str:
    """A draft task of supervision out of a point; the page of the task. The visit is its source.
    Raises Refused, ValidationError."""
    visit = point.visit
    require(acting_user, EDIT, visit)
    if point.task_link:
        raise ValidationError(_("A task has been made of this point already."))
    said = {"from": point.learned_from or visit.place, "words": point.words}
    page, tasks = draft_tasks(
        acting_user=acting_user,
        kind=SourceKind.VISIT,
        title=visit.title,
        drafts=[
            TaskDraft(
                title=first_sentence(point.proposal or point.words),
                quote=(_("Learned from %(from)s: %(words)s") % said)[:2000],
                paragraph=point.number,
                frequency=ReportFrequency.MONTH,
            )
        ],
        said_by=visit.led_by,
        held_on=visit.ended_on,
        link=reverse("study-detail", args=[visit.code]),
        source_code=visit.source_code,
    )
    point.task_link = reverse("task-detail", args=[tasks[0].code])
    point.fate, point.reason, point.decided_by = Fate.TASK, "", acting_user
    point.save(update_fields=["task_link", "fate", "reason", "decided_by"])
    if not visit.source_link:
        visit.source_link = page
        visit.save(update_fields=["source_link"])
    record(visit, after={"task_of_point": f"{point.number}: {tasks[0].code}"})
    return point.task_link


@action("consultation.leave_point", reason_required=True)
def leave_point(*, acting_user: Any, point: StudyPoint, reason: str) -> StudyPoint:
    """A point that is not taken up, and why. Raises Refused, ValidationError."""
    require(acting_user, EDIT, point.visit)
    if point.task_link:
        raise ValidationError(_("A task has been made of this point; call that off instead."))
    refuse_unkept(reason)
    point.fate, point.reason, point.decided_by = Fate.NOT, reason.strip(), acting_user
    point.full_clean(exclude=["visit"])
    point.save(update_fields=["fate", "reason", "decided_by"])
    record(point.visit, after={"left_point": point.number}, reason=point.reason)
    return point
