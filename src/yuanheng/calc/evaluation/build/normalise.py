"""From a value to points: N1 to N12, each as an expression (docs/methods/normalisation.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yuanheng.calc.evaluation.build.benchmarks import build_benchmark
from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.terms import (
    add,
    both,
    call,
    choose,
    clamp,
    div,
    eq,
    ge,
    gt,
    known,
    le,
    lt,
    mul,
    ref,
    sub,
    surely,
    term,
)
from yuanheng.calc.evaluation.program import RATED, Rank, RankKey
from yuanheng.calc.expression.nodes import Const, Expr
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.items import (
    BaseYearStep,
    Benchmark,
    Completion,
    Efficacy,
    Events,
    FlooredRange,
    Item,
    Levels,
    Piecewise,
    RankOnly,
    Ratio,
    RatioToBest,
    ReverseMean,
    ZScore,
)


@dataclass(frozen=True, slots=True)
class Scoring:
    """Points before cap and floor; ``benchmark`` is the figure to show beside the value, and
    ``sure`` says that points are known wherever the value is."""

    points: Expr
    benchmark: Expr | None = None
    constant: float | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """What a method needs to know of the item."""

    context: Context
    item: Item
    value: Expr
    formula: Expr
    weight: float
    path: str

    @property
    def higher(self) -> bool:
        return self.item.better == "higher"


FLAT = {"full": 1.0, "half": 0.5, "zero": 0.0}


def _bench(request: Request, spec: Benchmark, key: str, *, zero: bool = False) -> Any:
    path = f"{request.path}.normalise.{key}"
    return build_benchmark(
        request.context, spec, request.value, request.formula, path, zero_allowed=zero
    )


def _column(request: Request, expr: Expr, name: str) -> Expr:
    """Keep a derived figure as a column of its own, so that it can be shown."""
    if isinstance(expr, Const):
        return expr
    return request.context.define(request.context.serial(name), expr)


def _statistic(request: Request, statistic: str, scope: str) -> Expr:
    path = f"{request.path}.normalise.scope"
    return ref(request.context.aggregate(statistic, request.value, scope, None, path))


def _ratio(request: Request, spec: Ratio) -> Scoring:
    found = _bench(request, spec.benchmark, "benchmark")
    b = _column(request, found.expr, "benchmark")
    x, w = request.value, request.weight
    points = div(mul(w, x), b) if request.higher else div(mul(w, b), x)
    return Scoring(points, b, found.constant, found.sure and request.higher)


def _ratio_to_best(request: Request, spec: RatioToBest) -> Scoring:
    best = _statistic(request, "max" if request.higher else "min", spec.scope)
    x, w = request.value, request.weight
    points = div(mul(w, x), best) if request.higher else div(mul(w, best), x)
    return Scoring(points, best, None, False)


def _between(
    request: Request, low: Expr, high: Expr, when_flat: str, shape: Callable[[Expr], Expr]
) -> Expr:
    """``shape`` of (x−low)/(high−low), turned round where lower is better."""
    x = request.value
    part = sub(x, low) if request.higher else sub(high, x)
    ratio = div(part, sub(high, low))
    flat = FLAT[when_flat] * request.weight
    if isinstance(low, Const) and isinstance(high, Const):
        return shape(ratio)
    return choose([(surely(eq(low, high)), flat)], shape(ratio))


def _floored_range(request: Request, spec: FlooredRange) -> Scoring:
    ends = []
    for key, given, statistic in (("low", spec.low, "min"), ("high", spec.high, "max")):
        if given is None:
            ends.append(_statistic(request, statistic, spec.scope))
        else:
            found = _bench(request, given, key, zero=True)
            ends.append(_column(request, found.expr, key))
    low, high = ends
    if isinstance(low, Const) and isinstance(high, Const) and not _below(low, high):
        _fault(request, "range_flat", "low 应小于 high。", "low must be below high.", "low")
    base, w = spec.base, request.weight

    def shape(ratio: Expr) -> Expr:
        return div(mul(w, add(base, mul(100 - base, ratio))), 100)

    best = high if request.higher else low
    constant = best.value if isinstance(best, Const) else None
    return Scoring(
        _between(request, low, high, spec.when_flat, shape),
        best,
        float(constant) if isinstance(constant, float) else None,
        False,
    )


def _below(low: Const, high: Const) -> bool:
    return (
        isinstance(low.value, float) and isinstance(high.value, float) and low.value < high.value
    )


def _fault(request: Request, code: str, zh: str, en: str, key: str) -> None:
    path = f"{request.path}.normalise.{key}"
    request.context.faults.append(Fault(code, zh, en, path=path))


def _efficacy(request: Request, spec: Efficacy) -> Scoring:
    good = _bench(request, spec.satisfactory, "satisfactory", zero=True)
    bad = _bench(request, spec.not_allowed, "not_allowed", zero=True)
    high, low = _column(request, good.expr, "satisfactory"), _column(request, bad.expr, "low")
    if good.constant is not None and good.constant == bad.constant:
        _fault(
            request,
            "range_flat",
            "satisfactory(满意值)与 not_allowed(不允许值)不能相等。",
            "satisfactory and not_allowed must differ.",
            "satisfactory",
        )
    if spec.c + spec.d == 0:
        _fault(request, "range_flat", "c + d 不能为 0。", "c + d must not be 0.", "c")
        return Scoring(term(0.0))
    # Both ends are given, so the formula itself turns round where lower is better.
    ratio = div(sub(request.value, low), sub(high, low))
    points = div(mul(request.weight, add(mul(spec.c, ratio), spec.d)), spec.c + spec.d)
    if good.constant is None or bad.constant is None:
        flat = FLAT[spec.when_flat] * request.weight
        points = choose([(surely(eq(low, high)), flat)], points)
    return Scoring(points, high, good.constant, good.sure and bad.sure)


def _reverse_mean(request: Request, spec: ReverseMean) -> Scoring:
    mean = _statistic(request, "mean", spec.scope)
    x, w = request.value, request.weight
    if not request.higher:
        points = mul(w / 2, sub(2, div(x, mean)))
        return Scoring(clamp(points, 0, w), mean, None, False)
    return Scoring(clamp(mul(w / 2, div(x, mean)), 0, w), mean, None, False)


def _base_year_step(request: Request, spec: BaseYearStep) -> Scoring:
    found = _bench(request, spec.base, "base")
    base = _column(request, found.expr, "base")
    if spec.step <= 0:
        _fault(request, "step_zero", "step(每一步)应大于 0。", "step must be above 0.", "step")
        return Scoring(term(0.0))
    x, w = request.value, request.weight
    growth = sub(div(x, base), 1) if request.higher else sub(div(base, x), 1)
    steps = call("floor", call("round", div(growth, spec.step), 9))
    parity = spec.parity * w
    above = call("min", mul(spec.points_per_step, steps), spec.bonus_cap * w)
    below: Expr
    if spec.below == "pro_rata":
        below = mul(parity, add(growth, 1))
    elif spec.below == "zero":
        below = term(0.0)
    else:
        below = add(parity, mul(spec.points_per_step, steps))
    points = choose([(surely(ge(growth, 0)), add(parity, above))], below)
    # Unknown growth must stay unknown whatever the branch gives.
    points = choose([(known(growth), points)], Const(None, "unknown"))
    return Scoring(points, base, found.constant, False)


def _completion(request: Request, spec: Completion) -> Scoring:
    found = _bench(request, spec.target, "target")
    target = _column(request, found.expr, "target")
    x, w = request.value, request.weight
    ratio = div(x, target) if request.higher else div(target, x)
    points = mul(w, call("min", ratio, spec.cap))
    return Scoring(points, target, found.constant, found.sure and request.higher)


def _z_score(request: Request, spec: ZScore) -> Scoring:
    mean = _statistic(request, "mean", spec.scope)
    sample = spec.deviation == "sample"
    path = f"{request.path}.normalise.scope"
    deviation = ref(request.context.deviation(request.value, spec.scope, path, sample=sample))
    x, w = request.value, request.weight
    part = sub(x, mean) if request.higher else sub(mean, x)
    z = choose([(surely(gt(deviation, 0)), div(part, deviation))], 0.0)
    points = clamp(mul(w, add(spec.centre, mul(spec.per_sd, z))), 0, w)
    points = choose([(known(x), points)], Const(None, "unknown"))
    return Scoring(points, mean, None, False)


def _levels(request: Request, spec: Levels) -> Scoring:
    cases: list[tuple[Expr, Any]] = []
    last: float | None = None
    x = request.value
    for number, row in enumerate(spec.levels):
        if (row.at_least is None) == (row.above is None):
            key = f"levels[{number}]"
            _fault(
                request,
                "level_bound",
                "每一档要写 at_least(达到)或 above(超过)其中之一。",
                "Each level needs either at_least or above.",
                key,
            )
            continue
        bound = row.at_least if row.at_least is not None else row.above
        if bound is None:
            continue
        if last is not None and ((bound > last) if request.higher else (bound < last)):
            _fault(
                request,
                "level_order",
                "各档应从好到差排列（higher 从大到小，lower 从小到大）。",
                "Levels must be listed from the best to the worst.",
                f"levels[{number}]",
            )
        last = bound
        strict = row.above is not None
        if request.higher:
            condition = gt(x, bound) if strict else ge(x, bound)
        else:
            condition = lt(x, bound) if strict else le(x, bound)
        cases.append((surely(condition), row.points))
    points = choose(cases, spec.otherwise)
    return Scoring(choose([(known(x), points)], Const(None, "unknown")))


def _events(request: Request, spec: Events) -> Scoring:
    return Scoring(add(spec.start, mul(spec.per_event, request.value)))


def _rank_only(request: Request, spec: RankOnly) -> Scoring:
    if spec.points == "value":
        return Scoring(request.value if request.higher else sub(0, request.value))
    context = request.context
    by = context.scope(spec.scope, f"{request.path}.normalise.scope")
    name = context.serial("place")
    where = both(ref(RATED), known(request.value))
    context.program.steps.append(Rank(name, (RankKey(request.value, request.higher),), where, by))
    count = ref(context.aggregate("count", request.value, spec.scope))
    points = div(mul(request.weight, add(sub(count, ref(name)), 1)), count)
    return Scoring(points, None, None, False)


def _piecewise(request: Request, spec: Piecewise) -> Scoring:
    anchors = list(spec.anchors)
    if any(a[0] >= b[0] for a, b in pairwise(anchors)):
        _fault(
            request,
            "anchor_order",
            "各锚点的指标值应从小到大，且不重复。",
            "The anchors' values must rise strictly.",
            "anchors",
        )
        return Scoring(term(0.0))
    if spec.full <= 0:
        _fault(request, "full_zero", "full(满分)应大于 0。", "full must be above 0.", "full")
        return Scoring(term(0.0))
    x, w = request.value, request.weight
    cases: list[tuple[Expr, Any]] = []
    lines = []
    for (x0, y0), (x1, y1) in pairwise(anchors):
        lines.append(add(y0, div(mul(y1 - y0, sub(x, x0)), x1 - x0)))
    if spec.outside == "clamp":
        cases.append((surely(le(x, anchors[0][0])), anchors[0][1]))
    for line, (x1, _) in zip(lines[:-1], anchors[1:-1], strict=False):
        cases.append((surely(le(x, x1)), line))
    if spec.outside == "clamp":
        cases.append((surely(lt(x, anchors[-1][0])), lines[-1]))
        score = choose(cases, anchors[-1][1])
    else:
        score = choose(cases, lines[-1])
    points = div(mul(w, score), spec.full)
    return Scoring(choose([(known(x), points)], Const(None, "unknown")))


METHODS: dict[type, Callable[[Request, Any], Scoring]] = {
    Ratio: _ratio,
    RatioToBest: _ratio_to_best,
    FlooredRange: _floored_range,
    Efficacy: _efficacy,
    ReverseMean: _reverse_mean,
    BaseYearStep: _base_year_step,
    Completion: _completion,
    ZScore: _z_score,
    Levels: _levels,
    Events: _events,
    RankOnly: _rank_only,
    Piecewise: _piecewise,
}


def build_scoring(request: Request) -> Scoring:
    """The points of an item before cap and floor, by its method."""
    return METHODS[type(request.item.normalise)](request, request.item.normalise)
