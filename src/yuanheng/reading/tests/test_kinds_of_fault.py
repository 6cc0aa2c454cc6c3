"""Kinds of fault that labelled and published texts have shown: each mended once for all."""

from __future__ import annotations

import datetime as dt

import pytest

from yuanheng.reading import read_text

DAY = dt.date(2024, 5, 6)


def figures(text: str) -> list[tuple[str, str, str]]:
    return [(f.value_text, f.unit, f.measure) for f in read_text(text, DAY).facts]


def tasks(text: str) -> list[tuple[list[str], str | None]]:
    return [
        ([u.name for u in d.responsible], d.deadline and d.deadline.isoformat())
        for d in read_text(text, DAY).directives
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What only limits a group is none of the figures.
        ("纳税不足十万元的有86家。", [("86", "家", "level")]),
        ("亿元以上项目10个,其中5亿元~10亿元项目3个。", [("10", "个", "level"), ("3", "个", "level")]),
        ("纳入调度的186个亿元以上产业项目有序推进。", [("186", "个", "level")]),
        # Lengths of time that bind or have passed; others only say when.
        ("对问题企业限期6个月整改。", [("6", "个月", "duration")]),
        ("材料项目停工已达97天。", [("97", "天", "duration")]),
        ("材料项目签约14个月仍未供地。", [("14", "个月", "duration")]),
        ("增速连续6个月居全市前列。", []),
        # What a number comes from, and what it gets to.
        ("收集率由63%提高到90%。", [("63", "%", "level"), ("90", "%", "level")]),
        ("研发费用占营业收入比重提升至2.95%。", [("2.95", "%", "level")]),
        ("园区数量由11个整合为6个。", [("11", "个", "level"), ("6", "个", "level")]),
        # Grants, and estimates beside a plan.
        ("到2026年盘活土地100亩。对新建厂房每平方米补助100元。", [("100", "亩", "target"), ("100", "元", "level")]),
        ("拟建设专用线18公里,估算总投资15亿元。", [("18", "公里", "target"), ("15", "亿元", "level")]),
        ("力争全年实现产值120亿元。", [("120", "亿元", "target")]),
        # A milestone behind the exact figure says it once more.
        ("财税收入11.38亿元,首次突破11亿元大关。", [("11.38", "亿元", "level")]),
        ("财政总收入突破30亿元大关。", [("30", "亿元", "level")]),
        # Indicators without a unit; letters before the number.
        ("工业用地综合容积率0.98。", [("0.98", "", "level")]),
        ("全年实现GDP762亿元。", [("762", "亿元", "level")]),
        # Lists without 分别, with one unit for all, with names that can't be paired.
        ("甲山县、乙水县税收增长5.8%、4.4%。", [("5.8", "%", "growth"), ("4.4", "%", "growth")]),
        ("三个园区税收分别为3.2、4.5和6亿元。", [("3.2", "亿元", "level"), ("4.5", "亿元", "level"), ("6", "亿元", "level")]),
        ("鲜肉,植物油,面条产量分别增长7.1%、3.2%、4.7%。", [("7.1", "%", "growth"), ("3.2", "%", "growth"), ("4.7", "%", "growth")]),
        # How much of an aim was reached.
        ("完成考核目标45个的88.9%,其中总投资15亿元以上项目1个。", [("45", "个", "target"), ("88.9", "%", "level"), ("1", "个", "level")]),
        ("目标任务是到位资金660亿元,同比增长10%,利用外资3.6亿美元。", [("660", "亿元", "target"), ("3.6", "亿美元", "target")]),
        ("预期目标是税收增长30%;申报高新技术企业6家。", [("30", "%", "target"), ("6", "家", "target")]),
        # Sorts by a limit; a name before the time; thousands; rates in 倍.
        ("亿元以上项目28个,10亿元以上3个。", [("28", "个", "level"), ("3", "个", "level")]),
        ("亩均税收由2020年的9.8万元提升到2023年的14.2万元。", [("9.8", "万元", "level"), ("14.2", "万元", "level")]),
        ("实现总产值1,234.5亿元。", [("1,234.5", "亿元", "level")]),
        ("充电桩销售额增长7.9倍。", [("7.9", "倍", "growth")]),
        # 作为第一要务 is no rank.
        ("把服务企业作为第一要务。", []),
    ],
)  # fmt: skip
def test_figures(text, expected):
    assert figures(text) == expected


def test_a_rate_tells_of_the_clause_or_sentence_before():
    text = "全市规上工业增加值增长6%。分县区看,甲山县增长9.2%。工业税收由负转正,增长0.6%。"
    facts = read_text(text, DAY).facts
    assert [(f.subject, f.raw) for f in facts[1:]] == [
        ("甲山县", "规上工业增加值"),
        ("全市", "工业税收"),
    ]


def test_points_and_places_are_comparisons_not_figures():
    text = "税收增长5%,分别高于全省、全市1.7个和0.8个百分点,较上月提高4个位次。"
    (fact,) = read_text(text, DAY).facts
    found = [fact.comparison, *fact.further]
    assert [(c.value, c.unit) for c in found] == [
        (5.0, "%"), (1.7, "个百分点"), (0.8, "个百分点"), (4.0, "个位次"),
    ]  # fmt: skip


def test_groups_by_a_limit_are_named_with_what_is_measured():
    text = "土地处置率高于全市平均水平的有:甲山县52.8%、乙水县47.5%;低于20%的有:丙河县18.3%。"
    facts = read_text(text, DAY).facts
    assert [(f.subject, f.value) for f in facts] == [
        ("甲山县", 52.8), ("乙水县", 47.5), ("丙河县", 18.3),
    ]  # fmt: skip
    assert facts[0].raw == "土地处置率"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What was held, or said by those above, is no task.
        ("5月4日,某市召开园区推进会,安排二季度工作。", []),
        ("市委、市政府高度重视园区工作。", []),
        ("会上,县发改局、县住建局作了汇报。县直有关单位负责人参加了会议。", []),
        ("县长在会议讲话中要求,各镇一把手要亲自上手,9月底前办结。", [(["各镇一把手"], "2024-09-30")]),
        ("过去一年,市发改委牵头完成了规划编制。", []),
        # One 是 after another; a colon behind the unit; a unit as a heading.
        ("要求:一是县工信局要会同县统计局做好入库;二是县财政局要保障经费。", [(["县工信局", "县统计局"], None), (["县财政局"], None)]),
        ("县税务局:加强税源监控,9月底前完成普查。", [(["县税务局"], "2024-09-30")]),
        ("(二)县供电公司。加快变电站建设,12月20日前投运。", [(["县供电公司"], "2024-12-20")]),
        ("县发改局为牵头单位,县审计局为配合单位,8月底前拿出方案。", [(["县发改局", "县审计局"], "2024-08-31")]),
        # Names that hold a verb; units that guide or take part; the office that writes.
        ("市委督查室要跟踪问效,6月份组织回头看。", [(["市委督查室"], "2024-06-30")]),
        ("由属地镇(街道)牵头、区经信局指导,在9月底前完成整治。", [(["属地镇（街道）", "区经信局"], "2024-09-30")]),
        ("由县管委会牵头,县环保局、县卫生局等单位协作,9月底前完成。", [(["县管委会", "县环保局", "县卫生局"], "2024-09-30")]),
        ("我区将同步开展预审,确保年底前取得批复。", [(["我区"], "2024-12-31")]),
        # Words that begin no name.
        ("各单位要按时完成,对结果有异议的,请向区亩均办反映。", [(["各单位"], None)]),
        # A plan's name is no day.
        ("请市交通局争取将项目列入2024年开工计划。", [(["市交通局"], None)]),
    ],
)  # fmt: skip
def test_tasks(text, expected):
    assert tasks(text) == expected


def test_at_the_end_of_the_year_a_day_belongs_to_the_year_that_is_planned():
    text = "某开发区2025年工作打算\n招商局负责对接,上半年签约项目8个。"
    (task,) = read_text(text, dt.date(2024, 12, 30)).directives
    assert task.deadline == dt.date(2025, 6, 30)


def test_the_project_is_the_one_that_was_named_last():
    text = "在恒某压铸项目现场,县长了解进展。该项目总投资12亿元,占地180亩。"
    assert {fact.subject for fact in read_text(text, DAY).facts} == {"恒某压铸项目"}


def test_tables_between_bars():
    text = (
        "某开发区重点工作清单\n序号 | 重点工作 | 责任领导 | 责任单位 | 完成时限\n"
        "1 | 盘活存量土地400亩 | 马某 | 改革办 | 10月底\n"
    )
    reading = read_text(text, DAY)
    (task,) = reading.directives
    assert ([u.name for u in task.responsible], task.deadline) == (
        ["马某", "改革办"],
        dt.date(2024, 10, 31),
    )
    (fact,) = reading.facts
    assert text[slice(*fact.span)] == "400"


def test_numbered_tasks_with_units_on_their_own_lines_stay_apart():
    text = "某区重点工作任务分解方案\n" + "".join(
        f"{n}.努力实现第{n}项指标增长{n}%左右。\n牵头单位:区发改局\n责任单位:某某经济开发区,各街道\n"
        for n in range(1, 6)
    )
    found = read_text(text, DAY).directives
    assert [[u.name for u in one.responsible] for one in found] == [
        ["区发改局", "某某经济开发区", "各街道"]
    ] * 5
