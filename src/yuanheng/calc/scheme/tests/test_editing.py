"""A place of a scheme changed, and nothing else of its text."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.scheme.document import read_scheme_text
from yuanheng.calc.scheme.editing import copy_part, places, remove_part, set_method, set_values

SHIPPED = sorted((Path(__file__).parents[5] / "schemes").glob("*.yaml"))
TEXT = """\
# 县里的办法
title: 某县评价  # 名称
period: "2024"
groups:
  - code: all
    name: 全部
    when: true
    items:
      # 第一项
      - code: tax
        name: 亩均税收  # 看这里
        weight: 60
        normalise: {method: ratio_to_benchmark, benchmark: 20}
        cap: none
      # 第二项
      - code: revenue
        name: 亩均营收
        weight: 40
        normalise:
          method: efficacy
          satisfactory: 400  # 满意
          not_allowed: 100
"""


def changed(before: str, after: str) -> list[str]:
    return [
        line
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[:2] in ("+ ", "- ")
    ]


def test_one_value_changes_and_its_comment_stays():
    after = set_values(TEXT, {"groups[0].items[0].name": "亩均实缴税收"})
    assert changed(TEXT, after) == [
        "-         name: 亩均税收  # 看这里",
        "+         name: 亩均实缴税收  # 看这里",
    ]


def test_several_values_at_once_block_and_inline():
    after = set_values(
        TEXT,
        {
            "groups[0].items[0].normalise.benchmark": "25.5",
            "groups[0].items[1].normalise.satisfactory": "500",
            "period": "2025",
        },
    )
    assert "benchmark: 25.5}" in after
    assert "satisfactory: 500  # 满意" in after
    assert 'period: "2025"' in after
    assert len(changed(TEXT, after)) == 6


@pytest.mark.parametrize(
    "said", ["2025", "true", "a: b", "{x", "# 不是注释", "- 一", "“引号”", "x, y"]
)
def test_a_text_stays_the_text_that_was_said(said):
    after = set_values(TEXT, {"title": said})
    assert places(after)["title"].value == said


def test_a_missing_place_is_added_to_its_part():
    after = set_values(TEXT, {"groups[0].items[0].unit": "万元/亩"})
    assert changed(TEXT, after) == ["+         unit: 万元/亩"]
    assert places(after)["groups[0].items[0].unit"].value == "万元/亩"
    inline = set_values(TEXT, {"groups[0].items[0].normalise.scope": "all"})
    assert "{method: ratio_to_benchmark, benchmark: 20, scope: all}" in inline


def test_an_empty_value_takes_an_optional_place_out():
    after = set_values(TEXT, {"groups[0].items[0].cap": ""})
    assert changed(TEXT, after) == ["-         cap: none"]
    inline = set_values(TEXT, {"groups[0].items[0].normalise.benchmark": ""})
    assert "{method: ratio_to_benchmark}" in inline
    first = set_values(TEXT, {"groups[0].items[0].normalise.method": ""})
    assert "{benchmark: 20}" in first


def test_another_method_takes_what_is_of_no_use_along():
    after = set_method(TEXT, "groups[0].items[1].normalise.method", "ratio_to_best")
    assert sorted(changed(TEXT, after)) == [
        "+           method: ratio_to_best",
        "-           method: efficacy",
        "-           not_allowed: 100",
        "-           satisfactory: 400  # 满意",
    ]
    inline = set_method(TEXT, "groups[0].items[0].normalise.method", "ratio_to_best")
    assert "normalise: {method: ratio_to_best}" in inline


def test_a_part_is_copied_below_itself_with_a_code_of_its_own():
    after = copy_part(TEXT, "groups[0].items[0]")
    known = places(after)
    assert known["groups[0].items[1].code"].value == "tax_2"
    assert known["groups[0].items[1].name"].value == "亩均税收"
    assert known["groups[0].items[2].code"].value == "revenue"
    again = copy_part(after, "groups[0].items[1]")
    assert places(again)["groups[0].items[2].code"].value == "tax_3"
    assert after.count("# 第二项") == 1


def test_a_part_is_taken_out_and_the_last_one_stays():
    after = remove_part(TEXT, "groups[0].items[0]")
    assert "tax" not in after
    assert "# 第二项" in after
    assert "# 县里的办法" in after
    with pytest.raises(FaultyInput, match="last one"):
        remove_part(after, "groups[0].items[0]")
    last = remove_part(TEXT, "groups[0].items[1]")
    assert places(last)["groups[0].items[0].cap"].value == "none"
    assert "revenue" not in last


def test_what_is_not_there_is_refused_with_its_path():
    for wrong in ("groups[0].items[7].weight", "groups[3]", "title.x"):
        with pytest.raises(FaultyInput) as error:
            set_values(TEXT, {wrong: "1"})
        assert error.value.faults[0].path == wrong
    with pytest.raises(FaultyInput, match="in one line"):
        copy_part("groups: [a, b]\n", "groups[0]")
    with pytest.raises(FaultyInput, match="YAML"):
        set_values("a: [", {"a": "1"})


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_value_of_a_shipped_scheme_written_back_is_the_same_scheme(path):
    text = path.read_text(encoding="utf-8")
    again = set_values(text, {one.path: one.value for one in places(text).values() if one.value})
    assert read_scheme_text(again).hash == read_scheme_text(text).hash
    assert again.count("#") == text.count("#")


def test_a_folded_text_is_shown_without_the_marks_of_its_folds():
    text = "title: 一\nnote: >-\n  第一行\n  第二行\n"
    assert places(text)["note"].value == "第一行 第二行"
