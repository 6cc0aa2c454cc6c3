"""Formulas of derived indicators: over the names of other indicators, checked for units.

Symbols are the indicators themselves. A formula may name a derived indicator, which is then
computed first; a circle is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yuanheng.calc.expression import Checked, Symbol, check, parse
from yuanheng.calc.faults import FaultyInput
from yuanheng.calc.units import conversion_factor
from yuanheng.kernel.importing.reading import language
from yuanheng.ledger.models import Indicator


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula; its result times ``factor`` is in the indicator's measure."""

    text: str
    checked: Checked
    factor: float


def symbols_of(indicators: Iterable[Indicator]) -> dict[str, Symbol]:
    """Every indicator by its code and its name."""
    found = {}
    for one in indicators:
        symbol = Symbol(one.code, "number", one.measure, name=one.name)
        found[one.code] = found[one.name] = symbol
    return found


def checked_formula(text: str, measure: str, symbols: Mapping[str, Symbol]) -> Formula:
    """Raises FaultyInput with everything that is wrong, ValueError for a unit that doesn't fit."""
    checked = check(parse(text), symbols)
    if not checked.ok:
        raise FaultyInput([one for one in checked.faults if one.severity == "error"])
    return Formula(text, checked, conversion_factor(checked.unit, measure))


def formula_faults(
    text: str, measure: str, own: set[str], beside: Iterable[Indicator] = ()
) -> list[str]:
    """What is wrong with a formula, as sentences; ``own`` are the names of its indicator,
    ``beside`` the indicators that are written together with it."""
    current = {one.code: one for one in Indicator.objects.current()}
    current |= {one.code: one for one in beside}
    try:
        formula = checked_formula(text, measure, symbols_of(current.values()))
    except FaultyInput as error:
        return [fault.text(language()) for fault in error.faults]
    except ValueError as error:
        return [str(error)]
    from django.utils.translation import gettext as _

    if own & _all_parts(formula, current):
        return [_("The formula leads back to the indicator itself.")]
    return []


def _all_parts(formula: Formula, current: Mapping[str, Indicator]) -> set[str]:
    """Codes and names that a formula needs, through other derived indicators too."""
    symbols = symbols_of(current.values())
    waiting = [ref.name for ref in formula.checked.references]
    found: set[str] = set()
    while waiting:
        code = waiting.pop()
        if code in found:
            continue
        one = current[code]
        found |= {code, one.name}
        if one.formula:
            inner = check(parse(one.formula), symbols)
            waiting += [ref.name for ref in inner.references]
    return found
