"""What a composite indicator adds to a scheme: imputed figures, treated outliers, weights from
data or comparisons, and a mean other than the sum for one level (docs/methods/schemes.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from yuanheng.calc.scheme.base import Code, Number, Part, Share


class Impute(Part):
    """A missing figure is put in, and marked: the mean or median of the group's rated subjects,
    the subject's own figure of the period before (``previous``, ``last_year``), what a regression
    over other items says, or the mean of the ``k`` nearest rated subjects that have it.

    ``on``: the codes of the items that ``regression`` and ``nearest`` look at; without it all
    other items of the group are, and a regression takes the three that correlate most."""

    impute: Literal["group_mean", "group_median", "previous", "last_year", "regression", "nearest"]
    on: list[Code] = Field(default_factory=list)
    k: Annotated[int, Field(ge=1, le=100)] = 5

    @model_validator(mode="after")
    def said_where_it_counts(self) -> Impute:
        if self.on and self.impute not in BY_OTHERS:
            raise ValueError("on is for regression and nearest only")
        if "k" in self.model_fields_set and self.impute != "nearest":
            raise ValueError("k is for nearest only")
        return self


BY_OTHERS = ("regression", "nearest")
"""Imputation that looks at the other items."""


class Winsorise(Part):
    """Extremes pulled in one after the other while |skewness| and kurtosis are both too large.

    The bounds that this comes to are settled once for a run and kept with it."""

    method: Literal["winsorise"]
    skewness: Annotated[float, Field(gt=0)] = 2.0
    kurtosis: Annotated[float, Field(gt=0)] = 3.5
    most: Annotated[int, Field(ge=1)] = 5


class Quantiles(Part):
    """Figures beyond two quantiles of the group count as these quantiles."""

    method: Literal["quantiles"]
    low: Share
    high: Share

    @model_validator(mode="after")
    def in_order(self) -> Quantiles:
        if not 0 <= self.low < self.high <= 1:
            raise ValueError("low must be below high, both within 0 and 100%")
        return self


class LogRange(Part):
    """ln(x − min + 1% of the range) over the group."""

    method: Literal["log_range"]


class BoxCox(Part):
    """(y^power − 1)/power with y = x − min + 1 over the group; ``power`` is settled from the
    data where it isn't said."""

    method: Literal["box_cox"]
    power: Annotated[float, Field(ge=-5, le=5)] | None = None


Treat = Annotated[Winsorise | Quantiles | LogRange | BoxCox, Field(discriminator="method")]
CURVED = (LogRange, BoxCox)
"""What changes the scale, so that a benchmark in the figure's own unit has no meaning."""


class Expert(Part):
    """One person's comparisons for ``ahp``, as `WeightsFrom` has them; ``voice``: how much they
    count beside the others'."""

    name: str
    comparisons: list[Number]
    voice: Annotated[float, Field(gt=0)] = 1.0


Comparison = Annotated[float, Field(ge=1)]


class WeightsFrom(Part):
    """Where the weights of one level's items come from, when they aren't written down.

    ``with_given``: how large a share the written weights keep beside those from the data.
    ``digits``: to how many decimals of a point they are rounded, so that they can be published.
    ``comparisons``: of ``ahp``, the upper triangle of the matrix, row by row; or ``experts``, each
    with their own. ``best``, ``worst`` (codes), ``to_others`` and ``to_worst`` (by code): of
    ``best_worst``, how many times as important the best is as each, and each as the worst.
    ``importance``: of ``correlation``, by code, in what ratio the parts' correlations with their
    weighted sum shall stand; without it all alike."""

    method: Literal[
        "equal", "standard_deviation", "entropy", "critic", "gini", "principal_components",
        "correlation", "ahp", "best_worst", "benefit_of_the_doubt",
    ]  # fmt: skip
    with_given: Share = 0.0
    digits: Annotated[int, Field(ge=0, le=6)] = 2
    comparisons: list[Number] = Field(default_factory=list)
    experts: list[Expert] = Field(default_factory=list)
    best: Code | None = None
    worst: Code | None = None
    to_others: dict[str, Comparison] = Field(default_factory=dict)
    to_worst: dict[str, Comparison] = Field(default_factory=dict)
    importance: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def share_of_given(self) -> WeightsFrom:
        if not 0 <= self.with_given < 1:
            raise ValueError("with_given must be from 0 to below 100%")
        return self

    @model_validator(mode="after")
    def said_where_it_counts(self) -> WeightsFrom:
        for method, keys in COMPARED_BY.items():
            for key in keys:
                if key in self.model_fields_set and method != self.method:
                    raise ValueError(f"{key} is for {method} only")
        if self.comparisons and self.experts:
            raise ValueError("write comparisons or experts, not both")
        return self


FROM_DATA = frozenset(
    {"standard_deviation", "entropy", "critic", "gini", "principal_components", "correlation"}
)
COMPARED_BY = {
    "ahp": ("comparisons", "experts"),
    "best_worst": ("best", "worst", "to_others", "to_worst"),
    "correlation": ("importance",),
}
"""What belongs to one method of weighing only."""

Way = Literal[
    "arithmetic", "geometric", "harmonic", "quadratic", "power_mean", "minimum",
    "median", "owa", "copeland", "topsis", "vikor", "benefit_of_the_doubt",
]  # fmt: skip
BY_ORDER = ("median", "owa", "copeland", "topsis", "vikor", "benefit_of_the_doubt")
"""Ways that order the parts or the subjects, or hold them against the group's best: all parts must
count."""
TOP_LEVEL = "_total"
"""What stands for a group's first level where a level is named by its dimension's code."""
WAYS_IN_SCHEMES = (
    "arithmetic", "geometric", "harmonic", "quadratic", "power_mean", "minimum", *BY_ORDER,
)  # fmt: skip
"""The ways that a scheme may choose."""


MOST_POWER, LEAST_POWER = 10.0, 0.05
"""A power mean's power is from −10 to 10; nearer to 0 than this, roots would cost its digits."""
NAMED_POWERS: dict[float, Way] = {
    1.0: "arithmetic", 0.0: "geometric", -1.0: "harmonic", 2.0: "quadratic"
}  # fmt: skip
"""Powers that are means with a name of their own: the same formula, so the same bits."""


def mean_of(way: str, power: float | None) -> str:
    """The way, or the name that a power mean of this power has."""
    return NAMED_POWERS.get(power or 0.0, way) if way == "power_mean" else way


class Combine(Part):
    """How the parts of one level become one figure. ``least``: a part that earned a smaller share
    of its weight counts as this; without it one part at 0 makes a geometric, harmonic or minimum
    level 0, and so does a ``power_mean`` whose ``power`` isn't above 0. ``places``: of ``owa``,
    the weight of the largest share first. ``majority``: of ``vikor``, the weight of the good of
    most beside that of the worst regret. ``within``: of ``benefit_of_the_doubt``, how far a
    subject's own weight of a part may be from the written one, as a share of it; without it a
    subject may put all weight on its best part."""

    way: Way
    least: Share | None = None
    power: Annotated[float, Field(ge=-MOST_POWER, le=MOST_POWER)] | None = None
    places: list[Annotated[float, Field(ge=0)]] = Field(default_factory=list)
    majority: Share = 0.5
    within: Share | None = None

    @model_validator(mode="after")
    def least_is_a_share(self) -> Combine:
        if self.least is not None and not 0 < self.least < 1:
            raise ValueError("least must be between 0 and 100%")
        if not 0 <= self.majority <= 1:
            raise ValueError("majority must be from 0 to 100%")
        if self.within is not None and self.way != "benefit_of_the_doubt":
            raise ValueError("within is for benefit_of_the_doubt only")
        if self.within is not None and not 0 < self.within <= 1:
            raise ValueError("within must be above 0 and at most 100%")
        return self

    @model_validator(mode="after")
    def power_of_its_own(self) -> Combine:
        if (self.power is None) == (self.way == "power_mean"):
            raise ValueError("power_mean needs power, and nothing else has one")
        if self.power and abs(self.power) < LEAST_POWER:
            raise ValueError("power is too near to 0")
        return self


class SettledRegression(Part):
    """What stands in for an item's missing figure: ``start`` + Σ slope × the item by its code;
    nothing where the data gave no regression."""

    start: Number | None = None
    slopes: dict[str, Number] = Field(default_factory=dict)


class SettledTreatment(Part):
    """What treating an item came to: bounds, or the power."""

    low: Number | None = None
    high: Number | None = None
    power: Number | None = None
