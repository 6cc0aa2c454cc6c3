"""Words as the search index knows them: pairs of Chinese characters, codes, pinyin initials.

Pure functions. A text is cut into runs: of Chinese characters, or of letters and digits. A run of
Chinese is indexed by its pairs of neighbours (冷水江 → 冷水 水江 江), so that a word of two
characters is found as well as one of four; a run of letters and digits as a whole, found by its
beginning; a title also by the initials of its pinyin in threes (lsj → _lsj _sj), found anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

MOST_WORDS = 6
MOST_READINGS = 4
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[0-9a-z]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_PLAIN = re.compile(rf"[{_HAN}0-9a-z]*\Z")

# Characters of names that are read in two ways which begin differently: the initials of both.
# Only readings that names of places and enterprises use; the first is the usual one.
_TWO_READINGS = {
    "长": "cz", "重": "zc", "乐": "ly", "行": "hx", "厦": "xs", "曾": "zc", "单": "ds", "解": "jx",
    "会": "hk", "调": "dt", "藏": "cz", "传": "cz", "盛": "sc", "朝": "cz", "降": "jx", "率": "ls",
    "参": "cs", "车": "cj", "种": "zc", "系": "xj", "洗": "xx", "蔚": "wy", "铅": "qy", "番": "fp",
    "莘": "sx", "埔": "pb", "堡": "bp", "峒": "dt", "圩": "wx", "涡": "gw", "查": "cz", "仇": "cq",
    "什": "s", "石": "sd", "校": "xj", "省": "sx", "阿": "ae", "贾": "jg", "卜": "bp", "大": "d",
    "繁": "fp", "区": "qo", "尉": "wy", "泊": "bp", "澄": "cd", "沈": "sc", "翟": "zd", "宿": "s",
    "都": "d", "纶": "lg", "勘": "k", "覃": "qt", "燕": "y", "瓯": "o", "郇": "xh", "折": "zs",
    "恶": "e", "便": "bp", "屏": "pb", "拓": "t", "栖": "qx", "畜": "xc", "塔": "t", "模": "m",
}  # fmt: skip


def normal(text: str) -> str:
    """Full width to half, capitals to small."""
    if _PLAIN.match(text):
        return text
    return unicodedata.normalize("NFKC", text).lower()


def runs(text: str) -> list[str]:
    """``冷水江ABC(集团)`` → ``冷水江``, ``abc``, ``集团``."""
    return _RUNS.findall(normal(text))


def is_han(run: str) -> bool:
    return bool(_IS_HAN.match(run))


class _Readings(dict[str, str]):
    """Character → the initials under which it may be looked for; nothing for an unknown one."""

    def __missing__(self, character: str) -> str:
        found = character
        if is_han(character):
            from pypinyin import Style, pinyin

            read = pinyin(character, style=Style.NORMAL, errors="ignore")
            found = read[0][0][:1] if read and read[0] else ""
        self[character] = found
        return found


_readings = _Readings(_TWO_READINGS)


def initials(title: str) -> list[str]:
    """Pinyin initials, once for each common reading: ``长乐`` → ``cl``, ``cy``, ``zl``, ``zy``.

    More than ``MOST_READINGS`` ways of reading a title keep the first ones.
    """
    text = "".join(runs(title))
    ways = [_readings[character] for character in text]
    plain = "".join(ways)
    if len(plain) <= len(text) and all(len(way) < 2 for way in ways):
        return [plain] if plain else []
    count, kept = 1, []
    for way in filter(None, ways):
        count *= len(way)
        if count > MOST_READINGS:
            count //= len(way)
            way = way[0]
        kept.append(way)
    return ["".join(one) for one in product(*kept)]


@dataclass(frozen=True, slots=True)
class Analysed:
    """What the index keeps of a row. ``text`` holds the runs, each after a blank."""

    text: str
    initials: str
    grams: frozenset[str]


def analysed(title: str, others: Iterable[str]) -> Analysed:
    """The index's view of a row with this title and these further texts."""
    found: set[str] = set()
    text = ""
    for one in dict.fromkeys((title, *others)):
        if not one:
            continue
        its_text, its_grams = _analysed_text(one)
        text += its_text
        found |= its_grams
    spelt = initials(title)
    for word in spelt:
        found.update(["_" + word[i : i + 3] for i in range(len(word) - 1)])
    return Analysed(text, " ".join(spelt)[:400], frozenset(found))


@lru_cache(maxsize=8192)  # industries and regions come again and again
def _analysed_text(text: str) -> tuple[str, frozenset[str]]:
    found: set[str] = set()
    cut = runs(text)
    for run in cut:
        if run[0] > "\u33ff":
            found.update([run[i : i + 2] for i in range(len(run))])
        else:
            found.add(run)
    return " " + " ".join(cut), frozenset(found)


@dataclass(frozen=True)
class Word:
    """One run of what somebody looks for. ``grams`` are looked up; ``*`` stands for any ending.

    ``checked``: whether a row that has the grams must still be compared with the word.
    """

    text: str
    is_han: bool
    grams: tuple[str, ...]
    initials: tuple[str, ...]  # the same for the other way of meaning it, by pinyin
    checked: bool

    @property
    def is_lookup(self) -> bool:
        """Whether the index can be asked: one letter alone says too little."""
        return bool(self.grams)


def words(text: str) -> list[Word]:
    """What somebody looks for; every word must be found."""
    return [_word(run) for run in list(dict.fromkeys(runs(text)))[:MOST_WORDS]]


def _word(run: str) -> Word:
    if is_han(run):
        if len(run) == 1:
            return Word(run, True, (run + "*",), (), False)
        pairs = tuple(dict.fromkeys(a + b for a, b in pairwise(run)))
        return Word(run, True, pairs, (), len(run) > 2)
    if len(run) == 1:
        return Word(run, False, (), (), True)
    spelt: tuple[str, ...] = ()
    if run.isalpha():
        threes = [run[i : i + 3] for i in range(max(len(run) - 2, 1))]
        spelt = tuple(dict.fromkeys("_" + one + ("*" if len(one) < 3 else "") for one in threes))
    return Word(run, False, (run + "*",), spelt, len(run) > 3)
