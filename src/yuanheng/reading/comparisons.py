"""Changes and differences: 同比增长17.23%, 提高0.9个百分点, 低于全市平均, 是上年的1.6倍, 第2位."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from yuanheng.reading.lexicon import Lexicon, alternation
from yuanheng.reading.quantities import Quantity, numeral

_RANK = re.compile(
    r"(?:居|列|排|排名|名列|位|至|到|为|跃升|升|前进|位次|名次)[^，。；、\n\d第]{0,10}?(?:倒数)?第(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3}(?=[位名，。；、：！）\s]|$))(?:位|名)?(?!批|期|次|季|届|个|产业|轮|一季|二季|三季|四季|条|项|步|章)"
    r"|(?:名列|位列|分列|列|位居|居)(?:全[国省市县区])?(?:第)?(?P<j>\d{1,3})位(?!数|列)|(?<=[、和与])(?P<i>\d{1,3})位(?=[，。；、])"
    r"|(?<=[、和])第(?P<m>\d{1,3})(?:位|名)?|第(?P<k>\d{1,3}|[一二三四五六七八九十]{1,3})(?:位|名)(?![次员单的者])"
)
_DIFFERENCE = re.compile(
    r"(?P<down>低于|慢于|少于|落后于?|滞后于?|低出|欠)(?P<what>[^，。；：\d]{2,16}?)$"
    r"|(?P<up>高于|快于|多于|高出|超出|领先于?|优于|超)(?P<what2>[^，。；：\d]{2,16}?)$"
    r"|(?:比|较)(?P<what3>[^，。；\d]{1,12}?|\d{4}年[^，。；\d]{0,6}?)(?P<word>高|低|快|慢|多|少|重|轻)(?:出|了)?$"
)
_TIMES = re.compile(
    r"(?:是|为|达到?|相当于|仅为|约为)(?P<what>[^，。；]{0,4}(?:上年|去年|同期|平均|(?:19|20)\d\d年)[^，。；\d]{0,6})的(?:约|近)?$"
)
# 比重提升至2.95%: where it got to is a level; 增速提高到8% stays a rate.
_REACHED = re.compile(
    r"(?:提高|提升|上升|跃升|增加|增长|扩大|下降|降低|回落|下滑|压减|压降|减少|升|降|增)(?:到|至)(?:约|近)?$"
)
_RATE = re.compile(r"增速|增幅|增长率|降幅")
_MEAN = re.compile(r"平均|全国|全省|全市|全县|全区|同类|类区")
_PLAN = re.compile(r"进度|计划|目标|标准|省定|预算|预期|任务|序时")
# 同比增长7.9%，增收913万元: by how much it grew, said once more.
_SUMS = ("增收", "减收", "增支", "减支", "多增", "少增")
_DEFECT = re.compile(
    r"了|为|约|近|超过|超|达到?|至|实际|仅|接近|逾|突破|净|幅度|幅|分别|也|均|又|则|各|且|还|再|继续"
)


@dataclass(frozen=True, slots=True)
class Change:
    """The words before a number that make it a change: where they begin, kind and direction."""

    at: int
    kind: str
    direction: str


@functools.lru_cache(maxsize=8)
def _cues(lexicon: Lexicon) -> re.Pattern[str]:
    words = lexicon.words["directions"]
    many = alternation(words)
    return re.compile(
        rf"(?P<front>(?:(?:年均|年均复合|同比|环比|按年|同口径|可比口径|可比|按可比价格?|名义|实际|累计|两年平均|"
        rf"(?:比|较|与)(?:上年|去年|上月|上季度|年初|同期|前年|\d{{4}}年|上年度|去年底|上年末|年初预算|上年同期|去年同期)(?:同期|同月|末|底|相比)?|(?:对|相)比)(?:分别|也|均|又|各|则|仅|略|稳步|依次|大幅|小幅|实际|累计|（[^（）\d]{1, 8}）|，)*)*)"
        rf"(?P<word>(?<!新){many})(?:{_DEFECT.pattern})*$"
    )


def change_before(text: str, start: int, q: Quantity, lexicon: Lexicon) -> Change | None:
    """The change that the words from ``start`` to the number tell of, if they do."""
    pre = text[start : q.before]
    if _REACHED.search(pre) and not _RATE.search(pre):
        return None
    times = _TIMES.search(pre)
    if times and q.measure.canonical in ("倍", "%"):
        kind = "average" if _MEAN.search(times["what"]) else _kind_of_time(times["what"])
        return Change(start + times.start(), kind, "down" if _falls(q) else "up")
    if q.measure.canonical in ("%", "个百分点", "倍", "番") or q.unit not in ("亩",):
        match = _cues(lexicon).search(pre)
        if match and match["word"] == "新增" and not match["front"]:
            match = None
        if match and (
            match["front"]
            or (
                match["word"] in _SUMS
                and match.end("word") - match.start() == len(pre.lstrip("，、"))
            )
            or match["word"].startswith("同比")
            or q.measure.canonical in ("%", "个百分点", "倍", "番", "人", "位")
            or pre.endswith("了")
        ):
            return _of_cue(match, start, q, lexicon)
    return _difference(pre, start)


def _falls(q: Quantity) -> bool:
    return q.value < (100 if q.measure.canonical == "%" else 1)


def _kind_of_time(words: str) -> str:
    return "yoy" if re.search(r"上年|去年|同期", words) else "base"


def _of_cue(match: re.Match[str], start: int, q: Quantity, lexicon: Lexicon) -> Change:
    direction = lexicon.words["directions"][match["word"]]
    if q.value < 0:
        direction = "down" if direction == "up" else "up"
    kind = "yoy"
    for word, name in lexicon.words["comparison_kinds"].items():
        if word in match["front"]:
            kind = name
    if re.search(r"(?:比|较)\d{4}年", match["front"]):
        kind = "base"
    return Change(start + match.start(), kind, direction)


def _difference(pre: str, start: int) -> Change | None:
    match = _DIFFERENCE.search(pre)
    if not match:
        return None
    what = match["what"] or match["what2"] or match["what3"]
    if what.endswith("的"):
        # 超期一年以上的9个: which are meant, not by how much.
        return None
    if match["up"] == "超" and not (_MEAN.search(what) or _PLAN.search(what) or "年" in what):
        return None
    if match["word"] and not _MEAN.search(what) and not _PLAN.search(what) and "年" not in what:
        return None
    falls = bool(match["down"]) or ((match["word"] or "") in "低慢少轻" and bool(match["word"]))
    kind = "average" if _MEAN.search(what) and not _PLAN.search(what) else "plan"
    if not _MEAN.search(what) and not _PLAN.search(what):
        kind = "base"
    return Change(start + match.start(), kind, "down" if falls else "up")


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank: the digits' span, and where the words that tell of it begin."""

    at: int
    start: int
    end: int
    value: float


_FROM_TO = re.compile(r"(?:至|到|—|-)第")


def ranks(text: str) -> list[Rank]:
    """Every rank in the text."""
    found = []
    for match in _RANK.finditer(text):
        group = next(name for name in "nmkji" if match[name])
        word = match[group]
        value = float(word) if word.isdigit() else numeral(word)
        if _FROM_TO.match(text, match.end()) or text.startswith("位至第", match.start() - 1):
            # 居第4位至第7位的: which are spoken of.
            continue
        if value:
            found.append(Rank(match.start(), match.start(group), match.end(group), value))
    return found
