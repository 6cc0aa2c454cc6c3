"""The canonical layout and the hash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yuanheng.calc.evaluation.tests.little_scheme import SCHEME, scheme_text
from yuanheng.calc.scheme import format_scheme_text, read_scheme_text

SHIPPED = sorted((Path(__file__).resolve().parents[5] / "schemes").glob("*.yaml"))
SMALL = sorted(SHIPPED, key=lambda p: p.stat().st_size)[:10]


def comments(text: str) -> list[str]:
    return [c.strip() for c in re.findall(r"(?:^|\s)(#[^\n]*)", text)]


@pytest.mark.parametrize("path", SMALL, ids=lambda p: p.stem)
def test_formatting_keeps_what_is_said(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    formatted = format_scheme_text(text)
    assert format_scheme_text(formatted) == formatted
    assert comments(formatted) == comments(text)
    assert read_scheme_text(formatted).hash == read_scheme_text(text).hash


AWKWARD = """\
# 开头
format:   yuanheng-scheme/1   # 行末
id: "little"

title: 'a: # 不是注释'
# 中间
x: [1,   2]  # 列表后
y:
   - {a: 1,b: 2}
      # 缩进的注释
   - 很长的一句话%s
# 结尾
"""


def test_an_awkward_layout_is_made_canonical() -> None:
    text = AWKWARD % ("很长" * 120)
    once = format_scheme_text(text)
    assert format_scheme_text(once) == once
    assert [c for c in comments(once) if "不是" not in c] == [
        c for c in comments(text) if "不是" not in c
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("weight: 60", "weight: 60.5"),
        ("benchmark: 10", "benchmark: 10.000001"),
        ("name: 甲项", "name: 甲 项"),
        ("title: 小方案", "title: 小方案二"),
        ("digits: 6", "digits: 5"),
        ("formula: 甲", "formula: 甲+0"),
        ("cap: none", "cap: {points: 1}"),
    ],
)
def test_any_change_changes_the_hash(change: tuple[str, str]) -> None:
    assert read_scheme_text(scheme_text(change)).hash != read_scheme_text(SCHEME).hash


@pytest.mark.parametrize(
    "change",
    [
        ("weight: 60", "weight: 60.0   # 权重"),
        ("title: 小方案", 'title: "小方案"'),
        ("id: [代码]", "id:\n    - 代码"),
        ("id: little\ntitle: 小方案\n", "title: 小方案\nid: little\n"),
    ],
)
def test_layout_does_not_change_the_hash(change: tuple[str, str]) -> None:
    assert read_scheme_text(scheme_text(change)).hash == read_scheme_text(SCHEME).hash
