"""Whether a number with a unit is a threshold, counts the noun behind it, or only orders a text."""

from __future__ import annotations

import functools
import re

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.quantities import Quantity

_ASKS_NOUN = re.compile(
    r"(?:抓好|办好|打造|建设|实施|完成|推进|建成|布局|形成|设立|剩余|加快|负责|对|首批|仍有|的|动|了|等|组成|组建|成立|派出)$"
)


# 由11个整合为6个: a verb follows the number, not what is counted.
_BECOMES = re.compile(
    r"(?:优化|撤并|归并|精简)?(?:整合|调整|合并|增加|增长|增|减少|提高|提升|上升|升|下降|降|扩大|压减|压缩|扩展|优化)[到至为成]"
)
# 低于20%的有3家, 不足十万元的占四成: the number only says which group is spoken of.
_GROUP = re.compile(r"的(?:，|有|占|共|仅|分别|[县园地]|开发区|单位|乡镇|项目|企业)")


@functools.lru_cache(maxsize=8)
def _nouns(lexicon: Lexicon) -> tuple[re.Pattern[str], re.Pattern[str]]:
    nouns = lexicon.any_of("threshold_nouns")
    return re.compile(rf"(?:的)?(?:(?!不)[\u3400-\u9fff\d]){{0,6}}?{nouns}"), re.compile(
        rf"(?:级)?{nouns}"
    )


# 年产值首次突破10亿元、50亿元的企业: a row of thresholds.
_ROW = re.compile(
    r"(?:[、和或]\d[\d.]*[十百千万亿]*元)*(?:以上|以下)?的[\u3400-\u9fff]{0,4}(?:企业|项目|园区|单位|产业)"
)
_PASSES = re.compile(r"(?:突破|超过?|达到?|满|过|在|^[、和或])[\d.、和或十百千万亿元]*$")
# 10亿元以上3个, 不足1亿元的2个: how many are of this sort.
_SORT = re.compile(r"(?:的(?:有|共|达到?|超过?)?|(?<=以上)|(?<=以下))\d+[家个户宗项]")


@functools.lru_cache(maxsize=8)
def _range(lexicon: Lexicon) -> re.Pattern[str]:
    """5亿元~10亿元项目: the first of two thresholds."""
    nouns = lexicon.any_of("threshold_nouns")
    return re.compile(
        rf"[~～—\-至到]+\d[\d.]*[十百千万亿]*元(?:以[上下内])?(?:的)?(?:(?:有|共)?\d|[\u3400-\u9fff]{{0,4}}?{nouns})"
    )


# 60分以上为合格, 500万元及以上调整为2000万元及以上: where a class or a scope begins.
_GRADE = re.compile(r"(?:的)?(?:为|视为|评为|定为|认定为|列为|属于|变更为|调整为|修改为|提高为)")
_REGRADED = re.compile(r"(?:变更|调整|修改)为[^，。；\d]{0,4}$")
# 30亿元以上、50亿元以上以及百亿元龙头项目: a row of thresholds before what they are said of.
_LIMITS = re.compile(
    r"(?:(?:[、和或及]|以及)+[\u3400-\u9fff]{0,10}?[\d一二三四五六七八九十百千.]+[十百千万亿]*元(?:以[上下])?)+(?:的)?"
    r"[\u3400-\u9fff]{0,8}?(?:企业|项目|园区|单位|产业|集群)"
)


# 亩均税收低于3万元、容积率低于0.8的用地: limits that together say which are meant.
_ALSO = re.compile(
    r"(?:[、或和][^，。；\d]{1,12}(?:低于|高于|不足|不到|超过|不低于|小于|大于)[\d.]+[^，。；\d]{0,6})+的[\u3400-\u9fff]"
)


# 年产3万吨润滑油项目, 20兆瓦光伏项目: what a project makes belongs to its name.
_CAPACITIES = frozenset(
    ("吨", "千瓦", "台", "辆", "件", "套", "片", "立方米", "只", "支", "千瓦时")
)
_NAMED_BY = re.compile(
    r"[\u3400-\u9fff]{2,14}?(?:项目|生产线|产线|工程|技改|处理厂|电站)(?![数总个])"
)


# 排名前50%的企业, 数量的后10%: a class in rules, and no figure.
_TOP = re.compile(r"(?:排名|排序|数量的?|总数的?|得分|位列|位居|处于|列)[^，。；\d]{0,6}[前后]$")
# 对总投资5000万元以上、补足短板的重大工业项目: whom a policy means.
_CONDITION = re.compile(
    r"(?:对|凡|以及|支持)[^，。；\d]{0,6}(?:投资|收入|产值|税收|贡献)(?:额|总额)?$"
)
# 30家企业总收入在1000万元以下: which these are.
_LIES = re.compile(r"[家户个][^，。；\d]{0,8}(?:收入|产值|税收|投资)(?:均|都)?在$")
_MEANT = re.compile(r"[^。；]{0,50}?(?:项目|企业|单位)")
# 占地面积5亩以上的规模以下企业
_OF_FIRMS = re.compile(r"的[\u3400-\u9fff]{0,8}企业")


def _is_class(text: str, q: Quantity, pre: str, *, limited: bool) -> bool:
    """Whether a number only says which a rule means: the first 50 %, those of 5 亩 and more."""
    kind = q.measure.canonical
    if kind == "%":
        return bool(_TOP.search(pre))
    if kind == "亩":
        return limited and bool(_OF_FIRMS.match(text, q.stop))
    return limited and kind == "元" and bool(_CONDITION.search(pre) and _MEANT.match(text, q.stop))


def is_threshold(text: str, q: Quantity, pre: str, lexicon: Lexicon) -> bool:
    """10亿元以上项目 is a name, 10个以上项目 is a figure."""
    if q.measure.canonical in _CAPACITIES and _NAMED_BY.match(text, q.stop):
        return True
    limited = q.qualifier in ("at_least", "at_most", "more_than", "less_than")
    if limited and (_GRADE.match(text, q.stop) or _REGRADED.search(pre)):
        return True
    if q.unit in lexicon.count_units or q.measure.canonical in ("个百分点", "倍"):
        return False
    if limited and (_LIMITS.match(text, q.stop) or _ALSO.match(text, q.stop)):
        return True
    if _range(lexicon).match(text, q.stop):
        return True
    if (
        q.measure.canonical == "元"
        and _ROW.match(text, q.stop)
        and _PASSES.search(text, max(0, q.start - 40), q.start)
    ):
        return True
    if q.measure.canonical in ("元", "亩") and _SORT.match(text, q.stop):
        return True
    rest = text[q.stop : q.stop + 14]
    if _is_class(text, q, pre, limited=limited):
        return True
    if limited and (_nouns(lexicon)[0].match(rest) or _GROUP.match(rest)):
        return not re.match(r"[的]?(?:建设|完成)", rest)
    if q.measure.canonical in ("公里", "米", "亩", "平方米") and not rest.startswith("级"):
        return False
    return bool(_nouns(lexicon)[1].match(rest)) and not pre.endswith(("总投资", "的"))


def counts_noun(
    text: str, q: Quantity, raw: str, after: str, front: str, lexicon: Lexicon, *, listed: bool
) -> bool:
    """Whether the noun behind the number says what is counted. ``front`` are the characters
    before the number; ``listed`` says that the number before it counted a noun too."""
    words, kind = lexicon.words, q.measure.canonical
    if not after:
        return False
    if kind == "%":
        joined = re.search(r"(?:全[国省市县区镇]的?|了|占|不到|以|拥有|约|及|、|和|与|由)$", front)
        return text[q.stop] == "的" and bool(not raw or joined)
    bare = not raw or raw in words["kept_verbs"] or raw in words["lead_verbs"]
    if kind in ("亩", "平方米"):
        return bare and bool(re.search(r"地|厂房|楼|面积", after))
    if q.unit not in lexicon.count_units:
        return False
    if re.match(r"(?:次|以上|左右|，|级|月|数)", after) or _BECOMES.match(text, q.stop):
        return False
    return (
        bare
        or listed
        or bool(_ASKS_NOUN.search(front))
        or raw in ("新增", "引进", "培育", "新建", "在库")
    )


@functools.lru_cache(maxsize=8)
def _pure(lexicon: Lexicon) -> re.Pattern[str]:
    nouns = lexicon.any_of("pure_structure")
    return re.compile(
        rf"(?:的)?(?:主要|重点|核心|关键|重大|评价|考核|具体|一级|二级|三级)*{nouns}(?!数的)"
    )


# 得10分, 加1分, 满分100分: what a scheme gives, not what somebody scored.
_GIVES = re.compile(r"(?:得|加|扣|计|减|赋|记|倒扣|满|满分|总分|加满|最高|最多)(?:为|不超过)?$")


# 全省38个开发区之一
_ONE_OF = re.compile(r"[\u3400-\u9fff]{1,24}之一")


def orders_text(text: str, q: Quantity, lexicon: Lexicon) -> bool:
    """5个方面, 18项核心指标, 得10分: numbers that only say how a text or a scheme is built."""
    if q.unit == "分" and _GIVES.search(text, max(0, q.start - 6), q.start):
        return True
    if q.unit not in lexicon.count_units:
        return False
    return bool(_pure(lexicon).match(text, q.stop) or _ONE_OF.match(text, q.stop))


def is_structure(noun: str, lexicon: Lexicon) -> bool:
    """Whether a noun is one of structure (方面, 措施): what is counted is no figure."""
    words = lexicon.words
    if any(noun.startswith(word) or noun.endswith(word) for word in words["structure_exceptions"]):
        return False
    return any(noun.startswith(word) for word in words["structure_nouns"]) or any(
        noun.endswith(word) for word in words["structure_nouns"] if len(word) > 1
    )
