"""Deadlines and recurrence: 今年内, 9月底前, 一季度, 半个月内, 尽快, 每月."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from dataclasses import dataclass

from yuanheng.reading.lexicon import Lexicon

_N = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "半": 0.5,
}
_NUMBER = r"(?:\d{1,3}|[一两二三四五六七八九十]{1,2}|半)"
_WEEKDAYS = "一二三四五六日天"
# The first look-ahead only spares the search where nothing can begin.
_DEADLINE = re.compile(
    r"(?=[\d力争确到在于至自从今明次翌本这第上下前年全一两二三四五六七八九十半月周])(?:"
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日\s?(?:至|—|-|到)+\s?(?:(?P<ty>\d{4})年)?(?P<tm>\d{1,2})月(?P<td>\d{1,2})日"
    r"|(?:于|在|从|自)?(?:(?P<ry>\d{4})年)?(?P<rm>\d{1,2})月\d{1,2}日?\s?(?:至|—|-|到)+\s?(?P<rd>\d{1,2})日"
    r"|(?P<lead>力争|确保|到|在|于|至|自|从)?(?:(?P<y>\d{4})年|(?P<r>今年|明年|本年|次年|翌年))?(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日(?:（(?:星期|周)[一二三四五六日天]）)?|(?P<e>底|末|中旬|上旬|下旬|初|中|份))?(?:上午|下午|中午|晚上?|早上)?(?:\d{1,2}(?:[:：]\d{2}|[时点](?:\d{1,2}分|半)?))?(?P<f>之前|以前|前|内|止|为止|起|底前|(?:这一|的)?时间节点)?"
    r"|(?P<lead2>到|至|力争|争取|确保)?(?:(?P<qy>\d{4})年|(?P<qr>今年|明年)?)(?:第?(?P<q>[一二三四1-4])季度|(?P<h>上半年|下半年)|(?P<three>前三季度))(?P<qf>末|内|前|底)*"
    r"|(?P<lead3>到|至|力争|争取|确保)?(?:(?P<yy>\d{4})年|(?P<yr>今年|明年|本年度?|年|全年))(?P<ye>底前|底|末前|末|内|之内|以内|前)*(?P<yend>)"
    rf"|(?P<n>{_NUMBER})(?P<u>个工作日|工作日|个月|天|日|周|个星期|小时|年|个半月)(?:之内|以内|内)"
    r"|(?P<wk>下周|本周|这周|下个?周)(?P<wd>[一二三四五六日天末])?(?:下班)?(?:之前|以前|前|内)?"
    r"|(?P<dm>下个?月|本月|这个月|月)(?P<de>底|末)(?:之前|以前|前)?"
    r")"
)


# 4月底前完工项目: which projects are meant, and not until when.
_DONE_BY = re.compile(
    r"(?:已)?(?:完工|竣工|开工|投产|签约|入库|成立|注册|建成)(?:的)?(?:项目|企业|工程)"
)
# 从2023年第一季度开始: when it begins, and not until when.
_FROM_THEN = re.compile(r"开始|以来")
# 要求6月底完成: a day that had passed when a paper was written, and was the deadline.
_WAS_ASKED = re.compile(r"(?:要求|须|务必|应当?|限)(?:在|于)?$")
# 截止到2006年底，完成产值…: up to when is told, and nothing asked.
_UP_TO = re.compile(r"(?<!间)(?<!期)(?:截止|截至)(?:到|至)?$")
_IS_ASKED = re.compile(
    r"(?:确保|力争|务必|要(?!求)|须|应|请|限)[^，。；]{0,8}$|请[^，。；]{2,8}于"
)
# 于2月29日前将…报送…: what a notice asks for, even where its page is dated later.
_HAND_IN = re.compile(r"[^。；已]{0,90}?(?:报送|上报|报[区县市局我至]|提交|反馈|报备)")
# 压缩至30个工作日以内 says how long something may take, not until when.
_LIMIT = re.compile(
    r"(?:压缩|缩短|压减|控制|缩减|提速)(?:至|到|为|在)?$|时限(?:为|是)?$|不(?:超过|多于)$"
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline at its place; a vague one (尽快) has no day."""

    at: int
    stop: int
    text: str
    day: dt.date | None


@functools.lru_cache(maxsize=8)
def _vague(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(lexicon.any_of("vague_deadlines"))


@functools.lru_cache(maxsize=8)
def _recurrence(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in lexicon.words["recurrence"]))


def recurrence_in(words: str, lexicon: Lexicon) -> str | None:
    """每月, 定期 and the like."""
    match = _recurrence(lexicon).search(words)
    return match[0] if match else None


def deadlines(
    text: str, start: int, end: int, today: dt.date, *, standing: bool = False, dated: bool = True
) -> list[Deadline]:
    """The deadlines with a day between two places; days that have passed are none.

    In ``standing`` rules a day without its year is the next one to come. Of a text that is not
    ``dated`` nobody knows what has passed: what is asked for by a day with its year stays.
    """
    found = []
    planned = _planned(text, today)
    for match in _DEADLINE.finditer(text, start, end):
        if _is_no_deadline(match, start):
            continue
        try:
            day = _day(match, today)
        except (ValueError, OverflowError):
            continue
        past = day is not None and day < today - dt.timedelta(days=1)
        later = standing or (planned is not None and match.start() > planned)
        if day and past and later and not _dated(match):
            day, past = _next_year(day), False
        asked = past and (
            _WAS_ASKED.search(text, max(start, match.start() - 6), match.start())
            or (match["m"] and match["f"] and _HAND_IN.match(text, match.end()))
        )
        named = match["y"] or match["yy"] or match["qy"]
        asked = asked or (
            past
            and not dated
            and bool(named)
            and match[0].endswith(("前", "内"))
            and _IS_ASKED.search(text, max(start, match.start() - 24), match.start() + 2)
        )
        if day is None or (past and not asked):
            continue
        words = re.sub(r"^(?:力争|确保|到|在|于|至|自|争取|从)", "", match[0])
        if words in ("年", "月"):
            continue
        found.append(Deadline(match.start(), match.end(), words, day))
    return found


def _is_no_deadline(match: re.Match[str], start: int) -> bool:
    """Whether the words around a time make it another: each month, last year, up to then."""
    text, at, stop = match.string, match.start(), match.end()
    before = text[max(start, at - 1) : at]
    of_another_year = (
        match[0][0] in "年月"
        and text[max(0, at - 1) : at] in tuple("上去当前近每往历多几同老周成晚学财初")
        and not text.startswith("完成", at - 2)
    )
    by_then = match[0].endswith("前")
    return bool(
        before in tuple("每近较比续")
        or of_another_year
        or (_FROM_THEN.match(text, stop) and not by_then)
        or (by_then and _DONE_BY.match(text, stop))
        or (match["e"] == "份" and not match["f"] and text[stop : stop + 1] in tuple("为是"))
        or _UP_TO.search(text, max(start, at - 4), at + 1)
        or (match["n"] and _LIMIT.search(text, max(start, at - 8), at))
    )


def _planned(text: str, today: dt.date) -> int | None:
    """Where a text of the year's end begins to speak of the next year: 2025年工作打算."""
    if today.month < 10:
        return None
    ahead = rf"{today.year + 1}年(?:度)?[\u3400-\u9fff]{{0,8}}?(?:打算|安排|计划|要点|思路|任务|目标|清单)"
    found = re.search(ahead, text)
    return found.start() if found else None


def _dated(match: re.Match[str]) -> bool:
    """Whether the words name their year themselves."""
    return any(
        match[name] for name in ("ty", "ry", "y", "r", "qy", "qr", "yy", "yr", "n", "wk", "dm")
    )


def _next_year(day: dt.date) -> dt.date:
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return dt.date(day.year + 1, day.month, min(day.day, last))


def vague_deadline(text: str, start: int, end: int, lexicon: Lexicon) -> Deadline | None:
    """尽快 and the like, a deadline without a day."""
    match = _vague(lexicon).search(text, start, end)
    return Deadline(match.start(), match.end(), match[0], None) if match else None


def _last(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(match: re.Match[str], today: dt.date) -> dt.date | None:
    if match["tm"]:
        return dt.date(int(match["ty"] or today.year), int(match["tm"]), int(match["td"]))
    if match["rm"]:
        return dt.date(int(match["ry"] or today.year), int(match["rm"]), int(match["rd"]))
    if match["m"]:
        return _month_day(match, today)
    if match["q"] or match["h"] or match["three"]:
        year = int(match["qy"] or today.year) + (match["qr"] == "明年")
        if match["q"]:
            quarter = _N.get(match["q"]) or int(match["q"])
            return _last(year, int(quarter) * 3)
        return _last(year, 9 if match["three"] else 6 if match["h"] == "上半年" else 12)
    if match["yy"] or match["yr"]:
        return _year_day(match, today)
    if match["n"]:
        return _span_day(match, today)
    if match["wk"]:
        monday = today - dt.timedelta(days=today.weekday())
        step = 0 if match["wk"] in ("本周", "这周") else 7
        weekday = (
            min(_WEEKDAYS.find(match["wd"]), 6) if match["wd"] and match["wd"] in _WEEKDAYS else 6
        )
        return monday + dt.timedelta(days=step + weekday)
    if match["de"]:
        month = today.month + (match["dm"].startswith("下"))
        return _last(today.year + (month > 12), (month - 1) % 12 + 1)
    return None


def _month_day(match: re.Match[str], today: dt.date) -> dt.date | None:
    """A month alone needs 前, 底 or the like behind it, or 到 before it, to be a deadline."""
    marked = match["f"] or match["e"] in ("底", "末", "下旬", "份") or match["lead"] or match["y"]
    if not marked:
        return None
    month = int(match["m"])
    headed = None if match["y"] or match["r"] else _headed_year(match, month)
    year = int(match["y"] or headed or today.year) + (match["r"] in ("明年", "次年", "翌年"))
    if match["d"]:
        day = dt.date(year, month, int(match["d"]))
    elif match["e"] in ("上旬", "初"):
        day = dt.date(year, month, 10)
    elif match["e"] in ("中旬", "中"):
        day = dt.date(year, month, 20)
    else:
        day = _last(year, month)
    if not match["y"] and day < today and (today - day).days > 200:
        day = day.replace(year=year + 1)
    return day


# 3.总结评估（2024年11月—12月）。…12月15日前: the year of the stage that the paragraph opens with.
_STAGE = re.compile(r"(20\d\d)年(\d{1,2})月?\s?[-—~至到]+\s?(?:(20\d\d)年)?(\d{1,2})月")


def _headed_year(match: re.Match[str], month: int) -> int | None:
    line = match.string.rfind("\n", max(0, match.start() - 400), match.start()) + 1
    for stage in _STAGE.finditer(match.string, line, match.start()):
        first, last = int(stage[1]), int(stage[3] or stage[1])
        for year in range(first, last + 1):
            at = year * 12 + month
            if first * 12 + int(stage[2]) <= at <= last * 12 + int(stage[4]):
                return year
    return None


def _year_day(match: re.Match[str], today: dt.date) -> dt.date | None:
    year = int(match["yy"]) if match["yy"] else today.year + (match["yr"] == "明年")
    if match["yr"] == "年" and not match["ye"]:
        return None
    rest = match.string[match.end() : match.end() + 2].lstrip("“")
    if (
        not match["ye"]
        and not match["lead3"]
        and not re.match(r"[，,要内力争实新开完组引培将]", rest)
        and not (match["yr"] == "全年" and rest[:1].isdigit())
    ):
        return None
    behind = match.string[match.end() : match.end() + 12]
    listed = re.search(
        r"[列纳进写编]入[^，。；]{0,4}$", match.string[max(0, match.start() - 8) : match.start()]
    )
    if listed and re.match(r"[^，。；]{0,6}?(?:计划|规划|名单|目录|清单|盘子|项目库)", behind):
        return None
    if rest in ("目标", "任务", "计划", "以来", "度目"):
        return None
    return dt.date(year, 12, 31)


def _span_day(match: re.Match[str], today: dt.date) -> dt.date | None:
    count = _N.get(match["n"]) or (
        float(match["n"]) if match["n"].isdigit() else 10 + _N.get(match["n"][-1], 0)
    )
    word = match["u"]
    if word.endswith("工作日"):
        return _working_days(today, int(count))
    if word == "年":
        return dt.date(today.year + int(count), 12, 31)
    if word in ("个月", "个半月"):
        if count == 0.5:
            return today + dt.timedelta(days=15)
        month = today.month + int(count)
        year, month = today.year + (month - 1) // 12, (month - 1) % 12 + 1
        return dt.date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    days = {"周": 7, "个星期": 7, "小时": 1 / 24}.get(word, 1) * count
    return today + dt.timedelta(days=round(days))


def _working_days(today: dt.date, count: int) -> dt.date:
    """Mondays to Fridays; public holidays are the office's calendar's matter, not a text's."""
    day = today
    while count > 0:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day
