"""Units of measure as parks use them: money, area, energy, people, time; and conversion.

A unit is a product of words with whole exponents, such as 万元/亩. Every word has a dimension and
a size in it, kept as an exact fraction, so that 3 万元 is exactly 30000 元. Counts (家, 个, 项)
and scores (分) are pure numbers, and so is % with the size 0.01; people (人) are a dimension of
their own. Electricity doesn't convert to coal by itself, nor dollars to yuan: those factors are
dated settings.

The table is own and small rather than a general units library, whose loading takes longer than
most evaluations and whose factors are rounded.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_MU = Fraction(10000, 15)
_WAN = Fraction(10000)
_YI = Fraction(10**8)

# dimension: (size, names of that size, the first one canonical)
_TABLE: dict[str, tuple[tuple[Fraction | int, str], ...]] = {
    "money": (
        (1, "元 人民币元 yuan CNY"), (1000, "千元"), (_WAN, "万元"), (10**6, "百万元"),
        (10**7, "千万元"), (_YI, "亿元"),
    ),
    "dollars": ((1, "美元 USD"), (_WAN, "万美元"), (_YI, "亿美元")),
    "area": (
        (1, "平方米 ㎡ m2 m² 平米"), (_WAN, "公顷 hectare ha 万平方米"), (_MU, "亩 mu"),
        (_MU * 10000, "万亩"), (10**6, "平方公里 km2 km² 平方千米"),
    ),
    "mass": ((1, "千克 公斤 kg"), (1000, "吨 t"), (10**7, "万吨")),
    "coal": (
        (1, "吨标准煤 吨标煤 tce"), (_WAN, "万吨标准煤 万吨标煤"),
        (Fraction(1, 1000), "千克标准煤 kgce"),
    ),
    "electricity": (
        (1, "千瓦时 度 kWh"), (1000, "兆瓦时 MWh"), (_WAN, "万千瓦时 万度"), (_YI, "亿千瓦时"),
    ),
    "volume": ((1, "立方米 m3 m³"), (_WAN, "万立方米")),
    "length": ((1, "米 m"), (1000, "公里 千米 km")),
    "people": ((1, "人 person"), (_WAN, "万人")),
    "days": ((1, "天 日 day"), (Fraction(1, 24), "小时 hour")),
    "working_days": ((1, "工作日"),),
    "months": ((1, "月 个月 month"), (3, "季度"), (12, "年 year")),
    "": (
        (1, "家 个 项 件 起 次 户 宗 条 台 套 座 倍 分 count"), (_WAN, "万件 万户"),
        (Fraction(1, 100), "% 个百分点"), (Fraction(1, 1000), "‰"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitWord:
    """One simple unit: its canonical word, its dimension ("" for pure numbers), its size."""

    word: str
    dimension: str
    size: Fraction


def _words() -> dict[str, UnitWord]:
    words: dict[str, UnitWord] = {}
    for dimension, rows in _TABLE.items():
        for size, names in rows:
            canonical = names.split()[0]
            for name in names.split():
                # Counts keep their own word: 家 and 项 are both 1, yet read differently.
                own = name if dimension == "" else canonical
                words[name] = UnitWord(own, dimension, Fraction(size))
    return words


WORDS: dict[str, UnitWord] = _words()


class UnknownUnitError(ValueError):
    """A unit word that is not in the table; ``suggestions`` are near ones."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.suggestions = suggest_units(word)
        super().__init__(f"unknown unit {word!r}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of unit words with exponents other than 0, in the order they were written."""

    powers: tuple[tuple[UnitWord, int], ...] = ()

    @property
    def size(self) -> Fraction:
        """How much one of this unit is in the base units of its dimensions."""
        size = Fraction(1)
        for word, power in self.powers:
            size *= word.size**power
        return size

    @property
    def dimensions(self) -> dict[str, int]:
        """Exponents by dimension, without those that cancel; empty for a pure number."""
        found: dict[str, int] = {}
        for word, power in self.powers:
            if word.dimension:
                found[word.dimension] = found.get(word.dimension, 0) + power
        return {name: power for name, power in found.items() if power}

    def __str__(self) -> str:
        above = [_power(word, power) for word, power in self.powers if power > 0]
        below = [_power(word, -power) for word, power in self.powers if power < 0]
        if not below:
            return "·".join(above)
        return "/".join(["·".join(above) or "1", *below])


def _power(word: UnitWord, power: int) -> str:
    return word.word if power == 1 else "·".join([word.word] * power)


NO_UNIT = Unit()


def is_unit_word(word: str) -> bool:
    """Whether ``word`` is a simple unit of the table."""
    return word in WORDS


def suggest_units(word: str) -> tuple[str, ...]:
    """Up to three units of the table that look like ``word``.

    >>> suggest_units("公倾")[0]
    '公顷'
    """
    near = difflib.get_close_matches(word, WORDS, n=3, cutoff=0.5)
    return tuple(near)


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """The unit written as ``万元``, ``万元/亩`` or ``元·月/人``; "" is the pure number.

    Raises UnknownUnitError with suggestions.

    >>> str(parse_unit("yuan / mu"))
    '元/亩'
    """
    unit = NO_UNIT
    for index, part in enumerate(text.replace("／", "/").split("/")):
        for word in re.split(r"[·*×]", part):
            name = word.strip()
            if name == "" and text.strip() == "":
                continue
            if name == "1" and index == 0:
                continue
            if name not in WORDS:
                raise UnknownUnitError(name)
            unit = times(unit, Unit(((WORDS[name], 1),)), -1 if index else 1)
    return unit


def times(left: Unit, right: Unit, sign: int = 1) -> Unit:
    """``left`` times ``right`` (or divided by it, with ``sign`` -1); same words join."""
    powers = dict(left.powers)
    for word, power in right.powers:
        powers[word] = powers.get(word, 0) + sign * power
    return Unit(tuple((word, power) for word, power in powers.items() if power))


def combine(left: Unit, right: Unit, sign: int) -> tuple[Unit, Fraction]:
    """The unit of a product (``sign`` 1) or quotient (-1), and the factor that the plain result
    is multiplied by to be in it.

    Two scales of one dimension become the left one's (万元 / 元 is a pure number after times
    10000), and a percentage becomes a pure number when it meets another unit.
    """
    unit, factor = left, Fraction(1)
    for word, power in right.powers:
        same = next((w for w, _ in unit.powers if w.dimension == word.dimension != ""), word)
        factor *= (word.size / same.size) ** (sign * power)
        unit = times(unit, Unit(((same, power),)), sign)
    kept = []
    for word, power in unit.powers:
        if word.dimension == "" and word.size != 1 and (len(unit.powers) > 1 or power != 1):
            factor *= word.size**power
        else:
            kept.append((word, power))
    return Unit(tuple(kept)), factor


def exact_factor(source: Unit, target: Unit) -> Fraction | None:
    """What a value in ``source`` is multiplied by to be in ``target``; None if they measure
    different things."""
    if source.dimensions != target.dimensions:
        return None
    return source.size / target.size


def conversion_factor(from_unit: str, to_unit: str) -> float:
    """What a value in ``from_unit`` is multiplied by to be in ``to_unit``.

    Raises UnknownUnitError, or ValueError if the two measure different things.

    >>> conversion_factor("万元", "元")
    10000.0
    >>> conversion_factor("亩", "公顷")
    0.06666666666666667
    """
    factor = exact_factor(parse_unit(from_unit), parse_unit(to_unit))
    if factor is None:
        raise ValueError(f"{from_unit} and {to_unit} measure different things")
    return float(factor)
