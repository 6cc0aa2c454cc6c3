"""Units of measure as parks use them: money, area, energy, people, time; and conversion.

A unit is a product of words with whole exponents, such as 万元/亩. What the words mean is defined
in the language of Pint, in a registry of its own over exact fractions, so that 3 万元 is exactly
30000 元; dimensions and factors are Pint's. Here is only what Pint has no notion of: a unit keeps
the words and the order in which it was written.

Counts (家, 个, 项) and scores (分) are pure numbers, and so is % with the size 0.01; people (人)
are a dimension of their own. Electricity doesn't convert to coal by itself, nor dollars to yuan:
those factors are dated settings.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pint import UnitRegistry
    from pint.util import UnitsContainer

# unit = meaning = symbol (_ for none) = other names. A header arrives in lower case, hence kwh.
_DEFINITIONS = """
元 = [money] = _ = 人民币元 = yuan = CNY = cny
千元 = 1e3 元
万元 = 1e4 元
百万元 = 1e6 元
千万元 = 1e7 元
亿元 = 1e8 元

美元 = [dollars] = _ = USD = usd
万美元 = 1e4 美元
亿美元 = 1e8 美元

平方米 = [area] = _ = 平米 = ㎡ = m2 = m²
公顷 = 1e4 平方米 = _ = 万平方米 = hectare = ha
亩 = 公顷 / 15 = _ = mu
万亩 = 1e4 亩
平方公里 = 1e6 平方米 = _ = 平方千米 = km2 = km²

千克 = [mass] = _ = 公斤 = kg
吨 = 1e3 千克 = _ = t
万吨 = 1e4 吨

吨标准煤 = [coal] = _ = 吨标煤 = tce
万吨标准煤 = 1e4 吨标准煤 = _ = 万吨标煤
千克标准煤 = 1e-3 吨标准煤 = _ = kgce

千瓦时 = [electricity] = _ = 度 = kWh = kwh
兆瓦时 = 1e3 千瓦时 = _ = MWh = mwh
万千瓦时 = 1e4 千瓦时 = _ = 万度
亿千瓦时 = 1e8 千瓦时

立方米 = [volume] = _ = m3 = m³
万立方米 = 1e4 立方米

米 = [length] = _ = m
公里 = 1e3 米 = _ = 千米 = km

人 = [people] = _ = person
万人 = 1e4 人

天 = [days] = _ = 日 = day
小时 = 天 / 24 = _ = hour
工作日 = [working_days]
月 = [months] = _ = 个月 = month
季度 = 3 月
年 = 12 月 = _ = year

percent = 1e-2 = % = 百分比
个百分点 = 1e-2
permille = 1e-3 = ‰
万件 = 1e4
万户 = 1e4
"""
# Each is a unit of its own, for 家 and 项 are both 1 yet read differently.
_COUNTS = "家 个 项 件 起 次 户 宗 条 台 套 座 倍 分 count"
# As English texts call them; what begins with 千, 万 or 亿 is made of the rest of its word.
_ENGLISH = {
    "元": "yuan", "美元": "US dollars", "平方米": "m²", "公顷": "ha", "亩": "mu",
    "平方公里": "km²", "千克": "kg", "吨": "t", "吨标准煤": "tce", "千克标准煤": "kgce",
    "千瓦时": "kWh", "兆瓦时": "MWh", "立方米": "m³", "米": "m", "公里": "km", "人": "people",
    "天": "days", "小时": "hours", "工作日": "working days", "月": "months", "季度": "quarters",
    "年": "years", "个百分点": "percentage points", "家": "enterprises", "个": "units",
    "项": "items", "件": "cases", "起": "cases", "次": "times", "户": "households",
    "宗": "parcels", "条": "items", "count": "", "台": "machines", "套": "sets", "座": "buildings",
    "倍": "times", "分": "points",
}  # fmt: skip
_SIZES = {"千": "thousand", "百万": "million", "千万": "ten million", "万": "ten thousand",
          "亿": "hundred million"}  # fmt: skip


@cache
def _registry() -> UnitRegistry[Fraction]:
    """The registry, made when the first unit is looked at: Pint takes its time to load."""
    from pint import UnitRegistry

    lines = [line for line in _DEFINITIONS.splitlines() if line]
    lines += [f"{word} = []" for word in _COUNTS.split()]
    return UnitRegistry[Fraction](lines, non_int_type=Fraction, on_redefinition="raise")


@dataclass(frozen=True, slots=True)
class UnitWord:
    """One simple unit: its canonical word, its dimension ("" for pure numbers), its size."""

    word: str
    dimension: str
    size: Fraction


@cache
def unit_words() -> Mapping[str, UnitWord]:
    """Every simple unit by each of its names."""
    registry = _registry()
    words = {}
    for name in registry:
        unit = registry.UnitsContainer({name: 1})
        dimension = next(iter(registry.get_dimensionality(unit)), "").strip("[]")
        words[name] = UnitWord(registry.get_symbol(name), dimension, _size(unit))
    return words


def _size(unit: UnitsContainer) -> Fraction:
    return _registry().Quantity(Fraction(1), unit).to_root_units().magnitude


class UnknownUnitError(ValueError):
    """A unit word that nobody has defined."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(f"unknown unit {word!r}")

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Units that look like the word."""
        return suggest_units(self.word)


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of unit words with exponents other than 0, in the order they were written."""

    powers: tuple[tuple[UnitWord, int], ...] = ()

    @property
    def size(self) -> Fraction:
        """How much one of this unit is in the base units of its dimensions."""
        return _size(self.container)

    @property
    def dimensions(self) -> dict[str, int]:
        """Exponents by dimension, without those that cancel; empty for a pure number."""
        found = _registry().get_dimensionality(self.container)
        return {name.strip("[]"): cast(int, power) for name, power in found.items()}

    @property
    def container(self) -> UnitsContainer:
        """The same unit as Pint has it."""
        return _registry().UnitsContainer({word.word: power for word, power in self.powers})

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
    """Whether ``word`` is a simple unit."""
    return word in unit_words()


def suggest_units(word: str) -> tuple[str, ...]:
    """Up to three simple units that look like ``word``.

    >>> suggest_units("公倾")[0]
    '公顷'
    """
    near = difflib.get_close_matches(word, unit_words(), n=3, cutoff=0.5)
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
            if not is_unit_word(name):
                raise UnknownUnitError(name)
            unit = times(unit, Unit(((unit_words()[name], 1),)), -1 if index else 1)
    return unit


@lru_cache(maxsize=1024)
def english_unit(text: str) -> str:
    """A unit as English texts write it; a word that nobody has defined stays as it is.

    >>> english_unit("万元/亩"), english_unit("%"), english_unit("亿元")
    ('ten thousand yuan per mu', '%', 'hundred million yuan')
    """
    above, *below = text.replace("／", "/").split("/")
    # Below the line it is one of a kind: per person, per day.
    shown = [_english(above), *(_one(part) for part in below)]
    return " per ".join(one for one in shown if one)


def _one(word: str) -> str:
    found = _english(word)
    return "person" if found == "people" else found.removesuffix("s")


def _english(word: str) -> str:
    names = (word, unit_words()[word].word) if is_unit_word(word) else (word,)
    for name in names:
        if name in _ENGLISH:
            return _ENGLISH[name]
        for size, said in _SIZES.items():
            if name.startswith(size) and name.removeprefix(size) in _ENGLISH:
                return f"{said} {_ENGLISH[name.removeprefix(size)]}"
    return word


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
    unit = left
    for word, power in right.powers:
        same = next((w for w, _ in unit.powers if w.dimension == word.dimension != ""), word)
        unit = times(unit, Unit(((same, power),)), sign)
    # % stays % on its own only: 万元·% is 万元.
    alone = len(unit.powers) == 1 and unit.powers[0][1] == 1
    kept = [(word, power) for word, power in unit.powers if alone or not _is_share(word)]
    result = Unit(tuple(kept))
    return result, _factor(times(left, right, sign), result)


def _is_share(word: UnitWord) -> bool:
    """Whether the word is a number other than 1, such as % or 万件."""
    return word.dimension == "" and word.size != 1


def exact_factor(source: Unit, target: Unit) -> Fraction | None:
    """What a value in ``source`` is multiplied by to be in ``target``; None if they measure
    different things."""
    from pint import DimensionalityError

    try:
        return _factor(source, target)
    except DimensionalityError:
        return None


def _factor(source: Unit, target: Unit) -> Fraction:
    """``exact_factor``; raises Pint's DimensionalityError instead of giving None."""
    return _registry().convert(Fraction(1), source.container, target.container)


@lru_cache(maxsize=1024)
def conversion_factor(from_unit: str, to_unit: str) -> float:
    """What a value in ``from_unit`` is multiplied by to be in ``to_unit``: the nearest float.

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
