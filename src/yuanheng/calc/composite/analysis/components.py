"""Step 4, principal components with rotation.

Sources: OECD/JRC Handbook (2008) step 4 and §6.1; Kaiser, The varimax criterion (1958).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.analysis.correlation import correlation
from yuanheng.calc.composite.inputs import Floats, Names, matrix, named, refusal
from yuanheng.calc.composite.tables import takes_tables

TURN = 1e-12
"""Radians below which a rotation counts as none."""
LATENT_ROOT, EACH, TOGETHER = 1.0, 0.10, 0.60
"""The Handbook's standard practice: a factor has an eigenvalue above 1, more than 10 % of the
variance alone, and all kept ones more than 60 % together."""


@dataclass(frozen=True, slots=True)
class Components:
    """``eigenvalues``: shape (m,), falling, of the correlation matrix (their sum is m); ``share``:
    of the variance; ``loadings``: shape (m, m), correlation of indicator (row) and component
    (column), each column's sum not negative."""

    eigenvalues: Floats
    share: Floats
    loadings: Floats


@takes_tables
def principal_components(values: ArrayLike, *, names: Names | None = None) -> Components:
    """Eigenvalues and loadings of the correlation matrix: loading = eigenvector · √eigenvalue.

    ``values``: shape (n, m), any units; correlations pair by pair where figures are unknown (the
    matrix may then have slightly negative eigenvalues, which count as 0). A flat indicator, and
    fewer than three units, are refused.

    >>> found = principal_components([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])
    >>> found.eigenvalues.round(6).tolist(), found.loadings[:, 0].round(6).tolist()
    ([1.5, 0.5], [0.866025, 0.866025])
    """
    x = matrix(values)
    r = correlation(x)
    flat = np.isnan(np.diag(r))
    if flat.any() or np.isnan(r).any() or len(x) < 3:
        at = int(np.argmax(flat if flat.any() else np.isnan(r).any(axis=0)))
        zh, en = named(names, at, "列", "column")
        raise refusal(
            "no_correlation",
            f"{zh}没有差别或与别的指标没有足够的共同数据（共 {len(x)} 个对象），"
            "主成分算不出；请去掉它或先补数。",
            f"{en[:1].upper()}{en[1:]} doesn't vary or shares too few figures with another "
            f"({len(x)} units), so there are no components; leave it out or fill its gaps first.",
            "values",
        )
    roots, vectors = np.linalg.eigh(r)
    roots, vectors = np.clip(roots[::-1], 0.0, None), vectors[:, ::-1]
    signs = np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return Components(roots, roots / roots.sum(), vectors * signs * np.sqrt(roots))


def factors_to_keep(eigenvalues: ArrayLike) -> int:
    """How many, by the Handbook's rule; at least one. Further factors are kept until 60 % are
    explained, even where they meet the other conditions no longer.

    >>> factors_to_keep([3.3, 1.7, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1])
    2
    """
    roots = np.asarray(eigenvalues, dtype=np.float64)
    share = roots / roots.sum()
    kept = int(((roots > LATENT_ROOT) & (share > EACH)).sum())
    enough = int(np.argmax(np.cumsum(share) > TOGETHER - 1e-12)) + 1
    return max(kept, enough, 1)


def varimax(loadings: ArrayLike, *, normalise: bool = True, turns: int = 1000) -> Floats:
    """The loadings turned (orthogonally) so that each factor has few large ones: maximises
    Σ over factors of the variance of the squared loadings.

    ``loadings``: shape (m, f). ``normalise``: Kaiser's, each row of length 1 meanwhile (as SPSS
    and R). Communalities (row sums of squares) don't change. Factors come by falling variance,
    each with a sum that isn't negative.

    >>> import numpy as np
    >>> turned = varimax(np.array([[0.8, 0.6], [0.8, -0.6]]))
    >>> np.abs(turned).round(4).tolist()
    [[0.9899, 0.1414], [0.1414, 0.9899]]
    """
    given = matrix(loadings)
    length = np.sqrt((given**2).sum(axis=1))
    scale = np.where(length > 0, length, 1.0) if normalise else np.ones(len(given))
    a = given / scale[:, None]
    for _ in range(turns):
        if (
            max((_turn(a, p, q) for p, q in combinations(range(a.shape[1]), 2)), default=0.0)
            < TURN
        ):
            break
    found = a * scale[:, None]
    order = np.argsort(-(found**2).sum(axis=0), kind="stable")
    found = found[:, order]
    return np.asarray(found * np.where(found.sum(axis=0) < 0, -1.0, 1.0))


def _turn(a: Floats, p: int, q: int) -> float:
    """Turn two columns in their plane to where the criterion is largest, in place; the angle.

    Kaiser's closed form; atan2 picks the largest value and never the least, so nothing sticks at
    a saddle."""
    x, y = a[:, p].copy(), a[:, q].copy()
    u, v = x**2 - y**2, 2 * x * y
    up = 2 * ((u * v).sum() - u.sum() * v.sum() / len(a))
    along = (u**2 - v**2).sum() - (u.sum() ** 2 - v.sum() ** 2) / len(a)
    if np.hypot(up, along) <= 1e-15 * len(a):
        return 0.0
    angle = float(np.arctan2(up, along)) / 4
    a[:, p] = x * np.cos(angle) + y * np.sin(angle)
    a[:, q] = y * np.cos(angle) - x * np.sin(angle)
    return abs(angle)
