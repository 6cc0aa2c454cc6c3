"""Is this figure likely to be wrong? Slips of the unit, jumps, outliers: on whole columns."""

from yuanheng.calc.figures.outliers import THRESHOLD, robust_scores
from yuanheng.calc.figures.slips import SLIPS, Slip, unit_slips

__all__ = ["SLIPS", "THRESHOLD", "Slip", "robust_scores", "unit_slips"]
