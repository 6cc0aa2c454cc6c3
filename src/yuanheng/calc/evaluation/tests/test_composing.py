"""Levels by a mean, weights from data and comparisons, imputation and treatment in a scheme."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pytest

from yuanheng.calc.composite import aggregation
from yuanheng.calc.composite.transforms import box_cox, box_cox_power, log_range
from yuanheng.calc.composite.weights import critic_weights, entropy_weights
from yuanheng.calc.evaluation import ArrayRun, build_program, check_scheme
from yuanheng.calc.evaluation.preparing import prepare, settle, unsettled
from yuanheng.calc.evaluation.program import RANK, SCORE
from yuanheng.calc.evaluation.sql import input_column, print_program
from yuanheng.calc.evaluation.tests.little_scheme import scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.robustness import Uncertainty, assess
from yuanheng.calc.robustness.choices import Draws
from yuanheng.calc.robustness.copies import Copies
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.calc.scheme.level_weights import shared_out

RANGE = "method: floored_range, base: 0"
N1 = "method: ratio_to_benchmark, benchmark: 10"
N2 = "method: ratio_to_benchmark, benchmark: 20"
RANGES = ((N1, RANGE), (N2, RANGE))
FREE = (*RANGES, ("        weight: 60\n", ""), ("        weight: 40\n", ""))


def text_of(*changes: tuple[str, str], group: str = "") -> str:
    return scheme_text(*changes, ("    when: true\n", f"    when: true\n{group}"))


def faults(text: str) -> dict[str, str]:
    return {fault.code: fault.path for fault in check_scheme(read_scheme_text(text))}


def columns(rows: int = 25) -> dict[str, Any]:
    random = np.random.default_rng(2)
    x = random.lognormal(1, 1, rows)
    x[4] = np.nan
    return {"x": x, "y": random.lognormal(0, 0.4, rows)}


def prepared(text: str, given: dict[str, Any]) -> Any:
    rows = len(given["x"])
    return prepare(
        build_program(read_scheme_text(text)), lambda b: ArrayRun(given, rows).run(b.program)
    )


@pytest.mark.parametrize(
    ("method", "of"), [("entropy", entropy_weights), ("critic", critic_weights)]
)
def test_weights_from_data_are_those_of_the_function(method, of):
    given = columns()
    built, found = prepared(
        text_of(*FREE, group=f"    weights_from: {{method: {method}}}\n"), given
    )
    known = ~np.isnan(given["x"])
    scaled = np.column_stack([given["x"], given["y"]])
    scaled = (scaled - np.nanmin(scaled, axis=0)) / np.ptp(
        np.where(np.isnan(scaled), np.nanmin(scaled, axis=0), scaled), axis=0
    )
    assert known.sum() == 24
    wanted = shared_out(of(scaled).tolist(), 100.0, 2)
    assert [item.weight for item in built.program.items] == wanted
    assert sum(wanted) == pytest.approx(100, abs=1e-9)
    assert found["firms"]["weights"] == dict(zip(["first", "second"], wanted, strict=True))


def test_settled_again_gives_the_same_and_what_was_settled_can_be_frozen():
    given, text = columns(), text_of(*FREE, group="    weights_from: {method: critic}\n")
    built, found = prepared(text, given)
    _again, same = prepared(text, given)
    assert found == same
    assert not unsettled(settle(read_scheme_text(text), found).scheme)
    first, second = found["firms"]["weights"].values()
    written = f"    weights: {{first: {first}, second: {second}}}\n"
    frozen = text.replace("    when: true\n", f"    when: true\n{written}")
    one, other = (
        ArrayRun(given, 25).run(b.program)
        for b in (built, build_program(read_scheme_text(frozen)))
    )
    np.testing.assert_array_equal(one[SCORE], other[SCORE])
    np.testing.assert_array_equal(one[RANK], other[RANK])


def test_given_and_found_weights_together():
    given = columns()
    spec = "    weights_from: {method: critic, with_given: 50%}\n"
    built, _ = prepared(text_of(*RANGES, group=spec), given)
    alone, _ = prepared(text_of(*FREE, group="    weights_from: {method: critic}\n"), given)
    found, pure = (b.program.items[0].weight for b in (built, alone))
    assert found == pytest.approx((60 + pure) / 2, abs=0.011)


WAYS = {
    "median": ("", lambda x, w: aggregation.median(x, w)),
    "owa": (", places: [3, 1]", lambda x, w: aggregation.owa(x, [3, 1])),
    "copeland": ("", lambda x, w: (aggregation.copeland(x, w) + len(x) - 1) / (2 * len(x) - 2)),
    "topsis": ("", lambda x, w: aggregation.topsis(x, w, scaling="none")),
    "vikor": (", majority: 30%", lambda x, w: 1 - aggregation.vikor(x, w, group_share=0.3).q),
    "benefit_of_the_doubt": (", within: 40%", lambda x, w: best_within(x, w, 0.4)),
}


def best_within(x, w, within):
    """Each subject's linear program on its own, by another solver's method."""
    optimize = pytest.importorskip("scipy.optimize")
    w = np.array(w)
    each, ones = np.eye(len(w)), np.ones((len(w), 1))
    region = np.vstack([(w * (1 - within))[:, None] * ones.T - each,
                        each - (w * (1 + within))[:, None] * ones.T])  # fmt: skip
    rows = np.vstack([x, region])
    upper = np.r_[np.ones(len(x)), np.zeros(len(region))]
    return np.array(
        [-optimize.linprog(-own, A_ub=rows, b_ub=upper, method="highs-ipm").fun for own in x]
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_level_by_order_is_what_the_function_says_on_both_engines(way):
    random = np.random.default_rng(4)
    given = {"x": random.lognormal(1, 1, 30), "y": random.lognormal(1, 1, 30)}
    given["x"][3] = given["x"][4]
    said, of = WAYS[way]
    built, _ = prepared(text_of(group=f"    combine: {{way: {way}{said}}}\n"), given)
    made = ArrayRun(given, 30).run(built.program)
    shares = np.column_stack([made[i.points] / i.weight for i in built.program.items])
    expected = np.round(100 * of(shares, [0.6, 0.4]), 6)
    assert made[SCORE] == pytest.approx(expected, abs=2e-6)
    assert in_sql(built, given) == pytest.approx(list(made[SCORE]), abs=1e-9)
    assert (assess(built, made, 30, replicates=20).low >= 1).all()


def in_sql(built, given):
    printed = print_program(built.program, [SCORE])
    con = duckdb.connect()
    names = [input_column(c.key) for c in built.program.inputs]
    con.execute(
        f"CREATE TABLE subjects (subject_no INT, {', '.join(f'{n} DOUBLE' for n in names)})"
    )
    rows = zip(*(given[c.key].tolist() for c in built.program.inputs), strict=True)
    con.executemany(
        f"INSERT INTO subjects VALUES ({', '.join('?' * (len(names) + 1))})",
        [(n, *row) for n, row in enumerate(rows)],
    )
    found = con.execute(
        f"SELECT {printed.columns[SCORE]} FROM ({printed.sql}) ORDER BY subject_no"
    ).fetchall()
    return [row[0] for row in found]


def test_comparisons_of_an_expert_are_weights_and_inconsistent_ones_are_named():
    ahp = "    weights_from: {method: ahp, comparisons: [3]}\n"
    built = build_program(read_scheme_text(text_of(*FREE, group=ahp)))
    assert [item.weight for item in built.program.items] == [75.0, 25.0]
    wrong = text_of(*FREE, group="    weights_from: {method: ahp, comparisons: [3, 5, 2]}\n")
    assert faults(wrong)["ahp_size"] == "groups[0].weights_from.comparisons"


@pytest.mark.parametrize(
    ("group", "changes", "code", "path"),
    [
        ("    combine: {way: copeland}\n", (("missing: zero_points", "missing: leave_out"),),
         "way_needs_all_parts", "groups[0].combine"),
        ("    combine: {way: owa, places: [1]}\n", (), "owa_places", "groups[0].combine.places"),
        ("    combine: {way: vikor}\n", (("missing: zero_points", "missing: leave_out"),),
         "way_needs_all_parts", "groups[0].combine"),
        ("    combine: {way: benefit_of_the_doubt}\n",
         (("missing: zero_points", "missing: leave_out"),), "way_needs_all_parts",
         "groups[0].combine"),
        ("    combine: {way: benefit_of_the_doubt}\n    weightings: {_total: [[1.0]]}\n", (),
         "weightings_size", "groups[0].weightings"),
        ("    weights_from: {method: benefit_of_the_doubt}\n", FREE, "no_common_weights",
         "groups[0].weights_from.method"),
        ("    weights_from: {method: entropy, with_given: 30%}\n", FREE, "given_weight_missing",
         "groups[0].weights_from.with_given"),
        ("", (("missing: zero_points", "missing: {impute: nearest, on: [third]}"),),
         "no_such_item", "data_rules.missing.on"),
        ("", (("missing: zero_points", "missing: {impute: regression, on: [first]}"),),
         "no_such_item", "data_rules.missing.on"),
        ("", ((N1, f"{N1}}}\n        treat: {{method: log_range"),), "curved_against_fixed",
         "groups[0].items[0].treat"),
        ("    combine: {way: arithmetic, least: 1%}\n", (), "least_without_effect",
         "groups[0].combine.least"),
    ],
)  # fmt: skip
def test_what_no_query_can_say_is_named_with_its_path(group, changes, code, path):
    assert faults(text_of(*changes, group=group))[code] == path


def test_dimensions_are_not_weighed_by_data():
    text = text_of(group="    weights_from: {method: entropy}\n").replace(
        "      - code: first\n",
        "      - dimension: d\n        name: 维\n        weight: 1\n        items:\n"
        "          - {code: z, name: 丙项, formula: 甲, better: higher, weight: 1, cap: none, "
        "floor: none, normalise: {method: ratio_to_best}}\n      - code: first\n",
    )
    assert faults(text)["weights_of_dimensions"] == "groups[0].weights_from"


@pytest.mark.parametrize("x", [[3.0, 3.0, 3.0], [5.0]])
def test_data_that_give_no_weights_are_said_with_the_group(x):
    text = text_of(*FREE, group="    weights_from: {method: entropy}\n")
    with pytest.raises(FaultyInput) as error:
        prepared(text, {"x": np.array(x), "y": np.array(x)})
    fault = error.value.faults[0]
    assert fault.path == "groups[0].weights_from"
    assert fault.line
    assert "“全部”按 entropy 定不出权重" in fault.zh


def test_treatments_are_those_of_the_functions():
    given = columns()
    treat = ((N1, f"{RANGE}}}\n        treat: {{method: box_cox"), (N2, RANGE))
    built, found = prepared(text_of(*treat), given)
    known = given["x"][~np.isnan(given["x"])]
    power = found["firms"]["treatments"]["first"]["power"]
    assert power == round(box_cox_power(known), 6)
    made = ArrayRun(given, 25).run(built.program)[built.program.items[0].treated]
    np.testing.assert_allclose(made, box_cox(given["x"], power), rtol=1e-12)
    logs = text_of((N1, f"{RANGE}}}\n        treat: {{method: log_range"), (N2, RANGE))
    built = build_program(read_scheme_text(logs))
    made = ArrayRun(given, 25).run(built.program)[built.program.items[0].treated]
    np.testing.assert_allclose(made, log_range(given["x"]), rtol=1e-12)


def test_an_outlier_is_pulled_in_and_marked():
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 400])
    treat = ((N1, f"{RANGE}}}\n        treat: {{method: winsorise"), (N2, RANGE))
    built, found = prepared(text_of(*treat), {"x": x, "y": x})
    assert found["firms"]["treatments"]["first"] == {"high": 9.0}
    item = built.program.items[0]
    made = ArrayRun({"x": x, "y": x}, 10).run(built.program)
    assert made[item.value][-1] == 400
    assert made[item.points][-1] == made[item.points][-2] == 60
    assert made[item.pulled].tolist() == [0] * 9 + [1]


@pytest.mark.parametrize("way", ["geometric", "harmonic", "quadratic", "minimum"])
def test_copies_of_a_level_by_a_mean_are_the_run(way):
    text = text_of(*RANGES, ("missing: zero_points", "missing: leave_out"),
                   group=f"    combine: {{way: {way}}}\n")  # fmt: skip
    built, given = build_program(read_scheme_text(text)), columns()
    made = ArrayRun(given, 25).run(built.program)
    copies = Copies(built.program, made, 25, 100.0, Uncertainty())
    still = Draws({"weights": np.ones((2, 2)), "left_out": np.full(2, -1)}, 2)
    np.testing.assert_allclose(
        copies.outcome(still).score, np.tile(made[SCORE], (2, 1)), atol=2e-6
    )
    found = assess(built, made, 25, replicates=40, with_sensitivity=False)
    assert (found.low <= found.high).all()


@pytest.mark.parametrize("way", ["geometric", "harmonic", "quadratic", "minimum"])
def test_all_means_agree_on_equal_shares_and_never_pass_the_sum(way):
    equal = {"x": np.array([5.0, 2.0]), "y": np.array([10.0, 4.0])}
    plain, mean = (
        ArrayRun(equal, 2).run(build_program(read_scheme_text(text_of(group=g))).program)[SCORE]
        for g in ("", f"    combine: {{way: {way}}}\n")
    )
    np.testing.assert_allclose(plain, mean)
    apart = {"x": np.array([9.0, 2.0]), "y": np.array([3.0, 15.0])}
    plain, mean = (
        ArrayRun(apart, 2).run(build_program(read_scheme_text(text_of(group=g))).program)[SCORE]
        for g in ("", f"    combine: {{way: {way}}}\n")
    )
    assert ((mean > plain) if way == "quadratic" else (mean < plain)).all()
