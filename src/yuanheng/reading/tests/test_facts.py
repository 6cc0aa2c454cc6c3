"""Figures in sentences that officials write."""

from __future__ import annotations

import datetime as dt

import pytest

from yuanheng.reading import read_text

DAY = dt.date(2024, 5, 6)


def figures(text: str) -> list[tuple[str, str, str]]:
    return [(f.value_text, f.unit, f.measure) for f in read_text(text, DAY).facts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("入园企业达到三千九百八十家。", [("三千九百八十", "家", "level")]),
        ("引进资金1.2万亿元。", [("1.2", "万亿元", "level")]),
        ("集聚企业30多家。", [("30", "家", "level")]),
        ("外资占比近两成。", []),
        ("税收占全市的三分之一。", [("三分之一", "%", "level")]),
        ("规模工业增加值增长8.5%。", [("8.5", "%", "growth")]),
        ("力争全年税收达到5亿元。", [("5", "亿元", "target")]),
    ],
)
def test_numbers(text, expected):
    assert figures(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "推进“五好”园区建设。", "出台“1+N”方案。", "落实“三高四新”战略。", "2024年5月6日召开会议。",
        "青开办发〔2024〕6号", "联系电话:0735-5550123", "坚持“一个加快构建、五个示范引领”。", "开展三大行动。",
        "X月X日,XX县召开会议。", "抓好3个方面的工作。", "引进10亿元以上项目。", "第14期简报", "公示期为5个工作日。",
        "世界500强企业", "一家都不能少。",
    ],
)  # fmt: skip
def test_these_are_no_figures(text):
    assert figures(text) == []


def test_values_are_converted():
    (fact,) = read_text("2023年,园区企业完成入库税收1.4亿元。", DAY).facts
    assert (fact.value, fact.value_canonical, fact.unit_canonical) == (1.4, 140000000.0, "元")
    assert (fact.period, fact.basis, fact.indicator) == ("2023", "inherited", "入库税收")


def test_a_rate_below_zero_is_a_fall():
    (fact,) = read_text("1至9月,进出口总额9.6亿美元,增长-8.92%。", DAY).facts
    assert (fact.comparison.direction, fact.comparison.value) == ("down", -8.92)


def test_a_list_pairs_values_with_names():
    facts = read_text("甲园区、乙园区分别完成税收9.85亿元和3.4亿元。", DAY).facts
    assert [(f.subject, f.value) for f in facts] == [("甲园区", 9.85), ("乙园区", 3.4)]


def test_rank_and_difference_stand_beside_the_change():
    text = "工业总产值312亿元,同比增长13.6%,增速位居全市第2;规上工业增加值增速11.9%,高出全市3.4个百分点。"
    first, second = read_text(text, DAY).facts
    assert [c.kind for c in (first.comparison, *first.further)] == ["yoy", "rank"]
    assert [c.kind for c in (second.comparison, *second.further)] == ["yoy", "average"]


def test_qualifiers():
    text = (
        "吸纳就业5300余人;亩均税收约20万元;新增企业不少于10家;投资突破30亿元;实现盘活率70%以上。"
    )
    found = [f.qualifier for f in read_text(text, DAY).facts]
    assert found == ["more_than", "approx", "at_least", "more_than", "at_least"]


def test_traditional_text_with_glosses_keeps_its_places():
    text = (
        "2021年,邵陽(yáng)經(jīng)開區(qū)完成技工貿(mào)總收入272.80億元,同比增長(zhǎng)17.23%。"
    )
    (fact,) = read_text(text, DAY).facts
    assert text[slice(*fact.span)] == "272.80"
    assert fact.indicator == "技工贸总收入"
    assert fact.subject == "邵阳经开区"
    assert text[slice(*fact.comparison.span)] == "17.23"


def test_a_table_of_figures():
    text = "2024年1—8月各园区指标\n园区\t税收(万元)\t同比增长(%)\n甲产业园\t93520\t4.6\n乙产业园\t18746\t-3.2\n"
    facts = read_text(text, DAY).facts
    assert [(f.subject, f.value_canonical, f.comparison.direction) for f in facts] == [
        ("甲产业园", 935200000.0, "up"),
        ("乙产业园", 187460000.0, "down"),
    ]
    assert {f.period for f in facts} == {"2024-01..08"}


def contexts(text: str) -> list[tuple[str | None, str, str, str]]:
    facts = read_text(text, dt.date(2024, 7, 6)).facts
    return [(f.subject, f.period, f.indicator, f.value_text) for f in facts]


def test_a_ranking_names_whose_values_follow():
    assert contexts(
        "云川市上半年情况通报\n开工率排名前三的是东山县(96%)、南湖区(91%)、北河经开区(88%)。"
    ) == [
        ("东山县", "2024H1", "开工率", "96"),
        ("南湖区", "2024H1", "开工率", "91"),
        ("北河经开区", "2024H1", "开工率", "88"),
    ]


def test_a_rate_of_the_next_park_is_its_own():
    text = "一季度,东山经开区工业投资增长21.4%,西山高新区增长15.2%。"
    assert [(one[0], one[3]) for one in contexts(text)] == [
        ("东山经开区", "21.4"),
        ("西山高新区", "15.2"),
    ]


def test_the_year_of_the_title_holds_below_it():
    text = "云川区关于2022年度企业亩均效益评价结果的公示\n一、总体情况。参评企业612家。"
    assert contexts(text) == [("云川区", "2022", "参评企业数", "612")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("丽江市园区通报\n全市园区企业86家。", "丽江市"),
        ("聊城市人民政府关于园区的通知\n全市园区企业86家。", "聊城市"),
        ("加快盘活纺织服装产业园\n全县园区企业86家。", None),
        ("2023年石桥县统计公报\n全县企业86家。", "石桥县"),
    ],
)
def test_places(text, place):
    assert read_text(text, dt.date(2024, 7, 6)).place == place


def test_what_stands_already_is_no_aim():
    text = "会议要求,东山经开区要加快推进12个在建项目,6月底前竣工8个。"
    assert figures(text) == [("12", "个", "level"), ("8", "个", "target")]
