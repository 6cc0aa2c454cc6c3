from yuanheng.supervision.models.calendar_key import CalendarKey
from yuanheng.supervision.models.plan import PlanStep
from yuanheng.supervision.models.score import ScoreRule
from yuanheng.supervision.models.source import Source
from yuanheng.supervision.models.task import SupportingUnit, Task

__all__ = ["CalendarKey", "PlanStep", "ScoreRule", "Source", "SupportingUnit", "Task"]
