"""What is known of each thing a leader is linked to: what moved, what is late, the last visit.

Everything is read for all links at once, so that a page asks the same however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuanheng.evaluation.api import Position, positions_of
from yuanheng.kernel import clock
from yuanheng.kernel.gathering import gathered
from yuanheng.leaders.choices import LinkKind
from yuanheng.leaders.models import LeaderLink, Visit
from yuanheng.ledger.api import TargetPosition, late_submissions, target_positions
from yuanheng.registry.api import enterprises_in_chains
from yuanheng.supervision.api import About, TaskLine, open_tasks_about


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit as it is shown beside a link."""

    code: str
    on: date
    saw: str
    source_code: str


@dataclass(frozen=True, slots=True)
class LateForm:
    """A form that the park's committee should have reported."""

    title: str
    href: str
    due_on: date


@dataclass(slots=True)
class Picture:
    """One link with all that is known of what it leads to."""

    link: LeaderLink
    visits: list[Seen] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    targets: list[TargetPosition] = field(default_factory=list)
    tasks: list[TaskLine] = field(default_factory=list)
    submissions: list[LateForm] = field(default_factory=list)
    members: list[tuple[str, str]] = field(default_factory=list)  # of a chain: name and page

    @property
    def last_visit(self) -> date | None:
        return self.visits[0].on if self.visits else None

    @property
    def late(self) -> list[TaskLine]:
        """Tasks past their day."""
        return [one for one in self.tasks if one.is_late]

    @property
    def late_count(self) -> int:
        return len(self.late) + len(self.submissions) + self.is_project_late

    @property
    def is_project_late(self) -> bool:
        """Whether it is a project of the list, past its day and not finished."""
        return self.link.project is not None and self.link.project.is_late

    @property
    def position(self) -> Position | None:
        """In the evaluation that was published last."""
        return max(self.positions, key=lambda one: (one.published_on, one.period), default=None)

    @property
    def position_then(self) -> Position | None:
        """What the same evaluation's last published result was on the day of the last visit."""
        now, day = self.position, self.last_visit
        if now is None or day is None:
            return None
        before = [
            one for one in self.positions
            if one.scheme_id == now.scheme_id and one.published_on <= day
        ]  # fmt: skip
        return max(before, key=lambda one: (one.published_on, one.period), default=None)

    @property
    def is_evaluated_since(self) -> bool:
        """Whether a result has been published after the last visit."""
        now, then = self.position, self.position_then
        return now is not None and (then is None or then.result.pk != now.result.pk)

    @property
    def places(self) -> int | None:
        """Places won (positive) since the last visit; without one, against the run before."""
        now, then = self.position, self.position_then
        if now is None:
            return None
        if then is None or now.rank is None or then.rank is None:
            return now.places
        return then.rank - now.rank

    @property
    def about(self) -> About:
        """Which tasks count as about it."""
        link = self.link
        park, firm = link.park, link.enterprise
        names = [link.target, park.short_name if park else ""]
        return About(
            parks=[park.pk] if park else [],
            enterprises=[firm.pk] if firm else [],
            leads=[park.committee_id] if park and park.committee_id else [],
            names=[one for one in names if one],
            sources=[one.source_code for one in self.visits if one.source_code],
        )


def links_read(rows: QuerySet, user: Any) -> QuerySet:
    """Links with what a picture of them needs beside, in one query; the visits only as far as the
    person sees them."""
    visits = Visit.objects.visible_to(user).current().filter(link=OuterRef("pk"))
    names = ("code", "visited_on", "saw", "source_link")
    read = rows.select_related(
        "leader__owner", "park__region", "enterprise", "project__lead", "project__park"
    )
    own = gathered(visits.order_by(), "link", **{name: name for name in names})
    forms = late_submissions(user, "park__committee")
    return read.annotate(visits_read=Subquery(own), forms_read=Subquery(forms))


def in_force_first(user: Any, leader: str) -> QuerySet:
    """The links of the leader with this code that count today."""
    rows = LeaderLink.objects.visible_to(user).in_force().filter(leader__code=leader)
    return links_read(rows, user).order_by("park__code", "pk")


def pictures_of(links: Sequence[LeaderLink], user: Any) -> list[Picture]:
    """A picture of each link that was read by ``links_read``: parks first, then enterprises."""
    order = LinkKind.values
    links = sorted(links, key=lambda one: order.index(one.kind))
    found = [Picture(one, visits=_visits(one), submissions=_forms(one)) for one in links]
    _add_positions(found, user)
    _add_targets(found, user)
    _add_tasks(found, user)
    return found


def _visits(link: Any) -> list[Seen]:
    rows = [
        Seen(
            one["code"], date.fromisoformat(one["visited_on"][:10]), one["saw"],
            one["source_link"].rstrip("/").rpartition("/")[2],
        )
        for one in link.visits_read or ()
    ]  # fmt: skip
    return sorted(rows, key=lambda one: (one.on, one.code), reverse=True)


def _forms(link: Any) -> list[LateForm]:
    rows = [
        LateForm(
            one["title"], reverse("submission-detail", args=[one["code"]]),
            date.fromisoformat(one["due_on"][:10]),
        )
        for one in link.forms_read or ()
    ]  # fmt: skip
    return sorted(rows, key=lambda one: one.due_on)


def _add_positions(found: Sequence[Picture], user: Any) -> None:
    by_code: dict[tuple[str, str], list[Position]] = defaultdict(list)
    codes = {one.link.park.code for one in found if one.link.park}
    codes |= {one.link.enterprise.credit_code for one in found if one.link.enterprise}
    for one in positions_of(user, codes):
        by_code[one.subject_kind, one.subject_code].append(one)
    for picture in found:
        park, firm = picture.link.park, picture.link.enterprise
        if park is not None:
            picture.positions = by_code[("park", park.code)]
        if firm is not None:
            picture.positions = by_code[("enterprise", firm.credit_code)]


def _add_targets(found: Sequence[Picture], user: Any) -> None:
    parks = {one.link.park_id: one.last_visit for one in found if one.link.park_id}
    firms = {one.link.enterprise_id: one.last_visit for one in found if one.link.enterprise_id}
    if not parks and not firms:
        return
    then = {("park", pk): on for pk, on in parks.items()}
    then |= {("enterprise", pk): on for pk, on in firms.items()}
    rows = target_positions(user, park_ids=list(parks), enterprise_ids=list(firms), then=then)
    for picture in found:
        link = picture.link
        picture.targets = [
            one for one in rows
            if (link.park_id and one.park_id == link.park_id)
            or (link.enterprise_id and one.enterprise_id == link.enterprise_id)
        ]  # fmt: skip


def _add_tasks(found: Sequence[Picture], user: Any) -> None:
    abouts = [one.about for one in found]
    if not abouts:
        return
    whole = About(*(
        sorted({value for one in abouts for value in getattr(one, name)})
        for name in ("parks", "enterprises", "leads", "names", "sources")
    ))  # fmt: skip
    tasks = open_tasks_about(user, whole)
    for picture, about in zip(found, abouts, strict=True):
        picture.tasks = [one for one in tasks if one.is_about(about)]


def chain_members(link: LeaderLink, user: Any) -> list[tuple[str, str]]:
    """The enterprises that the register puts in the chain, those above scale first: name, page."""
    if link.kind != LinkKind.CHAIN:
        return []
    return enterprises_in_chains(user, [link.name]).get(link.name, [])


def never_or_longest(found: Sequence[Picture]) -> list[Picture]:
    """In the order in which they should be visited: never first, then the longest ago."""
    return sorted(found, key=lambda one: (one.last_visit is not None, one.last_visit or date.min))


def last_seen_words(picture: Picture) -> str:
    """How long ago the last visit was, in words; nothing where there was none."""
    last = picture.last_visit
    if last is None:
        return ""
    days = (clock.today() - last).days
    if days == 0:
        return _("just today")
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
