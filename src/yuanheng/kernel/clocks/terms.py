"""What a clock runs by: a term and the ladder of steps before and after its end.

A ladder is written one step a line, in words that an official can read and change:

    -3 提醒 承办人
    +1 督办单 承办人 黄色
    +5 督办单 上级 红色 每5天
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation

from yuanheng.calc.faults import Fault, FaultyInput

WORKING, CALENDAR, FIXED = "working", "calendar", "fixed"
HOLDER, SUPERIOR = "holder", "superior"
REMIND, SLIP = "remind", "slip"
LONGEST_TERM = 3660
_MOST_STEPS = 20

_WHAT = {"提醒": REMIND, "督办单": SLIP, REMIND: REMIND, SLIP: SLIP}
_TO = {"承办人": HOLDER, "上级": SUPERIOR, HOLDER: HOLDER, SUPERIOR: SUPERIOR}
_COLOURS = {
    "蓝色": "blue",
    "黄色": "yellow",
    "橙色": "orange",
    "红色": "red",
    **{one: one for one in ("blue", "yellow", "orange", "red")},
}
_CHINESE = {word: chinese for words in (_WHAT, _TO, _COLOURS) for chinese, word in words.items()}
_CHINESE |= {REMIND: "提醒", SLIP: "督办单", HOLDER: "承办人", SUPERIOR: "上级"}
_CHINESE |= {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}
_EVERY = re.compile(r"(?:每|every:?)(\d{1,3})(?:天|日|个工作日|d)?(?:[x×](\d{1,3})(?:次)?)?")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``days`` before (negative) or after the last day, in the term's own days.

    ``to`` is the holder, the superior, or a role; ``what`` a reminder or a slip (督办单) of a
    ``colour``; ``every`` repeats it every so many days, ``times`` at most so often.
    """

    days: int
    to: str = HOLDER
    what: str = REMIND
    colour: str = ""
    every: int = 0
    times: int = 0

    def __post_init__(self) -> None:
        if self.what not in (REMIND, SLIP):
            raise ValueError(f"a step reminds or gives a slip, not {self.what!r}")
        if self.what == SLIP and self.colour not in set(_COLOURS.values()):
            raise ValueError(
                f"a slip has a colour: blue, yellow, orange or red, not {self.colour!r}"
            )
        if abs(self.days) > LONGEST_TERM or self.every < 0 or self.times < 0:
            raise ValueError(f"days out of range: {self}")

    def to_line(self) -> str:
        """As it is written in a ladder."""
        words = [f"{self.days:+d}" if self.days else "0", _CHINESE[self.what]]
        words.append(_CHINESE.get(self.to, self.to))
        if self.colour:
            words.append(_CHINESE[self.colour])
        if self.every:
            words.append(f"每{self.every}天" + (f"×{self.times}次" if self.times else ""))
        return " ".join(words)


DEFAULT_LADDER = (
    Step(days=-3, to=HOLDER, what=REMIND),
    Step(days=1, to=HOLDER, what=SLIP, colour="red"),
    Step(days=5, to=SUPERIOR, what=SLIP, colour="red", every=5),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A term that a case type declares; an office may set another under the same code.

    ``counting`` is ``working`` days, ``calendar`` days, or ``fixed``: a date given at the start.
    ``holder_roles`` are told where no person holds the clock, ``superior_roles`` in the
    organisation above; ``light`` is the code of a rule of lights.
    """

    code: str
    title: Any
    days: int | None = None
    counting: str = WORKING
    ladder: tuple[Step, ...] = DEFAULT_LADDER
    clause: str = ""
    holder_roles: tuple[str, ...] = ()
    superior_roles: tuple[str, ...] = ()
    light: str = ""

    def __post_init__(self) -> None:
        if self.counting not in (WORKING, CALENDAR, FIXED):
            raise ValueError(f"{self.code}: counting is working, calendar or fixed")
        if self.counting != FIXED and not (self.days and 0 < self.days <= LONGEST_TERM):
            raise ValueError(f"{self.code}: a term has 1 to {LONGEST_TERM} days")

    def to_rule(self) -> dict[str, Any]:
        """What a running clock keeps."""
        return {
            "titles": self.titles(),
            "days": self.days,
            "counting": self.counting,
            "ladder": ladder_text(self.ladder),
            "clause": self.clause,
            "holder_roles": list(self.holder_roles),
            "superior_roles": list(self.superior_roles),
        }

    def titles(self) -> dict[str, str]:
        """By language: a clock is read by people of either."""
        found = {}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found[code] = str(self.title)
        return found

    def changed(self, **changes: Any) -> Term:
        """The same term with other settings."""
        return replace(self, **changes)


def ladder_of_rule(rule: Mapping[str, Any]) -> tuple[Step, ...]:
    """The ladder that a running clock keeps."""
    return read_ladder(rule["ladder"])


def ladder_text(ladder: tuple[Step, ...]) -> str:
    """One step a line."""
    return "\n".join(step.to_line() for step in ladder)


@lru_cache(maxsize=256)  # every clock of a list carries the text of its own
def read_ladder(text: str) -> tuple[Step, ...]:
    """The steps of a ladder; `FaultyInput` names every line that can't be read.

    >>> [step.days for step in read_ladder("-3 提醒 承办人\\n+1 督办单 上级 红色 每5天")]
    [-3, 1]
    """
    steps: list[Step] = []
    faults: list[Fault] = []
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        try:
            steps.append(_read_line(line))
        except ValueError as error:
            zh, en = error.args
            faults.append(
                Fault(
                    "ladder.line",
                    f"第 {number} 行“{line[:60]}”：{zh}。例如“+1 督办单 承办人 黄色”。",
                    f"Line {number} “{line[:60]}”: {en}. For example “+1 slip holder yellow”.",
                    line=number,
                )
            )
    if len(steps) > _MOST_STEPS:
        faults.append(
            Fault("ladder.long", f"最多 {_MOST_STEPS} 步。", f"At most {_MOST_STEPS} steps.")
        )
    if faults:
        raise FaultyInput(faults)
    return tuple(steps)


def _read_line(line: str) -> Step:
    words = line.replace("−", "-").replace("＋", "+").replace("－", "-").split()
    if not re.fullmatch(r"[+-]?\d{1,4}", words[0]) or abs(int(words[0])) > LONGEST_TERM:
        raise ValueError(
            "开头写天数，-3 是提前三天，0 是到期当天，+1 是超期一天",
            "begin with days: -3 is three before, 0 the last day, +1 one after",
        )
    if len(words) < 3 or words[1] not in _WHAT:
        raise ValueError(
            "第二个词写“提醒”或“督办单”，第三个词写对谁", "then “remind” or “slip”, then to whom"
        )
    what, to = _WHAT[words[1]], _TO.get(words[2], words[2])
    colour, every, times = "", 0, 0
    for word in words[3:]:
        repeated = _EVERY.fullmatch(word)
        if word in _COLOURS:
            colour = _COLOURS[word]
        elif repeated:
            every, times = int(repeated[1]), int(repeated[2] or 0)
        else:
            raise ValueError(f"看不懂“{word[:20]}”", f"what is “{word[:20]}”?")
    if what == SLIP and not colour:
        raise ValueError("督办单要写颜色：蓝色、黄色、橙色或红色", "a slip needs a colour")
    return Step(int(words[0]), to, what, colour, every, times)
