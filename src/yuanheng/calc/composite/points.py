"""N1 to N12 on a column of figures, by the scheme engine itself: there is one way to score.

docs/methods/normalisation.md lists the methods, their formulas, sources and edge cases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from yuanheng.calc.composite.inputs import Floats, column, group_codes, refusal
from yuanheng.calc.evaluation import ArrayRun, BuiltScheme, build_program
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme import read_scheme_text
from yuanheng.calc.scheme.items import METHOD_IDS

OWN, PLACE = "own", "place"
"""The name by which a method's own figures (target, base, benchmark of each unit) are written."""


def score_points(
    values: ArrayLike,
    normalise: Mapping[str, Any],
    *,
    weight: float = 100.0,
    better: Literal["higher", "lower"] = "higher",
    groups: ArrayLike | None = None,
    own: ArrayLike | None = None,
) -> Floats:
    """The points of one item as a scheme would give them, without cap and floor.

    ``values``: shape (n,), NaN unknown (no points: NaN). ``normalise`` is written as in a scheme:
    ``{"method": "N3", "base": 20}``. A ``scope`` that isn't written is each group of ``groups``
    (n labels; None: all units are one group). ``own``: each unit's own target, base or benchmark,
    shape (n,), used where the method says ``{"formula": "own"}``. Points are in the unit of
    ``weight``. Statistics are taken over figures fixed to nine decimals, as
    everywhere in the engine. Faults of ``normalise`` come as `FaultyInput`, all at once.

    >>> score_points([10, 20, 30], {"method": "N3", "base": 20}, weight=30).tolist()
    [6.0, 18.0, 30.0]
    """
    x = column(values)
    codes, _ = group_codes(groups, len(x))
    target = np.full(len(x), np.nan) if own is None else column(own, "own")
    if target.shape != x.shape:
        raise refusal(
            "own_length",
            f"own 有 {target.size} 个，对象有 {x.size} 个，应一一对应。",
            f"own has {target.size} figures for {x.size} units.",
            "own",
        )
    spec = dict(normalise) if groups is None else _within_groups(normalise)
    built = _built(json.dumps(spec, sort_keys=True), float(weight), better)
    names = np.array([f"g{code}" for code in codes], dtype=object)
    given = {"x": x, "own": target, PLACE: names}
    inputs = {wanted.key: given[wanted.key] for wanted in built.program.inputs}
    ran = ArrayRun(inputs, len(x)).run(built.program)
    found = np.asarray(ran["all/item/points"], dtype=np.float64)
    return np.where(np.isnan(x), np.nan, found)


SCOPED = {"ratio_to_best", "floored_range", "reverse_mean", "z_score", "rank_only"}


def _within_groups(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The method with the groups as the scope of each statistic that names none."""
    found = {k: _within_groups(v) if isinstance(v, Mapping) else v for k, v in spec.items()}
    if (
        METHOD_IDS.get(str(spec.get("method")), spec.get("method")) in SCOPED
        or "statistic" in spec
    ):
        found.setdefault("scope", PLACE)
    return found


@lru_cache(maxsize=64)
def _built(normalise: str, weight: float, better: str) -> BuiltScheme:
    scheme = {
        "format": "yuanheng-scheme/1", "id": "points", "title": "计分", "nature": "own",
        "period": "2024", "subject": "park",
        "data": {"id": ["id"], "fields": [
            {"code": "x", "name": "数值"}, {"code": OWN, "name": "自己的数"},
            {"code": PLACE, "name": "分组", "kind": "text"},
        ]},
        "data_rules": {"missing": "zero_points", "zero": "as_value", "negative": "as_value",
                       "false_data": "none"},
        "groups": [{"code": "all", "name": "全部", "when": "true", "items": [
            {"code": "item", "name": "指标", "formula": "x", "better": better, "weight": weight,
             "normalise": json.loads(normalise), "cap": "none", "floor": "none"},
        ]}],
        "score": {"total": weight},
        "ranking": {"scope": "group"},
    }  # fmt: skip
    try:
        # JSON is YAML; a file in and out is the scheme language's only door.
        return build_program(read_scheme_text(json.dumps(scheme, ensure_ascii=False)))
    except FaultyInput as error:
        raise FaultyInput([f for f in error.faults if f.severity == "error"]) from None
