"""Dimensions of which a rise lowers the level above: the less risk, the better.

A dimension's own points stay as they are read (much risk, many points); the level above takes
weight − points, which is `calc.composite.aggregation.aggregate_tree`'s turn − score on the scale
of points. In shares of full marks that is 1 − share, so every way of combining is defined. Where
nothing of the dimension counts it adds nothing, and its weight falls on the others as usual.
"""

from __future__ import annotations

from yuanheng.calc.evaluation.build.context import Context
from yuanheng.calc.evaluation.build.terms import TRUE, choose, sub
from yuanheng.calc.evaluation.program import COUNTED
from yuanheng.calc.expression.nodes import Expr
from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.items import Item, Limit
from yuanheng.calc.scheme.weights import WeightedItem, WeightedNode, leaves

WITHIN_FULL_MARKS = ("ratio_to_best", "reverse_mean", "z_score", "completion")
"""Ways of scoring that by themselves give no more than full marks (completion: up to its cap)."""


def turned(context: Context, node: WeightedNode, points: Expr, counts: Expr, column: str) -> Expr:
    """What a dimension adds to the level above: its points, or its weight less its points."""
    if node.dimension is None or node.dimension.better == "higher":
        return points
    _check(context, node)
    rest: Expr = sub(node.weight, points)
    if counts != TRUE:
        rest = choose([(counts, rest)], 0.0)
    return context.define(f"{column}{COUNTED}", rest)


def _check(context: Context, node: WeightedNode) -> None:
    """What is easily overlooked where many points are bad, said as warnings."""
    below = [leaf for leaf in leaves(node) if leaf.turned]
    silent = [leaf.item.name for leaf in below if _zero_where_missing(context, leaf.item)]
    path, name = f"{node.path}.better", node.dimension.name if node.dimension else ""
    if silent:
        context.faults.append(
            Fault(
                "missing_gains",
                f"“{name}”越低越好，{'、'.join(silent)}缺数却按 0 分计：不报数反而得益。"
                "请把 missing 改为 fail、group_mean_score、{share: 100%} 或补数。",
                f"“{name}” is the better the lower, and a missing figure of {', '.join(silent)} "
                "earns 0 points there: who reports nothing gains. Use fail, group_mean_score, "
                "{share: 100%} or an imputed figure.",
                path=path,
                severity="warning",
            )
        )
    beyond = [leaf.item.name for leaf in below if _beyond(leaf)]
    if beyond:
        context.faults.append(
            Fault(
                "turned_below_zero",
                f"“{name}”越低越好，{'、'.join(beyond)}的得分可能超过权重，反向计入后会成为负分"
                "（几何平均等按 0 计）；若非本意，请写 cap: {times_weight: 1}。",
                f"“{name}” is the better the lower, and {', '.join(beyond)} may earn more than "
                "full marks, which counts as less than nothing (as 0 in a geometric mean); write "
                "cap: {times_weight: 1} if that isn't meant.",
                path=path,
                severity="warning",
            )
        )


def _zero_where_missing(context: Context, item: Item) -> bool:
    said = item.missing if item.missing is not None else context.scheme.data_rules.missing
    return said == "zero_points"


def _beyond(leaf: WeightedItem) -> bool:
    """Whether an item may earn more than its weight as far as its cap and method tell."""
    cap, how = leaf.item.cap, leaf.item.normalise
    if isinstance(cap, Limit):
        most = cap.points if cap.points is not None else (cap.times_weight or 0.0) * leaf.weight
        return most > leaf.weight + 1e-9
    if how.method == "completion":
        return how.cap > 1
    if how.method == "floored_range":
        return how.low is not None or how.high is not None
    if how.method == "rank_only":
        return how.points == "value"
    return how.method not in WITHIN_FULL_MARKS
