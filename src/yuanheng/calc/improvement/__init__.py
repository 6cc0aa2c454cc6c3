"""The shortest way up: the least change of a subject's figures that reaches a goal."""

from yuanheng.calc.improvement.goals import Goal
from yuanheng.calc.improvement.improving import Change, Improvement, improve
from yuanheng.calc.improvement.levers import Rules

__all__ = ["Change", "Goal", "Improvement", "Rules", "improve"]
