"""A draft that was sent round, and two study visits, in the demonstration city. All invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from yuanheng.accounts.api import OrgKind
from yuanheng.accounts.models import OrgUnit, User
from yuanheng.consultation.api import (
    add_draft,
    add_edition,
    add_points,
    add_study_visit,
    ask_for_comments,
    decide_comments,
    first_paragraphs,
    leave_point,
    save_comments,
    take_up_point,
)
from yuanheng.demo.consultation import speaker_of
from yuanheng.demo.tasks import days_ago
from yuanheng.kernel import clock
from yuanheng.kernel.flow import perform

_DRAFT = """关于推进园区“二次创业”高质量发展的若干意见（征求意见稿）
为推动全市园区高质量发展，结合实际，提出如下意见。
一、总体要求
到2028年，全市园区技工贸总收入达到五千亿元，亩均税收年均增长百分之八。
培育百亿级产业集群五个、国家级孵化器三家。
二、提升承载能力
三年内盘活存量用地一万亩，优先用于主导产业项目。
新建标准厂房二百万平方米，由平台公司统一建设运营。
园区污水集中处理率达到百分之百。
三、做强主导产业
每个园区确定一至两个主导产业，建立产业链链长制。
新引进亿元以上项目每年不少于一百个。
对投资十亿元以上项目实行一事一议。
四、优化营商环境
推行全程帮办代办，工业项目拿地即开工。
涉企检查实行计划管理，每月集中一次。
企业数据一表同享，同一数据不重复填报。
五、改革体制机制
园区管委会内设机构不超过八个。
推行“管委会＋公司”运营模式，剥离社会事务。
实行全员聘任和绩效薪酬，工资总额单列。
六、强化要素保障
市财政每年安排园区发展专项资金一亿元。
设立园区产业基金，首期规模十亿元。
七、优化考核导向
国家级园区和省级园区分类考核、分别排名。
考核结果与用地指标、干部使用挂钩。
本意见自印发之日起施行，有效期三年。"""
_REVISED = (
    ("年均增长百分之八", "年均增长百分之七"),
    ("盘活存量用地一万亩", "盘活存量用地一万二千亩"),
    ("涉企检查实行计划管理，每月集中一次。", "涉企检查实行计划管理，同一企业每季度不超过一次。"),
    ("专项资金一亿元", "专项资金两亿元，列入年度预算"),
    ("工资总额单列。\n", "工资总额单列。\n建立园区干部市县双向交流机制。\n"),
    ("培育百亿级产业集群五个、国家级孵化器三家。\n", ""),
)
# (paragraph, comment): what units say in turn
_SAY = (
    (4, "亩均税收增速目标偏高，建议改为百分之七。"),
    (7, "盘活用地建议明确到各县（市、区），并增加到一万二千亩。"),
    (8, "标准厂房二百万平方米建设资金压力较大，建议分三年实施。"),
    (12, "“每年不少于一百个”建议按园区分解，避免重复统计。"),
    (16, "每月集中检查一次仍偏多，建议同一企业每季度不超过一次。"),
    (19, "内设机构数量建议按园区等级区别确定。"),
    (23, "专项资金建议增加到两亿元并列入年度预算。"),
    (26, "建议把研发投入纳入分类考核指标。"),
)
_DECIDED = {
    4: ("adopted", ""), 7: ("partly", "总量采纳；分解到县在实施方案中明确"), 16: ("adopted", ""),
    8: ("not", "建设任务已列入市“十四五”规划，进度由平台公司统筹"), 23: ("adopted", ""),
    19: ("not", "机构限额由编制部门统一核定，本意见不作区分"), 12: ("partly", "统计口径另行发文"),
}  # fmt: skip
_VISITS = (
    ("赴江北市学习考察园区项目建设", "江北市", 48, 2, "市委书记 李明（示例）",
     "市党政代表团，各县（市、区）、园区主要负责人", "江北经开区、江北高新区、临港产业园", (
         "重大项目挂图作战，每周会商一次 | 江北经开区 | 建立市级重大项目挂图作战机制",
         "标准厂房先租后让，企业达产后再转让 | 江北高新区 | 在云泽经开区试行标准厂房先租后让",
         "亩均税收低的地块有偿退出 | 临港产业园 | 制定低效用地有偿退出办法",
         "园区全员聘任、末位调整 | 江北高新区 | 结合机构改革研究",
     )),
    ("赴海州县学习考察营商环境", "海州县", 20, 1, "副市长 陈远（示例）",
     "市园区办、市商务局、市住建局", "海州县政务服务中心、海州工业园", (
         "工业项目拿地即开工，并联审批 | 海州县政务服务中心 | 推行工业项目拿地即开工",
         "园区企业服务专员一对一 | 海州工业园 | 各园区配备企业服务专员",
         "企业数据一次填报、部门共享 | 海州工业园 | 扩大一表同享范围",
     )),
)  # fmt: skip


def load_draft(admin: Any) -> None:
    """Sent to the counties and bureaus; commented on, partly decided, revised once."""
    officer = User.objects.get(username="supervisor")
    units = OrgUnit.objects.without_tree_fields().filter(kind__in=[OrgKind.COUNTY, OrgKind.BUREAU])
    with days_ago(20):
        draft = add_draft(
            acting_user=officer,
            values={
                "title": "关于推进园区“二次创业”高质量发展的若干意见（示例）",
                "asked_on": clock.today(), "owner_id": officer.org_unit_id,
                "background": "根据各单位对十道思考题的答复起草，请研究提出修改意见。",
            },
        )  # fmt: skip
        add_edition(acting_user=officer, draft=draft, text=_DRAFT)
        sheets = ask_for_comments(
            acting_user=officer, draft=draft, org_unit_ids=list(units.values_list("pk", flat=True))
        )
    keys = {int(one.number): one.pk for one in first_paragraphs(draft)}
    with days_ago(12):
        for at, one in enumerate(sheets[:-2]):
            _comment(speaker_of(one.unit, admin), one, at, keys)
    with days_ago(4):
        _decide(officer, draft, sheets)
    text = _DRAFT
    for old, new in _REVISED:
        text = text.replace(old, new)
    add_edition(acting_user=officer, draft=draft, text=text)


def _comment(user: Any, sheet: Any, at: int, keys: dict[int, int]) -> None:
    if at % 5 == 3:  # now and then a unit has nothing to say
        perform(acting_user=user, case=sheet, action="no_comment")
        return
    said = [_SAY[(at * 3 + step) % len(_SAY)] for step in range(1 + at % 3)]
    words: dict[int | None, str] = {keys[number]: text for number, text in said}
    save_comments(acting_user=user, sheet=sheet, words=words)
    perform(acting_user=user, case=type(sheet).objects.get(pk=sheet.pk), action="comment")


def _decide(officer: Any, draft: Any, sheets: list[Any]) -> None:
    chosen: dict[int, tuple[str, str]] = {}
    for one in sheets:
        for comment in one.comments.select_related("paragraph"):
            decided = _DECIDED.get(int(comment.paragraph.number))
            if decided:
                chosen[comment.pk] = decided
    decide_comments(acting_user=officer, draft=draft, decisions=chosen)
    for one in draft.sheets.filter(state="commented").exclude(comments__decision="")[:5]:
        perform(acting_user=officer, case=one, action="settle")


def load_study_visits() -> None:
    """Who went where, what was learned, what became of it."""
    officer = User.objects.get(username="supervisor")
    for title, place, ago, days, leader, people, hosts, points in _VISITS:
        began = clock.today() - timedelta(days=ago)
        visit = add_study_visit(
            acting_user=officer,
            values={
                "title": f"{title}（示例）", "place": place, "hosts": hosts, "began_on": began,
                "ended_on": began + timedelta(days=days - 1), "led_by": leader, "people": people,
                "summary": f"实地考察{hosts}，并与当地有关部门座谈交流。",
                "owner_id": officer.org_unit_id,
            },
        )  # fmt: skip
        made = add_points(
            acting_user=officer, visit=visit,
            text="\n".join(f"{at}. {one}" for at, one in enumerate(points, 1)),
        )  # fmt: skip
        for one in made[:2]:
            take_up_point(acting_user=officer, point=one)
        if len(made) > 3:
            reason = "涉及人事制度改革，待上级政策明确"
            leave_point(acting_user=officer, point=made[3], reason=reason)
