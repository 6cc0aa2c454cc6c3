"""Tasks in sentences that officials write."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from yuanheng.reading import read_text
from yuanheng.reading.assistant import assisted

DAY = dt.date(2024, 5, 6)


def tasks(text: str) -> list[tuple[list[tuple[str, str]], str | None]]:
    return [
        ([(u.name, u.role) for u in d.responsible], d.deadline and d.deadline.isoformat())
        for d in read_text(text, DAY).directives
    ]


@pytest.mark.parametrize(
    ("text", "units", "day"),
    [
        ("由工业园区牵头,在今年内完成规划编制。", [("工业园区", "lead")], "2024-12-31"),
        ("财政局要会同工业园区科学编制园区财政体制方案。", [("财政局", "lead"), ("工业园区", "support")], None),
        ("发改局、工信局、科技局等部门要积极争取专项资金。", [("发改局", "subject"), ("工信局", "subject"), ("科技局", "subject")], None),
        ("由市工信局牵头,市应急局配合,9月底前形成报告。", [("市工信局", "lead"), ("市应急局", "support")], "2024-09-30"),
        ("新建平台。(牵头单位:科技局;配合单位:财政局)", [("科技局", "lead"), ("财政局", "support")], None),
        ("市自然资源和规划局要半个月内把底数报上来。", [("市自然资源和规划局", "subject")], "2024-05-21"),
        ("由县住建局牵头、县水利局配合,6月底前完成改造。", [("县住建局", "lead"), ("县水利局", "support")], "2024-06-30"),
        ("对逾期未整改的,由市应急管理局依法查处。", [("市应急管理局", "subject")], None),
        ("由城建所牵头,环卫大队配合,5月底前完成整治。", [("城建所", "lead"), ("环卫大队", "support")], "2024-05-31"),
        ("请纪委监委、督查室跟进督办。", [("纪委监委", "subject"), ("督查室", "subject")], None),
        ("税务、海关等部门要加强数据共享。", [("税务", "subject"), ("海关", "subject")], None),
        ("新建平台。(牵头单位:科技局,配合单位:财政局)", [("科技局", "lead"), ("财政局", "support")], None),
        ("县财政局要在三季度拨付资金。", [("县财政局", "subject")], "2024-09-30"),
    ],
)  # fmt: skip
def test_units_and_days(text, units, day):
    assert tasks(text) == [(units, day)]


def test_a_task_with_its_units_on_labelled_lines():
    text = "园区行动方案\n一、加快建设。\n牵头单位:县发改局\n配合单位:县住建局\n完成时限:2024年10月底\n"
    assert tasks(text) == [([("县发改局", "lead"), ("县住建局", "support")], "2024-10-31")]


def test_a_table_of_tasks_with_a_bare_month_and_a_section():
    text = (
        "云川县2024年重点工作清单\n序号\t工作事项\t牵头单位\t责任科室\t完成时间\n一\t建设\t\t\t\n"
        "1\t园区路网\t县住建局\t规划科、东山镇\t9月\n2\t签约\t县商务局\t招商科\t全年\n"
    )
    assert tasks(text) == [
        ([("县住建局", "lead"), ("规划科", "subject"), ("东山镇", "subject")], "2024-09-30"),
        ([("县商务局", "lead"), ("招商科", "subject")], "2024-12-31"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "对照任务清单落实主体责任单位,明确完成时限,营造美观的环境。",
        "会上,市发改委、市资规局分别通报了有关情况。",
        "市统计局公布了上半年数据。",
        "要加强组织领导,营造良好氛围。",
    ],
)
def test_these_are_no_tasks(text):
    assert tasks(text) == []


def test_soon_is_a_deadline_without_a_day():
    (one,) = read_text("县交通局要尽快开通通勤专线。", DAY).directives
    assert (one.deadline_text, one.deadline, one.level) == ("尽快", None, "specific")


def test_recurrence_and_targets():
    (one,) = read_text("县人社局要每月举办招聘会不少于2场。", DAY).directives
    assert one.recurrence == "每月"
    assert [(t["value"], t["unit"]) for t in one.targets] == [(2.0, "场")]


def test_the_speaker_is_named_with_the_office():
    text = "市委书记韩承远主持会议。韩承远强调,市商务局要牵头组织招商活动。"
    (one,) = read_text(text, DAY).directives
    assert one.issuer == "韩承远(市委书记)"


def test_a_table_of_tasks():
    text = "任务分解表\n序号\t工作任务\t牵头单位\t配合单位\t完成时限\n1\t修编规划\t县自然资源局\t县发改局\t2024年6月底\n"
    (one,) = read_text(text, DAY).directives
    assert [(u.name, u.role) for u in one.responsible] == [
        ("县自然资源局", "lead"),
        ("县发改局", "support"),
    ]
    assert one.deadline == dt.date(2024, 6, 30)


TEXT = "请大家把台账送到县工信局,越快越好。"


def answer(items):
    return {"choices": [{"message": {"content": f"好的:{json.dumps(items, ensure_ascii=False)}"}}]}


def test_a_model_adds_only_what_stands_in_the_text():
    said = [
        {"quote": TEXT, "action": "送台账", "units": ["县工信局"]},
        {"quote": "县财政局要拨付一百万元。", "action": "拨款", "units": ["县财政局"]},
        {"quote": "把台账送到县工信局", "action": "送", "units": ["县发改局"]},
        "nonsense",
    ]
    reading = assisted(read_text(TEXT, DAY), TEXT, lambda body: answer(said))
    added = [one for one in reading.directives if one.marked == "model"]
    assert [one.action for one in added] == ["送台账"]
    assert added[0].as_json()["source"] == "model"
    assert TEXT[slice(*added[0].span)] == TEXT


@pytest.mark.parametrize(
    "said", [{}, {"choices": []}, {"choices": [{"message": {"content": "[{"}}]}]
)
def test_a_model_that_answers_nonsense_changes_nothing(said):
    before = read_text(TEXT, DAY).as_json()
    assert assisted(read_text(TEXT, DAY), TEXT, lambda body: said).as_json() == before
