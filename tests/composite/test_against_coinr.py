"""The steps give what COINr 1.1.14 gives on the ASEM data, to the last digits."""

from __future__ import annotations

import numpy as np
import pytest
from tests.composite.asem import (
    figures,
    indicators,
    labels,
    meta_of,
    needs_asem,
    table,
)

from yuanheng.calc.composite.aggregation import Node, aggregate_tree
from yuanheng.calc.composite.denomination import denominate
from yuanheng.calc.composite.imputation import fill_mean, fill_median
from yuanheng.calc.composite.inputs import to_columns
from yuanheng.calc.composite.normalisation import min_max
from yuanheng.calc.composite.outliers import treat
from yuanheng.calc.composite.panel import fill_last_value, fill_linear
from yuanheng.calc.composite.ranks import rank
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


def test_the_whole_chain_is_the_weighted_means_of_the_levels():
    """Scores of all 60 nodes, against the same work written out in NumPy without this package."""
    codes, before = prepared()
    faces = np.array([float(d) for d in meta_of(codes, "Direction")])
    treated = treat(before).values
    done = aggregate_tree(to_columns(min_max(treated, faces), codes), _tree("Index"))
    x = figures("treated.csv", codes) * faces
    x = (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0)) * 100
    by_name = {code: x[:, j] for j, code in enumerate(codes)}
    meta = table("ASEM_iMeta.csv")
    for level in ("2", "3", "4"):
        for name in [n for n, at in zip(meta["iCode"], meta["Level"], strict=True) if at == level]:
            below = [(by_name[c], float(w)) for c, w in _children(name)]
            total = sum(w for _, w in below)
            by_name[name] = sum(v * w for v, w in below) / total
            same(done.scores[name], by_name[name])
    assert sum(done.weights.values()) == pytest.approx(1)
    assert (rank(done.scores["Index"]) == rank(by_name["Index"].round(12))).all()


def _children(parent):
    meta = table("ASEM_iMeta.csv")
    rows = zip(meta["iCode"], meta["Parent"], meta["Weight"], strict=True)
    return [(code, weight) for code, of, weight in rows if of == parent]


def _tree(name):
    kinds = dict(zip(table("ASEM_iMeta.csv")["iCode"], table("ASEM_iMeta.csv")["Level"],
                     strict=True))  # fmt: skip
    below = _children(name)
    return Node(
        name,
        [code if kinds[code] == "1" else _tree(code) for code, _ in below],
        [float(weight) for _, weight in below],
    )
