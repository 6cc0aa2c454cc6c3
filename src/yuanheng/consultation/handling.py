"""意见采纳情况表: every comment and what became of it, on page and paper, as .xlsx and .docx."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.consultation.authz import HANDED_IN
from yuanheng.consultation.choices import Decision
from yuanheng.consultation.models import Comment, CommentSheet, Draft
from yuanheng.kernel import clock
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.figures import official_day
from yuanheng.kernel.official_word import OfficialDocument, Table, Text
from yuanheng.tabular import Sheet, write_xlsx

_QUOTED = 60  # characters of a paragraph that are quoted in the Word table


@dataclass
class Handling:
    """The comments that a person sees, in the order of the draft, and the units asked."""

    draft: Draft
    edition: int  # the one that was sent round
    comments: Sequence[Comment]
    sheets: Sequence[CommentSheet]

    @cached_property
    def counts(self) -> dict[str, int]:
        """By decision; ``open`` are those that have none yet."""
        found = {**dict.fromkeys(Decision.values, 0), "open": 0}
        for one in self.comments:
            found[one.decision or "open"] += 1
        return found

    @property
    def title(self) -> str:
        """Of the table; a later round says which edition it is about."""
        if self.edition == 1:
            return _("Comments on “%(title)s” and their handling") % {"title": self.draft.title}
        said = {"title": self.draft.title, "number": self.edition}
        return _("Comments on “%(title)s”, edition %(number)d, and their handling") % said

    def in_state(self, *states: str) -> list[CommentSheet]:
        return [one for one in self.sheets if one.state in states]

    @property
    def silent(self) -> list[CommentSheet]:
        """Who had nothing to say."""
        return self.in_state("nothing")

    @property
    def missing(self) -> list[CommentSheet]:
        """Who has not answered."""
        return self.in_state("asked")

    @property
    def to_settle(self) -> list[CommentSheet]:
        """Units all of whose comments are decided, and that have not been told."""
        undecided = {one.sheet_id for one in self.comments if not one.decision}
        return [one for one in self.in_state("commented") if one.pk not in undecided]

    @cached_property
    def words(self) -> str:
        """What the table begins with."""
        said = {
            "asked": len(self.sheets), "came": len(self.in_state(*HANDED_IN)),
            "silent": len(self.silent), "total": len(self.comments),
            **{name: self.counts[name] for name in Decision.values},
        }  # fmt: skip
        text = _(
            "%(asked)d units were asked; %(came)d made %(total)d comments, %(silent)d had none to "
            "make. Adopted: %(adopted)d, in part: %(partly)d, not: %(not)d."
        )
        return text % said


def handling_of(user: Any, draft: Draft, edition: int | None = None) -> Handling:
    """What this person may see of a round (the last one): two queries for any number of comments.
    A unit sees its own, with what became of them once it has been told."""
    number = edition or draft.asked_edition
    rows = Comment.objects.visible_to(user)
    rows = rows.filter(sheet__draft=draft, sheet__edition__number=number)
    rows = rows.filter(sheet__state__in=HANDED_IN).select_related("sheet__unit", "paragraph")
    sheets = CommentSheet.objects.visible_to(user).filter(draft=draft, edition__number=number)
    sheets = sheets.exclude(state="withdrawn").select_related("unit").order_by("unit__code")
    ordered = sorted(rows, key=lambda one: (_place(one), one.sheet.unit.code))
    return Handling(draft, number, ordered, list(sheets))


def _place(one: Comment) -> int:
    return one.paragraph.position if one.paragraph else 0


def place_words(one: Comment) -> str:
    """Which paragraph, or the whole."""
    return one.paragraph.number if one.paragraph else str(_("whole draft"))


def _lines(found: Handling, *, whole_words: bool) -> list[list[Any]]:
    lines = []
    for number, one in enumerate(found.comments, 1):
        quoted = one.paragraph.words if one.paragraph else ""
        if not whole_words and len(quoted) > _QUOTED:
            quoted = f"{quoted[: _QUOTED - 1]}…"
        lines.append([
            number, place_words(one), quoted or None, str(one.sheet.unit), one.words,
            one.get_decision_display() or None, one.reason or None,
        ])  # fmt: skip
    return lines


def _headers() -> list[str]:
    return [
        _("No."), _("paragraph"), _("words of the draft"), _("unit"), _("comment"),
        _("handling"), _("reason of the handling"),
    ]  # fmt: skip


def export_comments(*, acting_user: Any, found: Handling, path: Path) -> int:
    """The table as a workbook, with who had nothing to say and who is missing."""
    states = {"asked": _("not answered"), "nothing": _("no comment")}
    units = [[str(one.unit), states[one.state]] for one in found.sheets if one.state in states]
    write_xlsx(path, [
        Sheet(_("Comments and their handling"), _headers(), _lines(found, whole_words=True),
              widths=[6, 8, 50, 24, 60, 12, 50]),
        Sheet(_("Units without a comment"), [_("unit"), _("State")], units, widths=[30, 20]),
    ])  # fmt: skip
    record_export(
        acting_user=acting_user, resource=Comment,
        query=f"draft={found.draft.code}&edition={found.edition}",
        rows=len(found.comments), sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        format="xlsx", subject=found.draft,
    )  # fmt: skip
    return len(found.comments)


def handling_word(found: Handling, sender: str) -> OfficialDocument:
    """The table in the layout of official documents."""
    parts: list[Text | Table] = [Text(_("I. Overall"), 1), Text(found.words)]
    parts.append(Text(_("II. Comments and their handling"), 1))
    lines = [[cell or "—" for cell in row] for row in _lines(found, whole_words=False)]
    widths = (0.6, 0.6, 2.2, 1.3, 2.4, 1, 2)
    parts.append(Table(_headers(), lines, widths) if lines else Text(_("None.")))
    parts.append(Text(_("III. Units that had no comment"), 1))
    names = _(", ").join(str(one.unit) for one in found.silent)
    parts.append(Text(names or _("None.")))
    title = found.title
    today = clock.today()
    return OfficialDocument(
        title=title, parts=parts, sender="", signed_by=sender, signed_on=today,
        notes=[_("as of %(day)s") % {"day": official_day(today)}], is_across=True,
    )  # fmt: skip
