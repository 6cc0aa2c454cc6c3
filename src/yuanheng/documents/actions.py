"""Writes of the desk: documents put on it, proposals decided, figures and tasks handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.models import OrgUnit
from yuanheng.calc.periods import Period
from yuanheng.documents.authz import READERS
from yuanheng.documents.choices import Decision, DocumentStage, ProposalKind, WordKind
from yuanheng.documents.jobs import READ
from yuanheng.documents.models import Document, OwnWord, Proposal
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.actions.attachments import store_content
from yuanheng.kernel.directory import directory
from yuanheng.kernel.jobs import enqueue
from yuanheng.kernel.policies import EDIT, Refused, require
from yuanheng.ledger.api import Catalogue, EntrySource, NewFigure, subjects_of, write_figures
from yuanheng.supervision.api import SourceKind, TaskDraft, draft_tasks


def desk_of(user: Any) -> int:
    """The organisation on whose desk the person puts documents. Refused without one."""
    held = [org for role, org in directory().posts(user) if role in READERS]
    if user.org_unit_id and (user.org_unit_id in held or user.is_superuser):
        return int(user.org_unit_id)
    if held:
        return min(held)
    if user.is_superuser:
        top = OrgUnit.objects.without_tree_fields().filter(parent=None, archived_at=None)
        first = top.order_by("code").values_list("pk", flat=True).first()
        if first:
            return int(first)
    raise Refused(_("Only who works with documents in this office may put them on the desk."))


@action("documents.add")
def add_document(
    *,
    acting_user: Any,
    file_name: str,
    content: Iterable[bytes],
    limit_mb: int,
    reads: bool = True,
) -> tuple[Document, bool]:
    """Put a file on the desk and (``reads``) have a worker read it. The same bytes again are
    noticed: the row that is there already, and False. ValidationError for an empty or too large
    file."""
    owner = desk_of(acting_user)
    name = PurePath(file_name.replace("\\", "/")).name.strip()[-200:]
    kept = store_content(content, check=lambda path: None, limit_mb=limit_mb)
    there = Document.objects.filter(owner=owner, content=kept, archived_at=None).first()
    if there is not None:
        record(there, after={"met_again": name})
        return there, False
    row = Document(
        code=_next_code(), file_name=name, content=kept, owner_id=owner, added_by=acting_user
    )
    row.clean_fields()
    row.save()
    record(row, after={"file": name, "sha256": kept.sha256})
    if reads:
        enqueue(READ, acting_user=acting_user, title=name, document=row.code)
    return row, True


def _next_code() -> str:
    begin = f"D{clock.today().year}-"
    last = Document.objects.filter(code__startswith=begin).order_by("-pk").first()
    return f"{begin}{int(last.code[len(begin) :]) + 1 if last else 1:04d}"


@action("documents.decide")
def decide(*, acting_user: Any, proposal: Proposal, decision: str) -> Proposal:
    """Accept, reject, or open again. ValidationError where a figure lacks something."""
    row = _locked(acting_user, proposal)
    if decision == Decision.ACCEPTED:
        refuse_incomplete(row)
    _decided(row, decision, acting_user)
    record(row.document, after={"number": row.number, "decision": decision})
    return row


def refuse_incomplete(row: Proposal) -> None:
    """ValidationError with what a proposal lacks before it can be accepted."""
    lacking = []
    if row.kind == ProposalKind.FACT:
        names = {"subject": _("of whom"), "indicator": _("indicator"), "period": _("period")}
        lacking = [str(name) for key, name in names.items() if not row.values.get(key)]
        if not lacking and not row.values.get("fits", True):
            lacking = [_("a unit that fits the indicator")]
    elif not row.values.get("title"):
        lacking = [_("the task in words")]
    if lacking:
        text = _("Mend it first; missing: %(what)s.")
        raise ValidationError(text % {"what": _(", ").join(lacking)})


@action("documents.mend")
def mend(
    *, acting_user: Any, proposal: Proposal, values: Mapping[str, Any], accept: bool = True
) -> Proposal:
    """Other values than were read; accepted with them."""
    row = _locked(acting_user, proposal)
    before = dict(row.values)
    row.values = {**row.values, **values}
    row.is_mended = row.is_mended or row.values != before
    if accept:
        refuse_incomplete(row)
        _decided(row, Decision.ACCEPTED, acting_user)
    row.save()
    changed = {name: value for name, value in values.items() if before.get(name) != value}
    record(row.document, before={name: before.get(name) for name in changed}, after=changed)
    return row


@action("documents.split")
def split(*, acting_user: Any, proposal: Proposal, parts: Sequence[str]) -> list[Proposal]:
    """A requirement into several: they become parts under it."""
    row = _locked(acting_user, proposal)
    words = [one.strip()[:200] for one in parts if one.strip()]
    if row.kind != ProposalKind.DIRECTIVE or len(words) < 2:
        raise ValidationError(_("Write at least two parts, one a line."))
    number = _last_number(row.document)
    made = [
        Proposal(
            document=row.document, number=number + at, kind=row.kind, start=row.start,
            stop=row.stop, paragraph=row.paragraph, read=row.read,
            values={**row.values, "title": one, "result": ""}, part_of=row, is_mended=True,
        )
        for at, one in enumerate(words, 1)
    ]  # fmt: skip
    Proposal.objects.bulk_create(made)
    _decided(row, Decision.SPLIT, acting_user)
    record(row.document, after={"number": row.number, "parts": words})
    return made


@action("documents.merge")
def merge(*, acting_user: Any, proposal: Proposal) -> Proposal:
    """The next requirement into this one: words and units together, the earlier date."""
    row = _locked(acting_user, proposal)
    later = row.document.proposals.filter(
        kind=ProposalKind.DIRECTIVE, decision=Decision.OPEN, part_of=row.part_of
    )
    after = [one for one in later if (one.start, one.number) > (row.start, row.number)]
    if row.kind != ProposalKind.DIRECTIVE or not after:
        raise ValidationError(_("There is no requirement after this one to merge it with."))
    other = after[0]
    mine, theirs = row.values, other.values
    supporting = [*mine["supporting"], *theirs["supporting"]]
    if theirs["lead"] and theirs["lead"] != mine["lead"]:
        supporting.append(theirs["lead"])
    dates = [one for one in (mine["deadline"], theirs["deadline"]) if one]
    row.values = {
        **mine,
        "title": f"{mine['title']}；{theirs['title']}"[:200],
        "result": "；".join(one for one in (mine["result"], theirs["result"]) if one)[:1000],
        "quote": f"{mine['quote']}\n{theirs['quote']}"[:2000],
        "lead": mine["lead"] or theirs["lead"],
        "supporting": [one for one in dict.fromkeys(supporting) if one != mine["lead"]],
        "deadline": min(dates, default=""),
    }
    row.is_mended = True
    row.save()
    other.link = str(row.number)
    _decided(other, Decision.MERGED, acting_user)
    record(row.document, after={"number": row.number, "merged": other.number})
    return row


@action("documents.teach")
def teach(*, acting_user: Any, proposal: Proposal) -> OwnWord:
    """What a person mended becomes a word of the office. ValidationError if there is none."""
    row = proposal
    require(acting_user, EDIT, row.document)
    found = lesson_of(row)
    if found is None:
        raise ValidationError(_("There is nothing here that could become a word."))
    kind, word, meaning = found
    made, _is_new = OwnWord.objects.update_or_create(
        owner=row.document.owner, kind=kind, word=word, archived_at=None,
        defaults={"meaning": meaning, "made_by": acting_user, "made_at": clock.now()},
    )  # fmt: skip
    record(made, after={"word": word, "meaning": meaning})
    return made


def lesson_of(row: Proposal) -> tuple[str, str, str] | None:
    """(kind, word, meaning) of the first thing that a person has put right; else None."""
    if not row.is_mended:
        return None
    if row.kind == ProposalKind.DIRECTIVE:
        name, lead = row.values.get("lead_name"), row.values.get("lead")
        unit = OrgUnit.objects.without_tree_fields().filter(pk=lead).first() if lead else None
        if unit is None or not name or unit.name == name:
            return None
        return WordKind.UNIT, name[:100], unit.name
    raw, one = row.read["indicator"]["raw"], None
    if row.values.get("indicator"):
        one = Catalogue().by_code.get(row.values["indicator"])
    if one is not None and Catalogue().find(raw) != one and row.read["measure"] == "level":
        return WordKind.INDICATOR, raw[:100], one.name
    said, subject = row.read["subject"]["name"], row.values.get("subject_name")
    if said and subject and said != subject:
        return WordKind.SUBJECT, said[:100], subject[:100]
    return None


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
    from django.urls import reverse

    link = reverse("entry-detail", args=[entry.pk])
    for row in rows:
        row.link = link
        _decided(row, Decision.ENTERED, acting_user)
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
    from django.urls import reverse

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
        _decided(row, Decision.ENTERED, acting_user)
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
        supporting=given.get("supporting", ()),
        deadline=deadline,
        frequency=given.get("frequency", "month"),
        parts=parts,
    )


def _locked(user: Any, proposal: Proposal) -> Proposal:
    """The row as it is now, if this person may decide on it and nothing has become of it yet."""
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(user, EDIT, row.document)
    if row.decision in (Decision.ENTERED, Decision.MERGED, Decision.SPLIT):
        text = _("This has been decided already: %(decision)s.")
        raise ValidationError(text % {"decision": row.get_decision_display()})
    return row


def _decided(row: Proposal, decision: str, user: Any) -> None:
    row.decision, row.decided_by, row.decided_at = decision, user, clock.now()
    row.save()


def _finish(document: Document) -> None:
    """Nothing left to decide or to hand on: it is done."""
    left = document.proposals.filter(decision__in=[Decision.OPEN, Decision.ACCEPTED])
    document.stage = DocumentStage.READ if left.exists() else DocumentStage.DONE
    document.save(update_fields=["stage", "source_link"])


def _last_number(document: Document) -> int:
    return document.proposals.order_by("-number").values_list("number", flat=True).first() or 0
