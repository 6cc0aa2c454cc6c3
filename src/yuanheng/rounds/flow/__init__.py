from yuanheng.rounds.flow.objections import ObjectionFlow
from yuanheng.rounds.flow.rounds import RoundFlow

__all__ = ["ObjectionFlow", "RoundFlow"]
