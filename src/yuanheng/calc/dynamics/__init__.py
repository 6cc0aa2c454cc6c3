"""动态管理: what several periods say together, and what a grade brings with it."""

from yuanheng.calc.dynamics.measures import Applied, Tariff, applied, years_in_grade
from yuanheng.calc.dynamics.standing import Place, Rule, Verdict, judge

__all__ = [
    "Applied",
    "Place",
    "Rule",
    "Tariff",
    "Verdict",
    "applied",
    "judge",
    "years_in_grade",
]
