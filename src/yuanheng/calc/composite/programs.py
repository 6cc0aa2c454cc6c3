"""Linear programs: a thin door to HiGHS (MIT), which `weights.bwm` and `weights.doubt` use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from yuanheng.calc.composite.inputs import Floats, refusal


class Program:
    """max cost·x with lower ≤ A·x ≤ upper and 0 ≤ x; kept open, so that a change of the cost or of
    a row starts from the last solution."""

    def __init__(self, rows: Floats, lower: Floats, upper: Floats) -> None:
        highspy = _library()
        self._ok = highspy.HighsModelStatus.kOptimal
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        # One thread and no presolve: small programs, and the same figures on every machine.
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("presolve", "off")
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._highs.setOptionValue(option, 1e-10)
        count = rows.shape[1]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = count, len(rows)
        lp.col_cost_ = np.zeros(count)
        lp.col_lower_, lp.col_upper_ = np.zeros(count), np.full(count, highspy.kHighsInf)
        lp.row_lower_ = np.where(np.isinf(lower), -highspy.kHighsInf, lower)
        lp.row_upper_ = np.where(np.isinf(upper), highspy.kHighsInf, upper)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.arange(len(rows) + 1, dtype=np.int32) * count
        lp.a_matrix_.index_ = np.tile(np.arange(count, dtype=np.int32), len(rows))
        lp.a_matrix_.value_ = np.ascontiguousarray(rows).ravel()
        self._highs.passModel(lp)
        self._columns = np.arange(count, dtype=np.int32)

    def change_rows(self, numbers: Sequence[int], rows: Floats) -> None:
        """Other coefficients for some rows."""
        for number, row in zip(numbers, rows, strict=True):
            for j, value in enumerate(row):
                self._highs.changeCoeff(int(number), j, float(value))

    def solve(self, cost: Floats) -> Floats | None:
        """The x that is best for this cost; None where nothing fits the rows."""
        self._highs.changeColsCost(len(cost), self._columns, np.ascontiguousarray(cost))
        self._highs.run()
        if self._highs.getModelStatus() != self._ok:
            return None
        return np.asarray(self._highs.getSolution().col_value, dtype=np.float64)


def _library() -> Any:
    try:
        import highspy
    except ImportError:
        raise refusal(
            "no_highs",
            "本方法要用线性规划求解器 HiGHS，尚未安装；请安装：pip install highspy。",
            "This method needs the solver HiGHS, which isn't installed: pip install highspy.",
        ) from None
    return highspy
