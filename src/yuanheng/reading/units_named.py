"""Responsible units in a clause: 由…牵头, …会同…, …、…要, and lists in brackets."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from yuanheng.reading.lexicon import Lexicon
from yuanheng.reading.model import Responsible
from yuanheng.reading.unit_names import does, guarded, is_unit, made, split_units

# 市委督查室: a verb inside a name, up to the ending of the name and the verb that follows it.
_INSIDE = re.compile(
    r"(?:督查|督导|考核|服务|保障|推进|协调|检查|执行|建设|管理|发展|投资|审批|安排|指导|统筹|改革|调度|组织|招商|研究)"
    r"[\u3400-\u9fff]{0,6}?(?:室|办公室|办|局|中心|委|组|站|队|公司|院|科|处|专班|分局)(?![长员的门])"
)
# 县长在讲话中要求，: who speaks, and nothing yet of what.
_TELLS = re.compile(r"(?:要求|强调|指出|表示|介绍|认为|获悉|透露)$")
# 各镇（区）根据申报指南要求，…: what they hold to, and nobody speaks.
_HOLDS_TO = re.compile(r"(?:根据|按照|按|依据|参照|对照|结合)[^，。；]*要求$")
# 我区将…: the office that writes takes it upon itself.
_OURS = re.compile(r"(?P<who>我[省市县区镇州])(?=将(?!要?达|近))")
_SAYS = re.compile(
    r"(?:拟(?:定)?于|要求|强调|指出|决定|认为|表示|提出|同意|批准|获悉|印发|通报|公布|发布)"
)
# 县委、县政府提出…: what those above have said is no task of theirs.
_TOLD = re.compile(
    r"(?:大力|高度)?(?:提出|部署|高度重视|出台|印发|[作做]出|确定|明确|召开|成立|实施)(?!具体)"
)


# 区政府将重点任务分解如下: who hands a paper on, and no task of theirs.
# 园区建设要从快: what shall be so, and nobody who does it.
_NO_TASK = re.compile(
    r"(?:现)?将[^，。；]{2,60}(?:如下|印发|公布|公示|分解下达|予以通报)"
    r"|(?:建设|发展|管理|服务|改革|招商|整治|考核|审批|投资|规划)(?:和[\u3400-\u9fff]{2,4})?(?:工作)?(?:要|须|应)"
)


def _is_above(names: list[str]) -> bool:
    """Whether the units are those that give tasks: 市委、市政府."""
    return all(
        re.fullmatch(
            r"[\u3400-\u9fff]{0,6}(?:省|市|县|区|州|旗|党)(?:委|政府|工委)|党中央|国务院", name
        )
        for name in names
    )


_HAN = re.compile(r"[\u3400-\u9fff]")
_LEAD_IN = re.compile(
    r"^[\s“]*(?:[（(][一二三四五六七八九十\d]{1,3}[)）][^，。；：\n （）]{2,28}(?:（[^（）\n]{2,16}）)?[ \u3000]+(?=\S)|[（(][一二三四五六七八九十\d]{1,3}[)）][^，。；：\n （）]{2,20}阶段（[^（）\n]{2,16}）|[一二三四五六七八九十\d]{1,3}[、.．)）]|[（(][一二三四五六七八九十\d]{1,3}[)）][、.．]?|[①-⑳]|[一二三四五六七八九十]+是[^，。]{0,8}?要实。|第[一二三四五六七八九十]+[，、]|第[一二三四五六七八九十百\d]+条[ ]?|(?:原则)?同意(?=[^，。；]*?(?:在|负责|牵头|按|采取|实施|开展|组织|启动|建设|采用|委托|与))|[一二三四五六]是|特别是|尤其是|同时，?|其中，?|此外，?|另外，?|请(?!示)|要求|由|并由|并|接下来，?|下一步，?|会后，?|希望|责成|让|【[^】\n]{2,10}】|（)*"
)


_ASKED = re.compile(r"[\u3400-\u9fff]{2,14}?(?:要求|责成)(?=[\u3400-\u9fff])(?!各)")
# 各牵头单位的具体推进实施方案务于2月3日前报送…: who owes it.
_OWED = re.compile(
    r"(?P<who>各[\u3400-\u9fff]{1,8}(?:单位|部门|园区|街道|乡镇|委|局))的[^，。；]{2,20}(?:务必?|应|须)?于[^，。；]{2,14}前"
)
_MUST = re.compile(r"要(?!求)|须|务必|必须|应(?!急)")


_LABEL = re.compile(r"(?:责任|牵头|配合|主办|协办|承办)(?:单位|部门)")


@dataclass(frozen=True, slots=True)
class Units:
    """Units found at a place of the text, and where what they shall do begins."""

    at: int
    stop: int
    units: list[Responsible]
    told: bool = False


@functools.lru_cache(maxsize=8)
def _patterns(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    labels = lexicon.any_of("lead_labels", "support_labels", "subject_labels")
    return {
        "modal": re.compile(
            rf"(?:(?<![主重纪摘概])|(?<=业主)|(?<=户主))(?!主要负责[人同]|负责人|负责同志|把手|把关|组织部|研究[院所室]|自然|自贸|统筹局|商[务会业]|推进[办组]|落实办|应急|安排部|要[求素闻点])(?:{lexicon.any_of('modals')}|应(?!急)|[今明]年(?=要|须|力争|确保|再)|年底前|年内|全年|月底前|[上下]半年|第?[一二三四]季度|[今明]年(?:内|年?底)|(?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}日|底)?[之以]?前|(?:\d{{1,3}}|[一二两三四五六七八九十半]{{1,2}})(?:周|天|日|个月|个工作日|小时)[之以]?内)"
        ),
        "suffix": re.compile(lexicon.any_of("org_suffixes")),
        "doer": re.compile(lexicon.any_of("org_suffixes", "park_suffixes")),
        "by": re.compile(
            r"由(?P<who>[^，。；：]{2,60}?)(?P<how>牵头负责|牵头|负责|带领|会同|联合|统筹(?!局)|组织(?!部)|承担|挂牌|约谈|发出|汇总|具体|分别|提出|制定|按照|按各自|研究(?![院所室])|（(?![\u3400-\u9fff、]{1,8}）))"
        ),
        "leader": re.compile(
            rf"{lexicon.any_of('leader_labels')}[：:]\s*(?P<who>[^；。）\n：]{{2,60}})"
        ),
        "label": re.compile(
            rf"(?P<word>{labels})[：:为]\s*(?P<who>(?:（[^（）\n]*）|(?!{labels}[：:])[^；。）\n]){{2,80}})"
        ),
        "labelled": re.compile(
            rf"^(?:{lexicon.any_of('deadline_labels', 'leader_labels')}|责任人)"
        ),
    }


def units_at(text: str, start: int, end: int, lexicon: Lexicon) -> Units | None:
    """The units that a clause begins with, or that 由…牵头 names in it."""
    clause = text[start:end]
    by = _by(text, start, end, lexicon) if "由" in clause else None
    if by:
        return by
    lead = _LEAD_IN.match(clause)
    at = lead.end() if lead else 0
    if _TELLS.search(clause) and not _MUST.search(clause) and not _HOLDS_TO.search(clause):
        return None
    asked = _ASKED.match(clause, at) if "要求" in clause or "责成" in clause else None
    if asked:
        # 会议要求区招商办形成方案: who is asked, and by that it is a task.
        found = units_at(text, start + asked.end(), end, lexicon)
        return replace(found, told=True) if found else None
    own = _OURS.match(clause, at) or _OWED.match(clause, at)
    if own:
        return Units(start + at, start + own.end("who"), made([own["who"]], "subject"))
    modal = _patterns(lexicon)["modal"]
    for match in modal.finditer(clause, at + 2):
        if match.start() - at > 70:
            break
        if clause[match.start() - 1] in "、和与及" or _INSIDE.match(clause, match.start()):
            continue
        # Whoever 牵头 is one who acts, whatever the name looks like.
        leads = (
            clause.startswith("牵头", match.start())
            and not clause.startswith("牵头负责制", match.start())
            and clause[match.start() - 1] not in "家“"
        )
        words = clause[at : match.start()]
        names = split_units(words, lexicon, loose=leads)
        if not names and "、" in words and _MUST.match(clause, match.start()):
            names = split_units(words, lexicon, branches=True)
        if names and _TOLD.match(clause, match.start()) and _is_above(names):
            return None
        if names and _NO_TASK.match(clause, match.start()):
            return None
        if names:
            found = _with_role(text, start + at, start + match.start(), end, names, lexicon)
            # 会议同意某局…: what was agreed to is to be done.
            return replace(found, told=True) if lead and "同意" in lead[0] else found
    return _before_verb(text, start + at, end, lexicon)


def units_alone(text: str, start: int, end: int, lexicon: Lexicon) -> list[Responsible]:
    """The units of a heading or of words before a colon that are nothing but units."""
    lead = _LEAD_IN.match(text[start:end])
    words = text[start + (lead.end() if lead else 0) : end].strip()
    return made(split_units(words, lexicon), "subject") if 2 < len(words) < 40 else []


def _before_verb(
    text: str,
    at: int,
    end: int,
    lexicon: Lexicon,
    verbs: tuple[str, ...] = ("v", "d", "p"),
    ending: str = "suffix",
) -> Units | None:
    """Units that a verb follows which no list of ours holds: 市档案馆、县机关事务局腾出…."""
    import rjieba

    modal = _patterns(lexicon)["modal"]
    for match in _patterns(lexicon)[ending].finditer(
        text, at + (ending == "suffix"), min(end, at + 60)
    ):
        stop = match.end()
        if stop >= end or not _HAN.match(text, stop):
            continue
        if _INSIDE.match(text, stop, end) or text.startswith("委会", stop - 1):
            continue
        names = split_units(text[at:stop], lexicon)
        if _SAYS.match(text, stop, end) or (_TOLD.match(text, stop, end) and _is_above(names)):
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
            return Units(at, stop, made(names, "lead") + made(others, "support"))
    if re.match(r"(?:要|须|将|应)?(?:联合)", rest):
        return Units(at, stop, made(names, "subject"))
    if re.match(
        r"(?:要|须|负责|应)?(?:负责)?牵头|主办(?=$|[，；])|为(?:总?牵头|主办|主责)(?:单位|部门)",
        rest,
    ):
        return Units(at, stop, made(names, "lead") + _after_lead(rest, lexicon))
    if re.match(r"(?:要|须|应)?(?:予以|积极|做好|为)?(?:配合|参与|参加|协助|协办)", rest):
        return Units(at, stop, made(names, "support"))
    return Units(at, stop, made(names, "subject"))


def _after_lead(rest: str, lexicon: Lexicon) -> list[Responsible]:
    """甲牵头、乙和丙配合 within one clause."""
    match = re.match(
        rf"[^，。；、]{{0,6}}牵头(?:负责)?、(?P<who>[^，。；]{{2,50}}?)(?:等(?:部门|单位))?(?:{lexicon.any_of('support_words')})",
        rest,
    )
    return made(split_units(match["who"], lexicon), "support") if match else []


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
    names = (
        split_units(match["who"], lexicon, loose="牵头" in match["how"], branches=True)
        if match
        else []
    )
    if not match or not names:
        return _by_any(text, start, end, lexicon)
    how, stop = match["how"], match.end()
    role = "lead" if "牵头" in how or how in ("带领", "会同", "联合") else "subject"
    if how == "负责" and clause[stop : stop + 1] in ("，", ""):
        role = "lead"
    units = made(names, role)
    if how in ("带领", "会同", "联合"):
        units += made(_prefix_units(clause[stop:], lexicon), "support")
    elif "牵头" in how:
        units += _after_lead(clause[match.start("how") :], lexicon)
    # 由甲牵头 is an order by itself; 由甲牵头的项目 only describes.
    return Units(start + match.start(), start + stop, units, not clause.startswith("的", stop))


def _by_any(text: str, start: int, end: int, lexicon: Lexicon) -> Units | None:
    """由某局 with whatever verb behind it."""
    for by in re.finditer(r"(?<![理自事])由(?=[\u3400-\u9fff])", text[start:end]):
        found = _before_verb(text, start + by.end(), end, lexicon, ("v", "d", "p", "vn"), "doer")
        if found:
            return replace(found, told=True)
    return None


def supporters(text: str, start: int, end: int, lexicon: Lexicon) -> list[Responsible]:
    """A clause such as 发改局、科技局配合."""
    words = text[start:end].strip(" ，；。）")
    if "由" in words:
        start = text.rindex("由", start, end) + 1
        words = text[start:end].strip(" ，；。）")
    joint = re.match(
        r"(?:会同|会(?=[市县区省各])|商(?=[市县区省])|联合)(?P<who>[^，。；]{2,60})", words
    )
    if joint:
        return made(_prefix_units(joint["who"], lexicon), "support")
    if "牵头" in words:
        return []
    match = re.match(
        r"(?P<who>[^，。；]{2,60}?)(?:等(?:部门|单位))?(?:为(?=配合|协办|责任|成员))?(?:要|须|应当?|将)?(?:积极|予以|共同|全力|极力|通力|大力|密切|相互|互相|主动)*(?:配合|参与|参加|会办|协办|协助|协同|协作|指导|按职责分工负责|分工负责|具体负责|共同负责|负责|具体实施|组织实施|支持配合|(?:配合|协办|协作|责任|成员)单位)$",
        text[start:end].strip(" ，；。）"),
    )
    if not match:
        return []
    role = "subject" if re.search(r"负责|实施", text[start:end]) else "support"
    names = split_units(match["who"], lexicon)
    if not names and role == "support":
        names = [
            part
            for part in guarded(match["who"], lexicon)
            if 1 < len(part) < 9
            and re.fullmatch(r"[\u3400-\u9fff]+", part)
            and part not in lexicon.words["modals"]
            and not does(part)
        ]
    return made(names, role)


# （市税务局、市财政局，列第一位的为牵头单位，下同）
_FIRST_LEADS = re.compile(
    r"[，；、](?:排名)?列?(?:在)?第一位?(?:位)?(?:者|的)?(?:单位)?为牵头(?:责任)?单位[^）〕]*"
)


_LEADER = re.compile(
    r"(?P<name>[\u3400-\u9fff]{2,4}?)(?:同志|(?:常务)?副?(?:省|市|县|区|州|镇)长|副?书记|副?主任)?"
)


def leaders(words: str) -> list[Responsible]:
    """The leaders of a cell or a label 责任领导: 高某、李某副县长."""
    parts = [part for part in re.split(r"[、，,；\s]+", words.strip()) if part]
    found = [_LEADER.fullmatch(part) for part in parts]
    if not all(found):
        return []
    return [Responsible(match["name"], "lead", "person") for match in found if match]


def bracketed(text: str, start: int, end: int, lexicon: Lexicon) -> list[Responsible]:
    """（责任单位：…；配合单位：…） and （…牵头，…负责） at the end of a task."""
    found: list[Responsible] = []
    words = lexicon.words
    first = _FIRST_LEADS.search(text, start, end)
    if first:
        before = re.sub(
            r"^[（〔【]?(?:(?:责任|牵头|配合)(?:单位|部门)[：:])?",
            "",
            text[start : first.start()].strip(),
        )
        listed = split_units(before.replace("〔", "（").replace("〕", "）"), lexicon)
        return made(listed[:1], "lead") + made(listed[1:], "support")
    for match in _patterns(lexicon)["label"].finditer(text, start, end):
        role = "subject"
        if match["word"] in words["lead_labels"]:
            role = "lead"
        elif match["word"] in words["support_labels"]:
            role = "support"
        who = re.split(
            rf"[，；]?(?:{lexicon.any_of('lead_labels', 'support_labels', 'subject_labels', 'deadline_labels', 'leader_labels')}|责任人)[：:]",
            match["who"],
        )[0]
        names = split_units(who.strip("，； 〕】"), lexicon, loose=True)
        found += made([one for one in names if not _LABEL.fullmatch(one)], role)
    if found:
        who = _patterns(lexicon)["leader"].search(text, start, end)
        return [*(leaders(who["who"]) if who else []), *found]
    inner = text[start:end].strip()[1:-1].split("。")[0]
    units = _of_bracket(inner, lexicon)
    return units if len(units) > 1 or re.search(r"牵头|负责|配合", inner) else []


def _of_bracket(inner: str, lexicon: Lexicon) -> list[Responsible]:
    found: list[Responsible] = []
    waiting: list[str] = []
    parts = [part for piece in inner.split("；") for part in guarded(piece, lexicon)]
    for part in parts:
        match = re.match(
            r"(?P<name>.+?)(?P<how>牵头(?:督导|负责|落实)?|按职责分工负责|按分工负责|分工负责|负责落实|负责|落实|配合|参与|参加)?$",
            part.strip(),
        )
        if not match or not is_unit(match["name"], lexicon):
            return []
        waiting.append(match["name"])
        how = match["how"]
        if how:
            role = (
                "lead"
                if how.startswith("牵头")
                else "support"
                if how in ("配合", "参与", "参加")
                else "subject"
            )
            found += made(waiting, role)
            waiting = []
    return found + made(waiting, "subject")
