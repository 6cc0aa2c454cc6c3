"""The parts of one level put together: the sum, or a mean that compensates less.

A part's share is its points by its weight. Points W·M of a level of weight W, with shares r and
weights w of what counts (docs/methods/composite.md §6 has sources and edge cases):
geometric exp(Σ w·ln r ÷ Σ w), harmonic Σ w ÷ Σ (w ÷ r), quadratic √(Σ w·r² ÷ Σ w), minimum min r,
power_mean (Σ w·r^p ÷ Σ w)^(1/p), a share below 0 as 0 unless p is 1. The shares are taken as parts
of the largest (p above 0) or the least one, so that no power leaves the range of floats.
"""

from __future__ import annotations

import math

from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.ordering import by_order, weightings_of
from yuanheng.calc.evaluation.build.terms import (
    FALSE,
    TRUE,
    Term,
    add,
    call,
    choose,
    div,
    gt,
    le,
    mul,
    surely,
    term,
)
from yuanheng.calc.evaluation.program import Combining
from yuanheng.calc.expression.nodes import Binary, Expr
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.composing import BY_ORDER, Combine, mean_of

SMALLEST, FADED = 1e-300, -100.0
"""What a logarithm is taken of at least; below this exponent a part adds no digit to its sum."""
Parts = list[tuple[Expr, Expr, float]]
"""Points, whether it counts, weight."""
TINY = 1e-12
"""Below every share that is not 0: keeps a logarithm of it defined in every engine."""


def check_way(context: Context, combine: Combine | None, path: str) -> None:
    """What is said beside a way must be of use to it."""
    if combine is None or combine.least is None:
        return
    never_zero = mean_of(combine.way, combine.power) in ("arithmetic", "quadratic", *BY_ORDER)
    if never_zero or (combine.power or 0.0) > 0:
        context.faults.append(
            Fault(
                "least_without_effect",
                "least 只用于 geometric、harmonic、minimum 和 power 不大于 0 的 power_mean，"
                f"{combine.way} 用不到，请删去。",
                "least is for geometric, harmonic, minimum and a power_mean whose power isn't "
                f"above 0; {combine.way} has no use for it here.",
                path=f"{path}.least",
                severity="warning",
            )
        )


def combining_of(
    context: Context,
    combine: Combine | None,
    group: str,
    level: str,
    parts: list[tuple[str, tuple[Expr, Expr, float]]],
) -> Combining:
    """What the program keeps of a level's way; ``parts`` with their names."""
    if combine is None:
        return Combining()
    weighing = [(name, own) for name, (_, counts, own) in parts if own > 0 and counts != FALSE]
    whole = math.fsum(own for _, own in weighing)
    return Combining(
        combine.way, combine.least, tuple(combine.places), combine.majority, combine.within,
        tuple(name for name, _ in weighing), tuple(own / whole for _, own in weighing),
        tuple(map(tuple, weightings_of(context.scheme, group, level))),
        1.0 if combine.power is None else combine.power,
    )  # fmt: skip


def combined(
    context: Context, parts: Parts, weight: float, combine: Combine, name: str
) -> tuple[Expr, Expr, Expr]:
    """Points of a level, whether any of it counts, and whether one part at 0 made it 0."""
    weighing = [part for part in parts if part[2] > 0 and part[1] != FALSE]
    if not weighing:
        return term(0.0), FALSE, FALSE
    sure = all(counts == TRUE for _, counts, _ in weighing)
    if combine.way in BY_ORDER:
        return _ordered(context, weighing, weight, combine, name, sure), TRUE, FALSE
    available: Term = math.fsum(w for _, _, w in weighing)
    if not sure:
        held = add(*(_if(counts, w) for _, counts, w in weighing))
        available = context.define(f"{name}/available", held)
    mean, zero = _mean(context, weighing, available, combine, name)
    points = mul(weight, mean)
    empty: Expr = FALSE
    if zero != FALSE:
        empty = context.define(f"{name}/zero", zero, "boolean")
        points = choose([(empty, 0.0)], points)
    if sure:
        return points, TRUE, empty
    some = gt(available, 0)
    return choose([(some, points)], 0.0), some, empty


def _ordered(
    context: Context, parts: Parts, weight: float, combine: Combine, name: str, sure: bool
) -> Expr:
    """Points of a level whose parts are ordered; faults where that can't be done."""
    path = context.ways.get(name, "combine")
    if not sure:
        context.faults.append(
            Fault(
                "way_needs_all_parts",
                f"{combine.way} 要各部分都有得分，不能有“不计”（leave_out）的部分或没填的预留块；"
                "请把缺数等改为 zero_points、group_mean_score 或补数。",
                f"{combine.way} needs the points of every part; leave_out and reserved blocks "
                "that are not filled can't be used with it. Use zero_points, group_mean_score "
                "or an imputed figure.",
                path=path,
            )
        )
        return term(0.0)
    if combine.way == "owa" and (len(combine.places) != len(parts) or not sum(combine.places)):
        context.faults.append(
            Fault(
                "owa_places",
                f"owa 的 places 写了 {len(combine.places)} 个位次权重，这一层有 {len(parts)} 个"
                "部分；请从得分率最高的一位起逐位写，至少一个大于 0。",
                f"owa has {len(combine.places)} places and the level {len(parts)} parts: write a "
                "weight for each place, that of the largest share first, one above 0 at least.",
                path=f"{path}.places",
            )
        )
        return term(0.0)
    share = by_order(context, [(points, own) for points, _, own in parts], combine, name)
    return mul(weight, share)


def _if(counts: Expr, value: Term) -> Expr:
    return term(value) if counts == TRUE else choose([(counts, value)], 0.0)


def _mean(
    context: Context, parts: Parts, available: Term, combine: Combine, name: str
) -> tuple[Expr, Expr]:
    """The mean of the shares, and when a share at 0 settles it."""
    shares = [(div(points, w), counts, w) for points, counts, w in parts]
    way, power = mean_of(combine.way, combine.power), combine.power or 0.0
    if way == "arithmetic":
        return div(add(*(mul(w, _if(c, r)) for r, c, w in shares)), available), FALSE
    if way == "quadratic":
        squares = add(*(_if(c, mul(w, _square(r))) for r, c, w in shares))
        return call("sqrt", div(squares, available)), FALSE
    if way == "power_mean" and power > 0:
        return _power(context, shares, available, power, name), FALSE
    least = combine.least if combine.least is not None else TINY
    zero = FALSE if combine.least is not None else _any_at_zero(shares)
    lifted = [(call("max", r, least), c, w) for r, c, w in shares]
    if way == "minimum":
        return call("min", *(choose([(c, r)], 1e9) for r, c, _ in lifted)), zero
    if way == "power_mean":
        return _power(context, lifted, available, power, name), zero
    if way == "geometric":
        logs = add(*(_if(c, mul(w, call("ln", r))) for r, c, w in lifted))
        return call("exp", div(logs, available)), zero
    return div(available, add(*(_if(c, div(w, r)) for r, c, w in lifted))), zero


def _power(context: Context, shares: Parts, available: Term, power: float, name: str) -> Expr:
    """The mean of a power of the shares, each held against the one that tells most. In columns of
    their own: an engine would else reckon them again wherever they stand."""
    known = [
        (context.define(f"{name}/share{number}", share), counts, weight)
        for number, (share, counts, weight) in enumerate(shares, start=1)
    ]
    if power > 0:
        end = call("max", *(_if(counts, share) for share, counts, _ in known), SMALLEST)
    else:
        end = call("min", *(choose([(counts, share)], 1e9) for share, counts, _ in known))
    at = context.define(f"{name}/at", end)
    terms = []
    for number, (share, counts, weight) in enumerate(known, start=1):
        part = call("ln", call("max", div(share, at), SMALLEST))
        raised = call("exp", call("max", mul(power, part), FADED))
        raised = choose([(surely(gt(share, 0)), raised)], 0.0)
        term_ = _if(counts, mul(weight, raised))
        terms.append(context.define(f"{name}/raised{number}", term_))
    whole = context.define(f"{name}/raised", div(add(*terms), available))
    root = div(call("ln", call("max", whole, SMALLEST)), power)
    mean = mul(at, call("exp", call("max", root, FADED)))
    return mean if power < 0 else choose([(surely(gt(whole, 0)), mean)], 0.0)


def _square(share: Expr) -> Expr:
    positive = call("max", share, 0)
    return mul(positive, positive)


def _any_at_zero(shares: Parts) -> Expr:
    found: Expr = FALSE
    for share, counts, _ in shares:
        at_zero = surely(le(share, 0))
        if counts != TRUE:
            at_zero = Binary("and", counts, at_zero)
        found = at_zero if found == FALSE else Binary("or", found, at_zero)
    return found
