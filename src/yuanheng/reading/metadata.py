"""Title, source, date and place of a document."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.organisations import Named
from yuanheng.reading.placing import place
from yuanheng.reading.quantities import numeral

_FULL_DATE = re.compile(
    r"(?<!\d)(20\d{2}|19\d{2})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d*月)日?"
)
_DAY = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})日")
# 2023年, 〔2023〕, 2023成都…会; 2023家 is a number.
_YEAR = re.compile(
    r"(?<![\d.])(20\d{2})(?:年度?|度|(?=\s?[-—./〕）】])"
    r"|(?=(?![家个万亿元人亩户项吨名台套条处宗位余多千百次米公平立例件辆只头株栋座间所度])[\u3400-\u9fff]))"
)
_SOURCE = re.compile(r"(?:来源|稿源|信息来源|发布机构|发布单位)：\s*([^\s，。；】【]{2,20})")


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
    labelled = _LABELLED_TITLE.search(heads)
    title = _NUMBER.sub("", labelled[1]) if labelled else _title(text)
    published, dated = _published(text, heads, title, today)
    signed = _signed(text, heads) if title and _OFFICIAL.search(title) else None
    if signed and (not dated or 0 <= (published - signed).days < 200):
        published, dated = signed, True
    found = _SOURCE.search(heads) or _SOURCE.search(text)
    publisher = found[1] if found else (media[0].name if media else None)
    event = _event(text, published)
    return Metadata(
        title,
        publisher,
        published if dated else None,
        place(text, heads, title, publisher, lexicon),
        event,
        dated,
    )


def _published(text: str, heads: str, title: str | None, today: dt.date) -> tuple[dt.date, bool]:
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
        year = _guessed_year(text, title, today, month)
        day = _date(year, month, number)
        weekday = _WEEKDAY.match(text, match.end())
        if day and weekday and "一二三四五六日".find(weekday[1]) != day.weekday():
            day = _of_weekday(year, month, number, "一二三四五六日".find(weekday[1])) or day
        # What is still to come is no day of issue: the deadline of a table, say.
        if day and day <= today:
            return day, True
    return _undated(text, title, today), False


_AHEAD = re.compile(
    r"(20\d\d)年(?:度)?[^，。]{0,24}?(?:任务|计划|要点|安排|清单|分工|分解|方案|目标|遴选|申报|预报|推荐|征集|评选|认定|招聘)"
)
_THIS_YEAR = re.compile(r"今年(?:前|\d{1,2}月?[-—~至到]+)(\d{1,2})(?:个)?月")
_AIMED = re.compile(r"(?:到|至|力争|目标)\d{4}年|\d{4}年(?:\d{1,2}月|年)?(?:底|末)?(?:之|以)?前")
_REVIEWS = re.compile(r"完成|情况|总结|通报|结果|评价|考核|决算|报告$")


_ISSUED = re.compile(
    r"(?:发文|成文|印发|生成)(?:日期|时间)[：\s|]*(20\d{2})[-年./](\d{1,2})[-月./](\d{1,2})"
)
_SIGNATURE = re.compile(r"(?m)^[ \t]*(20\d{2})年(\d{1,2})月(\d{1,2})日[ \t]*$")
_NUMERALS = re.compile(
    r"(?m)^[ \t]*([二〇○０零一三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日[ \t]*$"
)


def _signed(text: str, heads: str) -> dt.date | None:
    """The day in a signature, which a site puts on its pages weeks later: 2023年1月3日,
    二〇〇九年二月二十七日."""
    issued = _ISSUED.search(heads)
    if issued:
        return _date(int(issued[1]), int(issued[2]), int(issued[3]))
    match = _SIGNATURE.search(text) or _SIGNATURE.search(heads)
    if match:
        return _date(int(match[1]), int(match[2]), int(match[3]))
    said = _NUMERALS.search(text) or _NUMERALS.search(heads)
    if not said:
        return None
    digits = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
        "○零０", "0"
    )
    year = int("".join(digits[c] for c in said[1]))
    month, day = numeral(said[2]), numeral(said[3])
    return _date(year, int(month), int(day)) if month and day else None


def _undated(text: str, title: str | None, today: dt.date) -> dt.date:
    """Without any day: ``today`` where the years named are near, else the year after the last."""
    ahead = _AHEAD.search(title or "")
    if ahead and int(ahead[1]) != today.year and not _REVIEWS.search(title or ""):
        # 2025年重点工作清单: written as the year began.
        return dt.date(int(ahead[1]), 1, 31)
    years = _years(text, today)
    if not years or years[-1] >= today.year - 1:
        return today
    said = re.finditer(str(years[-1]), text)
    if all(_AIMED.search(text, max(0, m.start() - 4), m.end() + 6) for m in said):
        # 力争至2020年…: an aim, so the text is older.
        before = [year for year in years if year < years[-1]]
        return dt.date(before[-1] + 1 if before else years[-1], 1, 31)
    this_year = _THIS_YEAR.search(text)
    if this_year and 1 < int(this_year[1]) < 12:
        # 今年1到10月: written in the year that it calls so.
        return dt.date(years[-1], int(this_year[1]) + 1, 15)
    told = [_last_month(match) for match in _PART.finditer(text) if match[1] == str(years[-1])]
    if told and all(told):
        month = max(told)
        return dt.date(years[-1] + month // 12, month % 12 + 1, 15)
    return dt.date(years[-1] + 1, 1, 31)


# 2016年1—7月, 2016年上半年: what part of a year was over; 2016年 alone is the whole.
_PART = re.compile(
    r"(20\d{2})年(?:\d{1,2}月?[-—~至到]+(\d{1,2})月|([上]半年|前三季度|[一二三]季度)|(\d{1,2})月)?"
)
_ENDS = {"上半年": 6, "前三季度": 9, "一季度": 3, "二季度": 6, "三季度": 9}


def _last_month(match: re.Match[str]) -> int:
    """The last month that a time takes in, 0 where it is a whole year."""
    number = match[2] or match[4]
    month = int(number) if number else _ENDS.get(match[3] or "", 0)
    return month if month <= 12 else 0


def _years(text: str, today: dt.date) -> list[int]:
    return sorted(int(m[1]) for m in _YEAR.finditer(text) if 1990 <= int(m[1]) <= today.year)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


_WEEKDAY = re.compile(r"[（(](?:星期|周)([一二三四五六日])[)）]")


def _of_weekday(year: int, month: int, number: int, weekday: int) -> dt.date | None:
    """3月30日（星期一）: the year near the one guessed in which the day was a Monday."""
    for step in (-1, 1, -2, 2):
        day = _date(year + step, month, number)
        if day and day.weekday() == weekday:
            return day
    return None


def _guessed_year(text: str, title: str | None, today: dt.date, month: int) -> int:
    """The year in which a text was written that gives days without a year.

    Results of a whole year are told in the year after it; otherwise the latest year named is the
    year itself. Without any year it is the last year in which the month can have been.
    """
    years = _years(text, today)
    if not years:
        return today.year if month <= today.month else today.year - 1
    last = years[-1]
    ahead = _AHEAD.search(title or "")
    if ahead and int(ahead[1]) == last and not _REVIEWS.search(title or ""):
        return last
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


# What stands above a title: a register's labels, a red head, a number, a heading, a by-line.
_NO_TITLE = re.compile(
    r"(?:下面|今天|刚才|同志们|各位|尊敬的|[.…]{2}|手机版|友情提醒|.*https?:|索\s?引|发文|主\s?题|成文|文\s*号|分\s*类|公开|发布|有\s?效|来源|朗读|责编|责任编辑|编辑|审核|作者|字号|当前位置|督查结果|附件|目录)"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、．](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|(?!.*关于).*(?:人民政府|办公室|办公厅|委员会|文件|[局厅])$|.*〔\d{4}〕\s*\d+号$"
)
_LABELLED_TITLE = re.compile(
    r"(?:标\s*题|名\s*称)\s*：[\s|]*([^|\n]{6,90}?)\s*(?:\||发布|成文|发文|$)", re.M
)
_NUMBER = re.compile(r"^[\u3400-\u9fff]{2,8}\s?〔\d{4}〕\s?\d+号\s*")
_OFFICIAL = re.compile(r"关于.{4,}的?(?:通知|意见|函|报告|通报|批复|答复|公告|公示|决定|纪要)")


def _title(text: str) -> str | None:
    """The first line that can be a title; a paper's own (关于…的通知) before a site's headline."""
    lines = [line.strip() for line in text[:3000].split("\n")]
    fitting = [line for line in lines[:30] if _may_title(line)]
    official = [line for line in fitting if _OFFICIAL.search(line)]
    first = next((line for line in lines[:12] if line in fitting), None)
    if official and not (first and _OFFICIAL.search(first)):
        first = official[0]
    if first is None and re.fullmatch(r"[\u3400-\u9fff]{4,5}", lines[0]):
        # 报送材料: the subject of a mail.
        first = lines[0]
    return _NUMBER.sub("", first) if first else None


def _may_title(words: str) -> bool:
    return (
        6 <= len(words) <= (90 if "关于" in words else 60)
        and not words.endswith(("。", "：", "；", "，"))
        and "讯" not in words[:20]
        and "\t" not in words
        and not _NO_TITLE.match(words)
    )
