"""The way of a unit's answers: asked, answered, accepted or sent back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.consultation.flow.common import Back, HandIn, begin, giving_time, terms, unit_asked
from yuanheng.consultation.flow.parties import (
    OFFICE,
    OFFICE_ROLES,
    UNIT,
)
from yuanheng.consultation.models import Answer, Reply
from yuanheng.kernel import flow


def unanswered(case: Any) -> list[int]:
    """The numbers of the questions that have no words yet."""
    return sorted(one.question.number for one in case.answers.all() if not one.words.strip())


class _Answer(HandIn):
    """Handed in as a whole: every question has an answer."""

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        lacking = unanswered(case)
        if not lacking:
            return ""
        numbers = _(", ").join(str(one) for one in lacking)
        return _("Without an answer yet: question %(numbers)s.") % {"numbers": numbers}

    def apply(self, step: flow.Step) -> None:
        for one in step.case.answers.all():
            one.given, one.given_at = one.words, step.at
            one.save(update_fields=["given", "given_at"])
        super().apply(step)


class _Accept(flow.Behaviour):
    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if case.given_by_id == user.pk:
            return _("You have handed this in yourself; somebody else accepts it.")
        return ""


def _unit(user: Any, values: Mapping[str, Any]) -> int:
    return unit_asked(user, values, "consultation")


def _begin(step: flow.Step) -> None:
    case: Any = step.case
    begin(step, case.consultation)
    questions = case.consultation.questions.all()
    Answer.objects.bulk_create(Answer(reply=case, question=one) for one in questions)


@flow.flow
class ReplyFlow(flow.Flow):
    """Asked, answered, accepted; sent back to be mended."""

    code, title, model = "reply", gettext_lazy("Answer to questions"), Reply
    number = "问策〔{year}〕{serial}号"
    states = [
        flow.State("asked", gettext_lazy("waiting for the answer"), "yellow"),
        flow.State("answered", gettext_lazy("answered"), "azure"),
        flow.State("accepted", gettext_lazy("found complete"), "green", final=True),
        flow.State("withdrawn", gettext_lazy("called off"), "secondary", final=True, aside=True),
    ]
    clocks = terms(
        gettext_lazy("Answering"),
        gettext_lazy("Answering by a date"),
        ("accept", gettext_lazy("Looking through"), 5),
    )
    opening = flow.Opening(
        ["consultation", "unit"],
        OFFICE_ROLES,
        title=gettext_lazy("Put the questions to a unit"),
        org_unit=_unit,
        effects=[_begin],
    )
    actions = [
        flow.Action(
            "answer", gettext_lazy("Hand in the answers"), ["asked"], "answered", UNIT,
            behaviour=_Answer(), stops=["answer", "date", "mend"], starts=["accept"],
            icon="upload", quick=True,
        ),
        flow.Action(
            "accept", gettext_lazy("Accept the answers"), ["answered"], "accepted", OFFICE,
            behaviour=_Accept(), reason="optional", reason_title=gettext_lazy("Remark"),
            stops=["accept"], icon="circle-check",
        ),
        flow.Action(
            "send_back", gettext_lazy("Send back"), ["answered"], "asked", OFFICE,
            behaviour=Back(), reason="required",
            reason_title=gettext_lazy("What is missing, in which question"), stops=["accept"],
            starts=["mend"], expected=False, icon="arrow-back-up",
        ),
        flow.withdrawing("withdrawn", OFFICE, ["asked", "answered"]),
        giving_time(OFFICE),
        flow.extending(UNIT, OFFICE, "", ["asked"]),
    ]  # fmt: skip

    def due_on(self, case: Any, code: str) -> date | None:
        return case.consultation.deadline if code == "date" else None
