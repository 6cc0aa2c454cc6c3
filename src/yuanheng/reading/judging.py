"""Whether a part of a sentence is a task, and what it asks: unit, day, aims, level."""

from __future__ import annotations

import bisect
import datetime as dt
import functools
import re
from dataclasses import dataclass, field

from yuanheng.reading.deadlines import Deadline, deadlines, recurrence_in, vague_deadline
from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.model import Directive, Fact, Responsible
from yuanheng.reading.scene import Scene

_PAST = re.compile(
    r"(?:开展|组织|召开|公布|进行|完成|实现|[作做]出?|通报|印发|发布|成立|收到|提出|得到|取得|出台|建立|介绍|解读|形成)了|已经?(?!签约|列入)|现(?:答复|函复|批复|予公布)|获评|(?<!新)获批|位列|位居"
)
_GOAL = re.compile(
    r"(?:总体|主要|预期|发展|工作)(?:预期)?目标|^\s*[（(]?[一二三四五六七八九十]+[）)、.][^，。]{0,20}目标"
)
_MUST = r"要(?<![主重需只纪摘紧概首一]要)(?!求|素|闻|点|害|道|么|件|塞|事|务|领|目|旨)"
_OWN = re.compile(
    r"(?:^|[，。；：、\n“])(?:要|须|务必|务于|务请|必须|请|力争|争取|确保|加快|限)|" + _MUST
)
_WE = re.compile(r"(?:下一步，?|接下来，?)?我们")
_SINCE = re.compile(
    r"(?:今年|去年|近年|\d月份?|\d年)(?:以)?来[，，]|成效(?:明显|显著|初显)|取得[^，。]{0,8}成效"
)
# 10月19日,某市召开…会议: what was held, and on which day.
_HELD = re.compile(
    r"(?:召开|举行|举办|开幕|召集)[^。；]{0,40}?(?:会|会议|仪式|活动|论坛|推介会)(?=[，。；、）]|$)"
    r"|^\s*(?:会上|会前|会议期间|座谈会上|调研中|活动现场)，|(?:牵头|负责|会同[^，。；]{2,20})(?:完成|组织|开展|举办|制定|出台|编制)了"
    r"|^\s*(?:本报讯|本网讯)|^[^，。]{0,30}(?:近日|日前|\d{1,2}日(?:上午|下午|晚)?)[，,][^，。；]{2,24}(?:主持|赴|到|深入|率|来到|走进|调研|会见|出席)"
)


# 县委书记带领相关部门负责人调研…: who went where.
_WENT = re.compile(
    r"(?:带领|率领|率队|陪同|随同)[^，。；]{0,24}(?:现场办公|调研|察看|查看|走访|检查|督导|考察|视察|慰问|赴|深入|来到|走进)(?![^，。；]*(?:要求|强调|指出))"
)
# 成立督查组,对…进行了现场督查: what was done.
_CHECKED = re.compile(
    r"(?:已|进行了)(?:对[^，。；]{0,20})?(?:进行)?(?:现场|专项|跟踪|实地|全面|逐一|集中)*(?:督查|检查|督导|调研|走访|考核|核查|评价|抽查|暗访|座谈)(?=[，。；]|$)"
)
# Words that command by themselves, wherever they stand.
_STRONG = re.compile(
    r"会议(?:明确|决定|要求|议定|同意)|须|务必|应当|力争|确保|不得|严禁|限期|责成|要求(?=[\u3400-\u9fff])|(?:^|[，；：。])请|抓紧|尽快|立即"
)
# 9月24日,县长带领…: a day that was, at the head; 9月24日前 is a day to come.
# 6月底前 and 一周内 say until when; 今年 and 全年 only in which year.
_STAGED = re.compile(
    r"[ \t]*(?:第?[一二三四1-4]季度|[上下]半年|\d{1,2}月(?:底|底前)?|年底(?:前)?)："
)
# 2023年政府工作报告重点工作责任分解, 2025年重点工作及责任清单
_BREAKDOWN = re.compile(
    r"(20\d\d)年(?!.*(?:—|-|至|～)20\d\d年)[^，。]{0,40}?(?:任务|责任|工作|目标|事项|实事|项目)[^，。]{0,14}?(?:分解|责任分工|分工(?!方案)|责任清单|任务清单|目标任务|进度表)"
)
# 某区全面完成…处置任务: news of what was done.
_NEWS = re.compile(r"(?:全面|超额|提前|圆满|顺利)完成|召开|调研|举行|揭晓|超\d|获评|开工建设")
_PAPER = re.compile(
    r"(?:[一二三四五六七八九十]、|[（(][一二三四五六七八九十][)）])\s*(?:工作要求|实施步骤|整治步骤|方法步骤|工作措施|保障措施|组织领导|加强领导|任务分工|责任分工|整改措施|工作安排)"
)
_REPORTED_BY = re.compile(r"记者|本报讯|通讯员|报道")
_BY = re.compile(r"(?:最迟|务|请|应)于?$")
_IN_YEAR = re.compile(r"今年|本年度?|全年|20\d\d年")
_FROM_TO = re.compile(r"\d\s?日?\s?[至—到-]")
_DUE = re.compile(r"[前内底止末]$|\d日")
# 于5月23日下发了通知: what was done, though a day is named.
_DONE = re.compile(r"(?:下发|转发|印发|召开|出台|起草|拟定|拟订|上报|启动|报送|签订)了")
_STILL = re.compile(_MUST + r"|须|务必|确保|力争|请")
_REPORTED = re.compile(r"目前，|已完成|完成了|正在|全面完工|进入尾声")
_SET = re.compile(r"确保|务必|力争|须")
_ON_DAY = re.compile(
    r"\s*(?:本报讯[^，。]{0,16}|[^，。]{0,8}讯[^，。]{0,16})?(?:\d{4}年)?(?:\d{1,2}月\d{1,2}[日号]|\d{1,2}[日号]|\d{1,2}月[上中下]旬|近日|日前|昨日|今日|连日来|近期)"
    r"(?:[至到—-]+[\d月]*\d+日)?(?:[上下]午|晚|起)?(?![前内止之以底])"
)
_ALREADY = re.compile(
    r"(?:以来|期间|来)，|高度重视，|(?:开展|推进|实施|落实|完成)情况|成效|态势|平稳|扎实推进，|的领导下|均能|不及时|未按要求|进展缓慢(?!的)"
)
# 市某局负责人表示,将加大支持: a pledge, not a task.
_PLEDGED = re.compile(r"(?:表示|介绍|认为|承诺)(?:，|：)[^。；]{0,40}将")
# A line of its own without a stop is a title: 安溪市建设制造强市三年行动计划（2023—2025年）.
_TITLE = re.compile(
    r"\s*[^，。；：！？、\n]{4,44}(?:计划|方案|通知|意见|办法|规划|纲要|报告|通报|要点|讲话|纪要|措施|细则|清单|分工|通知！|[）)])[！？]?\s*"
)


# 市财政局配合，12月底前…: who helps is told beside the task.
_HELPED = re.compile(r"^[^，,。；]{2,40}?(?:配合|协助|协办|会办|参与)[，,](?=\S{4})")
# Labelled lines below a task (责任单位:…) are told beside it.
_LABELS = re.compile(
    r"(?:[（(][一二三四五六七八九十][）)])?(?:责任|牵头|配合|主办|协办|办理|完成)(?:领导|单位|部门|时限|时间)[：:]"
)
# 汇报材料: a paper that is asked for, and no report.
_PAPERS = re.compile(r"汇报(?:材料|提纲|稿)")
_PAPER_TITLE = re.compile(r"[^。]{2,30}关于(?:印发)?[^。]{4,80}的(?:通知|函|意见|报告|通报|批复)")


@dataclass(slots=True)
class Segment:
    """A part of a sentence that holds one task."""

    at: int
    stop: int
    units: list[Responsible] = field(default_factory=list)
    action_at: int = 0
    told: bool = False
    listed: bool = False
    due: Deadline | None = None


@functools.lru_cache(maxsize=8)
def word_patterns(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    return {
        "speaking": re.compile(
            rf"(?P<who>[\u3400-\u9fff]{{2,16}}?)(?:{lexicon.any_of('speaking')})(?:：|，|“|道)"
        ),
        "said": re.compile(rf"{lexicon.any_of('speaking')}(?:：|，|“|道)"),
        "reporting": re.compile(lexicon.any_of("reporting")),
        "imperative": re.compile(rf"{_MUST}|{lexicon.any_of('imperatives')}"),
        "deliverable": re.compile(lexicon.any_of("deliverables")),
        "title": re.compile(lexicon.any_of("directive_titles")),
        "modal": re.compile(rf"^(?:{lexicon.any_of('modals')}|，)+"),
    }


class Judge:
    """Tells tasks from reports; ``facts`` give the numbers that tasks aim at."""

    def __init__(self, scene: Scene, facts: list[Fact]) -> None:
        self.scene, self.text, self.lexicon = scene, scene.text, scene.lexicon
        self.words = word_patterns(scene.lexicon)
        self.facts = facts
        self.starts = [fact.span[0] for fact in facts]
        title = scene.about.title or ""
        self.is_order = bool(self.words["title"].search(title)) and not _NEWS.search(title)
        if not title:
            # A piece of a paper without its head: its headings tell that it orders.
            self.is_order = bool(_PAPER.search(self.text)) and not _REPORTED_BY.search(self.text)
        self.annual = annual_deadline(title)
        self.issuer: str | None = None
        self.speaks = False
        self.days = scene.days
        self.in_goals = False

    def directive(self, segment: Segment) -> Directive | None:
        words = self.text[segment.at : segment.stop]
        units = segment.units
        own = bool(_OWN.search(words))
        told = segment.told or self.words["imperative"].search(words) or own
        when = self.days_in(segment) or self._stage_days(segment)
        if self._is_report(words, units, bool(told), bool(when)):
            return None
        strong = own or bool(_STRONG.search(words))
        due = any(_DUE.search(day.text) and not self._is_over(day, words) for day in when)
        due = due and not (_REPORTED.search(words) and not strong)
        if not (strong or due or segment.listed) and self._is_told(words, segment):
            return None
        targets = self._targets(segment)
        planned = self.is_order or self.scene.section(segment.at) == "aims"
        if not units and not self._stands(words, when, targets, own=bool(own), planned=planned):
            return None
        if units and units[0].name == "我们" and not (targets and when and _WE.match(words)):
            return None
        firm = bool(recurrence_in(words, self.lexicon)) or any(
            re.search(r"[前内底止]$", day.text) for day in when
        )
        if units and not (told or firm) and self._tells_figures(segment):
            return None
        if units and not (
            told
            or when
            or recurrence_in(words, self.lexicon)
            or self.is_order
            or self.speaks
            or segment.told
        ):
            return None
        deadline = (
            self._due(when)
            if when
            else vague_deadline(self.text, segment.at, segment.stop, self.lexicon)
        )
        if deadline is None and segment.listed and not recurrence_in(words, self.lexicon):
            deadline = segment.due or self.annual
        at, stop = self._edges(segment)
        return Directive(
            self._action(segment), self.issuer, _unique(units),
            deadline.text if deadline else None, deadline.day if deadline else None,
            targets, recurrence_in(words, self.lexicon),
            self._level(units, deadline, targets, words), self.scene.mapped.span(at, stop),
        )  # fmt: skip

    def _is_over(self, day: Deadline, words: str) -> bool:
        """4月3日至6日…开展了督查, or in a paper of these days: when something was done."""
        now = self.scene.today + dt.timedelta(days=1)
        was = _PAST.search(words) or (day.day and day.day <= now)
        return bool(_FROM_TO.search(day.text) and was)

    def _is_report(self, words: str, units: list[Responsible], told: bool, timed: bool) -> bool:
        """Whether the words tell of what was, or of who came."""
        asked = re.search(_MUST + r"|须|务必|力争|前", words) or recurrence_in(words, self.lexicon)
        if self.words["reporting"].search(_PAPERS.sub("", words)) and not asked:
            return True
        if _HELD.search(words) and not re.search(
            r"要(?!求|闻|点|素)|须|务必|力争|确保|底前|日前", words
        ):
            return True
        if _DONE.search(words) and not _STILL.search(words):
            return True
        if _WENT.search(words) or _CHECKED.search(words):
            return True
        if _SINCE.search(words) and not re.search(_MUST + r"|须|务必", words):
            return True
        return bool(_PAST.search(words)) and not (told or timed)

    def _is_told(self, words: str, segment: Segment) -> bool:
        """Whether words that command nothing and name no day to come tell of what was or will be,
        whoever led it: 由某办牵头,抽调18人对…进行了督查; 某局表示,将加大支持."""
        return bool(
            _PAST.search(words)
            or _ON_DAY.match(words)
            or _ALREADY.search(words)
            or self.scene.section(segment.at) == "told"
            or _PLEDGED.search(self.text, max(0, segment.at - 24), segment.stop)
            or _TITLE.fullmatch(words)
            or _PAPER_TITLE.fullmatch(words.strip())
        )

    def _stands(
        self,
        words: str,
        when: list[Deadline],
        targets: list[dict[str, object]],
        *,
        own: bool,
        planned: bool,
    ) -> bool:
        """A task without a unit needs a day, and an aim or something to hand in."""
        if _GOAL.search(words) or self.in_goals:
            return False
        if not when:
            return bool(targets and _SET.search(words) and ((own and self.speaks) or planned))
        if re.search(r"预期目标|预计|计划实施|公示|有效期|起施行|异议", words):
            return False
        asked = own or (
            re.search(r"力争|确保|年内完成|底前|月前|日前|(?:半年|季度|年内|年底)完成", words)
            and (self.speaks or planned)
        )
        return bool(asked) and bool(targets or self.words["deliverable"].search(words))

    def _inside(self, segment: Segment) -> list[Fact]:
        """The figures whose numbers stand in a segment."""
        a, b = self.scene.mapped.span(segment.at, segment.stop)
        return self.facts[bisect.bisect_left(self.starts, a) : bisect.bisect_left(self.starts, b)]

    def _targets(self, segment: Segment) -> list[dict[str, object]]:
        return [
            {"indicator": fact.indicator, "value": fact.value, "unit": fact.unit}
            for fact in self._inside(segment)
            if fact.measure == "target"
        ]

    def _tells_figures(self, segment: Segment) -> bool:
        return any(fact.measure in ("level", "growth") for fact in self._inside(segment))

    def days_in(self, segment: Segment) -> list[Deadline]:
        starts = self.scene.day_starts
        return self.days[
            bisect.bisect_left(starts, segment.at) : bisect.bisect_left(starts, segment.stop)
        ]

    def _stage_days(self, segment: Segment) -> list[Deadline]:
        """第一季度：…: the stages of a year's task, also those that are over."""
        if not _STAGED.match(self.text, segment.at):
            return []
        line = self.text.find("：", segment.at) + 1
        return deadlines(self.text, segment.at, line, self.scene.today.replace(month=1, day=1))

    def _due(self, when: list[Deadline]) -> Deadline:
        """The day that is asked for (最迟于5月12日前), where others stand before it."""
        asked = [day for day in when if _BY.search(self.text, max(0, day.at - 4), day.at + 1)]
        if not asked and _IN_YEAR.fullmatch(when[0].text):
            # 今年下达的项目要在9月底前开工: the year only says which projects.
            asked = [day for day in when[1:] if day.text.endswith("前")]
        return (asked or when)[0]

    def _edges(self, segment: Segment) -> tuple[int, int]:
        at, stop = segment.at, segment.stop
        while at < stop - 1 and self.text[at] in " \t\n“，":
            at += 1
        while stop > at + 1 and self.text[stop - 1] in " \n，；。：":
            stop -= 1
        return at, stop

    def _action(self, segment: Segment) -> str:
        at, stop = self._edges(segment)
        shown = self.scene.mapped.name(max(at, segment.action_at), stop) or self.scene.mapped.name(
            at, stop
        )
        words = re.sub(r"[（(](?:责任|牵头|配合|主办)[^）)]*[）)]", "", shown)
        words = re.sub(
            r"^(?:[一二三四五六七八九十\d]+[、.．]|[（(][一二三四五六七八九十\d]+[）)])",
            "",
            words.strip(),
        )
        words = re.sub(r"^(?:要|须|务必|必须|应当|将|负责|牵头|，|,)+", "", words)
        words = _LABELS.split(_HELPED.sub("", words))[0].rstrip(" 。；;") or words
        return words if len(words) <= 120 else words[:119] + "…"

    def _level(
        self,
        units: list[Responsible],
        deadline: Deadline | None,
        targets: list[dict[str, object]],
        words: str,
    ) -> str:
        """Specific: a unit by name, a day, or a number; a park or a place as a whole counts as
        named only where the words ask for something that can be handed in."""
        if (deadline and deadline.day) or targets:
            return "specific"
        vague = set(self.lexicon.words["vague_units"])
        named = [one for one in units if one.name not in vague and one.kind != "group"]
        if any(one.kind in ("org", "person") for one in named):
            return "specific"
        return "specific" if named and self.words["deliverable"].search(words) else "generic"


def annual_deadline(title: str) -> Deadline | None:
    """What a year's breakdown of tasks gives no day for is due by the year's end."""
    found = _BREAKDOWN.search(title)
    if not found:
        return None
    return end_of_year(int(found[1]))


def end_of_year(year: int) -> Deadline:
    """The deadline of a year's task that names no day."""
    return Deadline(-1, -1, f"{year}年", dt.date(year, 12, 31))


def _unique(units: list[Responsible]) -> list[Responsible]:
    found: dict[str, Responsible] = {}
    for one in units:
        found.setdefault(one.name, one)
    return list(found.values())
