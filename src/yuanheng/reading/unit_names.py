"""Whether words name a unit that can answer for a task, and what kind of unit it is."""

from __future__ import annotations

import functools
import re

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.model import Responsible
from yuanheng.reading.organisations import noun_start

# 各县、区人民政府: the governments of all of them, in one name.
_OF_ALL = re.compile(
    r"各(?:(?:[市县区乡镇州旗]、){1,3}[市县区乡镇州旗](?=人民政府|政府|委|管委)|区、县级市)"
)
_NO_UNIT = re.compile(
    r"要|凡|若|如|每|(?:有)?个别|(?:尚|仍)有|大多数|(?:大)?部分|少数|对(?![外口])|在(?!线)|会同|联合|分(?:园区|县区|镇街)|经(?![济信开发合贸营])|向(?![阳化])|与|将|把|属于|这|那|其(?!他|余)|该项|本着|以|为|务|积极|争取|主动|加快|继续|进一步|全力|切实|认真|及时|充分|努力|报请|原则|同意|听取|研究(?![院所室])|现|关于|根据|按照"
)
_BRANCH = re.compile(r"(?![各相有要把对将从])[\u3400-\u9fff]{1,6}(?<![的了是要])")
# Where a label or a table's head says that units follow, what stands there is one.
_LISTED = re.compile(r"(?![按等无见])[\u3400-\u9fffA-Za-z（）·]{2,20}(?<![的了])")
_RANKED = re.compile(r"(?:常委|党组成员|副书记|党委委员)$")
_EACH = re.compile(
    r"(?!各(?:地|级|部门|单位|园区|乡镇)(?:先|精心|认真|积极|抓紧|按照|切实|严格|进一步))各(?:个(?=园|部门|单位|县|镇|乡|街))?(?![项类种个方环阶自行式界位])(?:(?!的)[\u3400-\u9fff]){1,8}(?:（[\u3400-\u9fff、]{1,8}）)?(?<![的了])"
)
_OF_PLACE = re.compile(r"[省市县区州](?![域内外级直])[\u3400-\u9fff]{2,10}(?<![的了区市县])")
# 单独整治提升企业, 申报企业: firms of a sort.
_FIRMS = re.compile(
    r"(?:其他)?涉及部门|[\u3400-\u9fff]{0,6}(?:各|有关|相关|申报|整治|提升|重组|责任|问题|整改|试点|入园|获证|参展|受检|排污|涉事|在建|承建)企业"
)
# 工业和信息化主管部门: the 和 inside the name of an office.
_MINISTRY = re.compile(
    r"(?:部门和单位)|(?:单位和部门)|(?:工业|发展|人力资源|自然资源|规划|住房|文化|经济|卫生|教育|科技|科学技术|商务|城市管理|交通|农业农村|广播电视|投资)和"
    r"(?:信息化|改革|社会保障|规划|自然资源|城乡建设|旅游|广电|广播|计划生育|体育|综合执法|技术|工业信息化|城乡规划|促进)"
)
# 市及各县（市、区）政府: the governments of all of them.
_AND_EACH = re.compile(r"[省市县区州](?:直)?及各")
_SPLIT = re.compile(r"和|及(?!时|早|其)|(?<!参)与")
# （列第一位者为牵头单位，下同）: a remark on the list, and none of its names.
_REMARK = re.compile(r"（[^（）]*(?:列第|下同|排名第|为牵头|为准|[^）]{16,})[^（）]*）?$")
# （以下简称“各区工信主管部门”）
_CALLED = re.compile(r"（(?:以下|下)?(?:统称|简称)[^（）]*）")
# 确保圆满完成政府, 主动配合: what somebody shall do, and nobody's name.
_VERBS = re.compile(
    r"(?:必须|引进|申报(?!企业|单位|主体)|协作(?!单位)|实施(?!单位|主体)|组织(?![部人办委])|开展|提请|及时提请|基本完成|完成(?!率)|接到|打好|条件|实行|设立|建立|成立|确保|保证(?!金)|主动|全面|督促|协调(?!办|组|小组|中心|局|处)|配合|加强|提高|圆满|推动|指导(?!组|中心|处|办)|支持|抓好|做好|强化|加大|通过|利用|发挥"
    r"|巩固|扩大|防止|避免|帮助|促进(?!局|会|委|中心)|鼓励|引导|努力|坚持|坚决|形成|打造|营造|完善|优化|提升|实现|保障(?!局|中心|组|厅)|参与(?!单位|部门)|带动|借助|立足|严格|充分|大力|持续|深入|不断|广泛|有效|合理|科学(?!技术|院|城|研究)|围绕|聚焦|落实(?!办|单位))"
)
_JOINED = re.compile(r"[和及与][\u3400-\u9fff]{1,8}(?:局|委|部|厅|院|办|会|中心)$")
_ETC = re.compile(r"等[\u3400-\u9fff\d]{0,8}?(?:部门|单位|企业|机构|乡镇|园区)?$")
_PERSON = re.compile(
    r"^(?:书记|[市县区镇]长|[\u3400-\u9fffX]{1,4}(?:同志|书记|市长|县长|区长|局长|主任|部长)|[\u3400-\u9fff]{2,6}负责同志|相关部门负责同志|各位[\u3400-\u9fff]{2,5}|[\u3400-\u9fff]{0,4}(?:政府|县委|市委)?(?:分管|主要|挂点|挂钩|包联|联系|包保|班子)(?:[省市县区]?领导|负责人)|[\u3400-\u9fff]{0,12}(?:指挥部成员|负责人|负责同志|一把手|班子成员|领导班子|班子领导|[省市县区]领导)|你们|我们|[\u3400-\u9fff]{0,8}(?:书记|市长|县长|区长|主任|局长|部长|镇长|主席)[\u3400-\u9fff]{2,3}(?<!要求))$"
)


@functools.lru_cache(maxsize=8)
def _unit_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    suffixes = lexicon.any_of("org_suffixes", "park_suffixes", "unit_suffixes")
    place = r"(?:市|县|区|镇|乡|街道|镇街|乡镇|部门|单位|县区|市区|办公室|开发区)"
    group = lexicon.any_of("group_words", "vague_units")
    return re.compile(
        rf"^(?:{group}|(?:各|相关|有关|市直|县直|区直|全[市县区])?[\u3400-\u9fffA-ZX·（）]{{0,18}}?(?:{suffixes}|{place})(?:（[\u3400-\u9fff、]{{1,8}}）)?)$"
    )


def is_unit(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is a name of a unit, a group of units, or a person in office."""
    if len(word) < 2 or len(word) > 24:
        return False
    # 市（区）政府, 经济开发（园）区: what stands in brackets is part of the name.
    if "（" in word:
        word = re.sub(r"（[\u3400-\u9fff、]{1,16}）(?=[\u3400-\u9fff])", "", word)
    word = _OF_ALL.sub(lambda m: m[0].replace("、", ""), word)
    if word in lexicon.words["not_units"] or _NO_UNIT.match(word) or _VERBS.match(word):
        return False
    if _FIRMS.fullmatch(word):
        return True
    if _PERSON.match(word):
        return True
    if word in lexicon.words["group_words"] or _EACH.fullmatch(word):
        return True
    if re.fullmatch(
        r"(?!组织|筛选|引导|鼓励|帮助|支持|需要|凡|建立|健全|形成|推动|推进|打造|建设|加快|提升|实现|作为|成为)[\u3400-\u9fff\d.%]{2,16}的(?:开发区|园区|(?:责任|承办|牵头)?单位|部门|县区|县市区|镇街|乡镇|企业)",
        word,
    ):
        return True
    if re.search(
        r"[是也把被]|.在(?![线建职地校])|.以(?![上下内外])|[强兴立富][市县区]$|代表|实行|.要(?!素|塞|闻)|.对(?!外|口)|^我们.|认为",
        word,
    ):
        return False
    if re.search(r"[园区]$", word) and noun_start(word, 0, len(word), lexicon) > 0:
        return False
    return bool(_unit_pattern(lexicon).match(word)) and not re.search(
        r"干部$|布局$|格局$|内部$|举办$|督办$|常委$|全部$|[的了]", word
    )


def does(word: str) -> bool:
    """Whether a word begins with what somebody does: 加强技术."""
    return bool(_VERBS.match(word))


def split_units(
    words: str, lexicon: Lexicon, *, loose: bool = False, branches: bool = False
) -> list[str]:
    """The names of a list, empty when one of them is no unit (with ``loose``: it is left out;
    with ``branches`` short names such as 交通、水务 count where the last of the list is a unit)."""
    words = _REMARK.sub("", _CALLED.sub("", words)).strip(" “”")
    if words[:1] in ("与", "和", "同", "向"):
        # 与虎门组团明确…: with whom, and not who.
        return []
    etc = _ETC.search(words)
    words = _ETC.sub("", words)
    # 税务、海关等部门: branches of work stand for their offices.
    many = bool(etc and etc[0].endswith(("部门", "单位")))
    parts = guarded(words, lexicon, many=many)
    if branches and len(parts) > 1:
        parts = _short_parted(parts, lexicon)
    short = many or (branches and len(parts) > 1 and is_unit(parts[-1].strip(), lexicon))
    found = []
    for part in parts:
        name = _ETC.sub("", part.strip())
        if not name or name in ("等", "按职责分工负责"):
            continue
        if not is_unit(name, lexicon):
            if short and _BRANCH.fullmatch(name):
                found.append(name)
                continue
            if found and _OF_PLACE.fullmatch(name):
                found.append(name)
                continue
            if (
                loose
                and _LISTED.fullmatch(name)
                and not _RANKED.search(name)
                and not _VERBS.match(name)
            ):
                found.append(name)
                continue
            if loose or _RANKED.search(name):
                continue
            return []
        found.append(name)
    return found


def _short_parted(parts: list[str], lexicon: Lexicon) -> list[str]:
    """交通、公路、河务和集聚区管委会: among short names the last 和 parts two of them."""
    before, last = parts[-1].split("和", 1) if parts[-1].count("和") == 1 else ("", "")
    short = any(len(part) < 5 and not is_unit(part, lexicon) for part in parts[:-1])
    apart = short and 1 < len(before) < 4 and is_unit(last, lexicon)
    return [*parts[:-1], before, last] if apart else parts


def guarded(words: str, lexicon: Lexicon, *, many: bool = False) -> list[str]:
    """Split at separators, but not inside brackets nor inside names such as 自然资源和规划局."""
    words = words.replace("以及", "、")
    held = _MINISTRY.sub(lambda m: m[0].replace("和", "\2"), words)
    held = _OF_ALL.sub(lambda m: m[0].replace("、", "\1"), held)
    if "（" in words:
        held = re.sub(r"（[^）]*）", lambda m: m[0].replace("、", "\1"), held)
    found: list[str] = []
    for piece in re.split("[、，]", held):
        if _AND_EACH.match(piece):
            found.append(piece)
            continue
        parts = _SPLIT.split(piece)
        if len(parts) == 1 or not _JOINED.search(piece):
            found += parts
            continue
        # 县经济信息和科技局: one name, since 县经济信息 is none.
        whole = not all(is_unit(one, lexicon) for one in parts)
        whole = whole and (not many or piece[0] in "省市县区州镇")
        whole = whole and is_unit(piece, lexicon)
        found += [piece] if whole else parts
    return [part.replace("\1", "、").replace("\2", "和") for part in found]


def kind_of(name: str) -> str:
    """org, park, place, person or group."""
    if _PERSON.match(name):
        return "person" if not name.endswith(("们", "负责同志")) else "group"
    if re.match(r"(?:各|相关|有关|其他|全[市县区]|县直|市直|区直|排名)", name) or name.endswith(
        ("部门", "单位")
    ):
        return "group"
    if re.search(
        r"(?:园区?|开发区|经开区|高新区|示范区|集聚区|集中区|新区|工业区|保税区|综保区|经济区|新城|科技城|科学城|试验区|先行区)$",
        name,
    ):
        return "park"
    return "place" if re.search(r"(?:市|县|区|镇|乡|街道)$", name) else "org"


def made(names: list[str], role: str) -> list[Responsible]:
    return [Responsible(name, role, kind_of(name)) for name in names]
