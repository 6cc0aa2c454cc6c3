"""Pasted lists as offices write them."""

from __future__ import annotations

import pytest

from yuanheng.consultation.splitting import chinese_number, split_list

THREE = ["怎样凝聚共识？", "怎样更新理念？", "怎样优化考核？"]


@pytest.mark.parametrize(
    "numbers",
    [
        "一、 二、 三、", "（一） （二） （三）", "(一) (二) (三)", "1. 2. 3.", "1、 2、 3、",
        "1． 2． 3．", "（1） （2） （3）", "1） 2） 3）", "① ② ③", "第一题： 第二题： 第三题：",
        "第1题 第2题 第3题",
    ],
)  # fmt: skip
@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n　　", ""])
def test_a_numbered_list_is_split_whatever_its_style(numbers, between):
    marks = numbers.split()
    text = between.join(f"{mark}{words}" for mark, words in zip(marks, THREE, strict=True))
    assert split_list(text).items == THREE
    told = split_list(f"请各单位思考以下问题：{between or ' '}{text}")
    assert (told.intro, told.items) == ("请各单位思考以下问题：", THREE)


def test_a_list_within_an_item_and_figures_stay_with_it():
    text = (
        "一、怎样盘活用地？\n1.存量有多少\n2.三年内3.5万亩怎么办\n二、怎样招商，2025年引进几家？"
    )
    assert split_list(text).items == [
        "怎样盘活用地？\n1.存量有多少\n2.三年内3.5万亩怎么办", "怎样招商，2025年引进几家？",
    ]  # fmt: skip


def test_more_than_ten_and_a_line_each_and_nothing():
    many = "\n".join(f"{chinese_number(at)}、第{at}个问题怎么办" for at in range(1, 24))
    assert len(split_list(many).items) == 23
    assert split_list("怎样招商？\n\n怎样留人？").items == ["怎样招商？", "怎样留人？"]
    assert split_list(" \n ").items == []
