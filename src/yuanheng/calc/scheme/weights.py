"""The weight of each item from the tree it hangs in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.items import Dimension, Item, TreeNode
from yuanheng.calc.scheme.level_weights import LevelWeights, code_of, level_weights
from yuanheng.calc.scheme.model import Group, Scheme


@dataclass(frozen=True, slots=True)
class WeightedItem:
    """An item with its effective weight in points and its place in the file. ``turned``: an odd
    number of the dimensions above it lower the level above them as they rise."""

    item: Item
    weight: float
    path: str
    turned: bool = False


@dataclass(frozen=True, slots=True)
class WeightedNode:
    """A dimension with its effective weight; ``children`` are items and dimensions in order."""

    dimension: Dimension | None
    weight: float
    path: str
    children: tuple[WeightedItem | WeightedNode, ...]


def _number(value: float) -> str:
    return f"{value:.10g}"


def _own_weights(
    nodes: list[TreeNode],
    total: float,
    path: str,
    faults: list[Fault],
    overrides: dict[str, float],
    source: LevelWeights | None = None,
) -> list[float]:
    """The effective weight of each node of one list that shares ``total``."""
    given: list[float | None] = []
    for node in nodes:
        given.append(overrides.get(code_of(node), node.weight))
    if source is not None and not all(code_of(node) in overrides for node in nodes):
        return source.provisional(nodes, total, faults)
    coefficients = [node.coefficient for node in nodes]
    if all(c is not None for c in coefficients) and all(g is None for g in given):
        whole = math.fsum(c for c in coefficients if c is not None)
        return [total * c / whole for c in coefficients if c is not None]
    for index, node in enumerate(nodes):
        if given[index] is None or node.coefficient is not None:
            faults.append(
                Fault(
                    "weight_missing",
                    f"“{node.name}”缺少权重，或同一层混用了 weight 与 coefficient；"
                    "同一层只能用其中一种，且每项都要写。",
                    f"“{node.name}” has no weight, or this level mixes weight and coefficient; "
                    "use one of them for every part of a level.",
                    path=f"{path}[{index}].weight",
                )
            )
        elif (given[index] or 0) < 0:
            faults.append(
                Fault(
                    "weight_negative",
                    f"“{node.name}”的权重是 {_number(given[index] or 0)}，不能为负；"
                    "扣分请用 deduction。",
                    f"“{node.name}” has the weight {_number(given[index] or 0)}; "
                    "a weight can't be negative, use a deduction.",
                    path=f"{path}[{index}].weight",
                )
            )
    weights = [g or 0.0 for g in given]
    found = math.fsum(weights)
    if not any(g is None for g in given) and not math.isclose(found, total, abs_tol=1e-9):
        listing = "+".join(_number(w) for w in weights)
        faults.append(
            Fault(
                "weights_do_not_add_up",
                f"权重合计为 {_number(found)}（{listing}），应为 {_number(total)}，"
                f"相差 {_number(total - found)}；请改权重或上一级的分值。",
                f"The weights add up to {_number(found)} ({listing}) instead of "
                f"{_number(total)}, off by {_number(total - found)}; "
                "change a weight or the level above.",
                path=path,
            )
        )
    return weights


def _reserved_faults(node: Dimension, path: str) -> list[Fault]:
    if node.reserved is None:
        if node.items:
            return []
        return [
            Fault(
                "empty_dimension",
                f"“{node.name}”下没有指标；请补充，或用 reserved 写明由谁填写。",
                f"“{node.name}” holds no items; add some, or say with reserved who fills it.",
                path=path,
            )
        ]
    low, high = node.reserved.items
    if not node.items:
        leave_out = node.reserved.unfilled == "leave_out"
        return [
            Fault(
                "reserved_unfilled",
                f"“{node.name}”留给{node.reserved.set_by}填写 {low}~{high} 项，目前未填"
                + ("，按方案规定暂不计分。" if leave_out else "；填好后才能评价。"),
                f"“{node.name}” is reserved for {node.reserved.set_by} ({low} to {high} items) "
                + (
                    "and not filled yet; it does not count for now."
                    if leave_out
                    else "and must be filled before an evaluation."
                ),
                severity="warning" if leave_out else "error",
                path=f"{path}.items",
            )
        ]
    if not low <= len(node.items) <= high:
        return [
            Fault(
                "reserved_count",
                f"“{node.name}”应填 {low}~{high} 项，现有 {len(node.items)} 项。",
                f"“{node.name}” takes {low} to {high} items; there are {len(node.items)}.",
                path=f"{path}.items",
            )
        ]
    return []


def _weigh(
    nodes: list[TreeNode],
    total: float,
    path: str,
    faults: list[Fault],
    overrides: dict[str, float],
    source: LevelWeights | None = None,
    *,
    turned: bool = False,
) -> tuple[WeightedItem | WeightedNode, ...]:
    weights = _own_weights(nodes, total, path, faults, overrides, source)
    result: list[WeightedItem | WeightedNode] = []
    for index, (node, weight) in enumerate(zip(nodes, weights, strict=False)):
        here = f"{path}[{index}]"
        if isinstance(node, Item):
            result.append(WeightedItem(node, weight, here, turned))
            continue
        faults.extend(_reserved_faults(node, here))
        children: tuple[WeightedItem | WeightedNode, ...] = ()
        if node.items:
            below = level_weights(node.weights_from, f"{here}.weights_from")
            round_ = turned != (node.better == "lower")
            inner = f"{here}.items"
            children = _weigh(node.items, weight, inner, faults, overrides, below, turned=round_)
        result.append(WeightedNode(node, weight, here, children))
    return tuple(result)


def weigh_group(scheme: Scheme, index: int, faults: list[Fault]) -> WeightedNode:
    """The tree of one group with effective weights; what does not add up goes to ``faults``."""
    group: Group = scheme.groups[index]
    path = f"groups[{index}].items"
    items, overrides = group.items, dict(group.weights)
    if group.like is not None:
        models = [(n, g) for n, g in enumerate(scheme.groups) if g.code == group.like]
        if not models or models[0][1].like is not None or group.items:
            faults.append(
                Fault(
                    "bad_like",
                    f"分组“{group.name}”的 like 写的是“{group.like}”，"
                    "应为另一个自己列有指标的分组编码，且本组不再列 items。",
                    f"Group “{group.name}” is like “{group.like}”; name another group that "
                    "lists its own items, and list none here.",
                    path=f"groups[{index}].like",
                )
            )
            return WeightedNode(None, scheme.score.total, path, ())
        items, path = models[0][1].items, f"groups[{models[0][0]}].items"
        group = models[0][1]
    if not items:
        faults.append(
            Fault(
                "no_items",
                f"分组“{group.name}”没有指标。",
                f"Group “{group.name}” has no items.",
                path=f"groups[{index}].items",
            )
        )
        return WeightedNode(None, scheme.score.total, path, ())
    known = _codes(items)
    for code in overrides:
        if code not in known:
            faults.append(
                Fault(
                    "unknown_weight",
                    f"分组“{group.name}”里没有编码为“{code}”的指标或维度，不能给它定权重。",
                    f"Group “{group.name}” has no item or dimension “{code}” to give a weight.",
                    path=f"groups[{index}].weights.{code}",
                )
            )
    source = level_weights(group.weights_from, f"{path.removesuffix('.items')}.weights_from")
    children = _weigh(items, scheme.score.total, path, faults, overrides, source)
    return WeightedNode(None, scheme.score.total, path, children)


def _codes(nodes: list[TreeNode]) -> set[str]:
    """The codes of all items and dimensions of a tree."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Item):
            found.add(node.code)
        else:
            found |= {node.dimension} | _codes(node.items)
    return found


def leaves(node: WeightedNode) -> list[WeightedItem]:
    """All items below, in the order of the file."""
    found: list[WeightedItem] = []
    for child in node.children:
        if isinstance(child, WeightedItem):
            found.append(child)
        else:
            found.extend(leaves(child))
    return found
