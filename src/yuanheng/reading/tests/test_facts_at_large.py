"""Constructions met in documents of many cities; the sentences, names and figures are invented."""

from __future__ import annotations

import datetime as dt

import pytest

from yuanheng.reading import read_text

DAY = dt.date(2024, 5, 6)


def figures(text: str, day: dt.date = DAY) -> list[tuple[str, str, str]]:
    return [(f.value_text, f.unit, f.measure) for f in read_text(text, day).facts]


def changes(text: str) -> list[tuple[str, list[tuple[str, float]]]]:
    return [
        (f.value_text, [(c.unit, c.value) for c in (f.comparison, *f.further) if c])
        for f in read_text(text, DAY).facts
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A long number with a unit is no telephone number.
        (
            "全年生产水泥1846530立方米,砂石23104870吨。",
            [("1846530", "立方米"), ("23104870", "吨")],
        ),
        # Any unit over any other.
        (
            "路网密度由4.2千米/平方公里提高到5.6千米/平方公里。",
            [("4.2", "千米/平方公里"), ("5.6", "千米/平方公里")],
        ),
        (
            "单位产值用水28.4立方米/万元,人均绿地11.3平方米/人。",
            [("28.4", "立方米/万元"), ("11.3", "平方米/人")],
        ),
        ("每亩产出286.5万元/亩·年。", [("286.5", "万元/亩·年")]),
        # A space that a page put inside a number.
        ("释放闲置土地1318. 46 亩。", [("1318.46", "亩")]),
        ("停产企业占地 907.5 亩,厂房 12 栋。", [("907.5", "亩"), ("12", "栋")]),
    ],
)
def test_numbers_and_units(text, expected):
    assert [(a.replace(" ", ""), b) for a, b, _ in figures(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "工作从5个方面全力推进。", "聚焦创新驱动、招商引资4个方面全力抓好落实。", "构建了5大类38项指标的体系。",
        "涵盖税收、用地等18项核心指标。", "综合得分70分以上为良好,60分以下为不合格。",
        "统计范围由年收入500万元及以上调整为2000万元及以上。", "在前1-20名中,本市占了不少。",
        "施工现场要做到“七个100%”,落实六个100%要求。", "用地在3亩(含)以上的企业参加评价。", "对连续两年列最后5名的予以退出。",
    ],
)  # fmt: skip
def test_no_figures(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("形成6个300亿元产业集群。", ["6"]),
        ("连续引进30亿元以上、50亿元以上以及百亿元龙头项目4个。", ["4"]),
        ("规模以上(500万元口径)工业产值716亿元,工业投资(50万元口径)223亿元。", ["716", "223"]),
        ("招引2个千亿级集群和6个五百亿级集群。", ["2", "6"]),
        ("其中超亿元投资项目21个,超10亿元投资项目2个。", ["21", "2"]),
        ("完成了18项任务中的土地整理1260亩。", ["1260"]),
        ("引进年产3万吨润滑油项目、20兆瓦光伏项目各1个。", ["1"]),
        ("首期7栋6.3万平方米厂房建成。", ["7", "6.3"]),
        ("是全省38个开发区之一,规划面积8.83平方公里。", ["8.83"]),
        ("主营收入30亿元以上、中部主营收入15亿元以上企业共176家。", ["176"]),
        ("全县有5宗、312亩土地闲置。", ["5", "312"]),
        ("税收突破20亿元大关,达到20.35亿元。", ["20.35"]),
        ("对亩均税收低于3万元、容积率低于0.8的用地逐宗登记,涉及企业86家。", ["86"]),
    ],
)
def test_thresholds_are_names(text, expected):
    assert [value for value, _, _ in figures(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 目标 and 计划 that something is held against are no aims of what follows.
        (
            "规上工业增加值增长13%,高于市下达目标4个百分点,当月增长12%;工业投资216亿元,居全省第5位。",
            [("13", "growth"), ("12", "growth"), ("216", "level")],
        ),
        ("全市瞄准重点目标企业,引进项目14个,总投资152亿元。", [("14", "level"), ("152", "level")]),
        ("提前完成全年200亿元招商任务,签约项目58个。", [("200", "target"), ("58", "level")]),
        ("今春需完成造林1.6万亩。", [("1.6", "target")]),
        ("讨论了年内12亿元投资任务的分解。", [("12", "target")]),
        ("预计下半年用工缺口800人。调查的6家企业月均工资4200元。", [("800", "target"), ("6", "level"), ("4200", "level")]),
        ("按照开工率达到90%、投资完成率达到80%的总体要求,已完成投资3.2亿元。", [("90", "target"), ("80", "target"), ("3.2", "level")]),
        ("城镇居民收入分别增长7%、8%左右的目标已下达。", [("7", "target"), ("8", "target")]),
    ],
)  # fmt: skip
def test_aims_and_results(text, expected):
    assert [(value, measure) for value, _, measure in figures(text)] == expected


def test_a_plan_tells_of_the_year_before_under_its_own_heading():
    text = (
        "安溪市2024年国民经济和社会发展计划\n一、2023年计划执行情况\n"
        "初步核算,全市实现生产总值812.4亿元,增长5.1%;粮食产量93亿斤。\n"
        "二、2024年主要预期目标\n生产总值增长6%左右,粮食产量95亿斤。\n"
    )
    assert [(a, c) for a, _, c in figures(text)] == [
        ("812.4", "level"), ("93", "level"), ("6", "target"), ("95", "target"),
    ]  # fmt: skip


def test_lists_keep_to_their_own_clause():
    text = "一般公共预算收入增长4%,城乡居民收入分别增长7%、8%;存、贷款余额分别增长8.8%、11.9%。"
    assert [value for value, _, _ in figures(text)] == ["4", "7", "8", "8.8", "11.9"]
    text = "收入增速与经济增速同步,城乡居民人均收入分别增长8%、9%。"
    facts = read_text(text, DAY).facts
    assert [(f.value, "居民" in f.raw) for f in facts] == [(8.0, True), (9.0, True)]


def test_a_second_list_of_amounts_is_no_change_of_the_first():
    text = "2021年至2023年,分别完成产值236亿元、314亿元、365亿元,年均增长24.5%;分别完成投资56亿元、63亿元、78亿元,年均增长17.8%。"
    facts = read_text(text, DAY).facts
    levels = [f.value for f in facts if f.unit == "亿元"]
    assert levels == [236, 314, 365, 56, 63, 78]


def test_ranks_go_to_the_figure_before():
    text = "一般公共预算收入24.1亿元,增长6.4%,分居全省第4、第3位。"
    assert [value for value, _ in changes(text)] == ["24.1"]
    assert [c for c in changes(text)[0][1]] == [("%", 6.4), ("位", 4.0), ("位", 3.0)]
    text = "生产总值33.7亿元,增长9.2%,增速排位全市第8;税收9.1亿元,总量排在全市第10。"
    assert changes(text) == [("33.7", [("%", 9.2), ("位", 8.0)]), ("9.1", [("位", 10.0)])]


def test_an_amount_of_another_unit_is_a_figure_of_its_own():
    assert figures("投产941个,达产515个;园区从业人员新增15.86万人。")[-1] == (
        "15.86",
        "万人",
        "level",
    )


def test_sizes_said_without_a_unit():
    text = "力争产业产值过百亿。批的地建成的不到一半,还有600多万补助没有拨付,累计植树1800棵。"
    facts = read_text(text, DAY).facts
    assert [(f.value_text, f.value_canonical, f.unit_canonical) for f in facts] == [
        ("百", 1e10, "元"), ("一半", 50.0, "%"), ("600", 6e6, "元"), ("1800", 1800.0, "棵"),
    ]  # fmt: skip


def test_scores_of_a_scheme_are_rules_not_figures():
    text = "考核办法\n第一条 总分100分,其中经济发展40分。\n第二条 每高1个百分点加2分。\n第三条 优秀比例不超过30%。\n"
    assert figures(text) == []
    assert figures("甲园区综合得分86.5分,居第2位。") == [("86.5", "分", "level")]


def test_a_number_given_before_is_not_given_again():
    text = "全县共排查项目58个。58个项目中已开工41个。对未开工的17个项目,要限期开工。"
    assert [value for value, _, _ in figures(text)] == ["58", "41", "17"]
    text = "梧川与三家企业签约\n梧川与三家企业签约,总投资54亿元。\n"
    assert len(figures(text)) == 2


def test_ranks_of_others_and_of_other_years_stand_alone():
    text = "榜单出炉:临江经开区第33位,上年是第68位;曹渡经开区第59位,前移24位。"
    facts = read_text(text, DAY).facts
    assert [(f.value, f.unit_canonical) for f in facts][:3] == [(33, "位"), (68, "位"), (59, "位")]


def test_a_rate_that_fell_to_another_rate():
    text = "规上工业增加值增速由上年同期的11.3%回落到8.9%。"
    assert figures(text) == [("11.3", "%", "growth"), ("8.9", "%", "growth")]


def test_what_a_project_is_sized_at_is_no_aim():
    assert figures("该项目占地260亩,计划投资18.6亿元。") == [
        ("260", "亩", "level"),
        ("18.6", "亿元", "level"),
    ]
    assert figures("项目今年计划投资3亿元。") == [("3", "亿元", "target")]


def test_a_table_with_a_cell_on_each_line():
    text = (
        "安溪开发区2024年任务清单\n序号 |\n重点工作 |\n责任单位 |\n完成时限 |\n"
        "1 |\n新签约项目25个。 |\n招商局 |\n12月底 |\n2 |\n盘活土地460亩。 |\n自然资源局 |\n9月底 |\n"
    )
    read = read_text(text, DAY)
    assert [([u.name for u in d.responsible], str(d.deadline)) for d in read.directives] == [
        (["招商局"], "2024-12-31"), (["自然资源局"], "2024-09-30"),
    ]  # fmt: skip
    assert [text[a:b] for a, b in (f.span for f in read.facts)] == ["25", "460"]


@pytest.mark.parametrize(
    "text",
    [
        "2023年主要指标\n园区 |\n税收(万元) |\n增速(%) |\n临港园区 |\n12860 |\n8.6 |\n北山园区 |\n9340 |\n-2.1 |\n",
        "2023年主要指标\n园区    税收(万元)    增速(%)\n临港园区    12860    8.6\n北山园区    9340    -2.1\n",
    ],
)
def test_tables_that_lost_their_borders(text):
    facts = read_text(text, DAY).facts
    assert [(f.subject, f.value, f.unit, f.comparison and f.comparison.value) for f in facts] == [
        ("临港园区", 12860, "万元", 8.6), ("北山园区", 9340, "万元", -2.1),
    ]  # fmt: skip
    assert [text[a:b] for a, b in (f.span for f in facts)] == ["12860", "9340"]


def test_the_structure_of_an_economy():
    """Three shares of a whole; what it came from is of the year before. A score is none."""
    text = "2023年,三次产业增加值结构由2022年的5.5:50.6:43.9调整为6.0:46.9:47.1。两队比分3:2:1。"
    found = read_text(text, DAY).facts
    assert [(f.raw, f.period, f.value, f.unit, f.unit_canonical) for f in found] == [
        ("第一产业增加值占比", "2022", 5.5, "", "%"),
        ("第二产业增加值占比", "2022", 50.6, "", "%"),
        ("第三产业增加值占比", "2022", 43.9, "", "%"),
        ("第一产业增加值占比", "2023", 6.0, "", "%"),
        ("第二产业增加值占比", "2023", 46.9, "", "%"),
        ("第三产业增加值占比", "2023", 47.1, "", "%"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全县完成财政收入4348万元,占年初预算10065万元的43.2%。", [("4348", "万元", "level"), ("10065", "万元", "target"), ("43.2", "%", "level")]),
        ("计划投产项目17宗,完成投资16亿元。年度投资计划236亿元,完成投资88亿元。", [("17", "宗", "level"), ("16", "亿元", "level"), ("236", "亿元", "target"), ("88", "亿元", "level")]),
        ("今年计划新开工项目27宗。", [("27", "宗", "target")]),
        ("销售收入超过100亿元的达到20个。", [("20", "个", "level")]),
        ("合同投资额1. 04亿美元。", [("1. 04", "亿美元", "level")]),
        ("圆满完成了人代会确定的目标任务。预计实现地区生产总值391亿元。", [("391", "亿元", "level")]),
        ("总投资和年度计划投资同比分别增长111%和136%。", [("111", "%", "growth"), ("136", "%", "growth")]),
        ("机器人、半导体、视盘机产量分别增长1.5倍、2.7倍和57.7%。", [("1.5", "倍", "growth"), ("2.7", "倍", "growth"), ("57.7", "%", "growth")]),
        ("固体废物综合利用率较上年提高2个百分点。", [("2", "个百分点", "growth")]),
        ("各主要经济指标增幅均在25%以上。", [("25", "%", "growth")]),
        ("实现增加值645亿元,可比增长11.1%。", [("645", "亿元", "level")]),
        ("进出口总值5489亿元,较去年同期(下同)增长14.8%。", [("5489", "亿元", "level")]),
        ("税收12463万元,同比增长7.9%,增收913万元。", [("12463", "万元", "level")]),
        ("存款余额1439亿元,比年初新增125亿元。", [("1439", "亿元", "level")]),
        ("完 成 地 方 财 政 收 入 1121 万 元 , 同 期 增 长186.4%。", [("1121", "万元", "level")]),
        ("主要预期目标是:地区生产总值增长6%。\n扎实做好以下工作。\n(一)建设强县。新建5G基站200个。", [("6", "%", "target"), ("200", "个", "target")]),
    ],
)  # fmt: skip
def test_as_bulletins_say_it(text, expected):
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("安置零就业家庭16户。", "户"),
        ("新增规上企业16户。", "家"),
        ("人口自然增长率2.65‰。", "‰"),
        ("建成输电线路42748千米。", "公里"),
    ],
)
def test_the_unit_that_is_meant(text, unit):
    assert [f.unit_canonical for f in read_text(text, DAY).facts] == [unit]


def test_ranks_of_growth_belong_to_what_grew():
    text = "固定资产投资411亿元,同比增长13.9%,总量和增速分别位居全省第2位和第7位。"
    assert changes(text) == [("411", [("%", 13.9), ("位", 2.0), ("位", 7.0)])]


@pytest.mark.parametrize(
    ("text", "subjects", "place"),
    [
        ("新乡国家高新区规划面积52平方公里,全区完成产值80亿元。", ["新乡国家高新区", "新乡国家高新区"], None),
        ("全国49个国家级开发区完成产值6692亿元,其中苏州工业园区完成100亿元。", ["全国", "全国", "苏州工业园区"], "苏州市"),
        ("本报北京4月28日电 一季度,全国339个城市优良天数比例为83.6%。", ["全国", "全国"], None),
        ("全市产值增长5%,拥有全国重点镇2个。", ["全市", "全市"], None),
    ],
)  # fmt: skip
def test_whose_figures_they_are(text, subjects, place):
    reading = read_text(text, DAY)
    assert [f.subject for f in reading.facts] == subjects
    assert reading.place == place
