"""What may be changed, how far, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from yuanheng.calc.evaluation.build import BuiltScheme
from yuanheng.calc.evaluation.program import GROUP, RATED, ItemColumns
from yuanheng.calc.expression.nodes import Binary, Const, Expr, Ref
from yuanheng.calc.expression.rounding import LARGEST_INPUT
from yuanheng.calc.faults import Fault, FaultyInput

Array = npt.NDArray[Any]
COUNTED = {
    "家",
    "个",
    "人",
    "项",
    "件",
    "次",
    "户",
    "台",
    "套",
    "条",
    "宗",
    "处",
    "名",
    "支",
    "所",
}
"""Units of measure of things that are counted: changes are whole numbers."""
FARTHEST = 1e6
"""No item is moved by more than so many times its own or the class's largest figure: a wider range
gives no other answer and costs the solver its digits."""
LARGEST_COST = 1e6
_LIMIT = re.compile(
    r"^(?:±|\+-|\+/-|\+−)?\s*(-?[0-9][0-9,]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?)\s*(%?)$"
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a person sets: ``limits`` by item as text (``±5``, ``±10%``), ``costs`` by item (1 if
    not said), ``fixed`` items. Items are named by code or by name."""

    limits: Mapping[str, str]
    costs: Mapping[str, float]
    fixed: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Lever:
    """One item that may be moved between ``low`` and ``high``.

    Effort is ``cost`` × |change| / ``scale``; ``scale`` is the figure itself, or where it is 0
    the class's mean size."""

    item: ItemColumns
    now: float
    low: float
    high: float
    cost: float
    scale: float
    whole: bool

    def effort(self, to: float) -> float:
        return self.cost * abs(to - self.now) / self.scale


def levers_of(
    built: BuiltScheme, columns: Mapping[str, Array], row: int, rules: Rules
) -> tuple[list[Lever], list[ItemColumns]]:
    """The items that may be moved, and those whose figure is missing. Raises FaultyInput with
    every unknown item and wrong bound at once."""
    group = columns[GROUP][row]
    items = [item for item in built.program.items if item.group == group]
    faults: list[Fault] = []
    limits = {_find(items, n, faults): _limit(n, t, faults) for n, t in rules.limits.items()}
    costs = {_find(items, n, faults): _cost(n, c, faults) for n, c in rules.costs.items()}
    fixed = {_find(items, name, faults) for name in rules.fixed}
    if faults:
        raise FaultyInput(faults)
    levers, missing = [], []
    peers = np.asarray(columns[RATED] == 1) & (np.asarray(columns[GROUP]) == group)
    for item in items:
        now = float(columns[item.value][row])
        if np.isnan(now):
            missing.append(item)
        elif item.item not in fixed and costs.get(item.item, 1.0) != np.inf:
            values = columns[item.value][peers]
            values = values[~np.isnan(values)]
            low, high = _range(built, item, now, values, limits.get(item.item))
            scale = abs(now) or (float(np.abs(values).mean()) if len(values) else 0.0) or 1.0
            cost = costs.get(item.item, 1.0)
            levers.append(Lever(item, now, low, high, cost, scale, _whole(item, now)))
    return levers, missing


def _find(items: list[ItemColumns], name: str, faults: list[Fault]) -> str:
    for item in items:
        if name in (item.item, item.name):
            return item.item
    listed = "、".join(f"{item.name}({item.item})" for item in items)
    faults.append(
        Fault(
            "unknown_item",
            f"没有指标“{name}”。本组指标有：{listed}。",
            f"There is no item “{name}”; the group's items are {listed}.",
        )
    )
    return name


def _limit(name: str, text: str, faults: list[Fault]) -> tuple[float, bool]:
    """A bound and whether it is a share of the figure."""
    found = _LIMIT.match(text.strip().replace("%", "%"))
    number = float(found[1].replace(",", "")) if found else -1.0
    if found is None or not 0 <= number <= LARGEST_INPUT:
        faults.append(
            Fault(
                "bad_limit",
                f"“{name}”的幅度“{text}”不对：应为不小于 0、不超过 1e18 的数，例如 ±5 或 ±10%。",
                f"The limit “{text}” of “{name}” must be from 0 to 1e18, such as ±5 or ±10%.",
            )
        )
        return 0.0, False
    return (number / 100, True) if found[2] else (number, False)


def _cost(name: str, cost: float, faults: list[Fault]) -> float:
    if not (1 / LARGEST_COST <= cost <= LARGEST_COST or cost == np.inf):
        faults.append(
            Fault(
                "bad_cost",
                f"“{name}”的难度系数是 {cost:g}，应大于 0，在百万分之一至一百万之间；"
                "不许动的用 --fix，网页上勾选“不动”。",
                f"The cost of “{name}” is {cost:g}; it must be above 0, from 1e-6 to 1e6. "
                "Use --fix to hold it, on the page “fixed”.",
            )
        )
    return cost


def _range(
    built: BuiltScheme,
    item: ItemColumns,
    now: float,
    values: Array,
    limit: tuple[float, bool] | None,
) -> tuple[float, float]:
    """How far the item may move. Without a limit: for the better only, up to the class's best
    figure or by its own size, whichever is farther. The sign is kept, and so are the
    bounds of the field."""
    if limit is not None:
        reach = abs(now) * limit[0] if limit[1] else limit[0]
        reach = min(reach, FARTHEST * max(abs(now), float(np.abs(values).max(initial=0.0)), 1.0))
        low, high = now - reach, now + reach
    else:
        ends = [now, *([float(values.min()), float(values.max())] if len(values) else [])]
        reach = abs(now) or 1.0
        better = item.rise_gains
        low = now if better else min(*ends, now - reach)
        high = max(*ends, now + reach) if better else now
    if now >= 0:
        low = max(low, 0.0)
    for declared in built.scheme.data.fields:
        if isinstance(item.formula, Ref) and item.formula.key == declared.code:
            low = max(low, declared.at_least) if declared.at_least is not None else low
            high = min(high, declared.at_most) if declared.at_most is not None else high
    return min(low, now), max(high, now)


def _whole(item: ItemColumns, now: float) -> bool:
    """Whether the item counts things: its unit is one of counted things, and it is no ratio."""
    counted = item.measure in COUNTED and now == np.floor(now)
    return counted and _is_sum(item.formula)


def _is_sum(expr: Expr) -> bool:
    if isinstance(expr, Binary):
        return expr.op in ("+", "-") and _is_sum(expr.left) and _is_sum(expr.right)
    return isinstance(expr, Ref | Const)
