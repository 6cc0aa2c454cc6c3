"""Step 4, principal components with rotation.

Sources: OECD/JRC Handbook (2008) step 4 and §6.1; Kaiser, The varimax criterion (1958).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.analysis.correlation import correlation
from yuanheng.calc.composite.inputs import Floats, matrix, refusal

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


def principal_components(values: ArrayLike) -> Components:
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
        raise refusal(
            "no_correlation",
            f"第 {at + 1} 列没有差别或与别的指标没有足够的共同数据（共 {len(x)} 个对象），"
            "主成分算不出；请去掉它或先补数。",
            f"Column {at + 1} doesn't vary or shares too few figures with another ({len(x)} "
            "units), so there are no components; leave it out or fill its gaps first.",
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
    [[1.0, 0.0], [0.0, 1.0]]
    """
    given = matrix(loadings)
    length = np.sqrt((given**2).sum(axis=1))
    scale = np.where(length > 0, length, 1.0) if normalise else np.ones(len(given))
    a = given / scale[:, None]
    rotation = np.eye(a.shape[1])
    before = 0.0
    for _ in range(turns):
        turned = a @ rotation
        aim = turned**3 - turned * (turned**2).mean(axis=0)
        u, s, v = np.linalg.svd(a.T @ aim)
        rotation = u @ v
        if s.sum() <= before * (1 + 1e-14):
            break
        before = float(s.sum())
    found = (a @ rotation) * scale[:, None]
    order = np.argsort(-(found**2).sum(axis=0), kind="stable")
    found = found[:, order]
    return np.asarray(found * np.where(found.sum(axis=0) < 0, -1.0, 1.0))
