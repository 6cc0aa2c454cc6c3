"""Who used a figure: forms, evaluations, reports and targets tell the figure's passport.

The ledger knows none of them; each registers what to look up. All of it is read in one query.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from yuanheng.calc.periods import Period
from yuanheng.ledger.models import Indicator, Observation, Subject

_WORDS = 5


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that a figure went into: what it is (``kind``), its name, its page."""

    kind: Any
    name: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What to look up: ``rows``, of each up to five ``words`` (names of fields), and ``use``,
    which makes a ``Use`` of the words. ``freeze`` is the path to the
    frozen figures that a row is of."""

    rows: QuerySet
    words: Sequence[str]
    use: Callable[..., Use]
    freeze: str = ""


@dataclass(frozen=True, slots=True)
class AskedFigure:
    """The figure whose uses are asked for; ``rows`` is all that was ever written of it."""

    subject: Subject
    indicator: Indicator
    period: Period
    rows: Sequence[Observation]


OfFigure = Callable[[Any, AskedFigure], Told | None]
OfFreezes = Callable[[Any, QuerySet], Told | None]
_of_figure: list[OfFigure] = []
_of_freezes: list[OfFreezes] = []


def tell_figure(source: OfFigure) -> None:
    """Register a function from (user, the figure asked for) to what to look up."""
    if source not in _of_figure:
        _of_figure.append(source)


def tell_snapshot(source: OfFreezes) -> None:
    """Register a function from (user, frozen figures) to what was made of them; its rows name the
    frozen figures (``Told.freeze``)."""
    if source not in _of_freezes:
        _of_freezes.append(source)


def uses_of(
    user: Any, asked: AskedFigure, freezes: QuerySet, holds: Callable[[int, str], bool]
) -> list[Use]:
    """Where a figure is used, in the order of registration. ``freezes`` are frozen figures that
    may hold it; ``holds`` says of the number of one, and of its file's hash, whether it does."""
    own = [told for source in _of_figure if (told := source(user, asked)) is not None]
    made = [told for source in _of_freezes if (told := source(user, freezes)) is not None]
    every = [*own, *made]
    if not every:
        return []
    arms = [_arm(at, told) for at, told in enumerate(every)]
    found: list[Use] = []
    for at, freeze, *words in sorted(arms[0].union(*arms[1:], all=True), key=lambda row: row[0]):
        told = every[at]
        if freeze is not None and not holds(freeze, words[0]):
            continue
        found.append(told.use(*words[: len(told.words)]))
    return list(dict.fromkeys(found))


def _arm(at: int, told: Told) -> QuerySet:
    # A bare NULL in the first arm of a union is text to PostgreSQL.
    freeze = Cast(F(told.freeze) if told.freeze else Value(None), BigIntegerField())
    words = {
        f"word_{place}": Cast(F(name), CharField()) if name else Value("")
        for place, name in enumerate([*told.words, *[""] * (_WORDS - len(told.words))])
    }
    rows = told.rows.order_by().annotate(
        told_by=Value(at, IntegerField()), told_freeze=freeze, **words
    )
    return rows.values_list("told_by", "told_freeze", *words)
