"""The weights of a level whose scheme says by which method they come, not what they are.

Weights from comparisons (``equal``, ``ahp``, ``best_worst``) are known from the file (how:
`compared_weights`). Weights from data are
settled once a run (`calc.evaluation.preparing`); until then the level is checked with equal ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yuanheng.calc.faults import Fault
from yuanheng.calc.scheme.compared_weights import COMPARING, unknown_part
from yuanheng.calc.scheme.composing import FROM_DATA, WeightsFrom
from yuanheng.calc.scheme.items import Dimension, Item, TreeNode

FEWEST_ITEMS = 2


def code_of(node: TreeNode) -> str:
    """The code of an item or a dimension."""
    return node.dimension if isinstance(node, Dimension) else node.code


def shared_out(shares: Sequence[float], total: float, digits: int) -> list[float]:
    """``total`` in these shares, rounded to ``digits`` so that the parts still add up to it: the
    largest remainders are rounded up, of equal ones the first."""
    unit = 10**digits
    exact = np.asarray(shares, dtype=np.float64) * (total * unit)
    whole = np.floor(exact + 1e-9)
    lacking = round(total * unit - float(whole.sum()))
    order = np.argsort(-np.round(exact - whole, 9), kind="stable")
    whole[order[: max(lacking, 0)]] += 1
    return [float(part) / unit for part in whole]


@dataclass(frozen=True, slots=True)
class LevelWeights:
    """``weights_from`` of one level and where it stands in the file."""

    spec: WeightsFrom
    path: str

    def provisional(
        self, nodes: Sequence[TreeNode], total: float, faults: list[Fault]
    ) -> list[float]:
        """The weights as far as the file alone tells them; what is wrong goes to ``faults``."""
        faults.extend(self._faults(nodes))
        shares = [1.0 / len(nodes)] * len(nodes)
        if self.spec.method in COMPARING:
            names = {code_of(node): node.name for node in nodes}
            shares = COMPARING[self.spec.method](self.spec, self.path, names, faults) or shares
        if self.spec.with_given and self.spec.method not in FROM_DATA:
            shares = self.mixed(shares, nodes)
        return shared_out(shares, total, self.spec.digits)

    def mixed(self, shares: Sequence[float], nodes: Sequence[TreeNode]) -> list[float]:
        """The shares together with those of the written weights."""
        given = [node.weight or 0.0 for node in nodes]
        whole, part = sum(given), self.spec.with_given
        if not part or not whole:
            return list(shares)
        return [part * g / whole + (1 - part) * s for g, s in zip(given, shares, strict=True)]

    def _faults(self, nodes: Sequence[TreeNode]) -> list[Fault]:
        found = []
        if self.spec.method == "benefit_of_the_doubt":
            found.append(
                Fault(
                    "no_common_weights",
                    "benefit_of_the_doubt（择优加权）给每个对象各一套权重，定不出公布用的统一权重；"
                    "请改写成这一层的合成办法 combine: {way: benefit_of_the_doubt, within: 30%}。",
                    "benefit_of_the_doubt gives each subject weights of its own, so there are "
                    "none to publish; write it as the level's way of combining: "
                    "combine: {way: benefit_of_the_doubt, within: 30%}.",
                    path=f"{self.path}.method",
                )
            )
        if self.spec.method in FROM_DATA and not all(isinstance(node, Item) for node in nodes):
            found.append(
                Fault(
                    "weights_of_dimensions",
                    f"{self.spec.method} 只能给指标定权，这一层里还有维度；"
                    "请给维度写权重，把 weights_from 写到维度下面。",
                    f"{self.spec.method} weighs items, and this level holds dimensions; write "
                    "their weights, and weights_from below them.",
                    path=self.path,
                )
            )
        if len(nodes) < FEWEST_ITEMS:
            found.append(
                Fault(
                    "nothing_to_weigh",
                    "这一层只有一项，用不着定权；请删去 weights_from。",
                    "This level has one part only; remove weights_from.",
                    path=self.path,
                )
            )
        codes = {code_of(node) for node in nodes}
        found += [unknown_part(code, f"{self.path}.importance.{code}", codes)
                  for code in self.spec.importance if code not in codes]  # fmt: skip
        if self.spec.with_given and any(node.weight is None for node in nodes):
            names = "、".join(node.name for node in nodes if node.weight is None)
            found.append(
                Fault(
                    "given_weight_missing",
                    f"with_given 要把给定权重与数据权重合并，{names} 却没有写 weight。",
                    f"with_given combines written weights with those found, but {names} has none.",
                    path=f"{self.path}.with_given",
                )
            )
        return found


def level_weights(spec: WeightsFrom | None, path: str) -> LevelWeights | None:
    """``weights_from`` of a level with its place; None where weights are written."""
    return None if spec is None else LevelWeights(spec, path)
