"""Constructions met in documents of many cities; the sentences, names and days are invented."""

from __future__ import annotations

import datetime as dt

import pytest

from yuanheng.reading import read_text

DAY = dt.date(2024, 5, 6)


def tasks(text: str) -> list[tuple[list[str], str | None]]:
    return [
        ([u.name for u in d.responsible], d.deadline and d.deadline.isoformat())
        for d in read_text(text, DAY).directives
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会议要求区投资促进办根据讨论结果修改基金方案。", [(["区投资促进办"], None)]),
        ("责成县水务局15日内拿出处理意见。", [(["县水务局"], "2024-05-21")]),
        ("各牵头单位要细化方案,于5月17日(星期五)前上报。", [(["各牵头单位"], "2024-05-17")]),
        ("县交通、公路、水务和集聚区管委会要各负其责,务必在10月15日前动工。", [(["县交通", "公路", "水务", "集聚区管委会"], "2024-10-15")]),
        ("县经济信息和科技局、县工业园管委等行业主管部门要齐心协力。", [(["县经济信息和科技局", "县工业园管委"], None)]),
        ("发改局和工信局要抓紧会商。", [(["发改局", "工信局"], None)]),
        ("月底前,柏集镇要牵头完成征地;指挥部、县教育局等单位要相互配合,完成招标。", [(["柏集镇"], "2024-05-31"), (["指挥部", "县教育局"], None)]),
        ("第九条 市(区)政府、医药高新区管委会,省级以上开发区应当于次年1月20日前报送数据。", [(["市（区）政府", "医药高新区管委会", "省级以上开发区"], "2025-01-20")]),
        ("以上工作由县政府督查室跟踪督办。", [(["县政府督查室"], None)]),
        ("项目用地由县自然资源局负责保障,拆迁由城关镇负责,5月底前完成。", [(["县自然资源局", "城关镇"], "2024-05-31")]),
        ("牵头单位要把质量作为根本要求。", [(["牵头单位"], None)]),
        ("今年6月底前要新增规上企业12家,由县工信局牵头落实。", [(["县工信局"], "2024-06-30")]),
        ("园区行动方案\n1.编制产业图谱。(市发改委)\n2.建设服务平台。(市科技局)\n", [(["市发改委"], None), (["市科技局"], None)]),
    ],
)  # fmt: skip
def test_who_shall_do_what_by_when(text, expected):
    assert tasks(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "4月24日,县长牛远、县人大主任吴青带领交通等部门主要负责同志,深入集聚区检查指导,协调解决有关问题。",
        "自改建工程启动以来,柏集镇党委、政府高度重视,成立了指挥部,抽调骨干36名,全力推进各项工作。",
        "4月3日至6日,由县委办、县效能办牵头,抽调18人组成六个督查组,对56个项目进行了全面督查。",
        "年初以来,经开区在市委的领导下,全力组织经济运行,经济平稳开局。",
        "关于通报的说明\n安溪市建设制造强市三年行动计划(2023—2025年)\n正文如下。",
        "对未能按时完成任务的单位将在全县通报批评。",
    ],
)
def test_what_is_told_is_no_task(text):
    assert tasks(text) == []
