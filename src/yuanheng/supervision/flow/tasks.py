"""The way of a task: register, check, break down, issue, sign for, report, finish, verify, close
the number (销号)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from yuanheng.kernel import clock, flow
from yuanheng.kernel.clocks import Step, Term
from yuanheng.kernel.clocks.terms import CALENDAR, FIXED, HOLDER, REMIND, SLIP, SUPERIOR
from yuanheng.supervision.choices import ReportFrequency
from yuanheng.supervision.flow import behaviours
from yuanheng.supervision.flow.parties import (
    KEEPERS,
    LEAD,
    LEAD_ROLES,
    OFFICE,
    OFFICE_ROLES,
    office_for,
)
from yuanheng.supervision.models import Task

FIELDS = (
    "title", "source", "paragraph", "quote", "result", "lead", "deadline", "frequency", "weight",
    "leader", "indicator", "subject", "value_then", "period_then", "aim", "made_of",
)  # fmt: skip
ARRANGED = ("title", "result", "lead", "deadline", "frequency", "weight", "leader", "quote")
LADDER = (
    Step(-5, HOLDER, REMIND),
    Step(-3, HOLDER, SLIP, "blue"),
    Step(1, HOLDER, SLIP, "red"),
    Step(5, SUPERIOR, SLIP, "red", every=5),
)
# Inside the office: nobody above it is told.
OWN_LADDER = (Step(0, HOLDER, REMIND), Step(1, HOLDER, SLIP, "yellow"))
_DAYS = {
    ReportFrequency.WEEK: 7,
    ReportFrequency.FORTNIGHT: 14,
    ReportFrequency.MONTH: 30,
    ReportFrequency.QUARTER: 91,
}


def next_report_on(task: Any, today: date) -> date | None:
    """By when progress is to be reported next; none where only the end counts."""
    days = _DAYS.get(task.frequency)
    if days is None or task.finish_on is None:
        return None
    wanted = today + timedelta(days=days)
    return wanted if wanted < task.finish_on else None


def _office(user: Any, values: Mapping[str, Any]) -> int:
    return office_for(user, values)


def _more_time() -> tuple[flow.Action, ...]:
    """Asked for by the lead before the end, decided by the office."""
    return tuple(
        replace(one, effects=[behaviours.date_follows]) if one.code == "grant_extension" else one
        for one in flow.extending(LEAD, OFFICE, "finish", ["issued", "working"])
    )


@flow.flow
class TaskFlow(flow.Flow):
    """Registered, checked, ready to issue, issued, worked on, finished, closed."""

    code, title, model = "task", _("Supervised task"), Task
    number = "督办〔{year}〕{serial}号"
    states = [
        flow.State("draft", _("registered"), "secondary"),
        flow.State("checking", _("waiting for its check"), "orange"),
        flow.State("approved", _("ready to be issued"), "azure"),
        flow.State("issued", _("waiting to be signed for"), "yellow"),
        flow.State("working", _("in progress"), "blue"),
        flow.State("finished", _("waiting for verification"), "cyan"),
        flow.State("closed", _("number closed"), "green", final=True),
        flow.State("withdrawn", _("called off"), "secondary", final=True, aside=True),
    ]
    required = {"checking": ["result", "lead", "deadline"], "closed": ["quality"]}
    clocks = [
        Term("check", _("Check"), days=2, ladder=OWN_LADDER),
        Term("issue", _("Issuing"), days=2, ladder=OWN_LADDER),
        Term("sign", _("Signing for"), days=1),
        Term("finish", _("Finishing"), counting=FIXED, ladder=LADDER, light="task",
             holder_roles=LEAD_ROLES, superior_roles=OFFICE_ROLES),
        Term("progress", _("Progress report"), counting=FIXED, ladder=(
            Step(-1, HOLDER, REMIND), Step(1, HOLDER, SLIP, "yellow"))),
        Term("mend", _("Putting right"), days=5, counting=CALENDAR),
        Term("verify", _("Verification"), days=5, ladder=OWN_LADDER),
    ]  # fmt: skip
    opening = flow.Opening(
        FIELDS,
        OFFICE_ROLES,
        title=_("Register a task"),
        org_unit=_office,
    )
    actions = [
        flow.Action(
            "submit", _("Submit for the check"), ["draft"], "checking", KEEPERS,
            behaviour=behaviours.Submit(), starts=["check"], effects=[behaviours.with_parts],
        ),
        flow.Action(
            "arrange", _("Arrange units and dates"), ["draft", "checking", "approved"],
            may=KEEPERS, fields=ARRANGED, behaviour=behaviours.Arrange(), expected=False,
            icon="edit",
        ),
        flow.Action(
            "split", _("Break down"), ["draft", "checking", "approved", "working"],
            may=(*KEEPERS, *LEAD), behaviour=behaviours.Split(), expected=False, quiet=True,
            icon="git-branch", hint=_("One part at a time; it becomes a task under this one."),
        ),
        flow.Action(
            "check", _("Pass the check"), ["checking"], "approved", KEEPERS, reason="optional",
            reason_title=_("Remark"), behaviour=behaviours.Check(), stops=["check"],
            starts=["issue"], effects=[behaviours.with_parts], icon="circle-check",
        ),
        flow.Action(
            "send_back", _("Send back"), ["checking"], "draft", KEEPERS, reason="required",
            marks=True, stops=["check"], expected=False, icon="arrow-back-up",
        ),
        flow.Action(
            "issue", _("Issue the task"), ["approved"], "issued", KEEPERS,
            behaviour=behaviours.Issue(), stops=["issue"], starts=["sign", "finish"],
            effects=[behaviours.with_parts], icon="chevron-right",
            hint=_("The lead unit signs for it; each supporting unit gets a clock of its own."),
        ),
        flow.Action(
            "sign", _("Sign for it"), ["issued"], "working", LEAD, reason="optional",
            reason_title=_("Remark"), stops=["sign"], starts=["progress"], icon="checkbox",
        ),
        flow.Action(
            "decline", _("Return to the office"), ["issued"], "approved", LEAD,
            behaviour=behaviours.Decline(), reason="required", stops=["sign", "finish"],
            starts=["issue"], expected=False, icon="arrow-back-up",
        ),
        flow.Action(
            "report", _("Report progress"), ["working"], may=LEAD, fields=["progress"],
            behaviour=behaviours.Progress(), reason="required",
            reason_title=_("What has been done, what is in the way"), stops=["progress"],
            starts=["progress"], may_attach=True, expected=False, icon="chart-bar",
        ),
        flow.Action(
            "finish", _("Report the finish"), ["working"], "finished", LEAD,
            behaviour=behaviours.Finish(), reason="required", reason_title=_("Finish report"),
            evidence=1, stops=["finish", "progress", "mend"], starts=["verify"],
            icon="circle-check",
        ),
        flow.Action(
            "reject", _("Not passed"), ["finished"], "working", OFFICE,
            behaviour=behaviours.Return(), reason="required", stops=["verify"],
            starts=["mend"], expected=False, icon="arrow-back-up",
        ),
        flow.Action(
            "close", _("Close the number"), ["finished"], "closed", OFFICE,
            behaviour=behaviours.Close(), fields=["quality"], reason="required",
            reason_title=_("Finding of the verification"), stops=["verify"], icon="circle-check",
        ),
        flow.Action(
            "reopen", _("Reopen"), ["closed"], "working", OFFICE, behaviour=behaviours.Reopen(),
            reason="required", starts=["mend"], expected=False, icon="history",
        ),
        flow.withdrawing("withdrawn", OFFICE, ["draft", "checking", "approved", "issued",
                                               "working"]),
        flow.handing_over(OFFICE, ["issued", "working"], effects=[behaviours.lead_follows]),
        flow.suspending(OFFICE),
        _more_time(),
        flow.co_units(OFFICE, LEAD_ROLES, behaviours.SUPPORT, ["issued", "working", "finished"]),
    ]  # fmt: skip

    def due_on(self, case: Any, code: str) -> date | None:
        if code == "finish":
            return case.finish_on
        return next_report_on(case, clock.today()) if code == "progress" else None

    def facts(self, case: Any) -> Mapping[str, Any]:
        if case.issued_on is None or case.finish_on is None or case.finish_on < case.issued_on:
            return {"progress": case.progress}
        return {
            "progress": case.progress,
            "starts_on": case.issued_on,
            "ends_on": case.finish_on,
        }
