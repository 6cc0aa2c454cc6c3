"""My work (待办): one inbox over all flows, and over what other parts add to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models import Case as Choice
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock
from yuanheng.kernel.counting import Different, count_together
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow import assigning
from yuanheng.kernel.flow.declaration import all_flows
from yuanheng.kernel.models import Case, CaseMove, CaseTurn
from yuanheng.kernel.notices.telling import keep_unread, unread

TO_DO, WAITING, OVERDUE, DONE = "todo", "waiting", "overdue", "done"
TABS = {
    TO_DO: _("To do"),
    OVERDUE: _("Overdue"),
    WAITING: _("Waiting for others"),
    DONE: _("Done"),
}
MOST_ITEMS = 20  # of one source on a page; beside it stands how many there are
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
    ``count`` how many there are. Both must have asked what the person may see. ``rows`` gives the
    same as a query: all sources that have it are counted in one (``source_of_rows``).
    """

    code: str
    title: Any
    items: Callable[[Any, str], Sequence[WorkItem]]
    count: Callable[[Any, str], int]
    order: int = 50
    rows: Callable[[Any, str], QuerySet | None] | None = None


def source_of_rows(
    code: str,
    title: Any,
    *,
    rows: Callable[[Any, str], QuerySet | None],
    item: Callable[[Any], WorkItem],
    order: int = 50,
) -> WorkSource:
    """A source whose things are rows of one table; ``rows`` gives none for a tab without any."""

    def items(user: Any, tab: str) -> list[WorkItem]:
        found = rows(user, tab)
        return [item(one) for one in found[:MOST_ITEMS]] if found is not None else []

    def count(user: Any, tab: str) -> int:
        found = rows(user, tab)
        return found.count() if found is not None else 0

    return WorkSource(code, title, items, count, order, rows)


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


class Work:
    """The cases of a tab, in the order of the page: a sequence that Django's ``Paginator`` cuts.

    ``keys`` is a query of the same cases' keys in the same order, made from what is narrow: only
    the cases that are shown are read whole. Sorting a city's 45,000 cases by a query within each
    of them took ten times as long.
    """

    def __init__(self, cases: QuerySet, keys: QuerySet | None = None) -> None:
        self.cases, self.keys = cases, keys

    def count(self) -> int:
        return int((self.cases if self.keys is None else self.keys).count())

    def __getitem__(self, part: slice) -> QuerySet:
        if self.keys is None:
            return self.cases[part]
        return self.cases.filter(pk__in=self.keys.values("case")[part])


def cases_in(
    user: Any,
    tab: str,
    *,
    below: bool = False,
    flow_code: str = "",
    due: str = "",
    only_assigned: bool = False,
) -> Work:
    """The cases of a tab: what is assigned to this person (``is_assigned``), then the others; what
    is due first before the rest. Only one flow's, only what is due soon (``DUE_CHOICES``), only
    what is assigned to the person."""
    given = ExpressionWrapper(assigning.assigned_to(user), output_field=BooleanField())
    cases = Case.objects.visible_to(user).select_related("org_unit")
    cases = cases.annotate(is_assigned=Coalesce(given, False))
    if flow_code:
        cases = cases.filter(flow_code=flow_code)
    if only_assigned:
        cases = cases.filter(assigning.assigned_to(user))
    if tab == DONE:
        done = cases.filter(_took_part(user), closed_at__isnull=False)
        return Work(done.order_by("-closed_at", "-pk"))
    turns = my_turns(user, below=below)
    cases = cases.filter(closed_at__isnull=True)
    if tab == WAITING:
        cases = cases.filter(_took_part(user), _without(turns))
        cases = _due(cases, due, "due_on")
        return Work(cases.order_by("-is_assigned", F("due_on").asc(nulls_last=True), "pk"))
    if flow_code:
        turns = turns.filter(case__flow_code=flow_code)
    if only_assigned:
        turns = turns.filter(case__in=_assigned(user))
    if tab == OVERDUE:
        turns = _late(turns)
    first = turns.filter(case=OuterRef("pk")).order_by()
    cases = cases.annotate(
        my_due_on=first.values("case").annotate(first=Min("due_on")).values("first")
    ).order_by("-is_assigned", F("my_due_on").asc(nulls_last=True), "pk")
    return Work(cases, _in_order(turns, user, due))


def _in_order(turns: QuerySet, user: Any, due: str) -> QuerySet:
    mine = When(case__in=_assigned(user), then=1)
    keys = turns.order_by().values("case")
    keys = keys.annotate(given=Max(Choice(mine, default=0)), first=Min("due_on"))
    return _due(keys, due, "first").order_by("-given", F("first").asc(nulls_last=True), "case")


def _assigned(user: Any) -> QuerySet:
    open_ones = Case.objects.filter(assigning.assigned_to(user), closed_at__isnull=True)
    return open_ones.order_by().values("pk")


def _due(rows: QuerySet, due: str, path: str) -> QuerySet:
    today = clock.today()
    if due == "today":
        return rows.filter(**{f"{path}__lte": today})
    if due == "week":
        return rows.filter(**{f"{path}__lte": today + timedelta(days=7)})
    return rows.filter(**{f"{path}__isnull": True}) if due == "none" else rows


class Counts(dict[str, int]):
    """How many things lie in each tab; ``cases`` says how many of them are cases."""

    cases: dict[str, int]
    of_sources: dict[tuple[str, str], int]  # by tab and code, of those with ``rows``


def counts(user: Any, *, below: bool = False) -> Counts:
    """How many cases and other things lie in each tab: one query, and those of sources that have
    no ``rows``. With it come the numbers that every page shows: the badge, the bell."""
    found = Counts.fromkeys(TABS, 0)
    wanted: dict[str, QuerySet | Different | None] = {"unread": unread(user)}
    wanted |= _cases_of(user, below) if all_flows() else {}
    if below:
        wanted |= {f"own_{name}": rows for name, rows in _to_do(user).items()}
    meant = {}
    for tab in TABS:
        for at, one in enumerate(sources()):
            if one.rows is None:
                found[tab] += one.count(user, tab)
            else:
                wanted[f"{tab}_{at}"] = one.rows(user, tab)
                meant[f"{tab}_{at}"] = (tab, one.code)
    numbers = count_together(wanted)
    keep_unread(user, numbers["unread"])
    found.cases = {tab: numbers.get(f"cases_{tab}", 0) for tab in TABS}
    found.of_sources = {meant[name]: number for name, number in numbers.items() if name in meant}
    for tab in TABS:
        found[tab] += found.cases[tab]
    for (tab, _code), number in found.of_sources.items():
        found[tab] += number
    own = sum(number for name, number in numbers.items() if name.startswith("own_"))
    others = found[TO_DO] - found.cases[TO_DO]
    user.__dict__["_work_to_do"] = others + (own if below else found.cases[TO_DO])
    return found


def _cases_of(user: Any, below: bool) -> dict[str, QuerySet | Different | None]:
    # Whoever has a turn sees the case: it is theirs, or lies under them.
    turns = my_turns(user, below=below).order_by()
    mine = Case.objects.visible_to(user).filter(_took_part(user)).order_by()
    waiting = mine.filter(_without(turns), closed_at__isnull=True)
    return {
        f"cases_{TO_DO}": Different(turns, "case"),
        f"cases_{OVERDUE}": Different(_late(turns), "case"),
        f"cases_{WAITING}": waiting,
        f"cases_{DONE}": mine.filter(closed_at__isnull=False),
    }


def _to_do(user: Any) -> dict[str, QuerySet | Different | None]:
    if not all_flows():
        return {}
    return {"cases": Different(my_turns(user).order_by(), "case")}


def badge(user: Any) -> int:
    """The number beside the entry in the navigation: everything to do. One query, or none where
    the page has counted already; sources without ``rows`` add their own."""
    kept = user.__dict__.get("_work_to_do")
    if kept is not None:
        return int(kept)
    wanted: dict[str, QuerySet | Different | None] = {"unread": unread(user), **_to_do(user)}
    others = 0
    for at, one in enumerate(sources()):
        if one.rows is None:
            others += one.count(user, TO_DO)
        else:
            wanted[f"source_{at}"] = one.rows(user, TO_DO)
    numbers = count_together(wanted)
    keep_unread(user, numbers.pop("unread"))
    return others + sum(numbers.values())


def _took_part(user: Any) -> Q:
    # The opening is a move, too: one index finds all of it. Joined as keys: with "or" between two
    # conditions every case of a city was looked at.
    moved = CaseMove.objects.filter(by=user.pk).order_by().values("case")
    given = Case.objects.filter(assigning.assigned_to(user)).order_by().values("pk")
    return Q(pk__in=moved.union(given))


def _late(turns: QuerySet) -> QuerySet:
    # Few cases are suspended, and an index holds them: a join reads all of a city's.
    suspended = Case.objects.filter(suspended_at__isnull=False).order_by().values("pk")
    return turns.filter(due_on__lt=clock.today()).exclude(case__in=suspended)


def _without(turns: QuerySet) -> Q:
    # Asked of each case that is left, not of all 45,000 turns below a city first.
    return Q(~Exists(turns.order_by().filter(case=OuterRef("pk"))))
