"""Lists that pair names with values in order: 甲园、乙园分别增长12.8%和10.5%."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from yuanheng.reading.comparisons import Rank
from yuanheng.reading.quantities import Quantity

# 分别 says it outright; 下降2.6%、1.1% is a list by nothing but its values.
_CUE = re.compile(r"(?:分别|依次|分列|分居)(?P<bare>(?!))?")
_BARE = re.compile(
    r"(?P<bare>(?<!分别)(?:增长|下降|提高|上升|回落|增加|减少|降低)(?:了|约)?(?=-?\d))"
)
_JOINT = re.compile(r"[、和与及]+")
_SUBJECT = re.compile(
    r"^(.{1,14}?(?:园区|园(?!区)|区(?!域)|市(?!场)|县|镇|街道|乡|公司|集团|保税区))(.*)$"
)
_HEADS = ("土地", "用地", "企业", "项目", "产业", "园区", "投资", "税收")
_COUNT = re.compile(r"[一二两三四五六七八九十\d]{1,2}[个项类家大](?:[\u3400-\u9fff]{1,6})?$")
# 增速居前三位的是…: names follow, and what is measured stands before.
_RANKING = re.compile(
    r"^.*?(?P<noun>[\u3400-\u9fff]{2,16}?)(?:排名|排位|名次|位次)?(?:位居|位列|居|列|在)?(?:全[国省市县区])?"
    r"(?:排名)?(?:[前后末][一二三四五六七八九十两\d]{1,2}(?:位|名)?|较[快慢高低]|最[高低]"
    r"|(?:高于|低于|超过?|不足|快于|慢于|达到)[^，。；：]{1,14}?)"
    r"的(?:[\u3400-\u9fff]{2,4}?)?(?:分别|依次)?(?:是|为|有)[：]?"
)
_RANKED = re.compile(
    r"[前后末][一二三四五六七八九十两\d]|最[高低]|较[快慢高低]|[高低快慢]于|超|不足|达到"
)


def ranking(words: str) -> re.Match[str] | None:
    """What is ranked, and where the names begin; the short look spares most texts the long one."""
    return _RANKING.match(words) if _RANKED.search(words) else None


_FRONT = re.compile(
    r"^.*?[，：；\n]|^[\s\d.、（）一二三四]*(?:其中|分[\u3400-\u9fff]{1,4}看|目前|今年|全市)[，：]?"
)


# 收入增速与经济增速同步: a clause that tells something of its own lists no names for the next.
_TELLS = re.compile(
    r"(?:同步|一致|持平|相当|增长|提高|提升|下降|完成|实现|保持|发展|推进|加快|回升)$"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a value of a list belongs to: a subject or an indicator by name, or the figure that
    stands at the same ``position`` among the ``count`` figures before the list."""

    position: int
    count: int
    subject: str | None = None
    noun: str | None = None
    shares_cue: bool = False
    cue: int = 0

    @property
    def is_named(self) -> bool:
        return bool(self.subject or self.noun)


def listed_values(
    text: str,
    start: int,
    end: int,
    numbers: Sequence[Quantity | Rank],
    places: Container[str] = (),
) -> dict[int, Listed]:
    """For each number of a list in the sentence, by its start, what it belongs to."""
    result: dict[int, Listed] = {}
    for cue in _cues(text, start, end):
        chain = _chain(text, cue.end(), numbers)
        if len(chain) < 2 or chain[0].start in result:
            continue
        if cue["bare"] is not None and not _is_bare(text, cue.end(), chain):
            continue
        names = _names(text, start, cue.start(), len(chain), numbers)
        if names and all(noun in places and not subject for subject, noun in names):
            # 海南和福建分别增长: places by their short names.
            names = [(noun, None) for _, noun in names]
        for position, number in enumerate(chain):
            subject, noun = names[position] if names else (None, None)
            bare = position > 0 and not re.sub(
                r"[、和与及，]", "", _between(text, chain, position)
            )
            at = cue.start() if cue["bare"] is not None else cue.end()
            result[number.start] = Listed(position, len(chain), subject, noun, bare, at)
    return result


def _cues(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Where the values of a list begin: behind 分别 first, then behind a bare word of change."""
    return [*_CUE.finditer(text, start, end), *_BARE.finditer(text, start, end)]


def _is_bare(text: str, at: int, chain: list[Quantity | Rank]) -> bool:
    """Whether nothing but 、 and 和 stands between values of one unit: 8.8%、7.4%."""
    if any(isinstance(one, Rank) for one in chain) or chain[0].start > at:
        return False
    units = {one.unit for one in chain if isinstance(one, Quantity)}
    return len(units) == 1 and all(
        not _between(text, chain, n).strip("、和与及") for n in range(1, len(chain))
    )


def _stop(number: Quantity | Rank) -> int:
    return number.stop if isinstance(number, Quantity) else number.end


def _between(text: str, chain: list[Quantity | Rank], position: int) -> str:
    number = chain[position]
    left = number.before if isinstance(number, Quantity) else number.start
    return text[_stop(chain[position - 1]) : left]


def _chain(text: str, at: int, numbers: Sequence[Quantity | Rank]) -> list[Quantity | Rank]:
    """The numbers behind the cue that are joined by 、 or 和."""
    chain: list[Quantity | Rank] = []
    for number in numbers:
        if number.start < at:
            continue
        gap = text[_stop(chain[-1]) if chain else at : number.start]
        if not chain:
            if len(gap) > 16 or re.search(r"[，。；]", gap):
                break
        elif not re.match(r"^位?[、和与及]", gap) or re.search(r"[，。；]", gap) or len(gap) > 10:
            break
        chain.append(number)
    return chain


def _names(
    text: str, start: int, cue: int, count: int, numbers: Sequence[Quantity | Rank]
) -> list[tuple[str | None, str | None]] | None:
    """Subjects and indicators in the clause of the cue or in one of the two before it."""
    stop = cue
    for _ in range(3):
        left = max((text.rfind(c, start, stop) for c in "，；：\n"), default=-1) + 1
        left = max(left, start)
        if any(left <= n.start < stop for n in numbers):
            return None
        found = _paired(text[left:stop], count)
        if found and (stop == cue or not _TELLS.search(text[left:stop])):
            return found
        if left <= start:
            return None
        stop = left - 1
    return None


def _paired(words: str, count: int) -> list[tuple[str | None, str | None]] | None:
    ranked = ranking(words)
    words = words[ranked.end() :] if ranked else words
    words = re.sub(r"^\s*(?:其中|目前|今年|去年|从.{2,8}看)[：，]?", "", words.strip())
    for joint in (re.compile("、"), _JOINT):
        items = [part.strip() for part in joint.split(words) if part.strip()]
        if len(items) == count:
            return _sorted_out(items)
    return None


def _sorted_out(items: list[str]) -> list[tuple[str | None, str | None]]:
    last = _SUBJECT.match(items[-1])
    heads = [_SUBJECT.match(item) for item in items[:-1]]
    if last and all(head and not head[2] for head in heads):
        noun = re.sub(r"(?:列|居|位列|位居).*$", "", last[2]) or None
        return [(name, noun) for name in (*items[:-1], last[1])]
    items[-1] = _COUNT.sub("", items[-1])
    items[-1] = re.sub(r"(?:，|同比|增速|列|居).*$", "", items[-1]) or items[-1]
    for head in _HEADS:
        if items[-1].endswith(head) and not any(item.endswith(head) for item in items[:-1]):
            items = [item + head for item in items[:-1]] + [items[-1]]
    return [(None, item) for item in items]
