"""What people type into a figure's cell, and what it means in the unit figures are kept in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from yuanheng.calc.faults import Fault
from yuanheng.calc.units import exact_factor, parse_unit
from yuanheng.kernel.importing.reading import language
from yuanheng.ledger.models import Indicator
from yuanheng.tabular.numbers import parse_number

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Typed:
    """``value`` in the indicator's measure; ``is_none``: said to be unknown (无, —);
    ``fault``: a sentence, where it is no figure."""

    text: str
    value: float | None = None
    is_none: bool = False
    fault: str = ""


def understood(indicator: Indicator, text: str) -> Typed:
    """A text as an office types it, in the unit shown: ``1,234.5``, ``１２３``, ``3.2亿``."""
    text = text.strip()
    if not text:
        return Typed("")
    found = parse_number(text, indicator.unit_shown)
    if isinstance(found, Fault):
        return Typed(text, fault=found.text(language()))
    if found.value is None:
        return Typed(text, is_none=True)
    return Typed(text, kept(indicator, found.value))


def kept(indicator: Indicator, shown: float) -> float:
    """A number in the unit shown, in the unit kept: exactly, as the decimal that was written."""
    if not indicator.shown_measure or indicator.shown_measure == indicator.measure:
        return shown
    factor = exact_factor(parse_unit(indicator.shown_measure), parse_unit(indicator.measure))
    assert factor is not None  # ``Indicator.clean``
    return float(Fraction(Decimal(repr(shown))) * factor)


def plain(indicator: Indicator, value: float | None) -> str:
    """A kept value as it would be typed: in the unit shown, without separators, with no more
    digits than it has.

    >>> plain(Indicator(measure="元", shown_measure="万元"), 12345000.0)
    '1234.5'
    """
    if value is None:
        return ""
    factor = Fraction(1)
    if indicator.shown_measure and indicator.shown_measure != indicator.measure:
        found = exact_factor(parse_unit(indicator.measure), parse_unit(indicator.shown_measure))
        factor = found or factor
    exact = Fraction(Decimal(repr(value))) * factor
    text = f"{float(exact):.12g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return text


def same_as(indicator: Indicator, typed: Typed, known: float | None) -> bool:
    """Whether what was typed is the known figure, be it as it is kept or as it is shown."""
    if typed.value is None or known is None:
        return typed.value is None and known is None
    if typed.value == known:
        return True
    shown = Decimal(repr(known)) * Decimal(repr(indicator.shown_factor))
    rounded = round(shown, indicator.decimals)
    return kept(indicator, float(rounded)) == typed.value
