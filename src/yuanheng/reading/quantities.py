"""Numbers with a unit: digits, Chinese numerals, shares, qualifiers; and numbers that are none."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from yuanheng.reading.lexicon import Lexicon, MeasureUnit, alternation

_CN = "一二三四五六七八九十两百千万亿零〇"
# Dates, clock times, document and telephone numbers, ordinals, list numbers: never figures.
_NO_FIGURES = re.compile(
    r"(?=[\s\dA-Za-z第前后近倒编列居〔\[【（("
    + _CN
    + r"])(?:\d{4}年度?(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{4}\s?[-—~至到/]+\s?\d{4}年?"
    r"|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
    r"|\d{1,2}月?[-—~至到]+\d{1,2}月|\d{1,2}月\d{1,2}日|\d{1,2}月(?:份|底|末|初|上旬|中旬|下旬)?|\d{1,2}日(?!均)"
    r"|[〔\[【（(]\d{4}[〕\]】）)]\s?第?\d*号?|第[\d" + _CN + r"]+(?:[、和]\d+(?![.\d]))*"
    r"|(?<!\d)0\d{2,3}[-—]\d{7,8}|(?<![\d.,])\d{7,}(?![\d.,]|\s?(?:[万亿元千家人吨户个亩米度件台辆套只头株斤块瓶箱份]|平方|立方|公[里斤顷]))"
    r"|(?<![A-Za-z])(?!GDP\d)[A-Za-z][A-Za-z0-9._%+@/:-]*\d[A-Za-z0-9._%+@/:-]*|\d+(?!(?:[kMG]Wh?|km2?|m2)(?![A-Za-z0-9]))[A-Za-z+×x*][A-Za-z0-9+]*"
    r"|(?:前|后|近|倒数)?[\d"
    + _CN
    + r"]{1,6}强|(?:[前后]|倒数)[\d"
    + _CN
    + r"]{1,6}(?:位|名|个月|季度)"
    r"|[一二三四五六七八九十两]个\d+%|\d+\s?[-—~至]+\s?\d+[名位](?![员工职专])"
    r"|[一二三四1-4]季度|\d+(?:号|室|楼|期|届|版|路|栋楼)(?!建筑)"
    r"|(?m:^)[^\S\n]{0,20}[（(]?[\d" + _CN + r"]{1,3}[)）.、．]\s*(?![\d亿万])"
    r"|[列居](?:全[国省市县区州])?\d{1,3}位(?:[、和与]\d{1,3}位)*|编号[:：]\S+|X+年?X*月?X*日?)"
)
_QUOTED = re.compile(r"[“‘]([^“”‘’]{1,10})[”’]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit in clean text. ``start`` to ``end`` are the digits, ``before`` is
    where its leading qualifier begins and ``stop`` where unit and trailing qualifier end."""

    start: int
    end: int
    stop: int
    value: float
    unit: str
    measure: MeasureUnit
    qualifier: str = "exact"
    before: int = -1
    threshold: bool = False


@functools.lru_cache(maxsize=8)
def _pattern(lexicon: Lexicon) -> re.Pattern[str]:
    units = lexicon.unit_pattern
    many = alternation(lexicon.words["multipliers"])
    after = lexicon.any_of("more_after", "less_after", "approx_after")
    return re.compile(
        # The first look-ahead only spares the search where no figure can begin.
        rf"(?=[-\d{_CN}])(?:(?<![\d.\ufffd])(?:(?<![A-Za-z])|(?<=GDP))(?P<num>(?<![\dA-Za-z)）])-?\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?"
        rf"|(?:\d{{2,}}\. \d{{1,2}}|\d\. 0\d)(?=\s?(?:%|{units}))|(?:(?<![-\dA-Za-z])-)?\d+(?:\.\d+)?)(?![\d\ufffd])\s?(?P<mid>[多余来])?"
        rf"(?:(?P<unit>{units})|(?P<many>{many})(?P<mid2>[多余来])(?P<base>{units}))"
        rf"(?P<odd>[多余])?(?P<after>{after})?"
        rf"|(?P<frac>[{_CN}]{{1,9}}分之[{_CN}点]{{1,9}})(?P<fafter>{after}|[多强])?"
        rf"|(?P<cheng>[一二三四五六七八九](?=成(?![立为效果就员本熟长都品交型功分熟])))成(?P<half>半)?(?P<cafter>{after}|多)?"
        rf"|(?P<cn>[一二三四五六七八九十两][{_CN}]{{0,14}})(?P<cmid>[多余来])?(?P<cunit>{units})(?P<cafter2>{after})?)"
    )


def quantities(text: str, lexicon: Lexicon) -> list[Quantity]:
    """Every figure of the text in order."""
    barred = _barred(text)
    found = []
    for match in _pattern(lexicon).finditer(text):
        made = _made(match, lexicon)
        if made is None or barred.find(1, made.start, made.end) >= 0:
            continue
        if made.unit.endswith("户") and _is_household(text, made):
            made = replace(made, measure=MeasureUnit("户", made.measure.factor))
        found.append(_with_front(made, text, lexicon))
    found = list(_with_shared_units(found, text))
    known = {one.start for one in found}
    bare = [*_unitless(text, lexicon, known), *_in_words(text, lexicon)]
    return sorted([*found, *bare], key=lambda one: one.start) if bare else found


# 零就业家庭16户, 5900户群众: households, where 户 counts firms elsewhere.
_HOUSEHOLD = re.compile(
    r"家庭|居民|村民|群众|农户|住户|住房|贫困|脱贫|搬迁户|拆迁户|移民|低保|困难户|安置房"
)
_FIRM = re.compile(r"企业|公司|主体|商户|工商|单位|纳税|规上|厂|店")


def _is_household(text: str, q: Quantity) -> bool:
    near = text[max(0, q.start - 10) : q.start], text[q.stop : q.stop + 8]
    return any(map(_HOUSEHOLD.search, near)) and not any(map(_FIRM.search, near))


# 1.7个和0.8个百分点, 3.2、4.5和6亿元: numbers that share the unit of the last.
_CHAIN = re.compile(
    r"(?:分别|依次|各|增长|下降|增加|减少|提高|提升|收窄|回落|高于|低于|快于|慢于|全[国省市县区]|为|达到?|完成)[了]?"
    r"(?P<many>(?:\d{1,6}(?:\.\d+)?[、和与]){1,12})$"
)


def _with_shared_units(found: list[Quantity], text: str) -> Iterator[Quantity]:
    """The figures, and before them the numbers whose unit only the last of a row names."""
    for n, one in enumerate(found):
        after = found[n + 1] if n + 1 < len(found) else None
        if (
            one.unit == "个"
            and after
            and after.unit == "个百分点"
            and after.before - one.stop == 1
        ):
            yield replace(one, unit=after.unit, measure=after.measure)
            continue
        front = max(0, one.before - 80)
        row = (
            _CHAIN.search(text, front, one.before)
            if text[one.before - 1 : one.before] in "、和与"
            else None
        )
        if row and one.unit not in ("号", "月", "日", "年"):
            for number in re.finditer(r"\d+(?:\.\d+)?", row["many"]):
                start, end = row.start("many") + number.start(), row.start("many") + number.end()
                value = float(number[0])
                yield Quantity(start, end, end, value, one.unit, one.measure, before=start)
        yield one


# 产值过百亿, 不到一半, 还有600多万补助: sizes that people say without a unit.
_SAID = re.compile(
    r"(?:过|破|超|突破|达到?|近|到)(?P<big>[一两二三四五六七八九]?[十百千万]+)(?P<unit>亿)(?=元?(?:大关)?[，。；、）！])"
    r"|(?P<half>一半|半数)(?![年天日月])"
    r"|(?<![\d.])(?P<num>\d+(?:\.\d+)?|[一二两三四五六七八九][百千])多?(?P<money>万)(?=[，。；、的躺]|[^\u3400-\u9fff]|资金|补助|税)"
)
_HINT = re.compile(r"一半|半数|[十百千万]亿(?=[元大，。；、）！])|万(?=[，。；、的躺资补税]|$)")
_MONEY = re.compile(r"资金|补助|补贴|投资|产值|税|钱|款|费|利润|收入|奖励")


def _in_words(text: str, lexicon: Lexicon) -> Iterator[Quantity]:
    """Sizes said without their unit; 万 alone is money only where the clause speaks of money."""
    yuan, share = lexicon.units["元"], MeasureUnit("%", 1.0)
    hints = (hint.end() for hint in _HINT.finditer(text))
    found = filter(None, (_SAID.search(text, max(0, at - 9), at + 4) for at in hints))
    for match in {one.start(): one for one in found}.values():
        if match["half"]:
            start, end = match.span("half")
            yield _with_front(Quantity(start, end, end, 50.0, "%", share), text, lexicon)
            continue
        start, end = match.span("big" if match["big"] else "num")
        word, times = text[start:end], 1e8 if match["big"] else 1e4
        value = (
            float(word)
            if word[0].isdigit()
            else numeral(word if word[0] not in "十百千万" else "一" + word)
        )
        if value is None or not (
            match["big"] or _MONEY.search(text, max(0, start - 14), match.end() + 8)
        ):
            continue
        unit = ("亿" if match["big"] else "万") + "元"
        made = Quantity(start, end, match.end(), value, unit, MeasureUnit(yuan.canonical, times))
        yield _with_front(made, text, lexicon)


def _unitless(text: str, lexicon: Lexicon, known: set[int]) -> Iterator[Quantity]:
    """Numbers of indicators that have no unit: 综合容积率0.98."""
    for match in _plain(lexicon).finditer(text):
        start, end = match.span("num")
        if start not in known:
            value, measure = float(match["num"]), MeasureUnit("", 1.0)
            yield _with_front(Quantity(start, end, end, value, "", measure), text, lexicon)


@functools.lru_cache(maxsize=8)
def _plain(lexicon: Lexicon) -> re.Pattern[str]:
    after = lexicon.any_of("more_after", "less_after", "approx_after")
    return re.compile(
        rf"{lexicon.any_of('unitless')}(?:（[A-Z]+）)?(?:分别|平均)?(?:为|达到?|至|仅|约|是|提高到|不低于|不高于|超过)*"
        rf"(?P<num>\d{{1,4}}(?:\.\d+)?)(?=[，。；、（）和\s]|{after}|$)"
    )


def _barred(text: str) -> bytearray:
    """1 for each character that belongs to a date, an ordinal, a slogan and the like."""
    barred = bytearray(len(text))
    for match in _NO_FIGURES.finditer(text):
        a, b = match.span()
        barred[a:b] = b"\1" * (b - a)
    for match in _QUOTED.finditer(text):
        a, b = match.span()
        barred[a:b] = b"\1" * (b - a)
    return barred


def _made(match: re.Match[str], lexicon: Lexicon) -> Quantity | None:
    if match["num"]:
        return _of_digits(match, lexicon)
    if match["frac"]:
        bottom, _, top = match["frac"].partition("分之")
        share, whole = numeral(top), numeral(bottom)
        if share is None or not whole:
            return None
        qualifier = _after(match["fafter"], None, lexicon)
        return _share(match, "frac", 100 * share / whole, qualifier)
    if match["cheng"]:
        tenths = numeral(match["cheng"]) or 0
        value = 10 * tenths + (5 if match["half"] else 0)
        stop = match.end("half") if match["half"] else match.end("cheng") + 1
        found = _share(match, "cheng", value, _after(match["cafter"], None, lexicon))
        return replace(found, end=stop)
    return _of_numeral(match, lexicon)


def _share(match: re.Match[str], group: str, value: float, qualifier: str) -> Quantity:
    start, end = match.span(group)
    return Quantity(start, end, match.end(), value, "%", MeasureUnit("%", 1.0), qualifier)


def _of_digits(match: re.Match[str], lexicon: Lexicon) -> Quantity | None:
    unit = match["unit"] or match["many"] + match["base"]
    measure = lexicon.unit(unit)
    if measure is None:
        return None
    value = float(match["num"].replace(",", "").replace(" ", ""))
    if unit.endswith("个亿") and match.string.startswith("元", match.end("num") + len(unit)):
        # 186个亿元以上项目
        start, end = match.span("num")
        return Quantity(start, end, end + 1, value, "个", lexicon.units["个"])
    if unit == "成" and (value > 10 or match.string.startswith("都", match.end())):
        # 2023成都…会: the unit is the first character of a name.
        return None
    middle = match["mid"] or match["mid2"] or match["odd"]
    qualifier = _after(match["after"], middle, lexicon)
    start, end = match.span("num")
    return Quantity(start, end, match.end(), value, unit, measure, qualifier)


def _of_numeral(match: re.Match[str], lexicon: Lexicon) -> Quantity | None:
    """A Chinese numeral counts only where it is no phrase: 一家, 两个方面, 三大 are none."""
    text, unit = match["cn"], match["cunit"]
    long = len(text) > 1 and any(c in "十百千万亿" for c in text)
    strong = unit in ("家", "户", "宗", "亩", *lexicon.words["time_units"]) or unit.endswith("元")
    if (text[0] == "一" and len(text) == 1) or not (long or strong):
        return None
    # 五十亿企业 is a name: in words an 亿 without its 元 is no unit.
    if unit in ("亿", "万亿") or (len(text) == 1 and unit in ("级", "期")):
        return None
    value, measure = numeral(text), lexicon.unit(unit)
    if value is None or measure is None:
        return None
    qualifier = _after(match["cafter2"], match["cmid"], lexicon)
    start, end = match.span("cn")
    return Quantity(start, end, match.end(), value, unit, measure, qualifier)


def _after(word: str | None, middle: str | None, lexicon: Lexicon) -> str:
    if middle or word in ("多", "强"):
        return "more_than"
    if not word:
        return "exact"
    words = lexicon.words
    if word in words["more_after"]:
        return "at_least"
    return "at_most" if word in words["less_after"] else "approx"


_FRONT = (
    ("at_least", "at_least_before"),
    ("at_most", "at_most_before"),
    ("less_than", "less_before"),
    ("more_than", "more_before"),
    ("approx", "approx_before"),
)


@functools.lru_cache(maxsize=8)
def _fronts(lexicon: Lexicon) -> re.Pattern[str]:
    parts = "|".join(f"(?P<{name}>{lexicon.any_of(words)})" for name, words in _FRONT)
    # 签约14个月, 附近3家: the last character belongs to a word of its own.
    return re.compile(f"(?<![签节制违履合预特条缩附最邻就新赶反通经])(?:{parts})[了到]?$")


def _with_front(made: Quantity, text: str, lexicon: Lexicon) -> Quantity:
    match = _fronts(lexicon).search(text, max(0, made.start - 6), made.start)
    before, qualifier = made.start, made.qualifier
    if match:
        before = match.start()
        qualifier = qualifier if qualifier != "exact" else str(match.lastgroup)
    return Quantity(
        made.start, made.end, made.stop, made.value, made.unit, made.measure, qualifier, before
    )  # fmt: skip


@functools.lru_cache(maxsize=4096)
def numeral(text: str) -> float | None:
    """The value of a Chinese numeral, None where it is none."""
    import cn2an

    try:
        return float(cn2an.cn2an(text.replace("〇", "零"), "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def within(items: list[Quantity], start: int, end: int, at: int) -> Iterator[Quantity]:
    """The figures of a span, looking from index ``at`` on."""
    for item in items[at:]:
        if item.start >= end:
            return
        if item.start >= start:
            yield item
