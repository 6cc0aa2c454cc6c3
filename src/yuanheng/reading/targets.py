"""Whether a number is an aim and not a result."""

from __future__ import annotations

import bisect
import functools
import re

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.periods import Mention
from yuanheng.reading.scene import Scene

_PLAN_TITLE = re.compile(r"方案|计划|规划|分解表|任务|行动|清单|措施|要点|意见")
_MUST = re.compile(
    r"(?:[局委办部会区园县市府站心院司位门队]|^|[，；：。、]|们|确保|都|也|就|，要|须)要(?!求|素|闻|点|害|道|么)|要(?:统筹|安排|新增|引进|完成|实现|达到|确保|力争|把|在)|须"
)


@functools.lru_cache(maxsize=8)
def _cues(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    aims = rf"每[年月周季][^，。]{{0,4}}(?:不少于|至少|不低于)|请(?:[\u3400-\u9fff]{{2,10}}(?:中心|局|委|办|部|公司|镇|县|区))|{lexicon.any_of('target_cues')}|(?<!完成)(?<!占)(?<!年度)目标(?!的|任务)|计划(?!总投资|的|完成)|\d日前|月底?前"
    return re.compile(aims), re.compile(lexicon.any_of("past_cues"))


def _at(mention: Mention) -> int:
    return mention.at


_FROM = re.compile(r"由(?:上年|去年|年初|原来|目前|现在)?(?:的)?$")


def is_target(scene: Scene, start: int, at: int) -> bool:
    """Decided by the last word before the number, in its sentence, that tells aim from result."""
    aims, past = _cues(scene.lexicon)
    words = scene.text[start:at]
    if _FROM.search(words):
        return False
    last_aim = max((m.start() for m in aims.finditer(words)), default=-1)
    last_past = max((m.start() for m in past.finditer(words)), default=-1)
    last_aim = max(last_aim, max((m.start() for m in _MUST.finditer(words)), default=-1))
    for mention in scene.mentions[bisect.bisect_left(scene.mentions, start, key=_at) :]:
        if mention.at >= at:
            break
        if mention.aim:
            last_aim = max(last_aim, mention.at - start)
        elif mention.period.end and mention.period.end < scene.today:
            last_past = max(last_past, mention.at - start)
    if last_aim < 0 and last_past < 0:
        title = scene.about.title or ""
        return bool(_PLAN_TITLE.search(title)) and not re.search(
            r"通报|情况|进展|结果|汇报|总结", title
        )
    return last_aim > last_past
