"""What the ledger adds to “my work”: the figures that an enterprise's own people are to fill in.

They have no turn in a submission, which is their committee's.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yuanheng.accounts.api import Role, place_of
from yuanheng.kernel import clock
from yuanheng.kernel.flow.inbox import OVERDUE, TO_DO, WorkItem, contribute, source_of_rows
from yuanheng.ledger.actions.drafts import own_subjects
from yuanheng.ledger.models import DraftFigure, Submission
from yuanheng.ledger.queries.progress import IS_DONE

FILLING = "filling"


def _sheets(user: Any, tab: str) -> QuerySet | None:
    """Submissions that are being filled in and still lack a figure of one's own enterprise."""
    if tab not in {TO_DO, OVERDUE} or not place_of(user, frozenset({Role.ENTERPRISE_USER})):
        return None
    mine = own_subjects(user).order_by().values("pk")
    missing = DraftFigure.objects.filter(subject__in=mine, round=F("submission__round"))
    missing = missing.exclude(IS_DONE).order_by().values("submission")
    open_ones = Submission.objects.filter(state=FILLING, pk__in=missing)
    open_ones = open_ones.filter(form_period__closed_at__isnull=True)
    if tab == OVERDUE:
        open_ones = open_ones.filter(form_period__due_on__lt=clock.today())
    return open_ones.select_related("form_period__form").order_by("form_period__due_on", "pk")


def _sheet(row: Submission) -> WorkItem:
    return WorkItem(
        f"{row.form.title} · {row.period.label}",
        reverse("own-sheet", args=[row.code]),
        _("Figures to fill in"),
        number=row.form.form_code,
        state=_("to fill in"),
        holder=str(row.committee),
        due_on=row.form_period.due_on,
    )


contribute(
    source_of_rows("own sheets", _("Figures to fill in"), rows=_sheets, item=_sheet, order=20)
)
