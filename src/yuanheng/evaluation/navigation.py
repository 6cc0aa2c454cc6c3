"""What the evaluation puts on the home page and into the ledger's form; names of its actions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.evaluation.authz import PUBLISH
from yuanheng.evaluation.choices import RunStage
from yuanheng.evaluation.columns import movement_badge
from yuanheng.evaluation.models import Result, Run, Scheme, SchemeVersion
from yuanheng.evaluation.queries import latest_published, leaders_of
from yuanheng.kernel import home
from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.directory import directory
from yuanheng.kernel.flow.inbox import TO_DO, WorkItem, contribute, source_of_rows
from yuanheng.kernel.policies import instances
from yuanheng.ledger.api import TableLayout, Told, Use, offer, tell_snapshot


def _layouts(user: Any) -> list[TableLayout]:
    """The latest version of each scheme."""
    versions = SchemeVersion.objects.visible_to(user).select_related("scheme")
    latest: dict[int, SchemeVersion] = {}
    for version in versions.order_by("scheme__code", "-number"):
        latest.setdefault(version.scheme_id, version)
    return [
        TableLayout(
            f"{one.scheme.code}-{one.number}", one.scheme.name, one.scheme.subject_kind, one.text
        )
        for one in latest.values()
    ]


def _published(user: Any) -> dict[str, Any] | None:
    if directory().is_inside(user):
        groups = {run: _fullest(run) for run in latest_published(user)[:2]}
    else:  # an enterprise: where it is ranked itself
        runs = latest_published(user)
        own = Result.objects.visible_to(user).filter(run__in=runs, rank__isnull=False)
        of = dict(own.order_by().values_list("run", "group_code"))
        groups = {run: _group(run, of[run.pk]) for run in runs if run.pk in of}
    first = leaders_of({run.pk: group["code"] for run, group in groups.items()}, user, 5)
    shown = []
    for run, group in groups.items():
        leaders = [(row, movement_badge(row, run)) for row in first[run.pk]]
        shown.append({"run": run, "group": group, "leaders": leaders})
    return {"runs": shown} if shown else None


def _group(run: Any, code: str) -> dict[str, Any]:
    return next(one for one in run.summary["groups"] if one["code"] == code)


def _fullest(run: Any) -> dict[str, Any]:
    """The group to show: the first that ranks more than a handful."""
    groups = run.summary["groups"]
    return next((one for one in groups if one["rated"] > 3), groups[0])


def _drafts(user: Any, tab: str) -> QuerySet | None:
    """Evaluations that this person may publish and nobody has."""
    if tab != TO_DO:
        return None
    mine = instances(user, PUBLISH, Run).filter(stage=RunStage.DRAFT)
    return mine.select_related("scheme_version__scheme").order_by("created_at", "pk")


def _draft(run: Run) -> WorkItem:
    link = reverse("run-detail", args=[run.code])
    return WorkItem(str(run), link, _("To be published"), run.code, run.get_stage_display())


def _runs_of(user: Any, freezes: QuerySet) -> Told:
    """Evaluations of the tables made of frozen figures, for the passport of a figure in them."""
    at = "snapshot__frozen_table__freeze"
    runs = Run.objects.visible_to(user).filter(**{f"{at}__in": freezes.values("pk")})
    title, title_en = (f"scheme_version__scheme__{one}" for one in ("title", "title_en"))
    return Told(runs, (f"{at}__sha256", title, title_en, "period", "code"), _run, freeze=at)


def _run(sha256: str, title: str, title_en: str, period: str, code: str) -> Use:
    name = Scheme(title=title, title_en=title_en).name
    return Use(_("Evaluation"), f"{name} · {period}", reverse("run-detail", args=[code]))


tell_snapshot(_runs_of)
contribute(source_of_rows("runs", _("Results to publish"), rows=_drafts, item=_draft, order=32))
offer(_layouts)
home.add(home.HomePanel("evaluation/_home_results.html", _published, order=20))
name_action("evaluation.start_run", _("Computed"))
name_action("evaluation.publish_run", _("Published"))
name_action("evaluation.adopt_scheme", _("Scheme taken over"))
name_action("evaluation.export_result", _("Results downloaded"))
name_action("evaluation.store_version", _("Version stored"))
