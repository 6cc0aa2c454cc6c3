"""What subjects say of their sheets: confirmed, objected to; or released by the office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, Role, place_of
from yuanheng.kernel import clock, figures, flow
from yuanheng.kernel.actions import action, record
from yuanheng.kernel.actions.attachments import attach_file
from yuanheng.kernel.flow import timing
from yuanheng.kernel.policies import EDIT, VIEW, instances, require
from yuanheng.rounds.authz import ANSWER
from yuanheng.rounds.choices import About, Answer, AnsweredAs
from yuanheng.rounds.models import EvaluationRound, Objection, Sheet

_FINAL = (Answer.CONFIRMED, Answer.OBJECTED, Answer.RELEASED)


def why_not_answered(case: EvaluationRound, user: Any) -> str:
    """Why figures can't be confirmed or objected to now; the office may until they are settled,
    with what comes on paper."""
    if case.state != "confirming":
        return _("Figures are confirmed while the round is with the subjects; it is not now.")
    return _too_late(case, user, case.confirm_clock)


def why_not_heard(case: EvaluationRound, user: Any) -> str:
    """Why the result can't be objected to now."""
    if case.state != "publicity":
        return _("Results are objected to during the publicity; it is not open now.")
    return _too_late(case, user, "publicity")


def _too_late(case: EvaluationRound, user: Any, code: str) -> str:
    running = timing.open_clock(flow.flow_for(EvaluationRound), case, code)
    if running is None or running.due_on >= clock.today() or answers_as(case, user) == "office":
        return ""
    return _("The term ended on %(day)s. Ask the office of the round.") % {
        "day": figures.day(running.due_on)
    }


def answers_as(case: EvaluationRound, user: Any) -> str:
    """On whose word this person's answer rests."""
    office = place_of(user, OFFICE)
    if office.everything or case.org_unit_id in office.org_unit_ids:
        return AnsweredAs.OFFICE
    if case.kind in ("park", "department") or place_of(user, {Role.ENTERPRISE_USER}):
        return AnsweredAs.SELF
    return AnsweredAs.PARK


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

    NotNow outside the window, ValidationError without a figure or grounds.
    """
    require(acting_user, ANSWER, sheet)
    case = sheet.round
    late = why_not_answered if about == About.FIGURES else why_not_heard
    sentence = late(case, acting_user)
    if sentence:
        raise flow.NotNow(sentence)
    open_now = sheet.objections.filter(about=about, state__in=("filed", "checking"))
    if open_now.exists():
        raise flow.NotNow(
            _("An objection of this subject is being checked already; add to it, or withdraw it.")
        )
    made: Objection = flow.open_case(
        acting_user=acting_user,
        flow=flow.flow_for(Objection),
        values={
            "title": f"{sheet} · {case.title}"[:200],
            "round": case,
            "sheet": sheet,
            "about": about,
            "claims": list(claims),
            "grounds": grounds,
        },
        token=token,
    )
    for one in files:
        attach_file(acting_user=acting_user, row=made, file_name=one.name, content=one.chunks())
    if about == About.FIGURES:
        before = sheet.answer
        sheet.answer, sheet.answered_by, sheet.answered_at = (
            Answer.OBJECTED,
            acting_user,
            clock.now(),
        )
        sheet.answered_as = answers_as(case, acting_user)
        sheet.save(update_fields=["answer", "answered_by", "answered_at", "answered_as"])
        record(sheet, before={"answer": before}, after={"answer": sheet.answer})
    else:
        record(sheet, after={"objection": made.code})
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


def read_claims(sheet: Sheet, posted: Any) -> list[dict[str, Any]]:
    """What a form says of each figure: ``object_CODE``, ``claimed_CODE``, ``reason_CODE``.
    ValidationError, by field, for a claim without reason or one that can't be read."""
    from yuanheng.rounds.wording import typed_figure

    claims, errors = [], {}
    for field in sheet.fields_given:
        code = field["code"]
        if field.get("fixed") or not posted.get(f"object_{code}"):
            continue
        reason = str(posted.get(f"reason_{code}") or "").strip()[:300]
        try:
            claimed = typed_figure(posted.get(f"claimed_{code}"), field)
        except ValidationError as error:
            errors[code] = error.messages
            continue
        if not reason:
            errors[code] = [_("Say why this figure is wrong.")]
            continue
        shown = sheet.figures.get(code)
        if claimed is not None and claimed == shown:
            errors[code] = [_("This is the figure on the sheet.")]
            continue
        claims.append({"field": code, "shown": shown, "claimed": claimed, "reason": reason})
    if errors:
        raise ValidationError(errors)
    return claims
