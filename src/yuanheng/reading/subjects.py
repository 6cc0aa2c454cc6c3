"""Whom a figure is about: the name that leads its clause, or the one that holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yuanheng.reading import indicators
from yuanheng.reading.comparisons import Rank
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.scene import Subject
from yuanheng.reading.timing import Timed

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader

# 县财政局要…: what an office of the place shall do is about the place.
_OFFICE = re.compile(
    r"\s*[省市州县区](?![域内外级])[\u3400-\u9fff]{1,12}?(?:局|委|办|部|中心|公司|院|室)"
)
_LEAD_IN = re.compile(
    r"[\s“（]*(?:【[^】\n]{2,10}】)?(?:(?:[（(]?[一二三四五六七八九十\d]+[）)、.])|其中：?|目前，?|同时，?|据悉，|据介绍，|(?:作为)|此次|记者从|今年|去年|以|从|使)*"
)
_JOINED = re.compile(
    r"[\s、，和与及“）]*(?:【[^】\n]{2,10}】)?(?:其中[：，]?|而|全面|作为|仅|以|使|在|到)?"
)
_MINE = re.compile(r"的(?P<name>[\u3400-\u9fffA-Z]{2,16}?项目)(?=[，。；：、正已主于]|$)")


class Told(Timed):
    """A sentence with its numbers, and of whom each of them is told."""

    def __init__(
        self, reader: FactReader, start: int, end: int, numbers: list[Quantity | Rank]
    ) -> None:
        super().__init__(reader, start, end, in_clauses=bool(numbers))
        self.numbers, self.lexicon = numbers, reader.lexicon
        self.held: Subject | None = None

    def _move_subject(self) -> None:
        """A clause that begins with a name makes it the subject from then on."""
        found = self._leading(self.start) if self.numbers and not self.in_table else None
        if found:
            self.reader.state.subject = found[0]
        elif self.start and self.text[self.start - 1] == "\n":
            self.reader.state.subject = self.scene.main

    def _leading(self, at: int) -> tuple[Subject, int] | None:
        match = _LEAD_IN.match(self.text, at, self.end)
        start = match.end() if match else at
        for mention in self.times:
            if mention.at <= start + 1 <= mention.stop:
                start = mention.stop + (self.text[mention.stop : mention.stop + 1] == "，")
        found = self.scene.subject_at(start, self.end)
        # 全市工业园区: the parks of the city, not the city.
        inner = self.scene.subject_at(found[1], self.end) if found else None
        if inner and inner[0].kind == "park" and found and found[0].kind == "place":
            found = inner
        if found and self.text[found[1] : found[1] + 1] not in ("、", "和", "及"):
            return found
        return None

    def _without_time(self, words: str, at: int) -> str:
        """The words behind the last time that stands in them."""
        cut = max((m.stop - at for m in self.times if at <= m.at < at + len(words)), default=0)
        return words[cut:] if 0 < cut <= len(words) else words

    def _before_time(self, words: str, at: int) -> str:
        """亩均税收由2020年的9.8万元: the name that stands before the time."""
        cut = max((m.at - at for m in self.times if at < m.at < at + len(words)), default=0)
        front = re.sub(r"(?:由|从|较|比|到|至|在)$", "", words[:cut]) if cut > 0 else ""
        return indicators.trimmed(front, self.lexicon)

    def _subject(self, q: Quantity, pre: str) -> tuple[Subject, int]:
        """The subject named in the words before a number, else the one that holds."""
        if self.in_table:
            return self.scene.main, 0
        at = q.before - len(pre)
        if self.text[at : q.before] != pre:
            at = self.text.rfind(pre, self.start, q.start) if pre else q.before
        lead = _JOINED.match(pre)
        cut = lead.end() if lead else 0
        for mention in self.times:
            if at <= mention.at <= at + cut + 1 and mention.stop <= at + len(pre):
                cut = max(cut, mention.stop - at)
        found = self.scene.subject_at(at + cut, q.before)
        if found:
            subject, stop = found
            again = self.scene.subject_at(stop, q.before)
            if again and again[0].kind != "place":
                subject, stop = again
            if (
                at + cut == self.border(q.start)
                or self.text[at + cut - 1 : at + cut] in "，。、；：\n "
            ):
                self.reader.state.subject = (
                    subject if self.border(q.start) == self.start else self.reader.state.subject
                )
            if self.border(q.start) != self.start and at + cut <= self.border(q.start) + 3:
                self.held = subject
            return subject, stop - at
        border = self.border(q.start)
        if _OFFICE.match(self.text, border, self.end):
            return self.scene.main, 0
        clause = self._leading(border)
        return (clause[0] if clause else self.held or self.reader.state.subject), 0

    def _owner(self, q: Quantity, subject: Subject, *, attributive: bool) -> Subject:
        """总投资32亿元的某某项目: the project is the subject, for the rest of the sentence."""
        mine = None if attributive else _MINE.match(self.text, q.stop)
        if mine and q.measure.canonical in ("元", "亩"):
            self.held = Subject(mine["name"], "project")
            return self.held
        return subject
