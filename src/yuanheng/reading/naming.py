"""The name of a figure where it is not simply the words before the number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yuanheng.reading import indicators
from yuanheng.reading.comparisons import Rank
from yuanheng.reading.lists import Listed
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.recording import Recorded
from yuanheng.reading.scene import Subject

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader

_SHARE = re.compile(
    r"占(?P<of>[^，。；\d]{0,16}?)(?:的)?(?P<word>比重|比例|份额|比)?(?:分别|依次|提高|提升|上升|下降)?(?:为|达到?|到|约|近|超过?|至)*$"
)
_DONE = re.compile(
    r"(?:完成|占|为|达到?|达)(?P<what>[^，。；\d]{0,12}?(?:任务|计划|目标|预算|预期|进度)(?:数|总数|的)?)(?:的)?(?:约|近|\d+[^，。；]{0,4}的)?$"
)
_MONEY = re.compile(
    r"(?:资金|基金|贷款|债券|补助|补贴|奖励|额度|产值|税收|投资|经费|总价|价格|成交价|起始价)$"
)
_TOPIC = re.compile(
    r"[\s（(一二三四五六七八九十\d）)、.]*(?:从|按|就)?(?P<noun>[\u3400-\u9fff]{2,16}?)(?:来|上)?(?:看|方面)[，：]"
)
_GROUPED = re.compile(
    r"^分|(?:县区|园区|地区|区域|行业|类型|类别|产业|领域|单位|部门|开发区|情况|指标)$"
)


class Naming(Recorded):
    """A sentence that finds names in its topic, its lists and the figure before."""

    def __init__(
        self, reader: FactReader, start: int, end: int, numbers: list[Quantity | Rank]
    ) -> None:
        super().__init__(reader, start, end, numbers)
        self.topic = ""
        self.list_noun = ""

    def _clause_noun(self, q: Quantity) -> str:
        """The noun of the clause before: 税收收入方面,…分别增长."""
        at = self.borders.index(self.border(q.start))
        if at == 0:
            return ""
        words = self.text[self.borders[at - 1] : self.borders[at] - 1]
        words = re.sub(r"(?:方面|来看|看|上)$", "", words)
        for rate in self.lexicon.words["rate_names"]:
            words = words.removesuffix(rate)
        if _GROUPED.search(words):
            return ""
        noun = indicators.trimmed(re.sub(r"^从", "", words), self.lexicon)
        return noun if len(noun) <= 20 else ""

    def _topic(self) -> str:
        """What a sentence says that it looks at: 从投资完成率看,…."""
        if self.topic:
            return self.topic
        match = _TOPIC.match(self.text, self.start, self.end)
        return match["noun"] if match and not _GROUPED.search(match["noun"]) else ""

    def _named(
        self, q: Quantity, subject: Subject, raw: str, after: str, item: Listed | None
    ) -> tuple[Subject, str]:
        """The name of a list's value, of the money behind it, or of what the sentence looks at."""
        if item:
            if item.position == 0:
                self.list_noun = raw
            raw = raw or ("" if item.is_named else self.list_noun)
            subject, raw = self._listed(item, subject, raw)
        if not raw and q.measure.canonical == "元" and _MONEY.search(after):
            raw = after
        return subject, raw or self._topic()

    def _shared_head(self, q: Quantity) -> str:
        """2个国家级和9个省级开发区: the noun that both numbers share."""
        later = [n for n in self.numbers if isinstance(n, Quantity) and n.start > q.start]
        if not later or not re.match(
            r"[\u3400-\u9fff]{2,4}[和、及与]$", self.text[q.stop : later[0].before]
        ):
            return ""
        noun = indicators.noun_after(self.text, later[0], self.end)
        return re.sub(r"^.*级", "", noun)

    def _share(self, words: str, q: Quantity) -> str | None:
        """占比 and completion rates, which are named after the figure before."""
        last = self.facts[-1] if self.facts else None
        if last and last.measure == "target" and re.fullmatch(r"\s*的(?:约|近)?", words):
            # 完成年度任务589亿元的37.22%
            head = self.facts[-2].raw if len(self.facts) > 1 else ""
            return f"{head}{last.raw}完成率"
        done = _DONE.search(words)
        if done:
            what = done["what"].removesuffix("的")
            head = indicators.trimmed(words[: done.start()], self.lexicon) or (
                self.facts[-1].raw if self.facts else ""
            )
            return f"{head}{what}完成率"
        share = _SHARE.search(words)
        if not share:
            return None
        head = indicators.trimmed(words[: share.start()], self.lexicon)
        of = re.sub(r"^(?:全[省市县区]|总数)(?:的)?", "", share["of"].removesuffix("的"))
        if not head and self.facts:
            head = self._last_raw()
        if of and len(of) > 2 and share["word"]:
            return f"{head}占{of}{share['word']}"
        return f"{head}占比"

    def _carried(self, q: Quantity, clause: int) -> str:
        """The indicator of the number before, where only values go on: 37宗、1893.4亩."""
        told = self.reader.facts[-1] if self.reader.facts else None
        if (
            not self.facts
            and told
            and told.unit_canonical == q.measure.canonical
            and self.text.startswith("其中", self.start)
        ):
            # 项目38个。其中甲园11个、乙园9个: of what the sentence before counted.
            return told.raw
        if not self.facts:
            found = self._clause_noun(q)
            return found if found and len(found) <= 14 else ""
        # A rank says of whom the figure was the fifth: what goes on is the figure.
        kind = q.measure.canonical
        last = self.facts[-1]
        if last.unit_canonical == "位":
            fitting = [one for one in self.facts[-8:] if one.unit_canonical == kind]
            plain = [one for one in self.facts if one.unit_canonical != "位"]
            last = [last, *plain, *fitting][-1]
        if last.unit_canonical == q.measure.canonical:
            return last.raw
        land = "亩宗平方米"
        if last.unit_canonical in land and q.measure.canonical in land:
            stem = re.sub(r"(?:面积|宗数)$", "", last.raw)
            return stem + ("面积" if q.measure.canonical != "宗" else "宗数")
        if (
            self.border(q.start) == clause
            and q.measure.canonical == "元"
            and last.unit_canonical in ("个", "项")
        ):
            return last.raw + "金额"
        return last.raw
