"""Writes about questions: the list, a unit's answers, marks, tasks made of an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from yuanheng.consultation.actions.asking import register_asked
from yuanheng.consultation.authz import may_write
from yuanheng.consultation.choices import Mark
from yuanheng.consultation.models import Answer, Consultation, Question, Reply
from yuanheng.consultation.splitting import MOST, split_list
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.actions.attachments import attach_file
from yuanheng.kernel.plain_text import refuse_unkept
from yuanheng.kernel.policies import EDIT, Refused, policy_for, require
from yuanheng.supervision.api import ReportFrequency, SourceKind, TaskDraft, draft_tasks

_TITLE = 60  # characters of a task's title that are taken from an answer


def add_consultation(*, acting_user: Any, values: Mapping[str, Any]) -> Consultation:
    """A consultation of the person's office, still without questions."""
    row: Consultation = register_asked(
        acting_user=acting_user, model=Consultation, letter="W", values=values
    )
    return row


@action("consultation.set_questions")
def set_questions(*, acting_user: Any, consultation: Consultation, text: str) -> list[Question]:
    """The questions of a pasted list, instead of those before; only until a unit has been asked.

    Raises Refused, and ValidationError for no question, too many, or one that is too long.
    """
    require(acting_user, EDIT, consultation)
    if consultation.replies.exists():
        raise ValidationError(
            _("The questions have been put to units; their wording stays. Begin another one.")
        )
    refuse_unkept(text)
    found = split_list(text).items
    if not found:
        raise ValidationError({"text": _("No question was found. Write one a line.")})
    if len(found) > MOST:
        said = {"most": MOST, "found": len(found)}
        raise ValidationError({"text": _("%(found)d questions; at most %(most)d.") % said})
    rows = [
        Question(consultation=consultation, number=number, words=words)
        for number, words in enumerate(found, 1)
    ]
    for one in rows:
        if len(one.words) > 2000:
            text = _("Question %(number)d has more than 2,000 characters.")
            raise ValidationError({"text": text % {"number": one.number}})
    before = "\n".join(consultation.questions.values_list("words", flat=True))
    consultation.questions.all().delete()
    Question.objects.bulk_create(rows)
    record(consultation, before={"list": before}, after={"list": "\n".join(found)})
    return rows


@action("consultation.save_answers")
def save_answers(*, acting_user: Any, reply: Reply, words: Mapping[int, str]) -> int:
    """What the unit has written so far, by the number of the question; how many have changed.
    Nobody outside the unit sees it before it is handed in. Raises Refused, ValidationError."""
    _require_writer(acting_user, reply)
    count = 0
    for one in reply.answers.select_related("question"):
        text = words.get(one.question.number, one.words).strip()
        if text == one.words:
            continue
        refuse_unkept(text)
        # Beside the answer, not the case: whoever sees the case reads its history.
        label = f"{reply.number} · {one.question.number}"
        record(one, label=label, before={"words": one.words}, after={"words": text})
        one.words = text
        one.full_clean(exclude=["reply", "question", "marked_by"])
        one.save(update_fields=["words"])
        count += 1
    record(reply, after={"answers_kept": count})
    return count


def _require_writer(user: Any, reply: Reply) -> None:
    if not may_write(user, reply):
        raise Refused(policy_for(Answer).refusal(EDIT))


def add_file(*, acting_user: Any, answer: Answer, file: Any) -> Any:
    """An attachment to one answer, by its unit. Raises Refused and ValidationError."""
    return attach_file(
        acting_user=acting_user, row=answer, file_name=file.name, content=file.chunks()
    )


@action("consultation.mark_answer")
def mark_answer(*, acting_user: Any, answer: Answer, mark: str, note: str = "") -> Answer:
    """What the asking office makes of an answer. Raises Refused, ValidationError."""
    require(acting_user, EDIT, answer.reply.consultation)
    if not answer.given:
        raise ValidationError(_("There is no answer yet that could be marked."))
    if answer.task_link and mark != Mark.ADOPT:
        raise ValidationError(_("A task has been made of this answer; its mark stays."))
    before = {"mark": answer.mark, "mark_note": answer.mark_note}
    answer.mark, answer.mark_note = mark, note.strip()
    answer.marked_by = acting_user
    answer.full_clean(exclude=["reply", "question"])
    answer.save(update_fields=["mark", "mark_note", "marked_by"])
    record(answer, before=before, after={"mark": answer.mark, "mark_note": answer.mark_note})
    return answer


@action("consultation.make_task")
def make_task(*, acting_user: Any, answer: Answer) -> str:
    """A draft task of supervision out of an answer; the page of the task. The answer is marked
    to be adopted, the consultation is the task's source. Raises Refused, ValidationError."""
    whole = answer.reply.consultation
    require(acting_user, EDIT, whole)
    if answer.task_link:
        raise ValidationError(_("A task has been made of this answer already."))
    if not answer.given:
        raise ValidationError(_("There is no answer yet of which a task could be made."))
    said = {"unit": answer.reply.unit, "number": answer.question.number}
    quote = _("%(unit)s on question %(number)d:") % said
    page, tasks = draft_tasks(
        acting_user=acting_user,
        kind=SourceKind.CONSULTATION,
        title=whole.title,
        drafts=[
            TaskDraft(
                title=first_sentence(answer.given),
                quote=f"{quote}\n{answer.given}"[:2000],
                paragraph=answer.question.number,
                frequency=ReportFrequency.MONTH,
            )
        ],
        said_by=whole.said_by,
        held_on=whole.asked_on,
        link=reverse("consultation-detail", args=[whole.code]),
        source_code=whole.source_code,
    )
    answer.task_link = reverse("task-detail", args=[tasks[0].code])
    answer.mark, answer.marked_by = Mark.ADOPT, acting_user
    answer.save(update_fields=["task_link", "mark", "marked_by"])
    if not whole.source_link:
        whole.source_link = page
        whole.save(update_fields=["source_link"])
    record(answer, after={"task": tasks[0].code, "source": page})
    return answer.task_link


# 结合本单位实际，我们认为：… what only leads up to the proposal is no title.
_LEAD_IN = re.compile(r"^[^。；;！!\n\d]{0,30}(?:认为|意见|建议|如下|来看|来说)[：:]\s*")


def first_sentence(text: str) -> str:
    """The beginning of a text, as the title of a task that a person then mends."""
    text = re.sub(r"^[\s（(]*[一二三四五六七八九十\d]+[、.．）)]\s*", "", text.strip())
    text = _LEAD_IN.sub("", text)
    first = re.split(r"[。；;！!\n]", text, maxsplit=1)[0].strip()
    return first if len(first) <= _TITLE else f"{first[: _TITLE - 1]}…"
