"""Whatever scheme meets whatever table: finite figures or a refusal in words, never anything else.

Schemes are put together from every way of scoring, combining, treating and imputing, tables from
every awkward figure; both go through the function behind ``yh evaluate``.
"""

from __future__ import annotations

import csv
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme.composing import BY_ORDER
from yuanheng.engine import evaluate_files

LIMITS = settings(
    max_examples=20,
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
STATISTIC = st.fixed_dictionaries({"statistic": st.sampled_from(["mean", "max", "min"])})
MARK = st.one_of(SMALL, STATISTIC, st.just({"formula": "乙"}))
LOW = st.one_of(st.sampled_from([-5.0, 0.0, 1e-9]), st.just({"statistic": "min"}))
HIGH = st.one_of(st.sampled_from([0.5, 10.0, 1e12]), st.just({"statistic": "max"}))
NORMALISE = st.one_of(
    st.fixed_dictionaries({"method": st.just("ratio_to_benchmark"), "benchmark": MARK}),
    st.just({"method": "ratio_to_best"}),
    st.fixed_dictionaries(
        {"method": st.just("floored_range"), "base": st.sampled_from([0.0, 60.0]),
         "when_flat": FLAT},
        optional={"low": LOW, "high": HIGH},
    ),
    st.fixed_dictionaries(
        {"method": st.just("efficacy"), "satisfactory": HIGH, "not_allowed": LOW,
         "c": st.just(40.0), "d": st.sampled_from([60.0, -40.0]), "when_flat": FLAT}
    ),
    st.just({"method": "reverse_mean"}),
    st.fixed_dictionaries(
        {"method": st.just("base_year_step"), "base": MARK, "parity": SHARE,
         "step": st.sampled_from([0.1, 1.0]),
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
CAPS = st.sampled_from(
    [("none", "none"), ({"times_weight": 1.0}, {"points": 0.0}), ({"points": 1e6}, "none"),
     ("none", {"points": -5.0})]
)  # fmt: skip
WEIGHING = st.one_of(
    st.none(), st.none(), st.none(),
    st.sampled_from(["equal", "entropy", "critic", "gini", "standard_deviation",
                     "principal_components", "correlation"]).map(lambda how: {"method": how}),
)  # fmt: skip
HIGHER = st.sampled_from(["higher", "lower"])


@st.composite
def item(draw: Any, code: str, formula: str, weight: float) -> dict[str, Any]:
    cap, floor = draw(CAPS)
    found = {
        "code": code, "name": code, "formula": formula, "better": draw(HIGHER), "weight": weight,
        "normalise": draw(NORMALISE), "cap": cap, "floor": floor,
    }  # fmt: skip
    treat = draw(st.one_of(st.none(), st.none(), TREAT))
    if treat is not None:
        found["treat"] = treat
        if treat["method"] in ("log_range", "box_cox"):
            found["normalise"] = {"method": "floored_range", "base": 0.0}
    return found


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
    ordered = any(level.get("combine", {}).get("way") in BY_ORDER for level in (inner, group))
    rules = [draw(MISSING), draw(st.one_of(RULE, st.just("as_value"))),
             draw(st.one_of(RULE, st.just("as_missing")))]  # fmt: skip
    if ordered:
        rules = ["zero_points" if rule == "leave_out" else rule for rule in rules]
    fields = [{"code": code, "name": name} for code, name in zip("xyz", "甲乙丙", strict=True)]
    return {
        "format": "yuanheng-scheme/1", "id": "any", "title": "任意", "nature": "own",
        "period": "2024", "subject": "enterprise",
        "data": {"id": ["代码"], "period": ["年度"], "fields": fields},
        "data_rules": {
            "missing": rules[0], "zero": rules[1], "negative": rules[2], "false_data": "none"
        },
        "groups": [group],
        "score": {"total": 100.0, "digits": 6},
        "ranking": {"scope": "group"},
    }  # fmt: skip


TABLES = st.lists(st.tuples(FIGURES, FIGURES, FIGURES), min_size=2, max_size=8)


@LIMITS
@given(schemes(), TABLES)
def test_figures_are_finite_or_the_input_is_refused_in_words(
    scheme: dict[str, Any], table: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "any.yaml").write_text(json.dumps(scheme, ensure_ascii=False), "utf-8")
        with (folder / "data.csv").open("w", encoding="utf-8", newline="") as stream:
            rows = [[f"P{n}", 2023 if n == 1 else 2024, *row] for n, row in enumerate(table)]
            csv.writer(stream).writerows([["代码", "年度", "甲", "乙", "丙"], *rows])
        try:
            evaluate_files(folder / "any.yaml", folder / "data.csv", folder / "out")
        except FaultyInput as refused:
            said = [(fault.zh, fault.en) for fault in refused.faults]
        else:
            said = []
            all_finite(folder / "out")
        assert all(zh and en for zh, en in said)


def all_finite(out: Path) -> None:
    """No figure of a run is NaN or infinite."""
    files = {"results": ("score", "rank"), "items": ("value", "benchmark", "points", "weight")}
    for name, columns in files.items():
        with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                for column in columns:
                    assert not row[column] or math.isfinite(float(row[column])), (column, row)


def test_a_score_beyond_sense_is_refused_with_whose_it_is(tmp_path):
    (tmp_path / "far.yaml").write_text(
        """format: yuanheng-scheme/1
id: far
title: 过大
nature: own
period: "2024"
subject: enterprise
data:
  id: [代码]
  fields: [{code: x, name: 甲}]
data_rules: {missing: zero_points, zero: as_value, negative: as_value, false_data: none}
groups:
  - code: firms
    name: 全部
    when: true
    items:
      - {code: a, name: 甲项, formula: 甲, better: higher, weight: 100, cap: none, floor: none,
         normalise: {method: ratio_to_benchmark, benchmark: 0.000001}}
score: {total: 100}
ranking: {scope: group}
""",
        encoding="utf-8",
    )
    (tmp_path / "d.csv").write_text("代码,甲\nA,1\nB,1e15\n", encoding="utf-8")
    with pytest.raises(FaultyInput) as error:
        evaluate_files(tmp_path / "far.yaml", tmp_path / "d.csv", tmp_path / "out")
    assert "“B”的总分算出来大到 1e+23" in error.value.faults[0].zh
    assert "计量单位" in error.value.faults[0].zh
    assert not (tmp_path / "out").exists()
