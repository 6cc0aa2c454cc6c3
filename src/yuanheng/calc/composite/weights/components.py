"""Step 6, weights by principal components with rotation, as the OECD/JRC Handbook does it.

Source: OECD/JRC Handbook (2008) §6.1; Nicoletti, Scarpetta and Boylaud (2000).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.analysis.components import (
    factors_to_keep,
    principal_components,
    varimax,
)
from yuanheng.calc.composite.inputs import Floats, Ints, Names, refusal
from yuanheng.calc.composite.tables import takes_tables


@dataclass(frozen=True, slots=True)
class ComponentWeights:
    """``weights``: shape (m,), sum 1. ``factor``: for each indicator the factor it loads on most
    (from 0); ``loadings`` after rotation, shape (m, f); ``factor_share``: each factor's share of
    the variance that all kept factors explain; ``explained``: of all variance."""

    weights: Floats
    factor: Ints
    loadings: Floats
    factor_share: Floats
    explained: float


@takes_tables
def component_weights(
    values: ArrayLike,
    *,
    factors: int | None = None,
    rotate: bool = True,
    names: Names | None = None,
) -> ComponentWeights:
    """Weights from the variance that indicators share.

    1. Components of the correlation matrix; ``factors`` are kept (None: `factors_to_keep`), and
    rotated by varimax. 2. Each indicator belongs to the factor f on which it loads most, with
    l²ⱼf ÷ Σⱼ l²ⱼf (the squared loading scaled to sum 1 in the factor). 3. That figure × the
    factor's share of the explained variance, and all scaled to sum 1.

    ``values``: shape (n, m), any units; direction doesn't matter, since loadings are squared. The
    weights correct for overlap and are no statement of importance; they are refused where
    `principal_components` is.

    >>> x = [[1.0, 1.1, 5.0], [2.0, 2.3, 1.0], [3.0, 2.9, 4.0], [4.0, 4.2, 2.0]]
    >>> found = component_weights(x, factors=2)
    >>> found.factor.tolist(), found.weights.round(3).tolist()
    ([0, 0, 1], [0.342, 0.323, 0.335])
    """
    parts = principal_components(values, names=names)
    m = len(parts.eigenvalues)
    kept = factors_to_keep(parts.eigenvalues) if factors is None else factors
    if not 1 <= kept <= m:
        raise refusal(
            "factors_bad",
            f"因子数是 {kept}，应在 1 与指标数 {m} 之间。",
            f"{kept} factors were asked for; give 1 to {m}, the number of indicators.",
            "factors",
        )
    loadings = parts.loadings[:, :kept]
    if rotate and kept > 1:
        loadings = varimax(loadings)
    squares = loadings**2
    variance = squares.sum(axis=0)
    factor = np.argmax(squares, axis=1)
    share = variance / variance.sum()
    raw = squares[np.arange(m), factor] / variance[factor] * share[factor]
    return ComponentWeights(raw / raw.sum(), factor, loadings, share, float(variance.sum() / m))
