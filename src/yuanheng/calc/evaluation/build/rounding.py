"""Rounding as the scheme says: half up, half to even, or down towards zero."""

from __future__ import annotations

from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.terms import (
    add,
    call,
    choose,
    div,
    ge,
    gt,
    lt,
    mul,
    sub,
    surely,
)
from yuanheng.calc.expression.nodes import Expr

EXACT_DIGITS = 9
"""Scaled values are first settled to nine decimals, so that float noise decides no half."""


def rounded(context: Context, expr: Expr, digits: int) -> Expr:
    """``expr`` to ``digits`` decimals in the scheme's way."""
    way = context.scheme.score.rounding
    if way == "half_up":
        return call("round", expr, digits)
    scale = 10.0**digits
    scaled = context.define(
        context.serial("scaled"), call("round", mul(expr, scale), min(EXACT_DIGITS, 10 - digits))
    )
    if way == "down":
        cut = choose([(surely(ge(scaled, 0)), call("floor", scaled))], call("ceil", scaled))
        return div(cut, scale)
    floor = context.define(context.serial("floor"), call("floor", scaled))
    odd = sub(floor, mul(2, call("floor", div(floor, 2))))
    rest = sub(scaled, floor)
    return div(
        choose(
            [(surely(lt(rest, 0.5)), floor), (surely(gt(rest, 0.5)), add(floor, 1))],
            add(floor, odd),
        ),
        scale,
    )
