"""From a submission to the ledger: reported, approved step by step, accepted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OrgKind
from yuanheng.kernel.actions import action, record
from yuanheng.ledger.actions.entries import NewFigure, endorse_entry, write_figures
from yuanheng.ledger.actions.forms import closed_sentence
from yuanheng.ledger.actions.remarks import remark_figure
from yuanheng.ledger.choices import BearerKind, EntrySource, Standing
from yuanheng.ledger.models import Entry, Submission
from yuanheng.ledger.queries.progress import IS_DONE
from yuanheng.ledger.queries.sheet_cells import SheetCell
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.registry.models import Park

_TYPED = {"typed", "corrected"}
MOST_SAID = 30


def why_not_reported(submission: Submission, user: Any) -> list[str]:
    """What keeps a submission from being reported, one sentence each. Of a form of enterprises
    only what can be counted; the rest is looked at when it is reported."""
    row = submission.form_period
    if row.is_closed:
        return [closed_sentence(row)]
    if submission.form.asks == BearerKind.ENTERPRISE:
        return still_open(submission)
    return sheet_of(submission, user).judge(user).problems


def still_open(submission: Submission) -> list[str]:
    """How many figures are neither typed nor confirmed nor explained, where there are any."""
    count = getattr(submission, "cells_open", None)
    if count is None:
        count = submission.cells.filter(round=submission.round).exclude(IS_DONE).count()
    if not count:
        return []
    return [_("%(count)d figures are still to be filled in, confirmed or explained.") % {
        "count": count
    }]  # fmt: skip


def sheet_of(submission: Submission, user: Any = None) -> Sheet:
    """The sheet, read once for a page or an action; for ``user``, where it is shown."""
    kept = submission.__dict__.get("_sheet")
    if kept is None or kept.round != submission.round or (kept.user is None and user is not None):
        kept = submission.__dict__["_sheet"] = Sheet(submission, user=user)
    return kept


@action("ledger.report_submission")
def report(*, acting_user: Any, submission: Submission, reason: str = "") -> Entry:
    """Write the figures of a submission into the ledger as reported. ``reason`` serves corrections
    of what this submission has reported itself. ValidationError with all that is in the way."""
    problems = why_not_reported(submission, acting_user)
    sheet = sheet_of(submission, acting_user)
    problems = problems or sheet.judge(acting_user).problems
    if problems:
        raise ValidationError(problems[:MOST_SAID])
    form, period = submission.form, submission.period
    entry = write_figures(
        acting_user=acting_user,
        figures=[one for cell in sheet.cells if (one := _figure(cell, sheet, reason)) is not None],
        source=EntrySource.FORM,
        title=f"{form.title} · {period.label} · {submission.committee}",
        source_name=form.title,
        source_key=submission.code,
        filled_by=acting_user,
        owner=submission.committee,
    )
    _remark(acting_user, sheet)
    _move_to_parks(submission, entry)
    record(submission, after={"entry": entry.pk, "rows": entry.rows, "round": submission.round})
    return entry


def _move_to_parks(submission: Submission, entry: Entry) -> None:
    """Where the parks lie, not the organisation: so the county of a park sees its figures."""
    territory = territory_of_parks(submission)
    if territory and entry.territory != territory:
        entry.territory = territory
        entry.save(update_fields=["territory"])


def _remark(user: Any, sheet: Sheet) -> None:
    """What explains a finding beside its cell becomes a remark on the figure."""
    for cell in sheet.cells:
        open_ = [one for one in cell.findings if not one.explained]
        if open_ and cell.draft.reason.strip():
            remark_figure(
                acting_user=user,
                subject_id=cell.subject.pk,
                indicator_id=cell.indicator.pk,
                period=sheet.period,
                value=cell.value,
                comment=cell.draft.reason.strip(),
            )


def _figure(cell: SheetCell, sheet: Sheet, reason: str) -> NewFigure | None:
    if cell.state not in _TYPED and not (
        cell.state == "confirmed" and cell.known.basis == "reported"
    ):
        return None
    own = cell.draft.reason.strip() or (reason if cell.is_own else "")
    place = f"{sheet.submission.form.form_code}·{cell.draft.position}"
    return NewFigure(cell.subject.pk, cell.indicator.pk, sheet.period, cell.value, place, own)


def territory_of_parks(submission: Submission) -> str:
    """The division in which all parks of a submission lie."""
    at = "subject__enterprise__park" if submission.form.asks == BearerKind.ENTERPRISE else (
        "subject__park"
    )  # fmt: skip
    subjects = submission.cells.order_by().values(at)
    codes = list(
        Park.objects.filter(pk__in=subjects).values_list("region__code", flat=True).distinct()
    )
    if not codes:
        return ""
    shared = codes[0]
    for code in codes[1:]:
        while not code.startswith(shared):
            shared = shared[:-1]
    return next((shared[:size] for size in (9, 6, 4, 2) if len(shared) >= size), "")


def entries_of(submission: Submission) -> Any:
    """The entries that a submission has made, the first first."""
    rows = Entry.objects.filter(source=EntrySource.FORM, source_key=submission.code)
    return rows.order_by("pk")


@action("ledger.endorse_submission")
def endorse(
    *, acting_user: Any, submission: Submission, standing: Standing, note: str = ""
) -> int:
    """Raise the standing of what a submission has entered; how many entries."""
    rows = list(entries_of(submission).filter(standing__lt=standing))
    for entry in rows:
        endorse_entry(acting_user=acting_user, entry=entry, standing=standing, note=note)
    confirmed = confirm_known(acting_user=acting_user, submission=submission, standing=standing)
    told = {"standing": standing.label, "entries": len(rows), "confirmed": confirmed}
    record(submission, after=told, reason=note)
    return len(rows)


def confirm_known(*, acting_user: Any, submission: Submission, standing: Standing) -> int:
    """Figures of other sources that were merely confirmed take the standing of the approval that
    they went through: the same value is written once more, approved. What was believed before, and
    on whose word, stays as it was. Inside ``endorse``."""
    sheet = Sheet(submission)
    figures = [
        NewFigure(one.subject.pk, one.indicator.pk, sheet.period, one.value,
                  f"{submission.form.form_code}·{one.draft.position}")
        for one in sheet.cells
        if one.state == "confirmed" and not one.is_own and one.stands_below(standing)
    ]  # fmt: skip
    if not figures:
        return 0
    entry = write_figures(
        acting_user=acting_user,
        figures=figures,
        source=EntrySource.FORM,
        title=_("Confirmed: %(title)s") % {"title": submission.title},
        source_name=submission.form.title,
        source_key=submission.code,
        standing=standing,
        filled_by=submission.reported_by or acting_user,
        approved_by=acting_user,
        owner=submission.committee,
        confirming=True,
    )
    _move_to_parks(submission, entry)
    return entry.rows


def final_standing(submission: Submission) -> Standing:
    """What acceptance means: that of the office that issued the form."""
    issued_by = submission.form.org_unit.kind
    return Standing.COUNTY if issued_by == OrgKind.COUNTY else Standing.ACCEPTED


def reported_twice(submission: Submission) -> str:
    """The reason under which a submission corrects what it has reported itself."""
    moves = submission.moves.filter(to_state="filling").exclude(reason="").order_by("-serial")
    said = moves.values_list("reason", flat=True).first()
    return (said or _("corrected before approval"))[:300]
