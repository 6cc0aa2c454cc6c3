"""What leaves the house as a workbook; every export leaves a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.consultation.comparison import Comparison
from yuanheng.consultation.models import Answer, Consultation
from yuanheng.kernel.actions import record_export
from yuanheng.kernel.figures import day
from yuanheng.tabular import Sheet, write_xlsx


def export_answers(*, acting_user: Any, whole: Consultation, found: Comparison, path: Path) -> int:
    """The answers that the person sees: units by questions, one by one, and who is missing."""
    pages = [
        Sheet(_("Side by side"), *_grid(found)),
        Sheet(_("One by one"), *_one_by_one(found), widths=[6, 40, 24, 70, 12, 24, 24, 24]),
        Sheet(_("Not answered"), [_("unit"), _("State"), _("due on")], _missing(found),
              widths=[30, 20, 14]),
    ]  # fmt: skip
    write_xlsx(path, pages)
    count = sum(len(one.answers) for one in found.given)
    record_export(
        acting_user=acting_user, resource=Answer, query=f"consultation={whole.code}", rows=count,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(), format="xlsx", subject=whole,
    )  # fmt: skip
    return count


def _grid(found: Comparison) -> tuple[list[str], list[Sequence[Any]]]:
    headers = [_("unit"), *(f"{one.number}. {one.words}" for one in found.questions)]
    rows = [
        [str(row.unit), *(_given(row.answers.get(one.pk)) for one in found.questions)]
        for row in found.given
    ]
    return headers, rows


def _given(answer: Answer | None) -> str | None:
    return (answer.given or None) if answer else None


def _one_by_one(found: Comparison) -> tuple[list[str], list[Sequence[Any]]]:
    headers = [
        _("No."), _("question"), _("unit"), _("unit's answer"), _("mark"),
        _("remark of the office"), _("Task"), _("Attachments"),
    ]  # fmt: skip
    rows = [
        [question.number, question.words, str(one["row"].unit), one["answer"].given,
         one["answer"].get_mark_display() or None, one["answer"].mark_note or None,
         one["answer"].task_number or None,
         _(", ").join(file.file_name for file in one["files"]) or None]
        for question in found.questions
        for one in found.across_units(question)
    ]  # fmt: skip
    return headers, rows


def _missing(found: Comparison) -> list[Sequence[Any]]:
    words = _("sent back to be mended"), _("not answered")
    return [
        [str(one.unit), words[0] if one.was_given else words[1],
         day(one.reply.due_on) if one.reply else None]
        for one in found.missing
    ]  # fmt: skip
