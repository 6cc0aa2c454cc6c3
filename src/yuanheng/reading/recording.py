"""Putting figures down: as levels, with comparisons, and as values of a 分别 list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yuanheng.reading import indicators
from yuanheng.reading.comparisons import Change, Rank
from yuanheng.reading.lists import Listed
from yuanheng.reading.model import Comparison, Fact
from yuanheng.reading.periods import Period, as_of, year_period
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.scene import Subject
from yuanheng.reading.subjects import Told
from yuanheng.reading.targets import aim_of, is_set_as_task, is_target

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader

# 年度任务520亿元: the number is that of the task.
_TASK = re.compile(r"(?:年度|全年|目标|下达|考核)(?:的)?(?:目标)?(?:任务|目标|计划)(?:是|为|数)?$")
# 前移41.7位: places of a rank, not persons.
_MOVED = re.compile(r"(?:前移|后移|提升|上升|下滑|下降|跃升|前进|后退|晋升|进|退|升|降)[了约]?$")
# 占年初预算10065万元的43.2%: what was set.
_SET_BEFORE = ("任务", "目标", "计划", "预算", "预算数", "任务数", "目标数", "计划数", "预期")
_GROUP = re.compile(
    r"[\u3400-\u9fff“”（）—\dⅠ-Ⅻ]{2,60}(?:率|比例|比重|占比|覆盖面|达标)[\u3400-\u9fff]{0,4}"
)
_RATE = re.compile(r"(?:任务|计划|目标|预算|预期|进度)(?:数|总数)?完成率$")
_PRIOR = re.compile(r"(?:上年|去年|上年度)(?:同期|末|底)?的?$")


def _sizes(number: Quantity | Rank, counted: Quantity) -> bool:
    """Whether a number only says how large each of what was counted is: 6个|300亿元产业集群."""
    return (
        isinstance(number, Quantity)
        and number.before == counted.stop
        and number.measure.canonical == "元"
    )


class Recorded(Told):
    """A sentence and the figures that were read from it so far."""

    def __init__(
        self, reader: FactReader, start: int, end: int, numbers: list[Quantity | Rank]
    ) -> None:
        super().__init__(reader, start, end, numbers)
        self.facts: list[Fact] = []
        self.partners: list[Fact] = []
        self.assumed: list[Fact] = []

    def _listed(self, item: Listed, subject: Subject, raw: str) -> tuple[Subject, str]:
        """Subject and indicator of a value in a 分别 list."""
        if item.subject:
            found = self.scene.known.fullmatch(item.subject)
            subject = (
                self.scene.resolved(item.subject, item.subject)
                if found
                else Subject(item.subject, "org")
            )
        if item.noun:
            raw = item.noun + raw if not raw.startswith(item.noun) else raw
        partner = self._partner(item)
        if partner:
            subject = Subject(partner.subject, partner.subject_type)
            if not raw or raw.endswith("占比"):
                raw = partner.raw + raw.removeprefix(self._last_raw())
        return subject, raw

    def _last_raw(self) -> str:
        last = self.facts[-1]
        return last.raw.removesuffix("占比")

    def _partner(self, item: Listed | None) -> Fact | None:
        if item and not item.is_named and len(self.partners) == item.count:
            return self.partners[item.position]
        return None

    def _put_level(self, q: Quantity, subject: Subject, raw: str) -> Fact:
        target = is_target(self.scene, self.start, q.start)
        if target and re.search(
            r"剩余|(?<!而)未|现有|停|在建|续建|的$", raw[:2] + self.text[q.before - 3 : q.before]
        ):
            target = False
        # 拟建专线18.6公里,估算总投资15.3亿元: what it is put at is no aim.
        if target and raw.startswith(("估算", "概算", "匡算")):
            target = False
        # 占年度计划23%: how far it was met, and no aim.
        rate = _RATE.search(raw)
        target = target or (
            not rate
            and (
                is_set_as_task(self.text, q)
                or _TASK.search(self.text, self.start, q.before) is not None
            )
        )
        # 完成全年任务3500亩的66.87%: the task itself.
        if raw.endswith(_SET_BEFORE) and self.text.startswith("的", q.stop):
            target, raw = True, raw.removeprefix("占").removeprefix("为")
        if target and q.unit in self.lexicon.count_units and self._is_group(q):
            target = False
        name = indicators.named(raw, q, self.lexicon)
        period = self.period_of(q.start, target)
        ahead = period[0].start is not None and period[0].start > self.scene.today
        if ahead and not target and self.text.endswith(("由", "从"), self.start, q.before):
            # 由63%提高到90%: what it comes from is no aim, however late the day.
            period = as_of(self.scene.today), "document_date"
        return self._put(q, subject, (name, raw), "target" if target else "level", period)

    def _is_group(self, q: Quantity) -> bool:
        """全市50个断面优良比例达到90%: of how many the share is, which is no aim."""
        ahead = next((n for n in self.numbers if n.start > q.start), None)
        return (
            isinstance(ahead, Quantity)
            and ahead.measure.canonical == "%"
            and bool(_GROUP.fullmatch(self.text, q.stop, ahead.before))
        )

    def _put(
        self,
        q: Quantity,
        subject: Subject,
        name: tuple[str, str],
        measure: str,
        period: tuple[Period, str],
    ) -> Fact:
        if (
            measure in ("level", "growth")
            and period[0].start
            and period[0].start > self.scene.today
        ):
            measure = "target"
        if subject.kind == "project" and measure == "level" and period[1] != "explicit":
            period = as_of(self.scene.today), "document_date"
        kind = q.measure.canonical
        if q.unit == "位" and _MOVED.search(self.text, max(self.start, q.before - 4), q.before):
            kind = "位"
        value = (q.value, q.unit, kind, round(q.value * q.measure.factor, 6))
        fact = self.reader.put(q.start, q.end, subject, period, name, measure, value, q.qualifier)
        self.facts.append(fact)
        if measure == "target" and aim_of(self.scene, self.start, q.start) == "assumed":
            self.assumed.append(fact)
        return fact

    def _add_rank(self, fact: Fact, rank: Comparison) -> None:
        """What has a rank is a result, even in a plan."""
        fact.add(rank)
        if fact in self.assumed:
            fact.measure = "level"

    def _comparison(self, q: Quantity, change: Change) -> Comparison:
        mapped = self.scene.mapped
        return Comparison(
            change.kind,
            change.direction,
            q.value,
            q.unit,
            mapped.name(q.start, q.end),
            mapped.span(q.start, q.end),
        )

    def _dated_back(self, fact: Fact, pre: str) -> None:
        """由上年的54.1%: a figure of the year before."""
        if _PRIOR.search(pre):
            year = year_period((fact.period_end or self.scene.today).year - 1)
            fact.period, fact.period_start, fact.period_end = year.label, year.start, year.end

    def _next_start(self, q: Quantity) -> int:
        """Where the next number begins; one that only sizes what this counts is none."""
        ahead = (n.start for n in self.numbers if n.start > q.start and not _sizes(n, q))
        return min(ahead, default=self.end)
