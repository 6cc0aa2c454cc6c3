"""What was accepted, into the ledger and into supervision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.calc.periods import Period
from yuanheng.documents.actions.deciding import decided
from yuanheng.documents.choices import Decision, DocumentStage, ProposalKind
from yuanheng.documents.models import Document, Proposal
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger.api import Catalogue, EntrySource, NewFigure, subjects_of, write_figures
from yuanheng.supervision.api import SourceKind, TaskDraft, draft_tasks


@action("documents.enter_figures")
def enter_figures(*, acting_user: Any, document: Document, reason: str = "") -> int:
    """Write the accepted figures into the ledger, each with its place; how many were new.

    ValidationError where one corrects a known figure and no reason is given, or the ledger refuses
    one; Refused outside the person's area.
    """
    require(acting_user, EDIT, document)
    rows = list(accepted(document, ProposalKind.FACT))
    if not rows:
        raise ValidationError(_("No figure has been accepted that isn't entered yet."))
    figures = new_figures(rows, acting_user)
    entry = write_figures(
        acting_user=acting_user,
        figures=figures,
        source=EntrySource.DOCUMENT,
        title=(document.title or document.file_name)[:200],
        source_name=document.file_name,
        source_key=document.content.sha256,
        reason=reason.strip(),
    )
    link = reverse("entry-detail", args=[entry.pk])
    for row in rows:
        row.link = link
        decided(row, Decision.ENTERED, acting_user)
    _finish(document)
    record(document, after={"entry": entry.pk, "rows": entry.rows}, reason=reason)
    return int(entry.rows)


def accepted(document: Document, kind: str) -> Any:
    return document.proposals.filter(kind=kind, decision=Decision.ACCEPTED).order_by(
        "start", "number"
    )


def new_figures(rows: Sequence[Proposal], user: Any) -> list[NewFigure]:
    """As the ledger takes them: in the unit that it keeps, with their place in the text."""
    catalogue = Catalogue()
    by_kind: dict[str, set[str]] = {}
    for row in rows:
        kind, _colon, code = row.values["subject"].partition(":")
        by_kind.setdefault(kind, set()).add(code)
    subjects = {
        f"{kind}:{code}": pk
        for kind, codes in by_kind.items()
        for code, pk in subjects_of(kind, sorted(codes), acting_user=user).items()
    }
    found = []
    for row in rows:
        one = catalogue.by_code.get(row.values["indicator"])
        subject = subjects.get(row.values["subject"])
        if one is None or subject is None:
            text = _("No. %(number)d: its subject or indicator is no longer there; mend it.")
            raise ValidationError(text % {"number": row.number})
        place = _("paragraph %(paragraph)d, characters %(start)d–%(stop)d") % {
            "paragraph": row.paragraph, "start": row.start, "stop": row.stop,
        }  # fmt: skip
        period = Period.parse(row.values["period"])
        value = float(f"{float(row.values['value']) / one.shown_factor:.12g}")
        found.append(NewFigure(subject, one.pk, period, value, place=place))
    return found


@action("documents.draft_tasks")
def hand_on_tasks(*, acting_user: Any, document: Document, kind: str) -> int:
    """Make a draft task of each accepted requirement, parts under it; how many there are.

    Raises Refused for who registers no tasks, ValidationError if there is nothing to make.
    """
    require(acting_user, EDIT, document)
    rows = list(accepted(document, ProposalKind.DIRECTIVE))
    if not rows:
        raise ValidationError(_("No requirement has been accepted that isn't a task yet."))
    drafts = _tree(document, rows)
    issuers = [row.read.get("issuer") for row in rows if row.read.get("issuer")]
    link, made = draft_tasks(
        acting_user=acting_user,
        kind=kind if kind in SourceKind.values else SourceKind.OTHER,
        title=document.title or document.file_name,
        drafts=drafts,
        said_by=max(issuers, key=issuers.count) if issuers else "",
        held_on=document.published_on,
        link=reverse("document-detail", args=[document.code]),
        source_code=document.source_link.rstrip("/").rpartition("/")[2],
    )
    by_title = {task.title: reverse("task-detail", args=[task.code]) for task in made}
    for row in rows:
        row.link = by_title.get(row.values["title"][:200], link)
        decided(row, Decision.ENTERED, acting_user)
    document.source_link = link
    _finish(document)
    record(document, after={"tasks": len(made), "source": link})
    return len(made)


def _tree(document: Document, rows: Sequence[Proposal]) -> list[TaskDraft]:
    """Requirements in their order; what was split stands over its parts."""
    found: list[TaskDraft] = []
    above: set[int] = set()
    for row in rows:
        if row.part_of_id is None:
            found.append(_draft(row))
        elif row.part_of_id not in above:
            above.add(row.part_of_id)
            parts = [_draft(one) for one in rows if one.part_of_id == row.part_of_id]
            found.append(_draft(row.part_of, parts))
    return found


def _draft(row: Any, parts: Sequence[TaskDraft] = ()) -> TaskDraft:
    given = row.values
    deadline = date.fromisoformat(given["deadline"]) if given.get("deadline") else None
    if parts and deadline is None:
        deadline = max((one.deadline for one in parts if one.deadline), default=None)
    return TaskDraft(
        title=given["title"],
        quote=given.get("quote", ""),
        paragraph=min(row.paragraph, 32000),
        result=given.get("result", ""),
        lead_id=given.get("lead"),
        leader=given.get("leader", ""),
        supporting=given.get("supporting", ()),
        deadline=deadline,
        frequency=given.get("frequency", "month"),
        parts=parts,
    )


def _finish(document: Document) -> None:
    """Nothing left to decide or to hand on: it is done."""
    left = document.proposals.filter(decision__in=[Decision.OPEN, Decision.ACCEPTED])
    document.stage = DocumentStage.READ if left.exists() else DocumentStage.DONE
    document.save(update_fields=["stage", "source_link"])
