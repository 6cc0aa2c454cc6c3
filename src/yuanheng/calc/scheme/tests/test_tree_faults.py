"""Faults of the tree of items: dimensions, weights of each level, reserved blocks."""

from __future__ import annotations

import pytest

from yuanheng.calc.evaluation.tests.little_scheme import SCHEME, faults_of, scheme_text

RATIO = "normalise: {method: ratio_to_benchmark, benchmark: 10}"


def test_a_dimension_twice() -> None:
    start, end = SCHEME.index("      - code: first"), SCHEME.index("      - code: second")
    inner = SCHEME[start:end].replace("\n", "\n    ").rstrip()
    block = "      - dimension: d\n        name: 维度\n        weight: 60\n        items:\n    "
    second = SCHEME[end : SCHEME.index("score:")].replace("\n", "\n    ").rstrip()
    text = SCHEME[:start] + block + inner + "\n" + block.replace("60", "40") + second + "\n"
    found = faults_of(text + SCHEME[SCHEME.index("score:") :])
    assert [(f.code, f.path) for f in found] == [("item_twice", "groups[0].items[1].dimension")]
    assert found[0].zh == "指标编码“d”在同一分组中重复。"


def test_weights_are_checked_on_each_level() -> None:
    text = scheme_text(
        ("      - code: first", "      - dimension: d\n        name: 维度\n        weight: 60\n"
         "        items:\n          - code: inner\n            name: 内项\n"
         "            formula: 甲\n            better: higher\n            weight: 50\n"
         f"            {RATIO}\n            cap: none\n            floor: none\n"
         "      - code: first"),
        ("weight: 60\n        normalise", "weight: 1\n        normalise"),
    )  # fmt: skip
    found = {f.path: f.zh for f in faults_of(text) if f.code == "weights_do_not_add_up"}
    assert "权重合计为 50（50），应为 60" in found["groups[0].items[0].items"]
    assert "权重合计为 101（60+1+40），应为 100" in found["groups[0].items"]


RESERVED = (
    "      - dimension: own_items\n        name: 自设\n        weight: 40\n"
    "        reserved: {set_by: 县, items: [2, 3], unfilled: UNFILLED}\nITEMS"
)


@pytest.mark.parametrize(
    ("unfilled", "items", "code", "severity", "sentence"),
    [
        ("fault", 0, "reserved_unfilled", "error", "填好后才能评价"),
        ("leave_out", 0, "reserved_unfilled", "warning", "按方案规定暂不计分"),
        ("fault", 1, "reserved_count", "error", "“自设”应填 2~3 项，现有 1 项。"),
    ],
)
def test_reserved_blocks(
    unfilled: str, items: int, code: str, severity: str, sentence: str
) -> None:
    start, end = SCHEME.index("      - code: second"), SCHEME.index("score:")
    second = SCHEME[start:end].replace("\n", "\n    ").rstrip() + "\n"
    block = RESERVED.replace("UNFILLED", unfilled)
    block = block.replace("ITEMS", f"        items:\n    {second}" if items else "")
    found = [f for f in faults_of(SCHEME[:start] + block + SCHEME[end:]) if f.code == code]
    assert [(f.severity, f.path) for f in found] == [(severity, "groups[0].items[1].items")]
    assert sentence in found[0].zh
