"""Step 6 over a tree: indicators into dimensions into an index, each node by its own method.

Source: OECD/JRC Handbook (2008) step 6; COINr's `Aggregate`, bettered: a method for each node, a
direction on nodes, and every score kept.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.aggregation import means
from yuanheng.calc.composite.aggregation.ideal import topsis, vikor
from yuanheng.calc.composite.aggregation.outranking import copeland
from yuanheng.calc.composite.aggregation.owa import owa
from yuanheng.calc.composite.inputs import Floats, column, refusal, weight_vector
from yuanheng.calc.composite.tables import columns_of

Method = Literal[
    "arithmetic", "geometric", "harmonic", "power_mean", "median", "owa", "copeland", "topsis",
    "vikor",
]  # fmt: skip


def _vikor(values: Floats, weights: Floats, **options: Any) -> Floats:
    """1 − Q, so that here too the better is the higher."""
    return 1.0 - vikor(values, weights, **options).q


def _topsis(values: Floats, weights: Floats, **options: Any) -> Floats:
    return topsis(values, weights, **{"scaling": "none", **options})


def _owa(values: Floats, weights: Floats, **options: Any) -> Floats:
    """The weights of the children are not used: those of the places are ``places``."""
    return owa(values, **options)


METHODS: dict[Method, Callable[..., Floats]] = {
    "arithmetic": means.arithmetic,
    "geometric": means.geometric,
    "harmonic": means.harmonic,
    "power_mean": means.power_mean,
    "median": means.median,
    "owa": _owa,
    "copeland": copeland,
    "topsis": _topsis,
    "vikor": _vikor,
}


@dataclass(frozen=True, slots=True)
class Node:
    """A dimension or the index: the ``children`` by name (indicators or nodes), their ``weights``
    (None: equal), the method with its options. ``direction`` −1 turns the node's score round
    (``turn`` − score) before its parent takes it: a group whose rise should lower the index."""

    name: str
    children: Sequence[Node | str]
    weights: ArrayLike | None = None
    method: Method = "arithmetic"
    options: Mapping[str, Any] = field(default_factory=dict)
    direction: int = 1
    turn: float = 100.0


@dataclass(frozen=True, slots=True)
class TreeScores:
    """``scores``: every node's own score by name, shape (n,). ``weights``: each leaf's effective
    weight in the root as if every node were arithmetic (nominal weight), by name."""

    scores: dict[str, Floats]
    weights: dict[str, float]


def aggregate_tree(columns: Mapping[str, ArrayLike], root: Node) -> TreeScores:
    """The scores of all nodes of a tree.

    ``columns``: normalised figures by indicator, shape (n,) each, the better the higher. TOPSIS
    uses them as they are (``scaling`` "none" unless said), VIKOR counts as 1 − Q. Unknown figures
    as each method says (`means`, `owa`, `outranking`, `ideal`). A name that stands twice or isn't
    there is refused.

    >>> tree = Node("index", ["a", Node("d", ["b", "c"], method="geometric")], [1, 3])
    >>> found = aggregate_tree({"a": [10.0], "b": [4.0], "c": [9.0]}, tree)
    >>> [round(float(found.scores[n][0]), 9) for n in ("d", "index")], found.weights
    ([6.0, 7.0], {'a': 0.25, 'b': 0.375, 'c': 0.375})
    """
    table = columns_of(columns) or {}
    known = {name: column(values, name) for name, values in table.items()}
    found = TreeScores({}, {})
    _score(root, known, 1.0, found)
    return found


def _score(node: Node, columns: Mapping[str, Floats], share: float, found: TreeScores) -> Floats:
    weights = weight_vector(node.weights, len(node.children), f"{node.name}.weights")
    parts = []
    for child, weight in zip(node.children, weights, strict=True):
        if isinstance(child, Node):
            score = _score(child, columns, share * weight, found)
            parts.append(score if child.direction == 1 else child.turn - score)
            continue
        if child not in columns or child in found.weights:
            raise refusal(
                "tree_leaf",
                f"“{node.name}”下的指标“{child}”不在表里，或在树中出现了两次。",
                f"“{child}” under “{node.name}” isn't in the table or stands twice in the tree.",
                node.name,
            )
        found.weights[child] = float(share * weight)
        parts.append(columns[child])
    if node.name in found.scores or node.name in columns:
        raise refusal(
            "tree_twice",
            f"名称“{node.name}”在树中出现了两次，请换一个。",
            f"The name “{node.name}” stands twice in the tree; choose another.",
            node.name,
        )
    score = _run(node, np.column_stack(parts), weights)
    found.scores[node.name] = score
    return score


def _run(node: Node, values: Floats, weights: Floats) -> Floats:
    method = METHODS.get(node.method)
    if method is None:
        raise refusal(
            "no_such_method",
            f"“{node.name}”的合成方法“{node.method}”不存在；可用：{'、'.join(METHODS)}。",
            f"“{node.name}” is aggregated by “{node.method}”, which isn't one of "
            f"{', '.join(METHODS)}.",
            node.name,
        )
    names = [child.name if isinstance(child, Node) else child for child in node.children]
    extra = {"names": names} if "names" in inspect.signature(method).parameters else {}
    return method(values, weights, **extra, **node.options)
