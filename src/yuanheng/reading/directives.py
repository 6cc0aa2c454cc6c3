"""Tasks that a text gives: who shall do what until when."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from yuanheng.reading.deadlines import Deadline, recurrence_in, vague_deadline
from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.model import Directive, Fact, Responsible
from yuanheng.reading.scene import Scene
from yuanheng.reading.units_named import Units, bracketed, supporters, units_alone, units_at

_SENTENCE = re.compile(r"[^。！？\n]{0,2000}[。！？]?[”’]?\n?")
_CLAUSE = re.compile(r"[^，；：]*[，；：]?")
_PAST = re.compile(
    r"(?:开展|组织|召开|公布|进行|完成|实现|作|通报|印发|发布|成立|收到|提出|得到|取得|出台|建立|介绍|解读|形成)了|已经?(?!签约|列入)|现(?:答复|函复|批复|予公布)|获评|获批|位列|位居"
)
_GOAL = re.compile(
    r"(?:总体|主要|预期|发展|工作)(?:预期)?目标|^\s*[（(]?[一二三四五六七八九十]+[）)、.][^，。]{0,20}目标"
)
_MUST = r"要(?<![主重需只纪摘紧概首]要)(?!求|素|闻|点|害|道|么|件|塞)"
_OWN = re.compile(r"(?:^|[，。；：、\n“])(?:要|须|务必|必须|请|力争|争取|确保|加快|限)|" + _MUST)
# …报县政府督查室,由县政府督查室汇总: the next step of the same task.
_AND_BY = re.compile(r"(?:并|再)?由|[^，。；由]{2,10}的由")
_BRACKET = re.compile(r"（[^（）\n]*(?:（[^（）\n]*）[^（）\n]*)*）(?=[。；\s]|$)", re.M)
_LABELLED = re.compile(r"(?:责任|牵头|主办|负责)(?:单位|部门)：")
_WE = re.compile(r"(?:下一步，?|接下来，?)?我们")
_LABEL_LINE = re.compile(
    r"[ ]*(?!(?:问题|任务|事项|项目|清单)[一二三四五六七八九十\d])[\u3400-\u9fff]{2,8}：[^\n]*\n?"
)
_SINCE = re.compile(
    r"(?:今年|去年|近年|\d月份?|\d年)(?:以)?来[，，]|成效(?:明显|显著|初显)|取得[^，。]{0,8}成效"
)
# 10月19日,某市召开…会议: what was held, and on which day.
_HELD = re.compile(
    r"(?:召开|举行|举办|开幕|召集)[^。；]{0,40}?(?:会|会议|仪式|活动|论坛|推介会)(?=[，。；、）]|$)"
    r"|^\s*(?:会上|会前|会议期间|座谈会上|调研中|活动现场)，|(?:牵头|负责|会同[^，。；]{2,20})(?:完成|组织|开展|举办|制定|出台|编制)了"
    r"|^\s*(?:本报讯|本网讯)|^[^，。]{0,30}(?:近日|日前|\d{1,2}日(?:上午|下午|晚)?)[，,][^，。；]{2,24}(?:主持|赴|到|深入|率|来到|走进|调研|会见|出席)"
)
_MARKED = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十\d]{1,3}[、.．])"
)
_STANDING = re.compile(
    r"^(?:[\u3400-\u9fff]{2,14}〔\d{4}〕|联系人|联系电话|主持人|特此|附件|抄送|报：|送：|签发|出席|列席|感谢|审核|编辑|责编)"
)


@dataclass(slots=True)
class Segment:
    """A part of a sentence that holds one task."""

    at: int
    stop: int
    units: list[Responsible] = field(default_factory=list)
    action_at: int = 0
    told: bool = False


@functools.lru_cache(maxsize=8)
def _words(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
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


class DirectiveReader:
    """Reads the tasks of a scene; ``facts`` give the numbers that tasks aim at."""

    def __init__(self, scene: Scene, facts: list[Fact], skipped: list[tuple[int, int]]) -> None:
        self.scene, self.text, self.lexicon = scene, scene.text, scene.lexicon
        self.words = _words(scene.lexicon)
        self.facts = facts
        self.starts = [fact.span[0] for fact in facts]
        self.skipped = skipped
        title = scene.about.title or ""
        self.is_order = bool(self.words["title"].search(title))
        self.issuer: str | None = None
        self.speaks = False
        self.days = scene.days
        self.in_goals = False
        self.heads: list[Responsible] = []

    def read(self) -> list[Directive]:
        """Every task in the order of the text."""
        found: list[Directive] = []
        done = 0
        for match in _SENTENCE.finditer(self.text):
            start, end = match.span()
            if start == end or start < done or any(a <= start < b for a, b in self.skipped):
                continue
            if start == 0 or self.text[start - 1] == "\n":
                self._new_paragraph(start, end)
                items = self._block(start) or self._items(start)
                if items:
                    done = items[-1].stop
                    found.extend(filter(None, map(self._directive, items)))
                    continue
                self.heads = self._heading(start, end)
                if self.heads:
                    continue
            self._take_speaker(start, end)
            found.extend(self._sentence(start, end))
        return found

    def _block(self, start: int) -> list[Segment]:
        """A task on a line of its own, with its units and deadline on labelled lines below."""
        line = self.text.find("\n", start) + 1
        if not line or _LABEL_LINE.match(self.text, start):
            return []
        stop = line
        while (label := _LABEL_LINE.match(self.text, stop)) and label.end() > stop:
            stop = label.end()
        units = bracketed(self.text, line, stop, self.lexicon) if stop > line else []
        return [Segment(start, stop, units, start)] if units else []

    def _items(self, start: int) -> list[Segment]:
        """The tasks of a paragraph whose units stand in brackets behind each task."""
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        labelled = _LABELLED.search(self.text, start, end)
        if labelled and "（" not in self.text[max(start, labelled.start() - 1) : labelled.start()]:
            units = bracketed(self.text, labelled.start(), end, self.lexicon)
            at = start
            if labelled.start() - start < 6:
                at = max(0, self.text.rfind("\n", 0, max(0, start - 1)) + 1)
            return [Segment(at, end, units, at)] if units else []
        items, at = [], start
        for match in _BRACKET.finditer(self.text, start, end):
            units = bracketed(self.text, match.start(), match.end(), self.lexicon)
            if units:
                items.append(Segment(at, match.end(), units, at))
                at = match.end()
        return items

    def _heading(self, start: int, end: int) -> list[Responsible]:
        """（二）县供电公司。 at a paragraph's head: its units, for the sentences that follow."""
        if self.text[end - 1] != "。" or not _MARKED.match(self.text, start):
            return []
        return units_alone(self.text, start, end - 1, self.lexicon)

    def _new_paragraph(self, start: int, end: int) -> None:
        words = self.text[start:end]
        if not re.match(r"\s*[（(⟪]?[一二三四五六七八九十\d]+[）)、.．]", words) and not (
            self.issuer and "议" in self.issuer
        ):
            self.speaks, self.issuer = False, None
        if len(words) < 30 and not words.rstrip().endswith("。"):
            self.in_goals = bool(re.search(r"目标|回顾|情况|成效|问题", words)) and not re.search(
                r"任务|措施|要求", words
            )

    def _take_speaker(self, start: int, end: int) -> None:
        if not self.words["said"].search(self.text, start, end):
            return
        said = list(self.words["speaking"].finditer(self.text, start, end))
        if not said:
            return
        match = said[-1]
        who = re.sub(
            r"^.*[，。；：]|还|再次|进一步|并|在[^，]*?时|同时|上$|随后|作?批示$", "", match["who"]
        )
        self.speaks = True
        self.issuer = self._issuer(who)

    def _issuer(self, who: str) -> str | None:
        for person in self.scene.persons:
            if person.name in who:
                return f"{person.name}({person.role})" if person.role else person.name
        if re.search(r"会议$|全会$|^会$", who):
            chair = re.search(r"(?:研究|议定)", who)
            return "会议" if not chair else who
        return self.issuer

    def _sentence(self, start: int, end: int) -> Iterator[Directive]:
        words = self.text[start:end].strip()
        if _STANDING.match(words) or words == self.scene.about.title:
            return
        for segment in self._segments(start, end):
            made = self._directive(segment)
            if made:
                yield made

    def _segments(self, start: int, end: int) -> list[Segment]:
        segments: list[Segment] = []
        held: list[Responsible] = []
        fresh = True
        for match in _CLAUSE.finditer(self.text, start, end):
            a, b = match.span()
            if a == b:
                break
            bare = b - (self.text[b - 1] in "，；：。！？\n")
            self._clause(segments, held, a, bare, fresh)
            segments[-1].stop = b
            fresh = self.text[b - 1] == "；"
            if segments[-1].units:
                held = segments[-1].units
        if self.heads and segments and not any(one.units for one in segments):
            segments[0].units = [replace(one, basis="inherited") for one in self.heads]
        for segment in segments:
            segment.stop -= self.text[segment.stop - 1] in "\n"
        return segments

    def _clause(
        self, segments: list[Segment], held: list[Responsible], a: int, b: int, fresh: bool
    ) -> None:
        """Open a segment at this clause, or let it belong to the one before."""
        helpers = (
            supporters(self.text, a, b, self.lexicon) if segments and segments[-1].units else []
        )
        if helpers:
            segments[-1].units = [*segments[-1].units, *helpers]
            return
        units = units_at(self.text, a, b, self.lexicon)
        if units is None and self.text[b : b + 1] == "：" and self.text[b + 1 : b + 2] > "\n":
            # 县税务局：加强税源监控: whose task follows.
            alone = units_alone(self.text, a, b, self.lexicon)
            units = Units(a, b + 1, alone) if alone else None
        words = self.text[a:b].strip()
        if units:
            if (
                segments
                and not segments[-1].units
                and not fresh
                and not self._stands_alone(segments[-1])
            ):
                segments[-1].units, segments[-1].action_at = units.units, units.stop
                segments[-1].told = units.told
                return
            led = bool(segments) and self._only_leads(segments[-1])
            if segments and not fresh and segments[-1].units and (led or _AND_BY.match(words)):
                segments[-1].units = [*segments[-1].units, *units.units]
                return
            segments.append(Segment(a, b, units.units, units.stop, units.told))
        elif fresh or not segments:
            inherits = bool(
                segments
                and held
                and (
                    all(one.name.startswith("我") for one in held)
                    or (
                        all(one.kind != "org" for one in held)
                        and re.match(r"(?:要|并|同时要|进一步|再|力争)", words)
                    )
                )
            )
            same = [replace(one, basis="inherited") for one in held] if inherits else []
            segments.append(Segment(a, b, same, a))
        elif re.match(r"[“]?(?:要|务必|年内|力争|确保|全年)", words) and self._complete(
            segments[-1]
        ):
            segments.append(Segment(a, b, [], a))

    def _only_leads(self, segment: Segment) -> bool:
        """由某局牵头, with nothing to do behind it: the next clause says what, and who else."""
        words = self.text[segment.at : segment.stop].strip(" ，；")
        rest = self.text[segment.action_at : segment.stop].strip(" ，；")
        bare = not rest and "由" in words
        return bool(segment.units) and (
            bare or words.endswith(("牵头单位", "责任单位", "责任主体"))
        )

    def _stands_alone(self, segment: Segment) -> bool:
        words = self.text[segment.at : segment.stop]
        return (
            (bool(self._days(segment)) and "要" in words)
            or "指出" in words
            or ("强调" in words and len(words) > 20)
        )

    def _complete(self, segment: Segment) -> bool:
        return bool(segment.units) and self.text[segment.stop - 1] == "；"

    def _directive(self, segment: Segment) -> Directive | None:
        words = self.text[segment.at : segment.stop]
        units = segment.units
        own = bool(_OWN.search(words))
        told = segment.told or self.words["imperative"].search(words) or own
        when = self._days(segment)
        if self._is_report(words, units, bool(told), bool(when)):
            return None
        targets = self._targets(segment)
        if not units and not self._stands(words, when, targets, bool(own)):
            return None
        if units and units[0].name == "我们" and not (targets and when and _WE.match(words)):
            return None
        firm = bool(recurrence_in(words, self.lexicon)) or any(
            re.search(r"[前内底止]$", day.text) for day in when
        )
        if units and not (told or firm) and self._tells_figures(segment):
            return None
        if units and not (
            told or when or recurrence_in(words, self.lexicon) or self.is_order or self.speaks
        ):
            return None
        deadline = (
            when[0] if when else vague_deadline(self.text, segment.at, segment.stop, self.lexicon)
        )
        at, stop = self._edges(segment)
        return Directive(
            self._action(segment), self.issuer, _unique(units),
            deadline.text if deadline else None, deadline.day if deadline else None,
            targets, recurrence_in(words, self.lexicon),
            self._level(units, deadline, targets, words), self.scene.mapped.span(at, stop),
        )  # fmt: skip

    def _is_report(self, words: str, units: list[Responsible], told: bool, timed: bool) -> bool:
        """Whether the words tell of what was, or of who came."""
        if self.words["reporting"].search(words) and not re.search(r"要|须|务必|力争|前", words):
            return True
        if _HELD.search(words) and not re.search(
            r"要(?!求|闻|点|素)|须|务必|力争|确保|底前|日前", words
        ):
            return True
        if _SINCE.search(words) and not re.search(r"要|须|务必", words):
            return True
        return bool(_PAST.search(words)) and not (told or timed)

    def _stands(
        self, words: str, when: list[Deadline], targets: list[dict[str, object]], own: bool
    ) -> bool:
        """A task without a unit needs a day, and an aim or something to hand in."""
        if not when or _GOAL.search(words) or self.in_goals:
            return False
        if re.search(r"预期目标|预计|计划实施|公示|有效期|起施行|异议", words):
            return False
        asked = own or (
            re.search(r"力争|确保|年内完成|底前|月前|日前", words)
            and (self.speaks or self.is_order)
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

    def _days(self, segment: Segment) -> list[Deadline]:
        starts = self.scene.day_starts
        return self.days[
            bisect.bisect_left(starts, segment.at) : bisect.bisect_left(starts, segment.stop)
        ]

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


def _unique(units: list[Responsible]) -> list[Responsible]:
    found: dict[str, Responsible] = {}
    for one in units:
        found.setdefault(one.name, one)
    return list(found.values())
