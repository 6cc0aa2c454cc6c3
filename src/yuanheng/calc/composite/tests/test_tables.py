"""Every step takes tables of all kinds, gives what it gives for the array, and knows the names."""

from __future__ import annotations

import numpy as np
import pytest

from yuanheng.calc.composite import (
    aggregation,
    analysis,
    denomination,
    imputation,
    inputs,
    normalisation,
    outliers,
    panel,
    ranks,
    screening,
    weights,
)
from yuanheng.calc.composite.tables import by_name, columns_of, takes_tables
from yuanheng.calc.faults import FaultyInput

NAMES = ["税收", "研发", "能耗"]
X = np.random.default_rng(4).lognormal(1, 0.5, (12, 3))
COLUMNS = {name: X[:, j] for j, name in enumerate(NAMES)}
SCORES = X.mean(axis=1)


def pandas_frame():
    return pytest.importorskip("pandas").DataFrame(COLUMNS)


def polars_frame():
    return pytest.importorskip("polars").DataFrame(COLUMNS)


def arrow_table():
    return pytest.importorskip("pyarrow").table(COLUMNS)


def relation():
    """A relation without pandas or Arrow: its rows are written out."""
    rows = ", ".join(f"({', '.join(f'{one!r}::DOUBLE' for one in row)})" for row in X.tolist())
    names = ", ".join(f'"{name}"' for name in NAMES)
    return (
        pytest.importorskip("duckdb").connect().sql(f"SELECT * FROM (VALUES {rows}) AS t({names})")
    )


def structured():
    found = np.empty(len(X), dtype=[(name, float) for name in NAMES])
    for name in NAMES:
        found[name] = COLUMNS[name]
    return found


TABLES = {
    "mapping": lambda: {name: column.tolist() for name, column in COLUMNS.items()},
    "pandas": pandas_frame,
    "polars": polars_frame,
    "arrow": arrow_table,
    "duckdb": relation,
    "structured": structured,
}
MODULES = (
    aggregation, analysis, denomination, imputation, normalisation, outliers, panel, ranks,
    screening, weights,
)  # fmt: skip
STEPS = {
    name: step
    for module in MODULES
    for name, step in vars(module).items()
    if hasattr(step, "__wrapped__") and callable(step)
}
REST = {
    "denominate": ({0: SCORES},),
    "fill_last_value": (["a"] * 12, range(12)),
    "fill_linear": (["a"] * 12, range(12)),
    "goalposts": ([0, 0, 0], [9, 9, 9]),
    "distance_to_target": ([99, 99, 99],),
    "distance_to_reference": (int(X.sum(axis=1).argmax()),),
    "regression_weights": (SCORES,),
    "owa": ([3, 2, 1],),
    "with_dimensions": (["d"] * 3, {"d": SCORES}),
    "main_effect": (SCORES,),
    "implied_importance": (SCORES,),
}


def flat(found):
    """All figures of a result, whatever it is."""
    if hasattr(found, "__dataclass_fields__"):
        return [one for key in found.__dataclass_fields__ for one in flat(getattr(found, key))]
    if isinstance(found, (tuple, list)):
        return [one for part in found for one in flat(part)]
    return [found] if isinstance(found, str) or found is None else np.ravel(found).tolist()


def call(name, values):
    return STEPS[name](values, *REST.get(name, ()))


def test_all_steps_are_here():
    assert len(STEPS) >= 45


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("name", sorted(set(STEPS) - {"ahp_weights", "distance_to_reference"}))
def test_a_table_gives_what_the_array_gives(name, kind):
    if name in ("benefit_of_the_doubt", "weightings"):
        pytest.importorskip("highspy")
    table, wanted = TABLES[kind](), flat(call(name, X))
    found = flat(call(name, table))
    assert len(found) == len(wanted)
    for ours, one in zip(found, wanted, strict=True):
        # Sentences name the columns; figures are the same, unknown ones too.
        assert isinstance(one, str) or ours == one or (ours != ours and one != one)


def test_what_belongs_to_an_indicator_may_be_written_by_name_in_any_order():
    w, faces = {"能耗": 1, "税收": 3, "研发": 2}, {"能耗": -1, "税收": 1, "研发": 1}
    for step in (aggregation.arithmetic, aggregation.topsis, aggregation.copeland):
        np.testing.assert_array_equal(step(COLUMNS, weights=w), step(X, [3, 2, 1]))
    np.testing.assert_array_equal(
        normalisation.min_max(COLUMNS, direction=faces), normalisation.min_max(X, [1, 1, -1])
    )
    found = denomination.denominate(COLUMNS, {"研发": SCORES}, scale={"研发": 100})
    np.testing.assert_array_equal(
        found.values, denomination.denominate(X, {1: SCORES}, scale={1: 100}).values
    )
    np.testing.assert_array_equal(
        aggregation.geometric(X, weights=w, names=NAMES), aggregation.geometric(X, [3, 2, 1])
    )
    np.testing.assert_array_equal(
        weights.given_weights({"a": 1, "b": 3}), weights.given_weights([1, 3])
    )


def test_a_column_that_says_something_about_the_units_is_named():
    gaps = X.copy()
    gaps[3, 0] = np.nan
    kinds = ["甲", "乙"] * 6
    table = {"类别": kinds, **{name: gaps[:, j] for j, name in enumerate(NAMES)}}
    np.testing.assert_array_equal(
        imputation.fill_mean(table, groups="类别").values, imputation.fill_mean(gaps, kinds).values
    )
    np.testing.assert_array_equal(
        weights.regression_weights({"参照": SCORES, **COLUMNS}, "参照").weights,
        weights.regression_weights(X, SCORES).weights,
    )
    years = {"园区": ["a"] * 12, "年": list(range(12)), **COLUMNS}
    assert panel.fill_linear(years, units="园区", times="年").values.shape == X.shape


def test_results_get_their_names_back():
    assert list(by_name(COLUMNS, weights.entropy_weights(COLUMNS))) == NAMES
    assert by_name(COLUMNS, normalisation.min_max(COLUMNS))["能耗"].shape == (12,)


def test_messages_name_the_column():
    with pytest.raises(FaultyInput, match="“能耗” isn't positive in row 2"):
        weights.entropy_weights({"税收": [1, 2, 3], "能耗": [1, -1, 2]})


def test_best_and_worst_by_name():
    pytest.importorskip("highspy")
    found = weights.best_worst_weights(
        {"质": 1, "价": 2, "样": 8}, {"样": 1, "价": 4, "质": 8}, best="质", worst="样"
    )
    wanted = weights.best_worst_weights([1, 2, 8], [8, 4, 1], best=0, worst=2)
    np.testing.assert_array_equal(found.weights, wanted.weights)


def test_unknown_is_nan_in_every_dress():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"a": pandas.array([1, None, 3], dtype="Int64"), "b": [1.0, 2.0, None]}
    )
    np.testing.assert_array_equal(
        imputation.fill_mean(frame).values, [[1.0, 1.0], [2.0, 2.0], [3.0, 1.5]]
    )
    masked = np.ma.MaskedArray([[1.0, 2.0]], mask=[[False, True]])
    np.testing.assert_array_equal(inputs.matrix(masked), [[1.0, np.nan]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: weights.entropy_weights({"名称": ["甲园", "乙园"], "a": [1, 2]}),
         "名称 holds “甲园” at (1,)"),
        (lambda: weights.entropy_weights([["x", 1], [2, 3]]), "holds “x” at (1, 1)"),
        (lambda: weights.entropy_weights({"a": [1, 2], "b": [1]}), "differ in length"),
        (lambda: aggregation.arithmetic(COLUMNS, weights={"税收": 1, "研发": 1}), "lacks 能耗"),
        (lambda: aggregation.arithmetic(COLUMNS, weights={"税": 1}), "names 税, which the table"),
        (lambda: aggregation.arithmetic(X, weights={"税": 1}), "(no names)"),
        (lambda: imputation.fill_mean(COLUMNS, groups="类别"), "names 类别"),
        (lambda: denomination.denominate(COLUMNS, {"人口": SCORES}), "names 人口"),
        (lambda: imputation.fill_regression(COLUMNS, predictors=["人口"]), "names 人口"),
        (lambda: by_name(COLUMNS, [1.0, 2.0]), "the shape (2,)"),
        (lambda: weights.best_worst_weights({"a": 1, "b": 2}, {"a": 2}, best="a", worst="b"),
         "must name the same criteria"),
        (lambda: weights.best_worst_weights({"a": 1, "b": 2}, {"a": 2, "b": 1}, best="c",
                                            worst="b"), "best isn't worst"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_told(call, said):
    with pytest.raises(FaultyInput) as error:
        call()
    assert said in str(error.value)


def test_columns_of_one_name_are_refused():
    frame = pytest.importorskip("pandas").DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(FaultyInput, match="columns of one name: a"):
        columns_of(frame)


def test_arrays_go_through_untouched():
    seen = []
    step = takes_tables(lambda values: seen.append(values))
    step(X)
    assert seen[0] is X
