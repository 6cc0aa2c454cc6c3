"""The structure of an economy said as a ratio: 三次产业结构为6.0:46.9:47.1."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yuanheng.reading.lexicon import MeasureUnit
from yuanheng.reading.quantities import Quantity

# 三次产业增加值结构由5.5:50.6:43.9调整为6.0:46.9:47.1, 一、二、三产业投资构成占比5:30:65
_NAMED = re.compile(
    r"(?:三次产业|三大产业|三产|一、?二、?三(?:次)?产业?)(?P<of>增加值|投资|从业人员|就业)?"
    r"[^，。；\d：∶︰]{0,12}?(?:结构|比例|占比|比重|构成|比)"
)
_RATIO = re.compile(
    r"(\d{1,2}(?:\.\d+)?)[：:∶︰](\d{1,2}(?:\.\d+)?)[：:∶︰](\d{1,2}(?:\.\d+)?)(?![\d：:∶︰])"
)
_SHARE = MeasureUnit("%", 1.0)
_REACHED = re.compile(r"(?:优化|调整|变|演进|转变)(?:为|到|至)$")
# Three shares of a whole: what rounding leaves.
_WHOLE = 1.0


def shares(text: str, start: int, end: int) -> Iterator[tuple[Quantity, str, int]]:
    """The three shares of each ratio that follows the name of a structure in a sentence, with
    the indicator of each and where its time is said: of what a structure came to, before what it
    came from. Numbers that don't make up a whole are none."""
    named = _NAMED.search(text, start, end)
    if not named:
        return
    of = named["of"] or ""
    for match in _RATIO.finditer(text, named.end(), end):
        if abs(sum(float(one) for one in match.groups()) - 100) > _WHOLE:
            continue
        for which, order in enumerate("一二三", 1):
            a, b = match.span(which)
            quantity = Quantity(a, b, b, float(match[which]), "", _SHARE, before=a)
            reached = _REACHED.search(text, named.end(), match.start())
            yield quantity, f"第{order}产业{of}占比", named.start() if reached else a
