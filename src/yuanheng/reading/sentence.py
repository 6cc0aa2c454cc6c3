"""One sentence on its way into figures: what each number is, of whom, and when."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from yuanheng.reading import indicators
from yuanheng.reading.comparisons import Change, Rank, change_before
from yuanheng.reading.counting import counts_noun, is_structure, is_threshold
from yuanheng.reading.lists import Listed, listed_values, ranking
from yuanheng.reading.model import Comparison, Fact
from yuanheng.reading.periods import Period, as_of, year_period
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.scene import Subject
from yuanheng.reading.targets import is_target
from yuanheng.reading.timing import Timed

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader

_DURATION = re.compile(
    r"(?:历经|经过|历时|用时|只用了?|用了|仅用了?|发展了|压缩至|压缩到|压减至|缩短至|缩短到|缩短为|压缩为|提速至|压缩了|缩短了|间隔|平均用时)[^，。；\d]{0,4}$"
)
_SHARE = re.compile(
    r"占(?P<of>[^，。；\d]{0,16}?)(?:的)?(?P<word>比重|比例|份额|比)?(?:分别|依次|提高|提升|上升|下降)?(?:为|达到?|到|约|近|超过?|至)*$"
)
_DONE = re.compile(
    r"(?:完成|占|为|达到?|达)(?P<what>[^，。；\d]{0,12}?(?:任务|计划|目标|预算|预期|进度)(?:数|总数|的)?)(?:的)?(?:约|近|\d+[^，。；]{0,4}的)?$"
)
_PRIOR = re.compile(r"(?:上年|去年|上年度)(?:同期|末|底)?的?$")
# 县财政局要…: what an office of the place shall do is about the place.
_OFFICE = re.compile(
    r"\s*[省市州县区](?![域内外级])[\u3400-\u9fff]{1,12}?(?:局|委|办|部|中心|公司|院|室)"
)
_BARE_CHANGE = re.compile(r"(?:增加|减少|提高|上升|下降|降低)了?")
_MONEY = re.compile(r"(?:资金|基金|贷款|债券|补助|补贴|奖励|额度|产值|税收|投资|经费)$")
_TOPIC = re.compile(
    r"[\s（(一二三四五六七八九十\d）)、.]*(?:从|按|就)?(?P<noun>[\u3400-\u9fff]{2,16}?)(?:来|上)?(?:看|方面)[，：]"
)
_GROUPED = re.compile(
    r"^分|(?:县区|园区|地区|区域|行业|类型|类别|产业|领域|单位|部门|开发区|情况|指标)$"
)
_LEAD_IN = re.compile(
    r"[\s“（]*(?:【[^】\n]{2,10}】)?(?:(?:[（(]?[一二三四五六七八九十\d]+[）)、.])|其中：?|目前，?|同时，?|据悉，|据介绍，|(?:作为)|此次|记者从|今年|去年|以|从|使)*"
)
_JOINED = re.compile(
    r"[\s、，和与及“）]*(?:【[^】\n]{2,10}】)?(?:其中[：，]?|而|全面|作为|仅|以|使|在|到)?"
)
_MINE = re.compile(r"的(?P<name>[\u3400-\u9fffA-Z]{2,16}?项目)(?=[，。；：、正已主于]|$)")


class Sentence(Timed):
    """One sentence on its way into figures."""

    def __init__(
        self, reader: FactReader, start: int, end: int, numbers: list[Quantity | Rank]
    ) -> None:
        super().__init__(reader, start, end, in_clauses=bool(numbers))
        self.numbers, self.lexicon = numbers, reader.lexicon
        self.facts: list[Fact] = []
        self.last_stop = start
        self.lists: dict[int, Listed] = {}
        self.last_change: Change | None = None
        self.partners: list[Fact] = []
        self.held: Subject | None = None
        self.counts_nouns = False
        self.topic = ""
        self.list_noun = ""

    def read(self) -> None:
        self._move_subject()
        if self.numbers:
            named = ranking(self.text[self.start : self.numbers[0].start])
            if named:
                self.topic = re.sub(r"^从|(?:排名|排位)$", "", named["noun"])
            self.lists = listed_values(self.text, self.start, self.end, self.numbers)
        for number in self.numbers:
            if isinstance(number, Rank):
                self._rank(number)
            else:
                self._figure(number)
        self.keep_time(figures=bool(self.numbers))

    # Where a number stands -----------------------------------------------------------------

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
        if found and self.text[found[1] : found[1] + 1] not in ("、", "和", "及"):
            return found
        return None

    # What a number is ----------------------------------------------------------------------

    def _figure(self, q: Quantity) -> None:
        left = max(self.last_stop, self.border(q.start))
        item = self.lists.get(q.start)
        if item and item.is_named:
            left = max(left, min(item.cue, q.before))
        named = ranking(self.text[left : q.before])
        if named:
            self.topic = re.sub(r"^从|(?:排名|排位)$", "", named["noun"])
            left += named.end()
        pre = self.text[left : q.before]
        if is_threshold(self.text, q, pre, self.lexicon):
            return
        clause = self.border(q.start)
        self.last_stop = max(self.last_stop, q.stop)
        if q.unit in self.lexicon.words["time_units"]:
            self._duration(q, pre)
            return
        if item and item.position == 0:
            self.partners = [] if item.is_named else self.facts[-item.count :]
        change = change_before(self.text, left, q, self.lexicon)
        if change is None and item is not None and item.shares_cue and self.last_change:
            change = replace(self.last_change, at=q.before)
        if change is None and _BARE_CHANGE.fullmatch(pre) and self._goes_on(q):
            word = pre.strip("，、；了")
            change = Change(q.before, "yoy", self.lexicon.words["directions"].get(word, "up"))
        if change:
            self.last_change = change
            self._changed(q, left, change, item)
        elif q.measure.canonical in ("个百分点", "番", "倍"):
            return
        else:
            self._plain(q, left, pre, item, clause)

    def _goes_on(self, q: Quantity) -> bool:
        """Whether the figure before has the same unit: 成本为85.31元,增加0.42元."""
        return bool(self.facts) and self.facts[-1].unit_canonical == q.measure.canonical

    def _duration(self, q: Quantity, pre: str) -> None:
        target = is_target(self.scene, self.start, q.before)
        if not _DURATION.search(pre):
            return
        raw = indicators.trimmed(_DURATION.sub("", pre), self.lexicon)
        if not raw:
            raw = "发展年限" if "发展" in self.text[q.stop : q.stop + 4] else "时长"
        kind = "target" if "间隔" in pre else "duration"
        self._put(q, self._subject(q, pre)[0], (raw, raw), kind, self.period_of(q.start, target))

    def _changed(self, q: Quantity, left: int, change: Change, item: Listed | None) -> None:
        """A change said of the figure before, or a rate that stands alone."""
        raw_pre = self.text[left : change.at]
        subject, cut = self._subject(q, raw_pre)
        noun = indicators.trimmed(self._without_time(raw_pre[cut:], left + cut), self.lexicon)
        rate = [word for word in self.lexicon.words["rate_names"] if noun.endswith(word)]
        partner = self._partner(item)
        if partner and not noun:
            partner.add(self._comparison(q, change))
            return
        if not noun and not item and cut and self._turns_to(subject, q):
            self._growth(q, change, self.facts[-1].raw, subject, None)
            return
        if self._says_of_last(change, noun, item) or q.measure.canonical != "%":
            if self.facts:
                self.facts[-1].add(self._comparison(q, change))
            return
        for word in rate:
            noun = noun.removesuffix(word)
        self._growth(q, change, noun, subject, item)

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
        if not noun:
            return
        target = is_target(self.scene, self.start, q.before)
        fact = self._put(q, subject, (indicators.named(noun, q, self.lexicon), noun),
                         "target" if target else "growth", self.period_of(q.start, target))  # fmt: skip
        if q.measure.canonical == "%":
            fact.value_canonical = -abs(q.value) if change.direction == "down" else abs(q.value)
        fact.comparison = self._comparison(q, change)

    def _clause_noun(self, q: Quantity) -> str:
        """The noun of the clause before: 税收收入方面,…分别增长."""
        at = self.borders.index(self.border(q.start))
        if at == 0:
            return ""
        words = self.text[self.borders[at - 1] : self.borders[at] - 1]
        words = re.sub(r"(?:方面|来看|看|上)$", "", words)
        for rate in self.lexicon.words["rate_names"]:
            words = words.removesuffix(rate)
        noun = indicators.trimmed(re.sub(r"^从", "", words), self.lexicon)
        return noun if len(noun) <= 20 else ""

    def _topic(self) -> str:
        """What a sentence says that it looks at: 从投资完成率看,…."""
        if self.topic:
            return self.topic
        match = _TOPIC.match(self.text, self.start, self.end)
        return match["noun"] if match and not _GROUPED.search(match["noun"]) else ""

    def _plain(self, q: Quantity, left: int, pre: str, item: Listed | None, clause: int) -> None:
        lexicon = self.lexicon
        subject, cut = self._subject(q, pre)
        words = self._without_time(pre[cut:], left + cut)
        if not cut:
            inner, inner_cut = self._subject(q, words)
            if inner_cut:
                subject, words = inner, words[inner_cut:]
        if q.measure.canonical == "%":
            special = self._share(words, q)
            if special:
                if item:
                    subject, special = self._listed(item, subject, special)
                self._dated_back(self._put_level(q, subject, special), pre)
                return
        raw = indicators.trimmed(words, lexicon)
        after = indicators.noun_after(self.text, q, self._next_start(q))
        front = self.text[max(self.start, q.before - 4) : q.before]
        listed = self.counts_nouns and front.endswith(("、", "和", "及", "与"))
        attributive = counts_noun(self.text, q, raw, after, front, lexicon, listed=listed)
        self.counts_nouns = attributive and q.measure.canonical != "%"
        if attributive:
            if is_structure(after, lexicon):
                return
            if after.endswith("级"):
                after += self._shared_head(q)
            raw = f"{after}占比" if q.measure.canonical == "%" else after
        subject, raw = self._named(q, subject, raw, after, item)
        raw = raw or self._carried(q, clause)
        if self._is_rate(q, raw, subject):
            return
        subject = self._owner(q, subject, attributive=attributive)
        if raw:
            self._dated_back(self._put_level(q, subject, raw), pre)

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

    def _owner(self, q: Quantity, subject: Subject, *, attributive: bool) -> Subject:
        """总投资32亿元的某某项目: the project is the subject, for the rest of the sentence."""
        mine = None if attributive else _MINE.match(self.text, q.stop)
        if mine and q.measure.canonical in ("元", "亩"):
            self.held = Subject(mine["name"], "project")
            return self.held
        return subject

    def _is_rate(self, q: Quantity, raw: str, subject: Subject) -> bool:
        """规上工业增加值增速11.9%: a growth by its name."""
        rates = tuple(self.lexicon.words["rate_names"])
        if q.measure.canonical != "%" or not raw.endswith(rates):
            return False
        for rate in rates:
            raw = raw.removesuffix(rate)
        change = Change(q.before, "yoy", "down" if q.value < 0 else "up")
        self._growth(q, change, raw, subject, None)
        return True

    def _dated_back(self, fact: Fact, pre: str) -> None:
        """由上年的54.1%: a figure of the year before."""
        if _PRIOR.search(pre):
            year = year_period((fact.period_end or self.scene.today).year - 1)
            fact.period, fact.period_start, fact.period_end = year.label, year.start, year.end

    def _next_start(self, q: Quantity) -> int:
        return min((n.start for n in self.numbers if n.start > q.start), default=self.end)

    def _share(self, words: str, q: Quantity) -> str | None:
        """占比 and completion rates, which are named after the figure before."""
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

    def _last_raw(self) -> str:
        last = self.facts[-1]
        return last.raw.removesuffix("占比")

    def _carried(self, q: Quantity, clause: int) -> str:
        """The indicator of the number before, where only values go on: 37宗、1893.4亩."""
        if not self.facts:
            found = self._clause_noun(q)
            return found if found and len(found) <= 14 else ""
        last = self.facts[-1]
        if last.unit_canonical == q.measure.canonical:
            return last.raw
        same = "亩宗平方米"
        if last.unit_canonical in same and q.measure.canonical in same:
            stem = re.sub(r"(?:面积|宗数)$", "", last.raw)
            return stem + ("面积" if q.measure.canonical != "宗" else "宗数")
        if (
            self.border(q.start) == clause
            and q.measure.canonical == "元"
            and last.unit_canonical in ("个", "项")
        ):
            return last.raw + "金额"
        return last.raw

    # Putting it down -----------------------------------------------------------------------

    def _without_time(self, words: str, at: int) -> str:
        """The words behind the last time that stands in them."""
        cut = max((m.stop - at for m in self.times if at <= m.at < at + len(words)), default=0)
        return words[cut:] if 0 < cut <= len(words) else words

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

    def _partner(self, item: Listed | None) -> Fact | None:
        if item and not item.is_named and len(self.partners) == item.count:
            return self.partners[item.position]
        return None

    def _put_level(self, q: Quantity, subject: Subject, raw: str) -> Fact:
        target = is_target(self.scene, self.start, q.start)
        if target and re.search(
            r"剩余|未|现有|停|在建|续建|的$", raw[:2] + self.text[q.before - 2 : q.before]
        ):
            target = False
        name = indicators.named(raw, q, self.lexicon)
        return self._put(
            q,
            subject,
            (name, raw),
            "target" if target else "level",
            self.period_of(q.start, target),
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
        value = (q.value, q.unit, q.measure.canonical, round(q.value * q.measure.factor, 6))
        fact = self.reader.put(q.start, q.end, subject, period, name, measure, value, q.qualifier)
        self.facts.append(fact)
        return fact

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

    def _rank(self, rank: Rank) -> None:
        """A rank belongs to the figure before it, or is a figure itself."""
        mapped = self.scene.mapped
        left = max(self.last_stop, self.border(rank.start))
        item = self.lists.get(rank.start)
        words = self.text[left : rank.start]
        own = item or re.search(r"排名|位次|名次|考评|考核|评价|综合|评比", words)
        if self.facts and not own and not re.match(r"个?[\u3400-\u9fff]{0,6}(?:中|里)", words):
            place = mapped.span(rank.start, rank.end)
            shown = mapped.name(rank.start, rank.end)
            self.facts[-1].add(Comparison("rank", None, rank.value, "位", shown, place))
            return
        if not own and not words.strip("第位居列排"):
            return
        place_unit = self.lexicon.units["位"]
        q = Quantity(rank.start, rank.end, rank.end, rank.value, "位", place_unit, before=rank.at)
        subject, raw = self._ranked(q, self.text[left : max(left, rank.at)], left)
        if item:
            subject, raw = self._listed(item, subject, raw)
        self.last_stop = max(self.last_stop, rank.end + 1)
        fact = self._put(q, subject, (raw, raw), "level", self.period_of(rank.start, False))
        fact.unit_canonical = "位"

    def _ranked(self, q: Quantity, pre: str, left: int) -> tuple[Subject, str]:
        subject, cut = self._subject(q, pre)
        raw = indicators.trimmed(self._without_time(pre[cut:], left + cut), self.lexicon)
        raw = re.sub(r"^在?(?:全[国省市县区](?:的)?)?(?:个)?", "", raw).removesuffix("中")
        return subject, raw if raw.endswith(("排名", "位次", "名次")) else f"{raw}排名"
