"""Rows held against each other as portable SQL: one join of a narrow relation with itself.

Sums run part by part from the first to the last, as ``pairs.py`` adds them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from yuanheng.calc.evaluation.pairs import EVEN
from yuanheng.calc.evaluation.program import Pairs
from yuanheng.calc.expression.nodes import Expr
from yuanheng.calc.expression.sql_literals import DOUBLE_ONE, number_text

Printed = Callable[[Expr, str], str]
ExactSum = Callable[[str, str, float], str]


def pairs_sql(
    step: Pairs, alias: str, table: str, key: str, printed: Printed, exact_sum: ExactSum
) -> list[str]:
    """The relations of a step; the last of them, ``alias``, has a row with ``key`` and ``found``
    for each row that the step is about."""
    columns = [f"{table}.{key}"]
    columns += [f"{printed(part, table)} AS v{n}" for n, part in enumerate(step.parts, 1)]
    if step.value is not None:
        columns.append(f"{printed(step.value, table)} AS v0")
    columns += [f"{printed(step.of, table)} AS held", f"{printed(step.among, table)} AS against"]
    listed = ",\n    ".join(columns)
    narrow = f"{alias}_rows AS (\n  SELECT {listed}\n  FROM {table}\n)"
    last = _wins if step.how == "wins" else _nearest
    return [narrow, *last(step, alias, key, exact_sum)]


def _wins(step: Pairs, alias: str, key: str, exact_sum: ExactSum) -> list[str]:
    ahead = " + ".join(
        f"({number_text(weight)} * {DOUBLE_ONE}) * CASE WHEN a.v{n} > b.v{n} THEN 1 "
        f"WHEN a.v{n} < b.v{n} THEN -1 ELSE 0 END"
        for n, weight in enumerate(step.weights, 1)
    )
    return [
        f"{alias}_met AS (\n  SELECT a.{key}, {ahead} AS ahead\n  FROM {alias}_rows a "
        f"JOIN {alias}_rows b ON b.against\n  WHERE a.held\n)",
        f"{alias} AS (\n  SELECT {alias}_rows.{key}, coalesce(w.won, 0) * {DOUBLE_ONE} AS found\n"
        f"  FROM {alias}_rows LEFT JOIN (SELECT {key}, sum(CASE WHEN ahead > {EVEN!r} THEN 1 "
        f"WHEN ahead < {-EVEN!r} THEN -1 ELSE 0 END) AS won FROM {alias}_met GROUP BY {key}) w "
        f"ON {alias}_rows.{key} = w.{key}\n  WHERE {alias}_rows.held\n)",
    ]


def _nearest(step: Pairs, alias: str, key: str, exact_sum: ExactSum) -> list[str]:
    places = range(1, len(step.parts) + 1)
    both = [f"a.v{n} IS NOT NULL AND b.v{n} IS NOT NULL" for n in places]
    squares = " + ".join(
        f"CASE WHEN {known} THEN (a.v{n} - b.v{n}) * (a.v{n} - b.v{n}) ELSE 0e0 END"
        for n, known in zip(places, both, strict=True)
    )
    shared = " + ".join(f"CASE WHEN {known} THEN 1 ELSE 0 END" for known in both)
    mean = f"{exact_sum('v0', '', math.inf)} / (count(v0) * {DOUBLE_ONE})"
    return [
        f"{alias}_met AS (\n  SELECT a.{key}, b.v0, {squares} AS far, {shared} AS shared\n"
        f"  FROM {alias}_rows a JOIN {alias}_rows b ON b.against\n  WHERE a.held\n)",
        f"{alias}_near AS (\n  SELECT {key}, v0, rank() OVER (PARTITION BY {key} "
        f"ORDER BY far / shared) AS place\n  FROM {alias}_met WHERE shared > 0\n)",
        f"{alias} AS (\n  SELECT {key}, {mean} AS found\n  FROM {alias}_near "
        f"WHERE place <= {step.most}\n  GROUP BY {key}\n)",
    ]
