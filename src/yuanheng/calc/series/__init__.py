"""Series of figures: growth and its parts, plan curves and pace, a forecast of the year's end."""

from yuanheng.calc.series.curves import (
    Curve,
    Pace,
    even_curve,
    figures_curve,
    own_curve,
    pace,
    shaped_curve,
)
from yuanheng.calc.series.forecast import (
    CountedLine,
    Forecast,
    forecast_count,
    forecast_level,
    forecast_year,
)
from yuanheng.calc.series.growth import (
    Contribution,
    contributions,
    earlier_level,
    growth,
    mean_growth,
    percentage_points,
    real_growth,
)
from yuanheng.calc.series.totals import Aggregation, over_subjects, over_time

__all__ = [
    "Aggregation",
    "Contribution",
    "CountedLine",
    "Curve",
    "Forecast",
    "Pace",
    "contributions",
    "earlier_level",
    "even_curve",
    "figures_curve",
    "forecast_count",
    "forecast_level",
    "forecast_year",
    "growth",
    "mean_growth",
    "over_subjects",
    "over_time",
    "own_curve",
    "pace",
    "percentage_points",
    "real_growth",
    "shaped_curve",
]
