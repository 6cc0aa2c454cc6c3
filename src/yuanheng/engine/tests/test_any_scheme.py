"""Whatever scheme meets whatever table: finite figures or a refusal in words, never anything else.

Schemes are put together from every way of scoring, combining, treating and imputing, tables from
every awkward figure; both go through the function behind ``yh evaluate``.
"""

from __future__ import annotations

import csv
import math
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.calc.faults import FaultyInput
from yuanheng.engine import evaluate_files

LIMITS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FIGURES = st.sampled_from(
    ["", "0", "-0", "1", "2.5", "-3", "1e-9", "1e15", "-1e15", "1e18", "1e308", "-", "NaN", "inf",
     "无", "12,345.6", "50%"]
)  # fmt: skip
SMALL = st.sampled_from([-5.0, 0.0, 1e-9, 0.5, 1.0, 10.0, 1e12])
FLAT = st.sampled_from(["full", "zero", "half"])
SHARE = st.sampled_from([0.0, 0.5, 1.0])
STATISTIC = st.fixed_dictionaries(
    {"statistic": st.sampled_from(["mean", "max", "min", "ratio_of_sums"])}
)
MARK = st.one_of(SMALL, STATISTIC, st.just({"formula": "乙"}))
NORMALISE = st.one_of(
    st.fixed_dictionaries({"method": st.just("ratio_to_benchmark"), "benchmark": MARK}),
    st.just({"method": "ratio_to_best"}),
    st.fixed_dictionaries(
        {"method": st.just("floored_range"), "base": st.sampled_from([0.0, 60.0]),
         "when_flat": FLAT},
        optional={"low": MARK, "high": MARK},
    ),
    st.fixed_dictionaries(
        {"method": st.just("efficacy"), "satisfactory": MARK, "not_allowed": MARK,
         "c": st.just(40.0), "d": st.sampled_from([60.0, -40.0]), "when_flat": FLAT}
    ),
    st.just({"method": "reverse_mean"}),
    st.fixed_dictionaries(
        {"method": st.just("base_year_step"), "base": MARK, "parity": SHARE, "step": SHARE,
         "points_per_step": SMALL, "bonus_cap": SHARE,
         "below": st.sampled_from(["pro_rata", "zero", "steps"])}
    ),
    st.fixed_dictionaries({"method": st.just("completion"), "target": MARK, "cap": SMALL}),
    st.fixed_dictionaries(
        {"method": st.just("z_score"), "centre": SHARE, "per_sd": SHARE,
         "deviation": st.sampled_from(["population", "sample"])}
    ),
    st.fixed_dictionaries({"method": st.just("events"), "start": SMALL, "per_event": SMALL}),
    st.fixed_dictionaries(
        {"method": st.just("rank_only"), "points": st.sampled_from(["value", "place"])}
    ),
    st.fixed_dictionaries(
        {"method": st.just("piecewise"), "anchors": st.just([[0, 0], [1, 60], [10, 100]]),
         "outside": st.sampled_from(["clamp", "extend"])}
    ),
)  # fmt: skip
LEAST = {"least": st.sampled_from([0.01, 0.5])}
COMBINE = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"way": st.sampled_from(["arithmetic", "geometric", "harmonic", "quadratic", "minimum",
                                 "median", "copeland", "topsis", "vikor",
                                 "benefit_of_the_doubt"])},
        optional=LEAST,
    ),
    st.fixed_dictionaries(
        {"way": st.just("power_mean"),
         "power": st.sampled_from([-10.0, -1.0, -0.05, 0.0, 0.05, 1.0, 2.0, 10.0])},
        optional=LEAST,
    ),
    st.just({"way": "owa", "places": [2.0, 1.0]}),
)  # fmt: skip
TREAT = st.one_of(
    st.just({"method": "winsorise"}),
    st.just({"method": "quantiles", "low": 0.1, "high": 0.9}),
    st.just({"method": "log_range"}),
    st.just({"method": "box_cox"}),
)
RULE = st.sampled_from(["zero_points", "group_mean_score", "leave_out", "fail", {"points": -3.0}])
MISSING = st.one_of(
    RULE,
    st.sampled_from(["group_mean", "group_median", "regression", "nearest"]).map(
        lambda how: {"impute": how}
    ),
)
LIMIT = st.sampled_from(["none", {"times_weight": 1.0}, {"points": 0.0}, {"points": 1e6}])
WEIGHING = st.one_of(
    st.none(),
    st.sampled_from(["equal", "entropy", "critic", "gini", "standard_deviation",
                     "principal_components", "correlation"]).map(lambda how: {"method": how}),
)  # fmt: skip
HIGHER = st.sampled_from(["higher", "lower"])


@st.composite
def item(draw: Any, code: str, formula: str, weight: float) -> dict[str, Any]:
    found = {
        "code": code, "name": code, "formula": formula, "better": draw(HIGHER), "weight": weight,
        "normalise": draw(NORMALISE), "cap": draw(LIMIT), "floor": draw(LIMIT),
    }  # fmt: skip
    treat = draw(st.one_of(st.none(), TREAT))
    return found if treat is None else {**found, "treat": treat}


@st.composite
def schemes(draw: Any) -> dict[str, Any]:
    inner: dict[str, Any] = {
        "dimension": "inner", "name": "维度", "weight": 40.0, "better": draw(HIGHER),
        "items": [draw(item("b", "乙", 30.0)), draw(item("c", draw(st.sampled_from(
            ["甲 / 乙", "甲 - 乙", "甲 * 乙", "previous(甲)", "丙"])), 10.0))],
    }  # fmt: skip
    group: dict[str, Any] = {
        "code": "firms", "name": "全部", "when": True,
        "items": [draw(item("a", "甲", 60.0)), inner],
    }  # fmt: skip
    for level in (inner, group):
        combine = draw(COMBINE)
        if combine is not None:
            level["combine"] = combine
    weighing = draw(WEIGHING)
    if weighing is not None:
        inner["weights_from"] = weighing
    fields = [{"code": code, "name": name} for code, name in zip("xyz", "甲乙丙", strict=True)]
    return {
        "format": "yuanheng-scheme/1", "id": "any", "title": "任意", "nature": "own",
        "period": "2024", "subject": "enterprise",
        "data": {"id": ["代码"], "period": ["年度"], "fields": fields},
        "data_rules": {"missing": draw(MISSING), "zero": draw(st.one_of(RULE, st.just("as_value"))),
                       "negative": draw(st.one_of(RULE, st.just("as_missing"))),
                       "false_data": "none"},
        "groups": [group],
        "score": {"total": 100.0, "digits": 6},
        "ranking": {"scope": "group"},
    }  # fmt: skip


TABLES = st.lists(st.tuples(FIGURES, FIGURES, FIGURES), min_size=1, max_size=8)


@LIMITS
@given(schemes(), TABLES)
def test_figures_are_finite_or_the_input_is_refused_in_words(
    scheme: dict[str, Any], table: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "any.yaml").write_text(yaml.safe_dump(scheme, allow_unicode=True), "utf-8")
        with (folder / "data.csv").open("w", encoding="utf-8", newline="") as stream:
            rows = [[f"P{n}", 2024 - n % 2, *row] for n, row in enumerate(table)]
            csv.writer(stream).writerows([["代码", "年度", "甲", "乙", "丙"], *rows])
        try:
            evaluate_files(folder / "any.yaml", folder / "data.csv", folder / "out")
        except FaultyInput as error:
            assert error.faults
            assert all(fault.zh and fault.en for fault in error.faults)
            return
        for file, columns in (("results", ("score", "rank")), ("items", ("value", "points"))):
            for row in csv.DictReader((folder / "out" / f"{file}.csv").open(encoding="utf-8-sig")):
                for column in (*columns, *(["benchmark", "weight"] if file == "items" else [])):
                    assert not row[column] or math.isfinite(float(row[column])), (column, row)
