"""Units that a header may carry: what is taken for one, and columns brought to another."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from yuanheng.calc.faults import Fault, FaultyInput
from yuanheng.calc.units import UnknownUnitError, parse_unit, unit_words
from yuanheng.tabular.table import Convert

# What looks like a unit even when nobody has defined it, so that 美元 is refused, not ignored.
_UNIT_LIKE = re.compile(
    r"(元|美金|币|吨|亩|公顷|米|公里|时|度|煤|克|千克|人|家|个|户|项|件|起|次|宗|条|座|台|套|天|日|[%‰]|焦|瓦|㎡|m2|km2|ha|tce|kwh)$"
)


def looks_like_unit(text: str) -> bool:
    """Whether a word in brackets after a column name is a unit rather than a remark."""
    if len(text) <= 8 and _UNIT_LIKE.search(text):
        return True
    try:
        return bool(parse_unit(text).powers)
    except UnknownUnitError:
        return False


def is_money(unit: str) -> bool:
    """Whether ``unit`` is yuan or a multiple of it."""
    word = unit_words().get(unit)
    return word is not None and word.dimension == "money"


def is_share(unit: str) -> bool:
    """Whether ``unit`` is %, ‰ or another name of them."""
    word = unit_words().get(unit)
    return word is not None and word.dimension == "" and word.size < 1


def factor_between(convert: Convert, found: str, wanted: str) -> float:
    """The factor for a column; a field without unit takes any unit but a percentage as it is.

    Raises FaultyInput when the two do not measure the same thing or are unknown.
    """
    if found == wanted or (not wanted and not is_share(found)):
        return 1.0
    try:
        return float(convert(found, wanted))
    except FaultyInput:
        raise
    except ValueError as error:
        raise FaultyInput([_mismatch(found, wanted)]) from error


def _mismatch(found: str, wanted: str) -> Fault:
    return Fault(
        "unit_mismatch",
        f"单位“{found}”不能换算成“{wanted or '无单位'}”。请改正表头中的单位。",
        f'The unit "{found}" cannot be turned into "{wanted}". Correct the unit in the header.',
    )


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
