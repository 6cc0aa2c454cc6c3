"""From the draft to the publication: whose turn it is, what must be settled before, and clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuanheng.accounts.api import OFFICE as OFFICE_ROLES
from yuanheng.accounts.api import office_of, place_of
from yuanheng.evaluation.api import ask_for_assessment, publish_run
from yuanheng.kernel import clock, figures, flow
from yuanheng.kernel.clocks import Term
from yuanheng.kernel.clocks.terms import Step as Rung
from yuanheng.kernel.flow import timing
from yuanheng.rounds.actions.telling import tell_subjects
from yuanheng.rounds.annex import has_changed
from yuanheng.rounds.areas import area_list_of
from yuanheng.rounds.choices import Answer, Silence
from yuanheng.rounds.computing import (
    COMPUTE,
    ENTER,
    PREPARE,
    ByJob,
    ForPurpose,
    ask_for_job,
    job_under_way,
    working_sentence,
)
from yuanheng.rounds.models import EvaluationRound, Sheet
from yuanheng.rounds.rules import rule_for
from yuanheng.rounds.tally import corrections_of, tally_of

OFFICE = flow.in_charge("analyst", "administrator")
_LADDER = (Rung(days=-1), Rung(days=1))


def _days_left(case: Any, code: str) -> str:
    """A sentence while a clock of the round still runs; empty once its last day is over."""
    running = timing.open_clock(RoundFlow(), case, code)
    if running is None or running.due_on < clock.today():
        return ""
    return _("The term runs until %(day)s inclusive.") % {"day": figures.day(running.due_on)}


def _undecided(case: Any) -> str:
    number = tally_of(case).undecided
    if not number:
        return ""
    return _("%(number)d objections are not decided yet.") % {"number": number}


class _Prepare(flow.Behaviour):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        must = case.rule.get("areas_first") and case.kind == "enterprise"
        if must and not case.is_area_list and area_list_of(case) is None:
            return _(
                "By the rule of this round the area list of %(year)s is put up for objection and "
                "settled first; none is settled yet."
            ) % {"year": case.period}
        return working_sentence() if job_under_way(case) else ""

    def apply(self, step: flow.Step) -> None:
        step.case.prepared_by = step.user
        ask_for_job(step, PREPARE, _("Sheets of figures: %(round)s") % {"round": step.case.title})


class _SendOut(ForPurpose):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        if case.rule.get("checked_by_another") and case.prepared_by_id == user.pk:
            return _("You have prepared this yourself; somebody else checks it and sends it out.")
        return "" if tally_of(case).sheets else _("No sheet has been made yet.")

    def apply(self, step: flow.Step) -> None:
        step.case.sent_at = step.at


class _CloseConfirmation(flow.Behaviour):
    """After the term, or when each has answered; what silence means, the rule says."""

    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        sentence = _undecided(case)
        waiting = tally_of(case).waiting
        if sentence or not waiting:
            return sentence
        left = _days_left(case, case.confirm_clock)
        if left:
            text = _("%(number)d sheets are not answered.") % {"number": waiting}
            return f"{text} {left}"
        if case.rule.get("silence") == Silence.WAITS:
            return _(
                "%(number)d sheets are not answered. By the rule of this round each is answered, "
                "or released by the office with a reason."
            ) % {"number": waiting}
        return ""

    def apply(self, step: flow.Step) -> None:
        agreed = step.case.rule.get("silence") == Silence.AGREED
        answer = Answer.AGREED if agreed else Answer.UNANSWERED
        silent = Sheet.objects.filter(round=step.case, answer=Answer.WAITING).update(answer=answer)
        if silent:
            step.reason = _("%(number)d sheets were not answered.") % {"number": silent}


class _Enter(ForPurpose):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        return working_sentence() if job_under_way(case) else ""

    def apply(self, step: flow.Step) -> None:
        ask_for_job(step, ENTER, _("Areas entered: %(round)s") % {"round": step.case.title})


class _Compute(ForPurpose):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        return working_sentence() if job_under_way(case) else ""

    def apply(self, step: flow.Step) -> None:
        ask_for_job(step, COMPUTE, _("Evaluation: %(round)s") % {"round": step.case.title})


class _EndPublicity(flow.Behaviour):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        return _days_left(case, "publicity") or _undecided(case)


class _Recompute(_Compute):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        if not is_outdated(case):
            return _("No decision since the last computation changes a figure.")
        return super().why_not(flow, case, user)


class _Finalise(flow.Behaviour):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        if is_outdated(case):
            return _("Upheld objections changed figures: compute again first.")
        shown = case.given.get("shown_run")
        must = case.rule.get("again_if_changed") and case.final_run_id not in (None, shown)
        if must and has_changed(case.run, case.final_run):
            return _(
                "Ranks or grades have changed since the publicity; by the rule of this round "
                "they are publicised again."
            )
        return ""


class _Publish(flow.Behaviour):
    def why_not(self, flow: Any, case: Any, user: Any) -> str:
        if case.rule.get("published_by_another") and user.pk == case.computed_by_id:
            return _("You have computed this yourself; somebody else publishes it.")
        return ""


def _publish(step: flow.Step) -> None:
    step.case.save()
    run = step.case.last_run
    if not run.is_published:
        publish_run(acting_user=step.user, run=run)
        ask_for_assessment(run, step.user)


def is_outdated(case: EvaluationRound) -> bool:
    """Whether decisions have changed figures since the evaluation was computed."""
    kept = {(one["subject"], one["field"]): one["value"] for one in case.given.get("applied", ())}
    return corrections_of(case) != kept


def _prepared(step: flow.Step, given: Any) -> None:
    step.case.given = given


def _computed(step: flow.Step, found: Any) -> None:
    case = step.case
    case.given = {**case.given, "applied": found["applied"]}
    if case.state == "heard":
        case.final_run = found["run"]
    else:
        case.run = found["run"]
    case.computed_by = step.user


def _shown(step: flow.Step) -> None:
    case = step.case
    running = timing.open_clock(step.flow, case, "publicity")
    case.shown_from = case.shown_from or step.today
    case.shown_until = running.due_on if running else None
    case.given = {**case.given, "shown_run": case.last_run.pk}
    tell_subjects(case, _("“%(round)s” is in publicity until %(day)s.") % {
        "round": case.title, "day": figures.day(case.shown_until)})  # fmt: skip


def _entered(step: flow.Step, found: Any) -> None:
    step.case.given = {**step.case.given, "entry": found["entry"], "told": found["told"]}


def _sent(step: flow.Step) -> None:
    running = timing.open_clock(step.flow, step.case, step.case.confirm_clock)
    step.case.save()
    if step.case.is_area_list:
        text = _("The area list “%(round)s” is put up until %(day)s: look at your area, and "
                 "object with evidence where it is wrong.")  # fmt: skip
        tell_subjects(
            step.case, text % {"round": step.case.title, "day": figures.day(running.due_on)}
        )
        return
    tell_subjects(step.case, _("Please confirm the figures of “%(round)s” until %(day)s.") % {
        "round": step.case.title, "day": figures.day(running.due_on)})  # fmt: skip


def _again(step: flow.Step) -> None:
    """Sheets go out once more: what was answered stays answered."""
    silent = (Answer.UNANSWERED, Answer.AGREED)
    Sheet.objects.filter(round=step.case, answer__in=silent).update(answer=Answer.WAITING)


def _office(user: Any, values: Mapping[str, Any]) -> int:
    """The office that begins a round has it, if it may use scheme and figures."""
    office = office_of(user)
    if office is None:
        raise ValidationError(_("You don't belong to an office that evaluates."))
    version, table = values.get("scheme_version"), values.get("table")
    if version is not None and table is not None:
        if version.scheme.subject_kind != table.subject_kind:
            text = _("The scheme evaluates %(kind)s, and the figures are of %(other)s.")
            kinds = {"kind": version.scheme.get_subject_kind_display(),
                     "other": table.get_subject_kind_display()}  # fmt: skip
            raise ValidationError({"table": text % kinds})
        mine = place_of(user, OFFICE_ROLES)
        if table.owner_id and not (mine.everything or table.owner_id in mine.org_unit_ids):
            raise ValidationError({"table": _("These figures are kept by another office.")})
    return int(office.pk)


def _begin(step: flow.Step) -> None:
    step.case.rule = rule_for(step.case.org_unit_id, step.today)


@flow.flow
class RoundFlow(flow.Flow):
    """Draft, internal check, figures confirmed, computed, publicity, objections, published."""

    code, title, model = "round", gettext_lazy("Evaluation round"), EvaluationRound
    number = "评价〔{year}〕{serial}号"
    states = [
        flow.State("draft", gettext_lazy("round being drafted"), "secondary"),
        flow.State("checking", gettext_lazy("internal check"), "blue"),
        flow.State("confirming", gettext_lazy("figures with the subjects"), "yellow"),
        flow.State("settled", gettext_lazy("figures settled"), "azure"),
        flow.State("computed", gettext_lazy("computed, not shown yet"), "cyan"),
        flow.State("publicity", gettext_lazy("in publicity"), "orange"),
        flow.State("heard", gettext_lazy("objections heard"), "purple"),
        flow.State("final", gettext_lazy("final, to be published"), "teal"),
        flow.State("published", gettext_lazy("published"), "green", final=True),
        flow.State("cancelled", gettext_lazy("cancelled"), "secondary", final=True, aside=True),
    ]
    required = {"draft": ["period"]}
    clocks = [
        Term("confirm", gettext_lazy("Confirmation of figures"), days=5, ladder=_LADDER),
        Term("areas", gettext_lazy("Area list put up"), days=7, ladder=_LADDER),
        Term("publicity", gettext_lazy("Publicity"), days=5, ladder=_LADDER),
    ]
    opening = flow.Opening(
        ["title", "purpose", "period", "scheme_version", "table", "previous"],
        ["analyst", "administrator"],
        title=gettext_lazy("Begin an evaluation round"),
        org_unit=_office,
        effects=[_begin],
    )
    actions = [
        flow.Action(
            "prepare", gettext_lazy("Make the sheets"), ["draft"], "", OFFICE,
            behaviour=_Prepare(), icon="file-spreadsheet",
            hint=gettext_lazy("One sheet a subject, from the frozen figures; a job does it."),
        ),
        flow.Action(
            "prepared", gettext_lazy("Sheets made"), ["draft"], "checking", OFFICE,
            behaviour=ByJob(_prepared), expected=False, quiet=True, icon="check",
        ),
        flow.Action(
            "back", gettext_lazy("Back to the draft"), ["checking"], "draft", OFFICE,
            fields=["period", "scheme_version", "table", "previous"], reason="required",
            expected=False, icon="arrow-back-up",
        ),
        flow.Action(
            "send_out", gettext_lazy("Send the sheets out"), ["checking"], "confirming", OFFICE,
            behaviour=_SendOut(), starts=["confirm"], effects=[_sent], icon="send",
            hint=gettext_lazy("Each subject confirms its figures or objects to them."),
        ),
        flow.Action(
            "put_up", gettext_lazy("Put the area list up"), ["checking"], "confirming", OFFICE,
            behaviour=_SendOut(areas=True), starts=["areas"], effects=[_sent], icon="send",
            hint=gettext_lazy("Each enterprise sees its area, item by item, and may object."),
        ),
        flow.Action(
            "close_confirmation", gettext_lazy("Settle the figures"), ["confirming"], "settled",
            OFFICE, behaviour=_CloseConfirmation(), stops=["confirm", "areas"], icon="lock",
            hint=gettext_lazy("After the term, or when each has answered."),
        ),
        flow.Action(
            "ask_again", gettext_lazy("Ask the subjects again"), ["settled", "computed"],
            "confirming", OFFICE, behaviour=ForPurpose(), reason="required", starts=["confirm"],
            effects=[_again, _sent], expected=False, icon="arrow-back-up",
        ),
        flow.Action(
            "enter", gettext_lazy("Enter the areas into the ledger"), ["settled"], "", OFFICE,
            behaviour=_Enter(areas=True), icon="database-import",
            hint=gettext_lazy("Reckoned anew with what was decided; evaluations read them there."),
        ),
        flow.Action(
            "entered", gettext_lazy("Areas entered"), ["settled"], "published", OFFICE,
            behaviour=ByJob(_entered, areas=True), expected=False, quiet=True, icon="check",
        ),
        flow.Action(
            "compute", gettext_lazy("Compute"), ["settled"], "", OFFICE, behaviour=_Compute(),
            icon="player-play", hint=gettext_lazy("On the frozen figures with what was upheld."),
        ),
        flow.Action(
            "computed", gettext_lazy("Computed"), ["settled"], "computed", OFFICE,
            behaviour=ByJob(_computed, areas=False), expected=False, quiet=True, icon="check",
        ),
        flow.Action(
            "publicise", gettext_lazy("Open the publicity"), ["computed"], "publicity", OFFICE,
            fields=["shows", "public_note", "open_to_all"], starts=["publicity"],
            effects=[_shown], icon="eye",
        ),
        flow.Action(
            "open_page", gettext_lazy("Page for everybody"), ["publicity"], "", OFFICE,
            fields=["open_to_all"], expected=False, quiet=True, icon="eye",
            hint=gettext_lazy("Switches on or off that people read it without signing in."),
        ),
        flow.Action(
            "end_publicity", gettext_lazy("End the publicity"), ["publicity"], "heard", OFFICE,
            behaviour=_EndPublicity(), stops=["publicity"], icon="eye-off",
            hint=gettext_lazy("After its last day, when every objection is decided."),
        ),
        flow.Action(
            "recompute", gettext_lazy("Compute again with what was upheld"), ["heard"], "",
            OFFICE, behaviour=_Recompute(), icon="refresh", expected=False,
        ),
        flow.Action(
            "recomputed", gettext_lazy("Computed again"), ["heard"], "", OFFICE,
            behaviour=ByJob(_computed), expected=False, quiet=True, icon="check",
        ),
        flow.Action(
            "publicise_again", gettext_lazy("Publicise again"), ["heard"], "publicity", OFFICE,
            fields=["shows", "public_note", "open_to_all"], reason="required",
            starts=["publicity"], effects=[_shown], expected=False, icon="eye",
        ),
        flow.Action(
            "finalise", gettext_lazy("Declare final"), ["heard"], "final", OFFICE,
            behaviour=_Finalise(), icon="flag",
        ),
        flow.Action(
            "hear_again", gettext_lazy("Take the final version back"), ["final"], "heard", OFFICE,
            reason="required", expected=False, icon="arrow-back-up",
        ),
        flow.Action(
            "publish", gettext_lazy("Publish"), ["final"], "published", OFFICE,
            behaviour=_Publish(), effects=[_publish], icon="check",
            hint=gettext_lazy("By a second pair of eyes; it can't be taken back."),
        ),
        flow.withdrawing(
            "cancelled", OFFICE,
            ["draft", "checking", "confirming", "settled", "computed", "publicity", "heard"],
        ),
        flow.extending(OFFICE, flow.superior("analyst", "administrator"), "publicity"),
    ]  # fmt: skip
