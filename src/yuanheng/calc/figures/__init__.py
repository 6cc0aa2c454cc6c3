"""Is this figure likely to be wrong? Slips of the unit, jumps, outliers: on whole columns."""

from yuanheng.calc.figures.comparing import Relation, breaks, changes
from yuanheng.calc.figures.outliers import THRESHOLD, robust_scores, row_medians, scores_against
from yuanheng.calc.figures.slips import SLIPS, Slip, dimension_of, in_unit, unit_slips

__all__ = [
    "SLIPS",
    "THRESHOLD",
    "Relation",
    "Slip",
    "breaks",
    "changes",
    "dimension_of",
    "in_unit",
    "robust_scores",
    "row_medians",
    "scores_against",
    "unit_slips",
]
