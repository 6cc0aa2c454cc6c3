"""What keeps figures from being written, in words that say what to do."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yuanheng.calc.periods import CUMULATIVE, HALF, MONTH, QUARTER, YEAR, Period
from yuanheng.kernel import clock
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import Indicator, Subject

if TYPE_CHECKING:
    from yuanheng.ledger.actions.entries import FigureColumns

SHOWN = 20


def refuse(problems: Iterator[str]) -> None:
    """Raise ValidationError with the first problems, if there are any."""
    found = list(islice(problems, SHOWN + 1))
    if len(found) > SHOWN:
        found[SHOWN:] = [_("… and more of the kind.")]
    if found:
        _raise(found)


def _raise(found: list[str]) -> NoReturn:
    raise ValidationError(found)


def check_columns(columns: FigureColumns) -> Iterator[str]:
    """Problems that the figures have by themselves."""
    yield from _indicator_problems(columns.indicator_ids)
    yield from _period_problems(columns)
    for at, value in enumerate(columns.values):
        if value is not None and not math.isfinite(value):
            yield _("%(figure)s: no finite number.") % {"figure": named(columns, at)}
    seen: set[tuple[int, ...]] = set()
    for at, key in enumerate(columns.keys()):
        if key in seen:
            text = _("%(figure)s is given twice. Keep one of them.")
            yield text % {"figure": named(columns, at)}
        seen.add(key)


def _indicator_problems(ids: Sequence[int]) -> Iterator[str]:
    wanted = set(ids)
    found = Indicator.objects.in_bulk(list(wanted))
    for one in found.values():
        if one.is_derived:
            text = _("“%(name)s” is computed (%(formula)s) and is never typed. Give its parts.")
            yield text % {"name": one.name, "formula": one.formula}
        elif one.is_archived:
            text = _("The indicator “%(name)s” has been archived; nothing is reported for it.")
            yield text % {"name": one.name}
    if wanted - found.keys():
        yield _("There is no indicator with the number %(id)s.") % {
            "id": min(wanted - found.keys())
        }


def _period_problems(columns: FigureColumns) -> Iterator[str]:
    today = clock.today()
    for start, kind in sorted(set(zip(columns.starts, columns.kinds, strict=True))):
        if not _is_period(start, kind):
            yield _("%(start)s/%(kind)s is no period.") % {"start": start, "kind": kind}
        elif Period(start, kind).first_day > today:
            text = _("%(period)s has not begun yet (today is %(today)s). Check the year.")
            yield text % {"period": Period(start, kind).label, "today": today.isoformat()}


def _is_period(start: int, kind: int) -> bool:
    lengths = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}
    if not 1900 * 12 <= start < 2700 * 12:
        return False
    if kind in lengths:
        return start % lengths[kind] == 0
    return CUMULATIVE < kind <= CUMULATIVE + 12 and start % 12 == 0


def correction_problems(
    columns: FigureColumns, corrected: Sequence[int], reason: str, source: EntrySource
) -> Iterator[str]:
    """A correction needs a reason; what a room counts anew corrects itself."""
    if reason.strip() or source == EntrySource.FEED:
        return
    for at in corrected:
        if not (columns.reasons and columns.reasons[at].strip()):
            text = _("%(figure)s is in the ledger with another value. Say why it is corrected.")
            yield text % {"figure": named(columns, at)}


def named(columns: FigureColumns, at: int) -> str:
    """“Park · indicator · 2024-07”, for a message."""
    subject = Subject.objects.filter(pk=columns.subject_ids[at]).first()
    indicator = Indicator.objects.filter(pk=columns.indicator_ids[at]).first()
    label = Period(columns.starts[at], columns.kinds[at]).label
    return f"{subject or columns.subject_ids[at]} · {indicator or '?'} · {label}"
