"""The steps give what COINr 1.1.14 gives on the ASEM data, to the last digits."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.composite.denomination import denominate
from yuanheng.calc.composite.imputation import fill_mean, fill_median
from yuanheng.calc.composite.outliers import treat
from yuanheng.calc.composite.panel import fill_last_value, fill_linear
from tests.composite.asem import (
    figures,
    indicators,
    labels,
    meta_of,
    needs_asem,
    table,
)
from yuanheng.calc.composite.transforms import box_cox, log_range

pytestmark = needs_asem


def same(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-11)


def prepared():
    """Denominated, then filled with the mean of Europe or Asia: where COINr's treatment begins."""
    codes = indicators()
    by = {
        j: figures("ASEM_iData.csv", [d])[:, 0]
        for j, d in enumerate(meta_of(codes, "Denominator"))
        if d
    }
    known = denominate(figures("ASEM_iData.csv", codes), by).values
    return codes, fill_mean(known, labels("ASEM_iData.csv", "EurAsia_group")).values


@pytest.mark.parametrize(
    ("file", "fill", "group"),
    [
        ("col_mean", fill_mean, None),
        ("col_median", fill_median, None),
        ("group_mean_GDPpc", fill_mean, "GDPpc_group"),
        ("group_median_EurAsia", fill_median, "EurAsia_group"),
    ],
)
def test_imputation(file, fill, group):
    codes = indicators()
    before = figures("ASEM_iData.csv", codes)
    groups = labels("ASEM_iData.csv", group) if group else None
    done = fill(before, groups)
    wanted = figures(f"reference/{file}.csv", codes)
    same(done.values, wanted)
    assert done.filled.sum() == np.isnan(before).sum() - np.isnan(wanted).sum()


@pytest.mark.parametrize(("file", "fill"), [("latest", fill_last_value), ("linear", fill_linear)])
def test_panel(file, fill):
    codes = indicators()
    source = table("panel_input_with_gaps.csv")
    before = figures("panel_input_with_gaps.csv", codes, None)
    done = fill(before, source["uCode"], [float(t) for t in source["Time"]])
    same(done.values, figures(f"reference/panel_{file}.csv", codes, None))


@pytest.mark.parametrize("most", [1, 5])
def test_treatment(most):
    codes, before = prepared()
    done = treat(before, most=most, then=None)
    same(done.values, figures(f"reference/winsorise_winmax{most}.csv", codes))


def test_treatment_is_what_coinr_keeps():
    codes, before = prepared()
    same(treat(before).values, figures("treated.csv", codes))


def test_treatment_summary():
    _, before = prepared()
    done = treat(before).columns
    wanted = table("reference/winsorise_summary.csv")
    for j, column in enumerate(done):
        assert (column.how == "none") == (wanted["pass_before"][j] == "TRUE")
        assert (column.high, column.low) == (int(wanted["n_hi"][j]), int(wanted["n_lo"][j]))
        assert str(column.passes).upper() == wanted["pass_after"][j]
        same(column.skewness_before, float(wanted["skew_before"][j]))
        same(column.kurtosis_before, float(wanted["kurt_before"][j]))
        same(column.skewness_after, float(wanted["skew_after"][j]))
        same(column.kurtosis_after, float(wanted["kurt_after"][j]))


@pytest.mark.parametrize(
    ("file", "change"), [("log_CT", log_range), ("boxcox_0.5", lambda x: box_cox(x, 0.5))]
)
def test_transforms(file, change):
    codes, before = prepared()
    same(
        np.column_stack([change(before[:, j]) for j in range(len(codes))]),
        figures(f"reference/{file}.csv", codes),
    )
