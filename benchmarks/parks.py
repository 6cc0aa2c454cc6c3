"""144 parks × 40 indicators in three levels: checked, evaluated and traced in process.

Missing values earn the group's mean score, values are scaled by range within the class, weights
run over three levels, and every park gets its rank. The baseline is the same arithmetic in bare
NumPy, with nothing checked or kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.harness import Row, ratio
from yuanheng.calc.evaluation import ArrayRun, BuiltScheme, build_program, check_columns
from yuanheng.calc.scheme import read_scheme_text

PARKS, INDICATORS, DIMENSIONS, BLOCKS = 144, 40, 8, 2
MISSING = 0.05


def flat_text(combine: str) -> str:
    """The same forty indicators in one level, combined in another way."""
    text = scheme_text()
    head, _, tail = text.partition("    items:\n")
    items = "\n".join(_item(i) for i in range(INDICATORS)).replace("              ", "      ")
    return f"{head}    combine: {combine}\n    items:\n{items}\n{tail[tail.index('score: {') :]}"


def scheme_text() -> str:
    """Two blocks of four dimensions of five indicators each."""
    fields = "\n".join(
        f"    - {{code: x{i}, name: x{i}, kind: number}}" for i in range(INDICATORS)
    )
    blocks = []
    for block in range(BLOCKS):
        dimensions = []
        for inner in range(DIMENSIONS // BLOCKS):
            number = block * (DIMENSIONS // BLOCKS) + inner
            items = "\n".join(_item(number * 5 + i) for i in range(5))
            dimensions.append(
                f"          - dimension: d{number}\n            name: d{number}\n"
                f"            weight: 12.5\n            items:\n{items}"
            )
        blocks.append(
            f"      - dimension: b{block}\n        name: b{block}\n        weight: 50\n"
            f"        items:\n" + "\n".join(dimensions)
        )
    return f"""format: yuanheng-scheme/1
id: bench_parks
title: 性能测试
nature: own
period: "2024"
subject: park
data:
  id: [id]
  fields:
{fields}
data_rules: {{missing: group_mean_score, zero: as_value, negative: as_value, false_data: none}}
groups:
  - code: parks
    name: parks
    when: true
    items:
{chr(10).join(blocks)}
score: {{total: 100, digits: 6}}
"""


def _item(i: int) -> str:
    better = "lower" if i % 4 == 3 else "higher"
    return (
        f"              - {{code: i{i}, name: i{i}, formula: x{i}, better: {better}, "
        f"weight: 2.5,\n"
        f"                 normalise: {{method: floored_range, base: 0}}, cap: none, floor: none}}"
    )


def make_columns() -> dict[str, Any]:
    """Seeded figures with gaps, as a table gives them."""
    random = np.random.default_rng(7)
    values = random.lognormal(size=(PARKS, INDICATORS))
    values[random.random(values.shape) < MISSING] = np.nan
    columns: dict[str, Any] = {f"x{i}": values[:, i].copy() for i in range(INDICATORS)}
    columns["subject_id"] = np.array([f"P{i:03d}" for i in range(PARKS)], dtype=object)
    return columns


def ours(built: BuiltScheme, columns: dict[str, Any]) -> dict[str, Any]:
    """Check the columns, run every step and keep every figure."""
    check_columns(built, columns)
    return ArrayRun(columns, PARKS).run(built.program)


def bare(columns: dict[str, Any]) -> tuple[Any, Any]:
    """The same arithmetic by hand."""
    x = np.column_stack([columns[f"x{i}"] for i in range(INDICATORS)])
    low, high = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    lower = np.arange(INDICATORS) % 4 == 3
    points = 2.5 * np.where(lower, high - x, x - low) / (high - low)
    points = np.where(np.isnan(points), np.nanmean(points, axis=0), points)
    dimensions = points.reshape(PARKS, DIMENSIONS, 5).sum(axis=2)
    blocks = dimensions.reshape(PARKS, BLOCKS, DIMENSIONS // BLOCKS).sum(axis=2)
    score = np.round(blocks.sum(axis=1), 6)
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    rank = np.empty(PARKS)
    rank[order] = np.maximum.accumulate(np.where(first, np.arange(PARKS), 0)) + 1.0
    return score, rank


def rows() -> list[Row]:
    """The line of this benchmark."""
    built, columns = build_program(read_scheme_text(scheme_text())), make_columns()
    found, (score, rank) = ours(built, columns), bare(columns)
    if not (np.allclose(found["_score"], score, atol=2e-6) and (found["_rank"] == rank).all()):
        raise AssertionError("the two ways disagree")
    return [
        ratio(
            "parks 144 x 40 in three levels",
            lambda: ours(built, columns),
            lambda: bare(columns),
            bar=5.0,
            baseline_is="bare NumPy: range, group means, three levels, ranks",
            rounds=15,
            inner=20,
        )
    ]
