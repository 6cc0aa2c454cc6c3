"""The name of what a number measures, from the words before it or behind it."""

from __future__ import annotations

import functools
import re

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.quantities import Quantity

_JOINTS = re.compile(r"^(?:[\s、，：；和与及以并且而则是（）“”‘’—·]|[一二三四五六]是|其中)+")
_LIST_MARK = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.]|[一二三四五六]是)")
_LEFT = re.compile(
    r"^.*(?:方面|来看|看|为重点|的基础上|过程中|情况下|今年以来|以来|(?:较|比)(?:年初|上年末?|去年|上月|去年同期|上年同期)|记者获悉|据悉|数据显示|显示|介绍)[，：]?"
)
# 年度计划投资 is a name: without its year it would be taken for the whole.
_YEARS_PLAN = re.compile(r"(?P<name>(?:年度?|全年)计划总?投资(?:总?额)?)[为达约近共是]*$")
# 增速由上年同期的11.3%: whence a figure comes is no part of its name.
_PRIOR = re.compile(r"(?:由|从)(?:上年|去年|上月|上季度|年初|上期)(?:同期|末|底|度)?(?:的)?$")
_BEFORE = re.compile(r"^.*?(?:\d日|月底|年底|月|年)(?:之|以)?前(?=.|$)")
_ASKED = re.compile(
    r"^.*(?:(?<![主重需只纪摘紧概首])要(?!求|素|闻|点|害|道|件|塞)|负责|牵头|力争|确保|不少于|不低于)(?=.)"
)
_AFTER = re.compile(
    r"^(?:以上|左右|余)?(?:的)?(?P<noun>(?:[\d.一二三四五六七八九十百千万]*[亿万千百十]*元(?:(?:及)?以上|级)?(?:的)?)?[\u3400-\u9fffA-Z“”‘’·（）\d]{1,18}?)"
    r"(?=[，。；：、！？\s（）]|已|共|在|被|要|将|实现|完成|(?<!新)建成投产|(?<!新)建成|(?<!新)开工|以(?![上下内外])|同比|分别|逐|参|列|对|和|与|及(?!以)|为|达|占|未|进行|(?<![工操合运协动创])作|由|正|全部|竣工|落地|盘活任务|目标|纳入|列入|入选|入围|反映|享受|获[评得批]|投入|推进|的|中排|中居|中位|因|保持|鼓足|集中(?=签约|开工|竣工|投产|亮相)|增速|扎堆|陆续|相继|跻身|上榜|亮相|晋级|落户|动工|复工|拔得|贡献|创造|产值|营收|主营|缴纳|上缴|税收(?![大千百])|$)"
)


@functools.lru_cache(maxsize=8)
def _verbs(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = lexicon.any_of("lead_verbs")
    lead = re.compile(
        rf"^(?:(?!到[位账岗]|从业|有色|有机|有效|达产|共[建享]|近海|近地|约谈)(?:{words})(?![率额量])|了|的)+"
    )
    tail = re.compile(
        rf"(?:{words}|总数|总量|规模|数量|的|数|也|均|就|约|需|：|，|（|“|”|面积(?=面积)|完|提升|提高|增长|只|每亩|共|要|力争|确保|不少于|不低于|(?<=[速幅率])在|(?:目标)?(?:是|为)?(?:今年|明年|去年))+$"
    )
    return lead, tail


def trimmed(pre: str, lexicon: Lexicon) -> str:
    """The noun at the end of the words before a number, without verbs, adverbs and joints."""
    lead, tail = _verbs(lexicon)
    planned = _YEARS_PLAN.search(pre)
    if planned:
        return planned["name"]
    text = _LIST_MARK.sub("", pre.strip())
    text = _PRIOR.sub("", _BEFORE.sub("", _LEFT.sub("", text)))
    asked = _ASKED.match(text)
    if asked:
        # 新开工项目要达到20个: where only a verb follows, the noun stands before.
        rest = lead.sub("", text[asked.end() :])
        text = text[asked.end() :] if rest else text[: asked.end()]
    for _ in range(6):
        before = text
        text = _JOINTS.sub("", text)
        kept = _kept_head(text, lexicon)
        if not kept:
            text = lead.sub("", text)
        text = _tail_off(text, tail, lexicon)
        if text == before:
            break
    return text.strip("“‘（ ")


def _kept_head(text: str, lexicon: Lexicon) -> bool:
    return text.startswith(tuple(lexicon.words["kept_verbs"]))


def _tail_off(text: str, tail: re.Pattern[str], lexicon: Lexicon) -> str:
    """Verbs at the end go, unless the whole is a name of the catalogue."""
    if lexicon.canonical_indicator(text):
        return text
    match = tail.search(text)
    while match and match.start() < len(text):
        for cut in range(len(text), match.start(), -1):
            if lexicon.canonical_indicator(text[:cut]) and text[cut:]:
                return text[:cut]
        return text[: match.start()]
    return text


def noun_after(text: str, q: Quantity, end: int) -> str:
    """The noun behind a number and its unit: 4家省级以上开发区, 1.8%的土地面积."""
    match = _AFTER.match(text[q.stop : min(end, q.stop + 24)])
    return match["noun"] if match else ""


# 园区企业完成入库税收, 限额以上批发业完成销售额: a verb between whose it is and what it is.
_MEDIAL = re.compile(
    r"(?P<who>[^\d]{2,18}?)(?:累计)?(?:完成|实现)(?!率|时限|情况)(?P<what>[\u3400-\u9fff]{2,14})$"
)
_WHOLE = re.compile(
    r"^(?!规)[^规限]*(?:园区企业|园区|开发区|经开区|高新区|集聚区|集中区|产业园|工业园|公司|集团)$"
)


def _without_verb(raw: str, lexicon: Lexicon) -> str:
    """The name without the verb inside: of a park as a whole what it did, else both parts."""
    found = _MEDIAL.match(raw)
    if not found or lexicon.canonical_indicator(raw):
        return raw
    return found["what"] if _WHOLE.search(found["who"]) else found["who"] + found["what"]


def named(raw: str, q: Quantity, lexicon: Lexicon) -> str:
    """The canonical name: the catalogue's, else the raw one with 数 behind what is counted."""
    bare = raw.strip("“”‘’") if raw.count("“") != raw.count("”") else raw
    bare = _without_verb(bare, lexicon)
    found = lexicon.canonical_indicator(bare)
    if found and not (found.endswith("数") and q.measure.canonical in ("元", "%")):
        return found
    for prefix in ("全年", "园区", "全市", "全县", "全区", "新型", "累计", "总"):
        rest = lexicon.canonical_indicator(bare.removeprefix(prefix))
        if bare.startswith(prefix) and rest and not rest.endswith("数"):
            return rest
    if (
        q.unit in lexicon.count_units
        and bare
        and not bare.endswith(("数", "量", "率", "总数", "人数"))
    ):
        return bare + "数"
    if q.measure.canonical == "亩" and bare.endswith(("土地", "用地", "占地")):
        return bare + "面积"
    return bare
