"""Title, source, date and place of a document."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.organisations import NO_PLACE, Named

_FULL_DATE = re.compile(
    r"(?<!\d)(20\d{2}|19\d{2})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d*月)日?"
)
_DAY = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})日")
_YEAR = re.compile(r"(?<![\d.])(20\d{2})(?:年度?|度|(?=\s?[-—./〕）】]))")
_SOURCE = re.compile(r"(?:来源|稿源|信息来源|发布机构|发布单位)：\s*([^\s，。；】【]{2,20})")
_LEVEL = re.compile(r"[全我]([省市县区镇乡州])(?!直|级|里)")
_OFFICE = re.compile(r"([市县区])(?:委书记|长|政府|委、)")
# A name begins a line or a clause, or stands behind one of these.
_HEAD = r"(?:(?<![\u3400-\u9fff])|(?<=[年月日于在赴到对由省至自向和、])|(?<=深入|来到|前往|走进|位于|中共))(?![年月日度第])"
_STEM = re.compile(
    rf"{_HEAD}([\u3400-\u9fff]{{2,3}}?)(市|县|区|镇)"
    r"(?!场|民(?!政)|直|级|域|化|划|分|别|内|外|委书记|间|长|领导|里|中)"
)
_NO_STEM = re.compile(
    r"[全我各该在到赴由园发于年月日前后新增上市县区的了级报和与及等为本家个推过向让从对真落抓好实把将自不没这那是有被两]"
    r"|^[一二三四五六七八九十]|范文|开发|经开|高新|工业|国家|措施|办法|方案|\d"
)
_STEM_PARK = re.compile(
    rf"{_HEAD}([\u3400-\u9fff]{{2,3}}?)(?:经济技术开发区|高新技术产业开发区|经济开发区|循环经济|经开区|高新区|(?:临空|临港|现代|智能|化工|工业|物流)?(?:产业|工业)?(?:园|新城|集中区|集聚区)|综合保税区|综保区|科技城"
    r"|日报|晚报|新闻网|发布(?=[\s。，\d]|$)|融媒|微讯)"
)


# At the head of a line and before what only a place has or does, any characters may be its name.
_STRONG = re.compile(
    r"(?m:^)[^\S\n]{0,20}(?:中共)?([\u3400-\u9fff]{2,4}?)(市|县|区|镇)"
    r"(?=人民政府|政府|委|人大|政协|召开|举行|举办|举|出台|印发|公布|统计局|\d{4}年|[一二三四]季度|[上下]半年"
    r"|[\u3400-\u9fff“”]{2,16}?(?:局|办|办公室|委员会|专班|工作|方案|通知|意见|表)(?:关于|\s|$|[（：]))"
)


# Nouns that stand before 园 and 产业园 without being a place.
_COMMON = re.compile(
    r"企业|产业|助力|赋能|服务|工业|农业|科技|创新|现代|生态|物流|食品|材料|汽车|电子|装备|化工|智能|数字|健康|文化|旅游|纺织|服装|医药|环保|循环|特色|专业|标准|小微|高端|新型"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says about itself. ``event`` is the day it tells of (or was published);
    figures without a time are as of that day."""

    title: str | None
    publisher: str | None
    published: dt.date | None
    place: str | None
    event: dt.date
    is_dated: bool


def metadata(
    text: str, heads: str, lexicon: Lexicon, today: dt.date, media: list[Named]
) -> Metadata:
    """Read from the lines at the head, the dateline, and the years that figures carry."""
    published, dated = _published(text, heads, today)
    title = _title(text)
    found = _SOURCE.search(heads) or _SOURCE.search(text)
    publisher = found[1] if found else (media[0].name if media else None)
    event = _event(text, published)
    return Metadata(
        title,
        publisher,
        published if dated else None,
        _place(text, title, publisher),
        event,
        dated,
    )


def _published(text: str, heads: str, today: dt.date) -> tuple[dt.date, bool]:
    """The date at the head, on a line of its own, or where the text opens; else a day without a
    year in the year that the figures suggest; else ``today``."""
    lines = [line for line in text.split("\n") if len(line.strip()) < 45 and "。" not in line]
    for source in (heads, *lines):
        for match in _FULL_DATE.finditer(source):
            day = _date(int(match[1]), int(match[2]), int(match[3]))
            if day and not re.match(r"\s*(?:前|底|起|至|—|-|之前)", source[match.end() :]):
                return day, True
    for match in _FULL_DATE.finditer(text[:300]):
        day = _date(int(match[1]), int(match[2]), int(match[3]))
        if (
            day
            and day <= today
            and not re.search(r"(?:截[至止]|自|从|至|到)$", text[: match.start()])
        ):
            return day, True
    for match in _DAY.finditer(text):
        if re.match(r"\s*(?:前|底|起|之前|以前|至|—|-)", text[match.end() : match.end() + 3]):
            continue
        if text[max(0, match.start() - 1) : match.start()] in ("至", "到", "—", "-", "自", "止"):
            continue
        month, number = int(match[1]), int(match[2])
        day = _date(_guessed_year(text, today, month), month, number)
        # What is still to come is no day of issue: the deadline of a table, say.
        if day and day <= today:
            return day, True
    return _undated(text, today), False


def _undated(text: str, today: dt.date) -> dt.date:
    """Without any day: ``today`` where the years named are near, else the year after the last."""
    years = _years(text, today)
    if not years or years[-1] >= today.year - 1:
        return today
    return dt.date(years[-1] + 1, 1, 31)


def _years(text: str, today: dt.date) -> list[int]:
    return sorted(int(m[1]) for m in _YEAR.finditer(text) if 1990 <= int(m[1]) <= today.year)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _guessed_year(text: str, today: dt.date, month: int) -> int:
    """The year in which a text was written that gives days without a year.

    Results of a whole year are told in the year after it; otherwise the latest year named is the
    year itself. Without any year it is the last year in which the month can have been.
    """
    years = _years(text, today)
    if not years:
        return today.year if month <= today.month else today.year - 1
    last = years[-1]
    after = [m.end() for m in re.finditer(f"{last}年度?", text)]
    whole = any(not re.match(r"[上下前第一二三四\d]|以来|度", text[at : at + 2]) for at in after)
    aims = re.search(
        rf"(?:到|至|力争|目标|围绕){last}年|{last}年(?:底|末|内)?(?:目标|计划|任务)", text
    )
    told = re.search(rf"{last}年[^。]{{0,40}}?(?:完成|实现|达到|达|全市|全年|贡献|新增)", text)
    if last < today.year and whole and not aims and (told or month <= 4):
        return last + 1
    return last


def _event(text: str, published: dt.date) -> dt.date:
    """The last day named in the opening that lies within two weeks before the publication."""
    for match in _DAY.finditer(text, 0, min(len(text), 700)):
        if text.endswith(("截至", "截止"), 0, match.start()):
            continue
        day = _date(published.year, int(match[1]), int(match[2]))
        if day and 0 < (published - day).days <= 14:
            return day
    dateline = re.search(r"讯[^。]{0,20}?[）)]?\s*(\d{1,2})日", text[:200])
    if dateline:
        day = _date(published.year, published.month, int(dateline[1]))
        if day and 0 <= (published - day).days <= 14:
            return day
    return published


def _title(text: str) -> str | None:
    for line in text.split("\n")[:12]:
        words = line.strip()
        if (
            6 <= len(words) <= 60
            and not words.endswith(("。", "：", "；"))
            and "讯" not in words[:20]
            and "\t" not in words
        ):
            return words
    return None


def _place(text: str, title: str | None, publisher: str | None) -> str | None:
    """The place by the most frequent name, at the level that the text calls 全市 or 我县."""
    levels = Counter(match[1] for match in _LEVEL.finditer(text))
    levels.pop("省", None)
    if not levels:
        levels = Counter(match[1] for match in _OFFICE.finditer(text))
    level = levels.most_common(1)[0][0] if levels else ""
    votes: Counter[str] = Counter()
    head = "\n".join(filter(None, (title, publisher)))
    for source, weight in ((head, 3), (text[:1500], 1), (text[-300:], 1)):
        for match in _STEM.finditer(source):
            if _is_stem(match[1], match[2]):
                votes[match[1] + match[2]] += weight * (3 if match[2] == level else 2)
        for match in _STEM_PARK.finditer(source):
            if level and _is_stem(match[1], level) and not _COMMON.search(match[1]):
                votes[match[1] + level] += weight
    for match in _STRONG.finditer(text[:1500] + "\n" + head):
        if _is_free(match[1], match[2]):
            votes[match[1] + match[2]] += 4 * (3 if match[2] == level else 2)
    if level and "XX" in text and not any(place in text for place in votes):
        return f"XX{level}"
    found = _elected(votes, level, text)
    return found or (f"XX{level}" if level and "XX" in text else None)


def _elected(votes: Counter[str], level: str, text: str) -> str | None:
    """The place with most votes: one of the level that the text names, else one of the level that
    its parks are named after (全市 with 溱阳高新区 and 溱阳经开区), else any."""
    fitting = {place: count for place, count in votes.items() if level and place.endswith(level)}
    for chosen in (
        {place: count for place, count in fitting.items() if place in text},
        {place: count for place, count in fitting.items() if count > 1},
        votes,
    ):
        if chosen:
            return Counter(chosen).most_common(1)[0][0]
    return None


def _is_stem(stem: str, level: str) -> bool:
    """Whether characters before 市 or 县 can be a name. 新乡市 and 上饶市 are in the dictionary;
    of names that aren't, those made of words that tell, count or join are none."""
    import rjieba

    if stem[0] in "各全我本该两外":
        return False
    if rjieba.has_word(stem + level):
        return str(rjieba.tag(stem + level)[0][1]) == "ns"
    if level == "区" and stem[-1] in "城山港林湾江地片":
        return False
    if level == "市" and stem[-1] in "城都" and len(stem) > 2:
        return False
    if _NO_STEM.search(stem) or NO_PLACE.match(stem):
        return False
    return _is_free(stem, level)


def _is_free(stem: str, level: str) -> bool:
    """Whether characters hold no word that tells, counts or joins."""
    import rjieba

    if re.match(
        r"[各全我本该两外]|.*(?:园|开发|高新|经开|工业|保税|示范|集聚|集中|城)$", stem
    ) and not (stem.endswith("城") and len(stem) == 2 and level != "区"):
        return False
    if rjieba.has_word(stem + level) and rjieba.tag(stem + level)[0][1] != "ns":
        return False
    return not any(
        tag in ("v", "d", "p", "c", "vn", "r", "m") and len(word) > 1 and rjieba.has_word(word)
        for word, tag in rjieba.tag(stem)
    )
