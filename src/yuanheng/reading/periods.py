"""Times that figures belong to: 2022年, 上半年, 1—8月, 截至9月末, 去年, 目前."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_Q = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DIGITS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_YEAR = r"(?:(?P<year>\d{4})年|(?P<rel>今年|去年|前年|本年度?|上年度?|明年))"
_PART = (
    r"(?P<half>上半年|下半年)|前(?P<three>三|3)季度|(?:第)?(?P<q>[一二三四1-4])季度"
    r"|(?:(?<!提)前|头)(?P<first>\d{1,2}|[一二两三四五六七八九十])个月"
    r"|(?P<m1>\d{1,2}|元)月?份?[-—~至到]+(?P<m2>\d{1,2})月份?"
    r"|(?P<c1>[一二三四五六七八九十]{1,2})月?份?[-—~至到]+(?P<c2>[一二三四五六七八九十]{1,2})月份?"
    r"|(?P<m>\d{1,2})月(?!\d)(?:份)?(?P<edge>底|末|初)?(?!\d)"
)
# The first look-ahead only spares the search where nothing can begin.
_PERIOD = re.compile(
    r"(?=[\d截到至今去前本上明下第头过全年目现当近元一二两三四五六七八九十])(?:"
    rf"截[至止]到?(?:{_YEAR}?(?:(?P<am>\d{{1,2}})月(?:(?P<ad>\d{{1,2}})日|(?P<ae>底|末)|份)?|(?P<ay>底|年底))?)(?P<now>目前|日前|今)?"
    r"|(?P<y1>\d{4})年?(?:至|到|—|-|~)+(?P<y2>\d{4})年"
    rf"|(?P<till>到|至)?{_YEAR.replace('year', 'yeary').replace('rel', 'rely')}(?P<since>以来)?度?(?:{_PART})?"
    rf"|{_PART.replace('P<', 'P<b_')}"
    r"|(?P<word>过去(?:的)?一年|一年来|全年|年末|年底|年内|目前|现有|现(?=拥有|已|共有)|当前|至今)"
    r"|(?P<years>[三四五两近\d])年来"
    r")"
)
# 在去年高基数的基础上: what it grew from, not when.
# 2009—2018年批而未供土地: which land is meant.
_OF_YEARS = re.compile(r"的?(?:批而未供|供而未用|闲置|批准|供应|出让|建成)")
# 6月底前, 预计6月: a month that is still to come.
_TO_COME = re.compile(
    r"预计|计划|将|拟|力争|确保|争取|目标|要|须|于|月底|月末|月份?[前内]|月\d|日前"
)
_BASED = re.compile(r"(?:同期)?[高低]?基数|的?基础上")
_BASE = re.compile(r"(?:较|比|(?<!关)于|是|对|以|自|为|按|超过?|从)$")


@dataclass(frozen=True, slots=True)
class Period:
    """A time: its label (``2022``, ``2022H1``, ``2022-01..07``, ``as_of 2022-02-15``)."""

    label: str
    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A time where the text names it. ``aim`` is an end to be reached; ``local`` holds for its
    sentence only; ``whole_year`` takes its year from what was said before."""

    at: int
    stop: int
    period: Period
    aim: bool = False
    local: bool = False
    whole_year: bool = False


def year_period(year: int) -> Period:
    return Period(str(year), dt.date(year, 1, 1), dt.date(year, 12, 31))


def years_period(first: int, last: int) -> Period:
    return Period(f"{first}..{last}", dt.date(first, 1, 1), dt.date(last, 12, 31))


def months_period(year: int, first: int, last: int) -> Period:
    end = dt.date(year, last, calendar.monthrange(year, last)[1])
    label = f"{year}-{first:02}" if first == last else f"{year}-{first:02}..{last:02}"
    return Period(label, dt.date(year, first, 1), end)


def quarter_period(year: int, quarter: int) -> Period:
    months = months_period(year, 3 * quarter - 2, 3 * quarter)
    return Period(f"{year}Q{quarter}", months.start, months.end)


def half_period(year: int, half: int) -> Period:
    months = months_period(year, 1 + 6 * (half - 1), 6 * half)
    return Period(f"{year}H{half}", months.start, months.end)


def as_of(day: dt.date) -> Period:
    return Period(f"as_of {day.isoformat()}", None, day)


def mentions(text: str, today: dt.date) -> list[Mention]:
    """Every time in the text, relative ones counted from the document's date."""
    found = []
    for match in _PERIOD.finditer(text):
        base = _BASE.search(text, max(0, match.start() - 2), match.start())
        if base and not match["since"] and not text.startswith("截", match.start()):
            continue
        # 2020年的1.5倍, 上年的..., 上年同期: what is compared with, not when.
        if text[match.end() : match.end() + 2] in ("同期", "同月") or match["rely"] in (
            "上年",
            "上年度",
        ):
            continue
        following = text[match.end() : match.end() + 2]
        if following[:1] == "前" or following in ("以前", "之前", "底前"):
            continue
        if _BASED.match(text, match.end()) or (match["y1"] and _OF_YEARS.match(text, match.end())):
            continue
        if match["word"] == "全年" and following in ("目标", "任务", "计划", "预算", "预期"):
            continue
        made = _mention(match, today)
        if made is not None:
            found.append(made)
    return found


def _mention(match: re.Match[str], today: dt.date) -> Mention | None:
    a, b = match.span()
    try:
        if match[0].startswith("截"):
            return Mention(a, b, _as_of_words(match, today), local=bool(match["now"]))
        if match["y1"]:
            first, last = int(match["y1"]), int(match["y2"])
            aim = last > today.year
            return Mention(a, b, years_period(first, last), aim=aim) if first < last else None
        if match["yeary"] or match["rely"]:
            return _of_year(match, today)
        if match["word"] or match["years"]:
            return _of_word(match, today)
        part = _part(match, "b_", today.year, today)
        spans = match["b_m1"] or match["b_first"] or match["b_c1"] or match["b_three"]
        later = part and part.start and part.start > today and match["b_m"]
        ahead = later and not _TO_COME.search(match.string, max(0, a - 12), b + 2)
        if part and part.end and ((spans and (part.end - today).days > 31) or ahead):
            # 1—10月 in January: of the year that is over.
            part = _part(match, "b_", today.year - 1, today)
    except ValueError:
        return None
    return Mention(a, b, part) if part else None


def _as_of_words(match: re.Match[str], today: dt.date) -> Period:
    if match["now"] or not (match["am"] or match["ay"] or match["year"] or match["rel"]):
        return as_of(today)
    year = _year(match["year"], match["rel"], today)
    if not match["am"]:
        return as_of(dt.date(year, 12, 31))
    month = int(match["am"])
    if not match["year"] and not match["rel"] and month > today.month:
        year -= 1
    day = int(match["ad"]) if match["ad"] else calendar.monthrange(year, month)[1]
    return as_of(dt.date(year, month, day))


def _year(digits: str | None, word: str | None, today: dt.date) -> int:
    if digits:
        year = int(digits)
        if not 1900 <= year <= 2100:
            raise ValueError(digits)
        return year
    steps = {"去年": -1, "上年": -1, "上年度": -1, "前年": -2, "明年": 1}
    return today.year + steps.get(word or "", 0)


def _of_year(match: re.Match[str], today: dt.date) -> Mention | None:
    a, b = match.span()
    year = _year(match["yeary"], match["rely"], today)
    part = _part(match, "", year, today)
    if part is None and match["since"]:
        if year == today.year:
            part = months_period(year, 1, max(1, today.month))
            return Mention(a, b, part, whole_year=True)
        if match["rely"]:
            return Mention(a, b, year_period(year))
        part = years_period(year, today.year) if year < today.year else year_period(year)
    period = part or year_period(year)
    aim = year > today.year or (bool(match["till"]) and year >= today.year)
    return Mention(a, b, period, aim=aim)


def _part(match: re.Match[str], prefix: str, year: int, today: dt.date) -> Period | None:
    def group(name: str) -> str | None:
        return match[prefix + name]

    if group("half"):
        return half_period(year, 1 if match[prefix + "half"].startswith("上") else 2)
    if group("three"):
        return months_period(year, 1, 9)
    if group("q"):
        return quarter_period(year, _Q[match[prefix + "q"]])
    if group("first"):
        word = match[prefix + "first"]
        return months_period(year, 1, _DIGITS.get(word) or int(word))
    if group("m1"):
        first = 1 if group("m1") == "元" else int(match[prefix + "m1"])
        return months_period(year, first, int(match[prefix + "m2"]))
    if group("c1"):
        return months_period(year, _months(group("c1")), _months(group("c2")))
    if group("m"):
        month = int(match[prefix + "m"])
        return months_period(year, month, month) if 1 <= month <= 12 else None
    return None


def _months(word: str | None) -> int:
    """1 to 12 of a numeral: 七, 十, 十一."""
    _, _, ones = (word or "").rpartition("十")
    return (10 if "十" in (word or "") else 0) + (_DIGITS[ones] if ones else 0)


def _of_word(match: re.Match[str], today: dt.date) -> Mention:
    a, b = match.span()
    word = match["word"]
    if match["years"]:
        count = _DIGITS.get(match["years"], 5)
        return Mention(a, b, years_period(today.year - count + 1, today.year))
    if word in ("全年", "年末"):
        return Mention(a, b, year_period(today.year), whole_year=True)
    if word in ("年底", "年内"):
        return Mention(a, b, year_period(today.year), aim=True, local=True)
    if word in ("过去一年", "过去的一年", "一年来"):
        return Mention(a, b, year_period(today.year - (today.month <= 6)))
    return Mention(a, b, as_of(today), local=True)
