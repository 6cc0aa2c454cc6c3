"""Answers side by side: a question across units, a unit across questions, who is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.consultation.models import Answer, Consultation, Question, Reply
from yuanheng.kernel.flow.case_clocks import with_clocks
from yuanheng.kernel.flow.lights import lights
from yuanheng.kernel.models import Attachment


@dataclass(slots=True)
class UnitRow:
    """One unit: its case as far as this person sees it, and its answers by question."""

    unit: Any
    reply: Reply | None  # none: opened answers of a unit whose case the person doesn't see
    answers: dict[int, Answer] = field(default_factory=dict)
    light: Any = None

    @property
    def is_missing(self) -> bool:
        return self.reply is not None and self.reply.state == "asked"

    @property
    def was_given(self) -> bool:
        """Whether anything was ever handed in."""
        return any(one.given for one in self.answers.values())


@dataclass
class Comparison:
    """All answers that a person may see, in the order of questions and of units."""

    questions: Sequence[Question]
    units: Sequence[UnitRow]
    files: dict[int, list[Attachment]]

    @cached_property
    def missing(self) -> list[UnitRow]:
        """Who has not answered, or has to mend; what is due first before the others."""
        found = [one for one in self.units if one.is_missing]
        return sorted(found, key=lambda one: (one.reply.due_on is None, one.reply.due_on))  # type: ignore[union-attr]

    @property
    def silent(self) -> list[UnitRow]:
        """Who has never handed anything in."""
        return [one for one in self.missing if not one.was_given]

    @property
    def to_mend(self) -> list[UnitRow]:
        """Who has answered, and has to mend it."""
        return [one for one in self.missing if one.was_given]

    @property
    def words(self) -> str:
        """How many have answered, in numbers that add up."""
        said = {"asked": len(self.units), "given": len(self.given), "silent": len(self.silent)}
        text = _("%(asked)d units asked, %(given)d have answered, %(silent)d have not.") % said
        if self.to_mend:
            text += _(" Of the answers, %(count)d were sent back to be mended.") % {
                "count": len(self.to_mend)
            }
        return text

    @cached_property
    def waiting(self) -> list[UnitRow]:
        """Who has answered and isn't accepted yet."""
        return [one for one in self.units if one.reply and one.reply.state == "answered"]

    @cached_property
    def given(self) -> list[UnitRow]:
        return [one for one in self.units if one.was_given]

    def across_units(self, question: Question, words: str = "", mark: str = "") -> list[Any]:
        """The answers to one question, of those units that have handed in."""
        found = [(one, one.answers.get(question.pk)) for one in self.given]
        return [self._cell(row, one) for row, one in found if one and _fits(one, words, mark)]

    def across_questions(self, row: UnitRow) -> list[Any]:
        """The answers of one unit, question by question."""
        found = [(one, row.answers.get(one.pk)) for one in self.questions]
        return [
            {**self._cell(row, answer), "question": question}
            for question, answer in found
            if answer is not None
        ]

    def _cell(self, row: UnitRow, answer: Answer) -> dict[str, Any]:
        return {"row": row, "answer": answer, "files": self.files.get(answer.pk, [])}


def _fits(answer: Answer, words: str, mark: str) -> bool:
    if not answer.given:
        return False
    if mark == "task" and not answer.task_link:
        return False
    if mark == "none" and answer.mark:
        return False
    if mark not in ("", "task", "none") and answer.mark != mark:
        return False
    return all(one in answer.given for one in words.split())


def compare(user: Any, whole: Consultation, *, lit: bool = True) -> Comparison:
    """What this person may see of a consultation: four queries for any number of units, three
    where no lights (``lit``) are wanted."""
    replies = Reply.objects.visible_to(user).filter(consultation=whole)
    replies = replies.exclude(state="withdrawn").select_related("unit")
    rows: dict[int, UnitRow] = {}
    asked: dict[int, Question] = {}
    for reply in replies.prefetch_related(with_clocks()) if lit else replies:
        light = lights().of(reply) if lit and reply.state == "asked" else None
        rows[reply.unit_id] = UnitRow(reply.unit, reply, light=light)
    answers = Answer.objects.visible_to(user).filter(reply__consultation=whole)
    answers = answers.exclude(reply__state="withdrawn").select_related("reply__unit", "question")
    for one in answers:
        one.reply.consultation = whole
        unit = one.reply.unit
        row = rows.setdefault(unit.pk, UnitRow(unit, None))
        row.answers[one.question_id] = one
        asked[one.question_id] = one.question
    ordered = sorted(rows.values(), key=lambda one: (one.unit.code, one.unit.pk))
    # Every unit has a row for every question; without units the questions stand alone.
    questions = list(asked.values()) if asked else list(whole.questions.all())
    questions.sort(key=lambda one: one.number)
    return Comparison(questions, ordered, _files(ordered))


def _files(rows: Sequence[UnitRow]) -> dict[int, list[Attachment]]:
    answers = {str(one.pk): one for row in rows for one in row.answers.values() if one.given}
    found: dict[int, list[Attachment]] = defaultdict(list)
    files = Attachment.objects.filter(
        subject_model=Answer._meta.label, subject_pk__in=list(answers), archived_at=None
    )
    for file in files.order_by("pk") if answers else ():
        answer = answers[file.subject_pk]
        if answer.was_given(file):
            found[answer.pk].append(file)
    return found
