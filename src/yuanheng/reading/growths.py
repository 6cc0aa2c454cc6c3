"""Changes: said of the figure before, or a rate that stands alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yuanheng.reading import indicators
from yuanheng.reading.comparisons import Change, Rank
from yuanheng.reading.lists import Listed
from yuanheng.reading.model import Fact
from yuanheng.reading.naming import Naming
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.scene import Subject
from yuanheng.reading.targets import is_set_as_task, is_target

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader


# 分别增长1.5倍、2.7倍和57.7%
_RATES = ("%", "倍")
_TURNED = re.compile(
    r"(?P<noun>[\u3400-\u9fffA-Z&]{2,20}?)(?:由[负正降升减增][转变][负正降升减增]|扭负为正|转负为正|实现正增长|止跌回升|企稳回升|稳步回升|"
    r"持续回升|明显回升|逆势增长|稳步增长|平稳增长|较快增长|快速增长|持续下滑|持续下降|有所下降|有所回落|降幅收窄|保持[\u3400-\u9fff]{0,6}增长)$"
)


# 比6月份前进1位, 排位较年初提升10位: how the rank that was told has moved.
_MOVED = re.compile(r"(?:排位|排名|位次|名次)?(?:比|较)|(?:排位|排名|位次|名次)$")
# 增幅均在25%以上
_KEPT = re.compile(r"(?<=[速幅率])(?:均|都|保持)*(?:在|达)?$")
_OWN_TIME = re.compile(r"当月|当季|本月|单月|\d月|季度|半年|20\d\d年")


class Changing(Naming):
    """A sentence that gives changes to the figures they belong to."""

    def __init__(
        self, reader: FactReader, start: int, end: int, numbers: list[Quantity | Rank]
    ) -> None:
        super().__init__(reader, start, end, numbers)
        self.last_change: Change | None = None

    def _goes_on(self, q: Quantity) -> bool:
        """Whether the figure before has the same unit: 成本为85.31元,增加0.42元."""
        return bool(self.facts) and self.facts[-1].unit_canonical == q.measure.canonical

    def _changed(self, q: Quantity, left: int, change: Change, item: Listed | None) -> None:
        """A change said of the figure before, or a rate that stands alone."""
        raw_pre = self.text[left : change.at]
        subject, cut = self._subject(q, raw_pre)
        noun = indicators.trimmed(self._without_time(raw_pre[cut:], left + cut), self.lexicon)
        partner = self._partner(item)
        if partner and not noun:
            partner.add(self._comparison(q, change))
            return
        if not noun and not item and cut and self._turns_to(subject, q):
            self._growth(q, change, self.facts[-1].raw, subject, None)
            return
        if item and item.position and not noun and self._goes_through(q, item):
            self._growth(q, change, self.facts[-1].raw, subject, None)
            return
        turned = "" if noun or cut or item else self._turned(q)
        if turned:
            self._growth(q, change, turned, subject, None)
            return
        if noun and item and not item.position:
            self.partners = []
        if (
            q.unit == "位"
            and self.facts
            and _MOVED.match(noun)
            and self._is_ranked(self.facts[-1])
        ):
            self.facts[-1].add(self._comparison(q, change))
            return
        if noun and not item and not self._fits_last(q):
            self._put_level(q, subject, noun)
            return
        if not noun and not item and self._of_own_time(q, change, left):
            self._growth(q, change, self.facts[-1].raw, subject, None)
            return
        rate = q.measure.canonical == "%" or (q.measure.canonical == "倍" and bool(noun or item))
        rate = rate or self._moves_share(q, noun)
        if not rate or self._says_of_last(change, noun, item):
            if self.facts:
                self._changed_fact(change).add(self._comparison(q, change))
            return
        for word in self.lexicon.words["rate_names"]:
            noun = noun.removesuffix(word)
        self._growth(q, change, noun, subject, item)

    def _moves_share(self, q: Quantity, noun: str) -> bool:
        """综合利用率较上年提高2个百分点: a share by its name, of which only the change is told."""
        told = [fact.raw for fact in self.facts[-3:]]
        return (
            q.measure.canonical == "个百分点"
            and len(noun) > 3
            and noun.endswith(("率", "比重", "占比", "比例"))
            and not any(noun in raw or raw in noun for raw in told)
        )

    def _changed_fact(self, change: Change) -> Fact:
        """产值52.73亿元,占年度计划23%,同比增长41%: it is the output that grew."""
        last = self.facts[-1]
        if change.kind == "yoy" and last.raw.endswith("完成率") and len(self.facts) > 1:
            before = self.facts[-2]
            if before.measure == "level" and before.unit_canonical != "%":
                return before
        return last

    def _of_own_time(self, q: Quantity, change: Change, left: int) -> bool:
        """增长13%,当月增长12%: the rate of another time, of the same indicator."""
        return bool(
            self.facts
            and self.facts[-1].measure in ("growth", "target")
            and q.measure.canonical == "%"
            and change.kind == "yoy"
            and _OWN_TIME.search(self.text, left, change.at)
        )

    def _fits_last(self, q: Quantity) -> bool:
        """Whether an amount can be a change of the figure before: 515个 doesn't grow by 15万人."""
        kind = q.measure.canonical
        if kind in ("%", "个百分点", "倍", "番", "位") or not self.facts:
            return True
        return self.facts[-1].unit_canonical == kind

    def _is_ranked(self, fact: Fact) -> bool:
        """Whether a figure is a rank or was given one."""
        told = [one.kind for one in [fact.comparison, *fact.further] if one]
        return fact.unit_canonical == "位" or "rank" in told

    def _goes_through(self, q: Quantity, item: Listed) -> bool:
        """The next rate of a list whose names could not be paired is a rate of its own."""
        last = self.facts[-1] if self.facts else None
        return bool(
            last
            and not item.is_named
            and last.measure in ("growth", "target")
            and last.unit_canonical in _RATES
            and q.measure.canonical in _RATES
        )

    def _turned(self, q: Quantity) -> str:
        """工业税收由负转正,增长0.6%: what the clause before, which has no number, tells of."""
        at = self.borders.index(self.border(q.start))
        left = self.borders[at - 1] if at else self.end
        if not at or any(left <= n.start < self.borders[at] for n in self.numbers):
            return ""
        found = _TURNED.match(self.text[left : self.borders[at] - 1])
        return indicators.trimmed(found["noun"], self.lexicon) if found else ""

    def _turns_to(self, subject: Subject, q: Quantity) -> bool:
        """甲园增长21.4%,乙园增长15.2%: the rate of another, of the same indicator."""
        last = self.facts[-1] if self.facts else None
        return bool(
            last and last.subject != subject.name and last.measure == "growth"
            and q.measure.canonical == "%"
        )  # fmt: skip

    def _says_of_last(self, change: Change, noun: str, item: Listed | None) -> bool:
        """Whether a change belongs to the figure before it, and not to a noun of its own."""
        if not self.facts or (item is not None and item.is_named):
            return False
        if not noun or noun in ("增速", "增幅", "总量", "总数", "数量"):
            return True
        return change.kind in ("average", "plan", "base") and len(noun) <= 4

    def _growth(
        self, q: Quantity, change: Change, noun: str, subject: Subject, item: Listed | None
    ) -> None:
        if item:
            subject, noun = self._listed(item, subject, noun)
        topic = self.topic.removesuffix("增速").removesuffix("增幅")
        noun = noun or topic or (self.facts[-1].raw if self.facts else self._clause_noun(q))
        # 分区域看,甲园增长11.2%: of what the sentence before told.
        noun = noun or (self.reader.facts[-1].raw if self.reader.facts else "")
        if not noun:
            return
        target = is_target(self.scene, self.start, q.before) or is_set_as_task(self.text, q)
        fact = self._put(q, subject, (indicators.named(noun, q, self.lexicon), noun),
                         "target" if target else "growth", self.period_of(q.start, target))  # fmt: skip
        if q.measure.canonical == "%":
            fact.value_canonical = -abs(q.value) if change.direction == "down" else abs(q.value)
        fact.comparison = self._comparison(q, change)

    def _is_rate(self, q: Quantity, raw: str, subject: Subject) -> bool:
        """规上工业增加值增速11.9%: a growth by its name; 由11.3%回落到8.9%: and what it got to."""
        last = self.facts[-1] if self.facts else None
        if last and last.measure == "growth" and last.raw == raw and q.measure.canonical == "%":
            self._growth(q, Change(q.before, "yoy", "up"), raw, subject, None)
            return True
        rates = tuple(self.lexicon.words["rate_names"])
        raw = _KEPT.sub("", raw)
        if q.measure.canonical != "%" or not raw.endswith(rates) or raw.endswith("自然增长率"):
            return False
        for rate in rates:
            raw = raw.removesuffix(rate)
        change = Change(q.before, "yoy", "down" if q.value < 0 else "up")
        self._growth(q, change, raw, subject, None)
        return True
