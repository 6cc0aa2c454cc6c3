"""Writes about drafts: editions, a unit's comments, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from yuanheng.consultation.actions.asking import register_asked
from yuanheng.consultation.alignment import Numbered, numbered, paragraphs_of
from yuanheng.consultation.authz import may_write
from yuanheng.consultation.choices import Decision
from yuanheng.consultation.models import Comment, CommentSheet, Draft, Edition, Paragraph
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.plain_text import refuse_unkept
from yuanheng.kernel.policies import EDIT, Refused, policy_for, require
from yuanheng.reading import UnreadableDocument
from yuanheng.reading.loading import load

MOST_PARAGRAPHS = 600
LONGEST = 8000


def add_draft(*, acting_user: Any, values: Mapping[str, Any]) -> Draft:
    """A draft of the person's office, still without words."""
    row: Draft = register_asked(acting_user=acting_user, model=Draft, letter="Y", values=values)
    return row


def words_of_file(name: str, data: bytes) -> str:
    """The text of a .docx or .txt. ValidationError says why it can't be read."""
    try:
        loaded = load(data, name)
    except UnreadableDocument as error:
        is_chinese = (translation.get_language() or "").startswith("zh")
        raise ValidationError({"file": error.zh if is_chinese else error.en}) from error
    if loaded.kind not in ("docx", "txt"):
        raise ValidationError({"file": _("Choose a .docx or a .txt file.")})
    return loaded.read.text


@action("consultation.add_edition")
def add_edition(*, acting_user: Any, draft: Draft, text: str, file_name: str = "") -> Edition:
    """The words of a draft. Until a unit has been asked they replace those before; then they are
    the next edition, in which a paragraph keeps its number. Raises Refused, ValidationError."""
    require(acting_user, EDIT, draft)
    refuse_unkept(text)
    found = paragraphs_of(text)
    _refuse_paragraphs(found)
    last = draft.editions.order_by("number").last()
    if last is not None and not draft.sheets.exists():
        last.paragraphs.all().delete()
        last.delete()
        last = None
    before = [Numbered(one.number, one.words) for one in last.paragraphs.all()] if last else []
    if before and [one.words for one in before] == found:
        raise ValidationError({"text": _("Nothing has changed since the edition before.")})
    edition = Edition.objects.create(
        draft=draft, number=last.number + 1 if last else 1, file_name=file_name[-200:],
        added_by=acting_user,
    )  # fmt: skip
    Paragraph.objects.bulk_create(
        Paragraph(edition=edition, position=at, number=one.number, words=one.words)
        for at, one in enumerate(numbered(before, found), 1)
    )
    record(draft, after={"edition": edition.number, "paragraphs_read": len(found)})
    return edition


def _refuse_paragraphs(found: list[str]) -> None:
    if not found:
        raise ValidationError({"text": _("There are no words in it.")})
    if len(found) > MOST_PARAGRAPHS:
        said = {"found": len(found), "most": MOST_PARAGRAPHS}
        raise ValidationError({"text": _("%(found)d paragraphs; at most %(most)d.") % said})
    for at, one in enumerate(found, 1):
        if len(one) > LONGEST:
            said = {"at": at, "most": LONGEST}
            text = _("Paragraph %(at)d has more than %(most)d characters.")
            raise ValidationError({"text": text % said})


@action("consultation.save_comments")
def save_comments(
    *, acting_user: Any, sheet: CommentSheet, words: Mapping[int | None, str]
) -> int:
    """What the unit says to paragraphs of the edition it was sent, by their key (None: to the
    whole); empty words take a comment out. How many have changed. A comment whose words change
    loses the decision that it had. Raises Refused, ValidationError."""
    if not may_write(acting_user, sheet):
        raise Refused(policy_for(Comment).refusal(EDIT))
    paragraphs = {one.pk: one for one in paragraphs_asked(sheet)}
    kept = {one.paragraph_id: one for one in sheet.comments.all()}
    count = 0
    for key, given in words.items():
        if key is not None and key not in paragraphs:
            raise ValidationError(_("This paragraph isn't part of the draft."))
        text, old = given.strip(), kept.get(key)
        if text == (old.words if old else ""):
            continue
        refuse_unkept(text)
        _write(sheet, old, key, text)
        count += 1
    record(sheet, after={"comments_kept": count})
    return count


def _write(sheet: CommentSheet, old: Comment | None, key: int | None, text: str) -> None:
    # Beside the comment, not the case: whoever sees the case reads its history.
    label = f"{sheet.number} · {old.pk if old else key or 0}"
    if not text and old is not None:
        record(old, label=label, before={"words": old.words}, after={"words": ""})
        old.delete()
        return
    before = {"words": old.words} if old else None
    row = old or Comment(sheet=sheet, paragraph_id=key)
    row.words, row.decision, row.reason, row.decided_by = text, "", "", None
    row.full_clean(exclude=["sheet", "paragraph"], validate_unique=False,
                   validate_constraints=False)  # fmt: skip
    row.save()
    record(row, label=label, before=before, after={"words": text})


def first_paragraphs(draft: Draft) -> Any:
    """Those of the edition that was sent round first."""
    return Paragraph.objects.filter(edition__draft=draft, edition__number=1)


def paragraphs_asked(sheet: CommentSheet) -> Any:
    """Those on which the unit comments: of the edition that it was sent."""
    return Paragraph.objects.filter(edition=sheet.edition_id)


@action("consultation.decide_comments")
def decide_comments(
    *, acting_user: Any, draft: Draft, decisions: Mapping[int, tuple[str, str]]
) -> int:
    """What becomes of comments that have been handed in: (decision, reason) by the key of each;
    how many have changed. A reason is needed where a comment isn't wholly adopted. ValidationError
    names every one in which something is missing, and nothing is kept."""
    require(acting_user, EDIT, draft)
    rows = Comment.objects.filter(
        pk__in=list(decisions), sheet__draft=draft, sheet__state="commented"
    ).select_related("sheet__unit", "paragraph")
    faults: dict[str, list[str]] = {}
    changed: list[Comment] = []
    for one in rows:
        decision, reason = decisions[one.pk]
        if (one.decision, one.reason) == (decision, reason.strip()):
            continue
        one.decision, one.reason, one.decided_by = decision, reason.strip(), acting_user
        try:
            refuse_unkept(one.reason)
            one.full_clean(exclude=["sheet", "paragraph"], validate_unique=False,
                           validate_constraints=False)  # fmt: skip
        except ValidationError as error:
            faults[f"reason_{one.pk}"] = error.messages
        changed.append(one)
    if faults:
        raise ValidationError(faults)
    titles = dict(Decision.choices)
    for one in changed:
        one.save(update_fields=["decision", "reason", "decided_by"])
        label = f"{one.sheet.unit} {one.paragraph.number if one.paragraph else ''}".strip()
        said = {"decision": str(titles.get(one.decision, "")), "why": one.reason}
        record(one, label=label, after=said)  # not beside the case, whose unit isn't told yet
    record(draft, after={"decided": len(changed)})
    return len(changed)
