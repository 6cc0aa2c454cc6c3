"""Ten questions for thought put to the units of the demonstration city, after what a city's
leader asked in public in 2020; the words, the units and all answers are invented."""

from __future__ import annotations

from typing import Any

from yuanheng.accounts.api import OrgKind
from yuanheng.accounts.models import OrgUnit, User
from yuanheng.consultation.api import (
    add_consultation,
    answers_of,
    ask_units,
    has_consultations,
    make_task,
    mark_answer,
    save_answers,
    set_questions,
)
from yuanheng.demo.tasks import days_ago
from yuanheng.kernel import clock
from yuanheng.kernel.flow import perform

_TITLE = "园区“二次创业”十道思考题（示例）"
# (question, three ways in which units answer it; {n} is a figure of the unit)
_TEN = (
    ("怎样进一步凝聚发展共识？", (
        "园区上下对差距认识不足，建议每季度通报{n}项主要指标，把位次摆到桌面上。",
        "建议由园区办牵头，组织{n}场对标讨论，形成园区定位的一致意见。",
        "干部队伍换岗频繁，建议把园区三年目标印发到每个科室，年底逐项对账。",
    )),
    ("怎样更新发展理念？", (
        "从拼政策转到拼服务、拼产业链，建议试点{n}条链的整链招商。",
        "树立亩均效益导向，新上项目亩均税收不低于{n}万元。",
        "建议建立项目退出机制，对连续两年不达标的{n}个地块先行处置。",
    )),
    ("怎样提升园区承载能力？", (
        "盘活存量用地{n}0亩，建设标准厂房，解决中小项目落地难。",
        "园区主干道和雨污分流尚有{n}公里缺口，建议列入明年城建计划。",
        "供热、供气能力不足，建议年内完成扩容论证，分{n}期实施。",
    )),
    ("怎样形成产业特色？", (
        "每个园区只保留一至两个主导产业，近{n}年不再引进无关项目。",
        "围绕龙头企业引进配套企业{n}家，建设专业园中园。",
        "建议市里统一编制产业图谱，避免各园区同质竞争。",
    )),
    ("怎样促进产城融合？", (
        "园区职工{n}百余人通勤不便，建议开通专线公交、增建人才公寓。",
        "把学校、医院规划到园区周边，近期先解决{n}处配套。",
        "建议将园区纳入城市更新范围，生产区与生活区统一规划。",
    )),
    ("怎样提高竞争力和吸引力？", (
        "设立园区产业基金，首期规模{n}亿元，跟投重点项目。",
        "建议梳理{n}条可兑现的政策，公开兑现时限。",
        "与高校共建中试平台，每年转化成果{n}项。",
    )),
    ("怎样营造良好营商环境？", (
        "推行全程帮办代办，审批时限再压缩{n}个工作日。",
        "多头检查较多，建议每月集中检查一次，无事不扰。",
        "企业同一数据一年填报{n}次，建议一表同享、只报一次。",
    )),
    ("怎样改革体制机制？", (
        "剥离园区社会事务，管委会内设机构精简到{n}个。",
        "推行“管委会＋公司”，平台公司市场化运营标准厂房和物业。",
        "建议实行全员聘任、绩效薪酬，拉开差距不低于{n}倍。",
    )),
    ("怎样优化考核导向？", (
        "考核指标过多，建议由现在的几十项减到{n}项以内。",
        "分类考核，国家级和省级园区不放在一起排名。",
        "加大亩均税收和研发投入的权重，合计不低于{n}0分。",
    )),
    ("怎样明确目标定位？", (
        "三年内在全省园区中的位次前移{n}位。",
        "确立{n}百亿级产业目标，按年度分解到项目。",
        "建议编制园区“二次创业”行动方案，倒排工期。",
    )),
)  # fmt: skip
_WHY = ("结合本单位实际，我们认为：", "经班子研究，提出如下意见：", "对照先进地区，")
_LATE, _SENT_BACK = 5, 3  # units that have not answered, and that have to mend
_ADOPTED = ((2, 0), (2, 4), (6, 1), (6, 7), (8, 2), (8, 9))  # (question, unit) in the list
_REMARKS = ("纳入园区高质量发展意见", "请园区办研究细化", "列入明年工作要点")


def load_consultation(admin: Any) -> int:
    """The questions, the units' answers, what is adopted; how many units were asked."""
    officer = User.objects.filter(username="supervisor").first()
    if officer is None or has_consultations():
        return 0
    kinds = [OrgKind.COUNTY, OrgKind.BUREAU, OrgKind.COMMITTEE]
    units = OrgUnit.objects.without_tree_fields().filter(kind__in=kinds).order_by("code")
    with days_ago(16):
        whole = add_consultation(
            acting_user=officer,
            values={
                "title": _TITLE, "said_by": "市委书记 李明（示例）", "asked_on": clock.today(),
                "background": "外出学习考察后座谈时提出，请各单位结合实际深入思考、逐题作答。",
                "owner_id": officer.org_unit_id,
            },
        )  # fmt: skip
        numbered = "\n".join(f"{at}. {asked}" for at, (asked, _ways) in enumerate(_TEN, 1))
        set_questions(acting_user=officer, consultation=whole, text=numbered)
        replies = ask_units(
            acting_user=officer, consultation=whole,
            org_unit_ids=list(units.values_list("pk", flat=True)),
        )  # fmt: skip
    with days_ago(6):
        for at, one in enumerate(replies[:-_LATE]):
            _answer(speaker_of(one.unit, admin), one, at)
    with days_ago(3):
        _handle(officer, replies[:-_LATE])
    for question, unit in _ADOPTED:
        answer = answers_of(replies[unit])[question]
        note = _REMARKS[(question + unit) % len(_REMARKS)]
        mark_answer(acting_user=officer, answer=answer, mark="adopt", note=note)
    for question, unit in _ADOPTED[::2]:
        make_task(acting_user=officer, answer=answers_of(replies[unit])[question])
    return len(replies)


def speaker_of(unit: Any, admin: Any) -> Any:
    """Somebody of the unit itself; the administrator for a unit without people."""
    return User.objects.filter(org_unit=unit, is_active=True).first() or admin


def _answer(user: Any, reply: Any, at: int) -> None:
    words = {}
    for number, (_asked, ways) in enumerate(_TEN, 1):
        first = ways[(at + number) % 3].format(n=2 + (at * 7 + number * 3) % 8)
        second = ways[(at * 2 + number + 1) % 3].format(n=2 + (at * 5 + number) % 7)
        words[number] = _WHY[(at + number) % 3] + first + ("" if first == second else second)
    save_answers(acting_user=user, reply=reply, words=words)
    perform(acting_user=user, case=_fresh(reply), action="answer")


def _handle(officer: Any, replies: list[Any]) -> None:
    back = set(replies[-_SENT_BACK:])
    for one in replies:
        if one in back:
            perform(
                acting_user=officer, case=_fresh(one), action="send_back",
                reason="第三题请写明具体地块和时限。",
            )  # fmt: skip
        elif one.pk % 4:  # the others wait for the office
            perform(acting_user=officer, case=_fresh(one), action="accept")


def _fresh(reply: Any) -> Any:
    return type(reply).objects.get(pk=reply.pk)
