"""Reading a document of the desk: its text, and a proposal for each thing found in it."""

from __future__ import annotations

import bisect
import hashlib
import json
import logging
import re
from typing import Any

from yuanheng.documents.apart import read_bytes
from yuanheng.documents.choices import Decision, DocumentStage, ProposalKind, WordKind
from yuanheng.documents.models import Document, OwnWord, Proposal
from yuanheng.documents.resolving import (
    Names,
    directive_values,
    fact_values,
    growth_of,
    is_for_the_ledger,
    names_for,
)
from yuanheng.kernel import clock
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.actions.attachments import stored_path
from yuanheng.reading import Reading, UnreadableDocument

log = logging.getLogger("yuanheng.documents")

MOST_PROPOSALS = 3000


Outcome = tuple[str, Reading] | UnreadableDocument


def own_words(owner: Any) -> list[str]:
    """The words that the office has taught, as texts of the lexicon."""
    words: dict[str, list[str]] = {}
    rows = OwnWord.objects.filter(owner=owner, kind=WordKind.INDICATOR, archived_at=None)
    for word, meaning in rows.values_list("word", "meaning"):
        words.setdefault(meaning, []).append(word)
    # JSON is YAML: no word can break out of it.
    return [json.dumps({"indicators": words}, ensure_ascii=False)] if words else []


def found_in(document: Document, *, seconds: int = 0) -> Outcome:
    """What its file says, or why it can't be read. Outside any transaction: a long file must not
    keep the others from writing. ``seconds``: as for ``read_bytes``."""
    try:
        data = stored_path(document.content.sha256).read_bytes()
        words = own_words(document.owner)
        return read_bytes(data, document.file_name, words, clock.today(), seconds=seconds)
    except UnreadableDocument as error:
        return error
    except Exception:  # whatever it is: the desk says so, and nobody waits for ever
        log.exception("document %s can't be read", document.code)
        return UnreadableDocument(
            "failed",
            "读这份文件时程序出错，没有读出内容，原件还在。请另存为 .docx 或 .txt 后再试；"
            "仍然不行的，请把文件编号告诉管理员。",
            "The program failed on this file; the original is kept. Save it as .docx or .txt and "
            "try again, or tell your administrator the document's code.",
        )


@action("documents.read")
def read_document(*, acting_user: Any, document: Document, outcome: Outcome) -> Document:
    """Keep what was found in it, unless somebody has begun to decide: then it stays as it is."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    if row.proposals.exclude(decision__in=[Decision.OPEN, Decision.ASIDE]).exists():
        record(row, after={"kept": True})
        return row
    row.proposals.all().delete()
    if isinstance(outcome, UnreadableDocument):
        row.stage, row.refusal_zh, row.refusal_en = DocumentStage.REFUSED, outcome.zh, outcome.en
        row.read_at = clock.now()
        row.save()
        record(row, after={"refused": outcome.code})
        return row
    text, found = outcome
    _keep(row, text, found)
    proposals = _proposals(row, found, acting_user)
    Proposal.objects.bulk_create(proposals[:MOST_PROPOSALS], batch_size=500)
    record(row, after={"proposals": len(proposals)})
    return row


def _keep(row: Document, text: str, found: Reading) -> None:
    row.text = text.replace("\x00", " ")
    row.text_key = hashlib.sha256(re.sub(r"\s+", "", text).encode()).hexdigest()
    row.removed = [one["span"] for one in found.removed]
    row.title = (found.title or "")[:300]
    row.publisher = (found.publisher or "")[:100]
    row.published_on = found.published
    row.parties = [one.as_json() for one in found.parties][:500]
    row.stage, row.read_at = DocumentStage.READ, clock.now()
    row.refusal_zh = row.refusal_en = ""
    row.save()


def _proposals(row: Document, found: Reading, user: Any) -> list[Proposal]:
    facts = [one.as_json() for one in found.facts]
    subjects = [one["subject"]["name"] for one in facts if one["subject"]["name"]]
    names = names_for(row.owner, user, subjects, row.text)
    made = []
    for fact in facts:
        made.append(_fact(row, fact, names))
        growth = growth_of(fact, names)
        if growth is not None:
            made.append(_fact(row, growth, names))
    for one in found.directives:
        told = one.as_json()
        quote = row.text[told["span"][0] : told["span"][1]]
        made.append(
            Proposal(
                document=row, kind=ProposalKind.DIRECTIVE, start=told["span"][0],
                stop=told["span"][1], read=told, values=directive_values(told, names, quote),
            )
        )  # fmt: skip
    made.sort(key=lambda one: (one.start, -one.stop, one.kind))
    breaks = paragraph_starts(row.text)
    for number, proposal in enumerate(made, 1):
        proposal.number = number
        proposal.paragraph = bisect.bisect_right(breaks, proposal.start)
    return made


def _fact(row: Document, fact: dict[str, Any], names: Names) -> Proposal:
    decision = Decision.OPEN if is_for_the_ledger(fact) else Decision.ASIDE
    return Proposal(
        document=row, kind=ProposalKind.FACT, start=fact["span"][0], stop=fact["span"][1],
        read=fact, values=fact_values(fact, names), decision=decision,
    )  # fmt: skip


def paragraph_starts(text: str) -> list[int]:
    """Where the paragraphs begin: lines with anything in them."""
    return [found.start() for found in re.finditer(r"^(?=.*\S).+$", text, re.M)]


def same_text(row: Document, user: Any) -> list[Document]:
    """Other documents that this person sees with the same words."""
    if not row.text_key:
        return []
    same = Document.objects.visible_to(user).filter(text_key=row.text_key, archived_at=None)
    return list(same.exclude(pk=row.pk).order_by("added_at")[:5])
