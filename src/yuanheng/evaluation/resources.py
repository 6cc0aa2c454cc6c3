"""What the generic lists show of evaluations and schemes; their pages are their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.evaluation.afterwards import evaluations_panel
from yuanheng.evaluation.choices import RunStage, SchemeNature
from yuanheng.evaluation.models import Run, Scheme
from yuanheng.kernel.policies import EDIT, can
from yuanheng.kernel.resources import (
    Badge,
    Button,
    ChoiceFilter,
    Column,
    Resource,
    TemplatePanel,
    add_panel,
    register,
)
from yuanheng.ledger.api import SubjectKind
from yuanheng.supervision import resources as _tasks  # noqa: F401 its register comes first


def stage_badges(run: Run) -> list[Badge]:
    return [Badge(run.get_stage_display(), "green" if run.is_published else "yellow")]


def nature_badges(scheme: Scheme) -> list[Badge]:
    """A sample is always marked as one."""
    tones = {"published": "blue", "sample": "orange", "own": "teal"}
    return [Badge(scheme.get_nature_display(), tones[scheme.nature])]


class _Kind(ChoiceFilter):
    """Parks or enterprises, by the scheme."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, SubjectKind, label=_("Subject"))
        self.path = path

    def apply(self, queryset: Any, value: str, user: Any) -> Any:
        return queryset.filter(**{self.path: value})


@register
class RunResource(Resource):
    name, path, model, icon = "run", "runs", Run, "chart-bar"
    columns = [
        Column("title", label=_("Evaluation"), value=lambda run: run.scheme_version.scheme.name,
               link=True, sort="scheme_version__scheme__title"),
        Column("period"),
        Column("stage", kind="badges", value=stage_badges),
        Column("rated", label=_("Ranked"), kind="count", sort=False, phone=False,
               value=lambda run: run.record["rated"]),
        Column("version", label=_("Version"), sort=False, phone=False,
               value=lambda run: run.scheme_version.number),
        Column("snapshot__title", label=_("Figures"), phone=False),
        Column("published_at", kind="moment", phone=False),
        Column("code", kind="code", phone=False),
    ]  # fmt: skip
    filters = [_Kind("subject", "scheme_version__scheme__subject_kind"),
               ChoiceFilter("stage", RunStage)]  # fmt: skip
    search = [
        "scheme_version__scheme__title",
        "scheme_version__scheme__title_en",
        "period",
        "run_hash",
    ]
    search_hint = _("Scheme, period or hash")
    ordering = ["-period", "-created_at", "-pk"]
    related = ["scheme_version__scheme", "snapshot", "created_by"]
    empty_text = _("An evaluation takes a scheme and frozen figures; both come first.")

    def list_buttons(self, user: Any) -> Sequence[Button]:
        if not can(user, EDIT, Run):
            return ()
        return [Button(_("New evaluation"), reverse("run-create"), "plus", is_main=True)]


@register
class SchemeResource(Resource):
    name, path, model, icon = "scheme", "schemes", Scheme, "adjustments"
    columns = [
        Column("title", value=lambda scheme: scheme.name, link=True),
        Column("nature", kind="badges", value=nature_badges),
        Column("subject_kind"),
        Column("place", phone=False),
        Column("versions", label=_("Versions"), kind="count", sort=False,
               value=lambda scheme: len(scheme.versions.all())),
        Column("code", kind="code", phone=False),
    ]  # fmt: skip
    filters = [ChoiceFilter("subject_kind", SubjectKind), ChoiceFilter("nature", SchemeNature)]
    search = ["title", "title_en", "code", "place"]
    search_hint = _("Title, place or code")
    ordering = ["subject_kind", "code"]
    prefetch = ["versions"]
    empty_text = _("Adopt a published method from the library, or upload one of your own.")

    def list_buttons(self, user: Any) -> Sequence[Button]:
        buttons = [Button(_("Library of schemes"), reverse("scheme-library"), "list-check", True)]
        if can(user, EDIT, Scheme):
            buttons.append(Button(_("Upload a scheme"), reverse("scheme-create"), "upload"))
        return buttons


add_panel(
    "task",
    TemplatePanel(
        _("In the evaluations since"), "evaluation/_panel_afterwards.html",
        evaluations_panel, wide=True,
    ),
)  # fmt: skip
