"""Texts as sites publish them: with register rows, tables that lost their borders, short names of
places, days without a year. Each line is of a kind that was read wrongly once."""

from __future__ import annotations

import datetime as dt

import pytest

from yuanheng.reading import read_text

DAY = dt.date(2024, 11, 1)


def facts(text, day=DAY):
    return [(f.raw, f.value_text, f.measure) for f in read_text(text, day).facts]


def tasks(text, day=DAY):
    return [
        ([one.name for one in d.responsible], d.deadline.isoformat() if d.deadline else None)
        for d in read_text(text, day).directives
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("重点项目14宗,年度计划投资44.6亿元,完成投资23亿元,完成年度计划51.5%。",
         [("重点项目", "14", "level"), ("年度计划投资", "44.6", "target"),
          ("投资", "23", "level"), ("投资年度计划完成率", "51.5", "level")]),
        ("工业总产值52.7亿元,占年度计划23%,同比增长41%。",
         [("工业总产值", "52.7", "level"), ("工业总产值年度计划完成率", "23", "level")]),
        ("税收增长5%,拉动财政收入增长1.7个百分点。",
         [("税收", "5", "growth"), ("拉动财政收入增长", "1.7", "level")]),
        ("实施500万元投资建设项目15个。", [("实施500万元投资建设项目", "15", "level")]),
        ("16个重点项目集中签约,总投资195亿元。",
         [("重点项目", "16", "level"), ("重点项目总投资", "195", "level")]),
        ("在2023成都某产业大会上,签约项目3个。", [("签约项目", "3", "level")]),
        ("对综合评价排名前50%的企业给予支持。", []),
        ("今年的订单目标是1.5个亿。", [("订单目标", "1.5", "target")]),
        ("全市186个亿元以上项目开工。", [("亿元以上项目", "186", "level")]),
        ("随机抽查3家企业。", []),
        ("由各局负责的第17、18件事项进展滞后。", []),
        ("人口自然增长率2.65‰。", [("人口自然增长率", "2.65", "level")]),
    ],
)  # fmt: skip
def test_figures(text, expected):
    assert facts(text) == expected


def test_the_level_grew_and_not_its_rate_of_completion():
    first, rate = read_text("工业总产值52.7亿元,占年度计划23%,同比增长41%。", DAY).facts
    assert first.comparison is not None
    assert (first.comparison.value, rate.comparison) == (41.0, None)


def test_behind_a_rank_the_figure_goes_on():
    text = "其中,上饶经开区主营业务收入494.8亿元,排位第五位;广丰经开区325.4亿元,全省第八位,比上月前进1位。"
    found = [f for f in read_text(text, DAY).facts if f.unit_canonical == "元"]
    assert [(f.subject, f.raw) for f in found] == [
        ("上饶经开区", "主营业务收入"),
        ("广丰经开区", "主营业务收入"),
    ]


def test_places_by_their_short_names():
    text = "分省份看,增速较快的是海南和福建,分别增长26.5%和24.9%。"
    assert [(f.subject, f.value) for f in read_text("投资增长8%。" + text, DAY).facts][1:] == [
        ("海南", 26.5),
        ("福建", 24.9),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("昨日从市统计局获悉,前10个月,我市工业增加值增长10%。", None),
        ("玉溪日报讯 全市园区完成产值227.5亿元。", "玉溪市"),
        ("绍兴3个开发区交出高分报表\n我市三个开发区排名前移,酒泉经开区退出。", "绍兴市"),
        (
            "四川省10个经开区进出口增长25%\n全省10个经开区完成产值8473亿元,成都经开区签约项目32个。",
            "四川省",
        ),
    ],
)
def test_place(text, place):
    assert read_text(text, DAY).place == place


def test_a_month_that_is_over():
    """1—10月 in a paper of January is of the year before; the base of a growth is no time."""
    (fact,) = read_text("1-10月份,全区完成投资170亿元。", dt.date(2023, 1, 31)).facts
    assert fact.period == "2022-01..10"
    (fact,) = read_text("前三季度,财政收入在去年高基数的基础上完成4亿元。", DAY).facts
    assert fact.period == "2024-01..09"
    (fact,) = read_text("一至七月全市园区主营收入1524亿元。", DAY).facts
    assert fact.period == "2024-01..07"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("县委书记冯某带领县直部门负责人调研园区建设。", []),
        ("市发改局牵头成立督查组,对7个项目进行了现场督查。", []),
        ("要充分发挥职能作用,各相关部门要在这周完成土地挂牌。", [(["各相关部门"], "2024-11-03")]),
        ("各参与单位要主动作为,积极配合。", [(["各参与单位"], None)]),
        ("园区建设要从快、从优。", []),
        ("请各区(新区、合作区)工业和信息化主管部门(以下简称“主管部门”)根据通知要求,于11月30日(星期六)前将名单报我局。",
         [(["各区（新区、合作区）工业和信息化主管部门"], "2024-11-30")]),
        ("各牵头单位的实施方案务于11月20日前报送市政府。", [(["各牵头单位"], "2024-11-20")]),
        ("局机关于5月23日下发了通知。", []),
    ],
)  # fmt: skip
def test_directives(text, expected):
    assert tasks(text) == expected


def test_whom_a_letter_asks():
    text = "市供电公司,经开区管委会:\n请你们于11月29日前将办理情况报市委督查室。"
    assert tasks(text) == [(["市供电公司", "经开区管委会"], "2024-11-29")]


def test_a_years_breakdown_is_due_by_the_years_end():
    text = (
        "某区2025年重点工作任务分解和责任分工方案\n一、主要预期目标\n\n1.地区生产总值增长6%左右。\n\n"
        "牵头单位:区发改局\n\n责任单位:某开发区,各街道\n\n2.固定资产投资增长15%左右。\n\n牵头单位:区发改局"
    )
    assert tasks(text, dt.date(2025, 2, 1)) == [
        (["区发改局", "某开发区", "各街道"], "2025-12-31"),
        (["区发改局"], "2025-12-31"),
    ]


def test_who_leads_the_tasks_below():
    text = (
        "2025年政府工作报告重点工作责任分解\n一、于某某市长主抓重点工作\n1.制定出台政策体系。\n"
        "责任单位:财政局、发改局(列第一位者为牵头单位,下同)"
    )
    assert tasks(text, dt.date(2025, 2, 1)) == [(["于某某", "财政局", "发改局"], "2025-12-31")]


def test_stages_of_a_task():
    text = (
        "重点工作: 推动村级工业园提质增效。\n牵头单位: 市工信局\n年度目标:\n"
        "第一季度:制定三年行动计划。\n第三季度:建立全市信息化平台。\n进展情况:\n第一季度:\n按计划推进中。"
    )
    assert tasks(text, dt.date(2024, 8, 26))[1:] == [
        (["市工信局"], "2024-03-31"),
        (["市工信局"], "2024-09-30"),
    ]


def test_a_table_whose_cells_stand_on_lines():
    cells = ["序号", "民生实事", "责任单位", "完成时限", "1", "启动图书馆新馆建设。", "县文广局", "县代建中心",
             "12月底前", "2", "新建人行天桥2座。", "县住建局", "9月底前", "3", "迁建政务服务中心。", "县政务中心", "12月底前"]  # fmt: skip
    text = "某县2024年民生实事任务分解表\n\n" + "\n\n".join(cells)
    assert tasks(text, dt.date(2024, 2, 26)) == [
        (["县文广局", "县代建中心"], "2024-12-31"),
        (["县住建局"], "2024-09-30"),
        (["县政务中心"], "2024-12-31"),
    ]


def test_steps_in_a_cell_each_have_their_day():
    text = (
        "2024年实事\n序号 | 实事项目 | 工作举措 | 责任单位 | 配合单位 |\n"
        "1 | 新建幼儿园7所。 | 1.4月底前主体完工。 2.8月底前竣工交付。 | 教育局 | 住建局 |\n"
    )
    assert tasks(text, dt.date(2024, 7, 14))[1:] == [
        (["教育局", "住建局"], "2024-04-30"),
        (["教育局", "住建局"], "2024-08-31"),
    ]


def test_a_register_above_a_paper():
    text = (
        "索 引 号: | 主题分类: | 市政府办文件 |\n标 题: | 某政办发〔2009〕15号 某市人民政府办公室关于印发招商引资任务的通知 |\n"
        "发布日期: | 2009-05-12 |\n\n市政府各部门:\n请认真贯彻执行。\n某市人民政府办公室\n二○○九年二月二十七日\n"
    )
    reading = read_text(text, DAY)
    assert reading.title == "某市人民政府办公室关于印发招商引资任务的通知"
    assert reading.published == dt.date(2009, 2, 27)
    assert not reading.facts


def test_the_weekday_tells_the_year():
    text = "市工信局关于开展2020年遴选工作的通知\n各区主管部门:\n请于3月30日(星期一)前报送联系人。"
    assert tasks(text) == [(["各区主管部门"], "2020-03-30")]
