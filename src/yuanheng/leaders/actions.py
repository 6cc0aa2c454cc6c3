"""Writes of the room: leaders, visits with their photos, problems that become tasks or cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, create_row, record
from yuanheng.kernel.actions.attachments import attach_file
from yuanheng.kernel.actions.links import link_rows
from yuanheng.kernel.directory import directory
from yuanheng.kernel.figures import day
from yuanheng.kernel.flow.findings import Finding, case_offer
from yuanheng.kernel.models import LinkKind
from yuanheng.kernel.policies import EDIT, Refused, policy_for, require
from yuanheng.kernel.resources.base import resource_of
from yuanheng.leaders.authz import KEEPERS
from yuanheng.leaders.becoming import TASK
from yuanheng.leaders.models import Leader, LeaderLink, Visit, VisitProblem
from yuanheng.supervision.api import ReportFrequency, SourceKind, TaskDraft, draft_tasks


@dataclass(frozen=True, slots=True)
class Found:
    """A problem as it is written down on the spot."""

    words: str
    lead_id: int | None = None
    deadline: date | None = None
    becomes: str = TASK


def office_of_keeper(user: Any) -> int:
    """The organisation whose leaders the person keeps. Refused without one."""
    held = [org for role, org in directory().posts(user) if role in KEEPERS]
    if user.org_unit_id and (user.org_unit_id in held or user.is_superuser):
        return int(user.org_unit_id)
    if held:
        return min(held)
    raise Refused(policy_for(Leader).refusal(EDIT))


def add_leader(*, acting_user: Any, values: Mapping[str, Any]) -> Leader:
    """A leading post of the person's office."""
    given = {**values, "code": _next(Leader, "L", 3)}
    if "owner_id" not in given:
        given["owner_id"] = office_of_keeper(acting_user)
    row: Any = create_row(acting_user=acting_user, model=Leader, values=given)
    return row


def add_link(*, acting_user: Any, values: Mapping[str, Any]) -> LeaderLink:
    """A leader linked to something; ``values`` as on its form."""
    given = {**values, "code": _next(LeaderLink, f"K{clock.today().year}-", 3)}
    row: Any = create_row(acting_user=acting_user, model=LeaderLink, values=given)
    return row


def _next(model: Any, begin: str, digits: int) -> str:
    """The code after the last one that begins so."""
    codes = model.objects.filter(code__startswith=begin).values_list("code", flat=True)
    numbers = [int(one[len(begin) :]) for one in codes if one[len(begin) :].isdecimal()]
    return f"{begin}{max(numbers, default=0) + 1:0{digits}d}"


@action("leaders.record_visit")
def record_visit(
    *,
    acting_user: Any,
    link: LeaderLink,
    values: Mapping[str, Any],
    problems: Sequence[Found] = (),
    photos: Iterable[Any] = (),
) -> Visit:
    """What was seen, with photos; each problem becomes a draft task with the visit as its source,
    or a case that is linked to the visit.

    ``photos`` are uploaded files. Raises Refused, and ValidationError for a link that was not in
    force on the day, an empty or unknown file, or a problem without words.
    """
    code = _next(Visit, f"V{clock.today().year}-", 4)
    given = {**values, "link": link, "made_by": acting_user, "code": code}
    row: Any = create_row(acting_user=acting_user, model=Visit, values=given)
    if row.visited_on < link.valid_from or (
        link.valid_until is not None and row.visited_on > link.valid_until
    ):
        said = {"first": day(link.valid_from), "last": day(link.valid_until)}
        text = _("The link counts from %(first)s to %(last)s; the visit lies outside.")
        raise ValidationError({"visited_on": text % said})
    for one in photos:
        attach_file(acting_user=acting_user, row=row, file_name=one.name, content=one.chunks())
    if problems:
        add_problems(acting_user=acting_user, visit=row, problems=problems)
    return row


@action("leaders.add_problems")
def add_problems(
    *, acting_user: Any, visit: Visit, problems: Sequence[Found]
) -> list[VisitProblem]:
    """Problems found on a visit: each a draft task under the visit's source, or a case of the kind
    that was chosen. Raises Refused (who may open none of that kind) and ValidationError."""
    require(acting_user, EDIT, visit)
    numbered = list(enumerate(problems, visit.problems.count() + 1))
    pages = _draft_tasks(acting_user, visit, [one for one in numbered if not one[1].becomes])
    for at, one in numbered:
        if one.becomes:
            pages[at] = _open_case(acting_user, visit, one)
    rows = [
        VisitProblem(
            visit=visit, number=at, words=one.words, lead_id=one.lead_id, deadline=one.deadline,
            became=one.becomes, task_link=pages[at],
        )
        for at, one in numbered
    ]  # fmt: skip
    VisitProblem.objects.bulk_create(rows)
    cases = sum(1 for one in problems if one.becomes)
    record(
        visit,
        after={"tasks": len(rows) - cases, "cases": cases, "source": visit.source_link},
    )
    return rows


def _draft_tasks(user: Any, visit: Visit, numbered: list[tuple[int, Found]]) -> dict[int, str]:
    """The pages of the tasks, by the number of the problem."""
    if not numbered:
        return {}
    drafts = [
        TaskDraft(
            title=one.words,
            quote=one.words,
            paragraph=at,
            lead_id=one.lead_id,
            deadline=one.deadline,
            frequency=ReportFrequency.ONCE,
        )
        for at, one in numbered
    ]
    page, tasks = draft_tasks(
        acting_user=user,
        kind=SourceKind.VISIT,
        title=_was_there(visit),
        drafts=drafts,
        said_by=str(visit.link.leader),
        held_on=visit.visited_on,
        link=reverse("visit-detail", args=[visit.code]),
        source_code=visit.source_code,
    )
    if not visit.source_link:
        visit.source_link = page
        visit.save(update_fields=["source_link"])
    links = [reverse("task-detail", args=[task.code]) for task in tasks]
    return {at: link for (at, _one), link in zip(numbered, links, strict=True)}


def _open_case(user: Any, visit: Visit, one: Found) -> str:
    """The page of the case; each of the two shows the other to those who see both."""
    offer = case_offer(one.becomes)
    if not offer.may_open(user):
        text = _("You may not open “%(kind)s”: make a task of the problem “%(words)s”.")
        raise Refused(text % {"kind": offer.title, "words": one.words})
    leader = visit.link.leader
    finding = Finding(
        one.words, _was_there(visit), str(leader), leader.owner_id, one.lead_id, one.deadline
    )
    try:
        case: Any = offer.open_case(acting_user=user, finding=finding)
    except ValidationError as error:
        said = {"words": one.words, "why": " ".join(error.messages)}
        raise ValidationError(_("“%(words)s”: %(why)s") % said) from error
    link_rows(acting_user=user, row=case, other=visit, kind=LinkKind.CAUSED)
    return str(resource_of(type(case)).link(case))


def _was_there(visit: Visit) -> str:
    said = {"leader": visit.link.leader, "target": visit.link.target}
    return _("%(leader)s visited %(target)s") % said
