"""Numbers that are no figures: limits, rules, what is said again or only tells how a meeting went."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yuanheng.reading import indicators
from yuanheng.reading.comparisons import Rank
from yuanheng.reading.counting import is_threshold, orders_text
from yuanheng.reading.growths import Changing
from yuanheng.reading.quantities import Quantity

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader

_MILESTONE = re.compile(r"(?:大关|关口|台阶|门槛)")
_TO_EXACT = re.compile(r"(?:大关|关口|台阶|门槛)，?(?:，|达到?|为|实现|完成)*")
_SPEAKS = re.compile(r"[^，。；\d]{0,8}作[^，。；]{0,4}发言")
_WATCHED = re.compile(r"观摩[^，。；]*$")
_SAMPLED = re.compile(r"随机抽[取查选][^，。；\d]*$")
_SCHEME = re.compile(r"总分|满分|加分|扣分|计分|赋分|分值|权重|百分制")
_SIZES = re.compile(r"(?:级|规模|的|以上)*[\u3400-\u9fff]")
_WITHIN_IT = re.compile(r"[\u3400-\u9fff]{1,8}[中里](?![心间])")
_DONE_TO = re.compile(r"(?:把|将|对|针对)[^，。；\d]{0,8}$")
_AMONG = re.compile(r"[\u3400-\u9fff]{1,8}第[\d一二三四五六七八九十]")
_PLACED = re.compile(r"(?:居|列|排|位)[^，。；]{0,4}$")
# 其余4个园区: the others are whom the next number is about.
_OTHERS = re.compile(r"(?:其余|其他|另外|余下)的?$")


class Passing(Changing):
    """A sentence that passes over numbers which are none of its figures."""

    def __init__(
        self, reader: FactReader, start: int, end: int, numbers: list[Quantity | Rank]
    ) -> None:
        super().__init__(reader, start, end, numbers)
        self.place = 0

    def _is_passed(self, q: Quantity, pre: str) -> bool:
        """Whether a number is no figure."""
        return (
            is_threshold(self.text, q, pre, self.lexicon)
            or orders_text(self.text, q, self.lexicon)
            or self._is_sized(q)
            or self._is_rule(q)
            or self._is_again(q)
            or self._is_field(q)
            or bool(_OTHERS.search(pre))
            or self._is_milestone(q, pre)
            or self._is_staged(q)
        )

    def _is_sized(self, q: Quantity) -> bool:
        """6个300亿元产业集群: how large each of those is that were counted just before."""
        before = self.numbers[self.place - 1] if self.place else None
        return bool(
            isinstance(before, Quantity)
            and before.stop == q.before
            and before.unit in self.lexicon.count_units
            and q.measure.canonical == "元"
            and _SIZES.match(self.text, q.stop, q.stop + 4)
        )

    def _is_rule(self, q: Quantity) -> bool:
        """A score or a limit in a paper of rules, which says what shall hold and not what is."""
        if q.unit == "分" and _SCHEME.search(self.text, self.start, self.end):
            return True
        if not self.scene.has_articles:
            return False
        limited = q.qualifier in ("at_most", "less_than")
        return q.unit == "分" or (limited and q.measure.canonical == "%")

    def _is_field(self, q: Quantity) -> bool:
        """居全市10个县区第2位: among how many a rank is."""
        return bool(
            _AMONG.match(self.text, q.stop, q.stop + 14)
            and _PLACED.search(self.text, max(self.start, q.before - 8), q.before)
        )

    def _is_again(self, q: Quantity) -> bool:
        """58个项目中, 对没有动工的7个项目: a number that was given before, only to speak of it."""
        if q.unit not in self.lexicon.count_units or q.value < 2:
            return False
        within = _WITHIN_IT.match(self.text, q.stop, q.stop + 10)
        done_to = _DONE_TO.search(self.text, max(self.start, q.before - 12), q.before)
        return bool(within or done_to) and (q.value, q.unit) in self.reader.told

    def _after(self) -> Quantity | None:
        """The next number of the sentence."""
        after = self.numbers[self.place + 1] if self.place + 1 < len(self.numbers) else None
        return after if isinstance(after, Quantity) else None

    def _is_milestone(self, q: Quantity, pre: str) -> bool:
        """突破11亿元大关 behind or before the exact figure says it once more."""
        after = self._after()
        if after and _TO_EXACT.fullmatch(self.text, q.stop, after.before):
            return after.measure.canonical == q.measure.canonical
        last = self.facts[-1] if self.facts else None
        again = last is not None and last.unit_canonical == q.measure.canonical
        again = again and not indicators.trimmed(pre, self.lexicon)
        return again and bool(_MILESTONE.match(self.text, q.stop))

    def _is_staged(self, q: Quantity) -> bool:
        """3个园区作交流发言, 观摩了5个项目: how a meeting went is no figure."""
        return bool(
            _SPEAKS.match(self.text, q.stop)
            or _WATCHED.search(self.text, self.border(q.start), q.start)
            or _SAMPLED.search(self.text, self.border(q.start), q.before)
        )
