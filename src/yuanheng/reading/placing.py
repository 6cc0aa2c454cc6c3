"""The place that a document is about: the city, county or district whose name it gives most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.organisations import NO_PLACE

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


# 玉溪日报, 广元讯: the stem of a known place in front of what reports from it.
_REPORTS = re.compile(
    r"([\u3400-\u9fff]{2,5}?)(?:日报|晚报|新闻网|电视台|广播|融媒|发布|微讯|统计|经济技术开发区|高新技术|经济开发区"
    r"|经开区|高新区|[产工]业[园集]|综保区|(?:\d{1,2}月\d{1,2}日)?[讯电](?=[，。（\s]|$))"
)
# 徐州市市委、市政府: whose offices speak.
_GOVERNED = re.compile(
    r"[省市县区]?(?:委|人民政府|政府|人大|政协|统计局|财政局|发改委|发展改革委)(?!书记)"
)
_SUFFIX = re.compile(r"[省市县区旗盟州]")
_NO_NAME = frozenset("域划间别级直场长内外")
_LONGEST = 11


def place(
    text: str, heads: str, title: str | None, publisher: str | None, lexicon: Lexicon
) -> str | None:
    """The place by the most frequent name, at the level that the text calls 全市 or 我县.

    Names come from the list of places and, where it has none, from what grammar shows.
    """
    head = "\n".join(filter(None, (title, publisher)))
    level = _level(text, title or "", lexicon)
    known: Counter[str] = Counter()
    guessed: Counter[str] = Counter()
    for source, weight in ((head, 3), (heads[:600], 1), (text[:1500], 1), (text[-300:], 1)):
        spans = []
        for at, end in known_places(source, lexicon):
            spans.append((at, end))
            known[source[at:end]] += weight * (3 if source[end - 1] == level else 2)
            if _GOVERNED.match(source, end):
                known[source[at:end]] += 4 * weight
        if weight == 3:
            known.update(dict.fromkeys(_stems_in(source, level, lexicon), 9))
        for match in _REPORTS.finditer(source):
            name = _of_stem(match[1], level, lexicon)
            if name == "北京市" and match[0].endswith("电") and "全国" in text:
                # 本报北京4月28日电: where news of the country is written.
                continue
            if name:
                known[name] += weight * (2 if name.endswith(level) else 1)
        _guess(source, weight, level, spans, guessed, lexicon)
    for match in _STRONG.finditer(text[:1500] + "\n" + head):
        name = match[1] + match[2]
        if name not in known and not _NO_STEM.search(match[1]) and _is_free(match[1], match[2]):
            guessed[name] += 4 * (3 if match[2] == level else 2)
    votes = known + guessed
    if level and "XX" in text and not any(place in text for place in votes):
        return f"XX{level}"
    found = _elected(votes, level, text)
    return found or (f"XX{level}" if level and "XX" in text else None)


def _level(text: str, title: str, lexicon: Lexicon) -> str:
    """省, 市, 县 or 区: whose figures the text gives. 全省 is what counties are compared with."""
    named = [title[at:end] for at, end in known_places(title, lexicon)]
    if named and not re.search(r"[全我][市县区州]", title):
        return named[-1][-1]
    levels = Counter(match[1] for match in _LEVEL.finditer(text))
    of_province = levels.pop("省", 0)
    if not levels:
        levels = Counter(match[1] for match in _OFFICE.finditer(text))
    if of_province and not levels and not re.search(r"[市县州]", title):
        return (
            "省" if any(text[a:b].endswith("省") for a, b in known_places(text, lexicon)) else ""
        )
    return levels.most_common(1)[0][0] if levels else ""


def known_places(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Where names of the list of places stand; one of two characters only at a border."""
    done = 0
    for match in _SUFFIX.finditer(text):
        end = match.end()
        if text[end : end + 1] in _NO_NAME:
            continue
        for at in range(max(done, end - _LONGEST), end - 1):
            if text[at:end] in lexicon.places and (
                end - at > 2 or not at or not "\u3400" <= text[at - 1] <= "\u9fff"
            ):
                done = end
                yield at, end
                break


def _of_stem(stem: str, level: str, lexicon: Lexicon, *, whole: bool = False) -> str | None:
    """The place that a stem stands for: of the level of the text, else the city."""
    for cut in (0,) if whole else range(len(stem) - 1):
        names = lexicon.places_of_stem.get(stem[cut:])
        if names:
            fitting = [name for name in names if level and name.endswith(level)]
            cities = [name for name in names if name.endswith(("市", "州"))]
            return (fitting or cities or list(names))[0]
    return None


def _stems_in(head: str, level: str, lexicon: Lexicon) -> Iterator[str]:
    """Places that a headline names without 市 or 县: 绍兴3个开发区…, 界首2.7亿元…."""
    import rjieba

    before = ""
    for word, tag in rjieba.tag(head):
        elsewhere, before = before in ("（", "在", "赴", "到", "与", "和", "向", "来自"), word
        if tag in ("ns", "nr") and word in lexicon.places_of_stem and not elsewhere:
            name = _of_stem(word, level, lexicon, whole=True)
            if name:
                yield name


def _guess(
    source: str, weight: int, level: str, known: list[tuple[int, int]], votes: Counter[str],
    lexicon: Lexicon,
) -> None:  # fmt: skip
    """Votes for names that are on no list, by the words around them."""
    for match in _STEM.finditer(source):
        if not any(a < match.end() and match.start() < b for a, b in known) and _is_stem(
            match[1], match[2]
        ):
            votes[match[1] + match[2]] += weight * (3 if match[2] == level else 2)
    for match in _STEM_PARK.finditer(source):
        # 苏州工业园区 in a text of 全区 makes no 苏州区.
        listed = match[1] in lexicon.places_of_stem
        if level and not listed and _is_stem(match[1], level) and not _COMMON.search(match[1]):
            votes[match[1] + level] += weight


def _elected(votes: Counter[str], level: str, text: str) -> str | None:
    """The place with most votes: one of the level that the text names, else one of the level that
    its parks are named after (全市 with 溱阳高新区 and 溱阳经开区), else any."""
    fitting = {place: count for place, count in votes.items() if level and place.endswith(level)}
    for chosen in (
        {place: count for place, count in fitting.items() if place in text},
        {place: count for place, count in fitting.items() if count > 1},
        {place: count for place, count in votes.items() if _may_be(place, level)},
    ):
        if chosen:
            return Counter(chosen).most_common(1)[0][0]
    return None


def _may_be(name: str, level: str) -> bool:
    """Whether a text that says 全市 or 全县 can be about a place: not about one of its districts."""
    above = {
        "省": "省区市",
        "市": "市州盟",
        "县": "县旗",
        "区": "区市",
        "镇": "镇县",
        "乡": "乡县",
    }
    return not level or name.endswith(tuple(above.get(level, level)))


def _is_stem(stem: str, level: str) -> bool:
    """Whether characters before 市 or 县 can be a name. 新乡市 and 上饶市 are in the dictionary;
    of names that aren't, those made of words that tell, count or join are none."""
    import rjieba

    if stem[0] in "各全我本该两外":
        return False
    if re.search(r"幼儿|小学|园$", stem):
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
    if level == "市" and stem[-1] in "名强大好新老兴立富":
        return False
    if rjieba.has_word(stem) and rjieba.tag(stem)[0][1] in ("a", "b", "z", "ad", "an"):
        # 先进市: a word of praise before the level.
        return False
    return not any(
        tag in ("v", "d", "p", "c", "vn", "r", "m") and len(word) > 1 and rjieba.has_word(word)
        for word, tag in rjieba.tag(stem)
    )
