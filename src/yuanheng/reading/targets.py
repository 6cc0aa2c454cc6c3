"""Whether a number is an aim and not a result."""

from __future__ import annotations

import bisect
import functools
import re

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.model import Directive, Fact
from yuanheng.reading.periods import year_period
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.scene import Scene

_PLAN_TITLE = re.compile(
    r"方案|计划|规划(?!分?局|院|馆|展|和)|分解表|任务|行动|清单|措施|要点|意见"
)
_MUST = re.compile(
    r"(?:[局委办部会区园县市府站心院司位门队]|^|[，；：。、]|们|确保|都|也|就|，要|须)要(?!求|素|闻|点|害|道|么)|要(?:统筹|安排|新增|引进|完成|实现|达到|确保|力争|把|在)|须"
)


# 目标 as what is stated, not as what something is held against or what kind of firm is meant.
_GOAL = r"目标(?:任务|值|数|如下)?(?:是|为|：|—|定为|达到?|到|[，]?(?=\d))"
# 计划 as a verb, or with its number: 计划投资, 年度计划580亿元.
_PLANS = r"(?<!行动)(?<!发展)(?<!培育)(?<!工作)(?<!生产)(?<!建设)计划(?!总投资|的|完成[率情了\d]|率|数|进度|[，。；、”）])"


@functools.lru_cache(maxsize=8)
def _cues(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    aims = rf"每[年月周季][^，。]{{0,4}}(?:不少于|至少|不低于)|请(?:[\u3400-\u9fff]{{2,10}}(?:中心|局|委|办|部|公司|镇|县|区))|{lexicon.any_of('target_cues')}|{_GOAL}|{_PLANS}|需(?=完成|达到|新增|实现|投入|开工|引进)|\d日前|月底?前"
    return re.compile(aims), re.compile(lexicon.any_of("past_cues"))


# 200亿元招商任务, 增长8%左右的目标: what a number is set for stands behind it.
_SET = re.compile(
    r"(?:[、和](?:\d[\d.]*[%十百千万亿元亩个家户]*))*(?:左右|以上)?的?(?!其他)[\u3400-\u9fff]{0,8}?(?:任务|目标)(?![一二三四五六七八九十\d数])"
)
# 按照开工率达到90%、…的要求
_ASKED = re.compile(r"(?:按照|根据|对照|围绕|锚定)(?:(?!已|完成了)[^。；])*$")
_REQUIRED = re.compile(
    r"[^。；，]{0,40}?(?:[、，][^。；，]{0,30}?)?的(?:总体|工作|统一)?(?:要求|目标)"
)


def is_set_as_task(text: str, q: Quantity) -> bool:
    """Whether a number is one that a task or a requirement sets."""
    if q.unit in ("项", "个") and text.startswith(("任务", "目标", "重点任务"), q.stop):
        return False
    if _SET.match(text, q.stop):
        return True
    start = max(text.rfind("。", 0, q.start), text.rfind("\n", 0, q.start), q.start - 120) + 1
    words = text[start : q.start]
    if not any(word in words for word in ("按照", "根据", "对照", "围绕", "锚定")):
        return False
    return bool(_REQUIRED.match(text, q.stop) and _ASKED.search(words))


# What is there already when the task is given: 剩余12宗, 负责的8个项目, 对排查出的86处隐患.
_THERE = re.compile(
    r"(?:剩余|办理|现有|已有|尚有|仍有|未[\u3400-\u9fff]{0,6}|的|由|从|加快|上述|这|将|把|已[\u3400-\u9fff]{0,6}|共|停[建产][\u3400-\u9fff]{0,4}|比|较)$"
)


_OPENS = re.compile(r"力争|确保|争取|预期|目标|任务|务必|新的一年")
# 完成考核目标45个的88.9%: an aim that was met is told of.
_FULFILLED = re.compile(
    r"(?:完成|达到|占|为(?=年度|全年)|高于|低于|快于|慢于|超过?|落后于?|欠|比|较)[^，。；]{0,14}$"
)
_GOVERNS = re.compile(
    r"(?:力争|确保|争取|预期|拟|计划(?!投资)|务必|目标是|目标为|要)[^，。；]{0,3}$"
)
# 把路两侧的320亩净地交出来: what is to be handed over is an aim.
_HANDED = re.compile(r"把[^，。；]{1,14}的$")
_REACH = re.compile(r"(?:实现|达到|提高到|提升到|提高至|提升至|不低于)[^，。；]{0,3}$")
# A table's column of how far the tasks are.
_ADVANCE = re.compile(r"(?:当前|目前|项目|工作|实施)?(?:进度|进展|完成率|完成比例)(?:情况)?")
_STANDS = re.compile(r"剩余|未|现有|在建|续建|停[产建]|已")


def set_aims(scene: Scene, facts: list[Fact], directives: list[Directive]) -> None:
    """A level inside a task is what the task shall reach, unless the words say it is there."""
    places = [fact.span[0] for fact in facts]
    text, starts = scene.text, scene.mapped.starts
    for directive in directives:
        a, b = directive.span
        for fact in facts[bisect.bisect_left(places, a) : bisect.bisect_left(places, b)]:
            at = bisect.bisect_left(starts, fact.span[0])
            if (
                fact.measure != "level"
                or fact.comparison
                or (
                    _THERE.search(text, max(0, at - 8), at)
                    and not _HANDED.search(text, max(0, at - 20), at)
                )
            ):
                continue
            if (
                _STANDS.match(fact.raw)
                or _ADVANCE.fullmatch(fact.raw)
                or _OBJECT.search(text, max(0, at - 16), at)
            ):
                continue
            shared = fact.unit_canonical == "%" and not directive.deadline
            if shared and not _REACH.search(text, max(0, at - 8), at):
                continue
            fact.measure = "target"
            if fact.basis == "document_date":
                day = directive.deadline or scene.today
                year = year_period(day.year)
                fact.period, fact.period_start, fact.period_end = year.label, year.start, year.end
            directive.targets.append(
                {"indicator": fact.indicator, "value": fact.value, "unit": fact.unit}
            )


# 补助100元, 奖励50万元: what is granted holds while the measure does.
_GRANT = re.compile(r"(?:补助|补贴|奖励|奖补|资助|减征|减免|贴息)(?!资金|政策|办法)")
# 该项目占地260亩,计划投资18.6亿元: the size of a project, unless a year is named.
_GOALS = re.compile(r"目标|任务|要求|做到|达到|实现|：$")
# 把57家企业的原因搞清楚: what a task is done to is there already.
_OBJECT = re.compile(r"(?:把|将)(?:今年|上述|这|以上|现有|剩余|全部)?$")
_SIZED = re.compile(r"(?<!年度)(?<!年)(?<!内)(?<!季度)(?<!月)计划总?投资(?:总?额)?[约近达为]*$")
# 计划投资44.62亿元,完成投资23.02亿元: what was planned says nothing of what was done.
_PLANNED = re.compile(r"计划总?投资(?:总?额)?[^，。；]*\d")
# 计划投产项目17宗: of which kind they are, unless a year is planned.
_NAMED = re.compile(r"(?:新)?(?:开工|投产|竣工|续建|建成|新开)(?:的)?项目")
_YEAR = re.compile(r"(?:今年|明年|全年|年内|年度|\d年)[^，。；]{0,4}$")
# 年度投资计划236亿元,完成投资88亿元: what was planned, and what was done.
_CARRIED_OUT = re.compile(r"(?:投资计划|计划投资)[^，。；]*\d[^，。；]*，(?:已|累计|实际)?完成")
_REVIEWED = re.compile(r"完成[^。；]{0,40}(?:目标任务|任务目标|各项任务)[。，；]?\s*$")
_FROM = re.compile(r"由(?:上年|去年|年初|原来|目前|现在)?(?:的)?$")


def is_target(scene: Scene, start: int, at: int) -> bool:
    """Whether words or the kind of document make a number an aim."""
    return bool(aim_of(scene, start, at))


def aim_of(scene: Scene, start: int, at: int) -> str:
    """``said`` where words make a number an aim, ``assumed`` where nothing but the title does.

    Decided by the last word before the number, in its sentence, that tells aim from result.

    A semicolon ends what 计划 or a day to come says; what a list of aims opens with goes on.
    """
    aims, past = _cues(scene.lexicon)
    part = max(start, scene.text.rfind("；", start, at) + 1)
    words = scene.text[start:at]
    if (
        _GRANT.search(scene.text, part, at + 12)
        or _FROM.search(words)
        or _SIZED.search(words)
        or (_OBJECT.search(words) and not _HANDED.search(words))
    ):
        return ""
    asked = [
        m.start()
        for m in aims.finditer(words)
        if (start + m.start() >= part or _OPENS.match(m[0]))
        and not _FULFILLED.search(words, 0, m.start())
        and not _PLANNED.match(words, m.start())
        and not (m[0] == "预计" and _is_over(scene, start, start + m.start()))
        and not (
            m[0] == "计划"
            and _NAMED.match(words, m.end())
            and not _YEAR.search(words, 0, m.start())
        )
    ]
    opened = min(asked, default=at)
    # 我要泼点冷水:全市…: what is asked ends at a colon, unless it announces aims.
    colon = words.rfind("：")
    reach = max(
        part - start, colon + 1 if colon >= 0 and not _GOALS.search(words, 0, colon) else 0
    )
    asked += [m.start() for m in _MUST.finditer(words, reach)]
    # 力争全年实现: the word of the aim governs the one of the result; so does it 同比增长10%.
    told = [
        m.start()
        for m in past.finditer(words)
        if not _GOVERNS.search(words, 0, m.start())
        and not (m[0] == "同比" and opened < m.start() and _OPENS.match(words, opened))
    ]
    told += [m.end() for m in _CARRIED_OUT.finditer(words)]
    first = bisect.bisect_left(scene.mention_starts, start)
    last = bisect.bisect_left(scene.mention_starts, at)
    for mention in scene.mentions[first:last]:
        if mention.aim and mention.at >= part:
            asked.append(mention.at - start)
        elif not mention.aim and mention.period.end and mention.period.end < scene.today:
            told.append(mention.at - start)
    last_aim, last_past = max(asked, default=-1), max(told, default=-1)
    if last_aim < 0 and last_past < 0:
        section = scene.section(at)
        return "said" if section == "aims" else "assumed" if not section and _plans(scene) else ""
    return "said" if last_aim > last_past else ""


def _is_over(scene: Scene, start: int, at: int) -> bool:
    """完成了确定的目标任务。预计实现地区生产总值391亿元: an estimate of a year that is over."""
    if _REVIEWED.search(scene.text, max(0, start - 60), at):
        return True
    first = bisect.bisect_left(scene.mention_starts, start)
    last = bisect.bisect_left(scene.mention_starts, at)
    ends = [one.period.end for one in scene.mentions[first:last] if not one.aim]
    return bool(ends and ends[-1] and ends[-1] < scene.today)


def _plans(scene: Scene) -> bool:
    """Whether the title is that of a plan."""
    title = scene.about.title or ""
    plan = _PLAN_TITLE.search(title) and not re.search(r"通报|情况|进展|结果|汇报|总结", title)
    return bool(plan)
