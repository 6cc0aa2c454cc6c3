"""The score of a closed task, by the rule in force; every part of it is kept beside the score."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from yuanheng.kernel.clocks.words import days_left_of
from yuanheng.kernel.dated import nearest_in_force
from yuanheng.kernel.formulas import USUAL_SOURCE
from yuanheng.kernel.models import Clock, Slip
from yuanheng.supervision.models import ScoreRule

USUAL = "核查得分 - 2 * 超期天数 - 3 * 督办单数 - 5 * 退回次数"


def rule_for(org_unit_id: int | None, on: date) -> tuple[str, str]:
    """The formula that counts in an organisation on a day, and its source."""
    found = nearest_in_force(ScoreRule.objects.all(), org_unit_id, on)
    return (found.formula, found.clause) if found else (USUAL, USUAL_SOURCE)


def facts_of(task: Any) -> dict[str, float]:
    """What a formula may ask of a task: by the time at which the finish was reported."""
    clocks = Clock.objects.filter(subject_model=task._meta.label, subject_pk=str(task.pk))
    finish = clocks.filter(code="task.finish").order_by("-pk").first()
    late = 0
    if finish is not None:
        late = max(0, -days_left_of(finish, task.finished_on or finish.due_on))
    slips = Slip.objects.filter(clock__in=clocks, colour__in=("yellow", "orange", "red"))
    return {
        "quality": float(task.quality or 0),
        "days_late": float(late),
        "slips": float(slips.count()),
        "returns": float(task.moves.filter(action="reject").count()),
        "extensions": float(task.extensions.filter(granted=True).count()),
    }


def score_of(task: Any, today: date) -> tuple[Decimal, dict[str, Any]]:
    """0 to 100, and what it was made of."""
    formula, source = rule_for(task.office_id, today)
    known = facts_of(task)
    score = min(100.0, max(0.0, ScoreRule.facts.reader(formula)(known) or 0.0))
    basis = {"formula": formula, "source": source, "facts": known}
    return Decimal(str(round(score, 2))), basis
