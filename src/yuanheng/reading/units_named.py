"""Responsible units in a clause: 由…牵头, …会同…, …、…要, and lists in brackets."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.model import Responsible
from yuanheng.reading.organisations import noun_start

_NO_UNIT = re.compile(
    r"会同|联合|分(?:园区|县区|镇街)|经(?![济信开发合贸营])|向(?![阳化])|与|将|把|属于|这|那|其(?!他|余)|该项|本着|以|为|务|积极|争取|主动|加快|继续|进一步|全力|切实|认真|及时|充分|努力|报请|原则|同意|听取|研究(?![院所室])|现|关于|根据|按照"
)
# 市委督查室: a verb inside a name, up to the ending of the name and the verb that follows it.
_INSIDE = re.compile(
    r"(?:督查|督导|考核|服务|保障|推进|协调|检查|执行|建设|管理|发展|投资|审批|安排|指导|统筹|改革|调度|组织|招商|研究)"
    r"[\u3400-\u9fff]{0,6}?(?:室|办公室|办|局|中心|委|组|站|队|公司|院|科|处|专班|分局)(?=[、和与及要须将应会牵负把对按于在，]|$|\Z)"
)
_BRANCH = re.compile(r"(?![各相有要把对将从])[\u3400-\u9fff]{2,6}(?<![的了是要])")
# Where a label or a table's head says that units follow, what stands there is one.
_LISTED = re.compile(r"(?![按等无见])[\u3400-\u9fffA-Za-z（）·]{2,20}(?<![的了])")
_RANKED = re.compile(r"(?:常委|党组成员|副书记|党委委员)$")
_EACH = re.compile(
    r"各(?![项类种个方环阶自行式界位])(?:(?!的)[\u3400-\u9fff]){1,8}(?:（[\u3400-\u9fff、]{1,8}）)?(?<![的了])"
)
_OF_PLACE = re.compile(r"[省市县区州](?![域内外级直])[\u3400-\u9fff]{2,10}(?<![的了区市县])")
# 县长在讲话中要求，: who speaks, and nothing yet of what.
_TELLS = re.compile(r"(?:要求|强调|指出|表示|介绍|认为|获悉|透露)$")
# 我区将…: the office that writes takes it upon itself.
_OURS = re.compile(r"我[省市县区镇州](?=将(?!要?达|近))")
_SAYS = re.compile(r"(?:要求|强调|指出|决定|认为|表示|提出|同意|批准|获悉|印发|通报|公布|发布)")
# 县委、县政府提出…: what those above have said is no task of theirs.
_TOLD = re.compile(r"(?:提出|部署|高度重视|出台|印发|作出|确定|明确|召开|成立|实施)(?!具体)")


def _is_above(names: list[str]) -> bool:
    """Whether the units are those that give tasks: 市委、市政府."""
    return all(
        re.fullmatch(
            r"[\u3400-\u9fff]{0,6}(?:省|市|县|区|州|旗|党)(?:委|政府|工委)|党中央|国务院", name
        )
        for name in names
    )


_HAN = re.compile(r"[\u3400-\u9fff]")
_SPLIT = re.compile(r"[、，和及与]")
_ETC = re.compile(
    r"等(?:相关|有关|市直|县直|区直|部门|单位|职能|成员|\d+个|[一二三四五六七八九十]+家)*(?:部门|单位)?$"
)
_LEAD_IN = re.compile(
    r"^[\s“（]*(?:[一二三四五六七八九十\d]{1,3}[、.．)）]|[（(][一二三四五六七八九十\d]{1,3}[)）][、.．]?|[①-⑳]|[一二三四五六七八九十]+是[^，。]{0,8}?要实。|第[一二三四五六七八九十]+[，、]|[一二三四五六]是|同时，?|其中，?|此外，?|另外，?|请(?!示)|要求|由|并由|并|接下来，?|下一步，?|会后，?|希望|责成|让|【[^】\n]{2,10}】)*"
)
_PERSON = re.compile(
    r"^(?:[\u3400-\u9fffX]{1,4}(?:同志|书记|市长|县长|区长|局长|主任|部长)|[\u3400-\u9fff]{2,6}负责同志|相关部门负责同志|各位[\u3400-\u9fff]{2,5}|[\u3400-\u9fff]{0,4}(?:政府|县委|市委)?(?:分管|主要|挂点|挂钩|包联|联系|包保|班子)(?:[省市县区]?领导|负责人)|[\u3400-\u9fff]{0,12}(?:负责人|负责同志|一把手|班子成员|领导班子|班子领导|[省市县区]领导)|你们|我们|[\u3400-\u9fff]{0,8}(?:书记|市长|县长|区长|主任|局长|部长|镇长|主席)[\u3400-\u9fff]{2,3}(?<!要求))$"
)


@dataclass(frozen=True, slots=True)
class Units:
    """Units found at a place of the text, and where what they shall do begins."""

    at: int
    stop: int
    units: list[Responsible]
    told: bool = False


@functools.lru_cache(maxsize=8)
def _patterns(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    suffixes = lexicon.any_of("org_suffixes", "park_suffixes", "unit_suffixes")
    place = r"(?:市|县|区|镇|乡|街道|镇街|乡镇|部门|单位|县区|市区|办公室|开发区)"
    group = lexicon.any_of("group_words", "vague_units")
    labels = lexicon.any_of("lead_labels", "support_labels", "subject_labels")
    return {
        "unit": re.compile(
            rf"^(?:{group}|(?:各|相关|有关|市直|县直|区直|全[市县区])?[\u3400-\u9fffA-ZX·（）]{{0,18}}?(?:{suffixes}|{place})(?:（[\u3400-\u9fff、]{{1,8}}）)?)$"
        ),
        "modal": re.compile(
            rf"(?<![主重纪摘概])(?!主要负责[人同]|负责人|负责同志|把手|把关|组织部|研究[院所室]|自然|自贸|统筹局|商[务会业]|推进[办组]|落实办|应急|安排部|要[求素闻点])(?:{lexicon.any_of('modals')}|应(?!急)|年底前|[今明]年(?:内|年?底)|(?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}日|底)?[之以]?前|(?:\d{{1,3}}|[一二两三四五六七八九十半]{{1,2}})(?:周|天|日|个月|个工作日|小时)[之以]?内)"
        ),
        "suffix": re.compile(lexicon.any_of("org_suffixes")),
        "by": re.compile(
            r"由(?P<who>[^，。；：]{2,60}?)(?P<how>牵头负责|牵头|负责|带领|会同|联合|统筹(?!局)|组织(?!部)|承担|挂牌|约谈|发出|汇总|具体|分别|提出|制定|研究(?![院所室])|（(?![\u3400-\u9fff、]{1,8}）))"
        ),
        "label": re.compile(
            rf"(?P<word>{labels})[：:为]\s*(?P<who>(?:（[^（）\n]*）|(?!{labels}[：:])[^；。）\n]){{2,80}})"
        ),
        "labelled": re.compile(rf"^(?:{lexicon.any_of('deadline_labels')}|责任领导|责任人)"),
    }


def is_unit(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is a name of a unit, a group of units, or a person in office."""
    if len(word) < 2 or len(word) > 24:
        return False
    if word in lexicon.words["not_units"] or _NO_UNIT.match(word):
        return False
    if _PERSON.match(word):
        return True
    if word in lexicon.words["group_words"] or _EACH.fullmatch(word):
        return True
    if re.fullmatch(
        r"(?!建立|健全|形成|推动|推进|打造|建设|加快|提升|实现|作为|成为)[\u3400-\u9fff]{2,12}的(?:开发区|园区|单位|部门|县区|县市区|镇街|乡镇|企业)",
        word,
    ):
        return True
    if re.search(r"[是也把被]|.对(?!外|口)|^我们.|认为", word):
        return False
    if re.search(r"[园区]$", word) and noun_start(word, 0, len(word), lexicon) > 0:
        return False
    return bool(_patterns(lexicon)["unit"].match(word)) and not re.search(
        r"干部$|布局$|格局$|内部$|举办$|督办$|常委$|全部$|[的了]", word
    )


def split_units(words: str, lexicon: Lexicon, *, loose: bool = False) -> list[str]:
    """The names of a list, empty when one of them is no unit (with ``loose``: it is left out)."""
    words = words.strip(" “”")
    etc = _ETC.search(words)
    words = _ETC.sub("", words)
    # 税务、海关等部门: branches of work stand for their offices.
    many = bool(etc and etc[0].endswith(("部门", "单位")))
    found = []
    for part in _guarded(words):
        name = _ETC.sub("", part.strip())
        if not name or name in ("等", "按职责分工负责"):
            continue
        if not is_unit(name, lexicon):
            if many and _BRANCH.fullmatch(name):
                found.append(name)
                continue
            if found and _OF_PLACE.fullmatch(name):
                found.append(name)
                continue
            if loose and _LISTED.fullmatch(name) and not _RANKED.search(name):
                found.append(name)
                continue
            if loose or _RANKED.search(name):
                continue
            return []
        found.append(name)
    return found


def _guarded(words: str) -> list[str]:
    """Split at separators, but not inside brackets nor inside names such as 自然资源和规划局."""
    held = words
    if "（" in words:
        held = re.sub(r"（[^）]*）", lambda m: m[0].replace("、", "\1"), words)
    if "和" not in held:
        return [part.replace("\1", "、") for part in _SPLIT.split(held)]
    held = re.sub(
        r"(资源|住房|工业|教育|文化|卫生|发展|交通|农业|财政|商务|应急|城乡|人力资源|市场|水利|科学|林业)和(?=[\u3400-\u9fff]{2,8}?(?:局|委|部|厅|院))",
        "\\1\2",
        held,
    )
    return [part.replace("\1", "、").replace("\2", "和") for part in _SPLIT.split(held)]


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


def _made(names: list[str], role: str) -> list[Responsible]:
    return [Responsible(name, role, kind_of(name)) for name in names]


def units_at(text: str, start: int, end: int, lexicon: Lexicon) -> Units | None:
    """The units that a clause begins with, or that 由…牵头 names in it."""
    clause = text[start:end]
    by = _by(text, start, end, lexicon) if "由" in clause else None
    if by:
        return by
    lead = _LEAD_IN.match(clause)
    at = lead.end() if lead else 0
    if _TELLS.search(clause):
        return None
    own = _OURS.match(clause, at)
    if own:
        return Units(start + at, start + own.end(), _made([own[0]], "subject"))
    modal = _patterns(lexicon)["modal"]
    for match in modal.finditer(clause, at + 2):
        if match.start() - at > 70:
            break
        if clause[match.start() - 1] in "、和与及" or _INSIDE.match(clause, match.start()):
            continue
        # Whoever 牵头 is one who acts, whatever the name looks like.
        leads = clause.startswith("牵头", match.start())
        names = split_units(clause[at : match.start()], lexicon, loose=leads)
        if names and _TOLD.match(clause, match.start()) and _is_above(names):
            return None
        if names:
            return _with_role(text, start + at, start + match.start(), end, names, lexicon)
    return _before_verb(text, start + at, end, lexicon)


def units_alone(text: str, start: int, end: int, lexicon: Lexicon) -> list[Responsible]:
    """The units of a heading or of words before a colon that are nothing but units."""
    lead = _LEAD_IN.match(text[start:end])
    words = text[start + (lead.end() if lead else 0) : end].strip()
    return _made(split_units(words, lexicon), "subject") if 2 < len(words) < 40 else []


def _before_verb(
    text: str, at: int, end: int, lexicon: Lexicon, verbs: tuple[str, ...] = ("v", "d", "p")
) -> Units | None:
    """Units that a verb follows which no list of ours holds: 市档案馆、县机关事务局腾出…."""
    import rjieba

    modal = _patterns(lexicon)["modal"]
    for match in _patterns(lexicon)["suffix"].finditer(text, at + 1, min(end, at + 60)):
        stop = match.end()
        if stop >= end or not _HAN.match(text, stop):
            continue
        names = split_units(text[at:stop], lexicon)
        if _SAYS.match(text, stop, end):
            return None
        if names and (
            modal.match(text, stop, end)
            or rjieba.tag(text[stop : min(end, stop + 6)])[0][1] in verbs
        ):
            return _with_role(text, at, stop, end, names, lexicon)
    return None


def _with_role(
    text: str, at: int, stop: int, end: int, names: list[str], lexicon: Lexicon
) -> Units:
    """Roles by the words behind: 会同 makes a lead and supporting units, 配合 supporting ones."""
    rest = text[stop:end]
    together = re.match(
        r"(?:要|须|将|应|负责)?(?:牵头，?)?(?:会同|联合|商|带领)(?P<who>[^，。；]{2,50})", rest
    )
    if together:
        others = _prefix_units(together["who"], lexicon)
        if others:
            return Units(at, stop, _made(names, "lead") + _made(others, "support"))
    if re.match(r"(?:要|须|将|应)?(?:联合)", rest):
        return Units(at, stop, _made(names, "subject"))
    if re.match(r"(?:要|须|负责|应)?(?:负责)?牵头|为(?:总?牵头|主办|主责)(?:单位|部门)", rest):
        return Units(at, stop, _made(names, "lead") + _after_lead(rest, lexicon))
    if re.match(r"(?:要|须|应)?(?:予以|积极|做好|为)?(?:配合|参与|参加|协助|协办)", rest):
        return Units(at, stop, _made(names, "support"))
    return Units(at, stop, _made(names, "subject"))


def _after_lead(rest: str, lexicon: Lexicon) -> list[Responsible]:
    """甲牵头、乙和丙配合 within one clause."""
    match = re.match(
        rf"[^，。；、]{{0,6}}牵头(?:负责)?、(?P<who>[^，。；]{{2,50}}?)(?:等(?:部门|单位))?(?:{lexicon.any_of('support_words')})",
        rest,
    )
    return _made(split_units(match["who"], lexicon), "support") if match else []


def _prefix_units(words: str, lexicon: Lexicon) -> list[str]:
    """The longest list of units that the words begin with, up to a verb."""
    for match in _patterns(lexicon)["modal"].finditer(words, 2):
        names = split_units(words[: match.start()], lexicon)
        if names:
            return names
    whole = split_units(words, lexicon)
    if whole:
        return whole
    for stop in range(len(words), 1, -1):
        names = split_units(words[:stop], lexicon)
        if names:
            return names
    return []


def _by(text: str, start: int, end: int, lexicon: Lexicon) -> Units | None:
    clause = text[start:end]
    match = _patterns(lexicon)["by"].search(clause)
    names = split_units(match["who"], lexicon, loose="牵头" in match["how"]) if match else []
    if not match or not names:
        return _by_any(text, start, end, lexicon)
    how, stop = match["how"], match.end()
    role = "lead" if "牵头" in how or how in ("带领", "会同", "联合") else "subject"
    if how == "负责" and clause[stop : stop + 1] in ("，", ""):
        role = "lead"
    units = _made(names, role)
    if how in ("带领", "会同", "联合"):
        units += _made(_prefix_units(clause[stop:], lexicon), "support")
    elif "牵头" in how:
        units += _after_lead(clause[match.start("how") :], lexicon)
    # 由甲牵头 is an order by itself; 由甲牵头的项目 only describes.
    return Units(start + match.start(), start + stop, units, not clause.startswith("的", stop))


def _by_any(text: str, start: int, end: int, lexicon: Lexicon) -> Units | None:
    """由某局 with whatever verb behind it."""
    for by in re.finditer(r"(?<![理自事])由(?=[\u3400-\u9fff])", text[start:end]):
        found = _before_verb(text, start + by.end(), end, lexicon, ("v", "d", "p", "vn"))
        if found:
            return replace(found, told=True)
    return None


def supporters(text: str, start: int, end: int, lexicon: Lexicon) -> list[Responsible]:
    """A clause such as 发改局、科技局配合."""
    words = text[start:end].strip(" ，；。）")
    joint = re.match(
        r"(?:会同|会(?=[市县区省各])|商(?=[市县区省])|联合)(?P<who>[^，。；]{2,60})", words
    )
    if joint:
        return _made(_prefix_units(joint["who"], lexicon), "support")
    match = re.match(
        r"(?P<who>[^，。；]{2,60}?)(?:等(?:部门|单位))?(?:为(?=配合|协办|责任|成员))?(?:积极|予以|共同|全力|密切)?(?:配合|参与|参加|协助|协同|协作|指导|按职责分工负责|分工负责|具体负责|共同负责|负责|具体实施|组织实施|支持配合|(?:配合|协办|协作|责任|成员)单位)$",
        text[start:end].strip(" ，；。）"),
    )
    if not match:
        return []
    role = "subject" if re.search(r"负责|实施", text[start:end]) else "support"
    names = split_units(match["who"], lexicon)
    if not names and role == "support":
        names = [
            part
            for part in _guarded(match["who"])
            if 1 < len(part) < 9
            and re.fullmatch(r"[\u3400-\u9fff]+", part)
            and part not in lexicon.words["modals"]
        ]
    return _made(names, role)


def bracketed(text: str, start: int, end: int, lexicon: Lexicon) -> list[Responsible]:
    """（责任单位：…；配合单位：…） and （…牵头，…负责） at the end of a task."""
    found: list[Responsible] = []
    words = lexicon.words
    for match in _patterns(lexicon)["label"].finditer(text, start, end):
        role = "subject"
        if match["word"] in words["lead_labels"]:
            role = "lead"
        elif match["word"] in words["support_labels"]:
            role = "support"
        who = re.split(
            rf"[，；]?(?:{lexicon.any_of('lead_labels', 'support_labels', 'subject_labels', 'deadline_labels')}|责任领导|责任人)[：:]",
            match["who"],
        )[0]
        found += _made(split_units(who.strip("，； "), lexicon, loose=True), role)
    if found:
        return found
    inner = text[start:end].strip()[1:-1]
    units = _of_bracket(inner, lexicon)
    return units if len(units) > 1 or re.search(r"牵头|负责|配合", inner) else []


def _of_bracket(inner: str, lexicon: Lexicon) -> list[Responsible]:
    found: list[Responsible] = []
    waiting: list[str] = []
    for part in re.split(r"[，；、]", inner):
        match = re.match(
            r"(?P<name>.+?)(?P<how>牵头|按职责分工负责|按分工负责|分工负责|负责|配合|参与|参加)?$",
            part.strip(),
        )
        if not match or not is_unit(match["name"], lexicon):
            return []
        waiting.append(match["name"])
        how = match["how"]
        if how:
            role = (
                "lead"
                if how == "牵头"
                else "support"
                if how in ("配合", "参与", "参加")
                else "subject"
            )
            found += _made(waiting, role)
            waiting = []
    return found + _made(waiting, "subject")
