"""Items, the tree they hang in, and how a value becomes points (N1 to N12 of the method list)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from yuanheng.calc.scheme.base import (
    Code,
    Direction,
    Formula,
    Number,
    Part,
    Share,
    read_year,
)
from yuanheng.calc.scheme.composing import Combine, Impute, Treat, WeightsFrom

# --- what to do where a value is missing, zero, negative or false ---------------------------


class FixedPoints(Part):
    """So many points, whatever the weight."""

    points: Number


class FixedShare(Part):
    """So large a share of the item's weight."""

    share: Share


Treatment = (
    Literal["fail", "zero_points", "group_mean_score", "leave_out", "as_value", "as_missing"]
    | FixedPoints
    | FixedShare
)
"""``fail``: the subject can't be scored and is listed with the reason. ``zero_points``: 0 points.
``group_mean_score``: the mean of the points that the group's rated subjects earned on this item.
``leave_out``: the item does not count for this subject and its dimension's weight falls on the
others. ``as_value``: an ordinary value. ``as_missing``: whatever the missing rule says."""


class FalseData(Part):
    """A figure found to be false or concealed: what it costs."""

    when: Formula
    then: Treatment


class DataRules(Part):
    """What happens to missing, zero, negative and false figures. Nothing is assumed: a scheme says
    it for all items under ``data_rules`` or for one item."""

    missing: Treatment | Impute | None = None
    zero: Treatment | None = None
    negative: Treatment | None = None
    false_data: Literal["none"] | list[FalseData] | None = None


# --- benchmarks -------------------------------------------------------------------------------


class BenchmarkByYear(Part):
    """A benchmark that the office sets anew each year."""

    by_year: dict[Annotated[str, BeforeValidator(read_year)], Number]

    @model_validator(mode="before")
    @classmethod
    def years_are_text(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("by_year"), dict):
            return {**data, "by_year": {read_year(k): v for k, v in data["by_year"].items()}}
        return data


class BenchmarkByClass(Part):
    """A benchmark for each value of a field (county, region, sector)."""

    by: Formula
    values: dict[str, Number]


class BenchmarkStatistic(Part):
    """``times`` × a statistic of the indicator over a scope, this year's or last year's."""

    statistic: Literal["mean", "max", "min", "quantile", "ratio_of_sums"]
    of: Literal["current", "last_year", "previous"] = "current"
    scope: str = "group"
    times: Number = 1.0
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None


class BenchmarkOwn(Part):
    """A formula on the subject's own record: its base year's value, its target."""

    formula: Formula


Benchmark = Number | BenchmarkByYear | BenchmarkByClass | BenchmarkStatistic | BenchmarkOwn

# --- normalisations ---------------------------------------------------------------------------


class Ratio(Part):
    """N1 ratio to benchmark: w·x/b; where lower is better, w·b/x."""

    method: Literal["ratio_to_benchmark"]
    benchmark: Benchmark


class RatioToBest(Part):
    """N2 ratio to the best: w·x/max(x); where lower is better, w·min(x)/x."""

    method: Literal["ratio_to_best"]
    scope: str = "group"


class FlooredRange(Part):
    """N3 range with a floor: w·(base + (100−base)·(x−min)/(max−min))/100.

    ``low`` and ``high`` fix the ends (goalposts); otherwise they are the scope's extremes."""

    method: Literal["floored_range"]
    base: Annotated[float, Field(ge=0, lt=100)]
    low: Benchmark | None = None
    high: Benchmark | None = None
    scope: str = "group"
    when_flat: Literal["full", "zero", "half"] = "full"


class Efficacy(Part):
    """N4 efficacy coefficient: w·(c·(x−not_allowed)/(satisfactory−not_allowed)+d)/(c+d)."""

    method: Literal["efficacy"]
    satisfactory: Benchmark
    not_allowed: Benchmark
    c: Number
    d: Number
    when_flat: Literal["full", "zero", "half"] = "full"


class ReverseMean(Part):
    """N5 reverse around the mean: w/2·(2−x/mean), w at 0, 0 from twice the mean on."""

    method: Literal["reverse_mean"]
    scope: str = "group"


class BaseYearStep(Part):
    """N6 base-year steps: ``parity`` of the weight at the base year's level; each full ``step``
    above it adds ``points_per_step``, at most ``bonus_cap`` of the weight; ``below`` says what
    happens under the base."""

    method: Literal["base_year_step"]
    base: Benchmark
    parity: Share
    step: Share
    points_per_step: Number
    bonus_cap: Share
    below: Literal["pro_rata", "zero", "steps"]


class Completion(Part):
    """N7 completion: w·min(actual/target, cap)."""

    method: Literal["completion"]
    target: Benchmark
    cap: Number


class ZScore(Part):
    """N8 z-score, mapped: w·(centre + per_sd·z), kept between 0 and w."""

    method: Literal["z_score"]
    centre: Share
    per_sd: Share
    deviation: Literal["population", "sample"]
    scope: str = "group"


class LevelStep(Part):
    """One row of a level table: from ``at_least`` (or strictly ``above``) these points."""

    at_least: Number | None = None
    above: Number | None = None
    points: Number


class Levels(Part):
    """N9 level table: the first row that the value reaches; below the last row ``otherwise``."""

    method: Literal["levels"]
    levels: Annotated[list[LevelStep], Field(min_length=1)]
    otherwise: Number


class Events(Part):
    """N10 points per event: start + per_event·x, or the formula's own points with 1 per event."""

    method: Literal["events"]
    start: Number = 0.0
    per_event: Number


class RankOnly(Part):
    """N11 rank only: the value itself orders the subjects (``value``), or its place does:
    w·(n−rank+1)/n (``place``)."""

    method: Literal["rank_only"]
    points: Literal["value", "place"]
    scope: str = "group"


class Piecewise(Part):
    """N12 piecewise anchors: linear between (value, score) points, scores out of ``full``."""

    method: Literal["piecewise"]
    anchors: Annotated[list[tuple[Number, Number]], Field(min_length=2)]
    full: Number = 100.0
    outside: Literal["clamp", "extend"]

    @model_validator(mode="before")
    @classmethod
    def pairs(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("anchors"), list):
            anchors = [tuple(a) if isinstance(a, list) else a for a in data["anchors"]]
            return {**data, "anchors": anchors}
        return data


METHOD_IDS = {
    "N1": "ratio_to_benchmark",
    "N2": "ratio_to_best",
    "N3": "floored_range",
    "N4": "efficacy",
    "N5": "reverse_mean",
    "N6": "base_year_step",
    "N7": "completion",
    "N8": "z_score",
    "N9": "levels",
    "N10": "events",
    "N11": "rank_only",
    "N12": "piecewise",
}


METHODS: dict[str, type[Part]] = {
    "ratio_to_benchmark": Ratio,
    "ratio_to_best": RatioToBest,
    "floored_range": FlooredRange,
    "efficacy": Efficacy,
    "reverse_mean": ReverseMean,
    "base_year_step": BaseYearStep,
    "completion": Completion,
    "z_score": ZScore,
    "levels": Levels,
    "events": Events,
    "rank_only": RankOnly,
    "piecewise": Piecewise,
}
METHOD_FIELDS = {
    name: tuple(key for key, field in part.model_fields.items() if field.is_required())[1:]
    for name, part in METHODS.items()
}
"""What each method can't do without, beside its own name."""


def read_method(value: Any) -> Any:
    """The reference's names N1 to N12 are accepted for the methods."""
    if isinstance(value, dict) and value.get("method") in METHOD_IDS:
        return {**value, "method": METHOD_IDS[value["method"]]}
    return value


Normalise = Annotated[
    Annotated[
        Ratio
        | RatioToBest
        | FlooredRange
        | Efficacy
        | ReverseMean
        | BaseYearStep
        | Completion
        | ZScore
        | Levels
        | Events
        | RankOnly
        | Piecewise,
        Field(discriminator="method"),
    ],
    BeforeValidator(read_method),
]

# --- limits and the tree ----------------------------------------------------------------------


class Limit(Part):
    """A cap or floor: in points, or as a multiple of the item's weight (above 1 is allowed)."""

    points: Number | None = None
    times_weight: Number | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> Limit:
        if (self.points is None) == (self.times_weight is None):
            raise ValueError("say either points or times_weight")
        return self


class Item(DataRules):
    """One indicator that earns points."""

    code: Code
    name: str
    formula: Formula
    unit_of_value: Annotated[str, Field(alias="unit")] = ""
    better: Direction
    weight: Number | None = None
    coefficient: Annotated[float, Field(gt=0)] | None = None
    treat: Treat | None = None
    normalise: Normalise
    cap: Limit | Literal["none"]
    floor: Limit | Literal["none"]
    note: str = ""


class Reserved(Part):
    """A block of weight that a lower office fills with its own items."""

    set_by: str
    items: tuple[int, int]
    unfilled: Literal["fault", "leave_out"]

    @model_validator(mode="before")
    @classmethod
    def pair(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("items"), list):
            return {**data, "items": tuple(data["items"])}
        return data


class Dimension(Part):
    """A branch of the tree: its weight is shared out among what it holds, by ``weight`` (points
    that must add up to it) or by ``coefficient`` (relative to one another). ``better: lower``: a
    rise of its points lowers the level above, which takes its weight less its points."""

    dimension: Code
    name: str
    weight: Number | None = None
    coefficient: Annotated[float, Field(gt=0)] | None = None
    better: Direction = "higher"
    reserved: Reserved | None = None
    combine: Combine | None = None
    weights_from: WeightsFrom | None = None
    items: list[TreeNode] = Field(default_factory=list)


def _which(value: Any) -> str:
    if isinstance(value, dict):
        return "dimension" if "dimension" in value else "item"
    return "dimension" if isinstance(value, Dimension) else "item"


TreeNode = Annotated[
    Annotated[Dimension, Tag("dimension")] | Annotated[Item, Tag("item")], Discriminator(_which)
]
Dimension.model_rebuild()
