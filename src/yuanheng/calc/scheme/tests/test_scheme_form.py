"""Faults of form: YAML's own, wrong kinds everywhere at once, size; and random damage."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from yuanheng.calc.evaluation import check_scheme
from yuanheng.calc.evaluation.tests.little_scheme import SCHEME, faults_of, scheme_text
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme import read_scheme_text

SHIPPED = sorted((Path(__file__).resolve().parents[5] / "schemes").glob("*.yaml"))
BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        (SCHEME + "id: again\n", "not_yaml", "不符合 YAML 写法"),
        (SCHEME.replace("  id: [代码]", "\tid: [代码]"), "not_yaml", "第 8 行"),
        (SCHEME.replace("title: 小方案", "title: '小方案"), "not_yaml", "请检查缩进"),
        (BOMB, "too_large", "方案展开后超过 200000 个节点，可能重复引用了锚点"),
        (SCHEME + "# " + "长" * 2_000_000, "too_large", "上限为 1000000。"),
        ("- 一\n- 二\n", "not_a_scheme", "文件最外层应是“键: 值”的形式"),
        ("", "not_a_scheme", "文件最外层应是“键: 值”的形式"),
        ("甲", "not_a_scheme", "文件最外层应是“键: 值”的形式"),
        ("[" * 500_000, "not_yaml", "括号嵌套超过 200 层；请检查是否漏写了右括号。"),
        ("a: \x00", "not_yaml", "不是可读的 YAML 文本"),
        ("--- 1\n--- 2\n", "not_yaml", "不符合 YAML 写法"),
    ],
)
def test_what_is_no_scheme_is_said(text: str, code: str, sentence: str) -> None:
    with pytest.raises(FaultyInput) as caught:
        read_scheme_text(text)
    (fault,) = caught.value.faults
    assert fault.code == code
    assert sentence in fault.zh


def test_a_key_twice_has_its_line() -> None:
    (fault,) = faults_of(SCHEME + "id: again\n")
    assert fault.line == SCHEME.count("\n") + 1


def test_all_faults_of_form_come_at_once() -> None:
    text = scheme_text(
        ("title: 小方案\n", ""),
        ("nature: own", "nature: owned"),
        ('period: "2024"', "period: 今年"),
        ("id: [代码]", "id: 代码"),
        ("better: higher", "better: hihger"),
        ("weight: 40", "weight: 四十"),
        ("method: ratio_to_benchmark, benchmark: 10", "method: ratio_to_bench, benchmark: 10"),
        ("cap: none", "cap: {points: 1, times_weight: 1}"),
        ("score: {total: 100, digits: 6}", "score: {total: 100, digits: 9, weigth: 1}"),
    )
    found = {f.path: f for f in faults_of(text)}
    sentences = {
        "title": "缺少必填项 title。",
        "nature": "nature 写的是“owned”，只能是",
        "period": "年度写成 2022、2024Q3 之类",
        "data.id": "应为列表（每行以“- ”开头）",
        "groups[0].items[0].better": "是否想写 higher？",
        "groups[0].items[1].weight": "应为数字",
        "groups[0].items[0].cap": "none、{points: 数} 或 {times_weight: 倍数}",
        "score.digits": "数字太大",
        "score.weigth": "不认识的项 weigth（值为 1）；请检查拼写或删去。",
        "groups[0].items[0].normalise": "ratio_to_benchmark",
    }
    assert sentences.keys() == found.keys()
    assert {p: s for p, s in sentences.items() if s not in found[p].zh} == {}
    assert all(f.line for p, f in found.items() if p != "title")


# --- random damage ----------------------------------------------------------------------------

FRAGMENTS: list[Any] = [
    None, True, 0, -1, 1e300, float("nan"), "", "甲", "甲 + ", "group_mean(甲)", "all+all", [], {},
    [[]], {"points": 1}, {"by_year": {}}, {"method": "levels"}, [1, 2], "2024-13", "none", "fail",
    10**400, "x" * 5000, "((((((", {"when": "1"}, "like", {"statistic": "quantile"}, "leave_out",
]  # fmt: skip
LIMITS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def _places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    children: Any = node.items() if isinstance(node, dict) else []
    if isinstance(node, list):
        children = enumerate(node)
    for key, child in children:
        found += _places(child, (*path, key))
    return found


def _damaged(tree: Any, place: tuple[Any, ...], fragment: Any, delete: bool) -> None:
    here = tree
    for key in place[:-1]:
        here = here[key]
    if delete:
        del here[place[-1]]
    else:
        here[place[-1]] = fragment


def _survives(text: str) -> None:
    try:
        faults = check_scheme(read_scheme_text(text))
    except FaultyInput as error:
        faults = error.faults
        assert faults
    assert all(f.zh and f.en for f in faults)


SMALL = sorted(SHIPPED, key=lambda p: p.stat().st_size)[:8]


@LIMITS
@given(data=st.data())
def test_a_damaged_scheme_is_never_an_accident(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(SMALL))
    tree = YAML(typ="safe", pure=False).load(path.read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(_places(tree)))
        _damaged(tree, place, data.draw(st.sampled_from(FRAGMENTS)), data.draw(st.booleans()))
    buffer = StringIO()
    YAML(typ="safe", pure=False).dump(tree, buffer)
    _survives(buffer.getvalue())


@LIMITS
@given(start=st.integers(0, len(SCHEME)), length=st.integers(0, 80), text=st.text(max_size=12))
def test_random_text_is_never_an_accident(start: int, length: int, text: str) -> None:
    _survives(SCHEME[:start] + text + SCHEME[start + length :])
