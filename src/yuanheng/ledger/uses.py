"""Who used a figure: forms, evaluations, reports and targets tell the figure's passport.

The ledger knows none of them; each registers a function here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yuanheng.ledger.models import Indicator, Observation, Snapshot


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that a figure went into: what it is (``kind``), its name, its page."""

    kind: Any
    name: str
    href: str = ""


OfFigure = Callable[[Any, Observation], list[Use]]
OfSnapshot = Callable[[Any, Snapshot], list[Use]]
OfIndicator = Callable[[Any, Indicator], list[Use]]
_of_figure: list[OfFigure] = []
_of_snapshot: list[OfSnapshot] = []
_of_indicator: list[OfIndicator] = []


def tell_figure(source: OfFigure) -> None:
    """Register a function from (user, observation) to where that very row was used."""
    if source not in _of_figure:
        _of_figure.append(source)


def tell_snapshot(source: OfSnapshot) -> None:
    """Register a function from (user, snapshot) to what was made from the snapshot."""
    if source not in _of_snapshot:
        _of_snapshot.append(source)


def tell_indicator(source: OfIndicator) -> None:
    """Register a function from (user, indicator) to what asks for the indicator."""
    if source not in _of_indicator:
        _of_indicator.append(source)


def uses_of_figure(user: Any, row: Observation) -> list[Use]:
    return [use for source in _of_figure for use in source(user, row)]


def uses_of_snapshot(user: Any, snapshot: Snapshot) -> list[Use]:
    return [use for source in _of_snapshot for use in source(user, snapshot)]


def uses_of_indicator(user: Any, indicator: Indicator) -> list[Use]:
    return [use for source in _of_indicator for use in source(user, indicator)]
