"""What subjects say of their sheets: confirmed, objected to; or released by the office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yuanheng.kernel import clock, flow
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.actions.attachments import attach_file
from yuanheng.kernel.policies import EDIT, VIEW, instances, require
from yuanheng.rounds.authz import ANSWER
from yuanheng.rounds.choices import Answer, AnsweredAs
from yuanheng.rounds.models import EvaluationRound, Objection, Sheet
from yuanheng.rounds.window import answers_as, why_not_answered

_FINAL = (Answer.CONFIRMED, Answer.OBJECTED, Answer.RELEASED)


@action("rounds.confirm_sheets")
def confirm_sheets(
    *, acting_user: Any, case: EvaluationRound, sheets: QuerySet, remark: str = ""
) -> int:
    """Confirm the figures of one or many sheets of a round; how many were still open. In one
    write, whatever their number."""
    sentence = why_not_answered(case, acting_user)
    if sentence:
        raise flow.NotNow(sentence)
    mine = instances(acting_user, ANSWER, sheets.filter(round=case)).exclude(answer__in=_FINAL)
    codes = list(mine.values_list("subject_code", flat=True))
    if not codes:
        require_one(acting_user, sheets.filter(round=case))
    how = answers_as(case, acting_user)
    Sheet.objects.filter(pk__in=mine.order_by().values("pk")).update(
        answer=Answer.CONFIRMED,
        answered_as=how,
        answered_by=acting_user,
        answered_at=clock.now(),
        remark=remark.strip()[:300],
    )
    told = {"sheets": len(codes), "subjects": codes[:50], "as": how}
    record(case, after=told, reason=remark)
    return len(codes)


def require_one(user: Any, sheets: QuerySet) -> None:
    """Refused where none of the sheets may be answered by this person; nothing if they all have
    been answered."""
    one = sheets.first()
    if one is not None and not instances(user, ANSWER, sheets).exists():
        require(user, ANSWER, one)


@action("rounds.object")
def object_to(
    *,
    acting_user: Any,
    sheet: Sheet,
    about: str,
    claims: Sequence[dict[str, Any]] = (),
    grounds: str = "",
    files: Sequence[Any] = (),
    token: Any = None,
) -> Objection:
    """Object to figures or to the result, with evidence; it becomes a case with its clocks.

    NotNow outside the window or while another is being checked, ValidationError without a figure
    or grounds or for a claim that can't be.
    """
    require(acting_user, ANSWER, sheet)
    made: Objection = flow.open_case(
        acting_user=acting_user,
        flow=flow.flow_for(Objection),
        values={
            "title": f"{sheet} · {sheet.round.title}"[:200],
            "round": sheet.round,
            "sheet": sheet,
            "about": about,
            "claims": list(claims),
            "grounds": grounds,
        },
        token=token,
    )
    for one in files:
        attach_file(acting_user=acting_user, row=made, file_name=one.name, content=one.chunks())
    return made


@action("rounds.release_sheet", reason_required=True)
def release_sheet(*, acting_user: Any, sheet: Sheet, reason: str) -> Sheet:
    """The office waits no longer for one subject (closed down, can't be reached …)."""
    require(acting_user, VIEW, sheet)
    require(acting_user, EDIT, sheet)
    if sheet.round.state != "confirming" or sheet.answer != Answer.WAITING:
        raise flow.NotNow(_("This sheet isn't waited for."))
    sheet.answer, sheet.remark = Answer.RELEASED, reason.strip()[:300]
    sheet.answered_as, sheet.answered_by = AnsweredAs.OFFICE, acting_user
    sheet.answered_at = clock.now()
    sheet.save()
    record(sheet, before={"answer": Answer.WAITING}, after={"answer": sheet.answer}, reason=reason)
    return sheet
