"""Names of organisations, parks, places, enterprises and projects in a text."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from yuanheng.reading.lexicon import Lexicon

_CHAR = r"[\u3400-\u9fffA-Za-z·]"
_BODY = r"[\u3400-\u9fffA-Z·]"
# A name doesn't reach back over these words.
_EDGE = re.compile(
    r".*(?:位于|坐落于|坐落在|前往|深入|走进|来到|落户|入驻|考察|调研|推动|推进|加快|建设|打造|支持|召开|举行|获评|获批|关于|以及|依托|借助|经过|通过|根据|围绕|聚焦"
    r"|同意|批准|鼓励|引导|带动|作为|成为|包括|其中|目前|近日|日前|记者从|针对|按照|感谢|指导|会同|联合|主持|担任|来自|牵头|听取|确保|立即|要(?!求)|必须|认真|落实(?!办)|建立|完善|设立|实现|对接|被|占|受(?!理)|不足|不如|部署|告知|约谈|要求|责成|获得|接诉即|新一届|更多|其|建成|投用|公布|首批|打好|研究(?!院|所|室)|[年月日](?!产)度?|季度|全[省市县区国]|增强|成为|隶属|属于|赴|到|在|对|和(?!规划|城乡|信息|改革|社会|旅游|体育|应急|草原|水务|计划|人力|水土)|与|及|由|向|从|是|将|把|的|为|给|让|请|报|送|经(?!济|开|发|信|贸|合|营|科)|讯|于(?!都|田|洪))"
)
# 青开办发〔2024〕6号 is a number, no office.
_NUMBERED = re.compile(r"[发函字通督办]{0,2}〔")
_ENTERPRISE = re.compile(
    rf"{_BODY}{{2,24}}?(?:股份有限公司|有限责任公司|有限公司|集团公司)(?:{_BODY}{{0,6}}分公司)?"
)
_PROJECT = re.compile(rf"(?:总?投资[\d.]+[万亿]+元的)({_BODY}{{3,16}}?项目)(?!库|数|总|个|集)")
_VENTURE = re.compile(
    rf"(?:(?m:^)|(?<=[，。；：】、]))[^\S\n]{{0,20}}({_BODY}{{3,16}}?项目)(?=总?投资|计划投资|占地|用地|达产)"
)
# 在某某项目现场: the project that was visited.
_VISITED = re.compile(
    rf"(?:在|走进|来到|深入|察看了?|查看了?|视察)({_BODY}{{3,16}}?项目)(?=(?:建设)?(?:现场|工地)|，)"
)
_PLACE = re.compile(
    r"([\u3400-\u9fffX]{1,3}?)(自治县|新区|市|县|区|镇|街道)(?=委|人民政府|政府|管委|人大|政协|工信|发改|[^\u3400-\u9fff]|要|新|完成|实现|增长|下降|达到|引进|签约|处|仍|列|则)"
)
NO_PLACE = re.compile(
    r".*(?:园|发|经开|高新|全|我|各|该|本|地|社|片|超|上|都|辖|街|库|景|灾|厂|矿|牧|特|时|学|校|保税|示范|集聚|集中|集|工业|功能|合作|试验|实验|先导|引领|聚集|城市|两|类|按|县市|省|新|他|个|一|跨|引|创|在库|多|首|同|后|前|此|大湾|湾|核心|自贸|成|扩|入|产|夜|生活|生产|办公|商业|中心|住宅)$"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name in clean text."""

    start: int
    end: int
    name: str
    kind: str


@functools.lru_cache(maxsize=8)
def _park_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    suffix = lexicon.any_of("park_suffixes")
    return re.compile(rf"{suffix}(?!域|级|划)(?:{suffix})?")


@functools.lru_cache(maxsize=8)
def _org_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    suffix = lexicon.any_of("org_suffixes")
    return re.compile(
        rf"{suffix}(?:{suffix})*(?!署|门|面|校|所|法|理|事|公|学|书记|长(?!沙)|员(?!会)|限|势|落|位|分)"
    )


# 某市开发区, 三家经开区: all of a city, or a number of them, are no park by name.
_MANY = re.compile(
    r"^[\u3400-\u9fff]{2,4}市(?:开发区|开发园区|园区)$|[一二三四五六七八九十两\d][家个]"
)


def parks(text: str, lexicon: Lexicon) -> list[Named]:
    """Parks by name; bare words such as 园区 are left out."""
    generic = set(lexicon.words["park_suffixes"])
    found = []
    for start, match in _endings(_park_pattern(lexicon), text, _CHARS):
        start = _trimmed(text, start, match.end())
        start = noun_start(text, start, match.end(), lexicon)
        name = text[start : match.end()]
        name_start = _place_before(text, start + _weak_head(name), lexicon)
        name = text[name_start : match.end()]
        if _is_described(name, lexicon) or _MANY.search(name):
            continue
        if (
            name in generic
            or len(name) < 3
            or (
                not _of_place(name, lexicon)
                and re.match(
                    r"(?:各|全市|全省|全县|我|该|本|两|多|一|级|等|家|个|首批|首家|分|省内|市内|县内|省级|国家级|市级|别的|[全各]?[市县区]各|相关|新|老|现代|重点|特色|开发)",
                    name,
                )
            )
        ):
            continue
        found.append(Named(name_start, match.end(), name, "park"))
    return found


def _of_place(name: str, lexicon: Lexicon) -> bool:
    """新乡国家高新区: a name of its own, though it begins with 新."""
    return any(name[:n] in lexicon.places_of_stem for n in (2, 3, 4))


@functools.lru_cache(maxsize=4096)
def _is_described(name: str, lexicon: Lexicon) -> bool:
    """美丽园区, 助力园区: a word of praise or a verb before a common noun is no name."""
    import rjieba

    suffix = _suffix_pattern(lexicon).search(name)
    stem = name[: suffix.start()] if suffix else name
    if stem in lexicon.words["park_epithets"]:
        return True
    tags = rjieba.tag(stem)
    return bool(tags) and all(
        tag[0] in "vadsfrbzqmp" and rjieba.has_word(word) for word, tag in tags
    )


def _place_before(text: str, start: int, lexicon: Lexicon) -> int:
    """Where the name of a known place begins that stands right before: 万年|高新技术产业园区."""
    for length in range(4, 1, -1):
        front = text[max(0, start - length) : start]
        if front in lexicon.places_of_stem or front in lexicon.places:
            return start - length
    return start


_CHARS = re.compile(rf"{_CHAR}*\Z")
_BODIES = re.compile(rf"{_BODY}*\Z")


def _endings(
    pattern: re.Pattern[str], text: str, body: re.Pattern[str]
) -> Iterator[tuple[int, re.Match[str]]]:
    """Each ending of a name, with how far back the name may begin: 14 characters at most."""
    done = 0
    for match in pattern.finditer(text):
        back = body.search(text, max(done, match.start() - 14), match.start())
        yield (back.start() if back else match.start()), match
        done = match.end()


def _trimmed(text: str, start: int, end: int) -> int:
    match = _EDGE.match(text, start, end - 1)
    return match.end() if match else start


def noun_start(text: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Where the nouns in front of a suffix begin: a verb is no part of a park's name."""
    import rjieba

    suffix = _suffix_pattern(lexicon).search(text, start, end)
    head = text[start : suffix.start() if suffix else end]
    at = start + len(head)
    names = lexicon.words["name_verbs"]
    for word, tag in reversed(rjieba.tag(head)):
        verb = tag[0] in "vdpcurtyq" and len(word) > 1 and rjieba.has_word(word)
        phrase = tag in ("i", "l") and len(word) > 3
        if (
            ((verb or phrase) and word not in names)
            or tag == "c"
            or word in "了着过是把被将为以要使让等按"
        ):
            break
        at -= len(word)
    return at


@functools.lru_cache(maxsize=8)
def _suffix_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    suffix = lexicon.any_of("park_suffixes")
    return re.compile(f"{suffix}+$")


_WEAK = re.compile(
    r"(?:其中|目前|今年|去年|近日|日前|同时|此外|另外|以|使|令|分园区看|截至|\d+月?|[上下]半年|一季度|会上|会议|要求|指出|强调|推进|加强)+"
)


def _weak_head(name: str) -> int:
    match = _WEAK.match(name)
    return match.end() if match else 0


def enterprises(text: str) -> list[Named]:
    """Companies by their full name."""
    found = []
    for match in _ENTERPRISE.finditer(text):
        start = _trimmed(text, match.start(), match.end() - 4)
        if match.end() - start >= 6:
            found.append(Named(start, match.end(), text[start : match.end()], "enterprise"))
    return found


def projects(text: str) -> list[Named]:
    """Projects named behind their investment."""
    return [
        Named(match.start(1), match.end(1), match[1], "project")
        for pattern in (_PROJECT, _VENTURE, _VISITED)
        for match in pattern.finditer(text)
        if not re.search(
            r"重大|重点|亿元|[该此本各等批]|其中|工业项目$|产业项目$|签约|开工|引进|新建|在建|续建|入园|投产",
            match[1],
        )
    ]


def places(text: str) -> list[Named]:
    """Cities, counties and townships, where grammar shows that they are names."""
    found = []
    for match in _PLACE.finditer(text):
        start = _trimmed(text, _stem_start(text, match.start(), match.start(2)), match.end() - 1)
        stem = text[start : match.start(2)]
        if not stem or NO_PLACE.match(stem) or (len(stem) < 2 and match[2] not in ("县", "市")):
            continue
        found.append(Named(start, match.end(), text[start : match.end()], "place"))
    return found


_BORDER = re.compile(r"(?:^|[^\u3400-\u9fff]|其中|[是为有和与及由在到对的向])\Z")


def _stem_start(text: str, start: int, stop: int) -> int:
    """Where the stem before 市 or 县 begins: two characters, or three, behind a border."""
    for length in (2, 3):
        at = stop - length
        if at >= 0 and _BORDER.search(text, max(0, at - 2), at):
            return at
    return start


def organisations(text: str, lexicon: Lexicon) -> list[Named]:
    """Offices and other bodies that start at the edge of a clause or behind a separator."""
    refused = set(lexicon.words["not_orgs"])
    found = []
    for start, match in _endings(_org_pattern(lexicon), text, _BODIES):
        if _NUMBERED.match(text, match.end()):
            continue
        start = _trimmed(text, start, match.end())
        start += _weak_head(text[start : match.end()])
        name = text[start : match.end()]
        if len(name) < 3 or name in refused or not _free_start(text, start):
            continue
        if re.match(
            r"(?:各|全|有关|相关|我|本|该|两|多|一|等|个|不|加强|进一步|大力|强化|每|重点|企业|责任|要|努力|积极|事项)",
            name,
        ):
            continue
        if re.search(
            r"(?:[^管]委|常委|举办|承办|主办|督办|交办|筹办|干部|全部|内部|总部|中心城|布局|格局|开局|结局|一部|外部|东部|西部|中部|南部|北部)$",
            name,
        ) and not re.search(
            r"(?:市|县|区|省|镇|党|纪|监|政法|发改|国资|住建|卫健|农|科|体改|编)委$", name
        ):
            continue
        found.append(Named(start, match.end(), name, "org"))
    return found


def _free_start(text: str, start: int) -> bool:
    before = text[start - 1] if start else "\n"
    return (
        not ("\u3400" <= before <= "\u9fff")
        or before in "和与及由向从是将把的对在到赴为给让请报送经讯同商于合开议导持示"
    )
