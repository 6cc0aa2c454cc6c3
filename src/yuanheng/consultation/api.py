"""The door of the room: questions put, drafts sent round, study visits, by other rooms."""

from __future__ import annotations

from typing import Any

from yuanheng.consultation.actions import (
    add_consultation,
    make_task,
    mark_answer,
    put_to_units,
    save_answers,
    set_questions,
)
from yuanheng.consultation.models import Answer, Consultation, Reply

__all__ = [
    "add_consultation",
    "answers_of",
    "ask_units",
    "has_consultations",
    "make_task",
    "mark_answer",
    "replies_of",
    "save_answers",
    "set_questions",
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
