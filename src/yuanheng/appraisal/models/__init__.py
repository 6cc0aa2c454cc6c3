from yuanheng.appraisal.models.link import ParkLink
from yuanheng.appraisal.models.matter import ListedMatter
from yuanheng.appraisal.models.unit import UnitReckoning

__all__ = ["ListedMatter", "ParkLink", "UnitReckoning"]
