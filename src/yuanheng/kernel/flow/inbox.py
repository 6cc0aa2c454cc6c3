"""My work (待办): one inbox over all flows, and over what other parts add to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.declaration import all_flows
from yuanheng.kernel.models import Case, CaseMove, CaseTurn

TO_DO, WAITING, OVERDUE, DONE = "todo", "waiting", "overdue", "done"
TABS = {
    TO_DO: _("To do"),
    OVERDUE: _("Overdue"),
    WAITING: _("Waiting for others"),
    DONE: _("Done"),
}
DUE_CHOICES = {"today": _("today"), "week": _("within a week"), "none": _("without a date")}


@dataclass(frozen=True)
class WorkItem:
    """One thing to do that is no case: a draft to approve, an import to confirm."""

    title: str
    link: str
    kind: Any
    number: str = ""
    state: Any = ""
    holder: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class WorkSource:
    """What another part adds to the inbox.

    ``items`` gives a person's first things of a tab, what is due first before the others;
    ``count`` how many there are. Both must have asked what the person may see.
    """

    code: str
    title: Any
    items: Callable[[Any, str], Sequence[WorkItem]]
    count: Callable[[Any, str], int]
    order: int = 50


_sources: dict[str, WorkSource] = {}


def contribute(source: WorkSource) -> None:
    """Add a source; one with the same code replaces the earlier."""
    _sources[source.code] = source


def sources() -> list[WorkSource]:
    return sorted(_sources.values(), key=lambda one: one.order)


def my_turns(user: Any, *, below: bool = False) -> QuerySet:
    """The turns of a person's own posts; with ``below``, of all organisations under these too."""
    mine = Q(person=user.pk)
    if below:
        roles = {role for role, _org in directory().posts(user)} or None
        for role in roles or ():
            mine |= Q(role=role) & directory().mine(user, {role}, "org_unit")
        if user.is_superuser:
            mine = Q()
    else:
        for role, org_unit_id in directory().posts(user):
            mine |= Q(role=role, org_unit=org_unit_id)
    return CaseTurn.objects.filter(mine)


def cases_in(user: Any, tab: str, *, below: bool = False) -> QuerySet:
    """The cases of a tab, what is due first before the others."""
    cases = Case.objects.visible_to(user)
    if tab == DONE:
        return cases.filter(_took_part(user), closed_at__isnull=False).order_by(
            "-closed_at", "-pk"
        )
    turns = my_turns(user, below=below)
    cases = cases.filter(closed_at__isnull=True)
    if tab == WAITING:
        cases = cases.filter(_took_part(user)).exclude(pk__in=turns.values("case"))
        return cases.order_by(F("due_on").asc(nulls_last=True), "pk")
    due = turns.filter(case=OuterRef("pk")).order_by()
    cases = cases.filter(pk__in=turns.values("case")).annotate(
        my_due_on=due.values("case").annotate(first=Min("due_on")).values("first")
    )
    if tab == OVERDUE:
        cases = cases.filter(my_due_on__lt=clock.today(), suspended_at__isnull=True)
    return cases.order_by(F("my_due_on").asc(nulls_last=True), "pk")


def narrowed(cases: QuerySet, *, flow_code: str = "", due: str = "") -> QuerySet:
    """Only one flow's, or only what is due soon."""
    if flow_code:
        cases = cases.filter(flow_code=flow_code)
    path = "my_due_on" if "my_due_on" in cases.query.annotations else "due_on"
    today = clock.today()
    if due == "today":
        cases = cases.filter(**{f"{path}__lte": today})
    elif due == "week":
        cases = cases.filter(**{f"{path}__lte": today + timedelta(days=7)})
    elif due == "none":
        cases = cases.filter(**{f"{path}__isnull": True})
    return cases


def counts(user: Any, *, below: bool = False) -> dict[str, int]:
    """How many cases and other things lie in each tab: two queries, and those of the sources."""
    found = dict.fromkeys(TABS, 0)
    if all_flows():
        found |= _case_counts(user, below)
    for tab in TABS:
        found[tab] += sum(one.count(user, tab) for one in sources())
    return found


def _case_counts(user: Any, below: bool) -> dict[str, int]:
    # Whoever has a turn sees the case: it is theirs, or lies under them.
    turns = my_turns(user, below=below).order_by()
    late = Q(due_on__lt=clock.today(), case__suspended_at__isnull=True)
    found = turns.aggregate(
        todo=Count("case", distinct=True), overdue=Count("case", filter=late, distinct=True)
    )
    mine = Case.objects.visible_to(user).filter(_took_part(user)).order_by()
    waiting = Q(closed_at__isnull=True) & ~Q(pk__in=turns.values("case"))
    found |= mine.aggregate(
        waiting=Count("pk", filter=waiting), done=Count("pk", filter=Q(closed_at__isnull=False))
    )
    if not below:
        user.__dict__["_work_to_do"] = found[TO_DO]
    return found


def badge(user: Any) -> int:
    """The number beside the entry in the navigation: cases to do. One or two queries, or none
    where the page has counted already."""
    if not all_flows():
        return 0
    kept = user.__dict__.get("_work_to_do")
    if kept is None:
        kept = my_turns(user).order_by().aggregate(n=Count("case", distinct=True))["n"]
    return int(kept)


def _took_part(user: Any) -> Q:
    # The opening is a move, too: one index finds all of it.
    return Q(pk__in=CaseMove.objects.filter(by=user.pk).order_by().values("case"))
