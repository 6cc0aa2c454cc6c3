"""Proposals decided: accepted, rejected, mended, split, merged, learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.accounts.models import OrgUnit
from yuanheng.documents.choices import Decision, ProposalKind, WordKind
from yuanheng.documents.models import Document, OwnWord, Proposal
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.policies import EDIT, require
from yuanheng.ledger.api import Catalogue


@action("documents.decide")
def decide(*, acting_user: Any, proposal: Proposal, decision: str) -> Proposal:
    """Accept, reject, or open again. ValidationError where a figure lacks something."""
    row = _locked(acting_user, proposal)
    if decision == Decision.ACCEPTED:
        refuse_incomplete(row)
    decided(row, decision, acting_user)
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
    *,
    acting_user: Any,
    proposal: Proposal,
    values: Mapping[str, Any],
    accept: bool = True,
    same_names: bool = False,
) -> Proposal:
    """Other values than were read; accepted with them. With ``same_names`` whatever else is open
    in the document under the same name (whose figure, which unit leads) is understood alike."""
    row = _locked(acting_user, proposal)
    before = dict(row.values)
    row.values = {**row.values, **values}
    row.is_mended = row.is_mended or row.values != before
    if accept:
        refuse_incomplete(row)
        decided(row, Decision.ACCEPTED, acting_user)
    row.save()
    if same_names:
        _understand_alike(row, values)
    changed = {name: value for name, value in values.items() if before.get(name) != value}
    record(row.document, before={name: before.get(name) for name in changed}, after=changed)
    return row


def _understand_alike(row: Proposal, values: Mapping[str, Any]) -> None:
    """The other open proposals in which the same name stands and nothing is known for it yet."""
    key = "subject" if row.kind == ProposalKind.FACT else "lead"
    name = read_name(row)
    if not name or not values.get(key):
        return
    open_rows = row.document.proposals.filter(kind=row.kind, decision=Decision.OPEN)
    alike = [one for one in open_rows.exclude(pk=row.pk)
             if read_name(one) == name and not one.values.get(key)]  # fmt: skip
    for one in alike:
        given = {key: values[key]}
        if key == "subject":
            given["subject_name"] = values.get("subject_name", "")
        one.values = {**one.values, **given}
    Proposal.objects.bulk_update(alike, ["values"])


def read_name(row: Proposal) -> str:
    """As the document calls whose figure it is, or the unit that leads."""
    if row.kind == ProposalKind.FACT:
        return str(row.read["subject"]["name"] or "")
    return str(row.values.get("lead_name") or "")


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
    decided(row, Decision.SPLIT, acting_user)
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
        "leader": mine.get("leader") or theirs.get("leader", ""),
        "deadline": min(dates, default=""),
    }
    row.is_mended = True
    row.save()
    other.link = str(row.number)
    decided(other, Decision.MERGED, acting_user)
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


def _locked(user: Any, proposal: Proposal) -> Proposal:
    """The row as it is now, if this person may decide on it and nothing has become of it yet."""
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    require(user, EDIT, row.document)
    if row.decision in (Decision.ENTERED, Decision.MERGED, Decision.SPLIT):
        text = _("This has been decided already: %(decision)s.")
        raise ValidationError(text % {"decision": row.get_decision_display()})
    return row


def decided(row: Proposal, decision: str, user: Any) -> None:
    """What was decided, by whom and when."""
    row.decision, row.decided_by, row.decided_at = decision, user, clock.now()
    row.save()


def _last_number(document: Document) -> int:
    return document.proposals.order_by("-number").values_list("number", flat=True).first() or 0
