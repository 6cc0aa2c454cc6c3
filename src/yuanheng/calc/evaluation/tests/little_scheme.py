"""A little scheme as text, any part of which a test may replace."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from yuanheng.calc.evaluation import ArrayRun, BuiltScheme, build_program, check_scheme
from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.scheme import read_scheme_text

SCHEME = """\
format: yuanheng-scheme/1
id: little
title: 小方案
nature: own
period: "2024"
subject: enterprise
data:
  id: [代码]
  fields:
    - {code: x, name: 甲}
    - {code: y, name: 乙}
    - {code: county, name: 县区, kind: text}
data_rules: {missing: zero_points, zero: as_value, negative: as_value, false_data: none}
groups:
  - code: firms
    name: 全部
    when: true
    items:
      - code: first
        name: 甲项
        formula: 甲
        better: higher
        weight: 60
        normalise: {method: ratio_to_benchmark, benchmark: 10}
        cap: none
        floor: none
      - code: second
        name: 乙项
        formula: 乙
        better: higher
        weight: 40
        normalise: {method: ratio_to_benchmark, benchmark: 20}
        cap: none
        floor: none
score: {total: 100, digits: 6}
ranking: {scope: group}
"""
GRADES = """\
grades:
  scale: [A, B, C]
  base: rated
  ties: better
  rules:
    - {grade: A, top: 20%, rounding: down}
    - {grade: B, top: 60%, rounding: down}
    - {grade: C}
"""


def scheme_text(*changes: tuple[str, str], more: str = "") -> str:
    """The little scheme with each first text replaced by the second, and more at its end."""
    text = SCHEME
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text + more


def faults_of(text: str) -> list[Fault]:
    """Every fault of a scheme's text, of form or of meaning."""
    try:
        return check_scheme(read_scheme_text(text))
    except FaultyInput as error:
        return error.faults


@lru_cache(maxsize=64)
def _built(text: str) -> BuiltScheme:
    return build_program(read_scheme_text(text))


def evaluated(text: str, **columns: list[Any]) -> dict[str, list[Any]]:
    """Every column of the program over rows given by field; None is unknown."""
    built = _built(text)
    rows = len(next(iter(columns.values())))
    given: dict[str, Any] = {}
    for wanted in built.program.inputs:
        values = columns.get(wanted.key, [None] * rows)
        if wanted.kind == "text":
            given[wanted.key] = np.array(values, dtype=object)
        else:
            given[wanted.key] = np.array([np.nan if v is None else v for v in values], dtype=float)
    found = ArrayRun(given, rows).run(built.program)
    return {
        name: [None if v is None or v != v else v for v in column.tolist()]
        for name, column in found.items()
    }
