"""The way of a unit's comments on a draft: asked, commented (or nothing to say), settled."""

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
from yuanheng.consultation.models import CommentSheet
from yuanheng.kernel import flow


class _Comment(HandIn):
    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if case.comments.all():
            return ""
        return _("No comment has been written. If there is none to make, say so.")


class _NoComment(HandIn):
    """The unit has nothing to say; what it may have begun to write isn't kept as a comment."""

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        if not case.comments.all():
            return ""
        return _("Comments have been written. Take them out first, or hand them in.")


class _Settle(flow.Behaviour):
    """Every comment has been decided; the unit is told what became of each."""

    def why_not(self, flow: flow.Flow, case: Any, user: Any) -> str:
        left = sum(1 for one in case.comments.all() if not one.decision)
        if not left:
            return ""
        return _("Comments without a decision: %(count)d.") % {"count": left}


def _unit(user: Any, values: Mapping[str, Any]) -> int:
    return unit_asked(user, values, "draft")


def _begin(step: flow.Step) -> None:
    """A later edition is a round of its own."""
    case: Any = step.case
    if case.draft.asked_edition != case.edition.number:
        case.draft.asked_edition = case.edition.number
        case.draft.save(update_fields=["asked_edition"])
    begin(step, case.draft)
    if case.edition.number > 1:
        said = {"title": case.title, "number": case.edition.number}
        case.title = _("%(title)s (edition %(number)d)") % said
        case.save(update_fields=["title"])


@flow.flow
class SheetFlow(flow.Flow):
    """Asked, commented or nothing to say, settled."""

    code, title, model = "commentsheet", gettext_lazy("Comments on a draft"), CommentSheet
    number = "征求意见〔{year}〕{serial}号"
    states = [
        flow.State("asked", gettext_lazy("waiting for comments"), "yellow"),
        flow.State("commented", gettext_lazy("commented"), "azure"),
        flow.State("settled", gettext_lazy("handled and told"), "green", final=True),
        flow.State("nothing", gettext_lazy("no comment"), "green", final=True),
        flow.State("withdrawn", gettext_lazy("called off"), "secondary", final=True, aside=True),
    ]
    clocks = terms(
        gettext_lazy("Commenting"),
        gettext_lazy("Commenting by a date"),
        ("settle", gettext_lazy("Handling the comments"), 10),
    )
    opening = flow.Opening(
        ["draft", "unit"],
        OFFICE_ROLES,
        title=gettext_lazy("Ask a unit for comments"),
        org_unit=_unit,
        effects=[_begin],
    )
    actions = [
        flow.Action(
            "comment", gettext_lazy("Hand in the comments"), ["asked"], "commented", UNIT,
            behaviour=_Comment(), stops=["answer", "date", "mend"], starts=["settle"],
            icon="upload", quick=True,
        ),
        flow.Action(
            "no_comment", gettext_lazy("No comment to make"), ["asked"], "nothing", UNIT,
            behaviour=_NoComment(), icon="check", quick=True,
        ),
        flow.Action(
            "settle", gettext_lazy("Tell the unit what became of it"), ["commented"], "settled",
            OFFICE, behaviour=_Settle(), stops=["settle"], icon="send", quick=True,
        ),
        flow.Action(
            "send_back", gettext_lazy("Send back"), ["commented"], "asked", OFFICE,
            behaviour=Back(), reason="required", reason_title=gettext_lazy("What is not clear"),
            stops=["settle"], starts=["mend"], expected=False, icon="arrow-back-up",
        ),
        flow.withdrawing("withdrawn", OFFICE, ["asked", "commented"]),
        giving_time(OFFICE),
        flow.extending(UNIT, OFFICE, "", ["asked"]),
    ]  # fmt: skip

    def due_on(self, case: Any, code: str) -> date | None:
        return case.draft.deadline if code == "date" else None
