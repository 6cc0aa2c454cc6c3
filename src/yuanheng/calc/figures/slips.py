"""Slips of the unit, named as what they are: 元 typed where 万元 is asked is a factor 10,000."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yuanheng.calc.units import parse_unit


@dataclass(frozen=True, slots=True)
class Slip:
    """A factor between what was typed and what was meant, and how people come by it."""

    code: str
    factor: float
    # Dimensions in which it happens, as the catalogue of units names them; empty: in any.
    dimensions: frozenset[str]
    zh: str
    en: str


def _slip(code: str, factor: float, dimensions: str, zh: str, en: str) -> Slip:
    return Slip(code, factor, frozenset(dimensions.split()), zh, en)


SLIPS = (
    _slip("yuan_for_wan", 1e4, "money", "疑似把“元”填成了“万元”", "yuan typed as 10,000 yuan"),
    _slip("wan_for_yuan", 1e-4, "money", "疑似把“万元”填成了“元”", "10,000 yuan typed as yuan"),
    _slip(
        "wan_for_yi", 1e4, "money", "疑似把“万元”填成了“亿元”", "10,000 yuan typed as 100 m yuan"
    ),
    _slip(
        "yi_for_wan", 1e-4, "money", "疑似把“亿元”填成了“万元”", "100 m yuan typed as 10,000 yuan"
    ),
    _slip("yuan_for_yi", 1e8, "money", "疑似把“元”填成了“亿元”", "yuan typed as 100 m yuan"),
    _slip("yi_for_yuan", 1e-8, "money", "疑似把“亿元”填成了“元”", "100 m yuan typed as yuan"),
    _slip("yuan_for_qian", 1e3, "money", "疑似把“元”填成了“千元”", "yuan typed as 1,000 yuan"),
    _slip("qian_for_yuan", 1e-3, "money", "疑似把“千元”填成了“元”", "1,000 yuan typed as yuan"),
    _slip(
        "one_for_wan",
        1e4,
        "people count electricity volume",
        "疑似把单个数填成了“万”为单位的数",
        "single units typed as tens of thousands",
    ),
    _slip(
        "wan_for_one",
        1e-4,
        "people count electricity volume",
        "疑似把“万”为单位的数填成了单个数",
        "tens of thousands typed as single units",
    ),
    _slip(
        "percent_for_share",
        100,
        "ratio",
        "疑似把百分数填成了小数",
        "a percentage typed as a share",
    ),
    _slip(
        "share_for_percent",
        0.01,
        "ratio",
        "疑似把小数填成了百分数",
        "a share typed as a percentage",
    ),
    _slip("mu_for_hectare", 15, "area", "疑似把“亩”填成了“公顷”", "mu typed as hectares"),
    _slip("hectare_for_mu", 1 / 15, "area", "疑似把“公顷”填成了“亩”", "hectares typed as mu"),
    _slip("m2_for_mu", 2000 / 3, "area", "疑似把“平方米”填成了“亩”", "square metres typed as mu"),
    _slip("mu_for_m2", 3 / 2000, "area", "疑似把“亩”填成了“平方米”", "mu typed as square metres"),
    _slip(
        "kilo_up",
        1000,
        "coal electricity mass",
        "疑似大了 1000 倍（千克与吨、千瓦时与兆瓦时）",
        "1,000 times too large",
    ),
    _slip(
        "kilo_down",
        1e-3,
        "coal electricity mass",
        "疑似小了 1000 倍（千克与吨、千瓦时与兆瓦时）",
        "1,000 times too small",
    ),
)


def dimension_of(measure: str) -> str:
    """The dimension in which slips of a unit are looked for: that of its numerator; ``ratio`` for
    per cent, ``count`` for other pure numbers.

    >>> [dimension_of(one) for one in ("万元", "元/亩", "%", "家", "吨标准煤")]
    ['money', 'money', 'ratio', 'count', 'coal']
    """
    powers = parse_unit(measure).powers
    above = [word for word, power in powers if power > 0]
    if above and above[0].dimension:
        return above[0].dimension
    return "ratio" if measure == "%" else "count"


_ASKED = {"yuan": "元", "qian": "千元", "wan": "万元", "yi": "亿元"}


def in_unit(slip: Slip, unit: str) -> Slip:
    """The slip of the same factor as it happens where the figure is asked for in ``unit``: ten
    thousand times too much in a column of 亿元 was typed in 万元, in one of 万元 in 元.

    >>> in_unit(SLIPS[0], "亿元").code, in_unit(SLIPS[0], "万元").code
    ('wan_for_yi', 'yuan_for_wan')
    """
    same = (
        one for one in SLIPS if one.factor == slip.factor and one.dimensions == slip.dimensions
    )
    return next((one for one in same if _ASKED.get(one.code.rpartition("_")[2]) == unit), slip)


def unit_slips(
    values: ArrayLike, expected: ArrayLike, dimension: str, *, tolerance: float = 2.5
) -> NDArray[np.int64]:
    """For each figure the index into ``SLIPS`` of the slip that explains it, or −1.

    ``values`` and ``expected``: shape (n,), same unit; ``expected`` is what the figure's own past
    suggests (the median of its last periods), NaN where it has none. A slip is named when undoing
    it brings the figure within ``tolerance`` times the expected one, and leaving it as it is does
    not. Of several that would, the nearest; of equals, the commoner, which stands first.

    >>> [SLIPS[at].code for at in unit_slips([52e6, 48.0], [5000.0, 50.0], "money") if at >= 0]
    ['yuan_for_wan']
    """
    x = np.asarray(values, dtype=np.float64)
    e = np.asarray(expected, dtype=np.float64)
    if x.shape != e.shape:
        raise ValueError(f"values have shape {x.shape}, expected {e.shape}")
    found = np.full(x.shape, -1, dtype=np.int64)
    usable = (x * e > 0) & np.isfinite(x) & np.isfinite(e)
    distance = np.full(x.shape, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(usable, np.abs(np.log10(x / e)), np.nan)
    reach = np.log10(tolerance)
    for at, slip in enumerate(SLIPS):
        if slip.dimensions and dimension not in slip.dimensions:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(usable, np.abs(np.log10(x / slip.factor / e)), np.inf)
        better = (left <= reach) & (away > reach) & (left < distance - 1e-12)
        found[better], distance[better] = at, left[better]
    return found
