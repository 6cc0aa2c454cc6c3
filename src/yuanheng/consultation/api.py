"""The door of the room: questions put, drafts sent round, study visits, by other rooms."""

from __future__ import annotations

from typing import Any

from yuanheng.consultation.actions import (
    add_consultation,
    add_draft,
    add_edition,
    add_points,
    add_study_visit,
    decide_comments,
    first_paragraphs,
    leave_point,
    make_task,
    mark_answer,
    put_to_units,
    save_answers,
    save_comments,
    set_questions,
    take_up_point,
)
from yuanheng.consultation.models import Answer, CommentSheet, Consultation, Draft, Reply

__all__ = [
    "add_consultation",
    "add_draft",
    "add_edition",
    "add_points",
    "add_study_visit",
    "answers_of",
    "ask_for_comments",
    "ask_units",
    "decide_comments",
    "first_paragraphs",
    "has_consultations",
    "leave_point",
    "make_task",
    "mark_answer",
    "replies_of",
    "save_answers",
    "save_comments",
    "set_questions",
    "take_up_point",
]


def has_consultations() -> bool:
    """Whether any question has ever been put."""
    return Consultation.objects.exists()


def ask_units(*, acting_user: Any, consultation: Consultation, org_unit_ids: Any) -> list[Reply]:
    """Put the questions to these units; the case of each."""
    put_to_units(
        acting_user=acting_user, whole=consultation, model=Reply, name="consultation",
        org_unit_ids=org_unit_ids,
    )  # fmt: skip
    return replies_of(consultation)


def replies_of(consultation: Consultation) -> list[Any]:
    """The units' cases, by the unit's code, with their answers."""
    rows: Any = consultation.replies.select_related("unit").order_by("unit__code")
    return list(rows.prefetch_related("answers__question"))


def answers_of(reply: Reply) -> list[Answer]:
    """The answers of a unit in the order of the questions."""
    return list(reply.answers.select_related("question", "reply__consultation", "reply__unit"))


def ask_for_comments(*, acting_user: Any, draft: Draft, org_unit_ids: Any) -> list[CommentSheet]:
    """Send a draft to these units; the case of each, by the unit's code."""
    put_to_units(
        acting_user=acting_user, whole=draft, model=CommentSheet, name="draft",
        org_unit_ids=org_unit_ids,
    )  # fmt: skip
    return list(draft.sheets.select_related("unit").order_by("unit__code"))
