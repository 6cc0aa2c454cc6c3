"""Copies of the 144 × 40 evaluation: weights moved 1,000 times, and every choice moved at once.

The first baseline is the same work in bare NumPy (one matrix product, ranks, quantiles); the
second a bare loop that runs the program once for each copy. Then 200 copies of 500,000 enterprises
in 300 rankings with grades, in a process of their own: its processor seconds and its memory.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks import enterprises
from benchmarks.harness import Row, absolute, alone, ratio
from benchmarks.parks import INDICATORS, PARKS, make_columns, scheme_text
from yuanheng.calc.evaluation import ArrayRun, BuiltScheme, build_program
from yuanheng.calc.robustness import Uncertainty, assess
from yuanheng.calc.robustness.choices import draw
from yuanheng.calc.robustness.copies import Copies
from yuanheng.calc.scheme import read_scheme_text

COPIES, MANY_COPIES, LOOPED = 1000, 10_000, 100
COPIES_OF_MANY = 200


def weights_only(
    built: BuiltScheme, columns: dict[str, Any], rows: int = PARKS, copies: int = COPIES
) -> Any:
    """Everything that the weights' copies give, without sensitivity."""
    moved = Uncertainty(active=("weights",))
    return assess(
        built, columns, rows, replicates=copies, seed=1, uncertainty=moved, with_sensitivity=False
    )


def bare(shares: Any, factors: Any) -> Any:
    """The same arithmetic by hand: scores, rounded, competition ranks, three quantiles."""
    weights = 2.5 * factors
    weights *= 100 / weights.sum(axis=1, keepdims=True)
    return bare_ranks(np.round(weights @ shares.T, 6))


def bare_ranks(score: Any) -> Any:
    """Competition ranks of scores (copies × subjects), and three quantiles of each subject's."""
    order = np.argsort(-score, axis=1)
    ordered = np.take_along_axis(score, order, axis=1)
    differs = np.ones(score.shape, dtype=bool)
    differs[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    places = np.where(differs, np.arange(1, score.shape[1] + 1), 0)
    first = np.maximum.accumulate(places, axis=1)
    rank = np.empty(score.shape, dtype=np.int16)
    np.put_along_axis(rank, order, first.astype(np.int16), axis=1)
    places = [int(np.ceil(q * len(rank))) - 1 for q in (0.05, 0.5, 0.95)]
    return np.partition(rank, places, axis=0)[places]


def moved_inputs(columns: dict[str, Any]) -> list[dict[str, Any]]:
    """Tables with errors, one a copy."""
    random = np.random.default_rng(1)
    fields = [f"x{i}" for i in range(INDICATORS)]
    return [
        {**columns, **{f: columns[f] * random.normal(1, 0.02, PARKS) for f in fields}}
        for _ in range(LOOPED)
    ]


def loop(built: BuiltScheme, tables: list[dict[str, Any]]) -> None:
    """Run the program once for each table."""
    for table in tables:
        ArrayRun(table, PARKS).run(built.program)


def rows() -> list[Row]:
    """The lines of this benchmark."""
    built, given = build_program(read_scheme_text(scheme_text())), make_columns()
    columns = ArrayRun(given, PARKS).run(built.program)
    shares = np.stack([columns[i.points] / i.weight for i in built.program.items], axis=1)
    copies = Copies(built.program, columns, PARKS, 100.0, Uncertainty(active=("weights",)))
    weighted = Uncertainty(active=("weights",))
    factors, many_factors = (
        draw(weighted, copies.weights, copies.can_go, count, 1).values["weights"]
        for count in (COPIES, MANY_COPIES)
    )
    found, by_hand = weights_only(built, columns), bare(shares, factors)
    if not (found.low == by_hand[0]).all() or not (found.high == by_hand[2]).all():
        raise AssertionError("the two ways disagree")
    errors = Copies(built.program, columns, PARKS, 100.0, Uncertainty(active=("error",)))
    draws = draw(Uncertainty(active=("error",)), errors.weights, errors.can_go, LOOPED, 1)
    tables = moved_inputs(given)
    return [
        ratio(
            "1,000 weight copies of 144 x 40, with groups",
            lambda: weights_only(built, columns),
            lambda: bare(shares, factors),
            bar=2.5,
            baseline_is="bare NumPy: matrix product, ranks, quantiles (no grades, no groups)",
            rounds=9,
        ),
        ratio(
            "10,000 weight copies of 144 x 40, with groups",
            lambda: weights_only(built, columns, copies=MANY_COPIES),
            lambda: bare(shares, many_factors),
            bar=2.5,
            baseline_is="bare NumPy: matrix product, ranks, quantiles (no grades, no groups)",
            rounds=5,
        ),
        ratio(
            "100 copies with errors in all 40 figures",
            lambda: list(errors.outcomes(draws)),
            lambda: loop(built, tables),
            bar=1.0,
            baseline_is="the program run once for each copy, in a loop",
            rounds=7,
        ),
        *_many_enterprises(),
    ]


def _many_enterprises() -> list[Row]:
    seconds, memory = (float(line) for line in alone("benchmarks.robustness"))
    name = "200 copies of 500,000 enterprises x 7 items"
    what = "weights moved; 300 rankings, grades, rank intervals; evaluation of the table included"
    return [
        absolute(f"{name}: time", seconds, bar=60.0, unit="s", what=f"processor seconds: {what}"),
        absolute(
            f"{name}: memory", memory, bar=4000.0, unit="MB", what="peak resident memory of it"
        ),
    ]


def enterprise_columns(rows: int) -> dict[str, Any]:
    """Figures like those of the enterprises' benchmark, as arrays."""
    random = np.random.default_rng(5)
    emission = 0.01 + random.random(rows)
    columns: dict[str, Any] = {
        "tax": np.exp(random.random(rows) * 4),
        "land": 1 + random.random(rows) * 50,
        "value_added": np.exp(random.random(rows) * 6),
        "energy": 1 + random.random(rows) * 500,
        "emission": np.where(random.random(rows) < 0.05, np.nan, emission),
        "employees": np.floor(5 + random.random(rows) * 300),
        "rd": random.random(rows) * 100,
        "revenue": 100 + np.exp(random.random(rows) * 8),
    }
    counties = [f"C{number:03d}" for number in range(enterprises.GROUPS)]
    columns["county"] = np.array(counties, dtype=object)[np.arange(rows) % enterprises.GROUPS]
    return columns


def main() -> None:
    """200 copies of 500,000 enterprises; prints the processor seconds."""
    rows = enterprises.ROWS
    given = enterprise_columns(rows)
    built = build_program(read_scheme_text(enterprises.scheme_text()))
    start = time.process_time()
    columns = ArrayRun(given, rows).run(built.program)
    weights_only(built, columns, rows, COPIES_OF_MANY)
    print(time.process_time() - start)


if __name__ == "__main__":
    main()
