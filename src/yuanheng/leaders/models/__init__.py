from yuanheng.leaders.models.leader import Leader
from yuanheng.leaders.models.link import LeaderLink
from yuanheng.leaders.models.visit import Visit, VisitProblem

__all__ = ["Leader", "LeaderLink", "Visit", "VisitProblem"]
