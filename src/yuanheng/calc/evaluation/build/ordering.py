"""Parts of one level put together by their order, or by their distance from the group's best.

A part's share is its points by its weight, the weights u add up to 1 (docs/methods/composite.md §6
has sources and edge cases). All is written as formulas of the row and statistics of the group's
rated subjects, so every engine gives the same figure:

- ``median``: the share at which half of the weight is reached; the middle between it and the next
  where exactly half lies below.
- ``owa``: Σ v of the place × share, the largest share first.
- ``copeland``: (beaten − beaten by + n) ÷ 2n over the n other rated subjects of the group; one
  beats another where the weight of the parts in which its share is larger is the heavier. 1 beats
  all, 0 beats none, 0.5 where there is nobody else.
- ``topsis``: d⁻ ÷ (d⁺ + d⁻), Euclidean distances of u·share from the group's worst and best;
  shares are on one scale already and are not scaled again. 0.5 where all are alike.
- ``vikor``: 1 − Q, Q = v·(S − S*) ÷ (S⁻ − S*) + (1 − v)·(R − R*) ÷ (R⁻ − R*), with regrets
  u·(best − share) ÷ (best − worst). Nobody who is not rated gets less than 0 or more than 1.
- ``benefit_of_the_doubt``: max Σ w·share over the sets of weights w that a run has settled
  (`calc.evaluation.preparing`): the subject's own best, with nobody rated above 1. A share below 0
  counts as 0, and nobody who is not rated gets more than 1.
"""

from __future__ import annotations

from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.terms import (
    Term,
    add,
    both,
    call,
    choose,
    clamp,
    div,
    eq,
    ge,
    gt,
    le,
    mul,
    ref,
    sub,
    surely,
    term,
)
from yuanheng.calc.evaluation.program import GROUP, RATED, SCORED, Pairs
from yuanheng.calc.expression.nodes import Binary, Const, Expr
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.composing import TOP_LEVEL, Combine
from yuanheng.calc.scheme.model import Scheme

NEAR = 1e-12
FAR = 1e9


def by_order(
    context: Context, points: list[tuple[Expr, float]], combine: Combine, name: str
) -> Expr:
    """The level's share from its parts' points and weights, all of which count."""
    shares: list[Expr] = [
        context.define(f"{name}/share{number}", div(part, weight))
        for number, (part, weight) in enumerate(points, start=1)
    ]
    whole = sum(weight for _, weight in points)
    weights = [weight / whole for _, weight in points]
    if combine.way == "median":
        return _median(context, shares, weights, name)
    if combine.way == "owa":
        return _by_place(context, shares, combine.places, name)
    if combine.way == "copeland":
        return _in_pairs(context, shares, weights, name)
    if combine.way == "topsis":
        return _nearness(context, shares, weights, name)
    if combine.way == "benefit_of_the_doubt":
        return _own_best(context, shares, weights, name)
    return _compromise(context, shares, weights, combine.majority, name)


def _median(context: Context, shares: list[Expr], weights: list[float], name: str) -> Expr:
    reached = [
        context.define(
            f"{name}/reached{number}",
            add(
                *(
                    choose([(surely(le(other, share)), w)], 0.0)
                    for other, w in zip(shares, weights, strict=True)
                )
            ),
        )
        for number, share in enumerate(shares, start=1)
    ]
    halves = [
        choose([(surely(ge(at, 0.5 - NEAR)), share)], FAR)
        for share, at in zip(shares, reached, strict=True)
    ]
    low = context.define(f"{name}/low", call("min", *halves))
    above = [choose([(surely(gt(share, low)), share)], FAR) for share in shares]
    high = context.define(f"{name}/high", call("min", *above))
    exactly = [
        both(surely(eq(share, low)), surely(le(call("abs", sub(at, 0.5)), NEAR)))
        for share, at in zip(shares, reached, strict=True)
    ]
    return choose([(_any(exactly), div(add(low, high), 2.0))], low)


def _by_place(context: Context, shares: list[Expr], places: list[float], name: str) -> Expr:
    whole = sum(places)
    terms = []
    for number, share in enumerate(shares):
        ahead = [
            choose([(surely((ge if at < number else gt)(other, share)), 1.0)], 0.0)
            for at, other in enumerate(shares)
            if at != number
        ]
        place = context.define(f"{name}/place{number + 1}", add(1.0, *ahead))
        cases: list[tuple[Expr, Term]] = [
            (eq(place, float(at)), weight / whole) for at, weight in enumerate(places, start=1)
        ]
        terms.append(mul(choose(cases, 0.0), share))
    return add(*terms)


def _in_pairs(context: Context, shares: list[Expr], weights: list[float], name: str) -> Expr:
    code = name.split("//", 1)[0]
    title = next(group.name for group in context.scheme.groups if group.code == code)
    here = surely(eq(ref(GROUP), Const(code, "text")))
    held = context.define(f"{name}/held", both(here, surely(ref(SCORED))), "boolean")
    against = context.define(f"{name}/against", both(here, surely(ref(RATED))), "boolean")
    net = f"{name}/net"
    context.program.steps.append(
        Pairs(net, "wins", tuple(shares), held, against, f"“{title}”", tuple(weights))
    )
    rated = ref(context.gather("count", Const(1.0), against, (GROUP,), (GROUP,)))
    others = context.define(f"{name}/others", sub(rated, choose([(against, 1.0)], 0.0)))
    share = div(add(ref(net), others), mul(2.0, others))
    return choose([(surely(gt(others, 0.0)), share)], 0.5)


def _ends(context: Context, share: Expr) -> tuple[Expr, Expr]:
    worst, best = (ref(context.aggregate(end, share, "group")) for end in ("min", "max"))
    return worst, best


def weightings_of(scheme: Scheme, group: str, level: str) -> list[list[float]]:
    """The sets of weights that are settled for a level: none as long as no run has."""
    own = next(one for one in scheme.groups if one.code == group)
    return own.weightings.get(level or TOP_LEVEL, [])


def _own_best(context: Context, shares: list[Expr], weights: list[float], name: str) -> Expr:
    group, _, level = name.partition("//")
    sets = weightings_of(context.scheme, group, level)
    codes = [one.code for one in context.scheme.groups]
    for own in sets:
        if len(own) != len(shares):
            context.faults.append(
                Fault(
                    "weightings_size",
                    f"weightings 里有一组写了 {len(own)} 个权重，这一层有 {len(shares)} 个部分；"
                    "请逐部分写一个，或删去让评价时由数据定。",
                    f"A set in weightings has {len(own)} weights and the level {len(shares)} "
                    "parts; write one for each, or leave it to the data.",
                    path=f"groups[{codes.index(group)}].weightings",
                )
            )
            return term(0.0)
    at_least = [call("max", share, 0.0) for share in shares]
    if not sets:  # the run hasn't settled them yet: as the scheme weighs
        return add(*(mul(w, share) for w, share in zip(weights, at_least, strict=True)))
    sums = [
        context.define(
            f"{name}/by{number}",
            add(*(mul(w, share) for w, share in zip(own, at_least, strict=True))),
        )
        for number, own in enumerate(sets, start=1)
    ]
    return call("min", call("max", *sums, 0.0), 1.0)


def _nearness(context: Context, shares: list[Expr], weights: list[float], name: str) -> Expr:
    ends = [_ends(context, share) for share in shares]

    def distance(end: int) -> Expr:
        steps = [
            mul(w, sub(share, pair[end]))
            for share, w, pair in zip(shares, weights, ends, strict=True)
        ]
        return call("sqrt", add(*(mul(step, step) for step in steps)))

    from_worst = context.define(f"{name}/from_worst", distance(0))
    from_best = context.define(f"{name}/from_best", distance(1))
    total = add(from_worst, from_best)
    return choose([(surely(gt(total, 0.0)), div(from_worst, total))], 0.5)


def _compromise(
    context: Context, shares: list[Expr], weights: list[float], majority: float, name: str
) -> Expr:
    regrets: list[Expr] = []
    for number, (share, w) in enumerate(zip(shares, weights, strict=True), start=1):
        worst, best = _ends(context, share)
        regret = div(mul(w, sub(best, share)), sub(best, worst))
        spread = choose([(surely(gt(best, worst)), regret)], 0.0)
        regrets.append(context.define(f"{name}/regret{number}", spread))
    all_of_it = context.define(f"{name}/regrets", add(*regrets))
    worst_of_it = context.define(f"{name}/worst_regret", call("max", *regrets, 0.0))
    parts = []
    for figure, part in ((all_of_it, majority), (worst_of_it, 1.0 - majority)):
        low, high = _ends(context, figure)
        place = choose([(surely(gt(high, low)), div(sub(figure, low), sub(high, low)))], 0.0)
        parts.append(mul(part, place))
    return clamp(sub(1.0, add(*parts)), 0.0, 1.0)


def _any(conditions: list[Expr]) -> Expr:
    found = conditions[0]
    for condition in conditions[1:]:
        found = Binary("or", found, condition)
    return found
