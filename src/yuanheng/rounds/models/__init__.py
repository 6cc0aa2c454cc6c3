from yuanheng.rounds.models.dynamics import DynamicRule, GradeMeasure, UtilityAccount
from yuanheng.rounds.models.objection import Objection
from yuanheng.rounds.models.round import EvaluationRound
from yuanheng.rounds.models.rule import ProcedureRule
from yuanheng.rounds.models.sheet import Sheet

__all__ = [
    "DynamicRule",
    "EvaluationRound",
    "GradeMeasure",
    "Objection",
    "ProcedureRule",
    "Sheet",
    "UtilityAccount",
]
