"""What the rules share while they read one document."""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from yuanheng.reading import organisations as names
from yuanheng.reading.cleaning import Cleaned
from yuanheng.reading.deadlines import Deadline, deadlines
from yuanheng.reading.lexicon import Lexicon, alternation
from yuanheng.reading.mapping import MappedText
from yuanheng.reading.metadata import Metadata, metadata
from yuanheng.reading.organisations import Named
from yuanheng.reading.people import Person, people
from yuanheng.reading.periods import Mention, mentions
from yuanheng.reading.placing import known_places
from yuanheng.reading.quantities import Quantity, quantities

# Words that stand for the place or the park of the document.
# 全国 where the country's own figures are told, not 全国百强县 or 居全国第5位.
_PLACE_WORDS = r"全国(?=[，\d]|各类|规模以上|国家级|国民|城镇|居民|固定资产|社会消费|工业增加值|房地产)|全省|全市|全县|全区|全镇|全乡|全州|我省|我市|我县|我区|我镇|我州|该市|该县"
_PARK_WORDS = "园区企业|园区|该区|该园区|开发区|经开区|高新区|产业园|工业园区|工业园|集聚区|集中区|本园区|我园|全园|经济开发区|高新技术产业开发区"
_FIRM_WORDS = "该公司|公司|该企业|集团|该项目"
_LAST_NAMED = {"该公司": "enterprise", "该企业": "enterprise", "该项目": "project"}


_PLACES = frozenset(["全国", *re.findall("[全我该][省市县区镇乡州]", _PLACE_WORDS)])
_PARKS = frozenset(_PARK_WORDS.split("|"))


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a figure is about."""

    name: str | None
    kind: str


@dataclass(eq=False, slots=True)
class Scene:
    """A clean text with everything found in it that more than one rule needs."""

    mapped: MappedText
    lexicon: Lexicon
    about: Metadata
    quantities: list[Quantity]
    mentions: list[Mention]
    persons: list[Person]
    named: list[Named]
    main: Subject
    known: re.Pattern[str]
    days: list[Deadline]
    kinds: dict[str, str] = field(default_factory=dict)
    headings: list[tuple[int, str]] = field(default_factory=list)
    has_articles: bool = False
    mention_starts: list[int] = field(init=False)
    day_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.mention_starts = [one.at for one in self.mentions]
        self.day_starts = [one.at for one in self.days]

    @property
    def text(self) -> str:
        return self.mapped.text

    @property
    def today(self) -> dt.date:
        return self.about.event

    def section(self, at: int) -> str:
        """``aims`` under a heading such as 二、2024年主要目标, ``told`` under one such as
        一、2023年计划执行情况, else nothing."""
        found = bisect.bisect_right(self.headings, (at, "~")) - 1
        return self.headings[found][1] if found >= 0 else ""

    def subject_at(self, start: int, end: int) -> tuple[Subject, int] | None:
        """The subject named right at ``start``, and where its name ends."""
        match = self.known.match(self.text, start, end)
        if not match:
            return None
        kind = _LAST_NAMED.get(match[0])
        last = self._last_named(kind, start) if kind else None
        if last:
            return last, match.end()
        return self.resolved(match[0], self.mapped.name(*match.span())), match.end()

    def _last_named(self, kind: str, at: int) -> Subject | None:
        """Whom 该项目 or 该公司 means: the last of its kind that was named before."""
        before = [one for one in self.named if one.kind == kind and one.end <= at]
        if not before:
            return None
        return Subject(max(before, key=lambda one: one.end).name, kind)

    def resolved(self, word: str, shown: str) -> Subject:
        """A name, or whom a word such as 全市 or 园区 stands for."""
        place = self.about.place
        if word == "全国":
            return Subject(word, "place")
        if word in _PLACES:
            if place and (place.endswith(word[-1]) or self.main.kind != "park"):
                return Subject(place if place.endswith(word[-1]) else word, "place")
            return (
                self.main
                if word in ("全区", "我区") and self.main.kind == "park"
                else Subject(word, "place")
            )
        if word in _PARKS:
            if self.main.kind == "park":
                return self.main
            own = {n for n, kind in self.kinds.items() if kind == "park" and n.endswith(word)}
            if len(own) == 1 and word not in ("园区", "园区企业", "该园区", "全园"):
                return Subject(own.pop(), "park")
            return Subject((place or "") + shown, "park")
        return Subject(shown, self.kinds.get(word, "park"))


def build_scene(cleaned: Cleaned, original: str, lexicon: Lexicon, today: dt.date) -> Scene:
    """Look for names, figures and times once for the whole text."""
    mapped = cleaned.mapped
    text = mapped.text
    media = _media(text, lexicon)
    heads = "\n".join(original[a:b].replace(":", "：") for a, b in cleaned.heads)
    about = metadata(text, heads, lexicon, today, media)
    parks = names.parks(text, lexicon)
    firms, ventures = names.enterprises(text), names.projects(text)
    places, orgs = names.places(text), names.organisations(text, lexicon)
    taken = {(one.start, one.end) for one in places}
    listed = [span for span in known_places(text, lexicon) if span not in taken]
    places += [names.Named(a, b, text[a:b], "place") for a, b in listed]
    named = [*parks, *firms, *ventures, *places, *orgs, *media]
    kinds = {one.name: one.kind for one in reversed([*parks, *firms, *ventures, *places, *orgs])}
    if about.place:
        kinds.setdefault(about.place, "place")
    words = sorted({n for n, k in kinds.items() if k != "org"}, key=lambda n: (-len(n), n))[:4000]
    known = re.compile(
        f"(?:{alternation(words)}|{_PLACE_WORDS}|{_PARK_WORDS}|{_FIRM_WORDS})"
        + r"(?!总数|户均|排名|排位|位次|第[\d一二三四五六七八九十]|平均水平)"
        if words
        else f"{_PLACE_WORDS}|{_PARK_WORDS}"
    )
    articles = len(_ARTICLE.findall(text)) > 2
    return Scene(
        mapped, lexicon, about, quantities(text, lexicon), mentions(text, about.event),
        people(text, lexicon), named, _main(about, parks, text), known,
        deadlines(text, 0, len(text), about.event, standing=articles, dated=bool(about.published)), kinds, _headings(text), articles,
    )  # fmt: skip


_HEADING = re.compile(
    r"(?m)^[ ]*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节部])[ ]*([^。\n]{2,26})$"
)
_ANNOUNCED = re.compile(r"主要(?:预期)?目标(?:是|为|如下)：|实现(?:上述|以上)(?:预期)?目标")
_AIMS = re.compile(r"目标|打算|预期|(?:工作|任务|重点)安排|工作(?:思路|重点)|下步工作|下一步")
_ARTICLE = re.compile(r"(?m)^[^\S\n]{0,8}第[一二三四五六七八九十百]{1,4}条")
_NO_AIMS = re.compile(r"回顾|情况|进展|总结|考核|分解|落实")
_TOLD = re.compile(r"回顾|情况|进展|总结|成效|成绩|现状|基础|问题|执行|运行|亮点")


def _headings(text: str) -> list[tuple[int, str]]:
    """Where each heading ends, and whether it opens a section of aims or of what was.

    （一）… under 二、下步工作安排 goes on with what its part is about; so does what follows
    主要预期目标是：…
    """
    places = [(one.end(), one[0].lstrip(), one[1]) for one in _HEADING.finditer(text)]
    places += [(one.end(), "", "") for one in _ANNOUNCED.finditer(text)]
    found: list[tuple[int, str]] = []
    part = ""
    for end, line, words in sorted(places):
        kind = _kind(words) if line else "aims"
        if line[:1] in ("（", "("):
            kind = kind or part
        else:
            part = kind
        found.append((end, kind))
    return found


def _kind(heading: str) -> str:
    if _AIMS.search(heading) and not _NO_AIMS.search(heading):
        return "aims"
    return "told" if _TOLD.search(heading) else ""


def _media(text: str, lexicon: Lexicon) -> list[Named]:
    suffix = lexicon.any_of("media_suffixes")
    found = []
    pattern = re.compile(
        rf"(?m:^)[^\S\n]{{0,20}}([\u3400-\u9fff·]{{2,16}}?{suffix}(?:·[\u3400-\u9fff]{{2,6}}{suffix})?)(?=\d|讯|[（(]|\s*\d)|来源：\s*([\u3400-\u9fff·]{{2,16}})"
    )
    for match in pattern.finditer(text[:1200] + "\n"):
        group = 1 if match[1] else 2
        found.append(Named(match.start(group), match.end(group), match[group], "media"))
    tail = max(0, len(text) - 200)
    for match in re.finditer(r"来源：\s*([\u3400-\u9fff·]{2,16})", text[tail:]):
        start = tail + match.start(1)
        if start > 1200:
            found.append(Named(start, tail + match.end(1), match[1], "media"))
    return found


# A park's committee above or below the paper: 我区 is the park.
_SIGNED = re.compile(
    r"(?m)^[ ]*([\u3400-\u9fff]{2,12}(?:开发区|高新区|经开区|园区|产业园|工业园|集聚区|集中区|新区|示范区))(?:管理委员会|管委会)(?:文件)?[ ]*$"
)


def _main(about: Metadata, parks: list[Named], text: str) -> Subject:
    """Whom the document is about: the park in its title, else its place, else its only park."""
    title = about.title or ""
    for park in sorted(parks, key=lambda one: -len(one.name)):
        if park.name in title and park.name != about.place:
            return Subject(_fullest(park.name, parks), "park")
    signed = _SIGNED.search(text)
    if signed and re.search(r"我[区园](?!域)", text):
        return Subject(signed[1], "park")
    unnamed = not about.place or about.place not in text
    if parks and unnamed and re.search(r"我[区园](?!域)", text):
        return Subject(Counter(one.name for one in parks).most_common(1)[0][0], "park")
    speaks_of_place = re.search(r"[全我][省市县区镇]", text)
    if about.place and speaks_of_place:
        generic = re.search(r"(经开区|高新区|工业园区|产业园|开发区)", title)
        if (
            generic
            and len(re.findall(generic[1], text)) >= 3
            and not re.search(r"全[市县区省]", title)
        ):
            return Subject(about.place + generic[1], "park")
        return Subject(about.place, "place")
    if about.place and about.place in title:
        return Subject(about.place, "place")
    counted = Counter(one.name for one in parks)
    ours = re.search(r"[全我][市县镇](?!直)", text)
    if ours and not about.place and max(counted.values(), default=0) < 3:
        # 我市 of a place that isn't named: not the park where the meeting was held.
        return Subject(ours[0], "place")
    if parks:
        return Subject(counted.most_common(1)[0][0], "park")
    generic = re.search(r"工业园区|经开区|高新区|开发区|产业园|园区", title)
    if generic:
        return Subject((about.place or "") + generic[0], "park")
    return Subject(about.place, "place")


def _fullest(name: str, parks: list[Named]) -> str:
    """The longer spelling of a park that the text uses too: 安渡经开区, 安渡经济开发区."""
    return name if name else (parks[0].name if parks else "")
