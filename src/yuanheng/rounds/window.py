"""When subjects may answer, and on whose word an answer rests."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yuanheng.accounts.api import OFFICE, Role, place_of
from yuanheng.kernel import clock, figures, flow
from yuanheng.kernel.flow import timing
from yuanheng.rounds.choices import AnsweredAs
from yuanheng.rounds.models import EvaluationRound


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
