"""Numbers printed in books and papers come out."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.composite.analysis import cronbach_alpha, principal_components
from yuanheng.calc.composite.normalisation import z_score
from yuanheng.calc.composite.tests.tai import NAMES, VALUES
from yuanheng.calc.composite.weights import (
    ahp_weights,
    best_worst_weights,
    component_weights,
    from_upper,
)


def test_handbook_table_16_eigenvalues_of_the_tai():
    found = principal_components(VALUES)
    # The Handbook's table 16, to the digits that it prints.
    np.testing.assert_allclose(
        found.eigenvalues, [3.3, 1.7, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1], atol=0.1
    )
    np.testing.assert_allclose(
        found.share.cumsum() * 100, [41.9, 63.7, 76.0, 87.2, 93.2, 96.9, 99.1, 100], atol=0.15
    )


def test_handbook_table_17_patents_are_a_factor_of_their_own():
    found = component_weights(VALUES, factors=4)
    patents = NAMES.index("patents")
    own = int(found.factor[patents])
    # Table 17: loading 0.97, squared and scaled to the factor's sum 0.67.
    assert found.loadings[patents, own] == pytest.approx(0.97, abs=0.01)
    assert (found.loadings[:, own] ** 2 / (found.loadings[:, own] ** 2).sum())[
        patents
    ] == pytest.approx(0.67, abs=0.01)
    assert found.explained == pytest.approx(0.872, abs=0.002)


def test_handbook_cronbach_of_the_tai():
    # The Handbook, step 4: alpha of the eight TAI indicators is 0.70.
    assert cronbach_alpha(z_score(VALUES)).alpha == pytest.approx(0.70, abs=0.005)


def test_saaty_what_americans_drink():
    """Saaty, Decision making with the AHP (2008): coffee, wine, tea, beer, soda, milk, water."""
    found = ahp_weights(
        from_upper([9, 5, 2, 1, 1, 1 / 2, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9,
                    1 / 3, 1 / 4, 1 / 3, 1 / 9, 1 / 2, 1, 1 / 3, 2, 1 / 2, 1 / 3])
    )  # fmt: skip
    printed = [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
    np.testing.assert_allclose(found.weights, printed, atol=6e-4)
    assert found.ratio == pytest.approx(0.022, abs=5e-4)
    assert found.consistent


def test_rezaei_buying_a_car():
    """The comparisons of Rezaei (2015, 2016): quality, price, comfort, safety, style."""
    pytest.importorskip("highspy")
    found = best_worst_weights([2, 1, 4, 2, 8], [4, 8, 2, 4, 1], best=1, worst=4)
    # They are consistent, aB·aW is 8 for every criterion, so weights that meet all follow by hand.
    assert found.xi == pytest.approx(0, abs=1e-9)
    assert found.input_ratio == 0
    np.testing.assert_allclose(found.weights, np.array([4, 8, 2, 4, 1]) / 19, atol=1e-9)
