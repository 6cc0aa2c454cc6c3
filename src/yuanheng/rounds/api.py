"""The door of the rounds: begin one, answer its sheets, object."""

from __future__ import annotations

from yuanheng.rounds.actions import confirm_sheets, object_to
from yuanheng.rounds.annex import Difference, differences
from yuanheng.rounds.models import (
    DynamicRule,
    EvaluationRound,
    GradeMeasure,
    Objection,
    Sheet,
    UtilityAccount,
)

__all__ = [
    "Difference",
    "DynamicRule",
    "EvaluationRound",
    "GradeMeasure",
    "Objection",
    "Sheet",
    "UtilityAccount",
    "confirm_sheets",
    "differences",
    "object_to",
]
