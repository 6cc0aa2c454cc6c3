"""One sentence on its way into figures: what each number is, of whom, and when."""

from __future__ import annotations

import bisect
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from yuanheng.reading import indicators
from yuanheng.reading.comparisons import Change, Rank, change_before
from yuanheng.reading.counting import counts_noun, is_structure
from yuanheng.reading.lists import Listed, listed_values, ranking
from yuanheng.reading.model import Comparison, Fact
from yuanheng.reading.passing import Passing
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.scene import Subject
from yuanheng.reading.structures import shares
from yuanheng.reading.targets import is_target

if TYPE_CHECKING:
    from yuanheng.reading.facts import FactReader

_DURATION = re.compile(
    r"(?:历经|经过|历时|用时|只用了?|用了|仅用了?|发展了|压缩至|压缩到|压减至|缩短至|缩短到|缩短为|压缩为|提速至|压缩了|缩短了|间隔|平均用时)[^，。；\d]{0,4}$"
)
# 园区数量由11个: where the name was taken for the subject, it is what is counted too.
_COUNTED = re.compile(
    r"(?P<noun>[\u3400-\u9fff]{1,10}(?:数量|总数|个数|户数|总量|规模|面积))(?:由|从|为|达到?|仅|约|已|共|有)*$"
)
_APART = re.compile(
    r"(?:差距|相差|之比|倍数)[^，。；]{0,4}$|(?:是|为|相当于)[^，。；\d]{2,16}的(?:约|近)?$"
)
# 全省排名, 增速位居全市: what a rank is among, and nothing that is ranked.
_SCOPE = re.compile(
    r"[，、；：和与及\s]|全[国省市县区州]|增速|增幅|总量|总额|排名|位次|名次|排位|分?[位居列排]|均|分别|第|其中|在"
)
# 进度居全市第一: a noun of its own at the head of the clause.
_LEADS = re.compile(
    r"[，；]?(?:工作|建设|处置|招商)?(?:进度|成绩|得分|满意度|完成率)[^，。；]{0,3}(?:居|列|位)"
)
# Words before a length of time that say what lasts, and words behind it that say what is due.
_TERM = re.compile(
    r"(?P<noun>[\u3400-\u9fff]{0,4}(?:有效期|工期|期限|时限|时长|周期|用时|停工|停产|停建|闲置|签约|回收期|逾期|超期|拖延|试用期|建设期|免租期|限期))"
    r"[^，。；]{0,8}(?:[，]?共|已|长|为|达|约|近|超过?)*$"
)
_WITHIN = re.compile(
    r"(?:之内|以内|内)(?:给予|予以|完成|作出|做出)?(?P<what>答复|回复|办结|反馈|整改|受理|报告|核实|响应|办理)"
)
# 拉动规上工业增加值增长1.7个百分点: a part in another's growth, and no change of its own.
_DRIVES = re.compile(r"(?P<what>(?:拉动|带动|拉低|拉高|下拉|上拉)[^，。；]{2,})$")
_BARE = frozenset(("投资", "产值", "总产值", "营业收入", "税收", "总投资", "增加值"))
_NEXT_CLAUSE = re.compile(r"[\u3400-\u9fff]{0,14}，[\u3400-\u9fff]{0,12}")
_REACHES = re.compile(r"(?:上升|提升|跃升|晋升|前移|前进|下降|下滑|后退|[升降退进])(?:到|至)第?$")
_BARE_CHANGE = re.compile(r"(?:净增加?|净减少?|增加|减少|提高|上升|下降|降低)了?")


class Sentence(Passing):
    """One sentence on its way into figures."""

    def __init__(
        self, reader: FactReader, start: int, end: int, numbers: list[Quantity | Rank]
    ) -> None:
        super().__init__(reader, start, end, numbers)
        self.last_stop = start
        self.lists: dict[int, Listed] = {}
        self.counts_nouns = False
        self.ranks_own = False

    def read(self) -> None:
        self._move_subject()
        if self.numbers:
            named = ranking(self.text[self.start : self.numbers[0].start])
            if named:
                self.topic = re.sub(r"^从|(?:排名|排位)$", "", named["noun"])
            self.lists = listed_values(
                self.text, self.start, self.end, self.numbers, self.lexicon.places_of_stem
            )
        for place, number in enumerate(self.numbers):
            self.place = place
            if isinstance(number, Rank):
                self._rank(number)
            else:
                self._figure(number)
        for q, name, at in shares(self.text, self.start, self.end):
            when = self.period_of(at, target=False)
            self._put(q, self._subject(q, "")[0], (name, name), "level", when)
        self.keep_time(figures=bool(self.numbers))

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
        if self._is_passed(q, pre):
            return
        clause = self.border(q.start)
        self.last_stop = max(self.last_stop, q.stop)
        if q.unit in self.lexicon.words["time_units"]:
            self._duration(q, pre)
            return
        if item and item.position == 0:
            self.partners = [] if item.is_named else self.facts[-item.count :]
        change = change_before(self.text, left, q, self.lexicon)
        if change is None and item and item.position == 0:
            self.last_change = None
        if change is None and item is not None and item.shares_cue and self.last_change:
            change = replace(self.last_change, at=q.before)
        if change is None and _BARE_CHANGE.fullmatch(pre) and self._goes_on(q):
            word = pre.strip("，、；了")
            change = Change(q.before, "yoy", self.lexicon.words["directions"].get(word, "up"))
        driven = _DRIVES.search(pre) if q.unit == "个百分点" else None
        if driven:
            raw = driven["what"].rstrip("了约近")
            self._put(
                q, self._subject(q, pre)[0], (raw, raw), "level", self.period_of(q.start, False)
            )
            return
        if change:
            self.last_change = change
            self._changed(q, left, change, item)
        elif q.measure.canonical in ("个百分点", "番", "倍") and not _APART.search(pre):
            return
        else:
            self._plain(q, left, pre, item, clause)

    def _duration(self, q: Quantity, pre: str) -> None:
        target = is_target(self.scene, self.start, q.before)
        if not _DURATION.search(pre):
            self._term(q, pre)
            return
        raw = indicators.trimmed(_DURATION.sub("", pre), self.lexicon)
        if not raw:
            raw = "发展年限" if "发展" in self.text[q.stop : q.stop + 4] else "时长"
        kind = "target" if "间隔" in pre else "duration"
        self._put(q, self._subject(q, pre)[0], (raw, raw), kind, self.period_of(q.start, target))

    def _shared_noun(self, q: Quantity, raw: str) -> str:
        """5宗、312亩土地: the noun that two counts share."""
        after = self._after()
        if raw or after is None or self.text[q.stop : after.before] != "、":
            return ""
        return indicators.noun_after(self.text, after, self.end)

    def _term(self, q: Quantity, pre: str) -> None:
        """限期6个月整改, 停工97天, 3个工作日内答复: how long something may last, or has lasted."""
        before, behind = _TERM.search(pre), _WITHIN.match(self.text, q.stop, self.end)
        if not before and not behind:
            return
        defined = q.qualifier == "at_least" or self.text.startswith("的", q.stop)
        if defined and before and before["noun"].endswith("闲置"):
            # 闲置两年以上, 闲置1—2年的: what makes land idle, not how long it was.
            return
        noun = before["noun"] if before and before["noun"] else ""
        raw = noun or (f"{behind['what']}时限" if behind else "期限")
        period = self.period_of(q.start, target=False)
        self._put(q, self._subject(q, pre)[0], (raw, raw), "duration", period)

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
        after = indicators.noun_after(self.text, q, self._next_start(q)) or self._shared_noun(
            q, raw
        )
        front = self.text[max(self.start, q.before - 4) : q.before]
        listed = self.counts_nouns and front.endswith(("、", "和", "及", "与"))
        attributive = counts_noun(self.text, q, raw, after, front, lexicon, listed=listed)
        self.counts_nouns = attributive and q.measure.canonical != "%"
        if attributive:
            if q.value <= 20 and is_structure(after, lexicon):
                return
            if after.endswith("级"):
                after += self._shared_head(q)
            raw = f"{after}占比" if q.measure.canonical == "%" else after
        subject, raw = self._named(q, subject, raw, after, item)
        raw = raw or self._before_time(pre[cut:], left + cut)
        counted = None if raw else _COUNTED.search(pre)
        raw = raw or (counted["noun"] if counted else self._carried(q, clause))
        raw = self._of_counted(q, raw)
        if self._is_rate(q, raw, subject):
            return
        subject = self._owner(q, subject, attributive=attributive)
        if raw:
            self._dated_back(self._put_level(q, subject, raw), pre)

    def _of_counted(self, q: Quantity, raw: str) -> str:
        """10个市级重点项目，完成投资103亿元: whose investment it is."""
        before = self.numbers[self.place - 1] if self.place else None
        if raw not in _BARE or not self.facts or not isinstance(before, Quantity):
            return raw
        last = self.facts[-1]
        near = _NEXT_CLAUSE.fullmatch(self.text, before.stop, q.before)
        counted = (
            last.raw.endswith(("项目", "企业", "工程")) and before.unit in self.lexicon.count_units
        )
        return last.raw + raw if near and counted else raw

    def _rank(self, rank: Rank) -> None:
        """A rank belongs to the figure before it, or is a figure itself."""
        mapped = self.scene.mapped
        left = max(self.last_stop, self.border(rank.start))
        item = self.lists.get(rank.start)
        words = self.text[left : rank.start]
        ranked = re.search(r"排名|位次|名次|考评|考核|评价|综合|评比", words)
        if item is None or item.position == 0:
            named = item and item.is_named and _SCOPE.sub("", item.noun or item.subject or "")
            self.ranks_own = bool(item and (named or _SCOPE.sub("", words)))
        own = (
            self.ranks_own
            or self._reaches(rank, words)
            or self._of_another(rank, left)
            or ((ranked or _LEADS.match(words)) and _SCOPE.sub("", words))
        )
        if self.facts and not own and not re.match(r"个?[\u3400-\u9fff]{0,6}(?:中|里)", words):
            place = mapped.span(rank.start, rank.end)
            shown = mapped.name(rank.start, rank.end)
            told = self._ranked_fact(rank, item)
            self._add_rank(told, Comparison("rank", None, rank.value, "位", shown, place))
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

    def _reaches(self, rank: Rank, words: str) -> bool:
        """由上年第73位上升至第36位: where it got to is a rank like the one it came from."""
        last = self.facts[-1] if self.facts else None
        return bool(last and last.unit_canonical == "位" and _REACHES.search(words))

    def _of_another(self, rank: Rank, left: int) -> bool:
        """临江经开区第33位,上年是第68位: ranks of one named, or of another year, by themselves."""
        words = self.text[left : rank.start]
        found = self.scene.subject_at(left, rank.start)
        if found and re.match(r"，?[；、]?(?:在)?全[国省市县区州]", words):
            # 全省第八位: what the rank is among.
            found = None
        return bool(
            (found and not _SCOPE.sub("", self.text[found[1] : rank.start]))
            or re.fullmatch(
                r"，?(?:上年|去年|上一年|前年|此前|20\d\d年)(?:是|为|列|居|排)?第", words
            )
        )

    def _ranked_fact(self, rank: Rank, item: Listed | None) -> Fact:
        """The figure that a rank tells of: the last, or of a list the one at the same position."""
        part = self.text.rfind("；", self.start, rank.start)
        at = bisect.bisect_left(self.scene.mapped.starts, self.facts[-1].span[0])
        if item and part < at:
            first = self.scene.mapped.span(max(part, self.start), rank.start)[0]
            own = [fact for fact in self.facts if fact.span[0] >= first]
            if len(own) == item.count:
                return own[item.position]
        return self.facts[-1]

    def _ranked(self, q: Quantity, pre: str, left: int) -> tuple[Subject, str]:
        subject, cut = self._subject(q, pre)
        raw = indicators.trimmed(self._without_time(pre[cut:], left + cut), self.lexicon)
        raw = re.sub(r"^在?(?:全[国省市县区](?:的)?)?(?:个)?", "", raw).removesuffix("中")
        return subject, raw if raw.endswith(("排名", "位次", "名次")) else f"{raw}排名"
