"""Which choices are uncertain, how far each may move, and what is drawn for each copy of a run.

Every draw belongs to one choice, so that a sensitivity analysis can swap one choice's draws and
keep the others (Saltelli et al. 2010). Nothing is drawn but from the seed that is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from yuanheng.calc.faults import Fault, FaultyInput

Array = npt.NDArray[Any]
Choice = Literal[
    "weights", "normalisation", "imputation", "aggregation", "benchmarks", "error", "left_out"
]
CHOICES: tuple[Choice, ...] = (
    "weights", "normalisation", "imputation", "aggregation", "benchmarks", "error", "left_out"
)  # fmt: skip
CHOICE_NAMES: dict[str, tuple[str, str]] = {
    "weights": ("权重", "weights"),
    "normalisation": ("计分方法", "normalisation"),
    "imputation": ("缺数处理", "missing figures"),
    "aggregation": ("合成方法", "aggregation"),
    "benchmarks": ("标杆值", "benchmarks"),
    "error": ("数据误差", "measurement error"),
    "left_out": ("去掉一项指标", "an indicator left out"),
}
NORMALISATIONS = ("scheme", "range", "z_score", "place", "ratio_to_best")
IMPUTATIONS = ("scheme", "group_mean_score", "group_median_score", "zero_points", "leave_out")
AGGREGATIONS = ("scheme", "geometric", "harmonic")


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How far each choice may move.

    ``weights``: each weight is multiplied by 1 ± this share, drawn evenly, then all are brought
    back to their total. ``concentration`` draws them instead from a Dirichlet distribution around
    the scheme's weights; the larger, the closer to them. ``benchmarks``: each item's benchmarks
    are moved together by ± this share. ``error``: the standard deviation of each reported figure,
    as a share of it (normal, cut at three). The tuples hold options of which one is drawn for each
    copy, all equally likely. ``left_out``: one item in turn is left out, or none. What is not
    ``active`` stays as the scheme has it.
    """

    weights: float = 0.25
    concentration: float | None = None
    benchmarks: float = 0.05
    error: float = 0.02
    normalisations: tuple[str, ...] = ("scheme", "range", "z_score", "place")
    imputations: tuple[str, ...] = ("scheme", "group_mean_score", "group_median_score")
    aggregations: tuple[str, ...] = ("scheme", "geometric")
    active: tuple[Choice, ...] = CHOICES

    def __post_init__(self) -> None:
        faults = [f for f in self._faults() if f is not None]
        if faults:
            raise FaultyInput(faults)

    def _faults(self) -> list[Fault | None]:
        return [
            _share("weights", self.weights, 1.0),
            _share("benchmarks", self.benchmarks, 0.9),
            _share("error", self.error, 0.3),
            None
            if self.concentration is None or self.concentration > 0
            else _wrong("concentration", f"{self.concentration:g}", "> 0"),
            _options("normalisation", self.normalisations, NORMALISATIONS),
            _options("imputation", self.imputations, IMPUTATIONS),
            _options("aggregation", self.aggregations, AGGREGATIONS),
            _options("active", self.active, CHOICES),
        ]


def _share(name: str, value: float, most: float) -> Fault | None:
    return None if 0 <= value <= most else _wrong(name, f"{value:g}", f"0–{most:g}")


def _options(name: str, given: tuple[str, ...], known: tuple[str, ...]) -> Fault | None:
    unknown = [option for option in given if option not in known]
    if given and not unknown:
        return None
    return _wrong(name, "、".join(unknown) or "—", "、".join(known))


def _wrong(name: str, found: str, allowed: str) -> Fault:
    return Fault(
        "bad_uncertainty",
        f"{name} 写的是 {found}，应在 {allowed} 之内。",
        f"{name} is {found}; it must be within {allowed}.",
    )


@dataclass(frozen=True, slots=True)
class Draws:
    """What was drawn for ``count`` copies: one entry a copy and choice, by the choice's name.

    ``weights`` (copies × items): factors on the weights. ``benchmarks`` (copies × items): factors.
    ``normalisation``, ``imputation``, ``aggregation``: the option's place. ``left_out``: the
    item's place, −1 for none. ``error``: a seed for each copy; its noise is made when needed.
    """

    values: dict[Choice, Array]
    count: int

    def take(self, rows: slice) -> Draws:
        """Some of the copies."""
        found = {choice: values[rows] for choice, values in self.values.items()}
        return Draws(found, len(range(*rows.indices(self.count))))

    def with_choice(self, choice: Choice, other: Draws) -> Draws:
        """The same copies with one choice's draws from others."""
        return Draws({**self.values, choice: other.values[choice]}, self.count)


def draw(uncertainty: Uncertainty, weights: Array, can_go: Array, count: int, seed: int) -> Draws:
    """Draw ``count`` copies. ``weights`` are the items' weights, ``can_go`` the places of those
    that may be left out. Each choice has a stream of its own: switching one choice off leaves the
    draws of the others as they were."""
    streams = np.random.SeedSequence(seed).spawn(len(CHOICES))
    values: dict[Choice, Array] = {}
    for choice, stream in zip(CHOICES, streams, strict=True):
        if choice not in uncertainty.active:
            continue
        random = np.random.default_rng(stream)
        values[choice] = _of(choice, uncertainty, random, weights, can_go, count)
    return Draws(values, count)


def _of(
    choice: Choice,
    uncertainty: Uncertainty,
    random: np.random.Generator,
    weights: Array,
    can_go: Array,
    count: int,
) -> Array:
    size = (count, len(weights))
    if choice == "weights":
        if uncertainty.concentration is None:
            return random.uniform(1 - uncertainty.weights, 1 + uncertainty.weights, size)
        return _dirichlet(random, weights, uncertainty.concentration, size)
    if choice == "benchmarks":
        share = uncertainty.benchmarks
        return random.uniform(1 - share, 1 + share, size)
    if choice == "error":
        return random.integers(0, 2**63, count)
    if choice == "left_out":
        places: Array = np.r_[-1, can_go]
        return np.asarray(places[random.integers(0, len(can_go) + 1, count)])
    options = {
        "normalisation": uncertainty.normalisations,
        "imputation": uncertainty.imputations,
        "aggregation": uncertainty.aggregations,
    }[choice]
    return random.integers(0, len(options), count)


def _dirichlet(
    random: np.random.Generator, weights: Array, concentration: float, size: tuple[int, int]
) -> Array:
    """Factors whose products with the weights are Dirichlet draws of mean ``weights``."""
    positive = weights > 0
    mean = np.where(positive, weights, 1.0) / weights[positive].sum()
    shape = concentration * mean
    factors = random.standard_gamma(shape, size) / shape
    return np.asarray(np.where(positive, factors, 1.0))
