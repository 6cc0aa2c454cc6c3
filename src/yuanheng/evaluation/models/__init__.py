from yuanheng.evaluation.models.assessment import Assessment, RankInterval
from yuanheng.evaluation.models.result import Result
from yuanheng.evaluation.models.run import Run
from yuanheng.evaluation.models.scheme import Scheme, SchemeVersion

__all__ = ["Assessment", "RankInterval", "Result", "Run", "Scheme", "SchemeVersion"]
