"""What the generic screens show of leaders, their links and their visits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.kernel import clock
from yuanheng.kernel.beside import files_of
from yuanheng.kernel.navigation import SUPERVISION
from yuanheng.kernel.policies import CREATE, EDIT, can, rights_on
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    FieldsPanel,
    Filter,
    HistoryPanel,
    Option,
    RelationFilter,
    Resource,
    TemplatePanel,
    add_panel,
    register,
)
from yuanheng.leaders.actions import add_leader, add_link, record_visit
from yuanheng.leaders.choices import LinkKind
from yuanheng.leaders.models import Leader, LeaderLink, Visit
from yuanheng.leaders.pictures import chain_members
from yuanheng.publicworks import resources as _projects  # noqa: F401 its register comes first

IMAGES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


def in_force(path: str = "") -> Q:
    """Rows that count today."""
    today = clock.today()
    living = Q(**{f"{path}valid_until__isnull": True}) | Q(**{f"{path}valid_until__gte": today})
    return living & Q(**{f"{path}valid_from__lte": today})


class TodayFilter(Filter):
    """Links that count today, or those that are over."""

    def __init__(self) -> None:
        super().__init__("counts", gettext_lazy("Counts"))

    def options(self, user: Any, value: str) -> list[Option]:
        return [Option("today", _("counting today")), Option("over", _("over"))]

    def apply(self, queryset: QuerySet, value: str, user: Any) -> QuerySet:
        if value not in ("today", "over"):
            return queryset.none()
        over = Q(valid_until__lt=clock.today())
        return queryset.filter(in_force() if value == "today" else over)


def _of_link(one: Any) -> str:
    return str(one.link.target)


@register
class LeaderResource(Resource):
    name, path, model, icon, nav_order = "leader", "leaders", Leader, "users", 57
    nav_group = SUPERVISION
    columns = [
        Column("title", link=True),
        Column("name"),
        Column("link_count", gettext_lazy("Linked to"), kind="count", sort=False),
        Column("last_visit", gettext_lazy("Last visit"), kind="day", sort=False),
        Column("owner__name", phone=False),
    ]
    more_columns = ()
    search = ["title", "name"]
    search_hint = gettext_lazy("Post or name")
    related = ["owner"]
    ordering = ["position", "pk"]
    form_fields = ["title", "name", "user", "position"]
    bulk_fields = ()
    importable = False
    companions = False
    empty_text = gettext_lazy(
        "Add a leading post, then link it to parks, enterprises, projects or chains."
    )

    def prepare(self, queryset: QuerySet) -> QuerySet:
        found = super().prepare(queryset)
        return found.annotate(
            link_count=Count("links", filter=in_force("links__"), distinct=True),
            last_visit=Max("links__visits__visited_on",
                           filter=Q(links__visits__archived_at__isnull=True)),
        )  # fmt: skip

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Leader:
        return add_leader(acting_user=acting_user, values=values)

    def row_title(self, row: Any) -> str:
        return str(row)

    def list_buttons(self, user: Any) -> Sequence[Button]:
        return [
            Button(_("My links"), reverse("leader-mine"), "user"),
            Button(_("All links"), reverse("leaderlink-list"), "link"),
            Button(_("Visits"), reverse("visit-list"), "calendar"),
        ]


def visits_panel(row: LeaderLink, request: HttpRequest) -> dict[str, Any] | None:
    """The visits, latest first."""
    rows = Visit.objects.visible_to(request.user).current().filter(link=row)
    counted = rows.annotate(problem_count=Count("problems"))
    found = list(counted.order_by("-visited_on", "-pk")[:50])
    return {"visits": found, "total": len(found)}


def chain_panel(row: LeaderLink, request: HttpRequest) -> dict[str, Any] | None:
    """The enterprises of a chain."""
    if row.kind != LinkKind.CHAIN:
        return None
    found = chain_members(row, request.user)
    return {"members": found[:60], "more": len(found) > 60, "total": len(found)}


@register
class LeaderLinkResource(Resource):
    name, path, model, icon, nav_order = "leaderlink", "leader-links", LeaderLink, "link", None
    columns = [
        Column("name", gettext_lazy("Linked to"), link=True, value=lambda one: one.target,
               sort=False),
        Column("kind"),
        Column("leader", value=lambda one: str(one.leader), sort=False),
        Column("duties", phone=False, sort=False),
        Column("valid_from", kind="day", phone=False),
        Column("valid_until", kind="day", phone=False),
    ]  # fmt: skip
    more_columns = (Column("source"),)
    filters = [
        ChoiceFilter("kind", LinkKind),
        TodayFilter(),
        RelationFilter("leader", Leader, text="title"),
    ]
    search = ["name", "duties", "park__name", "enterprise__name", "leader__title", "leader__name",
              "project__name"]  # fmt: skip
    in_search = False
    related = ["leader__owner", "park", "enterprise", "project"]
    ordering = ["leader__position", "leader", "-valid_from", "pk"]
    form_fields = [
        "leader", "kind", "park", "enterprise", "project", "name", "duties", "source",
        "valid_from", "valid_until",
    ]  # fmt: skip
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("No leader is linked to anything yet.")
    panels = [
        FieldsPanel(
            gettext_lazy("Particulars"),
            [Column("leader", value=lambda one: str(one.leader)), "kind", "duties", "source",
             Column("valid_from", kind="day"), Column("valid_until", kind="day")],
        ),
        TemplatePanel(gettext_lazy("Enterprises of the chain"), "leaders/_panel_chain.html",
                      chain_panel),
        TemplatePanel(gettext_lazy("Visits"), "leaders/_panel_visits.html", visits_panel),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> LeaderLink:
        return add_link(acting_user=acting_user, values=values)

    def row_title(self, row: Any) -> str:
        return str(row.target)

    def subtitle(self, row: Any) -> Any:
        return str(row.leader)

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        return [(str(row.leader), reverse("leader-detail", args=[row.leader.code]))]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        brief = reverse("leaderlink-brief", args=[row.code])
        found = [Button(_("Brief before a visit"), brief, "file-text")]
        if can(user, CREATE, Visit):
            href = f"{reverse('visit-create')}?link={row.pk}"
            found.append(Button(_("Record a visit"), href, "plus", is_main=True))
        return found


def problems_panel(row: Visit, request: HttpRequest) -> dict[str, Any] | None:
    """The problems with the tasks that they became."""
    found = list(row.problems.select_related("lead"))
    return {"problems": found, "total": len(found), "row": row}


def photos_panel(row: Visit, request: HttpRequest) -> dict[str, Any] | None:
    """The attachments that are pictures."""
    if getattr(row, "beside_files", True) is False:
        return None
    photos = [
        one for one in files_of(row) if PurePath(one.file_name).suffix.lower() in IMAGES
    ]  # fmt: skip
    return {"photos": photos, "row": row, "total": len(photos)} if photos else None


@register
class VisitResource(Resource):
    name, path, model, icon, nav_order = "visit", "visits", Visit, "calendar", None
    columns = [
        Column("visited_on", kind="day", link=True),
        Column("link", gettext_lazy("Visited"), value=_of_link, sort=False),
        Column("leader", gettext_lazy("linked leader"), value=lambda one: str(one.link.leader),
               sort=False),
        Column("problem_count", gettext_lazy("Problems"), kind="count", sort=False),
        Column("saw", phone=False, sort=False),
    ]  # fmt: skip
    more_columns = (Column("with_whom", phone=False), Column("made_by", sort=False))
    filters = [RelationFilter("link", LeaderLink, text="name")]
    search = ["saw", "with_whom", "link__park__name", "link__enterprise__name", "link__name"]
    in_search = False
    related = ["link__leader__owner", "link__park", "link__enterprise", "made_by"]
    ordering = ["-visited_on", "-pk"]
    form_fields = ["link", "visited_on", "with_whom", "saw"]
    bulk_fields = ()
    importable = False
    empty_text = gettext_lazy("No visit has been recorded yet.")
    panels = [
        FieldsPanel(
            gettext_lazy("Particulars"),
            [Column("link", gettext_lazy("Visited"), value=_of_link),
             Column("leader", gettext_lazy("linked leader"),
                    value=lambda one: str(one.link.leader)),
             Column("visited_on", kind="day"), "with_whom", "saw", "made_by"],
        ),
        TemplatePanel(
            gettext_lazy("Problems found"), "leaders/_panel_problems.html", problems_panel
        ),
        TemplatePanel(gettext_lazy("Photos"), "leaders/_panel_photos.html", photos_panel,
                      wide=True),
        HistoryPanel(gettext_lazy("History")),
    ]  # fmt: skip

    def prepare(self, queryset: QuerySet) -> QuerySet:
        return super().prepare(queryset).annotate(problem_count=Count("problems"))

    def create(self, *, acting_user: Any, values: dict[str, Any]) -> Visit:
        given = dict(values)
        link = given.pop("link")
        return record_visit(acting_user=acting_user, link=link, values=given)

    def subtitle(self, row: Any) -> Any:
        return str(row.link.leader)

    def crumbs(self, row: Any) -> Sequence[tuple[Any, str]]:
        link = row.link
        return [(link.target, reverse("leaderlink-detail", args=[link.code]))]

    def badges(self, row: Any) -> Sequence[Badge]:
        return [Badge(row.link.get_kind_display(), "blue")]

    def buttons(self, row: Any, user: Any) -> Sequence[Button]:
        found = []
        if row.source_link:
            found.append(Button(_("Tasks of this visit"), row.source_link, "list-check"))
        if EDIT in rights_on(user, row, [EDIT]):
            href = reverse("visit-problems", args=[row.code])
            found.append(Button(_("Add problems"), href, "plus", is_main=True))
        return found


_LINKED = {"Park": "park", "Enterprise": "enterprise", "PublicProject": "project"}


def linked_leaders(row: Any, request: HttpRequest) -> dict[str, Any] | None:
    """Who is linked to a park, an enterprise or a project today."""
    name = _LINKED[type(row).__name__]
    rows = LeaderLink.objects.visible_to(request.user).in_force().filter(**{name: row.pk})
    found = list(rows.select_related("leader")[:20])
    return {"links": found, "total": len(found)} if found else None


for _name in ("park", "enterprise", "publicproject"):
    add_panel(
        _name,
        TemplatePanel(
            gettext_lazy("Linked leaders"), "leaders/_panel_linked.html", linked_leaders
        ),
    )
