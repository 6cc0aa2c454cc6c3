"""Rank intervals, the probability of each grade, who cannot be told apart, and what matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.program import RANK, SCORE
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.robustness.choices import CHOICES, Choice, Draws, Uncertainty, draw
from yuanheng.calc.robustness.copies import Copies
from yuanheng.calc.robustness.sensitivity import RESAMPLES, Index, Parts
from yuanheng.calc.robustness.together import LARGEST, MOST, groups_together

Array = npt.NDArray[Any]
LOW, HIGH = 0.05, 0.95
FEWEST = 20
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Robustness:
    """What the copies say. Arrays have one entry for each row of ``rows`` (the rated subjects).

    ``rank`` is the run's own; ``low`` and ``high`` are the 5 % and 95 % quantiles of the rank over
    the copies (the smallest rank that at least that share of the copies reach), ``grades`` the
    share of copies in each grade of ``scale`` (subjects × grades). ``scopes`` numbers the ranking
    in which each stands. ``together`` lists groups of places in ``rows``; None where a ranking is
    too long to compare. ``indices`` is empty where no sensitivity was asked for.
    """

    rows: Array
    rank: Array
    score: Array
    low: Array
    median: Array
    high: Array
    mean: Array
    share_same: Array
    grades: Array
    scale: list[str]
    scopes: Array
    together: list[list[int]] | None
    indices: list[Index]
    replicates: int
    evaluations: int
    seed: int
    uncertainty: Uncertainty
    active: tuple[Choice, ...]


def assess(
    built: BuiltScheme,
    columns: Mapping[str, Array],
    rows: int,
    *,
    replicates: int = 1000,
    seed: int = 0,
    uncertainty: Uncertainty | None = None,
    with_sensitivity: bool = True,
    told: Told | None = None,
) -> Robustness:
    """Assess one run. ``columns`` is what ``ArrayRun`` made of the scheme's program.

    The replicates are drawn at random and independently; sensitivity takes their first and their
    second half as the two samples and evaluates replicates/2 more copies for each choice. ``told``
    is called with the copies done and to do. Raises FaultyInput where there is nothing to compare.
    """
    uncertainty = uncertainty or Uncertainty()
    copies = Copies(built.program, columns, rows, built.scheme.score.total, uncertainty)
    rated = np.flatnonzero(copies.rated)
    _refuse(replicates, seed, rated, built)
    active = _active(copies, uncertainty)
    draws = draw(_only(uncertainty, active), copies.weights, copies.can_go, replicates, seed)
    half = replicates // 2
    whole = replicates + (half * len(active) if with_sensitivity else 0)
    ranks, grades = _simulate(copies, draws, rated, told or (lambda done, of: None), whole)
    indices: list[Index] = []
    if with_sensitivity:
        indices = _indices(copies, draws, ranks, rated, active, seed, told, whole)
    scopes = copies.run.base.codes(built.program.rank_by)[0][rated]
    own_rank = np.asarray(columns[RANK])[rated]
    quantiles = _quantiles(ranks)
    return Robustness(
        rated, own_rank, np.asarray(columns[SCORE])[rated], *quantiles,
        ranks.mean(axis=0, dtype=float), (ranks == own_rank).mean(axis=0), grades / replicates,
        copies.run.scale, scopes, _together(ranks, own_rank, scopes), indices, replicates, whole,
        seed, uncertainty, active,
    )  # fmt: skip


def _refuse(replicates: int, seed: int, rated: Array, built: BuiltScheme) -> None:
    if replicates < FEWEST:
        raise FaultyInput(
            [
                Fault(
                    "too_few_replicates",
                    f"模拟次数 {replicates} 太少，至少 {FEWEST} 次，建议 1000 次。",
                    f"{replicates} replicates are too few; use {FEWEST} at least, 1000 rather.",
                )
            ]
        )
    if seed < 0:
        raise FaultyInput(
            [Fault("bad_seed", f"随机种子 {seed} 不能为负。", f"The seed {seed} is negative.")]
        )
    if len(rated) < 2:
        raise FaultyInput(
            [
                Fault(
                    "nobody_to_compare",
                    f"参加排名的只有 {len(rated)} 家，没有名次可比，不作稳健性分析。",
                    f"Only {len(rated)} rated: there is no ranking to be sure of.",
                )
            ]
        )


def _active(copies: Copies, uncertainty: Uncertainty) -> tuple[Choice, ...]:
    """The choices that can move anything in this run."""
    empty: set[str] = set()
    if not copies.fields or not uncertainty.error:
        empty.add("error")
    if not uncertainty.benchmarks:
        empty.add("benchmarks")
    if not uncertainty.weights and uncertainty.concentration is None:
        empty.add("weights")
    if not len(copies.can_go):
        empty.add("left_out")
    for name, options in (
        ("normalisation", uncertainty.normalisations),
        ("imputation", uncertainty.imputations),
        ("aggregation", uncertainty.aggregations),
    ):
        if options == ("scheme",):
            empty.add(name)
    if "imputation" not in empty and not copies.anything_missing:
        empty.add("imputation")
    return tuple(c for c in CHOICES if c in uncertainty.active and c not in empty)


def _only(uncertainty: Uncertainty, active: tuple[Choice, ...]) -> Uncertainty:
    if not active:
        raise FaultyInput(
            [
                Fault(
                    "nothing_uncertain",
                    "没有任何一项选择可变动（幅度为 0，或只剩方案本身），结果不会变化。",
                    "No choice may move (all are 0 or the scheme's own), so nothing would change.",
                )
            ]
        )
    return replace(uncertainty, active=active)


def _simulate(
    copies: Copies, draws: Draws, rated: Array, told: Told, whole: int
) -> tuple[Array, Array]:
    """The ranks of all copies (copies × rated) and how often each grade came up."""
    small = np.int16 if len(rated) < 2**15 else np.int32
    ranks = np.empty((draws.count, len(rated)), dtype=small)
    grades = np.zeros((len(rated), len(copies.run.scale)))
    everybody = len(rated) == copies.rows
    for rows, outcome in copies.outcomes(draws):
        ranks[rows] = outcome.rank if everybody else outcome.rank[:, rated]
        if outcome.grade is not None:
            own = outcome.grade if everybody else outcome.grade[:, rated]
            for place in range(grades.shape[1]):
                grades[:, place] += (own == place).sum(axis=0)
        told(rows.stop, whole)
    return ranks, grades


def _quantiles(ranks: Array) -> tuple[Array, Array, Array]:
    """The smallest rank reached by at least 5, 50 and 95 % of the copies."""
    count = len(ranks)
    places = [max(0, int(np.ceil(q * count - 1e-9)) - 1) for q in (LOW, 0.5, HIGH)]
    ordered = np.partition(ranks, places, axis=0)
    low, middle, high = (ordered[place].astype(np.intp) for place in places)
    return low, middle, high


def _together(ranks: Array, own: Array, scopes: Array) -> list[list[int]] | None:
    if max(np.bincount(scopes)) > LARGEST or len(scopes) > MOST:
        return None
    found: list[list[int]] = []
    for scope in np.unique(scopes):
        members = np.flatnonzero(scopes == scope)
        found += groups_together(ranks, members[np.argsort(own[members], kind="stable")])
    return found


def _indices(
    copies: Copies,
    draws: Draws,
    ranks: Array,
    rated: Array,
    active: Sequence[Choice],
    seed: int,
    told: Told | None,
    whole: int,
) -> list[Index]:
    """The indices of each choice for the ranks of all rated subjects together."""
    half = draws.count // 2
    a, b = ranks[:half], ranks[half : 2 * half]
    first, second = draws.take(slice(0, half)), draws.take(slice(half, 2 * half))
    centre = (a.mean(axis=0, dtype=float) + b.mean(axis=0, dtype=float)) / 2
    parts = Parts.start(half, len(active))
    size = copies.batch_size(frozenset(draws.values))
    for start in range(0, half, size):
        rows = slice(start, min(start + size, half))
        own, other = a[rows] - centre, b[rows] - centre
        parts.add_pair(own, other, rows)
        figures = copies.perturbed(first.take(rows))
        for number, choice in enumerate(active):
            mixed = first.take(rows).with_choice(choice, second.take(rows))
            known = None if choice in ("error", "benchmarks") else figures
            outcome = copies.outcome(mixed, known)
            parts.add_mixed(number, own, other, outcome.rank[:, rated] - centre, rows)
        if told is not None:
            told(draws.count + rows.stop * len(active), whole)
    return parts.indices(active, seed, RESAMPLES)
