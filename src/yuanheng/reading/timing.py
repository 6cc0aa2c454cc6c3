"""When a figure holds: the time in its sentence, one that was named before, or a deadline."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from typing import TYPE_CHECKING

from yuanheng.reading.deadlines import Deadline
from yuanheng.reading.periods import Mention, Period, as_of, months_period, year_period

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader

_CLAUSE = re.compile(r"[，；：。！？\n\t]")
# What a project will yield holds for no year; it is as the document says.
_YIELD = re.compile(r"(?:达产|投产|建成|竣工|满产|运营)后")
_BY_DAY = re.compile(r"月|年[底末内]|\d{4}年")
_MONTH = re.compile(r"\d{4}-\d\d")
_AS_FOLLOWS = re.compile(r"(?:通报|公布|公示|公告|报告|汇报|分析|情况|结果|纪要|说明)如下")


def _is_ahead(mention: Mention, today: dt.date) -> bool:
    return bool(mention.period.start and mention.period.start > today)


class Timed:
    """A sentence with its clauses, the times named in it, and the time that holds."""

    def __init__(self, reader: FactReader, start: int, end: int, *, in_clauses: bool) -> None:
        self.reader, self.start, self.end = reader, start, end
        self.scene, self.text = reader.scene, reader.text
        self.borders = [start]
        if in_clauses:
            self.borders += [m.end() for m in _CLAUSE.finditer(self.text, start, end)]
        self.times = reader.times_between(start, end)
        self.in_table = "\t" in self.text[start:end]

    def border(self, at: int) -> int:
        """Where the clause of a place begins."""
        return self.borders[bisect.bisect_right(self.borders, at) - 1]

    def period_of(self, q_start: int, target: bool) -> tuple[Period, str]:
        """The time of a figure and how it is known."""
        clause = self.border(q_start)
        before = [m for m in self.times if m.at < q_start]
        if _YIELD.search(self.text, self.start, q_start) and not any(
            m.at >= clause for m in before
        ):
            return as_of(self.scene.today), "document_date"
        due = self._due(q_start) if target else None
        if due and due.day and (not before or due.at > before[-1].at):
            return year_period(due.day.year), "explicit"
        if before:
            mention = before[-1]
            period = self._resolved(mention)
            if mention.local and not mention.aim and mention.period.start is None:
                return period, "document_date"
            if target and _MONTH.fullmatch(period.label) and period.end:
                period = year_period(period.end.year)
            return period, "explicit" if mention.at >= clause else "inherited"
        state = self.reader.state
        if target and not state.aim:
            return year_period(self.scene.today.year), "document_date"
        if state.aim and not target and not state.headed:
            return as_of(self.scene.today), "document_date"
        return state.period, "inherited" if state.basis != "document_date" else "document_date"

    def _due(self, q_start: int) -> Deadline | None:
        """The deadline that an aim stands under; in a row of a table, the row's."""
        starts = self.scene.day_starts
        first = bisect.bisect_left(starts, self.start)
        last = bisect.bisect_left(starts, self.end if self.in_table else q_start)
        own = [one for one in self.scene.days[first:last] if _BY_DAY.search(one.text)]
        return own[-1] if own else None

    def _resolved(self, mention: Mention) -> Period:
        """全年 takes the year that was spoken of; 今年以来 ends where the last count ended."""
        state = self.reader.state
        earlier = [m for m in self.times if m.at < mention.at and not m.local and not m.whole_year]
        period = earlier[-1].period if earlier else state.period
        if mention.whole_year and period.end:
            if mention.period.label.count("..") and period.start is None:
                return months_period(period.end.year, 1, period.end.month)
            if ".." in mention.period.label:
                return year_period(self.scene.today.year)
            known = earlier or state.basis != "document_date"
            if not mention.period.label.count("..") and known:
                return year_period(period.end.year)
        return mention.period

    def keep_time(self, *, figures: bool) -> None:
        """Remember the time named last for the sentences that follow."""
        # 预计下半年: what is still to come holds for its own sentence, unless it is an aim.
        today = self.scene.today
        lasting = [m for m in self.times if not m.local and (m.aim or not _is_ahead(m, today))]
        words = self.text[self.start : self.end]
        heading = "。" not in words and len(words) < 64
        told = lasting and ((heading and self._heads(lasting[-1])) or _AS_FOLLOWS.search(words))
        if lasting and (figures or told):
            self.reader.state.period = self._resolved(lasting[-1])
            self.reader.state.basis = "explicit"
            self.reader.state.aim = lasting[-1].aim
            self.reader.state.headed = bool(told)

    def _heads(self, mention: Mention) -> bool:
        """Whether the time in a heading is that of the figures below it: not the year of issue."""
        words = self.text[mention.stop : self.end]
        told = re.search(r"回顾|情况|结果|总结|公报|报告|指标|通报|成绩|运行|目标|表|评价", words)
        end = mention.period.end
        return bool(told or self.start) and bool(
            end and (end < self.scene.today or mention.aim or told)
        )
