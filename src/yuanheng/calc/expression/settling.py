"""Finds the operations whose result could leave the range of numbers, and guards just these.

All readers evaluate the guarded tree, so they agree in every bit; an ordinary formula has no
guard. The guards are calls that no one can write: ``no_overflow`` and ``no_underflow``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import cast

import numpy as np

from yuanheng.calc.expression.nodes import (
    Binary,
    Call,
    Const,
    Expr,
    GroupStat,
    If,
    In,
    Ref,
    Shifted,
    Unary,
)
from yuanheng.calc.expression.rounding import (
    LARGEST_INPUT,
    OVERFLOW,
    SMALLEST_INPUT,
    SMALLEST_LIFTED,
    UNDERFLOW,
)

Bounds = Mapping[str, tuple[float, float]]
Size = tuple[float, float]
"""The smallest absolute value other than 0 and the largest one."""
_ONE: Size = (1.0, 1.0)
_DAYS: Size = (1.0, 1e8)
_LAST_BIT = 2.0**-54
_LOG_MOST = 710.0


def settle(expr: Expr, bounds: Bounds | None = None) -> Expr:
    """The tree with guards where a result could leave the range.

    ``bounds`` gives lowest and highest values by `Ref.key` where they are known; elsewhere a
    figure is taken to be at most 1e18 and, when not 0, at least 1e-18.
    """
    return _Settler(bounds or {}).visit(expr)[0]


@lru_cache(maxsize=4096)
def settled(expr: Expr) -> Expr:
    """`settle` without bounds, remembered."""
    return settle(expr)


class _Settler:
    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds

    def visit(self, expr: Expr) -> tuple[Expr, Size]:
        match expr:
            case Const():
                return expr, _const_size(expr)
            case Ref():
                return expr, self.ref_size(expr)
            case Unary():
                operand, size = self.visit(expr.operand)
                return replace(expr, operand=operand), size
            case Binary():
                return self.binary(expr)
            case If():
                condition, _ = self.visit(expr.condition)
                then, left = self.visit(expr.then)
                otherwise, right = self.visit(expr.otherwise)
                node = If(condition, then, otherwise, span=expr.span)
                return node, _either([left, right])
            case In():
                return replace(expr, operand=self.visit(expr.operand)[0]), _ONE
            case Call():
                return self.call(expr)
            case Shifted() | GroupStat():
                raise TypeError(f"{type(expr).__name__} must be resolved before evaluation")

    def ref_size(self, ref: Ref) -> Size:
        low, high = self.bounds.get(ref.key, (-LARGEST_INPUT, LARGEST_INPUT))
        smallest = low if low > 0.0 else -high if high < 0.0 else SMALLEST_INPUT
        return smallest, max(abs(low), abs(high))

    def binary(self, expr: Binary) -> tuple[Expr, Size]:
        left, a = self.visit(expr.left)
        right, b = self.visit(expr.right)
        node = replace(expr, left=left, right=right)
        if expr.op in ("+", "-"):
            return _guarded(node, _sum_size(a, b))
        if expr.op == "*":
            return _guarded(node, (a[0] * b[0], a[1] * b[1]))
        if expr.op == "/":
            return _guarded(node, (a[0] / b[1] if b[1] else a[0], a[1] / b[0]))
        return node, _ONE

    def call(self, expr: Call) -> tuple[Expr, Size]:
        visited = [self.visit(arg) for arg in expr.args]
        sizes = [size for _, size in visited]
        node = replace(expr, args=tuple(arg for arg, _ in visited))
        first = sizes[0]
        match expr.function:
            case "sum":
                return self.sum(node, sizes)
            case "min" | "max" | "coalesce":
                return node, _either(sizes)
            case "abs":
                return node, first
            case "round":
                digits = cast(float, cast(Const, expr.args[1]).value)
                step = 10.0**-digits
                return node, (min(first[0], step / 2), first[1] * 2 + step)
            case "sqrt":
                return node, (min(first[0], 1.0), max(first[1], 1.0))
            case "ln":
                return node, (_LAST_BIT, _LOG_MOST)
            case "exp":
                # The builder takes means of logs: as large as the figures themselves.
                return node, (SMALLEST_INPUT, LARGEST_INPUT)
            case "floor" | "ceil":
                return node, (1.0, first[1] + 1.0)
            case _:
                return node, _DAYS

    def sum(self, node: Call, sizes: list[Size]) -> tuple[Expr, Size]:
        total = sizes[0]
        for size in sizes[1:]:
            total = _sum_size(total, size)
        # Guarding the whole is enough: the partial sums of numbers in range are far from
        # overflowing a double.
        return _guarded(node, total)


def _const_size(expr: Const) -> Size:
    if isinstance(expr.value, float | np.ndarray):
        sizes = np.abs(np.atleast_1d(np.asarray(expr.value, dtype=float)))
        sizes = sizes[np.isfinite(sizes) & (sizes > 0.0)]
        if sizes.size:
            return float(sizes.min()), float(sizes.max())
    return _ONE


def _either(sizes: list[Size]) -> Size:
    return min(size[0] for size in sizes), max(size[1] for size in sizes)


def _sum_size(a: Size, b: Size) -> Size:
    # Both are multiples of the last bit of the smaller one, and so is their sum.
    return min(a[0], b[0]) * _LAST_BIT, a[1] + b[1]


def _guarded(node: Expr, size: Size) -> tuple[Expr, Size]:
    smallest, largest = size
    if largest >= OVERFLOW:
        node, largest = Call("no_overflow", (node,), span=node.span), OVERFLOW
    if smallest < UNDERFLOW:
        node, smallest = Call("no_underflow", (node,), span=node.span), SMALLEST_LIFTED
    return node, (smallest, largest)
