"""How a value becomes points, in a sentence that an official can check against the notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from yuanheng.calc.scheme.composing import Impute
from yuanheng.calc.scheme.items import (
    BenchmarkByClass,
    BenchmarkByYear,
    BenchmarkOwn,
    BenchmarkStatistic,
    FixedPoints,
    FixedShare,
    Limit,
)
from yuanheng.kernel.figures import exact, in_brackets, listed, measured, percent


def share(value: float) -> str:
    """``0.2`` → ``20%``"""
    text = percent(value)
    return text.replace(".00%", "%")


def scope_words(scope: str) -> str:
    """Among whom a statistic or a rank counts."""
    if scope == "group":
        return _("the group")
    if scope == "all":
        return _("all subjects")
    return _("the same %(field)s") % {"field": scope.replace("group+", "")}


def benchmark_words(benchmark: Any, measure: str) -> str:
    """The figure against which a value is held."""
    if isinstance(benchmark, int | float):
        return measured(exact(benchmark), measure)
    if isinstance(benchmark, BenchmarkByYear):
        shown = [f"{year}:{exact(value)}" for year, value in sorted(benchmark.by_year.items())]
        return listed(shown) + in_brackets(measure)
    if isinstance(benchmark, BenchmarkByClass):
        shown = [f"{name} {exact(value)}" for name, value in benchmark.values.items()]
        text = _("by %(field)s: %(values)s")
        return text % {"field": benchmark.by, "values": listed(shown)}
    if isinstance(benchmark, BenchmarkStatistic):
        return _statistic_words(benchmark)
    if isinstance(benchmark, BenchmarkOwn):
        return _("the subject's own %(formula)s") % {"formula": benchmark.formula}
    return str(benchmark)


def _statistic_words(benchmark: BenchmarkStatistic) -> str:
    names = {
        "mean": _("mean"),
        "max": _("largest value"),
        "min": _("smallest value"),
        "quantile": _("quantile"),
        "ratio_of_sums": _("ratio of the sums"),
    }
    years = {
        "current": "",
        "last_year": _("of the same period last year"),
        "previous": _("of the period before"),
    }
    said = {"statistic": names[benchmark.statistic], "scope": scope_words(benchmark.scope)}
    parts = [_("%(statistic)s of %(scope)s") % said]
    if benchmark.quantile is not None:
        parts.append(share(benchmark.quantile))
    if years[benchmark.of]:
        parts.append(years[benchmark.of])
    if benchmark.times != 1:
        parts.append(f"× {exact(benchmark.times)}")
    return " ".join(parts)


def _ratio(n: Any, measure: str, higher: bool) -> str:
    mark = {"benchmark": benchmark_words(n.benchmark, measure)}
    if higher:
        return _("Value ÷ benchmark × weight; benchmark %(benchmark)s") % mark
    return _("Benchmark ÷ value × weight; benchmark %(benchmark)s") % mark


def _best(n: Any, measure: str, higher: bool) -> str:
    scope = {"scope": scope_words(n.scope)}
    if higher:
        return _("Value ÷ best value of %(scope)s × weight") % scope
    return _("Best (smallest) value of %(scope)s ÷ value × weight") % scope


def _range(n: Any, measure: str, higher: bool) -> str:
    said = {"scope": scope_words(n.scope), "base": exact(n.base)}
    if n.low is not None and n.high is not None:
        said["low"] = benchmark_words(n.low, measure)
        said["high"] = benchmark_words(n.high, measure)
        return (
            _("Place between %(low)s and %(high)s, from %(base)s to 100 percent of the weight")
            % said
        )
    return (
        _(
            "Place between the smallest and the largest value of %(scope)s, "
            "from %(base)s to 100 percent of the weight"
        )
        % said
    )


def _efficacy(n: Any, measure: str, higher: bool) -> str:
    return _(
        "Efficacy coefficient: %(d)s + %(c)s × place between not allowed (%(low)s) "
        "and satisfactory (%(high)s)"
    ) % {
        "c": exact(n.c),
        "d": exact(n.d),
        "low": benchmark_words(n.not_allowed, measure),
        "high": benchmark_words(n.satisfactory, measure),
    }


def _reverse(n: Any, measure: str, higher: bool) -> str:
    text = _("Half the weight at the mean of %(scope)s, all of it at 0, none from twice the mean")
    return text % {"scope": scope_words(n.scope)}


def _steps(n: Any, measure: str, higher: bool) -> str:
    return _(
        "Against the base year (%(base)s): %(parity)s of the weight at its level, "
        "%(points)s points for each further %(step)s, at most %(cap)s more"
    ) % {
        "base": benchmark_words(n.base, measure),
        "parity": share(n.parity),
        "points": exact(n.points_per_step),
        "step": share(n.step),
        "cap": share(n.bonus_cap),
    }


def _completion(n: Any, measure: str, higher: bool) -> str:
    said = {"target": benchmark_words(n.target, measure), "cap": share(n.cap)}
    if higher:
        return _("Value ÷ target × weight, at most %(cap)s; target %(target)s") % said
    return _("Target ÷ value × weight, at most %(cap)s; target %(target)s") % said


def _z_score(n: Any, measure: str, higher: bool) -> str:
    return _(
        "%(centre)s of the weight at the mean of %(scope)s, %(step)s for each standard deviation"
    ) % {"centre": share(n.centre), "step": share(n.per_sd), "scope": scope_words(n.scope)}


def _levels(n: Any, measure: str, higher: bool) -> str:
    steps = []
    for level in n.levels:
        if level.above is not None:
            limit = f"> {measured(exact(level.above), measure)}"
        else:
            limit = f"≥ {measured(exact(level.at_least), measure)}"
        said = {"limit": limit, "points": exact(level.points)}
        steps.append(_("%(limit)s: %(points)s points") % said)
    steps.append(_("otherwise %(points)s points") % {"points": exact(n.otherwise)})
    return "；".join(steps)


def _events(n: Any, measure: str, higher: bool) -> str:
    text = _("From %(start)s points, %(each)s for each")
    return text % {"start": exact(n.start), "each": exact(n.per_event)}


def _rank_only(n: Any, measure: str, higher: bool) -> str:
    if n.points == "value":
        return _("The value itself is the points")
    return _("By the place among %(scope)s") % {"scope": scope_words(n.scope)}


def _piecewise(n: Any, measure: str, higher: bool) -> str:
    points = listed(f"{measured(exact(x), measure)} → {exact(y)}" for x, y in n.anchors)
    text = _("Linear between the points %(points)s (out of %(full)s)")
    return text % {"points": points, "full": exact(n.full)}


_WRITERS: dict[str, Callable[[Any, str, bool], str]] = {
    "ratio_to_benchmark": _ratio,
    "ratio_to_best": _best,
    "floored_range": _range,
    "efficacy": _efficacy,
    "reverse_mean": _reverse,
    "base_year_step": _steps,
    "completion": _completion,
    "z_score": _z_score,
    "levels": _levels,
    "events": _events,
    "rank_only": _rank_only,
    "piecewise": _piecewise,
}


def method_words(item: Any) -> str:
    """How the item's value becomes points."""
    write = _WRITERS[item.normalise.method]
    return write(item.normalise, item.unit_of_value, item.better == "higher")


def limit_words(limit: Limit | str, weight: float) -> str:
    """A cap or floor in points."""
    if isinstance(limit, str):
        return _("none")
    if limit.points is not None:
        return exact(limit.points)
    return exact((limit.times_weight or 0) * weight)


def composing_words(combine: Any, weights_from: Any) -> str:
    """How a level is put together and where its weights come from; empty for written weights that
    are added up."""
    parts = []
    if combine is not None and combine.way != "arithmetic":
        ways = {
            "geometric": _("geometric mean of its parts"),
            "harmonic": _("harmonic mean of its parts"),
            "quadratic": _("quadratic mean of its parts"),
            "power_mean": _("power mean of its parts"),
            "minimum": _("its weakest part"),
            "median": _("weighted median of its parts"),
            "owa": _("parts weighted by place (OWA)"),
            "copeland": _("balance of pairwise wins (Copeland)"),
            "topsis": _("nearness to the ideal (TOPSIS)"),
            "vikor": _("compromise (VIKOR)"),
            "benefit_of_the_doubt": _("each subject's own best weights (DEA)"),
        }
        parts.append(str(ways.get(combine.way, combine.way)))
        if combine.power is not None:
            parts.append(_("power %(power)s") % {"power": exact(combine.power)})
        if combine.least is not None:
            text = _("a part below %(share)s counts as this")
            parts.append(text % {"share": share(combine.least)})
        if combine.within is not None:
            text = _("each weight within %(share)s of the written one")
            parts.append(text % {"share": share(combine.within)})
    if weights_from is not None:
        methods = {
            "equal": _("equal weights"),
            "standard_deviation": _("weights by standard deviation"),
            "entropy": _("weights by entropy"),
            "critic": _("weights by CRITIC"),
            "gini": _("weights by the Gini coefficient"),
            "principal_components": _("weights by principal components"),
            "correlation": _("weights for wanted correlations"),
            "ahp": _("weights by pairwise comparison (AHP)"),
            "best_worst": _("weights by the best-worst method (BWM)"),
        }
        parts.append(str(methods.get(weights_from.method, weights_from.method)))
        if weights_from.with_given:
            text = _("together with %(share)s of the written ones")
            parts.append(text % {"share": share(weights_from.with_given)})
    return "，".join(parts)


def treatment_words(treatment: Any) -> str:
    """What happens to a missing, zero or negative figure."""
    if isinstance(treatment, Impute):
        fillers = {
            "group_mean": _("the group's mean is put in and marked"),
            "group_median": _("the group's median is put in and marked"),
            "previous": _("its own figure of the period before is put in and marked"),
            "last_year": _("its own figure of last year is put in and marked"),
            "regression": _("what a regression over other items says is put in and marked"),
            "nearest": _("the mean of the nearest subjects is put in and marked"),
        }
        return str(fillers.get(treatment.impute, treatment.impute))
    if isinstance(treatment, FixedPoints):
        return _("%(points)s points") % {"points": exact(treatment.points)}
    if isinstance(treatment, FixedShare):
        return _("%(share)s of the weight") % {"share": share(treatment.share)}
    words = {
        None: "—",
        "fail": _("not evaluated"),
        "zero_points": _("0 points"),
        "group_mean_score": _("the group's mean points"),
        "leave_out": _("left out, its weight falls on the others"),
        "as_value": _("computed as any value"),
        "as_missing": _("as a missing one"),
    }
    return str(words.get(treatment, treatment))
