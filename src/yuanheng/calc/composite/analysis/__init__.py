"""Steps 4 and 8: how the indicators hang together, and what each does to the result."""

from yuanheng.calc.composite.analysis.components import (
    Components,
    factors_to_keep,
    principal_components,
    varimax,
)
from yuanheng.calc.composite.analysis.correlation import (
    DimensionCorrelation,
    correlation,
    with_dimensions,
)
from yuanheng.calc.composite.analysis.importance import (
    Importance,
    correlation_ratio,
    implied_importance,
    main_effect,
)
from yuanheng.calc.composite.analysis.reliability import Reliability, cronbach_alpha

__all__ = [
    "Components",
    "DimensionCorrelation",
    "Importance",
    "Reliability",
    "correlation",
    "correlation_ratio",
    "cronbach_alpha",
    "factors_to_keep",
    "implied_importance",
    "main_effect",
    "principal_components",
    "varimax",
    "with_dimensions",
]
