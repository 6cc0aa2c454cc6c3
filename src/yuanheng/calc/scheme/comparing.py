"""Two schemes item by item: what is in both, what only in one, and what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from yuanheng.calc.scheme.items import Item
from yuanheng.calc.scheme.model import Scheme
from yuanheng.calc.scheme.weights import WeightedItem, leaves, weigh_group

ASPECTS: dict[str, tuple[str, str]] = {
    "formula": ("公式", "formula"),
    "unit": ("单位", "unit"),
    "better": ("方向", "direction"),
    "counted": ("所在维度计入方向", "direction of its dimensions"),
    "method": ("计分方法", "method"),
    "parameters": ("标杆与参数", "benchmarks and parameters"),
    "treat": ("极端值", "extremes"),
    "cap": ("上限", "cap"),
    "floor": ("下限", "floor"),
    "missing": ("缺数", "missing"),
    "zero": ("零值", "zero"),
    "negative": ("负值", "negative"),
}


@dataclass(frozen=True, slots=True)
class ItemPair:
    """One item of either scheme, or the same of both. Weights are shares of the full score, so
    that schemes of 100 and of 1000 points can be set beside each other; ``differences`` names
    what else is not the same, in the file's own words."""

    group: str
    name: str
    one: WeightedItem | None
    other: WeightedItem | None
    weight_one: float | None
    weight_other: float | None
    differences: tuple[tuple[str, str, str], ...]

    @property
    def same(self) -> bool:
        weights = (self.weight_one, self.weight_other)
        if None in weights:
            return False
        return abs(weights[0] - weights[1]) < 1e-9 and not self.differences  # type: ignore[operator]


def compare_schemes(one: Scheme, other: Scheme) -> list[ItemPair]:
    """Every item of both schemes, those of ``one`` first, group by group.

    Groups belong together by code, by name, or where either scheme has a single one. An item is
    the same where its code or its name is, or its formula but for blanks."""
    found: list[ItemPair] = []
    used: set[tuple[int, int]] = set()
    partners = _group_pairs(one, other)
    for number, group in enumerate(one.groups):
        partner = partners.get(number)
        theirs = [] if partner is None else _leaves(other, partner)
        for leaf in _leaves(one, number):
            at = _twin(leaf, theirs, used, partner)
            twin = None if at is None else theirs[at]
            found.append(_pair(group.name, leaf, twin, one, other))
    for number, group in enumerate(other.groups):
        for at, leaf in enumerate(_leaves(other, number)):
            if (number, at) not in used:
                found.append(_pair(group.name, None, leaf, one, other))
    return found


def _leaves(scheme: Scheme, number: int) -> list[WeightedItem]:
    return leaves(weigh_group(scheme, number, []))


def _group_pairs(one: Scheme, other: Scheme) -> dict[int, int]:
    if len(one.groups) == len(other.groups) == 1:
        return {0: 0}
    found: dict[int, int] = {}
    for number, group in enumerate(one.groups):
        for at, candidate in enumerate(other.groups):
            if at not in found.values() and (
                candidate.code == group.code or candidate.name == group.name
            ):
                found[number] = at
                break
    if not found:
        found = {0: 0}
    return found


def _twin(
    leaf: WeightedItem,
    theirs: list[WeightedItem],
    used: set[tuple[int, int]],
    partner: int | None,
) -> int | None:
    if partner is None:
        return None
    ways = (
        lambda item: item.code == leaf.item.code,
        lambda item: item.name == leaf.item.name,
        lambda item: _bare(item.formula) == _bare(leaf.item.formula),
    )
    for same in ways:
        for at, candidate in enumerate(theirs):
            if (partner, at) not in used and same(candidate.item):
                used.add((partner, at))
                return at
    return None


def _bare(formula: str) -> str:
    return re.sub(r"\s+", "", formula)


def _pair(
    group: str, leaf: WeightedItem | None, twin: WeightedItem | None, one: Scheme, other: Scheme
) -> ItemPair:
    told = leaf or twin
    assert told is not None
    differences = []
    if leaf is not None and twin is not None:
        mine, theirs = (
            {**aspects(weighted.item, scheme), "counted": "lower" if weighted.turned else "higher"}
            for weighted, scheme in ((leaf, one), (twin, other))
        )
        differences = [
            (key, mine[key], theirs[key]) for key in ASPECTS if mine[key] != theirs[key]
        ]
    return ItemPair(
        group,
        told.item.name,
        leaf,
        twin,
        None if leaf is None else leaf.weight / one.score.total,
        None if twin is None else twin.weight / other.score.total,
        tuple(differences),
    )


def aspects(item: Item, scheme: Scheme) -> dict[str, str]:
    """What can differ of an item, as text, by the names of ``ASPECTS``."""
    rules = scheme.data_rules
    method = item.normalise.model_dump(exclude_none=True)
    name = method.pop("method")
    return {
        "formula": _bare(item.formula),
        "unit": item.unit_of_value,
        "better": item.better,
        "method": name,
        "parameters": _text(method),
        "treat": "" if item.treat is None else _text(item.treat.model_dump(exclude_none=True)),
        "cap": _text(_dumped(item.cap)),
        "floor": _text(_dumped(item.floor)),
        "missing": _text(_dumped(item.missing if item.missing is not None else rules.missing)),
        "zero": _text(_dumped(item.zero if item.zero is not None else rules.zero)),
        "negative": _text(_dumped(item.negative if item.negative is not None else rules.negative)),
    }


def _dumped(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def _text(value: Any) -> str:
    """As it would stand in a scheme file, in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_text(inner) for inner in value) + "]"
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
