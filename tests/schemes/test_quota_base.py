"""The published shares of Sichuan fit only a base smaller than the headline count.

2020: 2,131 of 7,546 firms are A, stated as 29.1 %; 2,131 / 7,546 is 28.24 %, and 29.1 % of 7,546
would be 2,196. 2,131 / 0.291 = 7,323, so 223 of those taking part are outside the base. 2021:
2,597 of 9,445, stated as 28.8 %; 2,597 / 0.288 = 9,017, so 428 are outside it.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from yuanheng.engine import evaluate_files

SCHEME = """
format: yuanheng-scheme/1
id: sichuan_base
title: 名额基数
nature: own
period: "{year}"
subject: enterprise
data:
  id: [编号]
  fields:
    - {{code: v, name: 得分, at_least: 0}}
    - {{code: t, name: 不定等级, kind: boolean}}
population:
  unrated:
    - {{class: T, when: 不定等级, reason: 不定等级, scored: true}}
data_rules: {{missing: zero_points, zero: as_value, negative: zero_points, false_data: none}}
groups:
  - code: all_firms
    name: 全部
    when: true
    items:
      - code: score_item
        name: 得分
        formula: 得分
        better: higher
        weight: 100
        normalise: {{method: ratio_to_benchmark, benchmark: 100}}
        cap: none
        floor: none
score: {{total: 100, digits: 6}}
ranking: {{scope: group}}
grades:
  scale: [A, B]
  base: {base}
  ties: better
  rules:
    - {{grade: A, top: {share}%, rounding: nearest}}
    - {{grade: B}}
"""


@pytest.mark.parametrize(
    ("year", "count", "unrated", "share", "base", "a"),
    [
        (2020, 7546, 223, 29.1, "rated", 2131),
        (2020, 7546, 223, 29.1, "participants", 2196),
        (2021, 9445, 428, 28.8, "rated", 2597),
        (2021, 9445, 428, 28.8, "participants", 2720),
    ],
)
def test_the_base_that_fits(
    year: int, count: int, unrated: int, share: float, base: str, a: int, tmp_path: Path
) -> None:
    scheme = tmp_path / "scheme.yaml"
    scheme.write_text(SCHEME.format(year=year, base=base, share=share), encoding="utf-8")
    data = tmp_path / "data.csv"
    with data.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["编号", "得分", "不定等级"])
        for number in range(count):
            is_unrated = "是" if number < unrated else "否"
            writer.writerow([f"E{number:05d}", number + 1, is_unrated])
    evaluate_files(scheme, data, tmp_path / "out")
    with (tmp_path / "out/results.csv").open(encoding="utf-8-sig", newline="") as stream:
        found = Counter(row["grade"] for row in csv.DictReader(stream))
    assert (found["T"], found["A"]) == (unrated, a)
