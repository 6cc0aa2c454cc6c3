"""Between which bounds a checked expression lies, to tell which divisors can be zero."""

from __future__ import annotations

import math
from collections.abc import Callable

from yuanheng.calc.expression.nodes import Binary, Call, Const, Expr, GroupStat, If, Ref, Unary

Range = tuple[float, float]
ANY: Range = (-math.inf, math.inf)


def can_be_zero(expr: Expr, bounds_of: Callable[[Ref], Range]) -> bool:
    """Whether a divisor can be zero, as far as the bounds of its fields tell.

    A count of a group is never zero here: an empty group has no subject to divide for.
    """
    if isinstance(expr, Binary) and expr.op == "*":
        return can_be_zero(expr.left, bounds_of) or can_be_zero(expr.right, bounds_of)
    if isinstance(expr, Binary) and expr.op == "/":
        return can_be_zero(expr.left, bounds_of)
    low, high = range_of(expr, bounds_of)
    return low <= 0.0 <= high


def range_of(expr: Expr, bounds_of: Callable[[Ref], Range]) -> Range:
    """Lowest and highest value that a number can have; infinite where nothing is known."""
    match expr:
        case Const(value=float(value)):
            return value, value
        case Ref():
            return bounds_of(expr)
        case GroupStat(statistic="count"):
            return 1.0, math.inf
        case GroupStat(statistic="mean" | "max" | "min" | "quantile"):
            return range_of(expr.operand, bounds_of)
        case Unary(op="neg"):
            low, high = range_of(expr.operand, bounds_of)
            return -high, -low
        case Binary():
            return _arithmetic(
                expr.op, range_of(expr.left, bounds_of), range_of(expr.right, bounds_of)
            )
        case If():
            return _around(range_of(expr.then, bounds_of), range_of(expr.otherwise, bounds_of))
        case Call():
            return _call(expr.function, [range_of(arg, bounds_of) for arg in expr.args])
        case _:
            return ANY


def _around(*ranges: Range) -> Range:
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _arithmetic(op: str, left: Range, right: Range) -> Range:
    if op == "+":
        return _sum([left, right])
    if op == "-":
        return _sum([left, (-right[1], -right[0])])
    positive = left[0] >= 0.0 and right[0] >= 0.0
    if op == "*" and positive:
        # Infinity times zero stands for "nothing known", which is what infinity says too.
        high = left[1] * right[1]
        return left[0] * right[0], math.inf if math.isnan(high) else high
    if op == "/" and positive:
        return 0.0, math.inf
    return ANY


def _sum(ranges: list[Range]) -> Range:
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def _call(function: str, args: list[Range]) -> Range:
    match function:
        case "sum":
            return _sum(args)
        case "min":
            return min(low for low, _ in args), min(high for _, high in args)
        case "max":
            return max(low for low, _ in args), max(high for _, high in args)
        case "coalesce":
            return _around(*args)
        case "abs":
            low, high = args[0]
            least = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
            return least, max(abs(low), abs(high))
        case "year" | "month":
            return 1.0, 9999.0
        case _:
            return ANY
