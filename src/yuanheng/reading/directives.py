"""Tasks that a text gives: who shall do what until when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from yuanheng.reading.addressing import PLEASE, SHALL, opens_with_verb
from yuanheng.reading.judging import Segment
from yuanheng.reading.model import Directive, Fact, Responsible
from yuanheng.reading.scene import Scene
from yuanheng.reading.under_headings import MARKED, UnderHeadings
from yuanheng.reading.units_named import Units, bracketed, supporters, units_alone, units_at

_SENTENCE = re.compile(r"[^。！？\n]{0,2000}[。！？]?[”’]?\n?")
_CLAUSE = re.compile(r"[^，；：]*[，；：]?")
# …报县政府督查室,由县政府督查室汇总: the next step of the same task.
_AND_BY = re.compile(r"(?:并|再)?由|[^，。；由]{2,10}的由")
_BRACKET = re.compile(
    r"[（〔【][^（）〔〕【】\n]*(?:(?:（[^（）\n]*）|〔[^〔〕\n]*〕)[^（）〔〕【】\n]*)*[）〕】]"
    r"(?:(?=[。；\s]|$)|(?<=(?:参与|负责|配合|落实|牵头)[）〕】])|(?<=不再列出。[）〕】]))",
    re.M,
)
_LABELLED = re.compile(
    r"(?:(?:责任|牵头|主办|负责)(?:单位|部门)|(?m:^)[^\S\n]{0,8}(?:牵头|责任))："
)
_LABEL_LINE = re.compile(
    r"[ ]*(?:[（(][一二三四五六七八九十\d]{1,2}[)）])?(?!(?:问题|任务|事项|项目|清单)[一二三四五六七八九十\d])[\u3400-\u9fff]{2,8}：[^\n]*\n?(?:[ \t]*\n(?=[ ]*(?:[（(][一二三四五六七八九十\d]{1,2}[)）])?(?:牵头|责任|配合|主办|协办|完成|整改|办理|参与)[\u3400-\u9fff]{0,6}：))*"
)
_STANDING = re.compile(
    r"^(?:[\u3400-\u9fff]{2,14}〔\d{4}〕|联系人|联系电话|发文机[构关]|索\s?引\s?号|主持人|特此|附件|分送|抄送|报：|送：|签发|出席|列席|感谢|审核|编辑|责编)"
)


# The last characters that names of units have.
_ENDINGS = frozenset("局委办部厅院会心司团园区县市镇乡道关位室队府企业）")
_COMMANDS = re.compile(r"要(?!求|点)|须|务必|请|负责|牵头")


# 现将…转发给你们，请…: what goes before is no part of what is asked.
_PREAMBLE = re.compile(r"\s*(?:现将|兹将)[^。；]*(?:转发|印发|通知|发)给?你们")
_CONDITION = re.compile(r"(?:^|[，；])对[^，。；]{2,40}的，$")


class DirectiveReader(UnderHeadings):
    """Reads the tasks of a scene; ``facts`` give the numbers that tasks aim at."""

    def __init__(self, scene: Scene, facts: list[Fact], skipped: list[tuple[int, int]]) -> None:
        super().__init__(scene, facts)
        self.skipped = skipped
        self.waiting: list[Responsible] = []
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
                if self.leads(start, end):
                    continue
                if self.names_whose(start):
                    continue
                items = (
                    self._block(start)
                    or self._items(start)
                    or self.stage(start, end)
                    or self.of_heading(start)
                )
                if items:
                    done = items[-1].stop
                    if self.leader:
                        items[0].units = [self.leader, *items[0].units]
                    for one in items:
                        one.listed = True
                    found.extend(filter(None, map(self.directive, items)))
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
        line += len(self.text[line : line + 2]) - len(self.text[line : line + 2].lstrip("\n"))
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
            self.staged = units
            return [Segment(at, end, units, at)] if units else []
        items, at = [], start
        for match in _BRACKET.finditer(self.text, start, end):
            units = bracketed(self.text, match.start(), match.end(), self.lexicon)
            if units or (units := self._sole(start, match)):
                items.append(Segment(at, match.end(), units, at))
                at = match.end()
        return items

    def _sole(self, start: int, match: re.Match[str]) -> list[Responsible]:
        """（市发改委） behind a numbered task of a plan."""
        if not self.is_order or not MARKED.match(self.text, start):
            return []
        return units_alone(self.text, match.start() + 1, match.end() - 1, self.lexicon)

    def _heading(self, start: int, end: int) -> list[Responsible]:
        """（二）县供电公司。 at a paragraph's head: its units, for the sentences that follow."""
        if self.text[end - 1] != "。" or not MARKED.match(self.text, start):
            return []
        return units_alone(self.text, start, end - 1, self.lexicon)

    def _new_paragraph(self, start: int, end: int) -> None:
        self.asked, self.told_to = [], []
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
        title = re.sub(r"\s", "", self.scene.about.title or "")
        if _STANDING.match(words) or (title and re.sub(r"\s", "", words) == title):
            return
        if words.endswith("：") and not _COMMANDS.search(words):
            # 各园区管委会,区直有关部门：: to whom a paper goes.
            self.addressed = self.addressed or units_alone(
                self.text, start, start + len(self.text[start:end].rstrip(" \n：")), self.lexicon
            )
            return
        for segment in self._segments(start, end):
            self.inherit(segment)
            made = self.directive(segment)
            if made:
                yield made

    def _goes_with(self, a: int, b: int) -> bool:
        """某局要…;检查…;协助…: a verb at the head, and nobody else who does it."""
        stop = min(
            filter(lambda at: at >= 0, map(lambda c: self.text.find(c, a), "；。\n")), default=b
        )
        words = self.text[a:stop].strip()
        return not re.search(r"由|会同|牵头|负责|[0-9]", words) and opens_with_verb(words)

    def _has_own_day(self, last: Segment, a: int, b: int) -> bool:
        """…交到镇街,由镇街盖章,于6月21日前报送: what follows has a day, what went before none."""
        stop = self.text.find("。", b)
        rest = Segment(a, stop if stop >= 0 else len(self.text), [])
        return not self.days_in(last) and bool(self.days_in(rest))

    def _asks_more(self, last: Segment, a: int, b: int) -> bool:
        """…于5月12日前提交，…于7月5日前提交: each with its own day is a task of its own."""
        return not last.units and bool(self.days_in(last)) and self.hands_in(Segment(a, b))

    def _segments(self, start: int, end: int) -> list[Segment]:
        segments: list[Segment] = []
        held: list[Responsible] = []
        self.waiting = []
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
        if helpers and not (fresh and self._goes_on(a, b)):
            segments[-1].units = [*segments[-1].units, *helpers]
            return
        units = self._units(segments, a, b, fresh)
        words = self.text[a:b].strip()
        if units:
            if (
                segments
                and not segments[-1].units
                and not fresh
                and not self._asks_itself(segments[-1], words)
                and (words.startswith("由") or not self._stands_alone(segments[-1]))
            ):
                segments[-1].units, segments[-1].action_at = units.units, units.stop
                segments[-1].told = units.told
                return
            if (
                segments
                and segments[-1].units
                and _CONDITION.search(self.text, segments[-1].at, a)
            ):
                # 对排名末位的,由市政府约谈: what follows for some is no other unit's share.
                return
            led = bool(segments) and self._only_leads(segments[-1])
            onward = (
                segments and _AND_BY.match(words) and not self._has_own_day(segments[-1], a, b)
            )
            if segments and not fresh and segments[-1].units and (led or onward):
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
                    or (fresh and self._goes_with(a, b))
                )
            )
            same = [replace(one, basis="inherited") for one in held] if inherits else []
            segments.append(Segment(a, b, same, a))
        elif (
            self._asks_more(segments[-1], a, b)
            or (
                self.addressed
                and _PREAMBLE.match(self.text, segments[-1].at)
                and PLEASE.match(words)
            )
            or (
                re.match(r"[“]?(?:要|务必|年内|力争|确保|全年)", words)
                and self._complete(segments[-1])
            )
        ):
            segments.append(Segment(a, b, [], a))

    def _units(self, segments: list[Segment], a: int, b: int, fresh: bool) -> Units | None:
        """The units of a clause, with those of the clause before where the list went on."""
        units = units_at(self.text, a, b, self.lexicon)
        waiting, self.waiting = self.waiting, []
        if waiting and (units or SHALL.match(self.text, a, b)):
            # 市政府、高新区管委会，各开发区应当…; 市发改委，务必于9月底前完成…
            return Units(
                a, units.stop if units else a, [*waiting, *(units.units if units else [])]
            )
        behind = self.text[b : b + 2]
        if (
            units is None
            and behind[:1] == "，"
            and (fresh or not segments)
            and self.text[b - 1] in _ENDINGS
        ):
            self.waiting = units_alone(self.text, a, b, self.lexicon)
        if units is None and behind[:1] == "：" and behind[1:] > "\n":
            # 县税务局：加强税源监控: whose task follows.
            alone = units_alone(self.text, a, b, self.lexicon)
            units = Units(a, b + 1, alone) if alone else None
        return units

    def _asks_itself(self, segment: Segment, words: str) -> bool:
        """要强化领导,各县要建立专班: the clause before commands on its own, and so does this."""
        before = self.text[segment.at : segment.stop]
        return bool(SHALL.match(before) and re.search(r"[^主重需]要(?!求)|须|务必", words))

    def _goes_on(self, a: int, b: int) -> bool:
        """；指挥部、国土局等单位要相互配合，完成…: a task of its own, not help with the last."""
        return self.text[b : b + 1] == "，" and bool(re.search(r"要|须|应|务必", self.text[a:b]))

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
            (bool(self.days_in(segment)) and "要" in words)
            or "指出" in words
            or ("强调" in words and len(words) > 20)
        )

    def _complete(self, segment: Segment) -> bool:
        return bool(segment.units) and self.text[segment.stop - 1] == "；"
