"""A figure of the ledger that somebody else has found to be wrong, put right with its source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy

from yuanheng.calc.periods import Period
from yuanheng.kernel.policies import Refused
from yuanheng.ledger.actions.entries import NewFigure, write_figures
from yuanheng.ledger.actions.published import in_measure
from yuanheng.ledger.choices import EntrySource
from yuanheng.ledger.models import Subject
from yuanheng.ledger.queries.believed import latest
from yuanheng.ledger.queries.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class FoundWrong:
    """A figure as a table had it, and what it should be, both in ``unit``; whose and of when."""

    kind: str
    code: str
    period: str
    name: str
    unit: str
    shown: Any
    value: Any


@dataclass(frozen=True, slots=True)
class Corrected:
    """Whether the ledger has the right figure now, and why, as a word of ``WORDS``."""

    is_done: bool
    why: str


WORDS = {
    "corrected": gettext_lazy("Corrected in the ledger, with this decision as its source."),
    "same": gettext_lazy("The ledger has this figure already."),
    "no_indicator": gettext_lazy("Not changed in the ledger: it has no indicator of this name."),
    "unit": gettext_lazy("Not changed in the ledger: it keeps this indicator in another unit."),
    "period": gettext_lazy("Not changed in the ledger: it knows no such period."),
    "no_figure": gettext_lazy("Not changed in the ledger: it holds no such figure."),
    "other": gettext_lazy("Not changed in the ledger: it holds another figure than the sheet."),
    "refused": gettext_lazy(
        "Not changed in the ledger: who decided may not write there, or its rules forbid it."
    ),
}


def correct_known(
    *, acting_user: Any, wrong: FoundWrong, title: str, source: str, key: str, reason: str
) -> Corrected:
    """Correct the ledger's figure where it is the one that was found wrong: the same subject,
    period and indicator, with the value that was shown. Anything else stays as it is, and the
    answer says why. ``source`` and ``key`` name the decision, ``reason`` its grounds.
    """
    indicator = Catalogue().find(wrong.name)
    if indicator is None:
        return Corrected(False, "no_indicator")
    shown, value = (
        in_measure(_text(one), wrong.unit or indicator.measure, indicator)
        for one in (wrong.shown, wrong.value)
    )
    if value is None:
        return Corrected(False, "unit")
    try:
        period = Period.parse(wrong.period)
    except ValueError:
        return Corrected(False, "period")
    subjects = Subject.objects.visible_to(acting_user)
    subject = subjects.filter(kind=wrong.kind, code=wrong.code).first()
    at = (subject.pk if subject else 0, period.start, period.kind, indicator.pk)
    known = latest([at]).get(at, (0, None))[1]
    if subject is None or known is None:
        return Corrected(False, "no_figure")
    if math.isclose(known, value, rel_tol=1e-9):
        return Corrected(True, "same")
    if shown is None or not math.isclose(known, shown, rel_tol=1e-9):
        return Corrected(False, "other")
    try:
        with transaction.atomic():
            write_figures(
                acting_user=acting_user,
                figures=[NewFigure(subject.pk, indicator.pk, period, value, place=source)],
                source=EntrySource.FEED,
                title=title,
                source_name=source,
                source_key=key,
                reason=reason,
            )
    except (Refused, ValidationError):
        return Corrected(False, "refused")
    return Corrected(True, "corrected")


def correction_words(why: str) -> str:
    """What became of a correction, as a sentence."""
    return str(WORDS.get(why, ""))


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, bool) else str(value)
