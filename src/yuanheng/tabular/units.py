"""The small table of units that a header may carry and how they turn into each other."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.tabular.table import Convert

_FAMILIES: tuple[dict[str, float], ...] = (
    {"元": 1.0, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8, "人民币元": 1.0},
    {
        "平方米": 1.0, "㎡": 1.0, "m2": 1.0, "亩": 2000 / 3, "公顷": 1e4, "平方公里": 1e6,
        "平方千米": 1e6, "km2": 1e6, "万平方米": 1e4, "万亩": 2e7 / 3,
    },
    {"吨标准煤": 1.0, "吨标煤": 1.0, "tce": 1.0, "万吨标准煤": 1e4, "万吨标煤": 1e4},
    {"千瓦时": 1.0, "度": 1.0, "kwh": 1.0, "万千瓦时": 1e4, "万度": 1e4, "亿千瓦时": 1e8},
    {"": 1.0, "%": 0.01, "百分比": 0.01, "‰": 0.001},
    {"吨": 1.0, "千克": 1e-3, "公斤": 1e-3, "万吨": 1e4, "t": 1.0},
    {"人": 1.0, "万人": 1e4}, {"立方米": 1.0, "万立方米": 1e4},
)  # fmt: skip
MONEY = frozenset(_FAMILIES[0])

# What looks like a unit even when it is not in the table, so that 美元 is refused, not ignored.
_UNIT_LIKE = re.compile(
    r"(元|美金|币|吨|亩|公顷|米|公里|时|度|煤|克|千克|人|家|个|户|项|件|起|次|宗|条|座|台|套|天|日|[%‰]|焦|瓦|㎡|m2|km2|ha|tce|kwh)$"
)


def looks_like_unit(text: str) -> bool:
    """Whether a word in brackets after a column name is a unit rather than a remark."""
    return len(text) <= 8 and (
        any(text in family for family in _FAMILIES if text) or bool(_UNIT_LIKE.search(text))
    )


def default_convert(from_unit: str, to_unit: str) -> float:
    """The factor that turns a value in ``from_unit`` into ``to_unit``.

    Raises FaultyInput when the two do not measure the same thing or are unknown.
    """
    if from_unit == to_unit:
        return 1.0
    for family in _FAMILIES:
        if from_unit in family and to_unit in family:
            return family[from_unit] / family[to_unit]
    raise FaultyInput(
        [
            Fault(
                "unit_mismatch",
                f"单位“{from_unit}”不能换算成“{to_unit or '无单位'}”。请改正表头中的单位。",
                f'The unit "{from_unit}" cannot be turned into "{to_unit}". '
                "Correct the unit in the header.",
            )
        ]
    )


def factor_between(convert: Convert, found: str, wanted: str) -> float:
    """The factor for a column; a field without unit takes any unit but a percentage as it is."""
    if found == wanted or (not wanted and found not in ("%", "‰", "百分比")):
        return 1.0
    return float(convert(found, wanted))


def scaled(values: np.ndarray[Any, Any], factor: float) -> np.ndarray[Any, Any]:
    """``values * factor``, brought back to the short decimal the file meant.

    0.07 万元 times 10,000 is 700.0000000000001 in binary; a threshold of 700 must not notice.
    So a product within two units in the last place of a number with six decimals becomes it.
    """
    if factor == 1.0:
        return values
    product = values / round(1 / factor) if _inverse_is_whole(factor) else values * factor
    short = np.rint(product * 1e6) / 1e6
    near = np.abs(short - product) <= 4.5e-16 * np.abs(product)
    return np.where(near & (np.abs(product) < 9e9), short, product)


def scaled_sql(value: str, factor: float) -> str:
    """SQL for ``scaled`` over the SQL expression ``value``: the same bits come out."""
    if factor == 1.0:
        return value
    if _inverse_is_whole(factor):
        product = f"({value} / {round(1 / factor)}::DOUBLE)"
    else:
        product = f"({value} * {factor!r}::DOUBLE)"
    short = f"(round_even({product} * 1e6::DOUBLE, 0) / 1e6::DOUBLE)"
    near = f"abs({short} - {product}) <= 4.5e-16::DOUBLE * abs({product})"
    return f"(CASE WHEN {near} AND abs({product}) < 9e9::DOUBLE THEN {short} ELSE {product} END)"


def _inverse_is_whole(factor: float) -> bool:
    inverse = 1 / factor
    return factor < 1 and abs(inverse - round(inverse)) < 1e-9 * inverse
