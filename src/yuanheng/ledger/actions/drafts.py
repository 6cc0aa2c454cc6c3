"""What reporters type into a submission: kept cell by cell, each with its version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yuanheng.accounts.api import Role, place_of
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.directory import directory
from yuanheng.kernel.plain_text import refuse_unkept
from yuanheng.kernel.policies import VIEW, Refused, instances, require
from yuanheng.ledger.authz import FILL
from yuanheng.ledger.choices import BearerKind
from yuanheng.ledger.models import DraftFigure, FigureMark, Subject, Submission
from yuanheng.ledger.queries.sheet_cells import SheetCell
from yuanheng.ledger.queries.sheet_drafts import Cut
from yuanheng.ledger.queries.sheets import Sheet
from yuanheng.ledger.typed import LONGEST, understood

FILLERS = ("park_reporter", "administrator")
LONGEST_REASON = 200
Outcome = Literal["saved", "unchanged", "stale", "refused"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One cell as somebody wants it. What is None stays as it is. ``version`` is the one that was
    seen: another one now means that somebody else has changed the cell since."""

    subject: str
    indicator: str
    text: str | None = None
    reason: str | None = None
    confirm: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a draft; ``said`` says why it was not kept."""

    subject: str
    indicator: str
    outcome: Outcome
    said: str = ""


def may_fill(user: Any, submission: Submission) -> bool:
    """Whether this person types figures for the submission's committee."""
    return directory().holds(user, FILLERS, submission.committee_id)


def own_subjects(user: Any) -> QuerySet:
    """The enterprises, as subjects of figures, whose own people this person is one of."""
    if not place_of(user, frozenset({Role.ENTERPRISE_USER})):
        return Subject.objects.none()
    rows = Subject.objects.filter(kind=BearerKind.ENTERPRISE)
    return instances(user, FILL, rows)


def filled_by(user: Any, submission: Submission) -> frozenset[int] | None:
    """The subjects whose figures this person types here; None for all of them."""
    if may_fill(user, submission):
        return None
    if submission.form.asks != BearerKind.ENTERPRISE:
        return frozenset()
    asked = submission.cells.order_by().values("subject")
    return frozenset(own_subjects(user).filter(pk__in=asked).values_list("pk", flat=True))


def require_filling(user: Any, submission: Submission) -> frozenset[int] | None:
    """The subjects whose figures they may type (None: all). Raise ``Refused`` for who may not,
    ``ValidationError`` where it is no time for it."""
    mine = filled_by(user, submission)
    if not mine:
        require(user, VIEW, submission)
    if mine is not None and not mine:
        raise Refused(
            _("Only reporters of %(committee)s fill this in.")
            % {"committee": submission.committee}
        )
    if submission.state != "filling":
        raise ValidationError(
            _(
                "This submission has been reported and can't be changed now. Have it sent back, "
                "or open a revision; then send your figures again."
            )
        )
    return mine


@action("ledger.save_drafts")
def save_drafts(
    *, acting_user: Any, submission: Submission, drafts: Iterable[Draft]
) -> list[Saved]:
    """Keep what has been typed. Each cell is kept or not by itself: one that somebody else has
    changed meanwhile stays as they left it, and what was sent is kept in the log.

    Raises as ``require_filling``. Nothing of it is in the ledger.
    """
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    mine = require_filling(acting_user, locked)
    wanted = list(drafts)
    rows = locked.cells.filter(round=locked.round)
    rows = rows.filter(subject__code__in={one.subject for one in wanted})
    if mine is not None:
        rows = rows.filter(subject__in=mine)
    cells = {
        (one.subject.code, one.indicator.code): one
        for one in rows.select_related("subject", "indicator", "asked_by", "changed_by")
    }
    known: dict[int, SheetCell] = {}
    saved, told = [], []
    if any(one.confirm for one in wanted):
        cut = Cut(subjects={one.subject_id for one in cells.values()})
        known = {one.draft.pk: one for one in Sheet(locked, cut=cut).cells}
    changed: list[DraftFigure] = []
    for draft in wanted:
        cell = cells.get((draft.subject, draft.indicator))
        outcome, said = _keep(cell, draft, known, acting_user, locked)
        saved.append(Saved(draft.subject, draft.indicator, outcome, said))
        if outcome == "saved" and cell is not None:
            changed.append(cell)
        if outcome != "unchanged":
            told.append([draft.subject, draft.indicator, outcome, (draft.text or "")[:LONGEST]])
    _write(locked, changed)
    record(locked, after={"cells": told})
    return saved


def _write(submission: Submission, changed: list[DraftFigure]) -> None:
    """Keep the cells together: a workbook brings thousands. What was marked is mended."""
    if not changed:
        return
    once = list({one.pk: one for one in changed}.values())
    DraftFigure.objects.bulk_update(once, _TYPED, batch_size=500)
    marks = FigureMark.objects.filter(submission=submission, mended_at__isnull=True)
    if submission.form.asks == BearerKind.ENTERPRISE:  # an enterprise is marked as a whole
        marks = marks.filter(cell__subject__in={one.subject_id for one in once})
    else:
        marks = marks.filter(cell__in=[one.pk for one in once])
    marks.update(mended_at=clock.now())


_TYPED = ["text", "reason", "confirmed_value", "value", "version", "changed_by", "changed_at"]


def _keep(
    cell: DraftFigure | None,
    draft: Draft,
    known: dict[int, SheetCell],
    user: Any,
    submission: Submission,
) -> tuple[Outcome, str]:
    if cell is None:
        text = _("“%(subject)s · %(indicator)s” isn't asked of %(committee)s by this form.")
        told = {"subject": draft.subject, "indicator": draft.indicator}
        return "refused", text % {**told, "committee": submission.committee}
    if cell.asked_by is not None and cell.asked_by.is_issued:
        text = _("This figure is asked already by the form “%(form)s”; report it there.")
        return "refused", text % {"form": cell.asked_by}
    said = _unfit(draft)
    if said:
        return "refused", said
    before = (cell.text, cell.reason, cell.confirmed_value)
    after = _wanted(cell, draft, known.get(cell.pk))
    if after == before:
        return "unchanged", ""
    if draft.version is not None and draft.version != cell.version:
        text = _("%(person)s has written “%(text)s” here meanwhile.")
        who = cell.changed_by or _("somebody else")
        return "stale", text % {"person": who, "text": cell.text or "—"}
    cell.text, cell.reason, cell.confirmed_value = after
    cell.value = understood(cell.indicator, cell.text).value
    cell.version += 1
    cell.changed_by, cell.changed_at = user, clock.now()
    return "saved", ""


def _wanted(
    cell: DraftFigure, draft: Draft, known: SheetCell | None
) -> tuple[str, str, float | None]:
    text = cell.text if draft.text is None else draft.text.strip()
    reason = cell.reason if draft.reason is None else draft.reason.strip()
    confirmed = cell.confirmed_value
    if draft.confirm and known is not None and known.known.value is not None:
        text, confirmed = "", known.known.value
    return text, reason, confirmed


def _unfit(draft: Draft) -> str:
    for value, most in ((draft.text, LONGEST), (draft.reason, LONGEST_REASON)):
        if value is None:
            continue
        try:
            refuse_unkept(value)
        except ValidationError as error:
            return " ".join(error.messages)
        if len(value.strip()) > most:
            text = _("At most %(most)d characters, found %(found)d.")
            return text % {"most": most, "found": len(value.strip())}
    return ""


def confirm_all(*, acting_user: Any, submission: Submission) -> list[Saved]:
    """Confirm every known figure that waits for it, of those that this person fills in, with one
    click."""
    sheet = Sheet(submission, cut=Cut(subjects=filled_by(acting_user, submission)))
    drafts: Sequence[Draft] = [
        Draft(one.subject.code, one.indicator.code, confirm=True, version=one.draft.version)
        for one in sheet.cells
        if one.state == "known"
    ]
    return save_drafts(acting_user=acting_user, submission=submission, drafts=drafts)
