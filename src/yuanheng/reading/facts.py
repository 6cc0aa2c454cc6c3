"""Figures of a text: walks through its sentences and keeps what holds from one to the next."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from yuanheng.reading.comparisons import Rank, ranks
from yuanheng.reading.model import Fact
from yuanheng.reading.periods import Mention, Period, as_of, year_period
from yuanheng.reading.quantities import Quantity
from yuanheng.reading.scene import Scene, Subject
from yuanheng.reading.sentence import Sentence

_SENTENCE = re.compile(r"[^。！？\n]{0,2000}[。！？\n]?")
_EVENT = re.compile(
    r"(?P<y1>(?:19|20)\d\d)年(?:\d{1,2}月)?(?:设立|成立|创建|始建|获批|批准设立|建立|挂牌)"
    r"|(?P<verb>成立于|始建于|创建于|设立于|组建于|建于|获批于|创办于)(?P<y2>(?:19|20)\d\d)年?"
)


_KIND = {"名": "位"}


def _told_again(fact: Fact, body: list[Fact]) -> bool:
    """Whether the text gives a title's figure, perhaps more exactly: 86亿元, 86.3亿元."""
    size = abs(fact.value_canonical)
    # 超1500亿元 in a title is 1524.1亿元 in the text.
    room = 0.01 if fact.qualifier == "exact" else 0.1
    said = [(one.unit_canonical, abs(one.value_canonical)) for one in body[:40]]
    for one in body[:40]:
        more = filter(None, [one.comparison, *one.further])
        said += [(_KIND.get(told.unit, told.unit), abs(told.value)) for told in more]
    return any(kind == fact.unit_canonical and abs(a - size) <= room * size for kind, a in said)


@dataclass(slots=True)
class State:
    """What holds until something else is said."""

    period: Period
    basis: str
    subject: Subject
    aim: bool = False
    headed: bool = False


class FactReader:
    """Reads the figures of a scene in one pass."""

    def __init__(self, scene: Scene, skipped: list[tuple[int, int]]) -> None:
        self.scene, self.text, self.lexicon = scene, scene.text, scene.lexicon
        self.facts: list[Fact] = []
        self.state = State(as_of(scene.today), "document_date", scene.main)
        self.ranks = ranks(scene.text)
        self.skipped = skipped
        self.told: set[tuple[float, str]] = set()

    def read(self) -> list[Fact]:
        """Every figure in the order of the text."""
        self._events()
        both: list[Quantity | Rank] = [*self.scene.quantities, *self.ranks]
        numbers = iter(sorted(both, key=lambda one: one.start))
        number = next(numbers, None)
        for match in _SENTENCE.finditer(self.text):
            start, end = match.span()
            if start == end:
                break
            own: list[Quantity | Rank] = []
            while number is not None and number.start < end:
                if number.start >= start and not self._is_skipped(number.start):
                    own.append(number)
                number = next(numbers, None)
            if (
                own
                or self.times_between(start, end)
                or self.text.find("三次产业", start, end) >= 0
            ):
                Sentence(self, start, end, own).read()
            elif start and self.text[start - 1] == "\n":
                self.state.subject = self.scene.main
        self.facts.sort(key=lambda fact: fact.span)
        self._untitled()
        return self.facts

    def _untitled(self) -> None:
        """A title says beforehand what the text gives as a figure."""
        title = self.scene.about.title or ""
        at = self.text.find(title) if title else -1
        if at < 0:
            return
        stop = self.scene.mapped.span(at, at + len(title))[1]
        body = [f for f in self.facts if f.span[0] >= stop]
        self.facts = [f for f in self.facts if f.span[0] >= stop or not _told_again(f, body)]

    def times_between(self, start: int, end: int) -> list[Mention]:
        """The times named in a span."""
        starts = self.scene.mention_starts
        return self.scene.mentions[
            bisect.bisect_left(starts, start) : bisect.bisect_left(starts, end)
        ]

    def _is_skipped(self, at: int) -> bool:
        return any(a <= at < b for a, b in self.skipped)

    def _events(self) -> None:
        for match in _EVENT.finditer(self.text):
            group = "y1" if match["y1"] else "y2"
            year = int(match[group])
            name = "始建年份" if match["verb"] else "设立年份"
            self.put(match.start(group), match.end(group), self.scene.main, (year_period(year), "explicit"),
                     (name, match[0]), "event_year", (float(year), "年", "年", float(year)), "exact")  # fmt: skip

    def put(
        self,
        start: int,
        end: int,
        subject: Subject,
        period: tuple[Period, str],
        indicator: tuple[str, str],
        measure: str,
        value: tuple[float, str, str, float],
        qualifier: str,
    ) -> Fact:
        """Add a figure whose number stands at clean ``start`` to ``end``."""
        when, basis = period
        mapped = self.scene.mapped
        fact = Fact(
            subject.name, subject.kind, when.label, when.start, when.end, basis, indicator[0],
            indicator[1], measure, value[0], mapped.name(start, end), value[1], value[2], value[3],
            qualifier, mapped.span(start, end),
        )  # fmt: skip
        self.facts.append(fact)
        self.told.add((fact.value, fact.unit))
        return fact
