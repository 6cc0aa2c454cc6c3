"""Names of persons: behind an office, in a by-line, in a list of leaders, or before a word of speech."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from yuanheng.reading.lexicon import Lexicon

_HAN = r"[\u3400-\u9fff]"
_HANS = re.compile(rf"{_HAN}+\Z")


@dataclass(frozen=True, slots=True)
class Person:
    """A person in clean text, with the office or by-line in front of the name."""

    start: int
    end: int
    name: str
    role: str


@functools.lru_cache(maxsize=8)
def _patterns(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    single = "".join(sorted(set(lexicon.words["surnames"])))
    double = lexicon.any_of("compound_surnames")
    follow = rf"(?=[，。；：、（）！？“”\s]|{lexicon.any_of('after_names')}|$)"
    name = rf"(?:{double}{_HAN}{{1,2}}?|[{single}]{_HAN}{{1,2}}?){follow}"
    longer = rf"(?:{double}{_HAN}{{1,2}}|[{single}]{_HAN}{{2}}){follow}|{name}"
    rare = rf"{_HAN}{{2,3}}(?=[，、。）\s]|出席|参加|主持|陪同|一同|强调|指出|要求|率队|到|赴)"
    titles, bylines = lexicon.any_of("titles"), lexicon.any_of("byline_words")
    return {
        "name": re.compile(longer),
        "title": re.compile(rf"(?P<title>{titles})\s?(?={longer}|{rare})"),
        "byline": re.compile(rf"(?P<title>{bylines})[：\s]{{0,3}}(?={longer})"),
        "leaders": re.compile(
            rf"(?:[市县区州省]领导|列席：|出席：|参加：|出席人员：)(?=(?:{longer}))"
        ),
        "speech": re.compile(
            rf"(?:^|(?<=[，。；：、\n）”\s]))(?={_HAN}{{2,4}}(?:{lexicon.any_of('speech_verbs')}|先后))"
        ),
        "list": re.compile(
            rf"(?<![\u3400-\u9fff])(?=(?:{_HAN}{{2,4}}、){{1,20}}{_HAN}{{2,4}}?(?:等|参加|出席|陪同|一同)[^，。、]{{0,10}})"
        ),
        "masked": re.compile(r"X{1,3}(?:同志|副?(?:书记|[市县区镇州]长|主任|局长))"),
        "rare": re.compile(rare),
        "chain": re.compile(rf"(?P<sep>[、 ]|和)(?={longer})"),
    }


def people(text: str, lexicon: Lexicon) -> list[Person]:
    """Every person by first mention first; a name found once is not searched again."""
    patterns = _patterns(lexicon)
    refused = set(lexicon.words["not_names"])
    found: dict[str, Person] = {}
    for kind in ("title", "byline", "leaders", "speech", "list"):
        for match in patterns[kind].finditer(text):
            role = match["title"].strip() if kind in ("title", "byline") else ""
            if kind == "title":
                before = _HANS.search(text, max(0, match.start() - 10), match.start())
                role = (before[0] if before else "") + role
            _chain(text, match.end(), role, patterns, refused, found, kind)
    for match in patterns["masked"].finditer(text):
        found.setdefault(match[0], Person(match.start(), match.end(), match[0], ""))
    return sorted(found.values(), key=lambda person: person.start)


def _chain(
    text: str,
    at: int,
    role: str,
    patterns: dict[str, re.Pattern[str]],
    refused: set[str],
    found: dict[str, Person],
    kind: str,
) -> None:
    """The name at a place and, in lists, those that follow it."""
    while True:
        match = patterns["name"].match(text, at)
        if match is None and kind == "title":
            match = _rare(text, at, patterns)
        if not match or _refused(match[0], refused):
            return
        name = match[0]
        if len(name) == 3 and name[2] in "说率赴到在等任讲并也还":
            name = name[:2]
        known = found.get(name)
        if known is None or match.start() < known.start:
            found[name] = Person(
                match.start(),
                match.start() + len(name),
                name,
                (known.role if known and known.role else _short(role)),
            )
        if kind == "speech":
            return
        following = patterns["chain"].match(text, match.start() + len(name))
        if not following or (following["sep"] == " " and kind != "byline"):
            return
        at = following.end()


def _rare(text: str, at: int, patterns: dict[str, re.Pattern[str]]) -> re.Match[str] | None:
    """A name whose surname is not listed, behind an office: characters that make no word."""
    import rjieba

    match = patterns["rare"].match(text, at)
    if (
        match is None
        or rjieba.has_word(match[0])
        or any(rjieba.has_word(match[0][a : a + 2]) for a in range(len(match[0]) - 1))
    ):
        return None
    return match


def _refused(name: str, refused: set[str]) -> bool:
    return (
        name in refused
        or any(word in name for word in refused if len(word) >= 2)
        or bool(re.search(r"[的是了在和与或及等各并]|人大|政协|市委|县委|区委|政府", name))
    )


def _short(role: str) -> str:
    """The office without what stands before it in the sentence."""
    cut = re.split(r"[，。；：、\s]|由|请到|邀请到|从", role)[-1]
    return cut
