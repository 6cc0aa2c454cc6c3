"""The weights that suit one subject best, of levels that are combined by benefit of the doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yuanheng.calc.evaluation.program import GROUP, Combining, Program


@dataclass(frozen=True, slots=True)
class OwnWeights:
    """Of one level, by the name of its parts: the subject's own weights and the scheme's, each 1
    in all. ``level`` is the dimension's code, empty for the first level."""

    level: str
    name: str
    weights: dict[str, float]
    given: dict[str, float]


def own_weights(program: Program, row: Mapping[str, Any]) -> Iterator[OwnWeights]:
    """The set of weights by which a subject has most, of each level that has such sets."""
    group = row.get(GROUP) or ""
    levels = [(n.dimension, n.name, n.combining) for n in program.nodes if n.group == group]
    name = program.group_names.get(group, "")
    levels.append(("", name, program.root_ways.get(group, Combining())))
    for level, called, how in levels:
        sums = [row.get(f"{group}//{level}/by{n + 1}") for n in range(len(how.weightings))]
        known = [(one, -n) for n, one in enumerate(sums) if one is not None]
        if not known:
            continue
        best = how.weightings[-max(known)[1]]
        own = [one / sum(best) for one in best]
        yield OwnWeights(
            level, called, dict(zip(how.parts, own, strict=True)),
            dict(zip(how.parts, how.given, strict=True)),
        )  # fmt: skip


def best_words(own: OwnWeights) -> tuple[str, str]:
    """The weights that suit a subject best beside the scheme's."""
    pairs = [(name, weight, own.given[name]) for name, weight in own.weights.items()]
    zh = "、".join(f"{name} {w:.1%}（方案 {g:.1%}）" for name, w, g in pairs)
    en = ", ".join(f"{name} {w:.1%} (the scheme's {g:.1%})" for name, w, g in pairs)
    return (
        f"，用对本单位最有利的一组权重：{zh}；参评单位用这组权重都不超过满分",
        f" by the weights that suit it best: {en}; nobody rated has more than full marks by them",
    )
