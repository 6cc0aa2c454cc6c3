"""What each method promises, over made-up figures."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from yuanheng.calc.evaluation.tests.little_scheme import GRADES, evaluated, scheme_text

RATIO = "normalise: {method: ratio_to_benchmark, benchmark: 10}"
LIMITS = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
figures = st.lists(
    st.one_of(st.integers(1, 1000).map(float), st.floats(0.01, 1e6), st.sampled_from([5.0, 1e15])),
    min_size=2,
    max_size=12,
)
METHODS = {
    "ratio_to_benchmark": "method: ratio_to_benchmark, benchmark: 10",
    "ratio_to_mean": "method: ratio_to_benchmark, benchmark: {statistic: mean}",
    "ratio_to_best": "method: ratio_to_best",
    "floored_range": "method: floored_range, base: 60",
    "efficacy": "method: efficacy, satisfactory: GOOD, not_allowed: BAD, c: 40, d: 60",
    "reverse_mean": "method: reverse_mean",
    "base_year_step": "method: base_year_step, base: 50, parity: 60%, step: 10%, "
    "points_per_step: 1, bonus_cap: 20%, below: pro_rata",
    "completion": "method: completion, target: 80, cap: 1.2",
    "z_score": "method: z_score, centre: 60%, per_sd: 20%, deviation: population",
    "levels_higher": "method: levels, levels: [{at_least: 100, points: 60}, {above: 10, "
    "points: 30}], otherwise: 5",
    "levels_lower": "method: levels, levels: [{at_least: 10, points: 60}, {above: 100, "
    "points: 30}], otherwise: 5",
    "place": "method: rank_only, points: place",
    "value": "method: rank_only, points: value",
    "piecewise": "method: piecewise, anchors: [[0, 0], [10, 60], [1000, 100]], outside: extend",
}


def text_of(method: str, better: str = "higher", *changes: tuple[str, str], more: str = "") -> str:
    good, bad = ("90", "30") if better == "higher" else ("30", "90")
    written = METHODS.get(method, method).replace("GOOD", good).replace("BAD", bad)
    return scheme_text(
        (RATIO, f"normalise: {{{written}}}"), ("better: higher", f"better: {better}"), *changes,
        more=more,
    )  # fmt: skip


def points_of(text: str, xs: list[Any], **more: list[Any]) -> list[float]:
    found: list[float] = evaluated(text, x=xs, y=[20.0] * len(xs), **more)["firms/first/points"]
    return found


DIRECTIONS = [
    (method, better)
    for method in METHODS
    for better in ("higher", "lower")
    if not (method == "levels_lower" and better == "higher")
    and not (method == "levels_higher" and better == "lower")
    and not (method == "piecewise" and better == "lower")
]


@pytest.mark.parametrize(("method", "better"), DIRECTIONS)
@LIMITS
@given(xs=figures)
def test_monotone(method: str, better: str, xs: list[float]) -> None:
    points = points_of(text_of(method, better), xs)
    turn = 1 if better == "higher" else -1
    pairs = sorted(zip([turn * x for x in xs], points, strict=True))
    for (x0, p0), (x1, p1) in pairwise(pairs):
        assert p1 >= p0 - 1e-9 * max(1.0, abs(p0)), (x0, x1)
        if x0 == x1:
            assert p1 == p0


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize(
    "method",
    ["ratio_to_mean", "ratio_to_best", "floored_range", "reverse_mean", "z_score", "place"],
)
@LIMITS
@given(xs=st.lists(st.integers(1, 500).map(float), min_size=2, max_size=9))
def test_scale_invariant(method: str, better: str, xs: list[float]) -> None:
    text = text_of(method, better)
    for factor in (2.0**-10, 1e4, 1e12):
        scaled = points_of(text, [x * factor for x in xs])
        assert scaled == pytest.approx(points_of(text, xs), rel=1e-6, abs=1e-6)


@LIMITS
@given(xs=figures, base=st.integers(0, 99), better=st.sampled_from(["higher", "lower"]))
def test_a_floored_range_stays_in_it(xs: list[float], base: int, better: str) -> None:
    assume(len(set(xs)) > 1)
    points = points_of(text_of(f"method: floored_range, base: {base}", better), xs)
    assert min(points) == pytest.approx(60 * base / 100, abs=1e-9)
    assert max(points) == pytest.approx(60, abs=1e-9)


@pytest.mark.parametrize(("flat", "points"), [("full", 60.0), ("half", 30.0), ("zero", 0.0)])
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_a_flat_range_is_as_said(flat: str, points: float, better: str) -> None:
    text = text_of(f"method: floored_range, base: 60, when_flat: {flat}", better)
    assert points_of(text, [7.0, 7.0, 7.0, None]) == [points, points, points, 0.0]
    assert points_of(text, [7.0]) == [points]


@LIMITS
@given(xs=st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=8))
def test_cap_and_floor_hold(xs: list[float | None]) -> None:
    limits = (
        "cap: none\n        floor: none",
        "cap: {times_weight: 1.2}\n        floor: {points: 6}",
    )
    found = evaluated(text_of("ratio_to_benchmark", "higher", limits), x=xs, y=[1.0] * len(xs))
    for x, points in zip(xs, found["firms/first/points"], strict=True):
        assert points == 0.0 if x is None else 6 <= points <= 72
        if x is not None and x >= 13:
            assert points == 72


@LIMITS
@given(xs=st.lists(st.one_of(st.none(), st.integers(0, 50).map(float)), min_size=2, max_size=9))
def test_the_mean_score_is_that_of_the_others(xs: list[float | None]) -> None:
    known = [x for x in xs if x is not None]
    assume(known and len(known) < len(xs))
    text = text_of(
        "ratio_to_benchmark", "higher", ("missing: zero_points", "missing: group_mean_score")
    )
    points = points_of(text, xs)
    mean = sum(6 * x for x in known) / len(known)
    assert [p for p, x in zip(points, xs, strict=True) if x is None] == pytest.approx(
        [mean] * (len(xs) - len(known)), abs=1e-8
    )


@LIMITS
@given(
    rows=st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(0, 30).map(float))] * 2),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_weights_left_out_fall_on_the_others(rows: list[tuple[Any, Any]]) -> None:
    text = scheme_text(("missing: zero_points", "missing: leave_out"))
    found = evaluated(text, x=[a for a, _ in rows], y=[b for _, b in rows])
    for (a, b), score in zip(rows, found["_score"], strict=True):
        parts = [(60, a, 10), (40, b, 20)]
        counted = [(w, v, bench) for w, v, bench in parts if v is not None]
        weight = sum(w for w, _, _ in counted)
        wanted = sum(w * v / bench for w, v, bench in counted) * 100 / weight if weight else 0.0
        assert score == pytest.approx(wanted, abs=1e-6)


# --- ranks and grades ---------------------------------------------------------------------


@LIMITS
@given(xs=st.lists(st.one_of(st.none(), st.integers(0, 6).map(float)), min_size=1, max_size=20))
def test_equals_share_a_rank(xs: list[float | None]) -> None:
    found = evaluated(text_of("ratio_to_benchmark"), x=xs, y=[1.0] * len(xs))
    scores = found["_score"]
    assert found["_rank"] == [1 + sum(s > score for s in scores) for score in scores]


def quota(rounding: str, ties: str) -> str:
    return text_of("value", more=GRADES.replace("down", rounding).replace("better", ties))


@LIMITS
@given(
    xs=st.lists(st.integers(0, 9).map(float), min_size=1, max_size=30),
    ties=st.sampled_from(["better", "worse"]),
    rounding=st.sampled_from(["down", "up", "nearest"]),
)
def test_quotas_hold(xs: list[float], ties: str, rounding: str) -> None:
    grades = evaluated(quota(rounding, ties), x=xs, y=[1.0] * len(xs))["_grade"]
    assert set(grades) <= {"A", "B", "C"}
    count, better = len(xs), 0
    for grade, share in (("A", 20), ("B", 60)):
        better += grades.count(grade)
        exact, rest = divmod(share * count, 100)
        places = exact + {"down": 0, "up": rest > 0, "nearest": rest >= 50}[rounding]
        if ties == "worse":
            assert better <= places
        else:
            assert better >= min(places, count)
    for x in set(xs):
        assert len({g for g, other in zip(grades, xs, strict=True) if other == x}) == 1
    order = [g for _, g in sorted(zip(xs, grades, strict=True), reverse=True)]
    assert order == sorted(order)


MOVES = """\
  moves:
    - {when: 乙 > 30, reason: 违法, move: MOVE}
vetoes:
  - {code: v, name: 事故, when: 县区 = "东县", effect: grade_at_most, grade: C}
  - {code: w, name: 造假, when: 县区 = "西县", effect: cancel}
"""


@pytest.mark.parametrize(
    ("move", "steps"),
    [
        ("down", {"A": "B", "B": "C", "C": "C"}),
        ("up", {"A": "A", "B": "A", "C": "B"}),
        ("set, grade: B", {"A": "B", "B": "B", "C": "B"}),
        ("at_most, grade: B", {"A": "B", "B": "B", "C": "C"}),
        ("at_least, grade: B", {"A": "A", "B": "B", "C": "B"}),
    ],
)
@LIMITS
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 99).map(float),
            st.sampled_from([None, 1.0, 31.0]),
            st.sampled_from([None, "东县", "西县", "南区", "南区"]),
        ),
        min_size=1, max_size=15,
    )
)  # fmt: skip
def test_moves_only_as_said(move: str, steps: dict[str, str], rows: list[Any]) -> None:
    text = text_of(
        "value", "higher",
        ("method: ratio_to_benchmark, benchmark: 20", "method: events, per_event: 0"),
        more=GRADES + MOVES.replace("MOVE", move),
    )  # fmt: skip
    xs, ys, counties = (list(column) for column in zip(*rows, strict=True))
    found = evaluated(text, x=xs, y=ys, county=counties)
    rated = [county != "西县" for county in counties]
    kept = [row for row, is_rated in zip(rows, rated, strict=True) if is_rated]
    plain = iter(
        evaluated(
            text_of("value", more=GRADES), x=[r[0] for r in kept], y=[0.0] * len(kept)
        )["_grade"] if kept else []
    )  # fmt: skip
    for number, (_, y, county) in enumerate(rows):
        if county == "西县":
            assert (found["_grade"][number], found["_score"][number]) == (None, None)
            continue
        grade = next(plain)
        wanted = steps[grade] if y == 31.0 else grade
        assert found["_grade"][number] == ("C" if county == "东县" else wanted)
