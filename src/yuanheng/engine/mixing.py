"""One scheme with another's benchmarks, to tell the two apart in a comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from yuanheng.calc.scheme import SchemeText
from yuanheng.calc.scheme.items import BenchmarkByYear, Dimension, Item, TreeNode
from yuanheng.calc.scheme.model import Group, Scheme

BENCHMARK_KEYS = ("benchmark", "target", "base", "low", "high", "satisfactory", "not_allowed")


def with_benchmarks_of(text: SchemeText, donor: SchemeText) -> SchemeText:
    """``text`` with the benchmarks of ``donor`` wherever an item of the same group, code and
    method stands in both. Benchmarks by year become those of each scheme's own period."""
    source = {
        (group.code, item.code): item
        for group in donor.scheme.groups
        for item in _items(group.items)
    }
    groups = [
        group.model_copy(
            update={
                "items": [
                    _node(node, group, source, donor.scheme, text.scheme) for node in group.items
                ]
            }
        )
        for group in text.scheme.groups
    ]
    return replace(text, scheme=text.scheme.model_copy(update={"groups": groups}))


def _items(nodes: list[TreeNode]) -> list[Item]:
    found: list[Item] = []
    for node in nodes:
        found.extend([node] if isinstance(node, Item) else _items(node.items))
    return found


def _node(
    node: TreeNode,
    group: Group,
    source: dict[tuple[str, str], Item],
    donor: Scheme,
    own: Scheme,
) -> TreeNode:
    if isinstance(node, Dimension):
        items = [_node(child, group, source, donor, own) for child in node.items]
        return node.model_copy(update={"items": items})
    given = source.get((group.code, node.code))
    if given is None or given.normalise.method != node.normalise.method:
        return node
    update = {
        key: _settled(getattr(given.normalise, key), donor.period)
        for key in BENCHMARK_KEYS
        if hasattr(given.normalise, key)
    }
    if node.normalise.method == "floored_range":
        update.pop("base", None)  # There it is the floor of the points, not a benchmark.
    own_values = {key: _settled(getattr(node.normalise, key), own.period) for key in update}
    if own_values == update:
        return node
    return node.model_copy(update={"normalise": node.normalise.model_copy(update=update)})


def _settled(benchmark: Any, period: str) -> Any:
    """A benchmark by year as the number for one period."""
    if isinstance(benchmark, BenchmarkByYear):
        return benchmark.by_year.get(period, benchmark.by_year.get(period[:4], benchmark))
    return benchmark
