"""Entries of the navigation, my work, and what keeps a round's evaluation from being published."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import place_of
from yuanheng.evaluation.api import Run, hold_publication
from yuanheng.kernel.actions.labels import name_action
from yuanheng.kernel.flow.inbox import TO_DO, WorkItem, contribute, source_of_rows
from yuanheng.kernel.navigation import EVALUATION, NavItem, add
from yuanheng.kernel.notices import add_kind
from yuanheng.kernel.policies import policy_for
from yuanheng.rounds.authz import ANSWERING, OF_UNITS
from yuanheng.rounds.choices import Answer
from yuanheng.rounds.models import EvaluationRound, Sheet


def _held(run: Run) -> str:
    """A run of a round is published by the round, and only the one that is final."""
    rounds = EvaluationRound.objects.filter(Q(run=run) | Q(final_run=run)).exclude(
        state="cancelled"
    )
    for case in rounds:
        if case.state != "published" or case.last_run.pk != run.pk:
            return _("This is part of the round “%(round)s”, which publishes it at its end.") % {
                "round": case
            }
    return ""


def _waiting(user: Any, tab: str) -> QuerySet | None:
    """Sheets that this person's own enterprise or park is asked to confirm."""
    place, units = place_of(user, ANSWERING), place_of(user, OF_UNITS)
    if tab != TO_DO or not (place or units) or place.everything or units.everything:
        return None
    mine = Q(org_unit__in=units.org_unit_ids)
    if place:
        mine |= policy_for(Sheet).place_filter(place)  # type: ignore[attr-defined]
    rows = Sheet.objects.filter(mine, answer=Answer.WAITING, round__state="confirming")
    return rows.select_related("round").order_by("round", "row_number")


def _item(row: Sheet) -> WorkItem:
    link = reverse("sheet-detail", args=[row.token])
    return WorkItem(str(row), link, gettext_lazy("Figures to confirm"), row.round.title, "")


hold_publication(_held)
add_kind("rounds", gettext_lazy("Figures to confirm, publicity"))
contribute(
    source_of_rows(
        "sheets", gettext_lazy("Figures to confirm"), rows=_waiting, item=_item, order=31
    )
)
add(NavItem(gettext_lazy("Publicity"), "publicity-list", "eye", 52, group=EVALUATION))
name_action("rounds.make_sheets", gettext_lazy("Sheets made"))
name_action("rounds.confirm_sheets", gettext_lazy("Figures confirmed"))
name_action("rounds.object", gettext_lazy("Objected"))
name_action("rounds.release_sheet", gettext_lazy("Sheet released"))
